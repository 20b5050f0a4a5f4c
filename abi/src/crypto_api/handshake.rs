//! The handshake: the callbacks that join a connection and a TLS session.

use core::ffi::{c_int, c_void};

use crate::{ngtcp2_cid, ngtcp2_conn, ngtcp2_encryption_level, ngtcp2_path_challenge_data, ngtcp2_pkt_hd};

unsafe extern "C" {
    /// For the `client_initial` callback: installs the Initial keys, gives TLS our transport
    /// parameters, and has it make the ClientHello.
    pub fn ngtcp2_crypto_client_initial_cb(conn: *mut ngtcp2_conn, user_data: *mut c_void) -> c_int;

    /// For the `recv_retry` callback: installs the Initial keys for the new connection ID.
    pub fn ngtcp2_crypto_recv_retry_cb(
        conn: *mut ngtcp2_conn,
        hd: *const ngtcp2_pkt_hd,
        user_data: *mut c_void,
    ) -> c_int;

    /// For the `recv_client_initial` callback: installs the Initial keys.
    pub fn ngtcp2_crypto_recv_client_initial_cb(
        conn: *mut ngtcp2_conn,
        dcid: *const ngtcp2_cid,
        user_data: *mut c_void,
    ) -> c_int;

    /// For the `version_negotiation` callback: installs the Initial keys of the new version.
    pub fn ngtcp2_crypto_version_negotiation_cb(
        conn: *mut ngtcp2_conn,
        version: u32,
        client_dcid: *const ngtcp2_cid,
        user_data: *mut c_void,
    ) -> c_int;

    /// Gives the TLS session the `datalen` bytes at `data` that arrived at `encryption_level`,
    /// installs the keys that follow, and hands the answer to the connection. `datalen` 0 only does
    /// the latter, for a handshake that was waiting.
    ///
    /// Returns 0, or a negative number: -1, or a number below -10000 with a meaning that the helper
    /// library documents, such as that the handshake waits.
    pub fn ngtcp2_crypto_read_write_crypto_data(
        conn: *mut ngtcp2_conn,
        encryption_level: ngtcp2_encryption_level,
        data: *const u8,
        datalen: usize,
    ) -> c_int;

    /// `ngtcp2_crypto_read_write_crypto_data` for the `recv_crypto_data` callback. A handshake that
    /// waits counts as success; `ngtcp2_conn_continue_handshake` resumes it. Returns 0, or the error
    /// code with which the connection fails, mostly `NGTCP2_ERR_CRYPTO`.
    pub fn ngtcp2_crypto_recv_crypto_data_cb(
        conn: *mut ngtcp2_conn,
        encryption_level: ngtcp2_encryption_level,
        offset: u64,
        data: *const u8,
        datalen: usize,
        user_data: *mut c_void,
    ) -> c_int;

    /// For the `get_path_challenge_data2` callback.
    ///
    /// Since 1.22.
    pub fn ngtcp2_crypto_get_path_challenge_data2_cb(
        conn: *mut ngtcp2_conn,
        data: *mut ngtcp2_path_challenge_data,
        user_data: *mut c_void,
    ) -> c_int;

    /// For the `get_path_challenge_data` callback.
    ///
    /// @deprecated Since 1.22. Use `ngtcp2_crypto_get_path_challenge_data2_cb`.
    pub fn ngtcp2_crypto_get_path_challenge_data_cb(
        conn: *mut ngtcp2_conn,
        data: *mut u8,
        user_data: *mut c_void,
    ) -> c_int;
}
