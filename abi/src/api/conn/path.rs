//! The paths of a connection: migration (RFC 9000, section 9) and packet size (section 14).

use core::ffi::{c_int, c_void};

use crate::{ngtcp2_addr, ngtcp2_conn, ngtcp2_path, ngtcp2_tstamp};

unsafe extern "C" {
    /// Returns the path that packets are sent on. Valid until the connection is called again.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_path2(conn: *const ngtcp2_conn) -> *const ngtcp2_path;

    /// Like `ngtcp2_conn_get_path2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_path2`.
    pub fn ngtcp2_conn_get_path(conn: *mut ngtcp2_conn) -> *const ngtcp2_path;

    /// Replaces the local address of the current path, without validation. `addr` is copied. Meant
    /// for tests.
    pub fn ngtcp2_conn_set_local_addr(conn: *mut ngtcp2_conn, addr: *const ngtcp2_addr);

    /// Replaces `user_data` of the current path.
    pub fn ngtcp2_conn_set_path_user_data(conn: *mut ngtcp2_conn, path_user_data: *mut c_void);

    /// Starts a migration to `path` (RFC 9000, section 9): the path is validated first, and used when
    /// that succeeds; the `path_validation` callback tells. Clients only.
    ///
    /// `path` is copied. Returns 0, `NGTCP2_ERR_NOMEM`, `NGTCP2_ERR_CALLBACK_FAILURE`, or:
    ///
    /// - `NGTCP2_ERR_INVALID_STATE`: the handshake is not confirmed, the server does not allow
    ///   migration, or this is a server.
    /// - `NGTCP2_ERR_CONN_ID_BLOCKED`: the peer has given out no unused connection ID.
    /// - `NGTCP2_ERR_INVALID_ARGUMENT`: `path` is the current path.
    pub fn ngtcp2_conn_initiate_migration(
        conn: *mut ngtcp2_conn,
        path: *const ngtcp2_path,
        ts: ngtcp2_tstamp,
    ) -> c_int;

    /// Like `ngtcp2_conn_initiate_migration`, but the path is used at once, while it is being
    /// validated. For a client whose old path is gone.
    pub fn ngtcp2_conn_initiate_immediate_migration(
        conn: *mut ngtcp2_conn,
        path: *const ngtcp2_path,
        ts: ngtcp2_tstamp,
    ) -> c_int;

    /// Returns the largest UDP payload, in bytes, that the connection ever writes:
    /// `max_tx_udp_payload_size` of the settings. A buffer of this size is never too small.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_max_tx_udp_payload_size2(conn: *const ngtcp2_conn) -> usize;

    /// Like `ngtcp2_conn_get_max_tx_udp_payload_size2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_max_tx_udp_payload_size2`.
    pub fn ngtcp2_conn_get_max_tx_udp_payload_size(conn: *mut ngtcp2_conn) -> usize;

    /// Returns the largest UDP payload, in bytes, that the current path is known to carry.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_path_max_tx_udp_payload_size2(conn: *const ngtcp2_conn) -> usize;

    /// Like `ngtcp2_conn_get_path_max_tx_udp_payload_size2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_path_max_tx_udp_payload_size2`.
    pub fn ngtcp2_conn_get_path_max_tx_udp_payload_size(conn: *mut ngtcp2_conn) -> usize;
}
