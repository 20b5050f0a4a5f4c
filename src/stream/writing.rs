//! What our STREAM and control frames do to streams.
//!
//! Owns: the operations of `Streams` behind new data, data sent again, RESET_STREAM, STOP_SENDING and the BLOCKED
//! frames, and what recovery reports about them. A frame is asked for (`*_frame`), written by the caller if it fits,
//! and then reported (`*_sent`): nothing is forgotten because a packet was full. Must not know: packets, callbacks.
//! Implements RFC 9000 §3.1, §3.5, §4.1, §13.3.

use core::ffi::c_void;

use crate::error::{Error, Result};
use crate::mem::{AppSlice, Key};
use crate::units::{Direction, StreamId};

use super::flow_control::SendCredit;
use super::schedule::Pending;
use super::send::{AckedData, LostData, SendPart, SendingState};
use super::stream::MAX_ERROR_CODE;
use super::table::Streams;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ResetStreamFrame {
    pub(crate) id: StreamId,
    pub(crate) error_code: u64,
    pub(crate) final_size: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StopSendingFrame {
    pub(crate) id: StreamId,
    pub(crate) error_code: u64,
}

/// What a stream can take of the data that the application offers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offering {
    pub(crate) key: Key,
    /// The offset of the next new byte.
    pub(crate) offset: u64,
    /// How many of the bytes both limits let through.
    pub(crate) sendable: u64,
    /// Nothing was ever sent on the stream: then an empty frame opens it at the peer.
    pub(crate) is_untouched: bool,
}

impl Offering {
    /// No stream is offered anything.
    pub(crate) const NONE: Self = Self { key: Key::NONE, offset: 0, sendable: 0, is_untouched: false };
}

/// A stream that is written to, found once for one frame.
pub(crate) struct Sender<'a> {
    key: Key,
    part: &'a mut SendPart,
    /// The connection's.
    credit: &'a mut SendCredit,
}

impl Sender<'_> {
    #[inline]
    pub(crate) const fn key(&self) -> Key {
        self.key
    }

    /// The offset of the next new byte.
    #[inline]
    pub(crate) const fn offset(&self) -> u64 {
        self.part.sent_to()
    }

    /// Whether `append_next` would take the first `most` bytes of `piece`, or all of it if it has fewer.
    #[inline(always)]
    pub(crate) fn takes_next(&self, piece: AppSlice, most: usize) -> bool {
        let piece = piece.first(most);
        self.credit.after(piece.len() as u64).is_some() && self.part.takes_next(piece)
    }

    /// Takes all of `piece`, and the FIN, as [`Streams::try_append`] would: the rule. `false`, and nothing is changed, where
    /// a limit or the piece's place in memory asks for more than that.
    #[inline(always)]
    pub(crate) fn append_next(&mut self, piece: AppSlice, fin: bool) -> bool {
        let Some(used) = self.credit.after(piece.len() as u64) else { return false };
        if !self.part.append_next(piece, fin) {
            return false;
        }
        self.credit.consume_to(used);
        true
    }
}

/// New data.
impl Streams {
    /// Looks a stream up and tells how much of `len` bytes it can take. A limit that holds everything back is noted for a
    /// BLOCKED frame; that of the stream is an error.
    #[inline]
    pub(crate) fn offer(&mut self, id: StreamId, len: u64) -> Result<Offering> {
        let key = self.find(id).ok_or_else(|| Error::StreamNotFound.cold())?;
        let stream = self.pool.get(key).ok_or_else(|| Error::StreamNotFound.cold())?;
        let send =
            stream.send.as_ref().filter(|send| send.is_open()).ok_or_else(|| Error::StreamShutWr.cold())?;
        let left = send.credit().left();
        let offering = Offering {
            key,
            offset: send.sent_to(),
            sendable: len.min(left).min(self.send_credit.left()),
            is_untouched: send.state() == SendingState::Ready,
        };
        if len > 0 && offering.sendable == 0 {
            self.note_blocked(key);
            if left == 0 {
                return Err(Error::StreamDataBlocked.cold());
            }
        }
        Ok(offering)
    }

    #[inline]
    pub(crate) fn max_stream_data_left(&self, key: Key) -> u64 {
        let send = self.pool.get(key).and_then(|stream| stream.send.as_ref());
        send.map_or(0, |send| send.credit().left())
    }

    #[inline]
    pub(crate) const fn max_data_left(&self) -> u64 {
        self.send_credit.left()
    }

    /// Takes `len` bytes from the front of `slices`, and the FIN: they are in a packet that is about to be sent, at
    /// the offset returned. With an error nothing is changed.
    #[inline]
    pub(crate) fn try_append(&mut self, key: Key, slices: &[AppSlice], len: u64, fin: bool) -> Result<u64> {
        let stream = self.pool.get_mut(key).ok_or_else(|| Error::StreamNotFound.cold())?;
        let send = stream.send.as_mut().ok_or_else(|| Error::StreamShutWr.cold())?;
        if len > self.send_credit.left() {
            return Err(Error::StreamDataBlocked.cold());
        }
        let offset = send.try_append(slices, len, fin)?;
        self.send_credit.consume(len);
        if fin && stream.pending.contains(Pending::STREAM_DATA_BLOCKED) {
            self.schedule.remove(&mut self.pool, key, Pending::STREAM_DATA_BLOCKED);
        }
        Ok(offset)
    }

    /// The sending part of a stream that waits to write nothing else.
    #[inline(always)]
    pub(crate) fn sender(&mut self, id: StreamId) -> Option<Sender<'_>> {
        let key = self.find(id)?;
        let stream = self.pool.get_mut(key).filter(|stream| stream.pending.is_empty())?;
        Some(Sender { key, part: stream.send.as_mut()?, credit: &mut self.send_credit })
    }

    /// The application had data that a limit held back: notes which BLOCKED frames are news to the peer.
    pub(crate) fn note_blocked(&mut self, key: Key) {
        self.data_blocked_pending |= self.send_credit.note_blocked();
        let Some(send) = self.pool.get_mut(key).and_then(|stream| stream.send.as_mut()) else { return };
        if send.is_open() && send.credit_mut().note_blocked() {
            self.schedule.add(&mut self.pool, key, Pending::STREAM_DATA_BLOCKED);
        }
    }

    /// Abandons what is not acknowledged (shutdown_stream_write).
    pub(crate) fn shutdown_write(&mut self, key: Key, error_code: u64) -> Result<()> {
        if error_code > MAX_ERROR_CODE {
            return Err(Error::InvalidArgument.cold());
        }
        let Some(stream) = self.pool.get_mut(key) else { return Ok(()) };
        let Some(send) = stream.send.as_mut() else { return Err(Error::InvalidArgument.cold()) };
        if send.reset() {
            stream.errors.note_send(error_code);
            self.schedule.replace_sending(&mut self.pool, key, Pending::RESET_STREAM);
        }
        Ok(())
    }

    /// Copies bytes that are not acknowledged yet; `false` when they no longer stand here.
    #[inline]
    pub(crate) fn copy_data(&self, key: Key, offset: u64, target: &mut [u8]) -> bool {
        let send = self.pool.get(key).and_then(|stream| stream.send.as_ref());
        send.is_some_and(|send| send.copy_to(offset, target))
    }
}

#[cfg(test)]
impl Streams {
    /// Whether the application may write to the stream.
    pub(crate) fn write_state(&self, key: Key) -> Result<()> {
        let stream = self.pool.get(key).ok_or_else(|| Error::StreamNotFound.cold())?;
        match stream.send.as_ref() {
            Some(send) if send.is_open() => Ok(()),
            _ => Err(Error::StreamShutWr.cold()),
        }
    }

    /// Whether nothing was ever sent on the stream: then an empty frame opens it at the peer.
    pub(crate) fn is_untouched(&self, key: Key) -> bool {
        let send = self.pool.get(key).and_then(|stream| stream.send.as_ref());
        send.is_some_and(|send| send.state() == SendingState::Ready)
    }

    /// How much of `want` both limits let through.
    pub(crate) fn sendable(&self, key: Key, want: u64) -> u64 {
        want.min(self.max_stream_data_left(key)).min(self.send_credit.left())
    }

    /// The offset of the next new byte.
    pub(crate) fn next_offset(&self, key: Key) -> u64 {
        let send = self.pool.get(key).and_then(|stream| stream.send.as_ref());
        send.map_or(0, |send| send.sent_to())
    }
}

/// What waits to be written.
impl Streams {
    /// Whether any stream has something pending.
    #[inline]
    pub(crate) fn has_pending(&self) -> bool {
        !self.schedule.is_empty()
    }

    /// The stream whose turn it is to write what it has pending.
    #[inline]
    pub(crate) fn next_pending(&self) -> Option<Key> {
        self.schedule.next(&self.pool)
    }

    /// What a stream waits to write.
    #[inline]
    pub(crate) fn pending(&self, key: Key) -> Pending {
        self.pool.get(key).map_or(Pending::NONE, |stream| stream.pending)
    }

    /// Ends a stream's turn.
    pub(crate) fn rotate(&mut self, key: Key) {
        self.schedule.rotate(&mut self.pool, key);
    }

    /// The next piece to send again, of at most `max_len` bytes.
    pub(crate) fn lost_data(&self, key: Key, max_len: u64) -> Option<LostData> {
        self.pool.get(key)?.send.as_ref()?.first_lost(max_len)
    }

    /// A piece that `lost_data` gave was written.
    pub(crate) fn lost_data_sent(&mut self, key: Key, piece: LostData) -> Result<()> {
        let Some(send) = self.pool.get_mut(key).and_then(|stream| stream.send.as_mut()) else {
            return Ok(());
        };
        if !send.on_resent(piece)? {
            self.schedule.remove(&mut self.pool, key, Pending::LOST_DATA);
        }
        Ok(())
    }

    pub(crate) fn reset_stream_frame(&self, key: Key) -> Option<ResetStreamFrame> {
        let stream = self.pool.get(key)?;
        let error_code = stream.errors.send()?;
        if !stream.pending.contains(Pending::RESET_STREAM) {
            return None;
        }
        Some(ResetStreamFrame { id: stream.id, error_code, final_size: stream.send.as_ref()?.sent_to() })
    }

    pub(crate) fn reset_stream_sent(&mut self, key: Key) {
        self.schedule.remove(&mut self.pool, key, Pending::RESET_STREAM);
    }

    pub(crate) fn stop_sending_frame(&self, key: Key) -> Option<StopSendingFrame> {
        let stream = self.pool.get(key)?;
        let error_code = stream.errors.receive()?;
        stream
            .pending
            .contains(Pending::STOP_SENDING)
            .then_some(StopSendingFrame { id: stream.id, error_code })
    }

    /// Tells whether this was the first time: then the application is told.
    pub(crate) fn stop_sending_sent(&mut self, key: Key) -> bool {
        self.schedule.remove(&mut self.pool, key, Pending::STOP_SENDING);
        let Some(stream) = self.pool.get_mut(key) else { return false };
        !core::mem::replace(&mut stream.stop_sending_sent, true)
    }

    /// The limit that a STREAM_DATA_BLOCKED frame should name.
    pub(crate) fn stream_data_blocked_frame(&self, key: Key) -> Option<u64> {
        let stream = self.pool.get(key)?;
        let limit = stream.send.as_ref()?.credit().limit();
        stream.pending.contains(Pending::STREAM_DATA_BLOCKED).then_some(limit)
    }

    pub(crate) fn stream_data_blocked_sent(&mut self, key: Key) {
        self.schedule.remove(&mut self.pool, key, Pending::STREAM_DATA_BLOCKED);
    }

    /// The limit that a DATA_BLOCKED frame should name.
    pub(crate) fn data_blocked_frame(&self) -> Option<u64> {
        self.data_blocked_pending.then_some(self.send_credit.limit())
    }

    pub(crate) fn data_blocked_sent(&mut self) {
        self.data_blocked_pending = false;
    }

    /// The limit that a STREAMS_BLOCKED frame should name.
    pub(crate) fn streams_blocked_frame(&self, direction: Direction) -> Option<u64> {
        self.local[direction.index()].blocked_frame()
    }

    pub(crate) fn streams_blocked_sent(&mut self, direction: Direction) {
        self.local[direction.index()].blocked_sent();
    }
}

/// What the acknowledgement of a STREAM frame came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AckedStream {
    pub(crate) id: StreamId,
    pub(crate) user_data: *mut c_void,
    /// What to report.
    pub(crate) data: Option<AckedData>,
    /// The sending part is done: the stream may be closed now.
    pub(crate) was_last: bool,
}

/// What recovery reports. Streams that are gone are passed over: keys of theirs find nothing.
impl Streams {
    /// Tells what to report; `None` if the stream or its sending part is gone.
    #[inline(always)]
    pub(crate) fn on_stream_acked(
        &mut self,
        key: Key,
        offset: u64,
        len: u64,
        fin: bool,
    ) -> Result<Option<AckedStream>> {
        let Some(stream) = self.pool.get_mut(key) else { return Ok(None) };
        let Some(send) = stream.send.as_mut() else { return Ok(None) };
        let data = send.on_acked(offset, len, fin)?;
        let acked =
            AckedStream { id: stream.id, user_data: stream.user_data, data, was_last: send.is_closed() };
        if stream.pending.contains(Pending::LOST_DATA) && !send.has_lost() {
            self.schedule.remove(&mut self.pool, key, Pending::LOST_DATA);
        }
        Ok(Some(acked))
    }

    pub(crate) fn on_stream_lost(&mut self, key: Key, offset: u64, len: u64, fin: bool) -> Result<()> {
        self.return_unsent(key, offset, len, fin)?;
        if let Some(stream) = self.pool.get_mut(key) {
            stream.loss_count += 1;
        }
        Ok(())
    }

    /// A packet with this data was given up before it was sent: the data goes into a later one.
    pub(crate) fn return_unsent(&mut self, key: Key, offset: u64, len: u64, fin: bool) -> Result<()> {
        let Some(send) = self.pool.get_mut(key).and_then(|stream| stream.send.as_mut()) else {
            return Ok(());
        };
        if send.on_lost(offset, len, fin)? {
            self.schedule.add(&mut self.pool, key, Pending::LOST_DATA);
        }
        Ok(())
    }

    pub(crate) fn on_reset_stream_acked(&mut self, key: Key) {
        let Some(send) = self.pool.get_mut(key).and_then(|stream| stream.send.as_mut()) else { return };
        send.on_reset_acked();
        self.schedule.remove(&mut self.pool, key, Pending::RESET_STREAM);
    }

    pub(crate) fn on_reset_stream_lost(&mut self, key: Key) {
        let send = self.pool.get(key).and_then(|stream| stream.send.as_ref());
        if send.is_some_and(|send| send.state() == SendingState::ResetSent) {
            self.schedule.add(&mut self.pool, key, Pending::RESET_STREAM);
        }
    }

    pub(crate) fn on_stop_sending_lost(&mut self, key: Key) {
        let receive = self.pool.get(key).and_then(|stream| stream.receive.as_ref());
        if receive.is_some_and(|receive| receive.is_unfinished()) {
            self.schedule.add(&mut self.pool, key, Pending::STOP_SENDING);
        }
    }

    pub(crate) fn on_stream_data_blocked_lost(&mut self, key: Key, limit: u64) {
        let send = self.pool.get(key).and_then(|stream| stream.send.as_ref());
        if send.is_some_and(|send| send.is_open() && send.credit().is_blocked_at(limit)) {
            self.schedule.add(&mut self.pool, key, Pending::STREAM_DATA_BLOCKED);
        }
    }

    pub(crate) fn on_data_blocked_lost(&mut self, limit: u64) {
        self.data_blocked_pending |= self.send_credit.is_blocked_at(limit);
    }

    pub(crate) fn on_streams_blocked_lost(&mut self, direction: Direction, limit: u64) {
        self.local[direction.index()].on_blocked_lost(limit);
    }
}
