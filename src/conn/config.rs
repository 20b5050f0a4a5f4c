//! What the caller's settings mean to the driver, in our own types.
//!
//! Owns: values that are fixed when the connection is made. Must not know: the C struct's generations (`ffi`).

use crate::mem::Bytes;
use crate::units::{Duration, PacketNumber, Timestamp};

/// The settings of one connection.
pub(crate) struct Config {
    pub(crate) initial_ts: Timestamp,
    pub(crate) initial_rtt: Duration,
    pub(crate) max_tx_udp_payload_size: usize,
    /// A client's address validation token, or the one a server has to see again in the first Initial.
    pub(crate) token: Bytes,
    pub(crate) max_window: u64,
    pub(crate) max_stream_window: u64,
    pub(crate) ack_threshold: usize,
    /// `no_tx_udp_payload_size_shaping`: the buffer's size alone limits packets.
    pub(crate) unshaped: bool,
    pub(crate) handshake_timeout: Duration,
    pub(crate) pmtud: bool,
    pub(crate) preferred_versions: Versions,
    pub(crate) available_versions: Versions,
    pub(crate) original_version: u32,
    /// Useless frames that the peer may send at once, and per second.
    pub(crate) glitch_burst: u64,
    pub(crate) glitch_rate: u64,
    /// Where packet numbers start in each space.
    pub(crate) first_number: PacketNumber,
}

/// A short list of QUIC versions. There are two; a caller lists each once or twice and a few reserved ones.
#[derive(Clone, Copy)]
pub(crate) struct Versions {
    list: [u32; Self::CAPACITY],
    len: u8,
}

impl Versions {
    pub(crate) const CAPACITY: usize = 8;

    /// `None` when there are too many.
    pub(crate) fn new(versions: &[u32]) -> Option<Self> {
        let mut list = [0; Self::CAPACITY];
        list.get_mut(..versions.len())?.copy_from_slice(versions);
        Some(Self { list, len: versions.len() as u8 })
    }

    pub(crate) fn as_slice(&self) -> &[u32] {
        self.list.get(..self.len as usize).unwrap_or_default()
    }

    pub(crate) fn contains(&self, version: u32) -> bool {
        self.as_slice().contains(&version)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }
}
