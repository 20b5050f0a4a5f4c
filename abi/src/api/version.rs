//! The version of the library, and QUIC versions.

use core::ffi::c_int;

use crate::ngtcp2_info;

unsafe extern "C" {
    /// Returns the version of the library at run time, or NULL if it is older than `least_version`,
    /// which has the form of `NGTCP2_VERSION_NUM`; 0 accepts any. The memory is static.
    pub fn ngtcp2_version(least_version: c_int) -> *const ngtcp2_info;

    /// Returns nonzero if the library implements the QUIC version `version`.
    pub fn ngtcp2_is_supported_version(version: u32) -> c_int;

    /// Returns nonzero if `version` is one of those that are reserved to exercise version
    /// negotiation, 0x?a?a?a?a (RFC 9000, section 15).
    pub fn ngtcp2_is_reserved_version(version: u32) -> c_int;

    /// Returns the first of the `preferred_versionslen` versions at `preferred_versions` that is also
    /// among the `offered_versionslen` versions at `offered_versions`, or 0 if there is none.
    ///
    /// For clients that received a Version Negotiation packet.
    pub fn ngtcp2_select_version(
        preferred_versions: *const u32,
        preferred_versionslen: usize,
        offered_versions: *const u32,
        offered_versionslen: usize,
    ) -> u32;
}
