//! Every allocation fails in turn: the operation reports it, changes nothing, and succeeds when tried again.

extern crate std;

use std::vec::Vec;

use super::super::receive::Arrival;
use super::super::table::{Accepted, Part, Streams};
use super::{accept_bidi, data, open_bidi, slice, streams};
use crate::error::{Error, Result};
use crate::mem::Key;
use crate::mem::testing::TestHeap;
use crate::units::{Direction, Side, StreamId};

/// Everything observable about the streams of a test.
fn picture(streams: &Streams) -> impl PartialEq + core::fmt::Debug + use<> {
    let mut parts = Vec::new();
    let mut next = streams.first_key();
    while let Some(key) = next {
        let stream = streams.get(key).unwrap();
        let send = stream.send().map(|send| (send.state(), send.sent_to(), streams.lost_data(key, 1 << 20)));
        let receive = stream.receive().map(|part| (part.state(), part.delivered(), part.credit().received()));
        parts.push((stream.id(), streams.find(stream.id()) == Some(key), stream.pending(), send, receive));
        next = streams.key_after(key);
    }
    (parts, streams.left(Direction::Bidi), streams.max_data_left(), streams.next_pending().map(Key::index))
}

/// Prepares streams, then runs `operation` with each of its allocations failing.
fn each_failing<T>(
    prepare: impl Fn(&mut Streams) -> Key,
    operation: impl Fn(&mut Streams, Key) -> Result<T>,
) {
    for nth in 1.. {
        let heap = TestHeap::new();
        let mut streams = streams(&heap);
        let key = prepare(&mut streams);
        let before = picture(&streams);
        heap.fail_nth(nth);
        let calls = heap.calls();
        let outcome = operation(&mut streams, key);
        let failed = heap.calls() - calls >= nth;
        heap.fail_nth(0);
        match outcome {
            Err(Error::NoMem) => {
                assert!(failed);
                assert_eq!(picture(&streams), before, "allocation {nth}");
                assert!(operation(&mut streams, key).is_ok());
            }
            Err(error) => panic!("{error:?}"),
            Ok(_) => assert!(!failed, "allocation {nth} failed unnoticed"),
        }
        drop(streams);
        assert_eq!(heap.live(), 0);
        if !failed {
            assert!(nth > 1, "the operation allocates nothing");
            return;
        }
    }
}

fn nothing(_: &mut Streams) -> Key {
    Key::NONE
}

fn four_packets(streams: &mut Streams) -> Key {
    let key = open_bidi(streams);
    for packet in 0..4 {
        streams.try_append(key, &[slice(packet * 100, 100)], 100, packet == 3).unwrap();
    }
    key
}

#[test]
fn opening() {
    each_failing(nothing, |streams, _| streams.open_local(Direction::Bidi, core::ptr::null_mut()));
    each_failing(nothing, |streams, _| {
        let id = StreamId::new(Side::Client, Direction::Uni, 7);
        streams.accept(id, Part::Receiving).map(|accepted| assert!(matches!(accepted, Accepted::Opened(_))))
    });
}

#[test]
fn receiving_out_of_order() {
    each_failing(
        |streams| accept_bidi(streams, 0),
        |streams, key| {
            let received = streams.receive(key, 1, data(1, 10_000), true);
            received.map(|received| assert_eq!(received.arrival, Arrival::OutOfOrder))
        },
    );
}

#[test]
fn taking_a_part_of_a_block() {
    let prepare = |streams: &mut Streams| {
        let key = accept_bidi(streams, 0);
        streams.receive(key, 1, data(1, 10), false).unwrap();
        streams.receive(key, 20, data(20, 10), false).unwrap();
        streams.receive(key, 0, data(0, 1), false).unwrap();
        key
    };
    each_failing(prepare, |streams, key| {
        streams.next_buffered(key).map(|block| assert_eq!(&*block.unwrap(), data(1, 10)))
    });
}

#[test]
fn appending() {
    each_failing(open_bidi, |streams, key| {
        let slices = [slice(0, 10), slice(30, 10), slice(60, 10), slice(90, 10), slice(120, 10)];
        streams.try_append(key, &slices, 50, true)
    });
}

#[test]
fn acknowledging_out_of_order() {
    each_failing(four_packets, |streams, key| streams.on_stream_acked(key, 100, 100, false));
}

#[test]
fn losing() {
    each_failing(four_packets, |streams, key| streams.on_stream_lost(key, 100, 100, false));
}

#[test]
fn losing_around_what_was_acknowledged() {
    let prepare = |streams: &mut Streams| {
        let key = four_packets(streams);
        for at in (10..390).step_by(20) {
            streams.on_stream_acked(key, at, 10, false).unwrap();
        }
        key
    };
    each_failing(prepare, |streams, key| streams.on_stream_lost(key, 0, 400, true));
}
