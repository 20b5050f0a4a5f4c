//! QUIC versions: incompatible negotiation by packet, compatible negotiation by transport parameter (RFC 9368).
//!
//! Owns: which versions of long headers belong to the connection, and the choice of another version in mid-handshake.
//! Must not know: how keys depend on the version.

use ngtcp2_abi as abi;

use crate::error::{Error, Result};
use crate::packet::header::LongHeader;
use crate::packet::{ConnectionId, PacketType, version, version_negotiation};
use crate::params::{self, Negotiated};
use crate::session::Session;
use crate::trace::Event;

use super::{Stage, State, log};

/// Versions that a Version Negotiation packet may list and we report; more are cut off.
const MAX_REPORTED: usize = 64;

/// A Version Negotiation packet: the server knows none of what we speak (RFC 9000 §6.2).
pub(crate) fn receive(s: &mut Session, packet: &[u8], off_path: bool) -> Result<()> {
    let state = s.state();
    let untouched = state.params.peer_initial_scid.is_none() && state.params.retry_scid.is_none();
    if state.side.is_server() || state.lifecycle.state() != Stage::Handshake || !untouched || off_path {
        return Ok(());
    }
    let Ok(received) = version_negotiation::parse(packet) else { return Ok(()) };
    if *state.paths.scid() != *received.dcid || *state.paths.dcid() != *received.scid {
        return Ok(());
    }
    let in_use = state.versions.client_chosen;
    if version::iter(received.versions).any(|version| version == in_use) {
        return Ok(());
    }
    log::version_negotiation_received(s, received.versions);
    let state = s.state();
    let mut versions = [0; MAX_REPORTED];
    let mut count = 0;
    for (slot, version) in versions.iter_mut().zip(version::iter(received.versions)) {
        *slot = version;
        count += 1;
    }
    let mut header = abi::ngtcp2_pkt_hd::ZERO;
    header.dcid = state.paths.scid().to_abi();
    header.scid = state.paths.dcid().to_abi();
    header.r#type = PacketType::VersionNegotiation.code();
    header.flags = abi::NGTCP2_PKT_FLAG_LONG_FORM as u8;
    state.closure.fall_silent();
    s.recv_version_negotiation(&header, versions.get(..count).unwrap_or_default())?;
    Err(Error::RecvVersionNegotiation)
}

/// Whether a long header's version belongs to the connection. A client meets the version that the server chose in the
/// server's first packet, and has keys made for it.
pub(crate) fn accepts(s: &mut Session, header: &LongHeader<'_>) -> Result<bool> {
    let state = s.state();
    let versions = &state.versions;
    let is_initial = header.kind == PacketType::Initial;
    if header.version == versions.of(header.kind) || is_initial && header.version == versions.client_chosen {
        return Ok(true);
    }
    let may_upgrade = state.side.is_client()
        && versions.negotiated.is_none()
        && is_initial
        && state.config.available_versions.contains(header.version);
    if !may_upgrade {
        return Ok(false);
    }
    let dcid = state.params.retry_scid.unwrap_or(state.params.original_dcid);
    if !state.keys.has_negotiated_initial(header.version) {
        s.version_negotiation(header.version, &dcid)?;
    }
    Ok(true)
}

/// The version that the handshake's keys depend on; 0 while a client waits for the server's first packet, which may still
/// bring another one.
pub(crate) fn known_version(state: &State) -> u32 {
    let answered = state.side.is_client() && state.params.peer_initial_scid.is_some();
    match state.versions.negotiated {
        Some(version) => version,
        None if answered => state.versions.client_chosen,
        None => 0,
    }
}

/// Checks the peer's version_information against what was seen (RFC 9368 §4).
pub(crate) fn check(
    state: &State,
    remote: &abi::ngtcp2_transport_params,
    available_versions: Option<&[u8]>,
) -> Result<()> {
    // Only version_information can explain another version than that of the first flight (RFC 9368 §4).
    let upgraded = state.side.is_client() && state.versions.in_use() != state.versions.client_chosen;
    if upgraded && remote.version_info_present == 0 {
        return Err(Error::VersionNegotiationFailure);
    }
    let original = state.config.original_version;
    let restarted = state.side.is_client() && original != 0 && original != state.versions.client_chosen;
    let negotiated = Negotiated {
        side: state.side,
        version_in_use: match state.side.is_server() {
            true => state.versions.client_chosen,
            false => state.versions.in_use(),
        },
        restarted_among: restarted.then(|| state.config.preferred_versions.as_slice()),
    };
    params::check_version_information(remote, available_versions, &negotiated)
}

/// A server decides on the version once it knows what the client speaks (RFC 9368 §2.3).
pub(crate) fn choose(s: &mut Session, remote: &abi::ngtcp2_transport_params) -> Result<()> {
    let state = s.state();
    if state.side.is_client() || state.versions.negotiated.is_some() {
        return Ok(());
    }
    let client_chosen = state.versions.client_chosen;
    let offered = &state.params.remote_versions;
    let preferred = state.config.preferred_versions;
    let mut chosen = client_chosen;
    if remote.version_info_present != 0 {
        let best = preferred
            .as_slice()
            .iter()
            .copied()
            .find(|preferred| version::iter(offered).any(|offered| offered == *preferred));
        chosen = best.unwrap_or(client_chosen);
    }
    state.versions.negotiated = Some(chosen);
    log::event(s, &Event::VersionNegotiated(chosen));
    if chosen == client_chosen {
        return Ok(());
    }
    let state = s.state();
    let dcid: ConnectionId = state.paths.initial_dcid();
    state.params.local.version_info.chosen_version = chosen;
    s.version_negotiation(chosen, &dcid)
}
