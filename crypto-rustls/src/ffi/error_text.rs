//! Texts of failures, for the thread that asks.
//!
//! Owns: for each thread and kind of object, the text that the thread was last told or has coming. An object is used by
//! several threads, so a text that belonged to the object could be freed by one thread while another one reads it.

use std::cell::RefCell;
use std::ffi::{CString, c_char};
use std::sync::atomic::{AtomicU64, Ordering};

/// What an object is. A thread can hold one text of each kind.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Client,
    Server,
    Certificate,
}

const KINDS: usize = 3;

/// An object, by a number that no later one has, as the address of a deleted one may.
#[derive(Clone, Copy)]
pub(super) struct Owner {
    kind: Kind,
    number: u64,
}

impl Owner {
    pub(super) fn new(kind: Kind) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self { kind, number: NEXT.fetch_add(1, Ordering::Relaxed) }
    }
}

struct Text {
    owner: u64,
    /// Of a failure on this thread, not of one that it was told of.
    is_own: bool,
    text: CString,
}

thread_local! {
    static TEXTS: RefCell<[Option<Text>; KINDS]> = const { RefCell::new([const { None }; KINDS]) };
}

/// A failure on this thread.
pub(super) fn note(owner: Owner, text: &str) {
    hold(owner, text, true);
}

/// The text of this thread's last failure with this object; if it had none, what `last` says.
pub(super) fn told(owner: Owner, last: impl FnOnce() -> String) -> *const c_char {
    if let Some((text, true)) = held(owner) {
        return text;
    }
    let last = last();
    hold(owner, &last, false);
    held(owner).map_or(c"".as_ptr(), |(text, _)| text)
}

fn hold(owner: Owner, text: &str, is_own: bool) {
    let text = CString::new(text.replace('\0', " ")).unwrap_or_default();
    // A thread that is about to end holds no texts any more.
    let _ = TEXTS.try_with(|texts| match &mut texts.borrow_mut()[owner.kind as usize] {
        // Asked twice, it stays where it is.
        Some(held) if held.owner == owner.number && held.text == text => held.is_own |= is_own,
        slot => *slot = Some(Text { owner: owner.number, is_own, text }),
    });
}

/// The text of this object that the thread holds, and whether it is of a failure of its own.
fn held(owner: Owner) -> Option<(*const c_char, bool)> {
    let find = |texts: &RefCell<[Option<Text>; KINDS]>| {
        let texts = texts.borrow();
        let text = texts[owner.kind as usize].as_ref().filter(|text| text.owner == owner.number)?;
        Some((text.text.as_ptr(), text.is_own))
    };
    TEXTS.try_with(find).ok().flatten()
}

#[cfg(test)]
mod tests;
