//! Closing a connection (RFC 9000, section 10).

use core::ffi::c_int;

use crate::{ngtcp2_ccerr, ngtcp2_conn, ngtcp2_path, ngtcp2_pkt_info, ngtcp2_ssize, ngtcp2_tstamp};

unsafe extern "C" {
    pub fn ngtcp2_conn_write_connection_close_versioned(
        conn: *mut ngtcp2_conn,
        path: *mut ngtcp2_path,
        pkt_info_version: c_int,
        pi: *mut ngtcp2_pkt_info,
        dest: *mut u8,
        destlen: usize,
        ccerr: *const ngtcp2_ccerr,
        ts: ngtcp2_tstamp,
    ) -> ngtcp2_ssize;

    /// Since 1.23.
    pub fn ngtcp2_conn_get_ccerr2(conn: *const ngtcp2_conn) -> *const ngtcp2_ccerr;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_ccerr2`.
    pub fn ngtcp2_conn_get_ccerr(conn: *mut ngtcp2_conn) -> *const ngtcp2_ccerr;

    /// Since 1.23.
    pub fn ngtcp2_conn_in_closing_period2(conn: *const ngtcp2_conn) -> c_int;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_in_closing_period2`.
    pub fn ngtcp2_conn_in_closing_period(conn: *mut ngtcp2_conn) -> c_int;

    /// Since 1.23.
    pub fn ngtcp2_conn_in_draining_period2(conn: *const ngtcp2_conn) -> c_int;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_in_draining_period2`.
    pub fn ngtcp2_conn_in_draining_period(conn: *mut ngtcp2_conn) -> c_int;
}
