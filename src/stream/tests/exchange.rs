//! Two ends and a lossy link: whatever is lost, repeated or reordered, in the end all data has arrived, all streams
//! are closed on both sides, and nothing waits. The ends here are the smallest connections that use the room.

extern crate std;

use std::collections::BTreeMap;
use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::super::flow_control::LimitUpdate;
use super::super::receive::{Arrival, ResetArrival};
use super::super::table::{Accepted, Part, Streams, WindowSettings};
use super::{close, data, params, slice};
use crate::error::Error;
use crate::mem::Key;
use crate::mem::testing::TestHeap;
use crate::units::{Direction, Duration, Side, StreamId, Timestamp};

const DIRECTIONS: [Direction; 2] = [Direction::Bidi, Direction::Uni];
const STREAMS_TO_OPEN: u64 = 6;
const PACKET_SIZE: u64 = 1000;
const WINDOW: usize = 12;

#[derive(Clone, Copy, Debug)]
enum Frame {
    Stream { id: StreamId, offset: u64, len: u64, fin: bool },
    ResetStream { id: StreamId, error_code: u64, final_size: u64 },
    StopSending { id: StreamId, error_code: u64 },
    MaxStreamData { id: StreamId, limit: u64 },
    StreamDataBlocked { id: StreamId, limit: u64 },
    MaxData { limit: u64 },
    DataBlocked { limit: u64 },
    MaxStreams { direction: Direction, limit: u64 },
    StreamsBlocked { direction: Direction, limit: u64 },
}

type Packet = Vec<(Frame, Key)>;

/// What the application of one end knows about a stream.
struct Application {
    key: Key,
    /// The length of what it sends.
    length: u64,
    /// What it has read so far, and how much of that it has not given credit for.
    read: u64,
    unconsumed: u64,
    ended: bool,
    stopped: bool,
}

struct End {
    streams: Streams,
    applications: BTreeMap<u64, Application>,
    in_flight: Vec<Packet>,
    closed: u64,
    clean_bytes: u64,
    now: Timestamp,
    seed: u64,
}

impl End {
    fn new(heap: &TestHeap, side: Side, seed: u64) -> Self {
        let windows = WindowSettings { max_window: 20_000, max_stream_window: 6000 };
        let mut streams = Streams::new(heap.mem(), side, (3, 4), windows);
        streams.set_local_limits(&params(5000, 1500, 2));
        streams.set_remote_limits(&params(5000, 1500, 2));
        let (applications, in_flight) = (BTreeMap::new(), vec![]);
        Self { streams, applications, in_flight, closed: 0, clean_bytes: 0, now: Timestamp::ZERO, seed }
    }

    /// A number that depends on nothing but what it is drawn for.
    fn length_for(&self, id: StreamId) -> u64 {
        (id.0 + self.seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 51
    }

    fn add(&mut self, id: StreamId, key: Key) {
        let length = self.length_for(id);
        let application = Application { key, length, read: 0, unconsumed: 0, ended: false, stopped: false };
        self.applications.insert(id.0, application);
    }

    fn open(&mut self) {
        for direction in DIRECTIONS {
            if self.streams.local[direction.index()].opened() == STREAMS_TO_OPEN {
                continue;
            }
            match self.streams.open_local(direction, core::ptr::null_mut()) {
                Ok((id, key)) => self.add(id, key),
                Err(error) => assert_eq!(error, Error::StreamIdBlocked),
            }
        }
    }

    /// Fills one packet the way a connection does: control frames and lost data by turns, then new data.
    fn write(&mut self) -> Option<Packet> {
        let mut packet = vec![];
        let mut room = PACKET_SIZE;
        self.write_connection_frames(&mut packet);
        while let Some(key) = self.streams.next_pending() {
            if !self.write_pending(key, &mut packet, &mut room) {
                break;
            }
            self.streams.rotate(key);
        }
        for application in self.applications.values() {
            write_new_data(&mut self.streams, application, &mut packet, &mut room);
        }
        (!packet.is_empty()).then_some(packet)
    }

    fn write_connection_frames(&mut self, packet: &mut Packet) {
        let streams = &mut self.streams;
        if let Some(update) = streams.max_data_frame(self.now, Duration(1000)) {
            streams.max_data_sent(update, self.now);
            packet.push((Frame::MaxData { limit: update.limit }, Key::NONE));
        }
        if let Some(limit) = streams.data_blocked_frame() {
            streams.data_blocked_sent();
            packet.push((Frame::DataBlocked { limit }, Key::NONE));
        }
        for direction in DIRECTIONS {
            if let Some(limit) = streams.max_streams_frame(direction) {
                streams.max_streams_sent(direction, limit);
                packet.push((Frame::MaxStreams { direction, limit }, Key::NONE));
            }
            if let Some(limit) = streams.streams_blocked_frame(direction) {
                streams.streams_blocked_sent(direction);
                packet.push((Frame::StreamsBlocked { direction, limit }, Key::NONE));
            }
        }
        assert!(!streams.has_connection_frames());
    }

    /// `false` when the packet is full.
    fn write_pending(&mut self, key: Key, packet: &mut Packet, room: &mut u64) -> bool {
        let streams = &mut self.streams;
        let id = streams.get(key).unwrap().id();
        if let Some(frame) = streams.reset_stream_frame(key) {
            streams.reset_stream_sent(key);
            let (error_code, final_size) = (frame.error_code, frame.final_size);
            packet.push((Frame::ResetStream { id: frame.id, error_code, final_size }, key));
        }
        if let Some(frame) = streams.stop_sending_frame(key) {
            streams.stop_sending_sent(key);
            packet.push((Frame::StopSending { id: frame.id, error_code: frame.error_code }, key));
        }
        let update: Option<LimitUpdate> = streams.max_stream_data_frame(key, self.now, Duration(1000));
        if let Some(update) = update {
            streams.max_stream_data_sent(key, update, self.now);
            packet.push((Frame::MaxStreamData { id, limit: update.limit }, key));
        }
        if let Some(limit) = streams.stream_data_blocked_frame(key) {
            streams.stream_data_blocked_sent(key);
            packet.push((Frame::StreamDataBlocked { id, limit }, key));
        }
        while let Some(piece) = streams.lost_data(key, *room) {
            if *room == 0 {
                return false;
            }
            let mut copy = vec![0; piece.len as usize];
            assert!(streams.copy_data(key, piece.offset, &mut copy));
            assert_eq!(copy, data(piece.offset, piece.len));
            streams.lost_data_sent(key, piece).unwrap();
            packet.push((Frame::Stream { id, offset: piece.offset, len: piece.len, fin: piece.fin }, key));
            *room -= piece.len;
        }
        true
    }

    fn read(&mut self, packet: &Packet) {
        for (frame, _) in packet {
            match *frame {
                Frame::MaxData { limit } => {
                    self.streams.on_max_data(limit);
                }
                Frame::MaxStreams { direction, limit } => {
                    self.streams.on_max_streams(direction, limit);
                }
                Frame::DataBlocked { .. } | Frame::StreamsBlocked { .. } => {}
                Frame::Stream { id, .. }
                | Frame::ResetStream { id, .. }
                | Frame::StreamDataBlocked { id, .. } => {
                    self.read_for(id, Part::Receiving, *frame);
                }
                Frame::StopSending { id, .. } | Frame::MaxStreamData { id, .. } => {
                    self.read_for(id, Part::Sending, *frame);
                }
            }
        }
    }

    fn read_for(&mut self, id: StreamId, part: Part, frame: Frame) {
        let key = match self.streams.accept(id, part).unwrap() {
            Accepted::Closed => return,
            Accepted::Existing(key) => key,
            Accepted::Opened(key) => {
                self.add(id, key);
                key
            }
        };
        match frame {
            Frame::Stream { offset, len, fin, .. } => {
                self.read_stream(id, key, offset, data(offset, len), fin)
            }
            Frame::ResetStream { error_code, final_size, .. } => {
                let arrival = self.streams.on_reset_stream(key, error_code, final_size).unwrap();
                let application = self.applications.get_mut(&id.0).unwrap();
                assert!(arrival == ResetArrival::Ignored || !application.ended);
                application.ended = true;
            }
            Frame::StopSending { error_code, .. } => {
                self.streams.on_stop_sending(key, error_code).unwrap();
            }
            Frame::MaxStreamData { limit, .. } => {
                self.streams.on_max_stream_data(key, limit).unwrap();
            }
            _ => {}
        }
        self.finish(key);
    }

    fn read_stream(&mut self, id: StreamId, key: Key, offset: u64, data: &[u8], fin: bool) {
        let Arrival::InOrder { skip, fin } = self.streams.receive(key, offset, data, fin).unwrap().arrival
        else {
            return;
        };
        self.deliver(id, offset + skip as u64, &data[skip..], fin);
        while let Some(block) = self.streams.next_buffered(key).unwrap() {
            self.deliver(id, block.offset, &block, block.fin);
            self.streams.recycle(block);
        }
    }

    fn deliver(&mut self, id: StreamId, offset: u64, bytes: &[u8], fin: bool) {
        let application = self.applications.get_mut(&id.0).unwrap();
        assert!(!application.stopped && !application.ended);
        assert!(!bytes.is_empty() || fin);
        assert_eq!((offset, bytes), (application.read, data(offset, bytes.len() as u64)));
        application.read += bytes.len() as u64;
        application.unconsumed += bytes.len() as u64;
        application.ended = fin;
        self.clean_bytes += bytes.len() as u64;
    }

    /// The application has read: credit goes back.
    fn consume(&mut self) {
        let mut total = 0;
        for application in self.applications.values_mut() {
            let len = core::mem::take(&mut application.unconsumed);
            total += len;
            if len != 0 {
                self.streams.extend_stream_credit(application.key, len).unwrap();
            }
        }
        self.streams.extend_connection_credit(total);
    }

    fn finish(&mut self, key: Key) {
        let Some(closed) = close(&mut self.streams, key) else { return };
        let application = self.applications.remove(&closed.id.0).unwrap();
        self.streams.extend_connection_credit(application.unconsumed);
        self.closed += 1;
        if closed.id.initiator() != self.streams.side() {
            self.streams.extend_max_streams(closed.id.direction(), 1);
        }
    }

    fn on_acked(&mut self, packet: &Packet) {
        for &(frame, key) in packet {
            match frame {
                Frame::Stream { offset, len, fin, .. } => {
                    self.streams.on_stream_acked(key, offset, len, fin).unwrap();
                }
                Frame::ResetStream { .. } => self.streams.on_reset_stream_acked(key),
                _ => {}
            }
            self.finish(key);
        }
    }

    fn on_lost(&mut self, packet: &Packet) {
        for &(frame, key) in packet {
            let streams = &mut self.streams;
            match frame {
                Frame::Stream { offset, len, fin, .. } => {
                    streams.on_stream_lost(key, offset, len, fin).unwrap()
                }
                Frame::ResetStream { .. } => streams.on_reset_stream_lost(key),
                Frame::StopSending { .. } => streams.on_stop_sending_lost(key),
                Frame::MaxStreamData { limit, .. } => streams.on_max_stream_data_lost(key, limit),
                Frame::StreamDataBlocked { limit, .. } => streams.on_stream_data_blocked_lost(key, limit),
                Frame::MaxData { limit } => streams.on_max_data_lost(limit),
                Frame::DataBlocked { limit } => streams.on_data_blocked_lost(limit),
                Frame::MaxStreams { direction, limit } => streams.on_max_streams_lost(direction, limit),
                Frame::StreamsBlocked { direction, limit } => {
                    streams.on_streams_blocked_lost(direction, limit)
                }
            }
        }
    }

    fn shut_down(&mut self, nth: usize, read: bool) {
        let Some((&id, application)) = self.applications.iter_mut().nth(nth) else { return };
        let direction = StreamId(id).direction();
        let is_ours = StreamId(id).initiator() == self.streams.side();
        let has_part = direction == Direction::Bidi || is_ours != read;
        let key = application.key;
        let outcome = if read {
            application.stopped |= has_part;
            self.streams.shutdown_read(key, 1)
        } else {
            self.streams.shutdown_write(key, 2)
        };
        assert_eq!(outcome.is_ok(), has_part);
    }

    fn is_done(&self) -> bool {
        self.closed == 4 * STREAMS_TO_OPEN
    }
}

fn write_new_data(streams: &mut Streams, application: &Application, packet: &mut Packet, room: &mut u64) {
    let key = application.key;
    if *room == 0 || streams.write_state(key).is_err() {
        return;
    }
    let offset = streams.next_offset(key);
    let left = application.length - offset;
    let len = streams.sendable(key, left).min(*room);
    if len == 0 && left != 0 {
        streams.note_blocked(key);
        return;
    }
    let fin = len == left;
    assert_eq!(streams.try_append(key, &[slice(offset, len)], len, fin), Ok(offset));
    let id = streams.get(key).unwrap().id();
    packet.push((Frame::Stream { id, offset, len, fin }, key));
    *room -= len;
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Open,
    /// Write a packet, which arrives or not.
    Write {
        arrives: bool,
    },
    /// The oldest packet, or a later one, is acknowledged or declared lost, rightly or not.
    Resolve {
        at: usize,
        acked: bool,
    },
    Consume,
    ShutDown {
        nth: usize,
        read: bool,
    },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => Just(Step::Open),
        8 => (0..4u8).prop_map(|chance| Step::Write { arrives: chance != 0 }),
        8 => (0..4usize, any::<bool>()).prop_map(|(at, acked)| Step::Resolve { at, acked }),
        3 => Just(Step::Consume),
        1 => (0..6usize, any::<bool>()).prop_map(|(nth, read)| Step::ShutDown { nth, read }),
    ]
}

struct Link {
    ends: [End; 2],
    /// For each end, which of its packets in flight arrived.
    arrived: [Vec<bool>; 2],
}

impl Link {
    fn new(heap: &TestHeap, seed: u64) -> Self {
        let ends = [End::new(heap, Side::Client, seed), End::new(heap, Side::Server, seed)];
        Self { ends, arrived: [vec![], vec![]] }
    }

    fn take(&mut self, from: usize, step: Step) {
        self.ends[from].now = self.ends[from].now + Duration(300);
        match step {
            Step::Open => self.ends[from].open(),
            Step::Write { arrives } => {
                if self.ends[from].in_flight.len() >= WINDOW {
                    return;
                }
                let Some(packet) = self.ends[from].write() else { return };
                if arrives {
                    self.ends[1 - from].read(&packet);
                }
                self.ends[from].in_flight.push(packet);
                self.arrived[from].push(arrives);
            }
            Step::Resolve { at, acked } => {
                if at >= self.ends[from].in_flight.len() {
                    return;
                }
                let packet = self.ends[from].in_flight.remove(at);
                let arrived = self.arrived[from].remove(at);
                if acked && arrived {
                    self.ends[from].on_acked(&packet);
                } else {
                    self.ends[from].on_lost(&packet);
                }
            }
            Step::Consume => self.ends[from].consume(),
            Step::ShutDown { nth, read } => self.ends[from].shut_down(nth, read),
        }
    }

    /// From here on nothing is lost: how many rounds it takes until both ends are done.
    fn settle(&mut self) -> Option<u32> {
        for round in 0..2000 {
            if self.ends.iter().all(|end| end.is_done() && end.in_flight.is_empty()) {
                return Some(round);
            }
            for from in [0, 1] {
                self.take(from, Step::Open);
                self.take(from, Step::Consume);
                self.take(from, Step::Write { arrives: true });
                self.take(from, Step::Resolve { at: 0, acked: true });
            }
        }
        None
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn everything_arrives_and_every_stream_closes(
        seed in 0..1000u64,
        steps in prop::collection::vec((0..2usize, step()), 0..300),
    ) {
        let heap = TestHeap::new();
        let mut link = Link::new(&heap, seed);
        let was_shut_down = steps.iter().any(|(_, step)| matches!(step, Step::ShutDown { .. }));
        for (from, step) in steps {
            link.take(from, step);
        }
        prop_assert!(link.settle().is_some(), "an end waits for ever");
        for end in &mut link.ends {
            prop_assert_eq!(end.streams.len(), 0);
            prop_assert!(!end.streams.has_pending());
            end.consume();
            let (received, granted) = (end.streams.receive_credit.received(), end.streams.receive_credit.granted());
            let window = end.streams.receive_credit.window();
            prop_assert_eq!(granted, received + window, "all credit was given back, once");
            prop_assert!(was_shut_down || end.clean_bytes == received);
        }
        drop(link);
        prop_assert_eq!(heap.live(), 0);
    }
}
