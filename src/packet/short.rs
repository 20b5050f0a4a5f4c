//! Writing short headers (RFC 9000 §17.3.1). The spin bit stays 0: this library does not spin (§17.4).

use super::{ConnectionId, FIXED_BIT, number};
use crate::units::PacketNumber;
use crate::wire::{NoSpace, Writer};

/// The Key Phase bit (RFC 9001 §6).
pub(crate) const KEY_PHASE: u8 = 0x04;

/// Writes a header and returns where its packet number begins. What did not fit is left half written.
#[inline(always)]
pub(crate) fn write_header(
    writer: &mut Writer<'_>,
    dcid: &ConnectionId,
    key_phase: bool,
    fixed_bit: bool,
    number: PacketNumber,
    number_len: usize,
) -> Result<usize, NoSpace> {
    let fixed = if fixed_bit { FIXED_BIT } else { 0 };
    let phase = if key_phase { KEY_PHASE } else { 0 };
    writer.u8(fixed | phase | (number_len as u8).wrapping_sub(1) & 3)?;
    dcid.write(writer)?;
    let position = writer.position();
    number::write(writer, number, number_len)?;
    Ok(position)
}
