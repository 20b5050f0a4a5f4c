//! Lines and records about what packets bring about: round-trip times, losses, the window, timers, parameters.
//!
//! Owns: which of the connection's figures are told after which event. Must not know: packets' contents.

use crate::error::Result;
use crate::mem::ShortBytes;
use crate::packet::PacketType;
use crate::path::ecn::EcnPathState;
use crate::recovery::{AckOutcome, LossOutcome};
use crate::session::Session;
use crate::trace::qlog::{self, Metrics, Owner};
use crate::trace::{Event, ParameterLines, note};
use crate::units::{Duration, Space};

use super::{event, lines, local_parameters, note, record};
use crate::conn::State;
use crate::conn::keys::UpdateStage;

/// A write call is over; `written` is its datagram's length.
#[cold]
pub(crate) fn datagram_written(s: &mut Session, written: &Result<usize>) {
    match written {
        Ok(0) if s.state().recovery.window_left() == 0 => {
            let recovery = &s.state().recovery;
            let (bytes_in_flight, window) = (recovery.bytes_in_flight(), recovery.window());
            event(s, &Event::WindowLimited { bytes_in_flight, window });
        }
        Ok(1..) => {
            loss_timer_set(s);
            metrics(s);
            tell_skipped_number(s);
        }
        _ => {}
    }
}

/// The packet number to be left out next, whenever it is chosen.
pub(super) fn tell_skipped_number(s: &mut Session) {
    let state = s.state();
    let next = state.skip.next();
    if state.log.skipped.replace(next) != Some(next) {
        event(s, &Event::NextSkippedNumber(next));
    }
}

/// The loss detection timer was set; told if it is another one than before.
#[cold]
pub(crate) fn loss_timer_set(s: &mut Session) {
    let state = s.state();
    let expiry = state.loss_expiry();
    if core::mem::replace(&mut state.log.loss_timer, expiry) == expiry {
        return;
    }
    let context = state.timer_context();
    let timeout = expiry.since(state.now);
    let change = match expiry.is_set() {
        true if state.recovery.awaits_loss() => Event::TimerForLoss { expiry },
        true => Event::TimerForProbe { expiry, timeout },
        false if context.at_anti_amplification_limit => Event::Note(note::TIMER_CANCELED_BY_AMPLIFICATION),
        false => Event::Note(note::TIMER_CANCELED),
    };
    event(s, &change);
}

/// What an ACK frame may change.
#[derive(Clone, Copy)]
pub(super) struct Figures {
    bytes_in_flight: u64,
    window: u64,
    slow_start: bool,
    ecn: EcnPathState,
    key_update: UpdateStage,
}

impl Figures {
    fn of(state: &State) -> Self {
        let recovery = &state.recovery;
        Self {
            bytes_in_flight: recovery.bytes_in_flight(),
            window: recovery.window(),
            slow_start: recovery.congestion().in_slow_start(),
            ecn: state.paths.ecn.state(),
            key_update: state.keys.one_rtt.update.state(),
        }
    }
}

/// An ACK frame is about to be processed.
pub(super) fn before_ack(s: &mut Session) {
    let state = s.state();
    state.log.before_ack = Some(Figures::of(state));
}

/// An ACK frame with news was processed; the application has not heard of it yet.
#[cold]
pub(crate) fn packets_acked(s: &mut Session, outcome: &AckOutcome, ack_delay: Duration) {
    let state = s.state();
    let (before, after) = (state.log.before_ack.take(), Figures::of(state));
    if outcome.rtt_updated {
        let rtt = state.recovery.rtt();
        let (latest, min) = (rtt.latest(), rtt.minimum());
        let (smoothed, variation) = (rtt.smoothed(), rtt.variation());
        event(s, &Event::RttSample { latest, min, smoothed, variation, ack_delay });
    }
    let Some(before) = before else { return };
    if after.ecn != before.ecn {
        match after.ecn {
            EcnPathState::Capable => note(s, note::ECN_CAPABLE),
            EcnPathState::Failed => note(s, note::ECN_NOT_CAPABLE),
            EcnPathState::Testing | EcnPathState::Unknown => {}
        }
    }
    if after.key_update == UpdateStage::CoolingDown && before.key_update == UpdateStage::Unconfirmed {
        note(s, note::KEY_UPDATE_CONFIRMED);
    }
    tell_window(s, &before, &after, outcome);
}

/// A window that grew; one that shrank is told with the losses.
fn tell_window(s: &mut Session, before: &Figures, after: &Figures, outcome: &AckOutcome) {
    let window = after.window;
    if outcome.congestion_undone {
        return event(s, &Event::SpuriousCongestion { window });
    }
    if window <= before.window {
        return;
    }
    let gone = before.bytes_in_flight.saturating_sub(after.bytes_in_flight);
    let acked_bytes = gone.saturating_sub(outcome.loss.bytes);
    let change = match before.slow_start {
        true => Event::SlowStart { acked_bytes, window },
        false => Event::CongestionAvoidance { acked_bytes, window },
    };
    event(s, &change);
}

/// Packets were declared lost.
#[cold]
pub(crate) fn packets_lost(s: &mut Session, loss: &LossOutcome) {
    while let Some(report) = s.state().recovery.next_loss_report() {
        let kind = match report.space {
            Space::Initial => PacketType::Initial,
            Space::Handshake => PacketType::Handshake,
            Space::Application => PacketType::OneRtt,
        };
        let number = report.number;
        event(s, &Event::PacketLost { number, kind, sent: report.time_sent });
        record(s, |_, time, buffer| qlog::packet_lost(buffer, time, kind, number));
    }
    if loss.persistent_congestion {
        note(s, note::PERSISTENT_CONGESTION);
    }
    if loss.congestion_event {
        let window = s.state().recovery.window();
        event(s, &Event::WindowReduced { window });
    }
}

/// The loss detection timer has expired.
pub(crate) fn loss_timer_fired(s: &mut Session, probe: Option<Space>) {
    if !s.is_traced() {
        return;
    }
    note(s, note::TIMER_FIRED);
    if probe.is_some() {
        let count = s.state().recovery.pto_count();
        event(s, &Event::ProbeTimeoutCount(u64::from(count)));
    }
}

/// The figures of recovery, which change with nearly every packet.
pub(super) fn metrics(s: &mut Session) {
    record(s, |state, time, buffer| qlog::metrics_updated(buffer, time, &figures(state)));
}

fn figures(state: &State) -> Metrics {
    let recovery = &state.recovery;
    let rtt = recovery.rtt();
    Metrics {
        min_rtt: Some(rtt.minimum()).filter(|minimum| *minimum != Duration::MAX),
        smoothed_rtt: rtt.smoothed(),
        latest_rtt: rtt.latest(),
        rtt_variation: rtt.variation(),
        pto_count: u64::from(recovery.pto_count()),
        congestion_window: recovery.window(),
        bytes_in_flight: recovery.bytes_in_flight(),
        slow_start_threshold: Some(recovery.slow_start_threshold())
            .filter(|threshold| *threshold != u64::MAX),
    }
}

/// The peer's transport parameters were accepted; those of a server are now complete as well.
pub(crate) fn parameters_received(s: &mut Session) {
    if !s.is_traced() {
        return;
    }
    let state = s.state();
    let Some(remote) = state.params.remote else { return };
    let sender = state.side.peer();
    // The list stays out of the state while callbacks run, for its lines borrow from it.
    let versions = core::mem::replace(&mut state.params.remote_versions, ShortBytes::EMPTY);
    let mut parameters = ParameterLines::new(&remote, &versions);
    lines(s, |header, now, buffer| parameters.next_line(header, now, buffer));
    s.state().params.remote_versions = versions;
    record(s, |_, time, buffer| qlog::parameters_set(buffer, time, Owner::Remote, sender, &remote));
    if s.state().side.is_server() {
        local_parameters(s);
    }
}
