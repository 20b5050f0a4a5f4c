//! Other paths: NAT rebinding and migration of the client (RFC 9000 section 9).

use ngtcp2_abi::{NGTCP2_ERR_INVALID_ARGUMENT, NGTCP2_ERR_INVALID_STATE};

use crate::address::{Address, CLIENT, Path, SERVER};
use crate::application::Plan;
use crate::network::{Conditions, MILLISECOND, SECOND};
use crate::pair::{Pair, Scenario};
use crate::random::for_each_seed;

const OTHER: Path = Path { local: Address { host: CLIENT.host, port: CLIENT.port + 7 }, remote: SERVER };

fn scenario(seed: u64) -> Scenario {
    let mut scenario = Scenario::new(seed);
    for setup in [&mut scenario.client, &mut scenario.server] {
        setup.plan = Plan { bidirectional: 2, unidirectional: 2, bytes: 150_000 };
    }
    if seed > 1 {
        scenario.conditions(Conditions { loss: 30, reorder: 50, ..Conditions::CLEAN });
    }
    scenario
}

fn established(seed: u64) -> Pair {
    let mut pair = scenario(seed).start();
    assert!(pair.run(20 * SECOND, Pair::is_established), "{}", pair.describe());
    pair.run_for(50 * MILLISECOND);
    pair
}

#[test]
fn a_rebound_client_is_found_again() {
    for_each_seed(20, |seed| {
        let mut pair = established(seed);
        pair.network.rebind(11);
        pair.expect_done(60 * SECOND);
        assert!(pair.server.seen("begin_path_validation") > 0 && pair.server.seen("path_validation") > 0);
        let seen_at = Address { host: CLIENT.host, port: CLIENT.port + 11 };
        assert_eq!(pair.server.conn().path().map(|path| path.remote), Some(seen_at));
        pair.finish();
    });
}

#[test]
fn a_client_moves() {
    for at_once in [false, true] {
        for_each_seed(10, |seed| {
            let mut pair = established(seed);
            let now = pair.client.now();
            assert_eq!(pair.client.conn().migrate(OTHER, at_once, now), 0);
            assert_eq!(pair.client.conn().path() == Some(OTHER), at_once);
            pair.expect_done(60 * SECOND);
            assert_eq!(pair.client.conn().path(), Some(OTHER));
            assert_eq!(pair.server.conn().path().map(|path| path.remote), Some(OTHER.local));
            assert!(pair.client.seen("path_validation") > 0);
            pair.finish();
        });
    }
}

#[test]
fn a_client_does_not_move_to_where_it_is_nor_too_early() {
    let mut pair = Scenario::new(1).start();
    pair.run_for(5 * MILLISECOND);
    let now = pair.client.now();
    assert_eq!(pair.client.conn().migrate(OTHER, false, now), NGTCP2_ERR_INVALID_STATE);
    assert!(pair.run(SECOND, Pair::is_established));
    let here = Path { local: CLIENT, remote: SERVER };
    let now = pair.client.now();
    assert_eq!(pair.client.conn().migrate(here, false, now), NGTCP2_ERR_INVALID_ARGUMENT);
    pair.finish();
}
