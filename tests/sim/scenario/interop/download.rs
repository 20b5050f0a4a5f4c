//! The runner's client: it asks for files and waits for all of them.
//!
//! Owns: the runner's line, and the figures of a download.

use crate::application::Plan;
use crate::network::{Conditions, MILLISECOND, SECOND};
use crate::pair::{Pair, Scenario};
use crate::random::for_each_seed;

pub(super) const KB: u64 = 1024;
pub(super) const MB: u64 = 1024 * KB;

/// 15 ms each way, 10 Mbit/s, 25 packets of queue.
pub(super) const LINE: Conditions =
    Conditions { delay: 15 * MILLISECOND, rate: 10_000_000 / 8, queue_packets: 25, ..Conditions::CLEAN };

/// What the runner waits for a test at most.
const PATIENCE: u64 = 300 * SECOND;

/// Files of the sizes given, one stream each, over a line; the name of a file has `request` bytes.
pub(super) fn scenario_of(line: Conditions, files: &[u64], request: u64) -> Scenario {
    let mut scenario = Scenario::new(1);
    scenario.conditions(line);
    for setup in [&mut scenario.client, &mut scenario.server] {
        setup.params.initial_max_streams_bidi = 100;
        setup.answers = files.to_vec();
    }
    scenario.client.plan = Plan { bidirectional: files.len() as u64, unidirectional: 0, bytes: request };
    scenario
}

/// The figures of one download.
pub(super) struct Report {
    pub(super) handshake: u64,
    pub(super) time: u64,
    pub(super) bits_per_second: f64,
}

/// Runs a download to its end, as the test `name`, which prints figures.
#[track_caller]
pub(super) fn download(name: &str, scenario: Scenario) -> (Pair, Report) {
    let mut pair = scenario.start();
    pair.network.tap();
    let report = watch(name, &mut pair);
    (pair, report)
}

/// The same of a pair that was started.
#[track_caller]
pub(super) fn watch(name: &str, pair: &mut Pair) -> Report {
    assert!(pair.run(PATIENCE, Pair::is_established), "{name}: {}", pair.describe());
    let handshake = pair.elapsed();
    pair.expect_done(PATIENCE - handshake);
    let report = Report::of(pair, handshake, pair.elapsed());
    report.print(name, pair);
    report
}

impl Report {
    pub(super) fn of(pair: &Pair, handshake: u64, time: u64) -> Self {
        let received = pair.client.application.borrow().received;
        Self { handshake, time, bits_per_second: received as f64 * 8e9 / time as f64 }
    }

    pub(super) fn print(&self, name: &str, pair: &Pair) {
        let (up, down) = (pair.network.counts_to_server(), pair.network.counts_to_client());
        println!(
            "interop {name:<22} handshake {:7.1} ms, all {:8.3} s, {:6.3} Mbit/s, packets up {} ({} lost), down {} ({} lost)",
            self.handshake as f64 / 1e6,
            self.time as f64 / 1e9,
            self.bits_per_second / 1e6,
            up.sent,
            up.lost,
            down.sent,
            down.lost,
        );
    }
}

/// One connection after another on a bad line, each with a file of 1 KB.
pub(super) fn handshakes(name: &str, line: Conditions) {
    let mut times = Vec::new();
    for_each_seed(50, |seed| {
        let mut scenario = scenario_of(line, &[KB], 20);
        scenario.seed = seed;
        let mut pair = scenario.start();
        let done = pair.run(PATIENCE, |pair| pair.is_established() && pair.is_done());
        assert!(done, "{name}: {}", pair.describe());
        times.push(pair.elapsed());
        pair.finish();
    });
    times.sort_unstable();
    let total: u64 = times.iter().sum();
    let seconds = |time: u64| time as f64 / 1e9;
    println!(
        "interop {name:<22} {} handshakes in {:.1} s; median {:.3} s, longest {:.3} s",
        times.len(),
        seconds(total),
        seconds(times[times.len() / 2]),
        seconds(times[times.len() - 1])
    );
    assert!(total < PATIENCE, "{name}: {} s", seconds(total));
}
