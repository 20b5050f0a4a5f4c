//! Room for elements of one type: the raw memory of `Array` and `Ring`.
//!
//! Owns: a block of the heap, its capacity, and a count that belongs to the container around it (it shares a word
//! with the capacity, so that an `Array` is three words). Must not know: which elements are initialised; it never
//! drops one.

use core::alloc::Layout;
use core::ptr::NonNull;

use super::{Mem, NoMem};

pub(super) struct Buffer<T> {
    start: NonNull<T>,
    capacity: u32,
    /// How many elements the owner keeps here.
    pub(super) len: u32,
    mem: Mem,
}

impl<T> Buffer<T> {
    /// A container of 4 billion elements is a mistake, and half the word is enough for less.
    const MAX_CAPACITY: usize = u32::MAX as usize / 2;

    pub(super) const fn new(mem: Mem) -> Self {
        const { assert!(size_of::<T>() != 0) };
        Self { start: NonNull::dangling(), capacity: 0, len: 0, mem }
    }

    pub(super) const fn mem(&self) -> Mem {
        self.mem
    }

    #[inline]
    pub(super) const fn start(&self) -> *mut T {
        self.start.as_ptr()
    }

    #[inline]
    pub(super) const fn capacity(&self) -> u32 {
        self.capacity
    }

    #[inline]
    pub(super) const fn is_full(&self) -> bool {
        self.len == self.capacity
    }

    /// The capacity to grow to when room for `additional` more elements is needed: at least twice the present one,
    /// so that pushing costs O(1) on average. `None` when there is room already.
    pub(super) fn capacity_for(&self, additional: usize) -> Result<Option<u32>, NoMem> {
        let needed = (self.len as usize).checked_add(additional).ok_or(NoMem)?;
        if needed <= self.capacity as usize {
            return Ok(None);
        }
        if needed > Self::MAX_CAPACITY {
            return Err(NoMem);
        }
        let smallest = match size_of::<T>() {
            size @ ..=16 => 64 / size,
            17..=32 => 8,
            _ => 4,
        };
        let doubled = (self.capacity as usize * 2).min(Self::MAX_CAPACITY);
        Ok(Some(needed.max(doubled).max(smallest) as u32))
    }

    /// Moves to a block for `capacity` elements; elements at indices below both capacities keep their bytes.
    pub(super) fn try_set_capacity(&mut self, capacity: u32) -> Result<(), NoMem> {
        let old = Layout::array::<T>(self.capacity as usize).map_err(|_| NoMem)?;
        let new = Layout::array::<T>(capacity as usize).map_err(|_| NoMem)?;
        // SAFETY: `start` came from this heap for the layout of the present capacity.
        let start = unsafe { self.mem.try_resize(self.start.cast(), old, new) }?;
        self.start = start.cast();
        self.capacity = capacity;
        Ok(())
    }
}

impl<T> Drop for Buffer<T> {
    fn drop(&mut self) {
        if self.capacity == 0 {
            return;
        }
        if let Ok(layout) = Layout::array::<T>(self.capacity as usize) {
            // SAFETY: `start` came from this heap for this layout; the buffer ends here.
            unsafe { self.mem.free(self.start.cast(), layout) }
        }
    }
}
