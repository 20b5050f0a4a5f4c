//! Where endpoints are: IPv4 addresses as small values, and paths between two of them for the library.
//!
//! Owns: the translation to and from `ngtcp2_path`.

use std::ptr;

use ngtcp2_abi::api::ngtcp2_path_storage_init;
use ngtcp2_abi::{
    NGTCP2_AF_INET, SOCKADDR_IN_ZERO, ngtcp2_addr, ngtcp2_path, ngtcp2_path_storage, ngtcp2_sockaddr_in,
};

/// A UDP endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) host: u8,
    pub(crate) port: u16,
}

pub(crate) const CLIENT: Address = Address { host: 1, port: 20_000 };
pub(crate) const SERVER: Address = Address { host: 2, port: 4433 };

/// From where to where one endpoint sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) local: Address,
    pub(crate) remote: Address,
}

impl Address {
    fn to_sockaddr(self) -> ngtcp2_sockaddr_in {
        let mut sockaddr = SOCKADDR_IN_ZERO;
        sockaddr.sin_family = NGTCP2_AF_INET as _;
        sockaddr.sin_port = self.port.to_be();
        sockaddr.sin_addr.s_addr = u32::from_be_bytes([10, 0, 0, self.host]).to_be();
        sockaddr
    }

    fn from_abi(address: &ngtcp2_addr) -> Option<Self> {
        if address.addr.is_null() || (address.addrlen as usize) < size_of::<ngtcp2_sockaddr_in>() {
            return None;
        }
        // SAFETY: the library gives addresses of the length it says; this one is long enough.
        let sockaddr = unsafe { address.addr.cast::<ngtcp2_sockaddr_in>().read_unaligned() };
        let host = sockaddr.sin_addr.s_addr.to_ne_bytes()[3];
        Some(Self { host, port: u16::from_be(sockaddr.sin_port) })
    }
}

impl Path {
    /// The path as the library takes it. Boxed, because it points into itself.
    pub(crate) fn to_storage(self) -> Box<ngtcp2_path_storage> {
        let mut storage = Box::new(ngtcp2_path_storage::ZERO);
        let (local, remote) = (self.local.to_sockaddr(), self.remote.to_sockaddr());
        let len = size_of::<ngtcp2_sockaddr_in>() as _;
        let (local, remote) = (&raw const local, &raw const remote);
        // SAFETY: all pointers are valid during the call.
        unsafe {
            ngtcp2_path_storage_init(
                &raw mut *storage,
                local.cast(),
                len,
                remote.cast(),
                len,
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
