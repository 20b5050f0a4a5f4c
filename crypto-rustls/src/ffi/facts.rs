//! What the application may ask a session.

use std::ffi::{CStr, c_char, c_int};

use super::session::ngtcp2_crypto_rustls_session;
use super::{FAILURE, bytes, bytes_mut, guard, guard_status};
use crate::error::Alert;
use crate::facts::Facts;

/// Why TLS failed, for people, or "" if it did not. Valid as long as the session.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_session_error(
    session: *const ngtcp2_crypto_rustls_session,
) -> *const c_char {
    // SAFETY: the caller's session, or NULL.
    unsafe { string(session, Facts::error) }
}

/// The TLS alert with which this side gave up, or -1 if it did not. What the peer sent is in `ngtcp2_conn_get_ccerr`:
/// its error code less `NGTCP2_CRYPTO_ERROR`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_session_alert(
    session: *const ngtcp2_crypto_rustls_session,
) -> c_int {
    // SAFETY: the caller's session, or NULL.
    let alert = || unsafe { session.as_ref() }.and_then(|session| session.session().facts().alert());
    guard(FAILURE, || alert().map_or(FAILURE, c_int::from))
}

/// The name of a TLS alert in the RFCs, such as "bad_certificate", or "unknown alert". The memory is static.
#[unsafe(no_mangle)]
pub extern "C" fn ngtcp2_crypto_rustls_alert_name(alert: u8) -> *const c_char {
    Alert(alert).name().as_ptr()
}

/// The application protocol that was agreed on. Returns its length and sets `*proto` to its bytes, which
/// are valid as long as the session. 0 if none is known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_session_alpn(
    session: *const ngtcp2_crypto_rustls_session,
    proto: *mut *const u8,
) -> usize {
    guard(0, || {
        // SAFETY: the caller's session, or NULL.
        let session = unsafe { session.as_ref() };
        let protocol = session.and_then(|session| session.session().facts().protocol());
        // SAFETY: the caller's output, or NULL.
        unsafe { hand_out(protocol, proto) }
    })
}

/// The name of the cipher suite that was agreed on, such as "TLS_AES_128_GCM_SHA256", or "". The
/// memory is static.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_session_cipher(
    session: *const ngtcp2_crypto_rustls_session,
) -> *const c_char {
    // SAFETY: the caller's session, or NULL.
    unsafe { string(session, |facts| facts.suite().map(|suite| suite.name)) }
}

/// The name of the key exchange group that was agreed on, such as "X25519", or "". The memory is static.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_session_group(
    session: *const ngtcp2_crypto_rustls_session,
) -> *const c_char {
    // SAFETY: the caller's session, or NULL.
    unsafe { string(session, |facts| facts.group()) }
}

/// The server name that the client asks for, or "". Valid as long as the session.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_session_server_name(
    session: *const ngtcp2_crypto_rustls_session,
) -> *const c_char {
    // SAFETY: the caller's session, or NULL.
    unsafe { string(session, Facts::server_name) }
}

/// The peer's certificates as DER, its own with `index` 0, also after a resumed handshake. Returns the length and sets
/// `*der` to the bytes, which are valid as long as the session. 0 if there is none, and until the peer has proven that it
/// owns them, which is when the handshake completes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_session_peer_cert(
    session: *const ngtcp2_crypto_rustls_session,
    index: usize,
    der: *mut *const u8,
) -> usize {
    guard(0, || {
        // SAFETY: the caller's session, or NULL.
        let session = unsafe { session.as_ref() };
        let certificate = session.and_then(|session| session.session().peer_certificates().get(index));
        // SAFETY: the caller's output, or NULL.
        unsafe { hand_out(certificate.map(Box::as_ref), der) }
    })
}

/// 1 after a handshake that resumed an earlier session, otherwise 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_session_resumed(
    session: *const ngtcp2_crypto_rustls_session,
) -> c_int {
    // SAFETY: the caller's session, or NULL.
    let facts = || unsafe { session.as_ref() }.map(|session| session.session().facts());
    guard(0, || facts().is_some_and(Facts::is_resumed).into())
}

/// 1 if the server accepted early data, on either side, otherwise 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_session_early_data_accepted(
    session: *const ngtcp2_crypto_rustls_session,
) -> c_int {
    // SAFETY: the caller's session, or NULL.
    let facts = || unsafe { session.as_ref() }.map(|session| session.session().facts());
    guard(0, || facts().is_some_and(Facts::early_data_accepted).into())
}

/// Writes `destlen` bytes of keying material that both sides derive for `label` and `context` (RFC 8446, section 7.5).
/// `context` may be NULL with `contextlen` 0. Returns 0, or -1 before the handshake has completed and for lengths that
/// TLS cannot do.
///
/// It may be called any time until the session is deleted. So the secret that all of it is derived from stays in memory,
/// once, inside rustls, which wipes it as the session is deleted: nothing of the traffic can be decrypted with it.
/// rustls 0.23 has no way to wipe it earlier.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_session_export(
    session: *const ngtcp2_crypto_rustls_session,
    dest: *mut u8,
    destlen: usize,
    label: *const u8,
    labellen: usize,
    context: *const u8,
    contextlen: usize,
) -> c_int {
    guard_status(|| {
        // SAFETY: the caller's session, or NULL.
        let session = unsafe { session.as_ref() }?;
        // SAFETY: the caller's output and its length.
        let output = unsafe { bytes_mut(dest, destlen) }?;
        // SAFETY: the caller's bytes and their length.
        let label = unsafe { bytes(label, labellen) }?;
        // SAFETY: the caller's bytes and their length.
        let context = unsafe { bytes(context, contextlen) }?;
        session.session().export(output, label, Some(context))
    })
}

// `session` is valid or NULL.
unsafe fn string(
    session: *const ngtcp2_crypto_rustls_session,
    get: impl for<'a> FnOnce(&'a Facts) -> Option<&'a CStr>,
) -> *const c_char {
    guard(c"".as_ptr(), || {
        // SAFETY: by the contract of this function.
        let session = unsafe { session.as_ref() };
        session.and_then(|session| get(session.session().facts())).map_or(c"".as_ptr(), CStr::as_ptr)
    })
}

// `output` is valid for writing or NULL.
unsafe fn hand_out(value: Option<&[u8]>, output: *mut *const u8) -> usize {
    // SAFETY: by the contract of this function.
    if let Some(output) = unsafe { output.as_mut() } {
        *output = value.map_or(std::ptr::null(), <[u8]>::as_ptr);
    }
    value.map_or(0, <[u8]>::len)
}
