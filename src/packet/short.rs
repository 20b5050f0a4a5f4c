//! Writing short headers (RFC 9000 §17.3.1). The spin bit stays 0: this library does not spin (§17.4).

use super::{ConnectionId, FIXED_BIT, number};
use crate::units::PacketNumber;
use crate::wire::{NoSpace, Writer};

/// The Key Phase bit (RFC 9001 §6).
pub(crate) const KEY_PHASE: u8 = 0x04;

/// Writes a header and returns where its packet number begins.
#[inline(always)]
pub(crate) fn write_header(
    writer: &mut Writer<'_>,
    dcid: &ConnectionId,
    key_phase: bool,
    fixed_bit: bool,
    number: PacketNumber,
    number_len: usize,
) -> Result<usize, NoSpace> {
    let begin = writer.position();
    let fixed = if fixed_bit { FIXED_BIT } else { 0 };
    let phase = if key_phase { KEY_PHASE } else { 0 };
    let first_byte = fixed | phase | (number_len as u8).wrapping_sub(1) & 3;
    let written = fields(writer, first_byte, dcid, number, number_len);
    writer.keep_if_ok(begin, written)
}

#[inline(always)]
fn fields(
    writer: &mut Writer<'_>,
    first_byte: u8,
    dcid: &ConnectionId,
    number: PacketNumber,
    number_len: usize,
) -> Result<usize, NoSpace> {
    writer.u8(first_byte)?;
    dcid.write(writer)?;
    let position = writer.position();
    number::write(writer, number, number_len)?;
    Ok(position)
}
