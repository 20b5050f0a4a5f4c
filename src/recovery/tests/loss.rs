//! Loss detection, congestion events, late acknowledgements.

use super::*;
use std::vec;

use Space::Application;

/// Sends `count` packets of 1000 bytes at `now`.
fn burst(fixture: &mut Fixture, count: u64, now: Timestamp) {
    for _ in 0..count {
        fixture.send(Application, 1000, now);
    }
}

#[test]
fn packet_threshold() {
    let mut fixture = Fixture::new(Algorithm::Reno);
    burst(&mut fixture, 4, at(0));
    let outcome = fixture.ack(Application, &[(2, 2)], at(50));
    assert!(outcome.loss.records.is_empty());
    assert_eq!(fixture.numbers(outcome.acked), [2]);
    let outcome = fixture.ack(Application, &[(2, 3)], at(51));
    assert_eq!(fixture.numbers(outcome.loss.records), [0]);
    assert_eq!((outcome.loss.packets, outcome.loss.bytes), (1, 1000));
    assert!(outcome.loss.congestion_event);
    assert_eq!(fixture.recovery.window(), 6500, "half of what packet 2 had opened");
    assert_eq!(fixture.recovery.counters().packets_lost, 1);
    assert_eq!(fixture.numbers(outcome.acked), [3]);
}

#[test]
fn losses_are_reported_to_the_log_on_request() {
    let mut fixture = Fixture::new(Algorithm::Reno);
    for wanted in [false, true] {
        let first = fixture.recovery.next_number(Application);
        burst(&mut fixture, 4, at(7));
        let last = first.0 + 3;
        let outcome = fixture.ack(Application, &[(last - 2, last)], at(9));
        assert_eq!(outcome.loss.packets, 1);
        let report = LossReport { space: Application, number: first, time_sent: at(7), size: 1000 };
        assert_eq!(fixture.recovery.next_loss_report(), wanted.then_some(report));
        assert_eq!(fixture.recovery.next_loss_report(), None);
        fixture.recovery.report_losses();
    }
}

#[test]
fn time_threshold() {
    let mut fixture = Fixture::new(Algorithm::Reno);
    fixture.send(Application, 1000, at(0));
    fixture.send(Application, 1000, at(1));
    let outcome = fixture.ack(Application, &[(1, 1)], at(81));
    assert!(outcome.loss.records.is_empty());
    assert_eq!(fixture.numbers(outcome.acked), [1]);
    // 9/8 of 80 ms after it was sent.
    assert_eq!(fixture.recovery.loss_expiry(), at(90));
    let early = fixture.recovery.on_loss_expiry(at(89), &CONFIRMED);
    assert!(early.loss.records.is_empty() && early.probe.is_none());
    let timeout = fixture.recovery.on_loss_expiry(at(90), &CONFIRMED);
    assert_eq!(fixture.numbers(timeout.loss.records), [0]);
    assert_eq!(timeout.probe, None);
    assert_eq!(fixture.recovery.pto_count(), 0);
    assert_eq!(fixture.recovery.loss_expiry(), Timestamp::NEVER);
}

#[test]
fn one_reduction_per_round_trip() {
    let mut fixture = Fixture::new(Algorithm::Reno);
    burst(&mut fixture, 10, at(0));
    let outcome = fixture.ack(Application, &[(4, 4)], at(50));
    assert_eq!(fixture.numbers(outcome.loss.records), [0, 1]);
    assert_eq!(fixture.recovery.window(), 6000);
    let outcome2 = fixture.ack(Application, &[(9, 9), (4, 4)], at(60));
    assert!(!outcome2.loss.congestion_event, "sent before the recovery period began");
    assert_eq!(fixture.numbers(outcome2.loss.records), [2, 3, 5, 6]);
    assert_eq!(fixture.recovery.window(), 6000);
    burst(&mut fixture, 5, at(61));
    let outcome3 = fixture.ack(Application, &[(14, 14)], at(110));
    assert!(outcome3.loss.congestion_event);
    assert_eq!(fixture.recovery.window(), 3000);
    for list in [outcome.acked, outcome2.acked, outcome3.acked, outcome3.loss.records] {
        fixture.recovery.free_records(list);
    }
}

#[test]
fn lost_mtu_probes_do_not_shrink_the_window() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    fixture.send_with(Application, 1444, at(0), SentFlags::MTU_PROBE, &[Carried::Ping]);
    burst(&mut fixture, 3, at(0));
    let outcome = fixture.ack(Application, &[(1, 3)], at(50));
    assert_eq!((outcome.loss.mtu_probes, outcome.loss.packets), (1, 0));
    assert!(!outcome.loss.congestion_event);
    assert_eq!(fixture.recovery.counters().packets_lost, 0);
    assert_eq!(fixture.recovery.bytes_in_flight(), 0);
    let outcome = fixture.ack(Application, &[(0, 3)], at(51));
    assert_eq!(outcome.mtu_probe_acked, Some(1444), "late, but the path carries it");
}

#[test]
fn a_late_mtu_probe_of_the_former_path_proves_nothing() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    fixture.send_with(Application, 1444, at(0), SentFlags::MTU_PROBE, &[Carried::Ping]);
    burst(&mut fixture, 3, at(0));
    let outcome = fixture.ack(Application, &[(1, 3)], at(50));
    assert_eq!(outcome.loss.mtu_probes, 1);
    fixture.recovery.on_path_changed(1200);
    let outcome = fixture.ack(Application, &[(0, 3)], at(51));
    assert_eq!((outcome.mtu_probe_acked, outcome.spurious_losses), (None, 1));
}

#[test]
fn ecn_marks_are_a_congestion_event_once_per_round_trip() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    assert!(fixture.recovery.on_ecn_ce(at(1), at(10)));
    assert_eq!(fixture.recovery.window(), 8400);
    assert!(!fixture.recovery.on_ecn_ce(at(10), at(11)));
    assert!(fixture.recovery.on_ecn_ce(at(11), at(20)));
}

/// Contract: a lost datagram may be acknowledged after all, once.
#[test]
fn datagrams_lost_and_then_acknowledged() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    let carried = [Carried::Datagram { id: 7 }, Carried::MaxData { limit: 1 }, Carried::Datagram { id: 8 }];
    fixture.send_with(Application, 500, at(0), SentFlags::NONE, &carried);
    burst(&mut fixture, 3, at(0));
    let outcome = fixture.ack(Application, &[(1, 3)], at(50));
    fixture.recovery.free_records(outcome.acked);
    assert_eq!(fixture.drain(outcome.loss.records), carried);
    let outcome = fixture.ack(Application, &[(0, 3)], at(55));
    assert_eq!(outcome.spurious_losses, 1);
    assert_eq!(fixture.drain(outcome.acked), [Carried::Datagram { id: 7 }, Carried::Datagram { id: 8 }]);
    let outcome = fixture.ack(Application, &[(0, 3)], at(56));
    assert!(outcome.acked.is_empty());
    assert_eq!(fixture.recovery.records.len(), 0);
}

/// A probe repeats records as copies, so the packet itself still reports its datagrams.
#[test]
fn probes_leave_the_records_with_their_packet() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    let carried = [Carried::Datagram { id: 7 }, Carried::MaxData { limit: 1 }];
    fixture.send_with(Application, 500, at(0), SentFlags::NONE, &carried);
    let repeated: Vec<_> = fixture.recovery.unacknowledged_records(Application).collect();
    assert_eq!(repeated, carried);
    fixture.send_with(Application, 500, at(1000), SentFlags::NONE, &repeated[1..]);
    let outcome = fixture.ack(Application, &[(1, 1)], at(1050));
    assert_eq!(fixture.drain(outcome.acked), [carried[1]]);
    assert_eq!(fixture.drain(outcome.loss.records), carried, "lost by time");
}

#[test]
fn spurious_loss_takes_the_reduction_back() {
    for algorithm in [Algorithm::Reno, Algorithm::Cubic] {
        let mut fixture = Fixture::new(algorithm);
        burst(&mut fixture, 8, at(0));
        let outcome = fixture.ack(Application, &[(5, 5)], at(50));
        assert_eq!(fixture.numbers(outcome.loss.records), [0, 1, 2]);
        fixture.recovery.free_records(outcome.acked);
        assert!(fixture.recovery.window() < 12_000);
        let outcome = fixture.ack(Application, &[(5, 5), (1, 2)], at(51));
        assert_eq!((outcome.spurious_losses, outcome.congestion_undone), (2, false));
        let outcome = fixture.ack(Application, &[(0, 2)], at(52));
        assert!(outcome.congestion_undone);
        assert!(fixture.recovery.window() >= 12_000, "{}", fixture.recovery.window());
        assert_eq!(fixture.recovery.slow_start_threshold(), u64::MAX);
        assert_eq!(fixture.recovery.bytes_in_flight(), 4000);
    }
}

/// Reordering shows in the newest gaps; far down in a long frame nobody looks for it.
#[test]
fn late_acknowledgements_are_sought_in_the_newest_ranges() {
    let mut fixture = Fixture::new(Algorithm::Reno);
    burst(&mut fixture, 100, at(0));
    // Every fifth packet is lost: 0, 5, ... 95.
    let ranges: Vec<_> = (0..20).rev().map(|n| (n * 5 + 1, n * 5 + 4)).collect();
    let outcome = fixture.ack(Application, &ranges, at(50));
    assert_eq!(outcome.loss.packets, 20);
    let late = |fixture: &mut Fixture, number: u64| {
        let mut ranges = ranges.clone();
        let joined = ranges.iter().position(|range| range.0 == number + 1).unwrap();
        ranges[joined].0 = number;
        fixture.ack(Application, &ranges, at(51)).spurious_losses
    };
    assert_eq!([late(&mut fixture, 95), late(&mut fixture, 60)], [1, 1]);
    assert_eq!(late(&mut fixture, 55), 0);
    assert_eq!(fixture.recovery.bytes_in_flight(), 0);
}

#[test]
fn a_real_loss_among_them_keeps_the_reduction() {
    let mut fixture = Fixture::new(Algorithm::Reno);
    burst(&mut fixture, 8, at(0));
    let outcome = fixture.ack(Application, &[(5, 5)], at(50));
    fixture.recovery.free_records(outcome.loss.records);
    let outcome = fixture.ack(Application, &[(5, 5), (1, 2)], at(51));
    assert!(!outcome.congestion_undone);
    // Past its time the last one is a loss for good.
    fixture.recovery.on_stale_loss_expiry(at(2000), CONFIRMED.max_ack_delay);
    let outcome = fixture.ack(Application, &[(0, 5)], at(2001));
    assert_eq!((outcome.spurious_losses, outcome.congestion_undone), (0, false));
    assert_eq!(fixture.recovery.window(), 6000);
}

#[test]
fn lost_packets_are_remembered_for_three_probe_timeouts() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    burst(&mut fixture, 4, at(0));
    assert_eq!(fixture.recovery.stale_loss_expiry(ms(25)), Timestamp::NEVER);
    let outcome = fixture.ack(Application, &[(3, 3)], at(100));
    assert_eq!(fixture.numbers(outcome.loss.records), [0]);
    // 3 * (100 ms + 4 * 50 ms + 25 ms) after the loss.
    assert_eq!(fixture.recovery.stale_loss_expiry(ms(25)), at(1075));
    fixture.recovery.on_stale_loss_expiry(at(1074), ms(25));
    assert_eq!(fixture.recovery.stale_loss_expiry(ms(25)), at(1075));
    fixture.recovery.on_stale_loss_expiry(at(1075), ms(25));
    assert_eq!(fixture.recovery.stale_loss_expiry(ms(25)), Timestamp::NEVER);
}

/// RFC 9002 §7.6.3: the example's shape; 30 PTO of losses with nothing acknowledged in between.
#[test]
fn persistent_congestion() {
    let mut fixture = Fixture::new(Algorithm::Reno);
    fixture.send(Application, 1000, at(0));
    let outcome = fixture.ack(Application, &[(0, 0)], at(100));
    assert!(outcome.rtt_updated);
    // The duration is 3 * (100 + 4 * 50 + 25) ms = 975 ms.
    fixture.send(Application, 1000, at(200));
    fixture.send(Application, 1000, at(600));
    fixture.send(Application, 1000, at(1176));
    fixture.send(Application, 1000, at(2000));
    let outcome = fixture.ack(Application, &[(4, 4), (0, 0)], at(2100));
    assert_eq!(fixture.numbers(outcome.loss.records), [1, 2, 3]);
    assert!(outcome.loss.persistent_congestion);
    assert_eq!(fixture.recovery.window(), 2 * 1200);
}

#[test]
fn no_persistent_congestion_across_an_acknowledged_packet() {
    let mut fixture = Fixture::new(Algorithm::Reno);
    fixture.send(Application, 1000, at(0));
    let first = fixture.ack(Application, &[(0, 0)], at(100));
    assert!(first.largest_newly_acked.is_some());
    for now in [200, 600, 1176, 2000] {
        fixture.send(Application, 1000, at(now));
    }
    let outcome = fixture.ack(Application, &[(4, 4), (2, 2)], at(2100));
    assert_eq!(fixture.numbers(outcome.loss.records), [1, 3]);
    assert!(!outcome.loss.persistent_congestion);
}

#[test]
fn no_persistent_congestion_before_the_first_sample() {
    let mut fixture = Fixture::new(Algorithm::Reno);
    for now in [0, 2000, 4000, 6000, 8000] {
        fixture.send(Application, 1000, at(now));
    }
    let outcome = fixture.ack(Application, &[(4, 4)], at(8100));
    assert_eq!(outcome.loss.packets, 4);
    assert!(!outcome.loss.persistent_congestion);
}

/// The black-out of a whole window leaves nothing in flight (U6 of the contract).
#[test]
fn bytes_in_flight_return_to_zero() {
    let mut fixture = Fixture::new(Algorithm::Reno);
    for round in 0..200_u64 {
        let now = at(round * 100);
        let first = fixture.recovery.next_number(Application).0;
        while fixture.recovery.window_left() > 0 {
            let probe = if round % 7 == 3 { SentFlags::MTU_PROBE } else { SentFlags::NONE };
            fixture.send_with(Application, 1444, now, probe, &[]);
        }
        let last = fixture.send_with(Application, 40, now, SentFlags::NONE, &[]);
        let ranges =
            if round % 3 == 0 { vec![(last, last)] } else { vec![(last, last), (first + 1, first + 1)] };
        let outcome = fixture.ack(Application, &ranges, now + ms(40));
        assert!(outcome.largest_newly_acked.is_some());
        let timeout = fixture.recovery.on_loss_expiry(now + ms(90), &CONFIRMED);
        assert!(timeout.probe.is_none());
        assert_eq!(fixture.recovery.bytes_in_flight(), 0, "round {round}");
    }
}
