//! Deriving and installing keys, and the key update.

use std::ffi::{c_int, c_void};

use ngtcp2_abi::{NGTCP2_ERR_CALLBACK_FAILURE, ngtcp2_conn, ngtcp2_crypto_aead_ctx, ngtcp2_encryption_level};

use super::conn::Conn;
use super::session::ngtcp2_crypto_rustls_session as NativeSession;
use super::{bytes, guard_status, write_bytes};
use crate::install::{self, NextKey};
use crate::session::Direction;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_derive_and_install_rx_key(
    conn: *mut ngtcp2_conn,
    key: *mut u8,
    iv: *mut u8,
    hp: *mut u8,
    level: ngtcp2_encryption_level,
    secret: *const u8,
    secretlen: usize,
) -> c_int {
    guard_status(|| {
        // SAFETY: the caller's secret and its length.
        let secret = unsafe { bytes(secret, secretlen) }?;
        // SAFETY: the caller's pointers, passed on.
        unsafe { derive_and_install(conn, [key, iv, hp], level, Direction::Receive, secret) }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_derive_and_install_tx_key(
    conn: *mut ngtcp2_conn,
    key: *mut u8,
    iv: *mut u8,
    hp: *mut u8,
    level: ngtcp2_encryption_level,
    secret: *const u8,
    secretlen: usize,
) -> c_int {
    guard_status(|| {
        // SAFETY: the caller's secret and its length.
        let secret = unsafe { bytes(secret, secretlen) }?;
        // SAFETY: the caller's pointers, passed on.
        unsafe { derive_and_install(conn, [key, iv, hp], level, Direction::Send, secret) }
    })
}

// `conn` is valid or NULL; the outputs have room for the key, the IV and the header protection key, or
// are NULL.
unsafe fn derive_and_install(
    conn: *mut ngtcp2_conn,
    [key, iv, hp]: [*mut u8; 3],
    level: ngtcp2_encryption_level,
    direction: Direction,
    secret: &[u8],
) -> Option<()> {
    // SAFETY: by the contract of this function.
    let conn = unsafe { Conn::new(conn) }?;
    // SAFETY: the TLS handle of a connection that uses this library is a session of it.
    let session = unsafe { NativeSession::of(&conn) };
    let session = session.as_deref().map(NativeSession::session);
    let keys = install::traffic_key(&conn, session, level, direction, secret).ok()?;
    // SAFETY: by the contract of this function.
    unsafe { write_bytes(key, keys.key()) };
    // SAFETY: by the contract of this function.
    unsafe { write_bytes(iv, keys.iv()) };
    // SAFETY: by the contract of this function.
    unsafe { write_bytes(hp, keys.header_protection()) };
    Some(())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_update_key(
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
) -> c_int {
    guard_status(|| {
        // SAFETY: the caller's connection, or NULL.
        let conn = unsafe { Conn::new(conn) }?;
        // SAFETY: the caller's secret and its length.
        let current_rx_secret = unsafe { bytes(current_rx_secret, secretlen) }?;
        // SAFETY: the caller's secret and its length.
        let current_tx_secret = unsafe { bytes(current_tx_secret, secretlen) }?;
        if rx_aead_ctx.is_null() || tx_aead_ctx.is_null() {
            return None;
        }
        // Both before anything is given away, so that a failure leaves the caller nothing to free.
        let rx = install::next_key(&conn, current_rx_secret).ok()?;
        let tx = install::next_key(&conn, current_tx_secret).ok()?;
        // SAFETY: the caller's outputs.
        unsafe { hand_over(rx, rx_secret, rx_aead_ctx, rx_key, rx_iv, secretlen) };
        // SAFETY: the caller's outputs.
        unsafe { hand_over(tx, tx_secret, tx_aead_ctx, tx_key, tx_iv, secretlen) };
        Some(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_update_key_cb(
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
    _user_data: *mut c_void,
) -> c_int {
    let no_key = std::ptr::null_mut();
    // SAFETY: the caller's arguments, passed on.
    let status = unsafe {
        ngtcp2_crypto_update_key(
            conn,
            rx_secret,
            tx_secret,
            rx_aead_ctx,
            no_key,
            rx_iv,
            tx_aead_ctx,
            no_key,
            tx_iv,
            current_rx_secret,
            current_tx_secret,
            secretlen,
        )
    };
    if status == 0 { 0 } else { NGTCP2_ERR_CALLBACK_FAILURE }
}

// `aead_ctx` is valid for writing; the other outputs are, too, or are NULL. `secret` has room for
// `secretlen` bytes.
unsafe fn hand_over(
    next: NextKey,
    secret: *mut u8,
    aead_ctx: *mut ngtcp2_crypto_aead_ctx,
    key: *mut u8,
    iv: *mut u8,
    secretlen: usize,
) {
    let new_secret = next.secret.as_bytes();
    // SAFETY: by the contract of this function, and not more than there is room for.
    unsafe { write_bytes(secret, &new_secret[..secretlen.min(new_secret.len())]) };
    // SAFETY: by the contract of this function.
    unsafe { write_bytes(key, next.keys.key()) };
    // SAFETY: by the contract of this function.
    unsafe { write_bytes(iv, next.keys.iv()) };
    // SAFETY: by the contract of this function.
    unsafe { aead_ctx.write(next.aead.ctx()) };
    next.aead.taken();
}
