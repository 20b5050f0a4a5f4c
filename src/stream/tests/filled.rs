//! `Filled` against an array of booleans.

extern crate std;

use std::vec::Vec;

use proptest::prelude::*;

use super::super::filled::{BLOCK_SIZE, Filled};
use crate::mem::testing::TestHeap;

fn check(filled: &Filled, model: &[bool; BLOCK_SIZE]) {
    let (mut run_end, mut any) = (None, false);
    assert!(!filled.any_from(BLOCK_SIZE));
    for at in (0..BLOCK_SIZE).rev() {
        run_end = model[at].then(|| run_end.unwrap_or(at + 1));
        any |= model[at];
        assert_eq!(filled.run_end(at), run_end, "run at {at}");
        assert_eq!(filled.any_from(at), any, "any from {at}");
    }
}

fn play(ranges: &[(usize, usize)]) {
    let heap = TestHeap::new();
    let mut filled = Filled::new();
    let mut model = [false; BLOCK_SIZE];
    for &(start, end) in ranges {
        filled.try_reserve(heap.mem()).unwrap();
        filled.insert(start, end);
        model[start..end].fill(true);
    }
    check(&filled, &model);
}

proptest! {
    #[test]
    fn is_an_array_of_booleans(ranges in prop::collection::vec((0..BLOCK_SIZE, 1..BLOCK_SIZE), 0..12), narrow in any::<bool>()) {
        let longest = if narrow { 200 } else { BLOCK_SIZE };
        let ranges: Vec<_> = ranges.iter().map(|&(start, len)| (start, (start + 1 + len % longest).min(BLOCK_SIZE))).collect();
        play(&ranges);
    }
}

#[test]
fn holes_of_one_byte_cost_one_bitmap() {
    let heap = TestHeap::new();
    let mut filled = Filled::new();
    let mut model = [false; BLOCK_SIZE];
    for at in (0..BLOCK_SIZE).step_by(2) {
        filled.try_reserve(heap.mem()).unwrap();
        filled.insert(at, at + 1);
        model[at] = true;
    }
    assert_eq!(heap.live(), 1);
    check(&filled, &model);
}

#[test]
fn without_memory_for_the_bitmap_nothing_changes() {
    let heap = TestHeap::new();
    let mut filled = Filled::new();
    let mut model = [false; BLOCK_SIZE];
    heap.fail_all(true);
    let mut at = 0;
    while filled.try_reserve(heap.mem()).is_ok() {
        filled.insert(at, at + 1);
        model[at] = true;
        at += 2;
    }
    check(&filled, &model);
    heap.fail_all(false);
    filled.try_reserve(heap.mem()).unwrap();
    check(&filled, &model);
}
