//! Deriving and installing keys (RFC 9001, sections 5 and 6).

use core::ffi::{c_int, c_void};

use crate::{ngtcp2_conn, ngtcp2_crypto_aead_ctx, ngtcp2_encryption_level};

unsafe extern "C" {
    pub fn ngtcp2_crypto_derive_and_install_rx_key(
        conn: *mut ngtcp2_conn,
        key: *mut u8,
        iv: *mut u8,
        hp: *mut u8,
        level: ngtcp2_encryption_level,
        secret: *const u8,
        secretlen: usize,
    ) -> c_int;

    pub fn ngtcp2_crypto_derive_and_install_tx_key(
        conn: *mut ngtcp2_conn,
        key: *mut u8,
        iv: *mut u8,
        hp: *mut u8,
        level: ngtcp2_encryption_level,
        secret: *const u8,
        secretlen: usize,
    ) -> c_int;

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
