//! The connection's boundary with C: the one place that dereferences a connection pointer or calls a C callback.
//!
//! Owns: where a connection lives ([`Conn`]), who may touch its state ([`Session`]), which API calls a callback may
//! make (the phase table), the guard around every exported function, and every call-out. Must not know: QUIC.
//!
//! A C callback receives the connection and calls back into the API while the outer call is still running. So no
//! `&mut State` may be live across a call-out. [`Session`] is a token on the stack; `state` and every call-out take
//! `&mut self`, and the borrow checker refuses a borrow that is held across a call-out. A nested API call makes a token
//! of its own. Whatever was found before a call-out is found again after it by a generational key.

mod boundary;
mod buffers;
mod callbacks;
#[cfg(held_borrow)]
mod held_borrow;
mod packet_protection;
mod paths;
#[cfg(test)]
mod tests;

use core::cell::{Cell, UnsafeCell};
use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::ptr::{self, NonNull, addr_of};

use ngtcp2_abi as abi;

pub use boundary::report_panics;
pub(crate) use boundary::{Access, briefly, change, create, delete, drive, examine, guarded, observe};
pub(crate) use buffers::{Input, Output};
pub(crate) use callbacks::{CloseCodes, NextKeys, ValidationReport};
pub(crate) use packet_protection::{HeaderKey, MAX_IV, PacketKey};
pub(crate) use paths::{ArrivalPath, CallerPath, is_plainly, path_from_abi, path_to_abi, write_path};

use crate::conn::State;
use crate::error::{Error, Result};
use crate::mem::{Heap, Home};

/// Where control is while C code runs; it decides which API calls that code may make on this connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// No callback is running.
    Idle,
    /// A callback of reading or of a timer: the state is consistent and everything is allowed.
    Callback,
    /// A callback while a packet, or what the first one needs, is being made: its frames are written, it is not sent.
    Building,
    /// A callback without a connection argument (encrypt, rand, log, malloc, ...): nothing is allowed.
    Bare,
}

impl Phase {
    /// The phase table of the design, in one line per phase.
    const fn allows(self, access: Access) -> bool {
        match self {
            Self::Idle | Self::Callback => true,
            Self::Building => !matches!(access, Access::Drive),
            Self::Bare => false,
        }
    }
}

/// Where a connection is in its life, as C sees it. The values are unlikely numbers: one look tells that a pointer is a
/// connection's, and that the connection is alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Life(u32);

impl Life {
    const ALIVE: Self = Self(0x6e67_5253);
    /// A panic was caught: the state may be broken, and deletion is all that is left.
    const FAILED: Self = Self(0x6e67_4641);
    /// `ngtcp2_conn_del` hands the caller's objects back: the last callbacks.
    const PARTING: Self = Self(0x6e67_5041);
    /// `ngtcp2_conn_del` was called inside a callback: no other follows, and the outermost call frees the memory.
    const DELETED: Self = Self(0x6e67_4445);
    /// The memory is about to be given back.
    const FREED: Self = Self(0xdead_dead);
}

/// A connection as C holds it: `ngtcp2_conn` is this struct.
#[repr(C)]
pub(crate) struct Conn {
    head: Head,
    state: UnsafeCell<State>,
}

impl Conn {
    /// Makes a connection where it is to stand: `build` writes its state.
    fn write<'a>(
        place: &'a mut MaybeUninit<Self>,
        origin: &Origin<'_>,
        build: impl for<'b> FnOnce(&'b mut MaybeUninit<State>) -> Result<&'b mut State>,
    ) -> Result<&'a mut Self> {
        let conn = place.as_mut_ptr();
        // SAFETY: the field lies within the place.
        let state = unsafe { &raw mut (*conn).state }.cast::<MaybeUninit<State>>();
        // SAFETY: the place is ours, and nothing else refers to this field.
        let written = ptr::from_mut(build(unsafe { &mut *state })?);
        if written != state.cast() {
            return Err(Error::Internal);
        }
        // SAFETY: the field lies within the place.
        let head = unsafe { &raw mut (*conn).head };
        // SAFETY: the field is aligned and ours.
        unsafe { head.write(Head::new(origin)) };
        // SAFETY: both fields are written.
        Ok(unsafe { place.assume_init_mut() })
    }
}

/// The part of a connection that a nested call may read while the state is in use: cells and values that never change.
pub(crate) struct Head {
    life: Cell<Life>,
    /// API calls on this connection that are running, one inside the other.
    depth: Cell<u32>,
    phase: Cell<Phase>,
    /// Somebody listens to `log`; what every packet asks.
    traced: bool,
    callbacks: abi::CallbacksV6,
    pub(crate) log: LogSink,
    user_data: *mut c_void,
}

/// Where log lines and qlog records go.
#[derive(Clone, Copy)]
pub(crate) struct LogSink {
    pub(crate) write: abi::ngtcp2_log_write,
    pub(crate) printf: abi::ngtcp2_printf,
    pub(crate) qlog: abi::ngtcp2_qlog_write,
}

/// Everything [`create`] needs from the caller that does not belong to the state.
pub(crate) struct Origin<'a> {
    pub(crate) mem: abi::ngtcp2_mem,
    pub(crate) callbacks: &'a abi::CallbacksV6,
    pub(crate) log: LogSink,
    pub(crate) rand_ctx: abi::ngtcp2_rand_ctx,
    pub(crate) user_data: *mut c_void,
}

impl Origin<'_> {
    /// Unpredictable bytes from the caller, before there is a connection.
    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0u8; N];
        if let Some(rand) = self.callbacks.rand {
            // SAFETY: the array has N bytes; the context is the caller's own value.
            unsafe { rand(bytes.as_mut_ptr(), N, &self.rand_ctx) };
        }
        bytes
    }
}

impl Head {
    fn new(origin: &Origin<'_>) -> Self {
        Self {
            life: Life::ALIVE.into(),
            depth: 0.into(),
            phase: Phase::Idle.into(),
            traced: origin.log.takes_lines() || origin.log.takes_records(),
            callbacks: *origin.callbacks,
            log: origin.log,
            user_data: origin.user_data,
        }
    }
}

/// The right to touch one connection, for the length of one API call. Never stored, never copied.
pub(crate) struct Session(NonNull<Conn>);

impl Session {
    /// The connection's state. The borrow ends before the next call-out, or the program does not compile: `held_borrow`
    /// tries.
    #[inline(always)]
    pub(crate) fn state(&mut self) -> &mut State {
        // SAFETY: a Session exists only while its Conn is allocated (boundary.rs makes it after the checks and drops it
        // before the memory is freed), so the field's address may be computed.
        let cell = unsafe { addr_of!((*self.0.as_ptr()).state) };
        // SAFETY: the outer call's borrows ended before its call-out (the borrow checker proved it, because call-outs take
        // `&mut self`), and a nested call from a callback that runs while the state is in use was refused by its phase.
        unsafe { &mut *UnsafeCell::raw_get(cell) }
    }

    /// The end of the state: its keys and secrets become zeros. Nothing looks at them any more, and nothing is dropped.
    fn wipe(&mut self) {
        let keys = &mut self.state().keys;
        if let Some(early) = keys.early_mut().map(core::ptr::from_mut) {
            // SAFETY: as below; the block is still allocated.
            unsafe { early.write_bytes(0, 1) };
        }
        let keys = core::ptr::from_mut(keys);
        // SAFETY: the keys are allocated, borrowed by nobody else, and never read again: only their memory is given back.
        unsafe { keys.write_bytes(0, 1) };
    }

    #[inline(always)]
    pub(crate) fn head(&self) -> &Head {
        // SAFETY: as in `state`, the Conn is allocated; Head is changed through Cells only, so a shared borrow is sound.
        unsafe { &self.0.as_ref().head }
    }

    #[inline]
    fn heap(&self) -> &Heap {
        // SAFETY: connections are made in homes only (boundary.rs), and this one is allocated while the token exists.
        unsafe { Home::heap_of(self.0) }
    }

    /// Whether anyone listens to log lines or qlog records.
    #[inline]
    pub(crate) fn is_traced(&self) -> bool {
        self.head().traced
    }

    #[inline]
    fn handle(&self) -> *mut abi::ngtcp2_conn {
        self.0.as_ptr().cast()
    }

    /// Refuses call-outs once the connection was deleted inside a callback or has failed.
    #[inline]
    fn may_call_out(&self) -> Result<()> {
        if self.head().life.get() == Life::ALIVE { Ok(()) } else { Err(Error::CallbackFailure) }
    }

    /// The last callbacks of a connection: key contexts go back to the TLS library and the qlog ends.
    fn release_callers_objects(&mut self) {
        crate::conn::release_callers_objects(self);
    }

    /// Runs C code under `phase`, or under the stricter one of the callback that this call came from: keys installed
    /// while a packet is being built are reported while it is being built. Afterwards the phase is what it was.
    #[inline]
    fn outside<R>(&mut self, phase: Phase, code: impl FnOnce(*mut abi::ngtcp2_conn, *mut c_void) -> R) -> R {
        let handle = self.handle();
        let head = self.head();
        let before = head.phase.get();
        head.phase.set(before.max(phase));
        let result = code(handle, head.user_data);
        self.head().phase.set(before);
        result
    }
}

impl LogSink {
    pub(crate) const fn takes_lines(&self) -> bool {
        self.write.is_some() || self.printf.is_some()
    }

    pub(crate) const fn takes_records(&self) -> bool {
        self.qlog.is_some()
    }
}
