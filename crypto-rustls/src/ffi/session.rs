//! The TLS session of one connection as a C object: the TLS native handle.

use std::ffi::{c_char, c_int};
use std::rc::Rc;

use ngtcp2_abi::{
    NGTCP2_ERR_CRYPTO, NGTCP2_ERR_INTERNAL, NGTCP2_ERR_INVALID_ARGUMENT, NGTCP2_ERR_INVALID_STATE,
    ngtcp2_conn, ngtcp2_crypto_conn_ref,
};

use super::certificate::{self, ngtcp2_crypto_rustls_cert};
use super::client::{self, ngtcp2_crypto_rustls_client};
use super::configuration::{change, names as name};
use super::conn::Conn;
use super::server::{self, ngtcp2_crypto_rustls_server};
use super::{bytes, guard, text};
use crate::error::ConfigError;
use crate::handshake;
use crate::session::Session;

/// The TLS side of one connection. Give it to `ngtcp2_conn_set_tls_native_handle`, and the functions of
/// `ngtcp2_crypto.h` to the connection's callbacks. Used by one thread at a time, as the connection.
pub struct ngtcp2_crypto_rustls_session {
    session: Session,
    conn_ref: *mut ngtcp2_crypto_conn_ref,
}

impl ngtcp2_crypto_rustls_session {
    pub(crate) fn session(&self) -> &Session {
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

/// Has a client offer early data, if it remembers a session with the server that allows them.
///
/// Call it once, after `ngtcp2_conn_set_tls_native_handle` and before the first packet is written. Returns:
///
/// - 1 if early data are offered: the connection now works under the transport parameters that the server had then, so
///   streams can be opened and written at once.
/// - 0 if nothing is remembered that allows them. The handshake goes on without, which is no failure.
/// - `NGTCP2_ERR_INVALID_ARGUMENT` if `conn` is NULL, and `NGTCP2_ERR_INVALID_STATE` if it has no client's session, if it
///   is too late, or from within a callback of TLS. Nothing has changed: the connection is what it was without the call.
/// - `NGTCP2_ERR_CRYPTO` if TLS cannot begin, or if the connection does not take those parameters, for example as it was
///   given some by `ngtcp2_conn_decode_and_set_0rtt_transport_params`; or another error of the connection. The session
///   tells why (`ngtcp2_crypto_rustls_session_error`), no packet can be written, and nothing was sent: delete the
///   connection and its session and, if you like, make others without early data.
///
/// The server may refuse: the helper tells the connection, whose callback `tls_early_data_rejected` is called, and all
/// streams are gone. What is sent early can be replayed by an attacker, so send only what does no harm twice.
///
/// Sessions are remembered in the client object, by server name and QUIC version. They do not survive the process: rustls
/// 0.23 lets nobody read them or make them. Nothing here depends on where they are, so functions that save and load them
/// can be added.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_offer_early_data(conn: *mut ngtcp2_conn) -> c_int {
    guard(NGTCP2_ERR_INTERNAL, || {
        // SAFETY: the caller's connection, or NULL.
        let Some(conn) = (unsafe { Conn::new(conn) }) else { return NGTCP2_ERR_INVALID_ARGUMENT };
        // SAFETY: the TLS handle of a connection that uses this library is a session of it.
        let Some(session) = (unsafe { ngtcp2_crypto_rustls_session::of(&conn) }) else {
            return NGTCP2_ERR_INVALID_STATE;
        };
        match handshake::offer_early_data(&conn, session.session()) {
            Ok(offered) => offered.into(),
            Err(code) => code,
        }
    })
}

/// Chooses the application protocol of a server's connection, one of those that the client offers, in place of the
/// server's list. For `ngtcp2_crypto_rustls_hello` and while its answer is awaited; before the ClientHello is whole, after
/// the answer, and for a client's session it returns `NGTCP2_ERR_INVALID_STATE` and changes nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_session_set_alpn(
    session: *mut ngtcp2_crypto_rustls_session,
    proto: *const u8,
    len: usize,
) -> c_int {
    guard(NGTCP2_ERR_INTERNAL, || {
        // SAFETY: the caller's session, or NULL.
        let session = unsafe { session.as_ref() };
        // SAFETY: the caller's bytes and their length.
        let protocol = unsafe { bytes(proto, len) }.filter(|protocol| (1..=255).contains(&protocol.len()));
        let (Some(session), Some(protocol)) = (session, protocol) else { return NGTCP2_ERR_INVALID_ARGUMENT };
        chosen(session.session.choose(|choice| choice.protocol = Some(protocol.to_vec())))
    })
}

/// Chooses the certificate of a server's connection. When it may be called is said at
/// `ngtcp2_crypto_rustls_session_set_alpn`. `NGTCP2_ERR_CRYPTO` if nothing has been loaded into `cert`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_session_set_cert(
    session: *mut ngtcp2_crypto_rustls_session,
    cert: *const ngtcp2_crypto_rustls_cert,
) -> c_int {
    guard(NGTCP2_ERR_INTERNAL, || {
        // SAFETY: the caller's session, or NULL.
        let session = unsafe { session.as_ref() };
        // SAFETY: the caller's object, or NULL.
        let identity = unsafe { certificate::identity(cert) };
        match (session, identity) {
            (Some(session), Ok(identity)) => {
                chosen(session.session.choose(|choice| choice.certificate = Some(identity)))
            }
            (None, _) | (_, Err(ConfigError::Argument(_))) => NGTCP2_ERR_INVALID_ARGUMENT,
            (_, Err(ConfigError::Unusable(_))) => NGTCP2_ERR_CRYPTO,
        }
    })
}

fn chosen(in_time: bool) -> c_int {
    if in_time { 0 } else { NGTCP2_ERR_INVALID_STATE }
}

/// What was given as `conn_ref` when the session was made.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_session_conn_ref(
    session: *const ngtcp2_crypto_rustls_session,
) -> *mut ngtcp2_crypto_conn_ref {
    let none = std::ptr::null_mut();
    // SAFETY: the caller's session, or NULL.
    guard(none, || unsafe { session.as_ref() }.map_or(none, |session| session.conn_ref))
}
