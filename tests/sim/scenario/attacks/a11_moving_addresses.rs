//! A source address that changes with each packet, migration during the handshake, migration that somebody else
//! pretends, and back again.

use crate::address::{Address, CLIENT, SERVER};
use crate::attack::Attack;
use crate::endpoint::Phase;
use crate::keys::Side;
use crate::network::{Datagram, SECOND};

use super::KIB;

fn from_port(port: u16, payload: Vec<u8>) -> Datagram {
    let source = Address { host: CLIENT.host, port };
    Datagram { source, destination: SERVER, ecn: 0, payload: payload.into() }
}

/// Every packet comes from another port, or host: no more than three times its bytes go there, and no path is kept.
#[test]
fn a11_an_address_for_each_packet() {
    for hosts in [1, 200] {
        let mut attack = Attack::on(Side::Server);
        let figures = attack.flood_with(3_000, |attack, turn| {
            let packet = attack.forge(&[&[1][..], &[0; 1_000]].concat());
            let mut datagram = from_port(20_000 + turn as u16, packet);
            datagram.source.host = (turn % hosts) as u8 + 3;
            datagram
        });
        figures.check("a11 an address for each packet");
        assert!(figures.error == 0 && figures.peak < 8 * KIB, "{figures}");
        assert!(figures.answered_bytes < 3 * figures.bytes);
        assert_eq!(attack.victim().phase.get(), Phase::Open);
        attack.finish();
    }
}

/// Between two addresses, as quickly as packets come.
#[test]
fn a11_to_and_fro() {
    let mut attack = Attack::on(Side::Server);
    let figures = attack.flood_with(3_000, |attack, turn| {
        let packet = attack.forge(&[1, 0, 0, 0]);
        from_port(CLIENT.port + turn as u16 % 2, packet)
    });
    figures.check("a11 to and fro");
    assert!(figures.error == 0 && figures.peak < 8 * KIB, "{figures}");
    assert_eq!(attack.victim().phase.get(), Phase::Open);
    attack.finish();
}

/// Somebody copies a packet of the client and sends it first, from an address of its own. The server asks there, gets no
/// answer, and is back where it was; nothing but challenges goes to the wrong place, and those within the limit.
#[test]
fn a11_a_migration_that_the_client_did_not_make() {
    let mut attack = Attack::on(Side::Server);
    let packet = attack.forge(&[&[1][..], &[0; 200]].concat());
    let (sent, elsewhere) = (packet.len(), CLIENT.port + 1);
    attack.deliver_datagram(&from_port(elsewhere, packet));
    let mut misled = 0;
    for _ in 0..100 {
        for answer in attack.answers() {
            misled += if answer.destination.port == elsewhere { answer.payload.len() } else { 0 };
        }
        attack.pair.wait(SECOND / 20);
    }
    println!("a11 pretended migration: {misled} bytes misled by {sent}");
    assert!(misled > 0 && misled <= 3 * sent, "{misled} of {sent}");
    assert_eq!(attack.victim().conn().path().map(|path| path.remote), Some(CLIENT));
    attack.expect_open();
    attack.finish();
}

/// RFC 9000 section 9: nobody moves before the handshake is confirmed.
#[test]
fn a11_no_migration_during_the_handshake() {
    let mut attack = Attack::unestablished(Side::Server, |_| {});
    attack.pair.client.write(&mut attack.pair.network);
    let first = attack.pair.network.intercept().remove(0);
    attack.pair.deliver_to_server(&first);
    attack.answers();
    for turn in 0..1_000 {
        let moved = from_port(30_000 + turn, first.payload.to_vec());
        assert_eq!(attack.deliver_datagram(&moved), 0);
        assert!(attack.answers().iter().all(|answer| answer.destination == CLIENT));
    }
    assert_eq!(attack.victim().conn().path().map(|path| path.remote), Some(CLIENT));
    attack.finish();
}
