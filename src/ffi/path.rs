//! `ngtcp2_addr_*`, `ngtcp2_path_*` and `ngtcp2_path_storage_*`.

use core::ffi::{c_int, c_void};
use core::mem::offset_of;
use core::ptr;

use ngtcp2_abi::{
    self as abi, ngtcp2_addr, ngtcp2_path, ngtcp2_path_storage, ngtcp2_sockaddr, ngtcp2_sockaddr_union,
    ngtcp2_socklen,
};

use super::caller;
use crate::path::Path;
use crate::session::{is_plainly, path_from_abi};

abi::assert_same_signature!(ngtcp2_abi::api, self, {
    ngtcp2_addr_init,
    ngtcp2_addr_copy_byte,
    ngtcp2_path_storage_init,
    ngtcp2_path_storage_zero,
    ngtcp2_path_copy,
    ngtcp2_path_eq,
});

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_addr_init(
    dest: *mut ngtcp2_addr,
    addr: *const ngtcp2_sockaddr,
    addrlen: ngtcp2_socklen,
) -> *mut ngtcp2_addr {
    // SAFETY: the caller passes room for an address.
    unsafe { caller::store(dest, ngtcp2_addr { addr: addr.cast_mut(), addrlen }) };
    dest
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_addr_copy_byte(
    dest: *mut ngtcp2_addr,
    addr: *const ngtcp2_sockaddr,
    addrlen: ngtcp2_socklen,
) {
    // SAFETY: the caller passes an address.
    let Some(target) = (unsafe { caller::load(dest) }) else { return };
    let source = ngtcp2_addr { addr: addr.cast_mut(), addrlen };
    // SAFETY: the caller vouches for `addrlen` bytes at either place.
    let copied = unsafe { copy_address(target, source) };
    // SAFETY: the caller passes an address.
    unsafe { caller::store(dest, copied) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_path_storage_init(
    ps: *mut ngtcp2_path_storage,
    local_addr: *const ngtcp2_sockaddr,
    local_addrlen: ngtcp2_socklen,
    remote_addr: *const ngtcp2_sockaddr,
    remote_addrlen: ngtcp2_socklen,
    user_data: *mut c_void,
) {
    let local = ngtcp2_addr { addr: local_addr.cast_mut(), addrlen: local_addrlen };
    let remote = ngtcp2_addr { addr: remote_addr.cast_mut(), addrlen: remote_addrlen };
    // SAFETY: the caller passes a path storage, and addresses that are as long as it says.
    unsafe { store_path(ps, &ngtcp2_path { local, remote, user_data }) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_path_storage_zero(ps: *mut ngtcp2_path_storage) {
    if ps.is_null() {
        return;
    }
    // SAFETY: the caller passes a path storage, whose path is within it.
    unsafe { caller::store(path_of(ps), path_into(ps)) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_path_copy(dest: *mut ngtcp2_path, src: *const ngtcp2_path) {
    // SAFETY: the caller passes a path.
    let Some(mut target) = (unsafe { caller::load(dest) }) else { return };
    // SAFETY: the caller passes a path.
    let Some(source) = (unsafe { caller::load(src) }) else { return };
    // SAFETY: the caller's buffer has room for the address.
    target.local = unsafe { copy_address(target.local, source.local) };
    // SAFETY: the caller's buffer has room for the address.
    target.remote = unsafe { copy_address(target.remote, source.remote) };
    target.user_data = source.user_data;
    // SAFETY: the caller passes a path.
    unsafe { caller::store(dest, target) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_path_eq(a: *const ngtcp2_path, b: *const ngtcp2_path) -> c_int {
    // SAFETY: the caller passes a path.
    let a = unsafe { path(a) };
    // SAFETY: the caller passes a path.
    let b = unsafe { path(b) };
    (a.is_some() && a == b).into()
}

/// A copy of the caller's path; `None` for NULL, and for addresses that are neither IPv4 nor IPv6.
///
/// # Safety
/// `path` is NULL or points to a path, whose addresses are as long as it says.
pub(super) unsafe fn path(path: *const ngtcp2_path) -> Option<Path> {
    // SAFETY: by this function's contract.
    let path = unsafe { caller::load(path) }?;
    // SAFETY: by this function's contract.
    unsafe { path_from_abi(&path) }
}

/// Whether the caller's path is plainly `current`.
///
/// # Safety
/// As for [`path`].
#[inline]
pub(super) unsafe fn is_current(path: *const ngtcp2_path, current: &Path) -> bool {
    // SAFETY: by this function's contract.
    let Some(path) = (unsafe { caller::load(path) }) else { return false };
    // SAFETY: by this function's contract.
    unsafe { is_plainly(&path, current) }
}

/// Copies `path` into `ps`, so that it points to the copies there.
///
/// # Safety
/// `ps` is NULL or points to a path storage; the addresses of `path` are NULL or as long as it says.
pub(super) unsafe fn store_path(ps: *mut ngtcp2_path_storage, path: &ngtcp2_path) {
    if ps.is_null() {
        return;
    }
    let mut copy = path_into(ps);
    // SAFETY: the buffers in `ps` have room for any storable address, and the source has as many bytes.
    copy.local = unsafe { copy_address(copy.local, storable(path.local)) };
    // SAFETY: as above.
    copy.remote = unsafe { copy_address(copy.remote, storable(path.remote)) };
    copy.user_data = path.user_data;
    // SAFETY: the path is within the storage.
    unsafe { caller::store(path_of(ps), copy) };
}

/// Copies the bytes of `source` to where `target` points, and returns `target` with their number.
///
/// # Safety
/// Each pointer is NULL or good for as many bytes as `source` says.
unsafe fn copy_address(target: ngtcp2_addr, source: ngtcp2_addr) -> ngtcp2_addr {
    if target.addr.is_null() || source.addr.is_null() || source.addrlen == 0 {
        return ngtcp2_addr { addrlen: 0, ..target };
    }
    // SAFETY: by this function's contract; an address may be copied onto itself.
    unsafe { ptr::copy(source.addr.cast::<u8>(), target.addr.cast::<u8>(), source.addrlen as usize) };
    ngtcp2_addr { addrlen: source.addrlen, ..target }
}

/// An address that is too long for any family is none.
fn storable(address: ngtcp2_addr) -> ngtcp2_addr {
    let fits = address.addrlen as usize <= size_of::<ngtcp2_sockaddr_union>();
    ngtcp2_addr { addrlen: if fits { address.addrlen } else { 0 }, ..address }
}

/// A path with empty addresses in the buffers of `ps`.
fn path_into(ps: *mut ngtcp2_path_storage) -> ngtcp2_path {
    let buffer = |offset| ngtcp2_addr { addr: ps.wrapping_byte_add(offset).cast(), addrlen: 0 };
    ngtcp2_path {
        local: buffer(offset_of!(ngtcp2_path_storage, local_addrbuf)),
        remote: buffer(offset_of!(ngtcp2_path_storage, remote_addrbuf)),
        user_data: ptr::null_mut(),
    }
}

fn path_of(ps: *mut ngtcp2_path_storage) -> *mut ngtcp2_path {
    ps.wrapping_byte_add(offset_of!(ngtcp2_path_storage, path)).cast()
}
