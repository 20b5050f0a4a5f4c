//! NewReno (RFC 9002 §7.3, appendix B) with HyStart++ as its slow start.
//!
//! Owns: the fraction of a datagram that congestion avoidance has earned, and what to restore after a spurious
//! congestion event. Must not know: packets, timers.

use super::AckedSample;
use super::hystart::HyStart;
use super::window::Window;

#[derive(Debug)]
pub(super) struct Reno {
    slow_start: HyStart,
    /// Bytes acknowledged in congestion avoidance that have not yet bought a datagram of window.
    acknowledged: u64,
    before_event: Option<BeforeEvent>,
}

/// The window as it was before the last congestion event.
#[derive(Clone, Copy, Debug)]
struct BeforeEvent {
    window: u64,
    slow_start_threshold: u64,
}

impl Reno {
    pub(super) const fn new() -> Self {
        Self { slow_start: HyStart::new(), acknowledged: 0, before_event: None }
    }

    #[inline]
    pub(super) fn on_ack(&mut self, window: &mut Window, sample: &AckedSample) {
        if window.in_slow_start() {
            self.slow_start.on_ack(window, sample);
            return;
        }
        // One datagram for each window of acknowledged bytes (RFC 9002 §7.3.3, counted as RFC 3465 does).
        self.acknowledged += sample.bytes;
        if self.acknowledged >= window.bytes {
            self.acknowledged -= window.bytes;
            window.grow(window.max_datagram_size);
        }
    }

    pub(super) fn on_congestion_event(&mut self, window: &mut Window) {
        self.before_event =
            Some(BeforeEvent { window: window.bytes, slow_start_threshold: window.slow_start_threshold });
        self.acknowledged = 0;
        window.reduce_to(window.bytes / 2);
    }

    pub(super) fn on_persistent_congestion(&mut self, window: &mut Window) {
        self.before_event = None;
        self.acknowledged = 0;
        window.bytes = window.minimum();
        window.leave_recovery();
    }

    pub(super) fn on_spurious_congestion(&mut self, window: &mut Window) {
        let Some(before) = self.before_event.take() else { return };
        window.bytes = window.bytes.max(before.window);
        window.slow_start_threshold = window.slow_start_threshold.max(before.slow_start_threshold);
        window.leave_recovery();
    }
}
