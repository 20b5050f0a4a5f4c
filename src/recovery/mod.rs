//! Loss recovery of one connection (RFC 9002): what was sent, what was acknowledged or lost, when to probe.
//!
//! Owns: the sent packets of the three packet number spaces and what they carried, the round-trip time, bytes in
//! flight, the congestion controller, pacing and the loss detection timer; beside them the received numbers of a space
//! ([`ReceivedPackets`]). Must not know: streams, frames' contents, keys, paths' addresses. A pure state machine: each
//! call returns an outcome whose record lists the caller empties, with call-outs in between as it likes.

mod ack;
mod delivery_rate;
mod loss;
mod lost;
mod pacing;
mod received;
mod record;
mod report;
mod rtt;
mod sent;
#[cfg(test)]
mod tests;
mod timer;

use crate::cc::{Algorithm, Congestion};
use crate::mem::{Boxed, Key, Mem, Memory, NoMem};
use crate::units::{Duration, PacketNumber, Space, Timestamp};

pub(crate) use ack::AckOutcome;
pub(crate) use loss::LossOutcome;
pub(crate) use received::{AckPolicy, EcnCodepoint, ReceivedPackets};
pub(crate) use record::{Carried, RecordCursor, RecordList, Records, Shortage};
pub(crate) use report::LossReport;
pub(crate) use rtt::Rtt;
pub(crate) use sent::{NO_NUMBER, SentFlags, SentPacket};
pub(crate) use timer::TimerContext;

use delivery_rate::DeliveryRate;
use pacing::Pacing;
use report::LossReports;
use sent::{MAX_UNACKNOWLEDGED, SentPackets};

/// The epoch of packets on a path that is not the current one: they count neither for its bytes in flight nor for its
/// round-trip time (RFC 9000 §9.4).
pub(crate) const OFF_PATH: u16 = u16::MAX;

/// What pacing takes as the round-trip time before it is known: a new connection is not held back by a guess.
const UNKNOWN_RTT_FOR_PACING: Duration = Duration::from_millis(1);

/// A pace that comes from a model of the path is a measurement as well: after a pause that was not a late timer it must
/// not be exceeded for long, so less than a round-trip time is made up for.
const MADE_UP_BY_MODEL: u64 = 8;

/// A burst of this many datagrams is allowed on any path, as in the initial window (RFC 9002 §7.7).
const BURST_DATAGRAMS: u64 = 10;

/// The most that one system call can send by segmentation offload.
const MAXIMUM_QUANTUM: u64 = 64 * 1024;

#[derive(Clone, Copy, Debug)]
pub(crate) struct RecoverySettings {
    pub(crate) algorithm: Algorithm,
    pub(crate) initial_rtt: Duration,
    pub(crate) max_datagram_size: u64,
    pub(crate) first_number: PacketNumber,
}

/// What `ngtcp2_conn_info` reports of sent packets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counters {
    pub(crate) packets_sent: u64,
    pub(crate) bytes_sent: u64,
    /// Without probes of path MTU discovery.
    pub(crate) packets_lost: u64,
    pub(crate) bytes_lost: u64,
}

/// Loss recovery and congestion state of one connection.
pub(crate) struct Recovery {
    // Touched by each packet sent or acknowledged.
    bytes_in_flight: u64,
    congestion: Congestion,
    delivery_rate: Option<Boxed<DeliveryRate>>,
    rtt: Rtt,
    pacing: Pacing,
    /// Bytes acknowledged on the current path so far.
    delivered: u64,
    /// The value of `delivered` up to which packets were sent without the window being the limit; 0 when it is.
    app_limited_until: u64,
    /// The value of `delivered` up to which packets were in flight when the window was full.
    window_limited_until: u64,
    send_quantum: u64,
    path_epoch: u16,
    pto_count: u32,
    loss_timer: Timestamp,
    /// Only the Application space is left: the timer is a matter of one space.
    early_spaces_discarded: bool,
    counters: Counters,
    spaces: [SentPackets; 3],
    records: Records,

    // Touched by losses.
    /// The congestion event in force, counted from 1.
    congestion_event: u32,
    /// Its losses that may still turn out to be reordering; `None` when it cannot be undone.
    suspected_losses: Option<u32>,
    reports: LossReports,

    initial_rtt: Duration,
    max_datagram_size: u64,
}

/// The part of recovery that depends on the controller.
pub(crate) struct RateControl {
    congestion: Congestion,
    delivery_rate: Option<Boxed<DeliveryRate>>,
}

impl RateControl {
    pub(crate) fn try_new(mem: Mem, settings: &RecoverySettings) -> Result<Self, NoMem> {
        let congestion = Congestion::new(mem, settings.algorithm, settings.max_datagram_size)?;
        let delivery_rate = if congestion.wants_delivery_rate() {
            Some(Boxed::try_new(mem, DeliveryRate::new(mem))?)
        } else {
            None
        };
        Ok(Self { congestion, delivery_rate })
    }
}

impl Recovery {
    pub(crate) fn new(memory: Memory, settings: &RecoverySettings, rate: RateControl) -> Self {
        let Memory { lasting: mem, brief } = memory;
        Self {
            bytes_in_flight: 0,
            congestion: rate.congestion,
            delivery_rate: rate.delivery_rate,
            rtt: Rtt::new(settings.initial_rtt),
            pacing: Pacing::new(),
            delivered: 0,
            app_limited_until: 0,
            window_limited_until: 0,
            send_quantum: BURST_DATAGRAMS * settings.max_datagram_size,
            path_epoch: 0,
            pto_count: 0,
            loss_timer: Timestamp::NEVER,
            early_spaces_discarded: false,
            counters: Counters::default(),
            spaces: Space::ALL.map(|space| {
                let mem = if space == Space::Application { mem } else { brief };
                SentPackets::new(mem, settings.first_number)
            }),
            records: Records::new(mem),
            congestion_event: 0,
            suspected_losses: None,
            reports: LossReports::new(mem),
            initial_rtt: settings.initial_rtt,
            max_datagram_size: settings.max_datagram_size,
        }
    }

    /// Makes room for one more packet before it is built. `probe` for the packets of a probe timeout, which may exceed
    /// the bound on unacknowledged packets a little.
    #[inline(always)]
    pub(crate) fn reserve_packet(&mut self, space: Space, probe: bool) -> Result<(), Shortage> {
        if let Some(rate) = &mut self.delivery_rate {
            rate.try_reserve(space)?;
        }
        self.spaces[space.index()].try_reserve(probe)
    }

    /// Whether `reserve_packet` needs no memory.
    #[inline(always)]
    pub(crate) fn has_packet_room(&self, space: Space) -> bool {
        self.delivery_rate.as_ref().is_none_or(|rate| rate.has_spare(space))
            && self.spaces[space.index()].packets.has_spare()
    }

    /// Whether the bound on unacknowledged packets lets new data out.
    #[inline]
    pub(crate) const fn has_room(&self, space: Space) -> bool {
        self.spaces[space.index()].packets.len() < MAX_UNACKNOWLEDGED
    }

    /// Adds a record to a packet that is being built, in room that `try_reserve_record` made.
    #[inline]
    pub(crate) fn push_record(&mut self, list: &mut RecordList, carried: Carried) {
        self.records.push_reserved(list, carried);
    }

    /// Makes room for the record of the next frame, so that a frame is written only if it can be remembered.
    #[inline]
    pub(crate) fn try_reserve_record(&mut self) -> Result<(), NoMem> {
        self.records.try_reserve()
    }

    /// Whether the record of the next frame needs no memory.
    #[inline]
    pub(crate) const fn has_record_room(&self) -> bool {
        self.records.has_room()
    }

    /// Takes the next record out of an outcome's list.
    #[inline]
    pub(crate) fn pop_record(&mut self, list: &mut RecordList) -> Option<Carried> {
        self.records.pop(list)
    }

    /// The next record of a walk along an outcome's list.
    #[inline]
    pub(crate) fn next_record(&self, cursor: &mut RecordCursor) -> Option<Carried> {
        self.records.next(cursor)
    }

    /// The same, if it is the data of `stream` from `offset` on: its length and FIN.
    #[inline]
    pub(crate) fn next_data_at(
        &self,
        cursor: &mut RecordCursor,
        stream: Key,
        at: u64,
    ) -> Option<(u32, bool)> {
        self.records.next_data_at(cursor, stream, at)
    }

    pub(crate) fn free_records(&mut self, list: RecordList) {
        self.records.free(list);
    }

    /// Counts a packet that was sent and, unless it only acknowledges, keeps it; `reserve_packet` made the room. The
    /// caller then sets the loss timer, once for all packets of a datagram.
    #[inline]
    pub(crate) fn on_packet_sent(&mut self, space: Space, mut packet: SentPacket) {
        let size = u64::from(packet.size);
        self.counters.packets_sent += 1;
        self.counters.bytes_sent += size;

        let sent = &mut self.spaces[space.index()];
        sent.note_number(packet.number);
        if !packet.flags.has(SentFlags::IN_FLIGHT) {
            // Never acknowledged for its own sake, so it would only pile up (RFC 9002 §2).
            self.records.free(packet.records);
            return;
        }
        // What only acknowledges is not paced (§7.7), or a receiver with a small window would never get a word in.
        self.pacing.on_bytes_sent(size, packet.time_sent);
        if packet.flags.has(SentFlags::ACK_ELICITING) {
            sent.ack_eliciting_in_flight += 1;
            sent.last_ack_eliciting_sent = packet.time_sent;
        }
        if packet.path_epoch == self.path_epoch {
            self.bytes_in_flight += size;
            if self.bytes_in_flight >= self.congestion.window() {
                self.window_limited_until = self.delivered + self.bytes_in_flight;
                self.app_limited_until = 0;
            }
        }
        if self.app_limited_until != 0 {
            packet.flags = packet.flags.with(SentFlags::APP_LIMITED);
        }
        if self.delivery_rate.is_some() {
            self.snapshot_sent(space, &packet);
        }
        self.spaces[space.index()].packets.push_back_reserved(packet);
    }

    /// Leaves out a packet number as a trap for optimistic acknowledgements (RFC 9000 §21.4).
    pub(crate) fn skip_number(&mut self, space: Space, number: PacketNumber) {
        self.spaces[space.index()].skip(number);
    }

    /// The application has nothing more to send although the window is open: until what is in flight now is
    /// acknowledged, acknowledgements do not open the window further (RFC 9002 §7.8).
    #[inline]
    pub(crate) fn on_app_limited(&mut self) {
        self.app_limited_until = (self.delivered + self.bytes_in_flight).max(1);
        if let Some(rate) = &mut self.delivery_rate {
            rate.on_app_limited(self.delivered, self.bytes_in_flight);
        }
    }

    /// What the unacknowledged packets of a space carried, oldest first: what a probe should repeat. The records stay
    /// with their packets.
    pub(crate) fn unacknowledged_records(&self, space: Space) -> impl Iterator<Item = Carried> + use<'_> {
        let outstanding = |packet: &&SentPacket| !packet.flags.has(SentFlags::ACKNOWLEDGED);
        let packets = self.spaces[space.index()].packets.iter().filter(outstanding);
        packets.flat_map(|packet| self.records.iter(&packet.records))
    }

    /// RFC 9002 §6.4: keys of the space are gone. Returns the records to drop; the caller sets the loss timer.
    pub(crate) fn discard_space(&mut self, space: Space) -> RecordList {
        self.pto_count = 0;
        // Initial keys are always discarded before Handshake keys (RFC 9001 §4.9).
        self.early_spaces_discarded |= space == Space::Handshake;
        self.drop_packets(space)
    }

    /// A Retry packet was accepted (RFC 9000 §17.2.5.3): everything sent is void and must be sent again.
    pub(crate) fn reset_after_retry(&mut self) -> RecordList {
        let mut records = self.drop_packets(Space::Initial);
        let early = self.drop_packets(Space::Application);
        self.records.append(&mut records, early);
        self.pto_count = 0;
        self.loss_timer = Timestamp::NEVER;
        self.congestion.reset(self.max_datagram_size);
        records
    }

    /// The server rejected 0-RTT: what it carried is void.
    pub(crate) fn zero_rtt_rejected(&mut self) -> RecordList {
        self.drop_packets(Space::Application)
    }

    fn drop_packets(&mut self, space: Space) -> RecordList {
        let mut records = RecordList::EMPTY;
        let sent = &mut self.spaces[space.index()];
        while let Some(packet) = sent.packets.pop_front() {
            self.records.append(&mut records, packet.records);
            if packet.path_epoch == self.path_epoch && !packet.flags.has(SentFlags::ACKNOWLEDGED) {
                self.bytes_in_flight = self.bytes_in_flight.saturating_sub(u64::from(packet.size));
            }
        }
        while let Some(lost) = sent.lost.pop() {
            self.records.free(lost.datagrams);
        }
        sent.clear();
        if let Some(rate) = &mut self.delivery_rate {
            rate.clear(space);
        }
        records
    }

    /// The connection moved to another path (RFC 9000 §9.4): estimates start anew, and packets sent before no longer
    /// count, though they are still acknowledged or lost. The caller sets the loss timer.
    pub(crate) fn on_path_changed(&mut self, max_datagram_size: u64) {
        self.path_epoch = (self.path_epoch + 1) % OFF_PATH;
        self.bytes_in_flight = 0;
        self.delivered = 0;
        self.app_limited_until = 0;
        self.window_limited_until = 0;
        self.send_quantum = BURST_DATAGRAMS * max_datagram_size;
        self.max_datagram_size = max_datagram_size;
        self.rtt = Rtt::new(self.initial_rtt);
        self.congestion.reset(max_datagram_size);
        if let Some(rate) = &mut self.delivery_rate {
            rate.restart();
        }
        self.pacing = Pacing::new();
        self.pto_count = 0;
        self.suspected_losses = None;
        for sent in &mut self.spaces {
            sent.loss_run_start = Timestamp::NEVER;
        }
    }

    pub(crate) fn on_max_datagram_size(&mut self, max_datagram_size: u64) {
        self.max_datagram_size = max_datagram_size;
        self.congestion.on_max_datagram_size(max_datagram_size);
    }

    /// The peer reports more CE marks, on a path whose ECN is validated: a congestion event as by the loss of a packet
    /// sent at `time_sent` (RFC 9002 §7.1). Returns whether it is a new one.
    pub(crate) fn on_ecn_ce(&mut self, time_sent: Timestamp, now: Timestamp) -> bool {
        let new = self.congestion.on_congestion_experienced(time_sent, now);
        if new {
            self.congestion_event = self.congestion_event.wrapping_add(1).max(1);
            self.suspected_losses = None;
        }
        new
    }

    /// From now on each lost packet is reported: somebody logs.
    pub(crate) const fn report_losses(&mut self) {
        self.reports.want();
    }

    pub(crate) fn next_loss_report(&mut self) -> Option<LossReport> {
        self.reports.pop()
    }

    pub(crate) const fn rtt(&self) -> &Rtt {
        &self.rtt
    }

    pub(crate) const fn congestion(&self) -> &Congestion {
        &self.congestion
    }

    #[inline]
    pub(crate) const fn window(&self) -> u64 {
        self.congestion.window()
    }

    pub(crate) const fn slow_start_threshold(&self) -> u64 {
        self.congestion.slow_start_threshold()
    }

    #[inline]
    pub(crate) const fn bytes_in_flight(&self) -> u64 {
        self.bytes_in_flight
    }

    /// How much of the window is free. A packet may be sent while it is not zero, even if it overshoots.
    #[inline]
    pub(crate) const fn window_left(&self) -> u64 {
        self.congestion.window().saturating_sub(self.bytes_in_flight)
    }

    #[inline]
    pub(crate) const fn next_number(&self, space: Space) -> PacketNumber {
        self.spaces[space.index()].next_number()
    }

    #[inline]
    pub(crate) const fn largest_acked(&self, space: Space) -> Option<PacketNumber> {
        self.spaces[space.index()].largest_acked()
    }

    #[inline]
    pub(crate) const fn ack_eliciting_in_flight(&self, space: Space) -> u32 {
        self.spaces[space.index()].ack_eliciting_in_flight
    }

    #[inline]
    pub(crate) const fn last_ack_eliciting_sent(&self, space: Space) -> Timestamp {
        self.spaces[space.index()].last_ack_eliciting_sent
    }

    /// What packets of the current path carry as their `path_epoch`.
    #[inline]
    pub(crate) const fn path_epoch(&self) -> u16 {
        self.path_epoch
    }

    pub(crate) const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// What was written since the last call takes its time at the pace of the window; until then `pacing_allows`
    /// says no.
    pub(crate) fn update_pacing(&mut self, now: Timestamp) {
        let rtt = if self.rtt.has_sample() { self.rtt.smoothed() } else { UNKNOWN_RTT_FOR_PACING };
        let interval = self.congestion.pacing_interval(self.pacing.bytes(), rtt);
        let made_up =
            if self.delivery_rate.is_some() { (rtt / MADE_UP_BY_MODEL).max(rtt::GRANULARITY) } else { rtt };
        self.pacing.wait(interval, made_up, now);
    }

    #[inline]
    pub(crate) fn pacing_allows(&self, now: Timestamp) -> bool {
        self.pacing.allows(now)
    }

    pub(crate) const fn pacing_expiry(&self) -> Timestamp {
        self.pacing.expiry()
    }

    pub(crate) fn expire_pacing(&mut self, now: Timestamp) {
        self.pacing.end_wait(now);
    }

    /// How many bytes an application may write in one go (`ngtcp2_conn_get_send_quantum`).
    pub(crate) const fn send_quantum(&self) -> u64 {
        self.send_quantum
    }

    /// What the pace sends in a millisecond, within bounds; follows the window as it moves.
    fn update_send_quantum(&mut self) {
        if let Some(quantum) = self.congestion.send_quantum() {
            self.send_quantum = quantum;
            return;
        }
        let rtt = self.rtt.smoothed().as_nanos().max(1);
        let paced = self.congestion.window().saturating_mul(1_250_000) / rtt;
        let least = BURST_DATAGRAMS * self.max_datagram_size;
        self.send_quantum = paced.max(least).min(MAXIMUM_QUANTUM.max(least));
    }
}
