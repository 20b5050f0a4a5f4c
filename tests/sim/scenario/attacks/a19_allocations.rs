//! Every allocation fails in turn, once and for good, on either side: nothing crashes, nothing is left behind, and
//! the error is the one that says so.

use ngtcp2_abi::{NGTCP2_ERR_CALLBACK_FAILURE, NGTCP2_ERR_NOMEM};

use crate::application::Plan;
use crate::keys::Side;
use crate::memory::Refusal;
use crate::network::{Conditions, SECOND};
use crate::pair::Scenario;

fn scenario(seed: u64) -> Scenario {
    let mut scenario = Scenario::new(seed);
    scenario.retries = seed % 2 == 1;
    scenario.client.keeps_journal = seed > 2;
    scenario.server.keeps_journal = seed > 2;
    scenario.conditions(Conditions { loss: 30, reorder: 50, ..Conditions::CLEAN });
    for setup in [&mut scenario.client, &mut scenario.server] {
        setup.plan = Plan { bidirectional: 3, unidirectional: 2, bytes: 8_000 };
    }
    scenario
}

/// Runs with a refusal; tells whether anything was refused.
fn run(seed: u64, side: Side, refusal: Refusal) -> bool {
    let mut scenario = scenario(seed);
    let setup = if side == Side::Client { &mut scenario.client } else { &mut scenario.server };
    setup.refusal = refusal;
    let mut pair = scenario.start();
    pair.run(20 * SECOND, |pair| pair.is_done() || pair.errors() != (0, 0));
    let refused = pair.endpoint(side).memory.refused() > 0;
    let error = pair.endpoint(side).error.get();
    let told = [NGTCP2_ERR_NOMEM, NGTCP2_ERR_CALLBACK_FAILURE].contains(&error);
    // One refusal may be of no consequence.
    let fits = if refused { told || error == 0 } else { error == 0 };
    assert!(fits, "{side:?} {refusal:?}: {}", pair.describe());
    pair.run_for(SECOND);
    pair.finish();
    refused
}

fn each_in_turn(side: Side, refusal: fn(u64) -> Refusal) {
    // One seed with Retry and one without; without a log, and with one.
    for seed in 1..5 {
        let mut number = 1;
        while run(seed, side, refusal(number)) {
            number += 1;
        }
        assert!(number > 10, "only {number} allocations");
    }
}

#[test]
fn each_allocation_of_the_client_fails_once() {
    each_in_turn(Side::Client, Refusal::Once);
}

#[test]
fn each_allocation_of_the_server_fails_once() {
    each_in_turn(Side::Server, Refusal::Once);
}

#[test]
fn the_client_is_out_of_memory_from_some_point_on() {
    each_in_turn(Side::Client, Refusal::From);
}

#[test]
fn the_server_is_out_of_memory_from_some_point_on() {
    each_in_turn(Side::Server, Refusal::From);
}
