//! Connection migration (RFC 9000 §9): when the connection goes to another path.
//!
//! Owns: a client's own moves, also to the server's preferred address, and how a server follows its client. Must not
//! know: how a path is validated (`validation`), what belongs to a path (`paths`).

use crate::error::{Error, Result};
use crate::path::validation::{Fallback, Purpose};
use crate::path::{AmplificationCredit, Path, Route, pmtud};
use crate::session::Session;
use crate::trace::note;
use crate::units::{Side, Timestamp};

use super::paths::Need;
use super::{State, log, validation, write};

/// An authentic 1-RTT packet came on a path beside the current one. It `moves` when it is the newest so far and carries
/// more than probing frames.
pub(crate) fn on_packet(
    s: &mut Session,
    path: &Path,
    addressed_by: u64,
    moves: bool,
    datagram_len: usize,
) -> Result<()> {
    let state = s.state();
    // A server does not move. Or a callback has moved the connection meanwhile.
    if state.side.is_client() || state.paths.is_current(path) {
        return Ok(());
    }
    let until = state.remember_until();
    state.paths.on_arrival(path, addressed_by, datagram_len, until)?;
    if moves { follow_peer(s, path) } else { Ok(()) }
}

/// How often a server follows a client that acknowledges nothing meanwhile. What is sent to each address, challenges for
/// one, waits to be acknowledged, and no window holds it back where each is new.
const MAX_UNHEARD_MOVES: u8 = 16;

/// The client sends from another address (RFC 9000 §9.3), or to another one of ours.
fn follow_peer(s: &mut Session, path: &Path) -> Result<()> {
    let state = s.state();
    if state.paths.unheard_moves >= MAX_UNHEARD_MOVES {
        return Ok(());
    }
    let Some(route) = state.paths.routes.get(path).copied() else { return Ok(()) };
    // Without a spare id of the peer nothing may be sent there: the next packet that comes may bring one.
    let Some(dcid) = state.paths.dcid_on(path, Need::Move) else { return Ok(()) };
    if route.credit.is_validated() {
        return return_to(s, path, dcid);
    }
    if route.path.remote == state.paths.current.remote {
        return prepare_own_address(s, path, dcid);
    }
    log::note(s, note::NEW_REMOTE_ADDRESS);
    let state = s.state();
    let fallback = state.fallback();
    if !state.go_to(path, dcid) {
        return Ok(());
    }
    validation::begin(s, path, dcid, Purpose::PathInUse, fallback)
}

/// The client went back to a path that was validated a moment ago: it need not be validated again (RFC 9000 §9.3.3).
fn return_to(s: &mut Session, path: &Path, dcid: u64) -> Result<()> {
    let state = s.state();
    let former = state.paths.is_current_validated().then_some(state.paths.current);
    let former_dcid = state.paths.remote_ids.active().sequence;
    if !state.go_to(path, dcid) {
        return Ok(());
    }
    state.start_pmtud();
    match former {
        Some(former) => validation::begin(s, &former, former_dcid, Purpose::FormerPath, None),
        None => validation::abort(s),
    }
}

/// The client found our preferred address. Its own address is validated, so there is no haste: this path is used once it
/// is known to work in both directions (RFC 9000 §9.6.2).
fn prepare_own_address(s: &mut Session, path: &Path, dcid: u64) -> Result<()> {
    let running = s.state().paths.validation.as_ref();
    if running.is_some_and(|running| running.path() == path || running.purpose() == Purpose::PathInUse) {
        return Ok(());
    }
    validation::begin(s, path, dcid, Purpose::Migration, None)
}

/// Moves to `path` once it is validated: `ngtcp2_conn_initiate_migration`.
pub(crate) fn initiate(s: &mut Session, path: &Path, now: Timestamp) -> Result<()> {
    let state = s.state();
    state.advance_clock(now);
    let dcid = begin(s, path)?;
    validation::begin(s, path, dcid, Purpose::Migration, None)
}

/// Moves to `path` at once and validates it meanwhile: `ngtcp2_conn_initiate_immediate_migration`.
pub(crate) fn initiate_immediately(s: &mut Session, path: &Path, now: Timestamp) -> Result<()> {
    let state = s.state();
    state.advance_clock(now);
    let dcid = begin(s, path)?;
    // Before the callbacks, which may ask for the path.
    if !s.state().go_to(path, dcid) {
        return Err(Error::Internal);
    }
    validation::begin(s, path, dcid, Purpose::PathInUse, None)
}

/// The handshake is confirmed: a client may take up the server's preferred address (RFC 9000 §9.6).
pub(crate) fn on_confirmed(s: &mut Session) -> Result<()> {
    let state = s.state();
    let remote = state.params.remote.as_ref().filter(|remote| remote.preferred_addr_present != 0);
    let (Side::Client, Some(remote)) = (state.side, remote) else { return Ok(()) };
    let preferred = remote.preferred_addr;
    let Some(mut path) = s.select_preferred_addr(&preferred)? else { return Ok(()) };
    let state = s.state();
    if path.local.len() == 0 {
        path.local = state.paths.current.local;
    }
    if !state.lifecycle.is_confirmed() || state.paths.is_current(&path) {
        return Ok(());
    }
    let Ok(dcid) = state.bind_path(&path) else { return Ok(()) };
    validation::begin(s, &path, dcid, Purpose::PreferredAddress, None)
}

/// Checks that this client may migrate to `path`, and binds an id of the server to it.
fn begin(s: &mut Session, path: &Path) -> Result<u64> {
    let state = s.state();
    let forbidden = state.params.remote.as_ref().is_none_or(|remote| remote.disable_active_migration != 0);
    if state.side.is_server() || !state.lifecycle.is_confirmed() || forbidden {
        return Err(Error::InvalidState);
    }
    if state.paths.remote_ids.spare_count() == 0 {
        return Err(Error::ConnIdBlocked);
    }
    if state.paths.is_current(path) {
        return Err(Error::InvalidArgument);
    }
    // The header of a packet that is open names the id of the present path.
    write::close_unfinished(s)?;
    s.state().bind_path(path)
}

impl State {
    /// A new path of a client, with an id of its own (RFC 9000 §9.5).
    fn bind_path(&mut self, path: &Path) -> Result<u64> {
        if self.paths.remote_ids.is_zero_length() {
            return Err(Error::ConnIdBlocked);
        }
        self.paths.routes.try_reserve()?;
        let dcid = self.paths.remote_ids.bind()?.sequence;
        let expires = self.remember_until();
        // The client chose this address, or the server announced it: nobody can be flooded.
        let credit = AmplificationCredit::new(true);
        self.paths.routes.insert(Route {
            path: *path,
            dcid: Some(dcid),
            addressed_by: None,
            credit,
            expires,
        });
        Ok(dcid)
    }

    /// Where to go back to if a path that is taken now proves not to work: the last one that was validated.
    fn fallback(&self) -> Option<Fallback> {
        if self.paths.is_current_validated() {
            return Some(Fallback {
                path: self.paths.current,
                dcid: self.paths.remote_ids.active().sequence,
            });
        }
        self.paths.validation.as_ref().and_then(|running| running.fallback()).copied()
    }

    /// Sends on `path` from now on. What is known about the network holds on as far as the change looks like one of a NAT
    /// in between.
    pub(super) fn go_to(&mut self, path: &Path, dcid: u64) -> bool {
        let (former, former_dcid) = (self.paths.current, self.paths.remote_ids.active().sequence);
        let pto = self.pto();
        if !self.paths.switch_to(path, dcid, pto) {
            return false;
        }
        self.datagram.spoil();
        self.paths.unheard_moves = self.paths.unheard_moves.saturating_add(1);
        self.paths.ecn.on_new_path();
        let peers_port_only = self.side.is_server() && former.same_but_peer_port(path);
        if !peers_port_only {
            self.recovery.on_path_changed(pmtud::MIN_SIZE as u64);
        }
        // RFC 9000 §9.4 lets congestion control go on even then; a change of ids shows that the peer moved on purpose.
        if !peers_port_only || former_dcid != dcid {
            self.paths.pmtud.stop();
            self.recovery.on_max_datagram_size(pmtud::MIN_SIZE as u64);
        }
        true
    }

    /// Path MTU discovery begins on a path that is known to work, unless what it found before still holds.
    pub(super) fn start_pmtud(&mut self) {
        if self.config.pmtud && self.paths.pmtud.state() == pmtud::DiscoveryState::Disabled {
            self.paths.pmtud.start();
        }
    }
}
