//! Filling in the error that closes a connection.

use core::ffi::c_int;

use crate::ngtcp2_ccerr;

unsafe extern "C" {
    pub fn ngtcp2_ccerr_default(ccerr: *mut ngtcp2_ccerr);

    pub fn ngtcp2_ccerr_set_transport_error(
        ccerr: *mut ngtcp2_ccerr,
        error_code: u64,
        reason: *const u8,
        reasonlen: usize,
    );

    pub fn ngtcp2_ccerr_set_liberr(
        ccerr: *mut ngtcp2_ccerr,
        liberr: c_int,
        reason: *const u8,
        reasonlen: usize,
    );

    pub fn ngtcp2_ccerr_set_tls_alert(
        ccerr: *mut ngtcp2_ccerr,
        tls_alert: u8,
        reason: *const u8,
        reasonlen: usize,
    );

    pub fn ngtcp2_ccerr_set_application_error(
        ccerr: *mut ngtcp2_ccerr,
        error_code: u64,
        reason: *const u8,
        reasonlen: usize,
    );
}
