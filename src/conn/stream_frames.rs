//! Writing STREAM and DATAGRAM frames: data the application offers, and stream data that was lost.
//!
//! Owns: how much of an offer goes into a packet, and the answers of `writev_stream` and `writev_datagram`. Must not know:
//! where the bytes stand (`stream`, `mem`), when a packet may be sent (`write`).

use crate::error::{Error, Result};
use crate::frame::write;
use crate::mem::{AppSlice, Key};
use crate::recovery::{Carried, Recovery};
use crate::session::Output;
use crate::stream::{Offering, Streams};
use crate::units::{StreamId, Timestamp};

use super::State;
use super::datagram::OpenPacket;
use super::write::{Offer, Request};

/// The errors of an offer that do not depend on what the network allows; finds the stream that is offered data.
#[inline]
pub(crate) fn check(state: &mut State, offer: &Offer<'_>) -> Result<Offering> {
    match *offer {
        Offer::Nothing => Ok(Offering::NONE),
        Offer::Stream { id, len, .. } => state.streams.offer(id, len),
        Offer::Datagram { len, .. } => check_datagram(state, len).map(|()| Offering::NONE),
    }
}

fn check_datagram(state: &State, len: u64) -> Result<()> {
    let Some(remote) = &state.params.remote else { return Err(Error::InvalidState.cold()) };
    let limit = remote.max_datagram_frame_size;
    if limit == 0 {
        return Err(Error::InvalidState.cold());
    }
    let header = write::datagram_header_len(usize::try_from(len).ok());
    if len.saturating_add(header as u64) > limit {
        return Err(Error::InvalidArgument.cold());
    }
    Ok(())
}

/// Whether the offer has something that a packet can carry now.
#[inline]
pub(crate) fn is_sendable(offer: &Offer<'_>, target: &Offering) -> bool {
    match *offer {
        Offer::Nothing => false,
        Offer::Datagram { .. } => true,
        Offer::Stream { len: 0, fin, .. } => fin || target.is_untouched,
        Offer::Stream { .. } => target.sendable > 0,
    }
}

/// Puts what fits of the offer into the packet. Answers whether the packet has room for more.
#[inline]
pub(crate) fn write(
    streams: &mut Streams,
    recovery: &mut Recovery,
    request: &Request<'_>,
    target: &Offering,
    packet: &mut OpenPacket,
    accepted: &mut Option<u64>,
) -> Result<bool> {
    if !is_sendable(&request.offer, target) {
        return Ok(false);
    }
    let mut out = request.out;
    *accepted = match request.offer {
        Offer::Nothing => None,
        Offer::Stream { id, data, len, fin } => {
            offer_stream(streams, recovery, &mut out, packet, target, id, data, len, fin)?
        }
        Offer::Datagram { id, data, len } => offer_datagram(recovery, &mut out, packet, id, data, len)?,
    };
    Ok(accepted.is_some() && !packet.is_full())
}

/// Whether a `WRITE_MORE` sequence in the buffer of `len` bytes at `address` goes on without further ado.
#[inline(always)]
pub(crate) fn goes_on_in(state: &State, address: usize, len: usize) -> bool {
    if state.lifecycle.is_over() {
        return false;
    }
    state.datagram.goes_on_in(address, len) && !state.closure.is_silent()
}

/// What a frame did to the open packet, and how much data it took.
#[derive(Clone, Copy)]
pub(crate) enum Appended {
    /// There is room for another one.
    Open(usize),
    /// The packet is to be sent.
    Full(usize),
}

/// The rule in a `WRITE_MORE` sequence, and what [`write()`] would come to: what fits of `piece` goes into the packet that the
/// call before left open, as `goes_on_in` found. `None`, and nothing is changed, where there is more to it.
#[inline(always)]
pub(crate) fn append(
    state: &mut State,
    out: &mut Output,
    id: StreamId,
    piece: AppSlice,
    fin: bool,
    now: Timestamp,
) -> Option<Appended> {
    let State { datagram, streams, recovery, .. } = state;
    let packet = datagram.plain_mut()?;
    if !packet.may_have_record() || !recovery.has_record_room() {
        return None;
    }
    let mut stream = streams.sender(id)?;
    let offset = stream.offset();
    let (len, room) = (piece.len(), packet.room());
    let take = if len.saturating_add(write::LONGEST_STREAM_HEADER) <= room {
        len
    } else {
        len.min(write::max_stream_data_len(room, id, offset))
    };
    if take == 0 {
        return None;
    }
    let (piece, fin) = (piece.first(take), fin && take == len);
    let rest = packet.rest(out);
    let header_len = write::stream_header_in(rest.first_chunk_mut()?, id, offset, take, fin).ok()?;
    let data = rest.get_mut(header_len..header_len + take)?;
    if !stream.append_next(piece, fin) {
        return None;
    }
    let carried = Carried::Stream { stream: stream.key(), offset, len: take as u32, fin };
    packet.commit_reliable(recovery, header_len + take, carried);
    let appended = if packet.is_full() { Appended::Full(take) } else { Appended::Open(take) };
    state.advance_clock(now);
    // Last, since nothing has to be kept over the call then.
    piece.copy_to(data);
    Some(appended)
}

fn offer_stream(
    streams: &mut Streams,
    recovery: &mut Recovery,
    out: &mut Output,
    packet: &mut OpenPacket,
    target: &Offering,
    id: StreamId,
    data: &[AppSlice],
    len: u64,
    fin: bool,
) -> Result<Option<u64>> {
    let room = packet.room();
    let take = stream_data_that_fits(room, id, target);
    let is_short =
        if len > 0 { take == 0 } else { room < write::stream_header_len(id, target.offset, Some(0)) };
    if is_short || !packet.reserve_record(recovery)? {
        return Ok(None);
    }
    let fin = fin && take == len;
    let offset = streams.try_append(target.key, data, take, fin)?;
    let size = take as usize;
    let mut writer = packet.writer(out);
    if write::stream_header(&mut writer, id, offset, Some(size), fin).is_err() {
        return Err(Error::Internal.cold());
    }
    copy_offer(data, writer.rest_mut(), size);
    let len = writer.position() + size;
    packet.commit_reliable(
        recovery,
        len,
        Carried::Stream { stream: target.key, offset, len: take as u32, fin },
    );
    Ok(Some(take))
}

/// How many of the bytes that the limits let through fit behind a header.
#[inline(always)]
fn stream_data_that_fits(room: usize, id: StreamId, target: &Offering) -> u64 {
    let sendable = target.sendable;
    if (room as u64).saturating_sub(write::LONGEST_STREAM_HEADER as u64) >= sendable {
        return sendable;
    }
    sendable.min(write::max_stream_data_len(room, id, target.offset) as u64)
}

/// Copies the first `size` bytes of the application's vectors.
#[inline]
fn copy_offer(data: &[AppSlice], target: &mut [u8], size: usize) {
    let Some(mut target) = target.get_mut(..size) else { return };
    if let [only] = data {
        only.copy_to(target);
        return;
    }
    for piece in data {
        let copied = piece.copy_to(target);
        target = target.get_mut(copied..).unwrap_or_default();
        if target.is_empty() {
            return;
        }
    }
}

fn offer_datagram(
    recovery: &mut Recovery,
    out: &mut Output,
    packet: &mut OpenPacket,
    id: u64,
    data: &[AppSlice],
    len: u64,
) -> Result<Option<u64>> {
    let Ok(size) = usize::try_from(len) else { return Ok(None) };
    let header = write::datagram_header_len(Some(size));
    if size.saturating_add(header) > packet.room() || !packet.reserve_record(recovery)? {
        return Ok(None);
    }
    let mut writer = packet.writer(out);
    if write::datagram_header(&mut writer, Some(size)).is_err() {
        return Ok(None);
    }
    copy_offer(data, writer.rest_mut(), size);
    let written = writer.position() + size;
    packet.commit_reliable(recovery, written, Carried::Datagram { id });
    Ok(Some(len))
}

/// Sends a stream's lost data again, as far as the packet has room; `false` when it is full.
pub(crate) fn write_lost(
    state: &mut State,
    out: &mut Output,
    packet: &mut OpenPacket,
    key: Key,
) -> Result<bool> {
    let Some(id) = state.streams.get(key).map(|stream| stream.id()) else { return Ok(true) };
    loop {
        if !packet.reserve_record(&mut state.recovery)? {
            return Ok(false);
        }
        let room = packet.room();
        let Some(next) = state.streams.lost_data(key, 1) else { return Ok(true) };
        let most = write::max_stream_data_len(room, id, next.offset);
        if most == 0 {
            // Only an empty frame (a FIN) may still fit.
            if next.len > 0 || room < write::stream_header_len(id, next.offset, Some(0)) {
                state.streams.rotate(key);
                return Ok(false);
            }
        }
        let Some(piece) = state.streams.lost_data(key, most as u64) else { return Ok(true) };
        let size = piece.len as usize;
        let mut writer = packet.writer(out);
        if write::stream_header(&mut writer, id, piece.offset, Some(size), piece.fin).is_err() {
            return Ok(false);
        }
        let copied = writer
            .rest_mut()
            .get_mut(..size)
            .is_some_and(|target| size == 0 || state.streams.copy_data(key, piece.offset, target));
        if !copied {
            return Err(Error::Internal.cold());
        }
        let len = writer.position() + size;
        let carried =
            Carried::Stream { stream: key, offset: piece.offset, len: piece.len as u32, fin: piece.fin };
        state.streams.lost_data_sent(key, piece)?;
        packet.commit_reliable(&mut state.recovery, len, carried);
        if packet.is_full() {
            state.streams.rotate(key);
            return Ok(false);
        }
    }
}
