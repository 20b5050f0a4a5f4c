//! One value in a block of its own.
//!
//! Owns: the value and its block. For large or rare parts of a connection. Must not know: what the value is.

use core::alloc::Layout;
use core::mem::ManuallyDrop;
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;

use super::{Mem, NoMem};

/// A value on the connection's memory.
pub(crate) struct Boxed<T> {
    value: NonNull<T>,
    mem: Mem,
}

impl<T> Boxed<T> {
    pub(crate) fn try_new(mem: Mem, value: T) -> Result<Self, NoMem> {
        Self::try_with(mem, || value)
    }

    /// A large value is made where it stands, once there is room.
    #[inline]
    pub(crate) fn try_with(mem: Mem, make: impl FnOnce() -> T) -> Result<Self, NoMem> {
        const { assert!(size_of::<T>() != 0) };
        let place = mem.try_allocate(Layout::new::<T>())?.cast::<T>();
        // SAFETY: the place is aligned, large enough and ours.
        unsafe { place.write(make()) };
        Ok(Self { value: place, mem })
    }
}

impl<T> Boxed<T> {
    /// Drops the value and overwrites its memory with zeros before it is given back: for secrets.
    pub(crate) fn wipe(self) {
        let boxed = ManuallyDrop::new(self);
        // SAFETY: the value is initialised and dropped once.
        unsafe { boxed.value.drop_in_place() };
        // SAFETY: the memory is ours until it is freed.
        unsafe { boxed.value.write_bytes(0, 1) };
        // SAFETY: the block came from `try_new` and is not used again.
        unsafe { boxed.mem.free(boxed.value.cast(), Layout::new::<T>()) };
    }
}

impl<T> Deref for Boxed<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: the value is initialised until drop.
        unsafe { self.value.as_ref() }
    }
}

impl<T> DerefMut for Boxed<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the value is initialised until drop; `&mut self` makes it exclusive.
        unsafe { self.value.as_mut() }
    }
}

impl<T> Drop for Boxed<T> {
    fn drop(&mut self) {
        // SAFETY: the value is initialised and dropped once.
        unsafe { self.value.drop_in_place() };
        // SAFETY: the block came from `try_new` and is not used again.
        unsafe { self.mem.free(self.value.cast(), Layout::new::<T>()) };
    }
}
