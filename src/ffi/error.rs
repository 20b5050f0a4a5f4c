//! `ngtcp2_strerror`, `ngtcp2_err_*`.

use core::ffi::{c_char, c_int};

use ngtcp2_abi as abi;

use crate::error::{self, Error};

abi::assert_same_signature!(ngtcp2_abi::api, self, {
    ngtcp2_strerror,
    ngtcp2_err_is_fatal,
    ngtcp2_err_infer_quic_transport_error_code,
});

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_strerror(liberr: c_int) -> *const c_char {
    let name = match (liberr, Error::from_code(liberr)) {
        (0, _) => c"NO_ERROR",
        (_, Some(error)) => error.name(),
        (_, None) => c"(unknown)",
    };
    name.as_ptr()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_err_is_fatal(liberr: c_int) -> c_int {
    (liberr < abi::NGTCP2_ERR_FATAL).into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_err_infer_quic_transport_error_code(liberr: c_int) -> u64 {
    error::transport_code(liberr)
}
