//! Deriving and installing keys (RFC 9001, sections 5 and 6).

use core::ffi::{c_int, c_void};

use crate::{ngtcp2_conn, ngtcp2_crypto_aead_ctx, ngtcp2_encryption_level};

unsafe extern "C" {
    /// Derives the key that decrypts packets of `level` from the TLS traffic secret `secret`, and
    /// installs it in the connection. The first time it also sets the algorithms that TLS negotiated,
    /// and for 1-RTT on a client the transport parameters of the server.
    ///
    /// The key, the initialization vector and the header protection key are written to `key`, `iv`
    /// and `hp`, each of which may be NULL. Returns 0, or -1. For code that gets its secrets from the
    /// TLS stack; the helper's own callbacks do without.
    pub fn ngtcp2_crypto_derive_and_install_rx_key(
        conn: *mut ngtcp2_conn,
        key: *mut u8,
        iv: *mut u8,
        hp: *mut u8,
        level: ngtcp2_encryption_level,
        secret: *const u8,
        secretlen: usize,
    ) -> c_int;

    /// Like `ngtcp2_crypto_derive_and_install_rx_key`, for the key that encrypts packets of `level`.
    /// For 1-RTT on a server it sets the transport parameters of the client.
    pub fn ngtcp2_crypto_derive_and_install_tx_key(
        conn: *mut ngtcp2_conn,
        key: *mut u8,
        iv: *mut u8,
        hp: *mut u8,
        level: ngtcp2_encryption_level,
        secret: *const u8,
        secretlen: usize,
    ) -> c_int;

    /// Derives the next generation of 1-RTT keys, as `ngtcp2_update_key` describes, and writes the
    /// keys to `rx_key` and `tx_key` too. Returns 0, or -1.
    pub fn ngtcp2_crypto_update_key(
        conn: *mut ngtcp2_conn,
        rx_secret: *mut u8,
        tx_secret: *mut u8,
        rx_aead_ctx: *mut ngtcp2_crypto_aead_ctx,
        rx_key: *mut u8,
        rx_iv: *mut u8,
        tx_aead_ctx: *mut ngtcp2_crypto_aead_ctx,
        tx_key: *mut u8,
        tx_iv: *mut u8,
        current_rx_secret: *const u8,
        current_tx_secret: *const u8,
        secretlen: usize,
    ) -> c_int;

    /// `ngtcp2_crypto_update_key` for the `update_key` callback. Returns 0, or
    /// `NGTCP2_ERR_CALLBACK_FAILURE`.
    pub fn ngtcp2_crypto_update_key_cb(
        conn: *mut ngtcp2_conn,
        rx_secret: *mut u8,
        tx_secret: *mut u8,
        rx_aead_ctx: *mut ngtcp2_crypto_aead_ctx,
        rx_iv: *mut u8,
        tx_aead_ctx: *mut ngtcp2_crypto_aead_ctx,
        tx_iv: *mut u8,
        current_rx_secret: *const u8,
        current_tx_secret: *const u8,
        secretlen: usize,
        user_data: *mut c_void,
    ) -> c_int;
}
