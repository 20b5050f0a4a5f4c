//! Frames that a rule forbids, or that stand at its very limit.

use ngtcp2_abi::{NGTCP2_ERR_PROTO, NGTCP2_PROTO_VER_V1};

use crate::forge::{Forgery, Kind, deliver, forge, varint};
use crate::keys::{KeySet, Side};
use crate::network::SECOND;
use crate::pair::{Pair, Scenario};

const CRYPTO: u8 = 0x06;
const DATAGRAM: u8 = 0x30;

/// RFC 9221 section 3: the limit is on the whole frame, which need not have a Length field.
#[test]
fn a_datagram_without_length_may_fill_the_limit() {
    for (len, expected) in [(99, 0), (100, NGTCP2_ERR_PROTO)] {
        let mut scenario = Scenario::new(1);
        scenario.server.params.max_datagram_frame_size = 100;
        let mut pair = scenario.start();
        assert!(pair.run(SECOND, Pair::is_established));
        let frame = [vec![DATAGRAM], vec![0; len]].concat();
        let packet = forge(&pair, Side::Client, Kind::OneRtt, &frame);
        assert_eq!(deliver(&mut pair, Side::Server, packet), expected);
        pair.finish();
    }
}

fn crypto(offset: u64, data: &[u8]) -> Vec<u8> {
    [vec![CRYPTO], varint(offset), varint(data.len() as u64), data.to_vec()].concat()
}

/// RFC 9001 section 4.1.3: once TLS has keys of the next level, the one before is complete.
#[test]
fn a_finished_level_takes_no_more_handshake_bytes() {
    let mut pair = Scenario::new(1).start();
    let original = pair.client.conn().dcid();
    let arrived = |pair: &Pair| pair.server.seen("recv_crypto_data") > 0;
    assert!(pair.run(SECOND, arrived), "{}", pair.describe());
    let end = pair.server.tls.borrow().received_at(0);
    for (offset, expected) in [(end - 1, 0), (end, NGTCP2_ERR_PROTO)] {
        let mut packet = Forgery::new(&pair, Side::Server, Kind::Initial, &crypto(offset, b"x"));
        (packet.dcid, packet.scid) = (original, pair.server.conn().dcid());
        packet.number += expected.unsigned_abs();
        packet.payload.resize(1150, 0);
        let sealed = packet.seal(KeySet::initial(NGTCP2_PROTO_VER_V1, &original, Side::Client));
        assert_eq!(deliver(&mut pair, Side::Server, sealed), expected);
    }
    pair.finish();

    let mut pair = Scenario::new(1).start();
    assert!(pair.run(SECOND, |pair| pair.client.seen("handshake_completed") > 0));
    let end = pair.client.tls.borrow().received_at(1);
    let packet = forge(&pair, Side::Server, Kind::Handshake, &crypto(end, b"x"));
    assert_eq!(deliver(&mut pair, Side::Client, packet), NGTCP2_ERR_PROTO);
    pair.finish();
}
