//! Making keys and giving them to a connection (RFC 9001, sections 5.1, 5.2, 5.8 and 6).

use std::ffi::c_int;

use ngtcp2_abi::{
    NGTCP2_ENCRYPTION_LEVEL_0RTT, NGTCP2_ENCRYPTION_LEVEL_1RTT, NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE,
    NGTCP2_ERR_CRYPTO, NGTCP2_ERR_INTERNAL, NGTCP2_ERR_INVALID_ARGUMENT, ngtcp2_encryption_level,
};

use crate::aead::{AeadError, AeadKey};
use crate::ffi::conn::Conn;
use crate::ffi::handles::{AeadHandle, KeyHandles};
use crate::hkdf::Secret;
use crate::packet_keys::{self, InitialKeys, PacketKeys};
use crate::session::{Direction, Session};
use crate::suite::{self, Suite};
use crate::version::Version;

/// Derives a packet protection key from a traffic secret and installs it. Returns the key as bytes.
pub(crate) fn traffic_key(
    conn: &Conn,
    session: Option<&Session>,
    level: ngtcp2_encryption_level,
    direction: Direction,
    secret: &[u8],
) -> Result<PacketKeys, c_int> {
    let suite = suite(conn, session, level)?;
    let version = match level {
        NGTCP2_ENCRYPTION_LEVEL_0RTT => conn.client_chosen_version(),
        _ => conn.negotiated_version(),
    };
    let keys = PacketKeys::derive(suite, Version::of(version), secret);
    let handles = handles(&keys)?;

    match (level, direction) {
        (NGTCP2_ENCRYPTION_LEVEL_0RTT, _) if conn.is_server() == (direction == Direction::Receive) => {
            conn.install_early_key(handles, keys.iv())?;
        }
        (NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE, _) => {
            conn.install_handshake_key(direction, handles, keys.iv())?;
        }
        (NGTCP2_ENCRYPTION_LEVEL_1RTT, _) => {
            // The first 1-RTT key of either side is where the peer's parameters must be known.
            if conn.is_server() == (direction == Direction::Send) {
                set_received_parameters(conn, session)?;
            }
            conn.install_key(direction, secret, handles, keys.iv())?;
        }
        _ => return Err(NGTCP2_ERR_INVALID_ARGUMENT),
    }
    Ok(keys)
}

/// The suite of a level: the connection's, or TLS's if the connection does not know it yet.
fn suite(
    conn: &Conn,
    session: Option<&Session>,
    level: ngtcp2_encryption_level,
) -> Result<&'static Suite, c_int> {
    let is_early = level == NGTCP2_ENCRYPTION_LEVEL_0RTT;
    let known = if is_early { conn.early_suite() } else { conn.suite() };
    if let Some(suite) = known {
        return Ok(suite);
    }
    let session = session.ok_or(NGTCP2_ERR_CRYPTO)?;
    let suite = if is_early { session.early_suite() } else { session.facts().suite() };
    let suite = suite.ok_or(NGTCP2_ERR_CRYPTO)?;
    if is_early {
        conn.set_early_suite(suite);
    } else {
        conn.set_suite(suite);
    }
    Ok(suite)
}

fn set_received_parameters(conn: &Conn, session: Option<&Session>) -> Result<(), c_int> {
    let session = session.ok_or(NGTCP2_ERR_CRYPTO)?;
    if session.has_remote_parameters() {
        return Ok(());
    }
    let parameters = session.remote_parameters().ok_or(NGTCP2_ERR_CRYPTO)?;
    set_remote_parameters(conn, session, &parameters)
}

/// Gives the peer's transport parameters to the connection. What is wrong with them closes it.
pub(crate) fn set_remote_parameters(conn: &Conn, session: &Session, parameters: &[u8]) -> Result<(), c_int> {
    conn.set_remote_transport_params(parameters).inspect_err(|&error| conn.set_tls_error(error))?;
    session.note_remote_parameters();
    Ok(())
}

/// Installs Initial keys for the first destination connection ID of the client.
pub(crate) fn initial_keys(conn: &Conn, destination_connection_id: &[u8]) -> Result<(), c_int> {
    let version = conn.client_chosen_version();
    let (receive, send) = derive_initial(conn, version, destination_connection_id);
    conn.set_initial_suite(suite::INITIAL);
    conn.install_initial_keys(handles(&receive)?, receive.iv(), handles(&send)?, send.iv())
}

/// Installs the Initial keys of a version that is being negotiated (RFC 9369, section 4.1).
pub(crate) fn negotiated_initial_keys(
    conn: &Conn,
    version: u32,
    destination_connection_id: &[u8],
) -> Result<(), c_int> {
    let (receive, send) = derive_initial(conn, version, destination_connection_id);
    conn.set_initial_suite(suite::INITIAL);
    conn.install_negotiated_initial_keys(
        version,
        handles(&receive)?,
        receive.iv(),
        handles(&send)?,
        send.iv(),
    )
}

/// The key that checks the integrity tag of Retry packets.
pub(crate) fn retry_key(conn: &Conn) -> Result<(), c_int> {
    let key = retry_aead_key(conn.client_chosen_version()).map_err(|_| NGTCP2_ERR_INTERNAL)?;
    conn.set_retry_key(AeadHandle::new(key));
    Ok(())
}

pub(crate) fn retry_aead_key(version: u32) -> Result<AeadKey, AeadError> {
    AeadKey::new(suite::INITIAL.aead, &Version::of(version).retry_key)
}

/// The next key phase of one direction.
pub(crate) struct NextKey {
    pub(crate) secret: Secret,
    pub(crate) keys: PacketKeys,
    pub(crate) aead: AeadHandle,
}

/// Derives the next key phase of a connection.
pub(crate) fn next_key(conn: &Conn, secret: &[u8]) -> Result<NextKey, c_int> {
    let suite = conn.suite().ok_or(NGTCP2_ERR_CRYPTO)?;
    let version = Version::of(conn.negotiated_version());
    let secret = packet_keys::next_secret(suite, version, secret);
    let keys = PacketKeys::derive(suite, version, secret.as_bytes());
    let aead = AeadHandle::new(keys.aead_key().map_err(|_| NGTCP2_ERR_INTERNAL)?);
    Ok(NextKey { secret, keys, aead })
}

fn derive_initial(conn: &Conn, version: u32, destination_connection_id: &[u8]) -> (PacketKeys, PacketKeys) {
    let InitialKeys { client, server } = InitialKeys::derive(Version::of(version), destination_connection_id);
    if conn.is_server() { (client, server) } else { (server, client) }
}

fn handles(keys: &PacketKeys) -> Result<KeyHandles, c_int> {
    KeyHandles::new(keys).map_err(|_| NGTCP2_ERR_INTERNAL)
}
