//! Loss detection (RFC 9002 §6.1, §7.6, §A.10).
//!
//! Owns: when a packet counts as lost, and what follows for congestion control. Must not know: how its contents are
//! sent again. Only packets before the largest acknowledged one are looked at, from the front of the ring, and the
//! first that is not lost ends the search: later ones were sent later.

use super::Recovery;
use super::delivery_rate::Snapshot;
use super::lost::LostPacket;
use super::record::RecordList;
use super::report::LossReport;
use super::sent::{SentFlags, SentPacket};
use crate::units::{Duration, PacketNumber, Space, Timestamp};

/// kPacketThreshold (RFC 9002 §6.1.1).
const PACKET_THRESHOLD: u64 = 3;

/// kPersistentCongestionThreshold (RFC 9002 §7.6.1).
const PERSISTENT_CONGESTION_THRESHOLD: u64 = 3;

const STALE_AFTER_PROBE_TIMEOUTS: u64 = 3;

/// What was lost.
#[derive(Debug)]
#[must_use]
pub(crate) struct LossOutcome {
    /// Records of lost packets, in the order of their numbers.
    pub(crate) records: RecordList,
    /// Without probes of path MTU discovery.
    pub(crate) packets: u32,
    pub(crate) bytes: u64,
    pub(crate) mtu_probes: u32,
    /// Of the lost packets, those sent with ECT(0) on the current path.
    pub(crate) ecn: u32,
    /// Whether the window was reduced.
    pub(crate) congestion_event: bool,
    pub(crate) persistent_congestion: bool,
}

impl LossOutcome {
    pub(super) const fn new() -> Self {
        Self {
            records: RecordList::EMPTY,
            packets: 0,
            bytes: 0,
            mtu_probes: 0,
            ecn: 0,
            congestion_event: false,
            persistent_congestion: false,
        }
    }
}

impl Recovery {
    /// Declares packets of a space lost and sets the time at which the next one will be.
    #[inline]
    pub(super) fn detect_losses(
        &mut self,
        space: Space,
        now: Timestamp,
        max_ack_delay: Duration,
        outcome: &mut LossOutcome,
    ) {
        let sent = &mut self.spaces[space.index()];
        sent.loss_time = Timestamp::NEVER;
        let Some(largest_acked) = sent.largest_acked() else { return };
        if sent.packets.front().is_some_and(|front| front.number < largest_acked) {
            self.examine_front(space, largest_acked, now, max_ack_delay, outcome);
        }
    }

    fn examine_front(
        &mut self,
        space: Space,
        largest_acked: PacketNumber,
        now: Timestamp,
        max_ack_delay: Duration,
        outcome: &mut LossOutcome,
    ) {
        let index = space.index();
        let loss_delay = self.rtt.loss_delay();
        while let Some(front) = self.spaces[index].packets.front() {
            if front.number > largest_acked {
                return;
            }
            let acknowledged = front.flags.has(SentFlags::ACKNOWLEDGED);
            let lost =
                front.number.0 + PACKET_THRESHOLD <= largest_acked.0 || front.time_sent + loss_delay <= now;
            if !acknowledged && !lost {
                self.spaces[index].loss_time = front.time_sent + loss_delay;
                return;
            }
            let Some(packet) = self.spaces[index].packets.pop_front() else { return };
            let snapshot = self.delivery_rate.as_mut().and_then(|rate| rate.pop(space));
            if acknowledged {
                self.spaces[index].loss_run_start = Timestamp::NEVER;
            } else {
                self.lose(space, packet, snapshot, now, max_ack_delay, outcome);
            }
        }
    }

    fn lose(
        &mut self,
        space: Space,
        packet: SentPacket,
        snapshot: Option<Snapshot>,
        now: Timestamp,
        max_ack_delay: Duration,
        outcome: &mut LossOutcome,
    ) {
        let size = u64::from(packet.size);
        let on_path = packet.path_epoch == self.path_epoch;
        let mtu_probe = packet.flags.has(SentFlags::MTU_PROBE);
        if on_path {
            self.bytes_in_flight = self.bytes_in_flight.saturating_sub(size);
            outcome.ecn += u32::from(packet.flags.has(SentFlags::ECT0));
        }
        if packet.flags.has(SentFlags::ACK_ELICITING) {
            let sent = &mut self.spaces[space.index()];
            sent.ack_eliciting_in_flight = sent.ack_eliciting_in_flight.saturating_sub(1);
        }
        if mtu_probe {
            outcome.mtu_probes += 1;
        } else {
            outcome.packets += 1;
            outcome.bytes += size;
            self.counters.packets_lost += 1;
            self.counters.bytes_lost += size;
        }

        let (number, time_sent) = (packet.number, packet.time_sent);
        self.reports.push(LossReport { space, number, time_sent, size: packet.size });

        let mut congestion_event = 0;
        if on_path && !mtu_probe {
            self.lose_on_path(space, &packet, now, max_ack_delay, outcome);
            self.sample_loss(space, &packet, snapshot, now);
            congestion_event = self.congestion_event;
        }
        let datagrams = self.records.copy_datagrams(&packet.records);
        let lost = LostPacket::new(&packet, datagrams, mtu_probe, congestion_event, now);
        if let Some(forgotten) = self.spaces[space.index()].lost.remember(lost) {
            self.records.free(forgotten.datagrams);
        }
        self.records.append(&mut outcome.records, packet.records);
    }

    /// What the loss says about the current path.
    fn lose_on_path(
        &mut self,
        space: Space,
        packet: &SentPacket,
        now: Timestamp,
        max_ack_delay: Duration,
        outcome: &mut LossOutcome,
    ) {
        if self.congestion.on_congestion_event(packet.time_sent, now) {
            outcome.congestion_event = true;
            self.congestion_event = self.congestion_event.wrapping_add(1).max(1);
            self.suspected_losses = Some(0);
            self.update_send_quantum();
        }
        self.suspected_losses = self.suspected_losses.map(|suspected| suspected.saturating_add(1));

        if !packet.flags.has(SentFlags::ACK_ELICITING) {
            return;
        }
        let duration = self.persistent_congestion_duration(max_ack_delay);
        let sent = &mut self.spaces[space.index()];
        if packet.time_sent <= self.rtt.first_sample() {
            // Before the first sample nothing is known about the path's round-trip time (§7.6.2).
            return;
        }
        if !sent.loss_run_start.is_set() {
            sent.loss_run_start = packet.time_sent;
        } else if packet.time_sent.since(sent.loss_run_start) > duration {
            sent.loss_run_start = packet.time_sent;
            outcome.persistent_congestion = true;
            self.suspected_losses = None;
            self.rtt.restart_minimum();
            self.congestion.on_persistent_congestion();
        }
    }

    /// RFC 9002 §7.6.1.
    fn persistent_congestion_duration(&self, max_ack_delay: Duration) -> Duration {
        self.probe_timeout(max_ack_delay) * PERSISTENT_CONGESTION_THRESHOLD
    }

    /// How long a lost packet is remembered: one that is later still was not merely overtaken.
    fn stale_after(&self, max_ack_delay: Duration) -> Duration {
        self.probe_timeout(max_ack_delay) * STALE_AFTER_PROBE_TIMEOUTS
    }

    #[inline]
    pub(super) fn forget_stale_losses(&mut self, space: Space, now: Timestamp, max_ack_delay: Duration) {
        if self.spaces[space.index()].lost.is_empty() {
            return;
        }
        let keep = self.stale_after(max_ack_delay);
        while let Some(lost) = self.spaces[space.index()].lost.pop_settled(now, keep) {
            self.records.free(lost.datagrams);
        }
    }

    /// When the next lost packet is to be forgotten; `NEVER` when none is remembered.
    pub(crate) fn stale_loss_expiry(&self, max_ack_delay: Duration) -> Timestamp {
        if self.spaces.iter().all(|sent| sent.lost.is_empty()) {
            return Timestamp::NEVER;
        }
        let keep = self.stale_after(max_ack_delay);
        self.spaces.iter().map(|sent| sent.lost.expiry(keep)).min().unwrap_or(Timestamp::NEVER)
    }

    /// Forgets the lost packets whose time is over.
    pub(crate) fn on_stale_loss_expiry(&mut self, now: Timestamp, max_ack_delay: Duration) {
        for space in Space::ALL {
            self.forget_stale_losses(space, now, max_ack_delay);
        }
    }
}
