//! The pair that the first bytes of an input ask for, and how far it has come before the rest is read.
//!
//! Owns: the states in which a run begins. All is small: an input ought to cost what its steps cost, not its handshake.

use std::cell::OnceCell;

use ngtcp2_abi::{
    NGTCP2_CC_ALGO_BBR, NGTCP2_CC_ALGO_CUBIC, NGTCP2_CC_ALGO_RENO, NGTCP2_PROTO_VER_V1, NGTCP2_PROTO_VER_V2,
    ngtcp2_cid,
};

use super::input::Input;
use crate::address::Path;
use crate::application::Plan;
use crate::keys::Side;
use crate::network::{Conditions, MILLISECOND, SECOND};
use crate::pair::{Pair, Scenario};
use crate::setup::Setup;

/// How many bytes a stream of the plan has at most: some packets, both ways.
const MAX_STREAM_LEN: u64 = 4_900;

/// A first packet number that soon takes all of a number's four bytes.
const HIGH_NUMBER: u32 = 0x7fff_fff0;

/// A line that keeps nothing in order.
const BAD_LINE: Conditions = Conditions {
    loss: 150,
    reorder: 150,
    duplicate: 80,
    damage: 20,
    mark: 100,
    jitter: 4 * MILLISECOND,
    ..Conditions::CLEAN
};

/// Three bytes of choices.
struct Choice {
    options: u8,
    stage: u8,
    setting: u8,
}

impl Choice {
    fn read(input: &mut Input<'_>) -> Self {
        Self { options: input.byte(), stage: input.byte(), setting: input.byte() }
    }

    fn has_option(&self, bit: u8) -> bool {
        self.options & bit != 0
    }

    fn has_setting(&self, bit: u8) -> bool {
        self.setting & bit != 0
    }

    fn stage(&self) -> u8 {
        self.stage % 16
    }

    fn scenario(&self) -> Scenario {
        let mut scenario = Scenario::new(u64::from(self.stage / 16));
        self.prepare(&mut scenario.client);
        self.prepare(&mut scenario.server);
        scenario.client.id_len = if self.has_option(8) { 0 } else { 8 };
        scenario.server.accepts_early_data = self.has_option(16);
        scenario.server.prefers_other_address = self.has_setting(4);
        scenario.retries = self.has_setting(8);
        if self.has_setting(16) {
            let versions = vec![NGTCP2_PROTO_VER_V2, NGTCP2_PROTO_VER_V1];
            scenario.client.available_versions = versions.clone();
            scenario.server.preferred_versions = versions;
        }
        if self.has_setting(64) {
            scenario.conditions(BAD_LINE);
        }
        if self.stage() == 6 {
            scenario.client.early_params = Some(remembered());
        }
        scenario
    }

    fn prepare(&self, setup: &mut Setup) {
        (setup.is_lawless, setup.aborts) = (true, true);
        // Its error is the one of a panic.
        setup.settings.glitch_ratelim_burst = u64::MAX;
        setup.padding = Some(100);
        setup.keeps_journal = self.has_option(2);
        setup.ipv6 = self.has_setting(32);
        setup.params.max_datagram_frame_size = if self.has_option(4) { 1_000 } else { 0 };
        let bytes = u64::from(self.options >> 5) * MAX_STREAM_LEN / 7;
        setup.plan = Plan { bidirectional: 1, unidirectional: 1, bytes };
        setup.settings.cc_algo = match self.setting & 3 {
            0 => NGTCP2_CC_ALGO_CUBIC,
            1 => NGTCP2_CC_ALGO_RENO,
            2 => NGTCP2_CC_ALGO_BBR,
            // Nothing is searched for and little is left to seal.
            _ => {
                setup.settings.no_pmtud = 1;
                setup.max_encryption = 60;
                NGTCP2_CC_ALGO_CUBIC
            }
        };
        if self.has_setting(128) {
            setup.settings.initial_pkt_num = HIGH_NUMBER;
        }
    }
}

/// The pair, the side that is tried, and the connection id that the client began with.
pub(super) fn begin(input: &mut Input<'_>) -> (Pair, Side, ngtcp2_cid) {
    let choice = Choice::read(input);
    let mut pair = choice.scenario().start();
    let original = pair.client.conn().dcid();
    advance(&mut pair, choice.stage());
    (pair, if choice.has_option(1) { Side::Client } else { Side::Server }, original)
}

/// Brings a pair into the state of that number.
fn advance(pair: &mut Pair, stage: u8) {
    match stage {
        0 => {}
        1 | 6 => {
            pair.client.write(&mut pair.network);
            for datagram in pair.network.intercept() {
                pair.deliver_to_server(&datagram);
            }
        }
        2 => {
            pair.run(SECOND, |pair| pair.client.seen("handshake_completed") > 0);
        }
        3 => {
            pair.run(SECOND, Pair::is_established);
        }
        4 => pair.run_for(SECOND),
        _ => {
            pair.run(SECOND, Pair::is_established);
            pair.run_for(60 * MILLISECOND);
            leave_rest(pair, stage);
        }
    }
}

/// What happens to a connection that is established and has its ids and streams.
fn leave_rest(pair: &mut Pair, stage: u8) {
    let now = pair.client.now();
    match stage {
        5 => pair.server.close(7, b"reason", &mut pair.network),
        7 => {
            pair.client.conn().initiate_key_update(now);
        }
        8 => pair.client.close(7, b"reason", &mut pair.network),
        9 | 10 => {
            let mut path: Path = pair.client.path();
            path.local.port += 1;
            pair.client.conn().migrate(path, stage == 9, now);
        }
        11 => pair.network.rebind(7),
        12 => {
            // All that was under way is lost.
            pair.client.write(&mut pair.network);
            pair.server.write(&mut pair.network);
            drop(pair.network.intercept());
        }
        13 => pair.wait(20 * SECOND),
        14 => {
            pair.server.conn().initiate_key_update(now);
        }
        _ => {
            let id = pair.client.conn().open_stream(true).unwrap_or(0);
            pair.client.conn().shutdown_stream(id, 7);
        }
    }
    if !matches!(stage, 5 | 8 | 13) {
        pair.run_for(5 * MILLISECOND);
    }
}

thread_local! {
    static REMEMBERED: OnceCell<Vec<u8>> = const { OnceCell::new() };
}

/// What a client remembers of a server.
fn remembered() -> Vec<u8> {
    REMEMBERED.with(|remembered| {
        let parameters = || {
            let mut pair = Scenario::new(1).start();
            pair.run(SECOND, Pair::is_established);
            let params = pair.client.conn().early_params().unwrap_or_default();
            pair.finish();
            params
        };
        remembered.get_or_init(parameters).clone()
    })
}
