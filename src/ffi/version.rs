//! `ngtcp2_version`, `rngtcp2_version`, and the functions on QUIC versions.

use core::ffi::c_int;
use core::ptr;

use ngtcp2_abi::{self as abi, ngtcp2_info};

use super::caller;
use super::neutral::Constant;
use crate::packet::version;

abi::assert_same_signature!(ngtcp2_abi::api, self, {
    ngtcp2_version,
    rngtcp2_version,
    ngtcp2_is_supported_version,
    ngtcp2_is_reserved_version,
    ngtcp2_select_version,
});

static INFO: Constant<ngtcp2_info> = Constant::new(ngtcp2_info {
    age: abi::NGTCP2_VERSION_AGE,
    version_num: abi::NGTCP2_VERSION_NUM,
    version_str: abi::NGTCP2_VERSION.as_ptr(),
});

static OWN_INFO: Constant<ngtcp2_info> = Constant::new(ngtcp2_info {
    age: abi::NGTCP2_VERSION_AGE,
    version_num: abi::RNGTCP2_VERSION_NUM,
    version_str: abi::RNGTCP2_VERSION.as_ptr(),
});

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_version(least_version: c_int) -> *const ngtcp2_info {
    if least_version > abi::NGTCP2_VERSION_NUM { ptr::null() } else { INFO.address() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn rngtcp2_version(least_version: c_int) -> *const ngtcp2_info {
    if least_version > abi::RNGTCP2_VERSION_NUM { ptr::null() } else { OWN_INFO.address() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_is_supported_version(version: u32) -> c_int {
    version::is_supported(version).into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_is_reserved_version(version: u32) -> c_int {
    version::is_reserved(version).into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_select_version(
    preferred_versions: *const u32,
    preferred_versionslen: usize,
    offered_versions: *const u32,
    offered_versionslen: usize,
) -> u32 {
    // SAFETY: the caller passes as many versions as it says.
    let preferred = unsafe { caller::slice(preferred_versions, preferred_versionslen) };
    // SAFETY: the caller passes as many versions as it says.
    let offered = unsafe { caller::slice(offered_versions, offered_versionslen) };
    version::select(preferred.unwrap_or_default(), offered.unwrap_or_default()).unwrap_or(0)
}
