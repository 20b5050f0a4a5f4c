//! HANDSHAKE_DONE to a server (quic-go CVE-2025-59530), types in longer encodings, frames in packets that may not carry
//! them. `forged_frames` holds the rules of single frames.

use ngtcp2_abi::{
    NGTCP2_ERR_DRAINING, NGTCP2_ERR_FRAME_ENCODING, NGTCP2_ERR_PROTO, NGTCP2_PROTOCOL_VIOLATION,
};

use crate::attack::Attack;
use crate::forge::Kind;
use crate::keys::Side;
use crate::network::SECOND;

/// A frame of each type, short and valid, as far as there is one.
fn frame(kind: u8) -> Vec<u8> {
    let fields: &[u8] = match kind {
        0x02 => &[0, 0, 0, 0],
        0x03 => &[0, 0, 0, 0, 0, 0, 0],
        0x04 => &[0, 0, 0],
        0x05 | 0x11 | 0x15 => &[0, 0],
        0x06 => &[0, 0],
        0x07 => &[1, 9],
        0x08 | 0x09 => &[0],
        0x0a..=0x0f => &[0, 0, 0],
        0x10 | 0x12 | 0x13 | 0x14 | 0x16 | 0x17 | 0x19 => &[1],
        0x1a | 0x1b => &[1, 2, 3, 4, 5, 6, 7, 8],
        0x1c => &[0, 0, 0],
        0x1d => &[0, 0],
        _ => &[],
    };
    [&[kind], fields, &[0; 16]].concat()
}

/// RFC 9000 table 3, for Handshake packets: PADDING, PING, ACK, CRYPTO and the transport's CONNECTION_CLOSE.
#[test]
fn a12_handshake_packets_carry_what_they_may() {
    for kind in 0..0x60 {
        let mut attack = Attack::unestablished(Side::Client, |_| {});
        assert!(attack.pair.run(SECOND, |pair| pair.client.seen("handshake_completed") > 0));
        let packet = attack.forge_as(Kind::Handshake, &frame(kind));
        let code = attack.deliver(&packet);
        match kind {
            0x00 | 0x01 | 0x02 | 0x03 | 0x06 => assert_eq!(code, 0, "{kind:x}"),
            0x1c => assert_eq!(code, NGTCP2_ERR_DRAINING),
            _ => assert!([NGTCP2_ERR_PROTO, NGTCP2_ERR_FRAME_ENCODING].contains(&code), "{kind:x} {code}"),
        }
        attack.finish();
    }
}

/// RFC 9000 section 12.4: a type stands in the fewest bytes.
#[test]
fn a12_types_in_longer_encodings() {
    for kind in (0..0x20).chain([0x30, 0x31]) {
        for encoding in [vec![0x40, kind], vec![0x80, 0, 0, kind], vec![0xc0, 0, 0, 0, 0, 0, 0, kind]] {
            let mut attack = Attack::on(Side::Client);
            let frames = [&encoding, &frame(kind)[1..]].concat();
            let code = attack.send(&frames);
            assert!([NGTCP2_ERR_PROTO, NGTCP2_ERR_FRAME_ENCODING].contains(&code), "{kind:x} {code}");
            attack.finish();
        }
    }
}

#[test]
fn a12_frames_of_a_server_from_a_client() {
    for kind in [0x1e, 0x07] {
        let mut attack = Attack::on(Side::Server);
        assert_eq!(attack.send(&frame(kind)), NGTCP2_ERR_PROTO);
        attack.expect_closed(NGTCP2_PROTOCOL_VIOLATION);
        attack.finish();
    }
}

/// Again and again it confirms what is confirmed.
#[test]
fn a12_handshake_done_by_the_thousand() {
    let mut attack = Attack::on(Side::Client);
    let figures = attack.flood(1_000, |_| vec![0x1e; 1_000]);
    figures.check("a12 HANDSHAKE_DONE");
    assert!(figures.error == 0 && figures.peak < 4096);
    assert_eq!(attack.victim().seen("handshake_confirmed"), 1);
    attack.expect_open();
    attack.finish();
}
