//! The timers of a connection.

use core::ffi::c_int;

use crate::{ngtcp2_conn, ngtcp2_duration, ngtcp2_tstamp};

unsafe extern "C" {
    /// Returns the time at which `ngtcp2_conn_handle_expiry` has to be called, or `UINT64_MAX` if
    /// never.
    ///
    /// It may be in the past. Any other call may change it. The closing and draining periods have no
    /// timer here.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_expiry2(conn: *const ngtcp2_conn) -> ngtcp2_tstamp;

    /// Like `ngtcp2_conn_get_expiry2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_expiry2`.
    pub fn ngtcp2_conn_get_expiry(conn: *mut ngtcp2_conn) -> ngtcp2_tstamp;

    /// Does what is due at the time `ts`: retransmission, acknowledgements, keep-alive, path
    /// validation, and so on. Then call a write function. Before the time of
    /// `ngtcp2_conn_get_expiry2` it does nothing.
    ///
    /// Returns 0, or:
    ///
    /// - `NGTCP2_ERR_IDLE_CLOSE`: the connection was idle for too long. Delete it; nothing is sent.
    /// - `NGTCP2_ERR_HANDSHAKE_TIMEOUT`: the handshake takes too long. Close the connection.
    /// - Any other error: close the connection.
    ///
    /// Not from a callback that is called while a packet is written: `NGTCP2_ERR_INVALID_STATE`.
    pub fn ngtcp2_conn_handle_expiry(conn: *mut ngtcp2_conn, ts: ngtcp2_tstamp) -> c_int;

    /// Returns the probe timeout without back-off (RFC 9002, section 6.2.1). The closing and draining
    /// periods last three times as long.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_pto2(conn: *const ngtcp2_conn) -> ngtcp2_duration;

    /// Like `ngtcp2_conn_get_pto2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_pto2`.
    pub fn ngtcp2_conn_get_pto(conn: *mut ngtcp2_conn) -> ngtcp2_duration;

    /// Makes the connection send a PING frame when it was idle for `timeout`. `UINT64_MAX`, the
    /// default, and 0 switch this off. It only helps if `timeout` is shorter than the idle timeout.
    pub fn ngtcp2_conn_set_keep_alive_timeout(conn: *mut ngtcp2_conn, timeout: ngtcp2_duration);

    /// Returns the latest timestamp that the connection was given.
    ///
    /// Since 1.16.
    pub fn ngtcp2_conn_get_timestamp(conn: *const ngtcp2_conn) -> ngtcp2_tstamp;
}
