//! 0-RTT (RFC 9001 section 4.6).

use crate::application::Plan;
use crate::network::{Conditions, SECOND};
use crate::pair::{Pair, Scenario};
use crate::random::for_each_seed;

/// What a client remembers of a server.
pub(super) fn remembered() -> Vec<u8> {
    let mut pair = Scenario::new(1).start();
    assert!(pair.run(SECOND, Pair::is_established));
    let params = pair.client.conn().early_params().unwrap();
    pair.finish();
    params
}

fn scenario(seed: u64, accepts: bool) -> Scenario {
    let mut scenario = Scenario::new(seed);
    scenario.client.early_params = Some(remembered());
    scenario.server.accepts_early_data = accepts;
    scenario.client.plan = Plan { bidirectional: 3, unidirectional: 2, bytes: 2_000 };
    scenario
}

#[test]
fn accepted_data_arrive_with_the_first_flight() {
    let mut pair = scenario(2, true).start();
    let received = |pair: &Pair| pair.server.application.borrow().received > 0;
    assert!(pair.run(SECOND, received), "{}", pair.describe());
    assert_eq!(pair.server.seen("handshake_completed"), 0);
    pair.expect_done(10 * SECOND);
    assert_eq!(pair.client.seen("tls_early_data_rejected"), 0);
    pair.finish();
}

#[test]
fn rejected_data_are_sent_again_by_the_application() {
    let mut pair = scenario(3, false).start();
    pair.expect_done(10 * SECOND);
    assert_eq!(pair.client.seen("tls_early_data_rejected"), 1);
    assert_eq!(pair.server.application.borrow().received, 10_000);
    pair.finish();
}

/// TLS stacks tell of the rejection before the server's transport parameters, or after them.
#[test]
fn a_late_rejection_leaves_the_limits_of_the_server_in_force() {
    let mut scenario = scenario(4, false);
    scenario.client.learns_rejection_late = true;
    scenario.server.params.initial_max_streams_uni = 2;
    let mut pair = scenario.start();
    pair.expect_done(10 * SECOND);
    assert_eq!(pair.client.seen("tls_early_data_rejected"), 1);
    assert_eq!(pair.server.application.borrow().received, 10_000);
    pair.finish();
}

#[test]
fn it_works_on_bad_lines() {
    for_each_seed(60, |seed| {
        let mut scenario = scenario(seed, seed % 3 != 0);
        scenario.retries = seed % 4 == 0;
        scenario.conditions(Conditions { loss: 100, reorder: 200, duplicate: 50, ..Conditions::CLEAN });
        scenario.client.params.max_idle_timeout = 0;
        scenario.server.params.max_idle_timeout = 0;
        let mut pair = scenario.start();
        pair.expect_done(120 * SECOND);
        pair.finish();
    });
}
