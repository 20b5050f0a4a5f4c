//! A short list of plain values inside its owner, of a fixed capacity.
//!
//! Owns: nothing but the values. Connection ids, retirements and challenges are few by the protocol's own limits, so a
//! linear walk over one or two cache lines beats every index.

use core::ops::{Deref, DerefMut};

use crate::mem::{close_gap, open_gap};

/// At most `N` values in the order they were added.
#[derive(Clone, Copy)]
pub(crate) struct Inline<T, const N: usize> {
    items: [T; N],
    len: usize,
}

impl<T: Copy, const N: usize> Inline<T, N> {
    /// An empty list; `filler` only initialises the unused places.
    pub(crate) const fn new(filler: T) -> Self {
        Self { items: [filler; N], len: 0 }
    }

    pub(crate) const fn is_full(&self) -> bool {
        self.len == N
    }

    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The places left.
    pub(crate) const fn room(&self) -> usize {
        N - self.len
    }

    /// Appends `value`; `false` when the list is full.
    #[must_use]
    pub(crate) fn push(&mut self, value: T) -> bool {
        let Some(place) = self.items.get_mut(self.len) else {
            return false;
        };
        *place = value;
        self.len += 1;
        true
    }

    /// Takes the last value.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<T> {
        let last = *self.last()?;
        self.len -= 1;
        Some(last)
    }

    /// Inserts `value` at `index`, or at the end if that is before it; `false` when the list is full.
    #[must_use]
    pub(crate) fn insert(&mut self, index: usize, value: T) -> bool {
        if !self.push(value) {
            return false;
        }
        if let Some(behind) = self.get_mut(index..) {
            open_gap(behind, value);
        }
        true
    }

    /// Removes the value at `index`; those behind it move up.
    pub(crate) fn remove(&mut self, index: usize) -> Option<T> {
        let behind = self.get_mut(index..)?;
        let removed = *behind.first()?;
        close_gap(behind);
        self.len -= 1;
        Some(removed)
    }

    /// Removes and returns the first value that `matches`.
    pub(crate) fn take_first(&mut self, matches: impl FnMut(&T) -> bool) -> Option<T> {
        let index = self.iter().position(matches)?;
        self.remove(index)
    }
}

impl<T, const N: usize> Deref for Inline<T, N> {
    type Target = [T];
    #[inline]
    fn deref(&self) -> &[T] {
        self.items.get(..self.len).unwrap_or_default()
    }
}

impl<T, const N: usize> DerefMut for Inline<T, N> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        self.items.get_mut(..self.len).unwrap_or_default()
    }
}

impl<T: core::fmt::Debug, const N: usize> core::fmt::Debug for Inline<T, N> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_and_capacity() {
        let mut list = Inline::<u8, 3>::new(0);
        assert!(list.push(1) && list.push(2) && list.push(3));
        assert!(!list.push(4) && list.is_full());
        assert_eq!(list.remove(0), Some(1));
        assert_eq!(list.remove(2), None);
        assert_eq!(list.take_first(|&n| n == 3), Some(3));
        assert_eq!((&list[..], list.room()), ([2].as_slice(), 2));
    }
}
