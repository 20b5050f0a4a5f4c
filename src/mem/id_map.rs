//! A map from 64-bit ids, which the peer chooses, to indices.
//!
//! Owns: the hash table, its key and a memory of the id found last: packets of one stream come in runs, and a hit
//! there costs no hash. Must not know: what the ids and indices name.

use core::cell::Cell;

use hashbrown::HashTable;

use super::siphash::siphash;
use super::{Mem, NIL, NoMem};

#[derive(Clone, Copy)]
struct Entry {
    id: u64,
    index: u32,
}

/// Answers for an id that no entry has: `get` misses and falls through to the table.
const NOTHING: Entry = Entry { id: u64::MAX, index: NIL };

/// How many ids are found without a hash: streams that take turns are as many as fit a packet or two.
const RECENT: usize = 32;

/// A map from ids to indices below `NIL`.
pub(crate) struct IdMap {
    table: HashTable<Entry, Mem>,
    key: (u64, u64),
    /// The ids found last, each at a place of its own: most look-ups need no hash.
    recent: [Cell<Entry>; RECENT],
}

impl IdMap {
    /// `key` makes the hash function unknown to the peer.
    pub(crate) fn new(mem: Mem, key: (u64, u64)) -> Self {
        Self { table: HashTable::new_in(mem), key, recent: [const { Cell::new(NOTHING) }; RECENT] }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    #[inline]
    pub(crate) fn get(&self, id: u64) -> Option<u32> {
        let recent = self.recent(id).get();
        if recent.id == id && recent.index != NIL {
            return Some(recent.index);
        }
        self.find(id)
    }

    fn find(&self, id: u64) -> Option<u32> {
        let found = *self.table.find(hash(self.key, id), |entry| entry.id == id)?;
        self.recent(id).set(found);
        Some(found.index)
    }

    /// Where `id` stands among the ids found last. Ids of one kind are four apart.
    #[inline]
    fn recent(&self, id: u64) -> &Cell<Entry> {
        &self.recent[(id >> 2) as usize % RECENT]
    }

    /// Makes room for `additional` more ids.
    pub(crate) fn try_reserve(&mut self, additional: usize) -> Result<(), NoMem> {
        let key = self.key;
        self.table.try_reserve(additional, |entry| hash(key, entry.id)).map_err(|_| NoMem)
    }

    /// Maps an id that has no index yet, into room that `try_reserve` made. Without room it returns `false`, which is a bug
    /// of the caller.
    #[inline]
    pub(crate) fn insert_new_reserved(&mut self, id: u64, index: u32) -> bool {
        debug_assert!(self.get(id).is_none() && self.table.len() < self.table.capacity());
        if self.table.len() == self.table.capacity() {
            return false;
        }
        let key = self.key;
        self.table.insert_unique(hash(key, id), Entry { id, index }, |entry| hash(key, entry.id));
        // What was inserted is used next, as a rule.
        self.recent(id).set(Entry { id, index });
        true
    }

    pub(crate) fn remove(&mut self, id: u64) -> Option<u32> {
        if self.recent(id).get().id == id {
            self.recent(id).set(NOTHING);
        }
        let entry = self.table.find_entry(hash(self.key, id), |entry| entry.id == id).ok()?;
        Some(entry.remove().0.index)
    }

    /// Gives all memory back if the map is empty.
    pub(crate) fn release_if_empty(&mut self) {
        if self.is_empty() {
            self.table = HashTable::new_in(*self.table.allocator());
        }
    }
}

#[cfg(test)]
impl IdMap {
    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }
}

#[inline]
fn hash(key: (u64, u64), id: u64) -> u64 {
    siphash::<1, 3>(key, id)
}
