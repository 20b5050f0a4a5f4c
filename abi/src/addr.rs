//! Socket addresses.
//!
//! The sockaddr types are the system's. The header spells them out by hand, because an application
//! may ask for types that need no system header (`NGTCP2_USE_GENERIC_SOCKADDR`).

use core::ffi::c_int;

pub type ngtcp2_sockaddr = libc::sockaddr;
pub type ngtcp2_sockaddr_in = libc::sockaddr_in;
pub type ngtcp2_sockaddr_in6 = libc::sockaddr_in6;
pub type ngtcp2_in_addr = libc::in_addr;
pub type ngtcp2_in6_addr = libc::in6_addr;
pub type ngtcp2_socklen = libc::socklen_t;

pub const NGTCP2_AF_INET: c_int = libc::AF_INET;
pub const NGTCP2_AF_INET6: c_int = libc::AF_INET6;

/// Room for an IPv4 or an IPv6 socket address.
#[repr(C)]
#[derive(Clone, Copy)]
pub union ngtcp2_sockaddr_union {
    /// The generic view, for reading the address family.
    pub sa: ngtcp2_sockaddr,
    /// The IPv4 address.
    pub r#in: ngtcp2_sockaddr_in,
    /// The IPv6 address.
    pub in6: ngtcp2_sockaddr_in6,
}

zero!(ngtcp2_sockaddr_union { in6: SOCKADDR_IN6_ZERO });

/// A socket address somewhere in memory.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_addr {
    /// The address.
    pub addr: *mut ngtcp2_sockaddr,
    /// Its length in bytes.
    pub addrlen: ngtcp2_socklen,
}

zero!(ngtcp2_addr { addr: core::ptr::null_mut(), addrlen: 0 });

/// An IPv4 socket address with every byte zero.
pub const SOCKADDR_IN_ZERO: ngtcp2_sockaddr_in = libc::sockaddr_in {
    #[cfg(any(target_vendor = "apple", target_os = "freebsd", target_os = "netbsd", target_os = "openbsd"))]
    sin_len: 0,
    sin_family: 0,
    sin_port: 0,
    sin_addr: libc::in_addr { s_addr: 0 },
    sin_zero: [0; 8],
};

/// An IPv6 socket address with every byte zero.
pub const SOCKADDR_IN6_ZERO: ngtcp2_sockaddr_in6 = libc::sockaddr_in6 {
    #[cfg(any(target_vendor = "apple", target_os = "freebsd", target_os = "netbsd", target_os = "openbsd"))]
    sin6_len: 0,
    sin6_family: 0,
    sin6_port: 0,
    sin6_flowinfo: 0,
    sin6_addr: libc::in6_addr { s6_addr: [0; 16] },
    sin6_scope_id: 0,
};
