//! Handles of the caller's cryptography (RFC 9001). The library stores and passes them on; only the
//! caller's crypto code knows what they point to.

use core::ffi::c_void;

/// The length of a header protection mask in bytes (RFC 9001, section 5.4).
pub const NGTCP2_HP_MASKLEN: usize = 5;
/// The length of the ciphertext sample that the mask is made from, in bytes.
pub const NGTCP2_HP_SAMPLELEN: usize = 16;

/// The AEAD key of the Retry integrity tag in QUIC version 1 (RFC 9001, section 5.8).
pub const NGTCP2_RETRY_KEY_V1: [u8; 16] =
    [0xbe, 0x0c, 0x69, 0x0b, 0x9f, 0x66, 0x57, 0x5a, 0x1d, 0x76, 0x6b, 0x54, 0xe3, 0x68, 0xc8, 0x4e];
/// The AEAD nonce of the Retry integrity tag in QUIC version 1.
pub const NGTCP2_RETRY_NONCE_V1: [u8; 12] =
    [0x46, 0x15, 0x99, 0xd3, 0x5d, 0x63, 0x2b, 0xf2, 0x23, 0x98, 0x25, 0xbb];
/// The AEAD key of the Retry integrity tag in QUIC version 2 (RFC 9369, section 3.3.3).
pub const NGTCP2_RETRY_KEY_V2: [u8; 16] =
    [0x8f, 0xb4, 0xb0, 0x1b, 0x56, 0xac, 0x48, 0xe2, 0x60, 0xfb, 0xcb, 0xce, 0xad, 0x7c, 0xcc, 0x92];
/// The AEAD nonce of the Retry integrity tag in QUIC version 2.
pub const NGTCP2_RETRY_NONCE_V2: [u8; 12] =
    [0xd8, 0x69, 0x69, 0xbc, 0x2d, 0x7c, 0x6d, 0x99, 0x90, 0xef, 0xb0, 0x4a];

/// A hash function.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_crypto_md {
    /// Known to the crypto code only.
    pub native_handle: *mut c_void,
}

zero!(ngtcp2_crypto_md { native_handle: core::ptr::null_mut() });

/// An AEAD algorithm.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_crypto_aead {
    /// Known to the crypto code only.
    pub native_handle: *mut c_void,
    /// The number of bytes by which a ciphertext is longer than its plaintext.
    pub max_overhead: usize,
}

zero!(ngtcp2_crypto_aead { native_handle: core::ptr::null_mut(), max_overhead: 0 });

/// A cipher for header protection.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_crypto_cipher {
    /// Known to the crypto code only.
    pub native_handle: *mut c_void,
}

zero!(ngtcp2_crypto_cipher { native_handle: core::ptr::null_mut() });

/// An AEAD algorithm with its key. Freed by the `delete_crypto_aead_ctx` callback.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_crypto_aead_ctx {
    /// Known to the crypto code only.
    pub native_handle: *mut c_void,
}

zero!(ngtcp2_crypto_aead_ctx { native_handle: core::ptr::null_mut() });

/// A cipher for header protection with its key. Freed by the `delete_crypto_cipher_ctx` callback.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_crypto_cipher_ctx {
    /// Known to the crypto code only.
    pub native_handle: *mut c_void,
}

zero!(ngtcp2_crypto_cipher_ctx { native_handle: core::ptr::null_mut() });

/// The algorithms of a cipher suite, with their usage limits (RFC 9001, section 6.6).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_crypto_ctx {
    /// Protects packets.
    pub aead: ngtcp2_crypto_aead,
    /// Derives keys.
    pub md: ngtcp2_crypto_md,
    /// Protects headers.
    pub hp: ngtcp2_crypto_cipher,
    /// How many packets may be encrypted with one key.
    pub max_encryption: u64,
    /// How many packets may fail to decrypt before the connection has to close.
    pub max_decryption_failure: u64,
}

zero!(ngtcp2_crypto_ctx {
    aead: ngtcp2_crypto_aead::ZERO,
    md: ngtcp2_crypto_md::ZERO,
    hp: ngtcp2_crypto_cipher::ZERO,
    max_encryption: 0,
    max_decryption_failure: 0,
});
