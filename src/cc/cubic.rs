//! CUBIC (RFC 9438) with HyStart++ as its slow start.
//!
//! Owns: the cubic curve of the current congestion avoidance stage and what to restore after a spurious congestion
//! event. Must not know: packets, timers. Windows are bytes; the curve's unit of segments is the datagram size.
//! Floating point is exact enough here (53 bits against windows below 2^46) and deterministic on every target.

use super::AckedSample;
use super::hystart::HyStart;
use super::window::Window;
use crate::units::{Duration, Timestamp};

/// The constant C of the window growth function (§4.1), in segments per second cubed.
const CUBIC_C: f64 = 0.4;
/// The multiplicative decrease factor (§4.6).
const BETA_CUBIC: f64 = 0.7;
/// The additive increase that makes the Reno-friendly estimate fair with the decrease above (§4.3).
const ALPHA_CUBIC: f64 = 3.0 * (1.0 - BETA_CUBIC) / (1.0 + BETA_CUBIC);
/// The target stays within half a window of growth per round trip (§4.2).
const MAXIMUM_GROWTH: f64 = 1.5;

#[derive(Debug)]
pub(super) struct Cubic {
    slow_start: HyStart,
    stage: Option<Stage>,
    /// W_max: the window just before the last reduction, or less by fast convergence (§4.7); zero before the first.
    window_max: f64,
    /// cwnd_prior: the window at the last congestion event.
    window_prior: f64,
    before_event: Option<BeforeEvent>,
}

/// One congestion avoidance stage (§4.2): the curve from its start to the next congestion event.
#[derive(Clone, Copy, Debug)]
struct Stage {
    /// t_epoch, moved forward by the times in which the window was not the limit (§5.8).
    start: Timestamp,
    last_ack: Timestamp,
    /// The plateau of this stage's curve.
    plateau: f64,
    /// K: seconds from the start to the plateau.
    to_plateau: f64,
    /// W_est: what Reno would have (§4.3).
    reno_estimate: f64,
    /// Growth below one byte, carried to the next ACK frame.
    fraction: f64,
}

/// The state before the last congestion event, for §4.9.
#[derive(Clone, Copy, Debug)]
struct BeforeEvent {
    window: u64,
    slow_start_threshold: u64,
    stage: Option<Stage>,
    window_max: f64,
    window_prior: f64,
}

impl Cubic {
    pub(super) const fn new() -> Self {
        Self {
            slow_start: HyStart::new(),
            stage: None,
            window_max: 0.0,
            window_prior: 0.0,
            before_event: None,
        }
    }

    #[inline]
    pub(super) fn on_ack(&mut self, window: &mut Window, sample: &AckedSample) {
        if window.in_slow_start() {
            self.slow_start.on_ack(window, sample);
            return;
        }
        self.avoid_congestion(window, sample);
    }

    fn avoid_congestion(&mut self, window: &mut Window, sample: &AckedSample) {
        let window_max = self.window_max;
        let stage = self.stage.get_or_insert_with(|| Stage::begin(window, window_max, sample.now));
        let passed = sample.now.since(stage.last_ack);
        stage.last_ack = sample.now;
        if sample.bytes == 0 {
            stage.start = stage.start + passed;
            return;
        }

        let size = window.max_datagram_size as f64;
        let current = window.bytes as f64;
        let acknowledged = sample.bytes as f64;

        let alpha = if stage.reno_estimate < self.window_prior { ALPHA_CUBIC } else { 1.0 };
        stage.reno_estimate += alpha * size * acknowledged / current;

        let elapsed = sample.now.since(stage.start);
        let increase = if stage.window_at(elapsed, size) < stage.reno_estimate {
            stage.reno_estimate - current
        } else {
            let ahead = stage.window_at(elapsed + sample.smoothed_rtt, size);
            let most = current * MAXIMUM_GROWTH;
            // Not `clamp`, which could panic.
            let target = if ahead > most { most } else { ahead };
            let target = if target < current { current } else { target };
            (target - current) * acknowledged / current
        };
        stage.fraction += increase.max(0.0);
        let whole = stage.fraction as u64;
        stage.fraction -= whole as f64;
        window.grow(whole);
    }

    pub(super) fn on_congestion_event(&mut self, window: &mut Window) {
        self.before_event = Some(BeforeEvent {
            window: window.bytes,
            slow_start_threshold: window.slow_start_threshold,
            stage: self.stage,
            window_max: self.window_max,
            window_prior: self.window_prior,
        });
        let current = window.bytes as f64;
        // Fast convergence (§4.7): a flow that has less than before leaves room for the newcomer.
        self.window_max =
            if current < self.window_max { current * ((1.0 + BETA_CUBIC) / 2.0) } else { current };
        self.window_prior = current;
        self.stage = None;
        // The window, not the bytes in flight (§4.6): it does not grow while it is not used, so it is not inflated.
        window.reduce_to((current * BETA_CUBIC) as u64);
    }

    pub(super) fn on_persistent_congestion(&mut self, window: &mut Window) {
        self.before_event = None;
        self.stage = None;
        window.bytes = window.minimum();
        window.leave_recovery();
    }

    pub(super) fn on_spurious_congestion(&mut self, window: &mut Window) {
        let Some(before) = self.before_event.take() else { return };
        if window.bytes >= before.window {
            return;
        }
        window.bytes = before.window;
        window.slow_start_threshold = before.slow_start_threshold;
        window.leave_recovery();
        self.stage = before.stage;
        self.window_max = before.window_max;
        self.window_prior = before.window_prior;
    }
}

impl Stage {
    fn begin(window: &Window, window_max: f64, now: Timestamp) -> Self {
        let start = window.bytes as f64;
        let below = (window_max - start).max(0.0);
        Self {
            start: now,
            last_ack: now,
            plateau: start.max(window_max),
            to_plateau: cube_root(below / (window.max_datagram_size as f64 * CUBIC_C)),
            reno_estimate: start,
            fraction: 0.0,
        }
    }

    /// W_cubic (§4.2, figure 1) in bytes.
    fn window_at(&self, elapsed: Duration, size: f64) -> f64 {
        let distance = elapsed.as_nanos() as f64 * 1e-9 - self.to_plateau;
        CUBIC_C * size * distance * distance * distance + self.plateau
    }
}

/// The cube root of a value that is not negative: `core` has none.
fn cube_root(value: f64) -> f64 {
    if value <= 0.0 {
        return 0.0;
    }
    // A third of the exponent is within 6 % of the root; each Newton step doubles the digits.
    let mut root = f64::from_bits(value.to_bits() / 3 + 0x2a9f_7893_0000_0000);
    for _ in 0..4 {
        root -= (root - value / (root * root)) / 3.0;
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;
    extern crate std;

    #[test]
    fn cube_roots() {
        for value in [0.0, 1e-9, 0.5, 1.0, 8.0, 27.0, 1000.0, 1e6, 3.3e9, 7e12] {
            let (ours, theirs) = (cube_root(value), f64::cbrt(value));
            assert!((ours - theirs).abs() <= 1e-9 * theirs.max(1e-9), "{value}: {ours} {theirs}");
        }
    }

    /// §4.2: K is the time back to W_max, and the curve passes through the window at the start and W_max at K.
    #[test]
    fn curve_passes_through_its_start_and_its_plateau() {
        let mut window = Window::new(1000);
        window.reduce_to(70_000);
        let stage = Stage::begin(&window, 100_000.0, Timestamp(5));
        let k = f64::cbrt(30.0 / 0.4);
        assert!((stage.to_plateau - k).abs() < 1e-9);
        assert!((stage.window_at(Duration::ZERO, 1000.0) - 70_000.0).abs() < 0.01);
        assert!((stage.window_at(Duration((k * 1e9) as u64), 1000.0) - 100_000.0).abs() < 0.01);
    }
}
