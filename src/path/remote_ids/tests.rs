//! `RemoteIds` by example, against a naive model, and in conversation with an honest `LocalIds`.
extern crate std;

use super::*;
use crate::mem::testing::{TestHeap, mem_of_thread};
use crate::path::LocalIds;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::vec::Vec;

const LINGER: Duration = Duration::from_millis(300);

fn cid(sequence: u64) -> ConnectionId {
    ConnectionId::new(&[0xc1, sequence as u8, (sequence >> 8) as u8, 4, 5, 6, 7, 8]).unwrap()
}

fn token(sequence: u64) -> ResetToken {
    [sequence as u8 ^ 0x55; 16]
}

fn offer(ids: &mut RemoteIds, sequence: u64, retire_prior_to: u64) -> Result<Vec<Replacement>> {
    let outcome = ids.on_new_connection_id(
        sequence,
        retire_prior_to,
        cid(sequence),
        &token(sequence),
        Timestamp(0),
        LINGER,
    );
    outcome.map(|()| replacements(ids))
}

fn replacements(ids: &mut RemoteIds) -> Vec<Replacement> {
    core::iter::from_fn(|| ids.pop_replacement()).collect()
}

fn filled(limit: u64) -> RemoteIds {
    let mut ids = RemoteIds::new(mem_of_thread(), cid(0), limit);
    for sequence in 1..limit {
        assert_eq!(offer(&mut ids, sequence, 0), Ok(std::vec![]));
    }
    ids
}

/// Binds an id and reports it.
fn bind_and_report(ids: &mut RemoteIds) -> Result<RemoteId> {
    let bound = ids.bind()?;
    assert_eq!(ids.report(bound.sequence), Some(bound));
    assert_eq!(ids.report(bound.sequence), None);
    Ok(bound)
}

/// Sends and acknowledges every retirement.
fn drain(ids: &mut RemoteIds) -> Vec<u64> {
    let mut retired = Vec::new();
    while let Some(sequence) = ids.next_retirement() {
        ids.on_retirement_sent(sequence);
        ids.on_retirement_acked(sequence);
        retired.push(sequence);
    }
    retired
}

#[test]
fn a_migration_takes_the_newest_id_and_retires_the_old() {
    let mut ids = filled(7);
    let new = bind_and_report(&mut ids).unwrap();
    assert_eq!((new.sequence, new.id, new.token), (6, cid(6), Some(token(6))));
    assert_eq!(ids.active().sequence, 0);
    assert!(ids.activate(6) && ids.active().sequence == 6);
    assert!(!ids.retire(6, Timestamp(0), LINGER), "the active id stays");
    assert!(ids.retire(0, Timestamp(5), LINGER));
    assert!(ids.get(0).is_none());
    assert_eq!(ids.reported_active().map(|id| id.sequence).collect::<Vec<_>>(), [6, 0]);
    assert_eq!(drain(&mut ids), [0]);
    assert_eq!(ids.expiry(), Timestamp(5) + LINGER);
    assert_eq!(ids.pop_deactivated(Timestamp(5)), None);
    assert_eq!(ids.pop_deactivated(ids.expiry()).unwrap().sequence, 0);
    assert_eq!(ids.expiry(), Timestamp::NEVER);
}

#[test]
fn an_id_that_was_not_reported_goes_back_in_silence() {
    let mut ids = filled(4);
    let probed = ids.bind().unwrap().sequence;
    assert_eq!(ids.reported_active().map(|id| id.sequence).collect::<Vec<_>>(), [0]);
    assert!(ids.retire(probed, Timestamp(0), LINGER));
    assert_eq!((drain(&mut ids), ids.expiry()), (std::vec![probed], Timestamp::NEVER));
}

#[test]
fn an_id_is_reported_once_even_when_active() {
    let mut ids = filled(4);
    let new = ids.bind().unwrap();
    assert!(ids.activate(new.sequence));
    assert_eq!((ids.report(new.sequence), ids.report(new.sequence), ids.report(0)), (Some(new), None, None));
    assert!(ids.retire(0, Timestamp(0), LINGER));
    assert_eq!(ids.pop_deactivated(ids.expiry()).unwrap().sequence, 0);
}

#[test]
fn without_a_spare_id_a_path_is_blocked() {
    let mut ids = filled(2);
    assert_eq!(ids.bind().unwrap().sequence, 1);
    assert_eq!(ids.bind(), Err(Error::ConnIdBlocked));
    assert_eq!(ids.spare_count(), 0);
}

#[test]
fn one_number_one_id_one_token() {
    let give =
        |sequence, id, token| filled(4).on_new_connection_id(sequence, 0, id, &token, Timestamp(0), LINGER);
    assert_eq!(give(2, cid(2), token(2)), Ok(()));
    assert_eq!(give(2, cid(9), token(2)), Err(Error::Proto));
    assert_eq!(give(2, cid(2), token(9)), Err(Error::Proto));
    assert_eq!(give(9, cid(2), token(9)), Err(Error::Proto));
    assert_eq!(give(9, cid(9), token(2)), Err(Error::Proto));
    assert_eq!(give(0, cid(0), token(9)), Ok(()), "the first id has no token to differ from");
    assert_eq!(give(0, cid(1), token(9)), Err(Error::Proto));
    let mut again = filled(4);
    again.set_reset_token(token(0));
    assert_eq!(offer(&mut again, 0, 0), Ok(std::vec![]));
    let differs = again.on_new_connection_id(0, 0, cid(0), &token(9), Timestamp(0), LINGER);
    assert_eq!(differs, Err(Error::Proto));
}

#[test]
fn ids_beyond_the_limit_are_an_error() {
    let mut ids = filled(4);
    assert_eq!(offer(&mut ids, 4, 0), Err(Error::ConnectionIdLimit));
    let mut ids = filled(4);
    assert!(offer(&mut ids, 4, 1).is_ok(), "one comes, one goes");
    let mut ids = RemoteIds::new(mem_of_thread(), cid(0), 1000);
    for sequence in 1..MAX_REMOTE_IDS as u64 {
        assert!(offer(&mut ids, sequence, 0).is_ok());
    }
    assert_eq!(offer(&mut ids, 8, 0), Err(Error::ConnectionIdLimit));
}

#[test]
fn a_peer_without_ids_cannot_offer_any() {
    let mut ids = RemoteIds::new(mem_of_thread(), ConnectionId::EMPTY, 4);
    assert_eq!(offer(&mut ids, 1, 0), Err(Error::Proto));
    assert_eq!(ids.bind().unwrap(), *ids.active());
    assert!(!ids.retire(0, Timestamp(0), LINGER));
    assert_eq!((ids.next_retirement(), ids.expiry()), (None, Timestamp::NEVER));
}

#[test]
fn retire_prior_to_replaces_ids_in_use() {
    let mut ids = filled(5);
    let validated = bind_and_report(&mut ids).unwrap();
    assert_eq!(validated.sequence, 4);
    let replaced = offer(&mut ids, 7, 5).unwrap();
    let expected = [
        Replacement { old: 0, new: Some(RemoteId { sequence: 7, id: cid(7), token: Some(token(7)) }) },
        Replacement { old: 4, new: None },
    ];
    assert_eq!(replaced, expected);
    assert_eq!(ids.active().sequence, 7);
    assert_eq!(drain(&mut ids), [0, 1, 2, 3, 4]);
    let lingering: Vec<u64> = core::iter::from_fn(|| ids.pop_deactivated(Timestamp(0) + LINGER))
        .map(|remote| remote.sequence)
        .collect();
    assert_eq!(lingering, [0, 4], "spare ids were never activated");
}

#[test]
fn late_ids_go_back_at_once() {
    let mut ids = filled(3);
    offer(&mut ids, 9, 8).unwrap();
    drain(&mut ids);
    assert_eq!(offer(&mut ids, 5, 0), Ok(std::vec![]));
    assert_eq!(offer(&mut ids, 5, 0), Ok(std::vec![]));
    assert_eq!((ids.next_retirement(), ids.spare_count()), (Some(5), 0));
    assert_eq!(drain(&mut ids), [5]);
}

#[test]
fn a_repeated_frame_does_not_bring_a_retired_id_back() {
    let mut ids = filled(3);
    let used = bind_and_report(&mut ids).unwrap().sequence;
    assert!(ids.retire(used, Timestamp(0), LINGER));
    drain(&mut ids);
    ids.pop_deactivated(Timestamp(0) + LINGER).unwrap();
    assert_eq!(offer(&mut ids, used, 0), Ok(std::vec![]));
    assert_eq!((ids.spare_count(), ids.next_retirement()), (1, None));
}

#[test]
fn rising_retire_prior_to_without_acknowledgement_ends() {
    let mut ids = RemoteIds::new(mem_of_thread(), cid(0), 8);
    let error = (1..1000).find_map(|sequence| {
        while ids.pop_deactivated(Timestamp(0) + LINGER).is_some() {}
        offer(&mut ids, sequence, sequence).err()
    });
    assert_eq!(error, Some(Error::ConnectionIdLimit));
    let mut ids = RemoteIds::new(mem_of_thread(), cid(0), 8);
    let error = (1..1000).find_map(|sequence| {
        drain(&mut ids);
        offer(&mut ids, sequence, sequence).err()
    });
    assert_eq!(error, Some(Error::ConnectionIdLimit), "ids in use, churned faster than they drain");
    let mut ids = RemoteIds::new(mem_of_thread(), cid(0), 8);
    offer(&mut ids, 500, 499).unwrap();
    let error = (1..499).find_map(|sequence| offer(&mut ids, sequence, 0).err());
    assert_eq!(error, Some(Error::ConnectionIdLimit), "late ids");
}

#[test]
fn gaps_beyond_the_limit_are_an_error() {
    let mut ids = RemoteIds::new(mem_of_thread(), cid(0), 8);
    let error = (1..100).find_map(|n| {
        let sequence = 2 * n;
        let error = offer(&mut ids, sequence, 0).err();
        if bind_and_report(&mut ids).is_ok() {
            ids.retire(sequence, Timestamp(0), LINGER);
        }
        drain(&mut ids);
        while ids.pop_deactivated(Timestamp(0) + LINGER).is_some() {}
        error
    });
    assert_eq!(error, Some(Error::ConnectionIdLimit));
}

#[test]
fn stateless_reset_tokens_of_ids_in_use_match() {
    let mut ids = filled(4);
    assert!(!ids.matches_reset_token(&token(0)), "the server announced none");
    ids.set_reset_token(token(0));
    assert!(ids.matches_reset_token(&token(0)));
    assert!(!ids.matches_reset_token(&token(3)), "spare");
    ids.bind().unwrap();
    assert!(ids.matches_reset_token(&token(3)));
    ids.retire(3, Timestamp(0), LINGER);
    assert!(!ids.matches_reset_token(&token(3)), "retired");
    let mut nearly = token(0);
    nearly[15] ^= 1;
    assert!(!ids.matches_reset_token(&nearly));
}

#[test]
fn the_handshake_replaces_the_first_id() {
    let mut ids = RemoteIds::new(mem_of_thread(), cid(0), 4);
    ids.replace_initial(cid(77));
    assert_eq!((ids.active().id, ids.active().sequence), (cid(77), 0));
    ids.add_preferred_address(cid(1), token(1)).unwrap();
    assert_eq!(ids.bind().unwrap().sequence, 1);
    assert_eq!(offer(&mut ids, 1, 0), Ok(std::vec![]));
    assert_eq!(offer(&mut ids, 2, 0), Ok(std::vec![]));
}

#[test]
fn without_memory_nothing_changes() {
    let heap = TestHeap::new();
    let mut ids = RemoteIds::new(heap.mem(), cid(0), 4);
    heap.fail_all(true);
    assert_eq!(offer(&mut ids, 1, 0), Err(Error::NoMem));
    heap.fail_all(false);
    assert_eq!((offer(&mut ids, 1, 0), ids.spare_count()), (Ok(std::vec![]), 1));
    heap.fail_all(true);
    assert_eq!((offer(&mut ids, 2, 0), offer(&mut ids, 3, 0)), (Ok(std::vec![]), Ok(std::vec![])));
    assert_eq!(ids.bind(), Err(Error::NoMem));
    assert_eq!(offer(&mut ids, 3, 3), Err(Error::NoMem));
    assert_eq!((ids.active().sequence, ids.spare_count(), ids.next_retirement()), (0, 3, None));
    heap.fail_all(false);
    assert_eq!(bind_and_report(&mut ids).map(|bound| bound.sequence), Ok(3));
    heap.fail_all(true);
    assert!(ids.activate(3) && ids.retire(0, Timestamp(0), LINGER), "binding made the room for it");
    assert_eq!((drain(&mut ids), ids.pop_deactivated(ids.expiry()).unwrap().sequence), (std::vec![0], 0));
}

#[test]
fn numbers_that_arrive_out_of_order_are_remembered() {
    let mut ids = RemoteIds::new(mem_of_thread(), cid(0), 8);
    for sequence in [2, 5, 1] {
        assert!(ids.is_gift(sequence, 0));
        assert_eq!(offer(&mut ids, sequence, 0), Ok(std::vec![]));
        assert!(!ids.is_gift(sequence, 0));
    }
    assert!(ids.is_gift(3, 0) && ids.is_gift(4, 0) && ids.is_gift(6, 0));
    assert_eq!(ids.spare_count(), 3);
}

/// The rules in their plainest form.
struct Model {
    limit: usize,
    active: u64,
    bound: BTreeSet<u64>,
    spare: BTreeSet<u64>,
    seen: BTreeSet<u64>,
    floor: u64,
    /// Sequence number to whether it is in flight.
    retirements: BTreeMap<u64, bool>,
    lingering: Vec<(u64, u64)>,
}

impl Model {
    fn held(&self) -> usize {
        1 + self.bound.len() + self.spare.len()
    }

    /// What the frame leads to: the replacements as (old, new).
    fn offer(&mut self, sequence: u64, floor: u64, now: u64) -> Result<Vec<(u64, Option<u64>)>> {
        if floor > sequence {
            return Err(Error::Proto);
        }
        if sequence < self.floor {
            if !self.retirements.contains_key(&sequence) {
                if self.retirements.len() + self.held() >= MAX_RETIREMENTS {
                    return Err(Error::ConnectionIdLimit);
                }
                self.retirements.insert(sequence, false);
            }
            return Ok(Vec::new());
        }
        let fresh = self.seen.insert(sequence);
        let gaps = (self.floor..sequence).filter(|n| !self.seen.contains(n)).count();
        if fresh && gaps > MAX_REMOTE_IDS {
            return Err(Error::ConnectionIdLimit);
        }
        self.floor = self.floor.max(floor);
        let floor = self.floor;
        let in_use = [self.active].into_iter().chain(self.bound.iter().copied());
        let orphans: Vec<u64> = in_use.filter(|&n| n < floor).collect();
        for n in self.spare.iter().copied().filter(|&n| n < floor).chain(orphans.iter().copied()) {
            self.retirements.insert(n, false);
        }
        self.lingering.extend(orphans.iter().map(|&n| (n, now + LINGER.0)));
        if self.lingering.len() > MAX_LINGERING {
            return Err(Error::ConnectionIdLimit);
        }
        self.spare.retain(|&n| n >= floor);
        self.bound.retain(|&n| n >= floor);
        if fresh {
            let held = self.held() - usize::from(self.active < floor);
            if held + 1 > self.limit || self.retirements.len() + self.held() + 1 > MAX_RETIREMENTS {
                return Err(Error::ConnectionIdLimit);
            }
            self.spare.insert(sequence);
        }
        let mut replaced = Vec::new();
        for old in orphans {
            if old == self.active {
                self.active = self.spare.pop_last().ok_or(Error::Proto)?;
                replaced.push((old, Some(self.active)));
            } else {
                replaced.push((old, self.bind()));
            }
        }
        Ok(replaced)
    }

    fn bind(&mut self) -> Option<u64> {
        if self.lingering.len() + 1 + self.bound.len() >= MAX_LINGERING {
            return None;
        }
        let taken = self.spare.pop_last()?;
        self.bound.insert(taken);
        Some(taken)
    }
}

#[derive(Clone, Debug)]
enum Operation {
    Offer { ahead: u64, floor_back: u64 },
    Bind,
    Activate(prop::sample::Index),
    Retire(prop::sample::Index),
    Sent,
    Lost(prop::sample::Index),
    Acked(prop::sample::Index),
    Wait,
}

fn operation() -> impl Strategy<Value = Operation> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        6 => (0u64..4, 0u64..14).prop_map(|(ahead, floor_back)| Operation::Offer { ahead, floor_back }),
        3 => Just(Operation::Bind),
        2 => index().prop_map(Operation::Activate),
        3 => index().prop_map(Operation::Retire),
        4 => Just(Operation::Sent),
        1 => index().prop_map(Operation::Lost),
        4 => index().prop_map(Operation::Acked),
        1 => Just(Operation::Wait),
    ]
}

fn pick(set: &BTreeSet<u64>, index: &prop::sample::Index) -> Option<u64> {
    if set.is_empty() { None } else { set.iter().nth(index.index(set.len())).copied() }
}

/// Applies one operation to both; `false` when it was an error that ends the connection.
fn step(ids: &mut RemoteIds, model: &mut Model, operation: &Operation, now: &mut u64) -> bool {
    match operation {
        Operation::Offer { ahead, floor_back } => {
            let newest = model.seen.last().copied().unwrap_or(0);
            let sequence = (newest + ahead).saturating_sub(1);
            let floor = sequence.saturating_sub(*floor_back);
            let expected = model.offer(sequence, floor, *now);
            let got = ids
                .on_new_connection_id(
                    sequence,
                    floor,
                    cid(sequence),
                    &token(sequence),
                    Timestamp(*now),
                    LINGER,
                )
                .map(|()| replacements(ids))
                .map(|all| {
                    all.iter().map(|one| (one.old, one.new.map(|id| id.sequence))).collect::<Vec<_>>()
                });
            assert_eq!(got, expected);
            return got.is_ok();
        }
        Operation::Bind => assert_eq!(bind_and_report(ids).ok().map(|id| id.sequence), model.bind()),
        Operation::Activate(index) => {
            if let Some(sequence) = pick(&model.bound, index) {
                assert!(ids.activate(sequence));
                model.bound.remove(&sequence);
                model.bound.insert(core::mem::replace(&mut model.active, sequence));
            }
        }
        Operation::Retire(index) => {
            assert!(!ids.retire(model.active, Timestamp(*now), LINGER));
            if let Some(sequence) = pick(&model.bound, index) {
                assert!(ids.retire(sequence, Timestamp(*now), LINGER));
                model.bound.remove(&sequence);
                model.retirements.insert(sequence, false);
                model.lingering.push((sequence, *now + LINGER.0));
            }
        }
        Operation::Sent => {
            if let Some(sequence) = ids.next_retirement() {
                assert_eq!(model.retirements.insert(sequence, true), Some(false));
                ids.on_retirement_sent(sequence);
            }
        }
        Operation::Lost(index) | Operation::Acked(index) => {
            let in_flight = model.retirements.iter().filter(|(_, sent)| **sent).map(|(n, _)| *n).collect();
            let Some(sequence) = pick(&in_flight, index) else { return true };
            if matches!(operation, Operation::Lost(_)) {
                ids.on_retirement_lost(sequence);
                model.retirements.insert(sequence, false);
            } else {
                ids.on_retirement_acked(sequence);
                model.retirements.remove(&sequence);
            }
        }
        Operation::Wait => {
            *now += LINGER.0 / 2;
            let gone: BTreeSet<u64> =
                core::iter::from_fn(|| ids.pop_deactivated(Timestamp(*now))).map(|id| id.sequence).collect();
            let due = model.lingering.iter().filter(|(_, until)| until <= now).map(|(n, _)| *n).collect();
            assert_eq!(gone, due);
            model.lingering.retain(|(_, until)| until > now);
        }
    }
    true
}

proptest! {
    #[test]
    fn equals_the_model(limit in 2usize..=8, operations in prop::collection::vec(operation(), 1..150)) {
        let mut ids = RemoteIds::new(mem_of_thread(), cid(0), limit as u64);
        let mut model = Model {
            limit, active: 0, bound: BTreeSet::new(), spare: BTreeSet::new(), seen: [0].into(), floor: 0,
            retirements: BTreeMap::new(), lingering: Vec::new(),
        };
        let mut now = 0;
        for operation in &operations {
            if !step(&mut ids, &mut model, operation, &mut now) {
                break;
            }
            prop_assert_eq!(ids.active().sequence, model.active);
            let in_use: BTreeSet<u64> = ids.in_use().map(|id| id.sequence).collect();
            let expected: BTreeSet<u64> = model.bound.iter().copied().chain([model.active]).collect();
            prop_assert_eq!(in_use, expected);
            prop_assert_eq!(ids.spare_count(), model.spare.len());
            prop_assert_eq!(ids.next_retirement().is_some(), model.retirements.values().any(|sent| !sent));
            let expiry = model.lingering.iter().map(|(_, until)| *until).min().unwrap_or(u64::MAX);
            prop_assert_eq!(ids.expiry(), Timestamp(expiry));
        }
    }

    /// Neither side of an honest pair ever sees an error, however often paths change and packets are lost, and once
    /// the network behaves both fall silent with all the ids the limit allows.
    #[test]
    fn an_honest_pair_agrees(limit in 2u64..=8, choices in prop::collection::vec(any::<u16>(), 1..400)) {
        let mut pair = Pair::new(limit);
        for choice in choices {
            pair.step(choice);
        }
        let rounds = pair.settle();
        prop_assert!(rounds < 20, "still talking after {} rounds", rounds);
        prop_assert_eq!(pair.remote.in_use().count() + pair.remote.spare_count(), limit as usize);
        for held in pair.remote.in_use().map(|id| id.id).collect::<Vec<_>>() {
            prop_assert!(pair.local.find(held.as_slice()).is_some());
        }
    }
}

/// A frame on its way, or an acknowledgement of it.
#[derive(Clone, Copy, Debug)]
enum InFlight {
    Announcement(u64),
    Retirement(u64),
}

/// One direction of ids: the issuer and the user, with packets between them.
struct Pair {
    local: LocalIds,
    remote: RemoteIds,
    issued: u64,
    in_flight: Vec<InFlight>,
    now: u64,
}

impl Pair {
    fn new(limit: u64) -> Self {
        let mut local = LocalIds::new(mem_of_thread(), cid(0)).unwrap();
        local.set_peer_limit(limit);
        let remote = RemoteIds::new(mem_of_thread(), cid(0), limit);
        Self { local, remote, issued: 1, in_flight: Vec::new(), now: 0 }
    }

    fn issue(&mut self) {
        for _ in 0..self.local.issuable() {
            assert_eq!(self.local.issue(cid(self.issued), token(self.issued)), Ok(self.issued));
            self.issued += 1;
        }
    }

    fn send(&mut self) {
        while let Some(sequence) = self.local.next_announcement().map(|id| id.sequence) {
            self.local.on_announcement_sent(sequence);
            self.in_flight.push(InFlight::Announcement(sequence));
        }
        while let Some(sequence) = self.remote.next_retirement() {
            self.remote.on_retirement_sent(sequence);
            self.in_flight.push(InFlight::Retirement(sequence));
        }
    }

    fn arrive(&mut self, frame: InFlight) {
        let now = Timestamp(self.now);
        match frame {
            InFlight::Announcement(n) => {
                let outcome = self.remote.on_new_connection_id(n, 0, cid(n), &token(n), now, LINGER);
                assert_eq!((outcome, self.remote.pop_replacement()), (Ok(()), None));
            }
            InFlight::Retirement(n) => {
                let carried_by = self.local.find(self.remote.active().id.as_slice()).unwrap();
                assert_eq!(self.local.on_retire_connection_id(n, carried_by, now, LINGER), Ok(()));
            }
        }
    }

    fn resolve(&mut self, frame: InFlight, acked: bool) {
        match (frame, acked) {
            (InFlight::Announcement(n), true) => self.local.on_announcement_acked(n),
            (InFlight::Announcement(n), false) => self.local.on_announcement_lost(n),
            (InFlight::Retirement(n), true) => self.remote.on_retirement_acked(n),
            (InFlight::Retirement(n), false) => self.remote.on_retirement_lost(n),
        }
    }

    fn step(&mut self, choice: u16) {
        self.issue();
        self.send();
        let which = usize::from(choice >> 4);
        match choice % 16 {
            // A path change: take a new id, leave the old one.
            0..=2 => {
                if let Ok(new) = bind_and_report(&mut self.remote) {
                    let old = self.remote.active().sequence;
                    assert!(self.remote.activate(new.sequence));
                    assert!(self.remote.retire(old, Timestamp(self.now), LINGER));
                }
            }
            3 => self.elapse(LINGER.0 / 2),
            kind if !self.in_flight.is_empty() => {
                let frame = self.in_flight.swap_remove(which % self.in_flight.len());
                // Delivered and acknowledged, delivered but thought lost, or lost.
                if kind < 14 {
                    self.arrive(frame);
                }
                self.resolve(frame, kind < 10);
            }
            _ => {}
        }
    }

    fn elapse(&mut self, time: u64) {
        self.now += time;
        while self.remote.pop_deactivated(Timestamp(self.now)).is_some() {}
        while self.local.pop_removed(Timestamp(self.now)).is_some() {}
    }

    /// Delivers everything; how many rounds it takes until nothing is left to say.
    fn settle(&mut self) -> usize {
        for round in 0..100 {
            self.elapse(2 * LINGER.0);
            self.issue();
            self.send();
            if self.in_flight.is_empty() {
                return round;
            }
            for frame in core::mem::take(&mut self.in_flight) {
                self.arrive(frame);
                self.resolve(frame, true);
            }
        }
        100
    }
}
