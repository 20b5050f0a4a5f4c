//! What honest peers do in vain on bad networks is far from what the glitch limiter takes.

use ngtcp2_abi::NGTCP2_ERR_INTERNAL;

use crate::application::Plan;
use crate::network::{Conditions, MILLISECOND, SECOND};
use crate::pair::{Pair, Scenario};

/// Many downloads at once, over a line that reorders enough for packets to be sent again in vain, that repeats packets and
/// loses some.
fn parallel_downloads(seed: u64, burst: u64, rate: u64) -> Pair {
    let mut scenario = Scenario::new(seed);
    scenario.conditions(Conditions {
        jitter: 8 * MILLISECOND,
        reorder: 150,
        duplicate: 50,
        loss: 20,
        ..Conditions::CLEAN
    });
    for setup in [&mut scenario.client, &mut scenario.server] {
        setup.settings.glitch_ratelim_burst = burst;
        setup.settings.glitch_ratelim_rate = rate;
        setup.params.initial_max_streams_bidi = 100;
        setup.params.initial_max_streams_uni = 100;
        setup.plan = Plan { bidirectional: 40, unidirectional: 40, bytes: 60_000 };
    }
    scenario.start()
}

/// With a hundredth of the defaults: so a hundred times the traffic passes with them.
#[test]
fn honest_transfers_do_not_trip_the_glitch_limiter() {
    for seed in 1..5 {
        let mut pair = parallel_downloads(seed, 100, 3);
        pair.expect_done(120 * SECOND);
        pair.finish();
    }
}

/// They do have what it counts.
#[test]
fn honest_transfers_are_not_free_of_glitches() {
    let mut pair = parallel_downloads(1, 0, 0);
    pair.run(120 * SECOND, |pair| pair.is_done() || pair.errors() != (0, 0));
    let (client, server) = pair.errors();
    assert!([client, server].contains(&NGTCP2_ERR_INTERNAL), "{}", pair.describe());
    pair.finish();
}
