//! Numbers about a connection (RFC 9002).

use core::ffi::c_int;

use crate::{ngtcp2_conn, ngtcp2_conn_info};

unsafe extern "C" {
    /// Fills in numbers about the connection. Call it as `ngtcp2_conn_get_conn_info2`.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_conn_info2_versioned(
        conn: *const ngtcp2_conn,
        conn_info_version: c_int,
        cinfo: *mut ngtcp2_conn_info,
    );

    /// Like `ngtcp2_conn_get_conn_info2`, with a connection that is not `const`. Call it as
    /// `ngtcp2_conn_get_conn_info`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_conn_info2`.
    pub fn ngtcp2_conn_get_conn_info_versioned(
        conn: *mut ngtcp2_conn,
        conn_info_version: c_int,
        cinfo: *mut ngtcp2_conn_info,
    );

    /// Returns the congestion window less the bytes in flight, or 0 if more are in flight.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_cwnd_left2(conn: *const ngtcp2_conn) -> u64;

    /// Like `ngtcp2_conn_get_cwnd_left2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_cwnd_left2`.
    pub fn ngtcp2_conn_get_cwnd_left(conn: *mut ngtcp2_conn) -> u64;
}
