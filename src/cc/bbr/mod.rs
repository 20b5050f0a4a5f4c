//! BBR, version 3 (draft-ietf-ccwg-bbr): the rate and the volume of what is sent follow a model of the path, made of
//! measured delivery rates and round-trip times.
//!
//! Owns: the model, and what follows from it for pacing, send quantum and window. Must not know: packets, timers. This
//! file holds what happens on each event (§5.2) and the control parameters (§5.6); each state has a file of its own.
//! Two things are not in the draft: which losses count ([`path_loss`]), and an answer to CE marks, which count as
//! losses that are too many.

mod bounds;
mod filters;
mod full_pipe;
mod machine;
mod path_loss;
mod probe_bw;
mod probe_rtt;
mod rounds;
mod startup;
#[cfg(test)]
mod tests;

use super::window::{MAXIMUM_WINDOW, Window};
use super::{Bandwidth, LossSample, RateSample};
use crate::units::{Duration, Timestamp};
use bounds::Bounds;
use filters::{MaxBandwidth, MinRoundTrip, WindowedMax};
use full_pipe::FullPipe;
use path_loss::PathLoss;
use probe_bw::Cycle;
use probe_rtt::RoundTripProbe;
use rounds::Rounds;

pub(crate) use machine::Machine;
use machine::State;

/// BBR.MinPipeCwnd: what keeps data and acknowledgements under way in both directions.
const MIN_PIPE_DATAGRAMS: u64 = 4;

/// 100 − BBR.PacingMarginPercent: a little less than the bandwidth, so that queues empty.
const PACED_PERCENT: u64 = 99;

/// BBR.ExtraAckedFilterLen.
const EXTRA_ACKED_ROUNDS: u64 = 10;

/// The round-trip time before the first sample, for pacing (§5.6.2): it hardly holds the first flight back.
const UNKNOWN_ROUND_TRIP: Duration = Duration::from_millis(1);

/// The send quantum is what is paced in this time (§5.6.3), within these bounds.
const QUANTUM_TIME: Duration = Duration::from_millis(1);
const MAXIMUM_QUANTUM: u64 = 64 * 1024;
const MINIMUM_QUANTUM_DATAGRAMS: u64 = 2;

/// A path that delivers next to nothing is still tried: one minimum window in this time.
const SLOWEST_PACE: Duration = Duration::from_millis(1_000);

#[derive(Debug)]
pub(super) struct Bbr {
    machine: Machine,
    /// C.pacing_rate.
    pacing_rate: Bandwidth,
    /// BBR.bw: the bandwidth within its bounds.
    bandwidth: Bandwidth,
    max_bandwidth: MaxBandwidth,
    min_round_trip: MinRoundTrip,
    extra_acked: ExtraAcked,
    rounds: Rounds,
    pipe: FullPipe,
    bounds: Bounds,
    latest: Latest,
    path_loss: PathLoss,
    cycle: Cycle,
    round_trip_probe: RoundTripProbe,
    /// BBR.drain_start_round.
    drain_start: u64,
    /// BBR.idle_restart.
    idle_restart: bool,
    /// The pacing rate is based on a measured round-trip time.
    paced_by_measurement: bool,
    /// BBR.prior_cwnd.
    window_before: u64,
    undo: Undo,
}

/// The delivery of the current round trip (§5.5.10.3).
#[derive(Debug, Default)]
struct Latest {
    /// BBR.bw_latest.
    bandwidth: Bandwidth,
    /// BBR.inflight_latest.
    inflight: u64,
    /// BBR.loss_round_delivered and BBR.loss_round_start: round trips from the first loss of an episode on.
    rounds: Rounds,
    /// BBR.is_loss_in_round.
    loss: bool,
    /// Losses in the round trip that do not directly follow another.
    loss_runs: u32,
    /// CE marks in the round trip.
    marks: bool,
    /// C.delivered, and the flight of the newest packet acknowledged.
    delivered: u64,
    flight: super::Flight,
}

/// BBR.extra_acked (§5.5.9).
#[derive(Debug, Default)]
struct ExtraAcked {
    filter: WindowedMax,
    interval_start: Timestamp,
    delivered: u64,
}

/// The state before the last loss episode (§5.5.11.1).
#[derive(Debug, Default)]
struct Undo {
    /// BBR.undo_state: what the episode ended.
    ended: Option<State>,
    bounds: Bounds,
}

impl Bbr {
    pub(super) fn new(window: &Window) -> Self {
        let nominal = Bandwidth::of(window.bytes, UNKNOWN_ROUND_TRIP).unwrap_or_default();
        Self {
            machine: Machine::new(),
            pacing_rate: nominal.percent(State::Startup.pacing_gain()),
            bandwidth: Bandwidth::ZERO,
            max_bandwidth: MaxBandwidth::default(),
            min_round_trip: MinRoundTrip::new(),
            extra_acked: ExtraAcked::default(),
            rounds: Rounds::default(),
            pipe: FullPipe::default(),
            bounds: Bounds::default(),
            latest: Latest::default(),
            path_loss: PathLoss::default(),
            cycle: Cycle::new(),
            round_trip_probe: RoundTripProbe::default(),
            drain_start: 0,
            idle_restart: false,
            paced_by_measurement: false,
            window_before: 0,
            undo: Undo::default(),
        }
    }

    const fn state(&self) -> State {
        self.machine.state()
    }

    /// UpdateOnACK.
    pub(super) fn on_rate_sample(&mut self, window: &mut Window, sample: &RateSample) {
        self.update_latest_delivery(sample);
        self.update_congestion_signals(window, sample);
        self.update_extra_acked(window, sample);
        self.check_full_pipe(sample);
        self.check_startup_done();
        self.check_drain_done(window, sample);
        self.update_probe_bw(window, sample);
        self.min_round_trip.update(sample.round_trip, sample.now);
        self.check_probe_rtt(window, sample);
        self.advance_latest_delivery(sample);
        self.bandwidth = self.bounds.bandwidth(self.max_bandwidth.best());

        self.set_pacing_rate(window, sample);
        self.set_window(window, sample);
    }

    /// HandleLostPacket.
    pub(super) fn on_packet_lost(&mut self, window: &Window, sample: &LossSample) {
        self.note_congestion(sample.total_delivered);
        self.latest.loss_runs += u32::from(!sample.follows_lost);
        if !self.cycle.samples_probe() {
            return;
        }
        let size = window.max_datagram_size;
        if self.path_loss.is_too_high(&sample.flight, size) {
            let at_threshold = self.path_loss.in_flight_at_threshold(&sample.flight, sample.size, size);
            let flight = super::Flight { bytes: at_threshold, ..sample.flight };
            self.on_excess(window, &flight, sample.total_delivered, sample.now);
        }
    }

    /// The peer reports new CE marks: no noise of the path, but the word of a router.
    pub(super) fn on_congestion_experienced(&mut self, window: &Window, now: Timestamp) {
        let (delivered, flight) = (self.latest.delivered, self.latest.flight);
        self.note_congestion(delivered);
        self.latest.marks = true;
        if self.cycle.samples_probe() {
            self.on_excess(window, &flight, delivered, now);
        }
    }

    /// A loss episode begins that may turn out to be reordering: SaveStateUponLoss.
    pub(super) fn on_congestion_event(&mut self, window: &Window) {
        self.save_window(window, self.latest.loss);
        self.undo = Undo { ended: None, bounds: self.bounds };
    }

    /// HandleSpuriousLossDetection.
    pub(super) fn on_spurious_congestion(&mut self, window: &mut Window) {
        window.leave_recovery();
        self.restore_window(window);
        self.latest.loss = false;
        self.pipe.restart(Bandwidth::ZERO);
        self.bounds.restore(&self.undo.bounds);
        match self.undo.ended.take() {
            Some(State::Startup) => {
                self.pipe.set_was_full(false);
                self.machine.startup_restored();
            }
            Some(State::ProbeBwUp) => self.start_refill(self.latest.delivered),
            _ => {}
        }
    }

    /// The window falls to its minimum; it grows again with what is acknowledged, up to what the model allows.
    pub(super) fn on_persistent_congestion(&mut self, window: &mut Window) {
        self.undo = Undo { ended: None, bounds: self.bounds };
        self.window_before = 0;
        window.bytes = window.minimum();
        window.leave_recovery();
    }

    /// HandleRestartFromIdle: nothing is in flight, because the application had nothing to send.
    pub(super) fn on_restart_from_idle(&mut self, window: &mut Window, now: Timestamp) {
        self.idle_restart = true;
        self.extra_acked.interval_start = now;
        if self.state().is_probe_bw() {
            self.pace(window, self.bandwidth, 100);
        } else if self.state() == State::ProbeRtt {
            self.finish_probe_rtt(window, self.latest.delivered, now);
        }
    }

    /// The round-trip time is being probed: low delivery rates now say nothing about the path.
    pub(super) fn is_probing_round_trip(&self) -> bool {
        self.state() == State::ProbeRtt
    }

    pub(super) const fn pacing_rate(&self) -> Bandwidth {
        self.pacing_rate
    }

    /// SetSendQuantum.
    pub(super) fn send_quantum(&self, max_datagram_size: u64) -> u64 {
        let least = MINIMUM_QUANTUM_DATAGRAMS * max_datagram_size;
        self.pacing_rate.bytes_in(QUANTUM_TIME).min(MAXIMUM_QUANTUM).max(least)
    }

    fn minimum_window(window: &Window) -> u64 {
        MIN_PIPE_DATAGRAMS * window.max_datagram_size
    }

    /// UpdateLatestDeliverySignals.
    fn update_latest_delivery(&mut self, sample: &RateSample) {
        let latest = &mut self.latest;
        latest.bandwidth = latest.bandwidth.max(sample.delivery_rate.unwrap_or_default());
        latest.inflight = latest.inflight.max(sample.delivered);
        latest.delivered = sample.total_delivered;
        latest.flight = sample.flight;
        latest.rounds.on_ack(sample.prior_delivered, sample.total_delivered);
    }

    /// AdvanceLatestDeliverySignals.
    fn advance_latest_delivery(&mut self, sample: &RateSample) {
        if self.latest.rounds.started() {
            self.latest.bandwidth = sample.delivery_rate.unwrap_or_default();
            self.latest.inflight = sample.delivered;
        }
    }

    /// UpdateCongestionSignals, with UpdateMaxBw.
    fn update_congestion_signals(&mut self, window: &Window, sample: &RateSample) {
        self.path_loss.on_ack(sample, self.min_round_trip.minimum());
        if self.rounds.on_ack(sample.prior_delivered, sample.total_delivered) {
            self.cycle.count_round();
            self.path_loss.end_round(sample, self.state() == State::ProbeBwUp);
        }
        if let Some(rate) = sample.delivery_rate
            && (!sample.flight.app_limited || rate >= self.max_bandwidth.best())
        {
            self.max_bandwidth.update(rate);
        }
        if !self.latest.rounds.started() {
            return;
        }
        let signal = self.latest.marks
            || self.latest.loss && !self.path_loss.explains(&sample.flight, window.max_datagram_size);
        if signal && !self.state().accelerates() {
            let delivered = (self.latest.bandwidth, self.latest.inflight);
            self.bounds.adapt(delivered, (self.max_bandwidth.best(), window.bytes));
        }
        self.check_startup_congestion(window, sample);
        self.latest.loss = false;
        self.latest.loss_runs = 0;
        self.latest.marks = false;
    }

    /// NoteLoss.
    fn note_congestion(&mut self, delivered: u64) {
        if !self.latest.loss {
            self.latest.rounds.restart(delivered);
        }
        self.latest.loss = true;
    }

    /// ResetCongestionSignals.
    fn forget_latest_delivery(&mut self) {
        self.latest.loss = false;
        self.latest.loss_runs = 0;
        self.latest.marks = false;
        self.latest.bandwidth = Bandwidth::ZERO;
        self.latest.inflight = 0;
    }

    /// UpdateACKAggregation.
    fn update_extra_acked(&mut self, window: &Window, sample: &RateSample) {
        let extra = &mut self.extra_acked;
        let mut expected = self.bandwidth.bytes_in(sample.now.since(extra.interval_start));
        if extra.delivered <= expected {
            extra.delivered = 0;
            extra.interval_start = sample.now;
            expected = 0;
        }
        extra.delivered = extra.delivered.saturating_add(sample.newly_acked);
        let excess = (extra.delivered - expected).min(window.bytes);
        let length = if self.pipe.was_full() { EXTRA_ACKED_ROUNDS } else { 1 };
        extra.filter.update(excess, self.rounds.count(), length);
    }

    /// CheckFullBWReached.
    fn check_full_pipe(&mut self, sample: &RateSample) {
        if let Some(rate) = sample.delivery_rate
            && self.rounds.started()
            && !sample.flight.app_limited
        {
            self.pipe.on_round(rate);
        }
    }

    /// BDPMultiple, at the bandwidth given.
    fn product(&self, window: &Window, bandwidth: Bandwidth, gain: u64) -> u64 {
        match self.min_round_trip.minimum() {
            Some(minimum) => bandwidth.percent(gain).bytes_in(minimum).min(MAXIMUM_WINDOW),
            None => window.initial(),
        }
    }

    /// TargetInflight: the bandwidth-delay product, unless congestion has cut the window.
    fn target_inflight(&self, window: &Window) -> u64 {
        self.product(window, self.bandwidth, 100).min(window.bytes)
    }

    /// QuantizationBudget.
    fn quantized(&self, window: &Window, inflight: u64) -> u64 {
        let size = window.max_datagram_size;
        let enough = inflight.max(self.send_quantum(size)).max(Self::minimum_window(window));
        if self.state() == State::ProbeBwUp { enough + 2 * size } else { enough }
    }

    /// Inflight at a gain of 1.
    fn inflight(&self, window: &Window, bandwidth: Bandwidth) -> u64 {
        self.quantized(window, self.product(window, bandwidth, 100))
    }

    /// SetPacingRate.
    fn set_pacing_rate(&mut self, window: &Window, sample: &RateSample) {
        if !self.paced_by_measurement && self.min_round_trip.minimum().is_some() {
            self.paced_by_measurement = true;
            let nominal = Bandwidth::of(window.initial(), sample.smoothed_rtt).unwrap_or(self.pacing_rate);
            self.pacing_rate = nominal.percent(State::Startup.pacing_gain());
        }
        self.pace(window, self.bandwidth, self.state().pacing_gain());
    }

    /// SetPacingRateWithGain.
    fn pace(&mut self, window: &Window, bandwidth: Bandwidth, gain: u64) {
        let sent = self.path_loss.sent_for(bandwidth, window.max_datagram_size);
        let rate = sent.percent(gain).percent(PACED_PERCENT);
        if self.pipe.was_full() || rate > self.pacing_rate {
            self.pacing_rate = rate;
        }
        let slowest = Bandwidth::of(window.minimum(), SLOWEST_PACE).unwrap_or_default();
        self.pacing_rate = self.pacing_rate.max(slowest);
    }

    /// SetCwnd.
    fn set_window(&mut self, window: &mut Window, sample: &RateSample) {
        let wanted = self.product(window, self.bandwidth, self.state().window_gain());
        let max_inflight = self.quantized(window, wanted.saturating_add(self.extra_acked.filter.best()));
        let minimum = Self::minimum_window(window);
        let grown = window.bytes.saturating_add(sample.newly_acked);
        if self.pipe.was_full() {
            window.bytes = grown.min(max_inflight);
        } else if window.bytes < max_inflight || sample.total_delivered < window.initial() {
            window.bytes = grown;
        }
        let mut bytes = window.bytes.min(MAXIMUM_WINDOW).max(minimum);
        if self.state() == State::ProbeRtt {
            bytes = bytes.min(self.probe_rtt_window(window));
        }
        window.bytes = self.bounds.limit(bytes, self.state(), window.max_datagram_size, minimum);
    }

    /// SaveCwnd: the last window that neither losses nor a probe of the round-trip time had reduced.
    fn save_window(&mut self, window: &Window, in_recovery: bool) {
        let reduced = in_recovery || self.state() == State::ProbeRtt;
        self.window_before = if reduced { self.window_before.max(window.bytes) } else { window.bytes };
    }

    /// RestoreCwnd.
    fn restore_window(&self, window: &mut Window) {
        window.bytes = window.bytes.max(self.window_before);
    }
}
