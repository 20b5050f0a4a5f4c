//! NewReno (RFC 9002 §7.3, appendix B) with HyStart++ as its slow start.
//!
//! Owns: the fraction of a byte that congestion avoidance has earned, and what to restore after a spurious
//! congestion event. Must not know: packets, timers.

use super::AckedSample;
use super::hystart::HyStart;
use super::window::Window;

#[derive(Debug)]
pub(super) struct Reno {
    slow_start: HyStart,
    /// Growth below one byte, in parts of the window, carried to the next ACK frame.
    fraction: u64,
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
        Self { slow_start: HyStart::new(), fraction: 0, before_event: None }
    }

    #[inline]
    pub(super) fn on_ack(&mut self, window: &mut Window, sample: &AckedSample) {
        if window.in_slow_start() {
            self.slow_start.on_ack(window, sample);
            return;
        }
        // One datagram for each window of acknowledged bytes (RFC 9002 §7.3.3, appendix B.5), bit by bit: in small windows
        // that losses keep small, datagrams that were earned in part would make up much of the growth.
        let earned = sample.bytes.saturating_mul(window.max_datagram_size).saturating_add(self.fraction);
        let bytes = window.bytes.max(1);
        self.fraction = earned % bytes;
        window.grow(earned / bytes);
    }

    pub(super) fn on_congestion_event(&mut self, window: &mut Window) {
        self.before_event =
            Some(BeforeEvent { window: window.bytes, slow_start_threshold: window.slow_start_threshold });
        window.reduce_to(window.bytes / 2);
    }

    pub(super) fn on_persistent_congestion(&mut self, window: &mut Window) {
        self.before_event = None;
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
