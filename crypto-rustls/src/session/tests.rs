//! Two sessions that talk to each other without a connection between them.

use rustls::quic::{Keys, Version as RustlsVersion};

use super::*;
use crate::packet_keys::PacketKeys;
use crate::settings::HasSettings as _;
use crate::testing::{self, Identity};
use crate::version;

const CLIENT_PARAMETERS: &[u8] = b"\x0f\x04cccc";
const SERVER_PARAMETERS: &[u8] = b"\x0f\x04ssss\x04\x01\x09";
const LIMITS: Limits = Limits([9, 0, 0, 0, 0, 0, 2, 0]);

fn pair() -> (Session, Session) {
    let identity = Identity::new();
    (testing::client(&identity).session("localhost").unwrap(), testing::server(&identity).session().unwrap())
}

fn flights(session: &Session) -> Result<Vec<Flight>, TlsFailure> {
    let mut flights = Vec::new();
    while let Some(flight) = session.write()? {
        flights.push(flight);
    }
    Ok(flights)
}

/// Gives the server one piece of CRYPTO data.
fn feed_server(server: &Session, level: Level, data: &[u8], under: Under) -> Result<(), TlsFailure> {
    match server.gather_client_hello(level, data)? {
        HelloProgress::Incomplete => Ok(()),
        HelloProgress::NotNeeded => server.read(level, data),
        HelloProgress::Complete(_) | HelloProgress::Decided => {
            assert_eq!(server.hello_parameters().unwrap(), CLIENT_PARAMETERS);
            server.start_server(SERVER_PARAMETERS.to_vec(), under.version, under.limits)
        }
    }
}

/// The terms of a connection.
#[derive(Clone, Copy)]
pub(crate) struct Under {
    pub(crate) version: u32,
    pub(crate) limits: Limits,
    pub(crate) early_data: bool,
}

/// Connects both, with CRYPTO data in pieces of `piece` bytes. As a connection does it, what TLS wants to
/// send is fetched after each piece. Returns how often each side completed its handshake.
fn connect(client: &Session, server: &Session, piece: usize) -> Result<[u32; 2], TlsFailure> {
    connect_under(client, server, piece, Under { version: 1, limits: LIMITS, early_data: false })
}

pub(crate) fn connect_under(
    client: &Session,
    server: &Session,
    piece: usize,
    under: Under,
) -> Result<[u32; 2], TlsFailure> {
    let mut completed = [0, 0];
    client.start_client(CLIENT_PARAMETERS.to_vec(), under.version, under.early_data)?;
    let mut to_server = flights(client)?;
    for _ in 0..4 {
        let mut to_client = Vec::new();
        for flight in to_server.drain(..) {
            for data in flight.data.chunks(piece) {
                feed_server(server, flight.level, data, under)?;
                to_client.extend(flights(server)?);
                completed[1] += u32::from(server.take_completed(under.version));
            }
        }
        for flight in to_client {
            for data in flight.data.chunks(piece) {
                client.read(flight.level, data)?;
                to_server.extend(flights(client)?);
                completed[0] += u32::from(client.take_completed(under.version));
            }
        }
    }
    Ok(completed)
}

#[test]
fn connects_whatever_the_pieces() {
    for piece in [1, 2, 3, 5, 100, 100_000] {
        let (client, server) = pair();
        assert_eq!(connect(&client, &server, piece), Ok([1, 1]));
        for session in [&client, &server] {
            assert_eq!(session.facts.protocol(), Some(&b"test"[..]));
            assert_eq!(session.facts.server_name(), Some(c"localhost"));
            assert_eq!(session.facts.error(), None);
            assert!(session.facts.suite().is_some());
        }
        for level in [Level::Handshake, Level::OneRtt] {
            for direction in [Direction::Receive, Direction::Send] {
                let other = if direction == Direction::Send { Direction::Receive } else { Direction::Send };
                let ours = client.take_secret(level, direction).unwrap();
                let theirs = server.take_secret(level, other).unwrap();
                assert_eq!(ours.as_bytes(), theirs.as_bytes());
                assert!(client.take_secret(level, direction).is_none());
            }
        }
        for session in [&client, &server] {
            assert!(session.state.borrow().secrets.is_empty());
        }
        assert_eq!(client.remote_parameters().unwrap(), SERVER_PARAMETERS);
        assert_eq!(server.remote_parameters().unwrap(), CLIENT_PARAMETERS);
    }
}

#[test]
fn a_long_start_is_not_kept() {
    let (_, server) = pair();
    // The length of the message is the longest that is allowed.
    let mut data = vec![0; client_hello::MAX_LEN];
    data[..4].copy_from_slice(&[1, 0, 0xff, 0xfc]);
    let failure = server.gather_client_hello(Level::Initial, &data[..60_000]).map(|_| ());
    assert_eq!(failure, Ok(()));
    let failure = server.gather_client_hello(Level::Initial, &data[..6_000]).unwrap_err();
    assert_eq!(failure.alert, Alert::DECODE_ERROR);
    assert_eq!(server.facts.error(), Some(c"the ClientHello is too long"));
    // And stays failed.
    assert_eq!(server.gather_client_hello(Level::Initial, b"x"), Err(failure.clone()));
    assert_eq!(server.read(Level::Initial, b"x"), Err(failure.clone()));
    assert_eq!(server.write().err(), Some(failure));
}

#[test]
fn a_hello_without_parameters_misses_an_extension() {
    let (_, server) = pair();
    let mut hello = vec![1, 0, 0, 43, 3, 3];
    hello.extend([0; 32]);
    hello.extend([0, 0, 2, 0x13, 1, 1, 0, 0, 0]);
    let failure = server.gather_client_hello(Level::Initial, &hello).unwrap_err();
    assert_eq!(failure.alert, Alert::MISSING_EXTENSION);
}

#[test]
fn data_at_a_wrong_level_is_unexpected() {
    for level in [Level::Handshake, Level::OneRtt] {
        let (client, server) = pair();
        assert_eq!(server.gather_client_hello(level, b"x").unwrap_err().alert, Alert::UNEXPECTED_MESSAGE);
        client.start_client(CLIENT_PARAMETERS.to_vec(), 1, false).unwrap();
        assert_eq!(client.read(level, b"x").unwrap_err().alert, Alert::UNEXPECTED_MESSAGE);
        assert!(client.facts.error().is_some());
    }
    let (client, _) = pair();
    assert_eq!(client.read(Level::Initial, b"x").unwrap_err().alert, Alert::UNEXPECTED_MESSAGE);
}

#[test]
fn data_of_an_earlier_level_are_unexpected() {
    let (client, server) = pair();
    assert_eq!(connect(&client, &server, 1000), Ok([1, 1]));
    let failure = server.read(Level::Handshake, b"x").unwrap_err();
    assert_eq!(failure.alert, Alert::UNEXPECTED_MESSAGE);
}

#[test]
fn a_wrong_name_is_a_bad_certificate() {
    let identity = Identity::new();
    let client = testing::client(&identity).session("elsewhere.example").unwrap();
    let server = testing::server(&identity).session().unwrap();
    let failure = connect(&client, &server, 100_000).unwrap_err();
    assert_eq!(failure.alert, Alert(42));
    assert!(client.facts.error().unwrap().to_str().unwrap().contains("not valid for name"));
}

#[test]
fn protocols_must_meet() {
    let identity = Identity::new();
    let client = testing::client(&identity).session("localhost").unwrap();
    let mut server = testing::server(&identity);
    server.settings_mut().protocols = vec![b"other".to_vec()];
    let failure = connect(&client, &server.session().unwrap(), 100_000).unwrap_err();
    assert_eq!(failure.alert, Alert(120));
}

/// The keys that we derive from a captured secret are those that rustls derives itself.
#[test]
fn keys_are_those_of_the_engine() {
    let suites = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"];
    for (rustls_version, version) in [(RustlsVersion::V1, &version::V1), (RustlsVersion::V2, &version::V2)] {
        for suite in suites {
            compare_keys(suite, rustls_version, version);
        }
    }
}

fn compare_keys(suite: &str, rustls_version: RustlsVersion, version: &version::Version) {
    let identity = Identity::new();
    let mut client = testing::client(&identity);
    client.settings_mut().set_cipher_suites(suite).unwrap();
    let client = client.session("localhost").unwrap();
    let server = testing::server(&identity).session().unwrap();
    // The engines of the sessions, but made for the version in question.
    let Tls::NewClient { setup, name } = client.state.into_inner().tls else { unreachable!() };
    let config = setup.config;
    let Tls::NewServer { setup, .. } = server.state.into_inner().tls else { unreachable!() };
    let no_hello = ClientHello::default();
    let engine = setup.engine(&no_hello, Choice::default(), 1, LIMITS).ok().unwrap();
    let server_config = Arc::new(engine.config);
    let mut client = ClientConnection::new(config, rustls_version, name, CLIENT_PARAMETERS.to_vec()).unwrap();
    let mut server =
        ServerConnection::new(server_config, rustls_version, SERVER_PARAMETERS.to_vec()).unwrap();

    let mut hello = Vec::new();
    assert!(client.write_hs(&mut hello).is_none());
    let (read, mut secrets) = keylog::capture(|| server.read_hs(&hello));
    read.unwrap();
    let suite = Suite::negotiated(server.negotiated_cipher_suite().unwrap()).unwrap();
    let mut flight = Vec::new();
    let Some(KeyChange::Handshake { keys }) = server.write_hs(&mut flight) else { panic!("no key") };
    assert_same_keys(&keys, suite, version, &secrets.take(Label::ServerHandshakeTraffic).unwrap());
    let Some(KeyChange::OneRtt { keys, mut next }) = server.write_hs(&mut flight) else { panic!("no key") };
    let secret = secrets.take(Label::ServerTraffic0).unwrap();
    assert_same_keys(&keys, suite, version, &secret);

    let updated = crate::packet_keys::next_secret(suite, version, secret.as_bytes());
    let keys = PacketKeys::derive(suite, version, updated.as_bytes());
    assert_same_sealing(&*next.next_packet_keys().local, &keys);
}

fn assert_same_keys(theirs: &Keys, suite: &'static Suite, version: &version::Version, secret: &Secret) {
    let ours = PacketKeys::derive(suite, version, secret.as_bytes());
    assert_same_sealing(&*theirs.local.packet, &ours);
    let sample = [0x5a; 16];
    let mask = ours.header_protection_key().unwrap().mask(&sample).unwrap();
    let (mut first, mut packet_number) = (0x40, [0; 4]);
    theirs.local.header.encrypt_in_place(&sample, &mut first, &mut packet_number).unwrap();
    assert_eq!(first, 0x40 ^ (mask[0] & 0x1f));
    // The two low bits of the first byte say how much of the number is there.
    assert_eq!(packet_number[0], mask[1]);
}

fn assert_same_sealing(theirs: &dyn quic::PacketKey, ours: &PacketKeys) {
    let mut by_them = *b"payload of a packet";
    let mut by_us = by_them;
    let their_tag = theirs.encrypt_in_place(0, b"header", &mut by_them).unwrap();
    let our_tag = ours.aead_key().unwrap().seal(ours.iv(), b"header", &mut by_us).unwrap();
    assert_eq!(by_us, by_them);
    assert_eq!(our_tag, their_tag.as_ref());
}

/// Changes one byte of everything that is sent, one after the other: the handshake fails on one side, with an alert and
/// a text, or the byte did not matter. It never completes on both sides with something else than was sent.
#[test]
fn damage_at_each_step_ends_with_an_alert() {
    let identity = Identity::new();
    let mut server_setup = testing::server(&identity);
    let mut client_setup = testing::client(&identity);
    let mut lengths =
        flight_lengths(&client_setup.session("localhost").unwrap(), &server_setup.session().unwrap());
    // The last ones are tickets, of which only a later connection can tell.
    lengths.pop();
    assert!(lengths.len() >= 3);
    for (index, len) in lengths.into_iter().enumerate() {
        for position in (0..len).step_by(29).chain(0..4.min(len)) {
            let client = client_setup.session("localhost").unwrap();
            let server = server_setup.session().unwrap();
            // A signature may be shorter this time: then the flight ends before the position.
            let (mut number, mut damaged) = (0, false);
            let result = exchange(&client, &server, |data| {
                if number == index
                    && let Some(byte) = data.get_mut(position)
                {
                    *byte ^= 0x15;
                    damaged = true;
                }
                number += 1;
            });
            let failed = [&client, &server].into_iter().find(|session| session.facts.error().is_some());
            match (result, failed) {
                (Err(failure), Some(failed)) => {
                    assert_eq!(failed.facts.alert(), Some(failure.alert.0));
                    assert!(!failure.text.is_empty());
                }
                // A length that says that more will come.
                (Ok(both_done), None) => assert!(!both_done || !damaged, "byte {position} of flight {index}"),
                (result, _) => panic!("{result:?}"),
            }
        }
    }
}

/// Hands each flight to the other side until there are no more, after `change`. Returns whether both have completed.
fn exchange(
    client: &Session,
    server: &Session,
    mut change: impl FnMut(&mut Vec<u8>),
) -> Result<bool, TlsFailure> {
    let under = Under { version: 1, limits: LIMITS, early_data: false };
    let mut completed = [false, false];
    client.start_client(CLIENT_PARAMETERS.to_vec(), 1, false)?;
    for _ in 0..3 {
        for mut flight in flights(client)? {
            change(&mut flight.data);
            feed_damaged_server(server, flight.level, &flight.data, under)?;
            completed[1] |= server.take_completed(1);
        }
        for mut flight in flights(server)? {
            change(&mut flight.data);
            client.read(flight.level, &flight.data)?;
            // Keys change between flights.
            completed[0] |= client.take_completed(1);
            for mut flight in flights(client)? {
                change(&mut flight.data);
                feed_damaged_server(server, flight.level, &flight.data, under)?;
                completed[1] |= server.take_completed(1);
            }
            completed[0] |= client.take_completed(1);
        }
    }
    Ok(completed == [true, true])
}

/// As [`feed_server`], but the transport parameters may be anything.
fn feed_damaged_server(server: &Session, level: Level, data: &[u8], under: Under) -> Result<(), TlsFailure> {
    match server.gather_client_hello(level, data)? {
        HelloProgress::Incomplete => Ok(()),
        HelloProgress::NotNeeded => server.read(level, data),
        HelloProgress::Complete(_) | HelloProgress::Decided => {
            server.start_server(SERVER_PARAMETERS.to_vec(), under.version, under.limits)
        }
    }
}

fn flight_lengths(client: &Session, server: &Session) -> Vec<usize> {
    let mut lengths = Vec::new();
    assert_eq!(exchange(client, server, |data| lengths.push(data.len())), Ok(true));
    lengths
}
