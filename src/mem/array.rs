//! A growable array on the connection's memory.
//!
//! Owns: contiguous elements `0..len`, all initialised. Must not know: what they are.

use core::fmt;
use core::mem::MaybeUninit;
use core::ops::{Deref, DerefMut};
use core::ptr;
use core::slice;

use super::buffer::Buffer;
use super::{Mem, NoMem};

/// A growable array; indexing is that of a slice.
pub(crate) struct Array<T> {
    // Elements below `buffer.len` are initialised.
    buffer: Buffer<T>,
}

pub(crate) type Bytes = Array<u8>;

impl<T> Array<T> {
    pub(crate) const fn new(mem: Mem) -> Self {
        Self { buffer: Buffer::new(mem) }
    }

    pub(crate) const fn mem(&self) -> Mem {
        self.buffer.mem()
    }

    pub(crate) const fn capacity(&self) -> usize {
        self.buffer.capacity() as usize
    }

    /// Whether one more element needs no memory.
    #[inline]
    pub(crate) const fn has_room(&self) -> bool {
        !self.buffer.is_full()
    }

    /// Makes room for `additional` more elements.
    #[inline]
    pub(crate) fn try_reserve(&mut self, additional: usize) -> Result<(), NoMem> {
        if self.capacity() - self.len() >= additional {
            return Ok(());
        }
        self.grow(additional)
    }

    /// Makes room for `additional` more elements and not one besides.
    pub(crate) fn try_reserve_exact(&mut self, additional: usize) -> Result<(), NoMem> {
        if self.capacity() - self.len() >= additional {
            return Ok(());
        }
        let capacity = self.len().checked_add(additional).ok_or(NoMem)?;
        self.buffer.try_set_capacity(u32::try_from(capacity).map_err(|_| NoMem)?)
    }

    #[cold]
    fn grow(&mut self, additional: usize) -> Result<(), NoMem> {
        match self.buffer.capacity_for(additional)? {
            Some(capacity) => self.buffer.try_set_capacity(capacity),
            None => Ok(()),
        }
    }

    #[inline]
    pub(crate) fn try_push(&mut self, value: T) -> Result<(), NoMem> {
        if self.buffer.is_full() {
            self.grow(1)?;
        }
        self.push_reserved(value);
        Ok(())
    }

    /// Appends into room that `try_reserve` made. Without room it returns `false`, which is a bug of the caller.
    #[inline]
    pub(crate) fn push_reserved(&mut self, value: T) -> bool {
        debug_assert!(!self.buffer.is_full());
        if self.buffer.is_full() {
            return false;
        }
        let len = self.len();
        // SAFETY: `len` is below the capacity.
        let end = unsafe { self.buffer.start().add(len) };
        // SAFETY: the element at `len` is ours and not initialised.
        unsafe { end.write(value) };
        self.buffer.len += 1;
        true
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<T> {
        self.buffer.len = self.buffer.len.checked_sub(1)?;
        // SAFETY: the new `len` is below the capacity.
        let last = unsafe { self.buffer.start().add(self.len()) };
        // SAFETY: the element was initialised and is no longer counted.
        Some(unsafe { last.read() })
    }

    /// Inserts before the element at `index`; past the end means at the end.
    pub(crate) fn try_insert(&mut self, index: usize, value: T) -> Result<(), NoMem> {
        self.try_reserve(1)?;
        let len = self.len();
        let index = index.min(len);
        // SAFETY: `index` is at most `len`, which is below the capacity now.
        let place = unsafe { self.buffer.start().add(index) };
        // SAFETY: the elements from `index` have room for one more step up.
        unsafe { ptr::copy(place, place.wrapping_add(1), len - index) };
        // SAFETY: what stood at `index` has moved.
        unsafe { place.write(value) };
        self.buffer.len += 1;
        Ok(())
    }

    /// Takes out the element at `index`; those behind it move down.
    pub(crate) fn remove(&mut self, index: usize) -> Option<T> {
        let len = self.len();
        if index >= len {
            return None;
        }
        // SAFETY: `index` is below `len`.
        let place = unsafe { self.buffer.start().add(index) };
        // SAFETY: the element is initialised, and is overwritten or no longer counted below.
        let value = unsafe { place.read() };
        // SAFETY: the elements behind `index` move down by one.
        unsafe { ptr::copy(place.wrapping_add(1), place, len - index - 1) };
        self.buffer.len -= 1;
        Some(value)
    }

    /// Takes out the element at `index`; the last one takes its place.
    pub(crate) fn swap_remove(&mut self, index: usize) -> Option<T> {
        let last = self.len().checked_sub(1)?;
        if index > last {
            return None;
        }
        self.swap(index, last);
        self.pop()
    }

    /// Drops the first `count` elements; the others move down.
    pub(crate) fn remove_front(&mut self, count: usize) {
        let len = self.len();
        let count = count.min(len);
        let rest = len - count;
        let start = self.buffer.start();
        // Nothing is counted while drops run: one that panics leaks the rest instead of dropping it twice.
        self.buffer.len = 0;
        // SAFETY: the first `count` elements are initialised and no longer counted.
        unsafe { ptr::slice_from_raw_parts_mut(start, count).drop_in_place() };
        // SAFETY: the elements from `count` move down over dropped ones.
        unsafe { ptr::copy(start.wrapping_add(count), start, rest) };
        self.buffer.len = rest as u32;
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        let old = self.len();
        if len >= old {
            return;
        }
        self.buffer.len = len as u32;
        // SAFETY: `len` is below the capacity.
        let first = unsafe { self.buffer.start().add(len) };
        // SAFETY: the elements from `len` to `old` are initialised and no longer counted.
        unsafe { ptr::slice_from_raw_parts_mut(first, old - len).drop_in_place() };
    }

    pub(crate) fn clear(&mut self) {
        self.truncate(0);
    }

    /// Gives memory back until at most `capacity` (or `len`) elements have room. Keeps it if the heap cannot shrink.
    pub(crate) fn shrink_to(&mut self, capacity: usize) {
        let capacity = capacity.max(self.len());
        if capacity < self.capacity() {
            // A failed reallocation leaves the block as it was, which is large enough.
            let _ = self.buffer.try_set_capacity(capacity as u32);
        }
    }
}

impl<T: Copy> Array<T> {
    /// The room behind the elements.
    pub(crate) fn spare_room(&mut self) -> &mut [MaybeUninit<T>] {
        let (len, spare) = (self.len(), self.capacity() - self.len());
        // SAFETY: `len` is at most the capacity.
        let end = unsafe { self.buffer.start().add(len) };
        // SAFETY: the room up to the capacity is ours, and uninitialised is what it may be.
        unsafe { slice::from_raw_parts_mut(end.cast(), spare) }
    }

    pub(crate) fn try_extend_from_slice(&mut self, values: &[T]) -> Result<(), NoMem> {
        self.try_reserve(values.len())?;
        self.extend_reserved(values);
        Ok(())
    }

    /// Appends into room that `try_reserve` made. Without room it returns `false`, which is a bug of the caller.
    #[inline]
    pub(crate) fn extend_reserved(&mut self, values: &[T]) -> bool {
        let len = self.len();
        debug_assert!(self.capacity() - len >= values.len());
        if self.capacity() - len < values.len() {
            return false;
        }
        // SAFETY: `len` is at most the capacity.
        let end = unsafe { self.buffer.start().add(len) };
        // SAFETY: there is room for the values, and a slice elsewhere cannot overlap room that is not initialised.
        unsafe { ptr::copy_nonoverlapping(values.as_ptr(), end, values.len()) };
        self.buffer.len += values.len() as u32;
        true
    }

    /// Makes the length `len`, with copies of `value` where it grows.
    pub(crate) fn try_resize(&mut self, len: usize, value: T) -> Result<(), NoMem> {
        if len <= self.len() {
            self.truncate(len);
            return Ok(());
        }
        let old = self.len();
        self.try_reserve(len - old)?;
        // SAFETY: `old` is at most the capacity.
        let end = unsafe { self.buffer.start().add(old) };
        // SAFETY: room for the elements from `old` to `len` was made, and uninitialised is what they may be.
        let fresh = unsafe { slice::from_raw_parts_mut(end.cast::<MaybeUninit<T>>(), len - old) };
        fresh.fill(MaybeUninit::new(value));
        self.buffer.len = len as u32;
        Ok(())
    }
}

impl<T> Deref for Array<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: elements below `len` are initialised; the start is aligned even when nothing is allocated.
        unsafe { slice::from_raw_parts(self.buffer.start(), self.buffer.len as usize) }
    }
}

impl<T> DerefMut for Array<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as in `deref`; `&mut self` makes it exclusive.
        unsafe { slice::from_raw_parts_mut(self.buffer.start(), self.buffer.len as usize) }
    }
}

impl<T> Drop for Array<T> {
    fn drop(&mut self) {
        self.clear();
    }
}

impl<T: fmt::Debug> fmt::Debug for Array<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
