//! Flow control (RFC 9000, section 4).

use core::ffi::c_int;

use crate::ngtcp2_conn;

unsafe extern "C" {
    /// Allows the peer to send `datalen` more bytes on a stream, when that many were consumed. The
    /// library tells the peer when it is worth a frame.
    ///
    /// Returns 0, also if there is no such stream; `NGTCP2_ERR_NOMEM`; or
    /// `NGTCP2_ERR_INVALID_ARGUMENT` for a unidirectional stream of our own.
    pub fn ngtcp2_conn_extend_max_stream_offset(
        conn: *mut ngtcp2_conn,
        stream_id: i64,
        datalen: u64,
    ) -> c_int;

    /// Allows the peer to send `datalen` more bytes on the connection, when that many were consumed,
    /// on whatever stream. Bytes that a reset stream did not deliver are given back by the library
    /// itself.
    pub fn ngtcp2_conn_extend_max_offset(conn: *mut ngtcp2_conn, datalen: u64);

    /// Allows the peer to open `n` more bidirectional streams, usually when one of its streams is
    /// closed.
    pub fn ngtcp2_conn_extend_max_streams_bidi(conn: *mut ngtcp2_conn, n: usize);

    /// Allows the peer to open `n` more unidirectional streams, usually when one of its streams is
    /// closed.
    pub fn ngtcp2_conn_extend_max_streams_uni(conn: *mut ngtcp2_conn, n: usize);

    /// Returns how many bytes the peer allows us to send on the connection now.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_max_data_left2(conn: *const ngtcp2_conn) -> u64;

    /// Like `ngtcp2_conn_get_max_data_left2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_max_data_left2`.
    pub fn ngtcp2_conn_get_max_data_left(conn: *mut ngtcp2_conn) -> u64;

    /// Returns how many bytes the peer allows us to send on a stream now, or 0 if there is no such
    /// stream.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_max_stream_data_left2(conn: *const ngtcp2_conn, stream_id: i64) -> u64;

    /// Like `ngtcp2_conn_get_max_stream_data_left2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_max_stream_data_left2`.
    pub fn ngtcp2_conn_get_max_stream_data_left(conn: *mut ngtcp2_conn, stream_id: i64) -> u64;

    /// Returns how many bidirectional streams we may open now.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_streams_bidi_left2(conn: *const ngtcp2_conn) -> u64;

    /// Like `ngtcp2_conn_get_streams_bidi_left2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_streams_bidi_left2`.
    pub fn ngtcp2_conn_get_streams_bidi_left(conn: *mut ngtcp2_conn) -> u64;

    /// Returns how many unidirectional streams we may open now.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_streams_uni_left2(conn: *const ngtcp2_conn) -> u64;

    /// Like `ngtcp2_conn_get_streams_uni_left2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_streams_uni_left2`.
    pub fn ngtcp2_conn_get_streams_uni_left(conn: *mut ngtcp2_conn) -> u64;
}
