//! Our own transport parameters after the connection was made (RFC 9000 §7.4).
//!
//! Owns: when a server may still change them, and what does not change with them. Must not know: their coding.

use ngtcp2_abi as abi;

use crate::error::{Error, Result};
use crate::packet::ConnectionId;
use crate::params;
use crate::wire::Writer;

use super::{Stage, State};

/// A server replaces its parameters, for example after ALPN: `ngtcp2_conn_set_local_transport_params`.
pub(crate) fn replace(state: &mut State, mut new: abi::ngtcp2_transport_params) -> Result<()> {
    // Once Handshake packets can be sent, TLS has encoded them; later the keys are gone again.
    let undecided = matches!(state.lifecycle.state(), Stage::Start | Stage::Handshake);
    if state.side.is_client() || !undecided || state.keys.has_handshake_tx() {
        return Err(Error::InvalidState);
    }
    let old = &state.params.local;
    new.initial_scid = old.initial_scid;
    new.initial_scid_present = old.initial_scid_present;
    new.version_info = old.version_info;
    new.version_info_present = old.version_info_present;
    if new.preferred_addr_present != 0 && old.preferred_addr_present == 0 {
        let preferred = &new.preferred_addr;
        let id = ConnectionId::from_abi(&preferred.cid).ok_or(Error::InvalidArgument)?;
        state.paths.local_ids.add_preferred_address(id, preferred.stateless_reset_token)?;
    }
    state.streams.set_local_limits(&new);
    state.paths.remote_ids.set_limit(new.active_connection_id_limit);
    state.params.local = new;
    Ok(())
}

/// Writes what 0-RTT rests on: a client the server's parameters, a server its own.
pub(crate) fn encode_remembered(state: &State, writer: &mut Writer<'_>) -> Result<()> {
    let params =
        if state.side.is_server() { Some(&state.params.local) } else { state.params.remote.as_ref() };
    params::remembered::encode_remembered(writer, params.ok_or(Error::InvalidState)?, state.side)
}

/// Writes our parameters as TLS carries them.
pub(crate) fn encode(state: &State, writer: &mut Writer<'_>) -> Result<()> {
    params::encode(writer, &state.params.local, &state.params.local_versions)
}
