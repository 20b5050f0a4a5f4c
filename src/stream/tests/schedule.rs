//! Turns: fair, and nothing that waits is forgotten.

extern crate std;

use std::vec::Vec;

use proptest::prelude::*;

use super::super::schedule::Pending;
use super::super::table::Streams;
use super::{accept_bidi, close, open_bidi, slice, streams};
use crate::mem::Key;
use crate::mem::testing::TestHeap;

#[test]
fn each_stream_has_its_turn_before_any_has_a_second_one() {
    let heap = TestHeap::new();
    let mut streams = streams(&heap);
    let keys: Vec<Key> = (0..3).map(|_| open_bidi(&mut streams)).collect();
    for &key in &keys {
        streams.try_append(key, &[slice(0, 100)], 100, false).unwrap();
        streams.on_stream_lost(key, 0, 100, false).unwrap();
    }
    let mut turns = Vec::new();
    while let Some(key) = streams.next_pending() {
        let piece = streams.lost_data(key, 50).unwrap();
        streams.lost_data_sent(key, piece).unwrap();
        streams.rotate(key);
        turns.push(key);
    }
    assert_eq!(turns, [keys[0], keys[1], keys[2], keys[0], keys[1], keys[2]]);
}

#[test]
fn a_stream_that_cannot_write_data_keeps_its_control_frames() {
    let heap = TestHeap::new();
    let mut streams = streams(&heap);
    let key = accept_bidi(&mut streams, 0);
    streams.shutdown_read(key, 5).unwrap();
    streams.shutdown_write(key, 6).unwrap();
    streams.rotate(key);
    streams.rotate(key);
    assert_eq!(streams.next_pending(), Some(key));
    assert!(streams.pending(key).contains(Pending::STOP_SENDING));
    assert!(streams.pending(key).contains(Pending::RESET_STREAM));
    streams.reset_stream_sent(key);
    assert_eq!(streams.next_pending(), Some(key));
    streams.stop_sending_sent(key);
    assert_eq!(streams.next_pending(), None);
}

#[test]
fn a_stream_leaves_the_queue_when_it_ends() {
    let heap = TestHeap::new();
    let mut streams = streams(&heap);
    let (first, second) = (accept_bidi(&mut streams, 0), accept_bidi(&mut streams, 1));
    for key in [first, second] {
        streams.shutdown_write(key, 1).unwrap();
    }
    streams.on_reset_stream_acked(first);
    streams.on_reset_stream(first, 1, 0).unwrap();
    assert!(close(&mut streams, first).is_some());
    assert_eq!(streams.next_pending(), Some(second));
}

proptest! {
    /// A stream is in the queue if and only if it waits for something, and the queue goes round.
    #[test]
    fn the_queue_is_the_set_of_streams_that_wait(
        actions in prop::collection::vec((0..5usize, 0..8u8), 0..100),
    ) {
        let heap = TestHeap::new();
        let mut streams = streams(&heap);
        let keys: Vec<Key> = (0..5).map(|ordinal| accept_bidi(&mut streams, ordinal)).collect();
        for (at, action) in actions {
            act(&mut streams, keys[at], action);
            let mut waiting: Vec<Key> = keys.iter().copied().filter(|&key| !streams.pending(key).is_empty()).collect();
            let mut queued = Vec::new();
            for _ in 0..waiting.len() {
                let key = streams.next_pending().unwrap();
                queued.push(key);
                streams.rotate(key);
            }
            prop_assert_eq!(streams.next_pending(), queued.first().copied());
            queued.sort_by_key(|key| key.index());
            waiting.sort_by_key(|key| key.index());
            prop_assert_eq!(queued, waiting);
        }
    }
}

fn act(streams: &mut Streams, key: Key, action: u8) {
    match action {
        0 => {
            let offset = streams.next_offset(key);
            if streams.try_append(key, &[slice(offset, 10)], 10, false).is_ok() {
                streams.on_stream_lost(key, offset, 10, false).unwrap();
            }
        }
        1 => {
            if let Some(piece) = streams.lost_data(key, 7) {
                streams.lost_data_sent(key, piece).unwrap();
            }
        }
        2 => streams.shutdown_read(key, 1).unwrap(),
        3 => {
            streams.stop_sending_sent(key);
        }
        4 => streams.extend_stream_credit(key, 1 << 17).unwrap(),
        5 => streams.shutdown_write(key, 1).unwrap(),
        6 => streams.reset_stream_sent(key),
        _ => {
            let offset = streams.next_offset(key);
            streams.on_stream_acked(key, 0, offset, false).unwrap();
        }
    }
}
