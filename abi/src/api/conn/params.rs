//! The transport parameters of a connection.

use core::ffi::c_int;

use crate::{ngtcp2_conn, ngtcp2_ssize, ngtcp2_transport_params};

unsafe extern "C" {
    pub fn ngtcp2_conn_set_local_transport_params_versioned(
        conn: *mut ngtcp2_conn,
        transport_params_version: c_int,
        params: *const ngtcp2_transport_params,
    ) -> c_int;

    /// Since 1.23.
    pub fn ngtcp2_conn_get_local_transport_params2(
        conn: *const ngtcp2_conn,
    ) -> *const ngtcp2_transport_params;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_local_transport_params2`.
    pub fn ngtcp2_conn_get_local_transport_params(conn: *mut ngtcp2_conn) -> *const ngtcp2_transport_params;

    /// Since 1.23.
    pub fn ngtcp2_conn_encode_local_transport_params2(
        conn: *const ngtcp2_conn,
        dest: *mut u8,
        destlen: usize,
    ) -> ngtcp2_ssize;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_encode_local_transport_params2`.
    pub fn ngtcp2_conn_encode_local_transport_params(
        conn: *mut ngtcp2_conn,
        dest: *mut u8,
        destlen: usize,
    ) -> ngtcp2_ssize;

    pub fn ngtcp2_conn_decode_and_set_remote_transport_params(
        conn: *mut ngtcp2_conn,
        data: *const u8,
        datalen: usize,
    ) -> c_int;

    /// Since 1.23.
    pub fn ngtcp2_conn_get_remote_transport_params2(
        conn: *const ngtcp2_conn,
    ) -> *const ngtcp2_transport_params;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_remote_transport_params2`.
    pub fn ngtcp2_conn_get_remote_transport_params(conn: *mut ngtcp2_conn) -> *const ngtcp2_transport_params;

    /// Since 1.23.
    pub fn ngtcp2_conn_encode_0rtt_transport_params2(
        conn: *const ngtcp2_conn,
        dest: *mut u8,
        destlen: usize,
    ) -> ngtcp2_ssize;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_encode_0rtt_transport_params2`.
    pub fn ngtcp2_conn_encode_0rtt_transport_params(
        conn: *mut ngtcp2_conn,
        dest: *mut u8,
        destlen: usize,
    ) -> ngtcp2_ssize;

    pub fn ngtcp2_conn_decode_and_set_0rtt_transport_params(
        conn: *mut ngtcp2_conn,
        data: *const u8,
        datalen: usize,
    ) -> c_int;
}
