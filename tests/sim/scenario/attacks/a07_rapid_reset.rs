//! Streams that are opened and reset at once ("rapid reset"), STOP_SENDING with STREAM and RESET_STREAM in every order,
//! limits beyond 2^60.

use ngtcp2_abi::{NGTCP2_ERR_FRAME_ENCODING, NGTCP2_ERR_STREAM_LIMIT, NGTCP2_STREAM_LIMIT_ERROR};

use crate::attack::Attack;
use crate::keys::Side;

use super::{KIB, numbers, stream};

fn closed(attack: &Attack) -> u64 {
    attack.victim().seen("stream_close") + attack.victim().seen("stream_close2")
}

/// The application lets the peer open another stream whenever one closes: the fastest that this can go.
#[test]
fn a07_streams_that_are_reset_leave_nothing() {
    let mut attack =
        Attack::with(Side::Server, |scenario| scenario.server.params.initial_max_streams_uni = 100);
    attack.acknowledges = true;
    let figures = attack.flood(5_000, |turn| {
        let streams = (0..16).map(|n| 4 * (turn * 16 + n) + 2);
        streams.flat_map(|id| [stream(id, 0, b"x", false), numbers(4, &[id, 7, 1])].concat()).collect()
    });
    figures.check("a07 open and reset");
    assert_eq!((figures.error, closed(&attack)), (0, 80_000));
    assert!(figures.peak < 32 * KIB, "{figures}");
    attack.expect_open();
    attack.finish();
}

/// Our half of a bidirectional stream ends when the peer acknowledges its end; it does not, and so it gets no more.
#[test]
fn a07_halves_that_stay_open_count() {
    let mut attack = Attack::on(Side::Server);
    let figures = attack
        .flood(5_000, |turn| [stream(4 * turn, 0, b"x", false), numbers(4, &[4 * turn, 7, 1])].concat());
    figures.check("a07 open and reset, both ways");
    assert_eq!((figures.error, figures.packets), (NGTCP2_ERR_STREAM_LIMIT, 17));
    assert!(figures.peak < 32 * KIB, "{figures}");
    attack.expect_closed(NGTCP2_STREAM_LIMIT_ERROR);
    attack.finish();
}

/// All orders of four frames on a new stream: it opens once, closes at most once, and breaks no rule.
#[test]
fn a07_every_order_of_the_ends() {
    let frames = |id| {
        [
            stream(id, 0, b"xyz", false),
            stream(id, 3, b"", true),
            numbers(4, &[id, 7, 3]),
            numbers(5, &[id, 8]),
        ]
    };
    for order in 0..256 {
        let mut attack = Attack::on(Side::Server);
        let sent: Vec<u8> = (0..4).flat_map(|place| frames(0)[order >> (2 * place) & 3].clone()).collect();
        assert_eq!(attack.send(&sent), 0, "{order}");
        attack.answers();
        // And each in a packet of its own.
        for place in 0..4 {
            assert_eq!(attack.send(&frames(4)[order >> (2 * place) & 3]), 0, "{order}");
            attack.answers();
        }
        assert_eq!(attack.victim().seen("stream_open"), 2, "{order}");
        assert!(closed(&attack) <= 2 && attack.victim().seen("stream_reset") <= 2);
        attack.finish();
    }
}

#[test]
fn a07_limits_beyond_all_ids() {
    for kind in [0x12, 0x13, 0x16, 0x17] {
        for (limit, expected) in [(1 << 60, 0), ((1 << 60) + 1, NGTCP2_ERR_FRAME_ENCODING)] {
            let mut attack = Attack::on(Side::Server);
            assert_eq!(attack.send(&numbers(kind, &[limit])), expected, "{kind:x}");
            attack.finish();
        }
    }
}
