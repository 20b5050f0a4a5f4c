//! Delivery rate sampling (draft-ietf-ccwg-bbr §4.1, formerly draft-cheng-iccrg-delivery-rate-estimation).
//!
//! Owns: a snapshot of the delivery for each packet in [`super::sent::SentPackets`], at the same place of a ring of its
//! own, and the counts that the snapshots are taken of. Must not know: what the samples are for. It exists for the
//! controllers that ask for it only; without it a packet takes no more memory and no more time.

use super::Recovery;
use super::record::Shortage;
use super::sent::{NO_NUMBER, SentFlags, SentPacket};
use crate::cc::{Bandwidth, Flight, LossSample, RateSample};
use crate::mem::{Mem, Ring};
use crate::units::{Duration, Space, Timestamp};

/// The state of the delivery when a packet was sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Snapshot {
    /// P.delivered.
    delivered: u64,
    /// P.delivered_time.
    delivered_time: Timestamp,
    /// P.first_send_time.
    first_send_time: Timestamp,
    /// P.lost.
    lost: u64,
    /// P.tx_in_flight.
    in_flight: u64,
    /// P.is_app_limited.
    app_limited: bool,
}

/// The state of the sampler. C.delivered is [`Recovery`]'s own.
pub(super) struct DeliveryRate {
    snapshots: [Ring<Snapshot>; 3],
    /// The snapshot of the newest packet that the ACK frame in hand acknowledges.
    newest: Option<Snapshot>,
    /// C.delivered_time.
    delivered_time: Timestamp,
    /// C.first_send_time.
    first_send_time: Timestamp,
    /// C.delivered after the last ACK frame.
    delivered_before: u64,
    /// C.lost.
    lost: u64,
    /// C.app_limited: the application was the limit until this much is delivered; 0 when it is not.
    app_limited_until: u64,
    /// The space and number of the packet lost last.
    last_lost: (Space, u64),
    #[cfg(test)]
    pub(super) last_sample: Option<RateSample>,
}

impl DeliveryRate {
    pub(super) fn new(mem: Mem) -> Self {
        Self {
            snapshots: Space::ALL.map(|_| Ring::new(mem)),
            newest: None,
            delivered_time: Timestamp::ZERO,
            first_send_time: Timestamp::ZERO,
            delivered_before: 0,
            lost: 0,
            app_limited_until: 0,
            last_lost: (Space::Initial, NO_NUMBER),
            #[cfg(test)]
            last_sample: None,
        }
    }

    /// The path is another one. Snapshots of packets on the old one stay, since those packets do.
    pub(super) const fn restart(&mut self) {
        self.newest = None;
        self.delivered_time = Timestamp::ZERO;
        self.first_send_time = Timestamp::ZERO;
        self.delivered_before = 0;
        self.lost = 0;
        self.app_limited_until = 0;
        self.last_lost = (Space::Initial, NO_NUMBER);
    }

    /// Whether `try_reserve` needs no memory.
    #[inline]
    pub(super) fn has_spare(&self, space: Space) -> bool {
        self.snapshots[space.index()].has_spare()
    }

    pub(super) fn try_reserve(&mut self, space: Space) -> Result<(), Shortage> {
        Ok(self.snapshots[space.index()].try_reserve(1)?)
    }

    /// A range was acknowledged: its newest packet stands at `place`, and the first `removed` packets leave. Ranges
    /// come from the largest down.
    pub(super) fn on_range_acknowledged(&mut self, space: Space, place: Option<usize>, removed: usize) {
        let snapshots = &mut self.snapshots[space.index()];
        if self.newest.is_none() {
            self.newest = place.and_then(|place| snapshots.get(place)).copied();
        }
        snapshots.remove_front(removed);
    }

    /// The first packet leaves.
    pub(super) fn pop(&mut self, space: Space) -> Option<Snapshot> {
        self.snapshots[space.index()].pop_front()
    }

    /// All packets of a space leave.
    pub(super) fn clear(&mut self, space: Space) {
        let snapshots = &mut self.snapshots[space.index()];
        snapshots.clear();
        snapshots.release_if_empty();
    }

    /// How many packets of a space have a snapshot.
    #[cfg(test)]
    pub(super) fn snapshots(&self, space: Space) -> usize {
        self.snapshots[space.index()].len()
    }

    /// MarkConnectionAppLimited.
    pub(super) fn on_app_limited(&mut self, delivered: u64, in_flight: u64) {
        self.app_limited_until = (delivered + in_flight).max(1);
    }
}

impl Recovery {
    /// OnPacketSent: takes the snapshot of a packet that is being added. Packets of other paths get one too, so that
    /// places agree; it is never read.
    #[cold]
    pub(super) fn snapshot_sent(&mut self, space: Space, packet: &SentPacket) {
        let Some(rate) = &mut self.delivery_rate else { return };
        let on_path = packet.path_epoch == self.path_epoch;
        let in_flight_before = self.bytes_in_flight.saturating_sub(u64::from(packet.size));
        if on_path && in_flight_before == 0 {
            rate.first_send_time = packet.time_sent;
            rate.delivered_time = packet.time_sent;
            if rate.app_limited_until != 0 {
                self.congestion.on_restart_from_idle(packet.time_sent);
            }
        }
        let snapshot = Snapshot {
            delivered: self.delivered,
            delivered_time: rate.delivered_time,
            first_send_time: rate.first_send_time,
            lost: rate.lost,
            in_flight: self.bytes_in_flight,
            app_limited: rate.app_limited_until != 0,
        };
        rate.snapshots[space.index()].push_back_reserved(snapshot);
    }

    /// UpdateRateSample and GenerateRateSample, and what the controller makes of the sample. `largest` is the newest
    /// packet that the ACK frame newly acknowledged: its send time and path epoch.
    #[cold]
    pub(super) fn sample_delivery_rate(
        &mut self,
        largest: (Timestamp, u16),
        round_trip: Option<Duration>,
        now: Timestamp,
    ) {
        let Some(rate) = &mut self.delivery_rate else { return };
        let (newest_sent, epoch) = largest;
        let Some(snapshot) = rate.newest.take().filter(|_| epoch == self.path_epoch) else { return };

        let send_elapsed = newest_sent.since(snapshot.first_send_time);
        let ack_elapsed = now.since(snapshot.delivered_time);
        let interval = send_elapsed.max(ack_elapsed);
        let delivered = self.delivered.saturating_sub(snapshot.delivered);
        let reliable = !self.rtt.has_sample() || interval >= self.rtt.minimum();
        let delivery_rate = if reliable { Bandwidth::of(delivered, interval) } else { None };

        rate.first_send_time = rate.first_send_time.max(newest_sent);
        rate.delivered_time = now;
        if rate.app_limited_until != 0 && self.delivered > rate.app_limited_until {
            rate.app_limited_until = 0;
        }
        let newly_acked = self.delivered.saturating_sub(rate.delivered_before);
        rate.delivered_before = self.delivered;

        let sample = RateSample {
            now,
            newest_sent,
            flight: snapshot.flight(rate.lost),
            delivery_rate,
            delivered,
            prior_delivered: snapshot.delivered,
            total_delivered: self.delivered,
            total_lost: rate.lost,
            newly_acked,
            bytes_in_flight: self.bytes_in_flight,
            window_limited: self.delivered < self.window_limited_until,
            round_trip,
            smoothed_rtt: self.rtt.smoothed(),
        };
        #[cfg(test)]
        {
            rate.last_sample = Some(sample);
        }
        self.congestion.on_rate_sample(&sample);
        if self.congestion.holds_back() {
            rate.on_app_limited(self.delivered, self.bytes_in_flight);
        }
        self.update_send_quantum();
    }

    /// A packet of the current path was lost, and its loss may mean congestion.
    pub(super) fn sample_loss(
        &mut self,
        space: Space,
        packet: &SentPacket,
        snapshot: Option<Snapshot>,
        now: Timestamp,
    ) {
        let (Some(rate), Some(snapshot)) = (&mut self.delivery_rate, snapshot) else { return };
        debug_assert!(!packet.flags.has(SentFlags::MTU_PROBE));
        let size = u64::from(packet.size);
        rate.lost = rate.lost.saturating_add(size);
        let follows_lost = rate.last_lost.0 == space && rate.last_lost.1.wrapping_add(1) == packet.number.0;
        rate.last_lost = (space, packet.number.0);
        let sample = LossSample {
            now,
            size,
            flight: snapshot.flight(rate.lost),
            total_delivered: self.delivered,
            follows_lost,
        };
        self.congestion.on_packet_lost(&sample);
    }
}

impl Snapshot {
    /// How the flight fared until the connection had lost `lost` bytes.
    const fn flight(&self, lost: u64) -> Flight {
        Flight { bytes: self.in_flight, lost: lost.saturating_sub(self.lost), app_limited: self.app_limited }
    }
}
