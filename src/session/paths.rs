//! `ngtcp2_path` to and from our own [`Path`].
//!
//! Owns: reading the caller's socket addresses and writing into its buffers. Must not know: what a path is used for.

use core::slice;

use ngtcp2_abi as abi;

use crate::path::address::{IPV6_LEN, Words};
use crate::path::{Address, Path};

/// Copies the caller's path; `None` when an address is of a family other than IPv4 and IPv6, or too short.
///
/// # Safety
/// Both addresses are NULL or point to as many readable bytes as their lengths say.
pub(crate) unsafe fn path_from_abi(path: &abi::ngtcp2_path) -> Option<Path> {
    // SAFETY: by this function's contract.
    let local = unsafe { address_from_abi(&path.local)? };
    // SAFETY: by this function's contract.
    let remote = unsafe { address_from_abi(&path.remote)? };
    let mut copy = Path::new(local, remote);
    copy.user_data = path.user_data;
    Some(copy)
}

/// The path that a datagram came on.
#[derive(Clone, Copy)]
pub(crate) enum ArrivalPath<'a> {
    /// As the caller gave it: few datagrams have a frame that makes it matter.
    Given(CallerPath),
    Known(&'a Path),
}

impl ArrivalPath<'_> {
    /// A copy; `None` if a callback has made the caller's path useless.
    #[cold]
    pub(crate) fn get(&self) -> Option<Path> {
        match self {
            Self::Given(path) => path.read(),
            Self::Known(path) => Some(**path),
        }
    }
}

/// The path argument of a call that is running.
#[derive(Clone, Copy)]
pub(crate) struct CallerPath(*const abi::ngtcp2_path);

impl CallerPath {
    /// # Safety
    /// `path` points to a path until the API call that makes this value returns; both its addresses are NULL or point to as
    /// many readable bytes as their lengths say.
    pub(crate) const unsafe fn new(path: *const abi::ngtcp2_path) -> Self {
        Self(path)
    }

    fn read(self) -> Option<Path> {
        // SAFETY: the maker of this value promised a path for the length of the API call.
        let path = unsafe { self.0.read() };
        // SAFETY: as above, and readable addresses with it.
        unsafe { path_from_abi(&path) }
    }
}

/// Whether the caller's path is plainly `current`: that one needs no conversion.
///
/// # Safety
/// Both addresses are NULL or point to as many readable bytes as their lengths say.
#[inline]
pub(crate) unsafe fn is_plainly(path: &abi::ngtcp2_path, current: &Path) -> bool {
    // SAFETY: by this function's contract.
    let local = unsafe { raw_address(&path.local) };
    // SAFETY: by this function's contract.
    let remote = unsafe { raw_address(&path.remote) };
    current.remote.is_at_front_of(remote) && current.local.is_at_front_of(local)
}

/// Copies the caller's address.
///
/// # Safety
/// The address is NULL or points to as many readable bytes as its length says.
pub(crate) unsafe fn address_from_abi(address: &abi::ngtcp2_addr) -> Option<Address> {
    // SAFETY: by this function's contract; the bytes are copied before the call returns.
    Address::from_bytes(unsafe { raw_address(address) })
}

/// The bytes of the caller's address; none when there is no address.
///
/// # Safety
/// The address is NULL or points to as many bytes as its length says, readable as long as the slice is used.
#[inline]
unsafe fn raw_address<'a>(address: &abi::ngtcp2_addr) -> &'a [u8] {
    if address.addr.is_null() {
        return &[];
    }
    // Callers give the size of their storage too; no more is looked at than an address has.
    let len = (address.addrlen as usize).min(IPV6_LEN);
    // SAFETY: by this function's contract.
    unsafe { slice::from_raw_parts(address.addr.cast::<u8>(), len) }
}

/// The C view of a path; it points into `path`.
pub(crate) fn path_to_abi(path: &Path) -> abi::ngtcp2_path {
    abi::ngtcp2_path {
        local: address_to_abi(&path.local),
        remote: address_to_abi(&path.remote),
        user_data: path.user_data,
    }
}

fn address_to_abi(address: &Address) -> abi::ngtcp2_addr {
    abi::ngtcp2_addr {
        addr: address.as_bytes().as_ptr().cast_mut().cast(),
        addrlen: address.len() as abi::ngtcp2_socklen,
    }
}

/// Writes `path` into the address buffers of the caller's path, as `ngtcp2_path_copy` does.
///
/// # Safety
/// The buffers of `target` have room for any address, as those of `ngtcp2_path_storage` do.
pub(crate) unsafe fn write_path(target: &mut abi::ngtcp2_path, path: &Path) {
    // SAFETY: by this function's contract.
    unsafe { write_address(&mut target.local, &path.local) };
    // SAFETY: by this function's contract.
    unsafe { write_address(&mut target.remote, &path.remote) };
    target.user_data = path.user_data;
}

/// # Safety
/// The buffer of `target` has room for any address.
#[inline]
unsafe fn write_address(target: &mut abi::ngtcp2_addr, address: &Address) {
    target.addrlen = address.len() as abi::ngtcp2_socklen;
    if target.addr.is_null() {
        return;
    }
    let buffer = target.addr.cast::<u8>();
    match address.words() {
        Words::Ipv4(words) => {
            // SAFETY: by this function's contract.
            unsafe { buffer.cast::<[u64; 2]>().write_unaligned(words) };
        }
        Words::Ipv6(words, scope) => {
            // SAFETY: by this function's contract.
            unsafe { buffer.cast::<[u64; 3]>().write_unaligned(words) };
            // SAFETY: by this function's contract, there is room for four bytes behind the three words.
            unsafe { buffer.wrapping_add(24).cast::<u32>().write_unaligned(scope) };
        }
        Words::Other => {
            let bytes = address.as_bytes();
            // SAFETY: by this function's contract; our copy does not overlap the caller's buffer.
            unsafe { buffer.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        }
    }
}
