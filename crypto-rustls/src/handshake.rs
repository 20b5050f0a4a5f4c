//! The handshake of a connection: carries CRYPTO data, transport parameters and keys between ngtcp2's
//! connection and the TLS session (RFC 9001, sections 4 and 8.2).
//!
//! Each step may make ngtcp2 call the application, so nothing of the session is borrowed meanwhile.

use std::ffi::c_int;

use ngtcp2_abi::NGTCP2_ERR_CRYPTO;

use crate::error::TlsFailure;
use crate::ffi::conn::Conn;
use crate::install;
use crate::session::{Direction, Flight, HelloProgress, Level, Session};

/// Gives `data` to TLS, and what TLS answers to the connection. An error is a code of ngtcp2; the alert
/// or the error that closes the connection has been noted in it.
pub(crate) fn advance(conn: &Conn, session: &Session, level: Level, data: &[u8]) -> Result<(), c_int> {
    let result = advance_tls(conn, session, level, data);
    session.write_key_log();
    result
}

fn advance_tls(conn: &Conn, session: &Session, level: Level, data: &[u8]) -> Result<(), c_int> {
    let refuse = |failure: TlsFailure| {
        conn.set_tls_alert(failure.alert.0);
        NGTCP2_ERR_CRYPTO
    };

    if session.is_new_client() {
        session.start_client(conn.local_transport_params()?).map_err(refuse)?;
    }
    match session.gather_client_hello(level, data).map_err(refuse)? {
        HelloProgress::Incomplete => return Ok(()),
        HelloProgress::NotNeeded => session.read(level, data).map_err(refuse)?,
        HelloProgress::Complete { remote_parameters } => {
            // The answer depends on what the client says, so first this, then the local parameters.
            install::set_remote_parameters(conn, session, &remote_parameters)?;
            session.start_server(conn.local_transport_params()?).map_err(refuse)?;
        }
    }
    while let Some(flight) = session.write().map_err(refuse)? {
        send(conn, session, &flight)?;
    }
    if session.take_completed() {
        if session.is_server() {
            // Not before: 1-RTT packets must not be read while the client is unknown
            // (RFC 9001, section 5.7).
            install_key(conn, session, Level::OneRtt, Direction::Receive)?;
        }
        conn.tls_handshake_completed();
    }
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
