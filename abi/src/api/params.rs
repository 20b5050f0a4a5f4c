//! Transport parameters as values (RFC 9000, section 18).

use core::ffi::c_int;

use crate::{ngtcp2_mem, ngtcp2_ssize, ngtcp2_transport_params};

unsafe extern "C" {
    /// Fills in the defaults of the protocol (RFC 9000, section 18.2): all limits on data and streams
    /// are 0, so nearly every application raises some. Call it as `ngtcp2_transport_params_default`.
    pub fn ngtcp2_transport_params_default_versioned(
        transport_params_version: c_int,
        params: *mut ngtcp2_transport_params,
    );

    /// Writes `params` in the form of the TLS extension (RFC 9000, section 18) into the `destlen`
    /// bytes at `dest`. Call it as `ngtcp2_transport_params_encode`.
    ///
    /// Parameters with their default value are left out. Returns the number of bytes written,
    /// `NGTCP2_ERR_NOBUF` if they do not fit, or `NGTCP2_ERR_INVALID_ARGUMENT`. If `dest` is NULL and
    /// `destlen` is 0, it returns the number of bytes needed.
    pub fn ngtcp2_transport_params_encode_versioned(
        dest: *mut u8,
        destlen: usize,
        transport_params_version: c_int,
        params: *const ngtcp2_transport_params,
    ) -> ngtcp2_ssize;

    /// Reads the TLS extension in the `datalen` bytes at `data` into `params`. Call it as
    /// `ngtcp2_transport_params_decode`.
    ///
    /// Parameters that are not there get their defaults. `params->version_info` points into `data`
    /// afterwards. Returns 0, or `NGTCP2_ERR_MALFORMED_TRANSPORT_PARAM`, and then `params` is as it
    /// was.
    pub fn ngtcp2_transport_params_decode_versioned(
        transport_params_version: c_int,
        params: *mut ngtcp2_transport_params,
        data: *const u8,
        datalen: usize,
    ) -> c_int;

    /// Reads the TLS extension in the `datalen` bytes at `data` into a struct of its own, which does
    /// not point into `data`, and stores it in `*pparams`. `mem` may be NULL, for
    /// `ngtcp2_mem_default`.
    ///
    /// Returns 0, `NGTCP2_ERR_MALFORMED_TRANSPORT_PARAM` or `NGTCP2_ERR_NOMEM`. Free the struct with
    /// `ngtcp2_transport_params_del`.
    pub fn ngtcp2_transport_params_decode_new(
        pparams: *mut *mut ngtcp2_transport_params,
        data: *const u8,
        datalen: usize,
        mem: *const ngtcp2_mem,
    ) -> c_int;

    /// Frees what `ngtcp2_transport_params_decode_new` made with the same `mem`. `params` may be
    /// NULL.
    pub fn ngtcp2_transport_params_del(params: *mut ngtcp2_transport_params, mem: *const ngtcp2_mem);
}
