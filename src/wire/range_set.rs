//! A set of integers as disjoint ranges: what of a stream was acknowledged, lost or received.
//!
//! Owns: the order. Ranges are half-open, ascending, not empty, and never touch. Must not know: what the integers count.

use crate::mem::{Array, Mem, NoMem};

/// Disjoint half-open ranges `[start, end)` in ascending order.
#[derive(Debug)]
pub(crate) struct RangeSet {
    ranges: Array<(u64, u64)>,
}

impl RangeSet {
    pub(crate) const fn new(mem: Mem) -> Self {
        Self { ranges: Array::new(mem) }
    }

    /// Makes room for `additional` more ranges. An insertion or a removal needs room for one at most.
    #[inline]
    pub(crate) fn try_reserve(&mut self, additional: usize) -> Result<(), NoMem> {
        self.ranges.try_reserve(additional)
    }

    /// Adds all of `[start, end)`. Nothing is changed when it fails; it needs memory only for a range that touches no
    /// other.
    #[inline]
    pub(crate) fn try_insert(&mut self, start: u64, end: u64) -> Result<(), NoMem> {
        if start >= end {
            return Ok(());
        }
        // In order or nearly so: the new range extends the last one or follows it.
        match self.ranges.last_mut() {
            Some(last) if last.0 <= start => {
                if start <= last.1 {
                    last.1 = last.1.max(end);
                    return Ok(());
                }
                self.ranges.try_push((start, end))
            }
            Some(_) => self.insert_before_last(start, end),
            None => self.ranges.try_push((start, end)),
        }
    }

    fn insert_before_last(&mut self, start: u64, end: u64) -> Result<(), NoMem> {
        // An acknowledgment that arrives in order extends the first range while later ones wait behind a hole.
        let first_fits = matches!(self.ranges.first(), Some(first) if first.0 <= start && start <= first.1);
        let begin = if first_fits { 0 } else { self.ranges.partition_point(|range| range.1 < start) };
        let touching = self.ranges.get(begin..).unwrap_or_default().partition_point(|range| range.0 <= end);
        let Some(last_touching) = touching.checked_sub(1) else {
            return self.ranges.try_insert(begin, (start, end));
        };
        let merged_end =
            self.ranges.get(begin.wrapping_add(last_touching)).map_or(end, |last| last.1.max(end));
        if let Some(first) = self.ranges.get_mut(begin) {
            *first = (first.0.min(start), merged_end);
        }
        self.close_gap(begin.wrapping_add(1), begin.wrapping_add(touching));
        Ok(())
    }

    /// Takes away all of `[start, end)`. Nothing is changed when it fails; it needs memory only where it splits a range.
    pub(crate) fn try_remove(&mut self, start: u64, end: u64) -> Result<(), NoMem> {
        if start >= end {
            return Ok(());
        }
        let begin = self.ranges.partition_point(|range| range.1 <= start);
        let overlapping = self.ranges.get(begin..).unwrap_or_default();
        let overlapping =
            overlapping.get(..overlapping.partition_point(|range| range.0 < end)).unwrap_or_default();
        let (Some(&(first_start, _)), Some(&(_, last_end))) = (overlapping.first(), overlapping.last())
        else {
            return Ok(());
        };
        let past = begin.wrapping_add(overlapping.len());
        let splits = overlapping.len() == 1 && first_start < start && end < last_end;
        if splits {
            self.ranges.try_insert(begin.wrapping_add(1), (end, last_end))?;
            self.replace(begin, (first_start, start));
            return Ok(());
        }
        let mut kept = begin;
        if first_start < start {
            self.replace(kept, (first_start, start));
            kept = kept.wrapping_add(1);
        }
        if end < last_end {
            self.replace(kept, (end, last_end));
            kept = kept.wrapping_add(1);
        }
        self.close_gap(kept, past);
        Ok(())
    }

    #[inline]
    fn replace(&mut self, index: usize, range: (u64, u64)) {
        if let Some(slot) = self.ranges.get_mut(index) {
            *slot = range;
        }
    }

    /// Drops the ranges at `from..to`.
    fn close_gap(&mut self, from: usize, to: usize) {
        let len = self.ranges.len();
        if from < to && to <= len {
            self.ranges.copy_within(to.., from);
            self.ranges.truncate(len.saturating_sub(to.wrapping_sub(from)));
        }
    }

    #[inline]
    pub(crate) fn contains(&self, value: u64) -> bool {
        let index = self.ranges.partition_point(|range| range.1 <= value);
        self.ranges.get(index).is_some_and(|range| range.0 <= value)
    }

    #[inline]
    pub(crate) fn first(&self) -> Option<(u64, u64)> {
        self.ranges.first().copied()
    }

    /// Where the last range ends.
    #[inline]
    pub(crate) fn end(&self) -> Option<u64> {
        self.ranges.last().map(|last| last.1)
    }

    pub(crate) fn pop_first(&mut self) -> Option<(u64, u64)> {
        self.ranges.remove(0)
    }

    /// How many ranges there are.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.ranges.len()
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    #[inline]
    pub(crate) fn iter(
        &self,
    ) -> impl DoubleEndedIterator<Item = (u64, u64)> + ExactSizeIterator + Clone + '_ {
        self.ranges.iter().copied()
    }

    /// Empties the set and keeps its memory.
    pub(crate) fn clear(&mut self) {
        self.ranges.clear();
    }
}
