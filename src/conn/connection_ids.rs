//! Connection ids of both sides, and the callbacks about them (RFC 9000 §5.1).
//!
//! Owns: when the application is asked for ids or told about them. Must not know: the rules of the frames (`path`).

use ngtcp2_abi as abi;

use crate::error::Result;
use crate::frame::NewConnectionIdFrame;
use crate::path::remote_ids::RemoteId;
use crate::session::Session;

use super::State;
use super::control::Control;

/// How many probe timeouts a retired id stays alive for packets on their way.
pub(super) const LINGER_PTOS: u64 = 3;

/// Reports the peer's first id as active, once the handshake is complete.
pub(crate) fn report_first(s: &mut Session) -> Result<()> {
    let state = s.state();
    if state.lifecycle.is_completed() && !state.paths.first_id_reported {
        state.paths.first_id_reported = true;
        let active = *state.paths.remote_ids.active();
        if !active.id.is_empty() {
            report_active(s, &active)?;
        }
    }
    Ok(())
}

/// Asks the application for as many ids as the peer takes: a client once the handshake is complete, a server as soon as it
/// can send them.
pub(crate) fn issue(s: &mut Session) -> Result<()> {
    let state = s.state();
    if !state.lifecycle.is_completed() && state.side.is_client() || state.keys.one_rtt.tx().is_none() {
        return Ok(());
    }
    let len = state.paths.local_ids.id_len();
    for _ in 0..state.paths.local_ids.issuable() {
        let (id, token) = s.new_connection_id(len)?;
        let state = s.state();
        state.paths.local_ids.issue(id, token)?;
        state.control.set(Control::CONNECTION_IDS);
    }
    Ok(())
}

pub(crate) fn report_active(s: &mut Session, remote: &RemoteId) -> Result<()> {
    let status = abi::NGTCP2_CONNECTION_ID_STATUS_TYPE_ACTIVATE;
    s.dcid_status(status, remote.sequence, &remote.id, remote.token.as_ref())
}

fn report_inactive(s: &mut Session, remote: &RemoteId) -> Result<()> {
    let status = abi::NGTCP2_CONNECTION_ID_STATUS_TYPE_DEACTIVATE;
    s.dcid_status(status, remote.sequence, &remote.id, remote.token.as_ref())
}

/// NEW_CONNECTION_ID: the peer offers an id, and may take others back.
pub(crate) fn on_new_connection_id(s: &mut Session, given: &NewConnectionIdFrame<'_>) -> Result<()> {
    let &NewConnectionIdFrame { sequence, retire_prior_to, ref id, token } = given;
    let state = s.state();
    if state.paths.remote_ids.on_next_connection_id(sequence, retire_prior_to, id, token)? {
        return Ok(());
    }
    let (now, linger) = (state.now, state.linger());
    let is_gift = state.paths.remote_ids.is_gift(sequence, retire_prior_to);
    state.paths.remote_ids.on_new_connection_id(sequence, retire_prior_to, *id, token, now, linger)?;
    if state.paths.remote_ids.next_retirement().is_some() {
        state.control.set(Control::CONNECTION_IDS);
    }
    if !is_gift {
        state.note_glitch()?;
    }
    while let Some(replacement) = s.state().paths.remote_ids.pop_replacement() {
        s.state().datagram.spoil();
        if let Some(new) = &replacement.new {
            report_active(s, new)?;
        }
        super::validation::on_id_replaced(s, &replacement)?;
    }
    Ok(())
}

/// RETIRE_CONNECTION_ID: the peer stops using one of ours.
pub(crate) fn on_retire_connection_id(state: &mut State, sequence: u64, carried_by: u64) -> Result<()> {
    let (now, linger) = (state.now, state.linger());
    let was_in_use = state.paths.local_ids.is_in_use(sequence);
    state.paths.local_ids.on_retire_connection_id(sequence, carried_by, now, linger)?;
    state.timers.request_housekeeping();
    if was_in_use { Ok(()) } else { state.note_glitch() }
}

/// Ids whose last packets have drained.
pub(crate) fn expire(s: &mut Session) -> Result<()> {
    let now = s.state().now;
    while let Some(removed) = s.state().paths.local_ids.pop_removed(now) {
        s.state().timers.request_housekeeping();
        s.remove_connection_id(&removed.id)?;
    }
    while let Some(remote) = s.state().paths.remote_ids.pop_deactivated(now) {
        report_inactive(s, &remote)?;
    }
    Ok(())
}

impl State {
    pub(crate) fn linger(&self) -> crate::units::Duration {
        self.pto() * LINGER_PTOS
    }
}
