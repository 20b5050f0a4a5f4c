//! `ngtcp2_mem_default` and `ngtcp2_secure_clear`.

use core::ffi::c_void;
use core::ptr;
use core::sync::atomic::{Ordering, compiler_fence};

use ngtcp2_abi::{self as abi, ngtcp2_mem};

use super::caller;
use crate::mem::default_mem;

abi::assert_same_signature!(ngtcp2_abi::api, self, { ngtcp2_mem_default, ngtcp2_secure_clear });

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_mem_default() -> *const ngtcp2_mem {
    default_mem()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_secure_clear(data: *mut c_void, len: usize) {
    // SAFETY: the caller passes `len` bytes of its own.
    let Some(secret) = (unsafe { caller::buffer(data.cast(), len) }) else { return };
    for byte in secret {
        // SAFETY: a reference is good for a write; being volatile, it cannot be left out.
        unsafe { ptr::from_mut(byte).write_volatile(0) };
    }
    compiler_fence(Ordering::SeqCst);
}
