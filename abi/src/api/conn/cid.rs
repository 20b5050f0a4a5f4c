//! The connection IDs of a connection (RFC 9000, section 5.1).

use crate::{ngtcp2_cid, ngtcp2_cid_token, ngtcp2_cid_token2, ngtcp2_conn};

unsafe extern "C" {
    /// Since 1.23.
    pub fn ngtcp2_conn_get_dcid2(conn: *const ngtcp2_conn) -> *const ngtcp2_cid;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_dcid2`.
    pub fn ngtcp2_conn_get_dcid(conn: *mut ngtcp2_conn) -> *const ngtcp2_cid;

    /// Since 1.23.
    pub fn ngtcp2_conn_get_client_initial_dcid2(conn: *const ngtcp2_conn) -> *const ngtcp2_cid;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_client_initial_dcid2`.
    pub fn ngtcp2_conn_get_client_initial_dcid(conn: *mut ngtcp2_conn) -> *const ngtcp2_cid;

    /// Since 1.23.
    pub fn ngtcp2_conn_get_scid2(conn: *const ngtcp2_conn, dest: *mut ngtcp2_cid) -> usize;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_scid2`.
    pub fn ngtcp2_conn_get_scid(conn: *mut ngtcp2_conn, dest: *mut ngtcp2_cid) -> usize;

    /// Since 1.23.
    pub fn ngtcp2_conn_get_active_dcid3(conn: *const ngtcp2_conn, dest: *mut ngtcp2_cid_token2) -> usize;

    /// Since 1.22.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_active_dcid3`.
    pub fn ngtcp2_conn_get_active_dcid2(conn: *mut ngtcp2_conn, dest: *mut ngtcp2_cid_token2) -> usize;

    /// @deprecated Since 1.22. Use `ngtcp2_conn_get_active_dcid3`.
    pub fn ngtcp2_conn_get_active_dcid(conn: *mut ngtcp2_conn, dest: *mut ngtcp2_cid_token) -> usize;
}
