//! Transport parameters at their largest, twice, cut off, unknown and reserved, with log and qlog on
//! (CVE-2026-40170: a buffer of 1024 bytes on the stack), and values at 2^62-1, on which arithmetic overflows.

use ngtcp2_abi::{NGTCP2_CCERR_TYPE_TRANSPORT, NGTCP2_TRANSPORT_PARAMETER_ERROR};

use crate::application::Plan;
use crate::attack::Attack;
use crate::forge::varint;
use crate::keys::Side;
use crate::network::SECOND;
use crate::setup::Setup;
use crate::tls::ParamsEdit;

use super::KIB;

const MAXIMUM: u64 = (1 << 62) - 1;

/// The identifier and the value of each parameter.
fn parse(mut bytes: &[u8]) -> Vec<(u64, Vec<u8>)> {
    let mut parameters = Vec::new();
    while !bytes.is_empty() {
        let id = take_varint(&mut bytes);
        let len = take_varint(&mut bytes) as usize;
        parameters.push((id, bytes[..len].to_vec()));
        bytes = &bytes[len..];
    }
    parameters
}

fn take_varint(bytes: &mut &[u8]) -> u64 {
    let len = 1 << (bytes[0] >> 6);
    let value =
        bytes[1..len].iter().fold(u64::from(bytes[0] & 0x3f), |value, &byte| value << 8 | u64::from(byte));
    *bytes = &bytes[len..];
    value
}

fn parameter(id: u64, value: &[u8]) -> Vec<u8> {
    [varint(id), varint(value.len() as u64), value.to_vec()].concat()
}

/// The parameters with these instead of those of the same name.
fn with(bytes: &[u8], changes: &[(u64, u64)]) -> Vec<u8> {
    let kept = parse(bytes).into_iter().filter(|(id, _)| changes.iter().all(|(changed, _)| changed != id));
    let mut edited: Vec<u8> = kept.flat_map(|(id, value)| parameter(id, &value)).collect();
    edited.extend(changes.iter().flat_map(|&(id, value)| parameter(id, &varint(value))));
    edited
}

/// Everything that is a number as large as it may be, and 14 KiB of what nobody knows, reserved names among them.
fn largest(bytes: &[u8]) -> Vec<u8> {
    let (streams, delay) = (1 << 60, (1 << 14) - 1);
    let numbers = [1, 3, 4, 5, 6, 7, 0x20].map(|id| (id, MAXIMUM));
    let others = [(8, streams), (9, streams), (0x0a, 20), (0x0b, delay)];
    let mut edited = with(bytes, &[&numbers[..], &others].concat());
    for n in 0..100 {
        edited.extend(parameter(27 + 31 * (1 << (n % 50)), &[0xa5; 100]));
        edited.extend(parameter(0x2000 + n, &[0x22; 30]));
    }
    // Once more, as the C library takes it: the last one counts.
    edited.extend(parameter(4, &varint(MAXIMUM)));
    edited
}

fn keep_journals(client: &mut Setup, server: &mut Setup) {
    for setup in [client, server] {
        setup.keeps_journal = true;
        setup.is_lawless = true;
        setup.settings.handshake_timeout = u64::MAX;
    }
}

#[test]
fn a01_the_largest_parameters_are_taken() {
    for victim in [Side::Server, Side::Client] {
        let mut attack = Attack::unestablished(victim, |scenario| {
            keep_journals(&mut scenario.client, &mut scenario.server);
            let [ours, theirs] = match victim {
                Side::Server => [&mut scenario.server, &mut scenario.client],
                Side::Client => [&mut scenario.client, &mut scenario.server],
            };
            theirs.params_edit = Some(largest);
            ours.plan = Plan { bidirectional: 2, unidirectional: 2, bytes: 5_000 };
        });
        // Its acknowledgments may be 16 seconds late, and the peer cannot know that it said so.
        assert!(
            attack.pair.run(300 * SECOND, |pair| pair.is_established() && pair.is_done()),
            "{}",
            attack.pair.describe()
        );
        let peak = attack.victim().memory.peak_bytes();
        println!("a01 largest parameters: memory of the {victim:?} {peak} at most");
        assert!(peak < 120 * KIB, "{peak}");
        attack.finish();
    }
}

/// What breaks a rule ends in TRANSPORT_PARAMETER_ERROR.
#[test]
fn a01_broken_parameters_are_refused() {
    let edits: [(&str, ParamsEdit); 12] = [
        ("cut in a name", |bytes| [bytes, &[0xc0]].concat()),
        ("cut in a length", |bytes| [bytes, &[0x21, 0x80]].concat()),
        ("cut in a value", |bytes| [bytes, &[0x21, 5, 1]].concat()),
        ("a length of 2^62-1", |bytes| [bytes, &[0x21], &[0xff; 8][..]].concat()),
        ("a number that is shorter than its field", |bytes| {
            [&with(bytes, &[(4, 1)])[..], &[5, 2, 0x40, 1, 0]].concat()
        }),
        ("ack_delay_exponent 21", |bytes| with(bytes, &[(0x0a, 21)])),
        ("max_ack_delay 2^14", |bytes| with(bytes, &[(0x0b, 1 << 14)])),
        ("max_ack_delay 2^62-1", |bytes| with(bytes, &[(0x0b, MAXIMUM)])),
        ("2^60+1 streams", |bytes| with(bytes, &[(8, (1 << 60) + 1)])),
        ("max_udp_payload_size 1199", |bytes| with(bytes, &[(3, 1199)])),
        ("active_connection_id_limit 1", |bytes| with(bytes, &[(0x0e, 1)])),
        ("no initial_source_connection_id", |bytes| {
            let kept = parse(bytes).into_iter().filter(|(id, _)| *id != 0x0f);
            kept.flat_map(|(id, value)| parameter(id, &value)).collect()
        }),
    ];
    for victim in [Side::Server, Side::Client] {
        for (name, edit) in edits {
            let mut attack = Attack::unestablished(victim, |scenario| {
                keep_journals(&mut scenario.client, &mut scenario.server);
                let theirs = if victim == Side::Server { &mut scenario.client } else { &mut scenario.server };
                theirs.params_edit = Some(edit);
            });
            attack.pair.run_for(SECOND);
            let told = attack.pair.endpoint(victim.other()).conn().close_error();
            let expected = (NGTCP2_CCERR_TYPE_TRANSPORT.0, u64::from(NGTCP2_TRANSPORT_PARAMETER_ERROR));
            assert_eq!(told, expected, "{name}, {victim:?}: {}", attack.pair.describe());
            attack.finish();
        }
    }
}
