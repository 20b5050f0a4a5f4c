//! Which of the bytes sent are acknowledged, lost, or in flight.
//!
//! Owns: the acknowledged prefix, and beyond it what was acknowledged out of order and what waits to be sent again.
//! Acknowledgements in order move one number and touch nothing else. Must not know: where the bytes stand, frames,
//! packets. Implements the bookkeeping of RFC 9000 §3.1 and §13.3.
//!
//! Both sets are bounded by the application's memory: each range is part of data that the application has to keep,
//! and that a packet of ours carried.

use crate::mem::{Boxed, Mem, NoMem};
use crate::wire::RangeSet;

pub(super) struct SentRanges {
    /// Everything below is acknowledged.
    acked_to: u64,
    /// Made with the first acknowledgement out of order or the first loss, and kept: where there was one there will
    /// be more.
    disorder: Option<Boxed<Disorder>>,
    mem: Mem,
}

struct Disorder {
    /// Acknowledged beyond `acked_to`, which is in no range and touches none.
    acked: RangeSet,
    /// Lost and not sent again yet; disjoint from `acked` and all of it beyond `acked_to`.
    lost: RangeSet,
}

impl SentRanges {
    pub(super) const fn new(mem: Mem) -> Self {
        Self { acked_to: 0, disorder: None, mem }
    }

    #[inline]
    pub(super) const fn acked_to(&self) -> u64 {
        self.acked_to
    }

    /// Notes an acknowledgement; tells how many bytes it added to the acknowledged prefix.
    #[inline(always)]
    pub(super) fn on_acked(&mut self, offset: u64, len: u64) -> Result<u64, NoMem> {
        if offset == self.acked_to && self.disorder.is_none() {
            self.acked_to = offset + len;
            return Ok(len);
        }
        self.on_any_acked(offset, len)
    }

    /// The same, wherever the bytes stand.
    #[inline(never)]
    fn on_any_acked(&mut self, offset: u64, len: u64) -> Result<u64, NoMem> {
        let end = offset.saturating_add(len);
        if end <= self.acked_to {
            return Ok(0);
        }
        let before = self.acked_to;
        let Some(disorder) = self.disorder.as_mut() else {
            if offset <= self.acked_to {
                self.acked_to = end;
                return Ok(end - before);
            }
            self.make_disorder()?.acked.try_insert(offset, end)?;
            return Ok(0);
        };
        if offset > self.acked_to {
            disorder.acked.try_reserve(1)?;
            disorder.lost.try_remove(offset, end)?;
            disorder.acked.try_insert(offset, end)?;
            return Ok(0);
        }
        // Nothing below `acked_to` is in `lost`, so that this cuts its front off and splits no range.
        disorder.lost.try_remove(before, end)?;
        self.acked_to = end;
        while let Some((start, end)) = disorder.acked.first()
            && start <= self.acked_to
        {
            self.acked_to = self.acked_to.max(end);
            disorder.acked.pop_first();
        }
        Ok(self.acked_to - before)
    }

    /// Notes a loss: what of the range is not acknowledged has to be sent again.
    pub(super) fn on_lost(&mut self, offset: u64, len: u64) -> Result<(), NoMem> {
        let end = offset.saturating_add(len);
        let mut start = offset.max(self.acked_to);
        if start >= end {
            return Ok(());
        }
        let disorder = match self.disorder.as_mut() {
            Some(disorder) => disorder,
            None => self.make_disorder()?,
        };
        let begin = start;
        let within =
            disorder.acked.iter().skip_while(|range| range.1 <= begin).take_while(|range| range.0 < end);
        disorder.lost.try_reserve(within.clone().count() + 1)?;
        for (acked_start, acked_end) in within {
            disorder.lost.try_insert(start, acked_start)?;
            start = acked_end;
        }
        disorder.lost.try_insert(start, end)
    }

    /// The lost range with the smallest offset.
    pub(super) fn first_lost(&self) -> Option<(u64, u64)> {
        self.disorder.as_ref()?.lost.first()
    }

    pub(super) fn has_lost(&self) -> bool {
        self.disorder.as_ref().is_some_and(|disorder| !disorder.lost.is_empty())
    }

    /// The bytes are in flight again.
    pub(super) fn on_resent(&mut self, offset: u64, len: u64) -> Result<(), NoMem> {
        let Some(disorder) = self.disorder.as_mut() else { return Ok(()) };
        disorder.lost.try_remove(offset, offset.saturating_add(len))
    }

    /// Nothing will be sent again.
    pub(super) fn forget_lost(&mut self) {
        match self.disorder.as_mut() {
            Some(disorder) if !disorder.acked.is_empty() => disorder.lost.clear(),
            _ => self.disorder = None,
        }
    }

    /// Frees the sets: neither acknowledgements nor losses matter any more.
    #[inline(always)]
    pub(super) fn abandon(&mut self) {
        if self.disorder.is_some() {
            self.disorder = None;
        }
    }

    fn make_disorder(&mut self) -> Result<&mut Disorder, NoMem> {
        let fresh = Disorder { acked: RangeSet::new(self.mem), lost: RangeSet::new(self.mem) };
        Ok(&mut **self.disorder.insert(Boxed::try_new(self.mem, fresh)?))
    }
}

#[cfg(test)]
impl SentRanges {
    /// How many bytes are lost.
    pub(super) fn lost_len(&self) -> u64 {
        let lost = self.disorder.as_ref().map(|disorder| disorder.lost.iter());
        lost.into_iter().flatten().map(|(start, end)| end - start).sum()
    }
}
