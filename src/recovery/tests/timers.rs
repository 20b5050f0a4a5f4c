//! The loss detection timer and pacing.

use super::*;

use Space::{Application, Handshake, Initial};

const CLIENT_START: TimerContext = TimerContext {
    handshake_confirmed: false,
    peer_completed_address_validation: false,
    at_anti_amplification_limit: false,
    has_handshake_keys: false,
    max_ack_delay: ms(25),
};

/// Contract §11: 999 ms, then 1998, 3996 after each probe.
#[test]
fn probe_timeouts_back_off_from_999_ms() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    fixture.send(Initial, 1200, at(0));
    fixture.recovery.set_loss_timer(at(0), &CLIENT_START);
    for (count, expiry) in [999, 2997, 6993, 14985].into_iter().enumerate() {
        assert_eq!(fixture.recovery.loss_expiry(), at(expiry));
        let early = fixture.recovery.on_loss_expiry(at(expiry - 1), &CLIENT_START);
        assert_eq!(early.probe, None);
        let timeout = fixture.recovery.on_loss_expiry(at(expiry), &CLIENT_START);
        assert_eq!(timeout.probe, Some(Initial));
        assert!(timeout.loss.records.is_empty(), "a probe timeout loses nothing");
        assert_eq!(fixture.recovery.pto_count(), count as u32 + 1);
        fixture.send(Initial, 1200, at(expiry));
        fixture.recovery.set_loss_timer(at(expiry), &CLIENT_START);
    }
}

#[test]
fn an_endless_back_off_saturates() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    fixture.send(Initial, 1200, at(0));
    fixture.recovery.set_loss_timer(at(0), &CLIENT_START);
    for _ in 0..200 {
        let now = fixture.recovery.loss_expiry();
        if !now.is_set() {
            return;
        }
        let timeout = fixture.recovery.on_loss_expiry(now, &CLIENT_START);
        assert_eq!(timeout.probe, Some(Initial));
    }
    panic!("the timer never ended");
}

/// The figures of the contract's p_timer: PTO 67.505 ms after samples of 20 and 22.5 ms.
#[test]
fn application_probe_timeout_includes_the_acknowledgement_delay() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    fixture.send(Application, 1000, at(0));
    let outcome = fixture.ack(Application, &[(0, 0)], at(20));
    assert!(outcome.rtt_updated);
    assert_eq!(fixture.recovery.probe_timeout(ms(25)), ms(20 + 40 + 25));
    fixture.send(Application, 1000, at(30));
    fixture.recovery.set_loss_timer(at(30), &CONFIRMED);
    assert_eq!(fixture.recovery.loss_expiry(), at(30 + 85));
    let _ = fixture.recovery.discard_space(Initial);
    let timeout = fixture.recovery.on_loss_expiry(at(115), &CONFIRMED);
    assert_eq!(timeout.probe, Some(Application));
    fixture.send(Application, 1000, at(115));
    fixture.recovery.set_loss_timer(at(115), &CONFIRMED);
    assert_eq!(fixture.recovery.loss_expiry(), at(115 + 170));
}

#[test]
fn no_application_probe_before_confirmation() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    let context = TimerContext { peer_completed_address_validation: true, ..CLIENT_START };
    fixture.send(Application, 1000, at(0));
    fixture.recovery.set_loss_timer(at(0), &context);
    assert_eq!(fixture.recovery.loss_expiry(), Timestamp::NEVER);
    fixture.send(Handshake, 1000, at(500));
    fixture.recovery.set_loss_timer(at(500), &context);
    assert_eq!(fixture.recovery.loss_expiry(), at(1499));
    let timeout = fixture.recovery.on_loss_expiry(at(1499), &context);
    assert_eq!(timeout.probe, Some(Handshake));
}

#[test]
fn the_earliest_space_is_probed() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    fixture.send(Handshake, 1000, at(100));
    fixture.send(Initial, 1000, at(200));
    fixture.recovery.set_loss_timer(at(200), &CLIENT_START);
    assert_eq!(fixture.recovery.loss_expiry(), at(1099));
    assert_eq!(fixture.recovery.on_loss_expiry(at(1099), &CLIENT_START).probe, Some(Handshake));
}

/// RFC 9002 §6.2.2.1: a client keeps the server supplied with bytes to send.
#[test]
fn anti_deadlock_probes() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    let context = CLIENT_START;
    fixture.send(Initial, 1200, at(0));
    let ranges = [(PacketNumber(0), PacketNumber(0))].into_iter();
    let outcome = fixture.recovery.on_ack(Initial, ranges, Duration::ZERO, at(40), &context).unwrap();
    assert!(outcome.largest_newly_acked.is_some());
    fixture.recovery.set_loss_timer(at(40), &context);
    assert_eq!(fixture.recovery.loss_expiry(), at(40 + 120));
    assert_eq!(fixture.recovery.on_loss_expiry(at(160), &context).probe, Some(Initial));
    assert_eq!(fixture.recovery.loss_expiry(), at(160 + 240));
    let with_keys = TimerContext { has_handshake_keys: true, ..context };
    assert_eq!(fixture.recovery.on_loss_expiry(at(400), &with_keys).probe, Some(Handshake));
    // Data in the Application space, which is not probed yet, do not stop it.
    fixture.send(Application, 1000, at(401));
    fixture.recovery.set_loss_timer(at(401), &with_keys);
    assert_eq!(fixture.recovery.loss_expiry(), at(401 + 480));
    let validated = TimerContext { peer_completed_address_validation: true, ..with_keys };
    fixture.recovery.set_loss_timer(at(500), &validated);
    assert_eq!(fixture.recovery.loss_expiry(), Timestamp::NEVER);
}

/// RFC 9002 §6.2.1: acknowledged Initial packets do not prove that the address is validated.
#[test]
fn back_off_persists_until_address_validation() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    fixture.send(Initial, 1200, at(0));
    fixture.recovery.set_loss_timer(at(0), &CLIENT_START);
    assert_eq!(fixture.recovery.on_loss_expiry(at(999), &CLIENT_START).probe, Some(Initial));
    let ranges = || [(PacketNumber(0), PacketNumber(0))].into_iter();
    let outcome =
        fixture.recovery.on_ack(Initial, ranges(), Duration::ZERO, at(1000), &CLIENT_START).unwrap();
    assert!(outcome.largest_newly_acked.is_some());
    assert_eq!(fixture.recovery.pto_count(), 1);
    fixture.send(Handshake, 100, at(1000));
    let validated = TimerContext { peer_completed_address_validation: true, ..CLIENT_START };
    let outcome = fixture.recovery.on_ack(Handshake, ranges(), Duration::ZERO, at(1010), &validated).unwrap();
    assert!(outcome.largest_newly_acked.is_some());
    assert_eq!(fixture.recovery.pto_count(), 0);
}

#[test]
fn a_server_at_its_limit_arms_no_timer() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    let context = TimerContext {
        at_anti_amplification_limit: true,
        peer_completed_address_validation: true,
        ..CLIENT_START
    };
    fixture.send(Initial, 1200, at(0));
    fixture.recovery.set_loss_timer(at(0), &context);
    assert_eq!(fixture.recovery.loss_expiry(), Timestamp::NEVER);
    let unblocked = TimerContext { at_anti_amplification_limit: false, ..context };
    fixture.recovery.set_loss_timer(at(5000), &unblocked);
    assert_eq!(fixture.recovery.loss_expiry(), at(999), "it may be in the past");
    assert_eq!(fixture.recovery.on_loss_expiry(at(5000), &unblocked).probe, Some(Initial));
}

#[test]
fn discarding_keys_resets_the_back_off() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    fixture.send(Initial, 1200, at(0));
    fixture.recovery.set_loss_timer(at(0), &CLIENT_START);
    assert_eq!(fixture.recovery.on_loss_expiry(at(999), &CLIENT_START).probe, Some(Initial));
    let records = fixture.recovery.discard_space(Initial);
    fixture.recovery.free_records(records);
    assert_eq!(fixture.recovery.pto_count(), 0);
    fixture.recovery.set_loss_timer(at(999), &CONFIRMED);
    assert_eq!(fixture.recovery.loss_expiry(), Timestamp::NEVER);
}

/// Contract §10: 1200 bytes of a window of 12000 take 80 us before the first sample.
#[test]
fn pacing_before_the_first_sample() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    assert!(fixture.recovery.pacing_allows(at(0)));
    assert_eq!(fixture.recovery.pacing_expiry(), Timestamp::NEVER);
    fixture.send(Initial, 1200, at(0));
    fixture.recovery.update_pacing(at(0));
    assert_eq!(fixture.recovery.pacing_expiry(), Timestamp(80_000));
    assert!(!fixture.recovery.pacing_allows(Timestamp(79_999)));
    assert!(fixture.recovery.pacing_allows(Timestamp(80_000)));
    fixture.recovery.expire_pacing(Timestamp(80_000));
    assert_eq!(fixture.recovery.pacing_expiry(), Timestamp::NEVER);
}

/// Contract's p_stream: five packets of 1200 bytes, window 13200, round trip 20 ms: 7.273 ms.
#[test]
fn pacing_spreads_the_window_over_the_round_trip() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    fixture.send(Application, 1200, at(0));
    let outcome = fixture.ack(Application, &[(0, 0)], at(20));
    assert!(outcome.rtt_updated);
    assert_eq!(fixture.recovery.window(), 13_200);
    fixture.recovery.update_pacing(at(20));
    fixture.recovery.expire_pacing(fixture.recovery.pacing_expiry());
    for _ in 0..5 {
        fixture.send(Application, 1200, at(30));
    }
    fixture.recovery.update_pacing(at(30));
    assert_eq!(fixture.recovery.pacing_expiry().since(at(30)).0, 7_272_727);
}

/// Measured: time that a late caller lost shortens later waits, by half at most.
#[test]
fn pacing_makes_up_for_late_timers() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    fixture.send(Application, 1200, at(0));
    let outcome = fixture.ack(Application, &[(0, 0)], at(20));
    assert!(outcome.rtt_updated);
    let mut now = at(20);
    let mut wait = |late: u64| {
        now = fixture.recovery.pacing_expiry().min(now + ms(1000)).max(now) + Duration(late);
        fixture.recovery.expire_pacing(now);
        fixture.send(Application, 1200, now);
        fixture.recovery.update_pacing(now);
        fixture.recovery.pacing_expiry().since(now).0
    };
    // The first wait covers what was written before.
    wait(0);
    let interval = wait(0);
    assert_eq!(wait(200_000), interval - 200_000);
    assert_eq!(wait(0), interval);
    let half = interval / 2;
    assert_eq!([wait(2 * half), wait(0), wait(0)], [interval - half, interval - half, interval]);
    // A pause of a minute is not made up for at length.
    let waits: Vec<_> = core::iter::once(wait(60_000_000_000)).chain((0..60).map(|_| wait(0))).collect();
    let made_up: u64 = waits.iter().map(|wait| interval - wait).sum();
    assert!(made_up <= ms(20).0, "{made_up}");
}

#[test]
fn an_update_without_a_write_changes_nothing() {
    let mut fixture = Fixture::new(Algorithm::Cubic);
    fixture.recovery.update_pacing(at(0));
    assert_eq!(fixture.recovery.pacing_expiry(), Timestamp::NEVER);
    fixture.send(Initial, 1200, at(0));
    fixture.recovery.update_pacing(at(0));
    fixture.recovery.update_pacing(at(1));
    assert_eq!(fixture.recovery.pacing_expiry(), Timestamp(80_000));
}

/// RFC 9002 §7.7: else a receiver that acknowledges all the time never gets to send the credit that its peer waits for.
#[test]
fn acknowledgements_alone_are_not_paced() {
    let mut fixture = Fixture::new(Algorithm::Reno);
    fixture.send_ack_only(Application, at(0));
    fixture.recovery.update_pacing(at(0));
    assert!(fixture.recovery.pacing_allows(at(0)));
    fixture.send(Application, 1200, at(0));
    fixture.send_ack_only(Application, at(0));
    fixture.recovery.update_pacing(at(0));
    assert_eq!(fixture.recovery.pacing_expiry(), Timestamp(80_000));
}
