//! The keys of a connection (RFC 9001, sections 5 and 6).

use core::ffi::c_int;

use crate::{
    ngtcp2_conn, ngtcp2_crypto_aead, ngtcp2_crypto_aead_ctx, ngtcp2_crypto_cipher_ctx, ngtcp2_crypto_ctx,
    ngtcp2_tstamp,
};

unsafe extern "C" {
    pub fn ngtcp2_conn_set_initial_crypto_ctx(conn: *mut ngtcp2_conn, ctx: *const ngtcp2_crypto_ctx);

    /// Since 1.23.
    pub fn ngtcp2_conn_get_initial_crypto_ctx2(conn: *const ngtcp2_conn) -> *const ngtcp2_crypto_ctx;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_initial_crypto_ctx2`.
    pub fn ngtcp2_conn_get_initial_crypto_ctx(conn: *mut ngtcp2_conn) -> *const ngtcp2_crypto_ctx;

    pub fn ngtcp2_conn_set_0rtt_crypto_ctx(conn: *mut ngtcp2_conn, ctx: *const ngtcp2_crypto_ctx);

    /// Since 1.23.
    pub fn ngtcp2_conn_get_0rtt_crypto_ctx2(conn: *const ngtcp2_conn) -> *const ngtcp2_crypto_ctx;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_0rtt_crypto_ctx2`.
    pub fn ngtcp2_conn_get_0rtt_crypto_ctx(conn: *mut ngtcp2_conn) -> *const ngtcp2_crypto_ctx;

    pub fn ngtcp2_conn_set_crypto_ctx(conn: *mut ngtcp2_conn, ctx: *const ngtcp2_crypto_ctx);

    /// Since 1.23.
    pub fn ngtcp2_conn_get_crypto_ctx2(conn: *const ngtcp2_conn) -> *const ngtcp2_crypto_ctx;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_crypto_ctx2`.
    pub fn ngtcp2_conn_get_crypto_ctx(conn: *mut ngtcp2_conn) -> *const ngtcp2_crypto_ctx;

    pub fn ngtcp2_conn_set_retry_aead(
        conn: *mut ngtcp2_conn,
        aead: *const ngtcp2_crypto_aead,
        aead_ctx: *const ngtcp2_crypto_aead_ctx,
    );

    pub fn ngtcp2_conn_install_initial_key(
        conn: *mut ngtcp2_conn,
        rx_aead_ctx: *const ngtcp2_crypto_aead_ctx,
        rx_iv: *const u8,
        rx_hp_ctx: *const ngtcp2_crypto_cipher_ctx,
        tx_aead_ctx: *const ngtcp2_crypto_aead_ctx,
        tx_iv: *const u8,
        tx_hp_ctx: *const ngtcp2_crypto_cipher_ctx,
        ivlen: usize,
    ) -> c_int;

    pub fn ngtcp2_conn_install_vneg_initial_key(
        conn: *mut ngtcp2_conn,
        version: u32,
        rx_aead_ctx: *const ngtcp2_crypto_aead_ctx,
        rx_iv: *const u8,
        rx_hp_ctx: *const ngtcp2_crypto_cipher_ctx,
        tx_aead_ctx: *const ngtcp2_crypto_aead_ctx,
        tx_iv: *const u8,
        tx_hp_ctx: *const ngtcp2_crypto_cipher_ctx,
        ivlen: usize,
    ) -> c_int;

    pub fn ngtcp2_conn_install_0rtt_key(
        conn: *mut ngtcp2_conn,
        aead_ctx: *const ngtcp2_crypto_aead_ctx,
        iv: *const u8,
        ivlen: usize,
        hp_ctx: *const ngtcp2_crypto_cipher_ctx,
    ) -> c_int;

    pub fn ngtcp2_conn_install_rx_handshake_key(
        conn: *mut ngtcp2_conn,
        aead_ctx: *const ngtcp2_crypto_aead_ctx,
        iv: *const u8,
        ivlen: usize,
        hp_ctx: *const ngtcp2_crypto_cipher_ctx,
    ) -> c_int;

    pub fn ngtcp2_conn_install_tx_handshake_key(
        conn: *mut ngtcp2_conn,
        aead_ctx: *const ngtcp2_crypto_aead_ctx,
        iv: *const u8,
        ivlen: usize,
        hp_ctx: *const ngtcp2_crypto_cipher_ctx,
    ) -> c_int;

    pub fn ngtcp2_conn_install_rx_key(
        conn: *mut ngtcp2_conn,
        secret: *const u8,
        secretlen: usize,
        aead_ctx: *const ngtcp2_crypto_aead_ctx,
        iv: *const u8,
        ivlen: usize,
        hp_ctx: *const ngtcp2_crypto_cipher_ctx,
    ) -> c_int;

    pub fn ngtcp2_conn_install_tx_key(
        conn: *mut ngtcp2_conn,
        secret: *const u8,
        secretlen: usize,
        aead_ctx: *const ngtcp2_crypto_aead_ctx,
        iv: *const u8,
        ivlen: usize,
        hp_ctx: *const ngtcp2_crypto_cipher_ctx,
    ) -> c_int;

    pub fn ngtcp2_conn_initiate_key_update(conn: *mut ngtcp2_conn, ts: ngtcp2_tstamp) -> c_int;
}
