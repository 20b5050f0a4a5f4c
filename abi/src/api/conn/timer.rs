//! The timers of a connection.

use core::ffi::c_int;

use crate::{ngtcp2_conn, ngtcp2_duration, ngtcp2_tstamp};

unsafe extern "C" {
    /// Since 1.23.
    pub fn ngtcp2_conn_get_expiry2(conn: *const ngtcp2_conn) -> ngtcp2_tstamp;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_expiry2`.
    pub fn ngtcp2_conn_get_expiry(conn: *mut ngtcp2_conn) -> ngtcp2_tstamp;

    pub fn ngtcp2_conn_handle_expiry(conn: *mut ngtcp2_conn, ts: ngtcp2_tstamp) -> c_int;

    /// Since 1.23.
    pub fn ngtcp2_conn_get_pto2(conn: *const ngtcp2_conn) -> ngtcp2_duration;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_pto2`.
    pub fn ngtcp2_conn_get_pto(conn: *mut ngtcp2_conn) -> ngtcp2_duration;

    pub fn ngtcp2_conn_set_keep_alive_timeout(conn: *mut ngtcp2_conn, timeout: ngtcp2_duration);

    /// Since 1.16.
    pub fn ngtcp2_conn_get_timestamp(conn: *const ngtcp2_conn) -> ngtcp2_tstamp;
}
