//! `Slots` against a map from indices.

extern crate std;

use std::collections::BTreeMap;
use std::rc::Rc;

use proptest::prelude::*;

use super::super::testing::TestHeap;
use super::super::{NIL, Slots};
use super::{Counted, attempt};

#[derive(Clone, Debug)]
enum Operation {
    Insert(u32),
    Take(u32),
    Reserve(usize),
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        6 => any::<u32>().prop_map(Operation::Insert),
        6 => (0..30u32).prop_map(Operation::Take),
        1 => (0..10usize).prop_map(Operation::Reserve),
    ]
}

fn check(slots: &Slots<Counted>, model: &BTreeMap<u32, u32>) {
    assert_eq!(slots.len(), model.len());
    for index in 0..40 {
        assert_eq!(slots.get(index).map(|counted| counted.value), model.get(&index).copied());
    }
    assert!(slots.get(NIL).is_none());
}

proptest! {
    #[test]
    fn behaves_as_a_map(operations in prop::collection::vec((operation(), any::<bool>()), 0..120)) {
        let heap = TestHeap::wandering();
        let alive = Rc::default();
        let mut slots = Slots::new(heap.mem());
        let mut model = BTreeMap::new();
        for (operation, fails) in operations {
            let unchanged = |slots: &Slots<Counted>| check(slots, &model);
            match operation {
                Operation::Insert(value) => {
                    let insert = |slots: &mut Slots<_>| {
                        slots.try_reserve(1)?;
                        Ok(slots.insert_reserved(Counted::new(value, &alive)))
                    };
                    let index = attempt(&heap, &mut slots, fails, insert, unchanged);
                    prop_assert_eq!(model.insert(index, value), None);
                }
                Operation::Take(index) => {
                    prop_assert_eq!(slots.get_mut(index).is_some(), model.contains_key(&index));
                    prop_assert_eq!(slots.take(index).map(|counted| counted.value), model.remove(&index));
                }
                Operation::Reserve(count) => {
                    attempt(&heap, &mut slots, fails, |slots| slots.try_reserve(count), unchanged);
                    let calls = heap.calls();
                    for value in 0..count as u32 {
                        let index = slots.insert_reserved(Counted::new(value, &alive));
                        prop_assert_eq!(model.insert(index, value), None);
                    }
                    prop_assert_eq!(heap.calls(), calls);
                }
            }
            check(&slots, &model);
            prop_assert_eq!(alive.get(), model.len());
        }
        drop(slots);
        prop_assert_eq!(alive.get(), 0);
        prop_assert_eq!(heap.live(), 0);
    }
}
