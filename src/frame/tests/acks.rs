//! ACK frames: as many ranges as fit, and none that a packet number space cannot have.

extern crate std;

use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use crate::frame::kind::frame_type;
use crate::frame::write::{self, MAX_ACK_RANGES};
use crate::frame::{AckFrame, EcnCounts, Frame, parse};
use crate::units::PacketNumber;
use crate::wire::{NoSpace, Reader, Writer, varint};

/// Descending ranges (smallest, largest), at least one number apart, from distances and lengths.
fn ranges() -> impl Strategy<Value = Vec<(u64, u64)>> {
    let step = prop_oneof![0..3_u64, 0..100_u64, 0..1_u64 << 20];
    (0..1_u64 << 55, prop::collection::vec((step.clone(), step), 1..100)).prop_map(|(spare, steps)| {
        let mut largest = spare + steps.iter().map(|(gap, len)| gap + len + 2).sum::<u64>();
        let mut ranges = Vec::new();
        for (gap, len) in steps {
            ranges.push((largest - len, largest));
            largest -= len + gap + 2;
        }
        ranges
    })
}

fn counts() -> impl Strategy<Value = Option<EcnCounts>> {
    let count = || 0..=varint::MAX;
    prop::option::of((count(), count(), count()).prop_map(|(ect0, ect1, ce)| EcnCounts { ect0, ect1, ce }))
}

fn parse_ack(bytes: &[u8]) -> AckFrame<'_> {
    let mut reader = Reader::new(bytes);
    let (frame, frame_type) = parse(&mut reader).unwrap();
    assert!(reader.is_empty());
    let Frame::Ack(ack) = frame else { panic!("not an ACK frame") };
    let with_ecn = if ack.ecn.is_some() { frame_type::ACK_ECN } else { frame_type::ACK };
    assert_eq!(frame_type, with_ecn);
    ack
}

proptest! {
    #[test]
    fn as_many_ranges_as_fit(
        ranges in ranges(),
        delay in 0..1_u64 << 24,
        ecn in counts(),
        max_len in 0..400_usize,
        room in 0..400_usize,
    ) {
        let mut buffer = vec![0; room];
        let mut writer = Writer::new(&mut buffer);
        let written = write::ack(&mut writer, ranges.iter().copied(), delay, ecn, max_len);
        prop_assert!(writer.position() <= max_len.min(room));
        let Ok(count) = written else {
            prop_assert_eq!(writer.position(), 0);
            // The longest frame with one range.
            prop_assert!(max_len.min(room) < 1 + 8 + 4 + 1 + 4 + 3 * 8);
            return Ok(());
        };
        let ack = parse_ack(writer.written());
        prop_assert_eq!((ack.delay, ack.ecn), (delay, ecn));
        prop_assert_eq!(ack.ranges().last().map(|(smallest, _)| smallest), Some(ack.smallest));
        prop_assert_eq!(ack.ranges().count(), count);
        let told: Vec<_> = ack.ranges().map(|(smallest, largest)| (smallest.0, largest.0)).collect();
        prop_assert_eq!(&told[..], &ranges[..count]);
        prop_assert_eq!(ack.largest, PacketNumber(ranges[0].1));
        if count < ranges.len().min(MAX_ACK_RANGES) {
            let gap = ranges[count - 1].0 - ranges[count].1 - 2;
            let next = varint::len(gap) + varint::len(ranges[count].1 - ranges[count].0);
            prop_assert!(writer.position() + next > max_len.min(room), "one more range would have fitted");
        }
    }

    #[test]
    fn cut_acks_are_errors(ranges in ranges(), ecn in counts()) {
        let mut buffer = [0; 1200];
        let mut writer = Writer::new(&mut buffer);
        write::ack(&mut writer, ranges.into_iter(), 9, ecn, 1200).unwrap();
        for cut in 1..writer.position() {
            prop_assert!(parse(&mut Reader::new(&writer.written()[..cut])).is_err());
        }
    }
}

#[test]
fn nothing_to_acknowledge_is_no_frame() {
    let mut buffer = [0; 40];
    assert_eq!(write::ack(&mut Writer::new(&mut buffer), [].into_iter(), 0, None, 40), Err(NoSpace));
}

#[test]
fn ranges_stay_above_zero() {
    let refused = |bytes: &[u8]| parse(&mut Reader::new(bytes)).is_err();
    // Type, largest, delay, count, first range; then gap and length.
    assert!(!refused(&[2, 5, 0, 0, 5]));
    assert!(refused(&[2, 5, 0, 0, 6]));
    assert!(!refused(&[2, 5, 0, 1, 0, 3, 0]));
    assert!(refused(&[2, 5, 0, 1, 0, 4, 0]), "the gap reaches below zero");
    assert!(refused(&[2, 5, 0, 1, 0, 3, 1]), "the range reaches below zero");
    assert!(refused(&[2, 5, 0, 1, 5, 0, 0]), "no number is left for a second range");
    assert!(
        refused(&[2, 5, 0, 0xff, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0]),
        "a count beyond all packets"
    );
}

#[test]
fn one_range_takes_five_bytes() {
    let mut buffer = [0; 5];
    let mut writer = Writer::new(&mut buffer);
    assert_eq!(write::ack(&mut writer, [(3, 9)].into_iter(), 1, None, 5), Ok(1));
    assert_eq!(writer.written(), [2, 9, 1, 0, 6]);
}
