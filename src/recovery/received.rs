//! The received packet numbers of one space, and when to acknowledge them (RFC 9000 §13.2).
//!
//! Owns: the newest ranges of received numbers, the acknowledgement timer, ECN counts. Must not know: what packets
//! contained, how an ACK frame is written. Ranges stand in a fixed array, newest first: in order, a packet is one
//! comparison and one store.

use crate::mem::{close_gap, open_gap};
use crate::units::{Duration, PacketNumber, Timestamp};

/// How many ranges are remembered and acknowledged. At 1 % loss they reach 3200 packets back, and each range was in
/// some thirty ACK frames before it falls out; memory of a connection stays small.
pub(crate) const MAX_ACK_RANGES: usize = 32;

/// Ranges that are worth a PING, whose acknowledgment ends them.
const MANY_RANGES: usize = 4;

/// The two ECN bits of a received datagram (RFC 3168 §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EcnCodepoint {
    NotEct,
    Ect1,
    Ect0,
    Ce,
}

/// Packets received with each codepoint (RFC 9000 §13.4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct EcnCounts {
    pub(crate) ect0: u64,
    pub(crate) ect1: u64,
    pub(crate) ce: u64,
}

/// How long acknowledgements may wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AckPolicy {
    /// This many ack-eliciting packets are acknowledged at once.
    pub(crate) threshold: u64,
    /// Fewer wait this long; zero in the Initial and Handshake spaces (RFC 9000 §13.2.1).
    pub(crate) delay: Duration,
}

impl AckPolicy {
    /// In the Initial and Handshake spaces.
    pub(crate) const IMMEDIATE: Self = Self { threshold: 1, delay: Duration::ZERO };

    /// In the Application space: an eighth of a round trip keeps the peer's estimate fresh on short paths.
    pub(crate) fn delayed(threshold: u64, max_ack_delay: Duration, smoothed_rtt: Duration) -> Self {
        Self { threshold, delay: max_ack_delay.min(smoothed_rtt / 8) }
    }
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Range {
    pub(super) smallest: u64,
    pub(super) largest: u64,
}

#[derive(Debug)]
pub(crate) struct ReceivedPackets {
    /// When the pending acknowledgement is due; `NEVER` when nothing is pending.
    deadline: Timestamp,
    /// Ack-eliciting packets since the last acknowledgement.
    unacknowledged: u64,
    largest_received_at: Timestamp,
    /// Numbers below it are not known any more and count as duplicates.
    floor: u64,
    /// The peer knows that numbers below it were received.
    ack_floor: u64,
    ecn: EcnCounts,
    count: u8,
    ranges: [Range; MAX_ACK_RANGES],
}

impl ReceivedPackets {
    pub(crate) const fn new() -> Self {
        Self {
            deadline: Timestamp::NEVER,
            unacknowledged: 0,
            largest_received_at: Timestamp::NEVER,
            floor: 0,
            ack_floor: 0,
            ecn: EcnCounts { ect0: 0, ect1: 0, ce: 0 },
            count: 0,
            ranges: [Range { smallest: 0, largest: 0 }; MAX_ACK_RANGES],
        }
    }

    #[inline]
    pub(super) fn known(&self) -> &[Range] {
        self.ranges.get(..usize::from(self.count)).unwrap_or(&[])
    }

    /// Whether the packet was received before, or is too old to tell: drop it.
    #[inline]
    pub(crate) fn is_duplicate(&self, number: PacketNumber) -> bool {
        let known = self.known();
        match known.first() {
            Some(newest) if number.0 <= newest.largest => {}
            _ => return number.0 < self.floor,
        }
        if number.0 < self.floor {
            return true;
        }
        let at_or_below = known.iter().find(|range| range.smallest <= number.0);
        at_or_below.is_some_and(|range| number.0 <= range.largest)
    }

    /// Takes a packet that is not a duplicate.
    #[inline]
    pub(crate) fn on_received(
        &mut self,
        number: PacketNumber,
        ack_eliciting: bool,
        ecn: EcnCodepoint,
        now: Timestamp,
        policy: &AckPolicy,
    ) {
        let in_order = self.insert(number.0, now);
        match ecn {
            EcnCodepoint::NotEct => {}
            EcnCodepoint::Ect0 => self.ecn.ect0 += 1,
            EcnCodepoint::Ect1 => self.ecn.ect1 += 1,
            EcnCodepoint::Ce => self.ecn.ce += 1,
        }
        if !ack_eliciting {
            return;
        }
        self.unacknowledged += 1;
        // RFC 9000 §13.2.1: reordering, loss and congestion are reported at once.
        let urgent = !in_order || ecn == EcnCodepoint::Ce || self.unacknowledged >= policy.threshold;
        let delay = if urgent { Duration::ZERO } else { policy.delay };
        self.deadline = self.deadline.min(now + delay);
    }

    /// Inserts the number; returns whether it follows the largest one directly.
    #[inline]
    fn insert(&mut self, number: u64, now: Timestamp) -> bool {
        let count = usize::from(self.count);
        if let Some(newest) = self.ranges[..count.min(MAX_ACK_RANGES)].first_mut() {
            if number == newest.largest + 1 {
                newest.largest = number;
                self.largest_received_at = now;
                return true;
            }
            if number < newest.largest {
                self.insert_below(number);
                return false;
            }
        }
        self.largest_received_at = now;
        self.insert_range(0, number);
        count == 0
    }

    /// Inserts a number smaller than the largest one.
    fn insert_below(&mut self, number: u64) {
        if number < self.floor {
            return;
        }
        self.ack_floor = self.ack_floor.min(number);
        let place = self.known().iter().position(|range| range.smallest <= number + 1);
        let Some(place) = place else { return self.insert_range(usize::from(self.count), number) };
        let Some(range) = self.ranges.get_mut(place) else { return };
        if number >= range.smallest && number <= range.largest {
            return;
        }
        if number + 1 == range.smallest {
            range.smallest = number;
            self.join(place);
        } else if number == range.largest + 1 {
            // The range above, if any, starts at `number + 2` at least: it would have been found first.
            range.largest = number;
        } else {
            self.insert_range(place, number);
        }
    }

    /// Joins the range at `place` with the next older one if they have become adjacent.
    fn join(&mut self, place: usize) {
        let count = usize::from(self.count);
        let (Some(&newer), Some(&older)) = (self.known().get(place), self.known().get(place + 1)) else {
            return;
        };
        if older.largest + 1 != newer.smallest {
            return;
        }
        if let Some(range) = self.ranges.get_mut(place) {
            range.smallest = older.smallest;
        }
        if let Some(gap) = self.ranges.get_mut(place + 1..count) {
            close_gap(gap);
        }
        self.count -= 1;
    }

    /// Inserts a range of one number at `place`; the oldest range makes room.
    fn insert_range(&mut self, place: usize, number: u64) {
        let mut count = usize::from(self.count);
        if place >= MAX_ACK_RANGES {
            self.floor = self.floor.max(number + 1);
            return;
        }
        if count == MAX_ACK_RANGES {
            count -= 1;
            if let Some(oldest) = self.ranges.last() {
                self.floor = oldest.largest + 1;
            }
        }
        if let Some(behind) = self.ranges.get_mut(place..=count) {
            open_gap(behind, Range { smallest: number, largest: number });
        }
        self.count = (count + 1) as u8;
    }

    /// The ranges to acknowledge as (smallest, largest), largest first.
    #[inline]
    pub(crate) fn ranges(&self) -> impl Iterator<Item = (PacketNumber, PacketNumber)> + use<'_> {
        let floor = self.ack_floor;
        let unknown = self.known().iter().take_while(move |range| range.largest >= floor);
        unknown.map(move |range| (PacketNumber(range.smallest.max(floor)), PacketNumber(range.largest)))
    }

    #[inline]
    pub(crate) fn largest(&self) -> Option<PacketNumber> {
        self.known().first().map(|range| PacketNumber(range.largest))
    }

    /// Whether ACK frames grow long because none of them was acknowledged: whoever only receives sends nothing that asks for
    /// it (RFC 9000 §13.2.4).
    #[inline]
    pub(crate) fn is_repetitive(&self) -> bool {
        self.known().get(MANY_RANGES).is_some_and(|range| range.largest >= self.ack_floor)
    }

    /// The ACK Delay field's value, unscaled (RFC 9000 §13.2.5).
    #[inline]
    pub(crate) fn ack_delay(&self, now: Timestamp) -> Duration {
        now.since(self.largest_received_at)
    }

    /// Whether an ack-eliciting packet awaits its acknowledgement: any packet sent now should bring it along.
    #[inline]
    pub(crate) const fn ack_pending(&self) -> bool {
        self.unacknowledged > 0
    }

    #[inline]
    pub(crate) fn ack_due(&self, now: Timestamp) -> bool {
        self.deadline.is_set() && self.deadline <= now
    }

    /// When a pending acknowledgement is due; `NEVER` when none is.
    #[inline]
    pub(crate) const fn ack_expiry(&self) -> Timestamp {
        self.deadline
    }

    /// An ACK frame was sent.
    #[inline]
    pub(crate) const fn on_ack_sent(&mut self) {
        self.deadline = Timestamp::NEVER;
        self.unacknowledged = 0;
    }

    /// An ACK frame of ours that named `largest` was acknowledged: what it named need not be repeated (RFC 9000
    /// §13.2.4). The numbers stay known as received.
    #[inline]
    pub(crate) fn forget_up_to(&mut self, largest: PacketNumber) {
        // The largest number stays: an ACK frame cannot be empty.
        let newest = self.known().first().map_or(0, |range| range.largest);
        self.ack_floor = self.ack_floor.max(largest.0.saturating_add(1)).min(newest);
    }

    #[inline]
    pub(crate) const fn ecn_counts(&self) -> &EcnCounts {
        &self.ecn
    }
}
