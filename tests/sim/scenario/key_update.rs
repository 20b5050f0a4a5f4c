//! Key updates (RFC 9001 section 6).

use ngtcp2_abi::NGTCP2_ERR_INVALID_STATE;

use crate::application::Plan;
use crate::network::{Conditions, SECOND};
use crate::pair::{Pair, Scenario};
use crate::random::for_each_seed;

#[test]
fn keys_change_in_the_middle_of_a_transfer() {
    for_each_seed(20, |seed| {
        let mut scenario = Scenario::new(seed);
        scenario.conditions(Conditions { loss: 20, reorder: 50, ..Conditions::CLEAN });
        scenario.client.plan = Plan { bidirectional: 2, unidirectional: 2, bytes: 200_000 };
        let mut pair = scenario.start();
        assert!(pair.run(10 * SECOND, Pair::is_established), "{}", pair.describe());
        let mut updates = 0;
        for _ in 0..4 {
            let now = pair.client.now();
            let code = pair.client.conn().initiate_key_update(now);
            assert!(code == 0 || code == NGTCP2_ERR_INVALID_STATE);
            updates += u64::from(code == 0);
            pair.run_for(SECOND / 5);
        }
        pair.expect_done(60 * SECOND);
        assert!(updates > 0);
        assert!(pair.client.seen("update_key") >= updates && pair.server.seen("update_key") >= updates);
        pair.finish();
    });
}

#[test]
fn not_before_the_handshake_is_confirmed_and_not_twice_at_once() {
    let mut pair = Scenario::new(1).start();
    assert!(pair.run(SECOND, Pair::is_established));
    pair.run_for(SECOND / 2);
    let now = pair.client.now();
    assert_eq!(pair.client.conn().initiate_key_update(now), 0);
    assert_eq!(pair.client.conn().initiate_key_update(now), NGTCP2_ERR_INVALID_STATE);
    pair.run_for(SECOND);
    pair.finish();
}

/// Few packets per key: the library changes keys by itself and never runs into the limit.
#[test]
fn a_confidentiality_limit_is_never_met() {
    let mut scenario = Scenario::new(2);
    scenario.client.max_encryption = 200;
    // Slow enough for the three PTO between two updates.
    scenario.conditions(Conditions { rate: 200_000, queue: 50_000, ..Conditions::CLEAN });
    scenario.client.plan = Plan { bidirectional: 0, unidirectional: 1, bytes: 1 << 20 };
    let mut pair = scenario.start();
    pair.expect_done(60 * SECOND);
    assert!(pair.client.seen("update_key") > 3);
    pair.finish();
}

/// So it is for an endpoint that sends nothing but acknowledgments: its packets are never acknowledged, but it has to
/// follow its peer all the same.
#[test]
fn an_endpoint_that_only_acknowledges_follows() {
    let mut scenario = Scenario::new(3);
    scenario.client.max_encryption = 200;
    // It is the first to come near its limit, and begins an update that nobody confirms.
    scenario.server.max_encryption = 100;
    scenario.server.settings.ack_thresh = 1;
    for params in [&mut scenario.client.params, &mut scenario.server.params] {
        params.initial_max_data = 8 << 20;
        params.initial_max_stream_data_uni = 8 << 20;
    }
    scenario.conditions(Conditions { rate: 60_000, queue: 5_000, ..Conditions::CLEAN });
    scenario.client.plan = Plan { bidirectional: 0, unidirectional: 1, bytes: 1 << 20 };
    let mut pair = scenario.start();
    pair.expect_done(60 * SECOND);
    assert!(pair.client.seen("update_key") > 3);
    assert!(pair.server.seen("update_key") > 3);
    pair.finish();
}
