//! Flow control (RFC 9000, section 4).

use core::ffi::c_int;

use crate::ngtcp2_conn;

unsafe extern "C" {
    pub fn ngtcp2_conn_extend_max_stream_offset(
        conn: *mut ngtcp2_conn,
        stream_id: i64,
        datalen: u64,
    ) -> c_int;

    pub fn ngtcp2_conn_extend_max_offset(conn: *mut ngtcp2_conn, datalen: u64);

    pub fn ngtcp2_conn_extend_max_streams_bidi(conn: *mut ngtcp2_conn, n: usize);

    pub fn ngtcp2_conn_extend_max_streams_uni(conn: *mut ngtcp2_conn, n: usize);

    /// Since 1.23.
    pub fn ngtcp2_conn_get_max_data_left2(conn: *const ngtcp2_conn) -> u64;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_max_data_left2`.
    pub fn ngtcp2_conn_get_max_data_left(conn: *mut ngtcp2_conn) -> u64;

    /// Since 1.23.
    pub fn ngtcp2_conn_get_max_stream_data_left2(conn: *const ngtcp2_conn, stream_id: i64) -> u64;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_max_stream_data_left2`.
    pub fn ngtcp2_conn_get_max_stream_data_left(conn: *mut ngtcp2_conn, stream_id: i64) -> u64;

    /// Since 1.23.
    pub fn ngtcp2_conn_get_streams_bidi_left2(conn: *const ngtcp2_conn) -> u64;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_streams_bidi_left2`.
    pub fn ngtcp2_conn_get_streams_bidi_left(conn: *mut ngtcp2_conn) -> u64;

    /// Since 1.23.
    pub fn ngtcp2_conn_get_streams_uni_left2(conn: *const ngtcp2_conn) -> u64;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_streams_uni_left2`.
    pub fn ngtcp2_conn_get_streams_uni_left(conn: *mut ngtcp2_conn) -> u64;
}
