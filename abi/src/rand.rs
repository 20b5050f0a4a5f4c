//! The caller's source of random bytes.

use core::ffi::c_void;

/// What the `rand` callback needs to do its work.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_rand_ctx {
    /// Anything of the application's.
    pub native_handle: *mut c_void,
}

zero!(ngtcp2_rand_ctx { native_handle: core::ptr::null_mut() });

/// Fills `dest` with `destlen` random bytes. It cannot fail.
///
/// The bytes must be unpredictable: the order of what hash tables hold and the packet numbers that
/// are skipped depend on them. `rand_ctx` is the field of `ngtcp2_settings`.
pub type ngtcp2_rand =
    Option<unsafe extern "C" fn(dest: *mut u8, destlen: usize, rand_ctx: *const ngtcp2_rand_ctx)>;
