//! `Ring` against `VecDeque`.

extern crate std;

use std::collections::VecDeque;
use std::rc::Rc;
use std::vec::Vec;

use proptest::prelude::*;

use super::super::Ring;
use super::super::testing::TestHeap;
use super::{Counted, attempt};

#[derive(Clone, Debug)]
enum Operation {
    PushBack(u32),
    PopFront,
    RemoveFront(usize),
    Change(usize, u32),
    Reserve(usize),
    Clear,
    ReleaseIfEmpty,
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        6 => any::<u32>().prop_map(Operation::PushBack),
        4 => Just(Operation::PopFront),
        1 => (0..10usize).prop_map(Operation::RemoveFront),
        2 => (0..40usize, any::<u32>()).prop_map(|(index, value)| Operation::Change(index, value)),
        1 => (0..20usize).prop_map(Operation::Reserve),
        1 => Just(Operation::Clear),
        1 => Just(Operation::ReleaseIfEmpty),
    ]
}

fn values(ring: &Ring<Counted>) -> VecDeque<u32> {
    ring.iter().map(|counted| counted.value).collect()
}

proptest! {
    #[test]
    fn behaves_as_a_queue(operations in prop::collection::vec((operation(), any::<bool>()), 0..160)) {
        let heap = TestHeap::wandering();
        let alive = Rc::default();
        let mut ring = Ring::new(heap.mem());
        let mut model = VecDeque::new();
        for (operation, fails) in operations {
            let unchanged = |ring: &Ring<Counted>| assert_eq!(values(ring), model);
            match operation {
                Operation::PushBack(value) => {
                    let push = |ring: &mut Ring<_>| ring.try_push_back(Counted::new(value, &alive));
                    attempt(&heap, &mut ring, fails, push, unchanged);
                    model.push_back(value);
                }
                Operation::PopFront => {
                    prop_assert_eq!(ring.pop_front().map(|counted| counted.value), model.pop_front());
                }
                Operation::RemoveFront(count) => {
                    ring.remove_front(count);
                    model.drain(..count.min(model.len()));
                }
                Operation::Change(index, value) => {
                    let changed = ring.get_mut(index).map(|counted| counted.value = value);
                    prop_assert_eq!(changed, model.get_mut(index).map(|element| *element = value));
                }
                Operation::Reserve(count) => {
                    attempt(&heap, &mut ring, fails, |ring| ring.try_reserve(count), unchanged);
                    let calls = heap.calls();
                    for value in 0..count as u32 {
                        prop_assert!(ring.push_back_reserved(Counted::new(value, &alive)));
                        model.push_back(value);
                    }
                    prop_assert_eq!(heap.calls(), calls);
                }
                Operation::Clear => {
                    ring.clear();
                    model.clear();
                }
                Operation::ReleaseIfEmpty => {
                    ring.release_if_empty();
                    prop_assert!(!model.is_empty() || heap.live() == 0);
                }
            }
            prop_assert_eq!(values(&ring), model.clone());
            prop_assert_eq!(alive.get(), model.len());
            prop_assert_eq!(ring.front().map(|counted| counted.value), model.front().copied());
            prop_assert_eq!(ring.back().map(|counted| counted.value), model.back().copied());
            prop_assert_eq!(ring.iter().len(), model.len());
            let reversed: Vec<_> = ring.iter().rev().map(|counted| counted.value).collect();
            prop_assert_eq!(reversed, model.iter().rev().copied().collect::<Vec<_>>());
            for index in 0..model.len() + 2 {
                prop_assert_eq!(ring.get(index).map(|counted| counted.value), model.get(index).copied());
            }
        }
        drop(ring);
        prop_assert_eq!(alive.get(), 0);
        prop_assert_eq!(heap.live(), 0);
    }
}

/// The ring of sent packets turns for the whole life of a connection.
#[test]
fn turning_takes_no_memory() {
    let heap = TestHeap::new();
    let mut ring = Ring::new(heap.mem());
    ring.try_reserve(20).unwrap();
    let calls = heap.calls();
    for value in 0..10_000u64 {
        ring.try_push_back(value).unwrap();
        if ring.len() == 20 {
            ring.remove_front(7);
        }
    }
    assert_eq!(heap.calls(), calls);
}
