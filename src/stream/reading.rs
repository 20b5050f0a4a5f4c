//! What the peer's frames do to streams.
//!
//! Owns: the operations of `Streams` behind STREAM, RESET_STREAM, STOP_SENDING, MAX_STREAM_DATA, MAX_DATA and
//! MAX_STREAMS, and the end of reading. Each returns before any callback runs. Must not know: frames as bytes,
//! callbacks. Implements RFC 9000 §3.2, §3.5, §4.

use core::ffi::c_void;

use crate::error::{Error, Result};
use crate::mem::Key;
use crate::units::Direction;

use super::reassembly::Block;
use super::receive::{Arrival, ResetArrival};
use super::schedule::Pending;
use super::stream::MAX_ERROR_CODE;
use super::table::Streams;

/// What to do about a STOP_SENDING frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StopSendingArrival {
    /// Tell the application. RESET_STREAM follows by itself unless everything was acknowledged.
    Stopped,
    /// It came before, or the sending part is done.
    Ignored,
}

/// What a new limit of the peer comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitArrival {
    /// There may be more to send.
    Raised,
    /// It rose, and there is nothing to send any more.
    Pointless,
    /// It is no larger than before.
    Stale,
}

/// What a STREAM frame came to, and what is needed to deliver its data.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Received {
    pub(crate) arrival: Arrival,
    /// Data may be kept that came before its turn.
    pub(crate) keeps_data: bool,
    pub(crate) user_data: *mut c_void,
}

impl Received {
    const NOTHING: Self =
        Self { arrival: Arrival::Discarded, keeps_data: false, user_data: core::ptr::null_mut() };
}

impl Streams {
    /// Takes the data of a STREAM frame that carries its stream on where it was read to, as most do: all of it is to be
    /// delivered now. `None`, and nothing is changed, if there is anything else to it: that is for `receive`.
    #[inline(always)]
    pub(crate) fn receive_next(&mut self, key: Key, offset: u64, data: &[u8], fin: bool) -> Option<Received> {
        let stream = self.pool.get_mut(key)?;
        if fin && !stream.pending.is_empty() {
            return None;
        }
        let receive = stream.receive.as_mut()?;
        if !receive.receive_next(&mut self.receive_credit, offset, data.len() as u64, fin) {
            return None;
        }
        let arrival = Arrival::InOrder { skip: 0, fin };
        Some(Received { arrival, keeps_data: receive.keeps_data(), user_data: stream.user_data })
    }

    /// Takes the data of a STREAM frame: checks credit and final size, keeps what is early, and says what to deliver
    /// now. With an error nothing is changed.
    pub(crate) fn receive(&mut self, key: Key, offset: u64, data: &[u8], fin: bool) -> Result<Received> {
        let Some(stream) = self.pool.get_mut(key) else { return Ok(Received::NOTHING) };
        let Some(receive) = stream.receive.as_mut() else { return Err(Error::StreamState.cold()) };
        let arrival = receive.receive(&mut self.receive_credit, &mut self.blocks, offset, data, fin)?;
        let received = Received { arrival, keeps_data: receive.keeps_data(), user_data: stream.user_data };
        if !stream.pending.is_empty() {
            self.settle_receiving(key);
        }
        Ok(received)
    }

    /// Takes from the pending set what tells a peer nothing once it has sent everything.
    fn settle_receiving(&mut self, key: Key) {
        let Some(receive) = self.pool.get(key).and_then(|stream| stream.receive.as_ref()) else { return };
        let (needs_credit, is_unfinished) = (receive.needs_credit(), receive.is_unfinished());
        if !needs_credit {
            self.schedule.remove(&mut self.pool, key, Pending::MAX_STREAM_DATA);
        }
        if !is_unfinished {
            self.schedule.remove(&mut self.pool, key, Pending::STOP_SENDING);
        }
    }

    /// Hands out kept data whose turn has come, one block a call. Give it back with `recycle`.
    pub(crate) fn next_buffered(&mut self, key: Key) -> Result<Option<Block>> {
        let Some(receive) = self.pool.get_mut(key).and_then(|stream| stream.receive.as_mut()) else {
            return Ok(None);
        };
        Ok(receive.next_buffered(&mut self.blocks)?)
    }

    /// Takes back the memory of a block that was delivered.
    pub(crate) fn recycle(&mut self, block: Block) {
        self.blocks.give_back(block.into_bytes());
    }

    pub(crate) fn on_reset_stream(
        &mut self,
        key: Key,
        error_code: u64,
        final_size: u64,
    ) -> Result<ResetArrival> {
        let Some(stream) = self.pool.get_mut(key) else { return Ok(ResetArrival::Ignored) };
        let Some(receive) = stream.receive.as_mut() else { return Err(Error::StreamState.cold()) };
        let arrival = receive.on_reset(&mut self.receive_credit, &mut self.blocks, final_size)?;
        if arrival == ResetArrival::Reset {
            stream.errors.note_receive(error_code);
            self.settle_receiving(key);
        }
        Ok(arrival)
    }

    /// The peer reads no more: what is not acknowledged is abandoned with the same code (RFC 9000 §3.5).
    pub(crate) fn on_stop_sending(&mut self, key: Key, error_code: u64) -> Result<StopSendingArrival> {
        let Some(stream) = self.pool.get_mut(key) else { return Ok(StopSendingArrival::Ignored) };
        let Some(send) = stream.send.as_mut() else { return Err(Error::StreamState.cold()) };
        if stream.stop_sending_received || send.is_closed() {
            return Ok(StopSendingArrival::Ignored);
        }
        stream.stop_sending_received = true;
        stream.errors.note_send(error_code);
        if send.reset() {
            self.schedule.replace_sending(&mut self.pool, key, Pending::RESET_STREAM);
        }
        Ok(StopSendingArrival::Stopped)
    }

    pub(crate) fn on_max_stream_data(&mut self, key: Key, limit: u64) -> Result<LimitArrival> {
        let Some(stream) = self.pool.get_mut(key) else { return Ok(LimitArrival::Pointless) };
        let Some(send) = stream.send.as_mut() else { return Err(Error::StreamState.cold()) };
        if !send.credit_mut().raise(limit) {
            return Ok(LimitArrival::Stale);
        }
        let is_open = send.is_open();
        self.schedule.remove(&mut self.pool, key, Pending::STREAM_DATA_BLOCKED);
        Ok(if is_open { LimitArrival::Raised } else { LimitArrival::Pointless })
    }

    /// Tells whether the connection's limit rose.
    pub(crate) fn on_max_data(&mut self, limit: u64) -> bool {
        let raised = self.send_credit.raise(limit);
        self.data_blocked_pending &= !raised;
        raised
    }

    /// The connection's limit, if it is larger than when this was last asked.
    pub(crate) fn take_raised_send_limit(&mut self) -> Option<u64> {
        let limit = self.send_credit.limit();
        let known = core::mem::replace(&mut self.reported_send_limit, limit);
        (limit > known).then_some(limit)
    }

    /// Tells whether the count of streams that we may open rose.
    pub(crate) fn on_max_streams(&mut self, direction: Direction, limit: u64) -> bool {
        self.local[direction.index()].raise(limit)
    }

    /// The application reads no more (shutdown_stream_read). What was received and what follows is taken as consumed
    /// by the connection's credit; the peer is told with STOP_SENDING unless all of its data is here.
    pub(crate) fn shutdown_read(&mut self, key: Key, error_code: u64) -> Result<()> {
        if error_code > MAX_ERROR_CODE {
            return Err(Error::InvalidArgument.cold());
        }
        let Some(stream) = self.pool.get_mut(key) else { return Ok(()) };
        let Some(receive) = stream.receive.as_mut() else { return Err(Error::InvalidArgument.cold()) };
        if receive.stop(&mut self.receive_credit, &mut self.blocks) {
            stream.errors.note_receive(error_code);
            self.settle_receiving(key);
            self.schedule.add(&mut self.pool, key, Pending::STOP_SENDING);
        }
        Ok(())
    }
}
