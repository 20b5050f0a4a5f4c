//! Delivery rate sampling by the figures of draft-ietf-ccwg-bbr §4.1.

use super::*;
use crate::cc::{Bandwidth, RateSample};

use Space::Application;

const SIZE: u64 = 1200;

fn fixture() -> Fixture {
    Fixture::new(Algorithm::Bbr)
}

fn acknowledge(fixture: &mut Fixture, ranges: &[(u64, u64)], now: Timestamp) -> Option<RateSample> {
    let outcome = fixture.ack(Application, ranges, now);
    fixture.recovery.free_records(outcome.acked);
    fixture.recovery.free_records(outcome.loss.records);
    fixture.recovery.delivery_rate.as_mut().unwrap().last_sample.take()
}

fn packets_in(packets: u64, milliseconds: u64) -> Option<Bandwidth> {
    Bandwidth::of(packets * SIZE, ms(milliseconds))
}

/// §4.1.1.2.1: from the acknowledgement before the packet was sent to its own.
#[test]
fn the_rate_of_acknowledgements() {
    let mut fixture = fixture();
    for n in 0..10 {
        fixture.send(Application, SIZE as u16, at(n));
    }
    for n in 0..10 {
        let sample = acknowledge(&mut fixture, &[(0, n)], at(40 + 2 * n)).unwrap();
        assert_eq!(sample.delivery_rate, packets_in(n + 1, 40 + 2 * n));
        assert_eq!((sample.newly_acked, sample.prior_delivered), (SIZE, 0));
        assert_eq!(sample.flight.bytes, (n + 1) * SIZE);
        // One packet for each that leaves.
        fixture.send(Application, SIZE as u16, at(40 + 2 * n));
    }
    // In steady state: ten packets since, at one in two milliseconds.
    let sample = acknowledge(&mut fixture, &[(0, 10)], at(80)).unwrap();
    assert_eq!(sample.delivery_rate, packets_in(10, 40));
    assert_eq!(sample.prior_delivered, SIZE);
    assert_eq!(sample.total_delivered, 11 * SIZE);
    assert_eq!(sample.bytes_in_flight, 9 * SIZE);
}

/// §4.1.1.2.2: acknowledgements that come in a bunch are not faster than the packets were sent.
#[test]
fn compressed_acknowledgements_count_at_the_rate_of_sending() {
    let mut fixture = fixture();
    fixture.send(Application, SIZE as u16, at(0));
    fixture.send(Application, SIZE as u16, at(0));
    acknowledge(&mut fixture, &[(0, 0)], at(10));
    for n in 1..=20 {
        fixture.send(Application, SIZE as u16, at(10 * n));
    }
    acknowledge(&mut fixture, &[(0, 11)], at(205));
    let sample = acknowledge(&mut fixture, &[(0, 21)], at(210)).unwrap();
    // 200 ms since the first acknowledgement, and as long since the packet sent that it tells of.
    assert_eq!(sample.delivery_rate, packets_in(21, 200));
}

/// §4.1.2.3: what takes less than the smallest round-trip time is no measurement.
#[test]
fn short_intervals_tell_nothing() {
    let mut fixture = fixture();
    fixture.send(Application, SIZE as u16, at(0));
    assert!(acknowledge(&mut fixture, &[(0, 0)], at(40)).unwrap().delivery_rate.is_some());
    fixture.send(Application, SIZE as u16, at(100));
    let sample = acknowledge(&mut fixture, &[(1, 1)], at(130)).unwrap();
    assert_eq!(sample.delivery_rate, packets_in(1, 30), "a new minimum");
    fixture.send(Application, SIZE as u16, at(200));
    assert_eq!(acknowledge(&mut fixture, &[(2, 2)], at(200)).unwrap().delivery_rate, None);
}

/// §4.1.2.2: idle time is not part of the interval.
#[test]
fn idle_time_does_not_count() {
    let mut fixture = fixture();
    fixture.send(Application, SIZE as u16, at(0));
    acknowledge(&mut fixture, &[(0, 0)], at(40));
    fixture.send(Application, SIZE as u16, at(10_000));
    let sample = acknowledge(&mut fixture, &[(1, 1)], at(10_040)).unwrap();
    assert_eq!(sample.delivery_rate, packets_in(1, 40));
}

/// §4.1.1.3: the gap is on its way until what was in flight then is delivered.
#[test]
fn samples_are_app_limited_for_a_round_trip() {
    let mut fixture = fixture();
    for _ in 0..2 {
        fixture.send(Application, SIZE as u16, at(0));
    }
    fixture.recovery.on_app_limited();
    fixture.send(Application, SIZE as u16, at(20));
    let limited = |sample: Option<RateSample>| sample.unwrap().flight.app_limited;
    assert!(!limited(acknowledge(&mut fixture, &[(0, 1)], at(40))));
    fixture.send(Application, SIZE as u16, at(50));
    assert!(limited(acknowledge(&mut fixture, &[(0, 2)], at(60))), "sent after the gap");
    fixture.send(Application, SIZE as u16, at(70));
    assert!(limited(acknowledge(&mut fixture, &[(0, 3)], at(90))), "sent before the gap was delivered");
    assert!(!limited(acknowledge(&mut fixture, &[(0, 4)], at(110))));
}

/// P.lost and P.tx_in_flight are those of the newest packet.
#[test]
fn losses_since_a_packet_was_sent() {
    let mut fixture = fixture();
    for n in 0..10 {
        fixture.send(Application, SIZE as u16, at(n));
    }
    let sample = acknowledge(&mut fixture, &[(2, 9)], at(50)).unwrap();
    assert_eq!((sample.flight.bytes, sample.flight.lost), (10 * SIZE, 2 * SIZE));
    assert_eq!((sample.total_lost, sample.newly_acked), (2 * SIZE, 8 * SIZE));
    fixture.send(Application, SIZE as u16, at(60));
    let sample = acknowledge(&mut fixture, &[(10, 10)], at(100)).unwrap();
    assert_eq!((sample.flight.bytes, sample.flight.lost), (SIZE, 0));
    assert_eq!(sample.total_lost, 2 * SIZE);
}

/// Of several ranges the newest packet counts; what is acknowledged out of order stands at its own place.
#[test]
fn the_newest_packet_gives_the_sample() {
    let mut fixture = fixture();
    for n in 0..6 {
        fixture.send(Application, SIZE as u16, at(n));
    }
    let sample = acknowledge(&mut fixture, &[(3, 3), (1, 1)], at(40)).unwrap();
    assert_eq!(sample.flight.bytes, 4 * SIZE);
    assert_eq!(sample.newest_sent, at(3));
    let sample = acknowledge(&mut fixture, &[(0, 5)], at(45)).unwrap();
    assert_eq!(sample.flight.bytes, 6 * SIZE);
    assert_eq!(sample.newly_acked, 3 * SIZE, "the first one is lost");
}

/// Nothing that was sent before a migration is a sample of the path after it.
#[test]
fn another_path_starts_anew() {
    let mut fixture = fixture();
    for n in 0..4 {
        fixture.send(Application, SIZE as u16, at(n));
    }
    fixture.recovery.on_path_changed(1200);
    fixture.send(Application, SIZE as u16, at(50));
    assert!(acknowledge(&mut fixture, &[(0, 2)], at(60)).is_none());
    let sample = acknowledge(&mut fixture, &[(0, 4)], at(90)).unwrap();
    assert_eq!(sample.delivery_rate, packets_in(1, 40));
    assert_eq!((sample.total_delivered, sample.flight.bytes), (SIZE, SIZE));
}

/// A model's pace is kept after a pause, but for what a late timer explains.
#[test]
fn a_pause_is_not_made_up_for() {
    let mut fixture = fixture();
    fixture.send(Application, SIZE as u16, at(0));
    fixture.recovery.update_pacing(at(0));
    acknowledge(&mut fixture, &[(0, 0)], at(80));
    let mut now = at(80);
    let mut wait = |pause: Duration| {
        now = now + pause;
        fixture.recovery.expire_pacing(now);
        fixture.send(Application, SIZE as u16, now);
        fixture.recovery.update_pacing(now);
        let waited = fixture.recovery.pacing_expiry().since(now);
        now = now + waited;
        waited
    };
    for _ in 0..20 {
        wait(Duration::ZERO);
    }
    let interval = wait(Duration::ZERO);
    let mut saved = interval - wait(ms(1000));
    for _ in 0..20 {
        saved += interval - wait(Duration::ZERO);
    }
    assert_eq!(saved, ms(10), "an eighth of the round-trip time");
}
