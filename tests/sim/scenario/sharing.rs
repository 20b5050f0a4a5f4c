//! Flows that share a line, and the queue that stands before it. Each test prints its figures.

use ngtcp2_abi::{NGTCP2_CC_ALGO_BBR, NGTCP2_CC_ALGO_CUBIC, NGTCP2_CC_ALGO_RENO, ngtcp2_cc_algo};

use crate::application::Plan;
use crate::network::{Conditions, MILLISECOND, SECOND};
use crate::pair::{Pair, Scenario};

const MB: u64 = 1024 * 1024;

/// 20 ms each way and 10 Mbit/s: 50 KB under way.
const DELAY: u64 = 20 * MILLISECOND;
const PRODUCT: u64 = LINE.rate * 2 * DELAY / SECOND;
const LINE: Conditions = Conditions { delay: DELAY, rate: 10_000_000 / 8, ..Conditions::CLEAN };

/// Flows come in one after another, and are watched when all had time to settle.
const BETWEEN: u64 = SECOND;
const SETTLING: u64 = 20 * SECOND;
const WATCHED: u64 = 60 * SECOND;

const CONTROLLERS: [(&str, ngtcp2_cc_algo); 3] =
    [("reno", NGTCP2_CC_ALGO_RENO), ("cubic", NGTCP2_CC_ALGO_CUBIC), ("bbr", NGTCP2_CC_ALGO_BBR)];

/// A client that never has enough: files of several sizes, three at a time, so that they do not end together.
fn flow(queue: u64, seed: u64, algorithm: ngtcp2_cc_algo) -> Scenario {
    let mut scenario = Scenario::new(seed);
    scenario.conditions(Conditions { queue, ..LINE });
    scenario.client.plan = Plan { bidirectional: 1 << 20, unidirectional: 0, bytes: 20 };
    for setup in [&mut scenario.client, &mut scenario.server] {
        setup.params.initial_max_streams_bidi = 3;
        setup.params.initial_max_stream_data_bidi_local = 4 * MB;
        setup.params.initial_max_data = 8 * MB;
        setup.answers = vec![MB, MB / 2, MB * 3 / 4, MB * 7 / 8];
    }
    scenario.server.settings.cc_algo = algorithm;
    scenario
}

struct Outcome {
    /// Of the bytes that were received while the flows were watched, in percent.
    shares: Vec<f64>,
    bits_per_second: f64,
    /// The queue in products of bandwidth and round-trip time: the mean, and what one packet in twenty exceeded.
    mean_queue: f64,
    long_queue: f64,
}

/// Runs flows of these controllers on one line with a queue of so many products.
#[track_caller]
fn share(name: &str, queue: f64, algorithms: &[ngtcp2_cc_algo]) -> Outcome {
    let queue = (PRODUCT as f64 * queue) as u64;
    let mut pairs: Vec<Pair> = Vec::new();
    for (&algorithm, seed) in algorithms.iter().zip(1..) {
        let scenario = flow(queue, seed, algorithm);
        let pair = match pairs.first() {
            None => scenario.start(),
            Some(first) => scenario.start_beside(first),
        };
        pairs.push(pair);
        Pair::run_all(&mut pairs, BETWEEN, |_| false);
    }
    Pair::run_all(&mut pairs, SETTLING, |_| false);
    let received = |pairs: &[Pair]| -> Vec<u64> {
        pairs.iter().map(|pair| pair.client.application.borrow().received).collect()
    };
    let (before, waited) = (received(&pairs), pairs[0].network.waits_to_client().len());
    Pair::run_all(&mut pairs, WATCHED, |_| false);
    let bytes: Vec<u64> =
        received(&pairs).iter().zip(&before).map(|(after, before)| after - before).collect();
    let total: u64 = bytes.iter().sum();
    let mut waits = pairs[0].network.waits_to_client().split_off(waited);
    waits.sort_unstable();
    let products = |wait: u64| wait as f64 / (2 * DELAY) as f64;
    let outcome = Outcome {
        shares: bytes.iter().map(|&bytes| bytes as f64 * 100.0 / total as f64).collect(),
        bits_per_second: total as f64 * 8e9 / WATCHED as f64,
        mean_queue: products(waits.iter().sum::<u64>() / waits.len() as u64),
        long_queue: products(waits[waits.len() * 19 / 20]),
    };
    let shares: Vec<String> = outcome.shares.iter().map(|share| format!("{share:.1} %")).collect();
    println!(
        "sharing {name:<34} {:6.3} Mbit/s, shares {}, queue {:.2} products (95 %: {:.2})",
        outcome.bits_per_second / 1e6,
        shares.join(" "),
        outcome.mean_queue,
        outcome.long_queue,
    );
    assert!(pairs.iter().all(|pair| pair.errors() == (0, 0)));
    Pair::finish_all(&pairs);
    outcome
}

#[test]
fn two_flows_share_within_60_to_40() {
    for (name, algorithm) in CONTROLLERS {
        for queue in [0.5, 1.0, 2.0] {
            let outcome = share(&format!("two of {name}, queue {queue}"), queue, &[algorithm; 2]);
            assert!(outcome.shares.iter().all(|share| (40.0..=60.0).contains(share)));
            assert!(outcome.bits_per_second > 9e6);
        }
    }
}

/// What each has beside the others is a matter of their designs; none may starve.
#[test]
fn unlike_flows_do_not_starve() {
    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
        let (one, other) = (CONTROLLERS[one], CONTROLLERS[other]);
        for queue in [1.0, 2.0] {
            let name = format!("{} and {}, queue {queue}", one.0, other.0);
            let outcome = share(&name, queue, &[one.1, other.1]);
            assert!(outcome.shares.iter().all(|&share| share > 8.0));
        }
    }
}

/// A queue of three packets for four flows: losses say little, but none starves.
#[test]
fn four_flows_of_bbr_share_a_shallow_queue() {
    let outcome = share("four of bbr, queue 0.1", 0.1, &[NGTCP2_CC_ALGO_BBR; 4]);
    assert!(outcome.shares.iter().all(|&share| share > 5.0));
}

/// The queue could hold ten products.
#[test]
fn the_standing_queue_of_bbr_is_below_one_and_a_half_products() {
    for count in [1, 2] {
        let outcome = share(&format!("{count} of bbr, queue 10"), 10.0, &vec![NGTCP2_CC_ALGO_BBR; count]);
        assert!(outcome.mean_queue < 1.5);
    }
}
