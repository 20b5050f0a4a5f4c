//! Cipher suites, hash functions, AEAD algorithms, and HKDF.

use std::ffi::{c_int, c_void};
use std::ptr;

use ngtcp2_abi::{ngtcp2_crypto_aead, ngtcp2_crypto_ctx, ngtcp2_crypto_md};

use super::session::ngtcp2_crypto_rustls_session;
use super::{bytes, bytes_mut, guard, guard_status, handles};
use crate::hkdf;
use crate::suite::{Aead, Hash, NONCE_LEN, Suite};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_ctx_tls(
    ctx: *mut ngtcp2_crypto_ctx,
    tls_native_handle: *mut c_void,
) -> *mut ngtcp2_crypto_ctx {
    // SAFETY: the caller's pointers, passed on.
    guard(ptr::null_mut(), || unsafe { write_ctx(ctx, tls_native_handle, |session| session.facts().suite()) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_ctx_tls_early(
    ctx: *mut ngtcp2_crypto_ctx,
    tls_native_handle: *mut c_void,
) -> *mut ngtcp2_crypto_ctx {
    // SAFETY: the caller's pointers, passed on.
    guard(ptr::null_mut(), || unsafe { write_ctx(ctx, tls_native_handle, |session| session.early_suite()) })
}

// `ctx` is valid for writing or NULL; the handle is a session or NULL.
unsafe fn write_ctx(
    ctx: *mut ngtcp2_crypto_ctx,
    tls_native_handle: *mut c_void,
    suite: impl FnOnce(&crate::session::Session) -> Option<&'static Suite>,
) -> *mut ngtcp2_crypto_ctx {
    let session = tls_native_handle.cast::<ngtcp2_crypto_rustls_session>();
    // SAFETY: by the contract of this function.
    let Some(session) = (unsafe { session.as_ref() }) else { return ptr::null_mut() };
    let Some(suite) = suite(session.session()) else { return ptr::null_mut() };
    if !ctx.is_null() {
        // SAFETY: by the contract of this function.
        unsafe { ctx.write(handles::ctx(suite)) };
    }
    ctx
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_md_init(
    md: *mut ngtcp2_crypto_md,
    md_native_handle: *mut c_void,
) -> *mut ngtcp2_crypto_md {
    if !md.is_null() {
        // SAFETY: not NULL, so valid for writing.
        unsafe { md.write(ngtcp2_crypto_md { native_handle: md_native_handle }) };
    }
    md
}

/// 0 for a hash function that this library does not have.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_md_hashlen(md: *const ngtcp2_crypto_md) -> usize {
    // SAFETY: the caller's pointer, passed on.
    unsafe { hash(md) }.map_or(0, Hash::len)
}

/// 0 for an algorithm that this library does not have.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_aead_keylen(aead: *const ngtcp2_crypto_aead) -> usize {
    // SAFETY: the caller's pointer, passed on.
    unsafe { algorithm(aead) }.map_or(0, Aead::key_len)
}

/// 0 for an algorithm that this library does not have.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_aead_noncelen(aead: *const ngtcp2_crypto_aead) -> usize {
    // SAFETY: the caller's pointer, passed on.
    unsafe { algorithm(aead) }.map_or(0, |_| NONCE_LEN)
}

/// 0 for an algorithm that this library does not have.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_packet_protection_ivlen(aead: *const ngtcp2_crypto_aead) -> usize {
    // SAFETY: the caller's pointer, passed on.
    unsafe { algorithm(aead) }.map_or(0, |_| NONCE_LEN)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_hkdf_extract(
    dest: *mut u8,
    md: *const ngtcp2_crypto_md,
    secret: *const u8,
    secretlen: usize,
    salt: *const u8,
    saltlen: usize,
) -> c_int {
    guard_status(|| {
        // SAFETY: the caller's pointer, passed on.
        let hash = unsafe { hash(md) }?;
        // SAFETY: the caller's secret and its length.
        let secret = unsafe { bytes(secret, secretlen) }?;
        // SAFETY: the caller's salt and its length.
        let salt = unsafe { bytes(salt, saltlen) }?;
        let extracted = hkdf::extract(hash, salt, secret);
        // SAFETY: the caller has room for one output of the hash function.
        unsafe { bytes_mut(dest, hash.len()) }?.copy_from_slice(extracted.as_bytes());
        Some(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_hkdf_expand(
    dest: *mut u8,
    destlen: usize,
    md: *const ngtcp2_crypto_md,
    secret: *const u8,
    secretlen: usize,
    info: *const u8,
    infolen: usize,
) -> c_int {
    guard_status(|| {
        // SAFETY: the caller's pointer, passed on.
        let hash = unsafe { hash(md) }?;
        // SAFETY: the caller's secret and its length.
        let secret = unsafe { bytes(secret, secretlen) }?;
        // SAFETY: the caller's info and its length.
        let info = unsafe { bytes(info, infolen) }?;
        // SAFETY: the caller's output and its length.
        let dest = unsafe { bytes_mut(dest, destlen) }?;
        hkdf::expand(hash, secret, &[info], dest).ok()
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_hkdf(
    dest: *mut u8,
    destlen: usize,
    md: *const ngtcp2_crypto_md,
    secret: *const u8,
    secretlen: usize,
    salt: *const u8,
    saltlen: usize,
    info: *const u8,
    infolen: usize,
) -> c_int {
    guard_status(|| {
        // SAFETY: the caller's pointer, passed on.
        let hash = unsafe { hash(md) }?;
        // SAFETY: the caller's secret and its length.
        let secret = unsafe { bytes(secret, secretlen) }?;
        // SAFETY: the caller's salt and its length.
        let salt = unsafe { bytes(salt, saltlen) }?;
        // SAFETY: the caller's info and its length.
        let info = unsafe { bytes(info, infolen) }?;
        // SAFETY: the caller's output and its length.
        let dest = unsafe { bytes_mut(dest, destlen) }?;
        let extracted = hkdf::extract(hash, salt, secret);
        hkdf::expand(hash, extracted.as_bytes(), &[info], dest).ok()
    })
}

// `md` is valid or NULL.
unsafe fn hash(md: *const ngtcp2_crypto_md) -> Option<Hash> {
    // SAFETY: by the contract of this function.
    handles::hash_of(unsafe { md.as_ref() }?)
}

// `aead` is valid or NULL.
unsafe fn algorithm(aead: *const ngtcp2_crypto_aead) -> Option<Aead> {
    // SAFETY: by the contract of this function.
    handles::aead_of(unsafe { aead.as_ref() }?)
}
