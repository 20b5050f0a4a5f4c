//! Bugs on demand: a panic at one of these points, for the tests of what a panic comes to (`capi-tests/panics`).
//!
//! Owns: the points, and which of them is armed. Must not know: what stands around a point. Only the feature
//! `fault-injection` arms any, and no library that is shipped has it: without it, passing a point is nothing at all.

/// Names the points once: for the library as an enum, for tests as texts.
macro_rules! points {
    ($($(#[$doc:meta])* $point:ident: $name:literal,)*) => {
        /// Where the library can be made to panic.
        #[derive(Clone, Copy)]
        pub(crate) enum Point {
            $($(#[$doc])* $point,)*
        }

        #[cfg(feature = "fault-injection")]
        const NAMES: &[&core::ffi::CStr] = &[$($name),*];
    };
}

points! {
    /// A connection is being made and has taken memory.
    Create: c"create",
    /// A getter runs.
    Observe: c"observe",
    /// A call that changes the connection has done its work, but has not returned.
    Change: c"change",
    /// A call that reads, writes or runs timers has begun.
    Drive: c"drive",
    /// A function without a connection runs.
    Helper: c"helper",
    /// C code has returned: a callback, with or without a connection.
    Callback: c"callback",
    /// A block was taken from the caller's allocator; the container does not know it yet.
    Allocation: c"allocation",
    /// A packet was decrypted: its plain text stands in a buffer that is out of the state.
    Opened: c"opened",
    /// A frame was applied; what follows for its packet is not known yet.
    Frame: c"frame",
    /// What a frame carried was acknowledged: the packets are forgotten, not all of their records are.
    Acked: c"acked",
    /// The same of packets that were lost.
    Lost: c"lost",
    /// Data that had waited for their turn are out of the state.
    Reordered: c"reordered",
    /// A packet was begun.
    Begun: c"begun",
    /// A packet is encrypted and nobody knows that it was sent.
    Sealed: c"sealed",
    /// A timer is being handled.
    Timer: c"timer",
    /// A line of the log is formatted: the buffer is out of the state.
    Line: c"line",
    /// The same of a record of the qlog.
    Record: c"record",
    /// A key context of the caller is out of the state, and not yet handed back.
    Release: c"release",
}

#[cfg(not(feature = "fault-injection"))]
#[inline(always)]
pub(crate) const fn pass(_: Point) {}

#[cfg(feature = "fault-injection")]
pub(crate) use armed::{arm, name, pass, passages};

#[cfg(feature = "fault-injection")]
mod armed {
    use core::ffi::CStr;
    use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

    use super::{NAMES, Point};

    const NONE: usize = usize::MAX;

    static ARMED: AtomicUsize = AtomicUsize::new(NONE);
    /// How often the armed point was passed, and at which of these times it panics.
    static PASSAGES: AtomicU64 = AtomicU64::new(0);
    static FATAL: AtomicU64 = AtomicU64::new(0);

    /// The `passage`th time that this point is passed from now on, it panics, once.
    pub(crate) fn arm(point: usize, passage: u64) {
        ARMED.store(point, Relaxed);
        PASSAGES.store(0, Relaxed);
        FATAL.store(passage, Relaxed);
    }

    /// How often the armed point was passed, the fatal time included.
    pub(crate) fn passages() -> u64 {
        PASSAGES.load(Relaxed)
    }

    pub(crate) fn name(point: usize) -> Option<&'static CStr> {
        NAMES.get(point).copied()
    }

    pub(crate) fn pass(point: Point) {
        if ARMED.load(Relaxed) != point as usize {
            return;
        }
        let passage = PASSAGES.fetch_add(1, Relaxed) + 1;
        if passage == FATAL.load(Relaxed) {
            ARMED.store(NONE, Relaxed);
            panic!("injected fault: {:?}, passage {passage}", NAMES[point as usize]);
        }
    }
}
