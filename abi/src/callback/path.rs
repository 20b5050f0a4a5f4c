//! Callbacks about paths: validation and migration (RFC 9000, sections 8.2 and 9), sending.

use core::ffi::{c_int, c_void};

use crate::{
    ngtcp2_conn, ngtcp2_path, ngtcp2_path_challenge_data, ngtcp2_path_validation_result, ngtcp2_pkt_info,
    ngtcp2_preferred_addr, ngtcp2_ssize, ngtcp2_tstamp,
};

/// The validation of `path` begins. `flags` is zero or more of `NGTCP2_PATH_VALIDATION_FLAG_*`.
///
/// `fallback_path` is the path to return to if the validation fails, or NULL. May be called while a
/// packet is written: the connection must not be read from, written to or closed in it. Since 1.14.
pub type ngtcp2_begin_path_validation = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        flags: u32,
        path: *const ngtcp2_path,
        fallback_path: *const ngtcp2_path,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// The validation of `path` ended with `res`. `flags` is zero or more of
/// `NGTCP2_PATH_VALIDATION_FLAG_*`. `fallback_path` is the path to return to, or NULL.
pub type ngtcp2_path_validation = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        flags: u32,
        path: *const ngtcp2_path,
        fallback_path: *const ngtcp2_path,
        res: ngtcp2_path_validation_result,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// The server offers the preferred address `paddr`. To migrate there, fill in the addresses of
/// `dest` (the local one, too) and its `user_data`. To stay, leave `dest` as it is. Clients only.
pub type ngtcp2_select_preferred_addr = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        dest: *mut ngtcp2_path,
        paddr: *const ngtcp2_preferred_addr,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// Fills `data` with `NGTCP2_PATH_CHALLENGE_DATALEN` unpredictable bytes.
///
/// Called while a packet is written: the connection must not be read from, written to or closed in
/// it. New code uses `ngtcp2_get_path_challenge_data2`.
pub type ngtcp2_get_path_challenge_data =
    Option<unsafe extern "C" fn(conn: *mut ngtcp2_conn, data: *mut u8, user_data: *mut c_void) -> c_int>;

/// Like `ngtcp2_get_path_challenge_data`, with a data type. Since 1.22.
pub type ngtcp2_get_path_challenge_data2 = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        data: *mut ngtcp2_path_challenge_data,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// Writes one packet for `ngtcp2_conn_write_aggregate_pkt`.
///
/// It has the return values of `ngtcp2_conn_writev_stream`, which it is expected to call with the
/// arguments that it gets. It must not call `ngtcp2_conn_update_pkt_tx_time`.
pub type ngtcp2_write_pkt = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        path: *mut ngtcp2_path,
        pi: *mut ngtcp2_pkt_info,
        dest: *mut u8,
        destlen: usize,
        ts: ngtcp2_tstamp,
        user_data: *mut c_void,
    ) -> ngtcp2_ssize,
>;
