//! The unacknowledged packets of one packet number space, in the order of their numbers.
//!
//! Owns: the packets, the numbers used and skipped, and which of them the peer may acknowledge. Must not know: bytes in
//! flight, congestion, timers. Packets stand by value in a ring without gaps: ACK-only packets and skipped numbers take
//! no place in it, so a cumulative ACK pops from the front and never searches. Packets leave through the front in the
//! order of their numbers; what is acknowledged behind an unacknowledged packet is marked and waits for it, which the
//! packet threshold limits to a few packets.

use super::lost::LostPackets;
use super::record::{RecordList, Shortage};
use crate::error::{Error, Result};
use crate::mem::{Mem, Ring};
use crate::units::{PacketNumber, Timestamp};

/// How many packets of one space may be unacknowledged: four times what a path of 32 MB holds in packets of 1200
/// bytes, 5 MB of memory. Past it new ack-eliciting packets wait.
pub(crate) const MAX_UNACKNOWLEDGED: usize = 1 << 17;

/// How many more probes may be sent then: they are what ends the wait. Back-off makes more a matter of years.
const MAX_PROBES: usize = 64;

/// How many skipped numbers are remembered. An optimistic acknowledger runs into the newest ones first; older ones are
/// left behind by what has been acknowledged since.
const MAX_SKIPPED: usize = 8;

/// "No number", for numbers below 2^62.
pub(crate) const NO_NUMBER: u64 = u64::MAX;

/// What is known of a sent packet, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SentFlags(u8);

impl SentFlags {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const ACK_ELICITING: Self = Self(1);
    /// Counts towards bytes in flight (RFC 9002 §2).
    pub(crate) const IN_FLIGHT: Self = Self(2);
    /// A probe of path MTU discovery: its loss says nothing about congestion (RFC 9000 §14.4).
    pub(crate) const MTU_PROBE: Self = Self(4);
    /// Sent with the codepoint ECT(0).
    pub(crate) const ECT0: Self = Self(8);
    /// Sent while the application, not the window, limited the flow.
    pub(super) const APP_LIMITED: Self = Self(16);
    /// Acknowledged, but packets before it are not.
    pub(super) const ACKNOWLEDGED: Self = Self(32);

    #[inline]
    pub(crate) const fn with(self, more: Self) -> Self {
        Self(self.0 | more.0)
    }

    #[inline]
    pub(crate) const fn has(self, flag: Self) -> bool {
        self.0 & flag.0 != 0
    }
}

/// A packet that was sent and is neither acknowledged nor lost.
#[derive(Debug)]
pub(crate) struct SentPacket {
    pub(crate) number: PacketNumber,
    pub(crate) time_sent: Timestamp,
    /// The largest number that the ACK frame in this packet named, or [`NO_NUMBER`].
    pub(crate) largest_acknowledged: u64,
    pub(crate) records: RecordList,
    /// Bytes of the QUIC packet.
    pub(crate) size: u16,
    /// The path it was sent on: [`super::Recovery::path_epoch`], or [`super::OFF_PATH`].
    pub(crate) path_epoch: u16,
    pub(crate) flags: SentFlags,
}

/// One packet number space's sent packets.
pub(super) struct SentPackets {
    pub(super) packets: Ring<SentPacket>,
    pub(super) lost: LostPackets,
    next_number: PacketNumber,
    /// [`NO_NUMBER`] before the first acknowledgement.
    largest_acked: u64,
    skipped: [u64; MAX_SKIPPED],
    skipped_newest: u8,
    pub(super) ack_eliciting_in_flight: u32,
    pub(super) last_ack_eliciting_sent: Timestamp,
    /// When the earliest unacknowledged packet below the largest acknowledged one counts as lost.
    pub(super) loss_time: Timestamp,
    /// The send time of the first packet of the current run of losses without an acknowledged packet in between
    /// (RFC 9002 §7.6.2).
    pub(super) loss_run_start: Timestamp,
}

impl SentPackets {
    pub(super) fn new(mem: Mem, first: PacketNumber) -> Self {
        Self {
            packets: Ring::new(mem),
            lost: LostPackets::new(mem),
            next_number: first,
            largest_acked: NO_NUMBER,
            skipped: [NO_NUMBER; MAX_SKIPPED],
            skipped_newest: 0,
            ack_eliciting_in_flight: 0,
            last_ack_eliciting_sent: Timestamp::NEVER,
            loss_time: Timestamp::NEVER,
            loss_run_start: Timestamp::NEVER,
        }
    }

    #[inline]
    pub(super) const fn next_number(&self) -> PacketNumber {
        self.next_number
    }

    #[inline]
    pub(super) const fn largest_acked(&self) -> Option<PacketNumber> {
        if self.largest_acked == NO_NUMBER { None } else { Some(PacketNumber(self.largest_acked)) }
    }

    /// Makes room for one more packet.
    #[inline]
    pub(super) fn try_reserve(&mut self, probe: bool) -> Result<(), Shortage> {
        let bound = if probe { MAX_UNACKNOWLEDGED + MAX_PROBES } else { MAX_UNACKNOWLEDGED };
        if self.packets.len() >= bound {
            return Err(Shortage::Bound);
        }
        Ok(self.packets.try_reserve(1)?)
    }

    /// Remembers that `number` was used, by a packet without a place in the ring too.
    #[inline]
    pub(super) fn note_number(&mut self, number: PacketNumber) {
        self.next_number = self.next_number.max(number.next());
    }

    pub(super) fn skip(&mut self, number: PacketNumber) {
        self.note_number(number);
        self.skipped_newest = (self.skipped_newest + 1) % MAX_SKIPPED as u8;
        if let Some(place) = self.skipped.get_mut(self.skipped_newest as usize) {
            *place = number.0;
        }
    }

    /// Whether a range of numbers in an ACK frame contains one that no packet had.
    #[inline]
    pub(super) fn contains_skipped(&self, smallest: PacketNumber, largest: PacketNumber) -> bool {
        let newest = self.skipped[self.skipped_newest as usize % MAX_SKIPPED];
        if newest == NO_NUMBER || newest < smallest.0 {
            return false;
        }
        self.skipped.iter().any(|&number| (smallest.0..=largest.0).contains(&number))
    }

    /// Raises the largest acknowledged number; an error for a number not sent yet.
    #[inline]
    pub(super) fn raise_largest_acked(&mut self, largest: PacketNumber) -> Result<()> {
        if largest >= self.next_number {
            return Err(Error::Proto);
        }
        if self.largest_acked == NO_NUMBER || largest.0 > self.largest_acked {
            self.largest_acked = largest.0;
        }
        Ok(())
    }

    /// Forgets everything but the numbers: the caller has taken the packets.
    pub(super) fn clear(&mut self) {
        self.release_if_empty();
        self.ack_eliciting_in_flight = 0;
        self.last_ack_eliciting_sent = Timestamp::NEVER;
        self.loss_time = Timestamp::NEVER;
        self.loss_run_start = Timestamp::NEVER;
    }

    pub(super) fn release_if_empty(&mut self) {
        self.packets.release_if_empty();
        self.lost.release_if_empty();
    }

    /// The place of the first packet with a number of at least `number`.
    #[inline]
    pub(super) fn position(&self, number: PacketNumber) -> usize {
        match self.packets.front() {
            Some(front) if front.number < number => self.position_behind(front.number, number),
            _ => 0,
        }
    }

    fn position_behind(&self, front: PacketNumber, number: PacketNumber) -> usize {
        let back = self.packets.back().map_or(front, |packet| packet.number);
        // Each number without a place brings a packet closer to the front than its distance in numbers. There are
        // few of them, so the search is short.
        let distance = number.0 - front.0;
        let without_place = (back.0 - front.0 + 1).saturating_sub(self.packets.len() as u64);
        let mut high = usize::try_from(distance).unwrap_or(usize::MAX).min(self.packets.len());
        let mut low = usize::try_from(distance.saturating_sub(without_place)).unwrap_or(usize::MAX).min(high);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.packets.get(middle).is_some_and(|packet| packet.number < number) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}
