//! Judging the peer's parameters against what its packets said (RFC 9000 §7.3 and §7.4, RFC 9368 §4 and §5).
//!
//! Owns: the comparisons and the error each leads to. Must not know: how the packets came.

use ngtcp2_abi::{ngtcp2_cid, ngtcp2_transport_params};

use super::{DEFAULT_ACTIVE_CONNECTION_ID_LIMIT, MAX_ACK_DELAY_EXPONENT, MAX_ACK_DELAY_LIMIT_MS};
use super::{MILLISECOND, MIN_MAX_UDP_PAYLOAD_SIZE};
use crate::error::{Error, Result};
use crate::packet::{ConnectionId, version};
use crate::units::Side;

/// The connection ids that this endpoint saw in packet headers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Observed<'a> {
    /// Which endpoint we are.
    pub(crate) side: Side,
    /// The Source Connection ID of the peer's first Initial packet.
    pub(crate) peer_initial_scid: &'a ConnectionId,
    /// Clients: the Destination Connection ID of our first Initial packet.
    pub(crate) original_dcid: &'a ConnectionId,
    /// Clients: the Source Connection ID of the Retry packet, if there was one.
    pub(crate) retry_scid: Option<&'a ConnectionId>,
}

/// Checks the peer's decoded parameters: `RequiredTransportParam` when one that must be there is not, `TransportParam`
/// when one has a value that the peer must not send.
pub(crate) fn validate_remote(params: &ngtcp2_transport_params, observed: &Observed<'_>) -> Result<()> {
    check_values(params)?;
    if params.initial_scid_present == 0 {
        return Err(Error::RequiredTransportParam);
    }
    check_connection_id(&params.initial_scid, observed.peer_initial_scid)?;
    match observed.side {
        Side::Client => check_server_connection_ids(params, observed),
        Side::Server => check_nothing_of_servers(params),
    }
}

/// RFC 9000 §18.2: the limits that decoding lets pass.
fn check_values(params: &ngtcp2_transport_params) -> Result<()> {
    let acceptable = params.max_udp_payload_size >= MIN_MAX_UDP_PAYLOAD_SIZE
        && params.active_connection_id_limit >= DEFAULT_ACTIVE_CONNECTION_ID_LIMIT
        && params.ack_delay_exponent <= MAX_ACK_DELAY_EXPONENT
        && params.max_ack_delay < MAX_ACK_DELAY_LIMIT_MS * MILLISECOND;
    if acceptable { Ok(()) } else { Err(Error::TransportParam) }
}

/// RFC 9000 §7.3. A server with an empty connection id has no preferred address (§18.2).
fn check_server_connection_ids(params: &ngtcp2_transport_params, observed: &Observed<'_>) -> Result<()> {
    if params.original_dcid_present == 0 {
        return Err(Error::RequiredTransportParam);
    }
    check_connection_id(&params.original_dcid, observed.original_dcid)?;
    match (observed.retry_scid, params.retry_scid_present != 0) {
        (Some(seen), true) => check_connection_id(&params.retry_scid, seen)?,
        (Some(_), false) => return Err(Error::RequiredTransportParam),
        (None, true) => return Err(Error::TransportParam),
        (None, false) => {}
    }
    if params.preferred_addr_present != 0 && observed.peer_initial_scid.is_empty() {
        return Err(Error::TransportParam);
    }
    Ok(())
}

/// RFC 9000 §18.2: a client must not send what only servers have.
fn check_nothing_of_servers(params: &ngtcp2_transport_params) -> Result<()> {
    let servers_only = [
        params.original_dcid_present,
        params.retry_scid_present,
        params.preferred_addr_present,
        params.stateless_reset_token_present,
    ];
    if servers_only != [0; 4] { Err(Error::TransportParam) } else { Ok(()) }
}

fn check_connection_id(announced: &ngtcp2_cid, seen: &ConnectionId) -> Result<()> {
    match ConnectionId::from_abi(announced) {
        Some(announced) if announced == *seen => Ok(()),
        _ => Err(Error::TransportParam),
    }
}

/// How the version in use came about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Negotiated<'a> {
    pub(crate) side: Side,
    /// Of the packets that carry the handshake: the client's first flight for a server, the server's for a client.
    pub(crate) version_in_use: u32,
    /// Clients that began anew after a Version Negotiation packet: their versions, best first.
    pub(crate) restarted_among: Option<&'a [u32]>,
}

/// Checks the peer's version_information (RFC 9368 §4): `VersionNegotiationFailure` when it does not fit what was seen,
/// which is how a forged Version Negotiation packet comes to light.
pub(crate) fn check_version_information(
    params: &ngtcp2_transport_params,
    available_versions: Option<&[u8]>,
    negotiated: &Negotiated<'_>,
) -> Result<()> {
    let available = available_versions.unwrap_or_default();
    if params.version_info_present == 0 {
        // A server of version 1 alone knows no version_information; its choice after Version Negotiation is then final.
        let excusable = negotiated.restarted_among.is_none() || negotiated.version_in_use == version::V1;
        return if excusable { Ok(()) } else { Err(Error::VersionNegotiationFailure) };
    }
    let chosen = params.version_info.chosen_version;
    let consistent = chosen == negotiated.version_in_use
        && match (negotiated.side, negotiated.restarted_among) {
            (Side::Server, _) => version::iter(available).any(|version| version == chosen),
            (Side::Client, None) => true,
            (Side::Client, Some(preferred)) => {
                version::select_from_wire(preferred, available) == Some(negotiated.version_in_use)
            }
        };
    if consistent { Ok(()) } else { Err(Error::VersionNegotiationFailure) }
}
