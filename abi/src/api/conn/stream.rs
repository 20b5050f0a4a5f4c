//! The streams of a connection (RFC 9000, sections 2 and 3).

use core::ffi::{c_int, c_void};

use crate::ngtcp2_conn;

unsafe extern "C" {
    pub fn ngtcp2_is_bidi_stream(stream_id: i64) -> c_int;

    /// Since 1.23.
    pub fn ngtcp2_conn_is_local_stream2(conn: *const ngtcp2_conn, stream_id: i64) -> c_int;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_is_local_stream2`.
    pub fn ngtcp2_conn_is_local_stream(conn: *mut ngtcp2_conn, stream_id: i64) -> c_int;

    pub fn ngtcp2_conn_open_bidi_stream(
        conn: *mut ngtcp2_conn,
        pstream_id: *mut i64,
        stream_user_data: *mut c_void,
    ) -> c_int;

    pub fn ngtcp2_conn_open_uni_stream(
        conn: *mut ngtcp2_conn,
        pstream_id: *mut i64,
        stream_user_data: *mut c_void,
    ) -> c_int;

    pub fn ngtcp2_conn_shutdown_stream(
        conn: *mut ngtcp2_conn,
        flags: u32,
        stream_id: i64,
        app_error_code: u64,
    ) -> c_int;

    pub fn ngtcp2_conn_shutdown_stream_write(
        conn: *mut ngtcp2_conn,
        flags: u32,
        stream_id: i64,
        app_error_code: u64,
    ) -> c_int;

    pub fn ngtcp2_conn_shutdown_stream_read(
        conn: *mut ngtcp2_conn,
        flags: u32,
        stream_id: i64,
        app_error_code: u64,
    ) -> c_int;

    pub fn ngtcp2_conn_set_stream_user_data(
        conn: *mut ngtcp2_conn,
        stream_id: i64,
        stream_user_data: *mut c_void,
    ) -> c_int;

    /// Since 1.23.
    pub fn ngtcp2_conn_get_stream_user_data2(conn: *const ngtcp2_conn, stream_id: i64) -> *mut c_void;

    /// Since 1.17.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_stream_user_data2`.
    pub fn ngtcp2_conn_get_stream_user_data(conn: *mut ngtcp2_conn, stream_id: i64) -> *mut c_void;

    /// Since 1.23.
    pub fn ngtcp2_conn_get_stream_loss_count2(conn: *const ngtcp2_conn, stream_id: i64) -> usize;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_stream_loss_count2`.
    pub fn ngtcp2_conn_get_stream_loss_count(conn: *mut ngtcp2_conn, stream_id: i64) -> usize;
}
