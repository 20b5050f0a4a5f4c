//! Acknowledgments in both directions, and what becomes of a frame that was acknowledged or lost (RFC 9000 §13).
//!
//! Owns: the translation of recovery's outcomes into what streams, ids and the application learn. Must not know: how
//! losses are detected (`recovery`). Records are taken one at a time, since each may lead to a call-out.

use crate::error::{Error, Result};
use crate::fault::{self, Point};
use crate::frame::{AckFrame, EcnCounts, write};
use crate::path::ecn::AckedMarks;
use crate::recovery::{AckOutcome, Carried, LossOutcome, RecordCursor, RecordList};
use crate::session::{Output, Session};
use crate::trace::note;
use crate::units::{Duration, Space, Timestamp};

use super::State;
use super::control::Control;
use super::datagram::OpenPacket;
use super::{log, stream_data};

/// RFC 9000 §18.2. The caller's own parameter may be larger: the peer will complain.
const MAX_ACK_DELAY_EXPONENT: u64 = 20;

/// Writes an ACK frame with as many ranges as fit.
#[inline]
pub(crate) fn write_ack(state: &mut State, out: &mut Output, packet: &mut OpenPacket, now: Timestamp) {
    let exponent = state.params.local.ack_delay_exponent.min(MAX_ACK_DELAY_EXPONENT);
    let Some(space) = state.spaces.get(packet.space) else { return };
    let received = &space.received;
    let Some(largest) = received.largest() else { return };
    let delay = match packet.space {
        Space::Application => (received.ack_delay(now).as_nanos() / 1000) >> exponent,
        _ => 0,
    };
    let counts = received.ecn_counts();
    let ecn = (counts.ect0 | counts.ect1 | counts.ce != 0).then_some(EcnCounts {
        ect0: counts.ect0,
        ect1: counts.ect1,
        ce: counts.ce,
    });
    let room = packet.room();
    let mut writer = packet.writer(out);
    let ranges = received.ranges().map(|(smallest, largest)| (smallest.0, largest.0));
    if write::ack(&mut writer, ranges, delay, ecn, room).is_ok() {
        let len = writer.position();
        packet.commit(len);
        packet.acknowledge_up_to(largest);
    }
}

/// Whether an ACK frame alone should ask to be acknowledged, so that the next ones are shorter: at most once in a round trip
/// (RFC 9000 §13.2.4).
#[inline]
pub(crate) fn wants_acknowledgment(state: &State) -> bool {
    state.spaces.application.received.is_repetitive()
        && state.recovery.ack_eliciting_in_flight(Space::Application) == 0
}

/// An ACK frame arrived.
#[inline(never)]
pub(crate) fn on_ack(s: &mut Session, space: Space, ack: &AckFrame<'_>) -> Result<()> {
    let state = s.state();
    if ack.smallest < state.config.first_number {
        return Err(Error::Proto.cold());
    }
    let now = state.now;
    let delay = state.scaled_ack_delay(space, ack.delay);
    let context = state.timer_context();
    let mut outcome = state.recovery.on_ack(space, ack.ranges(), delay, now, &context)?;
    state.on_packets_acked(space, ack, &outcome);
    if outcome.largest_newly_acked.is_some() && s.is_traced() {
        log::packets_acked(s, &outcome, delay);
    }
    process_acked(s, space, outcome.acked)?;
    process_loss(s, space, &mut outcome.loss)
}

impl State {
    /// The peer's ACK Delay field as time (RFC 9000 §19.3).
    fn scaled_ack_delay(&self, space: Space, field: u64) -> Duration {
        if space != Space::Application {
            return Duration::ZERO;
        }
        Duration::from_micros(field.saturating_mul(1 << self.ack_delay_exponent()))
    }

    /// The peer's unit of that field.
    pub(crate) fn ack_delay_exponent(&self) -> u64 {
        self.params.remote.as_ref().map_or(3, |remote| remote.ack_delay_exponent).min(MAX_ACK_DELAY_EXPONENT)
    }

    /// Everything an acknowledgment means besides the frames that were carried.
    fn on_packets_acked(&mut self, space: Space, ack: &AckFrame<'_>, outcome: &AckOutcome) {
        let now = self.now;
        if let Some(forget) = outcome.forget_received
            && let Some(space) = self.spaces.get_mut(space)
        {
            space.received.forget_up_to(forget);
        }
        if let Some((largest, time_sent)) = outcome.largest_newly_acked {
            if space == Space::Application {
                let pto = self.pto();
                self.keys.one_rtt.on_acked(largest, now, pto);
                self.paths.unheard_moves = 0;
            }
            self.on_peer_acknowledged(space);
            let marks = AckedMarks {
                space,
                largest: ack.largest,
                newly_acked: outcome.newly_acked_ecn,
                counts: ack.ecn.map(|counts| EcnCounts {
                    ect0: counts.ect0,
                    ect1: counts.ect1,
                    ce: counts.ce,
                }),
            };
            if self.paths.ecn.on_ack(&marks).congestion {
                self.recovery.on_ecn_ce(time_sent, now);
            }
        }
        if let Some(size) = outcome.mtu_probe_acked
            && let Some(size) = self.paths.pmtud.on_probe_acked(size as usize)
        {
            self.recovery.on_max_datagram_size(size as u64);
        }
    }
}

/// The records stay until all of them were told, and are given back together.
#[inline]
fn process_acked(s: &mut Session, space: Space, records: RecordList) -> Result<()> {
    let outcome = process_each_acked(s, space, records.cursor());
    s.state().recovery.free_records(records);
    outcome
}

#[inline]
fn process_each_acked(s: &mut Session, space: Space, mut records: RecordCursor) -> Result<()> {
    while let Some(carried) = s.state().recovery.next_record(&mut records) {
        fault::pass(Point::Acked);
        match carried {
            Carried::Stream { stream, offset, len, fin } => {
                // What went out in a row is mostly acknowledged in a row, and reported as one stretch.
                let (mut len, mut fin) = (u64::from(len), fin);
                while let Some(next) = s.state().recovery.next_data_at(&mut records, stream, offset + len) {
                    len += u64::from(next.0);
                    fin |= next.1;
                }
                stream_data::on_acked(s, stream, offset, len, fin)?;
            }
            Carried::ResetStream { stream } => {
                s.state().streams.on_reset_stream_acked(stream);
                stream_data::close_if_done(s, stream)?;
            }
            Carried::Datagram { id } => s.ack_datagram(id)?,
            other => on_control_acked(s.state(), space, other)?,
        }
    }
    Ok(())
}

fn on_control_acked(state: &mut State, space: Space, carried: Carried) -> Result<()> {
    match carried {
        Carried::Crypto { offset, len } => {
            if let Some(space) = state.spaces.get_mut(space) {
                space.crypto.on_acked(offset, u64::from(len))?;
            }
        }
        Carried::NewConnectionId { sequence } => state.paths.local_ids.on_announcement_acked(sequence),
        Carried::RetireConnectionId { sequence } => state.paths.remote_ids.on_retirement_acked(sequence),
        Carried::NewToken { token } => state.new_tokens.on_acked(token),
        Carried::HandshakeDone => state.control.clear(Control::HANDSHAKE_DONE),
        _ => {}
    }
    Ok(())
}

/// Queues again what lost packets carried.
pub(crate) fn process_loss(s: &mut Session, space: Space, loss: &mut LossOutcome) -> Result<()> {
    if loss.ecn > 0 {
        let failed = s.state().paths.ecn.on_lost(u64::from(loss.ecn));
        if failed {
            log::note(s, note::ECN_NOT_CAPABLE);
        }
    }
    if loss.packets | loss.mtu_probes != 0 && s.is_traced() {
        log::packets_lost(s, loss);
    }
    while let Some(carried) = s.state().recovery.pop_record(&mut loss.records) {
        fault::pass(Point::Lost);
        match carried {
            Carried::Datagram { id } => s.lost_datagram(id)?,
            Carried::Stream { stream, offset, len, fin } => {
                s.state().streams.on_stream_lost(stream, offset, u64::from(len), fin)?;
            }
            other => send_again(s.state(), space, other)?,
        }
    }
    Ok(())
}

/// What a frame carried has to go into another packet: its packet was lost, or given up before it was sent.
pub(crate) fn send_again(state: &mut State, space: Space, carried: Carried) -> Result<()> {
    match carried {
        Carried::Crypto { offset, len } => {
            if let Some(space) = state.spaces.get_mut(space) {
                space.crypto.on_lost(offset, u64::from(len))?;
            }
        }
        Carried::Stream { stream, offset, len, fin } => {
            state.streams.return_unsent(stream, offset, u64::from(len), fin)?;
        }
        Carried::ResetStream { stream } => state.streams.on_reset_stream_lost(stream),
        Carried::StopSending { stream } => state.streams.on_stop_sending_lost(stream),
        Carried::MaxStreamData { stream, limit } => state.streams.on_max_stream_data_lost(stream, limit),
        Carried::StreamDataBlocked { stream, limit } => {
            state.streams.on_stream_data_blocked_lost(stream, limit)
        }
        Carried::MaxData { limit } => state.streams.on_max_data_lost(limit),
        Carried::MaxStreams { direction, limit } => state.streams.on_max_streams_lost(direction, limit),
        Carried::DataBlocked { limit } => state.streams.on_data_blocked_lost(limit),
        Carried::StreamsBlocked { direction, limit } => {
            state.streams.on_streams_blocked_lost(direction, limit)
        }
        Carried::NewConnectionId { sequence } => {
            state.paths.local_ids.on_announcement_lost(sequence);
            state.control.set(Control::CONNECTION_IDS);
        }
        Carried::RetireConnectionId { sequence } => {
            state.paths.remote_ids.on_retirement_lost(sequence);
            state.control.set(Control::CONNECTION_IDS);
        }
        Carried::NewToken { token } => {
            if state.new_tokens.on_lost(token) {
                state.control.set(Control::NEW_TOKEN);
            }
        }
        Carried::HandshakeDone => state.control.set(Control::HANDSHAKE_DONE),
        // A PING has no contents, and a DATAGRAM is not sent twice (RFC 9221 §5.2).
        Carried::Ping | Carried::Datagram { .. } => {}
    }
    Ok(())
}

/// A probe timeout repeats what the oldest packets carried (RFC 9002 §6.2.4). The packets stay where they are: an
/// acknowledgment may still come.
pub(crate) fn repeat_oldest(state: &mut State, space: Space) -> Result<()> {
    let mut repeated = [const { None }; MAX_REPEATED];
    for (slot, carried) in repeated.iter_mut().zip(state.recovery.unacknowledged_records(space)) {
        *slot = Some(carried);
    }
    for carried in repeated.into_iter().flatten() {
        send_again(state, space, carried)?;
    }
    Ok(())
}

/// Records that one probe repeats at most: a packet has few, and a full one ends the loop earlier.
const MAX_REPEATED: usize = 8;

/// Drops the records of packets that no longer matter.
pub(crate) fn forget(state: &mut State, records: RecordList) {
    state.recovery.free_records(records);
}
