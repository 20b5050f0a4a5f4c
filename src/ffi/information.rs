//! What a connection is, how it ended, and its numbers.

use core::ffi::c_int;
use core::ptr;

use ngtcp2_abi::{self as abi, ngtcp2_ccerr, ngtcp2_conn, ngtcp2_conn_info};

use super::{caller, neutral};
use crate::conn::{Stage, information};
use crate::session::observe;

abi::assert_same_signature!(ngtcp2_abi::api, self, {
    ngtcp2_conn_is_server,
    ngtcp2_conn_is_server2,
    ngtcp2_conn_after_retry,
    ngtcp2_conn_after_retry2,
    ngtcp2_conn_get_ccerr,
    ngtcp2_conn_get_ccerr2,
    ngtcp2_conn_in_closing_period,
    ngtcp2_conn_in_closing_period2,
    ngtcp2_conn_in_draining_period,
    ngtcp2_conn_in_draining_period2,
    ngtcp2_conn_get_conn_info_versioned,
    ngtcp2_conn_get_conn_info2_versioned,
    ngtcp2_conn_get_cwnd_left,
    ngtcp2_conn_get_cwnd_left2,
    ngtcp2_conn_get_send_quantum,
    ngtcp2_conn_get_send_quantum2,
});

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_is_server2(conn: *const ngtcp2_conn) -> c_int {
    observe(conn, 0, |session| session.state().side.is_server().into())
}

older_twin!(ngtcp2_conn_is_server = ngtcp2_conn_is_server2() -> c_int);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_after_retry2(conn: *const ngtcp2_conn) -> c_int {
    observe(conn, 0, |session| {
        let state = session.state();
        (state.side.is_client() && state.params.retry_scid.is_some()).into()
    })
}

older_twin!(ngtcp2_conn_after_retry = ngtcp2_conn_after_retry2() -> c_int);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_ccerr2(conn: *const ngtcp2_conn) -> *const ngtcp2_ccerr {
    observe(conn, neutral::CCERR.address(), |session| ptr::from_ref(&session.state().closure.peer))
}

older_twin!(ngtcp2_conn_get_ccerr = ngtcp2_conn_get_ccerr2() -> *const ngtcp2_ccerr);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_in_closing_period2(conn: *const ngtcp2_conn) -> c_int {
    is_in(conn, Stage::Closing)
}

older_twin!(ngtcp2_conn_in_closing_period = ngtcp2_conn_in_closing_period2() -> c_int);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_in_draining_period2(conn: *const ngtcp2_conn) -> c_int {
    is_in(conn, Stage::Draining)
}

older_twin!(ngtcp2_conn_in_draining_period = ngtcp2_conn_in_draining_period2() -> c_int);

fn is_in(conn: *const ngtcp2_conn, stage: Stage) -> c_int {
    observe(conn, 0, |session| (session.state().lifecycle.state() == stage).into())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_conn_info2_versioned(
    conn: *const ngtcp2_conn,
    conn_info_version: c_int,
    cinfo: *mut ngtcp2_conn_info,
) {
    let info = observe(conn, ngtcp2_conn_info::ZERO, |session| information::conn_info(session.state()));
    let size = abi::nearest_generation_size(&abi::CONN_INFO_GENERATIONS, conn_info_version);
    // SAFETY: the caller passes room for the generation that it names.
    unsafe { caller::store_prefix(cinfo, size, &info) };
}

older_twin!(
    ngtcp2_conn_get_conn_info_versioned =
        ngtcp2_conn_get_conn_info2_versioned(conn_info_version: c_int, cinfo: *mut ngtcp2_conn_info)
);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_cwnd_left2(conn: *const ngtcp2_conn) -> u64 {
    observe(conn, 0, |session| session.state().recovery.window_left())
}

older_twin!(ngtcp2_conn_get_cwnd_left = ngtcp2_conn_get_cwnd_left2() -> u64);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_send_quantum2(conn: *const ngtcp2_conn) -> usize {
    let quantum = observe(conn, 0, |session| session.state().recovery.send_quantum());
    usize::try_from(quantum).unwrap_or(usize::MAX)
}

older_twin!(ngtcp2_conn_get_send_quantum = ngtcp2_conn_get_send_quantum2() -> usize);
