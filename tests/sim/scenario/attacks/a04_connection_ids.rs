//! NEW_CONNECTION_ID with rising retire_prior_to, floods of RETIRE_CONNECTION_ID, ids that were never issued, the same
//! number, id or token twice (quic-go CVE-2024-22189, quiche CVE-2024-1410 and CVE-2025-7054).

use ngtcp2_abi::{NGTCP2_ERR_CONNECTION_ID_LIMIT, NGTCP2_ERR_PROTO, NGTCP2_PROTOCOL_VIOLATION};

use crate::attack::Attack;
use crate::keys::Side;
use crate::network::MILLISECOND;

use super::{KIB, new_connection_id, numbers};

fn id(sequence: u64) -> [u8; 8] {
    (sequence | 0xc1d0_0000_0000_0000).to_be_bytes()
}

/// Each id retires all before it, and our retirements are never acknowledged.
#[test]
fn a04_retirements_do_not_pile_up() {
    for victim in [Side::Server, Side::Client] {
        let mut attack = Attack::on(victim);
        let figures = attack.flood(10_000, |turn| {
            let sequences = 20 + turn * 10..30 + turn * 10;
            sequences.flat_map(|n| new_connection_id(n, n, &id(n), n as u8)).collect()
        });
        figures.check("a04 rising retire_prior_to");
        assert_eq!(figures.error, NGTCP2_ERR_CONNECTION_ID_LIMIT);
        assert!(figures.packets < 20 && figures.peak < 8 * KIB);
        attack.finish();
    }
}

/// For each id that the peer retires it gets another one, as long as it acknowledges; it does not, and retires what it
/// never got.
#[test]
fn a04_ids_are_not_issued_without_end() {
    let mut attack = Attack::on(Side::Server);
    // The packets of the attacker name the first id.
    let figures = attack.flood(2_000, |turn| numbers(0x19, &[turn + 1]));
    figures.check("a04 RETIRE_CONNECTION_ID");
    assert_eq!(figures.error, NGTCP2_ERR_PROTO);
    assert!(figures.peak < 8 * KIB && attack.victim().seen("get_new_connection_id") < 40, "{figures}");
    attack.expect_closed(NGTCP2_PROTOCOL_VIOLATION);
    attack.finish();
}

#[test]
fn a04_an_id_that_was_never_issued_is_not_retired() {
    for victim in [Side::Server, Side::Client] {
        let mut attack = Attack::on(victim);
        assert_eq!(attack.send(&numbers(0x19, &[(1 << 62) - 1])), NGTCP2_ERR_PROTO);
        attack.expect_closed(NGTCP2_PROTOCOL_VIOLATION);
        attack.finish();
    }
}

/// With acknowledgments it goes on for ever, at one new id for a retired one.
#[test]
fn a04_ids_change_hands_without_growth() {
    let mut attack = Attack::on(Side::Server);
    attack.acknowledges = true;
    let figures = attack.flood_with(2_000, |attack, turn| {
        // What the peer retired is remembered for three PTO.
        attack.pair.wait(10 * MILLISECOND);
        let frames = if turn % 4 == 0 { numbers(0x19, &[turn / 4 + 1]) } else { vec![1, 0, 0] };
        let packet = attack.forge(&frames);
        attack.sent_by_peer(packet.into())
    });
    figures.check("a04 RETIRE_CONNECTION_ID, acknowledged");
    assert!(figures.error == 0 && figures.peak < 8 * KIB, "{figures}");
    attack.finish();
}

/// The same frame again is a retransmission; the same number, id or token in another is not.
#[test]
fn a04_repeated_ids() {
    let first = new_connection_id(20, 19, &id(20), 1);
    let mut attack = Attack::on(Side::Server);
    let figures = attack.flood(2_000, |_| first.repeat(30));
    figures.check("a04 repeated NEW_CONNECTION_ID");
    assert!(figures.error == 0 && figures.peak < 4 * KIB);
    attack.expect_open();
    attack.finish();
    for second in [
        new_connection_id(20, 19, &id(21), 1),
        new_connection_id(20, 19, &id(20), 2),
        new_connection_id(21, 19, &id(20), 2),
    ] {
        let mut attack = Attack::on(Side::Server);
        assert_eq!(attack.send(&[first.clone(), second].concat()), NGTCP2_ERR_PROTO);
        attack.finish();
    }
}
