//! The heap itself: alignment, the list of blocks, tear-down, and the home of a connection.

extern crate std;

use core::alloc::Layout;
use core::cell::Cell;
use core::ffi::c_void;
use core::ptr;
use std::panic::{self, AssertUnwindSafe};
use std::rc::Rc;
use std::vec::Vec;

use allocator_api2::alloc::Allocator as _;
use ngtcp2_abi::ngtcp2_mem;
use proptest::prelude::*;

use super::super::testing::{Account, TestHeap, mem_for};
use super::super::{Array, Boxed, Heap, Home, IdMap, Key, Mem, NoMem, Pool, Ring, default_mem};
use super::Counted;

fn byte_at(block: ptr::NonNull<u8>, index: usize) -> u8 {
    // SAFETY: the tests ask for indices within live blocks only.
    unsafe { block.as_ptr().wrapping_add(index).read() }
}

proptest! {
    /// Blocks of all sizes, resized and freed in any order, keep their bytes and their alignment.
    #[test]
    fn blocks_keep_their_bytes(
        steps in prop::collection::vec((0..3u8, any::<usize>(), 1..200usize, any::<bool>()), 0..120),
        skew in 0..16usize, wander in any::<bool>(),
    ) {
        let heap = if wander { TestHeap::wandering() } else { TestHeap::with_skew(skew & !7) };
        let mem = heap.mem();
        let layout = |size| Layout::from_size_align(size, 8).unwrap();
        let mut blocks: Vec<(ptr::NonNull<u8>, usize, u8)> = Vec::new();
        for (count, (kind, pick, size, fails)) in steps.into_iter().enumerate() {
            heap.fail_nth(u64::from(fails));
            match kind {
                0 => {
                    if let Ok(block) = mem.try_allocate(layout(size)) {
                        // SAFETY: the block has `size` bytes.
                        unsafe { block.write_bytes(count as u8, size) };
                        blocks.push((block, size, count as u8));
                    }
                }
                1 if !blocks.is_empty() => {
                    let pick = pick % blocks.len();
                    let (block, old, fill) = blocks[pick];
                    // SAFETY: the block is live and has this size.
                    if let Ok(moved) = unsafe { mem.try_resize(block, layout(old), layout(size)) } {
                        for index in 0..old.min(size) {
                            prop_assert_eq!(byte_at(moved, index), fill);
                        }
                        // SAFETY: the block has `size` bytes.
                        unsafe { moved.write_bytes(fill, size) };
                        blocks[pick] = (moved, size, fill);
                    }
                }
                2 if !blocks.is_empty() => {
                    let (block, size, _) = blocks.swap_remove(pick % blocks.len());
                    // SAFETY: the block is live and has this size.
                    unsafe { mem.free(block, layout(size)) };
                }
                _ => {}
            }
            heap.fail_nth(0);
            prop_assert_eq!(heap.live(), blocks.len());
            prop_assert_eq!(heap.heap().live_blocks(), blocks.len());
            for &(block, size, fill) in &blocks {
                prop_assert_eq!(block.addr().get() % 16, 0);
                for index in 0..size {
                    prop_assert_eq!(byte_at(block, index), fill);
                }
            }
        }
        // SAFETY: the blocks are not used again.
        unsafe { heap.heap().free_all() };
        prop_assert_eq!(heap.live(), 0);
        prop_assert_eq!(heap.heap().live_blocks(), 0);
    }
}

#[test]
fn alignments_beyond_ours_and_impossible_sizes_are_refused() {
    let heap = TestHeap::new();
    let mem = heap.mem();
    assert!(mem.allocate(Layout::from_size_align(8, 32).unwrap()).is_err());
    assert_eq!(mem.try_allocate(Layout::from_size_align(isize::MAX as usize - 15, 16).unwrap()), Err(NoMem));
    assert!(mem.allocate(Layout::from_size_align(0, 64).unwrap()).is_ok());
    assert_eq!(heap.live(), 0);
}

#[test]
fn a_mem_without_functions_is_no_memory() {
    let missing =
        ngtcp2_mem { user_data: ptr::null_mut(), malloc: None, free: None, calloc: None, realloc: None };
    let heap = Heap::new(missing);
    // SAFETY: the heap outlives the handle.
    let mem = unsafe { heap.mem() };
    assert!(Array::<u8>::new(mem).try_reserve(1).is_err());
}

#[test]
fn the_default_allocator_is_that_of_libc() {
    let heap = Heap::new(*default_mem());
    // SAFETY: the heap outlives the handle.
    let mem = unsafe { heap.mem() };
    let mut array = Array::new(mem);
    for value in 0..10_000u32 {
        array.try_push(value).unwrap();
    }
    assert_eq!(heap.live_blocks(), 1);
    drop(array);
    assert_eq!(heap.live_blocks(), 0);
    let calloc = default_mem().calloc.unwrap();
    // SAFETY: the default functions take any user data.
    let zeroed = unsafe { calloc(3, 4, ptr::null_mut()) };
    // SAFETY: calloc(3) gave twelve zero bytes.
    assert_eq!(unsafe { zeroed.cast::<[u8; 12]>().read() }, [0; 12]);
    let free = default_mem().free.unwrap();
    // SAFETY: the block came from calloc(3).
    unsafe { free(zeroed, ptr::null_mut()) };
}

thread_local! {
    static HEAP: Cell<*const Heap> = const { Cell::new(ptr::null()) };
    static SEEN: Cell<bool> = const { Cell::new(false) };
}
use std::thread_local;

unsafe extern "C" fn watching_malloc(size: usize, _: *mut c_void) -> *mut c_void {
    // SAFETY: the test sets the pointer to its heap.
    let heap = unsafe { &*HEAP.get() };
    SEEN.set(heap.is_calling_out());
    // SAFETY: malloc(3) takes any size.
    unsafe { libc::malloc(size) }
}

#[test]
fn a_call_out_is_visible_while_it_runs() {
    let heap = Heap::new(ngtcp2_mem { malloc: Some(watching_malloc), ..*default_mem() });
    HEAP.set(&raw const heap);
    // SAFETY: the heap outlives the handle.
    let mem = unsafe { heap.mem() };
    let boxed = Boxed::try_new(mem, 1u64).unwrap();
    assert!(SEEN.get() && !heap.is_calling_out());
    drop(boxed);
}

#[test]
fn a_box_drops_its_value_once() {
    let heap = TestHeap::wandering();
    let alive = Rc::default();
    let mut boxed = Boxed::try_new(heap.mem(), Counted::new(1, &alive)).unwrap();
    boxed.value = 2;
    assert_eq!((boxed.value, alive.get(), heap.live()), (2, 1, 1));
    drop(boxed);
    assert_eq!((alive.get(), heap.live()), (0, 0));
    heap.fail_nth(1);
    assert!(Boxed::try_new(heap.mem(), Counted::new(1, &alive)).is_err());
    assert_eq!(alive.get(), 0);
}

/// Lets go of the counts that values hold whose drops were not to run: leak checkers stay silent.
fn release_undropped(count: &Rc<Cell<usize>>) {
    while Rc::strong_count(count) > 1 {
        // SAFETY: the other owners were forgotten with the memory in which they stood.
        unsafe { Rc::decrement_strong_count(Rc::as_ptr(count)) };
    }
}

/// What a connection looks like to its memory.
struct Connection {
    streams: Pool<Counted>,
    ids: IdMap,
    sent: Ring<u64>,
    text: Boxed<Array<u8>>,
}

impl Connection {
    fn build(mem: Mem, alive: &Rc<Cell<usize>>) -> Result<Self, NoMem> {
        let mut connection = Self {
            streams: Pool::new(mem),
            ids: IdMap::new(mem, (5, 6)),
            sent: Ring::new(mem),
            text: Boxed::try_new(mem, Array::new(mem))?,
        };
        for number in 0..100 {
            let key = connection.streams.try_insert(Counted::new(number, alive))?;
            connection.ids.try_insert_new(u64::from(number), key)?;
            connection.sent.try_push_back(u64::from(number))?;
            connection.text.try_push(number as u8)?;
        }
        Ok(connection)
    }
}

#[test]
fn a_home_is_made_and_abandoned() {
    let (account, alive) = (Account::default(), Rc::default());
    account.skew.set(8);
    let home = Home::<Connection>::try_new(mem_for(&account), |memory, place| {
        Connection::build(memory.lasting, &alive).map(|connection| place.write(connection))
    })
    .unwrap();
    // SAFETY: the home is live and nothing else refers to it.
    let connection = unsafe { &mut *home.as_ptr() };
    assert_eq!((connection.sent.len(), connection.ids.get(99).map(Key::index)), (100, Some(99)));
    // SAFETY: the home is live.
    let heap = unsafe { Home::heap_of(home) };
    assert_eq!(heap.live_blocks() + 1, account.live.get());
    // SAFETY: the value is live and dropped once.
    unsafe { home.drop_in_place() };
    // SAFETY: the home is live and not used afterwards.
    unsafe { Home::abandon(home) };
    assert_eq!((alive.get(), account.live.get()), (0, 0));
}

#[test]
fn each_failing_allocation_leaves_nothing_behind() {
    let mut refused = 0;
    for fail_at in 1.. {
        let (account, alive) = (Account::default(), Rc::default());
        account.wander.set(true);
        account.fail_at.set(fail_at);
        let made = Home::<Connection>::try_new(mem_for(&account), |memory, place| {
            Connection::build(memory.lasting, &alive).map(|connection| place.write(connection))
        });
        match made {
            Ok(home) => {
                // SAFETY: the home is live and not used afterwards.
                unsafe { Home::abandon(home) };
                assert_eq!(account.live.get(), 0);
                release_undropped(&alive);
                break;
            }
            Err(NoMem) => refused += 1,
        }
        assert_eq!((alive.get(), account.live.get()), (0, 0), "allocation {fail_at}");
    }
    assert!(refused > 15);
}

#[test]
fn a_panic_while_building_gives_all_memory_back() {
    let (account, alive) = (Account::default(), Rc::default());
    let caught = panic::catch_unwind(AssertUnwindSafe(|| {
        Home::<Connection>::try_new::<NoMem>(mem_for(&account), |memory, _| {
            core::mem::forget(Connection::build(memory.lasting, &alive)?);
            panic::resume_unwind(std::boxed::Box::new(()));
        })
    }));
    assert!(caught.is_err());
    assert_eq!(account.live.get(), 0);
    release_undropped(&alive);
}

/// After a caught panic the value may be broken: its memory goes back, its drop does not run.
#[test]
fn a_broken_value_is_abandoned_without_drops() {
    struct Broken {
        connection: Connection,
        dropped: Rc<Cell<usize>>,
    }
    impl Drop for Broken {
        fn drop(&mut self) {
            self.dropped.set(1);
        }
    }
    let (account, alive, dropped) = (Account::default(), Rc::default(), Rc::<Cell<usize>>::default());
    let home = Home::<Broken>::try_new(mem_for(&account), |memory, place| {
        Ok::<_, NoMem>(place.write(Broken {
            connection: Connection::build(memory.lasting, &alive)?,
            dropped: dropped.clone(),
        }))
    })
    .unwrap();
    let caught = panic::catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: the home is live and nothing else refers to it.
        let broken = unsafe { &mut *home.as_ptr() };
        broken.connection.sent.pop_front();
        panic::resume_unwind(std::boxed::Box::new(()));
    }));
    assert!(caught.is_err());
    // SAFETY: the home is live and not used afterwards.
    unsafe { Home::abandon(home) };
    assert_eq!((account.live.get(), dropped.get(), alive.get()), (0, 0, 100));
    release_undropped(&alive);
    release_undropped(&dropped);
}
