//! Writing every frame but STREAM, CRYPTO, ACK and DATAGRAM into a 1-RTT packet (RFC 9000 §13.3, §19).
//!
//! Owns: the order of control frames and the record that each leaves for recovery. A frame that does not fit stays
//! pending. Must not know: when a limit rises or an id is retired.

use crate::error::Result;
use crate::frame::write;
use crate::recovery::Carried;
use crate::session::{Output, Session};
use crate::stream::Pending;
use crate::units::Direction;
use crate::wire::{NoSpace, Writer};

use super::State;
use super::control::Control;
use super::datagram::OpenPacket;

const DIRECTIONS: [Direction; 2] = [Direction::Bidi, Direction::Uni];

/// Writes what is pending, most urgent first, as far as the packet has room.
#[inline(always)]
pub(crate) fn write(s: &mut Session, out: &mut Output, packet: &mut OpenPacket) -> Result<()> {
    let state = s.state();
    if !state.control.is_empty() && !connection_frames(state, out, packet)? {
        return Ok(());
    }
    if state.streams.has_connection_frames() && !credit_frames(s, out, packet)? {
        return Ok(());
    }
    stream_control_frames(s, out, packet)
}

/// Writes one frame and its record; `false` when the packet is full.
#[inline]
fn frame(
    state: &mut State,
    out: &mut Output,
    packet: &mut OpenPacket,
    carried: Carried,
    encode: impl FnOnce(&mut Writer<'_>) -> Result<(), NoSpace>,
) -> Result<bool> {
    if !packet.reserve_record(&mut state.recovery)? {
        return Ok(false);
    }
    let mut writer = packet.writer(out);
    if encode(&mut writer).is_err() {
        return Ok(false);
    }
    let len = writer.position();
    packet.commit_reliable(&mut state.recovery, len, carried);
    Ok(true)
}

pub(crate) fn write_ping(state: &mut State, out: &mut Output, packet: &mut OpenPacket) -> Result<bool> {
    frame(state, out, packet, Carried::Ping, write::ping)
}

/// HANDSHAKE_DONE, connection ids, tokens and PING.
fn connection_frames(state: &mut State, out: &mut Output, packet: &mut OpenPacket) -> Result<bool> {
    if state.control.contains(Control::HANDSHAKE_DONE) {
        if !frame(state, out, packet, Carried::HandshakeDone, write::handshake_done)? {
            return Ok(false);
        }
        state.control.clear(Control::HANDSHAKE_DONE);
    }
    if state.control.contains(Control::CONNECTION_IDS) {
        if !connection_id_frames(state, out, packet)? {
            return Ok(false);
        }
        state.control.clear(Control::CONNECTION_IDS);
    }
    if state.control.contains(Control::NEW_TOKEN) {
        if !new_token_frames(state, out, packet)? {
            return Ok(false);
        }
        state.control.clear(Control::NEW_TOKEN);
    }
    if state.control.contains(Control::PING) {
        if !write_ping(state, out, packet)? {
            return Ok(false);
        }
        state.control.clear(Control::PING);
    }
    Ok(true)
}

fn connection_id_frames(state: &mut State, out: &mut Output, packet: &mut OpenPacket) -> Result<bool> {
    while let Some(announced) = state.paths.local_ids.next_announcement() {
        let (sequence, id, token) = (announced.sequence, announced.id, announced.token);
        let carried = Carried::NewConnectionId { sequence };
        if !frame(state, out, packet, carried, |writer| {
            write::new_connection_id(writer, sequence, 0, &id, &token)
        })? {
            return Ok(false);
        }
        state.paths.local_ids.on_announcement_sent(sequence);
    }
    while let Some(sequence) = state.paths.remote_ids.next_retirement() {
        let carried = Carried::RetireConnectionId { sequence };
        if !frame(state, out, packet, carried, |writer| write::retire_connection_id(writer, sequence))? {
            return Ok(false);
        }
        state.paths.remote_ids.on_retirement_sent(sequence);
    }
    Ok(true)
}

fn new_token_frames(state: &mut State, out: &mut Output, packet: &mut OpenPacket) -> Result<bool> {
    while let Some(index) = state.new_tokens.next_pending() {
        if !packet.reserve_record(&mut state.recovery)? {
            return Ok(false);
        }
        let mut writer = packet.writer(out);
        let Some(token) = state.new_tokens.get(index) else { return Ok(true) };
        if write::new_token(&mut writer, token).is_err() {
            return Ok(false);
        }
        let len = writer.position();
        packet.commit_reliable(&mut state.recovery, len, Carried::NewToken { token: index });
        state.new_tokens.on_sent(index);
    }
    Ok(true)
}

/// MAX_DATA, MAX_STREAMS, DATA_BLOCKED and STREAMS_BLOCKED.
fn credit_frames(s: &mut Session, out: &mut Output, packet: &mut OpenPacket) -> Result<bool> {
    let state = s.state();
    let (now, rtt) = (state.now, state.recovery.rtt().smoothed());
    if let Some(update) = state.streams.max_data_frame(now, rtt) {
        let carried = Carried::MaxData { limit: update.limit };
        if !frame(state, out, packet, carried, |writer| write::max_data(writer, update.limit))? {
            return Ok(false);
        }
        state.streams.max_data_sent(update, now);
    }
    if let Some(limit) = state.streams.data_blocked_frame() {
        let carried = Carried::DataBlocked { limit };
        if !frame(state, out, packet, carried, |writer| write::data_blocked(writer, limit))? {
            return Ok(false);
        }
        state.streams.data_blocked_sent();
    }
    for direction in DIRECTIONS {
        if !stream_count_frames(s, out, packet, direction)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn stream_count_frames(
    s: &mut Session,
    out: &mut Output,
    packet: &mut OpenPacket,
    direction: Direction,
) -> Result<bool> {
    let state = s.state();
    if let Some(limit) = state.streams.streams_blocked_frame(direction) {
        let carried = Carried::StreamsBlocked { direction, limit };
        if !frame(state, out, packet, carried, |writer| write::streams_blocked(writer, direction, limit))? {
            return Ok(false);
        }
        state.streams.streams_blocked_sent(direction);
    }
    if let Some(limit) = state.streams.max_streams_frame(direction) {
        let carried = Carried::MaxStreams { direction, limit };
        if !frame(state, out, packet, carried, |writer| write::max_streams(writer, direction, limit))? {
            return Ok(false);
        }
        if state.streams.max_streams_sent(direction, limit) {
            s.extend_max_remote_streams(direction, limit)?;
        }
    }
    Ok(true)
}

/// RESET_STREAM, STOP_SENDING, MAX_STREAM_DATA and STREAM_DATA_BLOCKED of the streams whose turn it is, and the data
/// that they lost.
fn stream_control_frames(s: &mut Session, out: &mut Output, packet: &mut OpenPacket) -> Result<()> {
    while let Some(key) = s.state().streams.next_pending() {
        if packet.is_full() {
            return Ok(());
        }
        let pending = s.state().streams.pending(key);
        if pending.contains(Pending::CONTROL) && !one_stream(s, out, packet, key)? {
            return Ok(());
        }
        if !super::stream_frames::write_lost(s.state(), out, packet, key)? {
            return Ok(());
        }
    }
    Ok(())
}

fn one_stream(
    s: &mut Session,
    out: &mut Output,
    packet: &mut OpenPacket,
    key: crate::mem::Key,
) -> Result<bool> {
    let state = s.state();
    if let Some(reset) = state.streams.reset_stream_frame(key) {
        let carried = Carried::ResetStream { stream: key };
        let encode = |writer: &mut Writer<'_>| {
            write::reset_stream(writer, reset.id, reset.error_code, reset.final_size)
        };
        if !frame(state, out, packet, carried, encode)? {
            return Ok(false);
        }
        state.streams.reset_stream_sent(key);
    }
    if let Some(limit) = state.streams.stream_data_blocked_frame(key) {
        let Some(id) = state.streams.get(key).map(|stream| stream.id()) else { return Ok(true) };
        let carried = Carried::StreamDataBlocked { stream: key, limit };
        if !frame(state, out, packet, carried, |writer| write::stream_data_blocked(writer, id, limit))? {
            return Ok(false);
        }
        state.streams.stream_data_blocked_sent(key);
    }
    let (now, rtt) = (state.now, state.recovery.rtt().smoothed());
    if let Some(update) = state.streams.max_stream_data_frame(key, now, rtt) {
        let Some(id) = state.streams.get(key).map(|stream| stream.id()) else { return Ok(true) };
        let carried = Carried::MaxStreamData { stream: key, limit: update.limit };
        if !frame(state, out, packet, carried, |writer| write::max_stream_data(writer, id, update.limit))? {
            return Ok(false);
        }
        state.streams.max_stream_data_sent(key, update, now);
    }
    if let Some(stop) = state.streams.stop_sending_frame(key) {
        let carried = Carried::StopSending { stream: key };
        if !frame(state, out, packet, carried, |writer| {
            write::stop_sending(writer, stop.id, stop.error_code)
        })? {
            return Ok(false);
        }
        if state.streams.stop_sending_sent(key) {
            let user = state.streams.get(key).map_or(core::ptr::null_mut(), |stream| stream.user_data());
            s.stream_stop_sending(stop.id, stop.error_code, user)?;
        }
    }
    Ok(true)
}
