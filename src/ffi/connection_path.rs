//! The functions on the current path of a connection.

use core::ffi::c_void;

use ngtcp2_abi::{self as abi, ngtcp2_addr, ngtcp2_conn, ngtcp2_path};

use super::{caller, neutral};
use crate::conn::information;
use crate::session::{change, observe, path_from_abi};

abi::assert_same_signature!(ngtcp2_abi::api, self, {
    ngtcp2_conn_get_path,
    ngtcp2_conn_get_path2,
    ngtcp2_conn_set_local_addr,
    ngtcp2_conn_set_path_user_data,
    ngtcp2_conn_get_max_tx_udp_payload_size,
    ngtcp2_conn_get_max_tx_udp_payload_size2,
    ngtcp2_conn_get_path_max_tx_udp_payload_size,
    ngtcp2_conn_get_path_max_tx_udp_payload_size2,
});

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_path2(conn: *const ngtcp2_conn) -> *const ngtcp2_path {
    observe(conn, neutral::PATH.address(), |session| information::path(session.state()))
}

older_twin!(ngtcp2_conn_get_path = ngtcp2_conn_get_path2() -> *const ngtcp2_path);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_set_local_addr(conn: *mut ngtcp2_conn, addr: *const ngtcp2_addr) {
    // SAFETY: the caller passes an address.
    let Some(local) = (unsafe { caller::load(addr) }) else { return };
    let half = ngtcp2_path { local, ..ngtcp2_path::ZERO };
    // SAFETY: the caller's address is as long as it says.
    let Some(path) = (unsafe { path_from_abi(&half) }) else { return };
    change(conn, |session| session.state().set_local_addr(path.local));
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_set_path_user_data(conn: *mut ngtcp2_conn, path_user_data: *mut c_void) {
    change(conn, |session| session.state().set_path_user_data(path_user_data));
}

/// What a program gets that asks without a connection: the size that any path carries.
const SAFE_SIZE: usize = abi::NGTCP2_MAX_UDP_PAYLOAD_SIZE;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_max_tx_udp_payload_size2(conn: *const ngtcp2_conn) -> usize {
    observe(conn, SAFE_SIZE, |session| session.state().config.max_tx_udp_payload_size)
}

older_twin!(ngtcp2_conn_get_max_tx_udp_payload_size = ngtcp2_conn_get_max_tx_udp_payload_size2() -> usize);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_path_max_tx_udp_payload_size2(conn: *const ngtcp2_conn) -> usize {
    observe(conn, SAFE_SIZE, |session| {
        let state = session.state();
        state.paths.max_datagram_len(&state.config)
    })
}

older_twin!(
    ngtcp2_conn_get_path_max_tx_udp_payload_size = ngtcp2_conn_get_path_max_tx_udp_payload_size2() -> usize
);
