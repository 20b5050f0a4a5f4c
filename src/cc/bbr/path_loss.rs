//! How much a path loses without any congestion, and so which losses are signals.
//!
//! The draft takes each loss for congestion, above 2 % of a flight while it probes; a path that loses 1 % at random
//! then costs a fifth of the throughput, one that loses 5 % two thirds. Losses of congestion come with a queue, and
//! go when the flow sends less. So the rate of losses is averaged over the round trips that saw no queue and in which
//! the flow did not probe. Up to twice that average, losses are what the path does anyway; what is above is judged
//! as in the draft. At an average of zero this is the draft to the letter.
//!
//! Owns: that average. Must not know: states, rates, what follows from a signal.

use crate::cc::{Flight, RateSample};
use crate::units::Duration;

/// Ratios count in parts of this.
const ONE: u64 = 1 << 16;

/// BBR.LossThresh: 2 %.
const LOSS_THRESHOLD: u64 = ONE * 2 / 100;

/// A round trip that loses more than a tenth is congested, however short its queue: buffers may be too shallow to show.
const MAXIMUM: u64 = ONE / 10;

/// The average covers about so many round trips.
const ROUNDS: u64 = 16;

/// So many datagrams without loss are assumed before the first: a loss among few packets proves little.
const PRIOR_DATAGRAMS: u64 = 64;

/// A queue shows when it adds an eighth to the round-trip time, as in HyStart++, or what timers cannot resolve.
const QUEUE_DIVISOR: u64 = 8;
const LEAST_QUEUE: Duration = Duration::from_millis(1);

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PathLoss {
    /// Of the round trips in the average: bytes lost, and bytes lost or delivered.
    lost: u64,
    total: u64,
    /// The connection's counts when the current round trip began.
    lost_before: u64,
    delivered_before: u64,
    queue_seen: bool,
}

impl PathLoss {
    /// Looks for a queue in what an ACK frame tells.
    pub(super) fn on_ack(&mut self, sample: &RateSample, minimum: Option<Duration>) {
        let Some(minimum) = minimum else { return };
        let queue = (minimum / QUEUE_DIVISOR).max(LEAST_QUEUE);
        self.queue_seen |= sample.smoothed_rtt > minimum + queue;
    }

    /// A round trip is over; `probed` if the flow sent faster than the path delivers, on purpose.
    pub(super) fn end_round(&mut self, sample: &RateSample, probed: bool) {
        let lost = sample.total_lost.saturating_sub(self.lost_before);
        let total = sample.total_delivered.saturating_sub(self.delivered_before).saturating_add(lost);
        let congested = self.queue_seen || probed || lost > part(total, MAXIMUM);
        self.lost_before = sample.total_lost;
        self.delivered_before = sample.total_delivered;
        self.queue_seen = false;
        if congested {
            return;
        }
        self.lost = (self.lost - self.lost / ROUNDS).saturating_add(lost);
        self.total = (self.total - self.total / ROUNDS).saturating_add(total);
    }

    /// Twice the average.
    fn tolerance(&self, max_datagram_size: u64) -> u64 {
        let total = self.total.saturating_add(PRIOR_DATAGRAMS * max_datagram_size).max(1);
        let average = u128::from(self.lost) * u128::from(ONE) / u128::from(total);
        2 * u64::try_from(average).unwrap_or(MAXIMUM).min(MAXIMUM)
    }

    /// Whether a flight lost no more than the path loses without congestion.
    pub(super) fn explains(&self, flight: &Flight, max_datagram_size: u64) -> bool {
        flight.lost <= part(flight.bytes, self.tolerance(max_datagram_size))
    }

    /// IsInflightTooHigh: whether a flight lost more than the queue pressure objective allows.
    pub(super) fn is_too_high(&self, flight: &Flight, max_datagram_size: u64) -> bool {
        flight.lost > part(flight.bytes, LOSS_THRESHOLD + self.tolerance(max_datagram_size))
    }

    /// InflightAtLoss: of a flight that lost too much, the bytes that were in flight when its losses crossed the
    /// threshold. Its last packet has `size` bytes.
    pub(super) fn in_flight_at_threshold(&self, flight: &Flight, size: u64, max_datagram_size: u64) -> u64 {
        let threshold = LOSS_THRESHOLD + self.tolerance(max_datagram_size);
        let before = flight.bytes.saturating_sub(size);
        let lost_before = flight.lost.saturating_sub(size);
        let allowed = part(before, threshold).saturating_sub(lost_before);
        let prefix = u128::from(allowed) * u128::from(ONE) / u128::from(ONE - threshold);
        before.saturating_add(u64::try_from(prefix).unwrap_or(u64::MAX))
    }
}

fn part(bytes: u64, ratio: u64) -> u64 {
    u64::try_from(u128::from(bytes) * u128::from(ratio) / u128::from(ONE)).unwrap_or(u64::MAX)
}
