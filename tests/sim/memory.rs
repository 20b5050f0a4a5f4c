//! The caller's allocator: counts, fails on demand, and answers addresses at 8 modulo 16, the least that C promises.
//!
//! Owns: the blocks that one connection has, with their sizes. Fresh memory is filled with garbage and freed memory
//! is overwritten, so that reading either shows.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ffi::c_void;
use std::ptr;

use ngtcp2_abi::ngtcp2_mem;

use crate::intruder;

/// When allocations fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Never,
    /// The one with this number, from 1.
    Once(u64),
    /// That one and all behind it.
    From(u64),
}

/// An allocator with a ledger. It stands in a box: the library keeps its address.
#[derive(Debug)]
pub(crate) struct Memory {
    /// By address.
    blocks: RefCell<BTreeMap<usize, Block>>,
    pub(crate) refusal: Cell<Refusal>,
    allocations: Cell<u64>,
    refused: Cell<u64>,
    misuses: Cell<u64>,
    live_bytes: Cell<usize>,
    peak_bytes: Cell<usize>,
    /// What stood in the blocks that were given back, if somebody wants to know.
    freed: RefCell<Option<Vec<Vec<u8>>>>,
}

/// A block given to the library: its size, and the words around it.
#[derive(Debug)]
struct Block {
    words: Box<[u64]>,
    first: usize,
    size: usize,
}

impl Block {
    /// Whether the bytes behind the block are as they were.
    fn is_intact(&self) -> bool {
        let behind = self.words[self.first..].iter().flat_map(|word| word.to_ne_bytes()).skip(self.size);
        behind.into_iter().all(|byte| byte == FRESH)
    }
}

const WORD: usize = size_of::<u64>();
const FRESH: u8 = 0xb7;

impl Memory {
    pub(crate) fn new() -> Self {
        Self {
            blocks: RefCell::default(),
            refusal: Cell::new(Refusal::Never),
            allocations: Cell::new(0),
            refused: Cell::new(0),
            misuses: Cell::new(0),
            live_bytes: Cell::new(0),
            peak_bytes: Cell::new(0),
            freed: RefCell::default(),
        }
    }

    /// The allocator as the library takes it; `self` outlives the connection.
    pub(crate) fn as_mem(&self) -> ngtcp2_mem {
        ngtcp2_mem {
            user_data: ptr::from_ref(self).cast_mut().cast(),
            malloc: Some(malloc),
            free: Some(free),
            calloc: Some(calloc),
            realloc: Some(realloc),
        }
    }

    /// How many blocks are live.
    pub(crate) fn live(&self) -> usize {
        self.blocks.borrow().len()
    }

    /// How many bytes are in live blocks.
    pub(crate) fn live_bytes(&self) -> usize {
        self.live_bytes.get()
    }

    /// The most bytes that were ever in live blocks, or since [`Self::lower_peak`].
    pub(crate) fn peak_bytes(&self) -> usize {
        self.peak_bytes.get()
    }

    /// Starts to look for the peak anew.
    pub(crate) fn lower_peak(&self) {
        self.peak_bytes.set(self.live_bytes.get());
    }

    /// From now on, what stands in a block when it is given back is kept.
    pub(crate) fn keep_freed(&self) {
        self.freed.replace(Some(Vec::new()));
    }

    /// How many blocks were given back, and in how many of them these bytes stood.
    pub(crate) fn freed_with(&self, bytes: &[u8]) -> (usize, usize) {
        let freed = self.freed.borrow();
        let blocks = freed.as_deref().unwrap_or_default();
        let with = blocks.iter().filter(|block| block.windows(bytes.len()).any(|part| part == bytes));
        (blocks.len(), with.count())
    }

    /// How many allocations were asked for.
    pub(crate) fn allocations(&self) -> u64 {
        self.allocations.get()
    }

    /// How many were refused.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.get()
    }

    /// How many frees named no live block, or one that was written past its end.
    pub(crate) fn misuses(&self) -> u64 {
        self.misuses.get()
    }

    fn allocate(&self, size: usize) -> *mut c_void {
        let number = self.allocations.get() + 1;
        self.allocations.set(number);
        let refuses = match self.refusal.get() {
            Refusal::Never => false,
            Refusal::Once(at) => number == at,
            Refusal::From(at) => number >= at,
        };
        if refuses {
            self.refused.set(self.refused.get() + 1);
            return ptr::null_mut();
        }
        // Two words more than needed: one to start at 8 modulo 16, one that must stay as it is.
        let mut words = vec![u64::from_ne_bytes([FRESH; WORD]); size / WORD + 3].into_boxed_slice();
        let first = usize::from(words.as_ptr().addr().is_multiple_of(2 * WORD));
        let start = words.as_mut_ptr().wrapping_add(first);
        self.blocks.borrow_mut().insert(start.addr(), Block { words, first, size });
        self.live_bytes.set(self.live_bytes.get() + size);
        self.peak_bytes.set(self.peak_bytes.get().max(self.live_bytes.get()));
        start.cast()
    }

    fn release(&self, pointer: *mut c_void) {
        if pointer.is_null() {
            return;
        }
        match self.blocks.borrow_mut().remove(&pointer.addr()) {
            Some(mut block) if block.is_intact() => {
                self.live_bytes.set(self.live_bytes.get() - block.size);
                if let Some(freed) = &mut *self.freed.borrow_mut() {
                    let words = block.words[block.first..].iter().flat_map(|word| word.to_ne_bytes());
                    freed.push(words.take(block.size).collect());
                }
                block.words.fill(u64::MAX / 3);
            }
            _ => self.misuses.set(self.misuses.get() + 1),
        }
    }

    fn size(&self, pointer: *mut c_void) -> usize {
        self.blocks.borrow().get(&pointer.addr()).map_or(0, |block| block.size)
    }
}

fn memory<'a>(user_data: *mut c_void) -> &'a Memory {
    // SAFETY: the user data is the memory (`as_mem`), which outlives the connection.
    unsafe { &*user_data.cast::<Memory>() }
}

unsafe extern "C" fn malloc(size: usize, user_data: *mut c_void) -> *mut c_void {
    if intruder::intrude("malloc") {
        return ptr::null_mut();
    }
    memory(user_data).allocate(size)
}

unsafe extern "C" fn free(pointer: *mut c_void, user_data: *mut c_void) {
    intruder::intrude("free");
    memory(user_data).release(pointer);
}

unsafe extern "C" fn calloc(count: usize, size: usize, user_data: *mut c_void) -> *mut c_void {
    let Some(total) = count.checked_mul(size) else { return ptr::null_mut() };
    let block = memory(user_data).allocate(total);
    if !block.is_null() {
        // SAFETY: the block has that many bytes.
        unsafe { block.cast::<u8>().write_bytes(0, total) };
    }
    block
}

unsafe extern "C" fn realloc(pointer: *mut c_void, size: usize, user_data: *mut c_void) -> *mut c_void {
    if intruder::intrude("realloc") {
        return ptr::null_mut();
    }
    let memory = memory(user_data);
    let block = memory.allocate(size);
    if !block.is_null() && !pointer.is_null() {
        let kept = memory.size(pointer).min(size);
        // SAFETY: both blocks have that many bytes and are apart.
        unsafe { block.cast::<u8>().copy_from_nonoverlapping(pointer.cast(), kept) };
        memory.release(pointer);
    }
    block
}
