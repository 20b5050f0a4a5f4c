//! A connection for tests that look inside.
#![allow(clippy::unwrap_used, reason = "these are tests")]

use core::mem::MaybeUninit;

use crate::cc::Algorithm;
use crate::error::Result;
use crate::mem::{Bytes, Memory};
use crate::packet::{ConnectionId, version};
use crate::path::{Address, Path};
use crate::units::{Duration, PacketNumber, Side, Timestamp};

use super::{Config, Setup, State, VersionList, create};

/// A new client on an empty path.
pub(crate) fn client(memory: Memory, place: &mut MaybeUninit<State>) -> Result<&mut State> {
    let config = Config {
        initial_ts: Timestamp(1),
        initial_rtt: Duration(1),
        max_tx_udp_payload_size: 1452,
        token: Bytes::new(memory.lasting),
        max_window: 0,
        max_stream_window: 0,
        ack_threshold: 2,
        unshaped: false,
        handshake_timeout: Duration::MAX,
        pmtud: false,
        preferred_versions: VersionList::new(&[]).unwrap(),
        available_versions: VersionList::new(&[]).unwrap(),
        original_version: 0,
        glitch_burst: 10_000,
        glitch_rate: 330,
        first_number: PacketNumber(0),
    };
    let setup = Setup {
        side: Side::Client,
        dcid: ConnectionId::new(&[1; 8]).unwrap(),
        scid: ConnectionId::new(&[2; 8]).unwrap(),
        path: Path::new(Address::EMPTY, Address::EMPTY),
        version: version::V1,
        algorithm: Algorithm::Reno,
        config,
        pmtud_probes: &[],
        params: &crate::params::DEFAULT,
        hash_key: (1, 2),
        skip_seed: 3,
    };
    create(memory, setup, place)
}
