//! Opening, finding and closing streams, against a model.

extern crate std;

use std::collections::{BTreeMap, BTreeSet};
use std::vec::Vec;

use proptest::prelude::*;

use super::super::stream_limits::{MAX_OPENED_RANGES, MAX_STREAMS};
use super::super::table::{Accepted, Part, Streams, WindowSettings};
use super::{accept_bidi, accept_uni, close, open_bidi, open_uni, params, slice, streams, with_limits};
use crate::error::Error;
use crate::mem::Key;
use crate::mem::testing::TestHeap;
use crate::units::{Direction, Side, StreamId};

#[test]
fn our_streams_are_counted_against_the_peers_limit() {
    let heap = TestHeap::new();
    let mut streams = Streams::new(heap.mem(), Side::Client, (1, 2), WindowSettings::default());
    let null = core::ptr::null_mut();
    assert_eq!(streams.open_local(Direction::Bidi, null), Err(Error::StreamIdBlocked));
    assert_eq!(streams.streams_blocked_frame(Direction::Bidi), Some(0));
    streams.set_remote_limits(&params(100, 10, 2));
    assert_eq!(streams.streams_blocked_frame(Direction::Bidi), None);
    let (first, _) = streams.open_local(Direction::Bidi, null).unwrap();
    let (second, key) = streams.open_local(Direction::Bidi, null).unwrap();
    assert_eq!((first, second), (StreamId(0), StreamId(4)));
    assert_eq!(streams.find(second), Some(key));
    assert_eq!(streams.open_local(Direction::Bidi, null), Err(Error::StreamIdBlocked));
    assert_eq!(streams.streams_blocked_frame(Direction::Bidi), Some(2));
    streams.streams_blocked_sent(Direction::Bidi);
    assert_eq!(streams.open_local(Direction::Bidi, null), Err(Error::StreamIdBlocked));
    assert_eq!(streams.streams_blocked_frame(Direction::Bidi), None, "told once");
    streams.on_streams_blocked_lost(Direction::Bidi, 2);
    assert_eq!(streams.streams_blocked_frame(Direction::Bidi), Some(2));
    assert_eq!(streams.open_local(Direction::Uni, null).unwrap().0, StreamId(2));
    assert!(streams.on_max_streams(Direction::Bidi, 3) && !streams.on_max_streams(Direction::Bidi, 3));
    assert_eq!(streams.left(Direction::Bidi), 1);
    streams.on_streams_blocked_lost(Direction::Bidi, 2);
    assert_eq!(streams.streams_blocked_frame(Direction::Bidi), None, "out of date");
}

#[test]
fn only_the_stream_seen_is_opened() {
    let heap = TestHeap::new();
    let mut streams = streams(&heap);
    let id = |ordinal| StreamId::new(Side::Client, Direction::Bidi, ordinal);
    let Ok(Accepted::Opened(fifth)) = streams.accept(id(5), Part::Receiving) else { panic!() };
    assert_eq!(streams.accept(id(5), Part::Sending), Ok(Accepted::Existing(fifth)));
    assert_eq!(streams.find(id(4)), None);
    assert!(matches!(streams.accept(id(4), Part::Sending), Ok(Accepted::Opened(_))));
    assert!(matches!(streams.accept(id(99), Part::Receiving), Ok(Accepted::Opened(_))));
    assert_eq!(streams.accept(id(100), Part::Receiving), Err(Error::StreamLimit));
    assert_eq!(streams.accept(StreamId((1 << 62) - 4), Part::Receiving), Err(Error::StreamLimit));
    assert_eq!(streams.len(), 3);
}

#[test]
fn frames_speak_to_parts_that_exist() {
    let heap = TestHeap::new();
    let mut streams = streams(&heap);
    open_uni(&mut streams);
    open_bidi(&mut streams);
    let ours = |direction, ordinal| StreamId::new(Side::Server, direction, ordinal);
    let theirs = StreamId::new(Side::Client, Direction::Uni, 0);
    assert_eq!(streams.accept(ours(Direction::Uni, 0), Part::Receiving), Err(Error::StreamState));
    assert!(matches!(streams.accept(ours(Direction::Uni, 0), Part::Sending), Ok(Accepted::Existing(_))));
    assert_eq!(streams.accept(theirs, Part::Sending), Err(Error::StreamState));
    assert!(matches!(streams.accept(theirs, Part::Receiving), Ok(Accepted::Opened(_))));
    assert!(matches!(streams.accept(ours(Direction::Bidi, 0), Part::Receiving), Ok(Accepted::Existing(_))));
    assert_eq!(streams.accept(ours(Direction::Bidi, 1), Part::Receiving), Err(Error::StreamState));
    assert_eq!(streams.accept(ours(Direction::Uni, 1), Part::Sending), Err(Error::StreamState));
}

#[test]
fn closed_streams_stay_closed() {
    let heap = TestHeap::new();
    let mut streams = streams(&heap);
    let key = accept_uni(&mut streams, 3);
    assert!(close(&mut streams, key).is_none());
    streams.receive(key, 0, b"x", true).unwrap();
    let closed = close(&mut streams, key).unwrap();
    assert_eq!((closed.id, closed.first_error), (StreamId(14), None));
    assert!(close(&mut streams, key).is_none());
    assert_eq!(streams.accept(StreamId(14), Part::Receiving), Ok(Accepted::Closed));

    let key = open_uni(&mut streams);
    streams.try_append(key, &[], 0, true).unwrap();
    streams.on_stream_acked(key, 0, 0, true).unwrap();
    assert_eq!(close(&mut streams, key).map(|closed| closed.id), Some(StreamId(3)));
    assert_eq!(streams.accept(StreamId(3), Part::Sending), Ok(Accepted::Closed));
    assert_eq!(streams.len(), 0);
}

#[test]
fn keys_of_streams_that_are_gone_find_nothing() {
    let heap = TestHeap::new();
    let mut streams = streams(&heap);
    let old = accept_uni(&mut streams, 0);
    streams.receive(old, 0, &[], true).unwrap();
    close(&mut streams, old).unwrap();
    let new = accept_uni(&mut streams, 1);
    assert_eq!(new.index(), old.index(), "the same place");
    assert!(streams.get(old).is_none());
    streams.on_stream_lost(old, 0, 10, false).unwrap();
    streams.on_reset_stream_lost(old);
    streams.on_stop_sending_lost(old);
    streams.on_max_stream_data_lost(old, 0);
    assert!(matches!(streams.on_stream_acked(old, 0, 10, true), Ok(None)));
    assert!(!streams.has_pending());
}

#[test]
fn each_kind_of_stream_has_its_own_limits() {
    let heap = TestHeap::new();
    let mut streams = Streams::new(heap.mem(), Side::Server, (1, 2), WindowSettings::default());
    let mut ours = params(1000, 0, 10);
    ours.initial_max_stream_data_bidi_local = 1;
    ours.initial_max_stream_data_bidi_remote = 2;
    ours.initial_max_stream_data_uni = 3;
    let mut theirs = params(1000, 0, 10);
    theirs.initial_max_stream_data_bidi_local = 11;
    theirs.initial_max_stream_data_bidi_remote = 12;
    theirs.initial_max_stream_data_uni = 13;
    streams.set_local_limits(&ours);
    streams.set_remote_limits(&theirs);
    let limits = |streams: &Streams, key: Key| {
        let stream = streams.get(key).unwrap();
        let receive = stream.receive().map(|receive| receive.credit().announced());
        (receive, stream.send().map(|send| send.credit().limit()))
    };
    let key = open_bidi(&mut streams);
    assert_eq!(limits(&streams, key), (Some(1), Some(12)));
    let key = open_uni(&mut streams);
    assert_eq!(limits(&streams, key), (None, Some(13)));
    let key = accept_bidi(&mut streams, 0);
    assert_eq!(limits(&streams, key), (Some(2), Some(11)));
    let key = accept_uni(&mut streams, 0);
    assert_eq!(limits(&streams, key), (Some(3), None));
}

#[test]
fn real_limits_raise_remembered_ones() {
    let heap = TestHeap::new();
    let mut streams = with_limits(&heap, 100, 10, 2);
    let key = open_bidi(&mut streams);
    streams.set_remote_limits(&params(90, 5, 1));
    assert_eq!((streams.max_stream_data_left(key), streams.max_data_left()), (10, 100));
    streams.set_remote_limits(&params(200, 20, 5));
    assert_eq!((streams.max_stream_data_left(key), streams.max_data_left()), (20, 200));
    assert_eq!(streams.left(Direction::Bidi), 4);
}

#[test]
fn rejected_early_data_leaves_no_trace() {
    let heap = TestHeap::new();
    let mut streams = with_limits(&heap, 1000, 100, 5);
    let key = open_bidi(&mut streams);
    streams.try_append(key, &[slice(0, 50)], 50, false).unwrap();
    streams.on_stream_lost(key, 0, 50, false).unwrap();
    streams.extend_connection_credit(900);
    streams.extend_max_streams(Direction::Bidi, 4);
    streams.clear_all();
    assert!(streams.get(key).is_none() && !streams.has_pending() && !streams.has_connection_frames());
    assert_eq!(streams.find(StreamId(1)), None);
    assert_eq!((streams.len(), streams.max_data_left(), streams.left(Direction::Bidi)), (0, 0, 0));
    streams.set_remote_limits(&params(400, 100, 3));
    assert_eq!((streams.max_data_left(), streams.left(Direction::Bidi)), (400, 3));
    let (id, _) = streams.open_local(Direction::Bidi, core::ptr::null_mut()).unwrap();
    assert_eq!(id, StreamId(1), "ids start anew");
    assert_eq!(
        streams.accept(StreamId::new(Side::Client, Direction::Bidi, 5), Part::Receiving),
        Err(Error::StreamLimit)
    );
}

#[test]
fn stream_counts_end_at_two_to_the_sixty() {
    let heap = TestHeap::new();
    let mut streams = with_limits(&heap, 100, 10, u64::MAX);
    let last = StreamId::new(Side::Client, Direction::Bidi, MAX_STREAMS - 1);
    assert!(matches!(streams.accept(last, Part::Receiving), Ok(Accepted::Opened(_))));
    streams.extend_max_streams(Direction::Bidi, u64::MAX);
    assert_eq!(streams.max_streams_frame(Direction::Bidi), None);
    assert_eq!(streams.left(Direction::Uni), MAX_STREAMS);
    assert!(!streams.on_max_streams(Direction::Uni, u64::MAX));
}

#[test]
fn a_peer_that_skips_every_other_stream_meets_a_bound() {
    let heap = TestHeap::new();
    let mut streams = with_limits(&heap, 100, 10, 1 << 40);
    for ordinal in 0..MAX_OPENED_RANGES as u64 {
        let key = accept_uni(&mut streams, ordinal * 2);
        streams.receive(key, 0, &[], true).unwrap();
        close(&mut streams, key).unwrap();
    }
    let next = StreamId::new(Side::Client, Direction::Uni, 1 << 30);
    assert_eq!(streams.accept(next, Part::Receiving), Err(Error::StreamLimit));
    assert_eq!(streams.len(), 0);
    assert!(heap.account().bytes.get() < 200_000);
}

#[test]
fn closed_streams_cost_nothing() {
    let heap = TestHeap::new();
    let mut streams = with_limits(&heap, 1 << 40, 1 << 18, 1 << 40);
    let mut after_first = 0;
    for ordinal in 0..10_000 {
        let key = accept_bidi(&mut streams, ordinal);
        streams.receive(key, 0, b"request", true).unwrap();
        streams.try_append(key, &[slice(0, 500)], 500, true).unwrap();
        streams.on_stream_acked(key, 0, 500, true).unwrap();
        close(&mut streams, key).unwrap();
        if ordinal == 0 {
            after_first = heap.account().bytes.get();
        }
    }
    assert_eq!(heap.account().bytes.get(), after_first);
}

#[test]
fn a_burst_of_streams_leaves_no_room_behind() {
    let heap = TestHeap::new();
    let mut streams = with_limits(&heap, 1 << 40, 1 << 18, 1 << 40);
    let keys: Vec<Key> = (0..1000).map(|ordinal| accept_uni(&mut streams, ordinal)).collect();
    for &key in &keys {
        streams.receive(key, 0, &[], true).unwrap();
        close(&mut streams, key).unwrap();
    }
    assert!(heap.account().bytes.get() < 1000, "{}", heap.account().bytes.get());
    let key = accept_uni(&mut streams, 1000);
    assert!(keys.iter().all(|&old| streams.get(old).is_none()) && streams.get(key).is_some());
}

#[test]
fn streams_are_small() {
    assert!(
        size_of::<super::super::stream::Stream>() <= 320,
        "{}",
        size_of::<super::super::stream::Stream>()
    );
}

#[derive(Clone, Debug)]
enum Event {
    OpenLocal(Direction),
    /// A frame of the peer for a stream of either side.
    Accept {
        initiator: Side,
        direction: Direction,
        ordinal: u64,
        part: Part,
    },
    /// End the stream at this place of the list.
    Close(usize),
    ExtendMaxStreams(Direction, u64),
    MaxStreams(Direction, u64),
}

fn event() -> impl Strategy<Value = Event> {
    let direction = || prop_oneof![Just(Direction::Bidi), Just(Direction::Uni)];
    let side = prop_oneof![Just(Side::Client), Just(Side::Server)];
    let part = prop_oneof![Just(Part::Sending), Just(Part::Receiving)];
    prop_oneof![
        2 => direction().prop_map(Event::OpenLocal),
        5 => (side, direction(), 0..20u64, part)
            .prop_map(|(initiator, direction, ordinal, part)| Event::Accept { initiator, direction, ordinal, part }),
        4 => (0..20usize).prop_map(Event::Close),
        1 => (direction(), 0..4u64).prop_map(|(direction, count)| Event::ExtendMaxStreams(direction, count)),
        1 => (direction(), 0..20u64).prop_map(|(direction, limit)| Event::MaxStreams(direction, limit)),
    ]
}

/// What a table of streams is: ids with keys, counts and limits.
struct Model {
    open: BTreeMap<u64, Key>,
    seen: BTreeSet<u64>,
    opened: [u64; 2],
    limit: [u64; 2],
    granted: [u64; 2],
}

impl Model {
    fn expect(&self, id: StreamId, part: Part) -> Result<&'static str, Error> {
        let is_local = id.initiator() == Side::Server;
        if id.direction() == Direction::Uni && is_local != (part == Part::Sending) {
            return Err(Error::StreamState);
        }
        if self.open.contains_key(&id.0) {
            return Ok("existing");
        }
        if self.seen.contains(&id.0) {
            return Ok("closed");
        }
        match is_local {
            true => Err(Error::StreamState),
            false if id.ordinal() >= self.granted[id.direction().index()] => Err(Error::StreamLimit),
            false => Ok("opened"),
        }
    }
}

fn end(streams: &mut Streams, key: Key) {
    if streams.get(key).unwrap().receive().is_some() {
        streams.on_reset_stream(key, 7, 0).unwrap();
    }
    if streams.get(key).unwrap().send().is_some() {
        streams.shutdown_write(key, 8).unwrap();
        streams.on_reset_stream_acked(key);
    }
    assert!(close(streams, key).is_some());
}

proptest! {
    #[test]
    fn is_a_map_of_ids(events in prop::collection::vec(event(), 0..150)) {
        let heap = TestHeap::new();
        let mut streams = with_limits(&heap, 100, 100, 6);
        let mut model = Model { open: BTreeMap::new(), seen: BTreeSet::new(), opened: [0; 2], limit: [6; 2], granted: [6; 2] };
        for event in events {
            match event {
                Event::OpenLocal(direction) => {
                    let index = direction.index();
                    let outcome = streams.open_local(direction, core::ptr::null_mut());
                    if model.opened[index] == model.limit[index] {
                        prop_assert_eq!(outcome, Err(Error::StreamIdBlocked));
                        continue;
                    }
                    let id = StreamId::new(Side::Server, direction, model.opened[index]);
                    prop_assert_eq!(outcome.map(|opened| opened.0), Ok(id));
                    model.opened[index] += 1;
                    model.open.insert(id.0, outcome.unwrap().1);
                    model.seen.insert(id.0);
                }
                Event::Accept { initiator, direction, ordinal, part } => {
                    let id = StreamId::new(initiator, direction, ordinal);
                    let expected = model.expect(id, part);
                    let outcome = streams.accept(id, part);
                    prop_assert_eq!(outcome.map(|accepted| match accepted {
                        Accepted::Existing(_) => "existing",
                        Accepted::Opened(_) => "opened",
                        Accepted::Closed => "closed",
                    }), expected);
                    if let Ok(Accepted::Opened(key)) = outcome {
                        model.open.insert(id.0, key);
                        model.seen.insert(id.0);
                    }
                }
                Event::Close(at) => {
                    let Some((&id, &key)) = model.open.iter().nth(at) else { continue };
                    end(&mut streams, key);
                    model.open.remove(&id);
                }
                Event::ExtendMaxStreams(direction, count) => {
                    streams.extend_max_streams(direction, count);
                    let granted = &mut model.granted[direction.index()];
                    prop_assert_eq!(streams.max_streams_frame(direction), (count > 0).then_some(*granted + count));
                    *granted += count;
                    if count > 0 {
                        prop_assert!(streams.max_streams_sent(direction, *granted));
                    }
                }
                Event::MaxStreams(direction, limit) => {
                    let before = &mut model.limit[direction.index()];
                    prop_assert_eq!(streams.on_max_streams(direction, limit), limit > *before);
                    *before = limit.max(*before);
                }
            }
            prop_assert_eq!(streams.len(), model.open.len());
            for (&id, &key) in &model.open {
                prop_assert_eq!(streams.find(StreamId(id)), Some(key));
                prop_assert_eq!(streams.get(key).map(|stream| stream.id()), Some(StreamId(id)));
            }
        }
    }
}
