//! Where endpoints are: addresses as small values, and paths between two of them for the library.
//!
//! Owns: the translation to and from `ngtcp2_path`.

use std::ptr;

use ngtcp2_abi::api::ngtcp2_path_storage_init;
use ngtcp2_abi::{
    NGTCP2_AF_INET, NGTCP2_AF_INET6, SOCKADDR_IN_ZERO, SOCKADDR_IN6_ZERO, ngtcp2_addr, ngtcp2_cid,
    ngtcp2_path, ngtcp2_path_storage, ngtcp2_preferred_addr, ngtcp2_sockaddr_in, ngtcp2_sockaddr_in6,
};

/// A UDP endpoint. Hosts from `IPV6` on have IPv6 addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) host: u8,
    pub(crate) port: u16,
}

pub(crate) const CLIENT: Address = Address { host: 1, port: 20_000 };
pub(crate) const SERVER: Address = Address { host: 2, port: 4433 };
/// Where a server prefers to be spoken to.
pub(crate) const PREFERRED: Address = Address { host: 3, port: 4434 };

const IPV6: u8 = 128;

/// From where to where one endpoint sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) local: Address,
    pub(crate) remote: Address,
}

/// An address as the library takes it.
#[derive(Clone, Copy)]
union Sockaddr {
    v4: ngtcp2_sockaddr_in,
    v6: ngtcp2_sockaddr_in6,
}

impl Address {
    /// The same endpoint by its IPv6 address.
    pub(crate) const fn ipv6(self) -> Self {
        Self { host: self.host | IPV6, port: self.port }
    }

    pub(crate) const fn is_ipv6(self) -> bool {
        self.host >= IPV6
    }

    pub(crate) const fn is_of_server(self) -> bool {
        matches!(self.host % IPV6, 2 | 3)
    }

    /// Whether it is one of the client's, before any NAT.
    pub(crate) const fn is_of_client(self) -> bool {
        self.host % IPV6 == CLIENT.host && self.port >= CLIENT.port
    }

    /// The IPv4 or IPv6 address in network order.
    pub(crate) fn octets(self) -> [u8; 16] {
        let mut octets = [0; 16];
        if self.is_ipv6() {
            octets[..2].copy_from_slice(&[0xfd, 0]);
            octets[15] = self.host % IPV6;
        } else {
            octets[..4].copy_from_slice(&[10, 0, 0, self.host]);
        }
        octets
    }

    /// What a server announces as its preferred address, which has to be an IPv4 address here.
    pub(crate) fn to_preferred_addr(self, id: ngtcp2_cid, token: [u8; 16]) -> ngtcp2_preferred_addr {
        let (sockaddr, _) = self.to_sockaddr();
        ngtcp2_preferred_addr {
            cid: id,
            // SAFETY: an IPv4 address was written.
            ipv4: unsafe { sockaddr.v4 },
            ipv4_present: 1,
            stateless_reset_token: token,
            ..ngtcp2_preferred_addr::ZERO
        }
    }

    fn to_sockaddr(self) -> (Sockaddr, usize) {
        let octets = self.octets();
        if self.is_ipv6() {
            let mut v6 = SOCKADDR_IN6_ZERO;
            v6.sin6_family = NGTCP2_AF_INET6 as _;
            v6.sin6_port = self.port.to_be();
            v6.sin6_addr.s6_addr = octets;
            return (Sockaddr { v6 }, size_of::<ngtcp2_sockaddr_in6>());
        }
        let mut v4 = SOCKADDR_IN_ZERO;
        v4.sin_family = NGTCP2_AF_INET as _;
        v4.sin_port = self.port.to_be();
        v4.sin_addr.s_addr = u32::from_ne_bytes([octets[0], octets[1], octets[2], octets[3]]);
        (Sockaddr { v4 }, size_of::<ngtcp2_sockaddr_in>())
    }

    fn from_abi(address: &ngtcp2_addr) -> Option<Self> {
        let len = address.addrlen as usize;
        if address.addr.is_null() || len < size_of::<ngtcp2_sockaddr_in>() {
            return None;
        }
        if len >= size_of::<ngtcp2_sockaddr_in6>() {
            // SAFETY: the library gives addresses of the length it says; this one is long enough.
            let sockaddr = unsafe { address.addr.cast::<ngtcp2_sockaddr_in6>().read_unaligned() };
            let host = sockaddr.sin6_addr.s6_addr[15] | IPV6;
            return Some(Self { host, port: u16::from_be(sockaddr.sin6_port) });
        }
        // SAFETY: as above.
        let sockaddr = unsafe { address.addr.cast::<ngtcp2_sockaddr_in>().read_unaligned() };
        let host = sockaddr.sin_addr.s_addr.to_ne_bytes()[3];
        Some(Self { host, port: u16::from_be(sockaddr.sin_port) })
    }
}

impl Path {
    /// The path as the library takes it. Boxed, because it points into itself.
    pub(crate) fn to_storage(self) -> Box<ngtcp2_path_storage> {
        let mut storage = Box::new(ngtcp2_path_storage::ZERO);
        let ((local, local_len), (remote, remote_len)) =
            (self.local.to_sockaddr(), self.remote.to_sockaddr());
        let (local, remote) = (&raw const local, &raw const remote);
        // SAFETY: all pointers are valid during the call.
        unsafe {
            ngtcp2_path_storage_init(
                &raw mut *storage,
                local.cast(),
                local_len as _,
                remote.cast(),
                remote_len as _,
                ptr::null_mut(),
            )
        };
        storage
    }

    /// What the library wrote into a path; `None` if it wrote nothing.
    pub(crate) fn from_abi(path: &ngtcp2_path) -> Option<Self> {
        Some(Self { local: Address::from_abi(&path.local)?, remote: Address::from_abi(&path.remote)? })
    }
}
