//! Version Negotiation packets (RFC 8999 §6, RFC 9000 §17.2.1).

use super::{FIXED_BIT, HeaderError, LONG_FORM, version};
use crate::wire::{NoSpace, Reader, Writer};

/// A received Version Negotiation packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VersionNegotiation<'a> {
    pub(crate) dcid: &'a [u8],
    pub(crate) scid: &'a [u8],
    /// In wire format, a whole number of versions; `version::iter` reads them.
    pub(crate) versions: &'a [u8],
}

/// Writes a packet and returns its length. `dcid` is the source connection id of the packet that caused it and `scid`
/// its destination connection id, each of up to 255 bytes. The fixed bit is set, as RFC 9000 §17.2.1 advises.
pub(crate) fn write(
    writer: &mut Writer<'_>,
    unused_random: u8,
    dcid: &[u8],
    scid: &[u8],
    versions: &[u32],
) -> Result<(), NoSpace> {
    writer.all_or_nothing(|writer| {
        writer.u8(LONG_FORM | FIXED_BIT | unused_random)?;
        writer.u32(version::NEGOTIATION)?;
        for connection_id in [dcid, scid] {
            writer.u8(u8::try_from(connection_id.len()).map_err(|_| NoSpace)?)?;
            writer.bytes(connection_id)?;
        }
        versions.iter().try_for_each(|&version| writer.u32(version))
    })
}

/// Parses a packet, which fills its datagram.
pub(crate) fn parse(packet: &[u8]) -> Result<VersionNegotiation<'_>, HeaderError> {
    let mut reader = Reader::new(packet);
    if reader.u8()? & LONG_FORM == 0 {
        return Err(HeaderError::WrongForm);
    }
    if reader.u32()? != version::NEGOTIATION {
        return Err(HeaderError::NotAcceptable);
    }
    let dcid_len = reader.u8()?;
    let dcid = reader.bytes(usize::from(dcid_len))?;
    let scid_len = reader.u8()?;
    let scid = reader.bytes(usize::from(scid_len))?;
    let versions = reader.rest();
    if versions.is_empty() || !versions.as_chunks::<4>().1.is_empty() {
        return Err(HeaderError::Malformed);
    }
    Ok(VersionNegotiation { dcid, scid, versions })
}
