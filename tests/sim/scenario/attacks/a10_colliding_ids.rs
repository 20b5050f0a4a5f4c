//! Stream ids and connection ids that collide in a hash table (five stacks in 2025): each packet costs what it costs with
//! ids in a row.

use crate::attack::Attack;
use crate::keys::Side;
use crate::pair::Scenario;

use super::{KIB, numbers, stream};

type Order = fn(u64) -> u64;

fn many_streams(scenario: &mut Scenario) {
    scenario.server.params.initial_max_streams_uni = 1 << 40;
    scenario.server.params.initial_max_data = 1 << 40;
}

/// Ids that agree in their low bits, in their high bits, or in what a product leaves of them.
#[test]
fn a10_stream_ids_collide() {
    let families: [(&str, Order); 5] = [
        ("in a row", |n| n),
        ("apart by 64", |n| n << 6),
        ("apart by 4096", |n| n << 12),
        ("apart by 2^28", |n| n << 28),
        ("multiples of a prime", |n| n * 0x0fff_fffb),
    ];
    let mut costs = Vec::new();
    for (name, ordinal) in families {
        let mut attack = Attack::with(Side::Server, many_streams);
        let figures = attack.flood(250, |turn| {
            (0..16).flat_map(|n| stream(4 * ordinal(turn * 16 + n) + 2, 0, b"x", false)).collect()
        });
        figures.check(&format!("a10 stream ids {name}"));
        assert_eq!(attack.victim().seen("stream_open"), 4_000);
        // And found again.
        let again = attack.flood(250, |turn| {
            (0..16).flat_map(|n| stream(4 * ordinal(turn * 16 + n) + 2, 1, b"y", false)).collect()
        });
        again.check(&format!("a10 stream ids {name}, found again"));
        assert_eq!(again.error, 0);
        // A stream that holds nothing out of order.
        assert!(figures.peak < 4_000 * 520, "{figures}");
        costs.push(figures.nanoseconds() + again.nanoseconds());
        attack.finish();
    }
    let slowest = costs.iter().max().unwrap();
    assert!(*slowest < 4 * costs[0], "{costs:?}");
}

/// More gaps between opened streams than are remembered: the connection ends, not the memory.
#[test]
fn a10_gaps_between_streams_are_bounded() {
    let mut attack = Attack::with(Side::Server, many_streams);
    let figures = attack.flood(1_000, |turn| {
        let streams = (0..20).map(|n| 4 * (2 * (turn * 20 + n)) + 2);
        streams.flat_map(|id| [stream(id, 0, b"", true), numbers(4, &[id, 7, 0])].concat()).collect()
    });
    figures.check("a10 every second stream");
    assert!(figures.peak < 512 * KIB, "{figures}");
    attack.finish();
}
