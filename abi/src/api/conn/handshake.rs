//! The TLS handshake (RFC 9001, section 4).

use core::ffi::{c_int, c_void};

use crate::{ngtcp2_conn, ngtcp2_encryption_level, ngtcp2_tstamp};

unsafe extern "C" {
    /// Hands over the `datalen` bytes of TLS messages at `data`, which the connection sends at
    /// `encryption_level`. The data is copied.
    ///
    /// Returns 0, `NGTCP2_ERR_NOMEM`, or `NGTCP2_ERR_INVALID_ARGUMENT` or `NGTCP2_ERR_INVALID_STATE`
    /// if there can be no data at this level, or no longer.
    pub fn ngtcp2_conn_submit_crypto_data(
        conn: *mut ngtcp2_conn,
        encryption_level: ngtcp2_encryption_level,
        data: *const u8,
        datalen: usize,
    ) -> c_int;

    /// Goes on with a handshake that the TLS stack interrupted, for example to wait for a private key
    /// operation or for a certificate, and whose reason for waiting is gone.
    ///
    /// Returns what `ngtcp2_conn_read_pkt` returns. Then call a write function.
    ///
    /// Since 1.22.
    pub fn ngtcp2_conn_continue_handshake(conn: *mut ngtcp2_conn, ts: ngtcp2_tstamp) -> c_int;

    /// Tells the connection that the TLS handshake is complete on our side. The QUIC handshake
    /// completes when the other conditions are met as well; the `handshake_completed` callback
    /// reports it.
    pub fn ngtcp2_conn_tls_handshake_completed(conn: *mut ngtcp2_conn);

    /// Returns nonzero if the QUIC handshake is complete.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_handshake_completed2(conn: *const ngtcp2_conn) -> c_int;

    /// Like `ngtcp2_conn_get_handshake_completed2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_handshake_completed2`.
    pub fn ngtcp2_conn_get_handshake_completed(conn: *mut ngtcp2_conn) -> c_int;

    /// Tells a client's connection that the server rejected 0-RTT, or that the client gave it up
    /// itself.
    ///
    /// All streams disappear without a callback for each, as do the raised limits, and the
    /// application may read the data of the streams no longer sent. To send the data again, it opens
    /// streams anew.
    ///
    /// Returns 0, `NGTCP2_ERR_INVALID_STATE`, or `NGTCP2_ERR_CALLBACK_FAILURE`.
    pub fn ngtcp2_conn_tls_early_data_rejected(conn: *mut ngtcp2_conn) -> c_int;

    /// Returns nonzero if `ngtcp2_conn_tls_early_data_rejected` was called.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_tls_early_data_rejected2(conn: *const ngtcp2_conn) -> c_int;

    /// Like `ngtcp2_conn_get_tls_early_data_rejected2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_tls_early_data_rejected2`.
    pub fn ngtcp2_conn_get_tls_early_data_rejected(conn: *mut ngtcp2_conn) -> c_int;

    /// Stores a pointer to the TLS session, for the crypto helper. The library never reads through
    /// it, and does not own it.
    pub fn ngtcp2_conn_set_tls_native_handle(conn: *mut ngtcp2_conn, tls_native_handle: *mut c_void);

    /// Returns what `ngtcp2_conn_set_tls_native_handle` stored, or NULL.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_tls_native_handle2(conn: *const ngtcp2_conn) -> *mut c_void;

    /// Like `ngtcp2_conn_get_tls_native_handle2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_tls_native_handle2`.
    pub fn ngtcp2_conn_get_tls_native_handle(conn: *mut ngtcp2_conn) -> *mut c_void;

    /// Stores an error code of the library, for code that runs inside the TLS stack and has no other
    /// way to return it.
    pub fn ngtcp2_conn_set_tls_error(conn: *mut ngtcp2_conn, liberr: c_int);

    /// Returns what `ngtcp2_conn_set_tls_error` stored, or 0.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_tls_error2(conn: *const ngtcp2_conn) -> c_int;

    /// Like `ngtcp2_conn_get_tls_error2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_tls_error2`.
    pub fn ngtcp2_conn_get_tls_error(conn: *mut ngtcp2_conn) -> c_int;

    /// Stores the TLS alert that our TLS stack wants to send.
    pub fn ngtcp2_conn_set_tls_alert(conn: *mut ngtcp2_conn, alert: u8);

    /// Returns what `ngtcp2_conn_set_tls_alert` stored, or 0. After `NGTCP2_ERR_CRYPTO` it is the
    /// argument for `ngtcp2_ccerr_set_tls_alert`.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_tls_alert2(conn: *const ngtcp2_conn) -> u8;

    /// Like `ngtcp2_conn_get_tls_alert2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_tls_alert2`.
    pub fn ngtcp2_conn_get_tls_alert(conn: *mut ngtcp2_conn) -> u8;

    /// Sends the client a NEW_TOKEN frame with the `tokenlen` bytes at `token`, which are at least
    /// one and are copied. Servers only, after the handshake.
    ///
    /// Returns 0, `NGTCP2_ERR_NOMEM`, `NGTCP2_ERR_INVALID_ARGUMENT`, or `NGTCP2_ERR_INVALID_STATE`.
    pub fn ngtcp2_conn_submit_new_token(conn: *mut ngtcp2_conn, token: *const u8, tokenlen: usize) -> c_int;

    /// Returns the QUIC version of the client's first packet.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_client_chosen_version2(conn: *const ngtcp2_conn) -> u32;

    /// Like `ngtcp2_conn_get_client_chosen_version2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_client_chosen_version2`.
    pub fn ngtcp2_conn_get_client_chosen_version(conn: *mut ngtcp2_conn) -> u32;

    /// Returns the QUIC version that both endpoints agreed on (RFC 9368), or 0 before they did.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_negotiated_version2(conn: *const ngtcp2_conn) -> u32;

    /// Like `ngtcp2_conn_get_negotiated_version2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_negotiated_version2`.
    pub fn ngtcp2_conn_get_negotiated_version(conn: *mut ngtcp2_conn) -> u32;
}
