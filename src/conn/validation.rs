//! Driving path validation (RFC 9000 §8.2): what its outcome sets in motion, and the callbacks about it.
//!
//! Owns: the one validation that runs at a time. Must not know: its timing (`path/validation`), why the connection moves
//! (`migration`). The state is complete before each callback, so that the application may do anything there; what follows
//! a callback looks at the state anew.

use ngtcp2_abi as abi;

use crate::error::{Error, Result};
use crate::mem::Boxed;
use crate::path::remote_ids::Replacement;
use crate::path::validation::{Elapsed, Fallback, Purpose, Response};
use crate::path::{Path, PathValidation};
use crate::session::{Session, ValidationReport};
use crate::trace::note;

use super::paths::Need;
use super::{State, connection_ids, log};

/// Begins the validation of a path whose id is bound; one that was running is given up.
pub(super) fn begin(
    s: &mut Session,
    path: &Path,
    dcid: u64,
    purpose: Purpose,
    fallback: Option<Fallback>,
) -> Result<()> {
    let state = s.state();
    let begun = Boxed::try_new(state.mem, state.new_validation(path, dcid, purpose, fallback))?;
    let aborted = state.paths.validation.replace(begun);
    state.settle_paths();
    if let Some(aborted) = aborted {
        log::note(s, note::MIGRATION_ABORTED);
        report(s, &aborted, abi::NGTCP2_PATH_VALIDATION_RESULT_ABORTED)?;
    }
    announce(s, path, dcid, purpose)
}

/// Gives up the validation that is running, if any.
pub(super) fn abort(s: &mut Session) -> Result<()> {
    let state = s.state();
    let aborted = state.paths.validation.take();
    state.settle_paths();
    match aborted {
        Some(aborted) => report(s, &aborted, abi::NGTCP2_PATH_VALIDATION_RESULT_ABORTED),
        None => Ok(()),
    }
}

/// A PATH_RESPONSE frame, on whatever path.
pub(crate) fn on_response(s: &mut Session, data: &[u8; 8]) -> Result<()> {
    let Some(running) = s.state().paths.validation.as_mut() else { return s.state().note_glitch() };
    match running.on_response(data) {
        Response::Unknown => s.state().note_glitch(),
        Response::Validated { full_size } => succeed(s, full_size),
    }
}

/// The peer took back an id that is in use.
pub(crate) fn on_id_replaced(s: &mut Session, replacement: &Replacement) -> Result<()> {
    let state = s.state();
    let new = replacement.new.as_ref().map(|remote| remote.sequence);
    state.paths.routes.replace_dcid(replacement.old, new);
    let Some(running) = state.paths.validation.as_mut() else { return Ok(()) };
    match new {
        Some(new) => running.replace_dcid(replacement.old, new),
        None if running.dcid() == replacement.old => return abort(s),
        None => {}
    }
    Ok(())
}

/// Time has passed.
pub(crate) fn expire(s: &mut Session) -> Result<()> {
    let state = s.state();
    let now = state.now;
    let mut forgotten = false;
    while state.paths.routes.pop_expired(now).is_some() {
        forgotten = true;
    }
    if forgotten {
        state.settle_paths();
    }
    match state.paths.validation.as_mut().map(|running| running.on_expiry(now)) {
        Some(Elapsed::Failed) => fail(s),
        _ => Ok(()),
    }
}

/// The peer receives at the path's address.
fn succeed(s: &mut Session, full_size: bool) -> Result<()> {
    // What takes its place stands in its block.
    let Some(mut block) = s.state().paths.validation.take() else { return Ok(()) };
    let done = *block;
    log::note(s, note::PATH_VALIDATED);
    let state = s.state();
    state.paths.validate(done.path());
    if !full_size && done.purpose() != Purpose::FormerPath {
        // RFC 9000 §8.2.1: that the path carries 1200 bytes is still to be shown, now that they may be sent.
        *block = state.new_validation(done.path(), done.dcid(), done.purpose(), done.fallback().copied());
        state.paths.validation = Some(block);
        state.settle_paths();
        return announce(s, done.path(), done.dcid(), done.purpose());
    }
    let former = match done.purpose() {
        Purpose::Migration | Purpose::PreferredAddress => {
            state.go_to(done.path(), done.dcid());
            None
        }
        Purpose::PathInUse => done.fallback().copied(),
        Purpose::FormerPath => None,
    };
    if done.purpose() != Purpose::FormerPath {
        state.start_pmtud();
    }
    if let Some(former) = &former {
        // RFC 9000 §9.3.3: if the old address still answers, the new one may be an attacker's. The challenge makes the peer
        // send from where it really is.
        *block = state.new_validation(&former.path, former.dcid, Purpose::FormerPath, None);
        state.paths.validation = Some(block);
    }
    state.settle_paths();
    report(s, &done, abi::NGTCP2_PATH_VALIDATION_RESULT_SUCCESS)?;
    match former {
        Some(former) => announce(s, &former.path, former.dcid, Purpose::FormerPath),
        None => Ok(()),
    }
}

/// The peer did not answer in time.
fn fail(s: &mut Session) -> Result<()> {
    let Some(done) = s.state().paths.validation.take() else { return Ok(()) };
    log::note(s, note::PATH_VALIDATION_TIMED_OUT);
    let state = s.state();
    let in_use = done.purpose() == Purpose::PathInUse;
    let too_small = in_use && state.side.is_server() && state.paths.is_current_validated();
    let returned = match done.fallback().filter(|_| in_use) {
        Some(fallback) => state.fall_back(fallback),
        None => false,
    };
    state.settle_paths();
    report(s, &done, abi::NGTCP2_PATH_VALIDATION_RESULT_FAILURE)?;
    if too_small && !returned { Err(Error::NoViablePath) } else { Ok(()) }
}

impl State {
    fn new_validation(
        &self,
        path: &Path,
        dcid: u64,
        purpose: Purpose,
        fallback: Option<Fallback>,
    ) -> PathValidation {
        PathValidation::new(*path, dcid, purpose, fallback, self.validation_pto(), self.now)
    }

    /// Goes back to the last path that was validated (RFC 9000 §9.3.2).
    fn fall_back(&mut self, fallback: &Fallback) -> bool {
        let active = self.paths.remote_ids.active().sequence;
        let dcid = self.paths.dcid_on(&fallback.path, Need::Move).unwrap_or(active);
        let returned = self.go_to(&fallback.path, dcid);
        if returned {
            self.start_pmtud();
        }
        returned
    }
}

/// Tells the application that a validation has begun, unless a callback has ended it since.
fn announce(s: &mut Session, path: &Path, dcid: u64, purpose: Purpose) -> Result<()> {
    if purpose != Purpose::FormerPath {
        report_id(s, dcid)?;
    }
    let running = s.state().paths.validation.as_ref();
    let Some(running) = running.filter(|running| running.path() == path && running.purpose() == purpose)
    else {
        return Ok(());
    };
    let fallback = running.fallback().map(|fallback| fallback.path);
    let begun = ValidationReport { flags: flags(purpose), path: *running.path(), fallback };
    s.begin_path_validation(&begun)
}

/// Tells the application of the peer's id that the path uses, unless it has heard of it before.
fn report_id(s: &mut Session, sequence: u64) -> Result<()> {
    match s.state().paths.remote_ids.report(sequence) {
        Some(remote) => connection_ids::report_active(s, &remote),
        None => Ok(()),
    }
}

/// The flags of both callbacks.
const fn flags(purpose: Purpose) -> u32 {
    match purpose {
        Purpose::PreferredAddress => abi::NGTCP2_PATH_VALIDATION_FLAG_PREFERRED_ADDR,
        _ => abi::NGTCP2_PATH_VALIDATION_FLAG_NONE,
    }
}

/// Tells the application how a validation ended. That of a path that was left is our own precaution: its end means
/// nothing to the application.
fn report(s: &mut Session, done: &PathValidation, result: abi::ngtcp2_path_validation_result) -> Result<()> {
    if done.purpose() == Purpose::FormerPath {
        return Ok(());
    }
    let fallback = done.fallback().map(|fallback| fallback.path);
    let mut flags = flags(done.purpose());
    let moved = fallback.is_some_and(|fallback| !fallback.remote.same_host(&done.path().remote));
    if moved && result == abi::NGTCP2_PATH_VALIDATION_RESULT_SUCCESS {
        // The client's tokens are bound to its former address (RFC 9000 §8.1.3).
        flags |= abi::NGTCP2_PATH_VALIDATION_FLAG_NEW_TOKEN;
    }
    s.path_validation(&ValidationReport { flags, path: *done.path(), fallback }, result)
}
