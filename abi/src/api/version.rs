//! The version of the library, and QUIC versions.

use core::ffi::c_int;

use crate::ngtcp2_info;

unsafe extern "C" {
    pub fn ngtcp2_version(least_version: c_int) -> *const ngtcp2_info;

    pub fn ngtcp2_is_supported_version(version: u32) -> c_int;

    pub fn ngtcp2_is_reserved_version(version: u32) -> c_int;

    pub fn ngtcp2_select_version(
        preferred_versions: *const u32,
        preferred_versionslen: usize,
        offered_versions: *const u32,
        offered_versionslen: usize,
    ) -> u32;
}
