//! The TLS session of one connection as a C object: the TLS native handle.

use std::ffi::{CStr, c_char, c_int};
use std::rc::Rc;

use ngtcp2_abi::{NGTCP2_ERR_INVALID_ARGUMENT, ngtcp2_crypto_conn_ref};

use super::client::{self, ngtcp2_crypto_rustls_client};
use super::configuration::{change, names as name};
use super::conn::Conn;
use super::server::{self, ngtcp2_crypto_rustls_server};
use super::{guard, text};
use crate::session::Session;

/// The TLS side of one connection. Give it to `ngtcp2_conn_set_tls_native_handle`, and the functions of
/// `ngtcp2_crypto.h` to the connection's callbacks. Used by one thread at a time, as the connection.
pub struct ngtcp2_crypto_rustls_session {
    session: Session,
    conn_ref: *mut ngtcp2_crypto_conn_ref,
}

impl ngtcp2_crypto_rustls_session {
    pub(super) fn session(&self) -> &Session {
        &self.session
    }

    /// The session of a connection, kept alive even if the application deletes it in a callback.
    // The TLS native handle of `conn` is NULL or a session that has not been deleted.
    pub(super) unsafe fn of(conn: &Conn) -> Option<Rc<Self>> {
        let session = conn.tls_native_handle().cast::<Self>().cast_const();
        if session.is_null() {
            return None;
        }
        // SAFETY: a session came from `Rc::into_raw`, and the application's count is still there.
        unsafe { Rc::increment_strong_count(session) };
        // SAFETY: this is the count that was just added.
        Some(unsafe { Rc::from_raw(session) })
    }

    /// The connection that the application has named for this session, if it has.
    // The application's `conn_ref` is still there.
    pub(super) unsafe fn named_conn(&self) -> Option<Conn> {
        // SAFETY: NULL or valid, by the contract of this function.
        let get_conn = unsafe { self.conn_ref.as_ref() }?.get_conn?;
        // SAFETY: the application's function with its own argument.
        let conn = unsafe { get_conn(self.conn_ref) };
        // SAFETY: the application answers with the connection that this session belongs to.
        unsafe { Conn::new(conn) }
    }

    fn hand_over(session: Session, conn_ref: *mut ngtcp2_crypto_conn_ref) -> *mut Self {
        Rc::into_raw(Rc::new(Self { session, conn_ref })).cast_mut()
    }
}

/// Makes the session of a client's connection to `server_name`, a DNS name or an IP address.
///
/// `conn_ref` may be NULL; otherwise it must live as long as the session. On failure `*psession` is NULL,
/// and `ngtcp2_crypto_rustls_client_error` tells why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_session_client_new(
    psession: *mut *mut ngtcp2_crypto_rustls_session,
    client: *mut ngtcp2_crypto_rustls_client,
    server_name: *const c_char,
    conn_ref: *mut ngtcp2_crypto_conn_ref,
) -> c_int {
    // SAFETY: the caller's output, or NULL.
    let Some(output) = (unsafe { psession.as_mut() }) else { return NGTCP2_ERR_INVALID_ARGUMENT };
    *output = std::ptr::null_mut();
    // SAFETY: the caller's text, or NULL.
    let server_name = unsafe { text(server_name) };
    // SAFETY: the caller's client, or NULL.
    change(unsafe { client::configuration(client) }, |client| {
        let session = client.session(name(server_name)?)?;
        *output = ngtcp2_crypto_rustls_session::hand_over(session, conn_ref);
        Ok(())
    })
}

/// Makes the session of a connection that a server accepts.
///
/// `conn_ref` may be NULL; otherwise it must live as long as the session. On failure `*psession` is NULL,
/// and `ngtcp2_crypto_rustls_server_error` tells why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_session_server_new(
    psession: *mut *mut ngtcp2_crypto_rustls_session,
    server: *mut ngtcp2_crypto_rustls_server,
    conn_ref: *mut ngtcp2_crypto_conn_ref,
) -> c_int {
    // SAFETY: the caller's output, or NULL.
    let Some(output) = (unsafe { psession.as_mut() }) else { return NGTCP2_ERR_INVALID_ARGUMENT };
    *output = std::ptr::null_mut();
    // SAFETY: the caller's server, or NULL.
    change(unsafe { server::configuration(server) }, |server| {
        *output = ngtcp2_crypto_rustls_session::hand_over(server.session()?, conn_ref);
        Ok(())
    })
}

/// Deletes a session, after its connection. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_session_del(session: *mut ngtcp2_crypto_rustls_session) {
    guard((), || {
        if !session.is_null() {
            // SAFETY: from `Rc::into_raw`, and the caller does not use it again.
            drop(unsafe { Rc::from_raw(session.cast_const()) });
        }
    });
}

/// Why TLS failed, for people, or "" if it did not. Valid as long as the session.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_session_error(
    session: *const ngtcp2_crypto_rustls_session,
) -> *const c_char {
    // SAFETY: the caller's session, or NULL.
    unsafe { string(session, Session::error) }
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
        let protocol = session.and_then(|session| session.session.protocol());
        // SAFETY: the caller's output, or NULL.
        if let Some(output) = unsafe { proto.as_mut() } {
            *output = protocol.map_or(std::ptr::null(), <[u8]>::as_ptr);
        }
        protocol.map_or(0, <[u8]>::len)
    })
}

/// The name of the cipher suite that was agreed on, such as "TLS_AES_128_GCM_SHA256", or "".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_session_cipher(
    session: *const ngtcp2_crypto_rustls_session,
) -> *const c_char {
    // SAFETY: the caller's session, or NULL.
    unsafe { string(session, |session| session.suite().map(|suite| suite.name)) }
}

/// The server name that the client asks for, or "". Valid as long as the session.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_session_server_name(
    session: *const ngtcp2_crypto_rustls_session,
) -> *const c_char {
    // SAFETY: the caller's session, or NULL.
    unsafe { string(session, Session::server_name) }
}

/// 1 after a handshake that resumed an earlier session, otherwise 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_session_resumed(
    session: *const ngtcp2_crypto_rustls_session,
) -> c_int {
    // SAFETY: the caller's session, or NULL.
    guard(0, || unsafe { session.as_ref() }.is_some_and(|session| session.session.is_resumed()).into())
}

// `session` is valid or NULL.
unsafe fn string(
    session: *const ngtcp2_crypto_rustls_session,
    get: impl for<'a> FnOnce(&'a Session) -> Option<&'a CStr>,
) -> *const c_char {
    guard(c"".as_ptr(), || {
        // SAFETY: by the contract of this function.
        let session = unsafe { session.as_ref() };
        session.and_then(|session| get(&session.session)).map_or(c"".as_ptr(), CStr::as_ptr)
    })
}
