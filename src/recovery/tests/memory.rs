//! Memory: no allocation in steady state, failed allocations change nothing that counts.

use super::*;

use Space::Application;

#[test]
fn no_allocation_in_steady_state() {
    for algorithm in [Algorithm::Cubic, Algorithm::Bbr] {
        steady_state(Fixture::new(algorithm));
    }
}

fn steady_state(mut fixture: Fixture) {
    let mut next = 0;
    let mut round = |fixture: &mut Fixture, now: u64| {
        for _ in 0..100 {
            fixture.send(Application, 1200, at(now));
        }
        // Each round loses its eleventh packet.
        let ranges = [(next + 11, next + 99), (next, next + 9)];
        next += 100;
        let outcome = fixture.ack(Application, &ranges, at(now + 10));
        assert_eq!(fixture.numbers(outcome.acked).len(), 99);
        assert_eq!(fixture.numbers(outcome.loss.records).len(), 1);
    };
    for now in 0..100 {
        round(&mut fixture, now * 10);
    }
    let calls = fixture.heap.calls();
    for now in 100..1000 {
        round(&mut fixture, now * 10);
    }
    assert_eq!(fixture.heap.calls(), calls);
}

#[test]
fn failed_reservations_leave_the_state() {
    for algorithm in [Algorithm::Cubic, Algorithm::Bbr] {
        failed_reservations(Fixture::new(algorithm));
    }
}

fn failed_reservations(mut fixture: Fixture) {
    fixture.heap.fail_all(true);
    assert_eq!(fixture.recovery.reserve_packet(Application, false), Err(Shortage::Memory));
    assert_eq!(fixture.recovery.try_reserve_record(), Err(NoMem));
    fixture.heap.fail_all(false);
    assert_eq!(fixture.send(Application, 1200, at(0)), 0);
}

/// What a loss needs to be remembered is not worth a failure: it is forgotten at once.
#[test]
fn losses_without_memory_are_reported_and_not_remembered() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    fixture.send_with(Application, 1200, at(0), SentFlags::NONE, &[Carried::Datagram { id: 1 }]);
    for _ in 0..3 {
        fixture.send(Application, 1200, at(0));
    }
    fixture.heap.fail_all(true);
    let outcome = fixture.ack(Application, &[(1, 3)], at(10));
    assert_eq!(fixture.drain(outcome.loss.records), [Carried::Datagram { id: 1 }]);
    assert_eq!(fixture.numbers(outcome.acked), [1, 2, 3]);
    let outcome = fixture.ack(Application, &[(0, 3)], at(11));
    assert_eq!(outcome.spurious_losses, 0);
    assert_eq!(fixture.recovery.records.len(), 0);
}

#[test]
fn all_memory_is_given_back() {
    for algorithm in [Algorithm::Cubic, Algorithm::Bbr] {
        give_back(Fixture::new(algorithm));
    }
}

fn give_back(mut fixture: Fixture) {
    for space in Space::ALL {
        for _ in 0..10 {
            fixture.send(space, 1200, at(0));
        }
        let outcome = fixture.ack(space, &[(5, 5)], at(10));
        for list in [outcome.acked, outcome.loss.records] {
            fixture.recovery.free_records(list);
        }
    }
    let Fixture { recovery, heap } = fixture;
    drop(recovery);
    assert_eq!(heap.live(), 0);
}

/// The cost of an acknowledgement does not depend on what is in flight: only packets below the largest acknowledged
/// number are looked at, and those leave at once.
#[test]
fn nothing_acknowledged_or_lost_stays_in_the_ring() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    for number in 0..60_000_u64 {
        fixture.send(Application, 1200, Timestamp(number * 1000));
    }
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for hundred in 0..100_u64 {
        ranges.insert(0, (hundred * 100 + 1, hundred * 100 + 99));
        ranges.truncate(32);
        let outcome = fixture.ack(Application, &ranges, at(100) + Duration(hundred));
        assert_eq!(fixture.numbers(outcome.acked).len(), 99);
        assert_eq!(fixture.numbers(outcome.loss.records).len(), 1);
        let sent = &fixture.recovery.spaces[Application.index()];
        assert_eq!(sent.packets.len() as u64, 60_000 - (hundred + 1) * 100);
    }
}

/// What only BBR needs, only BBR allocates; without memory for it there is no connection.
#[test]
fn the_model_has_memory_of_its_own() {
    for (algorithm, blocks) in [(Algorithm::Reno, 0), (Algorithm::Cubic, 0), (Algorithm::Bbr, 2)] {
        let fixture = Fixture::new(algorithm);
        assert_eq!(fixture.heap.live(), blocks);
    }
    for succeeding in 0..2 {
        let heap = TestHeap::new();
        heap.fail_nth(succeeding + 1);
        let settings = settings(Algorithm::Bbr);
        assert!(RateControl::try_new(heap.mem(), &settings).is_err());
        assert_eq!(heap.live(), 0);
    }
}
