//! Which connection ids and how much credit a path gets.
extern crate std;

use super::*;
use crate::mem::testing::mem_of_thread;
use crate::path::address::tests::{ipv4, path};
use crate::path::validation::{Fallback, Purpose};
use std::vec::Vec;

const NOW: Timestamp = Timestamp(1_000_000_000);
const LATER: Timestamp = Timestamp(4_000_000_000);
const PTO: Duration = Duration::from_millis(50);

fn id(sequence: u64) -> ConnectionId {
    ConnectionId::new(&[sequence as u8; 8]).unwrap()
}

/// A validated server on `path(1)` whose client has given out `limit` ids.
fn server(limit: u64) -> Paths {
    let mut remote_ids = RemoteIds::new(mem_of_thread(), id(0), limit);
    for sequence in 1..limit {
        let token = [sequence as u8; 16];
        remote_ids.on_new_connection_id(sequence, 0, id(sequence), &token, NOW, PTO).unwrap();
    }
    let local_ids = LocalIds::new(mem_of_thread(), id(99)).unwrap();
    Paths::new(mem_of_thread(), path(1), true, Pmtud::new(1452, &[]), remote_ids, local_ids, id(99))
}

/// The peer's packet of 100 bytes on `path(port)`, sent to the id `ours`.
fn arrive(paths: &mut Paths, port: u16, ours: u64) {
    if paths.is_current(&path(port)) {
        paths.on_datagram_received(100);
    } else {
        paths.on_datagram_beside(&path(port), 100);
    }
    paths.on_arrival(&path(port), ours, 100, LATER).unwrap();
}

fn retired(paths: &mut Paths) -> Vec<u64> {
    paths.retire_unused_ids(NOW, PTO);
    let mut retired = Vec::new();
    while let Some(sequence) = paths.remote_ids.next_retirement() {
        paths.remote_ids.on_retirement_sent(sequence);
        retired.push(sequence);
    }
    retired
}

#[test]
fn a_rebinding_goes_on_with_the_same_id() {
    let mut paths = server(4);
    arrive(&mut paths, 2, 0);
    assert_eq!(paths.dcid_on(&path(2), Need::Move), Some(0));
    assert!(paths.switch_to(&path(2), 0, PTO));
    assert!(paths.is_current(&path(2)) && !paths.is_current_validated());
    assert_eq!(retired(&mut paths), []);
}

#[test]
fn a_peer_that_changes_its_id_gets_another_of_its_own() {
    let mut paths = server(4);
    arrive(&mut paths, 2, 5);
    assert_eq!(paths.dcid_on(&path(2), Need::Move), Some(3));
    assert_eq!(paths.dcid_on(&path(2), Need::Answer), Some(3), "once bound, always the same");
    // The path with that id is rebound in turn.
    arrive(&mut paths, 3, 5);
    assert_eq!(paths.dcid_on(&path(3), Need::Move), Some(3));
    assert_eq!(paths.dcid_on(&path(9), Need::Move), None, "a path that was never heard of");
}

#[test]
fn an_id_is_not_used_from_two_addresses_of_ours() {
    let mut paths = server(4);
    let preferred = Path::new(ipv4([127, 0, 0, 1], 4434), path(1).remote);
    paths.on_arrival(&preferred, 0, 100, LATER).unwrap();
    assert_eq!(paths.dcid_on(&preferred, Need::Move), Some(3));
}

#[test]
fn the_last_spare_id_is_for_a_move() {
    let mut paths = server(4);
    for (port, ours, answer) in [(2, 5, Some(3)), (3, 6, Some(2)), (4, 7, None)] {
        arrive(&mut paths, port, ours);
        assert_eq!(paths.dcid_on(&path(port), Need::Answer), answer);
    }
    assert_eq!(paths.dcid_on(&path(4), Need::Move), Some(1));
    let mut few = server(2);
    arrive(&mut few, 2, 5);
    assert_eq!(few.dcid_on(&path(2), Need::Answer), Some(1), "the only path that is probed");
}

#[test]
fn credit_follows_each_address() {
    let mut paths = server(4);
    arrive(&mut paths, 2, 5);
    assert_eq!(paths.amplification_left_on(&path(1)), usize::MAX);
    assert_eq!(paths.amplification_left_on(&path(2)), 300);
    let dcid = paths.dcid_on(&path(2), Need::Answer).unwrap();
    assert_eq!(paths.direct_datagram(mem_of_thread(), &path(2), dcid), Ok(true));
    assert_eq!(*paths.destination(), id(3));
    paths.on_datagram_sent(120);
    assert_eq!(paths.amplification_left_on(&path(2)), 180);
    arrive(&mut paths, 2, 5);
    paths.begin_datagram();
    assert_eq!(*paths.destination(), id(0));

    assert!(paths.switch_to(&path(2), dcid, PTO));
    assert_eq!((paths.credit_left(), paths.amplification_left()), (480, 480));
    assert_eq!(paths.amplification_left_on(&path(1)), usize::MAX, "the former path stays validated");
    paths.validate(&path(2));
    assert_eq!(paths.amplification_left(), usize::MAX);
}

#[test]
fn data_leave_credit_for_challenges() {
    let mut paths = server(4);
    arrive(&mut paths, 2, 5);
    let dcid = paths.dcid_on(&path(2), Need::Move).unwrap();
    assert!(paths.switch_to(&path(2), dcid, PTO));
    let running = PathValidation::new(path(2), dcid, Purpose::PathInUse, None, PTO, NOW);
    paths.validation = Some(Boxed::try_new(mem_of_thread(), running).unwrap());
    assert_eq!((paths.credit_left(), paths.amplification_left()), (300, 300 - 2 * (LEAST_SHORT + 8)));
}

#[test]
fn ids_go_back_when_nothing_needs_them() {
    let mut paths = server(4);
    arrive(&mut paths, 2, 5);
    let dcid = paths.dcid_on(&path(2), Need::Move).unwrap();
    assert!(paths.switch_to(&path(2), dcid, PTO));
    let fallback = Some(Fallback { path: path(1), dcid: 0 });
    let needed = PathValidation::new(path(2), dcid, Purpose::PathInUse, fallback, PTO, NOW);
    paths.validation = Some(Boxed::try_new(mem_of_thread(), needed).unwrap());
    paths.routes.settle(|path| needed.concerns(path), LATER);
    assert_eq!(retired(&mut paths), []);
    assert_eq!(
        (paths.path_of(3), paths.path_of(0), paths.path_of(1)),
        (Some(&path(2)), Some(&path(1)), None)
    );

    paths.validation = None;
    paths.routes.settle(|_| false, LATER);
    assert_eq!(retired(&mut paths), [0]);
    assert_eq!(paths.validation_expiry(), LATER);
}

#[test]
fn an_unknown_path_is_not_switched_to() {
    let mut paths = server(4);
    assert!(!paths.switch_to(&path(2), 0, PTO));
    arrive(&mut paths, 2, 5);
    assert!(!paths.switch_to(&path(2), 3, PTO), "an id that is not bound");
    assert!(paths.is_current(&path(1)) && paths.dcid() == &id(0));
}
