//! Closing and draining (RFC 9000 section 10.2).

use ngtcp2_abi::{
    NGTCP2_CCERR_TYPE_APPLICATION, NGTCP2_CCERR_TYPE_TRANSPORT, NGTCP2_ERR_CLOSING, NGTCP2_ERR_DRAINING,
};

use crate::application::Plan;
use crate::endpoint::Phase;
use crate::keys::Side;
use crate::network::{Conditions, MILLISECOND, SECOND};
use crate::pair::{Pair, Scenario};
use crate::random::for_each_seed;

const SIDES: [Side; 2] = [Side::Client, Side::Server];

fn close(pair: &mut Pair, side: Side) {
    let endpoint = match side {
        Side::Client => &pair.client,
        Side::Server => &pair.server,
    };
    endpoint.close(77, b"enough", &mut pair.network);
}

#[test]
fn the_other_end_drains() {
    for side in SIDES {
        let mut pair = Scenario::new(1).start();
        assert!(pair.run(SECOND, Pair::is_established));
        close(&mut pair, side);
        pair.run_for(15 * MILLISECOND);
        let (closer, other) = (pair.endpoint(side), pair.endpoint(side.other()));
        assert!(closer.conn().is_closing() && !closer.conn().is_draining());
        assert!(other.conn().is_draining() && !other.conn().is_closing());
        assert_eq!(other.error.get(), NGTCP2_ERR_DRAINING);
        assert_eq!(other.conn().close_error(), (NGTCP2_CCERR_TYPE_APPLICATION.0, 77));
        pair.run_for(10 * SECOND);
        assert_eq!((pair.client.phase.get(), pair.server.phase.get()), (Phase::Dead, Phase::Dead));
        pair.finish();
    }
}

#[test]
fn both_may_close_at_once() {
    let mut pair = Scenario::new(2).start();
    assert!(pair.run(SECOND, Pair::is_established));
    for side in SIDES {
        close(&mut pair, side);
    }
    pair.run_for(SECOND);
    assert!(pair.client.conn().is_closing() && pair.server.conn().is_closing());
    pair.finish();
}

/// A lost CONNECTION_CLOSE is repeated when the other end goes on sending.
#[test]
fn a_lost_close_is_repeated() {
    for_each_seed(20, |seed| {
        let mut scenario = Scenario::new(seed);
        scenario.server.plan = Plan { bidirectional: 0, unidirectional: 3, bytes: 1 << 20 };
        scenario.to_server = Conditions { loss: 300, ..Conditions::CLEAN };
        let mut pair = scenario.start();
        assert!(pair.run(60 * SECOND, |pair| pair.client.application.borrow().received > 50_000));
        close(&mut pair, Side::Client);
        pair.run_for(SECOND);
        assert_eq!(pair.server.error.get(), NGTCP2_ERR_DRAINING, "{}", pair.describe());
        pair.finish();
    });
}

/// Outside of 1-RTT packets an application's error is told as APPLICATION_ERROR.
#[test]
fn closing_in_the_handshake_hides_the_applications_error() {
    for at in [0, 5, 15, 25, 35] {
        for side in SIDES {
            let mut pair = Scenario::new(3).start();
            pair.run_for(at * MILLISECOND);
            if pair.endpoint(side).phase.get() != Phase::Open {
                pair.finish();
                continue;
            }
            close(&mut pair, side);
            pair.run_for(SECOND);
            assert_eq!(pair.violation(), None);
            let other = pair.endpoint(side.other());
            if other.error.get() == NGTCP2_ERR_DRAINING {
                let told = other.conn().close_error();
                let (application, transport) =
                    ((NGTCP2_CCERR_TYPE_APPLICATION.0, 77), (NGTCP2_CCERR_TYPE_TRANSPORT.0, 0xc));
                assert!(told == application || told == transport, "{told:?}");
            }
            pair.finish();
        }
    }
}

#[test]
fn writing_is_over_after_close() {
    let mut pair = Scenario::new(4).start();
    assert!(pair.run(SECOND, Pair::is_established));
    close(&mut pair, Side::Client);
    let now = pair.client.now();
    let mut packet = [0; 1500];
    let conn = pair.client.conn();
    assert_eq!(conn.write_stream(&mut packet, -1, 0, &[], now).result as i32, NGTCP2_ERR_CLOSING);
    pair.run_for(15 * MILLISECOND);
    let (now, conn) = (pair.server.now(), pair.server.conn());
    assert_eq!(conn.write_stream(&mut packet, -1, 0, &[], now).result as i32, NGTCP2_ERR_DRAINING);
    pair.finish();
}

/// A connection may be deleted at any moment.
#[test]
fn deleting_leaves_nothing_behind() {
    for_each_seed(60, |seed| {
        let mut scenario = Scenario::new(seed);
        for setup in [&mut scenario.client, &mut scenario.server] {
            setup.plan = Plan { bidirectional: 5, unidirectional: 5, bytes: 50_000 };
        }
        scenario.conditions(Conditions { loss: 50, reorder: 50, ..Conditions::CLEAN });
        let mut pair = scenario.start();
        pair.run_for(seed * 4 * MILLISECOND);
        pair.finish();
    });
}
