//! The caller's allocator.

use core::ffi::c_void;

/// Allocates `size` bytes, like malloc(3). `user_data` is the field of `ngtcp2_mem`.
pub type ngtcp2_malloc = Option<unsafe extern "C" fn(size: usize, user_data: *mut c_void) -> *mut c_void>;

/// Frees memory, like free(3). `ptr` may be NULL. `user_data` is the field of `ngtcp2_mem`.
pub type ngtcp2_free = Option<unsafe extern "C" fn(ptr: *mut c_void, user_data: *mut c_void)>;

/// Allocates `nmemb` zeroed objects of `size` bytes each, like calloc(3). `user_data` is the field
/// of `ngtcp2_mem`.
pub type ngtcp2_calloc =
    Option<unsafe extern "C" fn(nmemb: usize, size: usize, user_data: *mut c_void) -> *mut c_void>;

/// Resizes a block, like realloc(3). `user_data` is the field of `ngtcp2_mem`.
pub type ngtcp2_realloc =
    Option<unsafe extern "C" fn(ptr: *mut c_void, size: usize, user_data: *mut c_void) -> *mut c_void>;

/// An allocator for all memory of one connection.
///
/// All four functions are needed. Returned blocks need an alignment of 8 only. A function that
/// returns NULL makes the library call in progress return `NGTCP2_ERR_NOMEM`; the connection stays
/// intact and can be deleted. The functions must not call into the connection.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_mem {
    /// Passed to each of the functions.
    pub user_data: *mut c_void,
    /// Takes the place of malloc(3).
    pub malloc: ngtcp2_malloc,
    /// Takes the place of free(3).
    pub free: ngtcp2_free,
    /// Takes the place of calloc(3).
    pub calloc: ngtcp2_calloc,
    /// Takes the place of realloc(3).
    pub realloc: ngtcp2_realloc,
}
