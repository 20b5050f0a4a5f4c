//! `Array` against `Vec`.

extern crate std;

use std::rc::Rc;
use std::vec::Vec;

use proptest::prelude::*;

use super::super::testing::TestHeap;
use super::super::{Array, Bytes};
use super::{Counted, attempt};

#[derive(Clone, Debug)]
enum Operation {
    Push(u32),
    Insert(usize, u32),
    Pop,
    Remove(usize),
    SwapRemove(usize),
    RemoveFront(usize),
    Truncate(usize),
    Reserve(usize),
    ShrinkTo(usize),
    Clear,
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        6 => any::<u32>().prop_map(Operation::Push),
        3 => (0..40usize, any::<u32>()).prop_map(|(index, value)| Operation::Insert(index, value)),
        2 => Just(Operation::Pop),
        2 => (0..40usize).prop_map(Operation::Remove),
        2 => (0..40usize).prop_map(Operation::SwapRemove),
        1 => (0..10usize).prop_map(Operation::RemoveFront),
        1 => (0..40usize).prop_map(Operation::Truncate),
        1 => (0..20usize).prop_map(Operation::Reserve),
        1 => (0..40usize).prop_map(Operation::ShrinkTo),
        1 => Just(Operation::Clear),
    ]
}

fn values(array: &Array<Counted>) -> Vec<u32> {
    array.iter().map(|counted| counted.value).collect()
}

proptest! {
    #[test]
    fn behaves_as_a_vec(operations in prop::collection::vec((operation(), any::<bool>()), 0..120)) {
        let heap = TestHeap::wandering();
        let alive = Rc::default();
        let mut array = Array::new(heap.mem());
        let mut model = Vec::new();
        for (operation, fails) in operations {
            let unchanged = |array: &Array<Counted>| assert_eq!(values(array), model);
            match operation {
                Operation::Push(value) => {
                    attempt(&heap, &mut array, fails, |array| array.try_push(Counted::new(value, &alive)), unchanged);
                    model.push(value);
                }
                Operation::Insert(index, value) => {
                    let insert = |array: &mut Array<_>| array.try_insert(index, Counted::new(value, &alive));
                    attempt(&heap, &mut array, fails, insert, unchanged);
                    model.insert(index.min(model.len()), value);
                }
                Operation::Pop => prop_assert_eq!(array.pop().map(|counted| counted.value), model.pop()),
                Operation::Remove(index) => {
                    let expected = (index < model.len()).then(|| model.remove(index));
                    prop_assert_eq!(array.remove(index).map(|counted| counted.value), expected);
                }
                Operation::SwapRemove(index) => {
                    let expected = (index < model.len()).then(|| model.swap_remove(index));
                    prop_assert_eq!(array.swap_remove(index).map(|counted| counted.value), expected);
                }
                Operation::RemoveFront(count) => {
                    array.remove_front(count);
                    model.drain(..count.min(model.len()));
                }
                Operation::Truncate(len) => {
                    array.truncate(len);
                    model.truncate(len);
                }
                Operation::Reserve(count) => {
                    attempt(&heap, &mut array, fails, |array| array.try_reserve(count), unchanged);
                    prop_assert!(array.capacity() >= model.len() + count);
                    let calls = heap.calls();
                    for value in 0..count as u32 {
                        prop_assert!(array.push_reserved(Counted::new(value, &alive)));
                        model.push(value);
                    }
                    prop_assert_eq!(heap.calls(), calls);
                }
                Operation::ShrinkTo(capacity) => {
                    heap.fail_nth(u64::from(fails));
                    array.shrink_to(capacity);
                    heap.fail_nth(0);
                    prop_assert!(fails || array.capacity() <= capacity.max(model.len()).max(array.len()));
                }
                Operation::Clear => {
                    array.clear();
                    model.clear();
                }
            }
            prop_assert_eq!(values(&array), model.clone());
            prop_assert_eq!(alive.get(), model.len());
            prop_assert!(array.as_ptr().addr() % 16 == 0 || array.capacity() == 0);
        }
        drop(array);
        prop_assert_eq!(alive.get(), 0);
        prop_assert_eq!(heap.live(), 0);
    }

    #[test]
    fn bytes_extend_and_resize(steps in prop::collection::vec((0..300usize, any::<u8>(), any::<bool>()), 0..30)) {
        let heap = TestHeap::wandering();
        let mut bytes = Bytes::new(heap.mem());
        let mut model = Vec::new();
        for (size, value, fails) in steps {
            let unchanged = |bytes: &Bytes| assert_eq!(bytes[..], model[..]);
            if value % 2 == 0 {
                attempt(&heap, &mut bytes, fails, |bytes| bytes.try_resize(size, value), unchanged);
                model.resize(size, value);
            } else {
                let more = std::vec![value; size];
                attempt(&heap, &mut bytes, fails, |bytes| bytes.try_extend_from_slice(&more), unchanged);
                model.extend_from_slice(&more);
            }
            prop_assert_eq!(&bytes[..], &model[..]);
        }
    }
}

#[test]
fn capacities_that_no_address_space_has_are_no_memory() {
    let heap = TestHeap::new();
    let mut array = Array::<u64>::new(heap.mem());
    assert!(array.try_reserve(usize::MAX).is_err());
    assert!(array.try_reserve(1 << 40).is_err());
    assert!(array.try_reserve_exact(usize::MAX / 4).is_err());
    assert_eq!(array.capacity(), 0);
}
