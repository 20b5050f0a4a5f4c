//! Calls of the API from inside callbacks, where the C library aborts or uses freed memory.

use std::cell::Cell;
use std::ffi::c_int;
use std::rc::Rc;

use ngtcp2_abi::{
    NGTCP2_ERR_INVALID_STATE, NGTCP2_ERR_WRITE_MORE, NGTCP2_WRITE_STREAM_FLAG_MORE, ngtcp2_vec,
};

use crate::address::{Path, SERVER};
use crate::application::Plan;
use crate::callbacks;
use crate::endpoint::{Endpoint, Phase};
use crate::intruder;
use crate::keys::Side;
use crate::network::{Conditions, SECOND};
use crate::pair::{Pair, Scenario};
use crate::protection;

/// Callbacks without the connection in their arguments, and the deleters.
const BARE: [&str; 11] = [
    "encrypt",
    "decrypt",
    "hp_mask",
    "rand",
    "malloc",
    "realloc",
    "free",
    "delete_crypto_aead_ctx",
    "delete_crypto_cipher_ctx",
    "log_write",
    "qlog_write",
];

/// At which of its calls a callback is entered.
const CALLS: [u64; 4] = [1, 2, 5, 21];

fn scenario() -> Scenario {
    ngtcp2::report_panics();
    let mut scenario = Scenario::new(9);
    scenario.retries = true;
    scenario.conditions(Conditions { loss: 30, reorder: 50, ..Conditions::CLEAN });
    for setup in [&mut scenario.client, &mut scenario.server] {
        setup.params.initial_max_stream_data_bidi_remote = 3_000;
        setup.plan = Plan { bidirectional: 3, unidirectional: 2, bytes: 8_000 };
        setup.keeps_journal = true;
    }
    scenario
}

/// Runs `code` on an endpoint when a callback is called for the `call`th time; counts the calls.
fn intrude_at(
    pair: &Pair,
    side: Side,
    name: &'static str,
    call: u64,
    code: impl Fn(&Endpoint) -> bool + 'static,
) -> Rc<Cell<u64>> {
    let endpoint = std::ptr::from_ref(pair.endpoint(side));
    let calls = Rc::new(Cell::new(0));
    let counter = calls.clone();
    intruder::set(move |inside, called| {
        if inside == side && called == name {
            counter.set(counter.get() + 1);
            if counter.get() == call {
                // SAFETY: the pair outlives the intruder: both end with the test.
                return code(unsafe { &*endpoint });
            }
        }
        false
    });
    calls
}

fn names() -> impl Iterator<Item = &'static str> {
    callbacks::NAMES.iter().copied().chain(BARE)
}

/// What is wrong with a run at its end.
fn verdict(pair: &Pair) -> Option<String> {
    pair.client.delete();
    pair.server.delete();
    let (live, misuses) = (protection::live_contexts(), protection::misuses());
    let contexts = (live + misuses as usize > 0).then(|| format!("contexts: {live} live, {misuses} misused"));
    pair.violation().or(contexts)
}

#[test]
fn a_connection_is_deleted_in_each_callback() {
    let mut deleted = 0;
    let mut broken = Vec::new();
    for name in names() {
        for call in CALLS {
            for side in [Side::Client, Side::Server] {
                let mut pair = scenario().start();
                // Its allocator is called while the connection is in use: deleters wait for the end of the call.
                let waits = ["malloc", "realloc", "free"].contains(&name);
                let calls = intrude_at(&pair, side, name, call, move |endpoint| {
                    endpoint.delete_inside(waits);
                    true
                });
                pair.run(5 * SECOND, |pair| {
                    pair.endpoint(side).phase.get() == Phase::Dead || pair.is_established() && pair.is_done()
                });
                deleted += u64::from(calls.get() >= call);
                broken.extend(verdict(&pair).map(|what| format!("{name} {call} {side:?}: {what}")));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(deleted > 120, "only {deleted} deletions");
}

/// What writing inside a callback answers.
fn write_inside(endpoint: &Endpoint) -> c_int {
    endpoint.conn().write_stream(&mut [0; 1500], -1, 0, &[], endpoint.now()).result as c_int
}

/// The first flight is being made: a packet written now would need the keys that are just being installed. A callback
/// inside the callback may do no more than the outer one.
#[test]
fn nothing_is_written_while_the_first_flight_is_made() {
    for name in ["client_initial", "recv_tx_key"] {
        let mut scenario = scenario();
        scenario.client.early_params = Some(early_params());
        let mut pair = scenario.start();
        let answer = Rc::new(Cell::new(0));
        let told = answer.clone();
        let calls = intrude_at(&pair, Side::Client, name, 1, move |endpoint| {
            told.set(write_inside(endpoint));
            false
        });
        pair.run(SECOND, |_| false);
        assert!(calls.get() > 0, "{name}");
        assert_eq!(answer.get(), NGTCP2_ERR_INVALID_STATE, "{name}");
        assert_eq!(pair.violation(), None);
        pair.finish();
    }
}

/// A server reads its client's first packet: its keys are being installed.
#[test]
fn the_first_packet_is_not_read_inside_its_own_callback() {
    let mut pair = scenario().start();
    let answer = Rc::new(Cell::new(0));
    let told = answer.clone();
    intrude_at(&pair, Side::Server, "recv_client_initial", 1, move |endpoint| {
        told.set(endpoint.conn().handle_expiry(endpoint.now()));
        false
    });
    pair.expect_done(20 * SECOND);
    assert_eq!(answer.get(), NGTCP2_ERR_INVALID_STATE);
    pair.finish();
}

/// What a client remembers of an earlier connection to such a server.
fn early_params() -> Vec<u8> {
    let mut pair = scenario().start();
    pair.expect_done(20 * SECOND);
    let params = pair.client.conn().early_params();
    pair.finish();
    params.unwrap_or_default()
}

/// Keys are derived ahead of time: an update that is asked for just then would ask for them once more.
#[test]
fn keys_are_not_updated_while_they_are_derived() {
    for side in [Side::Client, Side::Server] {
        let mut pair = scenario().start();
        let answer = Rc::new(Cell::new(0));
        let told = answer.clone();
        intrude_at(&pair, side, "update_key", 1, move |endpoint| {
            told.set(endpoint.conn().initiate_key_update(endpoint.now()));
            false
        });
        pair.expect_done(20 * SECOND);
        assert_eq!(answer.get(), NGTCP2_ERR_INVALID_STATE);
        assert_eq!(pair.endpoint(side).seen("update_key"), 1);
        pair.finish();
    }
}

/// A packet that `WRITE_MORE` left open names the key phase and the connection id of its time.
#[test]
fn an_open_packet_is_begun_anew_after_a_change_of_keys_or_path() {
    type Change = fn(&Endpoint) -> c_int;
    let update: Change = |endpoint| endpoint.conn().initiate_key_update(endpoint.now());
    let migrate: Change = |endpoint| {
        let mut path = endpoint.path();
        path.local.port += 1;
        endpoint.conn().migrate(path, true, endpoint.now())
    };
    for change in [update, migrate] {
        ngtcp2::report_panics();
        let mut pair = Scenario::new(3).start();
        pair.run(5 * SECOND, Pair::is_established);
        pair.run_for(SECOND);
        let (client, server) = (&pair.client, &pair.server);
        let id = client.conn().open_stream(true).unwrap();
        let data = [7; 100];
        let piece = [ngtcp2_vec { base: data.as_ptr().cast_mut(), len: data.len() }];
        let mut packet = [0; 1500];
        let now = client.now();
        let more = NGTCP2_WRITE_STREAM_FLAG_MORE;
        let first = client.conn().write_stream(&mut packet, id, more, &piece, now);
        assert_eq!(first.result as c_int, NGTCP2_ERR_WRITE_MORE);
        assert_eq!(change(client), 0);
        let mut len = 0;
        while server.seen("recv_stream_data") == 0 {
            len = client.conn().write_stream(&mut packet, -1, 0, &[], now).result;
            assert!(len > 0, "{len}");
            let path = Path { local: SERVER, remote: client.conn().path().unwrap().local };
            assert_eq!(server.conn().read(path, 0, &packet[..len as usize], now), 0);
        }
        assert!(len > 0);
        assert_eq!(client.conn().lost_packets() + server.conn().discarded_packets(), 0);
        client.delete();
        server.delete();
        assert_eq!((protection::live_contexts(), protection::misuses()), (0, 0));
    }
}

/// The keys of a packet that `WRITE_MORE` left open are gone: the next packet has what is left to say.
#[test]
fn an_open_packet_of_early_data_is_given_up_when_they_are_rejected() {
    let mut scenario = scenario();
    scenario.client.early_params = Some(early_params());
    let pair = scenario.start();
    let (conn, now) = (pair.client.conn(), pair.client.now());
    let mut packet = [0; 1500];
    let id = conn.open_stream(true).unwrap();
    let data = [7; 100];
    let piece = [ngtcp2_vec { base: data.as_ptr().cast_mut(), len: data.len() }];
    let first = conn.write_stream(&mut packet, id, NGTCP2_WRITE_STREAM_FLAG_MORE, &piece, now);
    assert_eq!(first.result as c_int, NGTCP2_ERR_WRITE_MORE);
    assert_eq!(conn.early_data_rejected(), 0);
    let second = conn.write_stream(&mut packet, -1, 0, &[], now);
    assert_eq!(second.result, 1200, "the first flight without early data");
    pair.finish();
}
