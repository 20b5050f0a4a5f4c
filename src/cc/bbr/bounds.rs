//! What congestion has taught: the bounds on bandwidth and bytes in flight (§5.5.10, §5.6.4.7).
//!
//! Owns: the long-term bound, which probing moves, and the short-term bounds, which hold until the next probe. Must
//! not know: when a loss counts.

use super::machine::State;
use crate::cc::Bandwidth;

/// BBR.Beta in percent: a bound falls by no more than this at once, as CUBIC's window does.
const BETA: u64 = 70;

/// BBR.Headroom in percent: what is left to others of the long-term bound.
const HEADROOM: u64 = 15;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bounds {
    /// BBR.inflight_longterm; `None` for infinite.
    long_term: Option<u64>,
    /// `None` for infinite.
    short_term: Option<ShortTerm>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ShortTerm {
    /// BBR.bw_shortterm.
    bandwidth: Bandwidth,
    /// BBR.inflight_shortterm.
    inflight: u64,
}

impl Bounds {
    pub(super) const fn long_term(&self) -> Option<u64> {
        self.long_term
    }

    pub(super) const fn set_long_term(&mut self, bytes: u64) {
        self.long_term = Some(bytes);
    }

    /// A flight of that size did no harm: the long-term bound, if there is one, is at least that.
    pub(super) fn raise_long_term(&mut self, bytes: u64) {
        self.long_term = self.long_term.map(|bound| bound.max(bytes));
    }

    /// What a flight that was too large leaves as the long-term bound; `target` is what the flow wants in flight.
    pub(super) fn after_excess(flight: u64, target: u64) -> u64 {
        flight.max(percent(target, BETA))
    }

    /// AdaptLowerBoundsFromCongestion: a round trip brought losses, and delivered `bandwidth` and `inflight` at its
    /// best. The first time, the bounds fall from what was allowed until then.
    pub(super) fn adapt(
        &mut self,
        (bandwidth, inflight): (Bandwidth, u64),
        (max_bandwidth, window): (Bandwidth, u64),
    ) {
        let before = self.short_term.unwrap_or(ShortTerm { bandwidth: max_bandwidth, inflight: window });
        self.short_term = Some(ShortTerm {
            bandwidth: bandwidth.max(before.bandwidth.percent(BETA)),
            inflight: inflight.max(percent(before.inflight, BETA)),
        });
    }

    /// ResetShortTermModel.
    pub(super) const fn forget_short_term(&mut self) {
        self.short_term = None;
    }

    /// The losses since `before` were reordering: no bound stays below what it was (§5.5.11.2).
    pub(super) fn restore(&mut self, before: &Self) {
        self.long_term = self.long_term.zip(before.long_term).map(|(now, before)| now.max(before));
        self.short_term = self.short_term.zip(before.short_term).map(|(now, before)| ShortTerm {
            bandwidth: now.bandwidth.max(before.bandwidth),
            inflight: now.inflight.max(before.inflight),
        });
    }

    /// BoundBWForModel.
    pub(super) fn bandwidth(&self, max_bandwidth: Bandwidth) -> Bandwidth {
        self.short_term.map_or(max_bandwidth, |bound| bound.bandwidth.min(max_bandwidth))
    }

    /// InflightWithHeadroom, `u64::MAX` for infinite.
    pub(super) fn with_headroom(&self, max_datagram_size: u64, minimum: u64) -> u64 {
        let Some(bound) = self.long_term else { return u64::MAX };
        let headroom = percent(bound, HEADROOM).max(max_datagram_size);
        bound.saturating_sub(headroom).max(minimum)
    }

    /// BoundCwndForModel.
    pub(super) fn limit(&self, window: u64, state: State, max_datagram_size: u64, minimum: u64) -> u64 {
        let long_term = match state {
            State::ProbeBwDown | State::ProbeBwRefill | State::ProbeBwUp => {
                self.long_term.unwrap_or(u64::MAX)
            }
            State::ProbeBwCruise | State::ProbeRtt => self.with_headroom(max_datagram_size, minimum),
            State::Startup | State::Drain => u64::MAX,
        };
        let short_term = self.short_term.map_or(u64::MAX, |bound| bound.inflight);
        window.min(long_term.min(short_term).max(minimum))
    }
}

fn percent(bytes: u64, of_hundred: u64) -> u64 {
    bytes / 100 * of_hundred + bytes % 100 * of_hundred / 100
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Duration;

    fn rate(rate: u64) -> Bandwidth {
        Bandwidth::of(rate, Duration::from_millis(1_000)).unwrap()
    }

    #[test]
    fn short_term_bounds_follow_what_is_delivered() {
        let mut bounds = Bounds::default();
        assert_eq!(bounds.bandwidth(rate(1000)), rate(1000));
        bounds.adapt((rate(900), 80_000), (rate(1000), 200_000));
        assert_eq!(bounds.bandwidth(rate(1000)), rate(900));
        assert_eq!(
            bounds.limit(500_000, State::ProbeBwCruise, 1200, 4800),
            140_000,
            "no more than 30 % less"
        );
        bounds.adapt((rate(100), 1000), (rate(1000), 200_000));
        assert_eq!(bounds.bandwidth(rate(1000)), rate(630));
        assert_eq!(bounds.limit(500_000, State::Drain, 1200, 4800), 98_000);
        bounds.forget_short_term();
        assert_eq!(bounds, Bounds::default());
    }

    /// The volume caps of the table in §5.6.1.
    #[test]
    fn long_term_bound_by_state() {
        let mut bounds = Bounds::default();
        bounds.raise_long_term(1);
        assert_eq!(bounds.long_term(), None, "infinite is more");
        bounds.set_long_term(90_000);
        bounds.raise_long_term(100_000);
        bounds.raise_long_term(50_000);
        for (state, window) in [
            (State::Startup, 500_000),
            (State::Drain, 500_000),
            (State::ProbeBwDown, 100_000),
            (State::ProbeBwCruise, 85_000),
            (State::ProbeBwRefill, 100_000),
            (State::ProbeBwUp, 100_000),
            (State::ProbeRtt, 85_000),
        ] {
            assert_eq!(bounds.limit(500_000, state, 1200, 4800), window, "{state:?}");
        }
        bounds.set_long_term(5000);
        assert_eq!(bounds.limit(500_000, State::ProbeRtt, 1200, 4800), 4800);
        assert_eq!(bounds.limit(4000, State::ProbeRtt, 1200, 4800), 4000);
    }

    #[test]
    fn excess_costs_no_more_than_thirty_percent() {
        assert_eq!(Bounds::after_excess(50_000, 100_000), 70_000);
        assert_eq!(Bounds::after_excess(90_000, 100_000), 90_000);
        assert_eq!(Bounds::after_excess(0, u64::MAX), u64::MAX / 100 * 70 + 10);
    }

    #[test]
    fn restored_bounds_are_no_lower_than_before() {
        let mut bounds = Bounds::default();
        bounds.set_long_term(50_000);
        bounds.adapt((rate(800), 50_000), (rate(1000), 50_000));
        let before = bounds;
        bounds.set_long_term(40_000);
        bounds.adapt((rate(700), 60_000), (rate(1000), 50_000));
        bounds.restore(&before);
        assert_eq!(bounds.long_term(), Some(50_000));
        assert_eq!(bounds.short_term, Some(ShortTerm { bandwidth: rate(800), inflight: 60_000 }));
        bounds.restore(&Bounds::default());
        assert_eq!(bounds, Bounds::default());
    }
}
