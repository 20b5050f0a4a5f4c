//! A map from 62-bit ids, which the peer chooses, to keys.
//!
//! Owns: the places and the hash table behind them. Streams of a kind are numbered in a row, so nearly every id has a place to
//! itself, and is found without a hash. An id that finds its place taken goes to the hash table, under a key that the peer does
//! not know: ids that were chosen to meet cost a hash each, and no search. Must not know: what the ids and keys name.

use hashbrown::HashTable;

use super::siphash::siphash;
use super::{Array, Key, Mem, NoMem};

#[derive(Clone, Copy)]
struct Entry {
    id: u64,
    key: Key,
}

/// Stands in a vacant place: no id is as large (RFC 9000 §16), and nobody looks for it.
const NOTHING: Entry = Entry { id: u64::MAX, key: Key::NONE };

impl Entry {
    #[inline]
    const fn is_vacant(&self) -> bool {
        self.id == NOTHING.id
    }
}

/// The fewest places; there are always twice as many as ids, and a power of two.
const MIN_PLACES: usize = 16;

/// A map from ids to keys.
pub(crate) struct IdMap {
    /// As many as `places.len()`, a power of two or none.
    places: Array<Entry>,
    /// The ids whose place another one had.
    strays: HashTable<Entry, Mem>,
    len: usize,
    hash_key: (u64, u64),
}

impl IdMap {
    /// `hash_key` makes the hash function unknown to the peer.
    pub(crate) fn new(mem: Mem, hash_key: (u64, u64)) -> Self {
        Self { places: Array::new(mem), strays: HashTable::new_in(mem), len: 0, hash_key }
    }

    #[inline]
    pub(crate) fn get(&self, id: u64) -> Option<Key> {
        match self.places.get(self.place(id)) {
            Some(entry) if entry.id == id => Some(entry.key),
            _ if self.strays.is_empty() => None,
            _ => self.get_stray(id),
        }
    }

    #[cold]
    fn get_stray(&self, id: u64) -> Option<Key> {
        self.strays.find(hash(self.hash_key, id), |entry| entry.id == id).map(|entry| entry.key)
    }

    /// Where `id` stands if no other id does. The low bits tell the kind (RFC 9000 §2.1): each kind starts at another place.
    #[inline]
    fn place(&self, id: u64) -> usize {
        const FIFTH: u64 = u64::MAX / 5;
        let place = (id >> 2).wrapping_add((id & 3).wrapping_mul(FIFTH));
        place as usize & self.places.len().wrapping_sub(1)
    }

    /// Maps an id that is not mapped yet.
    #[inline]
    pub(crate) fn try_insert_new(&mut self, id: u64, key: Key) -> Result<(), NoMem> {
        debug_assert!(self.get(id).is_none() && id != NOTHING.id);
        if self.places.len() <= self.len * 2 {
            self.grow()?;
        }
        let place = self.place(id);
        match self.places.get_mut(place) {
            Some(place) if place.is_vacant() => *place = Entry { id, key },
            _ => self.try_insert_stray(Entry { id, key })?,
        }
        self.len += 1;
        Ok(())
    }

    #[cold]
    fn try_insert_stray(&mut self, entry: Entry) -> Result<(), NoMem> {
        let key = self.hash_key;
        self.strays.try_reserve(1, |entry| hash(key, entry.id)).map_err(|_| NoMem)?;
        self.strays.insert_unique(hash(key, entry.id), entry, |entry| hash(key, entry.id));
        Ok(())
    }

    /// Doubles the places. No two ids meet that had places of their own.
    #[cold]
    fn grow(&mut self) -> Result<(), NoMem> {
        let count = self.places.len().saturating_mul(2).max(MIN_PLACES);
        let mut places = Array::new(self.places.mem());
        places.try_resize(count, NOTHING)?;
        let former = core::mem::replace(&mut self.places, places);
        for entry in former.iter().filter(|entry| !entry.is_vacant()) {
            let place = self.place(entry.id);
            if let Some(vacant) = self.places.get_mut(place) {
                *vacant = *entry;
            }
        }
        Ok(())
    }

    pub(crate) fn remove(&mut self, id: u64) -> Option<Key> {
        let place = self.place(id);
        let entry = match self.places.get_mut(place) {
            Some(entry) if entry.id == id && !entry.is_vacant() => core::mem::replace(entry, NOTHING),
            _ if self.strays.is_empty() => return None,
            _ => self.strays.find_entry(hash(self.hash_key, id), |entry| entry.id == id).ok()?.remove().0,
        };
        self.len -= 1;
        Some(entry.key)
    }

    /// Gives all memory back if the map is empty.
    pub(crate) fn release_if_empty(&mut self) {
        if self.len == 0 {
            self.strays = HashTable::new_in(*self.strays.allocator());
            self.places = Array::new(self.places.mem());
        }
    }
}

#[cfg(test)]
impl IdMap {
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// How many ids have no place of their own.
    pub(crate) fn strays(&self) -> usize {
        self.strays.len()
    }
}

#[inline]
fn hash(key: (u64, u64), id: u64) -> u64 {
    siphash::<1, 3>(key, id)
}
