//! The sequence numbers of the peer's connection ids that have been seen (RFC 9000 §5.1.1).
//!
//! Owns: disjoint ranges of numbers from a rising floor upwards. Must not know: connection ids.

use super::inline::Inline;

/// Ranges remembered. The peer numbers its ids without gaps, so every gap above the floor is an id that it counts as
/// ours to use: an honest peer leaves at most as many gaps as ids (8), which makes 9 ranges.
pub(super) const MAX_RANGES: usize = super::remote_ids::MAX_REMOTE_IDS + 1;

/// More gaps than an honest peer can leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooManyGaps;

/// A set of sequence numbers; those below the floor are forgotten.
#[derive(Clone, Copy, Debug)]
pub(super) struct SequenceSet {
    /// Half-open, ascending, neither empty nor adjacent.
    ranges: Inline<(u64, u64), MAX_RANGES>,
}

impl SequenceSet {
    /// The numbers below `end`.
    pub(super) fn below(end: u64) -> Self {
        let mut ranges = Inline::new((0, 0));
        if end > 0 {
            let _ = ranges.push((0, end));
        }
        Self { ranges }
    }

    pub(super) fn contains(&self, number: u64) -> bool {
        self.ranges.iter().any(|&(start, end)| (start..end).contains(&number))
    }

    /// Adds `number`; `false` when it is there already.
    pub(super) fn insert(&mut self, number: u64) -> Result<bool, TooManyGaps> {
        let after = self.ranges.iter().position(|&(start, _)| start > number).unwrap_or(self.ranges.len());
        let joins_next = self.ranges.get(after).is_some_and(|&(start, _)| start == number + 1);
        if let Some((_, end)) = after.checked_sub(1).and_then(|before| self.ranges.get_mut(before)) {
            if number < *end {
                return Ok(false);
            }
            if number == *end {
                *end += 1;
                if joins_next {
                    self.join(after);
                }
                return Ok(true);
            }
        }
        if joins_next && let Some((start, _)) = self.ranges.get_mut(after) {
            *start = number;
            return Ok(true);
        }
        if self.ranges.insert(after, (number, number + 1)) { Ok(true) } else { Err(TooManyGaps) }
    }

    /// The range at `place` becomes part of the one before it.
    fn join(&mut self, place: usize) {
        let taken = self.ranges.remove(place);
        let before = place.checked_sub(1).and_then(|before| self.ranges.get_mut(before));
        if let (Some((_, end)), Some((_, last))) = (before, taken) {
            *end = last;
        }
    }

    /// Forgets every number below `floor`.
    pub(super) fn advance(&mut self, floor: u64) {
        while self.ranges.first().is_some_and(|&(_, end)| end <= floor) {
            self.ranges.remove(0);
        }
        if let Some((start, _)) = self.ranges.first_mut() {
            *start = (*start).max(floor);
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// The number of runs of consecutive numbers.
    fn runs(model: &BTreeSet<u64>) -> usize {
        model.iter().filter(|&&n| n == 0 || !model.contains(&(n - 1))).count()
    }

    proptest! {
        #[test]
        fn equals_a_plain_set(operations in prop::collection::vec((0u64..40, any::<prop::sample::Index>()), 1..200)) {
            let (mut set, mut model, mut floor) = (SequenceSet::below(0), BTreeSet::new(), 0);
            for (number, choice) in operations {
                if choice.index(16) == 0 {
                    floor = floor.max(number / 2);
                    set.advance(floor);
                    model.retain(|&n| n >= floor);
                    continue;
                }
                let number = number.max(floor);
                prop_assert_eq!(set.contains(number), model.contains(&number));
                let mut grown = model.clone();
                let fresh = grown.insert(number);
                if runs(&grown) > MAX_RANGES {
                    prop_assert_eq!(set.insert(number), Err(TooManyGaps));
                    continue;
                }
                prop_assert_eq!(set.insert(number), Ok(fresh));
                model = grown;
                let all: BTreeSet<u64> = set.ranges.iter().flat_map(|&(start, end)| start..end).collect();
                prop_assert_eq!(&all, &model);
                prop_assert_eq!(set.ranges.len(), runs(&model));
            }
        }
    }
}
