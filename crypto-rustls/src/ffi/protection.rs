//! Packet protection: sealing, opening and masking with the keys behind native handles.
//!
//! These run for each packet: no allocation, no key expansion.

use std::ffi::{c_int, c_void};

use ngtcp2_abi::{
    NGTCP2_ERR_CALLBACK_FAILURE, NGTCP2_ERR_DECRYPT, NGTCP2_HP_MASKLEN, NGTCP2_HP_SAMPLELEN, ngtcp2_conn,
    ngtcp2_crypto_aead, ngtcp2_crypto_aead_ctx, ngtcp2_crypto_cipher, ngtcp2_crypto_cipher_ctx,
};

use super::handles::{self, AeadHandle};
use super::{bytes, bytes_mut, guard, guard_status};
use crate::aead::AeadKey;
use crate::suite::{NONCE_LEN, TAG_LEN};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_aead_ctx_encrypt_init(
    aead_ctx: *mut ngtcp2_crypto_aead_ctx,
    aead: *const ngtcp2_crypto_aead,
    key: *const u8,
    noncelen: usize,
) -> c_int {
    // SAFETY: the caller's pointers, passed on.
    guard_status(|| unsafe { init(aead_ctx, aead, key, noncelen) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_aead_ctx_decrypt_init(
    aead_ctx: *mut ngtcp2_crypto_aead_ctx,
    aead: *const ngtcp2_crypto_aead,
    key: *const u8,
    noncelen: usize,
) -> c_int {
    // SAFETY: the caller's pointers, passed on.
    guard_status(|| unsafe { init(aead_ctx, aead, key, noncelen) })
}

// `aead_ctx` is valid for writing or NULL; the others are valid or NULL, `key` for the AEAD's key length.
unsafe fn init(
    aead_ctx: *mut ngtcp2_crypto_aead_ctx,
    aead: *const ngtcp2_crypto_aead,
    key: *const u8,
    noncelen: usize,
) -> Option<()> {
    // SAFETY: by the contract of this function.
    let aead = handles::aead_of(unsafe { aead.as_ref() }?)?;
    if aead_ctx.is_null() || noncelen != NONCE_LEN {
        return None;
    }
    // SAFETY: by the contract of this function.
    let key = unsafe { bytes(key, aead.key_len()) }?;
    let handle = AeadHandle::new(AeadKey::new(aead, key).ok()?);
    // SAFETY: not NULL, and valid for writing by the contract of this function.
    unsafe { aead_ctx.write(handle.ctx()) };
    handle.taken();
    Some(())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_aead_ctx_free(aead_ctx: *mut ngtcp2_crypto_aead_ctx) {
    guard((), || {
        // SAFETY: NULL or the caller's context.
        if let Some(ctx) = unsafe { aead_ctx.as_mut() } {
            let handle = std::mem::replace(&mut ctx.native_handle, std::ptr::null_mut());
            // SAFETY: the handle is NULL or came from this library, and is gone from the context.
            unsafe { handles::free_aead_key(handle) };
        }
    });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_delete_crypto_aead_ctx_cb(
    _conn: *mut ngtcp2_conn,
    aead_ctx: *mut ngtcp2_crypto_aead_ctx,
    _user_data: *mut c_void,
) {
    // SAFETY: the caller's context, passed on.
    unsafe { ngtcp2_crypto_aead_ctx_free(aead_ctx) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_delete_crypto_cipher_ctx_cb(
    _conn: *mut ngtcp2_conn,
    cipher_ctx: *mut ngtcp2_crypto_cipher_ctx,
    _user_data: *mut c_void,
) {
    guard((), || {
        // SAFETY: NULL or the caller's context.
        if let Some(ctx) = unsafe { cipher_ctx.as_mut() } {
            let handle = std::mem::replace(&mut ctx.native_handle, std::ptr::null_mut());
            // SAFETY: the handle is NULL or came from this library, and is gone from the context.
            unsafe { handles::free_header_protection_key(handle) };
        }
    });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_encrypt(
    dest: *mut u8,
    _aead: *const ngtcp2_crypto_aead,
    aead_ctx: *const ngtcp2_crypto_aead_ctx,
    plaintext: *const u8,
    plaintextlen: usize,
    nonce: *const u8,
    noncelen: usize,
    aad: *const u8,
    aadlen: usize,
) -> c_int {
    // SAFETY: the caller's arguments, passed on.
    guard_status(|| unsafe { encrypt(dest, aead_ctx, plaintext, plaintextlen, nonce, noncelen, aad, aadlen) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_encrypt_cb(
    dest: *mut u8,
    _aead: *const ngtcp2_crypto_aead,
    aead_ctx: *const ngtcp2_crypto_aead_ctx,
    plaintext: *const u8,
    plaintextlen: usize,
    nonce: *const u8,
    noncelen: usize,
    aad: *const u8,
    aadlen: usize,
) -> c_int {
    // SAFETY: the caller's arguments, passed on.
    let status = guard_status(|| unsafe {
        encrypt(dest, aead_ctx, plaintext, plaintextlen, nonce, noncelen, aad, aadlen)
    });
    if status == 0 { 0 } else { NGTCP2_ERR_CALLBACK_FAILURE }
}

/// The key, the nonce and the additional data of a packet.
// Each pointer is NULL or valid for its length.
#[inline(always)]
unsafe fn terms<'a>(
    aead_ctx: *const ngtcp2_crypto_aead_ctx,
    nonce: *const u8,
    noncelen: usize,
    aad: *const u8,
    aadlen: usize,
) -> Option<(&'a AeadKey, &'a [u8], &'a [u8])> {
    // SAFETY: NULL or a context of this library.
    let key = unsafe { handles::aead_key(aead_ctx) }?;
    // SAFETY: the caller's nonce and its length.
    let nonce = unsafe { bytes(nonce, noncelen) }?;
    // SAFETY: the caller's additional data and its length. It does not overlap what is written.
    let aad = unsafe { bytes(aad, aadlen) }?;
    Some((key, nonce, aad))
}

/// Stands in both functions above: a call from one to the other would pass nine arguments once more.
// Each pointer is NULL or valid for its length, `dest` with room for the tag behind.
#[inline(always)]
unsafe fn encrypt(
    dest: *mut u8,
    aead_ctx: *const ngtcp2_crypto_aead_ctx,
    plaintext: *const u8,
    plaintextlen: usize,
    nonce: *const u8,
    noncelen: usize,
    aad: *const u8,
    aadlen: usize,
) -> Option<()> {
    // SAFETY: by this function's contract.
    let (key, nonce, aad) = unsafe { terms(aead_ctx, nonce, noncelen, aad, aadlen) }?;
    // SAFETY: both are valid for this length, the caller having room for plaintext and tag.
    let in_out = unsafe { copy_to(dest, plaintext, plaintextlen) }?;
    let tag = key.seal(nonce, aad, in_out).ok()?;
    // SAFETY: the caller has room for the tag behind the ciphertext.
    let after = unsafe { dest.add(plaintextlen) };
    // SAFETY: as above.
    unsafe { bytes_mut(after, TAG_LEN) }?.copy_from_slice(&tag);
    Some(())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_decrypt(
    dest: *mut u8,
    _aead: *const ngtcp2_crypto_aead,
    aead_ctx: *const ngtcp2_crypto_aead_ctx,
    ciphertext: *const u8,
    ciphertextlen: usize,
    nonce: *const u8,
    noncelen: usize,
    aad: *const u8,
    aadlen: usize,
) -> c_int {
    // SAFETY: the caller's arguments, passed on.
    guard_status(|| unsafe {
        decrypt(dest, aead_ctx, ciphertext, ciphertextlen, nonce, noncelen, aad, aadlen)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_decrypt_cb(
    dest: *mut u8,
    _aead: *const ngtcp2_crypto_aead,
    aead_ctx: *const ngtcp2_crypto_aead_ctx,
    ciphertext: *const u8,
    ciphertextlen: usize,
    nonce: *const u8,
    noncelen: usize,
    aad: *const u8,
    aadlen: usize,
) -> c_int {
    // SAFETY: the caller's arguments, passed on.
    let status = guard_status(|| unsafe {
        decrypt(dest, aead_ctx, ciphertext, ciphertextlen, nonce, noncelen, aad, aadlen)
    });
    if status == 0 { 0 } else { NGTCP2_ERR_DECRYPT }
}

/// Stands in both functions above: a call from one to the other would pass nine arguments once more.
// Each pointer is NULL or valid for its length, `dest` for that of the ciphertext without its tag.
#[inline(always)]
unsafe fn decrypt(
    dest: *mut u8,
    aead_ctx: *const ngtcp2_crypto_aead_ctx,
    ciphertext: *const u8,
    ciphertextlen: usize,
    nonce: *const u8,
    noncelen: usize,
    aad: *const u8,
    aadlen: usize,
) -> Option<()> {
    // SAFETY: by this function's contract.
    let (key, nonce, aad) = unsafe { terms(aead_ctx, nonce, noncelen, aad, aadlen) }?;
    let plaintextlen = ciphertextlen.checked_sub(TAG_LEN)?;
    // SAFETY: the caller's ciphertext and its length.
    let tag = *unsafe { bytes(ciphertext, ciphertextlen) }?.last_chunk()?;
    // The tag is a copy, and nothing of `ciphertext` is referred to when `dest`, which may be the
    // same memory, is written.
    // SAFETY: both are valid for this length, the caller having room for the plaintext.
    let in_out = unsafe { copy_to(dest, ciphertext, plaintextlen) }?;
    key.open(nonce, aad, in_out, tag).ok()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_hp_mask(
    dest: *mut u8,
    _hp: *const ngtcp2_crypto_cipher,
    hp_ctx: *const ngtcp2_crypto_cipher_ctx,
    sample: *const u8,
) -> c_int {
    guard_status(|| {
        // SAFETY: NULL or a context of this library.
        let key = unsafe { handles::header_protection_key(hp_ctx) }?;
        // SAFETY: the caller's sample, whose length is fixed.
        let sample = unsafe { bytes(sample, NGTCP2_HP_SAMPLELEN) }?;
        let mask = key.mask(sample.first_chunk()?).ok()?;
        // SAFETY: the caller has room for at least a mask.
        unsafe { bytes_mut(dest, NGTCP2_HP_MASKLEN) }?.copy_from_slice(&mask);
        Some(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_hp_mask_cb(
    dest: *mut u8,
    hp: *const ngtcp2_crypto_cipher,
    hp_ctx: *const ngtcp2_crypto_cipher_ctx,
    sample: *const u8,
) -> c_int {
    // SAFETY: the caller's arguments, passed on.
    let status = unsafe { ngtcp2_crypto_hp_mask(dest, hp, hp_ctx, sample) };
    if status == 0 { 0 } else { NGTCP2_ERR_CALLBACK_FAILURE }
}

/// Copies `len` bytes to where they are encrypted or decrypted in place.
// `dest` is valid for writing and `source` for reading `len` bytes, or they are NULL. They may be the
// same memory.
unsafe fn copy_to<'a>(dest: *mut u8, source: *const u8, len: usize) -> Option<&'a mut [u8]> {
    if dest.is_null() || (source.is_null() && len != 0) {
        return None;
    }
    if len != 0 && !std::ptr::eq(dest, source) {
        // SAFETY: by the contract of this function; the copy allows overlap.
        unsafe { dest.copy_from(source, len) };
    }
    // SAFETY: by the contract of this function.
    unsafe { bytes_mut(dest, len) }
}

#[cfg(all(test, not(debug_assertions)))]
mod tests;
