//! CRYPTO frames: gaps, one byte at a time, overlaps that disagree, after the handshake, floods of tickets and tokens.

use ngtcp2_abi::{NGTCP2_CRYPTO_BUFFER_EXCEEDED, NGTCP2_ERR_CRYPTO_BUFFER_EXCEEDED};

use crate::attack::Attack;
use crate::forge::Kind;
use crate::keys::Side;
use crate::tls::{TICKET, message};

use super::{KIB, crypto};

type Order = fn(u64) -> u64;

/// Frames of a byte each at every second offset, in three orders.
#[test]
fn a02_gaps_hold_no_more_than_the_bound() {
    let orders: [(&str, Order); 3] =
        [("rising", |n| n), ("falling", |n| 0x7fff - n), ("scattered", |n| n * 20_021 % 0x8000)];
    for (name, order) in orders {
        let mut attack = Attack::on(Side::Client);
        let figures = attack.flood(0x8000 / 128, |turn| {
            (0..128).flat_map(|n| crypto(order(turn * 128 + n) * 2 + 1, b"x")).collect()
        });
        figures.check(&format!("a02 CRYPTO with gaps, {name}"));
        assert!(figures.peak < 160 * KIB);
        // One byte further is one too many.
        assert_eq!(attack.send(&crypto(64 * 1024 + 1, b"x")), NGTCP2_ERR_CRYPTO_BUFFER_EXCEEDED);
        attack.expect_closed(NGTCP2_CRYPTO_BUFFER_EXCEEDED);
        attack.finish();
    }
}

/// The same bytes again, and others in their place: nothing is stored twice.
#[test]
fn a02_overlaps_that_disagree_change_nothing() {
    let mut attack = Attack::on(Side::Client);
    let figures = attack.flood(2_000, |turn| crypto(1 + turn % 7, &[turn as u8; 1_000]));
    figures.check("a02 overlapping CRYPTO");
    assert!(figures.error == 0 && figures.peak < 8 * KIB);
    attack.expect_open();
    attack.finish();
}

/// Tickets by the thousand: past 256 KiB the peer is not sane.
#[test]
fn a02_tickets_are_limited() {
    let mut attack = Attack::on(Side::Client);
    let tickets: Vec<u8> = (0..1_000).flat_map(|_| message(TICKET, &[0x77; 400])).collect();
    let figures = attack.flood(1_000, |turn| crypto(turn * 1_000, &tickets[turn as usize * 300..][..1_000]));
    figures.check("a02 tickets");
    assert_eq!(figures.error, NGTCP2_ERR_CRYPTO_BUFFER_EXCEEDED);
    assert!((256 * 1024..260 * 1024).contains(&(figures.packets * 1_000)) && figures.peak < 16 * KIB);
    attack.expect_closed(NGTCP2_CRYPTO_BUFFER_EXCEEDED);
    attack.finish();
}

/// Each is told to the application, and none is kept.
#[test]
fn a02_tokens_are_not_kept() {
    let mut attack = Attack::on(Side::Client);
    let token = [&[0x07, 20][..], &[0x33; 20]].concat();
    let figures = attack.flood(1_000, |_| token.repeat(50));
    figures.check("a02 NEW_TOKEN");
    assert!(figures.error == 0 && figures.peak < 4 * KIB);
    assert_eq!(attack.victim().seen("recv_new_token"), 50_000);
    attack.expect_open();
    attack.finish();
}

/// Keys of the handshake are gone.
#[test]
fn a02_the_handshake_is_over_when_it_is_over() {
    for victim in [Side::Server, Side::Client] {
        let mut attack = Attack::on(victim);
        let figures = attack.flood_with(1_000, |attack, turn| {
            let packet = attack.forge_as(Kind::Handshake, &crypto(turn * 1_000, &[1; 1_000]));
            attack.sent_by_peer(packet.into())
        });
        figures.check("a02 late Handshake packets");
        assert!(figures.error == 0 && figures.peak < 4 * KIB && figures.answers <= 1);
        attack.expect_open();
        attack.finish();
    }
}
