//! `Pool` against a map from keys.

extern crate std;

use std::rc::Rc;
use std::vec::Vec;

use proptest::prelude::*;

use super::super::testing::TestHeap;
use super::super::{Key, Pool};
use super::{Counted, attempt};

#[derive(Clone, Debug)]
enum Operation {
    Insert(u32),
    Remove(usize),
    Change(usize, u32),
    Reserve(u32),
    Clear,
    ReleaseIfEmpty,
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        6 => any::<u32>().prop_map(Operation::Insert),
        5 => any::<usize>().prop_map(Operation::Remove),
        2 => (any::<usize>(), any::<u32>()).prop_map(|(pick, value)| Operation::Change(pick, value)),
        1 => any::<u32>().prop_map(Operation::Reserve),
        1 => Just(Operation::Clear),
        1 => Just(Operation::ReleaseIfEmpty),
    ]
}

fn check(pool: &Pool<Counted>, live: &[(Key, u32)]) {
    assert_eq!(pool.len(), live.len());
    for &(key, value) in live {
        assert_eq!(pool.get(key).map(|counted| counted.value), Some(value));
        assert_eq!(pool.key_at(key.index()), Some(key));
    }
    let mut walked = Vec::new();
    let mut next = pool.first();
    while let Some(key) = next {
        walked.push(key);
        next = pool.next_after(key.index());
    }
    let mut expected: Vec<_> = live.iter().map(|&(key, _)| key).collect();
    expected.sort_by_key(|key| key.index());
    assert_eq!(walked, expected);
}

proptest! {
    #[test]
    fn keys_find_their_own_value_only(operations in prop::collection::vec((operation(), any::<bool>()), 0..120)) {
        let heap = TestHeap::wandering();
        let alive = Rc::default();
        let mut pool = Pool::new(heap.mem());
        let mut live: Vec<(Key, u32)> = Vec::new();
        let mut dead: Vec<Key> = std::vec![Key::NONE];
        for (operation, fails) in operations {
            let unchanged = |pool: &Pool<Counted>| check(pool, &live);
            match operation {
                Operation::Insert(value) => {
                    let insert = |pool: &mut Pool<_>| pool.try_insert(Counted::new(value, &alive));
                    let key = attempt(&heap, &mut pool, fails, insert, unchanged);
                    live.push((key, value));
                }
                Operation::Remove(pick) if !live.is_empty() => {
                    let (key, value) = live.swap_remove(pick % live.len());
                    prop_assert_eq!(pool.remove(key).map(|counted| counted.value), Some(value));
                    dead.push(key);
                }
                Operation::Change(pick, value) if !live.is_empty() => {
                    let pick = pick % live.len();
                    live[pick].1 = value;
                    pool.get_mut(live[pick].0).unwrap().value = value;
                }
                Operation::Remove(_) | Operation::Change(..) => {}
                Operation::Reserve(value) => {
                    attempt(&heap, &mut pool, fails, |pool| pool.try_reserve(), unchanged);
                    let calls = heap.calls();
                    live.push((pool.insert_reserved(|| Counted::new(value, &alive)), value));
                    prop_assert_eq!(heap.calls(), calls);
                }
                Operation::Clear => {
                    pool.clear();
                    dead.extend(live.drain(..).map(|(key, _)| key));
                }
                Operation::ReleaseIfEmpty => {
                    pool.release_if_empty();
                    prop_assert!(!live.is_empty() || heap.live() == 0);
                }
            }
            check(&pool, &live);
            prop_assert_eq!(alive.get(), live.len());
            for &key in &dead {
                prop_assert!(pool.get(key).is_none());
                prop_assert!(pool.get_mut(key).is_none());
                prop_assert!(pool.remove(key).is_none());
            }
        }
        drop(pool);
        prop_assert_eq!(alive.get(), 0);
        prop_assert_eq!(heap.live(), 0);
    }
}

#[test]
fn generations_go_round_without_naming_vacant_entries() {
    let heap = TestHeap::new();
    let mut pool = Pool::new(heap.mem());
    let first = pool.try_insert('a').unwrap();
    pool.set_last_generation(u32::MAX - 1);
    let last = pool.try_insert('b').unwrap();
    let wrapped = pool.try_insert('c').unwrap();
    assert!(last != Key::NONE && wrapped != Key::NONE);
    assert_eq!(pool.get(first), Some(&'a'));
    assert_eq!(pool.get(last), Some(&'b'));
    assert_eq!(pool.get(wrapped), Some(&'c'));
}
