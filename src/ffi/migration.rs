//! `ngtcp2_conn_initiate_migration` and `ngtcp2_conn_initiate_immediate_migration`.

use core::ffi::c_int;

use ngtcp2_abi::{self as abi, ngtcp2_conn, ngtcp2_path, ngtcp2_tstamp};

use super::status;
use crate::conn::migration;
use crate::error::{Error, Result};
use crate::path::Path;
use crate::session::{Session, drive};
use crate::units::Timestamp;

abi::assert_same_signature!(ngtcp2_abi::api, self, {
    ngtcp2_conn_initiate_migration,
    ngtcp2_conn_initiate_immediate_migration,
});

/// Calls `migrate` with the caller's path.
///
/// # Safety
/// `path` is NULL or points to a path, whose addresses are as long as it says.
unsafe fn with_path(
    conn: *mut ngtcp2_conn,
    path: *const ngtcp2_path,
    migrate: impl FnOnce(&mut Session, &Path) -> Result<()>,
) -> c_int {
    drive(conn, |session| {
        // SAFETY: by this function's contract.
        let path = unsafe { super::path::path(path) }.ok_or(Error::InvalidArgument);
        status(path.and_then(|path| migrate(session, &path)))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_initiate_migration(
    conn: *mut ngtcp2_conn,
    path: *const ngtcp2_path,
    ts: ngtcp2_tstamp,
) -> c_int {
    // SAFETY: the caller vouches for its path.
    unsafe { with_path(conn, path, |session, path| migration::initiate(session, path, Timestamp(ts))) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_initiate_immediate_migration(
    conn: *mut ngtcp2_conn,
    path: *const ngtcp2_path,
    ts: ngtcp2_tstamp,
) -> c_int {
    // SAFETY: the caller vouches for its path.
    unsafe {
        with_path(conn, path, |session, path| migration::initiate_immediately(session, path, Timestamp(ts)))
    }
}
