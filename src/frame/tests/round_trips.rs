//! Every frame that is written is read back; cut anywhere it is an error.

extern crate std;

use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use crate::frame::kind::frame_type;
use crate::frame::{Frame, StreamFrame, allowed_in, parse, write};
use crate::packet::{ConnectionId, PacketType};
use crate::units::{Direction, StreamId};
use crate::wire::{AMPLE_ROOM, NoSpace, Reader, Writer, varint};

/// What byte strings are slices of.
static POOL: [u8; 300] = {
    let mut bytes = [0; 300];
    let mut i = 0;
    while i < bytes.len() {
        bytes[i] = i as u8 ^ 0x5a;
        i += 1;
    }
    bytes
};

fn bytes() -> impl Strategy<Value = &'static [u8]> {
    (0..300_usize, 0..=300_usize).prop_map(|(start, len)| &POOL[start..(start + len).min(POOL.len())])
}

fn integer() -> impl Strategy<Value = u64> {
    prop_oneof![0..64_u64, 0..1_u64 << 14, 0..1_u64 << 30, 0..=varint::MAX]
}

/// An offset from which all of the pool fits.
fn offset() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), integer().prop_map(|offset| offset.min(varint::MAX - 300))]
}

fn stream_id() -> impl Strategy<Value = StreamId> {
    integer().prop_map(StreamId)
}

fn direction() -> impl Strategy<Value = Direction> {
    prop_oneof![Just(Direction::Bidi), Just(Direction::Uni)]
}

fn connection_id() -> impl Strategy<Value = ConnectionId> {
    prop::collection::vec(any::<u8>(), 1..=20).prop_map(|bytes| ConnectionId::new(&bytes).unwrap())
}

/// A frame of any type but ACK, which has tests of its own.
fn frame() -> impl Strategy<Value = Frame<'static>> {
    let limit = || 0..=1_u64 << 60;
    prop_oneof![
        (1..100_usize).prop_map(|len| Frame::Padding { len }),
        Just(Frame::Ping),
        Just(Frame::HandshakeDone),
        (stream_id(), integer(), integer()).prop_map(|(id, error_code, final_size)| Frame::ResetStream {
            id,
            error_code,
            final_size
        }),
        (stream_id(), integer()).prop_map(|(id, error_code)| Frame::StopSending { id, error_code }),
        (offset(), bytes()).prop_map(|(offset, data)| Frame::Crypto { offset, data }),
        bytes().prop_map(|token| Frame::NewToken { token: if token.is_empty() { &POOL } else { token } }),
        (stream_id(), offset(), bytes(), any::<bool>()).prop_map(|(id, offset, data, fin)| Frame::Stream {
            id,
            offset,
            data,
            fin
        }),
        integer().prop_map(|limit| Frame::MaxData { limit }),
        (stream_id(), integer()).prop_map(|(id, limit)| Frame::MaxStreamData { id, limit }),
        (direction(), limit()).prop_map(|(direction, limit)| Frame::MaxStreams { direction, limit }),
        integer().prop_map(|limit| Frame::DataBlocked { limit }),
        (stream_id(), integer()).prop_map(|(id, limit)| Frame::StreamDataBlocked { id, limit }),
        (direction(), limit()).prop_map(|(direction, limit)| Frame::StreamsBlocked { direction, limit }),
        (integer(), integer(), connection_id()).prop_map(|(a, b, id)| Frame::NewConnectionId {
            sequence: a.max(b),
            retire_prior_to: a.min(b),
            id,
            token: POOL.first_chunk().unwrap(),
        }),
        integer().prop_map(|sequence| Frame::RetireConnectionId { sequence }),
        any::<[u8; 8]>().prop_map(|data| Frame::PathChallenge { data }),
        any::<[u8; 8]>().prop_map(|data| Frame::PathResponse { data }),
        (any::<bool>(), integer(), integer(), bytes()).prop_map(
            |(application, error_code, cause, reason)| {
                let frame_type = if application { 0 } else { cause };
                Frame::ConnectionClose { application, error_code, frame_type, reason }
            }
        ),
        (bytes(), any::<bool>()).prop_map(|(data, has_length)| Frame::Datagram { data, has_length }),
    ]
}

/// Whether the frame can be told from one that is cut: runs of PADDING and frames without a length cannot.
fn has_an_end(frame: &Frame<'_>) -> bool {
    !matches!(frame, Frame::Padding { .. } | Frame::Datagram { has_length: false, .. })
}

proptest! {
    #[test]
    fn a_frame_is_read_as_it_was_written(frame in frame()) {
        let mut buffer = [0; 400];
        let mut writer = Writer::new(&mut buffer);
        write::any::frame(&mut writer, &frame).unwrap();
        let written = writer.written().to_vec();

        let mut reader = Reader::new(&written);
        let (parsed, frame_type) = parse(&mut reader).unwrap();
        prop_assert_eq!(&parsed, &frame);
        prop_assert!(reader.is_empty());
        prop_assert_eq!(frame_type, u64::from(written[0]));
        prop_assert!(allowed_in(frame_type, PacketType::OneRtt));

        for cut in 1..written.len() {
            if has_an_end(&frame) {
                let error = parse(&mut Reader::new(&written[..cut])).unwrap_err();
                prop_assert_eq!(error.frame_type(), frame_type);
            }
            let mut writer = Writer::new(&mut buffer[..cut]);
            prop_assert_eq!(write::any::frame(&mut writer, &frame), Err(NoSpace));
            prop_assert_eq!(writer.position(), 0);
        }
    }

    #[test]
    fn frames_follow_one_another(frames in prop::collection::vec(frame().prop_filter("has an end", has_an_end), 0..8)) {
        let mut buffer = [0; 3000];
        let mut writer = Writer::new(&mut buffer);
        for frame in &frames {
            write::any::frame(&mut writer, frame).unwrap();
        }
        let mut reader = Reader::new(writer.written());
        let mut parsed = Vec::new();
        while !reader.is_empty() {
            parsed.push(parse(&mut reader).unwrap().0);
        }
        prop_assert_eq!(parsed, frames);
    }

    #[test]
    fn stream_frames_without_a_length_end_the_packet(
        (id, offset) in (stream_id(), offset()),
        (data, fin) in (bytes(), any::<bool>()),
    ) {
        let mut buffer = [0; 400];
        let mut writer = Writer::new(&mut buffer);
        write::stream(&mut writer, id, offset, data, false, fin).unwrap();
        let (parsed, frame_type) = parse(&mut Reader::new(writer.written())).unwrap();
        prop_assert_eq!(parsed, Frame::Stream { id, offset, data, fin });
        prop_assert_eq!(frame_type & frame_type::STREAM_LEN, 0);
    }

    #[test]
    fn random_bytes_are_refused_or_read(
        bytes in prop::collection::vec(any::<u8>(), 1..200),
        first in prop::option::of(0..0x32_u8),
    ) {
        let mut bytes: Vec<u8> = bytes;
        if let Some(first) = first {
            bytes[0] = first;
        }
        let mut reader = Reader::new(&bytes);
        while !reader.is_empty() {
            let before = reader.position();
            match parse(&mut reader) {
                Ok((Frame::Ack(ack), _)) => {
                    let _ = ack.ranges().count();
                }
                Ok(_) => {}
                Err(_) => break,
            }
            prop_assert!(reader.position() > before);
        }
    }
}

proptest! {
    /// The short way of STREAM frames is no other way, whatever the bytes are.
    #[test]
    fn stream_frames_are_read_alike(
        first in frame_type::STREAM..=frame_type::STREAM_LAST,
        rest in prop::collection::vec(prop_oneof![0..66_u8, any::<u8>()], 0..120),
    ) {
        let bytes: Vec<u8> = [first as u8].into_iter().chain(rest).collect();
        let (mut short, mut long) = (Reader::new(&bytes), Reader::new(&bytes));
        let parsed = parse(&mut long);
        match StreamFrame::parse_next(&mut short) {
            Some((StreamFrame { id, offset, data, fin }, frame_type)) => {
                prop_assert_eq!(parsed, Ok((Frame::Stream { id, offset, data, fin }, frame_type)));
                prop_assert_eq!(short.position(), long.position());
            }
            None => {
                prop_assert!(parsed.is_err());
                prop_assert_eq!(short.position(), 0);
            }
        }
    }

    /// So is their header, in room that is enough for any.
    #[test]
    fn stream_headers_are_written_alike(id in stream_id(), offset in offset(), len in 0..1_usize << 20, fin: bool) {
        let (mut room, mut buffer) = ([0; AMPLE_ROOM], [0; AMPLE_ROOM]);
        let written = write::stream_header_in(&mut room, id, offset, len, fin).unwrap();
        let mut writer = Writer::new(&mut buffer);
        write::stream_header(&mut writer, id, offset, Some(len), fin).unwrap();
        prop_assert_eq!(&room[..written], writer.written());
    }
}
