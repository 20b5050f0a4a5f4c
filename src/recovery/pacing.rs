//! Pacing: when the next packet may be sent (RFC 9002 §7.7).
//!
//! Owns: the bytes written since the caller last asked, and the time until which writing waits. Must not know: the
//! window, the round-trip time. The caller sets the pace: nothing is delayed unless it calls
//! `ngtcp2_conn_update_pkt_tx_time` after it wrote. A caller whose timers are late makes up for it: the time it lost
//! shortens later waits, by half at most.

use crate::units::{Duration, Timestamp};

#[derive(Debug)]
pub(super) struct Pacing {
    bytes: u64,
    next_send: Timestamp,
    waiting: bool,
    /// How long after `next_send` the caller came back, as far as that has not shortened a wait yet.
    late: Duration,
}

impl Pacing {
    pub(super) const fn new() -> Self {
        Self { bytes: 0, next_send: Timestamp::NEVER, waiting: false, late: Duration::ZERO }
    }

    #[inline]
    pub(super) fn on_bytes_sent(&mut self, bytes: u64, now: Timestamp) {
        self.end_wait(now);
        self.bytes = self.bytes.saturating_add(bytes);
    }

    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The bytes written so far take `interval`; counting starts anew. No more than `longest_delay` is made up for:
    /// what was not sent for longer than that was not delayed, but idle.
    pub(super) fn wait(&mut self, interval: Duration, longest_delay: Duration, now: Timestamp) {
        if self.bytes == 0 {
            return;
        }
        let shortened = self.late.min(longest_delay).min(interval / 2);
        self.late = self.late.min(longest_delay) - shortened;
        self.bytes = 0;
        self.waiting = true;
        self.next_send = now + (interval - shortened);
    }

    /// When the next packet may be sent; `NEVER` when nothing is waiting.
    pub(super) const fn expiry(&self) -> Timestamp {
        if self.waiting { self.next_send } else { Timestamp::NEVER }
    }

    #[inline]
    pub(super) fn allows(&self, now: Timestamp) -> bool {
        !self.waiting || self.next_send <= now
    }

    /// Ends a wait that is over, so that it no longer shows as a timer.
    #[inline]
    pub(super) fn end_wait(&mut self, now: Timestamp) {
        if self.waiting && self.next_send <= now {
            self.waiting = false;
            self.late += now.since(self.next_send);
        }
    }
}
