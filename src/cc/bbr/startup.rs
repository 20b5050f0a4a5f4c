//! Startup and Drain (§5.3.1, §5.3.2): find the bandwidth, then empty the queue that this made.
//!
//! Owns: when each of them ends. Must not know: ProbeBW's cycle.

use super::Bbr;
use super::machine::State;
use crate::cc::window::Window;
use crate::cc::{Flight, RateSample};

/// BBR.StartupFullLossCnt: fewer runs of losses in a round trip may be a burst that says little.
const FULL_LOSS_RUNS: u32 = 6;

/// The bandwidth may have been overestimated: Drain lasts no longer than this.
const DRAIN_ROUNDS: u64 = 3;

impl Bbr {
    /// CheckStartupHighLoss, at the end of a round trip that began with a loss.
    pub(super) fn check_startup_congestion(&mut self, window: &Window, sample: &RateSample) {
        if self.state() != State::Startup || self.pipe.was_full() {
            return;
        }
        let flight: &Flight = &sample.flight;
        let high_loss = self.latest.loss
            && self.latest.loss_runs >= FULL_LOSS_RUNS
            && self.path_loss.is_too_high(flight, window.max_datagram_size);
        if high_loss || self.latest.marks {
            self.undo.ended = if high_loss { Some(State::Startup) } else { None };
            self.pipe.set_was_full(true);
            let product = self.product(window, self.max_bandwidth.best(), 100);
            self.bounds.set_long_term(product.max(self.latest.inflight));
        }
    }

    /// CheckStartupDone.
    pub(super) fn check_startup_done(&mut self) {
        if self.pipe.was_full() && self.machine.pipe_filled() {
            self.drain_start = self.rounds.count();
        }
    }

    /// CheckDrainDone.
    pub(super) fn check_drain_done(&mut self, window: &Window, sample: &RateSample) {
        if self.state() != State::Drain {
            return;
        }
        let drained = sample.bytes_in_flight <= self.inflight(window, self.bandwidth);
        if (drained || self.rounds.count() > self.drain_start + DRAIN_ROUNDS) && self.machine.queue_drained()
        {
            self.begin_cycle(sample.total_delivered, sample.now);
        }
    }
}
