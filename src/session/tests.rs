//! The boundary: phases, deletion in the middle of calls, and panics, one connection at a time.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

extern crate std;

use core::cell::Cell;
use core::ffi::{c_int, c_void};
use std::boxed::Box;
use std::vec;
use std::vec::Vec;

use ngtcp2_abi as abi;

use super::boundary::call;
use super::*;
use crate::conn::Protection;
use crate::mem::testing::{Account, mem_for};

/// A connection with Initial keys, and what its callbacks do; it is the connection's user data.
struct Bench {
    conn: Cell<*mut abi::ngtcp2_conn>,
    /// What the callback in question does.
    inside: Cell<Option<fn(&Bench)>>,
    /// What the allocator does.
    allocating: Cell<Option<fn(&Bench)>>,
    contexts_deleted: Cell<usize>,
    answers: Cell<Vec<c_int>>,
    account: Account,
}

/// Contexts that a connection of the bench has: two AEADs and two ciphers.
const CONTEXTS: usize = 4;
const OK: c_int = 0;
const INTERNAL: c_int = abi::NGTCP2_ERR_INTERNAL;
const INVALID_STATE: c_int = abi::NGTCP2_ERR_INVALID_STATE;
const CALLBACK_FAILURE: c_int = abi::NGTCP2_ERR_CALLBACK_FAILURE;

impl Bench {
    fn new() -> Box<Self> {
        let bench = Box::new(Self {
            conn: Cell::new(core::ptr::null_mut()),
            inside: Cell::new(None),
            allocating: Cell::new(None),
            contexts_deleted: Cell::new(0),
            answers: Cell::default(),
            account: Account::default(),
        });
        let user_data = core::ptr::from_ref(&*bench).cast_mut().cast();
        let mem = abi::ngtcp2_mem { malloc: Some(malloc), user_data, ..mem_for(&bench.account) };
        let mem = abi::ngtcp2_mem { free: Some(free), realloc: None, calloc: None, ..mem };
        let callbacks = abi::ngtcp2_callbacks {
            client_initial: Some(callback),
            handshake_completed: Some(callback),
            rand: Some(rand),
            delete_crypto_aead_ctx: Some(delete_aead_context),
            delete_crypto_cipher_ctx: Some(delete_cipher_context),
            ..abi::ngtcp2_callbacks::ZERO
        };
        let rand_ctx = abi::ngtcp2_rand_ctx { native_handle: user_data };
        let origin = Origin {
            mem,
            callbacks: &callbacks.into(),
            log: LogSink { write: None, printf: None, qlog: None },
            rand_ctx,
            user_data,
        };
        bench.conn.set(create(&origin, state).unwrap());
        bench
    }

    /// A call of the API that needs `access`.
    fn call(&self, access: Access, body: impl FnOnce(&mut Session) -> c_int) -> c_int {
        call(self.conn.get(), access, |error| error.code(), body)
    }

    fn note(&self, answer: c_int) {
        let mut answers = self.answers.take();
        answers.push(answer);
        self.answers.set(answers);
    }

    fn delete(&self) {
        delete(self.conn.get());
    }

    /// Nothing is left, and every context was deleted once.
    #[track_caller]
    fn expect_end(&self) {
        assert_eq!((self.account.live.get(), self.contexts_deleted.get()), (0, CONTEXTS));
    }
}

fn state(memory: crate::mem::Memory, place: &mut MaybeUninit<State>) -> Result<&mut State> {
    let state = crate::conn::testing::client(memory, place)?;
    let packet = PacketKey { context: abi::ngtcp2_crypto_aead_ctx::ZERO, iv: [0; MAX_IV], iv_len: 12 };
    let key = Protection { packet, header: HeaderKey { context: abi::ngtcp2_crypto_cipher_ctx::ZERO } };
    state.keys.install_initial(key, key);
    Ok(state)
}

fn bench<'a>(user_data: *mut c_void) -> &'a Bench {
    // SAFETY: the user data of everything is the bench, which outlives the connection.
    unsafe { &*user_data.cast::<Bench>() }
}

unsafe extern "C" fn callback(_: *mut abi::ngtcp2_conn, user_data: *mut c_void) -> c_int {
    let bench = bench(user_data);
    if let Some(inside) = bench.inside.take() {
        inside(bench);
    }
    0
}

unsafe extern "C" fn rand(_: *mut u8, _: usize, _: *const abi::ngtcp2_rand_ctx) {}

unsafe extern "C" fn delete_aead_context(
    conn: *mut abi::ngtcp2_conn,
    _: *mut abi::ngtcp2_crypto_aead_ctx,
    user_data: *mut c_void,
) {
    let bench = bench(user_data);
    bench.contexts_deleted.set(bench.contexts_deleted.get() + 1);
    // Whoever deletes a connection twice.
    delete(conn);
    bench.note(bench.call(Access::Observe, |_| OK));
}

unsafe extern "C" fn delete_cipher_context(
    _: *mut abi::ngtcp2_conn,
    _: *mut abi::ngtcp2_crypto_cipher_ctx,
    user_data: *mut c_void,
) {
    let bench = bench(user_data);
    bench.contexts_deleted.set(bench.contexts_deleted.get() + 1);
}

unsafe extern "C" fn malloc(size: usize, user_data: *mut c_void) -> *mut c_void {
    let bench = bench(user_data);
    if let Some(allocating) = bench.allocating.take() {
        allocating(bench);
    }
    let mem = mem_for(&bench.account);
    // SAFETY: as the library asked.
    unsafe { mem.malloc.unwrap()(size, mem.user_data) }
}

unsafe extern "C" fn free(pointer: *mut c_void, user_data: *mut c_void) {
    let mem = mem_for(&bench(user_data).account);
    // SAFETY: as the library asked.
    unsafe { mem.free.unwrap()(pointer, mem.user_data) }
}

fn status(result: Result<()>) -> c_int {
    result.map_or_else(|error| error.code(), |()| OK)
}

const ACCESSES: [Access; 3] = [Access::Observe, Access::Change, Access::Drive];

/// What calls of each kind answer inside a callback.
fn try_all(bench: &Bench) {
    for access in ACCESSES {
        bench.note(bench.call(access, |_| OK));
    }
}

#[test]
fn each_phase_allows_what_the_table_says() {
    let expected = [
        (Phase::Idle, [OK, OK, OK]),
        (Phase::Callback, [OK, OK, OK]),
        (Phase::Building, [OK, OK, INVALID_STATE]),
        (Phase::Bare, [INVALID_STATE; 3]),
    ];
    for (phase, answers) in expected {
        let bench = Bench::new();
        let user = core::ptr::from_ref(&*bench).cast_mut().cast::<c_void>();
        bench.call(Access::Drive, |session| {
            session.outside(phase, |_, _| {
                try_all(self::bench(user));
                OK
            })
        });
        assert_eq!(bench.answers.take(), answers, "{phase:?}");
        bench.call(Access::Drive, |_| OK);
        bench.delete();
        bench.expect_end();
    }
}

/// A call that a strict callback makes may call back in turn: nothing more is allowed there.
#[test]
fn a_callback_inside_a_callback_allows_no_more() {
    let bench = Bench::new();
    bench.inside.set(Some(|bench| {
        bench.inside.set(Some(try_all));
        // `handshake_completed` on its own would allow everything.
        bench.note(bench.call(Access::Change, |session| status(session.handshake_completed())));
    }));
    assert_eq!(bench.call(Access::Drive, |session| status(session.client_initial())), OK);
    assert_eq!(bench.answers.take(), [OK, OK, INVALID_STATE, OK]);
    bench.delete();
    bench.expect_end();
}

#[test]
fn a_connection_is_deleted_inside_its_callback() {
    let bench = Bench::new();
    bench.inside.set(Some(|bench| {
        bench.delete();
        assert_eq!(bench.contexts_deleted.get(), CONTEXTS, "the caller may free its own data now");
        bench.answers.take();
        try_all(bench);
        bench.delete();
        assert_ne!(bench.account.live.get(), 0, "the call is not over");
    }));
    let result = bench.call(Access::Drive, |session| {
        let first = status(session.client_initial());
        bench.note(status(session.handshake_completed()));
        first
    });
    assert_eq!(result, CALLBACK_FAILURE);
    assert_eq!(bench.answers.take(), vec![INVALID_STATE, INVALID_STATE, INVALID_STATE, CALLBACK_FAILURE]);
    bench.expect_end();
}

/// While memory is asked for the state is in use: no deleter runs before the call is over.
#[test]
fn a_connection_is_deleted_by_its_allocator() {
    let bench = Bench::new();
    bench.allocating.set(Some(|bench| {
        try_all(bench);
        bench.delete();
        assert_eq!(bench.contexts_deleted.get(), 0);
    }));
    let result = bench.call(Access::Drive, |session| {
        let state = session.state();
        let room = state.spaces.get_mut(crate::units::Space::Initial).unwrap().crypto.try_push(&[1; 10_000]);
        assert!(room.is_ok());
        assert_eq!(bench.answers.take(), [INVALID_STATE; 3]);
        status(session.client_initial())
    });
    assert_eq!(result, CALLBACK_FAILURE);
    bench.expect_end();
}

#[test]
fn a_deleter_may_not_use_the_connection() {
    let bench = Bench::new();
    bench.delete();
    bench.expect_end();
    assert_eq!(bench.answers.take(), [INVALID_STATE; 2]);
}

#[test]
fn a_panic_fails_its_connection_alone() {
    let (broken, other) = (Bench::new(), Bench::new());
    assert_eq!(broken.call(Access::Change, |_| panic!("a bug")), INTERNAL);
    try_all(&broken);
    assert_eq!(broken.answers.take(), [INTERNAL; 3]);
    assert_eq!(observe(broken.conn.get(), 7, |_| 8), 7);
    try_all(&other);
    assert_eq!(other.answers.take(), [OK; 3]);
    for bench in [broken, other] {
        bench.delete();
        bench.expect_end();
    }
}

#[test]
fn a_panic_in_a_nested_call_ends_the_outer_one() {
    let bench = Bench::new();
    bench.inside.set(Some(|bench| {
        bench.note(bench.call(Access::Drive, |session| {
            let _ = session.state();
            panic!("a bug")
        }));
        try_all(bench);
    }));
    assert_eq!(bench.call(Access::Drive, |session| status(session.handshake_completed())), CALLBACK_FAILURE);
    assert_eq!(bench.answers.take(), [INTERNAL; 4]);
    assert_eq!(bench.call(Access::Drive, |_| OK), INTERNAL);
    bench.delete();
    bench.expect_end();
}

#[test]
fn a_call_panics_after_its_connection_was_deleted() {
    let bench = Bench::new();
    bench.inside.set(Some(Bench::delete));
    let result = bench.call(Access::Drive, |session| {
        let _ = session.client_initial();
        panic!("a bug")
    });
    assert_eq!(result, INTERNAL);
    bench.expect_end();
}

#[test]
fn what_is_no_connection_is_refused() {
    assert_eq!(
        call(core::ptr::null_mut(), Access::Observe, |error| error.code(), |_| OK),
        abi::NGTCP2_ERR_INVALID_ARGUMENT
    );
    delete(core::ptr::null_mut());
    assert_eq!(observe(core::ptr::null(), 7, |_| 8), 7);
}
