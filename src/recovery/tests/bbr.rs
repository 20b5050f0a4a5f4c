//! BBR on a link: throughput under loss, short queues, fair shares, marks.

use super::shared_link::{Outcome, SharedLink, share};
use super::*;

const LINK: SharedLink = SharedLink {
    bits_per_second: 100_000_000,
    round_trip: Duration::from_millis(40),
    queue_percent: 100,
    loss_per_mille: 0,
    mark_above: 0,
};

fn alone(name: &str, link: &SharedLink, seconds: u64) -> Outcome {
    let outcome = share(link, &[(Algorithm::Bbr, 0)], seconds);
    outcome.show(name);
    outcome
}

#[test]
fn random_loss_costs_little() {
    for (loss_per_mille, least) in [(0, 95_000_000), (1, 95_000_000), (10, 95_000_000), (50, 90_000_000)] {
        let link = SharedLink { loss_per_mille, ..LINK };
        let outcome = alone(&std::format!("{loss_per_mille} per mille lost"), &link, 20);
        assert!(outcome.flows[0].bits_per_second > least);
        assert!(outcome.mean_wait < ms(20), "half the product");
    }
}

/// A path of 31 packets, where each loss is 3 % of a flight.
#[test]
fn small_flights_bear_random_loss() {
    for (loss_per_mille, least) in [(0, 9_500_000), (10, 9_300_000), (50, 8_500_000)] {
        let link = SharedLink {
            bits_per_second: 10_000_000,
            round_trip: ms(30),
            queue_percent: 80,
            loss_per_mille,
            ..LINK
        };
        let outcome = alone(&std::format!("31 packets, {loss_per_mille} per mille lost"), &link, 30);
        assert!(outcome.flows[0].bits_per_second > least);
    }
}

#[test]
fn queues_stay_short_where_they_could_be_long() {
    let outcome = alone("a queue of ten products", &SharedLink { queue_percent: 1000, ..LINK }, 20);
    assert!(outcome.flows[0].bits_per_second > 95_000_000);
    assert!(outcome.mean_wait < ms(10));
    assert!(outcome.longest_wait < ms(60), "1.5 products, and that only while it probes");
    assert_eq!(outcome.flows[0].lost, 0);
}

/// The buffer holds a tenth of the product: overflows are seen as such though the queue hardly shows.
#[test]
fn shallow_buffers_are_respected() {
    let outcome = alone("a tenth of the product", &SharedLink { queue_percent: 10, ..LINK }, 20);
    let flow = &outcome.flows[0];
    assert!(flow.bits_per_second > 88_000_000);
    assert!(flow.lost * 50 < flow.sent, "below the objective of 2 %");

    let flows = [(Algorithm::Bbr, 0), (Algorithm::Bbr, 100), (Algorithm::Bbr, 200), (Algorithm::Bbr, 300)];
    let outcome = share(&SharedLink { queue_percent: 10, ..LINK }, &flows, 20);
    outcome.show("four flows at a tenth of the product");
    let lost: u64 = outcome.flows.iter().map(|flow| flow.lost).sum();
    let sent: u64 = outcome.flows.iter().map(|flow| flow.sent).sum();
    assert!(lost * 20 < sent, "{lost} of {sent}");
    assert!(outcome.flows.iter().all(|flow| flow.later_bits_per_second > 10_000_000));
}

/// §5.3.4: a bulk flow probes the round-trip time every five seconds.
#[test]
fn the_round_trip_time_is_probed() {
    let outcome = alone("21 seconds", &LINK, 21);
    assert_eq!(outcome.flows[0].round_trip_probes, 4);
}

#[test]
fn two_flows_share() {
    let outcome = share(&LINK, &[(Algorithm::Bbr, 0), (Algorithm::Bbr, 1000)], 60);
    outcome.show("two flows");
    for flow in &outcome.flows {
        assert!((40_000_000..60_000_000).contains(&flow.later_bits_per_second));
    }
    assert!(outcome.mean_wait < ms(60));
}

/// Neither starves beside the other. With one product of queue BBR has the better part, as the draft has it; with
/// more, CUBIC fills what there is and they are even.
#[test]
fn beside_cubic() {
    for (queue_percent, least) in [(100, 10_000_000), (200, 30_000_000)] {
        for starts in [(0, 1000), (1000, 0)] {
            let flows = [(Algorithm::Bbr, starts.0), (Algorithm::Cubic, starts.1)];
            let outcome = share(&SharedLink { queue_percent, ..LINK }, &flows, 60);
            outcome.show(&std::format!("beside CUBIC, queue {queue_percent} %"));
            for flow in &outcome.flows {
                assert!(flow.later_bits_per_second > least);
            }
        }
    }
}

/// A router that marks keeps the queue at its mark, and nothing is lost.
#[test]
fn marks_are_answered() {
    let link = SharedLink { queue_percent: 200, mark_above: 50, ..LINK };
    let outcome = alone("marks above 50 packets", &link, 20);
    assert_eq!(outcome.flows[0].lost, 0);
    assert!(outcome.flows[0].bits_per_second > 80_000_000);
    assert!(outcome.mean_wait < ms(6));
}
