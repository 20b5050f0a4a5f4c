//! Frames of the peer, in the orders that RFC 9000 §3.5 allows and some that it does not.

use proptest::prelude::*;

use super::super::flow_control::MAX_OFFSET;
use super::super::reading::{LimitArrival, StopSendingArrival};
use super::super::receive::{Arrival, ResetArrival};
use super::super::schedule::Pending;
use super::super::stream::MAX_ERROR_CODE;
use super::super::table::Streams;
use super::super::writing::{ResetStreamFrame, StopSendingFrame};
use super::{accept_bidi, accept_uni, close, data, open_bidi, open_uni, slice, streams, with_limits};
use crate::error::Error;
use crate::mem::Key;
use crate::mem::testing::TestHeap;
use crate::units::{Duration, StreamId, Timestamp};

#[test]
fn buffered_data_outlives_its_stream() {
    let heap = TestHeap::new();
    let mut streams = streams(&heap);
    let key = accept_uni(&mut streams, 0);
    streams.receive(key, 10, data(10, 10), true).unwrap();
    assert_eq!(
        streams.receive(key, 0, data(0, 10), false).unwrap().arrival,
        Arrival::InOrder { skip: 0, fin: false }
    );
    let block = streams.next_buffered(key).unwrap().unwrap();
    assert_eq!((block.offset, block.fin), (10, true));
    assert!(close(&mut streams, key).is_some());
    assert_eq!(&*block, data(10, 10));
    assert!(streams.next_buffered(key).unwrap().is_none());
    streams.recycle(block);
}

#[test]
fn stop_sending_is_answered_with_the_same_code() {
    let heap = TestHeap::new();
    let mut streams = streams(&heap);
    let key = accept_bidi(&mut streams, 0);
    streams.try_append(key, &[slice(0, 10)], 10, false).unwrap();
    streams.on_stream_lost(key, 0, 10, false).unwrap();
    assert_eq!(streams.on_stop_sending(key, 5), Ok(StopSendingArrival::Stopped));
    assert_eq!(streams.on_stop_sending(key, 6), Ok(StopSendingArrival::Ignored));
    assert_eq!(streams.write_state(key), Err(Error::StreamShutWr));
    assert!(!streams.pending(key).contains(Pending::LOST_DATA));
    let frame = ResetStreamFrame { id: StreamId(0), error_code: 5, final_size: 10 };
    assert_eq!(streams.reset_stream_frame(key), Some(frame));
    streams.reset_stream_sent(key);
    assert_eq!(streams.reset_stream_frame(key), None);
    streams.on_reset_stream_lost(key);
    assert_eq!(streams.reset_stream_frame(key), Some(frame));
    streams.reset_stream_sent(key);
    streams.on_reset_stream_acked(key);
    streams.on_reset_stream_lost(key);
    assert_eq!(streams.reset_stream_frame(key), None, "a copy was acknowledged");
    assert_eq!(streams.receive(key, 0, &[], true).unwrap().arrival, Arrival::InOrder { skip: 0, fin: true });
    let closed = close(&mut streams, key).unwrap();
    assert_eq!((closed.first_error, closed.send_error, closed.receive_error), (Some(5), Some(5), None));
}

#[test]
fn stop_sending_after_everything_was_acknowledged_is_nothing() {
    let heap = TestHeap::new();
    let mut streams = streams(&heap);
    let key = accept_bidi(&mut streams, 0);
    streams.try_append(key, &[slice(0, 10)], 10, true).unwrap();
    streams.on_stream_acked(key, 0, 10, true).unwrap();
    assert_eq!(streams.on_stop_sending(key, 5), Ok(StopSendingArrival::Ignored));
    assert!(!streams.has_pending());
}

#[test]
fn open_and_reset_at_once() {
    let heap = TestHeap::new();
    let mut streams = with_limits(&heap, 1000, 100, 1 << 30);
    for ordinal in 0..5000 {
        let key = accept_bidi(&mut streams, ordinal);
        assert_eq!(streams.on_reset_stream(key, 1, 0), Ok(ResetArrival::Reset));
        assert_eq!(streams.on_stop_sending(key, 2), Ok(StopSendingArrival::Stopped));
        streams.reset_stream_sent(key);
        streams.on_reset_stream_acked(key);
        let closed = close(&mut streams, key).unwrap();
        assert_eq!(
            (closed.first_error, closed.receive_error, closed.send_error),
            (Some(1), Some(1), Some(2))
        );
    }
    assert!(!streams.has_pending() && streams.len() == 0);
}

#[test]
fn the_end_of_reading_is_told_until_the_peer_has_ended() {
    let heap = TestHeap::new();
    let mut streams = streams(&heap);
    let key = accept_bidi(&mut streams, 0);
    streams.extend_stream_credit(key, 1 << 17).unwrap();
    assert!(streams.pending(key).contains(Pending::MAX_STREAM_DATA));
    streams.shutdown_read(key, 9).unwrap();
    streams.shutdown_read(key, 10).unwrap();
    assert!(!streams.pending(key).contains(Pending::MAX_STREAM_DATA), "no credit for what nobody reads");
    assert_eq!(streams.stop_sending_frame(key), Some(StopSendingFrame { id: StreamId(0), error_code: 9 }));
    assert!(streams.stop_sending_sent(key), "the first time");
    streams.on_stop_sending_lost(key);
    assert_eq!(streams.stop_sending_frame(key), Some(StopSendingFrame { id: StreamId(0), error_code: 9 }));
    assert!(!streams.stop_sending_sent(key));
    assert_eq!(streams.on_reset_stream(key, 12, 0), Ok(ResetArrival::Reset));
    streams.on_stop_sending_lost(key);
    assert_eq!(streams.stop_sending_frame(key), None);
    assert_eq!(streams.receive(key, 0, &[], true).unwrap().arrival, Arrival::Repeated);
}

#[test]
fn a_fin_makes_stop_sending_needless() {
    let heap = TestHeap::new();
    let mut streams = streams(&heap);
    let key = accept_bidi(&mut streams, 0);
    streams.shutdown_read(key, 9).unwrap();
    assert_eq!(streams.receive(key, 0, data(0, 5), true).unwrap().arrival, Arrival::Discarded);
    assert!(!streams.has_pending());
    assert!(streams.get(key).unwrap().receive().unwrap().is_closed());
    let key = accept_bidi(&mut streams, 1);
    streams.receive(key, 0, data(0, 5), true).unwrap();
    streams.shutdown_read(key, 9).unwrap();
    assert!(!streams.has_pending(), "a complete stream sends nothing");
}

#[test]
fn parts_that_do_not_exist_cannot_be_shut_down() {
    let heap = TestHeap::new();
    let mut streams = streams(&heap);
    let ours = open_uni(&mut streams);
    let theirs = accept_uni(&mut streams, 0);
    assert_eq!(streams.shutdown_read(ours, 1), Err(Error::InvalidArgument));
    assert_eq!(streams.shutdown_write(theirs, 1), Err(Error::InvalidArgument));
    assert_eq!(streams.extend_stream_credit(ours, 1), Err(Error::InvalidArgument));
    assert_eq!(streams.write_state(theirs), Err(Error::StreamShutWr));
    assert_eq!(streams.shutdown_write(ours, MAX_ERROR_CODE + 1), Err(Error::InvalidArgument));
    assert_eq!(streams.shutdown_read(theirs, u64::MAX), Err(Error::InvalidArgument));
    assert!(!streams.has_pending());
}

#[test]
fn larger_limits_unblock() {
    let heap = TestHeap::new();
    let mut streams = with_limits(&heap, 10, 10, 10);
    let key = open_bidi(&mut streams);
    streams.try_append(key, &[slice(0, 10)], 10, false).unwrap();
    streams.note_blocked(key);
    assert_eq!((streams.data_blocked_frame(), streams.stream_data_blocked_frame(key)), (Some(10), Some(10)));
    assert_eq!(streams.on_max_stream_data(key, 10), Ok(LimitArrival::Stale));
    assert_eq!(streams.on_max_stream_data(key, 20), Ok(LimitArrival::Raised));
    assert_eq!(streams.on_max_stream_data(key, 15), Ok(LimitArrival::Stale));
    assert_eq!(streams.stream_data_blocked_frame(key), None);
    streams.on_max_data(12);
    assert_eq!(streams.take_raised_send_limit(), Some(12));
    streams.on_max_data(12);
    assert_eq!(streams.take_raised_send_limit(), None);
    assert_eq!(streams.data_blocked_frame(), None);
    assert_eq!(streams.sendable(key, 100), 2);
    streams.on_max_data(u64::MAX);
    assert_eq!(streams.take_raised_send_limit(), Some(MAX_OFFSET));
    assert_eq!(streams.max_data_left(), MAX_OFFSET - 10);
    assert_eq!(streams.sendable(key, 100), 10);
}

#[test]
fn limits_are_announced_repeated_and_outdated() {
    let heap = TestHeap::new();
    let mut streams = with_limits(&heap, 1000, 100, 10);
    let (now, rtt) = (Timestamp(1), Duration(1));
    let key = accept_bidi(&mut streams, 0);
    streams.receive(key, 0, data(0, 90), false).unwrap();
    streams.extend_stream_credit(key, 25).unwrap();
    assert_eq!(streams.max_stream_data_frame(key, now, rtt), None);
    streams.extend_stream_credit(key, 1).unwrap();
    let first = streams.max_stream_data_frame(key, now, rtt).unwrap();
    assert_eq!(first.limit, 126);
    streams.max_stream_data_sent(key, first, now);
    assert_eq!(streams.max_stream_data_frame(key, now, rtt), None);
    streams.on_max_stream_data_lost(key, 126);
    streams.extend_stream_credit(key, 4).unwrap();
    let second = streams.max_stream_data_frame(key, now, rtt).unwrap();
    assert_eq!(second.limit, 130, "the newest limit, not the lost one");
    streams.max_stream_data_sent(key, second, now);
    streams.on_max_stream_data_lost(key, 126);
    assert!(!streams.has_pending());

    streams.extend_connection_credit(251);
    let update = streams.max_data_frame(now, rtt).unwrap();
    assert_eq!(update.limit, 1251);
    assert!(streams.has_connection_frames());
    streams.max_data_sent(update, now);
    assert!(!streams.has_connection_frames());
    streams.on_max_data_lost(1000);
    assert_eq!(streams.max_data_frame(now, rtt), None);
    streams.on_max_data_lost(1251);
    assert_eq!(streams.max_data_frame(now, rtt), Some(update));
}

#[test]
fn max_streams_are_announced_at_once() {
    use crate::units::Direction::Bidi;
    let heap = TestHeap::new();
    let mut streams = with_limits(&heap, 1000, 100, 10);
    streams.extend_max_streams(Bidi, 1);
    assert_eq!(streams.max_streams_frame(Bidi), Some(11));
    assert!(streams.max_streams_sent(Bidi, 11));
    assert_eq!(streams.max_streams_frame(Bidi), None);
    streams.on_max_streams_lost(Bidi, 11);
    assert_eq!(streams.max_streams_frame(Bidi), Some(11));
    assert!(!streams.max_streams_sent(Bidi, 11), "the application was told before");
    streams.extend_max_streams(Bidi, 1);
    streams.max_streams_sent(Bidi, 12);
    streams.on_max_streams_lost(Bidi, 11);
    assert_eq!(streams.max_streams_frame(Bidi), None);
}

#[test]
fn credit_dripped_by_single_bytes_stays_cheap() {
    let heap = TestHeap::new();
    let mut streams = with_limits(&heap, 1 << 20, 1 << 16, 10);
    let key = accept_bidi(&mut streams, 0);
    let mut frames = 0;
    for _ in 0..1 << 16 {
        streams.extend_stream_credit(key, 1).unwrap();
        if let Some(update) = streams.max_stream_data_frame(key, Timestamp(1), Duration(1)) {
            streams.max_stream_data_sent(key, update, Timestamp(1));
            frames += 1;
        }
    }
    assert_eq!(frames, 3);
}

/// What the peer and the application do to a stream, with numbers small enough to meet.
#[derive(Clone, Debug)]
enum Event {
    Stream { offset: u64, len: u64, fin: bool },
    Next { len: u64, fin: bool },
    Reset { final_size: u64 },
    StopReading,
    Extend { stream: u64, connection: u64 },
}

fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0..70_u64, 0..30_u64, any::<bool>())
            .prop_map(|(offset, len, fin)| Event::Stream { offset, len, fin: fin && len % 3 == 0 }),
        6 => (0..20_u64, 0..6).prop_map(|(len, fin)| Event::Next { len, fin: fin == 0 }),
        1 => (0..80_u64).prop_map(|final_size| Event::Reset { final_size }),
        1 => Just(Event::StopReading),
        2 => (0..40_u64, 0..40_u64).prop_map(|(stream, connection)| Event::Extend { stream, connection }),
    ]
}

/// All that can be asked of the receiving part.
fn describe(streams: &Streams, key: Key) -> impl PartialEq + core::fmt::Debug + use<> {
    let stream = streams.get(key).unwrap();
    let receive = stream.receive().unwrap();
    let credits = [receive.credit(), &streams.receive_credit]
        .map(|credit| (credit.received(), credit.announced(), credit.granted()));
    (receive.delivered(), receive.state(), credits, stream.pending, stream.is_closed(), streams.has_pending())
}

proptest! {
    /// The short way for data in order comes to what the long way comes to.
    #[test]
    fn a_short_way_is_no_other_way(events in prop::collection::vec(events(), 1..40)) {
        let heap = TestHeap::new();
        let [mut short, mut long] = [(); 2].map(|()| with_limits(&heap, 60, 50, 1));
        let [key, twin] = [&mut short, &mut long].map(|streams| accept_bidi(streams, 0));
        for event in events {
            let delivered = short.get(key).unwrap().receive().unwrap().delivered();
            let (offset, len, fin) = match event {
                Event::Stream { offset, len, fin } => (offset, len, fin),
                Event::Next { len, fin } => (delivered, len, fin),
                Event::Reset { final_size } => {
                    prop_assert_eq!(
                        short.on_reset_stream(key, 7, final_size),
                        long.on_reset_stream(twin, 7, final_size)
                    );
                    continue;
                }
                Event::StopReading => {
                    prop_assert_eq!(short.shutdown_read(key, 8), long.shutdown_read(twin, 8));
                    continue;
                }
                Event::Extend { stream, connection } => {
                    for (streams, key) in [(&mut short, key), (&mut long, twin)] {
                        streams.extend_stream_credit(key, stream).unwrap();
                        streams.extend_connection_credit(connection);
                        if let Some(update) = streams.max_stream_data_frame(key, Timestamp(0), Duration(1)) {
                            streams.max_stream_data_sent(key, update, Timestamp(0));
                        }
                        if let Some(update) = streams.max_data_frame(Timestamp(0), Duration(1)) {
                            streams.max_data_sent(update, Timestamp(0));
                        }
                    }
                    continue;
                }
            };
            let bytes = data(offset, len);
            let received = match short.receive_next(key, offset, bytes, fin) {
                Some(received) => Ok(received),
                None => short.receive(key, offset, bytes, fin),
            };
            let expected = long.receive(twin, offset, bytes, fin);
            prop_assert_eq!(
                received.map(|received| (received.arrival, received.keeps_data)),
                expected.map(|received| (received.arrival, received.keeps_data))
            );
            loop {
                let [block, other] = [(&mut short, key), (&mut long, twin)].map(|(streams, key)| {
                    let block = streams.next_buffered(key).unwrap()?;
                    let seen = (block.offset, block.len(), block.fin);
                    streams.recycle(block);
                    Some(seen)
                });
                prop_assert_eq!(block, other);
                if block.is_none() {
                    break;
                }
            }
            prop_assert_eq!(describe(&short, key), describe(&long, twin));
        }
    }
}
