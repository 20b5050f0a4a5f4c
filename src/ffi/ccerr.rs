//! `ngtcp2_ccerr_*`.

use core::ffi::c_int;

use ngtcp2_abi::{self as abi, ngtcp2_ccerr, ngtcp2_ccerr_type};

use super::caller;
use crate::error::transport_code;

abi::assert_same_signature!(ngtcp2_abi::api, self, {
    ngtcp2_ccerr_default,
    ngtcp2_ccerr_set_transport_error,
    ngtcp2_ccerr_set_liberr,
    ngtcp2_ccerr_set_tls_alert,
    ngtcp2_ccerr_set_application_error,
});

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_ccerr_default(ccerr: *mut ngtcp2_ccerr) {
    // SAFETY: the caller passes room for an error.
    unsafe { caller::store(ccerr, ngtcp2_ccerr::ZERO) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_ccerr_set_transport_error(
    ccerr: *mut ngtcp2_ccerr,
    error_code: u64,
    reason: *const u8,
    reasonlen: usize,
) {
    let error = new(abi::NGTCP2_CCERR_TYPE_TRANSPORT, error_code, reason, reasonlen);
    // SAFETY: the caller passes room for an error.
    unsafe { caller::store(ccerr, error) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_ccerr_set_liberr(
    ccerr: *mut ngtcp2_ccerr,
    liberr: c_int,
    reason: *const u8,
    reasonlen: usize,
) {
    let error = match silent_type(liberr) {
        Some(kind) => new(kind, abi::NGTCP2_NO_ERROR.into(), reason, reasonlen),
        None => new(abi::NGTCP2_CCERR_TYPE_TRANSPORT, transport_code(liberr), reason, reasonlen),
    };
    // SAFETY: the caller passes room for an error.
    unsafe { caller::store(ccerr, error) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_ccerr_set_tls_alert(
    ccerr: *mut ngtcp2_ccerr,
    tls_alert: u8,
    reason: *const u8,
    reasonlen: usize,
) {
    let code = u64::from(abi::NGTCP2_CRYPTO_ERROR) | u64::from(tls_alert);
    let error = new(abi::NGTCP2_CCERR_TYPE_TRANSPORT, code, reason, reasonlen);
    // SAFETY: the caller passes room for an error.
    unsafe { caller::store(ccerr, error) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_ccerr_set_application_error(
    ccerr: *mut ngtcp2_ccerr,
    error_code: u64,
    reason: *const u8,
    reasonlen: usize,
) {
    let error = new(abi::NGTCP2_CCERR_TYPE_APPLICATION, error_code, reason, reasonlen);
    // SAFETY: the caller passes room for an error.
    unsafe { caller::store(ccerr, error) };
}

/// The reason is not copied: the struct keeps pointing to the caller's bytes.
fn new(r#type: ngtcp2_ccerr_type, error_code: u64, reason: *const u8, reasonlen: usize) -> ngtcp2_ccerr {
    ngtcp2_ccerr { r#type, error_code, frame_type: 0, reason, reasonlen }
}

/// The type of an error after which nothing is sent to the peer.
pub(super) const fn silent_type(liberr: c_int) -> Option<ngtcp2_ccerr_type> {
    match liberr {
        abi::NGTCP2_ERR_RECV_VERSION_NEGOTIATION => Some(abi::NGTCP2_CCERR_TYPE_VERSION_NEGOTIATION),
        abi::NGTCP2_ERR_IDLE_CLOSE => Some(abi::NGTCP2_CCERR_TYPE_IDLE_CLOSE),
        abi::NGTCP2_ERR_DROP_CONN => Some(abi::NGTCP2_CCERR_TYPE_DROP_CONN),
        abi::NGTCP2_ERR_RETRY => Some(abi::NGTCP2_CCERR_TYPE_RETRY),
        _ => None,
    }
}
