//! ACK frames: of packets never sent or left out on purpose, ahead of what arrived (quiche CVE-2025-4820), with hundreds
//! of ranges, with ECN counts that lie.

use ngtcp2_abi::{NGTCP2_ERR_PROTO, NGTCP2_PROTOCOL_VIOLATION};

use crate::application::Plan;
use crate::attack::Attack;
use crate::keys::Side;
use crate::pair::Scenario;

use super::{KIB, numbers};

/// A server with much to send to a client that could take it all.
fn download(scenario: &mut Scenario) {
    scenario.server.plan = Plan { bidirectional: 0, unidirectional: 2, bytes: 4 << 20 };
    scenario.client.params.initial_max_data = 64 << 20;
    scenario.client.params.initial_max_stream_data_uni = 64 << 20;
}

/// An attacker that acknowledges each packet at once, received or not, wants a window without bounds. It cannot know
/// which numbers were left out.
#[test]
fn a05_optimistic_acknowledgments_are_found_out() {
    let mut attack = Attack::with(Side::Server, |scenario| {
        download(scenario);
        // Nothing is sent before the attack.
        scenario.server.plan.unidirectional = 0;
        scenario.server.keeps_journal = true;
    });
    attack.victim().application.borrow_mut().plan.unidirectional = 2;
    let largest = |attack: &Attack| {
        let numbers = attack.victim().journal.lines().into_iter().filter_map(|(_, line)| {
            let rest = line.strip_prefix("pkt tx pkn=").or_else(|| line.strip_prefix("pkt tx "))?;
            rest.split(' ').next()?.parse::<u64>().ok()
        });
        numbers.max().unwrap_or(0)
    };
    let figures = attack.flood_with(3_000, |attack, _| {
        // From the last packet of the handshake on.
        let largest = largest(attack);
        let packet = attack.forge(&numbers(0x02, &[largest, 0, 0, largest.saturating_sub(1)]));
        attack.sent_by_peer(packet.into())
    });
    figures.check("a05 optimistic ACK");
    assert_eq!(figures.error, NGTCP2_ERR_PROTO);
    assert!(figures.answered_bytes < 1 << 20, "{figures}");
    attack.expect_closed(NGTCP2_PROTOCOL_VIOLATION);
    attack.finish();
}

/// Every second packet of the last 500 is acknowledged, again and again: the same cost each time.
#[test]
fn a05_hundreds_of_ranges_cost_no_more_than_their_bytes() {
    let mut attack = Attack::with(Side::Server, |scenario| {
        download(scenario);
        scenario.server.plan.bytes = 1 << 20;
    });
    // What was settled long ago is acknowledged once more.
    let figures = attack.flood(2_000, |_| {
        let ranges = (0..250).flat_map(|_| [0, 0]);
        numbers(0x02, &[&[1_000, 0, 250, 0][..], &ranges.collect::<Vec<_>>()].concat())
    });
    figures.check("a05 250 ranges");
    assert!(figures.peak < 8 * KIB);
    attack.finish();
}

/// Counts that shrink, or grow beyond all that was sent: ECN is given up, the connection goes on.
#[test]
fn a05_lies_about_ecn_cost_ecn_alone() {
    for counts in [[u32::MAX.into(), 0, 0], [0, (1 << 62) - 1, 0], [0, 0, (1 << 62) - 1], [0, 0, 0]] {
        let mut attack = Attack::on(Side::Server);
        let figures = attack.flood(1_000, |_| numbers(0x03, &[&[1, 0, 0, 0][..], &counts].concat()));
        figures.check("a05 ECN counts");
        assert!(figures.error == 0 && figures.peak < 4 * KIB);
        attack.expect_open();
        attack.finish();
    }
}
