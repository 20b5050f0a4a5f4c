//! Whether the pipe is full: the delivery rate no longer grows though the flow sends faster (§5.3.1.2).
//!
//! Owns: the plateau detector. Must not know: states, losses.

use crate::cc::Bandwidth;

/// Growth of a quarter in a round trip means that the pipe is not full.
const GROWTH_PERCENT: u64 = 125;

/// So many round trips without growth mean that it is.
const ROUNDS_WITHOUT_GROWTH: u32 = 3;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FullPipe {
    /// BBR.full_bw.
    baseline: Bandwidth,
    /// BBR.full_bw_count.
    rounds: u32,
    /// BBR.full_bw_now.
    now: bool,
    /// BBR.full_bw_reached.
    reached: bool,
}

impl FullPipe {
    /// CheckFullBWReached, at the end of a round trip that the application did not limit.
    pub(super) fn on_round(&mut self, rate: Bandwidth) {
        if self.now {
            return;
        }
        if rate >= self.baseline.percent(GROWTH_PERCENT) {
            self.restart(rate);
            return;
        }
        self.rounds += 1;
        self.now = self.rounds >= ROUNDS_WITHOUT_GROWTH;
        self.reached |= self.now;
    }

    /// ResetFullBW, with what the next rates are compared with.
    pub(super) const fn restart(&mut self, baseline: Bandwidth) {
        self.baseline = baseline;
        self.rounds = 0;
        self.now = false;
    }

    /// The current search has found the pipe full.
    pub(super) const fn is_full(&self) -> bool {
        self.now
    }

    /// The pipe was full at some time.
    pub(super) const fn was_full(&self) -> bool {
        self.reached
    }

    pub(super) const fn set_was_full(&mut self, reached: bool) {
        self.reached = reached;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Duration;

    #[test]
    fn three_round_trips_without_growth() {
        let rate = |rate| Bandwidth::of(rate, Duration::from_millis(1_000)).unwrap();
        let mut pipe = FullPipe::default();
        for value in [100, 200, 210, 249, 250, 260, 300] {
            pipe.on_round(rate(value));
            assert!(!pipe.is_full());
        }
        pipe.on_round(rate(311));
        assert!(pipe.is_full() && pipe.was_full());
        pipe.restart(rate(311));
        assert!(!pipe.is_full() && pipe.was_full());
        for value in [390, 390, 390] {
            assert!(!pipe.is_full());
            pipe.on_round(rate(value));
        }
        pipe.on_round(rate(1));
        assert!(pipe.is_full());
    }
}
