//! Frames that no peer may send, and where the others may stand.

use crate::error::Error;
use crate::frame::kind::frame_type::*;
use crate::frame::parse::FrameError;
use crate::frame::{Frame, allowed_in, is_ack_eliciting, is_probing, parse, write};
use crate::packet::PacketType;
use crate::units::StreamId;
use crate::wire::{NoSpace, Reader, Writer};

fn refused(bytes: &[u8]) -> FrameError {
    parse(&mut Reader::new(bytes)).unwrap_err()
}

fn badly_encoded(frame_type: u64) -> FrameError {
    FrameError::Encoding { frame_type }
}

#[test]
fn types_are_encoded_in_their_shortest_form() {
    for bytes in [&[0x40, 0x01][..], &[0x80, 0, 0, 0x01], &[0xc0, 0, 0, 0, 0, 0, 0, 0x01]] {
        assert_eq!(refused(bytes), FrameError::NonMinimalType { frame_type: PING });
        assert_eq!(Error::from(refused(bytes)), Error::Proto);
    }
}

#[test]
fn unknown_types_are_errors() {
    for frame_type in (0x1f..0x30).chain(0x32..0x40) {
        assert_eq!(refused(&[frame_type, 0, 0, 0]), badly_encoded(u64::from(frame_type)));
    }
    assert_eq!(refused(&[0x40, 0x40, 0]), badly_encoded(0x40));
    assert_eq!(refused(&[0xff; 9]), badly_encoded((1 << 62) - 1));
    assert_eq!(refused(&[0x40]), badly_encoded(0));
    assert_eq!(refused(&[]), badly_encoded(0));
    assert_eq!(Error::from(refused(&[0x1f])), Error::FrameEncoding);
}

#[test]
fn stream_counts_end_at_two_to_the_sixty() {
    for frame_type in [MAX_STREAMS_BIDI, MAX_STREAMS_UNI, STREAMS_BLOCKED_BIDI, STREAMS_BLOCKED_UNI] {
        let mut bytes = [frame_type as u8, 0xd0, 0, 0, 0, 0, 0, 0, 0];
        assert!(parse(&mut Reader::new(&bytes)).is_ok());
        bytes[8] = 1;
        assert_eq!(refused(&bytes), badly_encoded(frame_type));
    }
}

#[test]
fn data_ends_at_the_largest_offset() {
    let mut buffer = [0; 40];
    for (offset, fits) in [((1 << 62) - 3, true), ((1 << 62) - 2, false)] {
        let mut writer = Writer::new(&mut buffer);
        write::stream(&mut writer, StreamId(4), offset, &[1, 2], true, false).unwrap();
        assert_eq!(parse(&mut Reader::new(writer.written())).is_ok(), fits);
        let mut writer = Writer::new(&mut buffer);
        write::crypto(&mut writer, offset, &[1, 2]).unwrap();
        assert_eq!(parse(&mut Reader::new(writer.written())).is_ok(), fits);
    }
}

#[test]
fn new_connection_ids_have_one_to_twenty_bytes() {
    for (len, fits) in [(0, false), (1, true), (20, true), (21, false), (255, false)] {
        let mut bytes = [0; 300];
        bytes[..4].copy_from_slice(&[NEW_CONNECTION_ID as u8, 5, 5, len]);
        assert_eq!(parse(&mut Reader::new(&bytes)).is_ok(), fits, "{len}");
    }
    let mut bytes = [1; 40];
    bytes[..4].copy_from_slice(&[NEW_CONNECTION_ID as u8, 5, 6, 8]);
    assert_eq!(refused(&bytes), badly_encoded(NEW_CONNECTION_ID), "retires ids past its own");
}

#[test]
fn new_tokens_are_not_empty() {
    assert_eq!(refused(&[NEW_TOKEN as u8, 0]), badly_encoded(NEW_TOKEN));
    assert_eq!(write::new_token(&mut Writer::new(&mut [0; 8]), &[]), Err(NoSpace));
}

#[test]
fn padding_runs_to_the_next_frame() {
    let mut bytes = [0; 70];
    bytes[67] = PING as u8;
    let mut reader = Reader::new(&bytes);
    assert_eq!(parse(&mut reader), Ok((Frame::Padding { len: 67 }, PADDING)));
    assert_eq!(parse(&mut reader), Ok((Frame::Ping, PING)));
    assert_eq!(parse(&mut reader), Ok((Frame::Padding { len: 2 }, PADDING)));
    assert!(reader.is_empty());
}

#[test]
fn values_that_cannot_be_encoded_are_not_written() {
    let mut buffer = [0; 40];
    let mut writer = Writer::new(&mut buffer);
    assert_eq!(write::connection_close_application(&mut writer, 1 << 62, &[]), Err(NoSpace));
    assert_eq!(write::reset_stream(&mut writer, StreamId(0), u64::MAX, 0), Err(NoSpace));
    assert_eq!(writer.position(), 0);
}

/// RFC 9000 table 3 and RFC 9221 §4, row by row: type, packets, and whether N (not ack-eliciting) or P (probing).
const TABLE: &[(u64, &str, &str)] = &[
    (0x00, "IH01", "NP"),
    (0x01, "IH01", ""),
    (0x02, "IH_1", "N"),
    (0x03, "IH_1", "N"),
    (0x04, "__01", ""),
    (0x05, "__01", ""),
    (0x06, "IH_1", ""),
    (0x07, "___1", ""),
    (0x08, "__01", ""),
    (0x09, "__01", ""),
    (0x0a, "__01", ""),
    (0x0b, "__01", ""),
    (0x0c, "__01", ""),
    (0x0d, "__01", ""),
    (0x0e, "__01", ""),
    (0x0f, "__01", ""),
    (0x10, "__01", ""),
    (0x11, "__01", ""),
    (0x12, "__01", ""),
    (0x13, "__01", ""),
    (0x14, "__01", ""),
    (0x15, "__01", ""),
    (0x16, "__01", ""),
    (0x17, "__01", ""),
    (0x18, "__01", "P"),
    (0x19, "__01", ""),
    (0x1a, "__01", "P"),
    (0x1b, "___1", "P"),
    (0x1c, "IH01", "N"),
    (0x1d, "__01", "N"),
    (0x1e, "___1", ""),
    (0x30, "__01", ""),
    (0x31, "__01", ""),
];

#[test]
fn frames_stand_where_the_table_says() {
    let packets = [
        ('I', PacketType::Initial),
        ('H', PacketType::Handshake),
        ('0', PacketType::ZeroRtt),
        ('1', PacketType::OneRtt),
    ];
    for frame_type in 0..200 {
        let row = TABLE.iter().find(|row| row.0 == frame_type);
        for (letter, packet) in packets {
            let allowed = row.is_some_and(|row| row.1.contains(letter));
            assert_eq!(allowed_in(frame_type, packet), allowed, "{frame_type:#x} in {letter}");
        }
        assert!(!allowed_in(frame_type, PacketType::Retry));
        assert!(!allowed_in(frame_type, PacketType::VersionNegotiation));
        if let Some((_, _, kind)) = row {
            assert_eq!(is_ack_eliciting(frame_type), !kind.contains('N'));
            assert_eq!(is_probing(frame_type), kind.contains('P'));
        }
    }
}
