//! New data, data sent again, and limits on the way out.

use super::super::schedule::Pending;
use super::super::send::{AckedData, LostData};
use super::{accept_bidi, close, data, open_bidi, open_uni, slice, streams, with_limits};
use crate::error::Error;
use crate::mem::Key;
use crate::mem::testing::TestHeap;

#[test]
fn both_limits_hold() {
    let heap = TestHeap::new();
    let mut streams = with_limits(&heap, 15, 10, 10);
    let (first, second) = (open_bidi(&mut streams), open_uni(&mut streams));
    assert_eq!(streams.sendable(first, 100), 10);
    assert_eq!(streams.try_append(first, &[slice(0, 100)], 10, false), Ok(0));
    assert_eq!(streams.sendable(first, 100), 0);
    assert_eq!(streams.try_append(first, &[slice(10, 1)], 1, false), Err(Error::StreamDataBlocked));
    assert_eq!(streams.try_append(first, &[], 0, true), Ok(10), "a FIN needs no credit");
    assert_eq!((streams.sendable(second, 100), streams.sendable(second, 3)), (5, 3));
    assert_eq!(streams.try_append(second, &[slice(0, 10)], 6, false), Err(Error::StreamDataBlocked));
    assert_eq!(streams.max_data_left(), 5);
    assert_eq!(streams.try_append(second, &[slice(0, 10)], 5, false), Ok(0));
    assert_eq!((streams.max_data_left(), streams.max_stream_data_left(second)), (0, 5));
    assert_eq!(streams.sendable(Key::NONE, 5), 0);
    assert_eq!(streams.write_state(Key::NONE), Err(Error::StreamNotFound));
}

#[test]
fn being_blocked_is_told_once_and_repeated_if_lost() {
    let heap = TestHeap::new();
    let mut streams = with_limits(&heap, 10, 10, 10);
    let key = open_bidi(&mut streams);
    streams.note_blocked(key);
    assert!(!streams.has_pending() && streams.data_blocked_frame().is_none());
    streams.try_append(key, &[slice(0, 10)], 10, false).unwrap();
    streams.note_blocked(key);
    streams.stream_data_blocked_sent(key);
    streams.data_blocked_sent();
    streams.note_blocked(key);
    assert!(!streams.has_pending() && streams.data_blocked_frame().is_none());
    streams.on_stream_data_blocked_lost(key, 10);
    streams.on_data_blocked_lost(10);
    assert_eq!((streams.data_blocked_frame(), streams.stream_data_blocked_frame(key)), (Some(10), Some(10)));
    streams.on_max_data(11);
    streams.on_data_blocked_lost(10);
    assert_eq!(streams.data_blocked_frame(), None);
    streams.shutdown_write(key, 0).unwrap();
    assert_eq!(streams.stream_data_blocked_frame(key), None);
}

#[test]
fn the_first_empty_frame_opens_the_stream() {
    let heap = TestHeap::new();
    let mut streams = streams(&heap);
    let key = open_bidi(&mut streams);
    assert!(streams.is_untouched(key));
    streams.try_append(key, &[], 0, false).unwrap();
    assert!(!streams.is_untouched(key));
}

#[test]
fn losses_are_counted_and_rollbacks_are_not() {
    let heap = TestHeap::new();
    let mut streams = streams(&heap);
    let key = open_bidi(&mut streams);
    streams.try_append(key, &[slice(0, 100)], 100, true).unwrap();
    streams.return_unsent(key, 0, 100, true).unwrap();
    assert_eq!(streams.get(key).unwrap().loss_count(), 0);
    let whole = LostData { offset: 0, len: 100, fin: true };
    assert_eq!(streams.lost_data(key, 1000), Some(whole));
    streams.lost_data_sent(key, whole).unwrap();
    assert!(!streams.has_pending());
    streams.on_stream_lost(key, 0, 100, true).unwrap();
    assert_eq!(streams.get(key).unwrap().loss_count(), 1);
    let mut copy = [0; 30];
    assert!(streams.copy_data(key, 70, &mut copy));
    assert_eq!(copy, data(70, 30));
}

#[test]
fn a_late_acknowledgement_cancels_what_waits_to_be_sent_again() {
    let heap = TestHeap::new();
    let mut streams = streams(&heap);
    let key = accept_bidi(&mut streams, 0);
    streams.try_append(key, &[slice(0, 100)], 100, false).unwrap();
    streams.on_stream_lost(key, 0, 100, false).unwrap();
    assert!(streams.pending(key).contains(Pending::LOST_DATA));
    let acked = streams.on_stream_acked(key, 0, 100, false).unwrap().unwrap();
    assert_eq!(acked.data, Some(AckedData { offset: 0, len: 100 }));
    assert!(!streams.has_pending());
}

#[test]
fn a_fin_unblocks() {
    let heap = TestHeap::new();
    let mut streams = with_limits(&heap, 100, 10, 10);
    let key = open_uni(&mut streams);
    streams.try_append(key, &[slice(0, 10)], 10, false).unwrap();
    streams.note_blocked(key);
    streams.try_append(key, &[], 0, true).unwrap();
    assert!(!streams.has_pending(), "nothing is blocked any more");
    streams.on_stream_data_blocked_lost(key, 10);
    assert!(!streams.has_pending());
}

#[test]
fn the_data_of_a_reset_stream_is_never_read() {
    let heap = TestHeap::new();
    let mut streams = streams(&heap);
    let key = open_uni(&mut streams);
    streams.try_append(key, &[slice(0, 10)], 10, false).unwrap();
    streams.on_stream_lost(key, 0, 10, false).unwrap();
    streams.shutdown_write(key, 3).unwrap();
    assert!(!streams.copy_data(key, 0, &mut [0; 1]));
    assert_eq!(streams.lost_data(key, 100), None);
    streams.reset_stream_sent(key);
    streams.on_reset_stream_acked(key);
    let closed = close(&mut streams, key).unwrap();
    assert_eq!((closed.send_error, closed.first_error), (Some(3), Some(3)));
    assert_eq!(streams.max_data_left(), (1 << 20) - 10, "credit that was used stays used");
}
