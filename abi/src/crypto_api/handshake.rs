//! The handshake: the callbacks that join a connection and a TLS session.

use core::ffi::{c_int, c_void};

use crate::{ngtcp2_cid, ngtcp2_conn, ngtcp2_encryption_level, ngtcp2_path_challenge_data, ngtcp2_pkt_hd};

unsafe extern "C" {
    pub fn ngtcp2_crypto_client_initial_cb(conn: *mut ngtcp2_conn, user_data: *mut c_void) -> c_int;

    pub fn ngtcp2_crypto_recv_retry_cb(
        conn: *mut ngtcp2_conn,
        hd: *const ngtcp2_pkt_hd,
        user_data: *mut c_void,
    ) -> c_int;

    pub fn ngtcp2_crypto_recv_client_initial_cb(
        conn: *mut ngtcp2_conn,
        dcid: *const ngtcp2_cid,
        user_data: *mut c_void,
    ) -> c_int;

    pub fn ngtcp2_crypto_version_negotiation_cb(
        conn: *mut ngtcp2_conn,
        version: u32,
        client_dcid: *const ngtcp2_cid,
        user_data: *mut c_void,
    ) -> c_int;

    pub fn ngtcp2_crypto_read_write_crypto_data(
        conn: *mut ngtcp2_conn,
        encryption_level: ngtcp2_encryption_level,
        data: *const u8,
        datalen: usize,
    ) -> c_int;

    pub fn ngtcp2_crypto_recv_crypto_data_cb(
        conn: *mut ngtcp2_conn,
        encryption_level: ngtcp2_encryption_level,
        offset: u64,
        data: *const u8,
        datalen: usize,
        user_data: *mut c_void,
    ) -> c_int;

    /// Since 1.22.
    pub fn ngtcp2_crypto_get_path_challenge_data2_cb(
        conn: *mut ngtcp2_conn,
        data: *mut ngtcp2_path_challenge_data,
        user_data: *mut c_void,
    ) -> c_int;

    /// @deprecated Since 1.22. Use `ngtcp2_crypto_get_path_challenge_data2_cb`.
    pub fn ngtcp2_crypto_get_path_challenge_data_cb(
        conn: *mut ngtcp2_conn,
        data: *mut u8,
        user_data: *mut c_void,
    ) -> c_int;
}
