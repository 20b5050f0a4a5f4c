//! Writing long headers (RFC 9000 §17.2).
//!
//! Owns: the two-byte Length field that is filled in when the payload is known. Must not know: frames, keys.

use super::{ConnectionId, FIXED_BIT, LONG_FORM, PacketType, number};
use crate::units::PacketNumber;
use crate::wire::{NoSpace, Writer};

/// The Length field always takes two bytes, so that it can be corrected in place: it covers 16,383 bytes, more than
/// any datagram this library builds with a long header.
pub(crate) const LENGTH_FIELD_LEN: usize = 2;

/// What stands in a long header before the packet number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'a> {
    pub(crate) kind: PacketType,
    pub(crate) version: u32,
    pub(crate) dcid: &'a ConnectionId,
    pub(crate) scid: &'a ConnectionId,
    /// Written in Initial packets only.
    pub(crate) token: &'a [u8],
    /// Clear only for a peer that announced grease_quic_bit (RFC 9287).
    pub(crate) fixed_bit: bool,
}

/// Where the parts of a header that change later begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Positions {
    /// The two-byte Length field.
    pub(crate) length: usize,
    /// The packet number.
    pub(crate) number: usize,
}

/// Writes a header with a Length of zero; `finish` corrects it.
pub(crate) fn write_header(
    writer: &mut Writer<'_>,
    fields: &Fields<'_>,
    number: PacketNumber,
    number_len: usize,
) -> Result<Positions, NoSpace> {
    writer.all_or_nothing(|writer| {
        writer.u8(first_byte(fields.kind, fields.version, fields.fixed_bit, number_len))?;
        writer.u32(fields.version)?;
        fields.dcid.write_with_len(writer)?;
        fields.scid.write_with_len(writer)?;
        if fields.kind == PacketType::Initial {
            writer.varint(fields.token.len() as u64)?;
            writer.bytes(fields.token)?;
        }
        let length = writer.position();
        writer.varint_with_len(0, LENGTH_FIELD_LEN)?;
        let position = writer.position();
        number::write(writer, number, number_len)?;
        Ok(Positions { length, number: position })
    })
}

/// Sets the Length field to what stands after it now, plus `tag_len` bytes that are still to come.
#[inline]
pub(crate) fn finish(writer: &mut Writer<'_>, positions: Positions, tag_len: usize) -> Result<(), NoSpace> {
    let length = writer.position().saturating_sub(positions.number).saturating_add(tag_len);
    writer.patch_varint2(positions.length, length as u64)
}

const fn first_byte(kind: PacketType, version: u32, fixed_bit: bool, number_len: usize) -> u8 {
    let fixed = if fixed_bit { FIXED_BIT } else { 0 };
    LONG_FORM | fixed | kind.long_bits(version) | (number_len as u8).wrapping_sub(1) & 3
}
