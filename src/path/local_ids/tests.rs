//! `LocalIds` by example and against a naive model; `remote_ids` tests it against an honest peer.
extern crate std;

use super::*;
use crate::mem::testing::{TestHeap, mem_of_thread};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::vec::Vec;

const DELAY: Duration = Duration::from_millis(300);

fn cid(sequence: u64) -> ConnectionId {
    ConnectionId::new(&[0x10, sequence as u8, (sequence >> 8) as u8, 4]).unwrap()
}

fn filled(limit: u64) -> LocalIds {
    let mut ids = LocalIds::new(mem_of_thread(), cid(0)).unwrap();
    ids.set_peer_limit(limit);
    issue_all(&mut ids);
    ids
}

fn issue_all(ids: &mut LocalIds) {
    for _ in 0..ids.issuable() {
        let sequence = ids.next_sequence;
        assert_eq!(ids.issue(cid(sequence), [sequence as u8; 16]), Ok(sequence));
    }
}

fn announce_all(ids: &mut LocalIds) -> Vec<u64> {
    let mut sent = Vec::new();
    while let Some(sequence) = ids.next_announcement().map(|local| local.sequence) {
        ids.on_announcement_sent(sequence);
        sent.push(sequence);
    }
    sent
}

fn retire(ids: &mut LocalIds, sequence: u64, carried_by: u64) -> Result<()> {
    ids.on_retire_connection_id(sequence, carried_by, Timestamp(0), DELAY)
}

#[test]
fn one_id_less_than_the_limit_is_issued() {
    assert_eq!(LocalIds::new(mem_of_thread(), cid(0)).unwrap().issuable(), 0, "the limit is not known yet");
    let mut ids = LocalIds::new(mem_of_thread(), cid(0)).unwrap();
    for (limit, issuable) in [(0, 0), (1, 0), (2, 1), (7, 6), (8, 7), (u64::MAX, 7)] {
        ids.set_peer_limit(limit);
        assert_eq!(ids.issuable(), issuable, "limit {limit}");
    }
    ids.add_preferred_address(cid(1), [1; 16]).unwrap();
    assert_eq!((ids.issuable(), ids.next_announcement().is_none()), (6, true));
    assert_eq!(LocalIds::new(mem_of_thread(), ConnectionId::EMPTY).unwrap().issuable(), 0);
}

#[test]
fn each_id_is_announced_until_acknowledged() {
    let mut ids = filled(4);
    assert_eq!(announce_all(&mut ids), [1, 2, 3]);
    ids.on_announcement_lost(2);
    ids.on_announcement_acked(1);
    ids.on_announcement_lost(1);
    assert_eq!(announce_all(&mut ids), [2]);
    ids.on_announcement_acked(2);
    ids.on_announcement_lost(2);
    assert!(ids.next_announcement().is_none());
}

#[test]
fn a_retired_id_is_replaced_at_once_and_removed_later() {
    let mut ids = filled(3);
    announce_all(&mut ids);
    assert_eq!(retire(&mut ids, 0, 1), Ok(()));
    assert_eq!(retire(&mut ids, 0, 1), Ok(()), "again: nothing new");
    assert_eq!(ids.issuable(), 1);
    issue_all(&mut ids);
    assert_eq!(ids.find(cid(0).as_slice()), Some(0), "late packets");
    assert_eq!(ids.expiry(), Timestamp(0) + DELAY);
    assert!(ids.pop_removed(Timestamp(0)).is_none());
    assert_eq!(ids.pop_removed(ids.expiry()).unwrap().id, cid(0));
    assert_eq!(
        (ids.find(cid(0).as_slice()), ids.find(cid(3).as_slice()), ids.expiry()),
        (None, Some(3), Timestamp::NEVER)
    );
    assert_eq!(retire(&mut ids, 0, 1), Ok(()), "long gone");
}

#[test]
fn retiring_what_cannot_be_retired_is_an_error() {
    let mut ids = filled(3);
    assert_eq!(retire(&mut ids, 1, 0), Err(Error::Proto), "issued but not sent");
    announce_all(&mut ids);
    assert_eq!(retire(&mut ids, 3, 0), Err(Error::Proto), "never issued");
    assert_eq!(retire(&mut ids, u64::MAX, 0), Err(Error::Proto));
    assert_eq!(retire(&mut ids, 0, 0), Err(Error::Proto), "the packet's own destination");
    assert_eq!(retire(&mut ids, 1, 0), Ok(()));
    let mut ids = LocalIds::new(mem_of_thread(), ConnectionId::EMPTY).unwrap();
    assert_eq!(retire(&mut ids, 0, 1), Err(Error::Proto));
}

#[test]
fn a_retired_id_is_not_announced_any_more() {
    let mut ids = filled(3);
    announce_all(&mut ids);
    retire(&mut ids, 2, 0).unwrap();
    ids.on_announcement_lost(2);
    assert!(ids.next_announcement().is_none());
}

#[test]
fn a_flood_of_retirements_stops_the_supply() {
    let mut ids = filled(8);
    let mut issued = 8;
    for sequence in 1..1000 {
        announce_all(&mut ids);
        if retire(&mut ids, sequence, 0) == Err(Error::Proto) {
            break;
        }
        issued += ids.issuable();
        issue_all(&mut ids);
    }
    assert_eq!((issued, ids.iter().count(), ids.issuable()), (CAPACITY, CAPACITY, 0));
    while ids.pop_removed(Timestamp(0) + DELAY).is_some() {}
    assert_eq!(ids.issuable(), 7);
}

#[test]
fn without_memory_nothing_changes() {
    let heap = TestHeap::new();
    heap.fail_all(true);
    assert_eq!(LocalIds::new(heap.mem(), cid(0)).map(|_| ()), Err(NoMem));
    heap.fail_all(false);
    let mut ids = LocalIds::new(heap.mem(), cid(0)).unwrap();
    heap.fail_all(true);
    ids.set_peer_limit(8);
    issue_all(&mut ids);
    announce_all(&mut ids);
    retire(&mut ids, 1, 0).unwrap();
    assert_eq!(ids.issue(cid(8), [8; 16]), Err(Error::NoMem), "beside those that the peer uses at a time");
    heap.fail_all(false);
    assert_eq!((ids.issuable(), ids.issue(cid(8), [8; 16])), (1, Ok(8)));
}

#[test]
fn failures_of_the_callback_are_caught() {
    let mut ids = filled(2);
    assert_eq!(ids.issue(cid(0), [0; 16]), Err(Error::CallbackFailure), "given before");
    let longer = ConnectionId::new(&[9; 5]).unwrap();
    assert_eq!(ids.issue(longer, [0; 16]), Err(Error::CallbackFailure), "another length");
    assert_eq!(ids.issue(ConnectionId::EMPTY, [0; 16]), Err(Error::CallbackFailure));
}

#[test]
fn an_id_retired_at_the_end_of_time_is_retired() {
    let mut ids = filled(2);
    announce_all(&mut ids);
    ids.on_retire_connection_id(1, 0, Timestamp(u64::MAX - 1), DELAY).unwrap();
    assert_eq!(ids.issuable(), 1);
    assert_eq!(ids.pop_removed(Timestamp(u64::MAX)).unwrap().sequence, 1);
}

#[derive(Clone, Debug)]
enum Operation {
    Issue,
    Send,
    Lost(u64),
    Acked(u64),
    Retire(u64, u64),
    Wait,
    Find(u64),
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        Just(Operation::Issue),
        Just(Operation::Send),
        (0u64..30).prop_map(Operation::Lost),
        (0u64..30).prop_map(Operation::Acked),
        (0u64..30, 0u64..30).prop_map(|(sequence, by)| Operation::Retire(sequence, by)),
        Just(Operation::Wait),
        (0u64..40).prop_map(Operation::Find),
    ]
}

/// What the model knows of one id.
#[derive(Clone, Copy)]
struct Known {
    announced: bool,
    done: bool,
    remove_at: Option<u64>,
}

proptest! {
    #[test]
    fn equals_the_model(limit in 2u64..=8, operations in prop::collection::vec(operation(), 1..200)) {
        let mut ids = LocalIds::new(mem_of_thread(), cid(0)).unwrap();
        ids.set_peer_limit(limit);
        let first = Known { announced: true, done: true, remove_at: None };
        let mut model = BTreeMap::from([(0u64, first)]);
        let mut ever_sent = BTreeSet::from([0u64]);
        let (mut next, mut now) = (1u64, 0u64);
        for operation in operations {
            match operation {
                Operation::Issue if ids.issuable() > 0 => {
                    prop_assert_eq!(ids.issue(cid(next), [0; 16]), Ok(next));
                    model.insert(next, Known { announced: false, done: false, remove_at: None });
                    next += 1;
                }
                Operation::Issue => {}
                Operation::Send => {
                    let pending = model.iter().find(|(_, known)| !known.announced && !known.done).map(|(n, _)| *n);
                    prop_assert_eq!(ids.next_announcement().map(|local| local.sequence), pending);
                    if let Some(sequence) = pending {
                        ids.on_announcement_sent(sequence);
                        model.get_mut(&sequence).unwrap().announced = true;
                        ever_sent.insert(sequence);
                    }
                }
                Operation::Lost(n) => {
                    if ever_sent.contains(&n) {
                        ids.on_announcement_lost(n);
                        model.entry(n).and_modify(|known| known.announced &= known.done);
                    }
                }
                Operation::Acked(n) => {
                    if ever_sent.contains(&n) {
                        ids.on_announcement_acked(n);
                        model.entry(n).and_modify(|known| known.done = true);
                    }
                }
                Operation::Retire(n, by) => {
                    let allowed = ever_sent.contains(&n) && n != by;
                    let got = ids.on_retire_connection_id(n, by, Timestamp(now), DELAY);
                    prop_assert_eq!(got.is_ok(), allowed);
                    if allowed {
                        model.entry(n).and_modify(|known| {
                            known.done = true;
                            known.remove_at = known.remove_at.or(Some(now + DELAY.0));
                        });
                    }
                }
                Operation::Wait => {
                    now += DELAY.0 / 2;
                    let gone: BTreeSet<u64> =
                        core::iter::from_fn(|| ids.pop_removed(Timestamp(now))).map(|local| local.sequence).collect();
                    let due = |known: &Known| known.remove_at.is_some_and(|at| at <= now);
                    let expected = model.iter().filter(|(_, known)| due(known)).map(|(n, _)| *n).collect();
                    prop_assert_eq!(gone, expected);
                    model.retain(|_, known| !due(known));
                }
                Operation::Find(n) => {
                    prop_assert_eq!(ids.find(cid(n).as_slice()), model.contains_key(&n).then_some(n));
                }
            }
            let active = model.values().filter(|known| known.remove_at.is_none()).count();
            let room = CAPACITY - model.len();
            prop_assert_eq!(ids.issuable(), (limit as usize).saturating_sub(active).min(room));
            let expiry = model.values().filter_map(|known| known.remove_at).min().unwrap_or(u64::MAX);
            prop_assert_eq!(ids.expiry(), Timestamp(expiry));
        }
    }
}
