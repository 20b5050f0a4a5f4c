//! Congestion control: how many bytes may be in flight on the current path.
//!
//! Owns: the window, the slow start threshold, the recovery period and the controller's state. Must not know: packets,
//! numbers, timers, paths; it sees bytes, send times and round-trip times as plain values. Implements RFC 9002 §7
//! (NewReno), RFC 9438 (CUBIC), RFC 9406 (HyStart++, the slow start of both) and draft-ietf-ccwg-bbr (BBR).

mod bandwidth;
mod bbr;
mod cubic;
mod hystart;
mod rate_sample;
mod reno;
#[cfg(test)]
mod tests;
mod window;

use crate::mem::{Boxed, Mem, NoMem};
use crate::units::{Duration, Timestamp};
use bbr::Bbr;
use cubic::Cubic;
use reno::Reno;
use window::Window;

pub(crate) use bandwidth::Bandwidth;
#[cfg(test)]
pub(crate) use bbr::Machine as BbrMachine;
pub(crate) use rate_sample::{Flight, LossSample, RateSample};

/// Which controller a connection asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Reno,
    Cubic,
    Bbr,
}

/// What one ACK frame tells the controller.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AckedSample {
    /// Newly acknowledged bytes that may open the window: of packets sent after the last congestion event and
    /// while the window was the limit (RFC 9002 §7.8).
    pub(crate) bytes: u64,
    /// When the largest newly acknowledged packet was sent.
    pub(crate) newest_sent: Timestamp,
    /// The round-trip time this ACK frame measured, if it did.
    pub(crate) measured_rtt: Option<Duration>,
    pub(crate) smoothed_rtt: Duration,
    pub(crate) now: Timestamp,
}

/// The congestion controller of one path.
pub(crate) struct Congestion {
    window: Window,
    controller: Controller,
}

enum Controller {
    Reno(Reno),
    Cubic(Cubic),
    /// Larger than the others, and rarer.
    Bbr(Boxed<Bbr>),
}

impl Congestion {
    pub(crate) fn new(mem: Mem, algorithm: Algorithm, max_datagram_size: u64) -> Result<Self, NoMem> {
        let window = Window::new(max_datagram_size);
        let controller = match algorithm {
            Algorithm::Reno => Controller::Reno(Reno::new()),
            Algorithm::Cubic => Controller::Cubic(Cubic::new()),
            Algorithm::Bbr => Controller::Bbr(Boxed::try_new(mem, Bbr::new(&window))?),
        };
        Ok(Self { window, controller })
    }

    /// The state of a new path (RFC 9000 §9.4), keeping the algorithm.
    pub(crate) fn reset(&mut self, max_datagram_size: u64) {
        self.window = Window::new(max_datagram_size);
        match &mut self.controller {
            Controller::Reno(reno) => *reno = Reno::new(),
            Controller::Cubic(cubic) => *cubic = Cubic::new(),
            Controller::Bbr(bbr) => **bbr = Bbr::new(&self.window),
        }
    }

    /// Whether the controller lives on delivery rates ([`Congestion::on_rate_sample`], [`Congestion::on_packet_lost`],
    /// [`Congestion::on_restart_from_idle`]) and not on [`Congestion::on_ack`].
    pub(crate) const fn wants_delivery_rate(&self) -> bool {
        matches!(self.controller, Controller::Bbr(_))
    }

    /// The congestion window in bytes.
    #[inline]
    pub(crate) const fn window(&self) -> u64 {
        self.window.bytes
    }

    /// The slow start threshold; `u64::MAX` before the first congestion event.
    #[inline]
    pub(crate) const fn slow_start_threshold(&self) -> u64 {
        self.window.slow_start_threshold
    }

    pub(crate) const fn in_slow_start(&self) -> bool {
        self.window.in_slow_start()
    }

    /// Whether a packet of that send time belongs to the congestion event already answered (RFC 9002 §7.3.2).
    #[inline]
    pub(crate) fn in_recovery(&self, time_sent: Timestamp) -> bool {
        self.window.in_recovery(time_sent)
    }

    /// The time that `bytes` should take to leave: at the rate that the model says, or at 5/4 of the window per round
    /// trip (RFC 9002 §7.7).
    #[inline]
    pub(crate) fn pacing_interval(&self, bytes: u64, smoothed_rtt: Duration) -> Duration {
        if let Controller::Bbr(bbr) = &self.controller {
            return bbr.pacing_rate().time_for(bytes);
        }
        let spread = (u128::from(bytes) * u128::from(smoothed_rtt.as_nanos())).saturating_mul(4);
        let interval = spread / (u128::from(self.window.bytes.max(1)) * 5);
        Duration(u64::try_from(interval).unwrap_or(u64::MAX))
    }

    /// The send quantum, of a controller that sets it.
    pub(crate) fn send_quantum(&self) -> Option<u64> {
        match &self.controller {
            Controller::Bbr(bbr) => Some(bbr.send_quantum(self.window.max_datagram_size)),
            _ => None,
        }
    }

    #[inline]
    pub(crate) fn on_ack(&mut self, sample: &AckedSample) {
        match &mut self.controller {
            Controller::Reno(reno) => reno.on_ack(&mut self.window, sample),
            Controller::Cubic(cubic) => cubic.on_ack(&mut self.window, sample),
            Controller::Bbr(_) => {}
        }
    }

    /// An ACK frame, as delivery rate sampling sees it.
    pub(crate) fn on_rate_sample(&mut self, sample: &RateSample) {
        if let Controller::Bbr(bbr) = &mut self.controller {
            bbr.on_rate_sample(&mut self.window, sample);
        }
    }

    /// One lost packet, as delivery rate sampling sees it; after [`Congestion::on_congestion_event`].
    pub(crate) fn on_packet_lost(&mut self, sample: &LossSample) {
        if let Controller::Bbr(bbr) = &mut self.controller {
            bbr.on_packet_lost(&self.window, sample);
        }
    }

    /// A packet is sent, nothing was in flight, and the application is why.
    pub(crate) fn on_restart_from_idle(&mut self, now: Timestamp) {
        if let Controller::Bbr(bbr) = &mut self.controller {
            bbr.on_restart_from_idle(&mut self.window, now);
        }
    }

    /// The flow holds back on purpose: what is sent now is sent as if the application were the limit.
    pub(crate) fn holds_back(&self) -> bool {
        matches!(&self.controller, Controller::Bbr(bbr) if bbr.is_probing_round_trip())
    }

    /// A packet sent at `time_sent` was lost or marked CE. Returns whether that is a new congestion event.
    pub(crate) fn on_congestion_event(&mut self, time_sent: Timestamp, now: Timestamp) -> bool {
        if self.window.in_recovery(time_sent) {
            return false;
        }
        self.window.enter_recovery(now);
        match &mut self.controller {
            Controller::Reno(reno) => reno.on_congestion_event(&mut self.window),
            Controller::Cubic(cubic) => cubic.on_congestion_event(&mut self.window),
            Controller::Bbr(bbr) => bbr.on_congestion_event(&self.window),
        }
        true
    }

    /// Packets up to one sent at `time_sent` were marked CE. Returns whether that is a new congestion event.
    pub(crate) fn on_congestion_experienced(&mut self, time_sent: Timestamp, now: Timestamp) -> bool {
        let new = self.on_congestion_event(time_sent, now);
        if let Controller::Bbr(bbr) = &mut self.controller {
            bbr.on_congestion_experienced(&self.window, now);
        }
        new
    }

    /// RFC 9002 §7.6.2: the window falls to its minimum and slow start begins anew.
    pub(crate) fn on_persistent_congestion(&mut self) {
        match &mut self.controller {
            Controller::Reno(reno) => reno.on_persistent_congestion(&mut self.window),
            Controller::Cubic(cubic) => cubic.on_persistent_congestion(&mut self.window),
            Controller::Bbr(bbr) => bbr.on_persistent_congestion(&mut self.window),
        }
    }

    /// Every loss of the last congestion event turned out to be reordering: take its reduction back.
    pub(crate) fn on_spurious_congestion(&mut self) {
        match &mut self.controller {
            Controller::Reno(reno) => reno.on_spurious_congestion(&mut self.window),
            Controller::Cubic(cubic) => cubic.on_spurious_congestion(&mut self.window),
            Controller::Bbr(bbr) => bbr.on_spurious_congestion(&mut self.window),
        }
    }

    /// The path's datagram size changed (PMTUD). The window stays, but never below its minimum.
    pub(crate) fn on_max_datagram_size(&mut self, max_datagram_size: u64) {
        self.window.set_max_datagram_size(max_datagram_size);
    }
}
