//! Callbacks about connection IDs (RFC 9000, section 5.1) and stateless reset (section 10.3).

use core::ffi::{c_int, c_void};

use crate::{
    ngtcp2_cid, ngtcp2_conn, ngtcp2_connection_id_status_type, ngtcp2_pkt_stateless_reset,
    ngtcp2_pkt_stateless_reset2, ngtcp2_stateless_reset_token,
};

/// Makes a new connection ID of ours: `cid` gets `cidlen` bytes, `token` its stateless reset token
/// of `NGTCP2_STATELESS_RESET_TOKENLEN` bytes.
///
/// Packets with the new connection ID have to find this connection from now on. Called while a
/// packet is written: the connection must not be read from, written to or closed in it. New code
/// uses `ngtcp2_get_new_connection_id2`.
pub type ngtcp2_get_new_connection_id = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        cid: *mut ngtcp2_cid,
        token: *mut u8,
        cidlen: usize,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// Like `ngtcp2_get_new_connection_id`, with a token type. Since 1.22.
pub type ngtcp2_get_new_connection_id2 = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        cid: *mut ngtcp2_cid,
        token: *mut ngtcp2_stateless_reset_token,
        cidlen: usize,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// The connection ID `cid` of ours is out of use: packets with it no longer belong to this
/// connection.
pub type ngtcp2_remove_connection_id = Option<
    unsafe extern "C" fn(conn: *mut ngtcp2_conn, cid: *const ngtcp2_cid, user_data: *mut c_void) -> c_int,
>;

/// The connection ID `cid` of the peer, with sequence number `seq`, came into use or went out of it.
///
/// `token` is its stateless reset token, or NULL if it has none. Called while a packet is written:
/// the connection must not be read from, written to or closed in it. New code uses
/// `ngtcp2_connection_id_status2`.
pub type ngtcp2_connection_id_status = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        r#type: ngtcp2_connection_id_status_type,
        seq: u64,
        cid: *const ngtcp2_cid,
        token: *const u8,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// Like `ngtcp2_connection_id_status`, with a token type. Since 1.22.
pub type ngtcp2_connection_id_status2 = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        r#type: ngtcp2_connection_id_status_type,
        seq: u64,
        cid: *const ngtcp2_cid,
        token: *const ngtcp2_stateless_reset_token,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// A stateless reset arrived: the connection is in the draining period. New code uses
/// `ngtcp2_recv_stateless_reset2`.
pub type ngtcp2_recv_stateless_reset = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        sr: *const ngtcp2_pkt_stateless_reset,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// Like `ngtcp2_recv_stateless_reset`, with a token type. Since 1.22.
pub type ngtcp2_recv_stateless_reset2 = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        sr: *const ngtcp2_pkt_stateless_reset2,
        user_data: *mut c_void,
    ) -> c_int,
>;
