//! The nursery: one block for many pieces, the heap for what has no room, and nothing left in the end.
extern crate std;

use super::super::nursery::{BLOCK, Nursery};
use super::super::testing::TestHeap;
use super::super::{Array, Boxed, Bytes, Heap, Mem, NoMem};
use core::ptr::NonNull;
use proptest::prelude::*;
use std::boxed::Box;
use std::vec::Vec;

/// A nursery on a test heap. Fields are dropped in their order: what stands on another goes first.
struct Bench {
    brief: Box<Heap>,
    _nursery: Box<Nursery>,
    heap: TestHeap,
}

impl Bench {
    fn new() -> Self {
        let heap = TestHeap::wandering();
        let nursery = Box::new(Nursery::new(heap.mem()));
        // SAFETY: the nursery is boxed and outlives the heap on it.
        let brief = Box::new(unsafe { Heap::of_nursery(NonNull::from_ref(&*nursery)) });
        Self { brief, _nursery: nursery, heap }
    }

    fn mem(&self) -> Mem {
        // SAFETY: the heap is boxed, and the test keeps it as long as what stands on it.
        unsafe { self.brief.mem() }
    }
}

#[test]
fn many_pieces_take_one_block() {
    let bench = Bench::new();
    let boxed = Boxed::try_new(bench.mem(), [7u8; 1000]).unwrap();
    let mut bytes = Bytes::new(bench.mem());
    bytes.try_extend_from_slice(&[1; 300]).unwrap();
    bytes.try_extend_from_slice(&[2; 300]).unwrap();
    assert_eq!((bench.heap.live(), bench.heap.calls()), (1, 1));
    drop(boxed);
    assert_eq!(bench.heap.live(), 1);
    assert_eq!((bytes.iter().filter(|&&byte| byte == 1).count(), bytes[300..] == [2; 300]), (300, true));
    drop(bytes);
    assert_eq!(bench.heap.live(), 0);
}

#[test]
fn what_has_no_room_comes_from_the_heap() {
    let bench = Bench::new();
    let mut bytes = Bytes::new(bench.mem());
    bytes.try_extend_from_slice(&[3; BLOCK]).unwrap();
    assert_eq!(bench.heap.live(), 1);
    let boxed = Boxed::try_new(bench.mem(), 5u64).unwrap();
    assert_eq!(bench.heap.live(), 2);
    bytes.try_extend_from_slice(&[4; BLOCK]).unwrap();
    assert_eq!((bench.heap.live(), *boxed), (2, 5));
    assert!(bytes[..BLOCK].iter().all(|&byte| byte == 3) && bytes[BLOCK..].iter().all(|&byte| byte == 4));
    drop((bytes, boxed));
    assert_eq!(bench.heap.live(), 0);
}

#[test]
fn the_last_piece_makes_room_for_the_next() {
    let bench = Bench::new();
    let _first = Boxed::try_new(bench.mem(), 1u64).unwrap();
    for _ in 0..100 {
        drop(Boxed::try_new(bench.mem(), [0u8; 1000]).unwrap());
    }
    assert_eq!(bench.heap.calls(), 1);
}

#[test]
fn without_memory_nothing_changes() {
    let bench = Bench::new();
    bench.heap.fail_all(true);
    assert_eq!(Boxed::try_new(bench.mem(), 1u64).map(|_| ()), Err(NoMem));
    bench.heap.fail_all(false);
    let mut bytes = Bytes::new(bench.mem());
    bytes.try_extend_from_slice(&[1; 100]).unwrap();
    bench.heap.fail_all(true);
    assert_eq!(bytes.try_extend_from_slice(&[2; BLOCK]), Err(NoMem));
    assert_eq!(bytes[..], [1; 100]);
    bytes.try_extend_from_slice(&[2; 100]).unwrap();
    drop(bytes);
    assert_eq!(bench.heap.live(), 0);
}

proptest! {
    /// Arrays that grow, shrink and go in any order keep what is in them.
    #[test]
    fn arrays_keep_their_elements(steps in prop::collection::vec((0usize..6, 0usize..400, any::<bool>()), 1..80)) {
        let bench = Bench::new();
        let mut arrays: Vec<(Array<u32>, Vec<u32>)> =
            (0..6).map(|_| (Array::new(bench.mem()), Vec::new())).collect();
        for (which, len, anew) in steps {
            let (array, model) = &mut arrays[which];
            if anew {
                *array = Array::new(bench.mem());
                model.clear();
            }
            for value in model.len() as u32..len as u32 {
                array.try_push(value ^ which as u32).unwrap();
                model.push(value ^ which as u32);
            }
            for (array, model) in &arrays {
                prop_assert_eq!(&array[..], &model[..]);
            }
        }
        drop(arrays);
        prop_assert_eq!(bench.heap.live(), 0);
    }
}
