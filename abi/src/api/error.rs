//! Error codes and their names.

use core::ffi::{c_char, c_int};

unsafe extern "C" {
    /// Returns the name of the error code `liberr` without its prefix `NGTCP2_`, such as "ERR_NOBUF".
    ///
    /// 0 gives "NO_ERROR", and a number that is no error code gives "(unknown)". The memory is
    /// static.
    pub fn ngtcp2_strerror(liberr: c_int) -> *const c_char;

    /// Returns nonzero if `liberr` is below `NGTCP2_ERR_FATAL`: the connection cannot go on, it can
    /// only be closed and deleted.
    pub fn ngtcp2_err_is_fatal(liberr: c_int) -> c_int;

    /// Returns the QUIC transport error code, one of those in RFC 9000, section 20.1, that tells the
    /// peer about the error code `liberr`.
    pub fn ngtcp2_err_infer_quic_transport_error_code(liberr: c_int) -> u64;
}
