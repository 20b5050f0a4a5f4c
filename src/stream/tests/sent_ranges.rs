//! `SentRanges` against a state for each byte.

extern crate std;

use std::vec;

use proptest::prelude::*;

use super::super::sent_ranges::SentRanges;
use crate::mem::testing::TestHeap;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Byte {
    InFlight,
    Lost,
    Acked,
}

const LEN: u64 = 120;

#[derive(Clone, Debug)]
enum Event {
    Acked(u64, u64),
    Lost(u64, u64),
    Resend(u64),
}

fn event() -> impl Strategy<Value = Event> {
    let range = (0..LEN, 0..30u64).prop_map(|(start, len)| (start, len.min(LEN - start)));
    prop_oneof![
        range.clone().prop_map(|(start, len)| Event::Acked(start, len)),
        range.prop_map(|(start, len)| Event::Lost(start, len)),
        (1..20u64).prop_map(Event::Resend),
    ]
}

proptest! {
    #[test]
    fn is_a_state_for_each_byte(events in prop::collection::vec(event(), 0..80)) {
        let heap = TestHeap::new();
        let mut ranges = SentRanges::new(heap.mem());
        let mut model = vec![Byte::InFlight; LEN as usize];
        for event in events {
            match event {
                Event::Acked(start, len) => {
                    let before = model.iter().take_while(|byte| **byte == Byte::Acked).count();
                    model[start as usize..(start + len) as usize].fill(Byte::Acked);
                    let after = model.iter().take_while(|byte| **byte == Byte::Acked).count();
                    prop_assert_eq!(ranges.on_acked(start, len), Ok((after - before) as u64));
                }
                Event::Lost(start, len) => {
                    for byte in &mut model[start as usize..(start + len) as usize] {
                        if *byte == Byte::InFlight {
                            *byte = Byte::Lost;
                        }
                    }
                    ranges.on_lost(start, len).unwrap();
                }
                Event::Resend(max) => {
                    if let Some((start, end)) = ranges.first_lost() {
                        let len = max.min(end - start);
                        ranges.on_resent(start, len).unwrap();
                        model[start as usize..(start + len) as usize].fill(Byte::InFlight);
                    }
                }
            }
            let acked_to = model.iter().take_while(|byte| **byte == Byte::Acked).count();
            prop_assert_eq!(ranges.acked_to(), acked_to as u64);
            let lost = model.iter().position(|byte| *byte == Byte::Lost);
            let first = lost.map(|at| (at as u64, (at + model[at..].iter().take_while(|byte| **byte == Byte::Lost).count()) as u64));
            prop_assert_eq!(ranges.first_lost(), first);
            prop_assert_eq!(ranges.has_lost(), first.is_some());
        }
    }
}

#[test]
fn acknowledgements_in_order_allocate_nothing() {
    let heap = TestHeap::new();
    heap.fail_all(true);
    let mut ranges = SentRanges::new(heap.mem());
    for packet in 0..1000 {
        assert_eq!(ranges.on_acked(packet * 1200, 1200), Ok(1200));
    }
    assert_eq!(heap.calls(), 0);
}

#[test]
fn a_failed_allocation_changes_nothing() {
    let heap = TestHeap::new();
    let mut ranges = SentRanges::new(heap.mem());
    heap.fail_all(true);
    assert!(ranges.on_acked(10, 10).is_err());
    assert!(ranges.on_lost(0, 10).is_err());
    heap.fail_all(false);
    assert_eq!(ranges.first_lost(), None);
    assert_eq!(ranges.on_acked(0, 10), Ok(10));
    assert_eq!(ranges.on_acked(10, 10), Ok(10));
}
