//! Packet numbers on the wire (RFC 9000 §17.1, A.2, A.3): 1 to 4 of the least significant bytes.
//!
//! Owns: truncation and its inverse. Must not know: which numbers were sent or received.

use crate::units::PacketNumber;
use crate::wire::{NoSpace, Writer};

/// The most bytes of a packet number that are sent.
pub(crate) const MAX_LEN: usize = 4;

/// How many bytes tell `number` apart from all others in flight: its distance to the largest number that the peer
/// acknowledged must be within half of what they can express (RFC 9000 A.2).
#[inline]
pub(crate) const fn encoded_len(number: PacketNumber, largest_acknowledged: Option<PacketNumber>) -> usize {
    let unacknowledged = match largest_acknowledged {
        Some(largest) => number.0.saturating_sub(largest.0),
        None => number.0.saturating_add(1),
    };
    if unacknowledged <= 1 << 7 {
        1
    } else if unacknowledged <= 1 << 15 {
        2
    } else if unacknowledged <= 1 << 23 {
        3
    } else {
        4
    }
}

/// The number nearest to the next expected one whose low `len` bytes are `truncated` (RFC 9000 A.3).
#[inline]
pub(crate) const fn decode(
    truncated: u64,
    len: usize,
    largest_received: Option<PacketNumber>,
) -> PacketNumber {
    let expected = match largest_received {
        Some(largest) => largest.0.wrapping_add(1),
        None => 0,
    };
    let window = 1_u64.wrapping_shl((len as u32).wrapping_mul(8));
    let half_window = window >> 1;
    let candidate = (expected & !window.wrapping_sub(1)) | truncated;

    if candidate.saturating_add(half_window) <= expected && candidate < (1_u64 << 62).wrapping_sub(window) {
        PacketNumber(candidate.wrapping_add(window))
    } else if candidate > expected.saturating_add(half_window) && candidate >= window {
        PacketNumber(candidate.wrapping_sub(window))
    } else {
        PacketNumber(candidate)
    }
}

/// Writes the low `len` bytes of `number`. Where there is room four bytes are stored: the surplus is scratch.
#[inline(always)]
pub(crate) fn write(writer: &mut Writer<'_>, number: PacketNumber, len: usize) -> Result<(), NoSpace> {
    if len == 0 || len > MAX_LEN {
        return Err(NoSpace);
    }
    let unused_bits = 32_u32.wrapping_sub((len as u32).wrapping_mul(8));
    let bytes = (number.0 as u32).wrapping_shl(unused_bits).to_be_bytes();
    match writer.rest_mut().first_chunk_mut::<MAX_LEN>() {
        Some(block) => {
            *block = bytes;
            writer.advance(len)
        }
        None => writer.bytes(bytes.get(..len).ok_or(NoSpace)?),
    }
}
