//! SipHash-c-d of one 64-bit word (Aumasson and Bernstein, "SipHash: a fast short-input PRF").
//!
//! Owns: the function. A peer that does not know the key cannot choose ids that collide. Must not know: where the key
//! comes from.

/// SipHash with `C` compression and `D` finalisation rounds, of the eight bytes of `word` in little-endian order.
#[inline]
pub(super) const fn siphash<const C: usize, const D: usize>(key: (u64, u64), word: u64) -> u64 {
    let mut state = State {
        v0: key.0 ^ 0x736f_6d65_7073_6575,
        v1: key.1 ^ 0x646f_7261_6e64_6f6d,
        v2: key.0 ^ 0x6c79_6765_6e65_7261,
        v3: key.1 ^ 0x7465_6462_7974_6573,
    };
    state.compress::<C>(word);
    // The last word carries the message's length modulo 256 in its top byte and no bytes left over.
    state.compress::<C>(8 << 56);
    state.v2 ^= 0xff;
    state.rounds::<D>();
    state.v0 ^ state.v1 ^ state.v2 ^ state.v3
}

struct State {
    v0: u64,
    v1: u64,
    v2: u64,
    v3: u64,
}

impl State {
    #[inline]
    const fn compress<const C: usize>(&mut self, word: u64) {
        self.v3 ^= word;
        self.rounds::<C>();
        self.v0 ^= word;
    }

    #[inline]
    const fn rounds<const N: usize>(&mut self) {
        let mut round = 0;
        while round < N {
            self.round();
            round += 1;
        }
    }

    #[inline]
    const fn round(&mut self) {
        self.v0 = self.v0.wrapping_add(self.v1);
        self.v1 = self.v1.rotate_left(13) ^ self.v0;
        self.v0 = self.v0.rotate_left(32);
        self.v2 = self.v2.wrapping_add(self.v3);
        self.v3 = self.v3.rotate_left(16) ^ self.v2;
        self.v0 = self.v0.wrapping_add(self.v3);
        self.v3 = self.v3.rotate_left(21) ^ self.v0;
        self.v2 = self.v2.wrapping_add(self.v1);
        self.v1 = self.v1.rotate_left(17) ^ self.v2;
        self.v2 = self.v2.rotate_left(32);
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use core::hash::Hasher as _;
    use std::hash::DefaultHasher;

    use super::siphash;

    #[test]
    fn agrees_with_std_siphash_1_3() {
        for word in [0, 1, 4, 0x0123_4567_89ab_cdef, u64::MAX] {
            let mut std = DefaultHasher::new();
            std.write_u64(word);
            assert_eq!(siphash::<1, 3>((0, 0), word), std.finish());
        }
    }

    /// std has a keyed hasher with other round counts only; it proves how the key enters.
    #[test]
    #[allow(deprecated, reason = "the only keyed SipHash of std")]
    fn agrees_with_std_keyed_siphash_2_4() {
        for (first, second) in [(0, 1), (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908), (u64::MAX, 7)] {
            let mut std = core::hash::SipHasher::new_with_keys(first, second);
            std.write_u64(0xfeed);
            assert_eq!(siphash::<2, 4>((first, second), 0xfeed), std.finish());
        }
    }
}
