//! The windowed filters of BBR's model: the largest bandwidth, the smallest round-trip time, the largest burst of
//! acknowledgements (§5.5.2 to §5.5.9, §5.3.4.3).
//!
//! Owns: the samples worth remembering. Must not know: states, windows.

use crate::cc::Bandwidth;
use crate::units::{Duration, Timestamp};

/// BBR.ProbeRTTInterval.
pub(super) const PROBE_RTT_INTERVAL: Duration = Duration::from_millis(5_000);

/// BBR.MinRTTFilterLen.
const MIN_RTT_FILTER_LENGTH: Duration = Duration::from_millis(10_000);

/// BBR.max_bw: the largest delivery rate of this ProbeBW cycle and the one before.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct MaxBandwidth {
    previous_cycle: Bandwidth,
    current_cycle: Bandwidth,
}

impl MaxBandwidth {
    pub(super) fn update(&mut self, rate: Bandwidth) {
        self.current_cycle = self.current_cycle.max(rate);
    }

    /// AdvanceMaxBwFilter.
    pub(super) const fn advance(&mut self) {
        self.previous_cycle = self.current_cycle;
        self.current_cycle = Bandwidth::ZERO;
    }

    pub(super) fn best(&self) -> Bandwidth {
        self.previous_cycle.max(self.current_cycle)
    }
}

/// BBR.min_rtt and the shorter estimate that says when to probe for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct MinRoundTrip {
    /// BBR.min_rtt; `Duration::MAX` before the first sample.
    minimum: Duration,
    minimum_at: Timestamp,
    /// BBR.probe_rtt_min_delay.
    recent: Duration,
    recent_at: Timestamp,
    /// BBR.probe_rtt_expired.
    stale: bool,
}

impl MinRoundTrip {
    pub(super) const fn new() -> Self {
        Self {
            minimum: Duration::MAX,
            minimum_at: Timestamp::ZERO,
            recent: Duration::MAX,
            recent_at: Timestamp::ZERO,
            stale: false,
        }
    }

    /// UpdateMinRTT.
    pub(super) fn update(&mut self, sample: Option<Duration>, now: Timestamp) {
        let known = self.recent != Duration::MAX;
        self.stale = known && now > self.recent_at + PROBE_RTT_INTERVAL;
        if let Some(sample) = sample
            && (sample < self.recent || self.stale)
        {
            self.recent = sample;
            self.recent_at = now;
        }
        if self.recent < self.minimum || now > self.minimum_at + MIN_RTT_FILTER_LENGTH {
            self.minimum = self.recent;
            self.minimum_at = self.recent_at;
        }
    }

    /// The time for the next probe counts from now on.
    pub(super) const fn probed(&mut self, now: Timestamp) {
        self.recent_at = now;
    }

    pub(super) fn minimum(&self) -> Option<Duration> {
        (self.minimum != Duration::MAX).then_some(self.minimum)
    }

    pub(super) const fn is_stale(&self) -> bool {
        self.stale
    }
}

/// The largest value of the last so many round trips, by the best three candidates (Kathleen Nichols' algorithm).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct WindowedMax {
    /// By falling value and rising age: (value, round trip).
    best: [(u64, u64); 3],
}

impl WindowedMax {
    pub(super) const fn best(&self) -> u64 {
        self.best[0].0
    }

    /// Takes a sample of the round trip `round`, and forgets those of `length` round trips ago and earlier.
    pub(super) fn update(&mut self, value: u64, round: u64, length: u64) {
        let sample = (value, round);
        let [first, second, third] = &mut self.best;
        if value >= first.0 || round.saturating_sub(third.1) >= length {
            self.best = [sample; 3];
            return;
        }
        if value >= second.0 {
            *second = sample;
            *third = sample;
        } else if value >= third.0 {
            *third = sample;
        }
        self.expire(sample, length);
    }

    fn expire(&mut self, sample: (u64, u64), length: u64) {
        let [first, second, third] = &mut self.best;
        let age = sample.1.saturating_sub(first.1);
        if age >= length {
            // The best is too old: the next one takes its place.
            *first = *second;
            *second = *third;
            *third = sample;
            if sample.1.saturating_sub(first.1) >= length {
                *first = *second;
                *second = *third;
            }
        } else if second.1 == first.1 && age > length / 4 {
            // A quarter of the window without a second best: take one from the rest.
            *second = sample;
            *third = sample;
        } else if third.1 == second.1 && age > length / 2 {
            *third = sample;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    extern crate std;
    use std::vec::Vec;

    fn rate(megabits: u64) -> Bandwidth {
        Bandwidth::of(megabits * 125_000, Duration::from_millis(1_000)).unwrap()
    }

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    fn at(milliseconds: u64) -> Timestamp {
        Timestamp(milliseconds * 1_000_000)
    }

    #[test]
    fn bandwidth_lasts_two_cycles() {
        let mut filter = MaxBandwidth::default();
        filter.update(rate(100));
        filter.update(rate(50));
        assert_eq!(filter.best(), rate(100));
        filter.advance();
        filter.update(rate(60));
        assert_eq!(filter.best(), rate(100));
        filter.advance();
        assert_eq!(filter.best(), rate(60));
        filter.advance();
        assert_eq!(filter.best(), Bandwidth::ZERO);
    }

    /// §5.3.4.3: after 5 seconds without a lower sample a probe is due, after 10 the minimum gives way.
    #[test]
    fn round_trip_times_grow_stale() {
        let mut filter = MinRoundTrip::new();
        assert_eq!(filter.minimum(), None);
        filter.update(None, at(60_000));
        assert!(!filter.is_stale(), "nothing to refresh yet");
        filter.update(Some(ms(40)), at(60_000));
        filter.update(Some(ms(50)), at(64_000));
        filter.update(Some(ms(50)), at(65_000));
        assert_eq!((filter.minimum(), filter.is_stale()), (Some(ms(40)), false));
        filter.update(Some(ms(45)), at(65_001));
        assert_eq!((filter.minimum(), filter.is_stale()), (Some(ms(40)), true));
        filter.update(Some(ms(50)), at(66_000));
        assert!(!filter.is_stale());
        filter.update(Some(ms(50)), at(70_001));
        assert_eq!(filter.minimum(), Some(ms(45)));
        filter.update(Some(ms(30)), at(70_002));
        assert_eq!(filter.minimum(), Some(ms(30)));
        filter.probed(at(75_000));
        filter.update(Some(ms(30)), at(79_000));
        assert!(!filter.is_stale());
    }

    proptest! {
        /// Against the true maximum of the window: never below a sample as new as the last one, never above the true
        /// maximum, and exact while samples keep coming in a window that holds the maximum.
        #[test]
        fn windowed_maximum(samples in prop::collection::vec((0_u64..1000, 0_u64..4), 1..200)) {
            let mut filter = WindowedMax::default();
            let mut history: Vec<(u64, u64)> = Vec::new();
            let mut round = 0;
            for (value, step) in samples {
                round += step;
                history.push((value, round));
                filter.update(value, round, 10);
                let recent = history.iter().filter(|sample| round - sample.1 < 10);
                let maximum = recent.map(|sample| sample.0).max().unwrap();
                prop_assert!(filter.best() <= maximum, "{} {maximum}", filter.best());
                prop_assert!(filter.best() >= value);
            }
        }
    }
}
