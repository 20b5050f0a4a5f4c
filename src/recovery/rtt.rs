//! The round-trip time estimate of the current path (RFC 9002 §5).
//!
//! Owns: latest, minimum and smoothed round-trip time and its variation. Must not know: packets, acknowledgements.

use crate::units::{Duration, Timestamp};

/// kGranularity (RFC 9002 §6.1.2).
pub(crate) const GRANULARITY: Duration = Duration::from_millis(1);

#[derive(Clone, Debug)]
pub(crate) struct Rtt {
    latest: Duration,
    minimum: Duration,
    smoothed: Duration,
    variation: Duration,
    first_sample: Timestamp,
}

impl Rtt {
    /// Before the first sample: `initial_rtt`, half of it as variation (RFC 9002 §5.3).
    pub(crate) fn new(initial_rtt: Duration) -> Self {
        Self {
            latest: Duration::ZERO,
            minimum: Duration::MAX,
            smoothed: initial_rtt,
            variation: initial_rtt / 2,
            first_sample: Timestamp::NEVER,
        }
    }

    /// Takes a sample. `ack_delay` is what the peer reported, already limited to its max_ack_delay where §5.3 asks
    /// for that.
    pub(crate) fn update(&mut self, sample: Duration, ack_delay: Duration, now: Timestamp) {
        self.latest = sample;
        if !self.has_sample() {
            self.first_sample = now;
            self.minimum = sample;
            self.smoothed = sample;
            self.variation = sample / 2;
            return;
        }
        self.minimum = self.minimum.min(sample);
        let adjusted = if sample >= self.minimum + ack_delay { sample - ack_delay } else { sample };
        let deviation = Duration(self.smoothed.0.abs_diff(adjusted.0));
        self.variation = (self.variation * 3 + deviation) / 4;
        self.smoothed = (self.smoothed * 7 + adjusted) / 8;
    }

    /// RFC 9002 §5.2: after persistent congestion the path may be another one.
    pub(crate) const fn restart_minimum(&mut self) {
        self.minimum = self.latest;
    }

    /// The latest sample; zero before the first.
    #[inline]
    pub(crate) const fn latest(&self) -> Duration {
        self.latest
    }

    /// The smallest sample; `Duration::MAX` before the first.
    #[inline]
    pub(crate) const fn minimum(&self) -> Duration {
        self.minimum
    }

    #[inline]
    pub(crate) const fn smoothed(&self) -> Duration {
        self.smoothed
    }

    #[inline]
    pub(crate) const fn variation(&self) -> Duration {
        self.variation
    }

    #[inline]
    pub(crate) const fn has_sample(&self) -> bool {
        self.first_sample.is_set()
    }

    /// When the first sample was taken.
    #[inline]
    pub(crate) const fn first_sample(&self) -> Timestamp {
        self.first_sample
    }

    /// The probe timeout without max_ack_delay and back-off (RFC 9002 §6.2.1).
    #[inline]
    pub(crate) fn probe_timeout(&self) -> Duration {
        self.smoothed + (self.variation * 4).max(GRANULARITY)
    }

    /// The time threshold of loss detection (RFC 9002 §6.1.2).
    #[inline]
    pub(crate) fn loss_delay(&self) -> Duration {
        let longer = self.smoothed.max(self.latest);
        (longer + longer / 8).max(GRANULARITY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn milliseconds(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn before_the_first_sample_the_probe_timeout_is_three_initial_round_trips() {
        assert_eq!(Rtt::new(milliseconds(333)).probe_timeout(), milliseconds(999));
    }

    #[test]
    fn smoothing_follows_the_formulas() {
        let mut rtt = Rtt::new(milliseconds(333));
        rtt.update(milliseconds(100), milliseconds(50), Timestamp(1));
        assert_eq!((rtt.smoothed(), rtt.variation()), (milliseconds(100), milliseconds(50)));
        rtt.update(milliseconds(180), milliseconds(40), Timestamp(2));
        assert_eq!(rtt.variation(), Duration((3 * 50_000_000 + 40_000_000) / 4));
        assert_eq!(rtt.smoothed(), milliseconds(105));
        assert_eq!(rtt.minimum(), milliseconds(100));
        assert_eq!(rtt.first_sample(), Timestamp(1));
    }

    /// §5.3: an acknowledgement delay that would push the sample below the minimum is not believed.
    #[test]
    fn acknowledgement_delay_never_undercuts_the_minimum() {
        let mut rtt = Rtt::new(milliseconds(333));
        rtt.update(milliseconds(100), Duration::ZERO, Timestamp(1));
        rtt.update(milliseconds(120), milliseconds(21), Timestamp(2));
        assert_eq!(rtt.smoothed(), Duration((7 * 100_000_000 + 120_000_000) / 8));
    }

    #[test]
    fn a_round_trip_of_no_time_keeps_the_timers_apart() {
        let mut rtt = Rtt::new(milliseconds(333));
        rtt.update(Duration::ZERO, Duration::ZERO, Timestamp(1));
        assert_eq!(rtt.probe_timeout(), GRANULARITY);
        assert_eq!(rtt.loss_delay(), GRANULARITY);
        rtt.update(Duration::MAX, Duration::MAX, Timestamp(2));
        assert!(rtt.loss_delay() > GRANULARITY);
    }
}
