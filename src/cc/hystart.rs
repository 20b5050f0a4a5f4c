//! Slow start with HyStart++: it leaves slow start when the round-trip time rises, before the queue overflows.
//!
//! Owns: the rounds and their minimum round-trip times (RFC 9406 §4.2, §4.3). Must not know: what follows slow start.
//! `L`, the limit on growth per ACK frame, is infinite, as RFC 9406 §4.3 has it for paced senders: the caller paces.

use super::AckedSample;
use super::window::Window;
use crate::units::{Duration, Timestamp};

const MIN_RTT_THRESH: Duration = Duration::from_millis(4);
const MAX_RTT_THRESH: Duration = Duration::from_millis(16);
const MIN_RTT_DIVISOR: u64 = 8;
/// Samples a round needs before its minimum counts.
const N_RTT_SAMPLE: u32 = 8;
const CSS_GROWTH_DIVISOR: u64 = 4;
const CSS_ROUNDS: u32 = 5;

#[derive(Debug)]
pub(super) struct HyStart {
    /// When the current round began: it ends with the acknowledgement of a packet sent from then on.
    round_start: Timestamp,
    last_round_min_rtt: Duration,
    current_round_min_rtt: Duration,
    rtt_sample_count: u32,
    conservative: Option<ConservativeSlowStart>,
}

#[derive(Clone, Copy, Debug)]
struct ConservativeSlowStart {
    baseline_min_rtt: Duration,
    rounds: u32,
}

impl HyStart {
    pub(super) const fn new() -> Self {
        Self {
            round_start: Timestamp::ZERO,
            last_round_min_rtt: Duration::MAX,
            current_round_min_rtt: Duration::MAX,
            rtt_sample_count: 0,
            conservative: None,
        }
    }

    /// Grows a window that is in slow start; may end slow start by setting the threshold.
    #[inline]
    pub(super) fn on_ack(&mut self, window: &mut Window, sample: &AckedSample) {
        // Only the first slow start needs the estimate; later ones end at a threshold that was found (§4.3).
        if window.slow_start_threshold != u64::MAX {
            window.grow(sample.bytes);
            return;
        }
        self.observe(window, sample);
        let divisor = if self.conservative.is_some() { CSS_GROWTH_DIVISOR } else { 1 };
        window.grow(sample.bytes / divisor);
    }

    fn observe(&mut self, window: &mut Window, sample: &AckedSample) {
        if sample.newest_sent >= self.round_start {
            self.begin_round(window, sample.now);
        }
        let Some(rtt) = sample.measured_rtt else { return };
        self.current_round_min_rtt = self.current_round_min_rtt.min(rtt);
        self.rtt_sample_count = self.rtt_sample_count.saturating_add(1);
        if self.rtt_sample_count < N_RTT_SAMPLE {
            return;
        }
        match self.conservative {
            // The rise was jitter: back to slow start.
            Some(conservative) if self.current_round_min_rtt < conservative.baseline_min_rtt => {
                self.conservative = None;
            }
            Some(_) => {}
            None if self.delay_increased() => {
                let baseline_min_rtt = self.current_round_min_rtt;
                self.conservative = Some(ConservativeSlowStart { baseline_min_rtt, rounds: 0 });
            }
            None => {}
        }
    }

    fn begin_round(&mut self, window: &mut Window, now: Timestamp) {
        self.round_start = now;
        self.last_round_min_rtt = self.current_round_min_rtt;
        self.current_round_min_rtt = Duration::MAX;
        self.rtt_sample_count = 0;
        let Some(conservative) = &mut self.conservative else { return };
        conservative.rounds += 1;
        if conservative.rounds >= CSS_ROUNDS {
            window.slow_start_threshold = window.bytes;
            self.conservative = None;
        }
    }

    fn delay_increased(&self) -> bool {
        if self.last_round_min_rtt == Duration::MAX {
            return false;
        }
        let threshold = (self.last_round_min_rtt / MIN_RTT_DIVISOR).clamp(MIN_RTT_THRESH, MAX_RTT_THRESH);
        self.current_round_min_rtt >= self.last_round_min_rtt + threshold
    }
}
