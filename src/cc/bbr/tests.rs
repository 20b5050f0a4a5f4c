//! The state machine and the control parameters, driven by samples of round trips.

use super::*;
use crate::cc::Flight;
use proptest::prelude::*;
extern crate std;

const SIZE: u64 = 1200;

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn megabits(megabits: u64) -> Bandwidth {
    Bandwidth::of(megabits * 125_000, Duration::from_millis(1_000)).unwrap()
}

/// A controller and the path's counts; each ACK frame it is given ends a round trip of 40 ms.
struct Driver {
    bbr: Bbr,
    window: Window,
    now: Timestamp,
    delivered: u64,
    lost: u64,
}

impl Driver {
    fn new() -> Self {
        let window = Window::new(SIZE);
        Self { bbr: Bbr::new(&window), window, now: Timestamp(1_000_000_000), delivered: 0, lost: 0 }
    }

    fn sample(&mut self, rate: Bandwidth, round_trip: Duration) -> RateSample {
        let newly_acked = rate.bytes_in(ms(40));
        let prior_delivered = self.delivered;
        self.now = self.now + ms(40);
        self.delivered += newly_acked;
        RateSample {
            now: self.now,
            newest_sent: self.now - round_trip,
            flight: Flight { bytes: newly_acked, lost: 0, app_limited: false },
            delivery_rate: Some(rate),
            delivered: newly_acked,
            prior_delivered,
            total_delivered: self.delivered,
            total_lost: self.lost,
            newly_acked,
            bytes_in_flight: newly_acked,
            window_limited: false,
            round_trip: Some(round_trip),
            smoothed_rtt: round_trip,
        }
    }

    fn apply(&mut self, sample: &RateSample) -> State {
        self.bbr.on_rate_sample(&mut self.window, sample);
        self.bbr.state()
    }

    fn round(&mut self, rate: Bandwidth) -> State {
        let mut sample = self.sample(rate, ms(40));
        if self.bbr.state() == State::ProbeRtt {
            sample.bytes_in_flight /= 2;
        }
        self.apply(&sample)
    }

    /// Loses `runs` packets that do not follow each other, of the flight given.
    fn lose(&mut self, runs: u64, flight: u64) {
        for run in 1..=runs {
            self.lost += SIZE;
            let flight = Flight { bytes: flight, lost: run * SIZE, app_limited: false };
            let sample = LossSample {
                now: self.now,
                size: SIZE,
                flight,
                total_delivered: self.delivered,
                follows_lost: false,
            };
            self.bbr.on_packet_lost(&self.window, &sample);
        }
    }

    /// Through Startup and Drain on a path of 100 Mbit/s.
    fn cruising() -> Self {
        let mut driver = Self::new();
        for rate in [1, 3, 8, 20, 50, 100, 100, 100, 100] {
            assert_eq!(driver.bbr.state(), State::Startup, "{rate}");
            driver.round(megabits(rate));
        }
        while driver.bbr.state() != State::ProbeBwCruise {
            driver.round(megabits(100));
        }
        driver
    }

    fn until(&mut self, state: State) {
        for _ in 0..200 {
            if self.round(megabits(100)) == state {
                return;
            }
        }
        panic!("{state:?} does not come");
    }
}

/// §5.3.1, §5.3.2: exponential growth, a plateau of three round trips, a drained queue.
#[test]
fn startup_ends_on_a_plateau_and_drain_with_the_queue() {
    let mut driver = Driver::new();
    for rate in [10, 20, 40, 80, 100, 100, 100] {
        assert_eq!(driver.round(megabits(rate)), State::Startup);
    }
    assert!(driver.bbr.pacing_rate() >= megabits(270));
    let mut sample = driver.sample(megabits(100), ms(40));
    sample.bytes_in_flight *= 2;
    assert_eq!(driver.apply(&sample), State::Drain);
    assert!((megabits(49)..megabits(50)).contains(&driver.bbr.pacing_rate()));
    let mut sample = driver.sample(megabits(100), ms(40));
    sample.bytes_in_flight += 2 * SIZE;
    assert_eq!(driver.apply(&sample), State::Drain);
    assert_eq!(driver.round(megabits(100)), State::ProbeBwCruise, "at once: little is in flight");
    assert!((megabits(98)..megabits(100)).contains(&driver.bbr.pacing_rate()));
}

#[test]
fn drain_does_not_wait_for_ever() {
    let mut driver = Driver::new();
    let states = core::array::from_fn::<_, 8, _>(|_| {
        let mut sample = driver.sample(megabits(100), ms(40));
        sample.bytes_in_flight *= 2;
        driver.apply(&sample)
    });
    let (startup, drain) = (State::Startup, State::Drain);
    assert_eq!(states[..7], [startup, startup, startup, drain, drain, drain, drain]);
    assert_eq!(states[7], State::ProbeBwDown);
}

#[test]
fn app_limited_rounds_do_not_end_startup() {
    let mut driver = Driver::new();
    for _ in 0..20 {
        let mut sample = driver.sample(megabits(5), ms(40));
        sample.flight.app_limited = true;
        assert_eq!(driver.apply(&sample), State::Startup);
    }
    assert_eq!(driver.bbr.max_bandwidth.best(), megabits(5));
    let mut sample = driver.sample(megabits(4), ms(40));
    sample.flight.app_limited = true;
    driver.apply(&sample);
    assert!(driver.bbr.pacing_rate() >= megabits(13), "the pace does not fall for want of data");
}

/// §5.3.1.3: six runs of losses and more than 2 % of a flight, over a round trip.
#[test]
fn startup_ends_on_losses() {
    for (runs, flight, ends) in [(6, 100, true), (5, 100, false), (6, 400, false)] {
        let mut driver = Driver::new();
        for rate in [10, 20, 40] {
            driver.round(megabits(rate));
        }
        driver.bbr.on_congestion_event(&driver.window);
        driver.lose(runs, flight * SIZE);
        // The queue is long: these are losses of congestion.
        let mut sample = driver.sample(megabits(80), ms(60));
        sample.flight = Flight { bytes: flight * SIZE, lost: runs * SIZE, app_limited: false };
        assert_eq!(driver.apply(&sample) != State::Startup, ends, "{runs} {flight}");
        assert_eq!(driver.bbr.bounds.long_term().is_some(), ends);
        if ends {
            driver.bbr.on_spurious_congestion(&mut driver.window);
            assert_eq!(driver.bbr.state(), State::Startup);
            assert_eq!(driver.bbr.bounds.long_term(), None);
        }
    }
}

#[test]
fn startup_ends_on_marks() {
    let mut driver = Driver::new();
    for rate in [10, 20, 40] {
        driver.round(megabits(rate));
    }
    driver.bbr.on_congestion_experienced(&driver.window, driver.now);
    driver.round(megabits(80));
    assert_ne!(driver.bbr.state(), State::Startup);
    assert!(driver.bbr.bounds.long_term().is_some());
}

/// §5.3.3: the cycle's order, its gains, and its time of 2 to 3 s or 63 round trips.
#[test]
fn the_cycle_probes_every_two_seconds() {
    let mut driver = Driver::cruising();
    let began = driver.now;
    driver.until(State::ProbeBwRefill);
    let waited = driver.now.since(began);
    assert!((ms(1900)..ms(3100)).contains(&waited), "{waited:?}");
    assert_eq!(driver.round(megabits(100)), State::ProbeBwUp);
    assert!((megabits(122)..megabits(125)).contains(&driver.bbr.pacing_rate()));
    driver.round(megabits(100));
    driver.round(megabits(100));
    let mut sample = driver.sample(megabits(100), ms(50));
    sample.bytes_in_flight *= 2;
    assert_eq!(driver.apply(&sample), State::ProbeBwDown, "three round trips without growth");
    assert!((megabits(88)..megabits(90)).contains(&driver.bbr.pacing_rate()));
    assert_eq!(driver.round(megabits(100)), State::ProbeBwCruise, "the queue is gone");
}

#[test]
fn a_probe_finds_new_bandwidth() {
    let mut driver = Driver::cruising();
    driver.until(State::ProbeBwUp);
    let mut rate = megabits(100);
    for _ in 0..6 {
        rate = rate.percent(125);
        assert_eq!(driver.round(rate), State::ProbeBwUp);
    }
    assert!(driver.bbr.bandwidth >= megabits(370));
}

/// §5.5.10.2: losses while probing set the long-term bound, which the next probe approaches with care.
#[test]
fn a_probe_that_loses_too_much_sets_the_long_term_bound() {
    let mut driver = Driver::cruising();
    driver.until(State::ProbeBwUp);
    driver.round(megabits(100));
    driver.bbr.on_congestion_event(&driver.window);
    driver.lose(20, 400 * SIZE);
    assert_eq!(driver.bbr.state(), State::ProbeBwDown);
    let bound = driver.bbr.bounds.long_term().unwrap();
    assert!((395 * SIZE..=400 * SIZE).contains(&bound), "{}", bound / SIZE);

    let mut undone = Driver { bbr: driver.bbr, window: driver.window, ..driver };
    undone.bbr.on_spurious_congestion(&mut undone.window);
    assert_eq!(undone.bbr.state(), State::ProbeBwRefill);
    assert_eq!(undone.bbr.bounds.long_term(), None);
}

#[test]
fn the_next_probe_stops_at_the_bound_and_another_follows_when_it_did_no_harm() {
    let mut driver = Driver::cruising();
    driver.until(State::ProbeBwUp);
    driver.lose(20, 400 * SIZE);
    driver.until(State::ProbeBwUp);
    let mut sample = driver.sample(megabits(100), ms(40));
    sample.bytes_in_flight *= 2;
    assert_eq!(driver.apply(&sample), State::ProbeBwDown);
    driver.round(megabits(100));
    assert_eq!(driver.bbr.state(), State::ProbeBwRefill, "the careful probe was safe");
    assert_eq!(driver.round(megabits(100)), State::ProbeBwUp);
    let mut sample = driver.sample(megabits(100), ms(40));
    sample.bytes_in_flight *= 2;
    assert_eq!(driver.apply(&sample), State::ProbeBwUp, "this one is in full");
}

/// §5.5.10.3, §5.3.3.3.
#[test]
fn losses_of_cruising_hold_until_the_next_probe() {
    let mut driver = Driver::cruising();
    driver.lose(5, 400 * SIZE);
    let mut sample = driver.sample(megabits(90), ms(60));
    sample.flight.lost = 5 * SIZE;
    driver.apply(&sample);
    let reduced = driver.bbr.bandwidth;
    assert!(reduced < megabits(101) && driver.bbr.bounds != Bounds::default());
    driver.lose(5, 400 * SIZE);
    let mut sample = driver.sample(megabits(80), ms(60));
    sample.flight.lost = 5 * SIZE;
    driver.apply(&sample);
    assert_eq!(driver.bbr.bandwidth, megabits(90), "the best of the round trip");
    driver.until(State::ProbeBwRefill);
    assert_eq!(driver.bbr.bounds, Bounds::default());
}

/// A path that loses 2 % with an empty queue is sent the more for it; the same losses with a queue are congestion.
#[test]
fn losses_without_a_queue_become_the_paths_own() {
    let mut driver = Driver::cruising();
    let round = |driver: &mut Driver, round_trip| {
        driver.lose(8, 416 * SIZE);
        let mut sample = driver.sample(megabits(98), round_trip);
        sample.flight.lost = 8 * SIZE;
        driver.apply(&sample);
    };
    while driver.bbr.state() != State::ProbeBwRefill {
        round(&mut driver, ms(40));
    }
    while driver.bbr.state() != State::ProbeBwCruise {
        round(&mut driver, ms(40));
        assert_eq!(driver.bbr.bounds.long_term(), None);
    }
    for _ in 0..5 {
        round(&mut driver, ms(40));
    }
    assert_eq!(driver.bbr.bounds, Bounds::default());
    assert!(driver.bbr.pacing_rate() > megabits(98).percent(PACED_PERCENT));

    let mut driver = Driver::cruising();
    for _ in 0..40 {
        round(&mut driver, ms(60));
    }
    assert_ne!(driver.bbr.bounds, Bounds::default());
    assert!(driver.bbr.pacing_rate() <= megabits(98));
}

/// §5.3.4: half the product for 200 ms and a round trip, once in five seconds.
#[test]
fn the_round_trip_is_probed() {
    let mut driver = Driver::cruising();
    let round_trip_found = Timestamp(1_040_000_000);
    driver.until(State::ProbeRtt);
    assert!((ms(5000)..ms(5100)).contains(&driver.now.since(round_trip_found)));
    assert!(driver.bbr.is_probing_round_trip());
    let product = megabits(100).bytes_in(ms(40));
    assert_eq!(driver.window.bytes, product / 2);
    let began = driver.now;
    while driver.bbr.state() == State::ProbeRtt {
        let mut sample = driver.sample(megabits(50), ms(40));
        sample.bytes_in_flight = product / 2;
        sample.flight.app_limited = true;
        driver.apply(&sample);
    }
    assert_eq!(driver.bbr.state(), State::ProbeBwCruise);
    assert!((ms(240)..ms(330)).contains(&driver.now.since(began)));
    assert!(driver.window.bytes > product, "the window is back");
    assert_eq!(driver.bbr.bandwidth, megabits(100));
}

/// Round trips of 600 ms: Startup takes longer than the five seconds after which the minimum is stale.
#[test]
fn startup_is_not_interrupted_to_see_the_round_trip() {
    let mut driver = Driver::new();
    for round in 0..12 {
        driver.now = driver.now + ms(560);
        let rate = megabits(1 << round);
        let minimum = if round == 0 { 600 } else { 601 };
        let sample = driver.sample(rate, ms(minimum));
        assert_eq!(driver.apply(&sample), State::Startup, "round trip {round}");
    }
}

#[test]
fn an_idle_time_serves_as_a_probe() {
    let mut driver = Driver::cruising();
    driver.now = driver.now + ms(20_000);
    driver.bbr.on_restart_from_idle(&mut driver.window, driver.now);
    assert!((megabits(98)..megabits(100)).contains(&driver.bbr.pacing_rate()));
    assert_ne!(driver.round(megabits(10)), State::ProbeRtt);
    assert!(!driver.bbr.idle_restart);
    assert_ne!(driver.round(megabits(10)), State::ProbeRtt);
}

#[test]
fn a_probe_that_falls_idle_ends_with_it() {
    let mut driver = Driver::cruising();
    driver.until(State::ProbeRtt);
    let mut sample = driver.sample(megabits(50), ms(40));
    sample.bytes_in_flight = 0;
    driver.apply(&sample);
    driver.now = driver.now + ms(1000);
    driver.bbr.on_restart_from_idle(&mut driver.window, driver.now);
    assert_eq!(driver.bbr.state(), State::ProbeBwCruise);
}

#[test]
fn persistent_congestion_leaves_the_minimum() {
    let mut driver = Driver::cruising();
    driver.bbr.on_persistent_congestion(&mut driver.window);
    assert_eq!(driver.window.bytes, 2 * SIZE);
    let mut sample = driver.sample(megabits(1), ms(40));
    sample.newly_acked = 2 * SIZE;
    driver.apply(&sample);
    assert_eq!(driver.window.bytes, 4 * SIZE);
}

/// §5.6.3.
#[test]
fn the_send_quantum_is_a_millisecond() {
    let mut bbr = Bbr::new(&Window::new(SIZE));
    for (rate, quantum) in [(1, 2 * SIZE), (100, 12_500), (10_000, 65_536)] {
        bbr.pacing_rate = megabits(rate);
        assert_eq!(bbr.send_quantum(SIZE), quantum);
    }
}

#[derive(Clone, Debug)]
enum Event {
    Sample(Box<RateSample>),
    Lost(LossSample),
    Marked,
    Episode,
    Spurious,
    Persistent,
    Restart,
    Size(u64),
}

use std::boxed::Box;

/// Sizes of each order of magnitude, the extremes with them.
fn magnitude() -> impl Strategy<Value = u64> {
    prop_oneof![8 => (0_u32..64, any::<u64>()).prop_map(|(shift, value)| value >> shift), 1 => Just(0), 1 => Just(u64::MAX)]
}

fn flight() -> impl Strategy<Value = Flight> {
    (magnitude(), magnitude(), any::<bool>()).prop_map(|(bytes, lost, app_limited)| Flight {
        bytes,
        lost,
        app_limited,
    })
}

fn sample() -> impl Strategy<Value = RateSample> {
    let times = (magnitude(), magnitude(), prop::option::of(magnitude()), magnitude());
    let counts = (magnitude(), magnitude(), magnitude(), magnitude(), magnitude(), magnitude());
    (times, counts, flight(), prop::option::of((magnitude(), 1..u64::MAX)), any::<bool>()).prop_map(
        |(times, counts, flight, rate, window_limited)| RateSample {
            now: Timestamp(times.0),
            newest_sent: Timestamp(times.1),
            round_trip: times.2.map(Duration),
            smoothed_rtt: Duration(times.3),
            flight,
            delivery_rate: rate.and_then(|(bytes, time)| Bandwidth::of(bytes, Duration(time))),
            delivered: counts.0,
            prior_delivered: counts.1,
            total_delivered: counts.2,
            total_lost: counts.3,
            newly_acked: counts.4,
            bytes_in_flight: counts.5,
            window_limited,
        },
    )
}

fn event() -> impl Strategy<Value = Event> {
    let lost = (magnitude(), magnitude(), magnitude(), flight(), any::<bool>()).prop_map(
        |(now, size, total_delivered, flight, follows_lost)| {
            Event::Lost(LossSample { now: Timestamp(now), size, flight, total_delivered, follows_lost })
        },
    );
    prop_oneof![
        12 => sample().prop_map(|sample| Event::Sample(Box::new(sample))),
        4 => lost,
        1 => Just(Event::Marked),
        1 => Just(Event::Episode),
        1 => Just(Event::Spurious),
        1 => Just(Event::Persistent),
        1 => Just(Event::Restart),
        1 => (1_u64..65_536).prop_map(Event::Size),
    ]
}

proptest! {
    /// Whatever the samples say, in whatever order: the window stays within its bounds and the pace above zero.
    #[test]
    fn window_and_pace_stay_within_bounds(events in prop::collection::vec(event(), 1..300)) {
        let mut window = Window::new(SIZE);
        let mut bbr = Bbr::new(&window);
        let mut now = Timestamp::ZERO;
        for event in events {
            match event {
                Event::Sample(sample) => {
                    now = sample.now;
                    bbr.on_rate_sample(&mut window, &sample);
                }
                Event::Lost(sample) => bbr.on_packet_lost(&window, &sample),
                Event::Marked => bbr.on_congestion_experienced(&window, now),
                Event::Episode => bbr.on_congestion_event(&window),
                Event::Spurious => bbr.on_spurious_congestion(&mut window),
                Event::Persistent => bbr.on_persistent_congestion(&mut window),
                Event::Restart => bbr.on_restart_from_idle(&mut window, now),
                Event::Size(size) => window.set_max_datagram_size(size),
            }
            prop_assert!((window.minimum()..=MAXIMUM_WINDOW).contains(&window.bytes), "{}", window.bytes);
            prop_assert!(bbr.pacing_rate() > Bandwidth::ZERO);
            prop_assert!(bbr.pacing_rate().time_for(65_536) < Duration::from_millis(100_000_000));
            let quantum = bbr.send_quantum(window.max_datagram_size);
            prop_assert!((2 * window.max_datagram_size..=131_072).contains(&quantum), "{quantum}");
        }
    }
}
