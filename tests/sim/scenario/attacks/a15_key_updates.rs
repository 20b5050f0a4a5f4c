//! Key updates too early and too often, and storms of packets that cannot be decrypted, up to the limit of the AEAD.

use ngtcp2_abi::{NGTCP2_AEAD_LIMIT_REACHED, NGTCP2_ERR_AEAD_LIMIT_REACHED};

use crate::attack::Attack;
use crate::endpoint::Phase;
use crate::forge::{Forgery, KEY_PHASE, Kind, updated_keys};
use crate::keys::Side;
use crate::protection;

use super::KIB;

/// A PING of the client under the keys of some update.
fn in_generation(attack: &Attack, generation: u32, number: u32) -> Vec<u8> {
    let mut packet = Forgery::new(&attack.pair, Side::Client, Kind::OneRtt, &[1, 0, 0, 0]);
    packet.number = number;
    packet.flips = if generation % 2 == 1 { KEY_PHASE } else { 0 };
    packet.seal(updated_keys(&attack.pair, Side::Client, generation))
}

/// Keys change with every packet: that is followed, at a derivation for each packet and no memory; and what was sealed with
/// older or with much newer keys is dropped.
#[test]
fn a15_keys_that_change_with_every_packet() {
    let mut attack = Attack::on(Side::Server);
    let contexts = protection::live_contexts();
    let figures = attack.flood_with(1_000, |attack, turn| {
        let skipped = if turn % 5 == 4 { 7 } else { 0 };
        let packet = in_generation(attack, 1 + turn as u32 / 2 + skipped, 6_000 + turn as u32);
        attack.sent_by_peer(packet.into())
    });
    figures.check("a15 a key for each packet");
    let updates = attack.victim().seen("update_key");
    println!("{updates} derivations");
    assert!(updates <= figures.packets && figures.peak < 8 * KIB, "{figures}, {updates} derivations");
    // The previous key and the next.
    assert!(protection::live_contexts() <= contexts + 2);
    attack.finish();
}

/// The other key phase on packets that are not authentic: no key is derived for them, and time tells nothing.
#[test]
fn a15_forged_key_phases_derive_nothing() {
    let mut attack = Attack::on(Side::Server);
    let before = attack.victim().seen("update_key");
    let figures = attack.flood_with(3_000, |attack, turn| {
        let mut packet = in_generation(attack, 1, 6_000 + turn as u32);
        *packet.last_mut().unwrap() ^= 1;
        attack.sent_by_peer(packet.into())
    });
    figures.check("a15 forged key phases");
    assert!(figures.error == 0 && figures.answers == 0 && figures.peak < 4 * KIB, "{figures}");
    assert!(attack.victim().seen("update_key") <= before + 1);
    attack.expect_open();
    attack.finish();
}

/// RFC 9001 section 6.6: past the integrity limit the connection ends.
#[test]
fn a15_storms_end_at_the_integrity_limit() {
    let mut attack = Attack::unestablished(Side::Server, |_| {});
    protection::limit_decryption(1_000);
    assert!(attack.pair.run(crate::network::SECOND, crate::pair::Pair::is_established));
    attack.pair.run_for(crate::network::SECOND);
    let figures = attack.flood_with(3_000, |attack, _| {
        let mut packet = attack.forge(&[1, 0, 0, 0]);
        *packet.last_mut().unwrap() ^= 1;
        attack.sent_by_peer(packet.into())
    });
    figures.check("a15 undecryptable packets");
    assert_eq!(figures.error, NGTCP2_ERR_AEAD_LIMIT_REACHED);
    assert!((999..=1_001).contains(&figures.packets) && figures.peak < 4 * KIB, "{figures}");
    assert!(attack.victim().phase.get() != Phase::Open);
    attack.expect_closed(NGTCP2_AEAD_LIMIT_REACHED);
    attack.finish();
}
