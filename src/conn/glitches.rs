//! The glitch limiter: how much a peer may do that is legal and of no use.
//!
//! Owns: a token bucket, and what one such frame costs. Must not know: frames; whoever finds one useless says so. Frames
//! that are of use never come here, so that the limiter costs them nothing.
//!
//! What an honest peer repeats or sends in vain grows with what it sends at all: a tenth of a fast transfer may be more
//! than any rate allows. So a peer earns tokens in two ways, as time passes, and with what it spends itself: a full
//! packet of its own earns one. Useless frames in full packets come one to a packet and are worth no attack; a flood
//! lives on packets that are small, or have many of them.

use crate::error::{Error, Result};
use crate::units::Timestamp;

use super::State;

/// What has to be received for one glitch to be forgiven: the smallest full packet (RFC 9000 §14).
const BYTES_PER_GLITCH: u64 = 1200;

const NANOSECONDS: u128 = 1_000_000_000;

/// A token bucket: full at first, a token for each glitch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glitches {
    burst: u64,
    rate: u64,
    tokens: u64,
    /// When tokens were last earned, and what is left over from then: below one token, in units of 1e-9.
    earned_at: Timestamp,
    fraction: u64,
    /// How many received bytes have earned their tokens.
    bytes: u64,
}

impl Glitches {
    /// `burst` glitches at once, and `rate` a second: the settings of the caller.
    pub(crate) const fn new(burst: u64, rate: u64, now: Timestamp) -> Self {
        Self { burst, rate, tokens: burst, earned_at: now, fraction: 0, bytes: 0 }
    }

    /// Takes a token; an error when there is none. `received` counts the bytes of the connection so far.
    fn spend(&mut self, now: Timestamp, received: u64) -> Result<()> {
        self.earn(now, received);
        self.tokens = self.tokens.checked_sub(1).ok_or(Error::Internal)?;
        Ok(())
    }

    fn earn(&mut self, now: Timestamp, received: u64) {
        // Below 2^128 in any case: 2^64 times 2^64 with a remainder below 1e9.
        let elapsed = u128::from(now.since(self.earned_at).as_nanos());
        let earned = (elapsed * u128::from(self.rate)).saturating_add(self.fraction.into());
        let by_time = u64::try_from(earned / NANOSECONDS).unwrap_or(u64::MAX);
        let by_bytes = received.saturating_sub(self.bytes) / BYTES_PER_GLITCH;
        self.fraction = (earned % NANOSECONDS) as u64;
        self.earned_at = self.earned_at.max(now);
        self.bytes = self.bytes.saturating_add(by_bytes * BYTES_PER_GLITCH);
        self.tokens = self.tokens.saturating_add(by_time).saturating_add(by_bytes).min(self.burst);
    }
}

impl State {
    /// The peer sent something that is legal and of no use.
    #[cold]
    pub(crate) fn note_glitch(&mut self) -> Result<()> {
        let (now, received) = (self.now, self.counters.bytes_received);
        self.glitches.spend(now, received)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Duration;

    const START: Timestamp = Timestamp(1_000_000_000);

    fn after(time: Duration) -> Timestamp {
        START + time
    }

    /// How many glitches pass at one moment.
    fn passing(glitches: &mut Glitches, now: Timestamp, received: u64) -> u64 {
        (0..).find(|_| glitches.spend(now, received).is_err()).expect("an end")
    }

    #[test]
    fn the_burst_and_then_the_rate() {
        let mut glitches = Glitches::new(10_000, 330, START);
        assert_eq!(passing(&mut glitches, START, 0), 10_000);
        assert_eq!(passing(&mut glitches, after(Duration::from_millis(1_000)), 0), 330);
        assert_eq!(passing(&mut glitches, after(Duration::from_millis(1_003)), 0), 0);
        assert_eq!(passing(&mut glitches, after(Duration::from_millis(1_004)), 0), 1);
        assert_eq!(passing(&mut glitches, after(Duration::from_millis(3_600_000)), 0), 10_000);
    }

    /// Asking often loses no part of a token.
    #[test]
    fn fractions_add_up() {
        let mut glitches = Glitches::new(100, 3, START);
        assert_eq!(passing(&mut glitches, START, 0), 100);
        let passed: u64 =
            (1..=10_000).map(|n| passing(&mut glitches, after(Duration::from_millis(n)), 0)).sum();
        assert_eq!(passed, 30);
    }

    #[test]
    fn a_full_packet_earns_one() {
        let mut glitches = Glitches::new(5, 0, START);
        assert_eq!(passing(&mut glitches, START, 0), 5);
        assert_eq!(passing(&mut glitches, START, 1_199), 0);
        assert_eq!(passing(&mut glitches, START, 1_200), 1);
        assert_eq!(passing(&mut glitches, START, 4_700), 2);
        assert_eq!(passing(&mut glitches, START, 4_800), 1);
        assert_eq!(passing(&mut glitches, START, u64::MAX), 5);
    }

    #[test]
    fn no_burst_no_glitch_and_no_limit() {
        assert_eq!(passing(&mut Glitches::new(0, 330, START), after(Duration::MAX), u64::MAX), 0);
        let mut glitches = Glitches::new(u64::MAX, 0, START);
        assert!((0..100_000).all(|_| glitches.spend(START, 0).is_ok()));
    }

    #[test]
    fn clocks_may_jump() {
        let mut glitches = Glitches::new(10, 330, START);
        assert_eq!(passing(&mut glitches, START, 0), 10);
        assert_eq!(passing(&mut glitches, Timestamp::ZERO, 0), 0);
        assert_eq!(passing(&mut glitches, START, 0), 0);
        assert_eq!(passing(&mut glitches, Timestamp::LAST, 0), 10);
        assert_eq!(passing(&mut glitches, START, 0), 0);
        let mut glitches = Glitches::new(u64::MAX, u64::MAX, Timestamp::ZERO);
        for now in [Timestamp::LAST, Timestamp::ZERO, Timestamp::NEVER, Timestamp::LAST] {
            assert!(glitches.spend(now, u64::MAX).is_ok());
        }
    }
}
