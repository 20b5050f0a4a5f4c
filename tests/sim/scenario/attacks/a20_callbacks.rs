//! Each callback fails, at each of its first calls, on either side: the call in progress says so, and nothing is left
//! behind.

use ngtcp2_abi::{NGTCP2_ERR_CALLBACK_FAILURE, NGTCP2_ERR_DROP_CONN};

use crate::application::Plan;
use crate::callbacks;
use crate::keys::Side;
use crate::network::{Conditions, SECOND};
use crate::pair::{Pair, Scenario};
use crate::protection;

/// How many calls of each callback are tried.
const CALLS: u64 = 4;

fn scenario() -> Scenario {
    let mut scenario = Scenario::new(9);
    scenario.retries = true;
    scenario.conditions(Conditions { loss: 30, reorder: 50, ..Conditions::CLEAN });
    for setup in [&mut scenario.client, &mut scenario.server] {
        setup.params.initial_max_stream_data_bidi_remote = 3_000;
        setup.plan = Plan { bidirectional: 3, unidirectional: 2, bytes: 8_000 };
    }
    scenario
}

fn run(pair: &mut Pair) {
    pair.run(20 * SECOND, |pair| pair.is_done() || pair.errors() != (0, 0));
}

#[test]
fn each_callback_fails() {
    let mut failed = 0;
    for &name in callbacks::NAMES {
        for call in 1..=CALLS {
            for side in [Side::Client, Side::Server] {
                let mut scenario = scenario();
                let setup = if side == Side::Client { &mut scenario.client } else { &mut scenario.server };
                setup.fault = Some((name, call));
                let mut pair = scenario.start();
                run(&mut pair);
                let endpoint = pair.endpoint(side);
                if endpoint.seen(name) >= call {
                    failed += 1;
                    let (error, description) = (endpoint.error.get(), pair.describe());
                    assert_eq!(error, NGTCP2_ERR_CALLBACK_FAILURE, "{name} {call} {side:?}: {description}");
                }
                pair.run_for(SECOND);
                pair.finish();
            }
        }
    }
    assert!(failed > 80, "only {failed} failures");
}

#[test]
fn each_cryptographic_callback_fails() {
    for name in protection::NAMES {
        for successes in 0..40 {
            let mut pair = scenario().start();
            protection::fail(name, successes);
            run(&mut pair);
            assert!(protection::has_failed(), "{name} {successes}");
            let (client, server) = pair.errors();
            let told = client == NGTCP2_ERR_CALLBACK_FAILURE || server == NGTCP2_ERR_CALLBACK_FAILURE;
            // A first Initial that cannot be read is no reason to have a connection.
            let dropped = server == NGTCP2_ERR_DROP_CONN;
            assert!(told || dropped || (client, server) == (0, 0), "{name} {successes}: {}", pair.describe());
            pair.run_for(SECOND);
            pair.finish();
        }
    }
}
