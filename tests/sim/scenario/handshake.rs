//! Handshakes, on clean and on bad lines.

use ngtcp2_abi::{NGTCP2_ERR_CRYPTO, NGTCP2_ERR_DRAINING};

use crate::application::Plan;
use crate::intruder;
use crate::keys::Side;
use crate::network::{Conditions, MILLISECOND, SECOND};
use crate::pair::{Pair, Scenario};
use crate::random::for_each_seed;

#[track_caller]
fn expect_established(pair: &mut Pair, time: u64) {
    let established = pair.run(time, Pair::is_established);
    assert_eq!(pair.violation(), None);
    assert!(established, "{}", pair.describe());
    for endpoint in [&pair.client, &pair.server] {
        assert!(endpoint.conn().is_handshake_completed());
        assert_eq!(endpoint.seen("handshake_completed"), 1);
        assert_eq!((endpoint.seen("recv_rx_key"), endpoint.seen("recv_tx_key")), (2, 2));
    }
    assert_eq!((pair.client.seen("handshake_confirmed"), pair.server.seen("handshake_confirmed")), (1, 0));
}

#[test]
fn both_sides_complete() {
    let mut pair = Scenario::new(1).start();
    expect_established(&mut pair, SECOND);
    // Two round trips: one for the handshake, one for its confirmation.
    assert_eq!(pair.elapsed(), 40 * MILLISECOND);
    pair.finish();
}

/// A server that learns from the ClientHello what it is to be announces other limits, and keeps to them.
#[test]
fn a_server_announces_other_limits_in_time() {
    let mut scenario = Scenario::new(5);
    scenario.server.params.active_connection_id_limit = 2;
    scenario.client.plan = Plan { bidirectional: 2, unidirectional: 0, bytes: 1000 };
    let mut pair = scenario.start();
    let endpoint = std::ptr::from_ref(&*pair.server);
    intruder::set(move |side, name| {
        // SAFETY: the pair outlives the intruder: both end with the test.
        let server = unsafe { &*endpoint };
        if side == Side::Server && name == "recv_crypto_data" && server.seen(name) == 1 {
            let mut params = server.conn().own_params();
            params.active_connection_id_limit = 7;
            assert_eq!(server.conn().set_local_params(&params), 0);
        }
        false
    });
    pair.expect_done(5 * SECOND);
    pair.finish();
}

#[test]
fn a_large_client_hello_takes_several_packets() {
    for_each_seed(20, |seed| {
        let mut scenario = Scenario::new(seed);
        scenario.client.padding = Some(500 + 300 * seed as usize);
        scenario.server.padding = Some(700 * seed as usize);
        let mut pair = scenario.start();
        expect_established(&mut pair, 5 * SECOND);
        pair.finish();
    });
}

#[test]
fn lost_packets_delay_it() {
    for_each_seed(100, |seed| {
        let mut scenario = Scenario::new(seed);
        scenario.conditions(Conditions { loss: 200, reorder: 100, duplicate: 100, ..Conditions::CLEAN });
        let mut pair = scenario.start();
        expect_established(&mut pair, 60 * SECOND);
        pair.finish();
    });
}

/// Padding, amplification limit and probes: a handshake in which whichever packet comes first in one direction is
/// lost, once or several times.
#[test]
fn the_first_packets_are_lost() {
    for lost in 1..6 {
        for to_server in [false, true] {
            let mut scenario = Scenario::new(lost);
            let hole = Conditions { loss: 1000, ..Conditions::CLEAN };
            *(if to_server { &mut scenario.to_server } else { &mut scenario.to_client }) = hole;
            scenario.client.params.max_idle_timeout = 0;
            let mut pair = scenario.start();
            pair.run(60 * SECOND, |pair| {
                let (up, down) = (pair.network.counts_to_server(), pair.network.counts_to_client());
                (if to_server { up.lost } else { down.lost }) >= lost
            });
            pair.network.set_conditions(Conditions::CLEAN);
            expect_established(&mut pair, 60 * SECOND);
            pair.finish();
        }
    }
}

/// A server sends at most three times what it received before it knows the client's address.
#[test]
fn amplification_is_limited() {
    for_each_seed(20, |seed| {
        let mut scenario = Scenario::new(seed);
        scenario.server.padding = Some(20_000);
        let mut pair = scenario.start();
        let answered = pair.run(SECOND, |pair| pair.network.counts_to_client().sent > 0);
        assert!(answered, "{}", pair.describe());
        // The client's answers are lost: the server never learns that it is there.
        pair.network.set_conditions(Conditions { loss: 1000, ..Conditions::CLEAN });
        pair.run_for(20 * SECOND);
        let received = pair.network.counts_to_server();
        let sent = pair.network.counts_to_client();
        // What was lost on the way gives no credit.
        let credit = 3 * 1500 * received.delivered;
        assert!(sent.bytes <= credit, "{} bytes for {credit}", sent.bytes);
        pair.finish();
    });
}

#[test]
fn a_tls_alert_closes_both_ends() {
    let mut scenario = Scenario::new(1);
    scenario.server.alert = Some(40);
    let mut pair = scenario.start();
    pair.run_for(SECOND);
    assert_eq!(pair.errors(), (NGTCP2_ERR_DRAINING, NGTCP2_ERR_CRYPTO), "{}", pair.describe());
    assert_eq!(pair.client.conn().close_error(), (0, 0x100 | 40));
    pair.finish();
}

/// RFC 9002 section 6.2.3: a client that gets Handshake packets without their keys does not wait a second to say that the
/// Initial packet is missing.
#[test]
fn a_lost_server_hello_is_asked_for_at_once() {
    let mut scenario = Scenario::new(20);
    scenario.to_client.drops = &[1];
    let mut pair = scenario.start();
    assert!(pair.run(200 * MILLISECOND, Pair::is_established), "{}", pair.describe());
    pair.finish();
}

/// So does a server whose client repeats its ClientHello, long before its own probe timeout.
#[test]
fn a_repeated_client_hello_is_answered_at_once() {
    let mut scenario = Scenario::new(21);
    scenario.to_client.drops = &[1, 2, 3];
    scenario.server.settings.initial_rtt = 5 * SECOND;
    let mut pair = scenario.start();
    assert!(pair.run(1_300 * MILLISECOND, Pair::is_established), "{}", pair.describe());
    pair.finish();
}
