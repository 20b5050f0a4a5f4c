//! The guard around every exported function: checks the pointer and the phase, counts the depth, catches a panic.
//!
//! Owns: creation and deletion of a [`Conn`], and the one way in. Must not know: what the call does.

use core::mem::MaybeUninit;
use core::panic::AssertUnwindSafe;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicBool, Ordering};

use ngtcp2_abi as abi;

use super::{Conn, Head, Life, Origin, Phase, Session};
use crate::conn::State;
use crate::error::{Error, Result};
use crate::fault::{self, Point};
use crate::mem::{Home, Memory};
use crate::rt::std;

#[cfg(not(panic = "unwind"))]
compile_error!("panics are caught at the boundary with C: build with panic = \"unwind\"");

/// What a call needs from the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Reads a value; its neutral value stands in when the call is refused.
    Observe,
    /// Changes the state in a way that a packet under construction survives.
    Change,
    /// Reads or writes packets, runs timers, or takes away what a packet under construction rests on: its keys, its path.
    Drive,
}

impl Access {
    #[inline(always)]
    fn enter(self) {
        match self {
            Self::Observe => fault::pass(Point::Observe),
            Self::Change => {}
            Self::Drive => fault::pass(Point::Drive),
        }
    }

    #[inline(always)]
    fn leave(self) {
        if matches!(self, Self::Change) {
            fault::pass(Point::Change);
        }
    }
}

/// How a refused call answers: an error code where the signature has one.
pub(crate) trait Outcome {
    fn refused(error: Error) -> Self;
}

impl Outcome for core::ffi::c_int {
    fn refused(error: Error) -> Self {
        error.code()
    }
}

impl Outcome for isize {
    fn refused(error: Error) -> Self {
        error.code() as isize
    }
}

impl Outcome for () {
    fn refused(_: Error) -> Self {}
}

/// Runs `body` for a call that must not come while a packet is being built.
#[inline]
pub(crate) fn drive<R: Outcome>(conn: *mut abi::ngtcp2_conn, body: impl FnOnce(&mut Session) -> R) -> R {
    call(conn, Access::Drive, R::refused, body)
}

/// Runs `body` for a call that changes the state.
#[inline]
pub(crate) fn change<R: Outcome>(conn: *mut abi::ngtcp2_conn, body: impl FnOnce(&mut Session) -> R) -> R {
    call(conn, Access::Change, R::refused, body)
}

/// Runs `body` for a getter that can answer with an error.
#[inline]
pub(crate) fn examine<R: Outcome>(conn: *const abi::ngtcp2_conn, body: impl FnOnce(&mut Session) -> R) -> R {
    call(conn.cast_mut(), Access::Observe, R::refused, body)
}

/// Runs `body` for a getter; `neutral` is the answer when the call is refused.
#[inline]
pub(crate) fn observe<R>(
    conn: *const abi::ngtcp2_conn,
    neutral: R,
    body: impl FnOnce(&mut Session) -> R,
) -> R {
    match call(conn.cast_mut(), Access::Observe, |_| None, |session| Some(body(session))) {
        Some(value) => value,
        None => neutral,
    }
}

/// The one way in.
#[inline]
pub(crate) fn call<R>(
    conn: *mut abi::ngtcp2_conn,
    access: Access,
    refused: impl FnOnce(Error) -> R,
    body: impl FnOnce(&mut Session) -> R,
) -> R {
    let Some(conn) = NonNull::new(conn.cast::<Conn>()) else {
        return refused(Error::InvalidArgument);
    };
    let mut session = Session(conn);
    if let Err(error) = admit(&session, access) {
        return refused(error);
    }
    let visit = Visit::begin(session.head());
    let outcome = std::panic::catch_unwind(AssertUnwindSafe(|| {
        access.enter();
        let result = body(&mut session);
        access.leave();
        result
    }));
    let head = session.head();
    visit.end(head);
    let is_alive = head.life.get() == Life::ALIVE;
    match outcome {
        Ok(result) if is_alive => result,
        outcome => conclude(conn, access, outcome, refused),
    }
}

/// The short way in, for what the state alone can do: `body` calls nobody and takes no memory, so nobody can come in
/// meanwhile and no visit is counted.
#[inline(always)]
pub(crate) fn briefly<R>(
    conn: *mut abi::ngtcp2_conn,
    access: Access,
    refused: impl FnOnce(Error) -> R,
    body: impl FnOnce(&mut State) -> R,
) -> R {
    let Some(conn) = NonNull::new(conn.cast::<Conn>()) else {
        return refused(Error::InvalidArgument);
    };
    let mut session = Session(conn);
    if let Err(error) = admit(&session, access) {
        return refused(error);
    }
    let outcome = std::panic::catch_unwind(AssertUnwindSafe(|| {
        access.enter();
        let result = body(session.state());
        access.leave();
        result
    }));
    match outcome {
        Ok(result) => result,
        outcome => conclude(conn, access, outcome, refused),
    }
}

/// The end of a call in which the connection was deleted or failed.
#[cold]
fn conclude<R>(
    conn: NonNull<Conn>,
    access: Access,
    outcome: std::thread::Result<R>,
    refused: impl FnOnce(Error) -> R,
) -> R {
    let session = Session(conn);
    let head = session.head();
    let result = match outcome {
        // Whatever came of it: the caller must learn that there is no connection any more. Calls that only change it keep
        // their answer, which says who owns the keys that came with them.
        Ok(_) if access == Access::Drive && head.life.get() == Life::DELETED => {
            refused(Error::CallbackFailure)
        }
        Ok(result) => result,
        // The payload is a text: a panic that can be repeated must not leave memory behind.
        Err(_) => {
            if head.life.get() == Life::ALIVE {
                head.life.set(Life::FAILED);
            }
            refused(Error::Internal)
        }
    };
    if head.depth.get() == 0 && head.life.get() == Life::DELETED {
        dispose(conn);
    }
    result
}

/// Runs `body` for a function without a connection: a panic is an error like any other.
pub(crate) fn guarded<T>(body: impl FnOnce() -> Result<T>) -> Result<T> {
    let guarded = AssertUnwindSafe(|| {
        fault::pass(Point::Helper);
        body()
    });
    std::panic::catch_unwind(guarded).unwrap_or(Err(Error::Internal))
}

#[inline(always)]
fn admit(session: &Session, access: Access) -> Result<()> {
    let head = session.head();
    if head.life.get() != Life::ALIVE {
        return Err(refusal(head.life.get()));
    }
    if !head.phase.get().allows(access) || session.heap().is_calling_out() {
        return Err(Error::InvalidState);
    }
    Ok(())
}

/// What a connection answers that is not alive.
#[cold]
#[inline(never)]
fn refusal(life: Life) -> Error {
    match life {
        Life::FAILED => Error::Internal,
        Life::PARTING | Life::DELETED => Error::InvalidState,
        _ => Error::InvalidArgument,
    }
}

/// One API call in progress; `end` restores depth and phase even when the body unwound out of a nested call.
struct Visit {
    depth: u32,
    phase: Phase,
}

impl Visit {
    #[inline]
    fn begin(head: &Head) -> Self {
        let visit = Self { depth: head.depth.get(), phase: head.phase.get() };
        head.depth.set(visit.depth + 1);
        visit
    }

    #[inline]
    fn end(self, head: &Head) {
        head.depth.set(self.depth);
        head.phase.set(self.phase);
    }
}

/// Makes a connection on the caller's allocator. `build` gets the connection's memory and makes its state in its place.
pub(crate) fn create(
    origin: &Origin<'_>,
    build: impl for<'a> FnOnce(Memory, &'a mut MaybeUninit<State>) -> Result<&'a mut State>,
) -> Result<*mut abi::ngtcp2_conn> {
    silence_panics();
    let outcome = std::panic::catch_unwind(AssertUnwindSafe(|| {
        Home::<Conn>::try_new(origin.mem, |memory, place| {
            Conn::write(place, origin, |state| {
                let state = build(memory, state)?;
                fault::pass(Point::Create);
                Ok(state)
            })
        })
    }));
    match outcome {
        Ok(made) => made.map(|conn| conn.as_ptr().cast()),
        Err(_) => Err(Error::Internal),
    }
}

/// `ngtcp2_conn_del`: the caller's objects are handed back now, memory when no call of this connection is running any
/// more.
pub(crate) fn delete(conn: *mut abi::ngtcp2_conn) {
    let Some(conn) = NonNull::new(conn.cast::<Conn>()) else {
        return;
    };
    let session = Session(conn);
    let head = session.head();
    if !matches!(head.life.get(), Life::ALIVE | Life::FAILED) {
        return;
    }
    if head.depth.get() == 0 {
        return dispose(conn);
    }
    // The caller may free its own data once this returns. Only its allocator is called with the state in use: then its
    // objects wait for the outermost call.
    if !session.heap().is_calling_out() {
        part(conn);
    }
    head.life.set(Life::DELETED);
}

/// The end of a connection: the last callbacks, which may not delete it once more, then the memory.
fn dispose(conn: NonNull<Conn>) {
    part(conn);
    free(conn);
}

/// Hands the key contexts back and ends the qlog; harmless when it was done before. What a panic leaves, a second attempt
/// takes.
fn part(conn: NonNull<Conn>) {
    let mut session = Session(conn);
    session.head().life.set(Life::PARTING);
    for _ in 0..2 {
        if std::panic::catch_unwind(AssertUnwindSafe(|| session.release_callers_objects())).is_ok() {
            break;
        }
    }
}

/// Gives all memory back. No drop runs: after a panic the state may be broken, and every block is in the heap's list.
fn free(conn: NonNull<Conn>) {
    let mut session = Session(conn);
    session.head().life.set(Life::FREED);
    session.wipe();
    // SAFETY: the connection came from `create`, and the outermost call on it is over: nothing refers to it any more.
    unsafe { Home::abandon(conn) };
}

static PANICS_SILENCED: AtomicBool = AtomicBool::new(false);
static PANICS_REPORTED: AtomicBool = AtomicBool::new(cfg!(test));

/// Lets panics print their message again: for test programs that link the library as a crate.
#[doc(hidden)]
pub fn report_panics() {
    PANICS_REPORTED.store(true, Ordering::Relaxed);
}

/// What stood there before the hook below. Kept here and not in it: a hook that captures nothing needs no memory, and
/// the first connection must not ask the system heap for any.
static REPLACED_HOOK: std::sync::OnceLock<PanicHook> = std::sync::OnceLock::new();

type PanicHook = std::boxed::Box<dyn Fn(&std::panic::PanicHookInfo<'_>) + Send + Sync>;

/// A panic's default message allocates from the system heap thousands of times. The shared library has a copy of std
/// to itself, so its hook concerns nobody else.
fn silence_panics() {
    if PANICS_REPORTED.load(Ordering::Relaxed) || PANICS_SILENCED.swap(true, Ordering::Relaxed) {
        return;
    }
    let _ = REPLACED_HOOK.set(std::panic::take_hook());
    std::panic::set_hook(std::boxed::Box::new(|info| {
        if let (true, Some(hook)) = (PANICS_REPORTED.load(Ordering::Relaxed), REPLACED_HOOK.get()) {
            hook(info);
        }
    }));
}
