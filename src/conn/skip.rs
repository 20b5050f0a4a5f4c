//! Packet numbers left out on purpose (RFC 9000 §21.4): a peer that acknowledges one acknowledges what it never saw.
//!
//! Owns: which number is skipped next. Must not know: what happens to the liar (`recovery`).

use crate::units::PacketNumber;

/// Packets between two skipped numbers: at least this many, and up to a spread more.
const MIN_DISTANCE: u64 = 64;

/// The spread doubles each time from the first to the last: a skipped number is a gap in what the peer receives, and costs
/// it one of the ranges that its acknowledgments hold. In a long transfer they must reach back over all that is in flight.
const FIRST_SPREAD: u64 = 128;
const LAST_SPREAD: u64 = 8192;

/// The next number to leave out. The distances come from a generator that the caller's `rand` seeds: a peer cannot
/// foresee them.
pub(crate) struct Skip {
    next: u64,
    spread: u64,
    generator: Generator,
}

/// Numbers that nobody can foresee who does not know the seed. xorshift64: any such sequence will do.
pub(super) struct Generator(u64);

impl Generator {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub(super) const fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

impl Skip {
    pub(crate) fn new(seed: u64, first: PacketNumber) -> Self {
        let mut skip = Self { next: first.0, spread: FIRST_SPREAD, generator: Generator::new(seed) };
        skip.schedule(first.0);
        skip
    }

    /// The next number to leave out.
    pub(crate) const fn next(&self) -> PacketNumber {
        PacketNumber(self.next)
    }

    /// Whether `number` is to be left out; then the next one is chosen.
    #[inline]
    pub(crate) fn takes(&mut self, number: PacketNumber) -> bool {
        if number.0 < self.next {
            return false;
        }
        self.schedule(number.0);
        true
    }

    fn schedule(&mut self, from: u64) {
        self.next = from + MIN_DISTANCE + self.generator.next() % self.spread.max(1);
        self.spread = (2 * self.spread).min(LAST_SPREAD);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_common_at_first_and_few_in_a_long_transfer() {
        for seed in 1..200 {
            let mut skip = Skip::new(seed << 20, PacketNumber(0));
            assert!(skip.next().0 < MIN_DISTANCE + FIRST_SPREAD);
            let gaps = (0..50_000).filter(|&number| skip.takes(PacketNumber(number))).count();
            assert!((8..32).contains(&gaps), "seed {seed}: {gaps} gaps");
        }
    }
}
