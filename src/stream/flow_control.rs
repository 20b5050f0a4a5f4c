//! Credit-based flow control: what a peer lets us send, and what we let the peer send.
//!
//! Owns: both sides of one limit, for a stream as for the connection, when a new limit is worth a frame, and the
//! growth of a window. Must not know: streams, frames, queues. Implements RFC 9000 §4.1 and §4.2.

use crate::error::{Error, Result};
use crate::units::{Duration, Timestamp};

/// The largest offset a stream or a connection can reach (RFC 9000 §4.5, §16).
pub(crate) const MAX_OFFSET: u64 = (1 << 62) - 1;

/// A limit is announced once the credit given back since the last announcement exceeds this part of the window:
/// early enough for a frame to be lost and repeated, rarely enough not to burden every packet.
const ANNOUNCE_AT_FRACTION_OF_WINDOW: u64 = 4;

/// A window that the peer would fill within this many round trips may be what holds it back.
const ROUND_TRIPS_TO_FILL_WINDOW: u64 = 8;

/// What the peer allows us to send.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SendCredit {
    used: u64,
    limit: u64,
    /// The limit that a BLOCKED frame was last requested for; `u64::MAX` when none was.
    blocked_at: u64,
}

impl SendCredit {
    pub(crate) const fn new(limit: u64) -> Self {
        Self { used: 0, limit, blocked_at: u64::MAX }
    }

    #[inline]
    pub(crate) const fn used(&self) -> u64 {
        self.used
    }

    #[inline]
    pub(crate) const fn limit(&self) -> u64 {
        self.limit
    }

    #[inline]
    pub(crate) const fn left(&self) -> u64 {
        self.limit.saturating_sub(self.used)
    }

    /// Uses credit for new bytes; the caller asked `left` before.
    #[inline]
    pub(crate) fn consume(&mut self, len: u64) {
        debug_assert!(len <= self.left());
        self.used = self.used.saturating_add(len);
    }

    /// What `used` would be with `len` more bytes, within the limit.
    #[inline]
    pub(crate) fn after(&self, len: u64) -> Option<u64> {
        self.used.checked_add(len).filter(|used| *used <= self.limit)
    }

    /// Uses credit up to what `after` said.
    #[inline]
    pub(crate) const fn consume_to(&mut self, used: u64) {
        self.used = used;
    }

    /// A new limit from the peer. One that is not larger is out of date and ignored (RFC 9000 §4.1).
    pub(crate) fn raise(&mut self, limit: u64) -> bool {
        let limit = limit.min(MAX_OFFSET);
        if limit <= self.limit {
            return false;
        }
        self.limit = limit;
        true
    }

    /// Whether being blocked at the present limit is news that deserves a BLOCKED frame: true once per limit.
    pub(crate) fn note_blocked(&mut self) -> bool {
        if self.left() != 0 || self.blocked_at == self.limit {
            return false;
        }
        self.blocked_at = self.limit;
        true
    }

    /// Whether a lost BLOCKED frame that named `limit` still tells the truth.
    pub(crate) const fn is_blocked_at(&self, limit: u64) -> bool {
        self.limit == limit && self.left() == 0
    }
}

/// A limit to announce, and the window it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LimitUpdate {
    pub(crate) limit: u64,
    window: u64,
}

/// What we allow the peer to send.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReceiveCredit {
    /// Bytes received, as the sum of the largest offsets.
    received: u64,
    /// The limit the peer was told.
    announced: u64,
    /// The limit that the application's consumption permits by now.
    granted: u64,
    /// Past this much of `granted` a new limit is worth a frame.
    announce_from: u64,
    window: u64,
    /// When a limit was last announced: the growth of the window is measured from there.
    announced_at: Timestamp,
}

impl ReceiveCredit {
    pub(crate) fn new(window: u64) -> Self {
        let window = window.min(MAX_OFFSET);
        Self {
            received: 0,
            announced: window,
            granted: window,
            announce_from: window + window / ANNOUNCE_AT_FRACTION_OF_WINDOW,
            window,
            announced_at: Timestamp::NEVER,
        }
    }

    #[inline]
    pub(crate) const fn received(&self) -> u64 {
        self.received
    }

    /// Whether `len` more bytes are within the announced limit.
    #[inline]
    pub(crate) const fn allows(&self, len: u64) -> bool {
        len <= self.announced.saturating_sub(self.received)
    }

    /// What `received` would be with `len` more bytes, within the announced limit.
    #[inline]
    pub(crate) fn after(&self, len: u64) -> Option<u64> {
        self.received.checked_add(len).filter(|received| *received <= self.announced)
    }

    /// Counts bytes up to what `after` said.
    #[inline]
    pub(crate) const fn receive_to(&mut self, received: u64) {
        self.received = received;
    }

    /// Checks that `len` more bytes are within the announced limit; changes nothing.
    #[inline]
    pub(crate) const fn check(&self, len: u64) -> Result<()> {
        if self.allows(len) { Ok(()) } else { Err(Error::FlowControl) }
    }

    /// Counts bytes that `check` let through.
    #[inline]
    pub(crate) fn receive(&mut self, len: u64) {
        self.received = self.received.saturating_add(len);
    }

    /// The application has room for `len` more bytes.
    #[inline]
    pub(crate) fn give_back(&mut self, len: u64) {
        self.granted = self.granted.saturating_add(len).min(MAX_OFFSET);
    }

    /// Whether enough was given back to announce a new limit.
    #[inline]
    pub(crate) const fn is_update_due(&self) -> bool {
        self.granted > self.announce_from
    }

    /// The limit to announce now. Where `max_window` is not zero the window doubles, up to it, when the
    /// application consumes so fast that the peer would fill a window within a few round trips.
    pub(crate) fn next_update(&self, now: Timestamp, smoothed_rtt: Duration, max_window: u64) -> LimitUpdate {
        let window = self.next_window(now, smoothed_rtt, max_window);
        let limit = self.granted.saturating_add(window - self.window).min(MAX_OFFSET);
        LimitUpdate { limit, window }
    }

    fn next_window(&self, now: Timestamp, smoothed_rtt: Duration, max_window: u64) -> u64 {
        if self.window >= max_window || !self.announced_at.is_set() {
            return self.window;
        }
        let given_back = self.granted - self.announced;
        let time_to_fill = u128::from(now.since(self.announced_at).as_nanos()) * u128::from(self.window);
        let fast =
            u128::from((smoothed_rtt * ROUND_TRIPS_TO_FILL_WINDOW).as_nanos()) * u128::from(given_back);
        if time_to_fill >= fast {
            return self.window;
        }
        self.window.saturating_mul(2).min(max_window)
    }

    /// The frame with this limit was written.
    pub(crate) fn announce(&mut self, update: LimitUpdate, now: Timestamp) {
        self.announced = self.announced.max(update.limit);
        self.granted = self.granted.max(update.limit);
        self.window = update.window;
        self.announce_from = self.announced + self.window / ANNOUNCE_AT_FRACTION_OF_WINDOW;
        self.announced_at = now;
    }

    /// Whether a lost frame that named `limit` has to be repeated: a later one makes up for it.
    pub(crate) const fn is_latest(&self, limit: u64) -> bool {
        self.announced == limit
    }
}

#[cfg(test)]
impl ReceiveCredit {
    pub(crate) const fn announced(&self) -> u64 {
        self.announced
    }

    pub(crate) const fn granted(&self) -> u64 {
        self.granted
    }

    pub(crate) const fn window(&self) -> u64 {
        self.window
    }
}
