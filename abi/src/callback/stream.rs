//! Callbacks about streams and flow control (RFC 9000, sections 2 to 4).

use core::ffi::{c_int, c_void};

use crate::ngtcp2_conn;

/// No flag.
pub const NGTCP2_STREAM_DATA_FLAG_NONE: u32 = 0x00u32;
/// The data is the end of the stream.
pub const NGTCP2_STREAM_DATA_FLAG_FIN: u32 = 0x01u32;
/// The data came in a 0-RTT packet and the handshake is not complete: it may be a replay.
pub const NGTCP2_STREAM_DATA_FLAG_0RTT: u32 = 0x02u32;

/// Data of a stream arrived, in order and without gaps. `flags` is zero or more of
/// `NGTCP2_STREAM_DATA_FLAG_*`.
///
/// `offset` is the position of `data` in the stream. `datalen` is 0 only together with
/// `NGTCP2_STREAM_DATA_FLAG_FIN`. When the data is consumed, give the room back with
/// `ngtcp2_conn_extend_max_stream_offset` and `ngtcp2_conn_extend_max_offset`.
pub type ngtcp2_recv_stream_data = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        flags: u32,
        stream_id: i64,
        offset: u64,
        data: *const u8,
        datalen: usize,
        user_data: *mut c_void,
        stream_user_data: *mut c_void,
    ) -> c_int,
>;

/// The peer opened the stream `stream_id`. Streams with lower IDs are not reported with it.
pub type ngtcp2_stream_open =
    Option<unsafe extern "C" fn(conn: *mut ngtcp2_conn, stream_id: i64, user_data: *mut c_void) -> c_int>;

/// No flag.
pub const NGTCP2_STREAM_CLOSE_FLAG_NONE: u32 = 0x00u32;
/// `app_error_code` is given.
pub const NGTCP2_STREAM_CLOSE_FLAG_APP_ERROR_CODE_SET: u32 = 0x01u32;

/// A stream is finished in both directions and forgotten. `flags` is zero or more of
/// `NGTCP2_STREAM_CLOSE_FLAG_*`.
///
/// `app_error_code` is the first error code that either side gave for the stream. No callback for
/// the stream follows. The library no longer reads the application's data of this stream. For a
/// stream that the peer opened, allow it another one with `ngtcp2_conn_extend_max_streams_bidi` or
/// `ngtcp2_conn_extend_max_streams_uni`. New code uses `ngtcp2_stream_close2`.
pub type ngtcp2_stream_close = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        flags: u32,
        stream_id: i64,
        app_error_code: u64,
        user_data: *mut c_void,
        stream_user_data: *mut c_void,
    ) -> c_int,
>;

/// No flag.
pub const NGTCP2_STREAM_CLOSE2_FLAG_NONE: u32 = 0x00u32;
/// `rx_app_error_code` is given.
pub const NGTCP2_STREAM_CLOSE2_FLAG_RX_APP_ERROR_CODE_SET: u32 = 0x01u32;
/// `tx_app_error_code` is given.
pub const NGTCP2_STREAM_CLOSE2_FLAG_TX_APP_ERROR_CODE_SET: u32 = 0x02u32;

/// Like `ngtcp2_stream_close`, with an error code for each direction. `flags` is zero or more of
/// `NGTCP2_STREAM_CLOSE2_FLAG_*`. Since 1.25.
///
/// `rx_app_error_code` ended the receiving direction, `tx_app_error_code` the sending one.
pub type ngtcp2_stream_close2 = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        flags: u32,
        stream_id: i64,
        rx_app_error_code: u64,
        tx_app_error_code: u64,
        user_data: *mut c_void,
        stream_user_data: *mut c_void,
    ) -> c_int,
>;

/// The peer gave up sending on a stream (RESET_STREAM frame), which has `final_size` bytes.
///
/// Data that was not delivered yet is dropped.
pub type ngtcp2_stream_reset = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        stream_id: i64,
        final_size: u64,
        app_error_code: u64,
        user_data: *mut c_void,
        stream_user_data: *mut c_void,
    ) -> c_int,
>;

/// The library asks the peer to stop sending on a stream (STOP_SENDING frame): no more data of it is
/// delivered.
///
/// Called while a packet is written: the connection must not be read from, written to or closed in
/// it.
pub type ngtcp2_stream_stop_sending = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        stream_id: i64,
        app_error_code: u64,
        user_data: *mut c_void,
        stream_user_data: *mut c_void,
    ) -> c_int,
>;

/// The peer wants us to stop sending on a stream (STOP_SENDING frame). Since 1.24.
///
/// The library answers with RESET_STREAM by itself, and no longer reads the data of the stream.
pub type ngtcp2_recv_stop_sending = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        stream_id: i64,
        app_error_code: u64,
        user_data: *mut c_void,
        stream_user_data: *mut c_void,
    ) -> c_int,
>;

/// The peer acknowledged the bytes from `offset` to `offset + datalen` of a stream.
///
/// Calls for a stream come in order and without gaps. The library does not read these bytes again:
/// the application may free them. `datalen` may be 0 when only the end of the stream was
/// acknowledged.
pub type ngtcp2_acked_stream_data_offset = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        stream_id: i64,
        offset: u64,
        datalen: u64,
        user_data: *mut c_void,
        stream_user_data: *mut c_void,
    ) -> c_int,
>;

/// A limit on the number of streams was raised. `max_streams` is the new limit, counted from the
/// start of the connection.
pub type ngtcp2_extend_max_streams =
    Option<unsafe extern "C" fn(conn: *mut ngtcp2_conn, max_streams: u64, user_data: *mut c_void) -> c_int>;

/// The peer raised the flow control limit of a stream. `max_data` is the new limit, counted from the
/// start of the stream.
pub type ngtcp2_extend_max_stream_data = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        stream_id: i64,
        max_data: u64,
        user_data: *mut c_void,
        stream_user_data: *mut c_void,
    ) -> c_int,
>;
