//! Error codes and their names.

use core::ffi::{c_char, c_int};

unsafe extern "C" {
    pub fn ngtcp2_strerror(liberr: c_int) -> *const c_char;

    pub fn ngtcp2_err_is_fatal(liberr: c_int) -> c_int;

    pub fn ngtcp2_err_infer_quic_transport_error_code(liberr: c_int) -> u64;
}
