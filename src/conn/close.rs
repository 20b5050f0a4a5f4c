//! The end of a connection (RFC 9000 §10.2, §10.3).
//!
//! Owns: CONNECTION_CLOSE in both directions, stateless resets, and what the application can ask about them. Must not
//! know: how long the closing period lasts: the application times it.

use ngtcp2_abi as abi;

use crate::error::{Error, Result};
use crate::frame::write;
use crate::mem::{Bytes, Mem};
use crate::packet::{PacketType, stateless_reset};
use crate::session::{Output, Session};
use crate::units::{Space, Timestamp};
use crate::wire::{NoSpace, Writer};

use super::{Stage, State, log, seal, write as writing};

/// The error code for an application's close where its own code may not be shown (RFC 9000 §10.2.3).
const APPLICATION_ERROR: u64 = abi::NGTCP2_APPLICATION_ERROR as u64;

/// What is known about the end of the connection.
pub(crate) struct Closure {
    /// The type of the frame that broke the rules, for our CONNECTION_CLOSE.
    pub(crate) offending_frame: u64,
    silence: Silence,
    /// What the peer's CONNECTION_CLOSE said; `reason` points into `reason_bytes`.
    pub(crate) peer: abi::ngtcp2_ccerr,
    reason_bytes: Bytes,
}

/// Whether anything but a close is still sent or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Silence {
    No,
    /// The handshake or the connection timed out, or its version is refused.
    Quiet,
    /// Memory ran out while a packet or a timer was half done, or a packet half given up: what is missing cannot be known.
    Exhausted,
}

impl Closure {
    pub(crate) const fn new(mem: Mem) -> Self {
        Self {
            offending_frame: 0,
            silence: Silence::No,
            peer: abi::ngtcp2_ccerr::ZERO,
            reason_bytes: Bytes::new(mem),
        }
    }

    #[inline]
    pub(crate) fn is_silent(&self) -> bool {
        self.silence != Silence::No
    }

    /// What a call answers that reads or writes in silence.
    pub(crate) fn check_memory(&self) -> Result<()> {
        if self.silence == Silence::Exhausted { Err(Error::NoMem) } else { Ok(()) }
    }

    pub(crate) fn fall_silent(&mut self) {
        if self.silence == Silence::No {
            self.silence = Silence::Quiet;
        }
    }

    /// Looks at the outcome of what cannot be taken back: reading, handling timers, giving up a packet.
    #[inline]
    pub(crate) fn note_outcome(&mut self, outcome: Result<()>) {
        if outcome == Err(Error::NoMem) {
            self.silence = Silence::Exhausted;
        }
    }
}

/// Why the application closes.
#[derive(Clone, Copy)]
pub(crate) struct CloseReason<'a> {
    pub(crate) application: bool,
    pub(crate) error_code: u64,
    pub(crate) frame_type: u64,
    pub(crate) reason: &'a [u8],
}

/// CONNECTION_CLOSE arrived.
pub(crate) fn on_connection_close(
    state: &mut State,
    application: bool,
    error_code: u64,
    frame_type: u64,
    reason: &[u8],
) -> Result<()> {
    if !state.lifecycle.drain() {
        return Ok(());
    }
    let closure = &mut state.closure;
    closure.reason_bytes.clear();
    // Without memory the reason is lost; that the connection is over is not.
    let kept = closure.reason_bytes.try_extend_from_slice(reason).is_ok();
    closure.peer = abi::ngtcp2_ccerr::ZERO;
    closure.peer.r#type =
        if application { abi::NGTCP2_CCERR_TYPE_APPLICATION } else { abi::NGTCP2_CCERR_TYPE_TRANSPORT };
    closure.peer.error_code = error_code;
    closure.peer.frame_type = frame_type;
    if kept && !reason.is_empty() {
        closure.peer.reason = closure.reason_bytes.as_ptr();
        closure.peer.reasonlen = closure.reason_bytes.len();
    }
    Ok(())
}

/// Whether a datagram that did not authenticate is a stateless reset; then the connection is over.
pub(crate) fn on_stateless_reset(s: &mut Session, datagram: &[u8]) -> Result<bool> {
    let state = s.state();
    let Some((random, token)) = stateless_reset::split(datagram) else { return Ok(false) };
    if !state.paths.remote_ids.matches_reset_token(token) || !state.lifecycle.drain() {
        return Ok(false);
    }
    log::stateless_reset_received(s, token, random.len());
    s.recv_stateless_reset(token, random)?;
    Ok(true)
}

/// Writes CONNECTION_CLOSE into every kind of packet that the peer may be able to read: `0` when there is nothing to
/// send, or no credit to send it.
pub(crate) fn write(
    s: &mut Session,
    mut out: Output,
    reason: &CloseReason<'_>,
    now: Timestamp,
) -> Result<usize> {
    let state = s.state();
    state.advance_clock(now);
    if state.lifecycle.is_over() {
        return Ok(0);
    }
    if state.lifecycle.state() == Stage::Start {
        return Err(Error::InvalidState);
    }
    if reason.error_code > crate::wire::varint::MAX || reason.frame_type > crate::wire::varint::MAX {
        return Err(Error::InvalidArgument);
    }
    writing::close_unfinished(s)?;
    let state = s.state();
    state.paths.begin_datagram();
    let credit = state.paths.credit_left();
    if credit == 0 {
        return Ok(0);
    }
    let limit = out.len().min(state.paths.max_datagram_len(&state.config)).min(credit);
    state.datagram.begin(&out, limit);
    for (kind, space) in [
        (PacketType::Initial, Space::Initial),
        (PacketType::Handshake, Space::Handshake),
        (PacketType::OneRtt, Space::Application),
    ] {
        if let Err(error) = add_packet(s.state(), &mut out, kind, space, reason) {
            writing::roll_back(s)?;
            return if error == Error::NoBuf && limit < out.len() && credit == limit {
                Ok(0)
            } else {
                Err(error)
            };
        }
    }
    let Some(mut last) = s.state().datagram.reopen() else { return Err(Error::InvalidState) };
    let len = seal::finish(s, &mut out, &mut last, false)?;
    let state = s.state();
    state.lifecycle.close();
    state.paths.on_datagram_sent(len);
    Ok(len)
}

fn add_packet(
    state: &mut State,
    out: &mut Output,
    kind: PacketType,
    space: Space,
    reason: &CloseReason<'_>,
) -> Result<()> {
    if !state.spaces.is_open(space) || !state.keys.can_seal(kind) {
        return Ok(());
    }
    let mut packet = seal::open(state, out, kind, space)?.ok_or(Error::NoBuf)?;
    let mut writer = packet.writer(out);
    let written = write_frame(&mut writer, kind, reason);
    let len = writer.position();
    packet.commit(len);
    state.datagram.add(packet);
    written.map_err(|NoSpace| Error::NoBuf)?;
    if kind == PacketType::Initial && state.side.is_client() {
        state.datagram.require_full_size();
        return if state.datagram.has_full_size() { Ok(()) } else { Err(Error::NoBuf) };
    }
    Ok(())
}

/// An application's code and reason are for 1-RTT packets only (RFC 9000 §10.2.3).
fn write_frame(writer: &mut Writer<'_>, kind: PacketType, reason: &CloseReason<'_>) -> Result<(), NoSpace> {
    if !reason.application {
        return write::connection_close(writer, reason.error_code, reason.frame_type, reason.reason);
    }
    match kind {
        PacketType::OneRtt => write::connection_close_application(writer, reason.error_code, reason.reason),
        _ => write::connection_close(writer, APPLICATION_ERROR, 0, &[]),
    }
}
