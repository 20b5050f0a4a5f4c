//! The transport parameters of a connection.

use core::ffi::c_int;
use core::ptr;

use ngtcp2_abi::{self as abi, ngtcp2_conn, ngtcp2_ssize, ngtcp2_transport_params};

use super::{caller, length, neutral, params, status};
use crate::conn::{State, early_data, handshake, local_params};
use crate::error::{Error, Result};
use crate::session::{change, examine, observe};
use crate::units::Side;
use crate::wire::Writer;

abi::assert_same_signature!(ngtcp2_abi::api, self, {
    ngtcp2_conn_set_local_transport_params_versioned,
    ngtcp2_conn_get_local_transport_params,
    ngtcp2_conn_get_local_transport_params2,
    ngtcp2_conn_encode_local_transport_params,
    ngtcp2_conn_encode_local_transport_params2,
    ngtcp2_conn_decode_and_set_remote_transport_params,
    ngtcp2_conn_get_remote_transport_params,
    ngtcp2_conn_get_remote_transport_params2,
    ngtcp2_conn_encode_0rtt_transport_params,
    ngtcp2_conn_encode_0rtt_transport_params2,
    ngtcp2_conn_decode_and_set_0rtt_transport_params,
});

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_set_local_transport_params_versioned(
    conn: *mut ngtcp2_conn,
    transport_params_version: c_int,
    params: *const ngtcp2_transport_params,
) -> c_int {
    change(conn, |session| {
        // SAFETY: the caller passes parameters of the generation that it names.
        let given = unsafe { params::load(transport_params_version, params) };
        status(given.and_then(|given| {
            let state = session.state();
            if state.side.is_server() {
                params::check_own(&given.fields, Side::Server)?;
            }
            local_params::replace(state, given.fields)
        }))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_local_transport_params2(
    conn: *const ngtcp2_conn,
) -> *const ngtcp2_transport_params {
    observe(conn, neutral::PARAMS.address(), |session| {
        ptr::from_ref(session.state().params.local_for_application())
    })
}

older_twin!(
    ngtcp2_conn_get_local_transport_params = ngtcp2_conn_get_local_transport_params2()
        -> *const ngtcp2_transport_params
);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_encode_local_transport_params2(
    conn: *const ngtcp2_conn,
    dest: *mut u8,
    destlen: usize,
) -> ngtcp2_ssize {
    // SAFETY: the caller passes room for `destlen` bytes.
    unsafe { encode(conn, dest, destlen, local_params::encode) }
}

older_twin!(
    ngtcp2_conn_encode_local_transport_params =
        ngtcp2_conn_encode_local_transport_params2(dest: *mut u8, destlen: usize) -> ngtcp2_ssize
);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_decode_and_set_remote_transport_params(
    conn: *mut ngtcp2_conn,
    data: *const u8,
    datalen: usize,
) -> c_int {
    change(conn, |session| {
        // SAFETY: the caller passes `datalen` bytes.
        let data = unsafe { caller::slice(data, datalen) }.ok_or(Error::InvalidArgument);
        status(data.and_then(|data| handshake::set_remote_params(session, data)))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_remote_transport_params2(
    conn: *const ngtcp2_conn,
) -> *const ngtcp2_transport_params {
    observe(conn, ptr::null(), |session| {
        session.state().params.remote.as_ref().map_or(ptr::null(), ptr::from_ref)
    })
}

older_twin!(
    ngtcp2_conn_get_remote_transport_params = ngtcp2_conn_get_remote_transport_params2()
        -> *const ngtcp2_transport_params
);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_encode_0rtt_transport_params2(
    conn: *const ngtcp2_conn,
    dest: *mut u8,
    destlen: usize,
) -> ngtcp2_ssize {
    // SAFETY: the caller passes room for `destlen` bytes.
    unsafe { encode(conn, dest, destlen, local_params::encode_remembered) }
}

older_twin!(
    ngtcp2_conn_encode_0rtt_transport_params =
        ngtcp2_conn_encode_0rtt_transport_params2(dest: *mut u8, destlen: usize) -> ngtcp2_ssize
);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_decode_and_set_0rtt_transport_params(
    conn: *mut ngtcp2_conn,
    data: *const u8,
    datalen: usize,
) -> c_int {
    change(conn, |session| {
        // SAFETY: the caller passes `datalen` bytes.
        let data = unsafe { caller::slice(data, datalen) }.ok_or(Error::InvalidArgument);
        status(data.and_then(|data| early_data::set_remembered_params(session.state(), data)))
    })
}

/// # Safety
/// `dest` is NULL or has room for `destlen` bytes.
unsafe fn encode(
    conn: *const ngtcp2_conn,
    dest: *mut u8,
    destlen: usize,
    write: fn(&State, &mut Writer<'_>) -> Result<()>,
) -> ngtcp2_ssize {
    examine(conn, |session| {
        // SAFETY: by this function's contract.
        let Some(dest) = (unsafe { caller::buffer(dest, destlen) }) else {
            return length(Err(Error::InvalidArgument));
        };
        let mut writer = Writer::new(dest);
        length(write(session.state(), &mut writer).map(|()| writer.position()))
    })
}
