//! What an ACK frame brings.

use super::super::sent::MAX_UNACKNOWLEDGED;
use super::*;
use std::vec;

use Space::{Application, Handshake, Initial};

#[test]
fn hot_structures_stay_small() {
    assert_eq!(size_of::<SentPacket>(), 40);
    assert!(size_of::<Carried>() <= 24);
    assert!(size_of::<ReceivedPackets>() <= 600);
    assert!(size_of::<Recovery>() <= 1088, "{}", size_of::<Recovery>());
}

#[test]
fn cumulative_acknowledgement_in_order() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    for _ in 0..5 {
        fixture.send(Application, 1000, at(0));
    }
    assert_eq!(fixture.recovery.bytes_in_flight(), 5000);
    let outcome = fixture.ack(Application, &[(0, 3)], at(50));
    assert!(outcome.rtt_updated);
    assert_eq!(outcome.largest_newly_acked, Some((PacketNumber(3), at(0))));
    assert_eq!(fixture.numbers(outcome.acked), [0, 1, 2, 3]);
    assert!(outcome.loss.records.is_empty());
    assert_eq!(fixture.recovery.bytes_in_flight(), 1000);
    assert_eq!(fixture.recovery.rtt().latest(), ms(50));
    assert_eq!(fixture.recovery.largest_acked(Application), Some(PacketNumber(3)));
}

#[test]
fn records_come_in_ascending_order_over_all_ranges() {
    let mut fixture = Fixture::new(Algorithm::Reno);
    for _ in 0..9 {
        fixture.send(Application, 1000, at(0));
    }
    let outcome = fixture.ack(Application, &[(7, 8), (4, 5), (1, 2)], at(50));
    assert_eq!(fixture.numbers(outcome.acked), [1, 2, 4, 5, 7, 8]);
    // 0, 3 are three numbers and more below the largest; 6 is not.
    assert_eq!(fixture.numbers(outcome.loss.records), [0, 3]);
    assert_eq!(fixture.recovery.bytes_in_flight(), 1000);
    let outcome = fixture.ack(Application, &[(4, 8), (1, 2)], at(51));
    assert_eq!(fixture.numbers(outcome.acked), [6]);
    assert!(!outcome.rtt_updated, "the largest number is not newly acknowledged");
}

#[test]
fn repeated_and_old_frames_change_nothing() {
    let mut fixture = Fixture::new(Algorithm::Reno);
    for _ in 0..4 {
        fixture.send(Application, 1000, at(0));
    }
    let outcome = fixture.ack(Application, &[(0, 3)], at(50));
    assert_eq!(fixture.numbers(outcome.acked).len(), 4);
    let window = fixture.recovery.window();
    for ranges in [[(0, 3)], [(0, 1)]] {
        let outcome = fixture.ack(Application, &ranges, at(60));
        assert!(outcome.largest_newly_acked.is_none() && outcome.acked.is_empty());
    }
    assert_eq!(fixture.recovery.window(), window);
    assert_eq!(fixture.recovery.rtt().latest(), ms(50));
}

/// ATTACKS: acknowledgements of packets never sent or skipped.
#[test]
fn numbers_never_sent_or_skipped_are_an_error() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    fixture.send(Application, 1000, at(0));
    assert_eq!(fixture.try_ack(Application, &[(0, 1)], at(1)).err(), Some(Error::Proto));
    assert_eq!(fixture.try_ack(Handshake, &[(0, 0)], at(1)).err(), Some(Error::Proto));
    assert_eq!(fixture.try_ack(Application, &[], at(1)).err(), Some(Error::Proto));
    assert_eq!(fixture.recovery.largest_acked(Application), None);

    fixture.recovery.skip_number(Application, PacketNumber(1));
    assert_eq!(fixture.send(Application, 1000, at(0)), 2);
    assert_eq!(fixture.try_ack(Application, &[(0, 2)], at(1)).err(), Some(Error::Proto));
    assert_eq!(fixture.try_ack(Application, &[(2, 2), (0, 1)], at(1)).err(), Some(Error::Proto));
}

#[test]
fn honest_acknowledgement_around_a_skipped_number() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    fixture.send(Application, 1000, at(0));
    fixture.recovery.skip_number(Application, PacketNumber(1));
    fixture.send(Application, 1000, at(0));
    let outcome = fixture.ack(Application, &[(2, 2), (0, 0)], at(10));
    assert_eq!(fixture.numbers(outcome.acked), [0, 2]);
    assert_eq!(fixture.recovery.bytes_in_flight(), 0);
}

#[test]
fn ack_only_packets_take_no_place_and_may_be_acknowledged() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    for _ in 0..1000 {
        fixture.send_ack_only(Application, at(0));
    }
    assert_eq!(fixture.recovery.bytes_in_flight(), 0);
    assert_eq!(fixture.heap.live(), 0);
    let number = fixture.send(Application, 100, at(0));
    fixture.send_ack_only(Application, at(0));
    let outcome = fixture.ack(Application, &[(0, number + 1)], at(10));
    assert_eq!(fixture.numbers(outcome.acked), [number]);
    assert!(!outcome.rtt_updated, "the send time of the largest is not known");
    assert_eq!(fixture.recovery.counters().packets_sent, 1002);
}

#[test]
fn our_acknowledgements_that_arrived_are_reported() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    for named in [7, 9, 8] {
        fixture.recovery.reserve_packet(Application, false).unwrap();
        let packet = SentPacket {
            number: fixture.recovery.next_number(Application),
            time_sent: at(0),
            largest_acknowledged: named,
            records: RecordList::EMPTY,
            size: 50,
            path_epoch: 0,
            flags: SentFlags::ACK_ELICITING.with(SentFlags::IN_FLIGHT).with(SentFlags::ECT0),
        };
        fixture.recovery.on_packet_sent(Application, packet);
    }
    let outcome = fixture.ack(Application, &[(0, 2)], at(10));
    assert_eq!(outcome.forget_received, Some(PacketNumber(9)));
    assert_eq!(outcome.newly_acked_ecn, 3);
}

#[test]
fn acknowledgement_delay_is_limited_once_the_handshake_is_confirmed() {
    let sample = |confirmed, space| {
        let mut fixture = Fixture::new(Algorithm::Cubic);
        let context = TimerContext { handshake_confirmed: confirmed, ..CONFIRMED };
        for now in [0, 200] {
            let number = PacketNumber(fixture.send(space, 100, at(now)));
            let delay = ms(80);
            let elapsed = 100 + now / 2;
            let ranges = [(number, number)].into_iter();
            let outcome = fixture.recovery.on_ack(space, ranges, delay, at(now + elapsed), &context).unwrap();
            assert!(outcome.rtt_updated);
        }
        // The samples are 100 ms and 200 ms; the second counts less its delay.
        fixture.recovery.rtt().smoothed().0
    };
    assert_eq!(sample(true, Application), (7 * 100_000_000 + 175_000_000) / 8);
    assert_eq!(sample(false, Application), (7 * 100_000_000 + 120_000_000) / 8);
    assert_eq!(sample(false, Initial), (7 * 100_000_000 + 200_000_000) / 8);
}

#[test]
fn the_window_grows_only_by_what_it_limited() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    fixture.send(Application, 1200, at(0));
    fixture.recovery.on_app_limited();
    fixture.send(Application, 1200, at(0));
    let outcome = fixture.ack(Application, &[(0, 1)], at(10));
    assert_eq!(fixture.numbers(outcome.acked), [0, 1]);
    assert_eq!(fixture.recovery.window(), 13_200);
    // Everything sent in that state is acknowledged: the next packet counts.
    fixture.send(Application, 1200, at(20));
    let outcome = fixture.ack(Application, &[(0, 2)], at(30));
    assert_eq!(fixture.numbers(outcome.acked), [2]);
    assert_eq!(fixture.recovery.window(), 14_400);
}

/// An application that flushes before it writes looks limited; a full window shows that it is not.
#[test]
fn a_full_window_counts_whatever_came_before() {
    let mut fixture = Fixture::new(Algorithm::Reno);
    fixture.recovery.on_app_limited();
    for _ in 0..10 {
        fixture.send(Application, 1200, at(0));
    }
    assert_eq!(fixture.recovery.window_left(), 0);
    let outcome = fixture.ack(Application, &[(0, 9)], at(10));
    assert_eq!(fixture.numbers(outcome.acked).len(), 10);
    assert_eq!(fixture.recovery.window(), 24_000);
}

/// Measured: ten datagrams, later what 5/4 of the window per round trip makes of a millisecond, 64 KiB at most.
#[test]
fn send_quantum_follows_the_window() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    assert_eq!(fixture.recovery.send_quantum(), 12_000);
    fixture.recovery.on_max_datagram_size(1444);
    assert_eq!(fixture.recovery.send_quantum(), 12_000, "until the window moves");
    let mut now = 0;
    let mut quantum = || {
        let first = fixture.recovery.next_number(Application).0;
        while fixture.recovery.window_left() > 0 {
            fixture.send(Application, 1444, at(now));
        }
        let last = fixture.recovery.next_number(Application).0 - 1;
        now += 20;
        let outcome = fixture.ack(Application, &[(first, last)], at(now));
        assert!(outcome.largest_newly_acked.is_some());
        (fixture.recovery.send_quantum(), fixture.recovery.window())
    };
    assert_eq!(quantum().0, 14_440);
    for _ in 0..4 {
        quantum();
    }
    let (bytes, window) = quantum();
    assert_eq!(bytes, window * 5 / 4 / 20);
    assert_eq!([quantum().0, quantum().0], [65_536; 2]);
}

#[test]
fn packets_of_another_path_do_not_count() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    fixture.send(Application, 1200, at(0));
    fixture.send(Application, 1200, at(0));
    fixture.recovery.on_path_changed(1200);
    assert_eq!(fixture.recovery.bytes_in_flight(), 0);
    fixture.send(Application, 1000, at(5));
    let outcome = fixture.ack(Application, &[(1, 1)], at(10));
    assert_eq!(fixture.numbers(outcome.acked), [1]);
    assert!(!outcome.rtt_updated);
    assert_eq!(fixture.recovery.bytes_in_flight(), 1000);
    assert_eq!(fixture.recovery.window(), 12_000);
    for _ in 0..3 {
        fixture.send(Application, 1000, at(20));
    }
    let outcome = fixture.ack(Application, &[(1, 3)], at(30));
    assert_eq!(fixture.numbers(outcome.loss.records), [0]);
    assert!(!outcome.loss.congestion_event);
    assert_eq!(fixture.numbers(outcome.acked), [2, 3]);
}

#[test]
fn discarded_spaces_leave_nothing_behind() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    fixture.send(Initial, 1200, at(0));
    fixture.send(Handshake, 1000, at(0));
    let records = fixture.recovery.discard_space(Initial);
    assert_eq!(fixture.numbers(records), [0]);
    assert_eq!(fixture.recovery.bytes_in_flight(), 1000);
    assert_eq!(fixture.recovery.ack_eliciting_in_flight(Initial), 0);
    assert_eq!(fixture.recovery.next_number(Initial), PacketNumber(1));
}

#[test]
fn retry_voids_what_was_sent() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    fixture.send(Initial, 1200, at(0));
    fixture.send(Application, 1000, at(0));
    let records = fixture.recovery.reset_after_retry();
    assert_eq!(fixture.drain(records), vec![Carried::Crypto { offset: 0, len: 1 }; 2]);
    assert_eq!(fixture.recovery.bytes_in_flight(), 0);
    assert_eq!(fixture.recovery.loss_expiry(), Timestamp::NEVER);
    assert_eq!(fixture.recovery.next_number(Initial), PacketNumber(1), "numbers go on");
}

#[test]
fn unacknowledged_packets_are_bounded_but_probes_still_go() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    for _ in 0..MAX_UNACKNOWLEDGED {
        fixture.send_with(Application, 30, at(0), SentFlags::NONE, &[]);
    }
    assert_eq!(fixture.recovery.reserve_packet(Application, false), Err(Shortage::Bound));
    assert_eq!(fixture.recovery.reserve_packet(Application, true), Ok(()));
    let last = MAX_UNACKNOWLEDGED as u64 - 1;
    let outcome = fixture.ack(Application, &[(0, last)], at(10));
    assert!(outcome.largest_newly_acked.is_some());
    assert_eq!(fixture.recovery.bytes_in_flight(), 0);
    assert_eq!(fixture.recovery.reserve_packet(Application, false), Ok(()));
}
