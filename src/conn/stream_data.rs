//! What the peer's frames do to streams, and what the application is told (RFC 9000 §3, §19.4 to §19.14).
//!
//! Owns: the order of stream callbacks. Must not know: flow control or reassembly (`stream`). A stream is found again by
//! its key after each call-out: the callback may have ended it.

use core::ffi::c_void;
use core::ptr;

use ngtcp2_abi as abi;

use crate::error::Result;
use crate::fault::{self, Point};
use crate::frame::StreamFrame;
use crate::mem::Key;
use crate::session::{CloseCodes, Session};
use crate::stream::{Accepted, Arrival, LimitArrival, Part, Received, ResetArrival, StopSendingArrival};
use crate::units::{Direction, StreamId};

/// Finds or opens the stream that a frame names; tells whether it is new. `None` when it was closed.
#[inline]
fn accept(s: &mut Session, id: StreamId, part: Part) -> Result<Option<(Key, bool)>> {
    match s.state().streams.accept(id, part)? {
        Accepted::Existing(key) => Ok(Some((key, false))),
        Accepted::Opened(key) => {
            s.stream_open(id)?;
            Ok(Some((key, true)))
        }
        Accepted::Closed => {
            s.state().note_glitch()?;
            Ok(None)
        }
    }
}

/// As [`accept`], for a frame that ends a part of a stream: one that comes into being with it was opened in vain.
fn accept_end(s: &mut Session, id: StreamId, part: Part) -> Result<Option<Key>> {
    let Some((key, is_new)) = accept(s, id, part)? else { return Ok(None) };
    if is_new {
        s.state().note_glitch()?;
    }
    Ok(Some(key))
}

fn user_data(s: &mut Session, key: Key) -> *mut c_void {
    s.state().streams.get(key).map_or(ptr::null_mut(), |stream| stream.user_data())
}

/// A STREAM frame. In-order data goes to the application straight from the packet.
#[inline(always)]
pub(crate) fn on_stream(s: &mut Session, frame: StreamFrame<'_>, early: bool) -> Result<()> {
    let streams = &mut s.state().streams;
    if let Some(key) = streams.find(frame.id)
        && let Some(next) = streams.receive_next(key, frame.offset, frame.data, frame.fin)
    {
        return deliver(s, key, frame, next, early);
    }
    // By its fields: most frames stay in registers, and do not come here.
    on_any_stream(s, frame.id, frame.offset, frame.data, frame.fin, early)
}

/// A STREAM frame that opens its stream, or is not simply the next one.
#[inline(never)]
fn on_any_stream(
    s: &mut Session,
    id: StreamId,
    offset: u64,
    data: &[u8],
    fin: bool,
    early: bool,
) -> Result<()> {
    let Some((key, is_new)) = accept(s, id, Part::Receiving)? else { return Ok(()) };
    if is_new && let Some(next) = s.state().streams.receive_next(key, offset, data, fin) {
        return deliver(s, key, StreamFrame { id, offset, data, fin }, next, early);
    }
    let received = s.state().streams.receive(key, offset, data, fin)?;
    let Arrival::InOrder { skip, fin } = received.arrival else {
        // The first frame opens the stream, if nothing else.
        if received.arrival == Arrival::Repeated && !is_new {
            s.state().note_glitch()?;
        }
        return close_if_done(s, key);
    };
    let fresh =
        StreamFrame { id, offset: offset + skip as u64, data: data.get(skip..).unwrap_or_default(), fin };
    deliver(s, key, fresh, received, early)
}

/// Hands out data in order, and what had arrived before its turn. What comes too early while the application reads is
/// handed out by the call that brings what was missing.
#[inline(always)]
fn deliver(s: &mut Session, key: Key, frame: StreamFrame<'_>, received: Received, early: bool) -> Result<()> {
    let StreamFrame { id, offset, data, fin } = frame;
    s.recv_stream_data(data_flags(fin, early), id, offset, data, received.user_data)?;
    if received.keeps_data {
        deliver_buffered(s, key, id, early)?;
        return close_if_done(s, key);
    }
    if fin { close_if_done(s, key) } else { Ok(()) }
}

/// Hands out what had arrived before its turn.
fn deliver_buffered(s: &mut Session, key: Key, id: StreamId, early: bool) -> Result<()> {
    while let Some(block) = s.state().streams.next_buffered(key)? {
        fault::pass(Point::Reordered);
        let user = user_data(s, key);
        let delivered = s.recv_stream_data(data_flags(block.fin, early), id, block.offset, &block, user);
        s.state().streams.recycle(block);
        delivered?;
    }
    Ok(())
}

const fn data_flags(fin: bool, early: bool) -> u32 {
    let mut flags = abi::NGTCP2_STREAM_DATA_FLAG_NONE;
    if fin {
        flags |= abi::NGTCP2_STREAM_DATA_FLAG_FIN;
    }
    if early {
        flags |= abi::NGTCP2_STREAM_DATA_FLAG_0RTT;
    }
    flags
}

pub(crate) fn on_reset_stream(s: &mut Session, id: StreamId, error_code: u64, final_size: u64) -> Result<()> {
    let Some(key) = accept_end(s, id, Part::Receiving)? else { return Ok(()) };
    if s.state().streams.on_reset_stream(key, error_code, final_size)? == ResetArrival::Reset {
        let user = user_data(s, key);
        s.stream_reset(id, final_size, error_code, user)?;
    } else {
        s.state().note_glitch()?;
    }
    close_if_done(s, key)
}

pub(crate) fn on_stop_sending(s: &mut Session, id: StreamId, error_code: u64) -> Result<()> {
    let Some(key) = accept_end(s, id, Part::Sending)? else { return Ok(()) };
    if s.state().streams.on_stop_sending(key, error_code)? == StopSendingArrival::Stopped {
        let user = user_data(s, key);
        s.recv_stop_sending(id, error_code, user)?;
    } else {
        s.state().note_glitch()?;
    }
    close_if_done(s, key)
}

pub(crate) fn on_max_stream_data(s: &mut Session, id: StreamId, limit: u64) -> Result<()> {
    let Some((key, _)) = accept(s, id, Part::Sending)? else { return Ok(()) };
    match s.state().streams.on_max_stream_data(key, limit)? {
        LimitArrival::Raised => {
            let user = user_data(s, key);
            s.extend_max_stream_data(id, limit, user)
        }
        LimitArrival::Pointless => Ok(()),
        LimitArrival::Stale => s.state().note_glitch(),
    }
}

pub(crate) fn on_max_data(s: &mut Session, limit: u64) -> Result<()> {
    if !s.state().streams.on_max_data(limit) {
        return s.state().note_glitch();
    }
    report_send_limit(s)
}

/// Tells the application of the connection's send limit, if that is larger than it knew.
pub(crate) fn report_send_limit(s: &mut Session) -> Result<()> {
    match s.state().streams.take_raised_send_limit() {
        Some(limit) => s.extend_max_data(limit),
        None => Ok(()),
    }
}

pub(crate) fn on_max_streams(s: &mut Session, direction: Direction, limit: u64) -> Result<()> {
    if !s.state().streams.on_max_streams(direction, limit) {
        return s.state().note_glitch();
    }
    s.extend_max_local_streams(direction, limit)
}

/// The peer has no credit on a stream. Nothing follows from it, but the stream comes into being.
pub(crate) fn on_stream_data_blocked(s: &mut Session, id: StreamId) -> Result<()> {
    match accept(s, id, Part::Receiving)? {
        Some(_) => s.state().note_glitch(),
        None => Ok(()),
    }
}

/// A STREAM frame of ours was acknowledged.
#[inline]
pub(crate) fn on_acked(s: &mut Session, key: Key, offset: u64, len: u64, fin: bool) -> Result<()> {
    let Some(acked) = s.state().streams.on_stream_acked(key, offset, len, fin)? else { return Ok(()) };
    if let Some(data) = acked.data {
        s.acked_stream_data_offset(acked.id, data.offset, data.len, acked.user_data)?;
    }
    if acked.was_last { close(s, key) } else { Ok(()) }
}

/// Tells the application of a stream whose both directions are over, and removes it.
#[inline(always)]
pub(crate) fn close_if_done(s: &mut Session, key: Key) -> Result<()> {
    if s.state().streams.is_closed(key) { close(s, key) } else { Ok(()) }
}

#[inline(never)]
fn close(s: &mut Session, key: Key) -> Result<()> {
    let Some(closed) = s.state().streams.finish_if_closed(key) else { return Ok(()) };
    let codes =
        CloseCodes { receive: closed.receive_error, send: closed.send_error, first: closed.first_error };
    s.stream_close(closed.id, codes, closed.user_data)?;
    s.state().streams.remove(key);
    Ok(())
}
