//! Secrets do not outlive their connection: no block that the library gives back holds a traffic secret.

use crate::application::Plan;
use crate::keys::{SECRET, Side, application_secret, next_secret};
use crate::network::SECOND;
use crate::pair::{Pair, Scenario};
use crate::protection;

/// The traffic secrets of a connection: four generations of both directions, each in two parts.
fn secrets(pair: &Pair) -> Vec<Vec<u8>> {
    let master = pair.client.tls.borrow().master();
    let mut secrets = Vec::new();
    for side in [Side::Client, Side::Server] {
        let mut secret = application_secret(master, side);
        for _ in 0..4 {
            secrets.extend(secret.chunks(SECRET / 2).map(<[u8]>::to_vec));
            secret = next_secret(&secret);
        }
    }
    secrets
}

#[test]
fn freed_memory_holds_no_secrets() {
    for at_once in [true, false] {
        let mut scenario = Scenario::new(1);
        for setup in [&mut scenario.client, &mut scenario.server] {
            setup.plan = Plan { bidirectional: 3, unidirectional: 2, bytes: 30_000 };
            setup.keeps_journal = true;
        }
        let mut pair = scenario.start();
        pair.client.memory.keep_freed();
        pair.server.memory.keep_freed();
        assert!(pair.run(SECOND, Pair::is_established));
        for _ in 0..3 {
            pair.client.application.borrow_mut().plan.unidirectional += 1;
            pair.run_for(SECOND);
            let now = pair.client.now();
            assert_eq!(pair.client.conn().initiate_key_update(now), 0);
        }
        pair.run_for(if at_once { 0 } else { SECOND });
        let secrets = secrets(&pair);
        pair.client.delete();
        pair.server.delete();
        for endpoint in [&pair.client, &pair.server] {
            assert_eq!(endpoint.memory.live(), 0);
            let mut blocks = 0;
            for secret in &secrets {
                let (freed, with) = endpoint.memory.freed_with(secret);
                assert_eq!(with, 0, "{:?}: {secret:x?} in {with} of {freed} blocks", endpoint.side);
                blocks = freed;
            }
            println!("{:?}: {} secrets in none of {blocks} blocks", endpoint.side, secrets.len());
            assert!(blocks > 10);
        }
        assert_eq!(protection::live_contexts(), 0);
    }
}
