//! `IdMap` against `HashMap`.

extern crate std;

use std::collections::HashMap;
use std::vec::Vec;

use proptest::prelude::*;

use super::super::testing::TestHeap;
use super::super::{IdMap, NoMem};
use super::attempt;

#[derive(Clone, Debug)]
enum Operation {
    Insert(u64, u32),
    Get(u64),
    Remove(u64),
    Reserve(usize),
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
        1 => Just(Operation::ReleaseIfEmpty),
    ]
}

/// Maps an id that has no index yet.
fn insert(map: &mut IdMap, id: u64, index: u32) -> Result<(), NoMem> {
    map.try_reserve(1)?;
    assert!(map.insert_new_reserved(id, index));
    Ok(())
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
                    if model.contains_key(&id) {
                        continue;
                    }
                    attempt(&heap, &mut map, fails, |map| insert(map, id, index), unchanged);
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
                    let fresh = (0..u64::MAX).filter(|ordinal| !model.contains_key(ordinal)).take(count);
                    for id in fresh.collect::<Vec<_>>() {
                        prop_assert!(map.insert_new_reserved(id, 7));
                        model.insert(id, 7);
                    }
                    prop_assert_eq!(heap.calls(), calls);
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
        insert(&mut map, ordinal * 4, ordinal as u32).unwrap();
    }
    let calls = heap.calls();
    for ordinal in 100..20_000u64 {
        map.remove((ordinal - 100) * 4);
        insert(&mut map, ordinal * 4, ordinal as u32).unwrap();
    }
    assert!(heap.calls() - calls <= 1);
}
