//! Cipher suites, hash functions and AEAD algorithms.

use core::ffi::{c_int, c_void};

use crate::{ngtcp2_crypto_aead, ngtcp2_crypto_ctx, ngtcp2_crypto_md};

unsafe extern "C" {
    /// Fills in `ctx` with the algorithms of Handshake and 1-RTT packets that the TLS session
    /// `tls_native_handle` negotiated. Returns `ctx`, or NULL if they are not known.
    pub fn ngtcp2_crypto_ctx_tls(
        ctx: *mut ngtcp2_crypto_ctx,
        tls_native_handle: *mut c_void,
    ) -> *mut ngtcp2_crypto_ctx;

    /// Fills in `ctx` with the algorithms of 0-RTT packets of the TLS session `tls_native_handle`.
    /// Returns `ctx`, or NULL if they are not known.
    pub fn ngtcp2_crypto_ctx_tls_early(
        ctx: *mut ngtcp2_crypto_ctx,
        tls_native_handle: *mut c_void,
    ) -> *mut ngtcp2_crypto_ctx;

    /// Makes a hash function of `md_native_handle`, whose meaning depends on the helper library.
    /// Returns `md`.
    pub fn ngtcp2_crypto_md_init(
        md: *mut ngtcp2_crypto_md,
        md_native_handle: *mut c_void,
    ) -> *mut ngtcp2_crypto_md;

    /// Returns the number of bytes that the hash function puts out.
    pub fn ngtcp2_crypto_md_hashlen(md: *const ngtcp2_crypto_md) -> usize;

    /// Returns the number of bytes of a key.
    pub fn ngtcp2_crypto_aead_keylen(aead: *const ngtcp2_crypto_aead) -> usize;

    /// Returns the number of bytes of a nonce.
    pub fn ngtcp2_crypto_aead_noncelen(aead: *const ngtcp2_crypto_aead) -> usize;

    /// Returns the number of bytes of the initialization vector for packet protection: the nonce
    /// length, but at least 8 (RFC 9001, section 5.3).
    pub fn ngtcp2_crypto_packet_protection_ivlen(aead: *const ngtcp2_crypto_aead) -> usize;

    /// Does HKDF-Extract (RFC 5869, section 2.2). `dest` takes as many bytes as the hash puts out.
    /// Returns 0, or -1.
    pub fn ngtcp2_crypto_hkdf_extract(
        dest: *mut u8,
        md: *const ngtcp2_crypto_md,
        secret: *const u8,
        secretlen: usize,
        salt: *const u8,
        saltlen: usize,
    ) -> c_int;

    /// Does HKDF-Expand (RFC 5869, section 2.3) for `destlen` bytes. Returns 0, or -1.
    pub fn ngtcp2_crypto_hkdf_expand(
        dest: *mut u8,
        destlen: usize,
        md: *const ngtcp2_crypto_md,
        secret: *const u8,
        secretlen: usize,
        info: *const u8,
        infolen: usize,
    ) -> c_int;

    /// Does HKDF-Extract and HKDF-Expand (RFC 5869) for `destlen` bytes. Returns 0, or -1.
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
