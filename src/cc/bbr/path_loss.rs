//! How much a path loses without any congestion, and so which losses are signals.
//!
//! The draft takes each loss for congestion, above 2 % of a flight while it probes; a path that loses 1 % at random
//! then costs a fifth of the throughput, one that loses 5 % two thirds. Losses of congestion come with a queue, and
//! go when the flow sends less. So the rate of losses is averaged over the round trips that saw no queue and in which
//! the flow did not probe. Losses that this average explains are what the path does anyway, and are sent for on top
//! of the bandwidth; what is above is judged as in the draft. At an average of zero this is the draft to the letter.
//!
//! Owns: that average. Must not know: states, rates, what follows from a signal.

use crate::cc::bandwidth::scale;
use crate::cc::{Bandwidth, Flight, RateSample};
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

    /// What of a flight the path may lose without congestion: its share by the average, and three times the deviation
    /// of that, as losses that come singly scatter.
    fn tolerance(&self, flight: &Flight, max_datagram_size: u64) -> u64 {
        let expected = part(flight.bytes, self.average(max_datagram_size));
        let deviation = expected.saturating_mul(max_datagram_size).isqrt();
        expected.saturating_add(3 * deviation)
    }

    fn average(&self, max_datagram_size: u64) -> u64 {
        let total = self.total.saturating_add(PRIOR_DATAGRAMS * max_datagram_size);
        ratio(self.lost, total).min(MAXIMUM)
    }

    /// Whether a flight lost no more than the path loses without congestion.
    pub(super) fn explains(&self, flight: &Flight, max_datagram_size: u64) -> bool {
        flight.lost <= self.tolerance(flight, max_datagram_size)
    }

    /// IsInflightTooHigh: whether a flight lost more than the queue pressure objective allows.
    pub(super) fn is_too_high(&self, flight: &Flight, max_datagram_size: u64) -> bool {
        let tolerance = self.tolerance(flight, max_datagram_size);
        flight.lost > part(flight.bytes, LOSS_THRESHOLD).saturating_add(tolerance)
    }

    /// InflightAtLoss: of a flight that lost too much, the bytes that were in flight when its losses crossed the
    /// threshold. Its last packet has `size` bytes.
    pub(super) fn in_flight_at_threshold(&self, flight: &Flight, size: u64, max_datagram_size: u64) -> u64 {
        let tolerance = self.tolerance(flight, max_datagram_size);
        let threshold = (LOSS_THRESHOLD + ratio(tolerance, flight.bytes)).min(ONE / 2);
        let before = flight.bytes.saturating_sub(size);
        let lost_before = flight.lost.saturating_sub(size);
        let allowed = part(before, threshold).saturating_sub(lost_before);
        before.saturating_add(scale(allowed, ONE, ONE - threshold))
    }

    /// The rate to send at for `bandwidth` to be delivered.
    pub(super) fn sent_for(&self, bandwidth: Bandwidth, max_datagram_size: u64) -> Bandwidth {
        bandwidth.scaled(ONE, ONE - self.average(max_datagram_size))
    }
}

fn part(bytes: u64, ratio: u64) -> u64 {
    scale(bytes, ratio, ONE)
}

fn ratio(part: u64, whole: u64) -> u64 {
    scale(part, ONE, whole)
}
