//! Stream data on clean lines: intact, in order, acknowledged in full.

use ngtcp2_abi::{NGTCP2_CC_ALGO_CUBIC, NGTCP2_CC_ALGO_RENO};

use crate::application::Plan;
use crate::network::{Conditions, MILLISECOND, SECOND};
use crate::pair::Scenario;

const MEGABYTE: u64 = 1024 * 1024;

#[test]
fn a_megabyte_goes_both_ways() {
    for algorithm in [NGTCP2_CC_ALGO_RENO, NGTCP2_CC_ALGO_CUBIC] {
        let mut scenario = Scenario::new(1);
        for setup in [&mut scenario.client, &mut scenario.server] {
            setup.settings.cc_algo = algorithm;
            setup.plan = Plan { bidirectional: 1, unidirectional: 0, bytes: MEGABYTE };
        }
        let mut pair = scenario.start();
        pair.expect_done(60 * SECOND);
        // Each sent its own megabyte and got it back.
        assert_eq!(pair.client.application.borrow().received, 2 * MEGABYTE);
        assert_eq!(pair.server.application.borrow().received, 2 * MEGABYTE);
        pair.finish();
    }
}

#[test]
fn many_streams_finish() {
    let mut scenario = Scenario::new(2);
    scenario.client.plan = Plan { bidirectional: 200, unidirectional: 100, bytes: 3_000 };
    scenario.server.plan = Plan { bidirectional: 50, unidirectional: 100, bytes: 5_000 };
    let mut pair = scenario.start();
    pair.expect_done(60 * SECOND);
    for endpoint in [&pair.client, &pair.server] {
        assert_eq!(endpoint.application.borrow().closed(), 450);
    }
    assert_eq!((pair.client.seen("stream_open"), pair.server.seen("stream_open")), (150, 300));
    pair.finish();
}

#[test]
fn streams_without_data_finish() {
    let mut scenario = Scenario::new(3);
    scenario.client.plan = Plan { bidirectional: 30, unidirectional: 30, bytes: 0 };
    let mut pair = scenario.start();
    pair.expect_done(10 * SECOND);
    pair.finish();
}

/// Small windows: everything waits for credit again and again.
#[test]
fn flow_control_lets_everything_through() {
    let mut scenario = Scenario::new(4);
    for setup in [&mut scenario.client, &mut scenario.server] {
        setup.params.initial_max_data = 5_000;
        setup.params.initial_max_stream_data_bidi_local = 2_000;
        setup.params.initial_max_stream_data_bidi_remote = 2_000;
        setup.params.initial_max_stream_data_uni = 1_000;
        setup.params.initial_max_streams_bidi = 2;
        setup.params.initial_max_streams_uni = 1;
        setup.plan = Plan { bidirectional: 8, unidirectional: 4, bytes: 20_000 };
    }
    let mut pair = scenario.start();
    pair.expect_done(120 * SECOND);
    pair.finish();
}

/// Windows that grow by themselves fill a long line.
#[test]
fn windows_grow_with_the_line() {
    let mut scenario = Scenario::new(5);
    scenario.conditions(Conditions { delay: 50 * MILLISECOND, ..Conditions::CLEAN });
    scenario.server.params.initial_max_data = 64 * 1024;
    scenario.server.params.initial_max_stream_data_uni = 32 * 1024;
    scenario.server.settings.max_window = 8 * MEGABYTE;
    scenario.server.settings.max_stream_window = 8 * MEGABYTE;
    scenario.client.plan = Plan { bidirectional: 0, unidirectional: 1, bytes: 4 * MEGABYTE };
    let mut pair = scenario.start();
    // At 32 KB a round trip it would take 13 seconds.
    pair.expect_done(8 * SECOND);
    pair.finish();
}

/// A line with a rate and a short queue: congestion control must find the rate, and does not waste the line.
#[test]
fn a_bottleneck_is_filled() {
    for algorithm in [NGTCP2_CC_ALGO_RENO, NGTCP2_CC_ALGO_CUBIC] {
        let mut scenario = Scenario::new(6);
        scenario.conditions(Conditions {
            rate: 500_000,
            queue: 30_000,
            delay: 20 * MILLISECOND,
            ..Conditions::CLEAN
        });
        scenario.client.settings.cc_algo = algorithm;
        scenario.client.plan = Plan { bidirectional: 0, unidirectional: 1, bytes: 4 * MEGABYTE };
        let mut pair = scenario.start();
        // 8.4 seconds is what the line takes.
        pair.expect_done(14 * SECOND);
        let counts = pair.network.counts_to_server();
        assert!(counts.lost * 20 < counts.sent, "{counts:?}");
        pair.finish();
    }
}

/// Nobody fills the packets: each write ends its packet.
#[test]
fn writes_without_more_are_complete() {
    let mut scenario = Scenario::new(7);
    for setup in [&mut scenario.client, &mut scenario.server] {
        setup.more = 0;
        setup.plan = Plan { bidirectional: 40, unidirectional: 5, bytes: 700 };
    }
    let mut pair = scenario.start();
    pair.expect_done(20 * SECOND);
    pair.finish();
}

/// Once it runs, a transfer takes no memory.
#[test]
fn steady_state_takes_no_memory() {
    let mut scenario = Scenario::new(8);
    scenario.client.plan = Plan { bidirectional: 0, unidirectional: 1, bytes: 8 * MEGABYTE };
    scenario.conditions(Conditions { rate: 2_000_000, queue: 200_000, ..Conditions::CLEAN });
    let mut pair = scenario.start();
    let half = |pair: &crate::pair::Pair| pair.server.application.borrow().received > 4 * MEGABYTE;
    assert!(pair.run(60 * SECOND, half), "{}", pair.describe());
    let before = (pair.client.memory.allocations(), pair.server.memory.allocations());
    let sent = pair.network.counts_to_server().sent;
    pair.expect_done(60 * SECOND);
    let after = (pair.client.memory.allocations(), pair.server.memory.allocations());
    let packets = pair.network.counts_to_server().sent - sent;
    let allocations = after.0 - before.0 + after.1 - before.1;
    assert!(packets > 2_000 && allocations <= 20, "{allocations} allocations for {packets} packets");
    pair.finish();
}
