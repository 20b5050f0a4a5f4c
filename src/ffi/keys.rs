//! Key installation, and the AEAD contexts that belong to it.

use core::cell::Cell;
use core::ffi::c_int;
use core::ptr;

use ngtcp2_abi::{
    self as abi, ngtcp2_conn, ngtcp2_crypto_aead, ngtcp2_crypto_aead_ctx, ngtcp2_crypto_cipher_ctx,
    ngtcp2_crypto_ctx, ngtcp2_tstamp,
};

use super::{caller, status};
use crate::conn::handshake::Installed;
use crate::conn::{self, Protection, State};
use crate::error::{Error, Result};
use crate::session::{HeaderKey, MAX_IV, PacketKey, Session, change, drive, observe};
use crate::units::Timestamp;

abi::assert_same_signature!(ngtcp2_abi::api, self, {
    ngtcp2_conn_install_initial_key,
    ngtcp2_conn_install_vneg_initial_key,
    ngtcp2_conn_install_rx_handshake_key,
    ngtcp2_conn_install_tx_handshake_key,
    ngtcp2_conn_install_0rtt_key,
    ngtcp2_conn_install_rx_key,
    ngtcp2_conn_install_tx_key,
    ngtcp2_conn_initiate_key_update,
    ngtcp2_conn_set_initial_crypto_ctx,
    ngtcp2_conn_get_initial_crypto_ctx,
    ngtcp2_conn_get_initial_crypto_ctx2,
    ngtcp2_conn_set_crypto_ctx,
    ngtcp2_conn_get_crypto_ctx,
    ngtcp2_conn_get_crypto_ctx2,
    ngtcp2_conn_set_0rtt_crypto_ctx,
    ngtcp2_conn_get_0rtt_crypto_ctx,
    ngtcp2_conn_get_0rtt_crypto_ctx2,
    ngtcp2_conn_set_retry_aead,
});

/// The shortest nonce of any AEAD (RFC 5116 §3.1 with RFC 8446 §5.3).
const MIN_IV: usize = 8;

/// One direction's keys as the caller passes them.
///
/// # Safety
/// Each pointer is NULL or good for what its type says, `iv` for `ivlen` bytes.
unsafe fn protection(
    aead_ctx: *const ngtcp2_crypto_aead_ctx,
    iv: *const u8,
    ivlen: usize,
    hp_ctx: *const ngtcp2_crypto_cipher_ctx,
) -> Result<Protection> {
    // SAFETY: by this function's contract.
    let context = unsafe { caller::load(aead_ctx) }.ok_or(Error::InvalidArgument)?;
    // SAFETY: by this function's contract.
    let header = unsafe { caller::load(hp_ctx) }.ok_or(Error::InvalidArgument)?;
    if !(MIN_IV..=MAX_IV).contains(&ivlen) {
        return Err(Error::InvalidArgument);
    }
    // SAFETY: by this function's contract.
    let bytes = unsafe { caller::slice(iv, ivlen) }.ok_or(Error::InvalidArgument)?;
    let mut iv = [0; MAX_IV];
    iv.get_mut(..ivlen).ok_or(Error::InvalidArgument)?.copy_from_slice(bytes);
    let packet = PacketKey { context, iv, iv_len: ivlen as u8 };
    Ok(Protection { packet, header: HeaderKey { context: header } })
}

/// Hands keys over to the connection. Whoever fails to install a key keeps it. So the answer is 0 from the moment at which
/// the connection has it, even if a bug of ours fails the connection thereafter: the next call tells of that.
fn install<K>(
    conn: *mut ngtcp2_conn,
    keys: Result<K>,
    install: impl FnOnce(&mut State, K) -> Result<Installed>,
) -> c_int {
    let taken = Cell::new(false);
    let answer = change(conn, |session| {
        let installed = keys.and_then(|keys| install(session.state(), keys));
        taken.set(installed.is_ok());
        let reported = installed.and_then(|key| conn::handshake::report_installed(session, key));
        taken.set(reported.is_ok());
        status(reported)
    });
    if taken.get() { 0 } else { answer }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_install_initial_key(
    conn: *mut ngtcp2_conn,
    rx_aead_ctx: *const ngtcp2_crypto_aead_ctx,
    rx_iv: *const u8,
    rx_hp_ctx: *const ngtcp2_crypto_cipher_ctx,
    tx_aead_ctx: *const ngtcp2_crypto_aead_ctx,
    tx_iv: *const u8,
    tx_hp_ctx: *const ngtcp2_crypto_cipher_ctx,
    ivlen: usize,
) -> c_int {
    // SAFETY: the caller vouches for its keys.
    let rx = unsafe { protection(rx_aead_ctx, rx_iv, ivlen, rx_hp_ctx) };
    // SAFETY: the caller vouches for its keys.
    let tx = unsafe { protection(tx_aead_ctx, tx_iv, ivlen, tx_hp_ctx) };
    install(conn, rx.and_then(|rx| Ok((rx, tx?))), |state, (rx, tx)| {
        conn::handshake::install_initial(state, rx, tx)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_install_vneg_initial_key(
    conn: *mut ngtcp2_conn,
    version: u32,
    rx_aead_ctx: *const ngtcp2_crypto_aead_ctx,
    rx_iv: *const u8,
    rx_hp_ctx: *const ngtcp2_crypto_cipher_ctx,
    tx_aead_ctx: *const ngtcp2_crypto_aead_ctx,
    tx_iv: *const u8,
    tx_hp_ctx: *const ngtcp2_crypto_cipher_ctx,
    ivlen: usize,
) -> c_int {
    // SAFETY: the caller vouches for its keys.
    let rx = unsafe { protection(rx_aead_ctx, rx_iv, ivlen, rx_hp_ctx) };
    // SAFETY: the caller vouches for its keys.
    let tx = unsafe { protection(tx_aead_ctx, tx_iv, ivlen, tx_hp_ctx) };
    install(conn, rx.and_then(|rx| Ok((rx, tx?))), |state, (rx, tx)| {
        conn::handshake::install_negotiated_initial(state, version, rx, tx)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_install_rx_handshake_key(
    conn: *mut ngtcp2_conn,
    aead_ctx: *const ngtcp2_crypto_aead_ctx,
    iv: *const u8,
    ivlen: usize,
    hp_ctx: *const ngtcp2_crypto_cipher_ctx,
) -> c_int {
    // SAFETY: the caller vouches for its keys.
    install(conn, unsafe { protection(aead_ctx, iv, ivlen, hp_ctx) }, conn::handshake::install_handshake_rx)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_install_tx_handshake_key(
    conn: *mut ngtcp2_conn,
    aead_ctx: *const ngtcp2_crypto_aead_ctx,
    iv: *const u8,
    ivlen: usize,
    hp_ctx: *const ngtcp2_crypto_cipher_ctx,
) -> c_int {
    // SAFETY: the caller vouches for its keys.
    install(conn, unsafe { protection(aead_ctx, iv, ivlen, hp_ctx) }, conn::handshake::install_handshake_tx)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_install_0rtt_key(
    conn: *mut ngtcp2_conn,
    aead_ctx: *const ngtcp2_crypto_aead_ctx,
    iv: *const u8,
    ivlen: usize,
    hp_ctx: *const ngtcp2_crypto_cipher_ctx,
) -> c_int {
    // SAFETY: the caller vouches for its keys.
    install(conn, unsafe { protection(aead_ctx, iv, ivlen, hp_ctx) }, conn::handshake::install_early)
}

/// # Safety
/// As both functions below. The secret goes from the caller's memory into the connection, and is nowhere in between.
unsafe fn install_one_rtt(
    conn: *mut ngtcp2_conn,
    secret: *const u8,
    secretlen: usize,
    aead_ctx: *const ngtcp2_crypto_aead_ctx,
    iv: *const u8,
    ivlen: usize,
    hp_ctx: *const ngtcp2_crypto_cipher_ctx,
    by: fn(&mut State, &[u8], Protection) -> Result<Installed>,
) -> c_int {
    // SAFETY: by this function's contract.
    let key = unsafe { protection(aead_ctx, iv, ivlen, hp_ctx) };
    // SAFETY: by this function's contract.
    let secret = unsafe { caller::slice(secret, secretlen) }.ok_or(Error::InvalidArgument);
    install(conn, key, |state, key| by(state, secret?, key))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_install_rx_key(
    conn: *mut ngtcp2_conn,
    secret: *const u8,
    secretlen: usize,
    aead_ctx: *const ngtcp2_crypto_aead_ctx,
    iv: *const u8,
    ivlen: usize,
    hp_ctx: *const ngtcp2_crypto_cipher_ctx,
) -> c_int {
    let install = conn::handshake::install_one_rtt_rx;
    // SAFETY: the caller vouches for its keys and its secret.
    unsafe { install_one_rtt(conn, secret, secretlen, aead_ctx, iv, ivlen, hp_ctx, install) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_install_tx_key(
    conn: *mut ngtcp2_conn,
    secret: *const u8,
    secretlen: usize,
    aead_ctx: *const ngtcp2_crypto_aead_ctx,
    iv: *const u8,
    ivlen: usize,
    hp_ctx: *const ngtcp2_crypto_cipher_ctx,
) -> c_int {
    let install = conn::handshake::install_one_rtt_tx;
    // SAFETY: the caller vouches for its keys and its secret.
    unsafe { install_one_rtt(conn, secret, secretlen, aead_ctx, iv, ivlen, hp_ctx, install) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_initiate_key_update(conn: *mut ngtcp2_conn, ts: ngtcp2_tstamp) -> c_int {
    drive(conn, |session| status(conn::key_update::initiate(session, Timestamp(ts))))
}

/// Stores the caller's cipher suite in the field that `place` picks.
///
/// # Safety
/// `ctx` is NULL or points to a cipher suite.
unsafe fn set_suite(
    conn: *mut ngtcp2_conn,
    ctx: *const ngtcp2_crypto_ctx,
    place: impl FnOnce(&mut conn::Keys) -> &mut ngtcp2_crypto_ctx,
) {
    change(conn, |session| {
        // SAFETY: by this function's contract.
        if let Some(suite) = unsafe { caller::load(ctx) } {
            *place(&mut session.state().keys) = suite;
        }
    });
}

/// The address of a cipher suite; it stays as long as the connection.
fn suite(
    conn: *const ngtcp2_conn,
    place: impl FnOnce(&conn::Keys) -> &ngtcp2_crypto_ctx,
) -> *const ngtcp2_crypto_ctx {
    observe(conn, ptr::null(), |session: &mut Session| ptr::from_ref(place(&session.state().keys)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_set_initial_crypto_ctx(
    conn: *mut ngtcp2_conn,
    ctx: *const ngtcp2_crypto_ctx,
) {
    // SAFETY: the caller passes a cipher suite.
    unsafe { set_suite(conn, ctx, |keys| &mut keys.initial_suite) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_initial_crypto_ctx2(
    conn: *const ngtcp2_conn,
) -> *const ngtcp2_crypto_ctx {
    suite(conn, |keys| &keys.initial_suite)
}

older_twin!(ngtcp2_conn_get_initial_crypto_ctx = ngtcp2_conn_get_initial_crypto_ctx2() -> *const ngtcp2_crypto_ctx);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_set_crypto_ctx(conn: *mut ngtcp2_conn, ctx: *const ngtcp2_crypto_ctx) {
    // SAFETY: the caller passes a cipher suite.
    unsafe { set_suite(conn, ctx, |keys| &mut keys.suite) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_crypto_ctx2(conn: *const ngtcp2_conn) -> *const ngtcp2_crypto_ctx {
    suite(conn, |keys| &keys.suite)
}

older_twin!(ngtcp2_conn_get_crypto_ctx = ngtcp2_conn_get_crypto_ctx2() -> *const ngtcp2_crypto_ctx);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_set_0rtt_crypto_ctx(
    conn: *mut ngtcp2_conn,
    ctx: *const ngtcp2_crypto_ctx,
) {
    // SAFETY: the caller passes a cipher suite.
    unsafe { set_suite(conn, ctx, |keys| &mut keys.early_suite) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_0rtt_crypto_ctx2(
    conn: *const ngtcp2_conn,
) -> *const ngtcp2_crypto_ctx {
    suite(conn, |keys| &keys.early_suite)
}

older_twin!(ngtcp2_conn_get_0rtt_crypto_ctx = ngtcp2_conn_get_0rtt_crypto_ctx2() -> *const ngtcp2_crypto_ctx);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_set_retry_aead(
    conn: *mut ngtcp2_conn,
    aead: *const ngtcp2_crypto_aead,
    aead_ctx: *const ngtcp2_crypto_aead_ctx,
) {
    change(conn, |session| {
        // SAFETY: the caller passes an AEAD.
        let aead = unsafe { caller::load(aead) };
        // SAFETY: the caller passes a context.
        let context = unsafe { caller::load(aead_ctx) };
        if let (Some(aead), Some(context)) = (aead, context) {
            conn::handshake::set_retry_aead(session, aead, context);
        }
    });
}
