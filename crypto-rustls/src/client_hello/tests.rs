//! Hellos that are whole, partial, damaged and random.

use proptest::prelude::*;

use super::*;

fn vector16(content: &[u8]) -> Vec<u8> {
    [&(content.len() as u16).to_be_bytes()[..], content].concat()
}

fn extension(extension_type: u16, content: &[u8]) -> Vec<u8> {
    [extension_type.to_be_bytes().to_vec(), vector16(content)].concat()
}

fn server_name(name: &[u8]) -> Vec<u8> {
    extension(0, &vector16(&[&[0][..], &vector16(name)].concat()))
}

fn hello(extensions: &[Vec<u8>]) -> Vec<u8> {
    let mut body = vec![3, 3];
    body.extend([7; 32]);
    body.push(0);
    body.extend(vector16(&[0x13, 1]));
    body.extend([1, 0]);
    body.extend(vector16(&extensions.concat()));
    let mut message = (body.len() as u32).to_be_bytes().to_vec();
    message[0] = 1;
    message.extend(body);
    message
}

#[test]
fn finds_parameters_and_name() {
    let message =
        hello(&[extension(43, &[2, 3, 4]), server_name(b"localhost"), extension(0x39, b"parameters")]);
    let read = ClientHello::read(&message).unwrap().unwrap();
    assert_eq!(read.transport_parameters, Some(&b"parameters"[..]));
    assert_eq!(read.server_name, Some(&b"localhost"[..]));
}

#[test]
fn finds_protocols_and_session() {
    let protocols = extension(16, &vector16(b"\x02h3\x05hq-29"));
    let identities = [vector16(&[vector16(b"first"), vec![0; 4], vector16(b"second"), vec![0; 4]].concat())];
    let message = hello(&[protocols, extension(42, &[]), extension(41, &identities.concat())]);
    let read = ClientHello::read(&message).unwrap().unwrap();
    assert_eq!(read.protocols(), [&b"h3"[..], b"hq-29"]);
    assert_eq!(read.session_identity, Some(&b"first"[..]));
    assert!(read.offers_early_data);
}

#[test]
fn damaged_lists_hold_what_is_whole() {
    for (list, expected) in [(&b"\x00\x04\x02h3\x09"[..], 1), (b"\x00\x09\x02h3", 0), (b"", 0)] {
        let message = hello(&[extension(16, list)]);
        let read = ClientHello::read(&message).unwrap().unwrap();
        assert_eq!(read.protocols().len(), expected);
    }
    for identities in [&b"\x00\x04\x00\x09ab"[..], b"\x00\x04\x00", b"\x00\x00"] {
        assert_eq!(ClientHello::read(&hello(&[extension(41, identities)])), Err(Alert::DECODE_ERROR));
    }
}

#[test]
fn what_is_not_there_is_none() {
    let message = hello(&[]);
    assert_eq!(ClientHello::read(&message), Ok(Some(ClientHello::default())));
    let other_name_type = hello(&[extension(0, &vector16(&[9, 0, 1, b'x']))]);
    assert_eq!(ClientHello::read(&other_name_type).unwrap().unwrap().server_name, None);
}

#[test]
fn the_first_of_two_counts() {
    let message = hello(&[extension(0x39, b"one"), extension(0x39, b"two")]);
    assert_eq!(ClientHello::read(&message).unwrap().unwrap().transport_parameters, Some(&b"one"[..]));
}

#[test]
fn waits_for_the_whole_message() {
    let message = hello(&[extension(0x39, b"parameters")]);
    for len in 0..message.len() {
        assert_eq!(ClientHello::read(&message[..len]), Ok(None));
    }
    let followed = [&message[..], b"more"].concat();
    assert!(ClientHello::read(&followed).unwrap().is_some());
}

#[test]
fn refuses_what_is_no_hello() {
    assert_eq!(ClientHello::read(&[2, 0, 0, 0]), Err(Alert::UNEXPECTED_MESSAGE));
    assert_eq!(ClientHello::read(&[1, 0, 0, 0]), Err(Alert::DECODE_ERROR));
    // One byte more than fits, announced only.
    assert_eq!(ClientHello::read(&[1, 0, 0xff, 0xfd]), Err(Alert::DECODE_ERROR));
    assert_eq!(ClientHello::read(&[1, 0, 0xff, 0xfc]), Ok(None));

    let mut trailing = hello(&[]);
    trailing.push(0);
    trailing[3] += 1;
    assert_eq!(ClientHello::read(&trailing), Err(Alert::DECODE_ERROR));
}

proptest! {
    #[test]
    fn random_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = ClientHello::read(&bytes);
    }

    #[test]
    fn damage_does_no_harm(position in any::<prop::sample::Index>(), value in any::<u8>(), name in ".{0,30}") {
        let mut message = hello(&[server_name(name.as_bytes()), extension(0x39, b"parameters")]);
        let position = position.index(message.len());
        message[position] = value;
        if let Ok(Some(read)) = ClientHello::read(&message) {
            prop_assert!(read.transport_parameters.is_none_or(|found| found.len() < message.len()));
        }
    }

    #[test]
    fn finds_what_was_put_in(
        types in prop::collection::vec(
            ((1..0x39u16).prop_filter("no content of its own", |kind| *kind != 41), prop::collection::vec(any::<u8>(), 0..20)),
            0..10,
        ),
        parameters in prop::collection::vec(any::<u8>(), 0..300),
        place in any::<prop::sample::Index>(),
    ) {
        let mut extensions: Vec<_> = types.iter().map(|(kind, content)| extension(*kind, content)).collect();
        extensions.insert(place.index(extensions.len() + 1), extension(0x39, &parameters));
        let message = hello(&extensions);
        let read = ClientHello::read(&message).unwrap().unwrap();
        prop_assert_eq!(read.transport_parameters, Some(&parameters[..]));
    }
}
