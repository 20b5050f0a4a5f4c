//! The getters of connection ids.

use ngtcp2_abi::{
    self as abi, ngtcp2_cid, ngtcp2_cid_token, ngtcp2_cid_token2, ngtcp2_conn, ngtcp2_path_storage,
    ngtcp2_stateless_reset_token,
};

use super::{caller, neutral};
use crate::conn::information;
use crate::path::Path;
use crate::path::remote_ids::RemoteId;
use crate::session::{observe, path_to_abi};

abi::assert_same_signature!(ngtcp2_abi::api, self, {
    ngtcp2_conn_get_dcid,
    ngtcp2_conn_get_dcid2,
    ngtcp2_conn_get_client_initial_dcid,
    ngtcp2_conn_get_client_initial_dcid2,
    ngtcp2_conn_get_scid,
    ngtcp2_conn_get_scid2,
    ngtcp2_conn_get_active_dcid,
    ngtcp2_conn_get_active_dcid2,
    ngtcp2_conn_get_active_dcid3,
});

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_dcid2(conn: *const ngtcp2_conn) -> *const ngtcp2_cid {
    observe(conn, neutral::CID.address(), |session| information::dcid(session.state()))
}

older_twin!(ngtcp2_conn_get_dcid = ngtcp2_conn_get_dcid2() -> *const ngtcp2_cid);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_client_initial_dcid2(conn: *const ngtcp2_conn) -> *const ngtcp2_cid {
    observe(conn, neutral::CID.address(), |session| information::client_initial_dcid(session.state()))
}

older_twin!(ngtcp2_conn_get_client_initial_dcid = ngtcp2_conn_get_client_initial_dcid2() -> *const ngtcp2_cid);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_scid2(conn: *const ngtcp2_conn, dest: *mut ngtcp2_cid) -> usize {
    observe(conn, 0, |session| {
        let ids = information::local_ids(session.state());
        // SAFETY: the caller passes NULL, or room for as many as this function counted before.
        unsafe { list(ids.map(|id| id.to_abi()), dest) }
    })
}

older_twin!(ngtcp2_conn_get_scid = ngtcp2_conn_get_scid2(dest: *mut ngtcp2_cid) -> usize);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_active_dcid3(
    conn: *const ngtcp2_conn,
    dest: *mut ngtcp2_cid_token2,
) -> usize {
    observe(conn, 0, |session| {
        let mut count: usize = 0;
        for (remote, path) in information::remote_ids(session.state()) {
            let place = if dest.is_null() { dest } else { dest.wrapping_add(count) };
            // SAFETY: the caller passes NULL, or room for as many as this function counted before.
            unsafe { store_active(place, remote, path) };
            count = count.saturating_add(1);
        }
        count
    })
}

older_twin!(ngtcp2_conn_get_active_dcid2 = ngtcp2_conn_get_active_dcid3(dest: *mut ngtcp2_cid_token2) -> usize);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_active_dcid(
    conn: *mut ngtcp2_conn,
    dest: *mut ngtcp2_cid_token,
) -> usize {
    // A token is the same 16 bytes in both structs.
    const _: () = assert!(size_of::<ngtcp2_cid_token>() == size_of::<ngtcp2_cid_token2>());
    // SAFETY: the two structs lie in memory alike, so room for one is room for the other.
    unsafe { ngtcp2_conn_get_active_dcid3(conn, dest.cast()) }
}

/// Writes `values` one after the other, unless `dest` is NULL, and counts them.
///
/// # Safety
/// `dest` is NULL or points to room for all of them.
unsafe fn list<T>(values: impl Iterator<Item = T>, dest: *mut T) -> usize {
    let mut count: usize = 0;
    for value in values {
        if !dest.is_null() {
            // SAFETY: by this function's contract.
            unsafe { caller::store(dest.wrapping_add(count), value) };
        }
        count = count.saturating_add(1);
    }
    count
}

/// # Safety
/// `dest` is NULL or points to room for the struct.
unsafe fn store_active(dest: *mut ngtcp2_cid_token2, remote: &RemoteId, path: &Path) {
    if dest.is_null() {
        return;
    }
    let value = ngtcp2_cid_token2 {
        seq: remote.sequence,
        cid: remote.id.to_abi(),
        ps: ngtcp2_path_storage::ZERO,
        token: remote.token.map_or_else(Default::default, |data| ngtcp2_stateless_reset_token { data }),
        token_present: remote.token.is_some().into(),
    };
    // SAFETY: by this function's contract.
    unsafe { caller::store(dest, value) };
    let storage = dest.wrapping_byte_add(core::mem::offset_of!(ngtcp2_cid_token2, ps)).cast();
    // SAFETY: the path storage lies within the struct; it points into itself, so it is filled where it stays.
    unsafe { super::path::store_path(storage, &path_to_abi(path)) };
}
