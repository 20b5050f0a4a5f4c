//! Callbacks about DATAGRAM frames (RFC 9221).

use core::ffi::{c_int, c_void};

use crate::ngtcp2_conn;

/// No flag.
pub const NGTCP2_DATAGRAM_FLAG_NONE: u32 = 0x00u32;
/// The datagram came in a 0-RTT packet and the handshake is not complete: it may be a replay.
pub const NGTCP2_DATAGRAM_FLAG_0RTT: u32 = 0x01u32;

/// A datagram arrived. `flags` is zero or more of `NGTCP2_DATAGRAM_FLAG_*`.
pub type ngtcp2_recv_datagram = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        flags: u32,
        data: *const u8,
        datalen: usize,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// The packet with the datagram `dgram_id` was acknowledged. `dgram_id` is what was given to
/// `ngtcp2_conn_writev_datagram`.
pub type ngtcp2_ack_datagram =
    Option<unsafe extern "C" fn(conn: *mut ngtcp2_conn, dgram_id: u64, user_data: *mut c_void) -> c_int>;

/// The packet with the datagram `dgram_id` was declared lost.
///
/// The library does not send datagrams again. An acknowledgement may still follow, if the packet
/// was only late.
pub type ngtcp2_lost_datagram =
    Option<unsafe extern "C" fn(conn: *mut ngtcp2_conn, dgram_id: u64, user_data: *mut c_void) -> c_int>;
