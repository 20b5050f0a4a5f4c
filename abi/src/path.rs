//! Network paths, their validation (RFC 9000, section 8.2) and the server's preferred address
//! (section 9.6).

use core::ffi::c_void;

use crate::{
    NGTCP2_STATELESS_RESET_TOKENLEN, SOCKADDR_IN_ZERO, SOCKADDR_IN6_ZERO, ngtcp2_addr, ngtcp2_cid,
    ngtcp2_sockaddr_in, ngtcp2_sockaddr_in6, ngtcp2_sockaddr_union,
};

/// The length of the data in PATH_CHALLENGE and PATH_RESPONSE frames, in bytes.
pub const NGTCP2_PATH_CHALLENGE_DATALEN: usize = 8;

/// A path: the two socket addresses that a packet travels between.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_path {
    /// Our address.
    pub local: ngtcp2_addr,
    /// The peer's address.
    pub remote: ngtcp2_addr,
    /// Anything of the application's that belongs to the path, such as a socket. It takes no part
    /// in comparisons.
    pub user_data: *mut c_void,
}

zero!(ngtcp2_path { local: ngtcp2_addr::ZERO, remote: ngtcp2_addr::ZERO, user_data: core::ptr::null_mut() });

/// A path together with the memory of its addresses.
///
/// Prepare it with `ngtcp2_path_storage_init` or `ngtcp2_path_storage_zero`. Do not copy it by
/// assignment: `path` points into the struct itself.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_path_storage {
    /// The path. Its addresses point to the buffers below.
    pub path: ngtcp2_path,
    /// The memory of the local address.
    pub local_addrbuf: ngtcp2_sockaddr_union,
    /// The memory of the remote address.
    pub remote_addrbuf: ngtcp2_sockaddr_union,
}

zero!(ngtcp2_path_storage {
    path: ngtcp2_path::ZERO,
    local_addrbuf: ngtcp2_sockaddr_union::ZERO,
    remote_addrbuf: ngtcp2_sockaddr_union::ZERO,
});

/// The data of a PATH_CHALLENGE frame. Since 1.22.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_path_challenge_data {
    /// The bytes.
    pub data: [u8; NGTCP2_PATH_CHALLENGE_DATALEN],
}

zero!(ngtcp2_path_challenge_data { data: [0; NGTCP2_PATH_CHALLENGE_DATALEN] });

/// The preferred_address transport parameter (RFC 9000, section 18.2).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_preferred_addr {
    /// The connection ID to use with the preferred address.
    pub cid: ngtcp2_cid,
    /// The IPv4 address. Meaningful only if `ipv4_present` is set.
    pub ipv4: ngtcp2_sockaddr_in,
    /// The IPv6 address. Meaningful only if `ipv6_present` is set.
    pub ipv6: ngtcp2_sockaddr_in6,
    /// 1 if `ipv4` is given.
    pub ipv4_present: u8,
    /// 1 if `ipv6` is given.
    pub ipv6_present: u8,
    /// The stateless reset token of `cid`.
    pub stateless_reset_token: [u8; NGTCP2_STATELESS_RESET_TOKENLEN],
}

zero!(ngtcp2_preferred_addr {
    cid: ngtcp2_cid::ZERO,
    ipv4: SOCKADDR_IN_ZERO,
    ipv6: SOCKADDR_IN6_ZERO,
    ipv4_present: 0,
    ipv6_present: 0,
    stateless_reset_token: [0; NGTCP2_STATELESS_RESET_TOKENLEN],
});

/// How a path validation ended.
#[repr(C)]
enum PathValidationResult {
    /// The peer answered: it receives packets at this address.
    NGTCP2_PATH_VALIDATION_RESULT_SUCCESS = 0,
    /// The peer did not answer in time.
    NGTCP2_PATH_VALIDATION_RESULT_FAILURE = 1,
    /// It was given up, for example because another migration took its place.
    NGTCP2_PATH_VALIDATION_RESULT_ABORTED = 2,
}

open_enum!(
    ngtcp2_path_validation_result,
    PathValidationResult {
        NGTCP2_PATH_VALIDATION_RESULT_SUCCESS,
        NGTCP2_PATH_VALIDATION_RESULT_FAILURE,
        NGTCP2_PATH_VALIDATION_RESULT_ABORTED,
    }
);

/// No flag.
pub const NGTCP2_PATH_VALIDATION_FLAG_NONE: u32 = 0x00u32;
/// The path leads to the server's preferred address.
pub const NGTCP2_PATH_VALIDATION_FLAG_PREFERRED_ADDR: u32 = 0x01u32;
/// The server should send a NEW_TOKEN frame for the new address of the client.
pub const NGTCP2_PATH_VALIDATION_FLAG_NEW_TOKEN: u32 = 0x02u32;
