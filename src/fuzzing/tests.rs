//! Replays the corpora of the fuzz targets, and keeps their seeds: each is made here with this library's own writers.
//!
//! `fuzz/replay.rs` says where they are kept.

extern crate std;

use std::vec::Vec;
use std::{fs, vec};

use crate::frame::{EcnCounts, write};
use crate::packet::long::Fields;
use crate::packet::retry::Retry;
use crate::packet::{ConnectionId, PacketType, long, short, stateless_reset, version, version_negotiation};
use crate::params;
use crate::units::{Direction, PacketNumber, Side, StreamId};
use crate::wire::Writer;

use replay::Seed;

#[path = "../../fuzz/replay.rs"]
mod replay;

/// The bytes that `write` writes.
fn bytes(write: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
    let mut buffer = vec![0; 1500];
    let mut writer = Writer::new(&mut buffer);
    write(&mut writer);
    writer.written().to_vec()
}

/// Replays every beginning of the inputs.
fn check(target: &str, seeds: Vec<Seed>, target_function: fn(&[u8])) {
    replay::check(target, seeds, |input| {
        for len in 0..=input.len() {
            target_function(&input[..len]);
        }
    });
}

fn long_packet(kind: PacketType, version: u32, token: &[u8]) -> Vec<u8> {
    let (dcid, scid) = (ConnectionId::new(&[0xd1; 8]).unwrap(), ConnectionId::new(&[0x51; 5]).unwrap());
    let fields = Fields { kind, version, dcid: &dcid, scid: &scid, token, fixed_bit: true };
    bytes(|writer| {
        writer.u8(8).unwrap();
        let positions = long::write_header(writer, &fields, PacketNumber(2), 2).unwrap();
        writer.zeros(40).unwrap();
        long::finish(writer, positions, 0).unwrap();
    })
}

fn packet_seeds() -> Vec<Seed> {
    let (dcid, scid) = (ConnectionId::new(&[0xd1; 8]).unwrap(), ConnectionId::new(&[0x51; 5]).unwrap());
    let retry = |version| {
        bytes(|writer| {
            writer.u8(8).unwrap();
            Retry { version, dcid, scid, token: b"token" }.write(writer).unwrap();
            writer.zeros(16).unwrap();
        })
    };
    vec![
        ("initial", long_packet(PacketType::Initial, version::V1, &[])),
        ("initial-token", long_packet(PacketType::Initial, version::V1, &[7; 70])),
        ("initial-v2", long_packet(PacketType::Initial, version::V2, &[7; 20])),
        ("zero-rtt", long_packet(PacketType::ZeroRtt, version::V1, &[])),
        ("handshake", long_packet(PacketType::Handshake, version::V1, &[])),
        ("handshake-v2", long_packet(PacketType::Handshake, version::V2, &[])),
        ("unknown-version", long_packet(PacketType::Initial, 0x1a3a_5a7a, &[])),
        ("retry", retry(version::V1)),
        ("retry-v2", retry(version::V2)),
        (
            "one-rtt",
            bytes(|writer| {
                writer.u8(8).unwrap();
                short::write_header(writer, &dcid, true, true, PacketNumber(0x1234), 2).unwrap();
                writer.zeros(30).unwrap();
            }),
        ),
        (
            "version-negotiation",
            bytes(|writer| {
                writer.u8(8).unwrap();
                let versions = [0x0a0a_0a0a, version::V2, version::V1];
                version_negotiation::write(writer, 0x2a, &[1; 8], &[2; 18], &versions).unwrap();
            }),
        ),
        (
            "stateless-reset",
            bytes(|writer| {
                writer.u8(0).unwrap();
                let len = stateless_reset::write(writer.rest_mut(), &[3; 16], &[0x99; 20]).unwrap();
                writer.advance(len).unwrap();
            }),
        ),
    ]
}

fn frame_seeds() -> Vec<Seed> {
    let id = ConnectionId::new(&[0xc1; 8]).unwrap();
    let counts = EcnCounts { ect0: 9, ect1: 0, ce: 300 };
    let ranges = [(90, 100), (70, 80), (3, 68), (0, 1)];
    vec![
        ("padding", bytes(|w| write::padding(w, 60).and_then(|()| write::ping(w)).unwrap())),
        ("ack", bytes(|w| assert_eq!(write::ack(w, [(0, 5)].into_iter(), 12, None, 100), Ok(1)))),
        (
            "ack-ranges-ecn",
            bytes(|w| assert_eq!(write::ack(w, ranges.into_iter(), 12, Some(counts), 100), Ok(4))),
        ),
        ("stream", bytes(|w| write::stream(w, StreamId(4), 0, b"request", true, true).unwrap())),
        ("stream-offset", bytes(|w| write::stream(w, StreamId(400), 70_000, b"more", false, false).unwrap())),
        ("crypto", bytes(|w| write::crypto(w, 1000, &[1, 0, 0, 4, 0, 0, 0, 0]).unwrap())),
        ("new-token", bytes(|w| write::new_token(w, b"token").unwrap())),
        (
            "streams-end",
            bytes(|w| {
                write::reset_stream(w, StreamId(8), 0x10c, 77).unwrap();
                write::stop_sending(w, StreamId(8), 0x10c).unwrap();
            }),
        ),
        (
            "limits",
            bytes(|w| {
                write::max_data(w, 1 << 20).unwrap();
                write::max_stream_data(w, StreamId(3), 1 << 18).unwrap();
                write::max_streams(w, Direction::Bidi, 100).unwrap();
                write::max_streams(w, Direction::Uni, 1 << 60).unwrap();
                write::data_blocked(w, 1 << 20).unwrap();
                write::stream_data_blocked(w, StreamId(3), 1 << 18).unwrap();
                write::streams_blocked(w, Direction::Bidi, 100).unwrap();
                write::streams_blocked(w, Direction::Uni, 3).unwrap();
            }),
        ),
        (
            "connection-ids",
            bytes(|w| {
                write::new_connection_id(w, 7, 5, &id, &[9; 16]).unwrap();
                write::retire_connection_id(w, 4).unwrap();
            }),
        ),
        (
            "paths",
            bytes(|w| {
                write::path_challenge(w, *b"12345678").unwrap();
                write::path_response(w, *b"87654321").unwrap();
            }),
        ),
        ("close", bytes(|w| write::connection_close(w, 0xa, 0x1c, b"reason").unwrap())),
        ("close-application", bytes(|w| write::connection_close_application(w, 0x100, b"").unwrap())),
        (
            "datagrams",
            bytes(|w| {
                write::handshake_done(w).unwrap();
                write::datagram(w, b"first", true).unwrap();
                write::datagram(w, b"last", false).unwrap();
            }),
        ),
        ("non-minimal-type", vec![0x40, 0x01]),
    ]
}

fn params_seeds() -> Vec<Seed> {
    let id = ConnectionId::new(&[0xc1; 8]).unwrap().to_abi();
    let mut client = params::DEFAULT;
    client.initial_scid_present = 1;
    client.initial_scid = id;
    client.initial_max_data = 1 << 20;
    client.initial_max_stream_data_bidi_local = 1 << 18;
    client.initial_max_streams_uni = 3;
    client.max_idle_timeout = 30_000_000_000;
    client.max_datagram_frame_size = 65535;
    client.grease_quic_bit = 1;
    client.version_info_present = 1;
    client.version_info.chosen_version = version::V1;
    let mut server = client;
    server.original_dcid_present = 1;
    server.original_dcid = id;
    server.retry_scid_present = 1;
    server.stateless_reset_token_present = 1;
    server.preferred_addr_present = 1;
    server.preferred_addr.cid = id;
    server.preferred_addr.ipv4_present = 1;
    server.preferred_addr.ipv4.sin_port = 443_u16.to_be();
    server.ack_delay_exponent = 20;
    server.max_ack_delay = 16_383_000_000;
    let versions = [0x6b, 0x33, 0x43, 0xcf, 0, 0, 0, 1];
    vec![
        ("client", bytes(|w| params::encode(w, &client, &versions).unwrap())),
        ("server", bytes(|w| params::encode(w, &server, &versions).unwrap())),
        ("remembered", bytes(|w| params::remembered::encode_remembered(w, &server, Side::Server).unwrap())),
        ("huge-idle-timeout", vec![1, 8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        ("repeated-and-unknown", vec![4, 1, 9, 0x3f, 2, 1, 1, 4, 1, 8, 0x40, 0x1b, 0]),
    ]
}

#[test]
fn packet_headers() {
    check("packet_header", packet_seeds(), super::packet_header);
}

#[test]
fn frames() {
    check("frames", frame_seeds(), super::frames);
}

#[test]
fn params() {
    check("params", params_seeds(), super::params);
}

/// The exported decoders are given what both kinds of them are made for.
#[test]
fn exported() {
    let params = params_seeds().into_iter().map(|(name, seed)| (name, [&[8][..], &seed].concat()));
    check("exported", packet_seeds().into_iter().chain(params).collect(), crate::ffi::fuzzing::decoders);
}

#[test]
fn every_target_has_a_corpus() {
    for entry in fs::read_dir(replay::fuzz().join("fuzz_targets")).unwrap() {
        let path = entry.unwrap().path();
        // What two of the targets share.
        if path.ends_with("simulator.rs") {
            continue;
        }
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(replay::fuzz().join("corpus").join(name).is_dir(), "{name} has no corpus");
    }
}
