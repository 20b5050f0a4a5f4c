//! `ngtcp2_conn_read_pkt`.

use core::ffi::c_int;

use ngtcp2_abi::{
    self as abi, PKT_INFO_GENERATIONS, generation_size, ngtcp2_conn, ngtcp2_path, ngtcp2_pkt_info,
    ngtcp2_tstamp,
};

use super::{caller, status};
use crate::conn;
use crate::error::Error;
use crate::recovery::EcnCodepoint;
use crate::session::{ArrivalPath, CallerPath, Input, drive};
use crate::units::Timestamp;

abi::assert_same_signature!(ngtcp2_abi::api, self, { ngtcp2_conn_read_pkt_versioned });

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_read_pkt_versioned(
    conn: *mut ngtcp2_conn,
    path: *const ngtcp2_path,
    pkt_info_version: c_int,
    pi: *const ngtcp2_pkt_info,
    pkt: *const u8,
    pktlen: usize,
    ts: ngtcp2_tstamp,
) -> c_int {
    drive(conn, |session| {
        if pkt.is_null() && pktlen > 0 || pktlen > isize::MAX as usize {
            return Error::InvalidArgument.code();
        }
        // SAFETY: the caller passes packet information of that generation.
        let ecn = unsafe { codepoint(pkt_info_version, pi) };
        // SAFETY: the caller passes `pktlen` readable bytes, which stay until this call returns.
        let input = unsafe { Input::new(pkt, pktlen) };
        // SAFETY: the caller passes a path, whose addresses are as long as it says.
        if unsafe { super::path::is_current(path, &session.state().paths.current) } {
            // SAFETY: the caller's path stays until this call returns.
            let path = ArrivalPath::Given(unsafe { CallerPath::new(path) });
            return status(conn::read::read(session, path, false, ecn, input, Timestamp(ts)));
        }
        // SAFETY: the caller passes a path, whose addresses are as long as it says.
        let Some(path) = (unsafe { super::path::path(path) }) else { return Error::InvalidArgument.code() };
        let off_path = path != session.state().paths.current;
        status(conn::read::read(session, ArrivalPath::Known(&path), off_path, ecn, input, Timestamp(ts)))
    })
}

/// The ECN bits of the IP header that the packet came with.
///
/// # Safety
/// `pi` is NULL or points to packet information of the generation `version`.
unsafe fn codepoint(version: c_int, pi: *const ngtcp2_pkt_info) -> EcnCodepoint {
    if generation_size(&PKT_INFO_GENERATIONS, version).is_none() {
        return EcnCodepoint::NotEct;
    }
    // SAFETY: by this function's contract.
    let info = unsafe { caller::load(pi) };
    match info.map_or(0, |info| info.ecn & 3) {
        1 => EcnCodepoint::Ect1,
        2 => EcnCodepoint::Ect0,
        3 => EcnCodepoint::Ce,
        _ => EcnCodepoint::NotEct,
    }
}
