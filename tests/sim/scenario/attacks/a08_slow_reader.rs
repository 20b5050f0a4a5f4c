//! A reader that never raises MAX_DATA, or by single bytes; floods of BLOCKED frames; pings that keep a connection alive.

use crate::application::Plan;
use crate::attack::Attack;
use crate::keys::Side;
use crate::network::SECOND;
use crate::pair::Scenario;

use super::{KIB, numbers};

/// A server with much to send, to a client that takes 1000 bytes on each of two streams.
fn starved(scenario: &mut Scenario) {
    scenario.server.plan = Plan { bidirectional: 0, unidirectional: 2, bytes: 1 << 20 };
    scenario.client.params.initial_max_data = 1_000;
    scenario.client.params.initial_max_stream_data_uni = 1_000;
}

/// The connection waits, without data of its own in memory and without waking up.
#[test]
fn a08_a_reader_that_takes_nothing_costs_nothing() {
    let mut attack = Attack::with(Side::Server, starved);
    let figures = attack.flood_with(100, |attack, _| {
        attack.pair.wait(SECOND);
        let packet = attack.forge(&[0x01, 0, 0, 0]);
        attack.sent_by_peer(packet.into())
    });
    figures.check("a08 nothing but pings");
    assert!(figures.error == 0 && figures.peak < 4 * KIB);
    // The acknowledgments, and the probes and BLOCKED frames that our own timers make.
    assert!(figures.answers < 3 * figures.packets, "{figures}");
    attack.finish();
}

/// One byte of credit a packet: no more than a packet each.
#[test]
fn a08_credit_drips() {
    let mut attack = Attack::with(Side::Server, starved);
    let figures = attack.flood(5_000, |turn| {
        let (limit, id) = (2_001 + turn, 3 + 4 * (turn % 2));
        [numbers(0x10, &[limit]), numbers(0x11, &[id, 1_001 + turn / 2])].concat()
    });
    figures.check("a08 credit by single bytes");
    assert!(figures.error == 0 && figures.answers <= 2 * figures.packets);
    assert!(figures.peak < 64 * KIB, "{figures}");
    attack.finish();
}

#[test]
fn a08_blocked_frames_are_heard_and_forgotten() {
    for victim in [Side::Server, Side::Client] {
        let mut attack = Attack::on(victim);
        let figures = attack.flood(3_000, |turn| {
            let kinds = [0x14, 0x16, 0x17].into_iter().flat_map(|kind| numbers(kind, &[turn]));
            kinds.collect::<Vec<_>>().repeat(100)
        });
        figures.check("a08 BLOCKED frames");
        assert!(figures.error == 0 && figures.peak < 4 * KIB);
        assert!(figures.answers <= figures.packets && figures.answered_bytes < figures.bytes);
        attack.expect_open();
        attack.finish();
    }
}
