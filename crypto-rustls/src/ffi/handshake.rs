//! The callbacks that join a connection and its TLS session.

use std::ffi::{c_int, c_void};

use ngtcp2_abi::{
    NGTCP2_ENCRYPTION_LEVEL_1RTT, NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE, NGTCP2_ENCRYPTION_LEVEL_INITIAL,
    NGTCP2_ERR_CALLBACK_FAILURE, NGTCP2_ERR_INTERNAL, NGTCP2_ERR_INVALID_ARGUMENT, NGTCP2_ERR_INVALID_STATE,
    NGTCP2_PATH_CHALLENGE_DATALEN, ngtcp2_cid, ngtcp2_conn, ngtcp2_encryption_level,
    ngtcp2_path_challenge_data, ngtcp2_pkt_hd,
};

use super::conn::Conn;
use super::hello::NGTCP2_CRYPTO_RUSTLS_WAIT;
use super::session::ngtcp2_crypto_rustls_session as NativeSession;
use super::{bytes, bytes_mut, cid, guard};
use crate::session::Level;
use crate::{handshake, install, random};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_client_initial_cb(
    conn: *mut ngtcp2_conn,
    _user_data: *mut c_void,
) -> c_int {
    guard_callback(|| {
        // SAFETY: the caller's connection, or NULL.
        let conn = unsafe { Conn::new(conn) }?;
        let destination = conn.destination_connection_id()?;
        install::initial_keys(&conn, cid(&destination)?).ok()?;
        install::retry_key(&conn).ok()?;
        // SAFETY: the TLS handle of a connection that uses this library is a session of it.
        unsafe { advance(&conn, Level::Initial, &[]) }.ok()
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_recv_retry_cb(
    conn: *mut ngtcp2_conn,
    hd: *const ngtcp2_pkt_hd,
    _user_data: *mut c_void,
) -> c_int {
    guard_callback(|| {
        // SAFETY: the caller's connection, or NULL.
        let conn = unsafe { Conn::new(conn) }?;
        // SAFETY: the caller's header, or NULL.
        let header = unsafe { hd.as_ref() }?;
        // The client goes on with the server's choice (RFC 9001, section 5.2).
        install::initial_keys(&conn, cid(&header.scid)?).ok()
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_recv_client_initial_cb(
    conn: *mut ngtcp2_conn,
    dcid: *const ngtcp2_cid,
    _user_data: *mut c_void,
) -> c_int {
    guard_callback(|| {
        // SAFETY: the caller's connection, or NULL.
        let conn = unsafe { Conn::new(conn) }?;
        // SAFETY: the caller's connection ID, or NULL.
        let destination = unsafe { dcid.as_ref() }?;
        install::initial_keys(&conn, cid(destination)?).ok()
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_version_negotiation_cb(
    conn: *mut ngtcp2_conn,
    version: u32,
    client_dcid: *const ngtcp2_cid,
    _user_data: *mut c_void,
) -> c_int {
    guard_callback(|| {
        // SAFETY: the caller's connection, or NULL.
        let conn = unsafe { Conn::new(conn) }?;
        // SAFETY: the caller's connection ID, or NULL.
        let destination = unsafe { client_dcid.as_ref() }?;
        install::negotiated_initial_keys(&conn, version, cid(destination)?).ok()
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_read_write_crypto_data(
    conn: *mut ngtcp2_conn,
    encryption_level: ngtcp2_encryption_level,
    data: *const u8,
    datalen: usize,
) -> c_int {
    // SAFETY: the caller's arguments, passed on.
    guard(NGTCP2_ERR_INTERNAL, || match unsafe { read_write(conn, encryption_level, data, datalen) } {
        Ok(()) => 0,
        Err(code) => code,
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_recv_crypto_data_cb(
    conn: *mut ngtcp2_conn,
    encryption_level: ngtcp2_encryption_level,
    _offset: u64,
    data: *const u8,
    datalen: usize,
    _user_data: *mut c_void,
) -> c_int {
    guard(NGTCP2_ERR_INTERNAL, || {
        if datalen == 0 {
            // No data have come. To TLS it would mean that the application has made up its mind about a client.
            return 0;
        }
        // SAFETY: the caller's arguments, passed on.
        let Err(code) = (unsafe { read_write(conn, encryption_level, data, datalen) }) else { return 0 };
        if code == NGTCP2_CRYPTO_RUSTLS_WAIT {
            return 0;
        }
        // What the connection was told is more exact: it may come from the application, too.
        // SAFETY: the caller's connection, or NULL.
        match unsafe { Conn::new(conn) }.map(|conn| conn.tls_error()) {
            Some(Err(noted)) => noted,
            _ => code,
        }
    })
}

// `conn` is valid or NULL, `data` is valid for `datalen` bytes or NULL.
unsafe fn read_write(
    conn: *mut ngtcp2_conn,
    encryption_level: ngtcp2_encryption_level,
    data: *const u8,
    datalen: usize,
) -> Result<(), c_int> {
    // SAFETY: by the contract of this function.
    let conn = unsafe { Conn::new(conn) }.ok_or(NGTCP2_ERR_INVALID_ARGUMENT)?;
    // SAFETY: by the contract of this function.
    let data = unsafe { bytes(data, datalen) }.ok_or(NGTCP2_ERR_INVALID_ARGUMENT)?;
    let level = match encryption_level {
        NGTCP2_ENCRYPTION_LEVEL_INITIAL => Level::Initial,
        NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE => Level::Handshake,
        NGTCP2_ENCRYPTION_LEVEL_1RTT => Level::OneRtt,
        // CRYPTO frames do not occur in 0-RTT packets (RFC 9000, section 12.5).
        _ => return Err(NGTCP2_ERR_INVALID_ARGUMENT),
    };
    // SAFETY: the TLS handle of a connection that uses this library is a session of it.
    unsafe { advance(&conn, level, data) }
}

// The TLS handle of `conn` is a session of this library or NULL.
unsafe fn advance(conn: &Conn, level: Level, data: &[u8]) -> Result<(), c_int> {
    // SAFETY: by the contract of this function.
    let session = unsafe { NativeSession::of(conn) }.ok_or(NGTCP2_ERR_INVALID_STATE)?;
    // SAFETY: the application's conn_ref lives as long as the session.
    match unsafe { session.named_conn() } {
        Some(named) => handshake::advance(&named, &session, level, data),
        None => handshake::advance(conn, &session, level, data),
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_get_path_challenge_data_cb(
    _conn: *mut ngtcp2_conn,
    data: *mut u8,
    _user_data: *mut c_void,
) -> c_int {
    guard_callback(|| {
        // SAFETY: the caller's output, whose length is fixed, or NULL.
        let data = unsafe { bytes_mut(data, NGTCP2_PATH_CHALLENGE_DATALEN) }?;
        random::fill(data).ok()
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_get_path_challenge_data2_cb(
    _conn: *mut ngtcp2_conn,
    data: *mut ngtcp2_path_challenge_data,
    _user_data: *mut c_void,
) -> c_int {
    guard_callback(|| {
        // SAFETY: the caller's output, or NULL.
        let data = unsafe { data.as_mut() }?;
        random::fill(&mut data.data).ok()
    })
}

/// For callbacks of the connection, which know one error.
fn guard_callback(body: impl FnOnce() -> Option<()>) -> c_int {
    guard(NGTCP2_ERR_CALLBACK_FAILURE, || body().map_or(NGTCP2_ERR_CALLBACK_FAILURE, |()| 0))
}
