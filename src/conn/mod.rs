//! The driver: the one room that knows all the others and puts them in sequence.
//!
//! Owns: [`State`], the order in which packets are read and written, and when a callback is due. Must not know: C types
//! of the arguments (`ffi`), raw pointers (`session`), or how any one part works inside. One file per thing it does:
//!
//! - in: `read` (datagrams) → `open` (packets) → `frames` → `stream_data`, `acks`, `crypto_data`
//! - out: `write` (`datagram`) → `seal` (packets) → `control_frames`, `stream_frames`
//! - over time: `timers`, `handshake`, `keys`, `key_update`, `paths`, `connection_ids`, `close`

mod acks;
pub(crate) mod close;
mod config;
mod connection_ids;
mod control;
mod control_frames;
mod create;
pub(crate) mod crypto_data;
mod datagram;
pub(crate) mod early_data;
mod early_probes;
mod fixed_bit;
mod frames;
mod glitches;
pub(crate) mod handshake;
pub(crate) mod information;
pub(crate) mod key_update;
pub(crate) mod keys;
mod lifecycle;
pub(crate) mod local_params;
pub(crate) mod log;
pub(crate) mod migration;
pub(crate) mod new_tokens;
mod open;
pub(crate) mod paths;
mod probing;
pub(crate) mod read;
mod retry;
mod seal;
mod skip;
mod space;
pub(crate) mod stream_api;
mod stream_data;
pub(crate) mod stream_frames;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod timers;
mod validation;
pub(crate) mod version_negotiation;
pub(crate) mod write;

pub(crate) use close::CloseReason;
pub(crate) use config::{Config, Versions as VersionList};
pub(crate) use create::{Setup, create};
pub(crate) use keys::{Keys, Protection};
pub(crate) use lifecycle::{Lifecycle, Stage};
pub(crate) use space::Spaces;
pub(crate) use write::{Offer, Reply, Request};

use ngtcp2_abi as abi;

use crate::mem::{Mem, ShortBytes};
use crate::packet::{ConnectionId, PacketType};
use crate::recovery::Recovery;
use crate::session::Session;
use crate::stream::Streams;
use crate::units::{PacketNumber, Side, Space, Timestamp};

use close::Closure;
use control::Control;
use datagram::Datagram;
use paths::Paths;

/// Everything a connection knows, in the order of how often it is touched.
pub(crate) struct State {
    pub(crate) side: Side,
    pub(crate) lifecycle: Lifecycle,
    /// The caller's clock, clamped so that it never runs backwards.
    pub(crate) now: Timestamp,
    pub(crate) control: Control,
    pub(crate) recovery: Recovery,
    pub(crate) streams: Streams,
    pub(crate) spaces: Spaces,
    pub(crate) keys: Keys,
    pub(crate) paths: Paths,
    pub(crate) timers: timers::Timers,
    pub(crate) skip: skip::Skip,
    pub(crate) fixed_bit: fixed_bit::FixedBit,
    /// A packet that `WRITE_MORE` left open.
    pub(crate) datagram: Datagram,
    pub(crate) new_tokens: new_tokens::NewTokens,
    pub(crate) config: Config,
    pub(crate) params: TransportParams,
    pub(crate) versions: Versions,
    pub(crate) tls: Tls,
    pub(crate) counters: Counters,
    pub(crate) glitches: glitches::Glitches,
    pub(crate) closure: Closure,
    pub(crate) answers: information::Answers,
    pub(crate) buffers: read::Buffers,
    pub(crate) log: log::Log,
    pub(crate) mem: Mem,
}

/// Transport parameters of both sides (RFC 9000 §7.4).
pub(crate) struct TransportParams {
    pub(crate) local: abi::ngtcp2_transport_params,
    /// What `local.version_info` points to for the application ([`Self::local_for_application`]).
    pub(crate) local_versions: ShortBytes,
    /// Known once the handshake delivered them, and for a 0-RTT client what it remembered.
    pub(crate) remote: Option<abi::ngtcp2_transport_params>,
    /// What the version_info of the remote ones points to.
    pub(crate) remote_versions: ShortBytes,
    /// The remote ones are remembered from an earlier connection (RFC 9000 §7.4.1).
    pub(crate) remembered: bool,
    /// The server accepted 0-RTT but lowered a limit that the client remembered: the next write fails.
    pub(crate) lowered: bool,
    /// Connection ids that the peer has to repeat in its parameters (RFC 9000 §7.3).
    pub(crate) original_dcid: ConnectionId,
    pub(crate) retry_scid: Option<ConnectionId>,
    pub(crate) peer_initial_scid: Option<ConnectionId>,
}

impl TransportParams {
    /// Completes ours with what only the connection knows: our first id, and version_information (RFC 9368 §3).
    fn describe_ours(&mut self, scid: &ConnectionId, version: u32) {
        self.local.initial_scid = scid.to_abi();
        self.local.initial_scid_present = 1;
        self.local.version_info_present = 1;
        self.local.version_info.chosen_version = version;
        self.local.version_info.available_versionslen = self.local_versions.len();
    }

    /// Ours as the application sees them. It may keep the address: the state does not move any more.
    pub(crate) fn local_for_application(&mut self) -> &abi::ngtcp2_transport_params {
        self.local.version_info.available_versions = self.local_versions.as_ptr();
        &self.local
    }
}

/// QUIC versions (RFC 9368).
pub(crate) struct Versions {
    /// The version of the client's first flight.
    pub(crate) client_chosen: u32,
    /// The version in use; `None` until compatible negotiation is over.
    pub(crate) negotiated: Option<u32>,
}

impl Versions {
    /// The version that long headers carry.
    pub(crate) fn in_use(&self) -> u32 {
        self.negotiated.unwrap_or(self.client_chosen)
    }

    /// The version of packets of one type: 0-RTT keeps that of the first flight (RFC 9369 §4.1).
    pub(crate) fn of(&self, kind: PacketType) -> u32 {
        if kind == PacketType::ZeroRtt { self.client_chosen } else { self.in_use() }
    }
}

/// What the caller's TLS library told us.
#[derive(Default)]
pub(crate) struct Tls {
    pub(crate) native_handle: Option<core::ptr::NonNull<core::ffi::c_void>>,
    pub(crate) error: i32,
    pub(crate) alert: u8,
    pub(crate) finished: bool,
    pub(crate) early_data_rejected: bool,
    /// It is too late for a rejection: streams are those of 1-RTT.
    pub(crate) early_data_settled: bool,
}

/// Totals that `ngtcp2_conn_get_conn_info` reports beside those of recovery.
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) packets_received: u64,
    pub(crate) bytes_received: u64,
    pub(crate) packets_discarded: u64,
    pub(crate) pings_received: u64,
}

impl State {
    /// Takes the caller's timestamp: a clock that goes backwards stands still.
    #[inline]
    pub(crate) fn advance_clock(&mut self, now: Timestamp) -> Timestamp {
        if now > self.now {
            self.now = now.min(Timestamp::LAST);
        }
        self.now
    }
}

/// Sending.
impl State {
    /// The number of the next packet; now and then one is left out.
    #[inline(always)]
    pub(crate) fn next_packet_number(&mut self, space: Space) -> PacketNumber {
        let number = self.recovery.next_number(space);
        if space == Space::Application && self.skip.takes(number) {
            self.recovery.skip_number(space, number);
            return number.next();
        }
        number
    }

    /// Whether congestion control and pacing let another packet out.
    #[inline]
    pub(crate) fn may_send_data(&self) -> bool {
        self.recovery.window_left() > 0
            && self.recovery.pacing_allows(self.now)
            && self.recovery.has_room(Space::Application)
    }

    /// Whether congestion control lets another handshake packet out; it is not paced. A space with nothing in flight has
    /// no timer that would end a wait for the window, which 0.5-RTT data that nobody can acknowledge yet may fill.
    pub(crate) fn may_send_handshake_data(&self, space: Space) -> bool {
        self.recovery.window_left() > 0 || self.recovery.ack_eliciting_in_flight(space) == 0
    }
}

/// The last callbacks of a connection: key contexts go back to the TLS library, and the qlog ends.
pub(crate) fn release_callers_objects(s: &mut Session) {
    keys::release_all(s);
    log::end_qlog(s);
}
