//! Closing a connection (RFC 9000, section 10).

use core::ffi::c_int;

use crate::{ngtcp2_ccerr, ngtcp2_conn, ngtcp2_path, ngtcp2_pkt_info, ngtcp2_ssize, ngtcp2_tstamp};

unsafe extern "C" {
    /// Writes a datagram with CONNECTION_CLOSE frames and closes the connection. Call it as
    /// `ngtcp2_conn_write_connection_close`.
    ///
    /// `ccerr` tells why. An error of the application becomes `NGTCP2_APPLICATION_ERROR` in packets
    /// before 1-RTT. `path` and `pi` are as in `ngtcp2_conn_writev_stream`, and a client should give
    /// at least 1200 bytes. Keep the datagram: while the connection is in the closing period, for
    /// three times `ngtcp2_conn_get_pto2`, it answers packets of the peer.
    ///
    /// Returns the length of the datagram; 0 if there is nothing to send, because of the type of
    /// `ccerr`, the anti-amplification limit, or because the connection is closed already; or:
    ///
    /// - `NGTCP2_ERR_NOBUF`: `dest` is too small, perhaps for the reason. The connection is not
    ///   closed.
    /// - `NGTCP2_ERR_INVALID_STATE`: a client has not sent anything yet. Delete the connection.
    /// - `NGTCP2_ERR_INVALID_ARGUMENT`, `NGTCP2_ERR_PKT_NUM_EXHAUSTED`, `NGTCP2_ERR_NOMEM`,
    ///   `NGTCP2_ERR_CALLBACK_FAILURE`.
    ///
    /// Not from a callback that is called while a packet is written: `NGTCP2_ERR_INVALID_STATE`.
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

    /// Returns the error with which the peer closed the connection, or what `ngtcp2_ccerr_default`
    /// fills in if it did not. Valid as long as the connection.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_ccerr2(conn: *const ngtcp2_conn) -> *const ngtcp2_ccerr;

    /// Like `ngtcp2_conn_get_ccerr2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_ccerr2`.
    pub fn ngtcp2_conn_get_ccerr(conn: *mut ngtcp2_conn) -> *const ngtcp2_ccerr;

    /// Returns nonzero if the connection is in the closing period (RFC 9000, section 10.2.1).
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_in_closing_period2(conn: *const ngtcp2_conn) -> c_int;

    /// Like `ngtcp2_conn_in_closing_period2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_in_closing_period2`.
    pub fn ngtcp2_conn_in_closing_period(conn: *mut ngtcp2_conn) -> c_int;

    /// Returns nonzero if the connection is in the draining period (RFC 9000, section 10.2.2).
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_in_draining_period2(conn: *const ngtcp2_conn) -> c_int;

    /// Like `ngtcp2_conn_in_draining_period2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_in_draining_period2`.
    pub fn ngtcp2_conn_in_draining_period(conn: *mut ngtcp2_conn) -> c_int;
}
