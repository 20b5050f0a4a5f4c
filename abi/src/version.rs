//! QUIC versions (RFC 9000, RFC 9368, RFC 9369) and the version of the library.

use core::ffi::{CStr, c_char, c_int};

/// QUIC version 1 (RFC 9000).
pub const NGTCP2_PROTO_VER_V1: u32 = 0x0000_0001u32;
/// QUIC version 2 (RFC 9369): 0x6b3343cf.
pub const NGTCP2_PROTO_VER_V2: u32 = 0x6b33_43cfu32;
/// The highest QUIC version for `ngtcp2_conn_client_new`. Kept for old code: supported versions are
/// not a range.
pub const NGTCP2_PROTO_VER_MAX: u32 = NGTCP2_PROTO_VER_V1;
/// The lowest QUIC version for `ngtcp2_conn_client_new`. Kept for old code: supported versions are
/// not a range.
pub const NGTCP2_PROTO_VER_MIN: u32 = NGTCP2_PROTO_VER_V1;
/// The bits that reserved versions have in common: 0x0a0a0a0a (RFC 9000, section 15).
pub const NGTCP2_RESERVED_VERSION_MASK: u32 = 0x0a0a_0a0au32;

/// The version_information transport parameter (RFC 9368, section 3).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_version_info {
    /// The version that the sender chose.
    pub chosen_version: u32,
    /// The versions that the sender can use, 4 bytes each in network byte order.
    pub available_versions: *const u8,
    /// The number of bytes at `available_versions`.
    pub available_versionslen: usize,
}

zero!(ngtcp2_version_info {
    chosen_version: 0,
    available_versions: core::ptr::null(),
    available_versionslen: 0
});

/// The version of this library as text.
pub const NGTCP2_VERSION: &CStr = c"1.25.0";
/// The version of this library as a number: 8 bits each for major, minor and patch.
pub const NGTCP2_VERSION_NUM: c_int = 0x01_1900;
/// The generation of `ngtcp2_info`.
pub const NGTCP2_VERSION_AGE: c_int = 1;

/// What `ngtcp2_version` tells about the library at run time.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_info {
    /// The generation of this struct, `NGTCP2_VERSION_AGE` of the library.
    pub age: c_int,
    /// The version as a number, like `NGTCP2_VERSION_NUM`.
    pub version_num: c_int,
    /// The version as text, like `NGTCP2_VERSION`. A static string.
    pub version_str: *const c_char,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_package() {
        assert_eq!(NGTCP2_VERSION.to_str(), Ok(env!("CARGO_PKG_VERSION")));
        let numbers = env!("CARGO_PKG_VERSION").split('.').map(|number| number.parse::<c_int>());
        let number = numbers.fold(0, |sum, number| sum << 8 | number.expect("a number"));
        assert_eq!(NGTCP2_VERSION_NUM, number);
    }
}
