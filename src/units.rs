//! The quantities of QUIC as types: time, packet numbers, stream ids, packet number spaces.
//!
//! Owns: nothing but the arithmetic. Time saturates: a timer at `Timestamp::NEVER` stays there, and no clock the
//! caller passes can make it overflow. Must not know: connections, packets, callbacks.

use core::ops::{Add, AddAssign, Div, Mul, Sub};

/// A point on the caller's clock, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(transparent)]
pub(crate) struct Timestamp(pub(crate) u64);

impl Timestamp {
    /// A timer that is not running; also what `ngtcp2_conn_get_expiry` reports for it.
    pub(crate) const NEVER: Self = Self(u64::MAX);
    /// The last point that a clock can reach: a timer that is not set does not expire even then.
    pub(crate) const LAST: Self = Self(u64::MAX - 1);
    pub(crate) const ZERO: Self = Self(0);

    /// The time passed since `earlier`; zero when the clock went backwards.
    pub(crate) const fn since(self, earlier: Self) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }

    pub(crate) const fn is_set(self) -> bool {
        self.0 != u64::MAX
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;
    fn add(self, rhs: Duration) -> Self {
        Self(self.0.saturating_add(rhs.0))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;
    fn sub(self, rhs: Duration) -> Self {
        Self(self.0.saturating_sub(rhs.0))
    }
}

/// A span of time, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(transparent)]
pub(crate) struct Duration(pub(crate) u64);

impl Duration {
    pub(crate) const ZERO: Self = Self(0);
    pub(crate) const MAX: Self = Self(u64::MAX);

    pub(crate) const fn from_millis(milliseconds: u64) -> Self {
        Self(milliseconds.saturating_mul(1_000_000))
    }
    pub(crate) const fn from_micros(microseconds: u64) -> Self {
        Self(microseconds.saturating_mul(1_000))
    }
    pub(crate) const fn as_nanos(self) -> u64 {
        self.0
    }
    pub(crate) const fn as_millis(self) -> u64 {
        self.0 / 1_000_000
    }
    pub(crate) const fn is_zero(self) -> bool {
        self.0 == 0
    }
    /// `self * 2^shift`, saturating: the exponential back-off of probe timeouts.
    pub(crate) const fn backed_off(self, shift: u32) -> Self {
        if self.0 == 0 {
            return self;
        }
        if shift > self.0.leading_zeros() { Self::MAX } else { Self(self.0 << shift) }
    }
}

impl Add for Duration {
    type Output = Self;
    fn add(self, rhs: Self) -> Self {
        Self(self.0.saturating_add(rhs.0))
    }
}
impl AddAssign for Duration {
    fn add_assign(&mut self, rhs: Self) {
        *self = *self + rhs;
    }
}
impl Sub for Duration {
    type Output = Self;
    fn sub(self, rhs: Self) -> Self {
        Self(self.0.saturating_sub(rhs.0))
    }
}
impl Mul<u64> for Duration {
    type Output = Self;
    fn mul(self, rhs: u64) -> Self {
        Self(self.0.saturating_mul(rhs))
    }
}
impl Div<u64> for Duration {
    type Output = Self;
    /// Division by zero saturates, as every other operation on time does.
    fn div(self, rhs: u64) -> Self {
        Self(self.0.checked_div(rhs).unwrap_or(u64::MAX))
    }
}

/// A packet number (RFC 9000 §12.3): 0 to 2^62 − 1 within one packet number space.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(transparent)]
pub(crate) struct PacketNumber(pub(crate) u64);

impl PacketNumber {
    pub(crate) const MAX: Self = Self((1 << 62) - 1);

    pub(crate) const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// The three packet number spaces (RFC 9000 §12.3); 0-RTT and 1-RTT packets share the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Space {
    Initial = 0,
    Handshake = 1,
    Application = 2,
}

impl Space {
    pub(crate) const ALL: [Self; 3] = [Self::Initial, Self::Handshake, Self::Application];

    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

/// Which endpoint this connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Side {
    Client = 0,
    Server = 1,
}

impl Side {
    pub(crate) const fn is_client(self) -> bool {
        matches!(self, Self::Client)
    }
    pub(crate) const fn peer(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
    pub(crate) const fn is_server(self) -> bool {
        matches!(self, Self::Server)
    }
}

/// Whether a stream carries data both ways or from its initiator only (RFC 9000 §2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Direction {
    Bidi = 0,
    Uni = 1,
}

impl Direction {
    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

/// A stream id (RFC 9000 §2.1): bit 0 names the initiator, bit 1 the direction, the rest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(transparent)]
pub(crate) struct StreamId(pub(crate) u64);

impl StreamId {
    /// The `ordinal`-th stream (from 0) that `initiator` opens in `direction`.
    pub(crate) const fn new(initiator: Side, direction: Direction, ordinal: u64) -> Self {
        Self(ordinal << 2 | (direction as u64) << 1 | initiator as u64)
    }
    pub(crate) const fn initiator(self) -> Side {
        if self.0 & 1 == 0 { Side::Client } else { Side::Server }
    }
    pub(crate) const fn direction(self) -> Direction {
        if self.0 & 2 == 0 { Direction::Bidi } else { Direction::Uni }
    }
    pub(crate) const fn ordinal(self) -> u64 {
        self.0 >> 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_saturates() {
        assert_eq!(Timestamp::NEVER + Duration(1), Timestamp::NEVER);
        assert_eq!(Timestamp(1).since(Timestamp(5)), Duration::ZERO);
        assert_eq!(Duration(3).backed_off(63), Duration::MAX);
        assert_eq!(Duration(3).backed_off(62), Duration(3 << 62));
        assert_eq!(Duration(1).backed_off(200), Duration::MAX);
        assert_eq!(Duration(9) / 0, Duration::MAX);
    }

    #[test]
    fn stream_ids_count_by_four() {
        assert_eq!(StreamId::new(Side::Client, Direction::Bidi, 2), StreamId(8));
        assert_eq!(StreamId::new(Side::Server, Direction::Uni, 1), StreamId(7));
        assert_eq!(StreamId(7).direction(), Direction::Uni);
        assert_eq!(StreamId(7).initiator(), Side::Server);
        assert_eq!(StreamId(7).ordinal(), 1);
    }
}
