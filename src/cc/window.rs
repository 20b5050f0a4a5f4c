//! The congestion window and what every controller shares of it.
//!
//! Owns: the window, its bounds, the slow start threshold and the recovery period (RFC 9002 §7.2, §7.3). Must not
//! know: which controller moves it.

use crate::units::Timestamp;

/// The window never falls below this many datagrams (RFC 9002 §7.2).
const MINIMUM_DATAGRAMS: u64 = 2;

/// Past this window pacing and growth arithmetic would gain nothing: it is 2^16 times what a 10 Gbit/s path of 600 ms
/// holds, and leaves every product of the controllers within 64 bits or exact floating point.
pub(super) const MAXIMUM_WINDOW: u64 = 1 << 46;

#[derive(Debug)]
pub(super) struct Window {
    pub(super) bytes: u64,
    pub(super) slow_start_threshold: u64,
    pub(super) max_datagram_size: u64,
    /// Packets sent before this time belong to the congestion event already answered; zero before the first.
    recovered_from: Timestamp,
}

impl Window {
    pub(super) fn new(max_datagram_size: u64) -> Self {
        Self {
            bytes: initial_window(max_datagram_size),
            slow_start_threshold: u64::MAX,
            max_datagram_size,
            recovered_from: Timestamp::ZERO,
        }
    }

    pub(super) fn initial(&self) -> u64 {
        initial_window(self.max_datagram_size)
    }

    pub(super) const fn minimum(&self) -> u64 {
        MINIMUM_DATAGRAMS * self.max_datagram_size
    }

    #[inline]
    pub(super) const fn in_slow_start(&self) -> bool {
        self.bytes < self.slow_start_threshold
    }

    #[inline]
    pub(super) fn in_recovery(&self, time_sent: Timestamp) -> bool {
        time_sent < self.recovered_from
    }

    /// RFC 9002 §7.3.2: the period lasts until a packet sent after `now` is acknowledged.
    pub(super) fn enter_recovery(&mut self, now: Timestamp) {
        self.recovered_from = Timestamp(now.0.saturating_add(1));
    }

    pub(super) const fn leave_recovery(&mut self) {
        self.recovered_from = Timestamp::ZERO;
    }

    #[inline]
    pub(super) fn grow(&mut self, bytes: u64) {
        self.bytes = self.bytes.saturating_add(bytes).min(MAXIMUM_WINDOW);
    }

    /// The multiplicative decrease: window and threshold become `bytes`, but not less than the minimum.
    pub(super) fn reduce_to(&mut self, bytes: u64) {
        self.slow_start_threshold = bytes.max(self.minimum());
        self.bytes = self.slow_start_threshold;
    }

    pub(super) fn set_max_datagram_size(&mut self, max_datagram_size: u64) {
        self.max_datagram_size = max_datagram_size;
        self.bytes = self.bytes.max(self.minimum());
    }
}

/// RFC 9002 §7.2: ten datagrams, but no more than the greater of 14720 bytes and two datagrams.
fn initial_window(max_datagram_size: u64) -> u64 {
    (10 * max_datagram_size).min((2 * max_datagram_size).max(14_720))
}
