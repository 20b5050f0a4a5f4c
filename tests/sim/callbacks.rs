//! The table of callbacks that both endpoints give to the library.
//!
//! Owns: the translation from C arguments to the endpoint. Each callback goes through [`Endpoint::run`], which counts
//! it and may fail in its place.

use std::ffi::{c_char, c_int, c_void};
use std::slice;

use ngtcp2_abi::api::ngtcp2_path_copy;
use ngtcp2_abi::*;

use crate::address::{PREFERRED, Path};
use crate::connection::Connection;
use crate::endpoint::Endpoint;
use crate::intruder;
use crate::keys::{IV, SECRET, Secret, aead_context, iv, next_secret, secret_key};
use crate::library::callbacks_version;
use crate::protection;
use crate::random::checksum;

/// Defines callbacks with the connection first and the user data last, or the stream's user data behind it. Within the
/// body, `unsafe` operations rely on the pointers being what `ngtcp2.h` says of the callback.
macro_rules! callbacks {
    ($(fn $name:ident($endpoint:ident, $conn:ident $(, $argument:ident: $type:ty)*; $($stream:ident)?) $body:block)+) => {
        /// The callbacks that can be made to fail, by the names of their fields.
        pub(crate) const NAMES: &[&str] = &[$(stringify!($name)),+];

        $(unsafe extern "C" fn $name(
            conn: *mut ngtcp2_conn, $($argument: $type,)* user_data: *mut c_void $(, $stream: *mut c_void)?
        ) -> c_int {
            let ($endpoint, $conn) = (Endpoint::of(user_data), Connection::from_raw(conn));
            $endpoint.run(stringify!($name), || $body)
        })+
    };
}

callbacks! {
    fn client_initial(endpoint, conn;) {
        match endpoint.install_initial(conn.chosen_version(), &conn.dcid(), false) {
            0 => if endpoint.tls.borrow_mut().start(conn).is_ok() { 0 } else { NGTCP2_ERR_CALLBACK_FAILURE },
            code => code,
        }
    }
    fn recv_client_initial(endpoint, conn, dcid: *const ngtcp2_cid;) {
        // SAFETY: see `callbacks`.
        endpoint.install_initial(conn.chosen_version(), unsafe { &*dcid }, false)
    }
    fn recv_crypto_data(
        endpoint, conn, level: ngtcp2_encryption_level, offset: u64, data: *const u8, len: usize;
    ) {
        // SAFETY: see `callbacks`.
        let bytes = unsafe { bytes(data, len) };
        let code = endpoint.tls.borrow_mut().receive(conn, level, offset, bytes);
        code.unwrap_or_else(|| {
            endpoint.violate(format!("handshake bytes of level {} at {offset} out of order", level.0));
            0
        })
    }
    fn recv_version_negotiation(_endpoint, _conn, _header: *const ngtcp2_pkt_hd, _versions: *const u32, _count: usize;) {
        0
    }
    fn recv_retry(endpoint, conn, header: *const ngtcp2_pkt_hd;) {
        // SAFETY: see `callbacks`.
        let header = unsafe { &*header };
        endpoint.install_initial(conn.chosen_version(), &header.scid, false)
    }
    fn version_negotiation(endpoint, _conn, version: u32, dcid: *const ngtcp2_cid;) {
        // SAFETY: see `callbacks`.
        endpoint.install_initial(version, unsafe { &*dcid }, true)
    }
    fn handshake_completed(_endpoint, _conn;) { 0 }
    fn handshake_confirmed(_endpoint, _conn;) { 0 }
    fn recv_rx_key(_endpoint, _conn, _level: ngtcp2_encryption_level;) { 0 }
    fn recv_tx_key(_endpoint, _conn, _level: ngtcp2_encryption_level;) { 0 }
    fn tls_early_data_rejected(endpoint, _conn;) {
        endpoint.application.borrow_mut().start_over();
        0
    }
    fn recv_new_token(_endpoint, _conn, _token: *const u8, _len: usize;) { 0 }
    fn update_key(
        endpoint, _conn, receive_secret: *mut u8, send_secret: *mut u8, receive: *mut ngtcp2_crypto_aead_ctx,
        receive_iv: *mut u8, send: *mut ngtcp2_crypto_aead_ctx, send_iv: *mut u8, current_receive: *const u8,
        current_send: *const u8, len: usize;
    ) {
        if len != SECRET {
            endpoint.violate(format!("update_key with a secret of {len} bytes"));
            return NGTCP2_ERR_CALLBACK_FAILURE;
        }
        // SAFETY: see `callbacks`.
        let receiving = unsafe { bytes(current_receive, len) };
        // SAFETY: see `callbacks`.
        let sending = unsafe { bytes(current_send, len) };
        // SAFETY: see `callbacks`.
        unsafe { put_keys(&next_secret(receiving), receive_secret, receive, receive_iv) };
        // SAFETY: see `callbacks`.
        unsafe { put_keys(&next_secret(sending), send_secret, send, send_iv) };
        0
    }
    fn get_new_connection_id(endpoint, _conn, id: *mut ngtcp2_cid, token: *mut u8, len: usize;) {
        let mut made = ngtcp2_cid { datalen: len, ..ngtcp2_cid::ZERO };
        endpoint.ids.borrow_mut().fill(&mut made.data[..len]);
        // SAFETY: see `callbacks`.
        unsafe { id.write(made) };
        // SAFETY: see `callbacks`.
        unsafe { token.cast::<[u8; 16]>().write(reset_token(&made)) };
        0
    }
    fn remove_connection_id(_endpoint, _conn, _id: *const ngtcp2_cid;) { 0 }
    fn dcid_status(
        _endpoint, _conn, _kind: ngtcp2_connection_id_status_type, _sequence: u64, _id: *const ngtcp2_cid,
        _token: *const u8;
    ) { 0 }
    fn recv_stateless_reset(_endpoint, _conn, _reset: *const ngtcp2_pkt_stateless_reset;) { 0 }
    fn get_path_challenge_data(endpoint, _conn, data: *mut u8;) {
        let challenge = endpoint.ids.borrow_mut().next().to_le_bytes();
        // SAFETY: see `callbacks`.
        unsafe { data.cast::<[u8; 8]>().write(challenge) };
        0
    }
    fn begin_path_validation(
        _endpoint, _conn, _flags: u32, _path: *const ngtcp2_path, _fallback: *const ngtcp2_path;
    ) { 0 }
    fn path_validation(
        _endpoint, _conn, _flags: u32, _path: *const ngtcp2_path, _fallback: *const ngtcp2_path,
        _result: ngtcp2_path_validation_result;
    ) { 0 }
    fn extend_max_local_streams_bidi(_endpoint, _conn, _limit: u64;) { 0 }
    fn extend_max_local_streams_uni(_endpoint, _conn, _limit: u64;) { 0 }
    fn extend_max_remote_streams_bidi(_endpoint, _conn, _limit: u64;) { 0 }
    fn extend_max_remote_streams_uni(_endpoint, _conn, _limit: u64;) { 0 }
    fn stream_open(endpoint, conn, id: i64;) {
        let checked = endpoint.application.borrow_mut().on_open(id, conn.is_local_stream(id));
        endpoint.check(checked)
    }
    fn recv_stream_data(
        endpoint, conn, flags: u32, id: i64, offset: u64, data: *const u8, len: usize; _stream
    ) {
        // SAFETY: see `callbacks`.
        let bytes = unsafe { bytes(data, len) };
        endpoint.log(|| format!("stream {id}: {len} bytes at {offset}, flags {flags}"));
        let checked = endpoint.application.borrow_mut().on_data(id, flags, offset, bytes);
        endpoint.check(checked);
        // A stack may well be out of memory here; the error is the application's to report.
        if conn.extend_credit(id, len as u64) == 0 { 0 } else { NGTCP2_ERR_CALLBACK_FAILURE }
    }
    fn acked_stream_data_offset(endpoint, _conn, id: i64, offset: u64, len: u64; _stream) {
        let checked = endpoint.application.borrow_mut().on_acked(id, offset, len);
        endpoint.check(checked)
    }
    fn extend_max_stream_data(endpoint, _conn, id: i64, _limit: u64; _stream) {
        let checked = endpoint.application.borrow_mut().on_notice(id, "extend_max_stream_data");
        endpoint.check(checked)
    }
    fn stream_reset(endpoint, _conn, id: i64, final_size: u64, _error: u64; _stream) {
        let checked = endpoint.application.borrow_mut().on_reset(id, final_size);
        endpoint.check(checked)
    }
    fn stream_stop_sending(endpoint, _conn, id: i64, _error: u64; _stream) {
        let checked = endpoint.application.borrow_mut().on_notice(id, "stream_stop_sending");
        endpoint.check(checked)
    }
    fn recv_stop_sending(endpoint, _conn, id: i64, _error: u64; _stream) {
        let checked = endpoint.application.borrow_mut().on_notice(id, "recv_stop_sending");
        endpoint.application.borrow_mut().stop(id);
        endpoint.check(checked)
    }
    fn stream_close(endpoint, conn, flags: u32, id: i64, _error: u64; _stream) {
        close_stream(endpoint, conn, id, flags)
    }
    fn stream_close2(endpoint, conn, flags: u32, id: i64, _receive_error: u64, _send_error: u64; _stream) {
        close_stream(endpoint, conn, id, flags)
    }
    fn recv_datagram(_endpoint, _conn, _flags: u32, _data: *const u8, _len: usize;) { 0 }
    fn ack_datagram(_endpoint, _conn, _id: u64;) { 0 }
    fn lost_datagram(_endpoint, _conn, _id: u64;) { 0 }
}

/// A closed stream of the peer's makes room for another one.
fn close_stream(endpoint: &Endpoint, conn: Connection, id: i64, flags: u32) -> c_int {
    endpoint.log(|| format!("stream {id} closed"));
    // Applications let go of what belongs to the stream: it is still there while they are told.
    if conn.set_stream_user_data(id) != 0 {
        endpoint.violate(format!("stream {id} is not there in stream_close"));
    }
    let checked = endpoint.application.borrow_mut().on_close(id, flags != 0);
    if !conn.is_local_stream(id) {
        conn.extend_streams(id & 2 == 0);
    }
    endpoint.check(checked)
}

/// # Safety
/// `start` is NULL with `len` 0, or points to `len` bytes.
unsafe fn bytes<'a>(start: *const u8, len: usize) -> &'a [u8] {
    if len == 0 {
        return &[];
    }
    // SAFETY: this function's contract.
    unsafe { slice::from_raw_parts(start, len) }
}

/// # Safety
/// The pointers have room for a secret, a context and an iv.
unsafe fn put_keys(secret: &Secret, to: *mut u8, context: *mut ngtcp2_crypto_aead_ctx, to_iv: *mut u8) {
    let key = secret_key(secret);
    // SAFETY: this function's contract.
    unsafe { to.cast::<Secret>().write(*secret) };
    // SAFETY: this function's contract.
    unsafe { context.write(aead_context(key)) };
    // SAFETY: this function's contract.
    unsafe { to_iv.cast::<[u8; IV]>().write(iv(key)) };
}

/// The stateless reset token of one of our connection ids.
pub(crate) fn reset_token(id: &ngtcp2_cid) -> [u8; 16] {
    let sum = checksum(0x70c, &id.data[..id.datalen]);
    u128::from(sum).wrapping_mul(0x1_0000_0000_0000_0001).to_le_bytes()
}

unsafe extern "C" fn rand(dest: *mut u8, len: usize, context: *const ngtcp2_rand_ctx) {
    intruder::intrude("rand");
    // SAFETY: the library passes the context of the settings.
    let endpoint = Endpoint::of(unsafe { (*context).native_handle });
    // SAFETY: the library asks for that many bytes.
    let dest = unsafe { slice::from_raw_parts_mut(dest, len) };
    endpoint.random.borrow_mut().fill(dest);
}

/// Goes to the address that the server prefers, if the scenario says so.
unsafe extern "C" fn select_preferred_addr(
    _: *mut ngtcp2_conn,
    path: *mut ngtcp2_path,
    _: *const ngtcp2_preferred_addr,
    user_data: *mut c_void,
) -> c_int {
    let endpoint = Endpoint::of(user_data);
    if endpoint.setup.prefers_other_address {
        let preferred = Path { remote: PREFERRED, ..endpoint.path() }.to_storage();
        // SAFETY: the library passes a path with room for any address.
        unsafe { ngtcp2_path_copy(path, &raw const preferred.path) };
    }
    0
}

unsafe extern "C" fn delete_aead(
    _: *mut ngtcp2_conn,
    context: *mut ngtcp2_crypto_aead_ctx,
    user_data: *mut c_void,
) {
    Endpoint::of(user_data).expect_alive("delete_crypto_aead_ctx");
    intruder::intrude("delete_crypto_aead_ctx");
    // SAFETY: the library passes a context that it was given.
    protection::delete_context(unsafe { (*context).native_handle });
}

unsafe extern "C" fn delete_cipher(
    _: *mut ngtcp2_conn,
    context: *mut ngtcp2_crypto_cipher_ctx,
    user_data: *mut c_void,
) {
    Endpoint::of(user_data).expect_alive("delete_crypto_cipher_ctx");
    intruder::intrude("delete_crypto_cipher_ctx");
    // SAFETY: the library passes a context that it was given.
    protection::delete_context(unsafe { (*context).native_handle });
}

pub(crate) unsafe extern "C" fn log_write(user_data: *mut c_void, line: *mut c_char, len: usize) {
    Endpoint::of(user_data).expect_alive("log_write");
    intruder::intrude("log_write");
    // SAFETY: the library passes a line of that length.
    let line = unsafe { bytes(line.cast(), len) };
    let endpoint = Endpoint::of(user_data);
    endpoint.log(|| String::from_utf8_lossy(line).into_owned());
    endpoint.journal.add_line(line);
}

pub(crate) unsafe extern "C" fn qlog_write(
    user_data: *mut c_void,
    flags: u32,
    data: *const c_void,
    len: usize,
) {
    Endpoint::of(user_data).expect_alive("qlog_write");
    intruder::intrude("qlog_write");
    // SAFETY: the library passes a record of that length.
    let record = unsafe { bytes(data.cast(), len) };
    Endpoint::of(user_data).journal.add_record(flags & NGTCP2_QLOG_WRITE_FLAG_FIN != 0, record);
}

/// All callbacks that the library knows.
pub(crate) fn table() -> ngtcp2_callbacks {
    let has_both_errors = callbacks_version() >= 5;
    ngtcp2_callbacks {
        client_initial: Some(client_initial),
        recv_client_initial: Some(recv_client_initial),
        recv_crypto_data: Some(recv_crypto_data),
        handshake_completed: Some(handshake_completed),
        recv_version_negotiation: Some(recv_version_negotiation),
        encrypt: Some(protection::encrypt),
        decrypt: Some(protection::decrypt),
        hp_mask: Some(protection::hp_mask),
        recv_stream_data: Some(recv_stream_data),
        acked_stream_data_offset: Some(acked_stream_data_offset),
        stream_open: Some(stream_open),
        stream_close: Some(stream_close),
        recv_stateless_reset: Some(recv_stateless_reset),
        recv_retry: Some(recv_retry),
        extend_max_local_streams_bidi: Some(extend_max_local_streams_bidi),
        extend_max_local_streams_uni: Some(extend_max_local_streams_uni),
        rand: Some(rand),
        get_new_connection_id: Some(get_new_connection_id),
        remove_connection_id: Some(remove_connection_id),
        update_key: Some(update_key),
        path_validation: Some(path_validation),
        select_preferred_addr: Some(select_preferred_addr),
        stream_reset: Some(stream_reset),
        extend_max_remote_streams_bidi: Some(extend_max_remote_streams_bidi),
        extend_max_remote_streams_uni: Some(extend_max_remote_streams_uni),
        extend_max_stream_data: Some(extend_max_stream_data),
        dcid_status: Some(dcid_status),
        handshake_confirmed: Some(handshake_confirmed),
        recv_new_token: Some(recv_new_token),
        delete_crypto_aead_ctx: Some(delete_aead),
        delete_crypto_cipher_ctx: Some(delete_cipher),
        recv_datagram: Some(recv_datagram),
        ack_datagram: Some(ack_datagram),
        lost_datagram: Some(lost_datagram),
        get_path_challenge_data: Some(get_path_challenge_data),
        stream_stop_sending: Some(stream_stop_sending),
        version_negotiation: Some(version_negotiation),
        recv_rx_key: Some(recv_rx_key),
        recv_tx_key: Some(recv_tx_key),
        tls_early_data_rejected: Some(tls_early_data_rejected),
        begin_path_validation: Some(begin_path_validation),
        recv_stateless_reset2: None,
        get_new_connection_id2: None,
        dcid_status2: None,
        get_path_challenge_data2: None,
        recv_stop_sending: Some(recv_stop_sending),
        stream_close2: if has_both_errors { Some(stream_close2) } else { None },
    }
}
