//! Making, describing and freeing a connection.

use core::ffi::{c_int, c_void};

use crate::{
    ngtcp2_callbacks, ngtcp2_cid, ngtcp2_conn, ngtcp2_mem, ngtcp2_path, ngtcp2_settings,
    ngtcp2_transport_params,
};

unsafe extern "C" {
    /// Makes the client side of a connection and stores it in `*pconn`. Call it as
    /// `ngtcp2_conn_client_new`.
    ///
    /// `dcid` is an unpredictable connection ID of at least `NGTCP2_MIN_INITIAL_DCIDLEN` bytes for
    /// the first packet; `scid` is a connection ID of our own. `client_chosen_version` is the QUIC
    /// version of the first packet. `params` are our transport parameters. `mem` may be NULL, for
    /// `ngtcp2_mem_default`; the other pointers may not. All structs are copied, `*mem` included.
    /// `user_data` is passed to the callbacks. Nothing is sent before the first write.
    ///
    /// Returns 0, `NGTCP2_ERR_NOMEM`, or `NGTCP2_ERR_INVALID_ARGUMENT`: a callback that is required
    /// is NULL, a setting or parameter is out of range, or the generation of a struct is not known.
    /// On failure `*pconn` is NULL.
    pub fn ngtcp2_conn_client_new_versioned(
        pconn: *mut *mut ngtcp2_conn,
        dcid: *const ngtcp2_cid,
        scid: *const ngtcp2_cid,
        path: *const ngtcp2_path,
        client_chosen_version: u32,
        callbacks_version: c_int,
        callbacks: *const ngtcp2_callbacks,
        settings_version: c_int,
        settings: *const ngtcp2_settings,
        transport_params_version: c_int,
        params: *const ngtcp2_transport_params,
        mem: *const ngtcp2_mem,
        user_data: *mut c_void,
    ) -> c_int;

    /// Makes the server side of a connection and stores it in `*pconn`. Call it as
    /// `ngtcp2_conn_server_new`.
    ///
    /// `dcid` is the source connection ID of the client's Initial packet, which `ngtcp2_accept`
    /// decoded; `scid` is a connection ID of our own. `client_chosen_version` is the version of that
    /// packet. `params->original_dcid` is its destination connection ID, or after a Retry packet the
    /// one that the token holds, with `params->retry_scid` set to the connection ID in the Retry
    /// packet. `mem` may be NULL, for `ngtcp2_mem_default`; the other pointers may not. All structs
    /// are copied, `*mem` included. `user_data` is passed to the callbacks. The packet itself is then
    /// given to `ngtcp2_conn_read_pkt`.
    ///
    /// Returns 0, `NGTCP2_ERR_NOMEM`, or `NGTCP2_ERR_INVALID_ARGUMENT` as `ngtcp2_conn_client_new`
    /// does. On failure `*pconn` is NULL.
    pub fn ngtcp2_conn_server_new_versioned(
        pconn: *mut *mut ngtcp2_conn,
        dcid: *const ngtcp2_cid,
        scid: *const ngtcp2_cid,
        path: *const ngtcp2_path,
        client_chosen_version: u32,
        callbacks_version: c_int,
        callbacks: *const ngtcp2_callbacks,
        settings_version: c_int,
        settings: *const ngtcp2_settings,
        transport_params_version: c_int,
        params: *const ngtcp2_transport_params,
        mem: *const ngtcp2_mem,
        user_data: *mut c_void,
    ) -> c_int;

    /// Frees a connection. `conn` may be NULL.
    ///
    /// No callback is called but those that free keys, and the last one of qlog. Called from a
    /// callback of the connection, it takes effect when the outermost call returns; the application
    /// may free its own data right away. Nothing is sent: see `ngtcp2_conn_write_connection_close`.
    pub fn ngtcp2_conn_del(conn: *mut ngtcp2_conn);

    /// Returns nonzero if the connection is a server's.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_is_server2(conn: *const ngtcp2_conn) -> c_int;

    /// Like `ngtcp2_conn_is_server2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_is_server2`.
    pub fn ngtcp2_conn_is_server(conn: *mut ngtcp2_conn) -> c_int;

    /// Returns nonzero if the connection is a client's and has received a valid Retry packet.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_after_retry2(conn: *const ngtcp2_conn) -> c_int;

    /// Like `ngtcp2_conn_after_retry2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_after_retry2`.
    pub fn ngtcp2_conn_after_retry(conn: *mut ngtcp2_conn) -> c_int;
}
