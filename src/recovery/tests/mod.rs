//! Tests of loss recovery: a fixture with short names for what every test does, and the tests by topic.

extern crate std;

mod acknowledgement;
mod bbr;
mod delivery_rate;
mod link;
mod loss;
mod memory;
mod model;
mod received;
mod shared_link;
mod timers;

use std::boxed::Box;
use std::vec::Vec;

use super::*;
use crate::error::Error;
use crate::mem::testing::TestHeap;

pub(super) const CONFIRMED: TimerContext = TimerContext {
    handshake_confirmed: true,
    peer_completed_address_validation: true,
    at_anti_amplification_limit: false,
    has_handshake_keys: true,
    max_ack_delay: Duration::from_millis(25),
};

pub(super) const fn at(milliseconds: u64) -> Timestamp {
    Timestamp(milliseconds * 1_000_000)
}

pub(super) const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

pub(super) const fn settings(algorithm: Algorithm) -> RecoverySettings {
    RecoverySettings {
        algorithm,
        initial_rtt: ms(333),
        max_datagram_size: 1200,
        first_number: PacketNumber(0),
    }
}

/// A `Recovery` and the memory under it.
pub(super) struct Fixture {
    pub(super) recovery: Box<Recovery>,
    pub(super) heap: TestHeap,
}

impl Fixture {
    pub(super) fn new(algorithm: Algorithm) -> Self {
        let heap = TestHeap::new();
        let recovery = Box::new(Recovery::new(
            heap.memory(),
            &settings(algorithm),
            RateControl::try_new(heap.mem(), &settings(algorithm)).unwrap(),
        ));
        Self { recovery, heap }
    }

    /// An ack-eliciting packet whose record names its number; returns the number.
    pub(super) fn send(&mut self, space: Space, size: u16, now: Timestamp) -> u64 {
        let number = self.recovery.next_number(space).0;
        self.send_with(space, size, now, SentFlags::NONE, &[Carried::Crypto { offset: number, len: 1 }])
    }

    pub(super) fn send_with(
        &mut self,
        space: Space,
        size: u16,
        now: Timestamp,
        more: SentFlags,
        carried: &[Carried],
    ) -> u64 {
        self.recovery.reserve_packet(space, false).unwrap();
        let mut records = RecordList::EMPTY;
        for &carried in carried {
            self.recovery.try_reserve_record().unwrap();
            self.recovery.push_record(&mut records, carried);
        }
        let number = self.recovery.next_number(space);
        self.recovery.on_packet_sent(
            space,
            SentPacket {
                number,
                time_sent: now,
                largest_acknowledged: NO_NUMBER,
                records,
                size,
                path_epoch: self.recovery.path_epoch(),
                flags: SentFlags::ACK_ELICITING.with(SentFlags::IN_FLIGHT).with(more),
            },
        );
        number.0
    }

    pub(super) fn send_ack_only(&mut self, space: Space, now: Timestamp) -> u64 {
        let number = self.recovery.next_number(space);
        self.recovery.on_packet_sent(
            space,
            SentPacket {
                number,
                time_sent: now,
                largest_acknowledged: NO_NUMBER,
                records: RecordList::EMPTY,
                size: 40,
                path_epoch: self.recovery.path_epoch(),
                flags: SentFlags::NONE,
            },
        );
        number.0
    }

    pub(super) fn ack(&mut self, space: Space, ranges: &[(u64, u64)], now: Timestamp) -> AckOutcome {
        self.try_ack(space, ranges, now).unwrap()
    }

    pub(super) fn try_ack(
        &mut self,
        space: Space,
        ranges: &[(u64, u64)],
        now: Timestamp,
    ) -> Result<AckOutcome, Error> {
        let ranges =
            ranges.iter().map(|&(smallest, largest)| (PacketNumber(smallest), PacketNumber(largest)));
        let outcome = self.recovery.on_ack(space, ranges, Duration::ZERO, now, &CONFIRMED);
        self.recovery.set_loss_timer(now, &CONFIRMED);
        outcome
    }

    pub(super) fn drain(&mut self, mut list: RecordList) -> Vec<Carried> {
        core::iter::from_fn(|| self.recovery.pop_record(&mut list)).collect()
    }

    /// Empties a list of the records that [`Fixture::send`] makes.
    pub(super) fn numbers(&mut self, list: RecordList) -> Vec<u64> {
        let number = |carried| match carried {
            Carried::Crypto { offset, .. } => offset,
            other => panic!("unexpected {other:?}"),
        };
        self.drain(list).into_iter().map(number).collect()
    }
}
