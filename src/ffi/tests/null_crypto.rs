//! Cryptography that protects nothing: ciphertext is plaintext with a checksum for a tag, and every mask is zero.

use core::ffi::c_int;
use core::slice;

use ngtcp2_abi as abi;

pub(super) const TAG_LEN: usize = 16;
pub(super) const AEAD: abi::ngtcp2_crypto_aead =
    abi::ngtcp2_crypto_aead { native_handle: core::ptr::null_mut(), max_overhead: TAG_LEN };

/// A checksum of all that a real tag protects.
pub(super) fn tag(nonce: &[u8], associated_data: &[u8], text: &[u8]) -> [u8; TAG_LEN] {
    let mut sum: u128 = 1;
    for part in [nonce, associated_data, text] {
        for byte in part {
            sum = sum.wrapping_mul(0x0100_0193_0000_0001).wrapping_add(u128::from(*byte) + 1);
        }
        sum = sum.rotate_left(7) ^ part.len() as u128;
    }
    sum.to_le_bytes()
}

/// # Safety
/// As `ngtcp2_encrypt` asks for.
pub(super) unsafe extern "C" fn encrypt(
    dest: *mut u8,
    _: *const abi::ngtcp2_crypto_aead,
    _: *const abi::ngtcp2_crypto_aead_ctx,
    plaintext: *const u8,
    plaintextlen: usize,
    nonce: *const u8,
    noncelen: usize,
    aad: *const u8,
    aadlen: usize,
) -> c_int {
    // SAFETY: the library passes buffers with their lengths, and room for the tag; source and target may be the same.
    unsafe {
        let text = slice::from_raw_parts(plaintext, plaintextlen);
        let tag = tag(slice::from_raw_parts(nonce, noncelen), slice::from_raw_parts(aad, aadlen), text);
        dest.copy_from(plaintext, plaintextlen);
        dest.add(plaintextlen).copy_from_nonoverlapping(tag.as_ptr(), TAG_LEN);
    }
    0
}

/// # Safety
/// As `ngtcp2_decrypt` asks for.
pub(super) unsafe extern "C" fn decrypt(
    dest: *mut u8,
    _: *const abi::ngtcp2_crypto_aead,
    _: *const abi::ngtcp2_crypto_aead_ctx,
    ciphertext: *const u8,
    ciphertextlen: usize,
    nonce: *const u8,
    noncelen: usize,
    aad: *const u8,
    aadlen: usize,
) -> c_int {
    // SAFETY: the library passes buffers with their lengths, and room for the plaintext.
    unsafe {
        let (text, sum) = slice::from_raw_parts(ciphertext, ciphertextlen).split_at(ciphertextlen - TAG_LEN);
        if sum != tag(slice::from_raw_parts(nonce, noncelen), slice::from_raw_parts(aad, aadlen), text) {
            return abi::NGTCP2_ERR_DECRYPT;
        }
        dest.copy_from(ciphertext, text.len());
    }
    0
}

/// # Safety
/// As `ngtcp2_hp_mask` asks for.
pub(super) unsafe extern "C" fn mask(
    dest: *mut u8,
    _: *const abi::ngtcp2_crypto_cipher,
    _: *const abi::ngtcp2_crypto_cipher_ctx,
    _: *const u8,
) -> c_int {
    // SAFETY: the library passes room for a mask.
    unsafe { dest.write_bytes(0, abi::NGTCP2_HP_MASKLEN) };
    0
}

/// # Safety
/// None is needed.
pub(super) unsafe extern "C" fn fail_to_encrypt(
    _: *mut u8,
    _: *const abi::ngtcp2_crypto_aead,
    _: *const abi::ngtcp2_crypto_aead_ctx,
    _: *const u8,
    _: usize,
    _: *const u8,
    _: usize,
    _: *const u8,
    _: usize,
) -> c_int {
    -1
}

/// # Safety
/// None is needed.
pub(super) unsafe extern "C" fn fail_to_mask(
    _: *mut u8,
    _: *const abi::ngtcp2_crypto_cipher,
    _: *const abi::ngtcp2_crypto_cipher_ctx,
    _: *const u8,
) -> c_int {
    -1
}
