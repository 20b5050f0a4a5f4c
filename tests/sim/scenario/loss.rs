//! Stream data on bad lines: lost in bursts, reordered, duplicated, damaged, marked, too large for the line.

use ngtcp2_abi::{NGTCP2_CC_ALGO_CUBIC, NGTCP2_CC_ALGO_RENO};

use crate::application::Plan;
use crate::network::{Conditions, MILLISECOND, SECOND};
use crate::pair::Scenario;
use crate::random::{Random, for_each_seed};

/// A minute for what takes a second on a clean line.
const PATIENCE: u64 = 300 * SECOND;

fn transfer(seed: u64, conditions: Conditions) {
    let mut scenario = Scenario::new(seed);
    scenario.conditions(conditions);
    for setup in [&mut scenario.client, &mut scenario.server] {
        setup.params.max_idle_timeout = 0;
        setup.plan = Plan { bidirectional: 3, unidirectional: 2, bytes: 30_000 };
    }
    let mut pair = scenario.start();
    pair.expect_done(PATIENCE);
    pair.finish();
}

#[test]
fn lost_packets_are_repeated() {
    for_each_seed(30, |seed| transfer(seed, Conditions { loss: 50, ..Conditions::CLEAN }));
}

#[test]
fn bursts_of_loss_are_survived() {
    for_each_seed(30, |seed| transfer(seed, Conditions { loss: 100, burst: 12, ..Conditions::CLEAN }));
}

#[test]
fn reordered_packets_are_put_in_order() {
    for_each_seed(30, |seed| {
        transfer(seed, Conditions { reorder: 300, jitter: 5 * MILLISECOND, ..Conditions::CLEAN });
    });
}

#[test]
fn duplicates_are_ignored() {
    for_each_seed(30, |seed| transfer(seed, Conditions { duplicate: 500, reorder: 50, ..Conditions::CLEAN }));
}

#[test]
fn damaged_packets_are_dropped() {
    for_each_seed(30, |seed| transfer(seed, Conditions { damage: 100, ..Conditions::CLEAN }));
}

#[test]
fn congestion_marks_are_heeded() {
    for_each_seed(10, |seed| transfer(seed, Conditions { mark: 100, ..Conditions::CLEAN }));
}

/// Probes for larger packets vanish; the data do not.
#[test]
fn narrow_lines_are_found_out() {
    for (seed, packet_size) in [1200, 1252, 1300, 1420, 9000].into_iter().enumerate() {
        transfer(seed as u64, Conditions { packet_size, ..Conditions::CLEAN });
    }
}

/// Everything at once, decided by the seed: conditions, windows, congestion control, plans.
#[test]
fn random_lines_and_random_plans() {
    for_each_seed(150, |seed| {
        let mut random = Random::new(seed, 70);
        let mut scenario = Scenario::new(seed);
        scenario.to_server = Conditions::random(&mut random);
        scenario.to_client = Conditions::random(&mut random);
        scenario.retries = random.chance(1, 5);
        for setup in [&mut scenario.client, &mut scenario.server] {
            let algorithms = [NGTCP2_CC_ALGO_RENO, NGTCP2_CC_ALGO_CUBIC];
            setup.settings.cc_algo = algorithms[random.below(2) as usize];
            setup.settings.no_pmtud = random.below(2) as u8;
            setup.params.max_idle_timeout = 0;
            setup.params.initial_max_data = 2_000 + random.below(200_000);
            setup.params.initial_max_stream_data_bidi_local = 1_000 + random.below(50_000);
            setup.params.initial_max_stream_data_bidi_remote = 1_000 + random.below(50_000);
            setup.params.initial_max_stream_data_uni = 1_000 + random.below(50_000);
            setup.params.initial_max_streams_bidi = 1 + random.below(20);
            setup.params.initial_max_streams_uni = 1 + random.below(20);
            setup.params.max_ack_delay = (1 + random.below(100)) * MILLISECOND;
            setup.params.ack_delay_exponent = random.below(8);
            setup.more = random.below(1000);
            setup.plan = Plan {
                bidirectional: random.below(6),
                unidirectional: random.below(6),
                bytes: random.below(20_000),
            };
        }
        let mut pair = scenario.start();
        pair.expect_done(PATIENCE);
        pair.finish();
    });
}
