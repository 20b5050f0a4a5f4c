//! The controllers against the figures of their RFCs.

use super::*;
use crate::mem::testing::TestHeap;

const SIZE: u64 = 1200;

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn at(milliseconds: u64) -> Timestamp {
    Timestamp(milliseconds * 1_000_000)
}

fn sample(bytes: u64, sent: Timestamp, now: Timestamp) -> AckedSample {
    let rtt = now.since(sent);
    AckedSample { bytes, newest_sent: sent, measured_rtt: Some(rtt), smoothed_rtt: rtt, now }
}

fn controller(algorithm: Algorithm, max_datagram_size: u64) -> Congestion {
    let heap = TestHeap::new();
    Congestion::new(heap.mem(), algorithm, max_datagram_size).unwrap()
}

const BOTH: [Algorithm; 2] = [Algorithm::Reno, Algorithm::Cubic];

/// RFC 9002 §7.2.
#[test]
fn initial_windows() {
    for (size, window) in [(1200, 12_000), (1444, 14_440), (1472, 14_720), (1500, 14_720), (9000, 18_000)] {
        assert_eq!(controller(Algorithm::Cubic, size).window(), window);
    }
}

#[test]
fn slow_start_grows_by_what_is_acknowledged() {
    for algorithm in BOTH {
        let mut congestion = controller(algorithm, SIZE);
        assert!(congestion.in_slow_start());
        congestion.on_ack(&sample(12_000, at(0), at(50)));
        assert_eq!(congestion.window(), 24_000);
        assert_eq!(congestion.slow_start_threshold(), u64::MAX);
    }
}

#[test]
fn reductions_follow_the_factor_and_stop_at_the_minimum() {
    for (algorithm, window) in [(Algorithm::Reno, 6000), (Algorithm::Cubic, 8400)] {
        let mut congestion = controller(algorithm, SIZE);
        assert!(congestion.on_congestion_event(at(0), at(10)));
        assert_eq!((congestion.window(), congestion.slow_start_threshold()), (window, window));
        assert!(congestion.in_recovery(at(10)) && !congestion.in_recovery(at(11)));
        assert!(!congestion.on_congestion_event(at(10), at(12)));
        for n in 0..20 {
            assert!(congestion.on_congestion_event(at(20 + n), at(20 + n)));
        }
        assert_eq!(congestion.window(), 2 * SIZE);
    }
}

#[test]
fn reno_adds_a_datagram_per_window() {
    let mut congestion = controller(Algorithm::Reno, SIZE);
    congestion.on_congestion_event(at(0), at(10));
    let mut windows = std::vec::Vec::new();
    for n in 0..5 {
        congestion.on_ack(&sample(SIZE, at(20), at(60 + n)));
        windows.push(congestion.window());
    }
    // The window grows meanwhile, so five datagrams are not quite one window.
    assert_eq!(windows, [6240, 6470, 6693, 6908, 7116]);
}

/// Where losses keep the window at a few datagrams, part of a datagram counts: growth before a loss is not lost with it.
#[test]
fn reno_keeps_growth_that_is_less_than_a_datagram() {
    let mut congestion = controller(Algorithm::Reno, SIZE);
    congestion.on_congestion_event(at(0), at(10));
    for n in 0..4 {
        congestion.on_ack(&sample(SIZE, at(20), at(60 + n)));
    }
    congestion.on_congestion_event(at(70), at(80));
    assert_eq!(congestion.window(), 6908 / 2);
}

#[test]
fn persistent_congestion_leaves_the_minimum() {
    for algorithm in BOTH {
        let mut congestion = controller(algorithm, SIZE);
        congestion.on_congestion_event(at(0), at(10));
        congestion.on_persistent_congestion();
        assert_eq!(congestion.window(), 2 * SIZE);
        assert!(congestion.in_slow_start() && !congestion.in_recovery(at(0)));
        congestion.on_spurious_congestion();
        assert_eq!(congestion.window(), 2 * SIZE, "not to be undone");
    }
}

#[test]
fn spurious_events_are_undone_once() {
    for algorithm in BOTH {
        let mut congestion = controller(algorithm, SIZE);
        congestion.on_ack(&sample(24_000, at(0), at(50)));
        congestion.on_congestion_event(at(20), at(60));
        congestion.on_spurious_congestion();
        assert_eq!((congestion.window(), congestion.slow_start_threshold()), (36_000, u64::MAX));
        assert!(!congestion.in_recovery(at(20)));
        congestion.on_congestion_event(at(61), at(62));
        let reduced = congestion.window();
        congestion.on_congestion_event(at(63), at(64));
        congestion.on_spurious_congestion();
        assert_eq!(congestion.window(), reduced);
    }
}

#[test]
fn datagram_size_moves_only_the_minimum() {
    let mut congestion = controller(Algorithm::Cubic, SIZE);
    congestion.on_max_datagram_size(1444);
    assert_eq!(congestion.window(), 12_000);
    congestion.on_max_datagram_size(9000);
    assert_eq!(congestion.window(), 18_000);
}

#[test]
fn windows_and_times_do_not_overflow() {
    for algorithm in BOTH {
        let mut congestion = controller(algorithm, 65_527);
        for _ in 0..200 {
            congestion.on_ack(&sample(u64::MAX / 4, at(0), Timestamp(u64::MAX - 1)));
        }
        assert!(congestion.window() <= 1 << 46);
        assert!(congestion.on_congestion_event(Timestamp(u64::MAX - 1), Timestamp::NEVER));
        congestion.on_ack(&sample(1 << 45, Timestamp::NEVER, Timestamp::NEVER));
        assert!(congestion.window() <= 1 << 46);
        assert!(congestion.pacing_interval(u64::MAX, Duration::MAX) > Duration::ZERO);
    }
}

/// Drives congestion avoidance for one round trip after another; the window at the end of each.
fn rounds(congestion: &mut Congestion, from: u64, rtt: u64, count: u64) -> std::vec::Vec<u64> {
    let mut windows = std::vec::Vec::new();
    for round in 0..count {
        let sent = from + round * rtt;
        let mut left = congestion.window();
        let pieces = (left / SIZE).max(1);
        for piece in 0..pieces {
            let bytes = if piece + 1 == pieces { left } else { SIZE };
            left -= bytes;
            let now = Timestamp(at(sent + rtt).0 + piece * ms(rtt).0 / pieces);
            congestion.on_ack(&sample(bytes, now - ms(rtt), now));
        }
        windows.push(congestion.window());
    }
    windows
}

extern crate std;

/// RFC 9438 §4.2, §4.4, §4.5: concave up to W_max at K, then convex.
#[test]
fn cubic_returns_to_its_plateau_at_k_and_then_probes() {
    let mut congestion = controller(Algorithm::Cubic, SIZE);
    // 400 segments: far above the Reno-friendly region at this round trip.
    congestion.on_ack(&sample(400 * SIZE - 12_000, at(0), at(100)));
    congestion.on_congestion_event(at(50), at(150));
    assert_eq!(congestion.window(), 280 * SIZE);
    // K = cbrt(120 / 0.4) s = 6.69 s: 67 round trips of 100 ms.
    let windows = rounds(&mut congestion, 160, 100, 110);
    let plateau = 400 * SIZE;
    let at_k = windows[66] as f64 / plateau as f64;
    assert!((0.98..=1.01).contains(&at_k), "{at_k}");
    assert!(windows[40] > 370 * SIZE && windows[40] < plateau, "{}", windows[40] / SIZE);
    let (early, middle, late) =
        (windows[5] - windows[0], windows[66] - windows[61], windows[109] - windows[104]);
    assert!(early > 4 * middle && late > 4 * middle, "{early} {middle} {late}");
    assert!(windows.is_sorted());
}

/// RFC 9438 §4.3: on a short path the Reno-friendly estimate leads: 3 * 0.3 / 1.7 segments per round trip.
#[test]
fn cubic_is_no_slower_than_reno_on_short_paths() {
    let mut congestion = controller(Algorithm::Cubic, SIZE);
    congestion.on_ack(&sample(8000, at(0), at(10)));
    congestion.on_congestion_event(at(5), at(15));
    let start = congestion.window();
    let windows = rounds(&mut congestion, 20, 10, 10);
    let growth = (windows[9] - start) as f64 / SIZE as f64;
    let reno = 10.0 * 3.0 * 0.3 / 1.7;
    assert!((reno * 0.9..reno * 1.2).contains(&growth), "{growth} {reno}");
}

/// RFC 9438 §4.7.
#[test]
fn fast_convergence_lowers_the_plateau() {
    let plateau_after_second_loss = |grow: u64| {
        let mut congestion = controller(Algorithm::Cubic, SIZE);
        congestion.on_ack(&sample(400 * SIZE - 12_000, at(0), at(100)));
        congestion.on_congestion_event(at(50), at(150));
        congestion.on_ack(&sample(0, at(151), at(200)));
        congestion.window.grow(grow);
        congestion.on_congestion_event(at(250), at(300));
        let windows = rounds(&mut congestion, 310, 100, 100);
        // The plateau is where growth is slowest.
        let slowest = windows.windows(2).min_by_key(|pair| pair[1] - pair[0]).unwrap();
        slowest[0] / SIZE
    };
    // 280 segments at the second loss: W_max = 280 * 0.85 = 238. Above 400 it is the window itself.
    assert!(plateau_after_second_loss(0).abs_diff(238) <= 3);
    assert!(plateau_after_second_loss(130 * SIZE).abs_diff(410) <= 3);
}

/// RFC 9438 §5.8: time in which the window was not the limit does not count on the curve.
#[test]
fn cubic_stands_still_while_the_application_is_the_limit() {
    let mut congestion = controller(Algorithm::Cubic, SIZE);
    congestion.on_ack(&sample(400 * SIZE - 12_000, at(0), at(100)));
    congestion.on_congestion_event(at(50), at(150));
    let before = *rounds(&mut congestion, 160, 100, 5).last().unwrap();
    for second in 1..60 {
        congestion.on_ack(&sample(0, at(second * 1000), at(second * 1000 + 100)));
    }
    assert_eq!(congestion.window(), before);
    let after = rounds(&mut congestion, 59_200, 100, 1)[0];
    assert!(after - before < 20 * SIZE, "{}", (after - before) / SIZE);
}

/// One round of slow start with `samples` acknowledgements at the given round-trip time.
fn slow_start_round(congestion: &mut Congestion, start: u64, rtt: u64, samples: u64) {
    for n in 0..samples {
        let now = Timestamp(at(start + rtt).0 + n * 1000);
        congestion.on_ack(&sample(SIZE, now - ms(rtt), now));
    }
}

/// RFC 9406 §4.2: a round with its minimum an eighth above the last one's enters conservative slow start, which after
/// five rounds becomes congestion avoidance.
#[test]
fn hystart_leaves_slow_start_when_the_delay_rises() {
    for algorithm in BOTH {
        let mut congestion = controller(algorithm, SIZE);
        slow_start_round(&mut congestion, 0, 100, 10);
        slow_start_round(&mut congestion, 200, 100, 10);
        let before = congestion.window();
        slow_start_round(&mut congestion, 400, 113, 8);
        // Seven acknowledgements at full growth; the eighth gives the estimate and counts a quarter.
        assert_eq!(congestion.window() - before, 7 * SIZE + SIZE / 4);
        for round in 1..=5 {
            assert!(congestion.in_slow_start());
            slow_start_round(&mut congestion, 400 + round * 200, 113, 8);
        }
        assert!(!congestion.in_slow_start());
        assert!(congestion.slow_start_threshold() != u64::MAX);
    }
}

#[test]
fn hystart_resumes_slow_start_after_jitter() {
    let mut congestion = controller(Algorithm::Cubic, SIZE);
    slow_start_round(&mut congestion, 0, 100, 10);
    slow_start_round(&mut congestion, 200, 100, 10);
    slow_start_round(&mut congestion, 400, 120, 10);
    slow_start_round(&mut congestion, 600, 100, 10);
    let before = congestion.window();
    slow_start_round(&mut congestion, 800, 100, 10);
    assert_eq!(congestion.window() - before, 10 * SIZE);
    assert!(congestion.in_slow_start());
}

#[test]
fn hystart_needs_eight_samples_and_four_milliseconds() {
    let mut congestion = controller(Algorithm::Cubic, SIZE);
    slow_start_round(&mut congestion, 0, 10, 10);
    slow_start_round(&mut congestion, 100, 13, 10);
    slow_start_round(&mut congestion, 200, 30, 7);
    let before = congestion.window();
    slow_start_round(&mut congestion, 300, 30, 1);
    assert_eq!(congestion.window() - before, SIZE);
}
