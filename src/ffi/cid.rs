//! `ngtcp2_cid_*`.

use core::ffi::c_int;

use ngtcp2_abi::{self as abi, ngtcp2_cid};

use super::caller;
use crate::packet::ConnectionId;

abi::assert_same_signature!(ngtcp2_abi::api, self, { ngtcp2_cid_init, ngtcp2_cid_eq });

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_cid_init(cid: *mut ngtcp2_cid, data: *const u8, datalen: usize) {
    // SAFETY: the caller passes `datalen` bytes.
    let bytes = unsafe { caller::slice(data, datalen) }.unwrap_or_default();
    let id = ConnectionId::new(bytes).unwrap_or(ConnectionId::EMPTY);
    // SAFETY: the caller passes room for a connection id.
    unsafe { caller::store(cid, id.to_abi()) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_cid_eq(a: *const ngtcp2_cid, b: *const ngtcp2_cid) -> c_int {
    // SAFETY: the caller passes a connection id.
    let a = unsafe { connection_id(a) };
    // SAFETY: the caller passes a connection id.
    let b = unsafe { connection_id(b) };
    (a.is_some() && a == b).into()
}

/// The caller's connection id; `None` for NULL and for one that claims to be too long.
///
/// # Safety
/// `cid` is NULL or points to a connection id.
pub(super) unsafe fn connection_id(cid: *const ngtcp2_cid) -> Option<ConnectionId> {
    // SAFETY: by this function's contract.
    unsafe { caller::load(cid) }.and_then(|cid| ConnectionId::from_abi(&cid))
}
