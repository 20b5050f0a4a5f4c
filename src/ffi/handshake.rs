//! The TLS handshake of a connection: its messages, its outcome, and what the TLS library leaves with us.

use core::ffi::{c_int, c_void};
use core::ptr::{self, NonNull};

use ngtcp2_abi::{self as abi, ngtcp2_conn, ngtcp2_encryption_level, ngtcp2_tstamp};

use super::{caller, status};
use crate::conn::{self, crypto_data, early_data, information, new_tokens};
use crate::error::Error;
use crate::session::{change, drive, observe};
use crate::units::Timestamp;

abi::assert_same_signature!(ngtcp2_abi::api, self, {
    ngtcp2_conn_submit_crypto_data,
    ngtcp2_conn_continue_handshake,
    ngtcp2_conn_tls_handshake_completed,
    ngtcp2_conn_get_handshake_completed,
    ngtcp2_conn_get_handshake_completed2,
    ngtcp2_conn_tls_early_data_rejected,
    ngtcp2_conn_get_tls_early_data_rejected,
    ngtcp2_conn_get_tls_early_data_rejected2,
    ngtcp2_conn_set_tls_native_handle,
    ngtcp2_conn_get_tls_native_handle,
    ngtcp2_conn_get_tls_native_handle2,
    ngtcp2_conn_set_tls_error,
    ngtcp2_conn_get_tls_error,
    ngtcp2_conn_get_tls_error2,
    ngtcp2_conn_set_tls_alert,
    ngtcp2_conn_get_tls_alert,
    ngtcp2_conn_get_tls_alert2,
    ngtcp2_conn_submit_new_token,
    ngtcp2_conn_get_client_chosen_version,
    ngtcp2_conn_get_client_chosen_version2,
    ngtcp2_conn_get_negotiated_version,
    ngtcp2_conn_get_negotiated_version2,
});

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_submit_crypto_data(
    conn: *mut ngtcp2_conn,
    encryption_level: ngtcp2_encryption_level,
    data: *const u8,
    datalen: usize,
) -> c_int {
    change(conn, |session| {
        // SAFETY: the caller passes `datalen` bytes.
        let data = unsafe { caller::slice(data, datalen) }.ok_or(Error::InvalidArgument);
        status(data.and_then(|data| crypto_data::submit(session.state(), encryption_level, data)))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_continue_handshake(conn: *mut ngtcp2_conn, ts: ngtcp2_tstamp) -> c_int {
    drive(conn, |session| status(conn::read::resume(session, Timestamp(ts))))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_tls_handshake_completed(conn: *mut ngtcp2_conn) {
    change(conn, |session| session.state().tls.finished = true);
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_handshake_completed2(conn: *const ngtcp2_conn) -> c_int {
    observe(conn, 0, |session| information::is_handshake_completed(session.state()).into())
}

older_twin!(ngtcp2_conn_get_handshake_completed = ngtcp2_conn_get_handshake_completed2() -> c_int);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_tls_early_data_rejected(conn: *mut ngtcp2_conn) -> c_int {
    drive(conn, |session| status(early_data::reject(session)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_tls_early_data_rejected2(conn: *const ngtcp2_conn) -> c_int {
    observe(conn, 0, |session| session.state().tls.early_data_rejected.into())
}

older_twin!(ngtcp2_conn_get_tls_early_data_rejected = ngtcp2_conn_get_tls_early_data_rejected2() -> c_int);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_set_tls_native_handle(
    conn: *mut ngtcp2_conn,
    tls_native_handle: *mut c_void,
) {
    change(conn, |session| session.state().tls.native_handle = NonNull::new(tls_native_handle));
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_tls_native_handle2(conn: *const ngtcp2_conn) -> *mut c_void {
    observe(conn, ptr::null_mut(), |session| {
        session.state().tls.native_handle.map_or(ptr::null_mut(), NonNull::as_ptr)
    })
}

older_twin!(ngtcp2_conn_get_tls_native_handle = ngtcp2_conn_get_tls_native_handle2() -> *mut c_void);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_set_tls_error(conn: *mut ngtcp2_conn, liberr: c_int) {
    change(conn, |session| session.state().tls.error = liberr);
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_tls_error2(conn: *const ngtcp2_conn) -> c_int {
    observe(conn, 0, |session| session.state().tls.error)
}

older_twin!(ngtcp2_conn_get_tls_error = ngtcp2_conn_get_tls_error2() -> c_int);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_set_tls_alert(conn: *mut ngtcp2_conn, alert: u8) {
    change(conn, |session| session.state().tls.alert = alert);
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_tls_alert2(conn: *const ngtcp2_conn) -> u8 {
    observe(conn, 0, |session| session.state().tls.alert)
}

older_twin!(ngtcp2_conn_get_tls_alert = ngtcp2_conn_get_tls_alert2() -> u8);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_submit_new_token(
    conn: *mut ngtcp2_conn,
    token: *const u8,
    tokenlen: usize,
) -> c_int {
    change(conn, |session| {
        // SAFETY: the caller passes `tokenlen` bytes.
        let token = unsafe { caller::slice(token, tokenlen) }.ok_or(Error::InvalidArgument);
        status(token.and_then(|token| new_tokens::submit(session.state(), token)))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_client_chosen_version2(conn: *const ngtcp2_conn) -> u32 {
    observe(conn, 0, |session| session.state().versions.client_chosen)
}

older_twin!(ngtcp2_conn_get_client_chosen_version = ngtcp2_conn_get_client_chosen_version2() -> u32);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_negotiated_version2(conn: *const ngtcp2_conn) -> u32 {
    observe(conn, 0, |session| conn::version_negotiation::known_version(session.state()))
}

older_twin!(ngtcp2_conn_get_negotiated_version = ngtcp2_conn_get_negotiated_version2() -> u32);
