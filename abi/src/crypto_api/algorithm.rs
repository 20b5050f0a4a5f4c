//! Cipher suites, hash functions and AEAD algorithms.

use core::ffi::{c_int, c_void};

use crate::{ngtcp2_crypto_aead, ngtcp2_crypto_ctx, ngtcp2_crypto_md};

unsafe extern "C" {
    pub fn ngtcp2_crypto_ctx_tls(
        ctx: *mut ngtcp2_crypto_ctx,
        tls_native_handle: *mut c_void,
    ) -> *mut ngtcp2_crypto_ctx;

    pub fn ngtcp2_crypto_ctx_tls_early(
        ctx: *mut ngtcp2_crypto_ctx,
        tls_native_handle: *mut c_void,
    ) -> *mut ngtcp2_crypto_ctx;

    pub fn ngtcp2_crypto_md_init(
        md: *mut ngtcp2_crypto_md,
        md_native_handle: *mut c_void,
    ) -> *mut ngtcp2_crypto_md;

    pub fn ngtcp2_crypto_md_hashlen(md: *const ngtcp2_crypto_md) -> usize;

    pub fn ngtcp2_crypto_aead_keylen(aead: *const ngtcp2_crypto_aead) -> usize;

    pub fn ngtcp2_crypto_aead_noncelen(aead: *const ngtcp2_crypto_aead) -> usize;

    pub fn ngtcp2_crypto_packet_protection_ivlen(aead: *const ngtcp2_crypto_aead) -> usize;

    pub fn ngtcp2_crypto_hkdf_extract(
        dest: *mut u8,
        md: *const ngtcp2_crypto_md,
        secret: *const u8,
        secretlen: usize,
        salt: *const u8,
        saltlen: usize,
    ) -> c_int;

    pub fn ngtcp2_crypto_hkdf_expand(
        dest: *mut u8,
        destlen: usize,
        md: *const ngtcp2_crypto_md,
        secret: *const u8,
        secretlen: usize,
        info: *const u8,
        infolen: usize,
    ) -> c_int;

    pub fn ngtcp2_crypto_hkdf(
        dest: *mut u8,
        destlen: usize,
        md: *const ngtcp2_crypto_md,
        secret: *const u8,
        secretlen: usize,
        salt: *const u8,
        saltlen: usize,
        info: *const u8,
        infolen: usize,
    ) -> c_int;
}
