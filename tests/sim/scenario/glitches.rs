//! What honest peers do in vain on bad networks is far from what the glitch limiter takes.

use ngtcp2_abi::{NGTCP2_ERR_INTERNAL, NGTCP2_INTERNAL_ERROR};

use crate::application::Plan;
use crate::attack::Attack;
use crate::keys::Side;
use crate::library::default_settings;
use crate::network::{Conditions, MILLISECOND, SECOND};
use crate::pair::{Pair, Scenario};

/// Many downloads at once, over a line that reorders enough for packets to be sent again in vain, that repeats packets and
/// loses some.
fn parallel_downloads(seed: u64, burst: u64, rate: u64) -> Pair {
    let mut scenario = Scenario::new(seed);
    scenario.conditions(Conditions {
        jitter: 8 * MILLISECOND,
        reorder: 150,
        duplicate: 50,
        loss: 20,
        ..Conditions::CLEAN
    });
    for setup in [&mut scenario.client, &mut scenario.server] {
        setup.settings.glitch_ratelim_burst = burst;
        setup.settings.glitch_ratelim_rate = rate;
        setup.params.initial_max_streams_bidi = 100;
        setup.params.initial_max_streams_uni = 100;
        setup.plan = Plan { bidirectional: 40, unidirectional: 40, bytes: 60_000 };
    }
    scenario.start()
}

/// With a hundredth of the defaults: so a hundred times the traffic passes with them.
#[test]
fn honest_transfers_do_not_trip_the_glitch_limiter() {
    for seed in 1..5 {
        let mut pair = parallel_downloads(seed, 100, 3);
        pair.expect_done(120 * SECOND);
        pair.finish();
    }
}

/// They do have what it counts.
#[test]
fn honest_transfers_are_not_free_of_glitches() {
    let mut pair = parallel_downloads(1, 0, 0);
    pair.run(120 * SECOND, |pair| pair.is_done() || pair.errors() != (0, 0));
    let (client, server) = pair.errors();
    assert!([client, server].contains(&NGTCP2_ERR_INTERNAL), "{}", pair.describe());
    pair.finish();
}

/// A flood of small frames in full packets, against the default limits: a packet earns one token and costs many.
#[test]
fn a_flood_in_full_packets_ends_within_the_burst() {
    let blocked = [0x14, 0x01];
    for victim in [Side::Server, Side::Client] {
        let mut attack = Attack::with(victim, |scenario| {
            scenario.client.settings = default_settings();
            scenario.server.settings = default_settings();
        });
        let figures = attack.flood(1_000, |_| blocked.repeat(550));
        println!("DATA_BLOCKED with the limiter: {figures}");
        assert_eq!(figures.error, NGTCP2_ERR_INTERNAL);
        // 10,000 at once and 330 a second, in less than a second; the last packet is not counted.
        assert!((18..=20).contains(&figures.packets), "{figures}");
        attack.expect_closed(NGTCP2_INTERNAL_ERROR);
        attack.finish();
    }
}

/// As fast as programs download, some hundred Mbit/s over a line that disorders, with a tenth of the default limits, which are a
/// hundredth of those that curl sets: ten times that rate, and more, passes with the defaults.
#[test]
fn ten_times_the_rate_of_a_fast_download_does_not_trip_the_glitch_limiter() {
    for seed in 1..4 {
        let mut scenario = Scenario::new(seed);
        scenario.conditions(Conditions {
            delay: MILLISECOND,
            jitter: MILLISECOND / 5,
            reorder: 2,
            duplicate: 50,
            ..Conditions::CLEAN
        });
        for setup in [&mut scenario.client, &mut scenario.server] {
            let defaults = default_settings();
            setup.settings.glitch_ratelim_burst = defaults.glitch_ratelim_burst / 10;
            setup.settings.glitch_ratelim_rate = defaults.glitch_ratelim_rate / 10;
            setup.params.initial_max_streams_bidi = 100;
            setup.params.initial_max_streams_uni = 100;
            setup.params.initial_max_data = 16 << 20;
            setup.params.initial_max_stream_data_bidi_local = 4 << 20;
            setup.params.initial_max_stream_data_bidi_remote = 4 << 20;
            setup.params.initial_max_stream_data_uni = 4 << 20;
            setup.plan = Plan { bidirectional: 40, unidirectional: 40, bytes: 600_000 };
        }
        let mut pair = scenario.start();
        pair.expect_done(60 * SECOND);
        let megabits = 8 * pair.network.counts_to_client().bytes * 1_000 / pair.elapsed();
        println!(
            "{megabits} Mbit/s with a tenth of the default limits: {:?}",
            pair.network.counts_to_client()
        );
        assert!(megabits > 200, "{megabits}: {}", pair.describe());
        pair.finish();
    }
}
