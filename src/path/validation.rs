//! Validation of one path (RFC 9000 §8.2).
//!
//! Owns: the challenges sent on the path, when to repeat them, when to give up, and what a response proves. Must not
//! know: packets, who migrated, the `begin_path_validation` and `path_validation` callbacks. Ids are named by the
//! sequence number that `RemoteIds` knows them by.

use super::Path;
use super::inline::Inline;
use crate::machine::state_machine;
use crate::units::{Duration, Timestamp};

/// Challenges of one round: two, since one is easily lost (RFC 9000 §8.2.1 allows several to guard against loss).
pub(crate) const CHALLENGES_PER_ROUND: usize = 2;

/// Challenges remembered: three rounds of doubling time-outs outlast the deadline of three PTOs; one round to spare.
pub(crate) const MAX_CHALLENGES: usize = 4 * CHALLENGES_PER_ROUND;

/// PTOs until the path counts as broken (RFC 9000 §8.2.4).
const DEADLINE_PTOS: u64 = 3;

state_machine! {
    /// Validation of one path (RFC 9000 §8.2).
    pub(crate) machine Validating / ValidatingState, begins Challenging, states {
        /// Challenges of this round are to be sent.
        Challenging,
        /// They are sent; a response, the next round or the deadline comes.
        Waiting,
        /// The peer receives at this address.
        Succeeded,
        /// It did not answer in time.
        Failed,
        /// The validation is of no more interest.
        Aborted,
    } {
        round_sent: Challenging => Waiting;
        round_expired: Waiting => Challenging;
        response_matched: Challenging | Waiting => Succeeded;
        deadline_passed: Challenging | Waiting => Failed;
        abort: Challenging | Waiting => Aborted;
    }
}

/// Why a path is validated; decides what success and failure mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// This client migrates once the path is validated.
    Migration,
    /// The path is in use already: this client migrated at once, or the peer came from a new address (RFC 9000 §9.3).
    PathInUse,
    /// This client goes to the server's preferred address (RFC 9000 §9.6.1).
    PreferredAddress,
    /// After the peer's migration: is its old address still reachable, so that the new one may be an attacker's?
    /// (RFC 9000 §9.3.3)
    FormerPath,
}

/// Where to go back to when a path that is in use fails (RFC 9000 §9.3.2).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fallback {
    pub(crate) path: Path,
    /// Sequence number of the id used on it.
    pub(crate) dcid: u64,
}

/// What a PATH_RESPONSE proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Response {
    /// It answers no challenge of this validation: ignore it.
    Unknown,
    /// The address is validated. Unless `full_size`, the path's capability to carry 1200 bytes is not, and a second
    /// validation has to show it (RFC 9000 §8.2.1).
    Validated { full_size: bool },
}

/// What time brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Elapsed {
    Nothing,
    /// The challenges are due again: `challenges_due` tells how many.
    Repeat,
    /// The validation has failed.
    Failed,
}

#[derive(Clone, Copy, Debug)]
struct Challenge {
    data: [u8; 8],
    full_size: bool,
}

/// One path under validation.
///
/// ```text
/// new(path, dcid, purpose, fallback, timeout, now)
/// challenges_due() -> n                    challenges to send now; for each:
/// on_challenge_sent(data, full_size, now, pto)
/// on_response(&data) -> Response
/// on_expiry(now) -> Elapsed; expiry() -> Timestamp
/// abort(), is_over(), path, dcid, purpose, fallback
/// ```
#[derive(Clone, Copy, Debug)]
pub(crate) struct PathValidation {
    machine: Validating,
    purpose: Purpose,
    path: Path,
    dcid: u64,
    fallback: Option<Fallback>,
    challenges: Inline<Challenge, MAX_CHALLENGES>,
    /// Challenges of this round that are sent.
    sent_in_round: usize,
    round: u32,
    next_round: Timestamp,
    deadline: Timestamp,
}

impl PathValidation {
    /// Begins at `now`. `pto` is the larger of the current PTO and that of a new path, whose RTT is not known
    /// (RFC 9000 §8.2.4).
    pub(crate) fn new(
        path: Path,
        dcid: u64,
        purpose: Purpose,
        fallback: Option<Fallback>,
        pto: Duration,
        now: Timestamp,
    ) -> Self {
        Self {
            machine: Validating::new(),
            purpose,
            path,
            dcid,
            fallback,
            challenges: Inline::new(Challenge { data: [0; 8], full_size: false }),
            sent_in_round: 0,
            round: 0,
            next_round: Timestamp::NEVER,
            deadline: now + pto * DEADLINE_PTOS,
        }
    }

    pub(crate) const fn path(&self) -> &Path {
        &self.path
    }

    /// The application calls its own end, or its tag, of the path otherwise.
    pub(crate) const fn rename_path(&mut self, path: Path) {
        self.path = path;
    }

    /// Whether it needs the path: to validate it, or to go back to it.
    pub(crate) fn concerns(&self, path: &Path) -> bool {
        self.path == *path || self.fallback.is_some_and(|fallback| fallback.path == *path)
    }

    /// Whether it needs the peer's id.
    pub(crate) fn uses(&self, sequence: u64) -> bool {
        self.dcid == sequence || self.fallback.is_some_and(|fallback| fallback.dcid == sequence)
    }

    /// Sequence number of the peer's id that packets on the path carry.
    pub(crate) const fn dcid(&self) -> u64 {
        self.dcid
    }

    /// The peer took the id `old` back, and `new` serves its path.
    pub(crate) fn replace_dcid(&mut self, old: u64, new: u64) {
        if self.dcid == old {
            self.dcid = new;
        }
        if let Some(fallback) = self.fallback.as_mut().filter(|fallback| fallback.dcid == old) {
            fallback.dcid = new;
        }
    }

    pub(crate) const fn purpose(&self) -> Purpose {
        self.purpose
    }

    pub(crate) const fn fallback(&self) -> Option<&Fallback> {
        self.fallback.as_ref()
    }

    pub(crate) const fn is_over(&self) -> bool {
        !matches!(self.machine.state(), ValidatingState::Challenging | ValidatingState::Waiting)
    }

    /// How many PATH_CHALLENGE frames to send now, each in a packet of its own.
    #[inline]
    pub(crate) const fn challenges_due(&self) -> usize {
        match self.machine.state() {
            ValidatingState::Challenging => CHALLENGES_PER_ROUND - self.sent_in_round,
            _ => 0,
        }
    }

    /// A PATH_CHALLENGE with `data` was sent, in a datagram of 1200 bytes or more if `full_size`. `pto` is that of a
    /// path whose RTT is not known; the time between rounds doubles.
    pub(crate) fn on_challenge_sent(
        &mut self,
        data: [u8; 8],
        full_size: bool,
        now: Timestamp,
        pto: Duration,
    ) {
        if self.challenges_due() == 0 {
            return;
        }
        if self.challenges.is_full() {
            self.challenges.remove(0);
        }
        let _ = self.challenges.push(Challenge { data, full_size });
        self.sent_in_round += 1;
        if self.sent_in_round == CHALLENGES_PER_ROUND {
            self.end_round(now, pto);
        }
    }

    /// The round ends early: nothing more may be sent to the address until the peer sends more.
    pub(crate) fn on_amplification_limited(&mut self, now: Timestamp, pto: Duration) {
        if self.challenges_due() > 0 {
            self.end_round(now, pto);
        }
    }

    fn end_round(&mut self, now: Timestamp, pto: Duration) {
        self.next_round = now + pto.backed_off(self.round);
        self.round += 1;
        self.sent_in_round = 0;
        self.machine.round_sent();
    }

    /// A PATH_RESPONSE arrived, on whatever path (RFC 9000 §8.2.2).
    pub(crate) fn on_response(&mut self, data: &[u8; 8]) -> Response {
        let matching = self.challenges.iter().find(|challenge| challenge.data == *data);
        let Some(full_size) = matching.map(|challenge| challenge.full_size) else {
            return Response::Unknown;
        };
        if !self.machine.response_matched() {
            return Response::Unknown;
        }
        Response::Validated { full_size }
    }

    /// When [`Self::on_expiry`] has something to say next.
    pub(crate) fn expiry(&self) -> Timestamp {
        match self.machine.state() {
            ValidatingState::Challenging => self.deadline,
            ValidatingState::Waiting => self.deadline.min(self.next_round),
            _ => Timestamp::NEVER,
        }
    }

    /// Time has passed.
    pub(crate) fn on_expiry(&mut self, now: Timestamp) -> Elapsed {
        if self.is_over() {
            return Elapsed::Nothing;
        }
        if now >= self.deadline {
            self.machine.deadline_passed();
            return Elapsed::Failed;
        }
        if now >= self.next_round && self.machine.round_expired() {
            return Elapsed::Repeat;
        }
        Elapsed::Nothing
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::super::address::tests::path;
    use super::*;
    use std::vec::Vec;

    const PTO: Duration = Duration::from_millis(1024);

    fn begin() -> PathValidation {
        PathValidation::new(path(1), 6, Purpose::Migration, None, PTO, Timestamp::ZERO)
    }

    #[test]
    fn silence_fails_after_three_ptos() {
        let (mut validation, mut sent) = (begin(), Vec::new());
        let mut now = Timestamp::ZERO;
        loop {
            while validation.challenges_due() > 0 {
                sent.push(now.0 / 1_000_000);
                validation.on_challenge_sent([sent.len() as u8; 8], true, now, PTO);
            }
            now = validation.expiry();
            if validation.on_expiry(now) == Elapsed::Failed {
                break;
            }
        }
        assert_eq!(sent, [0, 0, 1024, 1024]);
        assert_eq!(now, Timestamp(3_072_000_000));
        assert_eq!(validation.expiry(), Timestamp::NEVER);
        assert_eq!(validation.on_response(&[1; 8]), Response::Unknown);
    }

    #[test]
    fn any_challenge_may_be_answered() {
        let mut validation = begin();
        validation.on_challenge_sent([1; 8], false, Timestamp(0), PTO);
        assert_eq!(validation.challenges_due(), 1);
        validation.on_challenge_sent([2; 8], true, Timestamp(0), PTO);
        assert_eq!(validation.challenges_due(), 0);
        let mut other = validation;
        assert_eq!(validation.on_response(&[3; 8]), Response::Unknown);
        assert_eq!(validation.on_response(&[1; 8]), Response::Validated { full_size: false });
        assert_eq!(validation.on_response(&[1; 8]), Response::Unknown);
        assert_eq!(other.on_response(&[2; 8]), Response::Validated { full_size: true });
        assert!(other.is_over() && !other.machine.abort());
        assert_eq!(other.on_expiry(Timestamp(u64::MAX)), Elapsed::Nothing);
    }

    #[test]
    fn challenges_remembered_are_bounded() {
        let mut validation =
            PathValidation::new(path(1), 6, Purpose::PathInUse, None, PTO * 1000, Timestamp::ZERO);
        let mut now = Timestamp::ZERO;
        for n in 0..20u8 {
            validation.on_challenge_sent([n; 8], true, now, Duration::from_millis(1));
            if validation.challenges_due() == 0 {
                assert_eq!(validation.on_challenge_sent([99; 8], true, now, PTO), ());
                now = validation.expiry();
                assert_eq!(validation.on_expiry(now), Elapsed::Repeat);
            }
        }
        assert_eq!(validation.on_response(&[99; 8]), Response::Unknown);
        assert_eq!(validation.on_response(&[11; 8]), Response::Unknown);
        assert_eq!(validation.on_response(&[12; 8]), Response::Validated { full_size: true });
    }

    #[test]
    fn a_limited_round_waits_for_the_next() {
        let mut validation = begin();
        validation.on_amplification_limited(Timestamp(0), PTO);
        assert_eq!((validation.challenges_due(), validation.expiry()), (0, Timestamp(0) + PTO));
        assert_eq!(validation.on_expiry(Timestamp(0) + PTO), Elapsed::Repeat);
        assert_eq!(validation.challenges_due(), 2);
        assert!(validation.machine.abort());
        assert_eq!(validation.machine.state(), ValidatingState::Aborted);
    }
}
