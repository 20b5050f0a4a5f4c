//! All streams of a connection.
//!
//! Owns: the streams, how they are found, opened and closed, the limits of both sides, and the connection's credit.
//! `reading`, `writing` and `credit` hold the rest of its operations. Ids are looked up once per frame; everything
//! else goes by key, and a key of a stream that is gone finds nothing. Must not know: packets, callbacks. Implements
//! RFC 9000 §2.1, §3 and §4.6.

use core::ffi::c_void;

use ngtcp2_abi::ngtcp2_transport_params;

use crate::error::{Error, Result};
use crate::mem::{IdMap, Key, Mem, Pool};
use crate::units::{Direction, Side, StreamId};

use super::flow_control::{ReceiveCredit, SendCredit};
use super::reassembly::BlockPool;
use super::schedule::Schedule;
use super::stream::Stream;
use super::stream_limits::{LocalStreams, RemoteStreams};

/// The table keeps room for this many streams when the last one closes; more is given back, for the sake of
/// connections that are idle after a busy time.
const MAX_SPARE_STREAMS: usize = 64;

/// The part of a stream that a frame speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The part that sends: MAX_STREAM_DATA, STOP_SENDING.
    Sending,
    /// The part that receives: STREAM, RESET_STREAM, STREAM_DATA_BLOCKED.
    Receiving,
}

/// The stream that a frame of the peer names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accepted {
    Existing(Key),
    /// It is new: tell the application.
    Opened(Key),
    /// It was closed: ignore the frame.
    Closed,
}

/// A stream that is no more: what the application is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClosedStream {
    pub(crate) id: StreamId,
    pub(crate) user_data: *mut c_void,
    /// The first code of the receiving part: RESET_STREAM received or STOP_SENDING requested.
    pub(crate) receive_error: Option<u64>,
    /// The first code of the sending part: RESET_STREAM requested or STOP_SENDING received.
    pub(crate) send_error: Option<u64>,
    /// The first of both.
    pub(crate) first_error: Option<u64>,
}

/// The limits of one side's transport parameters that concern streams.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct InitialLimits {
    max_data: u64,
    stream_data_bidi_local: u64,
    stream_data_bidi_remote: u64,
    stream_data_uni: u64,
    max_streams: [u64; 2],
}

impl InitialLimits {
    fn from_params(params: &ngtcp2_transport_params) -> Self {
        Self {
            max_data: params.initial_max_data,
            stream_data_bidi_local: params.initial_max_stream_data_bidi_local,
            stream_data_bidi_remote: params.initial_max_stream_data_bidi_remote,
            stream_data_uni: params.initial_max_stream_data_uni,
            max_streams: [params.initial_max_streams_bidi, params.initial_max_streams_uni],
        }
    }

    /// The limit for a stream that the side of these parameters opened, or did not.
    const fn stream_data(&self, direction: Direction, opened_by_this_side: bool) -> u64 {
        match (direction, opened_by_this_side) {
            (Direction::Uni, _) => self.stream_data_uni,
            (Direction::Bidi, true) => self.stream_data_bidi_local,
            (Direction::Bidi, false) => self.stream_data_bidi_remote,
        }
    }
}

/// How far windows may grow: the application's settings; 0 means not at all.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WindowSettings {
    pub(crate) max_window: u64,
    pub(crate) max_stream_window: u64,
}

pub(crate) struct Streams {
    pub(super) pool: Pool<Stream>,
    ids: IdMap,
    pub(super) send_credit: SendCredit,
    pub(super) receive_credit: ReceiveCredit,
    pub(super) schedule: Schedule,
    pub(super) blocks: BlockPool,
    pub(super) local: [LocalStreams; 2],
    pub(super) remote: [RemoteStreams; 2],
    pub(super) windows: WindowSettings,
    pub(super) max_data_lost: bool,
    pub(super) data_blocked_pending: bool,
    /// The connection's send limit that the application knows of.
    pub(super) reported_send_limit: u64,
    side: Side,
    our_limits: InitialLimits,
    peer_limits: InitialLimits,
    /// The most streams that were open at once since the table was last released.
    most_open: usize,
    mem: Mem,
}

impl Streams {
    /// `hash_key` is drawn by the caller's `rand`: peers choose stream ids.
    pub(crate) fn new(mem: Mem, side: Side, hash_key: (u64, u64), windows: WindowSettings) -> Self {
        Self {
            pool: Pool::new(mem),
            ids: IdMap::new(mem, hash_key),
            send_credit: SendCredit::new(0),
            receive_credit: ReceiveCredit::new(0),
            schedule: Schedule::new(),
            blocks: BlockPool::new(mem),
            local: [LocalStreams::new(); 2],
            remote: [RemoteStreams::new(mem), RemoteStreams::new(mem)],
            windows,
            max_data_lost: false,
            data_blocked_pending: false,
            reported_send_limit: 0,
            side,
            our_limits: InitialLimits::default(),
            peer_limits: InitialLimits::default(),
            most_open: 0,
            mem,
        }
    }

    /// Our own transport parameters: what the peer may do from the start. Set before any stream exists.
    pub(crate) fn set_local_limits(&mut self, params: &ngtcp2_transport_params) {
        self.our_limits = InitialLimits::from_params(params);
        self.receive_credit = ReceiveCredit::new(self.our_limits.max_data);
        for (remote, limit) in self.remote.iter_mut().zip(self.our_limits.max_streams) {
            remote.set_initial(limit);
        }
    }

    /// The peer's transport parameters, remembered or real. Streams that are open already have their limits raised.
    pub(crate) fn set_remote_limits(&mut self, params: &ngtcp2_transport_params) {
        self.peer_limits = InitialLimits::from_params(params);
        self.send_credit.raise(self.peer_limits.max_data);
        for (local, limit) in self.local.iter_mut().zip(self.peer_limits.max_streams) {
            local.raise(limit);
        }
        let mut next = self.pool.first();
        while let Some(key) = next {
            next = self.pool.next_after(key.index());
            let Some(stream) = self.pool.get_mut(key) else { continue };
            let limit =
                self.peer_limits.stream_data(stream.id.direction(), stream.id.initiator() != self.side);
            if let Some(send) = stream.send.as_mut() {
                send.credit_mut().raise(limit);
            }
        }
    }

    #[inline]
    pub(crate) fn find(&self, id: StreamId) -> Option<Key> {
        self.ids.get(id.0)
    }

    #[inline]
    pub(crate) fn get(&self, key: Key) -> Option<&Stream> {
        self.pool.get(key)
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, key: Key) -> Option<&mut Stream> {
        self.pool.get_mut(key)
    }

    /// Opens a stream of ours.
    pub(crate) fn open_local(
        &mut self,
        direction: Direction,
        user_data: *mut c_void,
    ) -> Result<(StreamId, Key)> {
        let ordinal = self.local[direction.index()].next_ordinal()?;
        let id = StreamId::new(self.side, direction, ordinal);
        let key = self.insert(id)?;
        self.local[direction.index()].note_opened();
        if let Some(stream) = self.pool.get_mut(key) {
            stream.user_data = user_data;
        }
        Ok((id, key))
    }

    /// Finds or opens the stream that a frame of the peer names.
    #[inline]
    pub(crate) fn accept(&mut self, id: StreamId, part: Part) -> Result<Accepted> {
        self.check_direction(id, part)?;
        match self.find(id) {
            Some(key) => Ok(Accepted::Existing(key)),
            None => self.accept_unknown(id),
        }
    }

    /// Whether the part that a frame speaks to exists on such a stream (RFC 9000 §19.4, §19.5, §19.8, §19.10, §19.13).
    #[inline]
    fn check_direction(&self, id: StreamId, part: Part) -> Result<()> {
        if id.direction() == Direction::Bidi {
            return Ok(());
        }
        let is_local = id.initiator() == self.side;
        if is_local == (part == Part::Sending) { Ok(()) } else { Err(Error::StreamState.cold()) }
    }

    fn accept_unknown(&mut self, id: StreamId) -> Result<Accepted> {
        let direction = id.direction().index();
        let ordinal = id.ordinal();
        if id.initiator() == self.side {
            let was_opened = ordinal < self.local[direction].opened();
            return if was_opened { Ok(Accepted::Closed) } else { Err(Error::StreamState.cold()) };
        }
        let remote = &mut self.remote[direction];
        remote.check(ordinal)?;
        if !remote.is_next(ordinal) {
            if remote.was_opened(ordinal) {
                return Ok(Accepted::Closed);
            }
            remote.try_reserve()?;
        }
        let key = self.insert(id)?;
        self.remote[direction].note_opened(ordinal)?;
        Ok(Accepted::Opened(key))
    }

    fn insert(&mut self, id: StreamId) -> Result<Key> {
        self.pool.try_reserve()?;
        let is_local = id.initiator() == self.side;
        let send_limit = self.peer_limits.stream_data(id.direction(), !is_local);
        let window = self.our_limits.stream_data(id.direction(), is_local);
        let (mem, side) = (self.mem, self.side);
        let key = self.pool.insert_reserved(|| Stream::new(mem, side, id, send_limit, window));
        if let Err(error) = self.ids.try_insert_new(id.0, key) {
            self.pool.discard(key);
            return Err(error.into());
        }
        self.most_open = self.most_open.max(self.pool.len());
        Ok(key)
    }

    /// Whether both parts of a stream are done.
    #[inline(always)]
    pub(crate) fn is_closed(&self, key: Key) -> bool {
        self.pool.get(key).is_some_and(Stream::is_closed)
    }

    /// What to tell the application of a stream whose parts are both done, once. Then the stream is to be removed: while the
    /// application is told it still finds it.
    #[inline]
    pub(crate) fn finish_if_closed(&mut self, key: Key) -> Option<ClosedStream> {
        let stream = self.pool.get_mut(key)?;
        if !stream.is_closed() || stream.is_finished {
            return None;
        }
        stream.is_finished = true;
        Some(ClosedStream {
            id: stream.id,
            user_data: stream.user_data,
            receive_error: stream.errors.receive(),
            send_error: stream.errors.send(),
            first_error: stream.errors.first(),
        })
    }

    /// Removes a stream; its key finds nothing any more.
    #[inline]
    pub(crate) fn remove(&mut self, key: Key) {
        if self.pool.get(key).is_some_and(|stream| stream.links.is_queued()) {
            self.schedule.withdraw(&mut self.pool, key);
        }
        let Some(stream) = self.pool.get_mut(key) else { return };
        if let Some(receive) = stream.receive.as_mut() {
            receive.drop_kept(&mut self.blocks);
        }
        self.ids.remove(stream.id.0);
        self.pool.discard(key);
        if self.pool.is_empty() && self.most_open > MAX_SPARE_STREAMS {
            self.pool.release_if_empty();
            self.ids.release_if_empty();
            self.most_open = 0;
        }
    }

    /// 0-RTT was rejected: all streams and all credit gained since are as if they had never been. The peer's limits
    /// are unknown again, ours are those of our transport parameters.
    pub(crate) fn clear_all(&mut self) {
        let mut next = self.pool.first();
        while let Some(key) = next {
            next = self.pool.next_after(key.index());
            self.remove(key);
        }
        self.send_credit = SendCredit::new(0);
        self.receive_credit = ReceiveCredit::new(self.our_limits.max_data);
        self.local = [LocalStreams::new(); 2];
        for (remote, limit) in self.remote.iter_mut().zip(self.our_limits.max_streams) {
            remote.clear();
            remote.set_initial(limit);
        }
        self.peer_limits = InitialLimits::default();
        self.max_data_lost = false;
        self.data_blocked_pending = false;
        self.reported_send_limit = 0;
    }

    /// How many more streams we may open.
    pub(crate) const fn left(&self, direction: Direction) -> u64 {
        self.local[direction.index()].left()
    }
}

#[cfg(test)]
impl Streams {
    /// How many streams are open.
    pub(crate) const fn len(&self) -> usize {
        self.pool.len()
    }

    pub(crate) fn first_key(&self) -> Option<Key> {
        self.pool.first()
    }

    /// The stream after `key` in no particular order; a walk survives changes between its steps.
    pub(crate) fn key_after(&self, key: Key) -> Option<Key> {
        self.pool.next_after(key.index())
    }

    pub(crate) const fn side(&self) -> Side {
        self.side
    }
}
