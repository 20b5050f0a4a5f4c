//! `ngtcp2_pkt_decode_*` and `ngtcp2_accept`.

use core::ffi::c_int;
use core::ptr;

use ngtcp2_abi::{self as abi, ngtcp2_pkt_hd, ngtcp2_ssize, ngtcp2_version_cid};

use crate::error::Error;
use crate::ffi::{caller, length, status};
use crate::packet::header::{self, LongHeader};
use crate::packet::invariant;
use crate::session::guarded;

abi::assert_same_signature!(ngtcp2_abi::api, self, {
    ngtcp2_pkt_decode_version_cid,
    ngtcp2_accept,
    ngtcp2_pkt_decode_hd_long,
    ngtcp2_pkt_decode_hd_short,
});

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_pkt_decode_version_cid(
    dest: *mut ngtcp2_version_cid,
    data: *const u8,
    datalen: usize,
    short_dcidlen: usize,
) -> c_int {
    // SAFETY: the caller passes `datalen` bytes.
    let datagram = unsafe { caller::slice(data, datalen) }.unwrap_or_default();
    let decode =
        || invariant::decode_version_cid(datagram, short_dcidlen).map_err(|_| Error::InvalidArgument);
    let decoded = match guarded(decode) {
        Ok(decoded) => decoded,
        Err(error) => return error.code(),
    };
    let value = ngtcp2_version_cid {
        version: decoded.version,
        dcid: decoded.dcid.as_ptr(),
        dcidlen: decoded.dcid.len(),
        scid: decoded.scid.map_or(ptr::null(), <[u8]>::as_ptr),
        scidlen: decoded.scid.map_or(0, <[u8]>::len),
    };
    // SAFETY: the caller passes room for the result.
    unsafe { caller::store(dest, value) };
    if decoded.negotiate { Error::VersionNegotiation.code() } else { 0 }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_accept(dest: *mut ngtcp2_pkt_hd, pkt: *const u8, pktlen: usize) -> c_int {
    // SAFETY: the caller passes `pktlen` bytes.
    let datagram = unsafe { caller::slice(pkt, pktlen) }.unwrap_or_default();
    status(guarded(|| {
        let header = header::parse_long(datagram)?;
        // The header is reported even if it opens no connection.
        // SAFETY: the caller passes room for a header.
        unsafe { caller::store(dest, long_header_to_abi(&header)) };
        Ok(header::check_acceptable(&header, datagram.len())?)
    }))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_pkt_decode_hd_long(
    dest: *mut ngtcp2_pkt_hd,
    pkt: *const u8,
    pktlen: usize,
) -> ngtcp2_ssize {
    // SAFETY: the caller passes `pktlen` bytes.
    let packet = unsafe { caller::slice(pkt, pktlen) }.unwrap_or_default();
    length(guarded(|| {
        let header = header::parse_long(packet)?;
        // SAFETY: the caller passes room for a header.
        unsafe { caller::store(dest, long_header_to_abi(&header)) };
        Ok(header.header_len)
    }))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_pkt_decode_hd_short(
    dest: *mut ngtcp2_pkt_hd,
    pkt: *const u8,
    pktlen: usize,
    dcidlen: usize,
) -> ngtcp2_ssize {
    // SAFETY: the caller passes `pktlen` bytes.
    let packet = unsafe { caller::slice(pkt, pktlen) }.unwrap_or_default();
    length(guarded(|| {
        let (value, header_len) = header::parse_short_to_abi(packet, dcidlen)?;
        // SAFETY: the caller passes room for a header.
        unsafe { caller::store(dest, value) };
        Ok(header_len)
    }))
}

/// The header with the address of its token in the caller's packet.
fn long_header_to_abi(header: &LongHeader<'_>) -> ngtcp2_pkt_hd {
    let mut value = header.to_abi();
    if !header.token.is_empty() {
        value.token = header.token.as_ptr();
    }
    value
}
