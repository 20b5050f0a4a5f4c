//! Floods of Initial packets, junk behind an Initial packet in its datagram (lsquic CVE-2025-54939), datagrams below
//! 1200 bytes, 0-RTT before the Initial packet, tokens that nobody gave out.

use ngtcp2_abi::{NGTCP2_PROTO_VER_V1, ngtcp2_cid};

use crate::attack::{Attack, Figures};
use crate::endpoint::Phase;
use crate::forge::{Forgery, Kind};
use crate::keys::{KeySet, Side};
use crate::network::{Datagram, SECOND};
use crate::pair::{Pair, Scenario};

use super::super::early_data::remembered;
use super::KIB;

/// The first datagram of a client.
fn first_flight(pair: &mut Pair) -> Datagram {
    pair.client.write(&mut pair.network);
    pair.network.intercept().remove(0)
}

/// A server that met one Initial packet: what it holds for it, and that all is gone when the application gives up.
#[test]
fn a09_a_half_open_connection_is_small() {
    let mut pair = Scenario::new(1).start();
    let first = first_flight(&mut pair);
    pair.deliver_to_server(&first);
    pair.server.write(&mut pair.network);
    let (held, peak) = (pair.server.memory.live_bytes(), pair.server.memory.peak_bytes());
    println!(
        "a09 half-open connection: {held} bytes, {peak} at most, {} allocations",
        pair.server.memory.allocations()
    );
    // With a certificate chain of 2500 bytes that waits for its acknowledgment.
    assert!(held < 20 * KIB && peak < 20 * KIB, "{held} {peak}");
    // Nobody answers: it gives up by itself.
    pair.network.intercept();
    pair.client.phase.set(Phase::Dead);
    pair.run_for(60 * SECOND);
    assert_eq!(pair.server.phase.get(), Phase::Dead);
    pair.finish();
}

/// An Initial packet like those of `client`, with a number and frames of its own; anybody can make one.
fn initial(pair: &Pair, original: &ngtcp2_cid, number: u32, token: &[u8], frames: &[u8]) -> Vec<u8> {
    let mut packet = Forgery::new(pair, Side::Client, Kind::Initial, frames);
    packet.dcid = *original;
    packet.scid = ngtcp2_cid { datalen: 8, ..ngtcp2_cid::ZERO };
    packet.number = number;
    packet.token = token.to_vec();
    packet.seal(KeySet::initial(NGTCP2_PROTO_VER_V1, original, Side::Client))
}

/// A server in the middle of its handshake, and the client's first connection id.
fn handshaking() -> (Attack, ngtcp2_cid) {
    let mut attack = Attack::unestablished(Side::Server, |_| {});
    let original = attack.pair.client.conn().dcid();
    let first = first_flight(&mut attack.pair);
    attack.pair.deliver_to_server(&first);
    attack.answers();
    (attack, original)
}

#[track_caller]
fn check(attack: Attack, figures: &Figures, name: &str) {
    figures.check(name);
    assert!(figures.error == 0 && figures.peak < 8 * KIB, "{figures}");
    // The server's first answers have been sent; there is not much left to be said.
    assert!(figures.answered_bytes <= 3 * figures.bytes);
    assert_eq!(attack.victim().phase.get(), Phase::Open);
    attack.finish();
}

/// What belongs to the handshake by its ids and keys, but is not from the client.
#[test]
fn a09_initial_packets_by_the_thousand() {
    let (mut attack, original) = handshaking();
    let figures = attack.flood_with(3_000, |attack, turn| {
        let packet =
            initial(&attack.pair, &original, 100 + turn as u32, b"", &[&[1][..], &[0; 1_150]].concat());
        attack.sent_by_peer(packet.into())
    });
    check(attack, &figures, "a09 Initial flood");
}

/// Each datagram is full of packets that nobody can read, each of a few bytes.
#[test]
fn a09_junk_behind_an_initial_packet() {
    for junk in [
        &[0xc0, 0, 0, 0, 1, 0, 0, 0, 1, 0x55][..],
        &[0xe0, 0, 0, 0, 1, 0, 0, 1, 0x55],
        &[0xd0, 0, 0, 0, 1, 0, 0, 0],
    ] {
        let (mut attack, original) = handshaking();
        let figures = attack.flood_with(2_000, |attack, turn| {
            let mut packet = initial(&attack.pair, &original, 100 + turn as u32, b"", &[1, 0, 0, 0]);
            // Junk with the same Destination Connection ID, as RFC 9000 section 12.2 has it.
            let mut behind = junk.to_vec();
            behind.splice(5..6, [&[original.datalen as u8][..], &original.data[..original.datalen]].concat());
            packet.extend(behind.repeat(40));
            attack.sent_by_peer(packet.into())
        });
        check(attack, &figures, "a09 coalesced junk");
    }
}

/// RFC 9000 section 14.1: dropped, also when a connection is already there.
#[test]
fn a09_small_initial_packets_are_dropped() {
    let mut pair = Scenario::new(1).start();
    let mut first = first_flight(&mut pair);
    first.payload = first.payload[..1199].into();
    pair.deliver_to_server(&first);
    assert_eq!(pair.server.phase.get(), Phase::Idle);
    pair.finish();
    let (mut attack, original) = handshaking();
    let figures = attack.flood_with(1_000, |attack, turn| {
        // CONNECTION_CLOSE would end the connection.
        let packet = initial(&attack.pair, &original, 100 + turn as u32, b"", &[0x1c, 0, 0, 0]);
        assert!(packet.len() < 1200);
        attack.sent_by_peer(packet.into())
    });
    check(attack, &figures, "a09 small Initial packets");
}

/// 0-RTT packets that overtake the ClientHello wait, but only so many.
#[test]
fn a09_early_data_before_the_hello_wait_within_bounds() {
    let mut scenario = Scenario::new(1);
    scenario.client.early_params = Some(remembered());
    scenario.client.padding = Some(1_500);
    scenario.server.accepts_early_data = true;
    scenario.client.plan.unidirectional = 10;
    scenario.client.plan.bytes = 1_000;
    let mut pair = scenario.start();
    pair.client.write(&mut pair.network);
    let flight = pair.network.intercept();
    let early = flight.last().unwrap().clone();
    // The first part of a ClientHello makes the connection; its end does not come.
    pair.deliver_to_server(&flight[0]);
    let before = pair.server.memory.live_bytes();
    for _ in 0..2_000 {
        pair.deliver_to_server(&early);
    }
    let growth = pair.server.memory.peak_bytes() - before;
    println!("a09 0-RTT before its keys: memory +{growth}");
    assert!(growth < 16 * KIB, "{growth}");
    pair.server.write(&mut pair.network);
    pair.network.intercept();
    pair.finish();
}

/// Tokens are the application's affair: to the library they are bytes, up to the size of the packet.
#[test]
fn a09_tokens_of_any_size_cost_nothing() {
    let (mut attack, original) = handshaking();
    let figures = attack.flood_with(1_000, |attack, turn| {
        let token = vec![turn as u8; turn as usize % 1_100];
        let packet =
            initial(&attack.pair, &original, 100 + turn as u32, &token, &[&[1][..], &[0; 1_150]].concat());
        attack.sent_by_peer(packet.into())
    });
    check(attack, &figures, "a09 tokens");
}
