//! The containers against naive models, on an allocator that fails on demand, wanders between the remainders 0 and 8
//! modulo 16 and moves every block it resizes.

extern crate std;

mod app_bytes;
mod array;
mod heap;
mod id_map;
mod layout;
mod nursery;
mod pool;
mod queue;
mod ring;

use core::cell::Cell;
use std::rc::Rc;

use super::NoMem;
use super::testing::TestHeap;

/// A value that counts how many of its kind are alive.
struct Counted {
    value: u32,
    alive: Rc<Cell<usize>>,
}

impl Counted {
    fn new(value: u32, alive: &Rc<Cell<usize>>) -> Self {
        alive.set(alive.get() + 1);
        Self { value, alive: alive.clone() }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.alive.set(self.alive.get() - 1);
    }
}

/// Runs `operation`, first with its first allocation failing if `fails`: then `unchanged` must hold, and the second
/// run must succeed.
fn attempt<C, R>(
    heap: &TestHeap,
    container: &mut C,
    fails: bool,
    mut operation: impl FnMut(&mut C) -> Result<R, NoMem>,
    unchanged: impl Fn(&C),
) -> R {
    if fails {
        heap.fail_nth(1);
        let first = operation(container);
        heap.fail_nth(0);
        match first {
            Ok(value) => return value,
            Err(NoMem) => unchanged(container),
        }
    }
    operation(container).expect("no allocation fails")
}
