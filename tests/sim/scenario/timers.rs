//! Timers: idle, handshake, keep-alive, delayed acknowledgements, and the clock itself.

use ngtcp2_abi::{NGTCP2_ERR_HANDSHAKE_TIMEOUT, NGTCP2_ERR_IDLE_CLOSE};

use crate::endpoint::Phase;
use crate::network::{Conditions, MILLISECOND, SECOND};
use crate::pair::{Pair, Scenario};

const HOLE: Conditions = Conditions { loss: 1000, ..Conditions::CLEAN };

#[test]
fn idle_connections_close_without_a_word() {
    let mut scenario = Scenario::new(1);
    scenario.client.params.max_idle_timeout = 5 * SECOND;
    scenario.server.params.max_idle_timeout = 7 * SECOND;
    let mut pair = scenario.start();
    assert!(pair.run(SECOND, Pair::is_established));
    // Path MTU probes may still be under way.
    pair.run_for(2 * SECOND);
    assert_eq!(pair.errors(), (0, 0));
    let sent = (pair.network.counts_to_server().sent, pair.network.counts_to_client().sent);
    pair.run_for(6 * SECOND);
    assert_eq!(pair.errors(), (NGTCP2_ERR_IDLE_CLOSE, NGTCP2_ERR_IDLE_CLOSE), "{}", pair.describe());
    // The smaller of both timeouts counts, on both ends, and nothing is sent.
    assert!(pair.elapsed() < 9 * SECOND);
    assert_eq!((pair.network.counts_to_server().sent, pair.network.counts_to_client().sent), sent);
    assert_eq!((pair.client.phase.get(), pair.server.phase.get()), (Phase::Dead, Phase::Dead));
    pair.finish();
}

#[test]
fn no_idle_timeout_means_none() {
    let mut scenario = Scenario::new(2);
    scenario.client.params.max_idle_timeout = 0;
    scenario.server.params.max_idle_timeout = 0;
    let mut pair = scenario.start();
    assert!(pair.run(SECOND, Pair::is_established));
    pair.run_for(100 * SECOND);
    assert_eq!((pair.client.expiry(), pair.server.expiry()), (u64::MAX, u64::MAX));
    pair.run_for(100_000 * SECOND);
    assert_eq!(pair.errors(), (0, 0));
    pair.finish();
}

#[test]
fn a_silent_server_lets_the_client_time_out() {
    let mut scenario = Scenario::new(3);
    scenario.conditions(HOLE);
    scenario.client.settings.handshake_timeout = 3 * SECOND;
    let mut pair = scenario.start();
    pair.run_for(2_900 * MILLISECOND);
    assert_eq!(pair.errors().0, 0);
    pair.run_for(200 * MILLISECOND);
    assert_eq!(pair.errors().0, NGTCP2_ERR_HANDSHAKE_TIMEOUT, "{}", pair.describe());
    // The first flight, and one probe after 999 ms and each twice as long thereafter, of two packets at most.
    assert!((2..=5).contains(&pair.network.counts_to_server().sent), "{}", pair.describe());
    pair.finish();
}

#[test]
fn keep_alive_keeps_alive() {
    let mut scenario = Scenario::new(4);
    scenario.client.params.max_idle_timeout = 5 * SECOND;
    let mut pair = scenario.start();
    assert!(pair.run(SECOND, Pair::is_established));
    pair.client.conn().set_keep_alive_timeout(2 * SECOND);
    pair.run_for(10 * SECOND);
    let before = pair.network.counts_to_server().sent;
    pair.run_for(60 * SECOND);
    assert_eq!(pair.errors(), (0, 0), "{}", pair.describe());
    let pings = pair.network.counts_to_server().sent - before;
    // Each PING is acknowledged, and so is every other acknowledgement with a PING of its own.
    assert!((28..=62).contains(&pings), "{pings} packets in a minute");
    pair.client.conn().set_keep_alive_timeout(u64::MAX);
    pair.run_for(10 * SECOND);
    assert_eq!(pair.errors(), (NGTCP2_ERR_IDLE_CLOSE, NGTCP2_ERR_IDLE_CLOSE), "{}", pair.describe());
    pair.finish();
}

/// A line that is cut in the middle of a transfer: probes back off and the idle timer ends it.
#[test]
fn a_cut_line_ends_in_silence() {
    let mut scenario = Scenario::new(5);
    scenario.client.params.max_idle_timeout = 20 * SECOND;
    scenario.client.plan.unidirectional = 1;
    scenario.client.plan.bytes = 1 << 20;
    let mut pair = scenario.start();
    assert!(pair.run(SECOND, |pair| pair.server.application.borrow().received > 100_000));
    pair.network.set_conditions(HOLE);
    let before = pair.network.counts_to_server().sent;
    pair.run_for(60 * SECOND);
    assert_eq!(pair.errors().0, NGTCP2_ERR_IDLE_CLOSE, "{}", pair.describe());
    let probes = pair.network.counts_to_server().sent - before;
    assert!(probes < 300, "{probes} packets into a cut line");
    pair.finish();
}

/// A line that comes back before the idle timeout goes on where it was.
#[test]
fn a_line_that_comes_back_is_used() {
    let mut scenario = Scenario::new(6);
    scenario.client.plan.unidirectional = 1;
    scenario.client.plan.bytes = 1 << 20;
    let mut pair = scenario.start();
    assert!(pair.run(SECOND, |pair| pair.server.application.borrow().received > 100_000));
    pair.network.set_conditions(HOLE);
    pair.run_for(5 * SECOND);
    pair.network.set_conditions(Conditions::CLEAN);
    pair.expect_done(30 * SECOND);
    pair.finish();
}
