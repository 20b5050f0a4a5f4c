//! The handshake of a connection: carries CRYPTO data, transport parameters and keys between ngtcp2's
//! connection and the TLS session (RFC 9001, sections 4 and 8.2).
//!
//! Each step may make ngtcp2 call the application, so nothing of the session is borrowed meanwhile.

use std::ffi::c_int;

use ngtcp2_abi::{
    NGTCP2_ENCRYPTION_LEVEL_0RTT, NGTCP2_ERR_CRYPTO, NGTCP2_ERR_INTERNAL, NGTCP2_ERR_INVALID_STATE,
};

use crate::error::{Alert, TlsFailure};
use crate::ffi::conn::Conn;
use crate::ffi::hello::{NGTCP2_CRYPTO_RUSTLS_WAIT, Verdict};
use crate::ffi::session::ngtcp2_crypto_rustls_session as NativeSession;
use crate::install;
use crate::session::{Direction, Flight, HelloProgress, Level, Session};

/// Gives `data` to TLS, and what TLS answers to the connection. An error is a code of ngtcp2, in which case the alert
/// or the error that closes the connection has been noted in it, or that the handshake waits for the application.
pub(crate) fn advance(conn: &Conn, native: &NativeSession, level: Level, data: &[u8]) -> Result<(), c_int> {
    if native.session().is_busy() {
        return Err(NGTCP2_ERR_INVALID_STATE);
    }
    let result = advance_tls(conn, native, level, data);
    native.session().write_key_log();
    result
}

fn advance_tls(conn: &Conn, native: &NativeSession, level: Level, data: &[u8]) -> Result<(), c_int> {
    let session = native.session();
    let refuse = |failure| refuse(conn, failure);

    if session.is_new_client() {
        start_client(conn, session, false)?;
    }
    match session.gather_client_hello(level, data).map_err(refuse)? {
        HelloProgress::Incomplete => return Ok(()),
        HelloProgress::NotNeeded => session.read(level, data).map_err(refuse)?,
        HelloProgress::Complete(protocols) => {
            if let Some(callback) = session.hello_callback() {
                match callback.ask(conn, native, &protocols) {
                    Verdict::GoOn => {}
                    Verdict::Wait => return Err(NGTCP2_CRYPTO_RUSTLS_WAIT),
                    Verdict::Refuse(alert) => {
                        let text = "the application refused the client";
                        return Err(refuse(session.refuse(TlsFailure::new(alert, text))));
                    }
                }
            }
            start_server(conn, session)?;
        }
        HelloProgress::Decided => start_server(conn, session)?,
    }
    install_early_key(conn, session)?;
    while let Some(flight) = session.write().map_err(refuse)? {
        send(conn, session, &flight)?;
    }
    if session.take_completed(conn.negotiated_version()) {
        if session.is_server() {
            // Not before: 1-RTT packets must not be read while the client is unknown
            // (RFC 9001, section 5.7).
            install_key(conn, session, Level::OneRtt, Direction::Receive)?;
        } else if session.is_early_data_rejected() {
            conn.tls_early_data_rejected()?;
        }
        conn.tls_handshake_completed();
    }
    Ok(())
}

/// Has a client offer early data, if it remembers a session that allows them. The connection then works under the
/// remembered transport parameters.
pub(crate) fn offer_early_data(conn: &Conn, session: &Session) -> Result<bool, c_int> {
    if session.is_busy() || !session.is_new_client() {
        return Err(NGTCP2_ERR_INVALID_STATE);
    }
    start_client(conn, session, true)?;
    let Some(parameters) = session.remembered_parameters() else { return Ok(false) };
    conn.set_remembered_transport_params(&parameters).map_err(|_| {
        // The ClientHello that announces them is made.
        let text = "the connection does not take the transport parameters that early data need";
        refuse(conn, session.refuse(TlsFailure::new(Alert::INTERNAL_ERROR, text)))
    })?;
    Ok(true)
}

fn refuse(conn: &Conn, failure: TlsFailure) -> c_int {
    conn.set_tls_alert(failure.alert.0);
    NGTCP2_ERR_CRYPTO
}

fn start_client(conn: &Conn, session: &Session, early_data: bool) -> Result<(), c_int> {
    let parameters = conn.local_transport_params()?;
    session
        .start_client(parameters, conn.client_chosen_version(), early_data)
        .map_err(|failure| refuse(conn, failure))
}

/// The answer depends on what the client says, so first its parameters, then ours.
fn start_server(conn: &Conn, session: &Session) -> Result<(), c_int> {
    let remote_parameters = session.hello_parameters().ok_or(NGTCP2_ERR_INTERNAL)?;
    install::set_remote_parameters(conn, session, &remote_parameters)?;
    let limits = conn.local_limits()?;
    session
        .start_server(conn.local_transport_params()?, conn.negotiated_version(), limits)
        .map_err(|failure| refuse(conn, failure))
}

fn install_early_key(conn: &Conn, session: &Session) -> Result<(), c_int> {
    let Some(secret) = session.take_early_secret() else { return Ok(()) };
    let direction = if session.is_server() { Direction::Receive } else { Direction::Send };
    install::traffic_key(conn, Some(session), NGTCP2_ENCRYPTION_LEVEL_0RTT, direction, secret.as_bytes())?;
    Ok(())
}

fn send(conn: &Conn, session: &Session, flight: &Flight) -> Result<(), c_int> {
    if !flight.data.is_empty() {
        conn.submit_crypto_data(flight.level, &flight.data)?;
    }
    let Some(level) = flight.new_keys else { return Ok(()) };
    if !session.is_server() {
        install_key(conn, session, level, Direction::Receive)?;
        return install_key(conn, session, level, Direction::Send);
    }
    install_key(conn, session, level, Direction::Send)?;
    match level {
        Level::OneRtt => Ok(()),
        _ => install_key(conn, session, level, Direction::Receive),
    }
}

fn install_key(conn: &Conn, session: &Session, level: Level, direction: Direction) -> Result<(), c_int> {
    // TLS announces keys only after it has made their secrets.
    let secret = session.take_secret(level, direction).ok_or(NGTCP2_ERR_CRYPTO)?;
    install::traffic_key(conn, Some(session), level.into(), direction, secret.as_bytes())?;
    Ok(())
}
