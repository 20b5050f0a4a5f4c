//! The default allocator, and clearing of secrets.

use core::ffi::c_void;

use crate::ngtcp2_mem;

unsafe extern "C" {
    pub fn ngtcp2_mem_default() -> *const ngtcp2_mem;

    /// Since 1.23.
    pub fn ngtcp2_secure_clear(data: *mut c_void, len: usize);
}
