//! `Reassembly` against a map of bytes, and its bounds under attack.

extern crate std;

use std::collections::BTreeMap;
use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::super::filled::BLOCK_SIZE;
use super::super::reassembly::{BlockPool, Reassembly};
use super::data;
use crate::mem::testing::TestHeap;

struct Buffer<'a> {
    heap: &'a TestHeap,
    pool: BlockPool,
    reassembly: Reassembly,
    delivered: u64,
}

impl<'a> Buffer<'a> {
    fn new(heap: &'a TestHeap) -> Self {
        Self { heap, pool: BlockPool::new(heap.mem()), reassembly: Reassembly::new(heap.mem()), delivered: 0 }
    }

    fn insert(&mut self, offset: u64, data: &[u8]) {
        self.reassembly.insert(&mut self.pool, self.delivered, offset, data).unwrap();
    }

    /// Everything whose turn it is.
    fn drain(&mut self) -> Vec<u8> {
        let mut drained = vec![];
        while let Some(block) = self.reassembly.take_next(&mut self.pool, self.delivered).unwrap() {
            assert_eq!(block.offset, self.delivered);
            assert!(!block.is_empty());
            self.delivered += block.len() as u64;
            drained.extend_from_slice(&block);
            self.pool.give_back(block.into_bytes());
        }
        drained
    }
}

#[derive(Clone, Debug)]
enum Event {
    /// Data of one frame, with bytes of its own.
    Insert {
        offset: u64,
        len: usize,
    },
    /// In-order data of this length passed by.
    Skip(u64),
    Drain,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0..20_000u64, 0..3000usize).prop_map(|(offset, len)| Event::Insert { offset, len }),
        2 => (0..20_000u64, 0..3usize).prop_map(|(offset, len)| Event::Insert { offset, len }),
        1 => (0..20_000u64, 0..12_000usize).prop_map(|(offset, len)| Event::Insert { offset, len }),
        1 => (0..3000u64).prop_map(Event::Skip),
        2 => Just(Event::Drain),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn is_a_map_of_bytes(events in prop::collection::vec(event(), 0..60)) {
        let heap = TestHeap::new();
        let mut buffer = Buffer::new(&heap);
        let mut model: BTreeMap<u64, u8> = BTreeMap::new();
        for (seed, event) in events.iter().enumerate() {
            match *event {
                Event::Insert { offset, len } => {
                    let offset = offset + buffer.delivered + 1;
                    let bytes: Vec<u8> = (0..len).map(|index| (index * 7 + seed * 31) as u8).collect();
                    buffer.insert(offset, &bytes);
                    model.extend((offset..).zip(bytes));
                }
                Event::Skip(len) => buffer.delivered += len,
                Event::Drain => {
                    let start = buffer.delivered;
                    let drained = buffer.drain();
                    let expected: Vec<u8> = (start..).map_while(|at| model.get(&at).copied()).collect();
                    prop_assert_eq!(drained, expected);
                }
            }
            let start = buffer.delivered;
            let present = (start..).take_while(|at| model.contains_key(at)).take(20_000).count() as u64;
            prop_assert!(buffer.reassembly.covers(start, start + present));
            prop_assert_eq!(buffer.reassembly.covers(start, start + present + 1), present == 20_000);
        }
        buffer.reassembly.clear(&mut buffer.pool);
        prop_assert!(buffer.reassembly.is_empty());
        drop(buffer);
        prop_assert_eq!(heap.live(), 0);
    }
}

#[test]
fn bulk_data_behind_a_hole_costs_little_more_than_itself() {
    let heap = TestHeap::new();
    let mut buffer = Buffer::new(&heap);
    let frame = [7; 1200];
    let count = 2000;
    for packet in 1..=count {
        buffer.insert(packet * 1200, &frame);
    }
    let held = heap.account().bytes.get() as f64;
    let overhead = held / (count * 1200) as f64;
    assert!(overhead < 1.05, "{overhead}");
    buffer.insert(0, &frame);
    assert_eq!(buffer.drain().len() as u64, (count + 1) * 1200);
}

#[test]
fn one_byte_in_two_is_held_within_an_eighth_more_than_the_span() {
    let heap = TestHeap::new();
    let mut buffer = Buffer::new(&heap);
    let span = 1u64 << 17;
    for offset in (1..span).step_by(2) {
        buffer.insert(offset, &[offset as u8]);
    }
    let held = buffer.heap.account().bytes.get() as f64;
    assert!(held / (span as f64) < 1.2, "{held}");
    for offset in (0..span).step_by(2) {
        assert_eq!(buffer.delivered, offset);
        buffer.delivered += 1;
        assert_eq!(buffer.drain(), [(offset + 1) as u8]);
    }
    assert!(buffer.reassembly.is_empty());
}

#[test]
fn a_byte_in_each_of_many_streams_costs_a_small_block_each() {
    let heap = TestHeap::new();
    let mut buffers: Vec<Buffer<'_>> = (0..100).map(|_| Buffer::new(&heap)).collect();
    for buffer in &mut buffers {
        buffer.insert(1, &[1]);
    }
    let each = heap.account().bytes.get() / buffers.len();
    assert!(each < 600, "{each}");
}

#[test]
fn blocks_are_at_most_twice_the_span() {
    for len in [1, 63, 64, 100, 1000, 2500, 4000, 4097, 9000] {
        let heap = TestHeap::new();
        let mut buffer = Buffer::new(&heap);
        for offset in 1..len {
            buffer.insert(offset, &[0]);
        }
        let held = heap.account().bytes.get() as u64;
        assert!(held <= 2 * len + 700 + len / 8, "{held} for {len}");
    }
}

#[test]
fn steady_loss_reuses_blocks() {
    let heap = TestHeap::new();
    let mut buffer = Buffer::new(&heap);
    let turn = |buffer: &mut Buffer<'_>| {
        let start = buffer.delivered;
        for packet in 1..4 {
            buffer.insert(start + packet * 1200, &[packet as u8; 1200]);
        }
        buffer.insert(start, &[0; 1200]);
        assert_eq!(buffer.drain().len(), 4800);
    };
    for _ in 0..10 {
        turn(&mut buffer);
    }
    let calls = heap.calls();
    for _ in 0..100 {
        turn(&mut buffer);
    }
    assert!(heap.calls() - calls < 50, "{}", heap.calls() - calls);
}

#[test]
fn frames_of_any_length_span_blocks() {
    let heap = TestHeap::new();
    let mut buffer = Buffer::new(&heap);
    buffer.insert(5, data(5, 60_000));
    buffer.insert(0, data(0, 5));
    assert_eq!(buffer.drain(), data(0, 60_005));
}

#[test]
fn offsets_at_the_end_of_the_range_are_ordinary() {
    let heap = TestHeap::new();
    let mut buffer = Buffer::new(&heap);
    buffer.delivered = (1 << 62) - 10_001;
    let start = buffer.delivered + 1;
    buffer.insert(start, data(0, 10_000));
    buffer.delivered += 1;
    assert_eq!(buffer.drain(), data(0, 10_000));
}

#[test]
fn each_failed_allocation_loses_nothing() {
    for nth in 1.. {
        let heap = TestHeap::new();
        let mut buffer = Buffer::new(&heap);
        for at in (10..9000).step_by(20) {
            buffer.insert(at, data(at, 7));
        }
        heap.fail_nth(nth);
        let inserted = buffer.reassembly.insert(&mut buffer.pool, 0, 8999, data(8999, 9000)).is_ok();
        let done = inserted && {
            heap.fail_nth(nth);
            buffer.delivered = 10;
            buffer
                .reassembly
                .take_next(&mut buffer.pool, 10)
                .is_ok_and(|block| block.is_some_and(|block| *block == *data(10, 7)))
        };
        heap.fail_nth(0);
        buffer.delivered = 0;
        buffer.insert(0, data(0, 9000));
        buffer.insert(8999, data(8999, 9000));
        assert_eq!(buffer.drain(), data(0, 17_999));
        if done && nth > 8 {
            break;
        }
    }
}

const _: () = assert!(BLOCK_SIZE.is_power_of_two());
