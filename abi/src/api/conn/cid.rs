//! The connection IDs of a connection (RFC 9000, section 5.1).

use crate::{ngtcp2_cid, ngtcp2_cid_token, ngtcp2_cid_token2, ngtcp2_conn};

unsafe extern "C" {
    /// Returns the connection ID of the peer that is used on the current path. Not NULL, but perhaps
    /// empty. Valid until the connection is called again.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_dcid2(conn: *const ngtcp2_conn) -> *const ngtcp2_cid;

    /// Like `ngtcp2_conn_get_dcid2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_dcid2`.
    pub fn ngtcp2_conn_get_dcid(conn: *mut ngtcp2_conn) -> *const ngtcp2_cid;

    /// Returns the destination connection ID of the client's first Initial packet. Not NULL, but
    /// perhaps empty. Valid as long as the connection.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_client_initial_dcid2(conn: *const ngtcp2_conn) -> *const ngtcp2_cid;

    /// Like `ngtcp2_conn_get_client_initial_dcid2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_client_initial_dcid2`.
    pub fn ngtcp2_conn_get_client_initial_dcid(conn: *mut ngtcp2_conn) -> *const ngtcp2_cid;

    /// Writes the connection IDs that the peer may use for this connection to `dest`, and returns
    /// their number. If `dest` is NULL, it only returns the number, which is the room that `dest`
    /// needs.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_scid2(conn: *const ngtcp2_conn, dest: *mut ngtcp2_cid) -> usize;

    /// Like `ngtcp2_conn_get_scid2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_scid2`.
    pub fn ngtcp2_conn_get_scid(conn: *mut ngtcp2_conn, dest: *mut ngtcp2_cid) -> usize;

    /// Writes the connection IDs of the peer that are in use to `dest`, and returns their number: 0
    /// before the handshake completes. If `dest` is NULL, it only returns the number, which is the
    /// room that `dest` needs.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_active_dcid3(conn: *const ngtcp2_conn, dest: *mut ngtcp2_cid_token2) -> usize;

    /// Like `ngtcp2_conn_get_active_dcid3`, with a connection that is not `const`.
    ///
    /// Since 1.22.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_active_dcid3`.
    pub fn ngtcp2_conn_get_active_dcid2(conn: *mut ngtcp2_conn, dest: *mut ngtcp2_cid_token2) -> usize;

    /// Like `ngtcp2_conn_get_active_dcid3`, with `ngtcp2_cid_token`.
    ///
    /// @deprecated Since 1.22. Use `ngtcp2_conn_get_active_dcid3`.
    pub fn ngtcp2_conn_get_active_dcid(conn: *mut ngtcp2_conn, dest: *mut ngtcp2_cid_token) -> usize;
}
