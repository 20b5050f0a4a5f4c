//! Code of a test that runs inside every callback: what a C program might do there.
//!
//! Owns: per thread, that code and which endpoint is inside the library. Must not know: what the code does.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::keys::Side;

/// Called with the endpoint that is inside the library, and the callback's name. Whether the callback fails at once.
type Intruder = Rc<dyn Fn(Side, &'static str) -> bool>;

thread_local! {
    static INTRUDER: RefCell<Option<Intruder>> = const { RefCell::new(None) };
    static INSIDE: Cell<Option<Side>> = const { Cell::new(None) };
}

/// An endpoint is inside the library until this is dropped.
#[must_use]
pub(crate) struct Visit(Option<Side>);

impl Drop for Visit {
    fn drop(&mut self) {
        INSIDE.set(self.0);
    }
}

pub(crate) fn enter(side: Side) -> Visit {
    Visit(INSIDE.replace(Some(side)))
}

pub(crate) fn set(intruder: impl Fn(Side, &'static str) -> bool + 'static) {
    INTRUDER.set(Some(Rc::new(intruder)));
}

pub(crate) fn reset() {
    INTRUDER.set(None);
    INSIDE.set(None);
}

/// A callback was called; tells whether it is to fail.
pub(crate) fn intrude(name: &'static str) -> bool {
    let intruder = INTRUDER.with_borrow(Clone::clone);
    match (intruder, INSIDE.get()) {
        (Some(intruder), Some(side)) => intruder(side, name),
        _ => false,
    }
}
