//! The credit that the application gives back, and the frames that pass it on.
//!
//! Owns: the operations of `Streams` behind MAX_STREAM_DATA, MAX_DATA and MAX_STREAMS of ours. A frame is asked for
//! (`*_frame`), written by the caller if it fits, and then reported (`*_sent`). Must not know: packets, callbacks.
//! Implements RFC 9000 §4.1, §4.2, §4.6.

use crate::error::{Error, Result};
use crate::mem::Key;
use crate::units::{Direction, Duration, Timestamp};

use super::flow_control::LimitUpdate;
use super::schedule::Pending;
use super::table::Streams;

impl Streams {
    /// The application has room for `len` more bytes of the stream (extend_max_stream_offset).
    pub(crate) fn extend_stream_credit(&mut self, key: Key, len: u64) -> Result<()> {
        let Some(stream) = self.pool.get_mut(key) else { return Ok(()) };
        let Some(receive) = stream.receive.as_mut() else { return Err(Error::InvalidArgument) };
        receive.credit_mut().give_back(len);
        if receive.credit().is_update_due() && receive.needs_credit() {
            self.announce_stream_credit(key);
        }
        Ok(())
    }

    /// Apart, so that the usual way needs no registers of the caller's.
    #[cold]
    #[inline(never)]
    fn announce_stream_credit(&mut self, key: Key) {
        self.schedule.add(&mut self.pool, key, Pending::MAX_STREAM_DATA);
    }

    /// The limit that a MAX_STREAM_DATA frame should name, if one waits.
    pub(crate) fn max_stream_data_frame(
        &self,
        key: Key,
        now: Timestamp,
        smoothed_rtt: Duration,
    ) -> Option<LimitUpdate> {
        let stream = self.pool.get(key)?;
        if !stream.pending.contains(Pending::MAX_STREAM_DATA) {
            return None;
        }
        let credit = stream.receive.as_ref()?.credit();
        Some(credit.next_update(now, smoothed_rtt, self.windows.max_stream_window))
    }

    pub(crate) fn max_stream_data_sent(&mut self, key: Key, update: LimitUpdate, now: Timestamp) {
        let Some(receive) = self.pool.get_mut(key).and_then(|stream| stream.receive.as_mut()) else { return };
        receive.credit_mut().announce(update, now);
        self.schedule.remove(&mut self.pool, key, Pending::MAX_STREAM_DATA);
    }

    pub(crate) fn on_max_stream_data_lost(&mut self, key: Key, limit: u64) {
        let receive = self.pool.get(key).and_then(|stream| stream.receive.as_ref());
        if receive.is_some_and(|receive| receive.needs_credit() && receive.credit().is_latest(limit)) {
            self.schedule.add(&mut self.pool, key, Pending::MAX_STREAM_DATA);
        }
    }

    /// The application has room for `len` more bytes of any stream (extend_max_offset).
    pub(crate) fn extend_connection_credit(&mut self, len: u64) {
        self.receive_credit.give_back(len);
    }

    /// The limit that a MAX_DATA frame should name, if one is due.
    pub(crate) fn max_data_frame(&self, now: Timestamp, smoothed_rtt: Duration) -> Option<LimitUpdate> {
        let is_due = self.max_data_lost || self.receive_credit.is_update_due();
        is_due.then(|| self.receive_credit.next_update(now, smoothed_rtt, self.windows.max_window))
    }

    pub(crate) fn max_data_sent(&mut self, update: LimitUpdate, now: Timestamp) {
        self.receive_credit.announce(update, now);
        self.max_data_lost = false;
    }

    pub(crate) fn on_max_data_lost(&mut self, limit: u64) {
        self.max_data_lost |= self.receive_credit.is_latest(limit);
    }

    /// The peer may open `count` more streams (extend_max_streams_bidi, _uni).
    pub(crate) fn extend_max_streams(&mut self, direction: Direction, count: u64) {
        self.remote[direction.index()].extend(count);
    }

    /// The limit that a MAX_STREAMS frame should name, if one waits.
    pub(crate) fn max_streams_frame(&self, direction: Direction) -> Option<u64> {
        self.remote[direction.index()].max_streams_frame()
    }

    /// Tells whether the limit is a new one: then the application is told.
    pub(crate) fn max_streams_sent(&mut self, direction: Direction, limit: u64) -> bool {
        self.remote[direction.index()].max_streams_sent(limit)
    }

    pub(crate) fn on_max_streams_lost(&mut self, direction: Direction, limit: u64) {
        self.remote[direction.index()].on_max_streams_lost(limit);
    }

    /// Whether a frame of the connection, not of a stream, waits to be written.
    #[inline(always)]
    pub(crate) fn has_connection_frames(&self) -> bool {
        self.max_data_lost
            || self.data_blocked_pending
            || self.receive_credit.is_update_due()
            || self.remote.iter().any(|remote| remote.max_streams_frame().is_some())
            || self.local.iter().any(|local| local.blocked_frame().is_some())
    }
}
