//! The default allocator: libc's malloc family as an `ngtcp2_mem`.
//!
//! Owns: what `ngtcp2_mem_default` returns. Must not know: connections.

use core::ffi::c_void;
use core::ptr;

use ngtcp2_abi::ngtcp2_mem;

unsafe extern "C" fn malloc(size: usize, _: *mut c_void) -> *mut c_void {
    // SAFETY: malloc(3) takes any size.
    unsafe { libc::malloc(size) }
}

unsafe extern "C" fn free(pointer: *mut c_void, _: *mut c_void) {
    // SAFETY: the caller passes what malloc, calloc or realloc gave, or NULL.
    unsafe { libc::free(pointer) }
}

unsafe extern "C" fn calloc(count: usize, size: usize, _: *mut c_void) -> *mut c_void {
    // SAFETY: calloc(3) checks the product.
    unsafe { libc::calloc(count, size) }
}

unsafe extern "C" fn realloc(pointer: *mut c_void, size: usize, _: *mut c_void) -> *mut c_void {
    // SAFETY: as `free`.
    unsafe { libc::realloc(pointer, size) }
}

#[repr(transparent)]
struct Shared(ngtcp2_mem);

// SAFETY: it is never written, its user data is NULL, and the malloc family is thread-safe.
unsafe impl Sync for Shared {}

static DEFAULT: Shared = Shared(ngtcp2_mem {
    user_data: ptr::null_mut(),
    malloc: Some(malloc),
    free: Some(free),
    calloc: Some(calloc),
    realloc: Some(realloc),
});

/// libc's malloc, free, calloc and realloc.
pub(crate) fn default_mem() -> &'static ngtcp2_mem {
    &DEFAULT.0
}
