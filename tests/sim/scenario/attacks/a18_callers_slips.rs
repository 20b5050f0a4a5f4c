//! Slips of the caller: buffers too small or very large, calls in the middle of `WRITE_MORE`.

use ngtcp2_abi::{
    NGTCP2_ERR_INVALID_ARGUMENT, NGTCP2_ERR_NOBUF, NGTCP2_ERR_WRITE_MORE, NGTCP2_WRITE_STREAM_FLAG_MORE,
    NGTCP2_WRITE_STREAM_FLAG_NONE, NGTCP2_WRITE_STREAM_FLAG_PADDING, ngtcp2_ccerr, ngtcp2_vec,
};

use crate::application::{Plan, pattern};
use crate::forge::deliver;
use crate::keys::Side;
use crate::network::{Conditions, Datagram, MILLISECOND, SECOND};
use crate::pair::{Pair, Scenario};

use super::super::early_data::remembered;

fn established(scenario: Scenario) -> Pair {
    let mut pair = scenario.start();
    assert!(pair.run(SECOND, Pair::is_established), "{}", pair.describe());
    pair.run_for(SECOND);
    pair
}

/// RFC 9000 section 14.1: each datagram of a client with an Initial packet has 1200 bytes.
#[test]
fn a_client_sends_no_initial_packet_in_a_small_buffer() {
    let mut pair = Scenario::new(1).start();
    pair.client.write(&mut pair.network);
    pair.network.intercept();
    let now = pair.client.conn().expiry();
    assert_eq!(pair.client.conn().handle_expiry(now), 0);
    let mut packet = vec![0; 1199];
    let written = pair.client.conn().write_stream(&mut packet, -1, NGTCP2_WRITE_STREAM_FLAG_NONE, &[], now);
    assert_eq!(written.result, 0);
    let closed = pair.client.conn().write_close(&mut packet, &ngtcp2_ccerr::ZERO, now);
    assert_eq!(closed.result, NGTCP2_ERR_NOBUF as isize);
    packet.resize(1200, 0);
    let closed = pair.client.conn().write_close(&mut packet, &ngtcp2_ccerr::ZERO, now);
    assert_eq!(closed.result, 1200);
    pair.finish();
}

fn is_initial(datagram: &Datagram) -> bool {
    datagram.payload[0] & 0xf0 == 0xc0
}

/// RFC 9000 section 14.1: nor does a server that elicits acknowledgments, however little credit it has left.
#[test]
fn a_server_sends_no_small_initial_packet_for_want_of_credit() {
    let mut pair = Scenario::new(1).start();
    pair.client.write(&mut pair.network);
    let first = pair.network.intercept();
    pair.deliver_to_server(&first[0]);
    pair.server.write(&mut pair.network);
    let mut sent = pair.network.intercept();
    for _ in 0..4 {
        let wait = pair.server.expiry() - pair.server.now();
        pair.wait(wait.min(SECOND));
        pair.server.handle_expiry(&mut pair.network);
        pair.server.write(&mut pair.network);
        sent.extend(pair.network.intercept());
    }
    let small = sent.iter().filter(|datagram| is_initial(datagram) && datagram.payload.len() < 1200);
    assert_eq!(small.count(), 0);
    let total: usize = sent.iter().map(|datagram| datagram.payload.len()).sum();
    assert!(total <= 3 * 1200, "{total}");
    pair.finish();
}

/// A token that no packet can carry would hold up every frame behind it.
#[test]
fn a_token_has_to_fit_a_packet() {
    let mut pair = established(Scenario::new(1));
    assert_eq!(pair.server.conn().submit_new_token(&[1; 1_500]), NGTCP2_ERR_INVALID_ARGUMENT);
    assert_eq!(pair.server.conn().submit_new_token(&[1; 1_000]), 0);
    pair.run_for(SECOND);
    assert_eq!(pair.client.seen("recv_new_token"), 1);
    pair.finish();
}

/// Padded acknowledgments are in flight, but nobody acknowledges them: they would fill the window.
#[test]
fn acknowledgments_alone_are_not_padded() {
    let mut scenario = Scenario::new(1);
    scenario.server.plan = Plan { bidirectional: 0, unidirectional: 1, bytes: 3_000 };
    let mut pair = established(scenario);
    pair.server.application.borrow_mut().plan.unidirectional = 2;
    pair.server.write(&mut pair.network);
    // Without the end of the stream, which would bring credit for another one.
    for datagram in pair.network.intercept().into_iter().take(2) {
        deliver(&mut pair, Side::Client, datagram.payload.into());
    }
    let (mut packet, now) = (vec![0; 1200], pair.client.now());
    let flags = NGTCP2_WRITE_STREAM_FLAG_PADDING;
    let written = pair.client.conn().write_stream(&mut packet, -1, flags, &[], now);
    assert!((1..100).contains(&written.result), "{written:?}");
    pair.finish();
}

/// A packet that is open while the keys change must not be sealed with a key that its header does not name.
#[test]
fn keys_may_change_while_a_packet_is_open() {
    let mut pair = established(Scenario::new(1));
    let id = pair.client.conn().open_stream(false).unwrap();
    let data: Vec<u8> = (0..10).map(|offset| pattern(id, offset)).collect();
    let vector = ngtcp2_vec { base: data.as_ptr().cast_mut(), len: data.len() };
    let (mut packet, now) = (vec![0; 1200], pair.client.now());
    let write = |pair: &Pair, packet: &mut [u8], id, data: &[ngtcp2_vec]| {
        let flags = if id < 0 { NGTCP2_WRITE_STREAM_FLAG_NONE } else { NGTCP2_WRITE_STREAM_FLAG_MORE };
        pair.client.conn().write_stream(packet, id, flags, data, now).result
    };
    assert_eq!(write(&pair, &mut packet, id, &[vector]), NGTCP2_ERR_WRITE_MORE as isize);
    assert_eq!(pair.client.conn().initiate_key_update(now), 0);
    let len = usize::try_from(write(&pair, &mut packet, -1, &[])).unwrap();
    assert!(len > 0);
    deliver(&mut pair, Side::Server, packet[..len].to_vec());
    assert_eq!(pair.server.seen("stream_open"), 1);
    pair.finish();
}

/// What becomes of each datagram is told, even if its packet is given up before it is sent.
#[test]
fn a_datagram_of_a_packet_that_is_given_up_is_lost() {
    let mut scenario = Scenario::new(1);
    scenario.server.params.max_datagram_frame_size = 1_000;
    let mut pair = established(scenario);
    let (mut packet, now) = (vec![0; 1200], pair.client.now());
    let written = pair.client.conn().write_datagram(&mut packet, 7, true, b"some bytes", now);
    assert_eq!((written.result, written.accepted), (NGTCP2_ERR_WRITE_MORE as isize, 1));
    deliver(&mut pair, Side::Client, vec![0x40; 50]);
    assert_eq!(pair.client.seen("lost_datagram"), 1);
    pair.finish();
}

/// A long header's Length field has two bytes.
#[test]
fn huge_buffers_hold_packets_of_a_legal_size() {
    let mut scenario = Scenario::new(1);
    scenario.conditions(Conditions { packet_size: 65_527, ..Conditions::CLEAN });
    scenario.client.early_params = Some(remembered());
    scenario.server.accepts_early_data = true;
    scenario.client.plan = Plan { bidirectional: 1, unidirectional: 0, bytes: 200_000 };
    for setup in [&mut scenario.client, &mut scenario.server] {
        setup.settings.no_tx_udp_payload_size_shaping = 1;
        setup.settings.max_tx_udp_payload_size = 100_000;
        setup.packet_size = 100_000;
    }
    let mut pair = scenario.start();
    pair.expect_done(10 * SECOND);
    pair.finish();
}

/// Without keys to acknowledge 0-RTT packets there is no time at which that is due.
#[test]
fn a_server_that_waits_for_its_certificate_sleeps() {
    let mut scenario = Scenario::new(1);
    scenario.client.early_params = Some(remembered());
    scenario.client.plan = Plan { bidirectional: 0, unidirectional: 2, bytes: 3_000 };
    scenario.server.accepts_early_data = true;
    scenario.server.stalls = true;
    let mut pair = scenario.start();
    let received = |pair: &Pair| pair.server.application.borrow().received > 0;
    assert!(pair.run(SECOND, received), "{}", pair.describe());
    pair.wait(100 * MILLISECOND);
    pair.server.handle_expiry(&mut pair.network);
    pair.server.write(&mut pair.network);
    assert!(pair.server.expiry() > pair.server.now());
    pair.finish();
}
