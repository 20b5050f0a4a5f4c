//! `IdMap` against `HashMap`.

extern crate std;

use std::collections::HashMap;

use proptest::prelude::*;

use super::super::testing::TestHeap;
use super::super::{IdMap, Key, NoMem};
use super::attempt;

#[derive(Clone, Debug)]
enum Operation {
    Insert(u64, u32),
    Get(u64),
    Remove(u64),
    ReleaseIfEmpty,
}

fn id() -> impl Strategy<Value = u64> {
    prop_oneof![8 => (0..60u64).prop_map(|ordinal| ordinal * 4), 1 => 0..1_u64 << 62]
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        6 => (id(), 0..1000u32).prop_map(|(id, index)| Operation::Insert(id, index)),
        6 => id().prop_map(Operation::Get),
        4 => id().prop_map(Operation::Remove),
        1 => Just(Operation::ReleaseIfEmpty),
    ]
}

/// Maps an id that has no index yet.
fn insert(map: &mut IdMap, id: u64, index: u32) -> Result<(), NoMem> {
    map.try_insert_new(id, Key::of(index))
}

fn check(map: &IdMap, model: &HashMap<u64, u32>) {
    assert_eq!(map.len(), model.len());
    for (&id, &index) in model {
        assert_eq!(map.get(id), Some(Key::of(index)));
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
                Operation::Get(id) => prop_assert_eq!(map.get(id), model.get(&id).copied().map(Key::of)),
                Operation::Remove(id) => {
                    prop_assert_eq!(map.remove(id), model.remove(&id).map(Key::of));
                    prop_assert_eq!(map.get(id), None);
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

/// Streams of all kinds, numbered in a row: each has its place, however many are open.
#[test]
fn ids_in_a_row_need_no_hash() {
    let heap = TestHeap::with_skew(8);
    let mut map = IdMap::new(heap.mem(), (3, 4));
    for id in 0..4_000 {
        insert(&mut map, id, id as u32).unwrap();
        if id >= 400 {
            assert_eq!(map.remove(id - 400), Some(Key::of(id as u32 - 400)));
        }
    }
    assert_eq!((map.len(), map.strays()), (400, 0));
}

/// Ids that a peer chose to meet at one place are found all the same, and take no more memory than others.
#[test]
fn ids_that_meet_are_hashed() {
    let heap = TestHeap::with_skew(8);
    let mut map = IdMap::new(heap.mem(), (3, 4));
    for ordinal in 0..500_u64 {
        insert(&mut map, ordinal << 40, ordinal as u32).unwrap();
    }
    assert_eq!((map.len(), map.strays()), (500, 499));
    assert!((0..500_u64).all(|ordinal| map.get(ordinal << 40) == Some(Key::of(ordinal as u32))));
    assert!((0..500_u64).all(|ordinal| map.remove(ordinal << 40) == Some(Key::of(ordinal as u32))));
    assert_eq!((map.len(), map.strays()), (0, 0));
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
