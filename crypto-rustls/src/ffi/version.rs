//! The version of the helper.

use std::ffi::c_int;
use std::ptr;

use ngtcp2_abi::{NGTCP2_VERSION_AGE, RNGTCP2_VERSION, RNGTCP2_VERSION_NUM, ngtcp2_info};

struct Info(ngtcp2_info);

// SAFETY: it is never written, and its pointer is to a constant.
unsafe impl Sync for Info {}

static INFO: Info = Info(ngtcp2_info {
    age: NGTCP2_VERSION_AGE,
    version_num: RNGTCP2_VERSION_NUM,
    version_str: RNGTCP2_VERSION.as_ptr(),
});

/// Returns the version of this library, or NULL if it is older than `least_version`: 8 bits each for major, minor and
/// patch, 0 for any. The memory is static. It is rngtcp2's version, like that of `rngtcp2_version` in the core library,
/// whatever core this one runs on.
#[unsafe(no_mangle)]
pub extern "C" fn ngtcp2_crypto_rustls_version(least_version: c_int) -> *const ngtcp2_info {
    if least_version > RNGTCP2_VERSION_NUM { ptr::null() } else { &raw const INFO.0 }
}
