//! `AppBytes` against a plain copy of the stream.

extern crate std;

use std::boxed::Box;
use std::vec::Vec;

use proptest::prelude::*;

use super::super::testing::TestHeap;
use super::super::{AppBytes, AppSlice};
use super::attempt;

/// The test's stand-in for the application's promise: `memory` outlives the slice.
fn slice(memory: &[u8]) -> AppSlice {
    // SAFETY: the tests keep the memory as long as the `AppBytes` that holds it.
    unsafe { AppSlice::new(memory.as_ptr(), memory.len()) }
}

#[derive(Clone, Debug)]
enum Operation {
    /// Bytes from the one large buffer, right behind the ones taken last.
    Adjacent(usize),
    /// Bytes in an allocation of their own.
    Apart(usize),
    Release(u64),
    Copy(u64, usize),
    Clear,
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        4 => (0..50usize).prop_map(Operation::Adjacent),
        3 => (0..50usize).prop_map(Operation::Apart),
        2 => (0..1500u64).prop_map(Operation::Release),
        6 => (0..1500u64, 0..200usize).prop_map(|(offset, len)| Operation::Copy(offset, len)),
        1 => Just(Operation::Clear),
    ]
}

proptest! {
    #[test]
    fn copies_what_the_stream_holds(operations in prop::collection::vec((operation(), any::<bool>()), 0..100)) {
        let heap = TestHeap::wandering();
        let buffer: Vec<u8> = (0..5000u32).map(|index| (index % 251) as u8).collect();
        let mut used = 0;
        let mut memory: Vec<Box<[u8]>> = Vec::new();
        let mut bytes = AppBytes::new(heap.mem());
        let (mut model, mut start) = (Vec::<u8>::new(), 0usize);
        for (operation, fails) in operations {
            let end = model.len() as u64;
            let unchanged = |bytes: &AppBytes| assert_eq!(bytes.end_offset(), end);
            match operation {
                Operation::Adjacent(len) => {
                    let piece = &buffer[used..used + len];
                    // The short way, where it is one.
                    if fails || piece.is_empty() || !bytes.append_next(slice(piece)) {
                        attempt(&heap, &mut bytes, fails, |bytes| bytes.try_append(slice(piece)), unchanged);
                    }
                    used += len;
                    model.extend_from_slice(piece);
                }
                Operation::Apart(len) => {
                    memory.push((0..len).map(|index| (index * 7 + memory.len()) as u8).collect());
                    let piece = &memory[memory.len() - 1];
                    // The short way, where it is one.
                    if fails || piece.is_empty() || !bytes.append_next(slice(piece)) {
                        attempt(&heap, &mut bytes, fails, |bytes| bytes.try_append(slice(piece)), unchanged);
                    }
                    model.extend_from_slice(piece);
                }
                Operation::Release(offset) => {
                    bytes.release_to(offset);
                    start = start.max((offset as usize).min(model.len()));
                }
                Operation::Copy(offset, len) => {
                    let mut target = std::vec![0xaa; len];
                    let range = offset as usize..offset as usize + len;
                    let held = start <= range.start && range.end <= model.len();
                    prop_assert_eq!(bytes.copy_to(offset, &mut target), held);
                    if held {
                        prop_assert_eq!(&target[..], &model[range]);
                    } else {
                        prop_assert!(target.iter().all(|&byte| byte == 0xaa));
                    }
                }
                Operation::Clear => {
                    bytes.clear();
                    start = model.len();
                    prop_assert_eq!(heap.live(), 0);
                }
            }
            prop_assert_eq!(bytes.start_offset(), start as u64);
            prop_assert_eq!(bytes.end_offset(), model.len() as u64);
            let mut all = std::vec![0; model.len() - start];
            prop_assert!(bytes.copy_to(start as u64, &mut all));
            prop_assert_eq!(&all[..], &model[start..]);
        }
    }
}

#[test]
fn one_buffer_in_many_writes_is_one_segment() {
    let heap = TestHeap::new();
    let buffer = [1u8; 1000];
    let mut bytes = AppBytes::new(heap.mem());
    for piece in buffer.chunks(10) {
        bytes.try_append(slice(piece)).unwrap();
    }
    assert_eq!(bytes.segments(), 1);
    bytes.release_to(995);
    assert_eq!((bytes.start_offset(), bytes.end_offset(), bytes.segments()), (995, 1000, 1));
}

/// Released memory may be gone: the pieces are freed (so that a memory checker sees a read of them) and what is left
/// is still whole.
#[test]
fn released_memory_is_not_read() {
    let heap = TestHeap::new();
    let mut bytes = AppBytes::new(heap.mem());
    let mut memory: Vec<Box<[u8]>> = (0..10u8).map(|value| Box::from([value; 10])).collect();
    for piece in &memory {
        bytes.try_append(slice(piece)).unwrap();
    }
    bytes.release_to(57);
    memory.drain(..5);
    let mut target = [0; 43];
    assert!(bytes.copy_to(57, &mut target));
    assert_eq!((target[0], target[3], target[42]), (5, 6, 9));
    assert!(!bytes.copy_to(56, &mut target[..1]));
    bytes.clear();
    drop(memory);
    assert!(!bytes.copy_to(57, &mut target));
    assert_eq!((bytes.start_offset(), bytes.end_offset()), (100, 100));
}

#[test]
fn slices_split_within_their_bounds() {
    let memory = [1u8, 2, 3, 4, 5];
    let whole = slice(&memory);
    assert_eq!((whole.first(2).len(), whole.first(9).len()), (2, 5));
    assert!(whole.behind(9).is_empty() && AppSlice::EMPTY.is_empty());
    let mut target = [0; 8];
    assert_eq!(whole.behind(2).copy_to(&mut target), 3);
    assert_eq!(target, [3, 4, 5, 0, 0, 0, 0, 0]);
    assert_eq!(AppSlice::EMPTY.copy_to(&mut target), 0);
}
