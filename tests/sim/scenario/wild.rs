//! Programs that call anything from anywhere: inside every callback a random function of the API, with arguments good
//! and bad. No call panics (which would show as an internal error), and nothing is left behind.

use std::ptr;
use std::rc::Rc;

use ngtcp2_abi::NGTCP2_ERR_INTERNAL;

use crate::application::Plan;
use crate::intruder;
use crate::keys::Side;
use crate::network::{Conditions, MILLISECOND};
use crate::pair::Scenario;
use crate::program::{Choices, Program, end_of_time};
use crate::protection;
use crate::random::{Random, for_each_seed};

fn scenario(seed: u64) -> Scenario {
    let mut random = Random::new(seed, 79);
    let mut scenario = Scenario::new(seed);
    scenario.retries = random.chance(1, 4);
    scenario.conditions(Conditions { loss: 20, reorder: 50, ..Conditions::CLEAN });
    for setup in [&mut scenario.client, &mut scenario.server] {
        setup.params.max_datagram_frame_size = 1200;
        setup.params.initial_max_stream_data_bidi_remote = 3_000;
        setup.plan = Plan { bidirectional: 3, unidirectional: 2, bytes: 8_000 };
        setup.is_lawless = true;
        setup.keeps_journal = random.chance(1, 3);
        setup.id_len = random.below(19) as usize;
    }
    scenario
}

fn run(seed: u64) -> u64 {
    let mut pair = scenario(seed).start();
    let program =
        Rc::new(Program::new(Choices::Chance(Random::new(seed, 77)), 5 + Random::new(seed, 78).below(150)));
    let endpoints = [Side::Client, Side::Server].map(|side| ptr::from_ref(pair.endpoint(side)));
    let inside = program.clone();
    intruder::set(move |side, name| {
        // SAFETY: the pair outlives the intruder: both end with the run.
        let endpoint = unsafe { &*endpoints[usize::from(side == Side::Server)] };
        inside.enter(endpoint, name);
        inside.is_one_in(3000)
    });
    for _ in 0..100 {
        pair.run_for(20 * MILLISECOND);
        for packet in program.packets.take() {
            pair.inject(packet);
        }
    }
    intruder::reset();
    let internal = [&pair.client, &pair.server].map(|endpoint| endpoint.error.get() == NGTCP2_ERR_INTERNAL);
    assert_eq!(internal, [false; 2], "{}", pair.describe());
    for endpoint in [&pair.client, &pair.server] {
        end_of_time(endpoint);
        endpoint.delete();
        assert_eq!((endpoint.memory.live(), endpoint.memory.misuses()), (0, 0));
        let violation = endpoint.violation().filter(|violation| violation.contains("action"));
        assert_eq!(violation, None);
    }
    assert_eq!((protection::live_contexts(), protection::misuses()), (0, 0));
    program.calls.get()
}

#[test]
fn anything_may_be_called_from_anywhere() {
    ngtcp2::report_panics();
    let mut calls = 0;
    for_each_seed(40, |seed| calls += run(seed));
    assert!(calls > 1000, "only {calls} calls");
}
