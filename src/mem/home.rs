//! Where a connection stands: one block that holds its heap and, behind it, the value built on that heap.
//!
//! Owns: the order of making and unmaking them, the nursery included. The block comes straight from the caller's `ngtcp2_mem`
//! and is not in the heap's own list, so that freeing the list does not free the ground under it. Must not know: connections.

use core::ffi::c_void;
use core::mem::{ManuallyDrop, MaybeUninit, offset_of};
use core::ptr::NonNull;

use super::heap::ALIGN;
use super::nursery::Nursery;
use super::{Heap, Mem, NoMem};
use ngtcp2_abi::ngtcp2_mem;

/// What a connection takes its memory from.
#[derive(Clone, Copy)]
pub(crate) struct Memory {
    /// The caller's allocator.
    pub(crate) lasting: Mem,
    /// One block for all that is over when the handshake is.
    pub(crate) brief: Mem,
}

/// A heap and the one value that lives on it, pinned together.
pub(crate) struct Home<T> {
    heap: Heap,
    nursery: Nursery,
    /// Stands on the nursery.
    brief: Heap,
    origin: *mut c_void,
    value: MaybeUninit<T>,
}

impl<T> Home<T> {
    const FITS: () = assert!(align_of::<Self>() <= ALIGN);

    /// Makes a home from the caller's memory and in it the value that `build` writes where it is to stand: connections are
    /// large, and are not moved. When `build` fails or panics, all memory goes back to the caller, without a drop.
    pub(crate) fn try_new<E: From<NoMem>>(
        mem: ngtcp2_mem,
        build: impl for<'a> FnOnce(Memory, &'a mut MaybeUninit<T>) -> Result<&'a mut T, E>,
    ) -> Result<NonNull<T>, E> {
        let () = Self::FITS;
        let heap = Heap::new(mem);
        let origin = heap.malloc(size_of::<Self>() + ALIGN - 1)?;
        let slack = origin.addr().get().wrapping_neg() & (ALIGN - 1);
        // SAFETY: the block has ALIGN - 1 bytes to spare.
        let home = unsafe { origin.cast::<u8>().add(slack) }.cast::<Self>();
        // SAFETY: `home` is aligned and has room for a `Self`.
        let memory = unsafe { Self::furnish(home, heap, origin) };
        let guard = Unbuilt(home);
        let place = Self::value_of(home);
        // SAFETY: the place is aligned and ours, and nothing else refers to it yet.
        let value = NonNull::from(build(memory, unsafe { place.cast().as_mut() })?);
        if value != place {
            return Err(NoMem.into());
        }
        let _ = ManuallyDrop::new(guard);
        // Not `value`: from a pointer that came through a reference to the value alone no home may be reached.
        Ok(place)
    }

    /// The parts of a home beside the value. They name each other by their addresses.
    ///
    /// # Safety
    /// `home` is aligned and has room for a `Self`; what is written there never moves.
    unsafe fn furnish(home: NonNull<Self>, heap: Heap, origin: NonNull<c_void>) -> Memory {
        // SAFETY: the field lies within the home.
        let heap_at = unsafe { home.byte_add(offset_of!(Self, heap)) }.cast();
        // SAFETY: the field lies within the home.
        let nursery_at = unsafe { home.byte_add(offset_of!(Self, nursery)) }.cast();
        // SAFETY: the field lies within the home.
        let brief_at = unsafe { home.byte_add(offset_of!(Self, brief)) }.cast();
        // SAFETY: all that uses the heap, the nursery first, goes with this home.
        let lasting = unsafe { Mem::of(heap_at) };
        // SAFETY: as above.
        let brief = unsafe { Mem::of(brief_at) };
        // SAFETY: the nursery is written below, to where it is used.
        let on_nursery = unsafe { Heap::of_nursery(nursery_at) };
        let (nursery, origin) = (Nursery::new(lasting), origin.as_ptr());
        let value = MaybeUninit::uninit();
        // SAFETY: by this function's contract.
        unsafe { home.write(Self { heap, nursery, brief: on_nursery, origin, value }) };
        Memory { lasting, brief }
    }

    /// The heap on which `value` lives.
    ///
    /// # Safety
    /// `value` came from `try_new` and was not abandoned.
    pub(crate) unsafe fn heap_of<'a>(value: NonNull<T>) -> &'a Heap
    where
        T: 'a,
    {
        let home = Self::home_of(value).as_ptr();
        // SAFETY: a home whose value is live is live; the value itself is not borrowed.
        unsafe { &(*home).heap }
    }

    /// Frees the home and every block on its heap without dropping the value, which a panic may have left broken.
    ///
    /// # Safety
    /// As `heap_of`; neither `value` nor anything on its heap is used afterwards.
    pub(crate) unsafe fn abandon(value: NonNull<T>) {
        drop(Unbuilt(Self::home_of(value)));
    }

    fn value_of(home: NonNull<Self>) -> NonNull<T> {
        // SAFETY: the field lies within the home.
        unsafe { home.byte_add(offset_of!(Self, value)) }.cast()
    }

    fn home_of(value: NonNull<T>) -> NonNull<Self> {
        // SAFETY: values stand in homes only (`try_new`), at this offset.
        unsafe { value.byte_sub(offset_of!(Self, value)) }.cast()
    }
}

/// A home without a value; frees it when dropped, by unwinding as well.
struct Unbuilt<T>(NonNull<Home<T>>);

impl<T> Drop for Unbuilt<T> {
    fn drop(&mut self) {
        // SAFETY: the home is live until the end of this function.
        let home = unsafe { self.0.as_ref() };
        // SAFETY: nothing on the heap is used any more: its only user, the value, is not there or abandoned.
        unsafe { home.heap.free_all() };
        let origin = home.origin;
        // The block is freed with a heap that does not stand in it.
        let heap = Heap::new(*home.heap.raw());
        // SAFETY: `origin` came from the same allocator; the home is not used afterwards.
        unsafe { heap.free(origin) };
    }
}
