//! ACK frames (RFC 9000 §19.3) as they stand in a packet: checked once, then read range by range without storage.
//!
//! Owns: the descending encoding of ranges. Must not know: which packets were sent.

use super::kind::frame_type::{ACK, ACK_ECN};
use crate::units::PacketNumber;
use crate::wire::{Reader, Truncated};

/// How many packets the peer received with each ECN mark (RFC 9000 §19.3.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct EcnCounts {
    pub(crate) ect0: u64,
    pub(crate) ect1: u64,
    pub(crate) ce: u64,
}

/// An ACK frame none of whose ranges falls below packet number zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AckFrame<'a> {
    pub(crate) largest: PacketNumber,
    /// As encoded: still to be scaled by the peer's ack_delay_exponent.
    pub(crate) delay: u64,
    /// How many packets below `largest` the first range holds.
    pub(crate) first_range: u64,
    /// The smallest number of the last range.
    pub(crate) smallest: PacketNumber,
    /// The ranges that follow the first, as encoded: pairs of Gap and ACK Range Length.
    pub(crate) ranges: &'a [u8],
    pub(crate) ecn: Option<EcnCounts>,
}

/// What is wrong with the fields of an ACK frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BadAck;

impl From<Truncated> for BadAck {
    #[inline]
    fn from(_: Truncated) -> Self {
        Self
    }
}

impl<'a> AckFrame<'a> {
    /// The next frame and its type, if it is an ACK frame whose type has one byte and whose fields make sense; else nothing
    /// is read.
    #[inline(always)]
    pub(crate) fn parse_next(reader: &mut Reader<'a>) -> Option<(Self, u64)> {
        let mut fields = reader.clone();
        let frame_type = u64::from(fields.u8().ok()?);
        if !matches!(frame_type, ACK | ACK_ECN) {
            return None;
        }
        let frame = Self::parse(&mut fields, frame_type == ACK_ECN).ok()?;
        *reader = fields;
        Some((frame, frame_type))
    }

    /// Parses everything after the frame type.
    #[inline(always)]
    pub(super) fn parse(reader: &mut Reader<'a>, with_ecn: bool) -> Result<Self, BadAck> {
        // A reader of its own stays in registers.
        let mut fields = reader.clone();
        let largest = fields.varint()?;
        let delay = fields.varint()?;
        let range_count = fields.varint()?;
        let first_range = fields.varint()?;
        let mut smallest = largest.checked_sub(first_range).ok_or(BadAck)?;
        let mut ranges: &[u8] = &[];
        if range_count != 0 {
            (ranges, fields, smallest) = check_ranges(fields, smallest, range_count)?;
        }
        let ecn = match with_ecn {
            true => Some(EcnCounts { ect0: fields.varint()?, ect1: fields.varint()?, ce: fields.varint()? }),
            false => None,
        };
        *reader = fields;
        let (largest, smallest) = (PacketNumber(largest), PacketNumber(smallest));
        Ok(Self { largest, delay, first_range, smallest, ranges, ecn })
    }

    /// The acknowledged numbers as (smallest, largest), from the highest range down.
    #[inline]
    pub(crate) fn ranges(&self) -> AckRanges<'a> {
        let smallest = self.largest.0.wrapping_sub(self.first_range);
        AckRanges { next: Some((smallest, self.largest.0)), rest: Reader::new(self.ranges) }
    }
}

/// Reads past `count` pairs of Gap and ACK Range Length and returns them, the reader behind them, and the smallest
/// number. Each takes two bytes or more, so the loop ends with the packet whatever the count says.
fn check_ranges(
    mut reader: Reader<'_>,
    mut smallest: u64,
    count: u64,
) -> Result<(&[u8], Reader<'_>, u64), BadAck> {
    let encoded = reader.peek_rest();
    let begin = reader.position();
    for _ in 0..count {
        (smallest, _) = next_range(&mut reader, smallest)?;
    }
    let ranges = encoded.get(..reader.position().wrapping_sub(begin)).ok_or(BadAck)?;
    Ok((ranges, reader, smallest))
}

/// The range below the one that ends at `smallest`. There is at least one number between them (RFC 9000 §19.3.1).
#[inline(always)]
fn next_range(reader: &mut Reader<'_>, smallest: u64) -> Result<(u64, u64), BadAck> {
    let gap = reader.varint()?;
    let len = reader.varint()?;
    let largest = smallest.checked_sub(gap).and_then(|n| n.checked_sub(2)).ok_or(BadAck)?;
    let smallest = largest.checked_sub(len).ok_or(BadAck)?;
    Ok((smallest, largest))
}

/// The ranges of an ACK frame, descending.
#[derive(Clone, Debug)]
pub(crate) struct AckRanges<'a> {
    next: Option<(u64, u64)>,
    rest: Reader<'a>,
}

impl Iterator for AckRanges<'_> {
    type Item = (PacketNumber, PacketNumber);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (smallest, largest) = self.next?;
        self.next = match self.rest.is_empty() {
            true => None,
            false => next_range(&mut self.rest, smallest).ok(),
        };
        Some((PacketNumber(smallest), PacketNumber(largest)))
    }
}
