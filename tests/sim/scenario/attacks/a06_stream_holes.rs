//! STREAM frames with a byte at every second offset (quinn CVE-2026-25800), overlaps, final sizes that disagree, data
//! beyond the limits.

use ngtcp2_abi::{
    NGTCP2_ERR_FINAL_SIZE, NGTCP2_ERR_FLOW_CONTROL, NGTCP2_FINAL_SIZE_ERROR, NGTCP2_FLOW_CONTROL_ERROR,
};

use crate::attack::Attack;
use crate::keys::Side;

use super::{KIB, stream};

type Order = fn(u64) -> u64;

/// 1 MiB of credit, of which half is holes.
const HOLES: u64 = 512 * 1024;
const PER_PACKET: u64 = 128;
/// The credit of a stream.
const SPAN: u64 = 256 * 1024;

#[test]
fn a06_holes_cost_what_flow_control_allows() {
    let orders: [(&str, Order); 3] =
        [("rising", |n| n), ("falling", |n| HOLES - 1 - n), ("scattered", |n| n * 300_007 % HOLES)];
    for (name, order) in orders {
        let mut attack = Attack::on(Side::Server);
        let figures = attack.flood(HOLES / PER_PACKET, |turn| {
            let places = (0..PER_PACKET).map(|n| 2 * order(turn * PER_PACKET + n) + 1);
            places.flat_map(|at| stream(at / SPAN * 4, at % SPAN, b"x", false)).collect()
        });
        figures.check(&format!("a06 holes, {name}"));
        assert_eq!(figures.error, 0);
        // The bytes, and a bit for each.
        assert!(figures.peak < 1300 * KIB, "{figures}");
        attack.expect_open();
        attack.finish();
    }
}

#[test]
fn a06_overlaps_are_stored_once() {
    let mut attack = Attack::on(Side::Server);
    let figures = attack.flood(3_000, |turn| stream(0, 1 + turn % 13, &[turn as u8; 1_000], false));
    figures.check("a06 overlaps");
    assert!(figures.error == 0 && figures.peak < 8 * KIB);
    attack.expect_open();
    attack.finish();
}

#[test]
fn a06_ends_that_disagree() {
    let end = stream(0, 100, b"", true);
    for other in
        [stream(0, 99, b"", true), stream(0, 101, b"", true), stream(0, 100, b"x", false), vec![4, 0, 0, 9]]
    {
        let mut attack = Attack::on(Side::Server);
        assert_eq!(attack.send(&[end.clone(), other].concat()), NGTCP2_ERR_FINAL_SIZE);
        attack.expect_closed(NGTCP2_FINAL_SIZE_ERROR);
        attack.finish();
    }
}

#[test]
fn a06_beyond_the_limits() {
    let over_the_connection: Vec<u8> = (0..5).flat_map(|n| stream(n * 4, SPAN - 1, b"x", false)).collect();
    for frames in [stream(0, SPAN, b"x", false), over_the_connection, stream(0, (1 << 62) - 2, b"x", false)] {
        let mut attack = Attack::on(Side::Server);
        assert_eq!(attack.send(&frames), NGTCP2_ERR_FLOW_CONTROL);
        attack.expect_closed(NGTCP2_FLOW_CONTROL_ERROR);
        attack.finish();
    }
}
