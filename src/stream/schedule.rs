//! What a stream waits to write, and the order in which streams get their turn.
//!
//! Owns: the set of pending kinds of a stream and the queue of streams that have any. A stream leaves the queue only
//! when its set is empty: nothing that waits can be forgotten. Must not know: how a frame is written. Frames: RFC
//! 9000 §13.3.

use crate::mem::{Key, Linked, Links, Pool, Queue};

use super::stream::Stream;

/// The kinds of frame that a stream waits to write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pending(u8);

impl Pending {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const RESET_STREAM: Self = Self(1);
    pub(crate) const STOP_SENDING: Self = Self(1 << 1);
    pub(crate) const MAX_STREAM_DATA: Self = Self(1 << 2);
    pub(crate) const STREAM_DATA_BLOCKED: Self = Self(1 << 3);
    /// Data, a FIN or an empty opening frame to send again.
    pub(crate) const LOST_DATA: Self = Self(1 << 4);

    #[inline]
    pub(crate) const fn contains(self, kind: Self) -> bool {
        self.0 & kind.0 != 0
    }

    /// Everything but lost data.
    pub(crate) const CONTROL: Self = Self(0b1111);

    #[inline]
    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) const fn with(self, kind: Self) -> Self {
        Self(self.0 | kind.0)
    }

    pub(super) const fn without(self, kind: Self) -> Self {
        Self(self.0 & !kind.0)
    }
}

impl Linked for Stream {
    #[inline]
    fn links(&self) -> &Links {
        &self.links
    }

    #[inline]
    fn links_mut(&mut self) -> &mut Links {
        &mut self.links
    }
}

/// The streams with something pending; each has its turn before any has a second one.
pub(super) struct Schedule {
    queue: Queue,
}

impl Schedule {
    pub(super) const fn new() -> Self {
        Self { queue: Queue::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// The stream whose turn it is.
    pub(super) fn next(&self, pool: &Pool<Stream>) -> Option<Key> {
        self.queue.front(pool)
    }

    /// Adds a kind to a stream's set; a stream that had none goes to the end of the queue.
    pub(super) fn add(&mut self, pool: &mut Pool<Stream>, key: Key, kind: Pending) {
        let Some(stream) = pool.get_mut(key) else { return };
        let was_empty = stream.pending.is_empty();
        stream.pending = stream.pending.with(kind);
        if was_empty {
            self.queue.push_back(pool, key);
        }
    }

    /// Takes a kind from a stream's set; a stream that has none left leaves the queue.
    pub(super) fn remove(&mut self, pool: &mut Pool<Stream>, key: Key, kind: Pending) {
        let Some(stream) = pool.get_mut(key) else { return };
        if !stream.pending.contains(kind) {
            return;
        }
        stream.pending = stream.pending.without(kind);
        if stream.pending.is_empty() {
            self.queue.remove(pool, key);
        }
    }

    /// Puts `kind` in place of everything that concerns the data of the sending part.
    pub(super) fn replace_sending(&mut self, pool: &mut Pool<Stream>, key: Key, kind: Pending) {
        self.remove(pool, key, Pending::LOST_DATA);
        self.remove(pool, key, Pending::STREAM_DATA_BLOCKED);
        self.add(pool, key, kind);
    }

    /// Ends the stream's turn: what it still waits for has to wait until the others had theirs.
    pub(super) fn rotate(&mut self, pool: &mut Pool<Stream>, key: Key) {
        let Some(stream) = pool.get_mut(key) else { return };
        if stream.pending.is_empty() {
            return;
        }
        self.queue.remove(pool, key);
        self.queue.push_back(pool, key);
    }

    /// Takes a stream that is about to be removed out of the queue.
    pub(super) fn withdraw(&mut self, pool: &mut Pool<Stream>, key: Key) {
        self.queue.remove(pool, key);
    }
}
