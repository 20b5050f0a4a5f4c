//! ProbeBW (§5.3.3): the cycle of sending slower than, as fast as, and faster than the path delivers.
//!
//! Owns: the cycle's clock, what its probes found, and the long-term bound they move. Must not know: how losses are
//! told from noise.

use super::Bbr;
use super::bounds::Bounds;
use super::machine::State;
use crate::cc::window::Window;
use crate::cc::{Flight, RateSample};
use crate::units::{Duration, Timestamp};

/// The time between probes is between this and a second more (§5.3.3.8.2).
const SHORTEST_WAIT: Duration = Duration::from_millis(2_000);
const WAIT_SPREAD: u64 = 1_000_000_000;

/// T_reno_bound: a probe comes after so many round trips, since Reno would have lost a packet by then.
const RENO_ROUNDS: u64 = 63;

/// The long-term bound grows by at most 2^30 datagrams in a round trip.
const MAXIMUM_GROWTH_SHIFT: u32 = 30;

/// BBR.ack_phase: what the packets that are acknowledged now were sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AckPhase {
    Initial,
    Refilling,
    ProbeStarting,
    ProbeFeedback,
    ProbeStopping,
}

#[derive(Debug)]
pub(super) struct Cycle {
    ack_phase: AckPhase,
    /// BBR.cycle_stamp and BBR.bw_probe_wait.
    began: Timestamp,
    wait: Duration,
    /// BBR.rounds_since_probe_up.
    rounds: u64,
    /// BBR.bw_probe_up_rounds, BBR.bw_probe_up_acked and BBR.probe_up_acked_per_inc.
    probe_rounds: u32,
    probe_acked: u64,
    acked_per_datagram: u64,
    /// BBR.is_bw_probe_sample: acknowledgements tell of a probe that was not answered yet.
    samples_probe: bool,
    /// BBR.prev_probe_too_high and BBR.prev_probe_precautionary.
    too_high: bool,
    precautionary: bool,
    random: u64,
}

impl Cycle {
    pub(super) const fn new() -> Self {
        Self {
            ack_phase: AckPhase::Initial,
            began: Timestamp::ZERO,
            wait: Duration::ZERO,
            rounds: 0,
            probe_rounds: 0,
            probe_acked: 0,
            acked_per_datagram: u64::MAX,
            samples_probe: false,
            too_high: false,
            precautionary: false,
            random: 0,
        }
    }

    pub(super) const fn samples_probe(&self) -> bool {
        self.samples_probe
    }

    pub(super) const fn count_round(&mut self) {
        self.rounds = self.rounds.saturating_add(1);
    }

    /// What is acknowledged from now on was not sent as a probe.
    pub(super) const fn stop_probe(&mut self) {
        self.ack_phase = AckPhase::ProbeStopping;
    }

    /// PickProbeWait. Flows that share a queue should not probe in step; their clocks differ by enough to see to that.
    fn pick_wait(&mut self, now: Timestamp) {
        // SplitMix64.
        self.random = (self.random ^ now.0).wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        self.rounds = mixed & 1;
        self.wait = SHORTEST_WAIT + Duration((mixed >> 1) % WAIT_SPREAD);
    }

    /// RaiseInflightLongtermSlope.
    fn raise_slope(&mut self, window: &Window) {
        let growth = 1_u64 << self.probe_rounds;
        self.probe_rounds = (self.probe_rounds + 1).min(MAXIMUM_GROWTH_SHIFT);
        self.acked_per_datagram = (window.bytes / growth).max(window.max_datagram_size);
    }
}

impl Bbr {
    /// StartProbeBW_DOWN, after the machine has gone there.
    pub(super) fn begin_cycle(&mut self, delivered: u64, now: Timestamp) {
        self.forget_latest_delivery();
        self.cycle.acked_per_datagram = u64::MAX;
        self.cycle.pick_wait(now);
        self.cycle.began = now;
        self.cycle.stop_probe();
        self.rounds.restart(delivered);
    }

    /// StartProbeBW_REFILL, where it is possible.
    pub(super) fn start_refill(&mut self, delivered: u64) {
        if !self.machine.probe_due() {
            return;
        }
        self.bounds.forget_short_term();
        self.cycle.probe_rounds = 0;
        self.cycle.probe_acked = 0;
        self.cycle.precautionary = false;
        self.cycle.ack_phase = AckPhase::Refilling;
        self.rounds.restart(delivered);
    }

    /// StartProbeBW_UP.
    fn start_up(&mut self, window: &Window, sample: &RateSample) {
        if !self.machine.pipe_refilled() {
            return;
        }
        self.cycle.samples_probe = true;
        self.cycle.ack_phase = AckPhase::ProbeStarting;
        self.rounds.restart(sample.total_delivered);
        self.pipe.restart(sample.delivery_rate.unwrap_or_default());
        self.cycle.raise_slope(window);
    }

    /// UpdateProbeBWCyclePhase.
    pub(super) fn update_probe_bw(&mut self, window: &Window, sample: &RateSample) {
        if !self.pipe.was_full() || self.adapt_long_term_bound(window, sample) {
            return;
        }
        match self.state() {
            State::ProbeBwDown | State::ProbeBwCruise if self.is_time_to_probe(window, sample.now) => {
                self.start_refill(sample.total_delivered);
            }
            State::ProbeBwDown if self.is_time_to_cruise(window, sample) => {
                self.machine.headroom_left();
            }
            State::ProbeBwRefill if self.rounds.started() => self.start_up(window, sample),
            State::ProbeBwUp if self.is_time_to_go_down(window, sample) => {
                self.cycle.too_high = false;
                self.end_probe(sample.total_delivered, sample.now);
            }
            _ => {}
        }
    }

    fn end_probe(&mut self, delivered: u64, now: Timestamp) {
        if self.machine.probe_ended() {
            self.begin_cycle(delivered, now);
        }
    }

    /// AdaptLongTermModel. Returns whether the state has changed.
    fn adapt_long_term_bound(&mut self, window: &Window, sample: &RateSample) -> bool {
        let round_started = self.rounds.started();
        if self.cycle.ack_phase == AckPhase::ProbeStarting && round_started {
            self.cycle.ack_phase = AckPhase::ProbeFeedback;
        }
        if self.cycle.ack_phase == AckPhase::ProbeStopping && round_started {
            self.cycle.samples_probe = false;
            self.cycle.ack_phase = AckPhase::Initial;
            if self.state().is_probe_bw() && !sample.flight.app_limited {
                self.max_bandwidth.advance();
            }
            if self.state().is_probe_bw() && self.cycle.precautionary && !self.cycle.too_high {
                // The careful probe did no harm: probe again, and in full.
                self.start_refill(sample.total_delivered);
                return true;
            }
        }
        if !self.path_loss.is_too_high(&sample.flight, window.max_datagram_size) {
            self.bounds.raise_long_term(sample.flight.bytes);
            if self.state() == State::ProbeBwUp {
                self.probe_long_term_bound(window, sample);
            }
        }
        false
    }

    /// ProbeInflightLongtermUpward.
    fn probe_long_term_bound(&mut self, window: &Window, sample: &RateSample) {
        let Some(bound) = self.bounds.long_term() else { return };
        if !sample.window_limited || window.bytes < bound {
            return;
        }
        let cycle = &mut self.cycle;
        cycle.probe_acked = cycle.probe_acked.saturating_add(sample.newly_acked);
        let datagrams = cycle.probe_acked.checked_div(cycle.acked_per_datagram).unwrap_or(0);
        if datagrams > 0 {
            cycle.probe_acked -= datagrams * cycle.acked_per_datagram;
            let growth = datagrams.saturating_mul(window.max_datagram_size);
            self.bounds.set_long_term(bound.saturating_add(growth));
        }
        if self.rounds.started() {
            cycle.raise_slope(window);
        }
    }

    /// HandleInflightTooHigh: a flight lost too much while the flow probed.
    pub(super) fn on_excess(&mut self, window: &Window, flight: &Flight, delivered: u64, now: Timestamp) {
        self.cycle.too_high = true;
        self.cycle.samples_probe = false;
        if !flight.app_limited {
            let target = self.target_inflight(window);
            self.bounds.set_long_term(Bounds::after_excess(flight.bytes, target));
        }
        if self.state() == State::ProbeBwUp {
            self.undo.ended = Some(State::ProbeBwUp);
            self.end_probe(delivered, now);
        }
    }

    /// IsTimeToProbeBW.
    fn is_time_to_probe(&self, window: &Window, now: Timestamp) -> bool {
        let reno_rounds = self.target_inflight(window) / window.max_datagram_size.max(1);
        now > self.cycle.began + self.cycle.wait || self.cycle.rounds >= reno_rounds.min(RENO_ROUNDS)
    }

    /// IsTimeToCruise.
    fn is_time_to_cruise(&self, window: &Window, sample: &RateSample) -> bool {
        let headroom = self.bounds.with_headroom(window.max_datagram_size, Self::minimum_window(window));
        let product = self.inflight(window, self.max_bandwidth.best());
        sample.bytes_in_flight <= headroom.min(product)
    }

    /// IsTimeToGoDown.
    fn is_time_to_go_down(&mut self, window: &Window, sample: &RateSample) -> bool {
        let bound = self.bounds.long_term().unwrap_or(u64::MAX);
        if self.cycle.too_high && sample.bytes_in_flight >= bound {
            self.cycle.precautionary = true;
            return true;
        }
        if sample.window_limited && window.bytes >= bound {
            // It is the bound, not the path, that keeps the rate from growing.
            self.pipe.restart(sample.delivery_rate.unwrap_or_default());
            return false;
        }
        self.pipe.is_full()
    }
}
