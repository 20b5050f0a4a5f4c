//! Filling in the error that closes a connection.

use core::ffi::c_int;

use crate::ngtcp2_ccerr;

unsafe extern "C" {
    /// Fills in a transport error with code `NGTCP2_NO_ERROR`, frame type 0 and no reason.
    pub fn ngtcp2_ccerr_default(ccerr: *mut ngtcp2_ccerr);

    /// Fills in a transport error with the QUIC error code `error_code`.
    ///
    /// The `reasonlen` bytes at `reason` are not copied, and have to stay where they are while
    /// `ccerr` is in use. This holds for all functions of this kind.
    pub fn ngtcp2_ccerr_set_transport_error(
        ccerr: *mut ngtcp2_ccerr,
        error_code: u64,
        reason: *const u8,
        reasonlen: usize,
    );

    /// Fills in the error that fits the error code `liberr` of the library.
    ///
    /// `NGTCP2_ERR_RECV_VERSION_NEGOTIATION`, `NGTCP2_ERR_IDLE_CLOSE`, `NGTCP2_ERR_DROP_CONN` and
    /// `NGTCP2_ERR_RETRY` have types of their own, for which `ngtcp2_conn_write_connection_close`
    /// sends nothing. Anything else becomes the transport error of
    /// `ngtcp2_err_infer_quic_transport_error_code`.
    pub fn ngtcp2_ccerr_set_liberr(
        ccerr: *mut ngtcp2_ccerr,
        liberr: c_int,
        reason: *const u8,
        reasonlen: usize,
    );

    /// Fills in the transport error for the TLS alert `tls_alert`: 0x100 + `tls_alert` (RFC 9001,
    /// section 4.8).
    pub fn ngtcp2_ccerr_set_tls_alert(
        ccerr: *mut ngtcp2_ccerr,
        tls_alert: u8,
        reason: *const u8,
        reasonlen: usize,
    );

    /// Fills in an error of the application with its own code `error_code`, which is below 2^62.
    pub fn ngtcp2_ccerr_set_application_error(
        ccerr: *mut ngtcp2_ccerr,
        error_code: u64,
        reason: *const u8,
        reasonlen: usize,
    );
}
