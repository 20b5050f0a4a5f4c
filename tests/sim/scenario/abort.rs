//! Streams that are given up: RESET_STREAM and STOP_SENDING (RFC 9000 section 3).

use crate::application::Plan;
use crate::keys::Side;
use crate::network::{Conditions, MILLISECOND, SECOND};
use crate::pair::{Pair, Scenario};
use crate::random::{Random, for_each_seed};

/// Gives up a random open stream of `side`, in one of the ways there are.
fn abort_one(pair: &Pair, side: Side, random: &mut Random) {
    let endpoint = pair.endpoint(side);
    let ids = endpoint.application.borrow().open_ids();
    if ids.is_empty() || !endpoint.is_open() {
        return;
    }
    let id = ids[random.below(ids.len() as u64) as usize];
    let receives = id & 2 == 0 || !endpoint.conn().is_local_stream(id);
    let code = if receives && random.chance(1, 2) {
        endpoint.application.borrow_mut().stop_reading(id);
        endpoint.conn().shutdown_stream_read(id, 5)
    } else {
        endpoint.application.borrow_mut().stop(id);
        endpoint.conn().shutdown_stream(id, 6)
    };
    assert_eq!(code, 0, "stream {id}");
}

#[test]
fn all_streams_close_whatever_is_given_up() {
    for_each_seed(60, |seed| {
        let mut random = Random::new(seed, 80);
        let mut scenario = Scenario::new(seed);
        scenario.conditions(Conditions { loss: 50 * (seed % 2), reorder: 50, ..Conditions::CLEAN });
        for setup in [&mut scenario.client, &mut scenario.server] {
            setup.aborts = true;
            setup.params.max_idle_timeout = 0;
            setup.plan = Plan { bidirectional: 10, unidirectional: 10, bytes: 30_000 };
        }
        let mut pair = scenario.start();
        assert!(pair.run(20 * SECOND, Pair::is_established), "{}", pair.describe());
        for _ in 0..40 {
            let side = if random.chance(1, 2) { Side::Client } else { Side::Server };
            abort_one(&pair, side, &mut random);
            pair.run_for(random.below(10) * MILLISECOND);
        }
        pair.expect_done(120 * SECOND);
        pair.finish();
    });
}
