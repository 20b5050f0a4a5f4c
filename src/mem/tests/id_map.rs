//! `IdMap` against `HashMap`.

extern crate std;

use std::collections::HashMap;

use proptest::prelude::*;

use super::super::IdMap;
use super::super::testing::TestHeap;
use super::attempt;

#[derive(Clone, Debug)]
enum Operation {
    Insert(u64, u32),
    Get(u64),
    Remove(u64),
    Reserve(usize),
    Clear,
    ReleaseIfEmpty,
}

fn id() -> impl Strategy<Value = u64> {
    prop_oneof![8 => (0..60u64).prop_map(|ordinal| ordinal * 4), 1 => any::<u64>(), 1 => Just(u64::MAX)]
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        6 => (id(), 0..1000u32).prop_map(|(id, index)| Operation::Insert(id, index)),
        6 => id().prop_map(Operation::Get),
        4 => id().prop_map(Operation::Remove),
        1 => (0..40usize).prop_map(Operation::Reserve),
        1 => Just(Operation::Clear),
        1 => Just(Operation::ReleaseIfEmpty),
    ]
}

fn check(map: &IdMap, model: &HashMap<u64, u32>) {
    assert_eq!(map.len(), model.len());
    for (&id, &index) in model {
        assert_eq!(map.get(id), Some(index));
    }
}

proptest! {
    #[test]
    fn behaves_as_a_map(
        operations in prop::collection::vec((operation(), any::<bool>()), 0..200),
        key in any::<(u64, u64)>(),
    ) {
        let heap = TestHeap::wandering();
        let mut map = IdMap::new(heap.mem(), key);
        let mut model = HashMap::new();
        for (operation, fails) in operations {
            let unchanged = |map: &IdMap| check(map, &model);
            match operation {
                Operation::Insert(id, index) => {
                    attempt(&heap, &mut map, fails, |map| map.try_insert(id, index), unchanged);
                    model.insert(id, index);
                }
                Operation::Get(id) => prop_assert_eq!(map.get(id), model.get(&id).copied()),
                Operation::Remove(id) => {
                    prop_assert_eq!(map.remove(id), model.remove(&id));
                    prop_assert_eq!(map.get(id), None);
                }
                Operation::Reserve(count) => {
                    attempt(&heap, &mut map, fails, |map| map.try_reserve(count), unchanged);
                    let calls = heap.calls();
                    for ordinal in 0..count as u64 {
                        prop_assert!(map.insert_reserved(ordinal, 7));
                        model.insert(ordinal, 7);
                    }
                    prop_assert_eq!(heap.calls(), calls);
                }
                Operation::Clear => {
                    map.clear();
                    model.clear();
                }
                Operation::ReleaseIfEmpty => {
                    map.release_if_empty();
                    prop_assert!(!model.is_empty() || heap.live() == 0);
                }
            }
            check(&map, &model);
        }
        drop(map);
        prop_assert_eq!(heap.live(), 0);
    }
}

/// Streams come and go: the table's tombstones must not make it grow.
#[test]
fn a_stream_at_a_time_takes_no_memory() {
    let heap = TestHeap::with_skew(8);
    let mut map = IdMap::new(heap.mem(), (3, 4));
    for ordinal in 0..100 {
        map.try_insert(ordinal * 4, ordinal as u32).unwrap();
    }
    let calls = heap.calls();
    for ordinal in 100..20_000u64 {
        map.remove((ordinal - 100) * 4);
        map.try_insert(ordinal * 4, ordinal as u32).unwrap();
    }
    assert!(heap.calls() - calls <= 1);
}
