//! Frame lines against lines of the C library.
extern crate std;

use super::super::log::tests::{NOW, header};
use super::*;
use crate::frame::{self, EcnCounts, write};
use crate::packet::ConnectionId;
use crate::wire::{NoSpace, Reader, Writer};
use std::string::String;
use std::vec::Vec;

/// The lines about the frames that `build` writes, without their common beginning.
fn lines(build: impl FnOnce(&mut Writer<'_>) -> core::result::Result<(), NoSpace>) -> Vec<String> {
    let mut payload = [0; 2048];
    let mut writer = Writer::new(&mut payload);
    build(&mut writer).unwrap();
    let len = writer.position();
    let mut reader = Reader::new(&payload[..len]);
    let mut all = Vec::new();
    while !reader.is_empty() {
        let (frame, frame_type) = frame::parse(&mut reader).unwrap();
        let mut lines =
            FrameLines::new(Transfer::Sent, PacketNumber(7), PacketType::OneRtt, &frame, frame_type, 3);
        let mut buffer = [0; super::super::BUFFER_LEN];
        while let Some(len) = lines.next_line(&header(), NOW, &mut buffer) {
            let line = core::str::from_utf8(&buffer[..len]).unwrap();
            all.push(line.strip_prefix("I00000020 0xa71ec0f3 frm tx 7 1RTT ").unwrap().into());
        }
    }
    all
}

#[test]
fn frames_read_as_in_the_c_library() {
    let lines = lines(|w| {
        write::padding(w, 785)?;
        write::ping(w)?;
        write::reset_stream(w, StreamId(3), 0x7128d, 57210)?;
        write::stop_sending(w, StreamId(0), 0x100)?;
        write::crypto(w, 205, &[0; 17])?;
        write::new_token(w, &[0x36, 0x1f])?;
        write::max_data(w, 25841)?;
        write::max_stream_data(w, StreamId(3), 31747)?;
        write::max_streams(w, Direction::Bidi, 101)?;
        write::max_streams(w, Direction::Uni, 2)?;
        write::data_blocked(w, 14023)?;
        write::stream_data_blocked(w, StreamId(2), 5915)?;
        write::streams_blocked(w, Direction::Uni, 9)?;
        write::new_connection_id(w, 6, 0, &ConnectionId::new(&[0x5e, 0x0e]).unwrap(), &[0x96; 16])?;
        write::retire_connection_id(w, 5)?;
        write::path_challenge(w, [0x14, 0xfe, 0xa1, 0xd7, 0xe0, 0x67, 0x3b, 0x47])?;
        write::path_response(w, [0; 8])?;
        write::handshake_done(w)?;
        write::datagram(w, &[0; 811], true)
    });
    let expected = [
        "PADDING(0x0) len=785",
        "PING(0x1)",
        "RESET_STREAM(0x4) id=0x3 app_error_code=(unknown)(0x7128d) final_size=57210",
        "STOP_SENDING(0x5) id=0x0 app_error_code=(unknown)(0x100)",
        "CRYPTO(0x6) offset=205 len=17",
        "NEW_TOKEN(0x7) token=0x361f len=2",
        "MAX_DATA(0x10) max_data=25841",
        "MAX_STREAM_DATA(0x11) id=0x3 max_stream_data=31747",
        "MAX_STREAMS(0x12) max_streams=101",
        "MAX_STREAMS(0x13) max_streams=2",
        "DATA_BLOCKED(0x14) offset=14023",
        "STREAM_DATA_BLOCKED(0x15) id=0x2 offset=5915",
        "STREAMS_BLOCKED(0x17) max_streams=9",
        "NEW_CONNECTION_ID(0x18) seq=6 cid=0x5e0e retire_prior_to=0 \
         stateless_reset_token=0x96969696969696969696969696969696",
        "RETIRE_CONNECTION_ID(0x19) seq=5",
        "PATH_CHALLENGE(0x1a) data=0x14fea1d7e0673b47",
        "PATH_RESPONSE(0x1b) data=0x0000000000000000",
        "HANDSHAKE_DONE(0x1e)",
        "DATAGRAM(0x31) len=811",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn stream_frames_show_their_bits() {
    let lines = lines(|w| {
        write::stream(w, StreamId(0), 0, &[0; 915], true, false)?;
        write::stream(w, StreamId(2), 915, &[0; 6], true, true)
    });
    let expected = [
        "STREAM(0xa) id=0x0 fin=0 offset=0 len=915 uni=0",
        "STREAM(0xf) id=0x2 fin=1 offset=915 len=6 uni=1",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn acknowledgements_have_a_line_a_range() {
    let ecn = Some(EcnCounts { ect0: 10, ect1: 0, ce: 1 });
    let plain = lines(|w| write::ack(w, [(8, 8)].into_iter(), 145, None, 100).map(|_| ()));
    let expected =
        ["ACK(0x2) largest_ack=8 ack_delay=1(145) ack_range_count=0", "ACK(0x2) range=[8..8] len=0"];
    assert_eq!(plain, expected);
    let ranges = [(8, 8), (6, 6), (2, 3)];
    let full = lines(|w| write::ack(w, ranges.into_iter(), 39, ecn, 100).map(|_| ()));
    let expected = [
        "ACK(0x3) largest_ack=8 ack_delay=0(39) ack_range_count=2",
        "ACK(0x3) range=[8..8] len=0",
        "ACK(0x3) range=[6..6] gap=0 len=0",
        "ACK(0x3) range=[3..2] gap=1 len=1",
        "ACK(0x3) ect0=10 ect1=0 ce=1",
    ];
    assert_eq!(full, expected);
}

#[test]
fn closes_show_code_and_reason() {
    let reason: Vec<u8> = (0..=255).collect();
    let lines = lines(|w| {
        write::connection_close(w, 0xc, 0x1e, &[])?;
        write::connection_close(w, 0x128, 0, &reason)?;
        write::connection_close_application(w, 0x1234, b"bye")
    });
    let expected = [
        "CONNECTION_CLOSE(0x1c) error_code=APPLICATION_ERROR(0xc) frame_type=0x1e reason_len=0 reason=[]",
        "CONNECTION_CLOSE(0x1c) error_code=CRYPTO_ERROR(0x128) frame_type=0x0 reason_len=256 \
         reason=[................................ !\"#$%&'()*+,-./0123456789:;<=>?]",
        "CONNECTION_CLOSE(0x1d) error_code=(unknown)(0x1234) frame_type=0x0 reason_len=3 reason=[bye]",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn delays_beyond_time_saturate() {
    let ack = |delay, exponent| {
        let frame = AckFrame {
            largest: PacketNumber(0),
            delay,
            first_range: 0,
            smallest: PacketNumber(0),
            ranges: &[],
            ecn: None,
        };
        ack_delay(&frame, exponent)
    };
    assert_eq!(ack(145, 3), Duration::from_micros(1160));
    assert_eq!(ack((1 << 62) - 1, 20), Duration::MAX);
    assert_eq!(ack(1, 64), Duration::MAX);
    assert_eq!(ack(0, 99), Duration::ZERO);
}
