//! `ngtcp2_pkt_write_version_negotiation`.

use ngtcp2_abi::{self as abi, ngtcp2_ssize};

use crate::error::Error;
use crate::ffi::{caller, length};
use crate::packet::version_negotiation;
use crate::session::guarded;
use crate::wire::Writer;

abi::assert_same_signature!(ngtcp2_abi::api, self, { ngtcp2_pkt_write_version_negotiation });

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_pkt_write_version_negotiation(
    dest: *mut u8,
    destlen: usize,
    unused_random: u8,
    dcid: *const u8,
    dcidlen: usize,
    scid: *const u8,
    scidlen: usize,
    sv: *const u32,
    nsv: usize,
) -> ngtcp2_ssize {
    // SAFETY: the caller passes room for `destlen` bytes.
    let dest = unsafe { caller::buffer(dest, destlen) };
    // SAFETY: the caller passes `dcidlen` bytes.
    let dcid = unsafe { caller::slice(dcid, dcidlen) };
    // SAFETY: the caller passes `scidlen` bytes.
    let scid = unsafe { caller::slice(scid, scidlen) };
    // SAFETY: the caller passes `nsv` versions.
    let versions = unsafe { caller::slice(sv, nsv) };
    let (Some(dest), Some(dcid), Some(scid), Some(versions)) = (dest, dcid, scid, versions) else {
        return length(Err(Error::InvalidArgument));
    };
    // The length of a connection id is one byte (RFC 8999 §6).
    if dcid.len().max(scid.len()) > usize::from(u8::MAX) {
        return length(Err(Error::InvalidArgument));
    }
    length(guarded(|| {
        let mut writer = Writer::new(dest);
        version_negotiation::write(&mut writer, unused_random, dcid, scid, versions)?;
        Ok(writer.position())
    }))
}
