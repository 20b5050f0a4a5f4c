//! BBR on a link: throughput under loss, short queues, fair shares.

use super::shared_link::{SharedLink, share};
use super::*;

const LINK: SharedLink = SharedLink {
    bits_per_second: 100_000_000,
    round_trip: Duration::from_millis(40),
    queue_percent: 100,
    loss_per_mille: 0,
    mark_above: 0,
};

fn alone(link: &SharedLink, seconds: u64) -> super::shared_link::Outcome {
    share(link, &[(Algorithm::Bbr, 0)], seconds)
}

#[test]
fn random_loss_costs_little() {
    for (loss_per_mille, least) in [(0, 95_000_000), (1, 94_000_000), (10, 93_000_000), (50, 80_000_000)] {
        let outcome = alone(&SharedLink { loss_per_mille, ..LINK }, 30);
        outcome.show(&std::format!("{loss_per_mille} per mille loss"));
        assert!(outcome.flows[0].bits_per_second > least);
    }
}

#[test]
fn fair() {
    for rival in [Algorithm::Cubic, Algorithm::Reno, Algorithm::Bbr] {
    for queue_percent in [50, 100, 200, 400] {
        let outcome = share(&SharedLink { queue_percent, ..LINK }, &[(Algorithm::Bbr, 0), (rival, 1000)], 60);
        outcome.show(&std::format!("{rival:?} {queue_percent}"));
    }
    }
}

#[test]
fn explore() {
    for (bits, rtt, q) in [(1_000_000, 10, 400), (1_000_000, 100, 100), (10_000_000, 30, 80), (10_000_000, 600, 100), (100_000_000, 10, 100), (100_000_000, 200, 100), (1_000_000_000, 40, 100),(100_000_000, 40, 10), (100_000_000, 40, 1000)] {
        for loss_per_mille in [0, 10, 50] {
            let link = SharedLink { bits_per_second: bits, round_trip: ms(rtt), queue_percent: q, loss_per_mille, mark_above: 0 };
            let secs = if bits > 500_000_000 { 10 } else { 30 };
            let outcome = alone(&link, secs);
            outcome.show(&std::format!("{} Mbit/s {rtt} ms q {q} loss {loss_per_mille}: {}%", bits/1_000_000, outcome.flows[0].bits_per_second * 100 / bits));
        }
    }
}
