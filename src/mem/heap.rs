//! The allocator of one connection.
//!
//! Owns: the caller's `ngtcp2_mem`, by value, and the intrusive list of all live blocks. Each block is
//! `[slack] [prev, next, origin] [payload]`. C promises an alignment of 8 and some pools give no more, while
//! hashbrown's groups want 16, so the payload is aligned to 16 by us and `origin` remembers what `free` must be given.
//! The list lets a connection that failed with a panic give its memory back without running drops over broken state.
//!
//! Must not know: what stands in the blocks.

use core::alloc::Layout;
use core::cell::Cell;
use core::ffi::c_void;
use core::ptr::{self, NonNull};

use allocator_api2::alloc::{AllocError, Allocator};

use super::NoMem;
use super::nursery::Nursery;
use crate::fault::{self, Point};
use ngtcp2_abi::ngtcp2_mem;

/// The alignment of every payload: what hashbrown's groups need, and at least that of every type here.
pub(super) const ALIGN: usize = 16;

/// Stands immediately before each payload.
#[repr(C)]
struct Header {
    prev: *mut Header,
    next: *mut Header,
    origin: *mut c_void,
}

const HEADER: usize = size_of::<Header>();

/// What a block takes beyond its payload: the header, and slack to align the payload wherever `origin` lies.
const OVERHEAD: usize = HEADER + ALIGN - 1;

/// The caller's `ngtcp2_mem` and all live blocks that came from it.
pub(crate) struct Heap {
    mem: ngtcp2_mem,
    first: Cell<*mut Header>,
    calling_out: Cell<bool>,
    /// What all blocks come from instead.
    nursery: Option<NonNull<Nursery>>,
}

/// A handle to a [`Heap`]: the allocator that every container keeps.
#[derive(Clone, Copy)]
pub(crate) struct Mem(NonNull<Heap>);

impl Heap {
    pub(crate) const fn new(mem: ngtcp2_mem) -> Self {
        Self { mem, first: Cell::new(ptr::null_mut()), calling_out: Cell::new(false), nursery: None }
    }

    /// A heap of pieces of the nursery that stands, or will stand, at this place: no list, for its blocks are another heap's.
    ///
    /// # Safety
    /// The nursery must be there before the heap is used, and neither move nor be dropped while it is in use.
    pub(super) const unsafe fn of_nursery(nursery: NonNull<Nursery>) -> Self {
        let nothing =
            ngtcp2_mem { user_data: ptr::null_mut(), malloc: None, free: None, calloc: None, realloc: None };
        Self { nursery: Some(nursery), ..Self::new(nothing) }
    }

    fn nursery(&self) -> Option<&Nursery> {
        // SAFETY: `of_nursery` demands that the nursery is there while this heap is used.
        self.nursery.map(|nursery| unsafe { nursery.as_ref() })
    }

    /// Whether one of the caller's allocation functions is running: it must not call back into the connection.
    #[inline]
    pub(crate) fn is_calling_out(&self) -> bool {
        self.calling_out.get()
    }

    /// The caller's allocator.
    pub(crate) const fn raw(&self) -> &ngtcp2_mem {
        &self.mem
    }

    /// Frees every live block without running a drop.
    ///
    /// # Safety
    /// No container on this heap may be used or dropped afterwards.
    pub(crate) unsafe fn free_all(&self) {
        let mut header = self.first.replace(ptr::null_mut());
        while !header.is_null() {
            // SAFETY: every header in the list is that of a live block (`link`, `unlink`).
            let Header { next, origin, .. } = unsafe { header.read() };
            // SAFETY: `origin` came from the same allocator and its block leaves the list here.
            unsafe { self.free(origin) };
            header = next;
        }
    }

    /// A block straight from the caller, outside of the list.
    pub(super) fn malloc(&self, size: usize) -> Result<NonNull<c_void>, NoMem> {
        let malloc = self.mem.malloc.ok_or(NoMem)?;
        self.calling_out.set(true);
        // SAFETY: the caller of `ngtcp2_conn_*_new` vouches for the functions of its `ngtcp2_mem`.
        let origin = unsafe { malloc(size, self.mem.user_data) };
        self.calling_out.set(false);
        NonNull::new(origin).ok_or(NoMem)
    }

    /// Gives a block back to the caller.
    ///
    /// # Safety
    /// `origin` came from `malloc` or `realloc` of this heap and is not used afterwards.
    pub(super) unsafe fn free(&self, origin: *mut c_void) {
        let Some(free) = self.mem.free else { return };
        self.calling_out.set(true);
        // SAFETY: as in `malloc`; the block is live by this function's contract.
        unsafe { free(origin, self.mem.user_data) };
        self.calling_out.set(false);
    }

    /// # Safety
    /// As `free`; on failure the block stays as it was.
    unsafe fn realloc(&self, origin: *mut c_void, size: usize) -> Result<NonNull<c_void>, NoMem> {
        let realloc = self.mem.realloc.ok_or(NoMem)?;
        self.calling_out.set(true);
        // SAFETY: as in `malloc`; the block is live by this function's contract.
        let moved = unsafe { realloc(origin, size, self.mem.user_data) };
        self.calling_out.set(false);
        NonNull::new(moved).ok_or(NoMem)
    }

    pub(super) fn allocate(&self, size: usize) -> Result<NonNull<u8>, NoMem> {
        let total = block_size(size)?;
        let origin = self.malloc(total)?;
        // SAFETY: `total` bytes are ours, and the offset is at most OVERHEAD.
        let payload = unsafe { origin.cast::<u8>().add(payload_offset(origin)) };
        let next = self.first.get();
        let header = header_of(payload);
        let links = Header { prev: ptr::null_mut(), next, origin: origin.as_ptr() };
        // SAFETY: HEADER bytes before the payload belong to the block and are aligned to 8.
        unsafe { header.write(links) };
        self.link(header);
        Ok(payload)
    }

    /// # Safety
    /// `payload` came from `allocate` or `resize` of this heap and is not used afterwards.
    pub(super) unsafe fn deallocate(&self, payload: NonNull<u8>) {
        // SAFETY: each payload has its header before it.
        let Header { prev, next, origin } = unsafe { header_of(payload).read() };
        self.set_next(prev, next);
        set_prev(next, prev);
        // SAFETY: `origin` is what the caller's allocator gave for this block.
        unsafe { self.free(origin) }
    }

    /// Makes a block larger or smaller, keeping the first `min(old_size, new_size)` bytes. On failure it is unchanged.
    ///
    /// # Safety
    /// `payload` came from `allocate` or `resize` of this heap and has `old_size` bytes; on success it is not used
    /// afterwards.
    unsafe fn resize(
        &self,
        payload: NonNull<u8>,
        old_size: usize,
        new_size: usize,
    ) -> Result<NonNull<u8>, NoMem> {
        let total = block_size(new_size)?;
        // SAFETY: each payload has its header before it.
        let Header { prev, next, origin } = unsafe { header_of(payload).read() };
        let old_offset = payload.addr().get() - origin.addr();
        // SAFETY: `origin` is what the caller's allocator gave for this live block.
        let moved = unsafe { self.realloc(origin, total) }?;
        let new_offset = payload_offset(moved);
        let base = moved.cast::<u8>();
        // SAFETY: an offset is at most OVERHEAD.
        let new_payload = unsafe { base.add(new_offset) };
        if new_offset != old_offset {
            let kept = old_size.min(new_size);
            // SAFETY: as above.
            let old_payload = unsafe { base.add(old_offset) };
            // SAFETY: both ranges end within OVERHEAD + new_size; `copy_to` allows them to overlap.
            unsafe { old_payload.copy_to(new_payload, kept) };
        }
        let header = header_of(new_payload);
        // SAFETY: as in `allocate`.
        unsafe { header.write(Header { prev, next, origin: moved.as_ptr() }) };
        self.set_next(prev, header);
        set_prev(next, header);
        Ok(new_payload)
    }

    /// Puts a new block at the front of the list.
    fn link(&self, header: *mut Header) {
        set_prev(self.first.get(), header);
        self.first.set(header);
    }

    /// Sets what follows `prev`; the list's start when it is null.
    fn set_next(&self, prev: *mut Header, next: *mut Header) {
        if prev.is_null() {
            self.first.set(next);
            return;
        }
        // SAFETY: `prev` is in the list, so its block is live.
        unsafe { (*prev).next = next };
    }
}

#[cfg(test)]
impl Heap {
    /// The allocator that stands for this heap.
    ///
    /// # Safety
    /// The heap must neither move nor be dropped while a copy of the handle or a container made with it is in use.
    pub(crate) const unsafe fn mem(&self) -> Mem {
        Mem(NonNull::from_ref(self))
    }

    /// How many blocks are in the list.
    pub(crate) fn live_blocks(&self) -> usize {
        let mut count = 0;
        let mut header = self.first.get();
        while !header.is_null() {
            count += 1;
            // SAFETY: every header in the list is that of a live block (`link`, `unlink`).
            header = unsafe { (*header).next };
        }
        count
    }
}

fn set_prev(header: *mut Header, prev: *mut Header) {
    if !header.is_null() {
        // SAFETY: `header` is in the list, so its block is live.
        unsafe { (*header).prev = prev };
    }
}

/// The size of the block for a payload. No object is larger than `isize::MAX`, and an allocator that adds a header of
/// its own to the size may not check for overflow.
fn block_size(payload: usize) -> Result<usize, NoMem> {
    let total = payload.checked_add(OVERHEAD).ok_or(NoMem)?;
    if total <= isize::MAX as usize { Ok(total) } else { Err(NoMem) }
}

/// The distance from `origin` to the first aligned payload that leaves room for a header.
fn payload_offset<T>(origin: NonNull<T>) -> usize {
    let address = origin.addr().get();
    let past_header = address.wrapping_add(HEADER);
    HEADER + (past_header.wrapping_neg() & (ALIGN - 1))
}

fn header_of(payload: NonNull<u8>) -> *mut Header {
    payload.as_ptr().wrapping_sub(HEADER).cast()
}

impl Mem {
    /// The handle to a heap that may not be there yet.
    ///
    /// # Safety
    /// The heap is written before the handle is used, and neither moves nor is dropped while it is in use.
    pub(super) const unsafe fn of(heap: NonNull<Heap>) -> Self {
        Self(heap)
    }

    /// Room for `layout`, aligned to 16. An empty layout takes no memory.
    pub(super) fn try_allocate(self, layout: Layout) -> Result<NonNull<u8>, NoMem> {
        if layout.size() == 0 {
            return Ok(layout.dangling_ptr());
        }
        if layout.align() > ALIGN {
            return Err(NoMem);
        }
        let block = match self.heap().nursery() {
            Some(nursery) => nursery.allocate(layout.size()),
            None => self.heap().allocate(layout.size()),
        };
        fault::pass(Point::Allocation);
        block
    }

    /// # Safety
    /// `payload` came from this heap for the same layout and is not used afterwards.
    pub(super) unsafe fn free(self, payload: NonNull<u8>, layout: Layout) {
        if layout.size() == 0 {
            return;
        }
        match self.heap().nursery() {
            // SAFETY: this function's contract; pieces of a size come from `Nursery::allocate`.
            Some(nursery) => unsafe { nursery.give_back(payload, layout.size()) },
            // SAFETY: this function's contract; blocks of a size come from `Heap::allocate`.
            None => unsafe { self.heap().deallocate(payload) },
        }
    }

    /// # Safety
    /// `payload` came from this heap for the layout `old`; on success it is not used afterwards.
    pub(super) unsafe fn try_resize(
        self,
        payload: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<u8>, NoMem> {
        if old.size() == 0 {
            return self.try_allocate(new);
        }
        if new.size() == 0 {
            // SAFETY: this function's contract.
            unsafe { self.free(payload, old) };
            return Ok(new.dangling_ptr());
        }
        if new.align() > ALIGN {
            return Err(NoMem);
        }
        match self.heap().nursery() {
            // SAFETY: this function's contract.
            Some(nursery) => unsafe { nursery.resize(payload, old.size(), new.size()) },
            // SAFETY: this function's contract.
            None => unsafe { self.heap().resize(payload, old.size(), new.size()) },
        }
    }

    pub(super) fn heap(&self) -> &Heap {
        // SAFETY: `Mem::of` demands that the heap outlives its handles where it is.
        unsafe { self.0.as_ref() }
    }
}

// SAFETY: blocks stay valid until deallocated, copies of a handle are the same allocator (`Mem::of`).
unsafe impl Allocator for Mem {
    fn allocate(&self, layout: Layout) -> Result<NonNull<[u8]>, AllocError> {
        let payload = self.try_allocate(layout).map_err(|NoMem| AllocError)?;
        Ok(NonNull::slice_from_raw_parts(payload, layout.size()))
    }

    unsafe fn deallocate(&self, payload: NonNull<u8>, layout: Layout) {
        // SAFETY: the trait's contract is that of `free`.
        unsafe { self.free(payload, layout) }
    }
}
