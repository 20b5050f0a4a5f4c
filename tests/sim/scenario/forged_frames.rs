//! Frames that a rule forbids, or that stand at its very limit.

use std::ffi::c_int;

use ngtcp2_abi::*;

use crate::forge::{Forgery, Kind, deliver, forge, keys, varint};
use crate::keys::{KeySet, Side};
use crate::network::SECOND;
use crate::pair::{Pair, Scenario};

const CRYPTO: u8 = 0x06;
const DATAGRAM: u8 = 0x30;

/// RFC 9221 section 3: the limit is on the whole frame, which need not have a Length field.
#[test]
fn a_datagram_without_length_may_fill_the_limit() {
    for (len, expected) in [(99, 0), (100, NGTCP2_ERR_PROTO)] {
        let mut scenario = Scenario::new(1);
        scenario.server.params.max_datagram_frame_size = 100;
        let mut pair = scenario.start();
        assert!(pair.run(SECOND, Pair::is_established));
        let frame = [vec![DATAGRAM], vec![0; len]].concat();
        let packet = forge(&pair, Side::Client, Kind::OneRtt, &frame);
        assert_eq!(deliver(&mut pair, Side::Server, packet), expected);
        pair.finish();
    }
}

fn crypto(offset: u64, data: &[u8]) -> Vec<u8> {
    [vec![CRYPTO], varint(offset), varint(data.len() as u64), data.to_vec()].concat()
}

/// RFC 9001 section 4.1.3: once TLS has keys of the next level, the one before is complete.
#[test]
fn a_finished_level_takes_no_more_handshake_bytes() {
    let mut pair = Scenario::new(1).start();
    let original = pair.client.conn().dcid();
    let arrived = |pair: &Pair| pair.server.seen("recv_crypto_data") > 0;
    assert!(pair.run(SECOND, arrived), "{}", pair.describe());
    let end = pair.server.tls.borrow().received_at(0);
    for (offset, expected) in [(end - 1, 0), (end, NGTCP2_ERR_PROTO)] {
        let mut packet = Forgery::new(&pair, Side::Server, Kind::Initial, &crypto(offset, b"x"));
        (packet.dcid, packet.scid) = (original, pair.server.conn().dcid());
        packet.number += expected.unsigned_abs();
        packet.payload.resize(1150, 0);
        let sealed = packet.seal(KeySet::initial(NGTCP2_PROTO_VER_V1, &original, Side::Client));
        assert_eq!(deliver(&mut pair, Side::Server, sealed), expected);
    }
    pair.finish();

    let mut pair = Scenario::new(1).start();
    assert!(pair.run(SECOND, |pair| pair.client.seen("handshake_completed") > 0));
    let end = pair.client.tls.borrow().received_at(1);
    let packet = forge(&pair, Side::Server, Kind::Handshake, &crypto(end, b"x"));
    assert_eq!(deliver(&mut pair, Side::Client, packet), NGTCP2_ERR_PROTO);
    pair.finish();
}

/// A STREAM frame with offset and length (RFC 9000 section 19.8).
fn stream(id: u64, offset: u64, len: usize, fin: bool) -> Vec<u8> {
    [vec![0x0e | u8::from(fin)], varint(id), varint(offset), varint(len as u64), vec![0; len]].concat()
}

fn new_connection_id(sequence: u64, retire_prior_to: u64, id: &[u8]) -> Vec<u8> {
    let fields = [vec![0x18], varint(sequence), varint(retire_prior_to), vec![id.len() as u8]].concat();
    [fields, id.to_vec(), vec![7; 16]].concat()
}

const HUGE: [u8; 8] = [0xff; 8];

/// What a client sends in one 1-RTT packet, the library's answer to its application and the server's to the client, and
/// the frame that it blames.
fn rules() -> Vec<(&'static str, Vec<u8>, c_int, u32, u64)> {
    let (proto, violation) = (NGTCP2_ERR_PROTO, NGTCP2_PROTOCOL_VIOLATION);
    let (encoding, bad_frame) = (NGTCP2_ERR_FRAME_ENCODING, NGTCP2_FRAME_ENCODING_ERROR);
    let (state, bad_state) = (NGTCP2_ERR_STREAM_STATE, NGTCP2_STREAM_STATE_ERROR);
    let (size, bad_size) = (NGTCP2_ERR_FINAL_SIZE, NGTCP2_FINAL_SIZE_ERROR);
    let huge = |kind: u8| [&[kind][..], &HUGE].concat();
    vec![
        ("no frame at all", vec![], proto, violation, 0),
        ("HANDSHAKE_DONE to a server", vec![0x1e], proto, violation, 0x1e),
        ("NEW_TOKEN to a server", vec![0x07, 1, 0], proto, violation, 0x07),
        ("an empty token", vec![0x07, 0], encoding, bad_frame, 0x07),
        ("an unknown frame", vec![0x21, 0, 0], encoding, bad_frame, 0x21),
        ("a PING in two bytes", vec![0x40, 0x01, 0], proto, violation, 0x01),
        ("an ACK of what was never sent", vec![0x02, 0x7f, 0xff, 0, 0, 0], proto, violation, 0x02),
        ("an ACK below zero", vec![0x02, 0x01, 0, 0, 2], encoding, bad_frame, 0x02),
        ("data on a stream we never opened", stream(1, 0, 1, false), state, bad_state, 0x0e),
        ("data on a stream that only sends", stream(3, 0, 1, false), state, bad_state, 0x0e),
        (
            "the 17th stream of 16",
            stream(64, 0, 1, false),
            NGTCP2_ERR_STREAM_LIMIT,
            NGTCP2_STREAM_LIMIT_ERROR,
            0x0e,
        ),
        (
            "data past the limit of the stream",
            stream(0, 256 * 1024, 1, false),
            NGTCP2_ERR_FLOW_CONTROL,
            NGTCP2_FLOW_CONTROL_ERROR,
            0x0e,
        ),
        (
            "data past the last offset",
            [&[0x0e, 0x00][..], &HUGE, &[1, 0]].concat(),
            encoding,
            bad_frame,
            0x0e,
        ),
        (
            "data behind the end",
            [stream(0, 5, 0, true), stream(0, 5, 1, false)].concat(),
            size,
            bad_size,
            0x0e,
        ),
        ("two ends", [stream(0, 5, 1, true), stream(0, 4, 1, true)].concat(), size, bad_size, 0x0f),
        (
            "a reset before the data",
            [stream(0, 5, 4, false), vec![0x04, 0, 0, 3]].concat(),
            size,
            bad_size,
            0x04,
        ),
        (
            "a reset past the limit",
            [vec![0x04, 0, 0], varint(256 * 1024 + 1)].concat(),
            NGTCP2_ERR_FLOW_CONTROL,
            NGTCP2_FLOW_CONTROL_ERROR,
            0x04,
        ),
        ("a reset of a stream that only sends", vec![0x04, 3, 0, 0], state, bad_state, 0x04),
        ("STOP_SENDING where nothing is sent", vec![0x05, 2, 0], state, bad_state, 0x05),
        ("credit where nothing is sent", vec![0x11, 2, 9], state, bad_state, 0x11),
        ("credit for a stream we never opened", vec![0x11, 1, 9], state, bad_state, 0x11),
        ("BLOCKED on a stream that only sends", vec![0x15, 3, 0], state, bad_state, 0x15),
        ("more streams than ids", huge(0x12), encoding, bad_frame, 0x12),
        ("blocked on more streams than ids", huge(0x17), encoding, bad_frame, 0x17),
        ("an id retired before it was issued", vec![0x19, 40], proto, violation, 0x19),
        ("the id in use retired", vec![0x19, 0], proto, violation, 0x19),
        ("more retired than issued", new_connection_id(9, 10, &[1; 8]), encoding, bad_frame, 0x18),
        ("an empty id", new_connection_id(9, 0, &[]), encoding, bad_frame, 0x18),
        ("an id of 21 bytes", new_connection_id(9, 0, &[1; 21]), encoding, bad_frame, 0x18),
        ("another id for a number", new_connection_id(1, 0, &[1; 8]), proto, violation, 0x18),
        (
            "more ids than allowed",
            (7..20).flat_map(|n| new_connection_id(n, 0, &[n as u8; 8])).collect(),
            NGTCP2_ERR_CONNECTION_ID_LIMIT,
            NGTCP2_CONNECTION_ID_LIMIT_ERROR,
            0x18,
        ),
        (
            "handshake bytes out of reach",
            crypto(300_000, b"x"),
            NGTCP2_ERR_CRYPTO_BUFFER_EXCEEDED,
            NGTCP2_CRYPTO_BUFFER_EXCEEDED,
            0x06,
        ),
        ("a datagram that was not asked for", vec![DATAGRAM, 0], proto, violation, 0x30),
    ]
}

#[test]
fn each_broken_rule_has_its_error() {
    for (name, frames, error, code, frame) in rules() {
        let mut pair = Scenario::new(1).start();
        assert!(pair.run(SECOND, Pair::is_established));
        pair.run_for(SECOND);
        let packet = forge(&pair, Side::Client, Kind::OneRtt, &frames);
        assert_eq!(deliver(&mut pair, Side::Server, packet), error, "{name}");
        pair.run_for(SECOND);
        assert_eq!(pair.client.conn().close_error(), (NGTCP2_CCERR_TYPE_TRANSPORT.0, code.into()), "{name}");
        assert_eq!(pair.client.conn().offending_frame(), frame, "{name}");
        pair.finish();
    }
}

/// RFC 9000 section 13.1: numbers below the first one were never sent.
#[test]
fn packets_below_the_first_number_are_not_acknowledged() {
    const FIRST: u32 = 1_000;
    let ack =
        |largest: u64, len: u64| [vec![0x02], varint(largest), vec![0, 0], varint(len), vec![0; 4]].concat();
    let first = u64::from(FIRST);
    // A second range ends at `first - 1`, or at `first`.
    let two_ranges = |len: u8| [vec![0x02], varint(first + 3), vec![0, 1, 0, 0, len], vec![0; 4]].concat();
    for (frame, expected) in [
        (ack(first, 0), 0),
        (ack(first + 1, 1), 0),
        (ack(first + 1, 2), NGTCP2_ERR_PROTO),
        (ack(first - 1, 0), NGTCP2_ERR_PROTO),
        (ack(3, 0), NGTCP2_ERR_PROTO),
        (two_ranges(1), 0),
        (two_ranges(2), NGTCP2_ERR_PROTO),
    ] {
        let mut scenario = Scenario::new(1);
        scenario.server.settings.initial_pkt_num = FIRST;
        let mut pair = scenario.start();
        pair.expect_done(SECOND);
        pair.run_for(SECOND);
        let packet = forge(&pair, Side::Client, Kind::OneRtt, &frame);
        assert_eq!(deliver(&mut pair, Side::Server, packet), expected, "{frame:?}");
        pair.finish();
    }
}

/// RFC 9000 table 3.
#[test]
fn handshake_packets_carry_handshake_frames() {
    let forbidden = [
        stream(0, 0, 1, false),
        vec![0x1d, 0, 0],
        vec![0x10, 5],
        vec![0x18, 1, 0, 1, 1],
        vec![0x1a, 1, 2, 3, 4, 5, 6, 7, 8],
        vec![0x1e],
        vec![DATAGRAM],
    ];
    for frames in forbidden {
        let mut pair = Scenario::new(1).start();
        assert!(pair.run(SECOND, |pair| pair.client.seen("handshake_completed") > 0));
        let frame = frames[0];
        let packet = forge(&pair, Side::Server, Kind::Handshake, &[frames, vec![0; 16]].concat());
        assert!(
            matches!(deliver(&mut pair, Side::Client, packet), NGTCP2_ERR_PROTO | NGTCP2_ERR_FRAME_ENCODING),
            "{frame:x}"
        );
        pair.finish();
    }
}

/// RFC 9000 sections 17.2 and 17.3: reserved bits are an error, but only of packets that are authentic.
#[test]
fn reserved_bits_are_zero() {
    for (kind, flips) in
        [(Kind::OneRtt, 0x08), (Kind::OneRtt, 0x10), (Kind::Handshake, 0x04), (Kind::Handshake, 0x08)]
    {
        let mut pair = Scenario::new(1).start();
        assert!(pair.run(SECOND, |pair| pair.client.seen("handshake_completed") > 0));
        let mut packet = Forgery::new(&pair, Side::Server, kind, &[0x01, 0, 0, 0]);
        packet.flips = flips;
        let mut sealed = packet.seal(keys(&pair, Side::Server, kind));
        let last = sealed.len() - 1;
        sealed[last] ^= 1;
        assert_eq!(deliver(&mut pair, Side::Client, sealed.clone()), 0);
        sealed[last] ^= 1;
        assert_eq!(deliver(&mut pair, Side::Client, sealed), NGTCP2_ERR_PROTO);
        pair.finish();
    }
}
