//! Writing frames (RFC 9000 §19, RFC 9221 §4): one function each, all or nothing.
//!
//! Owns: the size of what it writes, told beforehand where a caller has to plan. Must not know: what is in flight.

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod any;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use any::{crypto, datagram, padding, stream};

use super::ack::EcnCounts;
use super::kind::frame_type::*;
use crate::packet::ConnectionId;
use crate::units::{Direction, StreamId};
use crate::wire::{AMPLE_ROOM, AmpleWriter, NoSpace, Writer, varint};

type Written = Result<(), NoSpace>;

/// The most ranges in one ACK frame, the first included: their count then takes one byte, which is corrected in place.
/// Older ranges were told before; 64 gaps in flight are more than any loss pattern that recovery can repair.
pub(crate) const MAX_ACK_RANGES: usize = 64;

#[inline]
pub(crate) fn ping(writer: &mut Writer<'_>) -> Written {
    writer.u8(PING as u8)
}

#[inline]
pub(crate) fn handshake_done(writer: &mut Writer<'_>) -> Written {
    writer.u8(HANDSHAKE_DONE as u8)
}

/// The most that a range of an ACK frame takes: two integers.
const LONGEST_ACK_RANGE: usize = 16;

/// Writes an ACK frame of at most `max_len` bytes with as many of the `ranges` as fit, and returns how many those are.
///
/// `ranges` are (smallest, largest) from the highest down, at least one number apart; `delay` is already scaled.
/// `NoSpace` when not even the first fits or there is none.
#[inline]
pub(crate) fn ack(
    writer: &mut Writer<'_>,
    mut ranges: impl Iterator<Item = (u64, u64)>,
    delay: u64,
    ecn: Option<EcnCounts>,
    max_len: usize,
) -> Result<usize, NoSpace> {
    let (mut smallest, largest) = ranges.next().ok_or(NoSpace)?;
    let end = writer.position().saturating_add(max_len.min(writer.remaining()));
    let ecn_len = ecn.map_or(0, |counts| {
        varint::len(counts.ect0).wrapping_add(varint::len(counts.ect1)).wrapping_add(varint::len(counts.ce))
    });
    writer.all_or_nothing(|writer| {
        writer.u8(if ecn.is_some() { ACK_ECN } else { ACK } as u8)?;
        writer.varint(largest)?;
        writer.varint(delay)?;
        let count_position = writer.position();
        writer.u8(0)?;
        writer.varint(largest.wrapping_sub(smallest))?;
        // Where the ranges end at the latest.
        let limit = end.checked_sub(ecn_len).filter(|limit| *limit >= writer.position()).ok_or(NoSpace)?;

        let mut written = 1_usize;
        while written < MAX_ACK_RANGES {
            let Some((next_smallest, next_largest)) = ranges.next() else { break };
            let gap = smallest.wrapping_sub(next_largest).wrapping_sub(2);
            let len = next_largest.wrapping_sub(next_smallest);
            let room = limit.wrapping_sub(writer.position());
            if room < LONGEST_ACK_RANGE && room < varint::len(gap).wrapping_add(varint::len(len)) {
                break;
            }
            writer.varint(gap)?;
            writer.varint(len)?;
            smallest = next_smallest;
            written = written.wrapping_add(1);
        }
        writer.patch_u8(count_position, written.wrapping_sub(1) as u8)?;
        if let Some(counts) = ecn {
            writer.varint(counts.ect0)?;
            writer.varint(counts.ect1)?;
            writer.varint(counts.ce)?;
        }
        Ok(written)
    })
}

/// The most that a STREAM frame takes without its data: a type and three integers, of which Length is at most 4 bytes.
pub(crate) const LONGEST_STREAM_HEADER: usize = 1 + 8 + 8 + 4;

/// How long a STREAM frame is without its data; `len` is that of its Length field's value, `None` for a frame that
/// fills the rest of the packet.
#[inline]
pub(crate) const fn stream_header_len(id: StreamId, offset: u64, len: Option<usize>) -> usize {
    let offset_len = if offset == 0 { 0 } else { varint::len(offset) };
    let length_len = match len {
        Some(len) => varint::len(len as u64),
        None => 0,
    };
    varint::len(id.0).wrapping_add(offset_len).wrapping_add(length_len).wrapping_add(1)
}

/// How much data a STREAM frame with a Length field can carry in `room` bytes. 0 when not even its header fits: ask
/// `stream_header_len` when an empty frame is wanted.
#[inline]
pub(crate) const fn max_stream_data_len(room: usize, id: StreamId, offset: u64) -> usize {
    max_prefixed_len(room.saturating_sub(stream_header_len(id, offset, None)))
}

/// Writes a STREAM frame up to its data, which the caller puts behind it.
#[inline(always)]
pub(crate) fn stream_header(
    writer: &mut Writer<'_>,
    id: StreamId,
    offset: u64,
    len: Option<usize>,
    fin: bool,
) -> Written {
    let begin = writer.position();
    let written = stream_fields(writer, id, offset, len, fin);
    writer.keep_if_ok(begin, written)
}

/// The same for a frame with a Length field in [`AMPLE_ROOM`] bytes, which cannot be too few: how long the header is.
#[inline(always)]
pub(crate) fn stream_header_in(
    room: &mut [u8; AMPLE_ROOM],
    id: StreamId,
    offset: u64,
    len: usize,
    fin: bool,
) -> Result<usize, NoSpace> {
    let mut frame_type = STREAM | STREAM_LEN;
    if offset != 0 {
        frame_type |= STREAM_OFF;
    }
    if fin {
        frame_type |= STREAM_FIN;
    }
    let mut writer = AmpleWriter::new(room);
    writer.varint(frame_type)?;
    writer.varint(id.0)?;
    if offset != 0 {
        writer.varint(offset)?;
    }
    writer.varint(len as u64)?;
    Ok(writer.position())
}

#[inline(always)]
fn stream_fields(
    writer: &mut Writer<'_>,
    id: StreamId,
    offset: u64,
    len: Option<usize>,
    fin: bool,
) -> Written {
    let mut frame_type = STREAM;
    if offset != 0 {
        frame_type |= STREAM_OFF;
    }
    if len.is_some() {
        frame_type |= STREAM_LEN;
    }
    if fin {
        frame_type |= STREAM_FIN;
    }
    writer.u8(frame_type as u8)?;
    writer.varint(id.0)?;
    if offset != 0 {
        writer.varint(offset)?;
    }
    match len {
        Some(len) => writer.varint(len as u64),
        None => Ok(()),
    }
}

/// How much data a CRYPTO frame can carry in `room` bytes.
#[inline]
pub(crate) const fn max_crypto_data_len(room: usize, offset: u64) -> usize {
    max_prefixed_len(room.saturating_sub(varint::len(offset).wrapping_add(1)))
}

/// Writes a CRYPTO frame up to its data, which the caller puts behind it.
#[inline]
pub(crate) fn crypto_header(writer: &mut Writer<'_>, offset: u64, len: usize) -> Written {
    writer.all_or_nothing(|writer| {
        writer.u8(CRYPTO as u8)?;
        writer.varint(offset)?;
        writer.varint(len as u64)
    })
}

/// How long a DATAGRAM frame is without its data; `len` as for `stream_header_len`.
#[inline]
pub(crate) const fn datagram_header_len(len: Option<usize>) -> usize {
    match len {
        Some(len) => varint::len(len as u64).wrapping_add(1),
        None => 1,
    }
}

/// Writes a DATAGRAM frame up to its data, which the caller puts behind it.
#[inline]
pub(crate) fn datagram_header(writer: &mut Writer<'_>, len: Option<usize>) -> Written {
    match len {
        Some(len) => with_fields(writer, DATAGRAM_WITH_LENGTH, [len as u64]),
        None => writer.u8(DATAGRAM as u8),
    }
}

pub(crate) fn reset_stream(
    writer: &mut Writer<'_>,
    id: StreamId,
    error_code: u64,
    final_size: u64,
) -> Written {
    with_fields(writer, RESET_STREAM, [id.0, error_code, final_size])
}

pub(crate) fn stop_sending(writer: &mut Writer<'_>, id: StreamId, error_code: u64) -> Written {
    with_fields(writer, STOP_SENDING, [id.0, error_code])
}

/// Refuses an empty token: a peer must treat it as an error (RFC 9000 §19.7).
pub(crate) fn new_token(writer: &mut Writer<'_>, token: &[u8]) -> Written {
    if token.is_empty() {
        return Err(NoSpace);
    }
    writer.all_or_nothing(|writer| {
        with_fields(writer, NEW_TOKEN, [token.len() as u64])?;
        writer.bytes(token)
    })
}

#[inline]
pub(crate) fn max_data(writer: &mut Writer<'_>, limit: u64) -> Written {
    with_fields(writer, MAX_DATA, [limit])
}

#[inline]
pub(crate) fn max_stream_data(writer: &mut Writer<'_>, id: StreamId, limit: u64) -> Written {
    with_fields(writer, MAX_STREAM_DATA, [id.0, limit])
}

pub(crate) fn max_streams(writer: &mut Writer<'_>, direction: Direction, limit: u64) -> Written {
    let frame_type = match direction {
        Direction::Bidi => MAX_STREAMS_BIDI,
        Direction::Uni => MAX_STREAMS_UNI,
    };
    with_fields(writer, frame_type, [limit])
}

pub(crate) fn data_blocked(writer: &mut Writer<'_>, limit: u64) -> Written {
    with_fields(writer, DATA_BLOCKED, [limit])
}

pub(crate) fn stream_data_blocked(writer: &mut Writer<'_>, id: StreamId, limit: u64) -> Written {
    with_fields(writer, STREAM_DATA_BLOCKED, [id.0, limit])
}

pub(crate) fn streams_blocked(writer: &mut Writer<'_>, direction: Direction, limit: u64) -> Written {
    let frame_type = match direction {
        Direction::Bidi => STREAMS_BLOCKED_BIDI,
        Direction::Uni => STREAMS_BLOCKED_UNI,
    };
    with_fields(writer, frame_type, [limit])
}

pub(crate) fn new_connection_id(
    writer: &mut Writer<'_>,
    sequence: u64,
    retire_prior_to: u64,
    id: &ConnectionId,
    token: &[u8; 16],
) -> Written {
    writer.all_or_nothing(|writer| {
        writer.u8(NEW_CONNECTION_ID as u8)?;
        writer.varint(sequence)?;
        writer.varint(retire_prior_to)?;
        id.write_with_len(writer)?;
        writer.array(*token)
    })
}

pub(crate) fn retire_connection_id(writer: &mut Writer<'_>, sequence: u64) -> Written {
    with_fields(writer, RETIRE_CONNECTION_ID, [sequence])
}

pub(crate) fn path_challenge(writer: &mut Writer<'_>, data: [u8; 8]) -> Written {
    with_bytes(writer, PATH_CHALLENGE, data)
}

pub(crate) fn path_response(writer: &mut Writer<'_>, data: [u8; 8]) -> Written {
    with_bytes(writer, PATH_RESPONSE, data)
}

/// A CONNECTION_CLOSE frame of the transport (type 0x1c).
pub(crate) fn connection_close(
    writer: &mut Writer<'_>,
    error_code: u64,
    frame_type: u64,
    reason: &[u8],
) -> Written {
    writer.all_or_nothing(|writer| {
        with_fields(writer, CONNECTION_CLOSE, [error_code, frame_type, reason.len() as u64])?;
        writer.bytes(reason)
    })
}

/// A CONNECTION_CLOSE frame of the application (type 0x1d).
pub(crate) fn connection_close_application(
    writer: &mut Writer<'_>,
    error_code: u64,
    reason: &[u8],
) -> Written {
    writer.all_or_nothing(|writer| {
        with_fields(writer, CONNECTION_CLOSE_APPLICATION, [error_code, reason.len() as u64])?;
        writer.bytes(reason)
    })
}

/// A frame that is a type and integers.
#[inline]
fn with_fields<const N: usize>(writer: &mut Writer<'_>, frame_type: u64, fields: [u64; N]) -> Written {
    writer.all_or_nothing(|writer| {
        writer.u8(frame_type as u8)?;
        fields.into_iter().try_for_each(|field| writer.varint(field))
    })
}

fn with_bytes(writer: &mut Writer<'_>, frame_type: u64, bytes: [u8; 8]) -> Written {
    writer.all_or_nothing(|writer| {
        writer.u8(frame_type as u8)?;
        writer.array(bytes)
    })
}

/// The longest byte string that fits in `room` together with its own length as a variable-length integer.
#[inline]
const fn max_prefixed_len(room: usize) -> usize {
    /// The lengths up to which the integer takes 1, 2 and 4 bytes.
    const ONE: usize = (1 << 6) - 1;
    const TWO: usize = (1 << 14) - 1;
    const FOUR: usize = (1 << 30) - 1;
    match room {
        0 => 0,
        _ if room <= ONE + 1 => room.wrapping_sub(1),
        _ if room <= ONE + 2 => ONE,
        _ if room <= TWO + 2 => room.wrapping_sub(2),
        _ if room <= TWO + 4 => TWO,
        _ if room <= FOUR + 4 => room.wrapping_sub(4),
        _ => FOUR,
    }
}
