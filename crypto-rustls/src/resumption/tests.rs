//! Two connections one after the other: what the second one may do under other terms.

use ngtcp2_abi::{NGTCP2_PROTO_VER_V1, NGTCP2_PROTO_VER_V2};

use super::*;
use crate::client::Client;
use crate::error::Alert;
use crate::server::Server;
use crate::session::Session;
use crate::session::tests::{Under, connect_under};
use crate::session_cache::SessionCache;
use crate::session_record::Limits;
use crate::settings::HasSettings as _;
use crate::testing::{self, Identity};
use crate::verify::CertificateJudge;

const UNDER: Under = Under { version: NGTCP2_PROTO_VER_V1, limits: Limits([10; 8]), early_data: true };

#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Full,
    Resumed,
    /// Resumed, with early data.
    Early,
}

fn connect(client: &mut Client, server: &mut Server, under: Under) -> (Session, Outcome) {
    let client = client.session("localhost").unwrap();
    let server = server.session().unwrap();
    connect_under(&client, &server, 100_000, under).unwrap();
    let facts = [client.facts(), server.facts()];
    let early = facts.map(|facts| facts.early_data_accepted());
    let resumed = facts.map(|facts| facts.is_resumed());
    assert_eq!(early[0], early[1]);
    assert_eq!(resumed[0], resumed[1]);
    let outcome = match (resumed[0], early[0]) {
        (false, false) => Outcome::Full,
        (true, false) => Outcome::Resumed,
        (true, true) => Outcome::Early,
        (false, true) => panic!("early data without a session"),
    };
    if outcome == Outcome::Early {
        let [ours, theirs] = [&client, &server].map(|session| session.take_early_secret().unwrap());
        assert_eq!(ours.as_bytes(), theirs.as_bytes());
    } else {
        assert!(server.take_early_secret().is_none());
    }
    (client, outcome)
}

fn pair() -> (Client, Server) {
    let identity = Identity::new();
    let mut server = testing::server(&identity);
    server.use_memory(10, true);
    (testing::client(&identity), server)
}

/// Connects twice, the second time after `change`.
fn second(under: Under, change: impl FnOnce(&mut Client, &mut Server)) -> Outcome {
    let (mut client, mut server) = pair();
    let (_, first) = connect(&mut client, &mut server, UNDER);
    assert_eq!(first, Outcome::Full);
    change(&mut client, &mut server);
    connect(&mut client, &mut server, under).1
}

#[test]
fn same_terms_allow_early_data() {
    assert_eq!(second(UNDER, |_, _| {}), Outcome::Early);
    assert_eq!(second(Under { early_data: false, ..UNDER }, |_, _| {}), Outcome::Resumed);
    assert_eq!(second(Under { limits: Limits([11; 8]), ..UNDER }, |_, _| {}), Outcome::Early);
}

#[test]
fn each_limit_that_shrank_refuses_them() {
    for index in 0..8 {
        let mut limits = UNDER.limits;
        limits.0[index] -= 1;
        assert_eq!(second(Under { limits, ..UNDER }, |_, _| {}), Outcome::Resumed);
    }
}

#[test]
fn another_context_refuses_them() {
    assert_eq!(second(UNDER, |_, server| server.set_early_data_context(b"other")), Outcome::Resumed);
}

#[test]
fn another_version_is_another_session() {
    let under = Under { version: NGTCP2_PROTO_VER_V2, ..UNDER };
    assert_eq!(second(under, |_, _| {}), Outcome::Full);
}

#[test]
fn another_suite_is_the_one_that_counts() {
    let (mut client, mut server) = pair();
    connect(&mut client, &mut server, UNDER);
    server.settings_mut().set_cipher_suites("TLS_CHACHA20_POLY1305_SHA256").unwrap();
    let session = client.session("localhost").unwrap();
    session.start_client(b"\x0f\x04cccc".to_vec(), UNDER.version, true).unwrap();
    session.write().unwrap().unwrap();
    assert!(session.facts().suite().is_none());
    let (session, outcome) = connect(&mut client, &mut server, UNDER);
    assert_eq!(outcome, Outcome::Full);
    assert_eq!(session.facts().suite().unwrap().name, c"TLS_CHACHA20_POLY1305_SHA256");
}

#[test]
fn other_rules_for_clients_end_all_sessions() {
    let ca = Identity::new().certificate;
    let change = |_: &mut Client, server: &mut Server| server.set_client_trust_anchors(&ca, false).unwrap();
    assert_eq!(second(UNDER, change), Outcome::Full);
}

struct Indulgent;

impl CertificateJudge for Indulgent {
    fn judge(&self, _: &[&[u8]], _: Option<&str>, _: Option<&str>) -> Result<(), Alert> {
        Ok(())
    }
}

#[test]
fn another_judge_ends_what_is_in_memory() {
    let (mut client, mut server) = pair();
    for expected in [Outcome::Full, Outcome::Early] {
        assert_eq!(connect(&mut client, &mut server, UNDER).1, expected);
    }
    for _ in 0..2 {
        server.set_client_judge(Some(Arc::new(Indulgent)), false);
        for expected in [Outcome::Full, Outcome::Early] {
            assert_eq!(connect(&mut client, &mut server, UNDER).1, expected);
        }
    }
}

#[test]
fn a_changed_client_remembers_nothing() {
    assert_eq!(second(UNDER, |client, _| client.set_session_cache(5)), Outcome::Full);
    let nothing = |client: &mut Client, server: &mut Server| {
        client.set_session_cache(0);
        connect(client, server, UNDER);
    };
    assert_eq!(second(UNDER, nothing), Outcome::Full);
}

#[test]
fn without_resumption_there_is_none() {
    assert_eq!(second(UNDER, |_, server| server.use_memory(0, true)), Outcome::Full);
}

#[test]
fn what_the_client_remembers_are_the_limits() {
    let (mut client, mut server) = pair();
    let (first, _) = connect(&mut client, &mut server, UNDER);
    assert_eq!(first.remembered_parameters(), None);
    let second = client.session("localhost").unwrap();
    second.start_client(Vec::new(), UNDER.version, true).unwrap();
    assert_eq!(second.remembered_parameters().unwrap(), b"\x04\x01\x09");
    assert!(second.is_early_data_rejected());
}

/// Has every session, and counts how often it is asked.
#[derive(Debug, Default)]
struct Counting(std::sync::Mutex<Vec<usize>>);

impl StoresServerSessions for Counting {
    fn put(&self, _id: Vec<u8>, _session: Vec<u8>) -> bool {
        true
    }

    fn get(&self, id: &[u8]) -> Option<Vec<u8>> {
        self.0.lock().unwrap().push(id.len());
        None
    }

    fn take(&self, id: &[u8]) -> Option<Vec<u8>> {
        self.get(id)
    }

    fn can_cache(&self) -> bool {
        true
    }
}

#[test]
fn resumption_does_not_make_a_session_younger() {
    let terms = Terms { version: 1, policy: [0; 32], context: [0; 32], limits: UNDER.limits };
    let hour_ago = now().unwrap() - 3600;
    let times = Times { session: hour_ago, full_handshake: hour_ago - 7200 };
    let earlier = Record::encode(&terms, times, b"session");
    let kept = |record: &[u8]| Record::decode(record).unwrap().full_handshake();

    let store = Store::new(Arc::new(SessionCache::new(2)), terms.clone());
    assert!(store.put(vec![1], b"full".to_vec()));
    assert!(kept(&store.store.take(&[1]).unwrap()) >= hour_ago + 3600);
    store.store.put(vec![2], earlier.to_vec());
    assert_eq!(store.take(&[2]), Some(b"session".to_vec()));
    assert!(store.put(vec![3], b"resumed".to_vec()));
    assert_eq!(kept(&store.store.take(&[3]).unwrap()), hour_ago - 7200);

    let keys = Arc::new(TicketKeys::new(&[[1; 32]]).unwrap());
    let tickets = Tickets { keys, lifetime: 7200, terms, origin: Origin::default() };
    assert_eq!(tickets.decrypt(&tickets.keys.seal(&earlier).unwrap()), Some(b"session".to_vec()));
    let ticket = tickets.encrypt(b"resumed").unwrap();
    assert_eq!(kept(&tickets.keys.open(&ticket).unwrap()), hour_ago - 7200);
    assert!(tickets.encrypt(&[0; 65_000]).is_some());
    assert!(tickets.encrypt(&[0; 65_400]).is_none());
}

#[test]
fn a_client_cannot_have_a_store_asked_at_will() {
    let asked = Arc::new(Counting::default());
    let terms = Terms { version: 1, policy: [0; 32], context: [0; 32], limits: UNDER.limits };
    let store = Store::new(asked.clone(), terms.clone());
    assert_eq!(store.take(&[0; MAX_ID_LEN + 1]), None);
    for _ in 0..1000 {
        assert_eq!(store.take(&[0; MAX_ID_LEN]), None);
    }
    assert_eq!(*asked.0.lock().unwrap(), [MAX_ID_LEN; MAX_LOOKUPS]);
    let resumption = Resumption::Store { store: asked.clone(), early_data: true };
    for len in [MAX_ID_LEN, MAX_ID_LEN + 1] {
        let identity = vec![0; len];
        let mut hello = ClientHello::default();
        hello.session_identity = Some(&identity);
        assert!(!resumption.allows_early_data(&hello, &terms));
    }
    assert_eq!(asked.0.lock().unwrap().len(), MAX_LOOKUPS + 1);
}

#[test]
fn a_session_allows_early_data_once() {
    let (mut client, mut server) = pair();
    connect(&mut client, &mut server, UNDER);
    // Two tickets came with the first connection, so two attempts; each is for another session.
    for _ in 0..2 {
        let replayed = client.session("localhost").unwrap();
        replayed.start_client(b"\x0f\x04cccc".to_vec(), UNDER.version, true).unwrap();
        let hello = replayed.write().unwrap().unwrap().data;
        let accepted = [0, 1].map(|_| {
            let server = server.session().unwrap();
            server.gather_client_hello(crate::session::Level::Initial, &hello).unwrap();
            server.start_server(Vec::new(), UNDER.version, UNDER.limits).unwrap();
            server.facts().early_data_accepted()
        });
        assert_eq!(accepted, [true, false]);
    }
}

#[test]
fn tickets_work_for_all_who_have_the_key() {
    let identity = Identity::new();
    let mut client = testing::client(&identity);
    let server = |keys: &[u8]| {
        let mut server = testing::server(&identity);
        let keys: Vec<_> = keys.iter().map(|&byte| [byte; 32]).collect();
        server.use_tickets(&keys, 3600).unwrap();
        server
    };
    assert_eq!(connect(&mut client, &mut server(&[1]), UNDER).1, Outcome::Full);
    // Early data are offered by no client, as the server did not say that it takes them.
    assert_eq!(connect(&mut client, &mut server(&[1]), UNDER).1, Outcome::Resumed);
    assert_eq!(connect(&mut client, &mut server(&[2, 1]), UNDER).1, Outcome::Resumed);
    assert_eq!(connect(&mut client, &mut server(&[2]), UNDER).1, Outcome::Resumed);
    assert_eq!(connect(&mut client, &mut server(&[3]), UNDER).1, Outcome::Full);
}

#[test]
fn tickets_have_a_life_within_limits() {
    let mut server = Server::new();
    assert!(server.use_tickets(&[[1; 32]], 0).is_err());
    assert!(server.use_tickets(&[[1; 32]], 604_801).is_err());
    assert!(server.use_tickets(&[], 3600).is_err());
    assert!(server.use_tickets(&[[1; 32]], 604_800).is_ok());
}
