//! Headers that a rule forbids: such packets are dropped, and none like them is sent.

use ngtcp2_abi::{NGTCP2_ERR_DRAINING, NGTCP2_PROTO_VER_V1, NGTCP2_PROTO_VER_V2};

use crate::application::Plan;
use crate::callbacks::reset_token;
use crate::forge::{CLOSE, FIXED_BIT, Forgery, Kind, deliver, forge, keys, retry};
use crate::keys::{KeySet, Side};
use crate::network::{Datagram, MILLISECOND, SECOND};
use crate::pair::{Pair, Scenario};
use crate::random::Random;

use super::early_data::remembered;

fn established(scenario: Scenario) -> Pair {
    let mut pair = scenario.start();
    assert!(pair.run(SECOND, Pair::is_established), "{}", pair.describe());
    pair
}

fn prefers_version_2(mut scenario: Scenario) -> Scenario {
    scenario.client.available_versions = vec![NGTCP2_PROTO_VER_V2, NGTCP2_PROTO_VER_V1];
    scenario.server.available_versions = vec![NGTCP2_PROTO_VER_V2, NGTCP2_PROTO_VER_V1];
    scenario.server.preferred_versions = vec![NGTCP2_PROTO_VER_V2, NGTCP2_PROTO_VER_V1];
    scenario
}

/// The version and the type bits of each long header in a datagram.
fn long_headers(datagram: &Datagram) -> Vec<(u32, u8)> {
    let (mut headers, mut rest) = (Vec::new(), &datagram.payload[..]);
    while let [first @ 0x80..=0xff, v0, v1, v2, v3, ids @ ..] = rest {
        let header = (u32::from_be_bytes([*v0, *v1, *v2, *v3]), first >> 4 & 3);
        headers.push(header);
        let ids = &ids[1 + usize::from(ids[0])..];
        let mut fields = &ids[1 + usize::from(ids[0])..];
        if matches!(header, (NGTCP2_PROTO_VER_V1, 0) | (NGTCP2_PROTO_VER_V2, 1)) {
            // No tokens in these tests.
            fields = &fields[1..];
        }
        let len = u16::from_be_bytes([fields[0] & 0x3f, fields[1]]);
        rest = &fields[2 + usize::from(len)..];
    }
    headers
}

/// RFC 9369 section 4.1: 0-RTT packets keep the version of the first flight.
#[test]
fn early_data_are_never_sent_in_the_negotiated_version() {
    let mut scenario = prefers_version_2(Scenario::new(1));
    scenario.client.early_params = Some(remembered());
    scenario.server.accepts_early_data = true;
    scenario.client.plan = Plan { bidirectional: 0, unidirectional: 1, bytes: 1_000 };
    let mut pair = scenario.start();
    pair.client.write(&mut pair.network);
    for datagram in pair.network.intercept() {
        pair.deliver_to_server(&datagram);
    }
    pair.server.write(&mut pair.network);
    // The rest of the server's flight is late, so that the client goes on with 0-RTT.
    let flight = pair.network.intercept();
    assert_eq!(deliver(&mut pair, Side::Client, flight[0].payload.to_vec()), 0);
    assert_eq!(pair.client.conn().negotiated_version(), NGTCP2_PROTO_VER_V2);
    pair.client.application.borrow_mut().plan.unidirectional = 2;
    pair.wait(MILLISECOND);
    pair.client.write(&mut pair.network);
    let sent = pair.network.intercept();
    let sent: Vec<_> = sent.iter().flat_map(long_headers).collect();
    assert!(sent.contains(&(NGTCP2_PROTO_VER_V1, 1)), "{sent:x?}");
    assert!(!sent.contains(&(NGTCP2_PROTO_VER_V2, 2)), "{sent:x?}");
    pair.finish();
}

/// RFC 9369 section 4.1: Handshake packets have the negotiated version.
#[test]
fn handshake_packets_of_the_first_version_are_dropped() {
    let mut pair = prefers_version_2(Scenario::new(1)).start();
    assert!(pair.run(SECOND, |pair| pair.client.seen("handshake_completed") > 0));
    let mut packet = Forgery::new(&pair, Side::Server, Kind::Handshake, &CLOSE);
    assert_eq!(packet.version, NGTCP2_PROTO_VER_V1);
    let sealed = packet.seal(keys(&pair, Side::Server, Kind::Handshake));
    assert_eq!(deliver(&mut pair, Side::Client, sealed), 0);
    packet.version = NGTCP2_PROTO_VER_V2;
    let sealed = packet.seal(keys(&pair, Side::Server, Kind::Handshake));
    assert_eq!(deliver(&mut pair, Side::Client, sealed), NGTCP2_ERR_DRAINING);
    pair.finish();
}

/// RFC 9000 section 17.2: without grease_quic_bit a packet with the bit clear is not valid.
#[test]
fn the_fixed_bit_is_checked_unless_it_is_greased() {
    for greases in [false, true] {
        let mut scenario = Scenario::new(1);
        scenario.server.params.grease_quic_bit = greases.into();
        let mut pair = established(scenario);
        let mut packet = Forgery::new(&pair, Side::Client, Kind::OneRtt, &CLOSE);
        packet.flips = FIXED_BIT;
        let sealed = packet.seal(keys(&pair, Side::Client, Kind::OneRtt));
        let expected = if greases { NGTCP2_ERR_DRAINING } else { 0 };
        assert_eq!(deliver(&mut pair, Side::Server, sealed), expected);
        pair.finish();
    }
}

/// RFC 9287: the bit takes any value towards a peer that can do with it.
#[test]
fn the_fixed_bit_is_greased_if_the_peer_agrees() {
    for greases in [false, true] {
        let mut scenario = Scenario::new(1);
        scenario.server.params.grease_quic_bit = greases.into();
        let mut pair = established(scenario);
        pair.client.application.borrow_mut().plan.unidirectional = 1;
        pair.client.application.borrow_mut().plan.bytes = 100_000;
        let (mut set, mut clear) = (0, 0);
        for _ in 0..20 {
            pair.client.write(&mut pair.network);
            for datagram in pair.network.intercept() {
                *if datagram.payload[0] & FIXED_BIT != 0 { &mut set } else { &mut clear } += 1;
                deliver(&mut pair, Side::Server, datagram.payload.into());
            }
            pair.server.write(&mut pair.network);
            for datagram in pair.network.intercept() {
                deliver(&mut pair, Side::Client, datagram.payload.into());
            }
        }
        assert!(set > 0);
        assert_eq!(clear > 0, greases, "{set} set, {clear} clear");
        pair.finish();
    }
}

/// RFC 9000 section 17.2.2: a server has no use for a token.
#[test]
fn initial_packets_of_a_server_carry_no_token() {
    let mut pair = Scenario::new(1).start();
    let original = pair.client.conn().dcid();
    pair.client.write(&mut pair.network);
    let mut packet = Forgery::new(&pair, Side::Client, Kind::Initial, &CLOSE);
    // The server is not there yet; the client's id stands in its packets.
    let sent = pair.network.intercept();
    packet.dcid = source_id(&sent[0]);
    packet.scid = original;
    packet.token = b"token".to_vec();
    let keys = || KeySet::initial(NGTCP2_PROTO_VER_V1, &original, Side::Server);
    let sealed = packet.seal(keys());
    assert_eq!(deliver(&mut pair, Side::Client, sealed), 0);
    packet.token.clear();
    let sealed = packet.seal(keys());
    assert_eq!(deliver(&mut pair, Side::Client, sealed), NGTCP2_ERR_DRAINING);
    pair.finish();
}

/// The Source Connection ID of a long header.
fn source_id(datagram: &Datagram) -> ngtcp2_abi::ngtcp2_cid {
    let ids = &datagram.payload[5..];
    let ids = &ids[1 + usize::from(ids[0])..];
    let len = usize::from(ids[0]);
    let mut id = ngtcp2_abi::ngtcp2_cid { datalen: len, ..ngtcp2_abi::ngtcp2_cid::ZERO };
    id.data[..len].copy_from_slice(&ids[1..=len]);
    id
}

/// RFC 9000 section 17.2.5.2: a Retry changes the connection id, and is addressed to the client.
#[test]
fn retry_packets_with_wrong_ids_are_ignored() {
    let mut pair = Scenario::new(1).start();
    let original = pair.client.conn().dcid();
    pair.client.write(&mut pair.network);
    let client = source_id(&pair.network.intercept()[0]);
    let mut other = original;
    other.data[0] ^= 1;
    for (dcid, scid) in [(client, original), (other, other)] {
        assert_eq!(deliver(&mut pair, Side::Client, retry(&dcid, &scid, &original)), 0);
        assert_eq!(pair.client.seen("recv_retry"), 0);
    }
    assert_eq!(deliver(&mut pair, Side::Client, retry(&client, &other, &original)), 0);
    assert_eq!(pair.client.seen("recv_retry"), 1);
    pair.finish();
}

/// RFC 9000 section 10.3.1: what cannot be read may be a reset, also if its random bytes look like a packet number that
/// was received before, as they often do where connection ids are empty.
#[test]
fn stateless_resets_reach_clients_without_connection_ids() {
    for seed in 1..20 {
        let mut scenario = Scenario::new(seed);
        scenario.client.id_len = 0;
        scenario.server.plan = Plan { bidirectional: 0, unidirectional: 2, bytes: 200_000 };
        let mut pair = scenario.start();
        pair.expect_done(10 * SECOND);
        let mut reset = vec![0; 30];
        Random::new(seed, 99).fill(&mut reset);
        reset[0] = FIXED_BIT | reset[0] & 0x3f;
        reset.extend_from_slice(&reset_token(&pair.client.conn().dcid()));
        assert_eq!(deliver(&mut pair, Side::Client, reset), NGTCP2_ERR_DRAINING);
        pair.finish();
    }
}

/// RFC 9000 section 12.2: a packet whose destination is not that of the datagram's first packet is ignored, whatever
/// its header.
#[test]
fn coalesced_packets_have_one_destination() {
    for (kind, same) in
        [(Kind::OneRtt, true), (Kind::OneRtt, false), (Kind::Handshake, true), (Kind::Handshake, false)]
    {
        let mut pair = Scenario::new(1).start();
        assert!(pair.run(SECOND, |pair| pair.client.seen("handshake_completed") > 0));
        let first = forge(&pair, Side::Server, Kind::Handshake, &[0x01; 16]);
        let mut second = Forgery::new(&pair, Side::Server, kind, &[&CLOSE[..], &[0; 16]].concat());
        second.number += 1;
        if !same {
            second.dcid = pair.client.conn().newest_id();
        }
        let alone = second.seal(keys(&pair, Side::Server, kind));
        let both = [first, alone.clone()].concat();
        assert_eq!(deliver(&mut pair, Side::Client, both), if same { NGTCP2_ERR_DRAINING } else { 0 });
        if !same {
            // Alone it is a good packet.
            assert_eq!(deliver(&mut pair, Side::Client, alone), NGTCP2_ERR_DRAINING);
        }
        pair.finish();
    }
}

/// The other test's packets are good but for what it is about.
#[test]
fn a_forged_packet_is_read() {
    let mut pair = established(Scenario::new(1));
    let packet = forge(&pair, Side::Client, Kind::OneRtt, &CLOSE);
    assert_eq!(deliver(&mut pair, Side::Server, packet), NGTCP2_ERR_DRAINING);
    pair.finish();
}
