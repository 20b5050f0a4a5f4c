//! The exported decoders as a C program calls them, for a fuzz target: an input is read where it lies, so that
//! AddressSanitizer sees a byte too many, and what C is told agrees with itself.
//!
//! Owns: the calls. What a decoder makes of its bytes is the matter of `crate::fuzzing`.

extern crate std;

use core::ptr;

use ngtcp2_abi as abi;

use super::packet::decode::*;
use super::params::*;

/// A datagram, or encoded transport parameters, after one byte that says how long our connection ids are.
pub fn decoders(input: &[u8]) {
    let Some((&dcid_len, bytes)) = input.split_first() else { return };
    version_and_ids(bytes, usize::from(dcid_len % 32));
    headers(bytes, usize::from(dcid_len % 32));
    parameters(bytes);
}

fn version_and_ids(datagram: &[u8], dcid_len: usize) {
    let mut ids = abi::ngtcp2_version_cid::ZERO;
    // SAFETY: bytes with their length, and room for the ids.
    let code =
        unsafe { ngtcp2_pkt_decode_version_cid(&raw mut ids, datagram.as_ptr(), datagram.len(), dcid_len) };
    if !matches!(code, 0 | abi::NGTCP2_ERR_VERSION_NEGOTIATION) {
        assert_eq!(code, abi::NGTCP2_ERR_INVALID_ARGUMENT);
        return;
    }
    for (start, len) in [(ids.dcid, ids.dcidlen), (ids.scid, ids.scidlen)] {
        lies_within(start, len, datagram);
    }
}

fn headers(datagram: &[u8], dcid_len: usize) {
    let mut header = abi::ngtcp2_pkt_hd::ZERO;
    // SAFETY: bytes with their length, and room for the header.
    let len = unsafe { ngtcp2_pkt_decode_hd_long(&raw mut header, datagram.as_ptr(), datagram.len()) };
    assert!(len < 0 || len.cast_unsigned() <= datagram.len());
    if len >= 0 {
        lies_within(header.token, header.tokenlen, datagram);
        assert!(
            header.dcid.datalen <= abi::NGTCP2_MAX_CIDLEN && header.scid.datalen <= abi::NGTCP2_MAX_CIDLEN
        );
    }
    let mut accepted = abi::ngtcp2_pkt_hd::ZERO;
    // SAFETY: the same.
    let code = unsafe { ngtcp2_accept(&raw mut accepted, datagram.as_ptr(), datagram.len()) };
    assert!(code < 0 || len >= 0, "what opens a connection has a header");
    let mut short = abi::ngtcp2_pkt_hd::ZERO;
    // SAFETY: the same.
    let len =
        unsafe { ngtcp2_pkt_decode_hd_short(&raw mut short, datagram.as_ptr(), datagram.len(), dcid_len) };
    assert!(len < 0 || len.cast_unsigned() <= datagram.len());
}

fn parameters(encoded: &[u8]) {
    let mut params = abi::ngtcp2_transport_params::ZERO;
    let mut made = ptr::null_mut();
    // SAFETY: bytes with their length, and room for parameters of the newest generation.
    let code = unsafe {
        ngtcp2_transport_params_decode_versioned(
            abi::NGTCP2_TRANSPORT_PARAMS_VERSION,
            &raw mut params,
            encoded.as_ptr(),
            encoded.len(),
        )
    };
    // SAFETY: bytes with their length, room for a pointer, and the default allocator.
    let made_code = unsafe {
        ngtcp2_transport_params_decode_new(&raw mut made, encoded.as_ptr(), encoded.len(), ptr::null())
    };
    assert_eq!(code, made_code);
    assert_eq!(code == 0, !made.is_null());
    if code == 0 {
        // SAFETY: parameters that were decoded just now point into the input.
        let len = unsafe {
            ngtcp2_transport_params_encode_versioned(
                ptr::null_mut(),
                0,
                abi::NGTCP2_TRANSPORT_PARAMS_VERSION,
                made,
            )
        };
        assert!(len >= 0, "what was decoded is encoded again: {len}");
    }
    // SAFETY: made with the same allocator, or NULL.
    unsafe { ngtcp2_transport_params_del(made, ptr::null()) };
}

fn lies_within(start: *const u8, len: usize, bytes: &[u8]) {
    let place = start.addr().wrapping_sub(bytes.as_ptr().addr());
    assert!(len == 0 || place <= bytes.len() && len <= bytes.len() - place);
}
