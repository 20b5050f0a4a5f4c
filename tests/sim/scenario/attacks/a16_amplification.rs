//! More than three times the bytes received, in the handshake and on a new path, and CONNECTION_CLOSE as an echo.

use ngtcp2_abi::NGTCP2_ERR_CLOSING;

use crate::address::CLIENT;
use crate::attack::Attack;
use crate::endpoint::Phase;
use crate::keys::Side;
use crate::network::{Datagram, MILLISECOND};
use crate::pair::Scenario;

/// A client that never shows that it receives: whatever it repeats and however long it takes.
#[test]
fn a16_an_unvalidated_address_gets_three_times_its_bytes() {
    for repeats in [0, 1, 5] {
        let mut scenario = Scenario::new(1);
        scenario.server.padding = Some(20_000);
        let mut pair = scenario.start();
        pair.client.write(&mut pair.network);
        let first = pair.network.intercept().remove(0);
        let (mut received, mut sent) = (0, 0);
        pair.deliver_to_server(&first);
        received += first.payload.len();
        for turn in 0..2_000 {
            if turn < repeats {
                pair.deliver_to_server(&first);
                received += first.payload.len();
            }
            pair.server.write(&mut pair.network);
            pair.wait(20 * MILLISECOND);
            pair.server.handle_expiry(&mut pair.network);
            sent += pair.network.intercept().iter().map(|answer| answer.payload.len()).sum::<usize>();
        }
        println!("a16 handshake: {received} bytes received, {sent} sent");
        assert!(sent > 0 && sent <= 3 * received, "{sent} for {received}");
        pair.finish();
    }
}

/// On a new path the same, for all that is sent there until it is validated.
#[test]
fn a16_a_new_path_gets_three_times_its_bytes() {
    let mut attack = Attack::with(Side::Server, |scenario| {
        scenario.client.params.initial_max_data = 64 << 20;
        scenario.client.params.initial_max_stream_data_uni = 64 << 20;
    });
    attack.victim().application.borrow_mut().plan.unidirectional = 3;
    attack.victim().application.borrow_mut().plan.bytes = 1 << 20;
    let (mut received, mut sent) = (0, 0);
    for turn in 0..500 {
        if turn < 20 {
            let packet = attack.forge(&[1, 0, 0, 0]);
            received += packet.len();
            let source = crate::address::Address { port: CLIENT.port + 1, ..CLIENT };
            attack.deliver_datagram(&Datagram { source, ..attack.sent_by_peer(packet.into()) });
        }
        attack.pair.wait(10 * MILLISECOND);
        let answers = attack.answers();
        let there = answers.iter().filter(|answer| answer.destination.port == CLIENT.port + 1);
        sent += there.map(|answer| answer.payload.len()).sum::<usize>();
        assert!(sent <= 3 * received, "{sent} for {received}");
    }
    println!("a16 new path: {received} bytes received, {sent} sent");
    assert!(sent > 0);
    attack.finish();
}

/// A closed connection answers nothing by itself: the call says so, and when to repeat the close is the application's
/// choice (RFC 9000 section 10.2.1).
#[test]
fn a16_closing_is_no_echo() {
    let mut attack = Attack::on(Side::Server);
    attack.pair.server.close(7, b"", &mut attack.pair.network);
    assert!(matches!(attack.victim().phase.get(), Phase::Closing(_)));
    let before = attack.victim().memory.allocations();
    let packet = attack.forge(&[0; 1_000]);
    for _ in 0..3_000 {
        let conn = attack.victim().conn();
        let (path, now) = (attack.victim().path(), attack.victim().now());
        assert_eq!(conn.read(path, 0, &packet, now), NGTCP2_ERR_CLOSING);
        assert_eq!(conn.write_stream(&mut [0; 1_200], -1, 0, &[], now).result as i32, NGTCP2_ERR_CLOSING);
    }
    assert_eq!(attack.victim().memory.allocations(), before);
    attack.finish();
}
