//! The streams of a connection (RFC 9000, sections 2 and 3).

use core::ffi::{c_int, c_void};

use crate::ngtcp2_conn;

unsafe extern "C" {
    /// Returns nonzero if `stream_id` belongs to a bidirectional stream.
    pub fn ngtcp2_is_bidi_stream(stream_id: i64) -> c_int;

    /// Returns nonzero if `stream_id` belongs to a stream that this side opens.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_is_local_stream2(conn: *const ngtcp2_conn, stream_id: i64) -> c_int;

    /// Like `ngtcp2_conn_is_local_stream2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_is_local_stream2`.
    pub fn ngtcp2_conn_is_local_stream(conn: *mut ngtcp2_conn, stream_id: i64) -> c_int;

    /// Opens a bidirectional stream and stores its ID in `*pstream_id`. The peer learns of it with
    /// the first frame. `stream_user_data` is passed to the callbacks of the stream.
    ///
    /// Returns 0, `NGTCP2_ERR_NOMEM`, or `NGTCP2_ERR_STREAM_ID_BLOCKED` if the peer allows no more
    /// streams at present; `extend_max_local_streams_bidi` tells when it does.
    pub fn ngtcp2_conn_open_bidi_stream(
        conn: *mut ngtcp2_conn,
        pstream_id: *mut i64,
        stream_user_data: *mut c_void,
    ) -> c_int;

    /// Opens a unidirectional stream. Otherwise like `ngtcp2_conn_open_bidi_stream`, with
    /// `extend_max_local_streams_uni`.
    pub fn ngtcp2_conn_open_uni_stream(
        conn: *mut ngtcp2_conn,
        pstream_id: *mut i64,
        stream_user_data: *mut c_void,
    ) -> c_int;

    /// Gives up a stream in both directions, with the application's error code `app_error_code`:
    /// `ngtcp2_conn_shutdown_stream_write` and `ngtcp2_conn_shutdown_stream_read`, as far as the
    /// stream has these directions. The stream is closed, and `stream_close` called, when the peer
    /// has confirmed it.
    ///
    /// `flags` is 0. Returns 0, also if there is no such stream; `NGTCP2_ERR_NOMEM`; or
    /// `NGTCP2_ERR_INVALID_ARGUMENT` if `app_error_code` is over `NGTCP2_MAX_VARINT`.
    pub fn ngtcp2_conn_shutdown_stream(
        conn: *mut ngtcp2_conn,
        flags: u32,
        stream_id: i64,
        app_error_code: u64,
    ) -> c_int;

    /// Gives up sending on a stream (RESET_STREAM frame). The library no longer reads the data of the
    /// stream.
    ///
    /// `flags` is 0. Returns what `ngtcp2_conn_shutdown_stream` returns, and
    /// `NGTCP2_ERR_INVALID_ARGUMENT` also for a unidirectional stream of the peer.
    pub fn ngtcp2_conn_shutdown_stream_write(
        conn: *mut ngtcp2_conn,
        flags: u32,
        stream_id: i64,
        app_error_code: u64,
    ) -> c_int;

    /// Gives up receiving on a stream (STOP_SENDING frame). No more data of it is delivered.
    ///
    /// `flags` is 0. Returns what `ngtcp2_conn_shutdown_stream` returns, and
    /// `NGTCP2_ERR_INVALID_ARGUMENT` also for a unidirectional stream of our own.
    pub fn ngtcp2_conn_shutdown_stream_read(
        conn: *mut ngtcp2_conn,
        flags: u32,
        stream_id: i64,
        app_error_code: u64,
    ) -> c_int;

    /// Replaces what is passed to the callbacks of a stream. For streams of the peer, call it in the
    /// `stream_open` callback.
    ///
    /// Returns 0, or `NGTCP2_ERR_STREAM_NOT_FOUND`.
    pub fn ngtcp2_conn_set_stream_user_data(
        conn: *mut ngtcp2_conn,
        stream_id: i64,
        stream_user_data: *mut c_void,
    ) -> c_int;

    /// Returns what is passed to the callbacks of a stream, or NULL if there is no such stream.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_stream_user_data2(conn: *const ngtcp2_conn, stream_id: i64) -> *mut c_void;

    /// Like `ngtcp2_conn_get_stream_user_data2`, with a connection that is not `const`.
    ///
    /// Since 1.17.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_stream_user_data2`.
    pub fn ngtcp2_conn_get_stream_user_data(conn: *mut ngtcp2_conn, stream_id: i64) -> *mut c_void;

    /// Returns how many packets with data of the stream `stream_id` were declared lost, or 0 if there
    /// is no such stream. Packets that were only late may be among them.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_stream_loss_count2(conn: *const ngtcp2_conn, stream_id: i64) -> usize;

    /// Like `ngtcp2_conn_get_stream_loss_count2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_stream_loss_count2`.
    pub fn ngtcp2_conn_get_stream_loss_count(conn: *mut ngtcp2_conn, stream_id: i64) -> usize;
}
