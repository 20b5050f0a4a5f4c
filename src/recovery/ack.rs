//! Processing of ACK frames (RFC 9000 §13.1, §19.3; RFC 9002 §A.7).
//!
//! Owns: the way of an acknowledgement through packets, estimates and congestion control. Must not know: the frame's
//! encoding: it takes ranges. Its cost is proportional to what is newly acknowledged and to the ranges that reach
//! down to the oldest packet in question, not to the packets in flight.

use super::Recovery;
use super::loss::LossOutcome;
use super::lost::Cursor;
use super::record::RecordList;
use super::sent::{SentFlags, SentPacket};
use super::timer::TimerContext;
use crate::cc::{AckedSample, Congestion};
use crate::error::{Error, Result};
use crate::units::{Duration, PacketNumber, Space, Timestamp};

/// How many ranges below the oldest unacknowledged packet are searched for packets that were declared lost. Reordering
/// shows in the newest gaps; the peer repeats the old ones in every frame.
const MAX_LATE_RANGES: u32 = 8;

/// What an ACK frame brought.
#[derive(Debug)]
#[must_use]
pub(crate) struct AckOutcome {
    /// Records of newly acknowledged packets, in the order of their numbers; then DATAGRAM records of packets that
    /// were declared lost before.
    pub(crate) acked: RecordList,
    pub(crate) loss: LossOutcome,
    /// The number and send time of the largest packet that was newly acknowledged, if any was.
    pub(crate) largest_newly_acked: Option<(PacketNumber, Timestamp)>,
    /// How many of the newly acknowledged packets were sent with ECT(0) on the current path.
    pub(crate) newly_acked_ecn: u64,
    /// The largest number that our newly acknowledged ACK frames named: it need not be acknowledged again.
    pub(crate) forget_received: Option<PacketNumber>,
    /// The largest probe of path MTU discovery among them.
    pub(crate) mtu_probe_acked: Option<u16>,
    /// Whether the round-trip time was measured.
    pub(crate) rtt_updated: bool,
    /// How many packets were acknowledged after they had been declared lost.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests compare it with their model"))]
    pub(crate) spurious_losses: u32,
    /// Whether the last congestion event proved to be reordering and its reduction was taken back.
    pub(crate) congestion_undone: bool,
}

/// What is gathered over the ranges of one frame.
struct Tally {
    acked: RecordList,
    late_datagrams: RecordList,
    /// The number, send time and path epoch of the largest.
    largest: Option<(PacketNumber, Timestamp, u16)>,
    /// Bytes that may open the window.
    growth: u64,
    ecn: u64,
    forget_received: u64,
    mtu_probe: Option<u16>,
    ack_eliciting: bool,
    spurious_losses: u32,
    settled_losses: u32,
}

/// What is gathered over the packets of one range.
#[derive(Default)]
struct Sum {
    /// [`Recovery`]'s count of acknowledged bytes, continued.
    delivered: u64,
    growth: u64,
    ecn: u64,
    /// One more than the largest number our ACK frames named; 0 for none.
    forget_received: u64,
    ack_eliciting: u32,
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
        let mut late_ranges = 0;
        for (smallest, largest) in ranges {
            let sent = &self.spaces[space.index()];
            if sent.contains_skipped(smallest, largest) {
                return Err(Error::Proto);
            }
            if sent.packets.front().is_some_and(|packet| packet.number <= largest) {
                let acked = self.acknowledge_range(space, smallest, largest, tally);
                // Ranges come from the largest down; the outcome is in ascending order, so that data in order stay so.
                let after = core::mem::replace(&mut tally.acked, acked);
                self.records.append(&mut tally.acked, after);
            } else if late_ranges < MAX_LATE_RANGES && !sent.lost.is_empty() {
                late_ranges += 1;
            } else {
                break;
            }
            if !self.spaces[space.index()].lost.concerns(largest) {
                continue;
            }
            self.acknowledge_lost(space, smallest, largest, &mut cursor, tally);
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
        let sent = &mut self.spaces[space.index()];
        let mut acked = RecordList::EMPTY;
        let mut sum = Sum { delivered: self.delivered, ..Sum::default() };
        let mut newest = None;
        let mut count = 0;
        // At the front, which is the rule, packets leave; behind an unacknowledged one they are marked.
        let start = sent.position(smallest);
        let (front, back) = sent.packets.as_mut_slices();
        let wrapped = start.saturating_sub(front.len());
        let front = front.get_mut(start..).unwrap_or_default();
        let back = back.get_mut(wrapped..).unwrap_or_default();
        'packets: for run in [front, back] {
            for packet in run {
                if packet.number > largest {
                    break 'packets;
                }
                count += 1;
                if packet.flags.has(SentFlags::ACKNOWLEDGED) {
                    continue;
                }
                sum.add(packet, self.path_epoch, self.window_limited_until, &self.congestion);
                if packet.flags.has(SentFlags::MTU_PROBE) && packet.path_epoch == self.path_epoch {
                    tally.mtu_probe = tally.mtu_probe.max(Some(packet.size));
                }
                packet.flags = packet.flags.with(SentFlags::ACKNOWLEDGED);
                self.records.append(&mut acked, packet.records.take());
                newest = Some((packet.number, packet.time_sent, packet.path_epoch));
            }
        }
        let removed = if start == 0 { count } else { 0 };
        if let Some(rate) = &mut self.delivery_rate {
            let place = newest.map(|(number, ..)| sent.position(number));
            rate.on_range_acknowledged(space, place, removed);
        }
        if removed > 0 {
            sent.packets.remove_front(removed);
            sent.loss_run_start = Timestamp::NEVER;
        }
        sent.ack_eliciting_in_flight = sent.ack_eliciting_in_flight.saturating_sub(sum.ack_eliciting);
        self.bytes_in_flight = self.bytes_in_flight.saturating_sub(sum.delivered - self.delivered);
        self.delivered = sum.delivered;
        tally.add(&sum, newest);
        acked
    }

    /// Takes note of acknowledged packets that had been declared lost.
    fn acknowledge_lost(
        &mut self,
        space: Space,
        smallest: PacketNumber,
        largest: PacketNumber,
        cursor: &mut Cursor,
        tally: &mut Tally,
    ) {
        let sent = &mut self.spaces[space.index()];
        while let Some(lost) = sent.lost.next_acknowledged(cursor, smallest, largest) {
            tally.spurious_losses += 1;
            tally.settled_losses += u32::from(lost.congestion_event == self.congestion_event);
            tally.mtu_probe = tally.mtu_probe.max(lost.proven_size(self.path_epoch));
            self.records.append(&mut tally.late_datagrams, lost.datagrams.take());
        }
    }

    fn conclude_ack(
        &mut self,
        space: Space,
        largest: PacketNumber,
        tally: Tally,
        ack_delay: Duration,
        now: Timestamp,
        context: &TimerContext,
    ) -> AckOutcome {
        let congestion_undone = self.settle_suspected_losses(tally.settled_losses);
        let measured_rtt = self.measure_rtt(space, largest, &tally, ack_delay, now, context);
        let mut loss = LossOutcome::new();
        if let Some((_, newest_sent, epoch)) = tally.largest {
            self.detect_losses(space, now, context.max_ack_delay, &mut loss);
            if self.app_limited_until != 0 && self.delivered > self.app_limited_until {
                self.app_limited_until = 0;
            }
            if epoch == self.path_epoch {
                // Whatever was acknowledged now was sent before a congestion event that it revealed.
                let bytes = if loss.congestion_event { 0 } else { tally.growth };
                let smoothed_rtt = self.rtt.smoothed();
                self.congestion.on_ack(&AckedSample { bytes, newest_sent, measured_rtt, smoothed_rtt, now });
                if bytes > 0 {
                    self.update_send_quantum();
                }
            }
            if self.delivery_rate.is_some() {
                self.sample_delivery_rate((newest_sent, epoch), measured_rtt, now);
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
            largest_newly_acked: tally.largest.map(|(number, time_sent, _)| (number, time_sent)),
            newly_acked_ecn: tally.ecn,
            forget_received: tally.forget_received.checked_sub(1).map(PacketNumber),
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
            ecn: 0,
            forget_received: 0,
            mtu_probe: None,
            ack_eliciting: false,
            spurious_losses: 0,
            settled_losses: 0,
        }
    }

    /// Ranges come from the largest down: the newest packet of the first one that brings any is the largest.
    #[inline]
    fn add(&mut self, sum: &Sum, newest: Option<(PacketNumber, Timestamp, u16)>) {
        self.largest = self.largest.or(newest);
        self.growth += sum.growth;
        self.ecn += sum.ecn;
        self.forget_received = self.forget_received.max(sum.forget_received);
        self.ack_eliciting |= sum.ack_eliciting > 0;
    }
}

impl Sum {
    #[inline]
    fn add(
        &mut self,
        packet: &SentPacket,
        path_epoch: u16,
        window_limited_until: u64,
        congestion: &Congestion,
    ) {
        self.ack_eliciting += u32::from(packet.flags.has(SentFlags::ACK_ELICITING));
        self.forget_received = self.forget_received.max(packet.largest_acknowledged.wrapping_add(1));
        if packet.path_epoch != path_epoch {
            return;
        }
        let size = u64::from(packet.size);
        self.ecn += u64::from(packet.flags.has(SentFlags::ECT0));
        // In flight when the window was full, it was not held back by the application, though it may have seemed so
        // when it was sent.
        let was_limit = !packet.flags.has(SentFlags::APP_LIMITED) || self.delivered < window_limited_until;
        self.delivered += size;
        if was_limit && !congestion.in_recovery(packet.time_sent) {
            self.growth += size;
        }
    }
}
