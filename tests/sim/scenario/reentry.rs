//! Calls of the API from inside callbacks, where the C library aborts or uses freed memory.

use std::cell::Cell;
use std::rc::Rc;

use crate::application::Plan;
use crate::callbacks;
use crate::endpoint::{Endpoint, Phase};
use crate::intruder;
use crate::keys::Side;
use crate::network::{Conditions, SECOND};
use crate::pair::{Pair, Scenario};
use crate::protection;

/// Callbacks without the connection in their arguments, and the deleters.
const BARE: [&str; 9] = [
    "encrypt",
    "decrypt",
    "hp_mask",
    "rand",
    "malloc",
    "realloc",
    "free",
    "delete_crypto_aead_ctx",
    "delete_crypto_cipher_ctx",
];

/// At which of its calls a callback is entered.
const CALLS: [u64; 4] = [1, 2, 5, 21];

fn scenario() -> Scenario {
    ngtcp2::report_panics();
    let mut scenario = Scenario::new(9);
    scenario.retries = true;
    scenario.conditions(Conditions { loss: 30, reorder: 50, ..Conditions::CLEAN });
    for setup in [&mut scenario.client, &mut scenario.server] {
        setup.params.initial_max_stream_data_bidi_remote = 3_000;
        setup.plan = Plan { bidirectional: 3, unidirectional: 2, bytes: 8_000 };
    }
    scenario
}

/// Runs `code` on an endpoint when a callback is called for the `call`th time; counts the calls.
fn intrude_at(
    pair: &Pair,
    side: Side,
    name: &'static str,
    call: u64,
    code: impl Fn(&Endpoint) -> bool + 'static,
) -> Rc<Cell<u64>> {
    let endpoint = std::ptr::from_ref(pair.endpoint(side));
    let calls = Rc::new(Cell::new(0));
    let counter = calls.clone();
    intruder::set(move |inside, called| {
        if inside == side && called == name {
            counter.set(counter.get() + 1);
            if counter.get() == call {
                // SAFETY: the pair outlives the intruder: both end with the test.
                return code(unsafe { &*endpoint });
            }
        }
        false
    });
    calls
}

fn names() -> impl Iterator<Item = &'static str> {
    callbacks::NAMES.iter().copied().chain(BARE)
}

/// What is wrong with a run at its end.
fn verdict(pair: &Pair) -> Option<String> {
    pair.client.delete();
    pair.server.delete();
    let (live, misuses) = (protection::live_contexts(), protection::misuses());
    let contexts = (live + misuses as usize > 0).then(|| format!("contexts: {live} live, {misuses} misused"));
    pair.violation().or(contexts)
}

#[test]
fn a_connection_is_deleted_in_each_callback() {
    let mut deleted = 0;
    let mut broken = Vec::new();
    for name in names() {
        for call in CALLS {
            for side in [Side::Client, Side::Server] {
                let mut pair = scenario().start();
                // Its allocator is called while the connection is in use: deleters wait for the end of the call.
                let waits = ["malloc", "realloc", "free"].contains(&name);
                let calls = intrude_at(&pair, side, name, call, move |endpoint| {
                    endpoint.delete_inside(waits);
                    true
                });
                pair.run(5 * SECOND, |pair| {
                    pair.endpoint(side).phase.get() == Phase::Dead || pair.is_established() && pair.is_done()
                });
                deleted += u64::from(calls.get() >= call);
                broken.extend(verdict(&pair).map(|what| format!("{name} {call} {side:?}: {what}")));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(deleted > 150, "only {deleted} deletions");
}
