//! A sender with endless data over a link with rate, delay, queue and loss: the window grows, recovers and fills it.

use super::*;
use std::collections::VecDeque;

use Space::Application;

const SIZE: u64 = 1200;

struct Link {
    bits_per_second: u64,
    round_trip: Duration,
    queue_packets: usize,
    /// One packet in so many is lost at random; 0 for none.
    loss_one_in: u64,
}

struct Report {
    bits_per_second: u64,
    lost: u64,
    sent: u64,
    window: u64,
    spurious: u64,
}

/// Runs for `seconds`; the receiver acknowledges every second packet, and at once when it sees a gap.
fn run(algorithm: Algorithm, link: &Link, seconds: u64) -> Report {
    let mut fixture = Fixture::new(algorithm);
    let serialize = Duration(SIZE * 8 * 1_000_000_000 / link.bits_per_second);
    let mut now = at(0);
    let mut link_free = at(0);
    let mut arrivals: VecDeque<(Timestamp, u64)> = VecDeque::new();
    let mut acks: VecDeque<(Timestamp, Vec<(u64, u64)>)> = VecDeque::new();
    let mut received = ReceivedPackets::new();
    let policy = AckPolicy { threshold: 2, delay: Duration::from_millis(2) };
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let (mut delivered, mut spurious) = (0_u64, 0_u64);

    while now < at(seconds * 1000) {
        fixture.recovery.expire_pacing(now);
        while fixture.recovery.window_left() > 0 && fixture.recovery.pacing_allows(now) {
            let number = fixture.send(Application, SIZE as u16, now);
            fixture.recovery.update_pacing(now);
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let lost = link.loss_one_in != 0 && random % link.loss_one_in == 0;
            let waiting = link_free.since(now).0 / serialize.0.max(1);
            if waiting as usize >= link.queue_packets {
                continue;
            }
            link_free = link_free.max(now) + serialize;
            if !lost {
                arrivals.push_back((link_free + link.round_trip / 2, number));
            }
        }
        fixture.recovery.set_loss_timer(now, &CONFIRMED);

        let arrival = arrivals.front().map_or(Timestamp::NEVER, |arrival| arrival.0);
        let ack = acks.front().map_or(Timestamp::NEVER, |ack| ack.0);
        let timers = fixture.recovery.loss_expiry().min(fixture.recovery.pacing_expiry());
        now = arrival.min(ack).min(timers).min(received.ack_expiry()).max(now);
        assert!(now.is_set(), "the sender is stuck");

        while let Some(&(_, number)) = arrivals.front().filter(|arrival| arrival.0 <= now) {
            arrivals.pop_front();
            delivered += SIZE;
            received.on_received(PacketNumber(number), true, EcnCodepoint::NotEct, now, &policy);
        }
        if received.ack_due(now) {
            received.on_ack_sent();
            let ranges = received.ranges().map(|(smallest, largest)| (smallest.0, largest.0)).collect();
            acks.push_back((now + link.round_trip / 2, ranges));
        }
        while let Some((_, ranges)) = acks.front().filter(|ack| ack.0 <= now).cloned() {
            acks.pop_front();
            let outcome = fixture.ack(Application, &ranges, now);
            spurious += u64::from(outcome.spurious_losses);
            fixture.recovery.free_records(outcome.acked);
            fixture.recovery.free_records(outcome.loss.records);
        }
        let timeout = fixture.recovery.on_loss_expiry(now, &CONFIRMED);
        fixture.recovery.free_records(timeout.loss.records);
        if timeout.probe.is_some() {
            let number = fixture.send(Application, SIZE as u16, now);
            link_free = link_free.max(now) + serialize;
            arrivals.push_back((link_free + link.round_trip / 2, number));
        }
    }
    let counters = *fixture.recovery.counters();
    Report {
        bits_per_second: delivered * 8 / seconds,
        lost: counters.packets_lost,
        sent: counters.packets_sent,
        window: fixture.recovery.window(),
        spurious,
    }
}

impl Report {
    fn show(&self, name: &str) {
        let Self { bits_per_second, lost, sent, window, spurious } = self;
        std::println!(
            "{name}: {bits_per_second} bit/s, {lost} of {sent} lost, window {window}, spurious {spurious}"
        );
    }
}

#[test]
fn a_clean_link_is_filled() {
    for algorithm in [Algorithm::Reno, Algorithm::Cubic] {
        let link =
            Link { bits_per_second: 10_000_000, round_trip: ms(30), queue_packets: 25, loss_one_in: 0 };
        let report = run(algorithm, &link, 20);
        report.show("10 Mbit/s, 30 ms, 25 packets");
        assert!(report.bits_per_second > 9_200_000, "{}", report.bits_per_second);
        assert!(report.lost * 50 < report.sent);
        assert_eq!(report.spurious, 0);
    }
}

#[test]
fn a_long_fat_link_is_filled() {
    let link =
        Link { bits_per_second: 100_000_000, round_trip: ms(100), queue_packets: 1000, loss_one_in: 0 };
    let report = run(Algorithm::Cubic, &link, 30);
    report.show("100 Mbit/s, 100 ms, 1000 packets, cubic");
    assert!(report.bits_per_second > 88_000_000, "{}", report.bits_per_second);
}

/// Mathis et al.: the rate of Reno under random loss p is about 1.22 * size / (RTT * sqrt(p)).
#[test]
fn random_loss_gives_the_rate_of_theory() {
    let link =
        Link { bits_per_second: 100_000_000, round_trip: ms(40), queue_packets: 400, loss_one_in: 100 };
    let theory = 1.22 * SIZE as f64 * 8.0 / (0.040 * 0.1);
    let reno = run(Algorithm::Reno, &link, 60);
    reno.show("1 % loss, reno");
    let cubic = run(Algorithm::Cubic, &link, 60);
    cubic.show("1 % loss, cubic");
    let ratio = reno.bits_per_second as f64 / theory;
    assert!((0.7..1.4).contains(&ratio), "{ratio}");
    assert!(cubic.bits_per_second >= reno.bits_per_second * 9 / 10, "CUBIC is Reno-friendly");
}
