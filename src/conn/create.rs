//! Making a connection.
//!
//! Owns: the initial state of both sides. Must not know: the caller's structs (`ffi` decodes and checks them).

use core::mem::MaybeUninit;

use ngtcp2_abi as abi;

use crate::cc::Algorithm;
use crate::error::Result;
use crate::mem::{Boxed, Mem, Memory, ShortBytes};
use crate::packet::ConnectionId;
use crate::path::{LocalIds, Path, Pmtud, RemoteIds};
use crate::recovery::{RateControl, Recovery, RecoverySettings};
use crate::stream::{Streams, WindowSettings};
use crate::units::{Side, Space};

use super::close::Closure;
use super::config::{Config, Versions as VersionList};
use super::control::Control;
use super::datagram::Datagram;
use super::glitches::Glitches;
use super::information::Answers;
use super::keys::Keys;
use super::keys::early::EarlyKeys;
use super::lifecycle::Lifecycle;
use super::log::Log;
use super::new_tokens::NewTokens;
use super::paths::Paths;
use super::read::Buffers;
use super::space::{PacketSpace, Spaces};
use super::timers::Timers;
use super::{Counters, State, Tls, TransportParams, Versions};

/// What the caller chose, decoded and checked.
pub(crate) struct Setup<'a> {
    pub(crate) side: Side,
    pub(crate) dcid: ConnectionId,
    pub(crate) scid: ConnectionId,
    pub(crate) path: Path,
    pub(crate) version: u32,
    pub(crate) algorithm: Algorithm,
    pub(crate) config: Config,
    pub(crate) pmtud_probes: &'a [u16],
    pub(crate) params: &'a abi::ngtcp2_transport_params,
    /// Drawn by the caller's `rand`: the key of hash tables, and the first packet number to skip.
    pub(crate) hash_key: (u64, u64),
    pub(crate) skip_seed: u64,
}

/// Writes the state of a connection before its first packet to where it is to stand. What can fail comes first: nothing
/// large is moved then.
#[inline]
pub(crate) fn create<'a>(
    memory: Memory,
    setup: Setup<'_>,
    place: &'a mut MaybeUninit<State>,
) -> Result<&'a mut State> {
    let Memory { lasting: mem, brief } = memory;
    let Setup { side, config, params, .. } = setup;
    let settings = RecoverySettings {
        algorithm: setup.algorithm,
        initial_rtt: config.initial_rtt,
        max_datagram_size: crate::path::pmtud::MIN_SIZE as u64,
        first_number: config.first_number,
    };
    let rate = RateControl::try_new(mem, &settings)?;
    let initial = Boxed::try_with(brief, || PacketSpace::new(brief, Space::Initial))?;
    let handshake = Boxed::try_with(brief, || PacketSpace::new(brief, Space::Handshake))?;
    let early_keys = Boxed::try_with(brief, EarlyKeys::default)?;
    let local_versions = local_versions(mem, &config, setup.version)?;
    let windows =
        WindowSettings { max_window: config.max_window, max_stream_window: config.max_stream_window };
    let validated = side.is_client() || !config.token.is_empty();
    let mut local_ids = LocalIds::new(mem, setup.scid)?;
    if side.is_server() && params.preferred_addr_present != 0 {
        let preferred = &params.preferred_addr;
        let id = ConnectionId::from_abi(&preferred.cid).ok_or(crate::error::Error::InvalidArgument)?;
        local_ids.add_preferred_address(id, preferred.stateless_reset_token)?;
    }
    let original_dcid = match side {
        Side::Client => setup.dcid,
        Side::Server => ConnectionId::from_abi(&params.original_dcid).unwrap_or(ConnectionId::EMPTY),
    };
    let start = config.initial_ts;
    let state = place.write(State {
        side,
        lifecycle: Lifecycle::new(),
        now: start,
        control: Control::default(),
        recovery: Recovery::new(memory, &settings, rate),
        streams: Streams::new(mem, side, setup.hash_key, windows),
        spaces: Spaces::new(PacketSpace::new(mem, Space::Application), initial, handshake),
        keys: Keys::new(early_keys),
        paths: Paths::new(
            mem,
            setup.path,
            validated,
            Pmtud::new(config.max_tx_udp_payload_size, setup.pmtud_probes),
            RemoteIds::new(mem, setup.dcid, params.active_connection_id_limit),
            local_ids,
            setup.scid,
        ),
        timers: Timers::new(start, config.handshake_timeout),
        skip: super::skip::Skip::new(setup.skip_seed, config.first_number),
        fixed_bit: super::fixed_bit::FixedBit::new(setup.skip_seed.rotate_left(32)),
        datagram: Datagram::new(),
        new_tokens: NewTokens::new(mem),
        params: TransportParams {
            local: *params,
            local_versions,
            remote: None,
            remote_versions: ShortBytes::EMPTY,
            remembered: false,
            lowered: false,
            original_dcid,
            retry_scid: None,
            peer_initial_scid: None,
        },
        glitches: Glitches::new(config.glitch_burst, config.glitch_rate, start),
        config,
        versions: Versions { client_chosen: setup.version, negotiated: None },
        tls: Tls::default(),
        counters: Counters::default(),
        closure: Closure::new(mem),
        answers: Answers::new(),
        buffers: Buffers::new(mem),
        log: Log::new(mem),
        mem,
    });
    state.streams.set_local_limits(params);
    state.params.describe_ours(&setup.scid, setup.version);
    Ok(state)
}

/// The list of our version_information (RFC 9368 §3) in wire format.
fn local_versions(mem: Mem, config: &Config, version: u32) -> Result<ShortBytes> {
    let mut list = [0; 4 * VersionList::CAPACITY];
    let chosen = [version];
    let available = match (config.available_versions.is_empty(), config.preferred_versions.is_empty()) {
        (false, _) => config.available_versions.as_slice(),
        (true, false) => config.preferred_versions.as_slice(),
        (true, true) => &chosen,
    };
    let len = 4 * available.len();
    for (place, version) in list.chunks_exact_mut(4).zip(available) {
        place.copy_from_slice(&version.to_be_bytes());
    }
    Ok(ShortBytes::try_new(mem, list.get(..len).unwrap_or_default())?)
}
