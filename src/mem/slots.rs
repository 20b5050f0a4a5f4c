//! A slab without generations: values found by an index that one owner holds.
//!
//! Owns: the slots and the list of vacant ones. Without generations a value costs no more than itself, so this is for
//! links that have exactly one holder at a time; others take [`super::Pool`]. Must not know: what the values are.

use super::{Array, Mem, NoMem};

/// The index that names nothing.
pub(crate) const NIL: u32 = u32::MAX;

enum Slot<T> {
    /// Holds the index of the next vacant slot.
    Vacant(u32),
    Full(T),
}

/// A slab of values whose indices their owner keeps.
pub(crate) struct Slots<T> {
    slots: Array<Slot<T>>,
    first_vacant: u32,
    len: u32,
}

impl<T> Slots<T> {
    pub(crate) const fn new(mem: Mem) -> Self {
        Self { slots: Array::new(mem), first_vacant: NIL, len: 0 }
    }

    #[inline]
    pub(crate) const fn len(&self) -> usize {
        self.len as usize
    }

    /// Makes room for `additional` more values.
    #[inline]
    pub(crate) fn try_reserve(&mut self, additional: usize) -> Result<(), NoMem> {
        let vacant = self.slots.len() - self.len();
        if additional <= vacant { Ok(()) } else { self.slots.try_reserve(additional - vacant) }
    }

    /// Inserts into room that `try_reserve` made. Without room it drops the value and returns `NIL`, which is a bug
    /// of the caller.
    #[inline]
    pub(crate) fn insert_reserved(&mut self, value: T) -> u32 {
        let index = self.first_vacant;
        if let Some(slot) = self.slots.get_mut(index as usize)
            && let Slot::Vacant(next) = *slot
        {
            self.first_vacant = next;
            *slot = Slot::Full(value);
            self.len += 1;
            return index;
        }
        let index = self.slots.len() as u32;
        if !self.slots.push_reserved(Slot::Full(value)) {
            return NIL;
        }
        self.len += 1;
        index
    }

    #[inline]
    pub(crate) fn get(&self, index: u32) -> Option<&T> {
        match self.slots.get(index as usize)? {
            Slot::Full(value) => Some(value),
            Slot::Vacant(_) => None,
        }
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, index: u32) -> Option<&mut T> {
        match self.slots.get_mut(index as usize)? {
            Slot::Full(value) => Some(value),
            Slot::Vacant(_) => None,
        }
    }

    /// Takes the value out; the index may name another one from now on.
    #[inline]
    pub(crate) fn take(&mut self, index: u32) -> Option<T> {
        let slot = self.slots.get_mut(index as usize)?;
        if let Slot::Vacant(_) = slot {
            return None;
        }
        let taken = core::mem::replace(slot, Slot::Vacant(self.first_vacant));
        self.first_vacant = index;
        self.len -= 1;
        match taken {
            Slot::Full(value) => Some(value),
            Slot::Vacant(_) => None,
        }
    }
}
