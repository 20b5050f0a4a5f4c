//! A double-ended queue on the connection's memory, indexed from its front.
//!
//! Owns: `len` initialised elements from `head` on, around a capacity that is zero or a power of two. Must not know:
//! what they are.

use core::fmt;

use super::buffer::Buffer;
use super::{Mem, NoMem};

/// A double-ended queue; index 0 is the front.
pub(crate) struct Ring<T> {
    // `buffer.len` elements from `head` on, modulo the capacity, are initialised.
    buffer: Buffer<T>,
    head: u32,
}

impl<T> Ring<T> {
    pub(crate) const fn new(mem: Mem) -> Self {
        Self { buffer: Buffer::new(mem), head: 0 }
    }

    #[inline]
    pub(crate) const fn len(&self) -> usize {
        self.buffer.len as usize
    }

    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.buffer.len == 0
    }

    pub(crate) const fn capacity(&self) -> usize {
        self.buffer.capacity() as usize
    }

    /// The place of the `index`-th element from the front; meaningful for an index below the capacity.
    #[inline]
    fn place(&self, index: u32) -> *mut T {
        let mask = self.buffer.capacity().wrapping_sub(1);
        self.buffer.start().wrapping_add((self.head.wrapping_add(index) & mask) as usize)
    }

    #[inline]
    pub(crate) fn get(&self, index: usize) -> Option<&T> {
        if index >= self.len() {
            return None;
        }
        // SAFETY: the element is initialised; the borrow is that of `self`.
        Some(unsafe { &*self.place(index as u32) })
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        if index >= self.len() {
            return None;
        }
        // SAFETY: the element is initialised; the borrow is that of `self`.
        Some(unsafe { &mut *self.place(index as u32) })
    }

    #[inline]
    pub(crate) fn front(&self) -> Option<&T> {
        self.get(0)
    }

    #[inline]
    pub(crate) fn back(&self) -> Option<&T> {
        self.get(self.len().wrapping_sub(1))
    }

    #[inline]
    pub(crate) fn back_mut(&mut self) -> Option<&mut T> {
        self.get_mut(self.len().wrapping_sub(1))
    }

    /// Whether there is room for one more element.
    #[inline]
    pub(crate) const fn has_spare(&self) -> bool {
        self.capacity() > self.len()
    }

    /// Makes room for `additional` more elements.
    #[inline]
    pub(crate) fn try_reserve(&mut self, additional: usize) -> Result<(), NoMem> {
        if self.capacity() - self.len() >= additional {
            return Ok(());
        }
        self.grow(additional)
    }

    #[cold]
    fn grow(&mut self, additional: usize) -> Result<(), NoMem> {
        let Some(capacity) = self.buffer.capacity_for(additional)? else { return Ok(()) };
        let old = self.buffer.capacity();
        self.buffer.try_set_capacity(capacity.next_power_of_two())?;
        let wrapped = (self.head as usize + self.len()).saturating_sub(old as usize);
        let start = self.buffer.start();
        // SAFETY: what stood at the block's start continues behind its old end; doubling made room for it there.
        unsafe { start.copy_to_nonoverlapping(start.wrapping_add(old as usize), wrapped) };
        Ok(())
    }

    #[inline]
    pub(crate) fn try_push_back(&mut self, value: T) -> Result<(), NoMem> {
        if self.buffer.is_full() {
            self.grow(1)?;
        }
        self.push_back_reserved(value);
        Ok(())
    }

    /// Appends into room that `try_reserve` made. Without room it returns `false`, which is a bug of the caller.
    #[inline]
    pub(crate) fn push_back_reserved(&mut self, value: T) -> bool {
        debug_assert!(!self.buffer.is_full());
        if self.buffer.is_full() {
            return false;
        }
        // SAFETY: the place behind the last element is free.
        unsafe { self.place(self.buffer.len).write(value) };
        self.buffer.len += 1;
        true
    }

    #[inline]
    pub(crate) fn pop_front(&mut self) -> Option<T> {
        let len = self.buffer.len.checked_sub(1)?;
        let place = self.place(0);
        self.head = (self.head + 1) & (self.buffer.capacity() - 1);
        self.buffer.len = len;
        // SAFETY: the element was initialised and is no longer counted.
        Some(unsafe { place.read() })
    }

    /// Drops the first `count` elements.
    pub(crate) fn remove_front(&mut self, count: usize) {
        for _ in 0..count.min(self.len()) {
            drop(self.pop_front());
        }
    }

    pub(crate) fn clear(&mut self) {
        self.remove_front(self.len());
        self.head = 0;
    }

    /// Gives all memory back if the ring is empty.
    pub(crate) fn release_if_empty(&mut self) {
        if self.is_empty() {
            self.head = 0;
            // Freeing cannot fail.
            let _ = self.buffer.try_set_capacity(0);
        }
    }

    /// The elements from the front on.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        let (front, back) = self.as_slices();
        Joined { len: self.len(), inner: front.iter().chain(back) }
    }

    /// The elements as two runs, the second behind the first.
    pub(crate) fn as_slices(&self) -> (&[T], &[T]) {
        let (first, second) = self.runs();
        // SAFETY: the first run's elements are initialised; the borrow is that of `self`.
        let front = unsafe { core::slice::from_raw_parts(self.place(0), first) };
        // SAFETY: the second run's elements are initialised and start where the block starts.
        let back = unsafe { core::slice::from_raw_parts(self.buffer.start(), second) };
        (front, back)
    }

    pub(crate) fn as_mut_slices(&mut self) -> (&mut [T], &mut [T]) {
        let (first, second) = self.runs();
        // SAFETY: as in `as_slices`; the runs are disjoint.
        let front = unsafe { core::slice::from_raw_parts_mut(self.place(0), first) };
        // SAFETY: as in `as_slices`; the runs are disjoint.
        let back = unsafe { core::slice::from_raw_parts_mut(self.buffer.start(), second) };
        (front, back)
    }

    /// The lengths of the run up to the block's end and of the one from its start.
    fn runs(&self) -> (usize, usize) {
        let first = self.len().min(self.capacity() - self.head as usize);
        (first, self.len() - first)
    }
}

/// An iterator over both runs that knows how many elements are left.
struct Joined<I> {
    inner: I,
    len: usize,
}

impl<I: Iterator> Iterator for Joined<I> {
    type Item = I::Item;

    #[inline]
    fn next(&mut self) -> Option<I::Item> {
        let item = self.inner.next()?;
        self.len -= 1;
        Some(item)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len, Some(self.len))
    }
}

impl<I: DoubleEndedIterator> DoubleEndedIterator for Joined<I> {
    #[inline]
    fn next_back(&mut self) -> Option<I::Item> {
        let item = self.inner.next_back()?;
        self.len -= 1;
        Some(item)
    }
}

impl<I: Iterator> ExactSizeIterator for Joined<I> {}

impl<T> Drop for Ring<T> {
    fn drop(&mut self) {
        self.clear();
    }
}

impl<T: fmt::Debug> fmt::Debug for Ring<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
