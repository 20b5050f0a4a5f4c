//! The application's say in a server's handshake, after the ClientHello: protocol, certificate, or a moment to think.

use std::ffi::{c_char, c_int, c_void};

use ngtcp2_abi::{ngtcp2_conn, ngtcp2_vec};

use super::conn::Conn;
use super::session::ngtcp2_crypto_rustls_session;
use crate::error::Alert;

/// What `ngtcp2_crypto_rustls_hello` returns to have the handshake wait, and what
/// `ngtcp2_crypto_read_write_crypto_data` then returns; `ngtcp2_crypto_recv_crypto_data_cb` returns 0.
pub const NGTCP2_CRYPTO_RUSTLS_WAIT: c_int = -10001;

/// What a client asks for. Later versions may add members at the end. Valid during the call.
#[repr(C)]
pub struct ngtcp2_crypto_rustls_client_hello {
    /// The name of the server, NUL terminated, or "".
    pub server_name: *const c_char,
    /// The application protocols, in the client's order of preference.
    pub alpn: *const ngtcp2_vec,
    /// The number of them.
    pub alpnlen: usize,
}

/// Called when a server has the whole ClientHello, before anything of it is processed.
///
/// The callback may call `ngtcp2_crypto_rustls_session_set_alpn` and `ngtcp2_crypto_rustls_session_set_cert` for this
/// connection, and `ngtcp2_conn_set_local_transport_params`. It returns 0 to go on; `NGTCP2_CRYPTO_RUSTLS_WAIT` to go on
/// later; or the number of a TLS alert, 1 to 255, to refuse the client, such as 112 (unrecognized_name) or 120
/// (no_application_protocol). Anything else refuses it with 80 (internal_error).
///
/// To go on later: set what is to be set, call `ngtcp2_crypto_read_write_crypto_data` with
/// `NGTCP2_ENCRYPTION_LEVEL_INITIAL` and no data, outside all callbacks, then
/// `ngtcp2_conn_continue_handshake` where the library has it (1.22), and write packets. The callback is not called again.
pub type ngtcp2_crypto_rustls_hello = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        session: *mut ngtcp2_crypto_rustls_session,
        hello: *const ngtcp2_crypto_rustls_client_hello,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// The application's answer.
pub(crate) enum Verdict {
    GoOn,
    Wait,
    Refuse(Alert),
}

/// An application's function and its argument.
#[derive(Clone, Copy)]
pub(crate) struct HelloCallback {
    function: unsafe extern "C" fn(
        *mut ngtcp2_conn,
        *mut ngtcp2_crypto_rustls_session,
        *const ngtcp2_crypto_rustls_client_hello,
        *mut c_void,
    ) -> c_int,
    user_data: *mut c_void,
}

// SAFETY: `user_data` is not looked into here, and the header tells the application that sessions on
// several threads call the function on several threads.
unsafe impl Send for HelloCallback {}

// SAFETY: as above.
unsafe impl Sync for HelloCallback {}

impl HelloCallback {
    pub(super) fn new(function: ngtcp2_crypto_rustls_hello, user_data: *mut c_void) -> Option<Self> {
        Some(Self { function: function?, user_data })
    }

    pub(crate) fn ask(
        &self,
        conn: &Conn,
        session: &ngtcp2_crypto_rustls_session,
        protocols: &[Vec<u8>],
    ) -> Verdict {
        let protocols: Vec<ngtcp2_vec> = protocols
            .iter()
            .map(|protocol| ngtcp2_vec { base: protocol.as_ptr().cast_mut(), len: protocol.len() })
            .collect();
        let server_name = session.session().facts().server_name().unwrap_or_default();
        let hello = ngtcp2_crypto_rustls_client_hello {
            server_name: server_name.as_ptr(),
            alpn: protocols.as_ptr(),
            alpnlen: protocols.len(),
        };
        let session = std::ptr::from_ref(session).cast_mut();
        // SAFETY: the application's function with its own pointer, as it asked for; nothing of the session is borrowed
        // mutably, and it is kept alive by the caller.
        match unsafe { (self.function)(conn.as_ptr(), session, &hello, self.user_data) } {
            0 => Verdict::GoOn,
            NGTCP2_CRYPTO_RUSTLS_WAIT => Verdict::Wait,
            alert => Verdict::Refuse(u8::try_from(alert).map_or(Alert::INTERNAL_ERROR, Alert)),
        }
    }
}
