//! `ReceivePart` against a map of bytes, and the rules of final sizes and credit.

extern crate std;

use std::collections::BTreeMap;
use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::super::flow_control::{MAX_OFFSET, ReceiveCredit};
use super::super::reassembly::BlockPool;
use super::super::receive::{Arrival, ReceivePart, ReceivingState, ResetArrival};
use super::data;
use crate::error::{Error, Result};
use crate::mem::testing::TestHeap;

struct Receiver {
    part: ReceivePart,
    connection: ReceiveCredit,
    pool: BlockPool,
}

impl Receiver {
    fn new(heap: &TestHeap, window: u64, connection: u64) -> Self {
        Self {
            part: ReceivePart::new(window),
            connection: ReceiveCredit::new(connection),
            pool: BlockPool::new(heap.mem()),
        }
    }

    fn receive(&mut self, offset: u64, data: &[u8], fin: bool) -> Result<Arrival> {
        self.part.receive(&mut self.connection, &mut self.pool, offset, data, fin)
    }

    fn reset(&mut self, final_size: u64) -> Result<ResetArrival> {
        self.part.on_reset(&mut self.connection, &mut self.pool, final_size)
    }

    fn stop(&mut self) -> bool {
        self.part.stop(&mut self.connection, &mut self.pool)
    }

    /// As a connection does: the bytes that are delivered for a frame, and whether they are the last.
    fn deliver(&mut self, offset: u64, data: &[u8], fin: bool) -> Result<(Vec<u8>, bool)> {
        let mut delivered = vec![];
        let mut ended = false;
        if let Arrival::InOrder { skip, fin } = self.receive(offset, data, fin)? {
            delivered.extend_from_slice(&data[skip..]);
            ended = fin;
            while let Some(block) = self.part.next_buffered(&mut self.pool)? {
                assert!(!ended, "nothing follows the end");
                ended = block.fin;
                delivered.extend_from_slice(&block);
                self.pool.give_back(block.into_bytes());
            }
        }
        Ok((delivered, ended))
    }
}

fn receiver(heap: &TestHeap) -> Receiver {
    Receiver::new(heap, 1 << 20, 1 << 20)
}

#[test]
fn in_order_data_passes_without_memory() {
    let heap = TestHeap::new();
    heap.fail_all(true);
    let mut receiver = receiver(&heap);
    for packet in 0..50 {
        let arrival = receiver.receive(packet * 1000, data(packet * 1000, 1000), false);
        assert_eq!(arrival, Ok(Arrival::InOrder { skip: 0, fin: false }));
    }
    assert_eq!(receiver.receive(50_000, &[], true), Ok(Arrival::InOrder { skip: 0, fin: true }));
    assert_eq!(receiver.part.state(), ReceivingState::DataRead);
    assert_eq!(heap.calls(), 0);
}

#[test]
fn repeated_data_is_skipped() {
    let heap = TestHeap::new();
    let mut receiver = receiver(&heap);
    assert_eq!(receiver.receive(0, data(0, 10), false), Ok(Arrival::InOrder { skip: 0, fin: false }));
    assert_eq!(receiver.receive(0, data(0, 10), false), Ok(Arrival::Repeated));
    assert_eq!(receiver.receive(5, data(5, 10), false), Ok(Arrival::InOrder { skip: 5, fin: false }));
    assert_eq!(receiver.receive(3, data(3, 12), true), Ok(Arrival::InOrder { skip: 12, fin: true }));
    assert_eq!(receiver.receive(3, data(3, 12), true), Ok(Arrival::Repeated));
    assert_eq!(receiver.connection.received(), 15);
}

#[test]
fn the_end_comes_with_the_last_byte() {
    let heap = TestHeap::new();
    let mut receiver = receiver(&heap);
    assert_eq!(receiver.receive(10, data(10, 10), true), Ok(Arrival::OutOfOrder));
    assert_eq!(receiver.part.state(), ReceivingState::SizeKnown);
    assert!(!receiver.part.needs_credit());
    assert_eq!(receiver.deliver(0, data(0, 10), false), Ok((data(0, 20).to_vec(), true)));
    assert!(receiver.part.is_closed());
    assert_eq!(heap.live(), 0);

    let mut receiver = Receiver::new(&heap, 100, 100);
    assert_eq!(receiver.receive(20, &[], true), Ok(Arrival::OutOfOrder));
    assert_eq!(receiver.deliver(0, data(0, 20), false), Ok((data(0, 20).to_vec(), true)));

    let mut receiver = Receiver::new(&heap, 100, 100);
    assert_eq!(receiver.deliver(0, &[], true), Ok((vec![], true)), "an empty stream");
}

#[test]
fn final_sizes_do_not_change() {
    let heap = TestHeap::new();
    let mut receiver = receiver(&heap);
    receiver.receive(0, data(0, 10), false).unwrap();
    receiver.receive(30, data(30, 10), false).unwrap();
    assert_eq!(receiver.receive(0, data(0, 20), true), Err(Error::FinalSize), "below what was received");
    assert_eq!(receiver.reset(39), Err(Error::FinalSize));
    assert_eq!(receiver.receive(50, &[], true), Ok(Arrival::OutOfOrder));
    assert_eq!(receiver.receive(45, data(45, 6), false), Err(Error::FinalSize), "beyond the end");
    assert_eq!(receiver.receive(45, data(45, 4), true), Err(Error::FinalSize), "another end");
    assert_eq!(receiver.reset(51), Err(Error::FinalSize));
    assert_eq!(receiver.part.state(), ReceivingState::SizeKnown);
    assert_eq!(receiver.reset(50), Ok(ResetArrival::Reset));
    assert_eq!(receiver.receive(50, &[], true), Ok(Arrival::Repeated));
    assert_eq!(receiver.receive(50, &[0], false), Err(Error::FinalSize));
}

#[test]
fn limits_hold_for_the_stream_and_for_the_connection() {
    let heap = TestHeap::new();
    let mut receiver = Receiver::new(&heap, 10, 100);
    assert_eq!(receiver.receive(5, data(0, 6), false), Err(Error::FlowControl));
    assert_eq!(receiver.reset(11), Err(Error::FlowControl));
    assert_eq!(receiver.receive(MAX_OFFSET, &[0], false), Err(Error::FlowControl));
    assert_eq!(receiver.receive(u64::MAX, &[0], false), Err(Error::FlowControl));
    assert_eq!((receiver.part.credit().received(), receiver.connection.received()), (0, 0));

    let mut receiver = Receiver::new(&heap, 100, 10);
    assert_eq!(receiver.receive(0, data(0, 11), false), Err(Error::FlowControl));
    assert_eq!(receiver.receive(9, data(0, 1), false), Ok(Arrival::OutOfOrder));
    assert_eq!(receiver.receive(9, data(0, 1), false), Ok(Arrival::Repeated), "counted once");
    assert_eq!(receiver.connection.received(), 10);
    assert_eq!(receiver.reset(11), Err(Error::FlowControl));
}

#[test]
fn a_reset_gives_back_what_was_not_delivered() {
    let heap = TestHeap::new();
    let mut receiver = Receiver::new(&heap, 100, 100);
    receiver.receive(0, data(0, 10), false).unwrap();
    receiver.receive(20, data(20, 10), false).unwrap();
    assert_eq!(receiver.reset(50), Ok(ResetArrival::Reset));
    assert_eq!(receiver.connection.received(), 50);
    assert_eq!(receiver.connection.granted(), 140, "40 of 50 were not delivered");
    assert_eq!(receiver.part.state(), ReceivingState::ResetRead);
    assert_eq!(receiver.reset(50), Ok(ResetArrival::Ignored));
    assert_eq!(receiver.connection.granted(), 140, "once");
    assert_eq!(receiver.receive(10, data(10, 10), false), Ok(Arrival::Repeated));
    assert_eq!(heap.live(), 0);
}

#[test]
fn data_after_the_end_of_reading_is_consumed_at_once() {
    let heap = TestHeap::new();
    let mut receiver = Receiver::new(&heap, 100, 100);
    receiver.receive(0, data(0, 10), false).unwrap();
    receiver.receive(20, data(20, 10), false).unwrap();
    assert!(receiver.stop());
    assert!(!receiver.stop(), "once");
    assert!(!receiver.part.needs_credit());
    assert_eq!(receiver.connection.granted(), 120, "30 received, 10 delivered");
    assert_eq!(heap.live(), 0);
    assert_eq!(receiver.receive(10, data(10, 10), false), Ok(Arrival::Repeated));
    assert_eq!(receiver.receive(40, data(40, 5), false), Ok(Arrival::Discarded));
    assert_eq!(receiver.connection.granted(), 135);
    assert!(!receiver.part.is_closed());
    assert_eq!(receiver.receive(45, data(45, 5), true), Ok(Arrival::Discarded));
    assert!(receiver.part.is_closed(), "nothing else can come that counts");
    assert_eq!(receiver.connection.granted(), 140);
    assert_eq!(receiver.connection.received(), 50);
}

#[test]
fn a_reset_after_the_end_of_reading_is_told() {
    let heap = TestHeap::new();
    let mut receiver = Receiver::new(&heap, 100, 100);
    receiver.receive(20, data(20, 10), false).unwrap();
    receiver.stop();
    assert_eq!(receiver.reset(60), Ok(ResetArrival::Reset));
    assert_eq!(receiver.connection.granted(), 160);
    assert!(receiver.part.is_closed());
}

#[test]
fn reading_ends_by_itself_once_everything_is_there() {
    let heap = TestHeap::new();
    let mut receiver = receiver(&heap);
    receiver.receive(0, data(0, 10), true).unwrap();
    assert!(!receiver.stop());
}

#[test]
fn reading_may_end_in_the_middle_of_the_last_delivery() {
    let heap = TestHeap::new();
    let mut receiver = receiver(&heap);
    receiver.receive(10, data(10, 20_000), true).unwrap();
    assert_eq!(receiver.receive(0, data(0, 10), false), Ok(Arrival::InOrder { skip: 0, fin: false }));
    assert!(!receiver.stop(), "the peer has nothing left to send");
    assert!(receiver.part.is_closed() && receiver.part.next_buffered(&mut receiver.pool).unwrap().is_none());
    assert_eq!(receiver.connection.granted(), (1 << 20) + 20_000);

    let mut receiver = self::receiver(&heap);
    receiver.receive(10, data(10, 10), false).unwrap();
    receiver.receive(30, data(30, 10), true).unwrap();
    receiver.receive(0, data(0, 10), false).unwrap();
    assert!(receiver.stop(), "a hole is left");
    assert!(!receiver.part.is_closed());
    assert_eq!(receiver.receive(20, data(20, 10), false), Ok(Arrival::Repeated));
    assert!(receiver.part.is_closed());
}

#[test]
fn a_failed_allocation_changes_nothing() {
    for nth in 1..=5 {
        let heap = TestHeap::new();
        let mut receiver = Receiver::new(&heap, 100_000, 100_000);
        heap.fail_nth(nth);
        let outcome = receiver.receive(1, data(1, 9000), true);
        heap.fail_nth(0);
        if outcome == Err(Error::NoMem) {
            assert_eq!((receiver.part.credit().received(), receiver.connection.received()), (0, 0));
            assert_eq!(receiver.part.state(), ReceivingState::Receive);
            assert_eq!(receiver.receive(1, data(1, 9000), true), Ok(Arrival::OutOfOrder));
        }
        assert_eq!(receiver.deliver(0, data(0, 1), false), Ok((data(0, 9001).to_vec(), true)));
    }
}

#[derive(Clone, Debug)]
struct Frame {
    offset: u64,
    len: u64,
    fin: bool,
}

/// Frames of a stream that ends at `size`: any splits, overlaps and repetitions.
fn frames(size: u64) -> impl Strategy<Value = Vec<Frame>> {
    let frame = (0..=size, prop_oneof![0..3u64, 0..1500u64, 0..9000u64]).prop_map(move |(offset, len)| {
        let len = len.min(size - offset);
        Frame { offset, len, fin: offset + len == size && len % 3 != 1 }
    });
    prop::collection::vec(frame, 0..80)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn delivers_each_byte_once_in_order(
        (size, frames) in (0..30_000u64).prop_flat_map(|size| (Just(size), frames(size))),
        stop_at in prop::option::of(0..60usize),
    ) {
        let heap = TestHeap::new();
        let mut receiver = receiver(&heap);
        let mut buffered: BTreeMap<u64, u8> = BTreeMap::new();
        let (mut at, mut highest, mut fin_seen, mut ended) = (0, 0, false, false);
        let mut stopped_with = None;
        for (index, frame) in frames.iter().enumerate() {
            if stop_at == Some(index) && receiver.stop() {
                stopped_with = Some(at);
            }
            let end = frame.offset + frame.len;
            let bytes: Vec<u8> = (frame.offset..end).map(|at| (at as u8) ^ (index as u8)).collect();
            let outcome = receiver.deliver(frame.offset, &bytes, frame.fin);
            highest = highest.max(end);
            fin_seen |= frame.fin;
            prop_assert_eq!(receiver.connection.received(), highest);
            if let Some(delivered) = stopped_with {
                prop_assert_eq!(outcome, Ok((vec![], false)));
                prop_assert_eq!(receiver.connection.granted() - (1 << 20), highest - delivered);
                prop_assert!(!receiver.part.is_closed() || fin_seen);
                continue;
            }
            let mut expected = vec![];
            if frame.offset <= at && end > at {
                expected.extend_from_slice(&bytes[(at - frame.offset) as usize..]);
                expected.extend((end..).map_while(|at| buffered.get(&at).copied()));
            } else if frame.offset > at {
                buffered.extend((frame.offset..).zip(bytes));
            }
            at += expected.len() as u64;
            let ends = fin_seen && at == size && !ended;
            ended |= ends;
            prop_assert_eq!(outcome, Ok((expected, ends)));
            prop_assert_eq!(receiver.part.is_closed(), ended);
        }
        drop(receiver);
        prop_assert_eq!(heap.live(), 0);
    }
}
