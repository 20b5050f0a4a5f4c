//! The paths of a connection: migration (RFC 9000, section 9) and packet size (section 14).

use core::ffi::{c_int, c_void};

use crate::{ngtcp2_addr, ngtcp2_conn, ngtcp2_path, ngtcp2_tstamp};

unsafe extern "C" {
    /// Since 1.23.
    pub fn ngtcp2_conn_get_path2(conn: *const ngtcp2_conn) -> *const ngtcp2_path;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_path2`.
    pub fn ngtcp2_conn_get_path(conn: *mut ngtcp2_conn) -> *const ngtcp2_path;

    pub fn ngtcp2_conn_set_local_addr(conn: *mut ngtcp2_conn, addr: *const ngtcp2_addr);

    pub fn ngtcp2_conn_set_path_user_data(conn: *mut ngtcp2_conn, path_user_data: *mut c_void);

    pub fn ngtcp2_conn_initiate_migration(
        conn: *mut ngtcp2_conn,
        path: *const ngtcp2_path,
        ts: ngtcp2_tstamp,
    ) -> c_int;

    pub fn ngtcp2_conn_initiate_immediate_migration(
        conn: *mut ngtcp2_conn,
        path: *const ngtcp2_path,
        ts: ngtcp2_tstamp,
    ) -> c_int;

    /// Since 1.23.
    pub fn ngtcp2_conn_get_max_tx_udp_payload_size2(conn: *const ngtcp2_conn) -> usize;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_max_tx_udp_payload_size2`.
    pub fn ngtcp2_conn_get_max_tx_udp_payload_size(conn: *mut ngtcp2_conn) -> usize;

    /// Since 1.23.
    pub fn ngtcp2_conn_get_path_max_tx_udp_payload_size2(conn: *const ngtcp2_conn) -> usize;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_path_max_tx_udp_payload_size2`.
    pub fn ngtcp2_conn_get_path_max_tx_udp_payload_size(conn: *mut ngtcp2_conn) -> usize;
}
