//! A first-in first-out queue of values that stand in a [`Pool`], linked through the values themselves.
//!
//! Owns: both ends. Every operation is O(1) and none allocates. A value can be in one queue per `Tag`, and must be
//! removed from its queues before it is removed from the pool. Must not know: what the values are.

use core::marker::PhantomData;

use super::{Key, NIL, Pool};

/// In `prev` of a value that is in no queue.
const UNQUEUED: u32 = NIL - 1;

/// A value's neighbours in one queue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Links {
    prev: u32,
    next: u32,
}

impl Links {
    pub(crate) const fn new() -> Self {
        Self { prev: UNQUEUED, next: NIL }
    }

    #[inline]
    pub(crate) const fn is_queued(&self) -> bool {
        self.prev != UNQUEUED
    }
}

/// A value that can be in the queue named by `Tag`.
pub(crate) trait Linked<Tag = ()> {
    fn links(&self) -> &Links;
    fn links_mut(&mut self) -> &mut Links;
}

/// A queue through the values of a pool; always used with the same pool.
#[derive(Debug)]
pub(crate) struct Queue<Tag = ()> {
    head: u32,
    tail: u32,
    tag: PhantomData<Tag>,
}

impl<Tag> Queue<Tag> {
    pub(crate) const fn new() -> Self {
        Self { head: NIL, tail: NIL, tag: PhantomData }
    }

    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.head == NIL
    }

    /// The value that waits longest.
    #[inline]
    pub(crate) fn front<T>(&self, pool: &Pool<T>) -> Option<Key> {
        pool.key_at(self.head)
    }

    /// Puts a value at the end; `false` when it is queued already or not in the pool.
    pub(crate) fn push_back<T: Linked<Tag>>(&mut self, pool: &mut Pool<T>, key: Key) -> bool {
        let Some(value) = pool.get_mut(key) else { return false };
        if value.links().is_queued() {
            return false;
        }
        *value.links_mut() = Links { prev: self.tail, next: NIL };
        match pool.at_mut(self.tail) {
            Some(last) => last.links_mut().next = key.index(),
            None => self.head = key.index(),
        }
        self.tail = key.index();
        true
    }

    /// Takes a value out of the queue; `false` when it is not in it.
    pub(crate) fn remove<T: Linked<Tag>>(&mut self, pool: &mut Pool<T>, key: Key) -> bool {
        let Some(value) = pool.get_mut(key) else { return false };
        if !value.links().is_queued() {
            return false;
        }
        let Links { prev, next } = core::mem::replace(value.links_mut(), Links::new());
        match pool.at_mut(prev) {
            Some(before) => before.links_mut().next = next,
            None => self.head = next,
        }
        match pool.at_mut(next) {
            Some(behind) => behind.links_mut().prev = prev,
            None => self.tail = prev,
        }
        true
    }
}

#[cfg(test)]
impl<Tag> Queue<Tag> {
    /// The value behind `key` in the queue.
    pub(crate) fn next<T: Linked<Tag>>(&self, pool: &Pool<T>, key: Key) -> Option<Key> {
        pool.key_at(pool.get(key)?.links().next)
    }
}
