//! The algorithms that QUIC uses with TLS 1.3: hash functions, AEADs, header protection ciphers, and
//! the cipher suites that combine them (RFC 9001, sections 5.3, 5.4 and 6.6).
//!
//! Only names and numbers: it must not know keys.

use ring::{aead, hmac};
use rustls::crypto::ring::cipher_suite;
use rustls::{CipherSuite, SupportedCipherSuite};

/// The longest output of a [`enum@Hash`].
pub(crate) const MAX_HASH_LEN: usize = 48;
/// The longest key of an [`Aead`] or a [`HeaderCipher`].
pub(crate) const MAX_KEY_LEN: usize = 32;
/// The nonce length of every AEAD here, which is also the length of a packet protection IV.
pub(crate) const NONCE_LEN: usize = 12;
/// The tag length of every AEAD here.
pub(crate) const TAG_LEN: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
}

impl Hash {
    pub(crate) fn len(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
        }
    }

    pub(crate) fn hmac(self) -> hmac::Algorithm {
        match self {
            Self::Sha256 => hmac::HMAC_SHA256,
            Self::Sha384 => hmac::HMAC_SHA384,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aead {
    Aes128Gcm,
    Aes256Gcm,
    ChaCha20Poly1305,
}

impl Aead {
    pub(crate) fn key_len(self) -> usize {
        match self {
            Self::Aes128Gcm => 16,
            Self::Aes256Gcm | Self::ChaCha20Poly1305 => 32,
        }
    }

    pub(crate) fn algorithm(self) -> &'static aead::Algorithm {
        match self {
            Self::Aes128Gcm => &aead::AES_128_GCM,
            Self::Aes256Gcm => &aead::AES_256_GCM,
            Self::ChaCha20Poly1305 => &aead::CHACHA20_POLY1305,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeaderCipher {
    Aes128,
    Aes256,
    ChaCha20,
}

impl HeaderCipher {
    pub(crate) fn key_len(self) -> usize {
        self.algorithm().key_len()
    }

    pub(crate) fn algorithm(self) -> &'static aead::quic::Algorithm {
        match self {
            Self::Aes128 => &aead::quic::AES_128,
            Self::Aes256 => &aead::quic::AES_256,
            Self::ChaCha20 => &aead::quic::CHACHA20,
        }
    }
}

/// A TLS 1.3 cipher suite as QUIC uses it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Suite {
    pub(crate) name: &'static core::ffi::CStr,
    pub(crate) aead: Aead,
    pub(crate) hash: Hash,
    pub(crate) header_cipher: HeaderCipher,
    /// How many packets one key may seal (RFC 9001, section 6.6).
    pub(crate) confidentiality_limit: u64,
    /// How many packets may fail to open before the connection must close.
    pub(crate) integrity_limit: u64,
}

pub(crate) static AES_128_GCM_SHA256: Suite = Suite {
    name: c"TLS_AES_128_GCM_SHA256",
    aead: Aead::Aes128Gcm,
    hash: Hash::Sha256,
    header_cipher: HeaderCipher::Aes128,
    confidentiality_limit: 1 << 23,
    integrity_limit: 1 << 52,
};

pub(crate) static AES_256_GCM_SHA384: Suite = Suite {
    name: c"TLS_AES_256_GCM_SHA384",
    aead: Aead::Aes256Gcm,
    hash: Hash::Sha384,
    header_cipher: HeaderCipher::Aes256,
    confidentiality_limit: 1 << 23,
    integrity_limit: 1 << 52,
};

pub(crate) static CHACHA20_POLY1305_SHA256: Suite = Suite {
    name: c"TLS_CHACHA20_POLY1305_SHA256",
    aead: Aead::ChaCha20Poly1305,
    hash: Hash::Sha256,
    header_cipher: HeaderCipher::ChaCha20,
    // Larger than the number of packets that a connection can have.
    confidentiality_limit: 1 << 62,
    integrity_limit: 1 << 36,
};

/// Protects Initial packets in every QUIC version (RFC 9001, section 5.2).
pub(crate) static INITIAL: &Suite = &AES_128_GCM_SHA256;

impl Suite {
    /// The suite that TLS has agreed on. `None` for one that QUIC has no use for.
    pub(crate) fn negotiated(suite: SupportedCipherSuite) -> Option<&'static Self> {
        match suite.suite() {
            CipherSuite::TLS13_AES_128_GCM_SHA256 => Some(&AES_128_GCM_SHA256),
            CipherSuite::TLS13_AES_256_GCM_SHA384 => Some(&AES_256_GCM_SHA384),
            CipherSuite::TLS13_CHACHA20_POLY1305_SHA256 => Some(&CHACHA20_POLY1305_SHA256),
            _ => None,
        }
    }

    /// The TLS engine's suite of this name, as applications write it.
    pub(crate) fn by_name(name: &str) -> Option<SupportedCipherSuite> {
        match name {
            "TLS_AES_128_GCM_SHA256" => Some(cipher_suite::TLS13_AES_128_GCM_SHA256),
            "TLS_AES_256_GCM_SHA384" => Some(cipher_suite::TLS13_AES_256_GCM_SHA384),
            "TLS_CHACHA20_POLY1305_SHA256" => Some(cipher_suite::TLS13_CHACHA20_POLY1305_SHA256),
            _ => None,
        }
    }
}
