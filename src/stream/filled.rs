//! Which bytes of one reassembly block are there.
//!
//! Owns: a few ranges inline, or a bitmap once there are more. Whatever a peer sends, the cost of an operation and
//! the memory stay within those of the bitmap: an eighth of the block. Must not know: the bytes.

use crate::mem::{Boxed, Mem, NoMem, close_gap, open_gap};

/// The bytes of one block: enough for the overhead of each, and of each call that delivers one, to be small; few
/// enough for a range within it to be two `u16`.
pub(super) const BLOCK_SIZE: usize = 8192;

/// Packets of 1200 bytes and more leave at most this many separate ranges in a block, with room to spare; a peer
/// that leaves more pays with a bitmap.
const INLINE_RANGES: usize = 5;

const WORDS: usize = BLOCK_SIZE / 64;

type Bitmap = [u64; WORDS];

pub(super) struct Filled {
    /// Ascending, neither empty nor touching each other; the first `count` are in use. Unused when there is a bitmap.
    ranges: [(u16, u16); INLINE_RANGES],
    count: u8,
    bitmap: Option<Boxed<Bitmap>>,
}

impl Filled {
    pub(super) const fn new() -> Self {
        Self { ranges: [(0, 0); INLINE_RANGES], count: 0, bitmap: None }
    }

    /// Makes sure that one more range can be inserted.
    pub(super) fn try_reserve(&mut self, mem: Mem) -> Result<(), NoMem> {
        if self.bitmap.is_some() || (self.count as usize) < INLINE_RANGES {
            return Ok(());
        }
        let mut bitmap = Boxed::try_new(mem, [0; WORDS])?;
        for &(start, end) in &self.ranges {
            set_bits(&mut bitmap, start as usize, end as usize);
        }
        self.bitmap = Some(bitmap);
        Ok(())
    }

    /// Marks `start..end` as filled, into room that `try_reserve` made.
    pub(super) fn insert(&mut self, start: usize, end: usize) {
        debug_assert!(start < end && end <= BLOCK_SIZE);
        if let Some(bitmap) = self.bitmap.as_mut() {
            return set_bits(bitmap, start, end);
        }
        let (mut start, mut end) = (start as u16, end as u16);
        let count = self.count as usize;
        let ranges = self.ranges.get(..count).unwrap_or_default();
        let first = ranges.iter().position(|range| range.1 >= start).unwrap_or(count);
        let behind = ranges.iter().position(|range| range.0 > end).unwrap_or(count);
        // Those that it touches become one with it.
        for touched in ranges.get(first..behind).unwrap_or_default() {
            start = start.min(touched.0);
            end = end.max(touched.1);
        }
        for _ in first..behind {
            if let Some(gap) = self.ranges.get_mut(first..self.count as usize) {
                close_gap(gap);
                self.count -= 1;
            }
        }
        debug_assert!((self.count as usize) < INLINE_RANGES, "room was reserved");
        if let Some(places) = self.ranges.get_mut(first..=self.count as usize) {
            open_gap(places, (start, end));
            self.count += 1;
        }
    }

    /// The end of the filled run that contains `at`; `None` when that byte is missing.
    pub(super) fn run_end(&self, at: usize) -> Option<usize> {
        let Some(bitmap) = self.bitmap.as_ref() else {
            let ranges = self.ranges.get(..self.count as usize)?;
            let run = ranges.iter().find(|range| (range.0 as usize) <= at && at < range.1 as usize)?;
            return Some(run.1 as usize);
        };
        let end = next_bit(bitmap, at, false);
        (end > at).then_some(end)
    }

    /// Whether a byte at or behind `at` is filled.
    pub(super) fn any_from(&self, at: usize) -> bool {
        match self.bitmap.as_ref() {
            Some(bitmap) => next_bit(bitmap, at, true) < BLOCK_SIZE,
            None => self.count != 0 && self.ranges[self.count as usize - 1].1 as usize > at,
        }
    }
}

fn set_bits(bitmap: &mut Bitmap, start: usize, end: usize) {
    for (index, word) in bitmap.iter_mut().enumerate().take(end.div_ceil(64)).skip(start / 64) {
        let low = start.saturating_sub(index * 64);
        let high = (end - index * 64).min(64);
        let mask = (u64::MAX >> (64 - (high - low))) << low;
        *word |= mask;
    }
}

/// The first bit from `at` on that is `wanted`; `BLOCK_SIZE` when there is none.
fn next_bit(bitmap: &Bitmap, at: usize, wanted: bool) -> usize {
    let mut from = at % 64;
    for (index, &word) in bitmap.iter().enumerate().skip(at / 64) {
        let candidates = (if wanted { word } else { !word }) & (u64::MAX << from);
        if candidates != 0 {
            return index * 64 + candidates.trailing_zeros() as usize;
        }
        from = 0;
    }
    BLOCK_SIZE
}
