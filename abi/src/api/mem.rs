//! The default allocator, and clearing of secrets.

use core::ffi::c_void;

use crate::ngtcp2_mem;

unsafe extern "C" {
    /// Returns an allocator made of malloc(3), free(3), calloc(3) and realloc(3). The memory is
    /// static.
    pub fn ngtcp2_mem_default() -> *const ngtcp2_mem;

    /// Overwrites the `len` bytes at `data` with zeros in a way that the compiler cannot leave out.
    /// For keys and other secrets.
    ///
    /// Since 1.23.
    pub fn ngtcp2_secure_clear(data: *mut c_void, len: usize);
}
