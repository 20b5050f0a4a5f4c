//! A client through the C ABI, from its construction to its first flight and its end.

extern crate std;

use core::cell::Cell;
use core::ffi::{c_int, c_void};
use core::ptr;
use std::vec;

use ngtcp2_abi as abi;

use super::null_crypto;
use crate::ffi::aggregate::*;
use crate::ffi::connection::*;
use crate::ffi::connection_ids::*;
use crate::ffi::connection_params::*;
use crate::ffi::connection_path::*;
use crate::ffi::flow_control::*;
use crate::ffi::handshake::*;
use crate::ffi::information::*;
use crate::ffi::keys::*;
use crate::ffi::path::*;
use crate::ffi::settings::*;
use crate::ffi::stream::*;
use crate::ffi::timers::*;
use crate::ffi::write::*;

/// What the callbacks note; it is the user data of the connection.
#[derive(Default)]
struct Notes {
    contexts_freed: Cell<usize>,
    quitting: Cell<bool>,
}

/// # Safety
/// `user_data` points to the notes.
unsafe fn notes<'a>(user_data: *mut c_void) -> &'a Notes {
    // SAFETY: by this function's contract.
    unsafe { &*user_data.cast() }
}

unsafe extern "C" fn client_initial(conn: *mut abi::ngtcp2_conn, user_data: *mut c_void) -> c_int {
    let suite = abi::ngtcp2_crypto_ctx { aead: null_crypto::AEAD, ..abi::ngtcp2_crypto_ctx::ZERO };
    let (aead, cipher) = (abi::ngtcp2_crypto_aead_ctx::ZERO, abi::ngtcp2_crypto_cipher_ctx::ZERO);
    let (iv, hello) = ([0; 12], [1; 300]);
    // SAFETY: the connection that called, structs and buffers that live here.
    unsafe {
        if notes(user_data).quitting.get() {
            ngtcp2_conn_del(conn);
            return 0;
        }
        ngtcp2_conn_set_initial_crypto_ctx(conn, &suite);
        let rx = (&raw const aead, iv.as_ptr(), &raw const cipher);
        for (iv_len, context) in [(7, rx.0), (17, rx.0), (12, ptr::null())] {
            let refused =
                ngtcp2_conn_install_initial_key(conn, context, rx.1, rx.2, rx.0, rx.1, rx.2, iv_len);
            assert_eq!(refused, abi::NGTCP2_ERR_INVALID_ARGUMENT);
        }
        let installed = ngtcp2_conn_install_initial_key(conn, rx.0, rx.1, rx.2, rx.0, rx.1, rx.2, 12);
        assert_eq!(installed, 0);
        ngtcp2_conn_submit_crypto_data(
            conn,
            abi::NGTCP2_ENCRYPTION_LEVEL_INITIAL,
            hello.as_ptr(),
            hello.len(),
        )
    }
}

unsafe extern "C" fn recv_crypto_data(
    _: *mut abi::ngtcp2_conn,
    _: abi::ngtcp2_encryption_level,
    _: u64,
    _: *const u8,
    _: usize,
    _: *mut c_void,
) -> c_int {
    0
}

unsafe extern "C" fn recv_retry(
    _: *mut abi::ngtcp2_conn,
    _: *const abi::ngtcp2_pkt_hd,
    _: *mut c_void,
) -> c_int {
    0
}

unsafe extern "C" fn rand(dest: *mut u8, len: usize, _: *const abi::ngtcp2_rand_ctx) {
    // SAFETY: the library passes room for `len` bytes.
    unsafe { dest.write_bytes(0x5a, len) };
}

unsafe extern "C" fn get_new_connection_id(
    _: *mut abi::ngtcp2_conn,
    _: *mut abi::ngtcp2_cid,
    _: *mut u8,
    _: usize,
    _: *mut c_void,
) -> c_int {
    -1
}

unsafe extern "C" fn update_key(
    _: *mut abi::ngtcp2_conn,
    _: *mut u8,
    _: *mut u8,
    _: *mut abi::ngtcp2_crypto_aead_ctx,
    _: *mut u8,
    _: *mut abi::ngtcp2_crypto_aead_ctx,
    _: *mut u8,
    _: *const u8,
    _: *const u8,
    _: usize,
    _: *mut c_void,
) -> c_int {
    -1
}

unsafe extern "C" fn get_path_challenge_data(_: *mut abi::ngtcp2_conn, _: *mut u8, _: *mut c_void) -> c_int {
    -1
}

unsafe extern "C" fn delete_aead_context(
    _: *mut abi::ngtcp2_conn,
    _: *mut abi::ngtcp2_crypto_aead_ctx,
    user_data: *mut c_void,
) {
    // SAFETY: the connection's own user data.
    let freed = unsafe { &notes(user_data).contexts_freed };
    freed.set(freed.get() + 1);
}

unsafe extern "C" fn delete_cipher_context(
    _: *mut abi::ngtcp2_conn,
    _: *mut abi::ngtcp2_crypto_cipher_ctx,
    user_data: *mut c_void,
) {
    // SAFETY: the connection's own user data.
    let freed = unsafe { &notes(user_data).contexts_freed };
    freed.set(freed.get() + 1);
}

fn callbacks() -> abi::ngtcp2_callbacks {
    abi::ngtcp2_callbacks {
        client_initial: Some(client_initial),
        recv_crypto_data: Some(recv_crypto_data),
        recv_retry: Some(recv_retry),
        encrypt: Some(null_crypto::encrypt),
        decrypt: Some(null_crypto::decrypt),
        hp_mask: Some(null_crypto::mask),
        rand: Some(rand),
        get_new_connection_id: Some(get_new_connection_id),
        update_key: Some(update_key),
        get_path_challenge_data: Some(get_path_challenge_data),
        delete_crypto_aead_ctx: Some(delete_aead_context),
        delete_crypto_cipher_ctx: Some(delete_cipher_context),
        ..abi::ngtcp2_callbacks::ZERO
    }
}

const START: u64 = 1_000_000_000;
const CALLBACKS_V1: usize = abi::CALLBACKS_GENERATIONS[0];

/// Everything a client is made from; a test changes what it is about.
struct Client {
    callbacks: abi::ngtcp2_callbacks,
    callbacks_version: c_int,
    settings: abi::ngtcp2_settings,
    params: abi::ngtcp2_transport_params,
    notes: Notes,
}

impl Client {
    fn new() -> Self {
        let mut settings = abi::ngtcp2_settings::ZERO;
        // SAFETY: settings on this stack.
        unsafe { ngtcp2_settings_default_versioned(abi::NGTCP2_SETTINGS_VERSION, &mut settings) };
        settings.initial_ts = START;
        let params = abi::ngtcp2_transport_params { initial_max_data: 1000, ..crate::params::DEFAULT };
        let callbacks_version = abi::NGTCP2_CALLBACKS_VERSION;
        Self { callbacks: callbacks(), callbacks_version, settings, params, notes: Notes::default() }
    }

    fn make(&self) -> Result<*mut abi::ngtcp2_conn, c_int> {
        let dcid = abi::ngtcp2_cid { datalen: 8, data: [1; 20] };
        let scid = abi::ngtcp2_cid { datalen: 5, data: [2; 20] };
        let mut address = abi::SOCKADDR_IN_ZERO;
        address.sin_family = libc::AF_INET as libc::sa_family_t;
        let mut conn = ptr::null_mut();
        let mut ps = abi::ngtcp2_path_storage::ZERO;
        let sockaddr = (&raw const address).cast();
        let notes = (&raw const self.notes).cast_mut().cast();
        // SAFETY: structs that live here, in the generations that are named.
        let made = unsafe {
            ngtcp2_path_storage_init(&mut ps, sockaddr, 16, sockaddr, 16, 9 as _);
            ngtcp2_conn_client_new_versioned(
                &mut conn,
                &dcid,
                &scid,
                &ps.path,
                1,
                self.callbacks_version,
                &self.callbacks,
                abi::NGTCP2_SETTINGS_VERSION,
                &self.settings,
                1,
                &self.params,
                ptr::null(),
                notes,
            )
        };
        if made == 0 { Ok(conn) } else { Err(made) }
    }
}

fn write(conn: *mut abi::ngtcp2_conn, len: usize) -> isize {
    let mut dest = vec![0; len];
    // SAFETY: a connection, and a buffer with its length.
    unsafe {
        ngtcp2_conn_write_pkt_versioned(
            conn,
            ptr::null_mut(),
            1,
            ptr::null_mut(),
            dest.as_mut_ptr(),
            len,
            START,
        )
    }
}

#[test]
fn a_client_writes_its_first_flight_and_gives_its_keys_back() {
    let client = Client::new();
    let conn = client.make().unwrap();
    assert_eq!(write(conn, 1199), abi::NGTCP2_ERR_NOBUF as isize);
    assert_eq!(write(conn, 1452), 1200);
    assert_eq!(write(conn, 1452), 0);
    // SAFETY: the connection is not used afterwards.
    unsafe { ngtcp2_conn_del(conn) };
    assert_eq!(client.notes.contexts_freed.get(), 4);
}

#[test]
fn a_client_may_be_deleted_by_its_own_callback() {
    let client = Client::new();
    client.notes.quitting.set(true);
    let conn = client.make().unwrap();
    assert!(write(conn, 1452) < 0);
}

#[test]
fn getters_of_a_fresh_client() {
    let client = Client::new();
    let conn = client.make().unwrap();
    // SAFETY: a connection, and what its getters point to while it lives.
    unsafe {
        assert_eq!((ngtcp2_conn_is_server(conn), ngtcp2_conn_after_retry(conn)), (0, 0));
        let dcid = &*ngtcp2_conn_get_dcid(conn);
        assert_eq!((dcid.datalen, dcid.data[7], dcid.data[8]), (8, 1, 0));
        assert_eq!((*ngtcp2_conn_get_client_initial_dcid(conn)).datalen, 8);
        let mut scid = abi::ngtcp2_cid::ZERO;
        assert_eq!(ngtcp2_conn_get_scid(conn, ptr::null_mut()), 1);
        assert_eq!((ngtcp2_conn_get_scid(conn, &mut scid), scid.datalen), (1, 5));
        assert_eq!(ngtcp2_conn_get_active_dcid(conn, ptr::null_mut()), 0);
        assert_eq!(ngtcp2_conn_get_client_chosen_version(conn), 1);
        assert_eq!(ngtcp2_conn_get_negotiated_version(conn), 0);
        assert_eq!(ngtcp2_conn_get_timestamp(conn), START);
        assert_eq!(ngtcp2_conn_get_expiry(conn), u64::MAX);
        assert_eq!(ngtcp2_conn_get_pto(conn), 999 * abi::NGTCP2_MILLISECONDS);
        assert_eq!(ngtcp2_conn_get_max_tx_udp_payload_size(conn), 1452);
        assert_eq!(ngtcp2_conn_get_path_max_tx_udp_payload_size(conn), 1200);
        assert_eq!(ngtcp2_conn_get_cwnd_left(conn), 12000);
        assert_eq!(ngtcp2_conn_get_send_quantum(conn), 12000);
        assert_eq!(ngtcp2_conn_get_handshake_completed(conn), 0);
        assert_eq!((ngtcp2_conn_is_local_stream(conn, 4), ngtcp2_conn_is_local_stream(conn, 5)), (1, 0));
        assert!(ngtcp2_conn_get_remote_transport_params(conn).is_null());
        let local = &*ngtcp2_conn_get_local_transport_params(conn);
        assert_eq!((local.initial_max_data, local.initial_scid.datalen), (1000, 5));
        let mut info = abi::ngtcp2_conn_info { pkt_sent: 77, ..abi::ngtcp2_conn_info::ZERO };
        ngtcp2_conn_get_conn_info_versioned(conn, 1, &mut info);
        assert_eq!((info.min_rtt, info.smoothed_rtt), (u64::MAX, 333 * abi::NGTCP2_MILLISECONDS));
        assert_eq!((info.cwnd, info.ssthresh, info.pkt_sent), (12000, u64::MAX, 77));
        ngtcp2_conn_del(conn);
    }
}

#[test]
fn what_the_application_leaves_with_a_connection_is_kept() {
    let client = Client::new();
    let conn = client.make().unwrap();
    let mut address = abi::SOCKADDR_IN_ZERO;
    address.sin_family = libc::AF_INET as libc::sa_family_t;
    address.sin_port = 7;
    let local = abi::ngtcp2_addr { addr: (&raw mut address).cast(), addrlen: 16 };
    // SAFETY: a connection, and what its getters point to while it lives.
    unsafe {
        assert_eq!((*ngtcp2_conn_get_path(conn)).user_data.addr(), 9);
        ngtcp2_conn_set_path_user_data(conn, 11 as _);
        ngtcp2_conn_set_local_addr(conn, &local);
        let path = &*ngtcp2_conn_get_path(conn);
        assert_eq!((path.user_data.addr(), path.local.addrlen, path.remote.addrlen), (11, 16, 16));
        assert_eq!((*path.local.addr.cast::<abi::ngtcp2_sockaddr_in>()).sin_port, 7);
        ngtcp2_conn_set_tls_native_handle(conn, 12 as _);
        ngtcp2_conn_set_tls_error(conn, -13);
        ngtcp2_conn_set_tls_alert(conn, 14);
        assert_eq!(ngtcp2_conn_get_tls_native_handle(conn).addr(), 12);
        assert_eq!((ngtcp2_conn_get_tls_error(conn), ngtcp2_conn_get_tls_alert(conn)), (-13, 14));
        let mut encoded = [0; 256];
        let len = ngtcp2_conn_encode_local_transport_params(conn, encoded.as_mut_ptr(), encoded.len());
        assert!(len > 0);
        let short = ngtcp2_conn_encode_local_transport_params(conn, encoded.as_mut_ptr(), len as usize - 1);
        assert_eq!(short, abi::NGTCP2_ERR_NOBUF as isize);
        ngtcp2_conn_del(conn);
    }
}

#[test]
fn calls_out_of_season_are_refused() {
    let client = Client::new();
    let conn = client.make().unwrap();
    let mut id = 55;
    let state = abi::NGTCP2_ERR_INVALID_STATE;
    // SAFETY: a connection and values that live here.
    unsafe {
        assert_eq!(
            ngtcp2_conn_open_bidi_stream(conn, &mut id, ptr::null_mut()),
            abi::NGTCP2_ERR_STREAM_ID_BLOCKED
        );
        assert_eq!(ngtcp2_conn_open_uni_stream(conn, ptr::null_mut(), ptr::null_mut()), -201);
        assert_eq!(id, 55);
        assert_eq!(ngtcp2_conn_shutdown_stream(conn, 0, 0, 1), 0);
        assert_eq!(ngtcp2_conn_shutdown_stream_read(conn, 0, 2, 1), -201);
        assert_eq!(
            ngtcp2_conn_set_stream_user_data(conn, 0, ptr::null_mut()),
            abi::NGTCP2_ERR_STREAM_NOT_FOUND
        );
        assert_eq!(ngtcp2_conn_extend_max_stream_offset(conn, 0, 1), 0);
        assert_eq!(ngtcp2_conn_submit_new_token(conn, b"x".as_ptr(), 1), state);
        assert_eq!(ngtcp2_conn_set_local_transport_params_versioned(conn, 1, &client.params), state);
        assert_eq!(ngtcp2_conn_initiate_key_update(conn, START), state);
        assert_eq!(ngtcp2_conn_encode_0rtt_transport_params(conn, ptr::null_mut(), 0), state as isize);
        assert_eq!(ngtcp2_conn_decode_and_set_0rtt_transport_params(conn, [4, 1, 9].as_ptr(), 3), 0);
        assert_eq!(ngtcp2_conn_decode_and_set_0rtt_transport_params(conn, [4, 1, 9].as_ptr(), 3), state);
        assert_eq!(ngtcp2_conn_get_max_data_left(conn), 9);
        // The clock goes backwards.
        assert_eq!(ngtcp2_conn_handle_expiry(conn, 0), 0);
        assert_eq!(ngtcp2_conn_get_timestamp(conn), START);
        ngtcp2_conn_del(conn);
    }
}

#[test]
fn construction_is_checked() {
    let refused = |change: fn(&mut Client)| {
        let mut client = Client::new();
        change(&mut client);
        match client.make() {
            Ok(conn) => {
                // SAFETY: the connection is not used afterwards.
                unsafe { ngtcp2_conn_del(conn) };
                false
            }
            Err(error) => error == abi::NGTCP2_ERR_INVALID_ARGUMENT,
        }
    };
    assert!(!refused(|_| ()));
    assert!(refused(|client| client.callbacks.client_initial = None));
    assert!(refused(|client| client.callbacks.rand = None));
    assert!(refused(|client| client.callbacks.get_path_challenge_data = None));
    assert!(refused(|client| client.callbacks_version = 99));
    assert!(refused(|client| client.callbacks_version = 0));
    assert!(refused(|client| client.settings.max_tx_udp_payload_size = 1199));
    assert!(refused(|client| client.settings.initial_rtt = 0));
    assert!(refused(|client| client.settings.initial_pkt_num = 1 << 31));
    assert!(refused(|client| client.settings.max_window = 1 << 62));
    assert!(refused(|client| client.settings.cc_algo = abi::ngtcp2_cc_algo(77)));
    assert!(refused(|client| client.settings.pmtud_probeslen = 1));
    assert!(refused(|client| client.settings.tokenlen = 1));
    assert!(refused(|client| client.params.active_connection_id_limit = 1));
    assert!(refused(|client| client.params.active_connection_id_limit = 1000));
    assert!(refused(|client| client.params.initial_max_data = 1 << 62));
    assert!(refused(|client| client.params.original_dcid_present = 1));
    assert!(!refused(|client| client.settings.ack_thresh = 0));
}

#[test]
fn callbacks_of_an_older_program_end_where_it_says() {
    let mut client = Client::new();
    client.callbacks_version = abi::NGTCP2_CALLBACKS_V1;
    // What stands behind the first generation is not ours to read: these would be called if it were.
    let behind = (&raw mut client.callbacks).cast::<u8>().wrapping_add(CALLBACKS_V1);
    // SAFETY: the rest of the struct; function pointers are never called or compared here.
    unsafe { behind.write_bytes(0x11, size_of::<abi::ngtcp2_callbacks>() - CALLBACKS_V1) };
    let conn = client.make().unwrap();
    assert_eq!(write(conn, 1452), 1200);
    // SAFETY: the connection is not used afterwards.
    unsafe { ngtcp2_conn_del(conn) };
}

/// Writes a packet as an application would.
unsafe extern "C" fn write_one(
    conn: *mut abi::ngtcp2_conn,
    path: *mut abi::ngtcp2_path,
    pi: *mut abi::ngtcp2_pkt_info,
    dest: *mut u8,
    destlen: usize,
    ts: u64,
    _: *mut c_void,
) -> isize {
    // SAFETY: the library passes what it was given.
    unsafe { ngtcp2_conn_write_pkt_versioned(conn, path, 1, pi, dest, destlen, ts) }
}

/// Claims to have filled the whole buffer with nothing.
unsafe extern "C" fn fill(
    _: *mut abi::ngtcp2_conn,
    _: *mut abi::ngtcp2_path,
    _: *mut abi::ngtcp2_pkt_info,
    _: *mut u8,
    destlen: usize,
    _: u64,
    _: *mut c_void,
) -> isize {
    destlen as isize
}

#[test]
fn trains_have_datagrams_of_one_size() {
    let client = Client::new();
    let conn = client.make().unwrap();
    let mut buffer = vec![0; 20_000];
    let mut segment = 99;
    let mut write = |len, callback, limit| {
        let (path, pi, dest) = (ptr::null_mut(), ptr::null_mut(), buffer.as_mut_ptr());
        // SAFETY: a connection, and a buffer of at least this length.
        let written = unsafe {
            ngtcp2_conn_write_aggregate_pkt2_versioned(
                conn,
                path,
                1,
                pi,
                dest,
                len,
                &mut segment,
                callback,
                limit,
                START,
            )
        };
        (written, segment)
    };
    assert_eq!(write(1199, Some(write_one), 0), (abi::NGTCP2_ERR_INVALID_ARGUMENT as isize, 0));
    assert_eq!(write(1200, None, 0), (abi::NGTCP2_ERR_INVALID_ARGUMENT as isize, 0));
    // One datagram is all that a client has to say at first.
    assert_eq!(write(20_000, Some(write_one), 0), (1200, 1200));
    assert_eq!(write(20_000, Some(write_one), 0), (0, 0));
    // The first may have the size of a probe; alone then.
    assert_eq!(write(20_000, Some(fill), 0), (1452, 1452));
    assert_eq!(write(1300, Some(fill), 0), (1300, 1300));
    assert_eq!(write(1200, Some(fill), 0), (1200, 1200));
    // SAFETY: the connection is not used afterwards.
    unsafe { ngtcp2_conn_del(conn) };
}
