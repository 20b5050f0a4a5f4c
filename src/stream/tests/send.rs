//! `SendPart` against a model of what the peer holds.

extern crate std;

use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::super::send::{AckedData, LostData, SendPart, SendingState};
use super::{data, slice};
use crate::error::Error;
use crate::mem::testing::TestHeap;

fn part(heap: &TestHeap) -> SendPart {
    SendPart::new(heap.mem(), 1 << 16)
}

fn append(send: &mut SendPart, len: u64, fin: bool) -> u64 {
    let offset = send.sent_to();
    assert_eq!(send.try_append(&[slice(offset, len)], len, fin), Ok(offset));
    offset
}

fn acked(offset: u64, len: u64) -> Result<Option<AckedData>, crate::mem::NoMem> {
    Ok(Some(AckedData { offset, len }))
}

#[test]
fn acknowledgements_in_order_are_reported_one_by_one() {
    let heap = TestHeap::new();
    let mut send = part(&heap);
    append(&mut send, 10, false);
    append(&mut send, 5, true);
    assert_eq!(send.on_acked(0, 10, false), acked(0, 10));
    assert_eq!(send.on_acked(10, 5, true), acked(10, 5));
    assert_eq!(send.state(), SendingState::DataReceived);
    assert_eq!(heap.live(), 0, "nothing is kept for a finished part");
}

#[test]
fn an_acknowledgement_that_fills_a_hole_reports_all_that_follows() {
    let heap = TestHeap::new();
    let mut send = part(&heap);
    append(&mut send, 10, false);
    append(&mut send, 10, false);
    append(&mut send, 10, true);
    assert_eq!(send.on_acked(20, 10, true), Ok(None));
    assert_eq!(send.on_acked(10, 10, false), Ok(None));
    assert_eq!(send.on_acked(0, 10, false), acked(0, 30));
    assert!(send.is_closed());
}

#[test]
fn a_lone_fin_is_reported_with_no_bytes() {
    let heap = TestHeap::new();
    let mut send = part(&heap);
    append(&mut send, 10, false);
    append(&mut send, 0, true);
    assert_eq!(send.on_acked(0, 10, false), acked(0, 10));
    assert_eq!(send.on_acked(10, 0, true), acked(10, 0));
    assert!(send.is_closed());
    assert_eq!(send.on_acked(10, 0, true), Ok(None), "once");
}

#[test]
fn a_fin_acknowledged_early_adds_no_report_of_its_own() {
    let heap = TestHeap::new();
    let mut send = part(&heap);
    append(&mut send, 10, false);
    append(&mut send, 0, true);
    assert_eq!(send.on_acked(10, 0, true), Ok(None));
    assert_eq!(send.on_acked(0, 10, false), acked(0, 10));
    assert!(send.is_closed());
}

#[test]
fn a_lost_fin_goes_with_the_last_piece_or_alone() {
    let heap = TestHeap::new();
    let mut send = part(&heap);
    append(&mut send, 30, true);
    assert_eq!(send.on_lost(0, 30, true), Ok(true));
    let first = LostData { offset: 0, len: 20, fin: false };
    assert_eq!(send.first_lost(20), Some(first));
    assert_eq!(send.on_resent(first), Ok(true));
    let last = LostData { offset: 20, len: 10, fin: true };
    assert_eq!(send.first_lost(20), Some(last));
    assert_eq!(send.on_resent(last), Ok(false));
    assert_eq!(send.first_lost(20), None);

    send.on_acked(0, 20, false).unwrap();
    send.on_acked(20, 10, false).unwrap();
    assert_eq!(send.on_lost(20, 10, true), Ok(true), "the data is there, the FIN is not");
    assert_eq!(send.first_lost(20), Some(LostData { offset: 30, len: 0, fin: true }));
}

#[test]
fn the_frame_that_only_opens_the_stream_is_sent_again() {
    let heap = TestHeap::new();
    let mut send = part(&heap);
    append(&mut send, 0, false);
    assert_eq!(send.state(), SendingState::Send);
    assert_eq!(send.on_lost(0, 0, false), Ok(true));
    let opening = LostData { offset: 0, len: 0, fin: false };
    assert_eq!(send.first_lost(100), Some(opening));
    assert_eq!(send.on_resent(opening), Ok(false));
    assert_eq!(send.on_acked(0, 0, false), Ok(None));
    append(&mut send, 5, false);
    assert_eq!(send.on_lost(0, 0, false), Ok(false), "the data opens the stream by now");
}

#[test]
fn limits_and_states_refuse_data() {
    let heap = TestHeap::new();
    let mut send = SendPart::new(heap.mem(), 10);
    assert_eq!(send.try_append(&[slice(0, 11)], 11, false), Err(Error::StreamDataBlocked));
    assert_eq!(send.try_append(&[slice(0, 5)], 6, false), Err(Error::InvalidArgument));
    assert_eq!(send.state(), SendingState::Ready);
    append(&mut send, 10, false);
    append(&mut send, 0, true);
    assert_eq!(send.try_append(&[], 0, false), Err(Error::StreamShutWr));
    assert!(send.reset());
    assert_eq!(send.try_append(&[], 0, true), Err(Error::StreamShutWr));
}

#[test]
fn a_reset_lets_go_of_the_data() {
    let heap = TestHeap::new();
    let mut send = part(&heap);
    append(&mut send, 10, false);
    append(&mut send, 10, true);
    send.on_lost(10, 10, true).unwrap();
    assert!(send.reset());
    assert!(!send.reset(), "once");
    assert_eq!(heap.live(), 0);
    assert!(!send.has_lost() && !send.copy_to(0, &mut [0; 1]));
    assert_eq!(send.sent_to(), 20, "the final size");
    assert_eq!(send.on_acked(0, 10, false), Ok(None));
    assert_eq!(send.on_lost(10, 10, true), Ok(false));
    send.on_reset_acked();
    assert_eq!(send.state(), SendingState::ResetReceived);
}

#[test]
fn nothing_is_reset_once_all_is_acknowledged() {
    let heap = TestHeap::new();
    let mut send = part(&heap);
    append(&mut send, 10, true);
    send.on_acked(0, 10, true).unwrap();
    assert!(!send.reset());
    assert_eq!(send.state(), SendingState::DataReceived);
}

#[test]
fn several_pieces_of_memory_make_one_frame() {
    let heap = TestHeap::new();
    let mut send = part(&heap);
    let slices = [slice(0, 3), slice(100, 0), slice(7, 5), slice(50, 9)];
    assert_eq!(send.try_append(&slices, 10, false), Ok(0));
    let mut copy = [0; 10];
    assert!(send.copy_to(0, &mut copy));
    let expected: Vec<u8> = [data(0, 3), data(7, 5), data(50, 2)].concat();
    assert_eq!(&copy[..], &expected[..]);
}

#[derive(Clone, Debug)]
enum Event {
    Append(u64),
    Fin(u64),
    /// Write the first lost piece again, of at most this size.
    Resend(u64),
    /// The packet at this position among those in flight is acknowledged, or lost.
    Acked(usize),
    Lost(usize),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0..400u64).prop_map(Event::Append),
        1 => (0..400u64).prop_map(Event::Fin),
        3 => (1..300u64).prop_map(Event::Resend),
        3 => (0..8usize).prop_map(Event::Acked),
        3 => (0..8usize).prop_map(Event::Lost),
    ]
}

/// The frames in flight, and what a peer that got the acknowledged ones holds.
struct Model {
    in_flight: Vec<LostData>,
    held: Vec<bool>,
    fin_held: bool,
    /// The end of the reports so far.
    reported: u64,
}

impl Model {
    fn on_acked(&mut self, send: &mut SendPart, frame: LostData) {
        let fin_was_held = self.fin_held;
        self.held[frame.offset as usize..(frame.offset + frame.len) as usize].fill(true);
        self.fin_held |= frame.fin;
        let contiguous = self.held.iter().take_while(|held| **held).count() as u64;
        let all = contiguous == send.sent_to() && self.fin_held;
        let report = send.on_acked(frame.offset, frame.len, frame.fin).unwrap();
        let expected = contiguous > self.reported || (all && !fin_was_held);
        let expected = expected.then(|| AckedData { offset: self.reported, len: contiguous - self.reported });
        assert_eq!(report, expected, "{frame:?}");
        self.reported = contiguous;
        assert_eq!(send.is_closed(), all);
    }
}

proptest! {
    #[test]
    fn every_byte_arrives_whatever_is_lost(events in prop::collection::vec(event(), 0..120)) {
        let heap = TestHeap::new();
        let mut send = part(&heap);
        let mut model = Model { in_flight: vec![], held: vec![false; 1 << 16], fin_held: false, reported: 0 };
        for event in events {
            step(&mut send, &mut model, &event);
        }
        // What is still on its way is lost and sent again until the peer has all of it.
        while let Some(frame) = model.in_flight.pop() {
            send.on_lost(frame.offset, frame.len, frame.fin).unwrap();
        }
        while send.has_lost() {
            step(&mut send, &mut model, &Event::Resend(97));
            while !model.in_flight.is_empty() {
                step(&mut send, &mut model, &Event::Acked(0));
            }
        }
        prop_assert_eq!(model.reported, send.sent_to());
    }
}

fn step(send: &mut SendPart, model: &mut Model, event: &Event) {
    match *event {
        Event::Append(len) | Event::Fin(len) => {
            let fin = matches!(event, Event::Fin(_));
            if !send.is_open() || len > send.credit().left() {
                return;
            }
            let offset = append(send, len, fin);
            model.in_flight.push(LostData { offset, len, fin });
        }
        Event::Resend(max) => {
            let Some(piece) = send.first_lost(max) else { return };
            let mut copy = vec![0; piece.len as usize];
            assert!(send.copy_to(piece.offset, &mut copy));
            assert_eq!(copy, data(piece.offset, piece.len));
            send.on_resent(piece).unwrap();
            model.in_flight.push(piece);
        }
        Event::Acked(at) if at < model.in_flight.len() => {
            let frame = model.in_flight.remove(at);
            model.on_acked(send, frame);
        }
        Event::Lost(at) if at < model.in_flight.len() => {
            let frame = model.in_flight.remove(at);
            send.on_lost(frame.offset, frame.len, frame.fin).unwrap();
        }
        Event::Acked(_) | Event::Lost(_) => {}
    }
}
