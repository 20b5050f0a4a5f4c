//! ProbeRTT (§5.3.4): now and then send little, to see the round-trip time without the flow's own queue.
//!
//! Owns: how long a probe lasts. Must not know: ProbeBW's cycle, but where to enter it.

use super::Bbr;
use super::machine::{PROBE_RTT_WINDOW_GAIN, State};
use crate::cc::RateSample;
use crate::cc::window::Window;
use crate::units::{Duration, Timestamp};

/// BBR.ProbeRTTDuration.
const DURATION: Duration = Duration::from_millis(200);

#[derive(Debug, Default)]
pub(super) struct RoundTripProbe {
    /// BBR.probe_rtt_done_stamp; `None` until little enough is in flight.
    done_at: Option<Timestamp>,
    /// BBR.probe_rtt_round_done.
    round_done: bool,
}

impl Bbr {
    /// CheckProbeRTT.
    pub(super) fn check_probe_rtt(&mut self, window: &mut Window, sample: &RateSample) {
        // An idle time has let the queue drain as well as a probe would.
        if self.min_round_trip.is_stale() && !self.idle_restart && self.machine.round_trip_stale() {
            self.save_window(window, window.in_recovery(sample.newest_sent));
            self.round_trip_probe = RoundTripProbe::default();
            self.cycle.stop_probe();
            self.rounds.restart(sample.total_delivered);
        }
        if self.state() == State::ProbeRtt {
            self.continue_probe_rtt(window, sample);
        }
        self.idle_restart = false;
    }

    /// HandleProbeRTT.
    fn continue_probe_rtt(&mut self, window: &mut Window, sample: &RateSample) {
        if self.round_trip_probe.done_at.is_none() {
            if sample.bytes_in_flight <= self.probe_rtt_window(window) {
                self.round_trip_probe.done_at = Some(sample.now + DURATION);
                self.round_trip_probe.round_done = false;
                self.rounds.restart(sample.total_delivered);
            }
            return;
        }
        self.round_trip_probe.round_done |= self.rounds.started();
        if self.round_trip_probe.round_done {
            self.finish_probe_rtt(window, sample.total_delivered, sample.now);
        }
    }

    /// CheckProbeRTTDone and ExitProbeRTT.
    pub(super) fn finish_probe_rtt(&mut self, window: &mut Window, delivered: u64, now: Timestamp) {
        if self.round_trip_probe.done_at.is_none_or(|done_at| now <= done_at) {
            return;
        }
        self.min_round_trip.probed(now);
        self.restore_window(window);
        self.bounds.forget_short_term();
        if !self.pipe.was_full() {
            self.machine.startup_resumed();
        } else if self.machine.round_trip_probed() {
            // Little is in flight, so there is headroom already.
            self.begin_cycle(delivered, now);
            self.machine.headroom_left();
        }
    }

    /// ProbeRTTCwnd.
    pub(super) fn probe_rtt_window(&self, window: &Window) -> u64 {
        self.product(window, self.bandwidth, PROBE_RTT_WINDOW_GAIN).max(Self::minimum_window(window))
    }
}
