//! The transport parameters of a connection.

use core::ffi::c_int;

use crate::{ngtcp2_conn, ngtcp2_ssize, ngtcp2_transport_params};

unsafe extern "C" {
    /// Replaces the transport parameters that were given to `ngtcp2_conn_server_new`, for a server
    /// that makes them depend on ALPN. Call it as `ngtcp2_conn_set_local_transport_params`.
    ///
    /// Returns 0, `NGTCP2_ERR_INVALID_ARGUMENT`, or `NGTCP2_ERR_INVALID_STATE` after
    /// `ngtcp2_conn_install_tx_handshake_key`, and on a client.
    pub fn ngtcp2_conn_set_local_transport_params_versioned(
        conn: *mut ngtcp2_conn,
        transport_params_version: c_int,
        params: *const ngtcp2_transport_params,
    ) -> c_int;

    /// Returns our transport parameters. Valid as long as the connection.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_local_transport_params2(
        conn: *const ngtcp2_conn,
    ) -> *const ngtcp2_transport_params;

    /// Like `ngtcp2_conn_get_local_transport_params2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_local_transport_params2`.
    pub fn ngtcp2_conn_get_local_transport_params(conn: *mut ngtcp2_conn) -> *const ngtcp2_transport_params;

    /// Writes our transport parameters, in the form of the TLS extension, into the `destlen` bytes at
    /// `dest`.
    ///
    /// Returns the number of bytes written, or `NGTCP2_ERR_NOBUF`. A TLS stack needs them before the
    /// ClientHello or EncryptedExtensions message.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_encode_local_transport_params2(
        conn: *const ngtcp2_conn,
        dest: *mut u8,
        destlen: usize,
    ) -> ngtcp2_ssize;

    /// Like `ngtcp2_conn_encode_local_transport_params2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_encode_local_transport_params2`.
    pub fn ngtcp2_conn_encode_local_transport_params(
        conn: *mut ngtcp2_conn,
        dest: *mut u8,
        destlen: usize,
    ) -> ngtcp2_ssize;

    /// Takes the transport parameters of the peer, from the `datalen` bytes of the TLS extension at
    /// `data`.
    ///
    /// Returns 0, `NGTCP2_ERR_MALFORMED_TRANSPORT_PARAM`, `NGTCP2_ERR_REQUIRED_TRANSPORT_PARAM`,
    /// `NGTCP2_ERR_TRANSPORT_PARAM`, `NGTCP2_ERR_VERSION_NEGOTIATION_FAILURE`, `NGTCP2_ERR_PROTO`,
    /// `NGTCP2_ERR_INTERNAL`, `NGTCP2_ERR_NOMEM`, or `NGTCP2_ERR_CALLBACK_FAILURE`.
    pub fn ngtcp2_conn_decode_and_set_remote_transport_params(
        conn: *mut ngtcp2_conn,
        data: *const u8,
        datalen: usize,
    ) -> c_int;

    /// Returns the transport parameters of the peer, or NULL before they are known. Valid until the
    /// connection is called again.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_remote_transport_params2(
        conn: *const ngtcp2_conn,
    ) -> *const ngtcp2_transport_params;

    /// Like `ngtcp2_conn_get_remote_transport_params2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_remote_transport_params2`.
    pub fn ngtcp2_conn_get_remote_transport_params(conn: *mut ngtcp2_conn) -> *const ngtcp2_transport_params;

    /// Writes the transport parameters that 0-RTT rests on (RFC 9000, section 7.4.1) into the
    /// `destlen` bytes at `dest`: on a client those of the server, to be stored with the session
    /// ticket; on a server its own.
    ///
    /// Returns the number of bytes written, or `NGTCP2_ERR_NOBUF`.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_encode_0rtt_transport_params2(
        conn: *const ngtcp2_conn,
        dest: *mut u8,
        destlen: usize,
    ) -> ngtcp2_ssize;

    /// Like `ngtcp2_conn_encode_0rtt_transport_params2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_encode_0rtt_transport_params2`.
    pub fn ngtcp2_conn_encode_0rtt_transport_params(
        conn: *mut ngtcp2_conn,
        dest: *mut u8,
        destlen: usize,
    ) -> ngtcp2_ssize;

    /// Takes the transport parameters that `ngtcp2_conn_encode_0rtt_transport_params2` wrote in an
    /// earlier connection to the same server, so that streams can be opened before the handshake.
    /// Clients only, once, before the first write.
    ///
    /// Returns 0, `NGTCP2_ERR_NOMEM`, `NGTCP2_ERR_MALFORMED_TRANSPORT_PARAM`, or
    /// `NGTCP2_ERR_INVALID_STATE`.
    pub fn ngtcp2_conn_decode_and_set_0rtt_transport_params(
        conn: *mut ngtcp2_conn,
        data: *const u8,
        datalen: usize,
    ) -> c_int;
}
