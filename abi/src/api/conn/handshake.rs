//! The TLS handshake (RFC 9001, section 4).

use core::ffi::{c_int, c_void};

use crate::{ngtcp2_conn, ngtcp2_encryption_level, ngtcp2_tstamp};

unsafe extern "C" {
    pub fn ngtcp2_conn_submit_crypto_data(
        conn: *mut ngtcp2_conn,
        encryption_level: ngtcp2_encryption_level,
        data: *const u8,
        datalen: usize,
    ) -> c_int;

    /// Since 1.22.
    pub fn ngtcp2_conn_continue_handshake(conn: *mut ngtcp2_conn, ts: ngtcp2_tstamp) -> c_int;

    pub fn ngtcp2_conn_tls_handshake_completed(conn: *mut ngtcp2_conn);

    /// Since 1.23.
    pub fn ngtcp2_conn_get_handshake_completed2(conn: *const ngtcp2_conn) -> c_int;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_handshake_completed2`.
    pub fn ngtcp2_conn_get_handshake_completed(conn: *mut ngtcp2_conn) -> c_int;

    pub fn ngtcp2_conn_tls_early_data_rejected(conn: *mut ngtcp2_conn) -> c_int;

    /// Since 1.23.
    pub fn ngtcp2_conn_get_tls_early_data_rejected2(conn: *const ngtcp2_conn) -> c_int;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_tls_early_data_rejected2`.
    pub fn ngtcp2_conn_get_tls_early_data_rejected(conn: *mut ngtcp2_conn) -> c_int;

    pub fn ngtcp2_conn_set_tls_native_handle(conn: *mut ngtcp2_conn, tls_native_handle: *mut c_void);

    /// Since 1.23.
    pub fn ngtcp2_conn_get_tls_native_handle2(conn: *const ngtcp2_conn) -> *mut c_void;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_tls_native_handle2`.
    pub fn ngtcp2_conn_get_tls_native_handle(conn: *mut ngtcp2_conn) -> *mut c_void;

    pub fn ngtcp2_conn_set_tls_error(conn: *mut ngtcp2_conn, liberr: c_int);

    /// Since 1.23.
    pub fn ngtcp2_conn_get_tls_error2(conn: *const ngtcp2_conn) -> c_int;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_tls_error2`.
    pub fn ngtcp2_conn_get_tls_error(conn: *mut ngtcp2_conn) -> c_int;

    pub fn ngtcp2_conn_set_tls_alert(conn: *mut ngtcp2_conn, alert: u8);

    /// Since 1.23.
    pub fn ngtcp2_conn_get_tls_alert2(conn: *const ngtcp2_conn) -> u8;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_tls_alert2`.
    pub fn ngtcp2_conn_get_tls_alert(conn: *mut ngtcp2_conn) -> u8;

    pub fn ngtcp2_conn_submit_new_token(conn: *mut ngtcp2_conn, token: *const u8, tokenlen: usize) -> c_int;

    /// Since 1.23.
    pub fn ngtcp2_conn_get_client_chosen_version2(conn: *const ngtcp2_conn) -> u32;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_client_chosen_version2`.
    pub fn ngtcp2_conn_get_client_chosen_version(conn: *mut ngtcp2_conn) -> u32;

    /// Since 1.23.
    pub fn ngtcp2_conn_get_negotiated_version2(conn: *const ngtcp2_conn) -> u32;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_negotiated_version2`.
    pub fn ngtcp2_conn_get_negotiated_version(conn: *mut ngtcp2_conn) -> u32;
}
