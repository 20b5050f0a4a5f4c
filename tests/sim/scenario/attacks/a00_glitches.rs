//! What no honest peer does often is counted: some thousand of such things at once, and so many a second, end the
//! connection (`glitch_ratelim_burst`, `glitch_ratelim_rate`). The other files show what holds without that.

use ngtcp2_abi::{NGTCP2_ERR_INTERNAL, NGTCP2_INTERNAL_ERROR};

use crate::attack::Attack;
use crate::endpoint::Phase;
use crate::keys::Side;

use super::{KIB, new_connection_id, numbers};

type Flood = fn(u64) -> Vec<u8>;

#[test]
fn a00_floods_end_the_connection() {
    let floods: [(&str, Side, Flood); 6] = [
        ("NEW_TOKEN", Side::Client, |_| [&[0x07, 20][..], &[0x33; 20]].concat().repeat(50)),
        ("PATH_CHALLENGE", Side::Server, |turn| {
            (0..150).flat_map(|n| [&[0x1a][..], &(turn * 150 + n).to_be_bytes()].concat()).collect()
        }),
        ("NEW_CONNECTION_ID", Side::Server, |_| new_connection_id(20, 19, &[7; 8], 1).repeat(30)),
        ("DATA_BLOCKED", Side::Server, |turn| numbers(0x14, &[turn]).repeat(300)),
        ("STREAMS_BLOCKED", Side::Client, |turn| numbers(0x16, &[turn]).repeat(300)),
        ("HANDSHAKE_DONE", Side::Client, |_| vec![0x1e; 1_000]),
    ];
    for (name, victim, frames) in floods {
        let mut attack = Attack::with(victim, |scenario| {
            for setup in [&mut scenario.client, &mut scenario.server] {
                setup.settings.glitch_ratelim_burst = 10_000;
                setup.settings.glitch_ratelim_rate = 330;
            }
        });
        let figures = attack.flood(3_000, frames);
        println!("a00 {name}: {figures}");
        assert_eq!(figures.error, NGTCP2_ERR_INTERNAL, "{name}");
        // No panic: the connection could still close.
        assert!(matches!(attack.victim().phase.get(), Phase::Closing(_)), "{name}");
        assert!(figures.packets < 500 && figures.peak < 16 * KIB, "{name}: {figures}");
        if name != "NEW_CONNECTION_ID" {
            attack.expect_closed(NGTCP2_INTERNAL_ERROR);
        }
        attack.finish();
    }
}
