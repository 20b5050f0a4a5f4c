//! Support for tests: a heap over an `ngtcp2_mem` that counts, fails on demand and answers 8 modulo 16.
//!
//! Owns: nothing outside of tests.

extern crate std;

use core::cell::Cell;
use core::ffi::c_void;
use std::boxed::Box;
use std::ptr;

use super::{AppSlice, Heap, Mem, Memory};
use ngtcp2_abi::ngtcp2_mem;

/// Where the size of a test block stands before the block.
const PREFIX: usize = 16;

/// What the test allocator was asked and what it shall answer.
#[derive(Debug, Default)]
pub(crate) struct Account {
    /// Blocks given out and not freed.
    pub(crate) live: Cell<usize>,
    /// The bytes of these blocks.
    pub(crate) bytes: Cell<usize>,
    /// Calls of malloc, calloc and realloc so far.
    pub(crate) calls: Cell<u64>,
    /// Fail the call with this number (from 1) ...
    pub(crate) fail_at: Cell<u64>,
    /// ... and those after it.
    pub(crate) fail_on: Cell<bool>,
    /// Answer addresses with this remainder modulo 16.
    pub(crate) skew: Cell<usize>,
    /// Change the skew at each call: what realloc moves then lies differently.
    pub(crate) wander: Cell<bool>,
}

impl Account {
    fn refuses(&self) -> bool {
        self.calls.set(self.calls.get() + 1);
        let at = self.fail_at.get();
        at != 0 && (self.calls.get() == at || self.fail_on.get() && self.calls.get() > at)
    }

    fn next_skew(&self) -> usize {
        if self.wander.get() {
            self.skew.set((self.skew.get() + 8) % 16);
        }
        self.skew.get()
    }
}

/// A heap in a fixed place, for tests of everything that takes a `Mem`.
pub(crate) struct TestHeap {
    // Boxed: handles point to it.
    heap: Box<Heap>,
    account: Box<Account>,
}

impl TestHeap {
    pub(crate) fn new() -> Self {
        Self::with_skew(0)
    }

    /// A heap whose blocks lie at `skew` modulo 16 when the caller's allocator gives them.
    pub(crate) fn with_skew(skew: usize) -> Self {
        let account = Box::new(Account::default());
        account.skew.set(skew);
        Self { heap: Box::new(Heap::new(mem_for(&account))), account }
    }

    /// A heap whose blocks lie at 8 and at 0 modulo 16 in turn.
    pub(crate) fn wandering() -> Self {
        let heap = Self::new();
        heap.account.wander.set(true);
        heap
    }

    /// The test keeps `self` alive as long as containers made with the handle.
    pub(crate) fn mem(&self) -> Mem {
        // SAFETY: the heap is boxed; the test keeps it as long as its containers.
        unsafe { self.heap.mem() }
    }

    /// As [`Self::mem`], for what takes the memory of a whole connection.
    pub(crate) fn memory(&self) -> Memory {
        Memory { lasting: self.mem(), brief: self.mem() }
    }

    pub(crate) fn heap(&self) -> &Heap {
        &self.heap
    }

    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    /// Makes the `n`-th allocation from now (from 1) fail, and only that one; 0 means none.
    pub(crate) fn fail_nth(&self, n: u64) {
        self.account.fail_at.set(if n == 0 { 0 } else { self.account.calls.get() + n });
    }

    /// Makes every allocation from now on fail, or none.
    pub(crate) fn fail_all(&self, fail: bool) {
        self.fail_nth(u64::from(fail));
        self.account.fail_on.set(fail);
    }

    /// How many blocks are live.
    pub(crate) fn live(&self) -> usize {
        self.account.live.get()
    }

    /// How many allocations were asked for.
    pub(crate) fn calls(&self) -> u64 {
        self.account.calls.get()
    }
}

/// The memory of this test's thread, for values that are handed around without their heap.
pub(crate) fn mem_of_thread() -> Mem {
    std::thread_local! {
        static HEAP: TestHeap = TestHeap::new();
    }
    HEAP.with(TestHeap::mem)
}

/// An `ngtcp2_mem` that reports to `account`, which outlives it.
pub(crate) fn mem_for(account: &Account) -> ngtcp2_mem {
    ngtcp2_mem {
        user_data: ptr::from_ref(account).cast_mut().cast(),
        malloc: Some(malloc),
        free: Some(free),
        calloc: Some(calloc),
        realloc: Some(realloc),
    }
}

unsafe extern "C" fn malloc(size: usize, user_data: *mut c_void) -> *mut c_void {
    // SAFETY: the user data is the account (`mem_for`).
    let account = unsafe { &*user_data.cast::<Account>() };
    if account.refuses() {
        return ptr::null_mut();
    }
    let skew = account.next_skew();
    // SAFETY: malloc(3) takes any size.
    let base = unsafe { libc::malloc(size + PREFIX + skew) }.cast::<u8>();
    if base.is_null() {
        return ptr::null_mut();
    }
    let block = base.wrapping_add(PREFIX + skew);
    let words = block.wrapping_sub(PREFIX).cast::<usize>();
    // SAFETY: the prefix is part of the block and aligned to 8.
    unsafe { words.write(size) };
    // SAFETY: as above.
    unsafe { words.wrapping_add(1).write(skew) };
    account.live.set(account.live.get() + 1);
    account.bytes.set(account.bytes.get() + size);
    block.cast()
}

unsafe extern "C" fn free(pointer: *mut c_void, user_data: *mut c_void) {
    if pointer.is_null() {
        return;
    }
    // SAFETY: the user data is the account (`mem_for`).
    let account = unsafe { &*user_data.cast::<Account>() };
    // SAFETY: every block has its prefix.
    let size = unsafe { pointer.cast::<usize>().wrapping_sub(2).read() };
    account.live.set(account.live.get() - 1);
    account.bytes.set(account.bytes.get() - size);
    // SAFETY: every block has its prefix.
    let skew = unsafe { pointer.cast::<usize>().wrapping_sub(1).read() };
    // SAFETY: this is what malloc(3) gave.
    unsafe { libc::free(pointer.cast::<u8>().wrapping_sub(PREFIX + skew).cast()) };
}

unsafe extern "C" fn calloc(count: usize, size: usize, user_data: *mut c_void) -> *mut c_void {
    // SAFETY: the caller's contract is that of malloc.
    let block = unsafe { malloc(count * size, user_data) };
    if !block.is_null() {
        // SAFETY: the block has that many bytes.
        unsafe { block.cast::<u8>().write_bytes(0, count * size) };
    }
    block
}

/// Always moves, so that a pointer kept across a reallocation shows under a memory checker.
unsafe extern "C" fn realloc(pointer: *mut c_void, size: usize, user_data: *mut c_void) -> *mut c_void {
    // SAFETY: the caller's contract is that of malloc.
    let block = unsafe { malloc(size, user_data) };
    if block.is_null() || pointer.is_null() {
        return block;
    }
    // SAFETY: every block has its prefix.
    let old_size = unsafe { pointer.cast::<usize>().wrapping_sub(2).read() };
    // SAFETY: both blocks have that many bytes.
    unsafe { block.cast::<u8>().copy_from_nonoverlapping(pointer.cast(), old_size.min(size)) };
    // SAFETY: the old block is live and not used afterwards.
    unsafe { free(pointer, user_data) };
    block
}

/// Application data that outlives everything.
pub(crate) fn app_slice(memory: &'static [u8]) -> AppSlice {
    // SAFETY: static memory stays readable and is never written.
    unsafe { AppSlice::new(memory.as_ptr(), memory.len()) }
}
