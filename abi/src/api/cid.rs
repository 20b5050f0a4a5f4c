//! Connection IDs as values.

use core::ffi::c_int;

use crate::ngtcp2_cid;

unsafe extern "C" {
    pub fn ngtcp2_cid_init(cid: *mut ngtcp2_cid, data: *const u8, datalen: usize);

    pub fn ngtcp2_cid_eq(a: *const ngtcp2_cid, b: *const ngtcp2_cid) -> c_int;
}
