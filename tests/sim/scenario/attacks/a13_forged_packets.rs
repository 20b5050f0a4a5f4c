//! Packets that anybody can make: stateless reset, Retry, Version Negotiation, CONNECTION_CLOSE. `forged_headers` holds the
//! rules of single headers.

use crate::attack::Attack;
use crate::callbacks::reset_token;
use crate::endpoint::Phase;
use crate::forge::{CLOSE, FIXED_BIT, Kind, retry};
use crate::keys::Side;
use crate::network::SECOND;
use crate::random::Random;

/// Tokens that are wrong, by a bit or altogether, and the right one of another id.
#[test]
fn a13_stateless_resets_need_their_token() {
    for victim in [Side::Client, Side::Server] {
        let mut attack = Attack::on(victim);
        let mut random = Random::new(1, 99);
        let dcid = attack.victim().conn().dcid();
        let figures = attack.flood_with(3_000, |attack, turn| {
            let mut packet = vec![0; 21 + turn as usize % 40];
            random.fill(&mut packet);
            packet[0] = FIXED_BIT | packet[0] & 0x3f;
            let mut token = reset_token(&dcid);
            token[turn as usize % 16] ^= 1 << (turn % 8);
            packet.extend(token);
            attack.sent_by_peer(packet.into())
        });
        figures.check("a13 stateless resets");
        assert!(figures.error == 0 && figures.answers == 0 && figures.allocations == 0, "{figures}");
        attack.expect_open();
        attack.finish();
    }
}

/// Retry and Version Negotiation are for the very first answer; a CONNECTION_CLOSE needs keys that are in use.
#[test]
fn a13_what_comes_too_late_is_ignored() {
    let mut attack = Attack::on(Side::Client);
    let (dcid, scid) = (attack.pair.server.conn().dcid(), attack.pair.client.conn().dcid());
    let id = |id: &ngtcp2_abi::ngtcp2_cid| [&[id.datalen as u8], &id.data[..id.datalen]].concat();
    let negotiation = [&[0xc0, 0, 0, 0, 0][..], &id(&dcid), &id(&scid), &[0x1a, 0x1a, 0x1a, 0x1a]].concat();
    let forged = retry(&dcid, &scid, &scid);
    let figures = attack.flood_with(3_000, |attack, turn| {
        let packet = match turn % 3 {
            0 => negotiation.clone(),
            1 => forged.clone(),
            _ => attack.forge_as(Kind::Handshake, &CLOSE),
        };
        attack.sent_by_peer(packet.into())
    });
    figures.check("a13 late Retry, Version Negotiation, CONNECTION_CLOSE");
    assert!(figures.error == 0 && figures.answers == 0 && figures.allocations == 0, "{figures}");
    attack.expect_open();
    attack.finish();
}

/// In the first flight: a Version Negotiation that lists our version, or ids that are not ours; a Retry with a wrong tag.
#[test]
fn a13_the_first_answer_is_checked() {
    let mut attack = Attack::unestablished(Side::Client, |_| {});
    let original = attack.pair.client.conn().dcid();
    let first = attack.answers().remove(0);
    let ids = &first.payload[6 + original.datalen..];
    let mut client = original;
    client.datalen = usize::from(ids[0]);
    client.data[..client.datalen].copy_from_slice(&ids[1..][..usize::from(ids[0])]);
    let id = |id: &ngtcp2_abi::ngtcp2_cid| [&[id.datalen as u8], &id.data[..id.datalen]].concat();
    let negotiation = |dcid, scid, version: u32| {
        [&[0xc0, 0, 0, 0, 0][..], &id(dcid), &id(scid), &version.to_be_bytes()].concat()
    };
    let mut other = original;
    other.data[0] ^= 1;
    let figures = attack.flood_with(1_000, |attack, turn| {
        let mut bad_tag = retry(&client, &other, &original);
        let last = bad_tag.len() - 1 - turn as usize % 16;
        bad_tag[last] ^= 1;
        let packets = [
            negotiation(&client, &original, 1),
            negotiation(&other, &original, 0x1a1a_1a1a),
            negotiation(&client, &other, 0x1a1a_1a1a),
            bad_tag,
        ];
        attack.sent_by_peer(packets[turn as usize % 4].clone().into())
    });
    figures.check("a13 forged first answers");
    assert!(figures.error == 0 && figures.peak < 4096, "{figures}");
    assert_eq!(
        (attack.victim().seen("recv_retry"), attack.victim().seen("recv_version_negotiation")),
        (0, 0)
    );
    assert_eq!(attack.victim().phase.get(), Phase::Open);
    // The real server's answer still counts.
    attack.pair.inject(first);
    assert!(attack.pair.run(5 * SECOND, crate::pair::Pair::is_established), "{}", attack.pair.describe());
    attack.finish();
}
