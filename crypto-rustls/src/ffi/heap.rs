//! The heap of this library: the system's, but every block is wiped before it is given back.
//!
//! Secrets come along in places that nobody here can wipe: the TLS engine moves its state from box to box and leaves
//! copies behind, it derives packet keys of its own, and vectors grow. With this heap what is freed holds nothing, whoever
//! freed it. It costs some microseconds in a handshake, and nothing afterwards, as packets allocate nothing.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;

struct WipingHeap;

#[global_allocator]
static HEAP: WipingHeap = WipingHeap;

// SAFETY: all is the system's allocator's doing; what is wiped in between belongs to the caller. A block that grows is
// moved by `alloc` and `dealloc`, as `realloc` does if it is not given.
unsafe impl GlobalAlloc for WipingHeap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's layout, passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's layout, passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's block has as many bytes, and is not used again.
        unsafe { block.write_bytes(0, layout.size()) };
        // Otherwise the compiler leaves out what is written before a block is freed.
        let block = black_box(block);
        // SAFETY: the caller's block and its layout, passed on.
        unsafe { System.dealloc(block, layout) }
    }
}
