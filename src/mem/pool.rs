//! A slab with generations: values found by a key that never finds another value than the one it was made for.
//!
//! Owns: the entries, the list of vacant ones and the generation counter. A vacant entry has generation 0 and a key
//! never has, so one compare tells both "occupied" and "the same value". The counter belongs to the pool, not to the
//! entry: memory can be given back without old keys coming to life again. Must not know: what the values are.

use core::mem::MaybeUninit;
use core::num::NonZeroU32;

use super::{Array, Mem, NIL, NoMem};

/// Names one value of a [`Pool`]; of no use after the value was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    index: u32,
    generation: NonZeroU32,
}

impl Key {
    /// Finds nothing in any pool: none is large enough.
    pub(crate) const NONE: Self = Self { index: NIL, generation: NonZeroU32::MIN };

    #[inline]
    pub(crate) const fn index(self) -> u32 {
        self.index
    }
}

#[cfg(test)]
impl Key {
    /// A key that stands for itself.
    pub(super) const fn of(index: u32) -> Self {
        Self { index, generation: NonZeroU32::MIN }
    }
}

impl Default for Key {
    fn default() -> Self {
        Self::NONE
    }
}

struct Entry<T> {
    /// That of the key which finds the value; `None` of a vacant entry.
    generation: Option<NonZeroU32>,
    /// The next vacant entry, if this one is vacant.
    next_vacant: u32,
    /// Initialised unless vacant.
    value: MaybeUninit<T>,
}

/// A slab of values with stable keys.
pub(crate) struct Pool<T> {
    entries: Array<Entry<T>>,
    /// The vacant entry to use next: the one left last, whose memory is warm.
    first_vacant: u32,
    len: u32,
    last_generation: u32,
}

impl<T> Pool<T> {
    pub(crate) const fn new(mem: Mem) -> Self {
        Self { entries: Array::new(mem), first_vacant: NIL, len: 0, last_generation: 0 }
    }

    #[inline]
    pub(crate) const fn len(&self) -> usize {
        self.len as usize
    }

    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Makes room for one more value: a vacant entry.
    #[inline]
    pub(crate) fn try_reserve(&mut self) -> Result<(), NoMem> {
        if self.first_vacant == NIL { self.grow() } else { Ok(()) }
    }

    #[cold]
    fn grow(&mut self) -> Result<(), NoMem> {
        let index = self.entries.len() as u32;
        self.entries.try_push(Entry { generation: None, next_vacant: NIL, value: MaybeUninit::uninit() })?;
        self.first_vacant = index;
        Ok(())
    }

    /// Inserts into room that `try_reserve` made. Without room it makes no value and returns `Key::NONE`, which is a bug of
    /// the caller. Inlined, so that a large value is made where it is to stand.
    #[inline(always)]
    pub(crate) fn insert_reserved(&mut self, value: impl FnOnce() -> T) -> Key {
        let index = self.first_vacant;
        let Some(entry) = self.entries.get_mut(index as usize) else { return Key::NONE };
        let generation = NonZeroU32::new(self.last_generation.wrapping_add(1)).unwrap_or(NonZeroU32::MIN);
        self.first_vacant = entry.next_vacant;
        entry.value.write(value());
        entry.generation = Some(generation);
        self.last_generation = generation.get();
        self.len += 1;
        Key { index, generation }
    }

    #[inline]
    pub(crate) fn get(&self, key: Key) -> Option<&T> {
        let entry = self.entries.get(key.index as usize)?;
        if entry.generation != Some(key.generation) {
            return None;
        }
        // SAFETY: an entry that is not vacant, and so has a generation, is initialised.
        Some(unsafe { entry.value.assume_init_ref() })
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, key: Key) -> Option<&mut T> {
        let entry = self.entries.get_mut(key.index as usize)?;
        if entry.generation != Some(key.generation) {
            return None;
        }
        // SAFETY: an entry that is not vacant, and so has a generation, is initialised.
        Some(unsafe { entry.value.assume_init_mut() })
    }

    /// Takes the value out; its key and all copies of the key find nothing from now on.
    pub(crate) fn remove(&mut self, key: Key) -> Option<T> {
        let entry = self.entries.get_mut(key.index as usize)?;
        if entry.generation != Some(key.generation) {
            return None;
        }
        entry.generation = None;
        entry.next_vacant = self.first_vacant;
        self.first_vacant = key.index;
        self.len -= 1;
        // SAFETY: the entry was not vacant, and is now, so the value is read once.
        Some(unsafe { entry.value.assume_init_read() })
    }

    /// Drops the value where it stands; `false` if it is gone.
    #[inline]
    pub(crate) fn discard(&mut self, key: Key) -> bool {
        let Some(entry) = self.entries.get_mut(key.index as usize) else { return false };
        if entry.generation != Some(key.generation) {
            return false;
        }
        entry.generation = None;
        entry.next_vacant = self.first_vacant;
        self.first_vacant = key.index;
        self.len -= 1;
        // SAFETY: the entry was not vacant, and is now, so the value is dropped once.
        unsafe { entry.value.assume_init_drop() };
        true
    }

    /// The key of the value in entry `index`.
    #[inline]
    pub(crate) fn key_at(&self, index: u32) -> Option<Key> {
        let generation = self.entries.get(index as usize)?.generation?;
        Some(Key { index, generation })
    }

    /// The value in entry `index`: for links between values, which name entries.
    #[inline]
    pub(crate) fn at_mut(&mut self, index: u32) -> Option<&mut T> {
        let key = self.key_at(index)?;
        self.get_mut(key)
    }

    /// The value with the lowest index: starts a walk that survives insertions and removals in its course.
    pub(crate) fn first(&self) -> Option<Key> {
        self.first_from(0)
    }

    /// The value with the lowest index above `index`.
    pub(crate) fn next_after(&self, index: u32) -> Option<Key> {
        self.first_from(index.checked_add(1)?)
    }

    fn first_from(&self, index: u32) -> Option<Key> {
        (index..self.entries.len() as u32).find_map(|index| self.key_at(index))
    }

    /// Drops all values.
    pub(crate) fn clear(&mut self) {
        let mut next = self.first();
        while let Some(key) = next {
            drop(self.remove(key));
            next = self.next_after(key.index);
        }
    }

    /// Where the generations stand, for the test of their wrapping.
    #[cfg(test)]
    pub(super) fn set_last_generation(&mut self, generation: u32) {
        self.last_generation = generation;
    }

    /// Gives all memory back if the pool is empty. Keys of removed values still find nothing afterwards.
    pub(crate) fn release_if_empty(&mut self) {
        if self.is_empty() {
            self.entries.clear();
            self.entries.shrink_to(0);
            self.first_vacant = NIL;
        }
    }
}

#[cfg(test)]
impl<T> Pool<T> {
    pub(crate) fn try_insert(&mut self, value: T) -> Result<Key, NoMem> {
        self.try_reserve()?;
        Ok(self.insert_reserved(|| value))
    }
}

impl<T> Drop for Pool<T> {
    fn drop(&mut self) {
        if core::mem::needs_drop::<T>() {
            self.clear();
        }
    }
}
