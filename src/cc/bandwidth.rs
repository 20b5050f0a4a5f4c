//! A rate of bytes over time.
//!
//! Owns: the arithmetic between bytes, time and rates, which saturates. Must not know: who measures or uses a rate.

use crate::units::Duration;

const NANOSECONDS_PER_SECOND: u64 = 1_000_000_000;

/// Bytes per second, at most [`Bandwidth::MAXIMUM`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Bandwidth(u64);

impl Bandwidth {
    pub(crate) const ZERO: Self = Self(0);

    /// Far above what any link has, and low enough that gains in percent do not overflow.
    const MAXIMUM: u64 = 1 << 46;

    /// `None` when no time has passed.
    pub(crate) fn of(bytes: u64, interval: Duration) -> Option<Self> {
        if interval.is_zero() {
            return None;
        }
        Some(Self(scale(bytes, NANOSECONDS_PER_SECOND, interval.as_nanos()).min(Self::MAXIMUM)))
    }

    pub(crate) fn percent(self, gain: u64) -> Self {
        self.scaled(gain, 100)
    }

    pub(crate) fn scaled(self, by: u64, over: u64) -> Self {
        Self(scale(self.0, by, over).min(Self::MAXIMUM))
    }

    pub(crate) fn bytes_in(self, time: Duration) -> u64 {
        scale(self.0, time.as_nanos(), NANOSECONDS_PER_SECOND)
    }

    /// How long `bytes` take; `Duration::MAX` at a rate of zero.
    pub(crate) fn time_for(self, bytes: u64) -> Duration {
        if self.0 == 0 {
            return Duration::MAX;
        }
        Duration(scale(bytes, NANOSECONDS_PER_SECOND, self.0))
    }
}

/// `value * by / over` without overflow on the way; saturates. Division by zero counts as by one.
pub(super) fn scale(value: u64, by: u64, over: u64) -> u64 {
    let over = over.max(1);
    match value.checked_mul(by) {
        Some(product) => product / over,
        None => {
            let exact = u128::from(value) * u128::from(by) / u128::from(over);
            u64::try_from(exact).unwrap_or(u64::MAX)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_times_and_volumes_agree() {
        let rate = Bandwidth::of(125_000, Duration::from_millis(10)).unwrap();
        assert_eq!(rate, Bandwidth(12_500_000));
        assert_eq!(rate.bytes_in(Duration::from_millis(40)), 500_000);
        assert_eq!(rate.time_for(500_000), Duration::from_millis(40));
        assert_eq!(rate.percent(277), Bandwidth(34_625_000));
        assert_eq!(Bandwidth::of(1, Duration::ZERO), None);
    }

    #[test]
    fn nothing_overflows() {
        let most = Bandwidth::of(u64::MAX, Duration(1)).unwrap();
        assert_eq!(most, Bandwidth(Bandwidth::MAXIMUM));
        assert_eq!(most.percent(u64::MAX), most);
        assert_eq!(most.bytes_in(Duration::MAX), u64::MAX);
        assert_eq!(Bandwidth::ZERO.time_for(1), Duration::MAX);
        assert_eq!(Bandwidth(1).time_for(u64::MAX), Duration::MAX);
    }
}
