//! `Queue` against `VecDeque`, with two queues through the same values.

extern crate std;

use std::collections::VecDeque;
use std::vec::Vec;

use proptest::prelude::*;

use super::super::testing::TestHeap;
use super::super::{Key, Linked, Links, Pool, Queue};

struct Ready;
struct Blocked;

struct Item {
    ready: Links,
    blocked: Links,
}

impl Linked<Ready> for Item {
    fn links(&self) -> &Links {
        &self.ready
    }
    fn links_mut(&mut self) -> &mut Links {
        &mut self.ready
    }
}

impl Linked<Blocked> for Item {
    fn links(&self) -> &Links {
        &self.blocked
    }
    fn links_mut(&mut self) -> &mut Links {
        &mut self.blocked
    }
}

#[derive(Clone, Debug)]
enum Operation {
    PushBack(usize),
    Remove(usize),
    Replace(usize),
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        6 => (0..8usize).prop_map(Operation::PushBack),
        4 => (0..8usize).prop_map(Operation::Remove),
        1 => (0..8usize).prop_map(Operation::Replace),
    ]
}

fn apply<Tag>(
    operation: &Operation,
    queue: &mut Queue<Tag>,
    model: &mut VecDeque<Key>,
    pool: &mut Pool<Item>,
    keys: &[Key],
) where
    Item: Linked<Tag>,
{
    match *operation {
        Operation::PushBack(pick) => {
            let fresh = !model.contains(&keys[pick]);
            assert_eq!(queue.push_back(pool, keys[pick]), fresh);
            if fresh {
                model.push_back(keys[pick]);
            }
        }
        Operation::Remove(pick) | Operation::Replace(pick) => {
            assert_eq!(queue.remove(pool, keys[pick]), model.contains(&keys[pick]));
            model.retain(|&key| key != keys[pick]);
        }
    }
}

fn check<Tag>(queue: &Queue<Tag>, model: &VecDeque<Key>, pool: &Pool<Item>, keys: &[Key])
where
    Item: Linked<Tag>,
{
    let mut walked = VecDeque::new();
    let mut next = queue.front(pool);
    while let Some(key) = next {
        walked.push_back(key);
        next = queue.next(pool, key);
    }
    assert_eq!(&walked, model);
    assert_eq!(queue.is_empty(), model.is_empty());
    for &key in keys {
        let is_queued = pool.get(key).is_some_and(|item| Linked::<Tag>::links(item).is_queued());
        assert_eq!(is_queued, model.contains(&key));
    }
}

proptest! {
    #[test]
    fn behaves_as_a_queue(operations in prop::collection::vec((operation(), any::<bool>()), 0..120)) {
        let heap = TestHeap::new();
        let mut pool = Pool::new(heap.mem());
        let item = || Item { ready: Links::new(), blocked: Links::new() };
        let mut keys: Vec<Key> = (0..8).map(|_| pool.try_insert(item()).unwrap()).collect();
        let (mut ready, mut blocked) = (Queue::<Ready>::new(), Queue::<Blocked>::new());
        let (mut ready_model, mut blocked_model) = (VecDeque::new(), VecDeque::new());
        for (operation, is_ready) in operations {
            let replaced = if let Operation::Replace(pick) = operation { Some(pick) } else { None };
            if is_ready || replaced.is_some() {
                apply(&operation, &mut ready, &mut ready_model, &mut pool, &keys);
            }
            if !is_ready || replaced.is_some() {
                apply(&operation, &mut blocked, &mut blocked_model, &mut pool, &keys);
            }
            if let Some(pick) = replaced {
                let old = keys[pick];
                pool.remove(old);
                keys[pick] = pool.try_insert(item()).unwrap();
                prop_assert!(!ready.push_back(&mut pool, old) && !ready.remove(&mut pool, old));
            }
            check(&ready, &ready_model, &pool, &keys);
            check(&blocked, &blocked_model, &pool, &keys);
        }
    }
}
