//! How many streams may be opened, and which were.
//!
//! Owns: for one direction, the count of our own streams against the peer's limit, and the peer's opened ordinals
//! against ours. A stream is opened by itself: lower ids stay unopened until they are seen. Must not know: streams.
//! Implements RFC 9000 §2.1 and §4.6.

use crate::error::{Error, Result};
use crate::mem::{Mem, NoMem};
use crate::wire::RangeSet;

/// The largest count of streams (RFC 9000 §4.6): ids stay below 2^62.
pub(crate) const MAX_STREAMS: u64 = 1 << 60;

/// The most gaps between opened ordinals. Packets out of order leave as many as streams were opened in one flight;
/// 4096 keep the set within 64 KiB and an insertion within a microsecond.
pub(super) const MAX_OPENED_RANGES: usize = 4096;

/// Our own streams of one direction.
#[derive(Clone, Copy, Debug)]
pub(super) struct LocalStreams {
    opened: u64,
    /// The peer's limit.
    limit: u64,
    /// Opening failed at this limit, and the peer was or will be told; `u64::MAX` when it did not.
    blocked_at: u64,
    blocked_pending: bool,
}

impl LocalStreams {
    pub(super) const fn new() -> Self {
        Self { opened: 0, limit: 0, blocked_at: u64::MAX, blocked_pending: false }
    }

    pub(super) const fn opened(&self) -> u64 {
        self.opened
    }

    pub(super) const fn left(&self) -> u64 {
        self.limit.saturating_sub(self.opened)
    }

    /// The ordinal that the next stream takes. A failure is remembered as something the peer may want to hear.
    pub(super) fn next_ordinal(&mut self) -> Result<u64> {
        if self.left() != 0 {
            return Ok(self.opened);
        }
        if self.blocked_at != self.limit {
            self.blocked_at = self.limit;
            self.blocked_pending = true;
        }
        Err(Error::StreamIdBlocked)
    }

    pub(super) fn note_opened(&mut self) {
        self.opened += 1;
    }

    pub(super) fn raise(&mut self, limit: u64) -> bool {
        let limit = limit.min(MAX_STREAMS);
        if limit <= self.limit {
            return false;
        }
        self.limit = limit;
        self.blocked_pending = false;
        true
    }

    /// The limit that a STREAMS_BLOCKED frame should name.
    pub(super) fn blocked_frame(&self) -> Option<u64> {
        self.blocked_pending.then_some(self.limit)
    }

    pub(super) fn blocked_sent(&mut self) {
        self.blocked_pending = false;
    }

    pub(super) fn on_blocked_lost(&mut self, limit: u64) {
        self.blocked_pending |= self.limit == limit && self.left() == 0;
    }
}

/// The peer's streams of one direction.
pub(super) struct RemoteStreams {
    opened: RangeSet,
    /// The limit the peer was told.
    announced: u64,
    /// The limit to announce.
    granted: u64,
    /// A frame with `announced` was lost.
    repeat: bool,
}

impl RemoteStreams {
    pub(super) fn new(mem: Mem) -> Self {
        Self { opened: RangeSet::new(mem), announced: 0, granted: 0, repeat: false }
    }

    /// The limit of our transport parameters.
    pub(super) fn set_initial(&mut self, limit: u64) {
        let limit = limit.min(MAX_STREAMS);
        self.announced = limit;
        self.granted = limit;
    }

    /// Whether a stream is permitted at all.
    pub(super) const fn check(&self, ordinal: u64) -> Result<()> {
        if ordinal >= self.announced {
            return Err(Error::StreamLimit);
        }
        Ok(())
    }

    pub(super) fn was_opened(&self, ordinal: u64) -> bool {
        self.opened.contains(ordinal)
    }

    /// Whether the stream follows the last one that was opened, as most do: `note_opened` succeeds.
    #[inline]
    pub(super) fn is_next(&self, ordinal: u64) -> bool {
        self.opened.end() == Some(ordinal)
    }

    /// Makes sure that `note_opened` succeeds.
    pub(super) fn try_reserve(&mut self) -> Result<()> {
        if self.opened.len() >= MAX_OPENED_RANGES {
            return Err(Error::StreamLimit);
        }
        Ok(self.opened.try_reserve(1)?)
    }

    #[inline]
    pub(super) fn note_opened(&mut self, ordinal: u64) -> Result<(), NoMem> {
        self.opened.try_insert(ordinal, ordinal + 1)
    }

    pub(super) fn extend(&mut self, count: u64) {
        self.granted = self.granted.saturating_add(count).min(MAX_STREAMS);
    }

    /// The limit that a MAX_STREAMS frame should name.
    pub(super) fn max_streams_frame(&self) -> Option<u64> {
        (self.granted > self.announced || self.repeat).then_some(self.granted)
    }

    /// Tells whether the limit is a new one, or a lost one repeated.
    pub(super) fn max_streams_sent(&mut self, limit: u64) -> bool {
        let is_new = limit > self.announced;
        self.announced = self.announced.max(limit);
        self.repeat = false;
        is_new
    }

    pub(super) fn on_max_streams_lost(&mut self, limit: u64) {
        self.repeat |= limit == self.announced;
    }

    pub(super) fn clear(&mut self) {
        self.opened.clear();
        self.repeat = false;
    }
}
