//! Null packet protection: payloads in clear, with a tag that depends on key, nonce, header and payload, and a header
//! mask that depends on key and sample. Wrong keys, wrong nonces, wrong headers and damage fail as they should.
//!
//! Owns: the three cryptographic callbacks and, per thread, the contexts that are alive. A context is no pointer but
//! the key itself, so that one used after its deletion is found out and not dereferenced.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ffi::{c_int, c_void};
use std::{ptr, slice};

use ngtcp2_abi::{
    NGTCP2_ERR_CALLBACK_FAILURE, NGTCP2_ERR_DECRYPT, NGTCP2_HP_MASKLEN, NGTCP2_HP_SAMPLELEN,
    ngtcp2_crypto_aead, ngtcp2_crypto_aead_ctx, ngtcp2_crypto_cipher, ngtcp2_crypto_cipher_ctx,
    ngtcp2_crypto_ctx, ngtcp2_crypto_md,
};

use crate::intruder;
use crate::random::{checksum, mix};

pub(crate) const TAG: usize = 16;

/// The callbacks of this file, by the names of their fields.
pub(crate) const NAMES: [&str; 3] = ["encrypt", "decrypt", "hp_mask"];

thread_local! {
    /// How many contexts of each key are alive.
    static LIVE: RefCell<BTreeMap<usize, usize>> = const { RefCell::new(BTreeMap::new()) };
    /// How often a context was used or deleted that is not alive.
    static MISUSES: Cell<u64> = const { Cell::new(0) };
    /// The callback to fail, and how many calls of it before that succeed.
    static FAULT: Cell<Option<(&'static str, u64)>> = const { Cell::new(None) };
    static DECRYPTION_LIMIT: Cell<u64> = const { Cell::new(1 << 40) };
}

/// Makes a context for `key` and returns its handle.
pub(crate) fn new_context(key: u64) -> *mut c_void {
    let handle = (key | 1) as usize;
    LIVE.with_borrow_mut(|live| *live.entry(handle).or_default() += 1);
    ptr::without_provenance_mut(handle)
}

/// Ends the life of a context.
pub(crate) fn delete_context(handle: *mut c_void) {
    if handle.is_null() {
        return;
    }
    LIVE.with_borrow_mut(|live| match live.get_mut(&handle.addr()) {
        Some(1) => drop(live.remove(&handle.addr())),
        Some(count) => *count -= 1,
        None => MISUSES.set(MISUSES.get() + 1),
    });
}

/// How many contexts are alive on this thread.
pub(crate) fn live_contexts() -> usize {
    LIVE.with_borrow(|live| live.values().sum())
}

/// How often a context was used or deleted that is not alive, since the last `reset`.
pub(crate) fn misuses() -> u64 {
    MISUSES.get()
}

/// Forgets what an earlier run on this thread did.
pub(crate) fn reset() {
    LIVE.take();
    MISUSES.set(0);
    FAULT.set(None);
    DECRYPTION_LIMIT.set(1 << 40);
}

/// How many packets may fail to decrypt on connections made from now on, until the next `reset`.
pub(crate) fn limit_decryption(failures: u64) {
    DECRYPTION_LIMIT.set(failures);
}

/// Makes the callback `name` fail once, after `successes` more calls.
pub(crate) fn fail(name: &'static str, successes: u64) {
    FAULT.set(Some((name, successes)));
}

/// Whether the failure that was asked for has happened.
pub(crate) fn has_failed() -> bool {
    FAULT.get().is_none()
}

/// The algorithms as the library takes them.
pub(crate) fn algorithms(max_encryption: u64) -> ngtcp2_crypto_ctx {
    let some = ptr::without_provenance_mut(1);
    ngtcp2_crypto_ctx {
        aead: ngtcp2_crypto_aead { native_handle: some, max_overhead: TAG },
        md: ngtcp2_crypto_md { native_handle: some },
        hp: ngtcp2_crypto_cipher { native_handle: some },
        max_encryption,
        max_decryption_failure: DECRYPTION_LIMIT.get(),
    }
}

/// Whether the call may go on: no failure was asked for, and the context is alive.
fn permits(name: &'static str, handle: *mut c_void) -> bool {
    if intruder::intrude(name) {
        return false;
    }
    if let Some((failing, successes)) = FAULT.get()
        && failing == name
    {
        FAULT.set(successes.checked_sub(1).map(|left| (failing, left)));
        if successes == 0 {
            return false;
        }
    }
    let alive = LIVE.with_borrow(|live| live.contains_key(&handle.addr()));
    if !alive {
        MISUSES.set(MISUSES.get() + 1);
    }
    alive
}

fn tag(handle: *mut c_void, nonce: &[u8], header: &[u8], payload: &[u8]) -> [u8; TAG] {
    let sum = checksum(checksum(checksum(handle.addr() as u64, nonce), header), payload);
    let mut tag = [0; TAG];
    tag[..8].copy_from_slice(&sum.to_le_bytes());
    tag[8..].copy_from_slice(&mix(sum ^ handle.addr() as u64).to_le_bytes());
    tag
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

pub(crate) unsafe extern "C" fn encrypt(
    dest: *mut u8,
    _aead: *const ngtcp2_crypto_aead,
    context: *const ngtcp2_crypto_aead_ctx,
    plaintext: *const u8,
    plaintext_len: usize,
    nonce: *const u8,
    nonce_len: usize,
    header: *const u8,
    header_len: usize,
) -> c_int {
    // SAFETY: the library passes the context it was given.
    let handle = unsafe { (*context).native_handle };
    if !permits("encrypt", handle) {
        return NGTCP2_ERR_CALLBACK_FAILURE;
    }
    if plaintext_len > 0 {
        // SAFETY: both have that many bytes; they may be the same.
        unsafe { dest.copy_from(plaintext, plaintext_len) };
    }
    // SAFETY: `dest` was filled above.
    let payload = unsafe { bytes(dest, plaintext_len) };
    // SAFETY: the library passes a nonce of that length.
    let nonce = unsafe { bytes(nonce, nonce_len) };
    // SAFETY: the library passes a header of that length.
    let header = unsafe { bytes(header, header_len) };
    let tag = tag(handle, nonce, header, payload);
    // SAFETY: `dest` has room for plaintext and tag.
    unsafe { dest.wrapping_add(plaintext_len).copy_from_nonoverlapping(tag.as_ptr(), TAG) };
    0
}

pub(crate) unsafe extern "C" fn decrypt(
    dest: *mut u8,
    _aead: *const ngtcp2_crypto_aead,
    context: *const ngtcp2_crypto_aead_ctx,
    ciphertext: *const u8,
    ciphertext_len: usize,
    nonce: *const u8,
    nonce_len: usize,
    header: *const u8,
    header_len: usize,
) -> c_int {
    // SAFETY: the library passes the context it was given.
    let handle = unsafe { (*context).native_handle };
    if !permits("decrypt", handle) {
        return NGTCP2_ERR_CALLBACK_FAILURE;
    }
    // SAFETY: the library passes a packet of that length.
    let ciphertext = unsafe { bytes(ciphertext, ciphertext_len) };
    // SAFETY: the library passes a nonce of that length.
    let nonce = unsafe { bytes(nonce, nonce_len) };
    // SAFETY: the library passes a header of that length.
    let header = unsafe { bytes(header, header_len) };
    let Some((payload, received)) = ciphertext.split_last_chunk::<TAG>() else { return NGTCP2_ERR_DECRYPT };
    if *received != tag(handle, nonce, header, payload) {
        return NGTCP2_ERR_DECRYPT;
    }
    // SAFETY: `dest` has room for the payload; it may be the ciphertext itself.
    unsafe { dest.copy_from(payload.as_ptr(), payload.len()) };
    0
}

pub(crate) unsafe extern "C" fn hp_mask(
    dest: *mut u8,
    _cipher: *const ngtcp2_crypto_cipher,
    context: *const ngtcp2_crypto_cipher_ctx,
    sample: *const u8,
) -> c_int {
    // SAFETY: the library passes the context it was given.
    let handle = unsafe { (*context).native_handle };
    if !permits("hp_mask", handle) {
        return NGTCP2_ERR_CALLBACK_FAILURE;
    }
    // SAFETY: a sample has this length.
    let sample = unsafe { bytes(sample, NGTCP2_HP_SAMPLELEN) };
    let mask = checksum(handle.addr() as u64 ^ 0x4850, sample).to_le_bytes();
    // SAFETY: `dest` has room for a mask.
    unsafe { dest.copy_from_nonoverlapping(mask.as_ptr(), NGTCP2_HP_MASKLEN) };
    0
}
