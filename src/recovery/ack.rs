//! Processing of ACK frames (RFC 9000 §13.1, §19.3; RFC 9002 §A.7).
//!
//! Owns: the way of an acknowledgement through packets, estimates and congestion control. Must not know: the frame's
//! encoding: it takes ranges. Its cost is proportional to what is newly acknowledged and to the ranges that reach
//! down to the oldest packet in question, not to the packets in flight.

use super::loss::LossOutcome;
use super::record::{RecordList, Records};
use super::sent::{SentFlags, SentPacket};
use super::timer::TimerContext;
use super::{Recovery, SentPackets};
use crate::cc::AckedSample;
use crate::error::{Error, Result};
use crate::units::{Duration, PacketNumber, Space, Timestamp};

/// What an ACK frame brought.
#[derive(Debug)]
#[must_use]
pub(crate) struct AckOutcome {
    /// Records of newly acknowledged packets, in the order of their numbers; then DATAGRAM records of packets that
    /// were declared lost before.
    pub(crate) acked: RecordList,
    pub(crate) loss: LossOutcome,
    /// Whether some packet was newly acknowledged.
    pub(crate) newly_acked: bool,
    pub(crate) newly_acked_ack_eliciting: bool,
    pub(crate) largest_newly_acked: Option<(PacketNumber, Timestamp)>,
    /// How many of them were sent with ECT(0) on the current path.
    pub(crate) newly_acked_ecn: u64,
    /// The largest number that our newly acknowledged ACK frames named: it need not be acknowledged again.
    pub(crate) forget_received: Option<PacketNumber>,
    /// The largest probe of path MTU discovery among them.
    pub(crate) mtu_probe_acked: Option<u16>,
    /// Whether the round-trip time was measured.
    pub(crate) rtt_updated: bool,
    /// How many packets were acknowledged after they had been declared lost.
    pub(crate) spurious_losses: u32,
    /// Whether the last congestion event proved to be reordering and its reduction was taken back.
    pub(crate) congestion_undone: bool,
}

/// What is gathered over the ranges of one frame.
struct Tally {
    acked: RecordList,
    late_datagrams: RecordList,
    /// The number and send time of the largest, with its path epoch.
    largest: Option<(PacketNumber, Timestamp, u16)>,
    /// Bytes that may open the window.
    growth: u64,
    delivered: u64,
    ecn: u64,
    forget_received: Option<PacketNumber>,
    mtu_probe: Option<u16>,
    ack_eliciting: bool,
    spurious_losses: u32,
    settled_losses: u32,
}

impl Recovery {
    /// Takes an ACK frame: its ranges as (smallest, largest), largest first, and the delay the peer reports. An error
    /// for a number that was never sent, or was skipped, is a connection error.
    pub(crate) fn on_ack(
        &mut self,
        space: Space,
        ranges: impl Iterator<Item = (PacketNumber, PacketNumber)>,
        ack_delay: Duration,
        now: Timestamp,
        context: &TimerContext,
    ) -> Result<AckOutcome> {
        let mut ranges = ranges.peekable();
        let Some(&(_, largest)) = ranges.peek() else { return Err(Error::Proto) };
        self.spaces[space.index()].raise_largest_acked(largest)?;

        let mut tally = Tally::new();
        if let Err(error) = self.acknowledge_ranges(space, ranges, &mut tally) {
            self.records.free(tally.acked);
            self.records.free(tally.late_datagrams);
            return Err(error);
        }
        Ok(self.conclude_ack(space, largest, tally, ack_delay, now, context))
    }

    fn acknowledge_ranges(
        &mut self,
        space: Space,
        ranges: impl Iterator<Item = (PacketNumber, PacketNumber)>,
        tally: &mut Tally,
    ) -> Result<()> {
        let mut cursor = self.spaces[space.index()].lost.cursor();
        for (smallest, largest) in ranges {
            let sent = &mut self.spaces[space.index()];
            if sent.contains_skipped(smallest, largest) {
                return Err(Error::Proto);
            }
            if !sent.concerns(largest) {
                break;
            }
            let acked = self.acknowledge_range(space, smallest, largest, tally);
            // Ranges come from the largest down; the outcome is in ascending order, so that data in order stay so.
            let after = core::mem::replace(&mut tally.acked, acked);
            self.records.append(&mut tally.acked, after);

            let sent = &mut self.spaces[space.index()];
            while let Some(lost) = sent.lost.next_acknowledged(&mut cursor, smallest, largest) {
                tally.spurious_losses += 1;
                tally.settled_losses += u32::from(lost.congestion_event == self.congestion_event);
                if lost.mtu_probe {
                    tally.mtu_probe = tally.mtu_probe.max(Some(lost.size));
                }
                self.records.append(&mut tally.late_datagrams, lost.datagrams.take());
            }
        }
        Ok(())
    }

    /// Acknowledges the packets of one range; returns their records in the order of their numbers.
    #[inline]
    fn acknowledge_range(
        &mut self,
        space: Space,
        smallest: PacketNumber,
        largest: PacketNumber,
        tally: &mut Tally,
    ) -> RecordList {
        let mut acked = RecordList::EMPTY;
        // The cumulative case: packets leave through the front.
        while let Some(front) = self.spaces[space.index()].packets.front() {
            if front.number < smallest || front.number > largest {
                break;
            }
            let sent = &mut self.spaces[space.index()];
            let Some(mut packet) = sent.packets.pop_front() else { break };
            sent.loss_run_start = Timestamp::NEVER;
            if !packet.flags.has(SentFlags::ACKNOWLEDGED) {
                self.acknowledge(space, &mut packet, tally);
                self.records.append(&mut acked, packet.records);
            }
        }
        // Behind a packet that is still unacknowledged: marked in place.
        let mut place = self.spaces[space.index()].position(smallest);
        loop {
            let Some(packet) = self.spaces[space.index()].packets.get_mut(place) else { break };
            if packet.number > largest {
                break;
            }
            place += 1;
            if packet.flags.has(SentFlags::ACKNOWLEDGED) {
                continue;
            }
            packet.flags = packet.flags.with(SentFlags::ACKNOWLEDGED);
            let mut copy = SentPacket { records: packet.records.take(), ..*packet };
            self.acknowledge(space, &mut copy, tally);
            self.records.append(&mut acked, copy.records);
        }
        acked
    }

    /// Accounts for one newly acknowledged packet.
    #[inline]
    fn acknowledge(&mut self, space: Space, packet: &mut SentPacket, tally: &mut Tally) {
        let size = u64::from(packet.size);
        if tally.largest.is_none_or(|(number, _, _)| number < packet.number) {
            tally.largest = Some((packet.number, packet.time_sent, packet.path_epoch));
        }
        if packet.flags.has(SentFlags::ACK_ELICITING) {
            tally.ack_eliciting = true;
            let sent = &mut self.spaces[space.index()];
            sent.ack_eliciting_in_flight = sent.ack_eliciting_in_flight.saturating_sub(1);
        }
        if packet.largest_acknowledged != super::NO_NUMBER {
            let named = PacketNumber(packet.largest_acknowledged);
            tally.forget_received = tally.forget_received.max(Some(named));
        }
        if packet.flags.has(SentFlags::MTU_PROBE) {
            tally.mtu_probe = tally.mtu_probe.max(Some(packet.size));
        }
        if packet.path_epoch != self.path_epoch {
            return;
        }
        self.bytes_in_flight = self.bytes_in_flight.saturating_sub(size);
        tally.delivered += size;
        tally.ecn += u64::from(packet.flags.has(SentFlags::ECT0));
        if !packet.flags.has(SentFlags::APP_LIMITED) && !self.congestion.in_recovery(packet.time_sent) {
            tally.growth += size;
        }
    }

    fn conclude_ack(
        &mut self,
        space: Space,
        largest: PacketNumber,
        mut tally: Tally,
        ack_delay: Duration,
        now: Timestamp,
        context: &TimerContext,
    ) -> AckOutcome {
        let congestion_undone = self.settle_suspected_losses(tally.settled_losses);
        let measured_rtt = self.measure_rtt(space, largest, &tally, ack_delay, now, context);
        let mut loss = LossOutcome::new();
        if let Some((_, newest_sent, epoch)) = tally.largest {
            self.detect_losses(space, now, context.max_ack_delay, &mut loss);
            self.delivered += tally.delivered;
            if self.app_limited_until != 0 && self.delivered > self.app_limited_until {
                self.app_limited_until = 0;
            }
            if epoch == self.path_epoch {
                // Whatever was acknowledged now was sent before a congestion event that it revealed.
                let bytes = if loss.congestion_event { 0 } else { tally.growth };
                let smoothed_rtt = self.rtt.smoothed();
                self.congestion.on_ack(&AckedSample { bytes, newest_sent, measured_rtt, smoothed_rtt, now });
            }
            // RFC 9002 §6.2.1: a client that the server may not have validated yet keeps backing off.
            if context.peer_completed_address_validation {
                self.pto_count = 0;
            }
        }
        self.forget_stale_losses(space, now, context.max_ack_delay);
        let mut acked = tally.acked;
        self.records.append(&mut acked, tally.late_datagrams);
        AckOutcome {
            acked,
            loss,
            newly_acked: tally.largest.is_some(),
            newly_acked_ack_eliciting: tally.ack_eliciting,
            largest_newly_acked: tally.largest.map(|(number, time_sent, _)| (number, time_sent)),
            newly_acked_ecn: tally.ecn,
            forget_received: tally.forget_received,
            mtu_probe_acked: tally.mtu_probe,
            rtt_updated: measured_rtt.is_some(),
            spurious_losses: tally.spurious_losses,
            congestion_undone,
        }
    }

    /// RFC 9002 §5.1: a sample comes from the frame's largest number, if that is newly acknowledged and something
    /// newly acknowledged was ack-eliciting.
    fn measure_rtt(
        &mut self,
        space: Space,
        largest: PacketNumber,
        tally: &Tally,
        ack_delay: Duration,
        now: Timestamp,
        context: &TimerContext,
    ) -> Option<Duration> {
        let (number, time_sent, epoch) = tally.largest?;
        if number != largest || !tally.ack_eliciting || epoch != self.path_epoch {
            return None;
        }
        let ack_delay = match space {
            // The peer does not delay these on purpose (RFC 9002 §5.3).
            Space::Initial => Duration::ZERO,
            _ if context.handshake_confirmed => ack_delay.min(context.max_ack_delay),
            _ => ack_delay,
        };
        let sample = now.since(time_sent);
        self.rtt.update(sample, ack_delay, now);
        Some(sample)
    }

    /// Takes the last congestion event back once each of its losses was acknowledged late.
    fn settle_suspected_losses(&mut self, settled: u32) -> bool {
        let Some(suspected) = self.suspected_losses else { return false };
        if settled == 0 {
            return false;
        }
        let left = suspected.saturating_sub(settled);
        self.suspected_losses = if left == 0 { None } else { Some(left) };
        if left == 0 {
            self.congestion.on_spurious_congestion();
        }
        left == 0
    }
}

impl Tally {
    const fn new() -> Self {
        Self {
            acked: RecordList::EMPTY,
            late_datagrams: RecordList::EMPTY,
            largest: None,
            growth: 0,
            delivered: 0,
            ecn: 0,
            forget_received: None,
            mtu_probe: None,
            ack_eliciting: false,
            spurious_losses: 0,
            settled_losses: 0,
        }
    }
}
