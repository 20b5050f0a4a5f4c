//! Senders with endless data that share a bottleneck with rate, delay, queue and random loss, for the controllers
//! whose worth shows beside others and over many round trips.

use super::*;
use std::collections::VecDeque;

use Space::Application;

const SIZE: u64 = 1200;

pub(super) struct SharedLink {
    pub(super) bits_per_second: u64,
    pub(super) round_trip: Duration,
    /// The queue in multiples of the bandwidth-delay product, in percent.
    pub(super) queue_percent: u64,
    pub(super) loss_per_mille: u64,
    /// A queue longer than this many packets marks CE instead of nothing; 0 for never.
    pub(super) mark_above: u64,
}

pub(super) struct Outcome {
    pub(super) flows: Vec<FlowOutcome>,
    /// Of the time in the queue after the first two seconds.
    pub(super) mean_wait: Duration,
    pub(super) longest_wait: Duration,
}

#[derive(Debug)]
pub(super) struct FlowOutcome {
    /// Over the whole time, and over its second half.
    pub(super) bits_per_second: u64,
    pub(super) later_bits_per_second: u64,
    pub(super) lost: u64,
    pub(super) sent: u64,
    /// How often the flow held back to see the round-trip time.
    pub(super) round_trip_probes: u32,
}

/// Ranges of numbers, and the count of CE marks.
type Ack = (Vec<(u64, u64)>, u64);

struct Flow {
    fixture: Fixture,
    start: Timestamp,
    /// When each packet arrives, with its number and whether it was marked.
    arrivals: VecDeque<(Timestamp, u64, bool)>,
    acks: VecDeque<(Timestamp, Ack)>,
    received: ReceivedPackets,
    marks: u64,
    marks_seen: u64,
    delivered: u64,
    delivered_later: u64,
    holds_back: bool,
    probes: u32,
}

struct Bottleneck {
    serialize: Duration,
    free_at: Timestamp,
    queue: u64,
    loss_per_mille: u64,
    mark_above: u64,
    random: u64,
    waits: (u64, u64, u64),
    delay: Duration,
}

impl Bottleneck {
    fn new(link: &SharedLink) -> Self {
        let serialize = Duration(SIZE * 8 * 1_000_000_000 / link.bits_per_second);
        Self {
            serialize,
            free_at: at(0),
            queue: (link.round_trip.0 / serialize.0 * link.queue_percent / 100).max(1),
            loss_per_mille: link.loss_per_mille,
            mark_above: link.mark_above,
            random: 0x2545_f491_4f6c_dd1d,
            waits: (0, 0, 0),
            delay: link.round_trip / 2,
        }
    }

    /// When a packet sent now arrives, and whether it is marked; `None` when it is lost.
    fn pass(&mut self, now: Timestamp) -> Option<(Timestamp, bool)> {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let wait = self.free_at.since(now);
        let waiting = wait.0 / self.serialize.0;
        if waiting >= self.queue {
            return None;
        }
        if now >= at(2000) {
            self.waits = (self.waits.0 + wait.0, self.waits.1 + 1, self.waits.2.max(wait.0));
        }
        self.free_at = self.free_at.max(now) + self.serialize;
        if self.random % 1000 < self.loss_per_mille {
            return None;
        }
        Some((self.free_at + self.delay, self.mark_above != 0 && waiting > self.mark_above))
    }
}

impl Flow {
    fn new(algorithm: Algorithm, start: Timestamp) -> Self {
        Self {
            fixture: Fixture::new(algorithm),
            start,
            arrivals: VecDeque::new(),
            acks: VecDeque::new(),
            received: ReceivedPackets::new(),
            marks: 0,
            marks_seen: 0,
            delivered: 0,
            delivered_later: 0,
            holds_back: false,
            probes: 0,
        }
    }

    fn send(&mut self, link: &mut Bottleneck, now: Timestamp) {
        if now < self.start {
            return;
        }
        let fixture = &mut self.fixture;
        fixture.recovery.expire_pacing(now);
        while fixture.recovery.window_left() > 0 && fixture.recovery.pacing_allows(now) {
            let number = fixture.send(Application, SIZE as u16, now);
            fixture.recovery.update_pacing(now);
            if let Some((arrival, marked)) = link.pass(now) {
                self.arrivals.push_back((arrival, number, marked));
            }
        }
        fixture.recovery.set_loss_timer(now, &CONFIRMED);
    }

    fn next_event(&self, now: Timestamp) -> Timestamp {
        if now < self.start {
            return self.start;
        }
        let arrival = self.arrivals.front().map_or(Timestamp::NEVER, |arrival| arrival.0);
        let ack = self.acks.front().map_or(Timestamp::NEVER, |ack| ack.0);
        let recovery = &self.fixture.recovery;
        arrival
            .min(ack)
            .min(recovery.loss_expiry())
            .min(recovery.pacing_expiry())
            .min(self.received.ack_expiry())
    }

    fn receive(&mut self, delay: Duration, half: Timestamp, now: Timestamp) {
        let policy = AckPolicy { threshold: 2, delay: Duration::from_millis(2) };
        while let Some(&(_, number, marked)) = self.arrivals.front().filter(|arrival| arrival.0 <= now) {
            self.arrivals.pop_front();
            self.delivered += SIZE;
            self.delivered_later += if now >= half { SIZE } else { 0 };
            self.marks += u64::from(marked);
            self.received.on_received(PacketNumber(number), true, EcnCodepoint::NotEct, now, &policy);
        }
        if self.received.ack_due(now) {
            self.received.on_ack_sent();
            let ranges = self.received.ranges().map(|(smallest, largest)| (smallest.0, largest.0)).collect();
            self.acks.push_back((now + delay, (ranges, self.marks)));
        }
    }

    fn acknowledge(&mut self, now: Timestamp) {
        while let Some((_, (ranges, marks))) = self.acks.front().filter(|ack| ack.0 <= now).cloned() {
            self.acks.pop_front();
            let outcome = self.fixture.ack(Application, &ranges, now);
            let recovery = &mut self.fixture.recovery;
            if marks > self.marks_seen
                && let Some((_, time_sent)) = outcome.largest_newly_acked
            {
                self.marks_seen = marks;
                recovery.on_ecn_ce(time_sent, now);
            }
            recovery.free_records(outcome.acked);
            recovery.free_records(outcome.loss.records);
            let holds_back = recovery.congestion.holds_back();
            self.probes += u32::from(holds_back && !self.holds_back);
            self.holds_back = holds_back;
        }
    }

    fn expire(&mut self, link: &mut Bottleneck, now: Timestamp) {
        let timeout = self.fixture.recovery.on_loss_expiry(now, &CONFIRMED);
        self.fixture.recovery.free_records(timeout.loss.records);
        if timeout.probe.is_some() {
            let number = self.fixture.send(Application, SIZE as u16, now);
            if let Some((arrival, marked)) = link.pass(now) {
                self.arrivals.push_back((arrival, number, marked));
            }
        }
    }
}

/// Runs flows, each from its start in milliseconds on, for `seconds`.
pub(super) fn share(link: &SharedLink, flows: &[(Algorithm, u64)], seconds: u64) -> Outcome {
    let mut bottleneck = Bottleneck::new(link);
    let mut flows: Vec<Flow> =
        flows.iter().map(|&(algorithm, start)| Flow::new(algorithm, at(start))).collect();
    let (half, end) = (at(seconds * 500), at(seconds * 1000));
    let mut now = at(0);
    while now < end {
        for flow in &mut flows {
            flow.send(&mut bottleneck, now);
        }
        let next = flows.iter().map(|flow| flow.next_event(now)).min().unwrap();
        now = next.max(now);
        assert!(now.is_set(), "the senders are stuck");
        for flow in &mut flows {
            flow.receive(link.round_trip / 2, half, now);
            flow.acknowledge(now);
            flow.expire(&mut bottleneck, now);
        }
    }
    let (sum, count, longest) = bottleneck.waits;
    let flows = flows.iter().map(|flow| {
        let counters = flow.fixture.recovery.counters();
        FlowOutcome {
            bits_per_second: flow.delivered * 8 * 1000 / (seconds * 1000 - flow.start.0 / 1_000_000),
            later_bits_per_second: flow.delivered_later * 8 * 2 / seconds,
            lost: counters.packets_lost,
            sent: counters.packets_sent,
            round_trip_probes: flow.probes,
        }
    });
    Outcome {
        flows: flows.collect(),
        mean_wait: Duration(sum / count.max(1)),
        longest_wait: Duration(longest),
    }
}

impl Outcome {
    pub(super) fn show(&self, name: &str) {
        let wait = (self.mean_wait.as_millis(), self.longest_wait.as_millis());
        std::println!("{name}: queue {wait:?} ms (mean, longest)");
        for flow in &self.flows {
            std::println!("    {flow:?}");
        }
    }
}
