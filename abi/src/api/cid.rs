//! Connection IDs as values.

use core::ffi::c_int;

use crate::ngtcp2_cid;

unsafe extern "C" {
    /// Sets `cid` to the `datalen` bytes at `data`.
    ///
    /// `datalen` is at most `NGTCP2_MAX_CIDLEN`; with more, `cid` becomes empty.
    pub fn ngtcp2_cid_init(cid: *mut ngtcp2_cid, data: *const u8, datalen: usize);

    /// Returns nonzero if `a` and `b` have the same length and bytes.
    pub fn ngtcp2_cid_eq(a: *const ngtcp2_cid, b: *const ngtcp2_cid) -> c_int;
}
