//! Log lines and qlog records of one connection.
//!
//! Owns: when a line is due, the buffer it is formatted in, and the end of the qlog. Must not know: the formats
//! (`trace`). What is called for every packet asks [`Session::is_traced`] first, and that is all that logging costs
//! while nobody listens: the functions here are the cold way around. Those for rare events ask themselves.

mod keys;
mod packets;
mod progress;

pub(crate) use keys::{
    key_withdrawn, keys_discarded, keys_installed, keys_rotated, previous_phase_discarded, zero_rtt_discarded,
};
pub(crate) use packets::{
    frame_received, packet_processed, packet_received, packet_sent, retry_received, stateless_reset_received,
    version_negotiation_received,
};
pub(crate) use progress::{
    datagram_written, loss_timer_fired, loss_timer_set, packets_acked, packets_lost, parameters_received,
};

use ngtcp2_abi as abi;

use crate::fault::{self, Point};
use crate::mem::{Bytes, Mem};
use crate::session::Session;
use crate::trace::qlog::{self, Owner};
use crate::trace::{BUFFER_LEN, Event, LogHeader, Note};
use crate::units::{Duration, PacketNumber, Timestamp};

use super::State;

/// The logging side of a connection; without memory while nobody listens.
pub(crate) struct Log {
    /// Where lines and records are formatted, from the first one on.
    buffer: Bytes,
    /// The plain text of the packet that is being sent: the caller's buffer is his while his callback runs.
    packet: Bytes,
    /// The loss detection timer as the log knows it.
    loss_timer: Timestamp,
    /// What the ACK frame that is being processed may change.
    before_ack: Option<progress::Figures>,
    /// The packet number to be left out next, as the log knows it.
    skipped: Option<PacketNumber>,
    /// The last record of the qlog is out.
    qlog_ended: bool,
}

impl Log {
    pub(crate) const fn new(mem: Mem) -> Self {
        Self {
            buffer: Bytes::new(mem),
            packet: Bytes::new(mem),
            loss_timer: Timestamp::NEVER,
            before_ack: None,
            skipped: None,
            qlog_ended: false,
        }
    }
}

/// The connection was made; tells that it was told.
pub(crate) fn begin(s: &mut Session) -> bool {
    if !s.is_traced() {
        return true;
    }
    s.state().recovery.report_losses();
    progress::tell_skipped_number(s);
    record(s, |state, _, buffer| qlog::head(buffer, state.side, &state.params.original_dcid));
    if s.state().side.is_client() {
        local_parameters(s);
    }
    true
}

/// Our transport parameters; a server's are complete once it knows the client's.
fn local_parameters(s: &mut Session) {
    record(s, |state, time, buffer| {
        qlog::parameters_set(buffer, time, Owner::Local, state.side, &state.params.local)
    });
}

/// Something happened.
#[cold]
pub(crate) fn event(s: &mut Session, event: &Event) {
    lines(s, one(|header, now, buffer| header.event(buffer, now, event)));
}

/// Something happened that a fixed text says.
#[cold]
pub(crate) fn note(s: &mut Session, note: Note) {
    event(s, &Event::Note(note));
}

/// The last record: empty, with the FIN flag. A connection that is deleted inside a callback gets here twice.
pub(crate) fn end_qlog(s: &mut Session) {
    if s.head().log.takes_records() && !core::mem::replace(&mut s.state().log.qlog_ended, true) {
        s.qlog_record(abi::NGTCP2_QLOG_WRITE_FLAG_FIN, &[]);
    }
}

/// What writes the next line into a buffer and tells its length, until there is none.
type Formatted = Option<usize>;

/// A single line, for [`lines`].
fn one(
    format: impl FnOnce(&LogHeader, Timestamp, &mut [u8]) -> usize,
) -> impl FnMut(&LogHeader, Timestamp, &mut [u8]) -> Formatted {
    let mut format = Some(format);
    move |header, now, buffer| format.take().map(|format| format(header, now, buffer))
}

/// Hands lines to the caller's log, one after the other. Without memory they are left out: logging must not fail a
/// connection.
fn lines(s: &mut Session, mut next_line: impl FnMut(&LogHeader, Timestamp, &mut [u8]) -> Formatted) {
    if !s.head().log.takes_lines() {
        return;
    }
    let state = s.state();
    let Some(mut buffer) = take_buffer(state) else { return };
    let header = LogHeader { scid: *state.paths.scid(), origin: state.config.initial_ts };
    let now = state.now;
    while let Some(len) = next_line(&header, now, &mut buffer) {
        fault::pass(Point::Line);
        if let Some(line) = buffer.get_mut(..=len) {
            s.log_line(line);
        }
    }
    s.state().log.buffer = buffer;
}

/// Hands one record to the caller's qlog. `format` is told the time since the connection began.
fn record(s: &mut Session, format: impl FnOnce(&State, Duration, &mut [u8]) -> usize) {
    if !s.head().log.takes_records() {
        return;
    }
    let state = s.state();
    let Some(mut buffer) = take_buffer(state) else { return };
    let time = state.now.since(state.config.initial_ts);
    let len = format(state, time, &mut buffer);
    fault::pass(Point::Record);
    if let Some(record) = buffer.get(..len).filter(|record| !record.is_empty()) {
        s.qlog_record(abi::NGTCP2_QLOG_WRITE_FLAG_NONE, record);
    }
    s.state().log.buffer = buffer;
}

/// The formatting buffer. It is out of the state while a callback reads from it.
fn take_buffer(state: &mut State) -> Option<Bytes> {
    let mut buffer = core::mem::replace(&mut state.log.buffer, Bytes::new(state.mem));
    if buffer.is_empty() {
        buffer.try_resize(BUFFER_LEN, 0).ok()?;
    }
    Some(buffer)
}
