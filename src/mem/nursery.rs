//! Memory for what does not outlive the handshake: one block of the connection's heap, handed out piece by piece.
//!
//! Owns: the block, from its first piece until the last one has come back. Each piece is `[size] [payload]`, and is cut
//! behind the one before; what has no room comes from the connection's heap. A [`Heap`] stands on it as on an `ngtcp2_mem`
//! of the caller, so that any container may live here. Must not know: what the pieces are for.

use core::alloc::Layout;
use core::cell::Cell;
use core::ffi::c_void;
use core::ptr::{self, NonNull};

use super::heap::ALIGN;
use super::{Heap, Mem, NoMem};
use ngtcp2_abi::ngtcp2_mem;

/// Both early packet number spaces with their keys, the packets they sent, and handshake messages as long as a ClientHello:
/// certificates are longer, and go to the heap.
pub(super) const BLOCK: usize = 4096;

/// What stands before a payload: its size, and what keeps the payload aligned.
const PREFIX: usize = ALIGN;

/// The block of a connection's handshake.
pub(super) struct Nursery {
    heap: Mem,
    /// Null while there are no pieces.
    block: Cell<*mut u8>,
    /// Where the next piece begins.
    end: Cell<usize>,
    /// Pieces of the block that have not come back.
    pieces: Cell<usize>,
}

impl Nursery {
    pub(super) const fn new(heap: Mem) -> Self {
        Self { heap, block: Cell::new(ptr::null_mut()), end: Cell::new(0), pieces: Cell::new(0) }
    }

    /// A heap on the nursery that stands, or will stand, at this place.
    ///
    /// # Safety
    /// The nursery must be there before the heap is used, and neither move nor be dropped while it is in use.
    pub(super) const unsafe fn heap(nursery: NonNull<Self>) -> Heap {
        Heap::new(ngtcp2_mem {
            user_data: nursery.as_ptr().cast(),
            malloc: Some(malloc),
            free: Some(free),
            calloc: None,
            realloc: Some(realloc),
        })
    }

    fn allocate(&self, size: usize) -> Result<NonNull<u8>, NoMem> {
        let needed = size.checked_add(PREFIX + ALIGN - 1).ok_or(NoMem)? & !(ALIGN - 1);
        let place = match self.cut(needed)? {
            Some(place) => place,
            None => self.heap.try_take(layout(size)?)?.as_ptr(),
        };
        // SAFETY: a place has room for the prefix and the payload, and is aligned to 16.
        unsafe { place.cast::<usize>().write(size) };
        NonNull::new(place.wrapping_add(PREFIX)).ok_or(NoMem)
    }

    /// The next `needed` bytes of the block, which is made with the first piece; `None` when it has no room for them.
    fn cut(&self, needed: usize) -> Result<Option<*mut u8>, NoMem> {
        let start = self.end.get();
        if needed > BLOCK - start {
            return Ok(None);
        }
        if self.block.get().is_null() {
            self.block.set(self.heap.try_take(Layout::new::<[u8; BLOCK]>())?.as_ptr());
        }
        self.end.set(start + needed);
        self.pieces.set(self.pieces.get() + 1);
        Ok(Some(self.block.get().wrapping_add(start)))
    }

    /// # Safety
    /// `payload` came from `allocate` of this nursery and is not used afterwards.
    unsafe fn give_back(&self, payload: NonNull<u8>) {
        let place = payload.as_ptr().wrapping_sub(PREFIX);
        let Some(start) = self.position_of(place) else {
            // SAFETY: by this function's contract the payload has its prefix.
            let size = unsafe { place.cast::<usize>().read() };
            if let (Some(place), Ok(layout)) = (NonNull::new(place), layout(size)) {
                // SAFETY: what is not in the block came from the heap, for this layout.
                unsafe { self.heap.free(place, layout) };
            }
            return;
        };
        self.pieces.set(self.pieces.get() - 1);
        if self.pieces.get() > 0 {
            // SAFETY: as above.
            let size = unsafe { place.cast::<usize>().read() };
            if start + PREFIX + size.next_multiple_of(ALIGN) == self.end.get() {
                self.end.set(start);
            }
            return;
        }
        self.end.set(0);
        if let Some(block) = NonNull::new(self.block.replace(ptr::null_mut())) {
            // SAFETY: the block came from this heap for this layout, and no piece of it is used any more.
            unsafe { self.heap.free(block, Layout::new::<[u8; BLOCK]>()) };
        }
    }

    /// # Safety
    /// `payload` came from `allocate` of this nursery; on success it is not used afterwards.
    unsafe fn resize(&self, payload: NonNull<u8>, size: usize) -> Result<NonNull<u8>, NoMem> {
        let moved = self.allocate(size)?;
        // SAFETY: by this function's contract the payload has its prefix.
        let old_size = unsafe { payload.as_ptr().wrapping_sub(PREFIX).cast::<usize>().read() };
        // SAFETY: both pieces are that long, and they are two.
        unsafe { payload.copy_to_nonoverlapping(moved, old_size.min(size)) };
        // SAFETY: by this function's contract.
        unsafe { self.give_back(payload) };
        Ok(moved)
    }

    /// Where a piece begins in the block; `None` when it is not in it.
    fn position_of(&self, place: *mut u8) -> Option<usize> {
        let block = self.block.get();
        let position = place.addr().checked_sub(block.addr())?;
        (!block.is_null() && position < BLOCK).then_some(position)
    }
}

/// Of a piece that is a block of the heap.
fn layout(size: usize) -> Result<Layout, NoMem> {
    Layout::from_size_align(size.checked_add(PREFIX).ok_or(NoMem)?, ALIGN).map_err(|_| NoMem)
}

/// What the functions below return to the heap that stands on the nursery.
fn pointer(outcome: Result<NonNull<u8>, NoMem>) -> *mut c_void {
    outcome.map_or(ptr::null_mut(), |payload| payload.as_ptr().cast())
}

unsafe extern "C" fn malloc(size: usize, user_data: *mut c_void) -> *mut c_void {
    // SAFETY: the user data is the nursery (`Nursery::heap`).
    let nursery = unsafe { &*user_data.cast::<Nursery>() };
    pointer(nursery.allocate(size))
}

unsafe extern "C" fn free(payload: *mut c_void, user_data: *mut c_void) {
    // SAFETY: the user data is the nursery (`Nursery::heap`).
    let nursery = unsafe { &*user_data.cast::<Nursery>() };
    if let Some(payload) = NonNull::new(payload.cast()) {
        // SAFETY: a heap gives back what it got, once.
        unsafe { nursery.give_back(payload) };
    }
}

unsafe extern "C" fn realloc(payload: *mut c_void, size: usize, user_data: *mut c_void) -> *mut c_void {
    // SAFETY: the user data is the nursery (`Nursery::heap`).
    let nursery = unsafe { &*user_data.cast::<Nursery>() };
    match NonNull::new(payload.cast()) {
        // SAFETY: a heap resizes what it got.
        Some(payload) => pointer(unsafe { nursery.resize(payload, size) }),
        None => pointer(nursery.allocate(size)),
    }
}
