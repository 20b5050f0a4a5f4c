//! The heap of this library: every block is wiped before it goes back.
//!
//! Owns: the global allocator. What rustls and ring drop, key schedules and traffic secrets among it, they do not wipe
//! themselves, and what is moved in our own code leaves copies; here nobody can forget one. No packet allocates, so that only
//! handshakes pay for it.

use std::alloc::{GlobalAlloc, Layout, System};

struct WipingHeap;

#[global_allocator]
static HEAP: WipingHeap = WipingHeap;

// SAFETY: all blocks come from and go to the system's heap, unchanged in address and layout. `realloc` is the provided one: a
// new block, and the old one is wiped.
unsafe impl GlobalAlloc for WipingHeap {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the trait's contract is the same.
        unsafe { System.alloc(layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the trait's contract is the same.
        unsafe { System.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the block is live and has that many bytes, by the trait's contract.
        unsafe { block.write_bytes(0, layout.size()) };
        // The compiler must not take the zeros for dead.
        std::hint::black_box(block);
        // SAFETY: the trait's contract is the same.
        unsafe { System.dealloc(block, layout) }
    }
}
