//! The caller's source of random bytes.

use core::ffi::c_void;

/// What the `rand` callback needs to do its work.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_rand_ctx {
    /// Anything of the application's.
    pub native_handle: *mut c_void,
}

impl ngtcp2_rand_ctx {
    pub const ZERO: Self = Self { native_handle: core::ptr::null_mut() };
}

default_is_zero!(ngtcp2_rand_ctx);

/// Fills `dest` with `destlen` random bytes. It cannot fail.
///
/// The bytes must be unpredictable: stream reassembly, connection ID tables and packet number
/// skipping rest on them. `rand_ctx` is the field of `ngtcp2_settings`.
pub type ngtcp2_rand =
    Option<unsafe extern "C" fn(dest: *mut u8, destlen: usize, rand_ctx: *const ngtcp2_rand_ctx)>;
