//! Cursors and range sets against plain models.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

extern crate std;

use std::collections::BTreeSet;
use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::mem::NoMem;
use crate::mem::testing::TestHeap;

/// RFC 9000 A.1, and the edges of each length.
const VARINTS: &[(&[u8], u64)] = &[
    (&[0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c], 151_288_809_941_952_652),
    (&[0x9d, 0x7f, 0x3e, 0x7d], 494_878_333),
    (&[0x7b, 0xbd], 15_293),
    (&[0x25], 37),
    (&[0x00], 0),
    (&[0x3f], 63),
    (&[0x40, 0x40], 64),
    (&[0x7f, 0xff], 16_383),
    (&[0x80, 0x00, 0x40, 0x00], 16_384),
    (&[0xbf, 0xff, 0xff, 0xff], (1 << 30) - 1),
    (&[0xc0, 0, 0, 0, 0x40, 0, 0, 0], 1 << 30),
    (&[0xff; 8], varint::MAX),
];

fn any_varint() -> impl Strategy<Value = u64> {
    prop_oneof![0..64_u64, 64..1_u64 << 14, 1_u64 << 14..1 << 30, 1_u64 << 30..=varint::MAX]
}

#[test]
fn varints_of_the_rfc() {
    for &(bytes, value) in VARINTS {
        for trailing in 0..9 {
            let mut padded = bytes.to_vec();
            padded.resize(bytes.len() + trailing, 0xaa);
            let mut reader = Reader::new(&padded);
            assert_eq!(reader.varint(), Ok(value));
            assert_eq!((reader.position(), reader.peek_rest().len()), (bytes.len(), trailing));
        }
        let mut buffer = [0; 8];
        let mut writer = Writer::new(&mut buffer);
        writer.varint(value).unwrap();
        assert_eq!(writer.written(), bytes);
        assert_eq!(varint::len(value), bytes.len());
        assert_eq!(varint::len_from_first(bytes[0]), bytes.len());
    }
    let mut reader = Reader::new(&[0x40, 0x25]);
    assert_eq!(reader.varint(), Ok(37), "longer encodings are read too");
}

#[test]
fn values_past_the_encoding_are_refused() {
    let mut buffer = [0; 16];
    let mut writer = Writer::new(&mut buffer);
    assert_eq!(writer.varint(varint::MAX + 1), Err(NoSpace));
    assert_eq!(writer.varint(u64::MAX), Err(NoSpace));
    assert_eq!(writer.varint_with_len(1 << 14, 2), Err(NoSpace));
    assert_eq!(writer.varint_with_len(1 << 30, 4), Err(NoSpace));
    assert_eq!(writer.varint_with_len(1, 3), Err(NoSpace));
    assert_eq!(writer.position(), 0);
}

#[test]
fn lengths_are_corrected_in_place() {
    let mut buffer = [0; 16];
    let mut writer = Writer::new(&mut buffer);
    writer.u8(1).unwrap();
    let position = writer.position();
    writer.varint_with_len(0, 2).unwrap();
    assert_eq!(writer.patch_varint2(position, 300), Ok(()));
    assert_eq!(writer.patch_varint2(position + 1, 300), Err(NoSpace), "reaches past what was written");
    assert_eq!(writer.patch_varint2(usize::MAX, 300), Err(NoSpace));
    assert_eq!(writer.patch_varint2(position, 1 << 14), Err(NoSpace));
    assert_eq!(writer.patch_u8(0, 9), Ok(()));
    assert_eq!(writer.patch_u8(3, 9), Err(NoSpace));
    assert_eq!(writer.written(), [9, 0x41, 0x2c]);
    writer.roll_back(100);
    assert_eq!(writer.position(), 3);
    writer.roll_back(1);
    assert_eq!(writer.written(), [9]);
}

#[test]
fn a_writer_resumes_where_another_stopped() {
    let mut buffer = [0; 4];
    assert!(Writer::resume(&mut buffer, 5).is_err());
    let mut writer = Writer::resume(&mut buffer, 3).unwrap();
    assert_eq!(writer.remaining(), 1);
    assert_eq!(writer.u16(1), Err(NoSpace));
    assert_eq!(writer.advance(2), Err(NoSpace));
    assert_eq!(writer.u8(7), Ok(()));
    assert_eq!(writer.written(), [0, 0, 0, 7]);
    assert_eq!(writer.rest_mut().len(), 0);
}

#[test]
fn prefixed_strings_leave_the_position_when_cut() {
    let mut reader = Reader::new(&[3, 1, 2]);
    assert_eq!(reader.varint_prefixed(), Err(Truncated));
    assert_eq!(reader.position(), 0);
    let mut huge = Reader::new(&[0xff; 12]);
    assert_eq!(huge.varint_prefixed(), Err(Truncated));
    assert_eq!(huge.position(), 0);
    let mut exact = Reader::new(&[2, 1, 2]);
    assert_eq!(exact.varint_prefixed(), Ok(&[1, 2][..]));
    assert!(exact.is_empty());
}

proptest! {
    #[test]
    fn varints_round_trip(value in any_varint(), room in 0..12_usize) {
        let mut buffer = vec![0xaa; room];
        let mut writer = Writer::new(&mut buffer);
        let fits = varint::len(value) <= room;
        prop_assert_eq!(writer.varint(value).is_ok(), fits);
        prop_assert_eq!(writer.position(), if fits { varint::len(value) } else { 0 });
        if fits {
            prop_assert_eq!(Reader::new(writer.written()).varint(), Ok(value));
        }
    }

    /// Where nothing can run over, integers come to the same bytes and back.
    #[test]
    fn ample_cursors_are_cursors(values in prop::collection::vec(any_varint(), 0..=4), junk: u8) {
        let mut room = [junk; AMPLE_ROOM];
        let mut ample = AmpleWriter::new(&mut room);
        let mut buffer = [0; AMPLE_ROOM];
        let mut writer = Writer::new(&mut buffer);
        for &value in &values {
            prop_assert_eq!(ample.varint(value), writer.varint(value));
            prop_assert_eq!(ample.position(), writer.position());
        }
        prop_assert_eq!(ample.varint(varint::MAX + 1), Err(NoSpace));
        let len = writer.position();
        prop_assert_eq!(&room[..len], writer.written());
        let mut reader = AmpleReader::new(&Reader::new(&room)).unwrap();
        for &value in values.iter().take(3) {
            prop_assert_eq!(reader.varint(), Ok(value));
        }
        prop_assert!(AmpleReader::new(&Reader::new(&room[1..])).is_none());
    }

    /// Whatever the bytes are, and in whatever length an integer is encoded.
    #[test]
    fn an_ample_reader_reads_what_a_reader_reads(bytes: [u8; AMPLE_ROOM]) {
        let mut reader = Reader::new(&bytes);
        let mut ample = AmpleReader::new(&reader).unwrap();
        for _ in 0..3 {
            prop_assert_eq!(ample.varint(), reader.varint());
            prop_assert_eq!(ample.position(), reader.position());
        }
    }

    #[test]
    fn cut_varints_are_errors(value in any_varint()) {
        let mut buffer = [0; 8];
        let mut writer = Writer::new(&mut buffer);
        writer.varint(value).unwrap();
        for len in 0..writer.position() {
            let mut reader = Reader::new(&writer.written()[..len]);
            prop_assert_eq!(reader.varint(), Err(Truncated));
            prop_assert_eq!(reader.position(), 0);
        }
    }

    #[test]
    fn a_reader_is_a_slice_and_a_position(
        bytes in prop::collection::vec(any::<u8>(), 0..40),
        steps in prop::collection::vec((0..7_u8, 0..12_usize), 0..20),
    ) {
        let mut reader = Reader::new(&bytes);
        let mut at = 0;
        for (step, len) in steps {
            let rest = &bytes[at..];
            let taken = match step {
                0 => reader.u8().ok().map(|value| { assert_eq!(value, rest[0]); 1 }),
                1 => reader.u16().ok().map(|value| { assert_eq!(value.to_be_bytes(), rest[..2]); 2 }),
                2 => reader.u32().ok().map(|value| { assert_eq!(value.to_be_bytes(), rest[..4]); 4 }),
                3 => reader.array::<8>().ok().map(|value| { assert_eq!(value, &rest[..8]); 8 }),
                4 => reader.bytes(len).ok().map(|value| { assert_eq!(value, &rest[..len]); len }),
                5 => reader.array::<5>().ok().map(|value| { assert_eq!(value, &rest[..5]); 5 }),
                _ => {
                    let zeros = rest.iter().take_while(|byte| **byte == 0).count();
                    assert_eq!(reader.skip_zeros(), zeros);
                    Some(zeros)
                }
            };
            at += taken.unwrap_or(0);
            prop_assert_eq!(reader.position(), at);
            prop_assert_eq!(reader.peek_rest(), &bytes[at..]);
        }
        prop_assert_eq!(reader.rest(), &bytes[at..]);
        prop_assert!(reader.is_empty());
    }

    #[test]
    fn zeros_are_counted(zeros in 0..200_usize, tail in prop::collection::vec(1..=255_u8, 0..40)) {
        let mut bytes = vec![0; zeros];
        bytes.extend(&tail);
        let mut reader = Reader::new(&bytes);
        prop_assert_eq!(reader.skip_zeros(), zeros);
        prop_assert_eq!(reader.peek_rest(), &tail[..]);
    }
}

#[derive(Clone, Debug)]
enum Operation {
    Insert(u64, u64),
    Remove(u64, u64),
    PopFirst,
}

fn operation() -> impl Strategy<Value = Operation> {
    let range = (0..60_u64, 0..15_u64).prop_map(|(start, len)| (start, start + len));
    prop_oneof![
        4 => range.clone().prop_map(|(start, end)| Operation::Insert(start, end)),
        2 => range.prop_map(|(start, end)| Operation::Remove(start, end)),
        1 => Just(Operation::PopFirst),
    ]
}

fn as_ranges(model: &BTreeSet<u64>) -> Vec<(u64, u64)> {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for &value in model {
        match ranges.last_mut() {
            Some(last) if last.1 == value => last.1 += 1,
            _ => ranges.push((value, value + 1)),
        }
    }
    ranges
}

fn apply(set: &mut RangeSet, model: &mut BTreeSet<u64>, operation: &Operation) -> Result<(), NoMem> {
    match *operation {
        Operation::Insert(start, end) => {
            set.try_insert(start, end)?;
            model.extend(start..end);
        }
        Operation::Remove(start, end) => {
            set.try_remove(start, end)?;
            model.retain(|value| !(start..end).contains(value));
        }
        Operation::PopFirst => {
            let popped = set.pop_first();
            assert_eq!(popped, as_ranges(model).first().copied());
            if let Some((start, end)) = popped {
                model.retain(|value| !(start..end).contains(value));
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_range_set_is_a_set(operations in prop::collection::vec(operation(), 0..60)) {
        let heap = TestHeap::new();
        let mut set = RangeSet::new(heap.mem());
        let mut model = BTreeSet::new();
        for operation in &operations {
            apply(&mut set, &mut model, operation).unwrap();
            let ranges = as_ranges(&model);
            prop_assert_eq!(set.iter().collect::<Vec<_>>(), ranges.clone());
            prop_assert_eq!((set.len(), set.is_empty()), (ranges.len(), ranges.is_empty()));
            prop_assert_eq!(set.first(), ranges.first().copied());
            for start in 0..80 {
                prop_assert_eq!(set.contains(start), model.contains(&start));
            }
        }
    }

    #[test]
    fn a_failed_allocation_leaves_a_range_set_alone(
        operations in prop::collection::vec(operation(), 0..60),
        fail_at in 1..6_u64,
    ) {
        let heap = TestHeap::new();
        heap.account().fail_at.set(fail_at);
        heap.account().fail_on.set(true);
        let mut set = RangeSet::new(heap.mem());
        let mut model = BTreeSet::new();
        for operation in &operations {
            let _ = apply(&mut set, &mut model, operation);
            prop_assert_eq!(set.iter().collect::<Vec<_>>(), as_ranges(&model));
        }
    }
}

#[test]
fn a_range_set_reaches_to_the_ends_of_the_scale() {
    let heap = TestHeap::new();
    let mut set = RangeSet::new(heap.mem());
    set.try_insert(u64::MAX - 1, u64::MAX).unwrap();
    set.try_insert(0, 1).unwrap();
    set.try_insert(5, 5).unwrap();
    set.try_insert(9, 3).unwrap();
    assert_eq!(set.iter().collect::<Vec<_>>(), [(0, 1), (u64::MAX - 1, u64::MAX)]);
    set.try_insert(0, u64::MAX).unwrap();
    assert_eq!(set.len(), 1);
    set.clear();
    assert!(set.is_empty());
}

#[test]
fn reserved_room_makes_insertion_and_splitting_infallible() {
    let heap = TestHeap::new();
    let mut set = RangeSet::new(heap.mem());
    set.try_insert(0, 100).unwrap();
    set.try_reserve(2).unwrap();
    heap.account().fail_at.set(1);
    heap.account().fail_on.set(true);
    assert_eq!(set.try_remove(10, 20), Ok(()));
    assert_eq!(set.try_insert(200, 300), Ok(()));
    assert_eq!(set.len(), 3);
}
