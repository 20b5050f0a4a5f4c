//! Versions: Version Negotiation packets (RFC 9000 section 6), QUIC v2 (RFC 9369), and compatible version negotiation
//! (RFC 9368).

use ngtcp2_abi::{NGTCP2_ERR_RECV_VERSION_NEGOTIATION, NGTCP2_PROTO_VER_V1, NGTCP2_PROTO_VER_V2};

use crate::endpoint::Phase;
use crate::network::{Conditions, SECOND};
use crate::pair::{Pair, Scenario};
use crate::random::for_each_seed;

#[test]
fn an_unknown_version_is_answered_with_the_known_ones() {
    let mut scenario = Scenario::new(1);
    scenario.client.version = 0x5a6a_7a8a;
    let mut pair = scenario.start();
    pair.run_for(SECOND);
    assert_eq!(pair.client.error.get(), NGTCP2_ERR_RECV_VERSION_NEGOTIATION, "{}", pair.describe());
    assert_eq!(pair.client.seen("recv_version_negotiation"), 1);
    assert_eq!(pair.server.phase.get(), Phase::Idle);
    pair.finish();
}

#[test]
fn version_2_works() {
    for retries in [false, true] {
        let mut scenario = Scenario::new(2);
        scenario.retries = retries;
        scenario.client.version = NGTCP2_PROTO_VER_V2;
        let mut pair = scenario.start();
        assert!(pair.run(SECOND, Pair::is_established), "{}", pair.describe());
        assert_eq!(pair.client.conn().negotiated_version(), NGTCP2_PROTO_VER_V2);
        assert_eq!(pair.server.conn().negotiated_version(), NGTCP2_PROTO_VER_V2);
        pair.finish();
    }
}

#[test]
fn the_server_upgrades_a_client_that_allows_it() {
    for_each_seed(30, |seed| {
        let mut scenario = Scenario::new(seed);
        scenario.client.available_versions = vec![NGTCP2_PROTO_VER_V2, NGTCP2_PROTO_VER_V1];
        scenario.client.preferred_versions = vec![NGTCP2_PROTO_VER_V2, NGTCP2_PROTO_VER_V1];
        scenario.server.preferred_versions = vec![NGTCP2_PROTO_VER_V2, NGTCP2_PROTO_VER_V1];
        scenario.server.available_versions = vec![NGTCP2_PROTO_VER_V2, NGTCP2_PROTO_VER_V1];
        if seed > 1 {
            scenario.conditions(Conditions { loss: 100, reorder: 100, ..Conditions::CLEAN });
            scenario.client.padding = Some(1_000 * (seed as usize % 3));
        }
        let mut pair = scenario.start();
        assert!(pair.run(60 * SECOND, Pair::is_established), "{}", pair.describe());
        assert_eq!(pair.client.conn().chosen_version(), NGTCP2_PROTO_VER_V1);
        assert_eq!(pair.client.conn().negotiated_version(), NGTCP2_PROTO_VER_V2);
        assert_eq!(pair.server.conn().negotiated_version(), NGTCP2_PROTO_VER_V2);
        assert_eq!(
            (pair.client.seen("version_negotiation"), pair.server.seen("version_negotiation")),
            (1, 1)
        );
        pair.finish();
    });
}
