//! Pacing: when the next packet may be sent (RFC 9002 §7.7).
//!
//! Owns: the bytes written since the caller last asked, and the time until which writing waits. Must not know: the
//! window, the round-trip time. The caller sets the pace: nothing is delayed unless it calls
//! `ngtcp2_conn_update_pkt_tx_time` after it wrote.

use crate::units::{Duration, Timestamp};

#[derive(Debug)]
pub(super) struct Pacing {
    bytes: u64,
    next_send: Timestamp,
}

impl Pacing {
    pub(super) const fn new() -> Self {
        Self { bytes: 0, next_send: Timestamp::NEVER }
    }

    #[inline]
    pub(super) const fn on_bytes_sent(&mut self, bytes: u64) {
        self.bytes = self.bytes.saturating_add(bytes);
    }

    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The bytes written so far take `interval`; counting starts anew.
    pub(super) fn wait(&mut self, interval: Duration, now: Timestamp) {
        self.bytes = 0;
        self.next_send = now + interval;
    }

    /// When the next packet may be sent; `NEVER` when nothing is waiting.
    pub(super) const fn expiry(&self) -> Timestamp {
        self.next_send
    }

    #[inline]
    pub(super) fn allows(&self, now: Timestamp) -> bool {
        !self.next_send.is_set() || self.next_send <= now
    }

    /// Ends a wait that is over, so that it no longer shows as a timer.
    #[inline]
    pub(super) fn expire(&mut self, now: Timestamp) {
        if self.next_send <= now {
            self.next_send = Timestamp::NEVER;
        }
    }
}
