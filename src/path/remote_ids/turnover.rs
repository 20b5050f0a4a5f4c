//! What the peer's connection ids leave behind when they come and go (RFC 9000 §5.1.2).
//!
//! Owns: the RETIRE_CONNECTION_ID frames to send, the ids that were in use and linger until late packets have drained, and
//! the sequence numbers seen. Most connections never change their id: this stands in a block of its own, which is made
//! before the first id is bound or taken back, or arrives out of order. Must not know: the ids that are held.

use super::super::inline::Inline;
use super::super::sequence_set::SequenceSet;
use super::{MAX_LINGERING, MAX_REMOTE_IDS, MAX_RETIREMENTS, RemoteId, Replacement};
use crate::units::Timestamp;

/// A RETIRE_CONNECTION_ID frame.
#[derive(Clone, Copy, Debug)]
struct Retirement {
    sequence: u64,
    in_flight: bool,
}

/// An id out of use whose deactivation is to be reported later.
#[derive(Clone, Copy, Debug)]
struct Lingering {
    remote: RemoteId,
    until: Timestamp,
}

#[derive(Debug)]
pub(super) struct Turnover {
    retirements: Inline<Retirement, MAX_RETIREMENTS>,
    /// Retirements that are not in flight.
    pending: usize,
    lingering: Inline<Lingering, MAX_LINGERING>,
    pub(super) seen: SequenceSet,
    /// What the caller has not been told of yet.
    pub(super) replacements: Inline<Replacement, MAX_REMOTE_IDS>,
}

impl Turnover {
    /// All sequence numbers below `seen_below` were seen.
    pub(super) fn new(seen_below: u64) -> Self {
        Self {
            retirements: Inline::new(Retirement { sequence: u64::MAX, in_flight: false }),
            pending: 0,
            lingering: Inline::new(Lingering { remote: RemoteId::NONE, until: Timestamp::NEVER }),
            seen: SequenceSet::below(seen_below),
            replacements: Inline::new(Replacement { old: u64::MAX, new: None }),
        }
    }

    /// How many more retirements there is room for.
    pub(super) const fn room(&self) -> usize {
        self.retirements.room()
    }

    pub(super) fn retires(&self, sequence: u64) -> bool {
        self.retirements.iter().any(|retirement| retirement.sequence == sequence)
    }

    pub(super) fn queue(&mut self, sequence: u64) {
        if self.retirements.push(Retirement { sequence, in_flight: false }) {
            self.pending += 1;
        }
    }

    pub(super) fn next(&self) -> Option<u64> {
        if self.pending == 0 {
            return None;
        }
        self.retirements.iter().find(|retirement| !retirement.in_flight).map(|retirement| retirement.sequence)
    }

    pub(super) fn set_in_flight(&mut self, sequence: u64, in_flight: bool) {
        let mut retirements = self.retirements.iter_mut();
        if let Some(retirement) = retirements.find(|retirement| retirement.sequence == sequence) {
            retirement.in_flight = in_flight;
            self.pending = self.retirements.iter().filter(|retirement| !retirement.in_flight).count();
        }
    }

    pub(super) fn on_acked(&mut self, sequence: u64) {
        let acked = self.retirements.take_first(|retirement| retirement.sequence == sequence);
        self.pending -= usize::from(acked.is_some_and(|retirement| !retirement.in_flight));
    }

    /// `false`: too many ids linger already.
    #[must_use]
    pub(super) fn linger(&mut self, remote: RemoteId, until: Timestamp) -> bool {
        self.lingering.push(Lingering { remote, until })
    }

    /// How many more ids there is room for among those that linger.
    pub(super) const fn room_to_linger(&self) -> usize {
        self.lingering.room()
    }

    pub(super) fn lingering(&self) -> impl Iterator<Item = &RemoteId> {
        self.lingering.iter().map(|lingering| &lingering.remote)
    }

    pub(super) fn expiry(&self) -> Timestamp {
        self.lingering.iter().map(|lingering| lingering.until).min().unwrap_or(Timestamp::NEVER)
    }

    pub(super) fn pop_deactivated(&mut self, now: Timestamp) -> Option<RemoteId> {
        self.lingering.take_first(|lingering| lingering.until <= now).map(|lingering| lingering.remote)
    }
}
