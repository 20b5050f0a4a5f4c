//! Datagrams of no bytes (curl CVE-2026-11352), packets of no frames, of 65527 bytes, of PADDING alone, with reserved bits.

use ngtcp2_abi::{NGTCP2_ERR_PROTO, NGTCP2_PROTOCOL_VIOLATION};

use crate::attack::Attack;
use crate::forge::{Forgery, Kind, keys};
use crate::keys::Side;
use crate::network::SECOND;
use crate::random::Random;

use super::KIB;

/// Every length, of zeros, of ones, and of anything, in both states.
#[test]
fn a14_datagrams_of_any_length() {
    for victim in [Side::Client, Side::Server] {
        let mut attack = Attack::on(victim);
        let mut random = Random::new(5, 5);
        let figures = attack.flood_with(6_000, |attack, turn| {
            let mut packet = vec![0; turn as usize / 4];
            match turn % 4 {
                0 => {}
                1 => packet.fill(0xff),
                2 => packet.fill(0x40),
                _ => random.fill(&mut packet),
            }
            attack.sent_by_peer(packet.into())
        });
        figures.check("a14 datagrams of any length");
        assert!(figures.error == 0 && figures.answers == 0 && figures.peak < 4 * KIB, "{figures}");
        attack.expect_open();
        attack.finish();
    }
}

/// The largest datagram that UDP has, full of PADDING, or of one frame. What it takes to decrypt is given back.
#[test]
fn a14_datagrams_of_65527_bytes() {
    let mut attack = Attack::on(Side::Server);
    let figures = attack.flood(200, |_| vec![0; 65_527 - 29]);
    figures.check("a14 65527 bytes of PADDING");
    assert!(figures.error == 0 && figures.peak < 80 * KIB && figures.left < 4 * KIB, "{figures}");
    assert_eq!(figures.answers, 0);
    attack.expect_open();
    attack.finish();
}

/// PADDING elicits nothing; with a byte more it elicits one acknowledgment for two packets.
#[test]
fn a14_padding_alone_is_not_answered() {
    let mut attack = Attack::on(Side::Server);
    let figures = attack.flood(3_000, |turn| vec![0; 4 + turn as usize % 1_000]);
    figures.check("a14 PADDING alone");
    assert!(figures.error == 0 && figures.answers == 0 && figures.peak < 4 * KIB, "{figures}");
    attack.expect_open();
    attack.finish();
}

#[test]
fn a14_packets_without_a_frame() {
    for kind in [Kind::OneRtt, Kind::Handshake] {
        let mut attack = Attack::unestablished(Side::Client, |_| {});
        assert!(attack.pair.run(SECOND, |pair| pair.client.seen("handshake_completed") > 0));
        let packet = attack.forge_as(kind, &[]);
        assert_eq!(attack.deliver(&packet), NGTCP2_ERR_PROTO);
        attack.expect_closed(NGTCP2_PROTOCOL_VIOLATION);
        attack.finish();
    }
}

/// Reserved bits of packets that are not authentic mean nothing.
#[test]
fn a14_reserved_bits_of_forged_packets() {
    let mut attack = Attack::on(Side::Server);
    let figures = attack.flood_with(1_000, |attack, turn| {
        let mut packet = Forgery::new(&attack.pair, Side::Client, Kind::OneRtt, &[1, 0, 0, 0]);
        packet.number = 9_000 + turn as u32;
        packet.flips = 0x08 << (turn % 2);
        let mut sealed = packet.seal(keys(&attack.pair, Side::Client, Kind::OneRtt));
        *sealed.last_mut().unwrap() ^= 1;
        attack.sent_by_peer(sealed.into())
    });
    figures.check("a14 reserved bits");
    assert!(figures.error == 0 && figures.answers == 0, "{figures}");
    attack.expect_open();
    attack.finish();
}
