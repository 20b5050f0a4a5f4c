//! What the tests of panics call to arm a point of `fault`. Declared in no header, and in no library that is shipped.

use core::ffi::c_char;
use core::ptr;

use crate::fault;

/// The name of a point; NULL past the last.
#[unsafe(no_mangle)]
pub extern "C" fn ngtcp2_fault_name(point: usize) -> *const c_char {
    fault::name(point).map_or(ptr::null(), |name| name.as_ptr())
}

/// From now on the `passage`th passage of the point panics, once; 0: none does, and they are counted.
#[unsafe(no_mangle)]
pub extern "C" fn ngtcp2_fault_arm(point: usize, passage: u64) {
    fault::arm(point, passage);
}

/// How often the point was passed since it was armed, the fatal time included.
#[unsafe(no_mangle)]
pub extern "C" fn ngtcp2_fault_passages() -> u64 {
    fault::passages()
}
