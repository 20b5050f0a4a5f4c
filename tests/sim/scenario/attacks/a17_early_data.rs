//! 0-RTT that is replayed or rejected, or whose limits were lowered since.

use ngtcp2_abi::NGTCP2_ERR_PROTO;

use crate::application::Plan;
use crate::attack::Attack;
use crate::keys::Side;
use crate::network::SECOND;
use crate::pair::Scenario;

use super::super::early_data::remembered;
use super::KIB;

fn early(scenario: &mut Scenario, remembered: Vec<u8>) {
    scenario.client.early_params = Some(remembered);
    scenario.server.accepts_early_data = true;
    scenario.client.plan = Plan { bidirectional: 2, unidirectional: 2, bytes: 2_000 };
}

/// The packets of the first flight again and again: each is read once.
#[test]
fn a17_replayed_packets_are_read_once() {
    let remembered = remembered();
    let mut attack = Attack::unestablished(Side::Server, |scenario| early(scenario, remembered));
    attack.pair.client.write(&mut attack.pair.network);
    let flight = attack.pair.network.intercept();
    for datagram in &flight {
        attack.pair.deliver_to_server(datagram);
    }
    let received = attack.victim().application.borrow().received;
    assert!(received > 0, "{}", attack.pair.describe());
    let figures = attack.flood_with(2_000, |_, turn| flight[turn as usize % flight.len()].clone());
    figures.check("a17 replayed 0-RTT");
    assert!(figures.error == 0 && figures.peak < 8 * KIB, "{figures}");
    assert_eq!(attack.victim().application.borrow().received, received);
    attack.finish();
}

/// A server that takes no early data drops them, all of them, and holds none.
#[test]
fn a17_rejected_packets_are_dropped() {
    let remembered = remembered();
    let mut attack = Attack::unestablished(Side::Server, |scenario| {
        early(scenario, remembered);
        scenario.server.accepts_early_data = false;
    });
    attack.pair.client.write(&mut attack.pair.network);
    let flight = attack.pair.network.intercept();
    for datagram in &flight {
        attack.pair.deliver_to_server(datagram);
    }
    assert!(flight.len() > 1);
    let figures = attack.flood_with(2_000, |_, turn| flight[1 + turn as usize % (flight.len() - 1)].clone());
    figures.check("a17 rejected 0-RTT");
    assert!(figures.error == 0 && figures.peak < 8 * KIB, "{figures}");
    assert_eq!(attack.victim().application.borrow().received, 0);
    attack.finish();
}

/// RFC 9000 section 7.4.1: a server that accepts 0-RTT may not have lowered its limits; the client notices.
#[test]
fn a17_limits_that_were_lowered_since() {
    let remembered = remembered();
    let lower: [fn(&mut Scenario); 5] = [
        |scenario| scenario.server.params.initial_max_data /= 2,
        |scenario| scenario.server.params.initial_max_stream_data_uni /= 2,
        |scenario| scenario.server.params.initial_max_stream_data_bidi_remote /= 2,
        |scenario| scenario.server.params.initial_max_streams_uni /= 2,
        |scenario| scenario.server.params.active_connection_id_limit -= 1,
    ];
    for (n, lower) in lower.into_iter().enumerate() {
        let mut attack = Attack::unestablished(Side::Client, |scenario| {
            early(scenario, remembered.clone());
            lower(scenario);
        });
        attack.pair.run_for(SECOND);
        let error = attack.victim().error.get();
        println!("a17 lowered limit {n}: {}", crate::library::error_name(error));
        assert_eq!(error, NGTCP2_ERR_PROTO, "{n}");
        attack.finish();
    }
}
