//! Address validation by Retry (RFC 9000 section 8.1.2).

use crate::application::Plan;
use crate::network::{Conditions, SECOND};
use crate::pair::{Pair, Scenario};
use crate::random::for_each_seed;

#[test]
fn a_client_comes_back_with_the_token() {
    let mut scenario = Scenario::new(1);
    scenario.retries = true;
    let mut pair = scenario.start();
    assert!(pair.run(SECOND, Pair::is_established), "{}", pair.describe());
    assert_eq!(pair.client.seen("recv_retry"), 1);
    pair.finish();
}

#[test]
fn it_works_on_bad_lines() {
    for_each_seed(50, |seed| {
        let mut scenario = Scenario::new(seed);
        scenario.retries = true;
        scenario.conditions(Conditions {
            loss: 200,
            duplicate: 200,
            damage: 50,
            reorder: 200,
            ..Conditions::CLEAN
        });
        scenario.client.padding = Some(3_000 * (seed as usize % 2));
        scenario.client.plan = Plan { bidirectional: 2, unidirectional: 0, bytes: 5_000 };
        scenario.client.params.max_idle_timeout = 0;
        scenario.server.params.max_idle_timeout = 0;
        let mut pair = scenario.start();
        pair.expect_done(300 * SECOND);
        assert!(pair.client.seen("recv_retry") <= 1);
        pair.finish();
    });
}
