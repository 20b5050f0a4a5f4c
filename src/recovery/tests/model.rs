//! Random operations on one space against a model that keeps every packet in a map and applies RFC 9002, appendix A,
//! word by word.

use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

use Space::Application;

#[derive(Clone, Debug)]
enum Op {
    Send {
        size: u16,
        kind: Kind,
    },
    AckOnly,
    Skip,
    /// The peer receives one of the last packets.
    Receive {
        back: usize,
    },
    /// The peer sends an ACK frame of at most that many ranges.
    Ack {
        ranges: usize,
    },
    Advance {
        microseconds: u64,
    },
    Expire,
    ForgetStale,
    ChangePath,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Data,
    Padding,
    MtuProbe,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Outstanding,
    Acknowledged,
    Lost,
    Forgotten,
}

#[derive(Debug)]
struct Packet {
    sent: Timestamp,
    lost: Timestamp,
    size: u64,
    kind: Kind,
    epoch: u16,
    state: State,
}

struct Model {
    packets: BTreeMap<u64, Packet>,
    used: BTreeSet<u64>,
    received: BTreeSet<u64>,
    rtt: Rtt,
    largest_acked: Option<u64>,
    epoch: u16,
    pto_count: u32,
    last_ack_eliciting: Timestamp,
    loss_time: Timestamp,
}

impl Model {
    fn bytes_in_flight(&self) -> u64 {
        let counted = |packet: &&Packet| packet.state == State::Outstanding && packet.epoch == self.epoch;
        self.packets.values().filter(counted).map(|packet| packet.size).sum()
    }

    fn ack_frame(&self, limit: usize) -> Vec<(u64, u64)> {
        let mut ranges: Vec<(u64, u64)> = Vec::new();
        let mut full = false;
        for &number in self.received.iter().rev() {
            match ranges.last_mut() {
                Some(last) if last.0 == number + 1 => last.0 = number,
                _ if full => break,
                _ => ranges.push((number, number)),
            }
            full = ranges.len() == limit;
        }
        ranges
    }

    fn acknowledge(&mut self, ranges: &[(u64, u64)], now: Timestamp) -> (Vec<u64>, Vec<u64>, u32) {
        let largest = ranges[0].1;
        self.largest_acked = self.largest_acked.max(Some(largest));
        let (mut acked, mut late) = (Vec::new(), 0);
        let mut eliciting = false;
        for (&number, packet) in &mut self.packets {
            if !ranges.iter().any(|range| (range.0..=range.1).contains(&number)) {
                continue;
            }
            match packet.state {
                State::Outstanding => {
                    packet.state = State::Acknowledged;
                    eliciting |= packet.kind != Kind::Padding;
                    acked.push(number);
                }
                State::Lost => {
                    packet.state = State::Acknowledged;
                    late += 1;
                }
                State::Acknowledged | State::Forgotten => {}
            }
        }
        let mut lost = Vec::new();
        if let Some(&newest) = acked.last() {
            let packet = &self.packets[&newest];
            if newest == largest && eliciting && packet.epoch == self.epoch {
                self.rtt.update(now.since(packet.sent), Duration::ZERO, now);
            }
            lost = self.detect_losses(now);
            self.pto_count = 0;
        }
        self.forget_stale(now);
        (acked, lost, late)
    }

    fn detect_losses(&mut self, now: Timestamp) -> Vec<u64> {
        let Some(largest) = self.largest_acked else { return Vec::new() };
        let delay = self.rtt.loss_delay();
        let mut lost = Vec::new();
        self.loss_time = Timestamp::NEVER;
        for (&number, packet) in self.packets.range_mut(..=largest) {
            if packet.state != State::Outstanding {
                continue;
            }
            if packet.sent + delay <= now || number + 3 <= largest {
                packet.state = State::Lost;
                packet.lost = now;
                lost.push(number);
            } else {
                self.loss_time = self.loss_time.min(packet.sent + delay);
            }
        }
        lost
    }

    fn forget_stale(&mut self, now: Timestamp) {
        let keep = (self.rtt.probe_timeout() + ms(25)) * 3;
        for packet in self.packets.values_mut() {
            if packet.state == State::Lost && packet.lost + keep <= now {
                packet.state = State::Forgotten;
            }
        }
    }

    fn deadline(&self) -> Timestamp {
        let loss_time = self.loss_time;
        if loss_time.is_set() {
            return loss_time;
        }
        let eliciting = |packet: &Packet| packet.state == State::Outstanding && packet.kind != Kind::Padding;
        if !self.packets.values().any(eliciting) {
            return Timestamp::NEVER;
        }
        let timeout = self.rtt.probe_timeout() + ms(25);
        self.last_ack_eliciting + timeout.backed_off(self.pto_count)
    }
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let kind = prop_oneof![6 => Just(Kind::Data), 1 => Just(Kind::Padding), 1 => Just(Kind::MtuProbe)];
    let op = prop_oneof![
        10 => (40_u16..1500, kind).prop_map(|(size, kind)| Op::Send { size, kind }),
        2 => Just(Op::AckOnly),
        1 => Just(Op::Skip),
        10 => (0_usize..24).prop_map(|back| Op::Receive { back }),
        6 => (1_usize..6).prop_map(|ranges| Op::Ack { ranges }),
        6 => (0_u64..60_000).prop_map(|microseconds| Op::Advance { microseconds }),
        2 => Just(Op::Expire),
        1 => Just(Op::ForgetStale),
        1 => Just(Op::ChangePath),
    ];
    prop::collection::vec(op, 1..300)
}

struct Pair {
    fixture: Fixture,
    model: Model,
    now: Timestamp,
}

impl Pair {
    fn apply(&mut self, op: &Op) {
        let Self { fixture, model, now } = self;
        match *op {
            Op::Send { size, kind } => self.send(size, kind),
            Op::AckOnly => {
                model.used.insert(fixture.send_ack_only(Application, *now));
            }
            Op::Skip => {
                let number = fixture.recovery.next_number(Application);
                fixture.recovery.skip_number(Application, number);
            }
            Op::Receive { back } => {
                if let Some(&number) = model.used.iter().rev().nth(back) {
                    model.received.insert(number);
                }
            }
            Op::Ack { ranges } => self.acknowledge(ranges),
            Op::Advance { microseconds } => *now = *now + Duration::from_micros(microseconds),
            Op::Expire => self.expire(),
            Op::ForgetStale => {
                fixture.recovery.on_stale_loss_expiry(*now, ms(25));
                model.forget_stale(*now);
            }
            Op::ChangePath => {
                fixture.recovery.on_path_changed(1200);
                model.epoch += 1;
                model.rtt = Rtt::new(ms(333));
                model.pto_count = 0;
            }
        }
    }

    fn send(&mut self, size: u16, kind: Kind) {
        let Self { fixture, model, now } = self;
        let number = match kind {
            Kind::Data => fixture.send(Application, size, *now),
            Kind::MtuProbe => {
                let number = fixture.recovery.next_number(Application).0;
                let carried = [Carried::Crypto { offset: number, len: 0 }];
                fixture.send_with(Application, size, *now, SentFlags::MTU_PROBE, &carried)
            }
            Kind::Padding => {
                let number = fixture.recovery.next_number(Application);
                let mut records = RecordList::EMPTY;
                let carried = Carried::Crypto { offset: number.0, len: 0 };
                fixture.recovery.try_reserve_record().unwrap();
                fixture.recovery.push_record(&mut records, carried);
                fixture.recovery.reserve_packet(Application, false).unwrap();
                let packet = SentPacket {
                    number,
                    time_sent: *now,
                    largest_acknowledged: NO_NUMBER,
                    records,
                    size,
                    path_epoch: fixture.recovery.path_epoch(),
                    flags: SentFlags::IN_FLIGHT,
                };
                fixture.recovery.on_packet_sent(Application, packet);
                number.0
            }
        };
        if kind != Kind::Padding {
            model.last_ack_eliciting = *now;
        }
        model.used.insert(number);
        let packet = Packet {
            sent: *now,
            lost: Timestamp::NEVER,
            size: u64::from(size),
            kind,
            epoch: model.epoch,
            state: State::Outstanding,
        };
        model.packets.insert(number, packet);
    }

    fn acknowledge(&mut self, limit: usize) {
        let Self { fixture, model, now } = self;
        let ranges = model.ack_frame(limit);
        if ranges.is_empty() {
            return;
        }
        let (acked, lost, late) = model.acknowledge(&ranges, *now);
        let outcome = fixture.ack(Application, &ranges, *now);
        assert_eq!(outcome.largest_newly_acked.is_some(), !acked.is_empty());
        assert_eq!(outcome.spurious_losses, late);
        assert_eq!(fixture.numbers(outcome.acked), acked);
        assert_eq!(fixture.numbers(outcome.loss.records), lost);
    }

    fn expire(&mut self) {
        let Self { fixture, model, now } = self;
        let deadline = model.deadline();
        let timeout = fixture.recovery.on_loss_expiry(*now, &CONFIRMED);
        let lost = fixture.numbers(timeout.loss.records);
        if deadline > *now {
            assert!(lost.is_empty() && timeout.probe.is_none());
        } else if model.loss_time.is_set() {
            assert_eq!(lost, model.detect_losses(*now));
        } else {
            assert_eq!(timeout.probe, Some(Application));
            model.pto_count += 1;
        }
    }

    fn check(&mut self) {
        let Self { fixture, model, now } = self;
        fixture.recovery.set_loss_timer(*now, &CONFIRMED);
        assert_eq!(fixture.recovery.bytes_in_flight(), model.bytes_in_flight());
        assert_eq!(fixture.recovery.pto_count(), model.pto_count);
        assert_eq!(fixture.recovery.rtt().smoothed(), model.rtt.smoothed());
        assert_eq!(fixture.recovery.loss_expiry(), model.deadline());
        assert!(fixture.recovery.window() >= 2400);
        if let Some(rate) = &fixture.recovery.delivery_rate {
            let packets = fixture.recovery.spaces[Application.index()].packets.len();
            assert_eq!(rate.snapshots(Application), packets, "one for each packet");
        }
        let outstanding =
            model.packets.iter().filter(|(_, packet)| packet.state == State::Outstanding).map(|(n, _)| *n);
        let unacknowledged =
            fixture.recovery.unacknowledged_records(Application).map(|carried| match carried {
                Carried::Crypto { offset, .. } => offset,
                other => panic!("unexpected {other:?}"),
            });
        assert!(outstanding.eq(unacknowledged));
    }
}

fn algorithm() -> impl Strategy<Value = Algorithm> {
    prop_oneof![Just(Algorithm::Reno), Just(Algorithm::Cubic), Just(Algorithm::Bbr)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn agrees_with_the_model(ops in ops(), algorithm in algorithm(), alone in any::<bool>()) {
        let model = Model {
            packets: BTreeMap::new(),
            used: BTreeSet::new(),
            received: BTreeSet::new(),
            rtt: Rtt::new(ms(333)),
            largest_acked: None,
            epoch: 0,
            pto_count: 0,
            last_ack_eliciting: Timestamp::NEVER,
            loss_time: Timestamp::NEVER,
        };
        let mut pair = Pair { fixture: Fixture::new(algorithm), model, now: at(1) };
        if alone {
            let records = pair.fixture.recovery.discard_space(Space::Handshake);
            assert!(records.is_empty());
        }
        for op in &ops {
            pair.apply(op);
            pair.check();
        }
        let records = pair.fixture.recovery.discard_space(Application);
        pair.fixture.recovery.free_records(records);
        assert_eq!(pair.fixture.recovery.bytes_in_flight(), 0);
        assert_eq!(pair.fixture.recovery.records.len(), 0);
    }
}
