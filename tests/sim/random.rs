//! Repeatable randomness: one seed decides everything that happens in a run.
//!
//! Owns: the generator, the mixing function and the choice of seeds. `SIM_SEED=n` runs one seed only, `SIM_RUNS=n`
//! changes how many are tried.

use std::env;
use std::sync::LazyLock;

/// A 64-bit finaliser: every input bit changes about half of the output bits.
pub(crate) const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// A checksum of `bytes` that depends on `key` and on the length.
pub(crate) fn checksum(key: u64, bytes: &[u8]) -> u64 {
    let words = bytes.chunks_exact(8);
    let rest = words.remainder().iter().fold(0u64, |word, &byte| word << 8 | u64::from(byte));
    let step = |sum: u64, word: u64| (sum ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    let sum = words.fold(mix(key), |sum, word| match word.first_chunk() {
        Some(&word) => step(sum, u64::from_le_bytes(word)),
        None => sum,
    });
    mix(step(sum, rest) ^ bytes.len() as u64)
}

/// A stream of numbers that looks random and is not.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The stream that `purpose` has in the run of `seed`.
    pub(crate) const fn new(seed: u64, purpose: u64) -> Self {
        Self(mix(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ mix(purpose)))
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number below `bound`; 0 for a bound of 0.
    pub(crate) const fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.next() % bound }
    }

    /// True in `count` of `of` cases.
    pub(crate) const fn chance(&mut self, count: u64, of: u64) -> bool {
        count != 0 && self.below(of) < count
    }

    pub(crate) fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.next() as u8;
        }
    }
}

fn number(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

/// Whether each step is to be printed: `SIM_LOG=1`. Asked at each step, so the environment is looked at once.
pub(crate) fn is_logging() -> bool {
    static LOGS: LazyLock<bool> = LazyLock::new(|| number("SIM_LOG").is_some_and(|level| level != 0));
    *LOGS
}

/// Runs `scenario` once per seed, and prints how to repeat the seed that fails.
pub(crate) fn for_each_seed(runs: u64, mut scenario: impl FnMut(u64)) {
    let seeds = match number("SIM_SEED") {
        Some(seed) => seed..seed + 1,
        None => 1..number("SIM_RUNS").unwrap_or(runs) + 1,
    };
    for seed in seeds {
        let replay = Replay(seed);
        scenario(seed);
        drop(replay);
    }
}

/// Tells the seed if it is dropped by a failing test.
struct Replay(u64);

impl Drop for Replay {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let thread = std::thread::current();
            let name = thread.name().unwrap_or("NAME");
            eprintln!("replay: SIM_SEED={} SIM_LOG=1 cargo test --test sim -- --exact {name}", self.0);
        }
    }
}
