//! Transport parameters as values (RFC 9000, section 18).

use core::ffi::c_int;

use crate::{ngtcp2_mem, ngtcp2_ssize, ngtcp2_transport_params};

unsafe extern "C" {
    pub fn ngtcp2_transport_params_default_versioned(
        transport_params_version: c_int,
        params: *mut ngtcp2_transport_params,
    );

    pub fn ngtcp2_transport_params_encode_versioned(
        dest: *mut u8,
        destlen: usize,
        transport_params_version: c_int,
        params: *const ngtcp2_transport_params,
    ) -> ngtcp2_ssize;

    pub fn ngtcp2_transport_params_decode_versioned(
        transport_params_version: c_int,
        params: *mut ngtcp2_transport_params,
        data: *const u8,
        datalen: usize,
    ) -> c_int;

    pub fn ngtcp2_transport_params_decode_new(
        pparams: *mut *mut ngtcp2_transport_params,
        data: *const u8,
        datalen: usize,
        mem: *const ngtcp2_mem,
    ) -> c_int;

    pub fn ngtcp2_transport_params_del(params: *mut ngtcp2_transport_params, mem: *const ngtcp2_mem);
}
