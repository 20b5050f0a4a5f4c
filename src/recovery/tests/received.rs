//! Received numbers against a set, and when acknowledgements are due.

use super::super::received::{EcnCounts, MAX_ACK_RANGES};
use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::vec;

const POLICY: AckPolicy = AckPolicy { threshold: 2, delay: ms(25) };

fn receive(received: &mut ReceivedPackets, number: u64, now: Timestamp) {
    received.on_received(PacketNumber(number), true, EcnCodepoint::NotEct, now, &POLICY);
}

fn ranges(received: &ReceivedPackets) -> Vec<(u64, u64)> {
    received.ranges().map(|(smallest, largest)| (smallest.0, largest.0)).collect()
}

#[test]
fn in_order_is_one_range() {
    let mut received = ReceivedPackets::new();
    for number in 3..100 {
        assert!(!received.is_duplicate(PacketNumber(number)));
        receive(&mut received, number, at(number));
        assert!(received.is_duplicate(PacketNumber(number)));
    }
    assert_eq!(ranges(&received), [(3, 99)]);
    assert_eq!(received.largest(), Some(PacketNumber(99)));
    assert_eq!(received.ack_delay(at(104)), ms(5));
    assert!(!received.is_duplicate(PacketNumber(1)));
}

#[test]
fn gaps_split_and_joins_merge() {
    let mut received = ReceivedPackets::new();
    for number in [0, 2, 4, 6] {
        receive(&mut received, number, at(0));
    }
    receive(&mut received, 3, at(1));
    assert_eq!(ranges(&received), [(6, 6), (2, 4), (0, 0)]);
    receive(&mut received, 5, at(1));
    receive(&mut received, 1, at(1));
    assert_eq!(ranges(&received), [(0, 6)]);
    assert_eq!(received.ack_delay(at(1)), ms(1), "the delay is that of the largest");
}

#[test]
fn the_oldest_range_gives_way_and_its_numbers_become_duplicates() {
    let mut received = ReceivedPackets::new();
    for n in 0..=MAX_ACK_RANGES as u64 {
        receive(&mut received, n * 2, at(0));
    }
    assert_eq!(received.ranges().count(), MAX_ACK_RANGES);
    assert!(received.is_duplicate(PacketNumber(0)));
    assert!(!received.is_duplicate(PacketNumber(1)));
    receive(&mut received, 1, at(1));
    assert!(received.is_duplicate(PacketNumber(1)));
    assert_eq!(ranges(&received).last(), Some(&(1, 2)));
}

#[test]
fn the_threshold_makes_it_due() {
    let mut received = ReceivedPackets::new();
    receive(&mut received, 0, at(10));
    assert_eq!(received.ack_expiry(), at(35));
    assert!(received.ack_pending() && !received.ack_due(at(34)));
    assert!(received.ack_due(at(35)));
    receive(&mut received, 1, at(12));
    assert!(received.ack_due(at(12)));
    received.on_ack_sent();
    assert!(!received.ack_pending() && !received.ack_due(at(1000)));
    assert_eq!(received.ack_expiry(), Timestamp::NEVER);
}

#[test]
fn reordering_gaps_and_ce_are_reported_at_once() {
    let mut received = ReceivedPackets::new();
    receive(&mut received, 5, at(0));
    assert!(!received.ack_due(at(0)), "the first packet is in order whatever its number");
    received.on_ack_sent();
    receive(&mut received, 7, at(1));
    assert!(received.ack_due(at(1)));
    received.on_ack_sent();
    receive(&mut received, 6, at(2));
    assert!(received.ack_due(at(2)));
    received.on_ack_sent();
    received.on_received(PacketNumber(8), true, EcnCodepoint::Ce, at(3), &POLICY);
    assert!(received.ack_due(at(3)));
    assert_eq!(*received.ecn_counts(), EcnCounts { ect0: 0, ect1: 0, ce: 1 });
}

#[test]
fn packets_that_elicit_no_acknowledgement_start_no_timer() {
    let mut received = ReceivedPackets::new();
    received.on_received(PacketNumber(0), false, EcnCodepoint::Ect0, at(0), &POLICY);
    received.on_received(PacketNumber(9), false, EcnCodepoint::Ect1, at(0), &POLICY);
    assert_eq!(received.ack_expiry(), Timestamp::NEVER);
    assert_eq!(*received.ecn_counts(), EcnCounts { ect0: 1, ect1: 1, ce: 0 });
    assert_eq!(ranges(&received), [(9, 9), (0, 0)]);
}

#[test]
fn handshake_packets_are_acknowledged_at_once() {
    let mut received = ReceivedPackets::new();
    received.on_received(PacketNumber(0), true, EcnCodepoint::NotEct, at(5), &AckPolicy::IMMEDIATE);
    assert!(received.ack_due(at(5)));
}

/// Contract §11: 2.5 ms at a round trip of 20 ms.
#[test]
fn the_delay_is_an_eighth_of_the_round_trip() {
    assert_eq!(AckPolicy::delayed(2, ms(25), ms(20)).delay, Duration::from_micros(2500));
    assert_eq!(AckPolicy::delayed(2, ms(25), ms(2000)).delay, ms(25));
    let mut received = ReceivedPackets::new();
    let always = AckPolicy::delayed(0, ms(25), ms(20));
    received.on_received(PacketNumber(0), true, EcnCodepoint::NotEct, at(5), &always);
    assert!(received.ack_due(at(5)));
}

#[test]
fn what_the_peer_knows_is_not_repeated_but_still_known() {
    let mut received = ReceivedPackets::new();
    for number in [0, 1, 2, 3, 4, 6, 7, 9] {
        receive(&mut received, number, at(0));
    }
    received.forget_up_to(PacketNumber(6));
    assert_eq!(ranges(&received), [(9, 9), (7, 7)]);
    assert!(received.is_duplicate(PacketNumber(3)));
    assert!(!received.is_duplicate(PacketNumber(5)));
    receive(&mut received, 5, at(1));
    assert_eq!(ranges(&received), [(9, 9), (5, 7)]);
    received.forget_up_to(PacketNumber(9));
    assert_eq!(ranges(&received), [(9, 9)], "a frame cannot be empty");
    received.forget_up_to(PacketNumber(4));
    assert_eq!(ranges(&received), [(9, 9)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// With few gaps the ranges are exactly those of a set; with many, its newest ones.
    #[test]
    fn agrees_with_a_set(
        numbers in prop::collection::vec((0_u64..400, any::<bool>()), 1..300),
        forget in prop::collection::vec((0_usize..300, 0_u64..400), 0..4),
    ) {
        let mut received = ReceivedPackets::new();
        let mut model = BTreeSet::new();
        let mut floor = 0_u64;
        let mut base = 0_u64;
        for (step, &(offset, near)) in numbers.iter().enumerate() {
            // Half of the packets come in order.
            let number = if near { base } else { offset };
            base = base.max(number + 1);
            let duplicate = received.is_duplicate(PacketNumber(number));
            if number >= floor {
                prop_assert_eq!(duplicate, model.contains(&number), "{}", number);
            } else {
                prop_assert!(duplicate);
            }
            if !duplicate {
                receive(&mut received, number, at(step as u64));
                model.insert(number);
            }
            let mut expected: Vec<(u64, u64)> = vec![];
            for &number in model.range(floor..).rev() {
                match expected.last_mut() {
                    Some(last) if last.0 == number + 1 => last.0 = number,
                    _ => expected.push((number, number)),
                }
            }
            if expected.len() > MAX_ACK_RANGES {
                floor = expected[MAX_ACK_RANGES].1 + 1;
                expected.truncate(MAX_ACK_RANGES);
            }
            let known: Vec<_> = received.known().iter().map(|range| (range.smallest, range.largest)).collect();
            prop_assert_eq!(&known, &expected);
            // What is acknowledged is always a newest part of what is known, and never empty.
            let acknowledged = ranges(&received);
            prop_assert!(!acknowledged.is_empty());
            prop_assert_eq!(acknowledged[0].1, known[0].1);
            for range in &acknowledged {
                prop_assert!(known.iter().any(|known| known.0 <= range.0 && range.1 == known.1));
            }
            for &(_, largest) in forget.iter().filter(|(at, _)| *at == step) {
                received.forget_up_to(PacketNumber(largest));
            }
        }
    }
}
