//! 0-RTT (RFC 9000 §7.4.1, RFC 9001 §4.6).
//!
//! Owns: the client's remembered transport parameters and what a rejection undoes. Must not know: tickets.

use crate::error::{Error, Result};
use crate::params;
use crate::session::Session;

use super::{Stage, State, acks, write};

/// A client remembers the server's limits: `ngtcp2_conn_decode_and_set_0rtt_transport_params`.
pub(crate) fn set_remembered_params(state: &mut State, bytes: &[u8]) -> Result<()> {
    if state.side.is_server() || state.params.remote.is_some() || state.lifecycle.state() != Stage::Start {
        return Err(Error::InvalidState);
    }
    let remembered = params::remembered::decode_remembered(bytes)?;
    state.streams.set_remote_limits(&remembered);
    // These limits come from the application: only more is news.
    let _ = state.streams.take_raised_send_limit();
    state.params.remote = Some(remembered);
    state.params.remembered = true;
    Ok(())
}

/// The server rejected 0-RTT: streams and what they sent are as if they had never been. Some TLS libraries know no sooner than
/// the handshake is complete: the callback that tells of this is the last occasion.
pub(crate) fn reject(s: &mut Session) -> Result<()> {
    let state = s.state();
    if state.tls.early_data_rejected {
        return Ok(());
    }
    if state.side.is_server() || state.tls.early_data_settled {
        return Err(Error::InvalidState);
    }
    state.tls.early_data_rejected = true;
    // A packet that is open was to be 0-RTT.
    write::close_unfinished(s)?;
    let state = s.state();
    state.streams.clear_all();
    let records = state.recovery.zero_rtt_rejected();
    acks::forget(state, records);
    if state.params.remembered {
        state.params.remote = None;
        state.params.remembered = false;
    } else if let Some(remote) = &state.params.remote {
        // TLS brought the server's parameters first: they stay, and what they lower is no matter any more.
        state.streams.set_remote_limits(remote);
        state.params.lowered = false;
    }
    if state.keys.discard_zero_rtt() {
        super::log::zero_rtt_discarded(s);
    }
    super::keys::release_retired(s);
    s.tls_early_data_rejected()
}
