//! Floods of PATH_CHALLENGE from a peer that acknowledges nothing (quic-go CVE-2023-49295, quiche CVE-2023-6193).

use crate::attack::Attack;
use crate::keys::Side;

/// 150 different challenges.
fn challenges(turn: u64) -> Vec<u8> {
    (0..150).flat_map(|n| [&[0x1a][..], &(turn * 150 + n).to_be_bytes()].concat()).collect()
}

#[test]
fn a03_challenges_do_not_pile_up() {
    for victim in [Side::Server, Side::Client] {
        let mut attack = Attack::on(victim);
        let figures = attack.flood(2_000, challenges);
        figures.check("a03 PATH_CHALLENGE");
        assert!(figures.peak < 4_000 && figures.error == 0);
        assert!(figures.answers <= figures.packets && figures.answered_bytes < figures.bytes);
        attack.expect_open();
        attack.finish();
    }
}
