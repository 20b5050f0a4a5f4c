//! The connection ids that the peer gave us to address it with (RFC 9000 §5.1, §10.3, §19.15, §19.16).
//!
//! Owns: the active id, the ids bound to other paths, the spare ones; and what ids leave behind (`turnover`). Must not
//! know: paths (the caller keeps the sequence number of the id that a path uses), packets, the `dcid_status` callback that
//! reports what happens here.

mod turnover;

use super::inline::Inline;
use crate::error::{Error, Result};
use crate::mem::{Array, Boxed, Mem, NoMem};
use crate::packet::ConnectionId;
use crate::units::{Duration, Timestamp};
use turnover::Turnover;

/// The largest active_connection_id_limit we announce, hence the ids an honest peer lets us hold.
pub(crate) const MAX_REMOTE_IDS: usize = 8;

/// RETIRE_CONNECTION_ID frames not acknowledged, plus the ids held, each of which will need one. RFC 9000 §5.1.2 asks for
/// room for twice the limit; a peer that makes us retire faster than it acknowledges meets CONNECTION_ID_LIMIT_ERROR.
pub(crate) const MAX_RETIREMENTS: usize = 32;

/// Ids in use plus ids that were in use during the last few PTOs: two full turnovers of the ids.
pub(crate) const MAX_LINGERING: usize = 16;

pub(crate) type ResetToken = [u8; 16];

/// A connection id of the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RemoteId {
    pub(crate) sequence: u64,
    pub(crate) id: ConnectionId,
    /// Absent for the id of a client's handshake, and of a server that announced none.
    pub(crate) token: Option<ResetToken>,
}

impl RemoteId {
    const NONE: Self = Self { sequence: u64::MAX, id: ConnectionId::EMPTY, token: None };

    /// Whether it shares with another one what belongs to one id alone.
    #[inline]
    fn is_like(&self, id: &ConnectionId, token: Option<&ResetToken>) -> bool {
        self.id == *id || self.token.as_ref() == token
    }
}

/// An id that is not the active one.
#[derive(Clone, Copy, Debug)]
struct Held {
    remote: RemoteId,
    usage: Usage,
}

/// What becomes of an id that is not the active one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Usage {
    /// A new path could take it.
    Spare,
    /// Packets on a path carry it, but none of the connection's data: the application need not know.
    Bound,
    /// Bound, and the application was told.
    Reported,
}

impl Held {
    fn in_use(&self) -> bool {
        self.usage != Usage::Spare
    }
}

/// The peer took back an id in use (RFC 9000 §5.1.2): whoever uses `old` goes on with `new`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Replacement {
    pub(crate) old: u64,
    /// Report it with `dcid_status(ACTIVATE)`. `None`: no id is left, the path's validation must be given up.
    pub(crate) new: Option<RemoteId>,
}

/// The peer's connection ids.
///
/// ```text
/// new(id, limit), set_limit(limit)                   the id of the first packets, sequence number 0
/// replace_initial(id), set_reset_token, add_preferred_address          during the handshake
/// on_new_connection_id(..), pop_replacement          a frame arrived
/// active, get, bind, report, activate, retire        paths come and go
/// next_retirement, on_retirement_{sent, lost, acked} RETIRE_CONNECTION_ID frames
/// expiry, pop_deactivated(now)                       ids to report with dcid_status(DEACTIVATE)
/// matches_reset_token, in_use, reported_active, spare_count, is_zero_length
/// ```
pub(crate) struct RemoteIds {
    active: RemoteId,
    /// The application was told of the active id, or will be by whoever made it active.
    active_reported: bool,
    limit: u8,
    others: Array<Held>,
    /// The largest Retire Prior To received: ids below it are given back as soon as they arrive.
    retire_prior_to: u64,
    /// Exactly the sequence numbers below were seen, as long as there is no turnover.
    seen_below: u64,
    /// There, if any id beside the active one is in use.
    turnover: Option<Boxed<Turnover>>,
}

/// How many ids are held with the active_connection_id_limit `announced` (RFC 9000 §18.2).
fn held_at_most(announced: u64) -> u8 {
    announced.clamp(2, MAX_REMOTE_IDS as u64) as u8
}

impl RemoteIds {
    /// The destination of the first packet; `limit` is the active_connection_id_limit we announce.
    pub(crate) fn new(mem: Mem, id: ConnectionId, limit: u64) -> Self {
        Self {
            active: RemoteId { sequence: 0, id, token: None },
            active_reported: true,
            limit: held_at_most(limit),
            others: Array::new(mem),
            retire_prior_to: 0,
            seen_below: 1,
            turnover: None,
        }
    }

    /// What ids leave behind, in a block that is made when it is needed first.
    fn turnover(&mut self) -> Result<&mut Turnover, NoMem> {
        if self.turnover.is_none() {
            self.turnover = Some(Boxed::try_new(self.others.mem(), Turnover::new(self.seen_below))?);
        }
        self.turnover.as_deref_mut().ok_or(NoMem)
    }

    /// Changes the active_connection_id_limit before it is announced.
    pub(crate) fn set_limit(&mut self, limit: u64) {
        self.limit = held_at_most(limit);
    }

    /// The id for packets on the current path.
    #[inline]
    pub(crate) const fn active(&self) -> &RemoteId {
        &self.active
    }

    /// Whether the peer chose to be addressed without an id, which lets it have only one (RFC 9000 §5.1).
    pub(crate) fn is_zero_length(&self) -> bool {
        self.active.id.is_empty()
    }

    /// The peer's first packet or a Retry named the id to use from now on (RFC 9000 §7.2); still sequence number 0.
    pub(crate) fn replace_initial(&mut self, id: ConnectionId) {
        self.active.id = id;
    }

    /// The server's stateless_reset_token parameter belongs to its first id.
    pub(crate) fn set_reset_token(&mut self, token: ResetToken) {
        if self.active.sequence == 0 {
            self.active.token = Some(token);
        }
    }

    /// The id of the server's preferred_address parameter has sequence number 1 (RFC 9000 §5.1.1).
    pub(crate) fn add_preferred_address(&mut self, id: ConnectionId, token: ResetToken) -> Result<()> {
        self.on_new_connection_id(1, 0, id, &token, Timestamp::ZERO, Duration::ZERO).map(|_| ())
    }

    /// A NEW_CONNECTION_ID frame. `linger` is about three PTOs, for ids in use that it takes back: what takes their place comes
    /// out of [`Self::pop_replacement`].
    pub(crate) fn on_new_connection_id(
        &mut self,
        sequence: u64,
        retire_prior_to: u64,
        id: ConnectionId,
        token: &ResetToken,
        now: Timestamp,
        linger: Duration,
    ) -> Result<()> {
        if self.on_next_connection_id(sequence, retire_prior_to, &id, token)? {
            return Ok(());
        }
        if self.is_zero_length() || retire_prior_to > sequence {
            return Err(Error::Proto);
        }
        let remote = RemoteId { sequence, id, token: Some(*token) };
        self.check_consistency(&remote)?;
        if sequence < self.retire_prior_to {
            return self.queue_late_retirement(sequence);
        }
        if !self.has_seen(sequence) {
            self.reserve_place()?;
        }
        let fresh = self.turnover()?.seen.insert(sequence).map_err(|_| Error::ConnectionIdLimit)?;
        let orphans = self.retire_below(retire_prior_to, now, linger)?;
        if fresh {
            self.store(remote, !orphans.contains(&self.active.sequence))?;
        }
        self.replace(&orphans)
    }

    /// A NEW_CONNECTION_ID frame as nearly every one is: it has the next number, and nothing was or is taken back. `false`:
    /// [`Self::on_new_connection_id`] is to see it.
    #[inline]
    pub(crate) fn on_next_connection_id(
        &mut self,
        sequence: u64,
        retire_prior_to: u64,
        id: &ConnectionId,
        token: &ResetToken,
    ) -> Result<bool> {
        if self.turnover.is_some()
            || sequence != self.seen_below
            || retire_prior_to > self.retire_prior_to
            || sequence < self.retire_prior_to
            || self.is_zero_length()
        {
            return Ok(false);
        }
        let mut others = self.others.iter().map(|held| &held.remote);
        if self.active.is_like(id, Some(token)) || others.any(|known| known.is_like(id, Some(token))) {
            return Err(Error::Proto);
        }
        self.reserve_place()?;
        self.seen_below += 1;
        self.store(RemoteId { sequence, id: *id, token: Some(*token) }, true)?;
        Ok(true)
    }

    /// What a NEW_CONNECTION_ID frame made necessary; the active id comes first.
    pub(crate) fn pop_replacement(&mut self) -> Option<Replacement> {
        self.turnover.as_mut()?.replacements.remove(0)
    }

    /// Makes room for one more id; the first time for as many as the peer may give.
    fn reserve_place(&mut self) -> Result<(), NoMem> {
        let additional = if self.others.is_empty() { usize::from(self.limit) - 1 } else { 1 };
        self.others.try_reserve_exact(additional)
    }

    /// Whether a NEW_CONNECTION_ID frame gives an id to use, and takes none back.
    pub(crate) fn is_gift(&self, sequence: u64, retire_prior_to: u64) -> bool {
        retire_prior_to <= self.retire_prior_to
            && sequence >= self.retire_prior_to
            && !self.has_seen(sequence)
    }

    fn has_seen(&self, sequence: u64) -> bool {
        match &self.turnover {
            Some(turnover) => turnover.seen.contains(sequence),
            None => sequence < self.seen_below,
        }
    }

    /// A sequence number stands for one id and one token, and each of these for one number (RFC 9000 §19.15).
    fn check_consistency(&self, new: &RemoteId) -> Result<()> {
        let held = self.others.iter().map(|held| &held.remote);
        let lingering = self.turnover.iter().flat_map(|turnover| turnover.lingering());
        for known in [&self.active].into_iter().chain(held).chain(lingering) {
            let consistent = if known.sequence == new.sequence {
                known.id == new.id && (known.token == new.token || known.token.is_none())
            } else {
                !known.is_like(&new.id, new.token.as_ref())
            };
            if !consistent {
                return Err(Error::Proto);
            }
        }
        Ok(())
    }

    /// An id that was to be retired before it arrived.
    fn queue_late_retirement(&mut self, sequence: u64) -> Result<()> {
        let held = self.held();
        let turnover = self.turnover()?;
        if turnover.retires(sequence) {
            return Ok(());
        }
        if turnover.room() <= held {
            return Err(Error::ConnectionIdLimit);
        }
        turnover.queue(sequence);
        Ok(())
    }

    /// Retires every id below `floor`; those in use are returned, the active one first, then by age.
    fn retire_below(&mut self, floor: u64, now: Timestamp, linger: Duration) -> Result<Orphans> {
        let mut orphans = Orphans::new(0);
        if floor <= self.retire_prior_to {
            return Ok(orphans);
        }
        self.retire_prior_to = floor;
        let active = self.active;
        let turnover = self.turnover()?;
        turnover.seen.advance(floor);
        if active.sequence < floor {
            turnover.queue(active.sequence);
            linger_on(turnover, active, now + linger)?;
            let _ = orphans.push(active.sequence);
        }
        while let Some(held) = self.take_other(|held| held.remote.sequence < floor) {
            let turnover = self.turnover()?;
            turnover.queue(held.remote.sequence);
            if held.usage == Usage::Reported {
                linger_on(turnover, held.remote, now + linger)?;
            }
            if held.in_use() {
                let _ = orphans.push(held.remote.sequence);
            }
        }
        let bound = usize::from(self.active.sequence < floor);
        orphans.get_mut(bound..).unwrap_or_default().sort_unstable();
        Ok(orphans)
    }

    /// Takes out the first of the others that `matches`.
    fn take_other(&mut self, matches: impl FnMut(&Held) -> bool) -> Option<Held> {
        let index = self.others.iter().position(matches)?;
        self.others.remove(index)
    }

    /// Keeps a new id as a spare one, in the place that was reserved.
    fn store(&mut self, remote: RemoteId, active_stays: bool) -> Result<()> {
        let exceeds_limit = usize::from(active_stays) + self.others.len() + 1 > usize::from(self.limit);
        let room = self.turnover.as_ref().map_or(MAX_RETIREMENTS, |turnover| turnover.room());
        // Each id held owns a place among the retirements, so that retiring it cannot fail.
        if exceeds_limit || room < self.others.len() + 2 {
            return Err(Error::ConnectionIdLimit);
        }
        self.others.push_reserved(Held { remote, usage: Usage::Spare });
        Ok(())
    }

    /// Finds new ids for the users of ids that the peer took back.
    fn replace(&mut self, orphans: &Orphans) -> Result<()> {
        for &old in orphans.iter() {
            let new = if old == self.active.sequence {
                // The frame that takes back the active id brings or repeats one to go on with.
                self.active = self.take_spare().ok_or(Error::Proto)?;
                self.active_reported = true;
                Some(self.active)
            } else {
                self.bind().ok().inspect(|remote| {
                    let _ = self.report(remote.sequence);
                })
            };
            let _ = self.turnover()?.replacements.push(Replacement { old, new });
        }
        Ok(())
    }

    /// Spare ids that a new path could take.
    pub(crate) fn spare_count(&self) -> usize {
        self.others.iter().filter(|held| !held.in_use()).count()
    }

    /// Takes a spare id into use for a path (RFC 9000 §9.5). It is not active before [`Self::activate`]. Zero-length ids
    /// serve every path.
    pub(crate) fn bind(&mut self) -> Result<RemoteId> {
        if self.is_zero_length() {
            return Ok(self.active);
        }
        let in_use = 1 + self.others.iter().filter(|held| held.in_use()).count();
        let newest = self.newest_spare().ok_or(Error::ConnIdBlocked)?;
        // The room for what it leaves behind is made now, so that retiring it cannot fail.
        if self.turnover()?.room_to_linger() <= in_use {
            return Err(Error::ConnIdBlocked);
        }
        let held = self.others.get_mut(newest).ok_or(Error::ConnIdBlocked)?;
        held.usage = Usage::Bound;
        Ok(held.remote)
    }

    /// The path of a bound id becomes one that the application knows of: the id, to report it with
    /// `dcid_status(ACTIVATE)`, unless that has been done.
    pub(crate) fn report(&mut self, sequence: u64) -> Option<RemoteId> {
        if sequence == self.active.sequence {
            let reported = core::mem::replace(&mut self.active_reported, true);
            return (!reported).then_some(self.active);
        }
        let bound = |held: &&mut Held| held.usage == Usage::Bound && held.remote.sequence == sequence;
        let held = self.others.iter_mut().find(bound)?;
        held.usage = Usage::Reported;
        Some(held.remote)
    }

    /// The spare id that the peer will want back last.
    fn newest_spare(&self) -> Option<usize> {
        let spare = self.others.iter().enumerate().filter(|(_, held)| !held.in_use());
        spare.max_by_key(|(_, held)| held.remote.sequence).map(|(index, _)| index)
    }

    fn take_spare(&mut self) -> Option<RemoteId> {
        let newest = self.newest_spare()?;
        self.others.remove(newest).map(|held| held.remote)
    }

    /// The id in use with this sequence number.
    pub(crate) fn get(&self, sequence: u64) -> Option<&RemoteId> {
        self.in_use().find(|remote| remote.sequence == sequence)
    }

    /// Ids in use: the active one, then those bound to other paths.
    pub(crate) fn in_use(&self) -> impl Iterator<Item = &RemoteId> {
        let bound = self.others.iter().filter(|held| held.in_use()).map(|held| &held.remote);
        [&self.active].into_iter().chain(bound)
    }

    /// Ids that were reported as active and not yet as inactive, the active one first: those of
    /// `ngtcp2_conn_get_active_dcid`.
    pub(crate) fn reported_active(&self) -> impl Iterator<Item = &RemoteId> {
        let bound = self.others.iter().filter(|held| held.usage == Usage::Reported).map(|held| &held.remote);
        let lingering = self.turnover.iter().flat_map(|turnover| turnover.lingering());
        [&self.active].into_iter().chain(bound).chain(lingering)
    }

    /// Makes a bound id the active one. The former active id stays bound until it is retired.
    pub(crate) fn activate(&mut self, sequence: u64) -> bool {
        if sequence == self.active.sequence {
            return true;
        }
        let bound = |held: &&mut Held| held.in_use() && held.remote.sequence == sequence;
        let Some(held) = self.others.iter_mut().find(bound) else {
            return false;
        };
        core::mem::swap(&mut self.active, &mut held.remote);
        let reported = core::mem::replace(&mut self.active_reported, held.usage == Usage::Reported);
        held.usage = if reported { Usage::Reported } else { Usage::Bound };
        true
    }

    /// A path no longer needs its id: RETIRE_CONNECTION_ID goes out, and `linger` (about three PTOs) later an id that was
    /// reported comes out of [`Self::pop_deactivated`]. The active id cannot be retired, nor can one of zero length.
    pub(crate) fn retire(&mut self, sequence: u64, now: Timestamp, linger: Duration) -> bool {
        let bound = |held: &Held| held.in_use() && held.remote.sequence == sequence;
        let (Some(held), Some(turnover)) = (self.take_other(bound), &mut self.turnover) else {
            return false;
        };
        turnover.queue(sequence);
        if held.usage == Usage::Reported {
            // bind() left room for it.
            let _ = turnover.linger(held.remote, now + linger);
        }
        true
    }

    /// Ids held: each reserves a place among the retirements.
    fn held(&self) -> usize {
        1 + self.others.len()
    }

    /// The sequence number for the next RETIRE_CONNECTION_ID frame.
    #[inline]
    pub(crate) fn next_retirement(&self) -> Option<u64> {
        self.turnover.as_ref()?.next()
    }

    /// The frame is in a packet.
    pub(crate) fn on_retirement_sent(&mut self, sequence: u64) {
        self.set_in_flight(sequence, true);
    }

    /// The packet with the frame was lost: it goes out again.
    pub(crate) fn on_retirement_lost(&mut self, sequence: u64) {
        self.set_in_flight(sequence, false);
    }

    fn set_in_flight(&mut self, sequence: u64, in_flight: bool) {
        if let Some(turnover) = &mut self.turnover {
            turnover.set_in_flight(sequence, in_flight);
        }
    }

    /// The peer knows.
    pub(crate) fn on_retirement_acked(&mut self, sequence: u64) {
        if let Some(turnover) = &mut self.turnover {
            turnover.on_acked(sequence);
        }
    }

    /// When [`Self::pop_deactivated`] has something next.
    pub(crate) fn expiry(&self) -> Timestamp {
        self.turnover.as_ref().map_or(Timestamp::NEVER, |turnover| turnover.expiry())
    }

    /// An id whose last packets have drained: report it with `dcid_status(DEACTIVATE)`.
    pub(crate) fn pop_deactivated(&mut self, now: Timestamp) -> Option<RemoteId> {
        self.turnover.as_mut()?.pop_deactivated(now)
    }

    /// Whether a datagram ending in `token` is a stateless reset (RFC 9000 §10.3.1): only ids in use count, and the
    /// time taken does not tell how much of a token was right.
    pub(crate) fn matches_reset_token(&self, token: &ResetToken) -> bool {
        let mut found = 0u8;
        for remote in self.in_use() {
            if let Some(known) = &remote.token {
                found |= u8::from(equal_in_constant_time(known, token));
            }
        }
        found != 0
    }
}

type Orphans = Inline<u64, MAX_REMOTE_IDS>;

fn linger_on(turnover: &mut Turnover, remote: RemoteId, until: Timestamp) -> Result<()> {
    if turnover.linger(remote, until) { Ok(()) } else { Err(Error::ConnectionIdLimit) }
}

fn equal_in_constant_time(a: &ResetToken, b: &ResetToken) -> bool {
    core::hint::black_box(u128::from_ne_bytes(*a) ^ u128::from_ne_bytes(*b)) == 0
}

#[cfg(test)]
mod tests;
