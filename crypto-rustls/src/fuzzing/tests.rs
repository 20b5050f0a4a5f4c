//! Replays the corpora of the fuzz targets, and keeps their seeds; `fuzz/replay.rs` says where.

use super::*;
use crate::session_record::Times;

use replay::Seed;

#[path = "../../../fuzz/replay.rs"]
mod replay;

fn vector16(content: &[u8]) -> Vec<u8> {
    [&(content.len() as u16).to_be_bytes()[..], content].concat()
}

fn hello(extensions: &[(u16, &[u8])]) -> Vec<u8> {
    let extensions: Vec<u8> = extensions
        .iter()
        .flat_map(|(kind, content)| [kind.to_be_bytes().to_vec(), vector16(content)].concat())
        .collect();
    let body = [&[3, 3][..], &[7; 32], &[0], &vector16(&[0x13, 1]), &[1, 0], &vector16(&extensions)].concat();
    let mut message = (body.len() as u32).to_be_bytes().to_vec();
    message[0] = 1;
    message.extend(body);
    message
}

fn hello_seeds() -> Vec<Seed> {
    let name = vector16(&[&[0][..], &vector16(b"example.org")].concat());
    let protocols = vector16(b"\x02h3\x05hq-29");
    let identities = vector16(&[vector16(b"a ticket"), vec![0; 4]].concat());
    let parameters = [4, 2, 0x40, 0x64, 0x0f, 2, 7, 7, 8, 1, 9];
    vec![
        ("smallest", hello(&[])),
        ("first", hello(&[(0, &name), (16, &protocols), (0x39, &parameters), (43, &[2, 3, 4])])),
        ("resuming", hello(&[(0, &name), (0x39, &parameters), (42, &[]), (41, &identities)])),
        ("twice", hello(&[(0, &name), (0, &name), (16, &protocols), (16, &[])])),
        ("parameters", parameters.to_vec()),
    ]
}

fn token_seeds() -> Vec<Seed> {
    let digest = [0; DIGEST_LEN];
    let terms = Terms { version: 1, policy: digest, context: digest, limits: Limits([9; 8]) };
    let record = Record::encode(&terms, Times { session: 7, full_handshake: 7 }, b"session").to_vec();
    vec![
        ("good", b"\0\0data".to_vec()),
        ("changed", b"\x05\x01data".to_vec()),
        ("retry", [&[0xb6][..], &[0x5a; 61]].concat()),
        ("retry2", [&[0xb7][..], &[0x5a; 89]].concat()),
        ("regular", [&[0x36][..], &[0x5a; 50]].concat()),
        ("record", record),
    ]
}

/// Replays the inputs and their first halves.
fn check(target: &str, seeds: Vec<Seed>, target_function: fn(&[u8])) {
    replay::check(target, seeds, |input| {
        target_function(input);
        target_function(&input[..input.len() / 2]);
    });
}

#[test]
fn client_hellos() {
    check("client_hello", hello_seeds(), client_hello);
}

#[test]
fn tokens_and_tickets() {
    check("tokens", token_seeds(), tokens);
}
