//! Transport parameters (RFC 9000 §7.4 and §18, RFC 9221 §3, RFC 9287 §3, RFC 9368 §3), straight into and out of the
//! caller's `ngtcp2_transport_params`.
//!
//! Owns: their coding, the 0-RTT form, what makes the peer's unacceptable. Must not know: the connection; pointers in
//! the struct are neither read nor set here, the bytes they stand for travel beside it.
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod decode;
mod encode;
pub(crate) mod remembered;
mod validate;

#[cfg(test)]
mod tests;

pub(crate) use decode::decode;
pub(crate) use encode::{encode, encoded_len};
pub(crate) use validate::{Negotiated, Observed, check_version_information, validate_remote};

use ngtcp2_abi as abi;

/// Nanoseconds in the millisecond that durations are sent in.
const MILLISECOND: u64 = 1_000_000;
/// ACK delays above this exponent are meaningless (RFC 9000 §18.2).
const MAX_ACK_DELAY_EXPONENT: u64 = 20;
/// max_ack_delay is below this many milliseconds (RFC 9000 §18.2).
const MAX_ACK_DELAY_LIMIT_MS: u64 = 1 << 14;
/// The most streams of one direction that ids can name (RFC 9000 §18.2).
const MAX_STREAMS_LIMIT: u64 = 1 << 60;

/// The smallest max_udp_payload_size that may be announced (RFC 9000 §18.2).
const MIN_MAX_UDP_PAYLOAD_SIZE: u64 = 1200;
const DEFAULT_MAX_UDP_PAYLOAD_SIZE: u64 = abi::NGTCP2_DEFAULT_MAX_RECV_UDP_PAYLOAD_SIZE as u64;
const DEFAULT_ACTIVE_CONNECTION_ID_LIMIT: u64 = abi::NGTCP2_DEFAULT_ACTIVE_CONNECTION_ID_LIMIT as u64;
const DEFAULT_ACK_DELAY_EXPONENT: u64 = abi::NGTCP2_DEFAULT_ACK_DELAY_EXPONENT as u64;
const DEFAULT_MAX_ACK_DELAY: u64 = abi::NGTCP2_DEFAULT_MAX_ACK_DELAY;

/// The identifiers (RFC 9000 §18.2, RFC 9221 §3, RFC 9287 §3, RFC 9368 §3).
mod id {
    pub(super) const ORIGINAL_DESTINATION_CONNECTION_ID: u64 = 0x00;
    pub(super) const MAX_IDLE_TIMEOUT: u64 = 0x01;
    pub(super) const STATELESS_RESET_TOKEN: u64 = 0x02;
    pub(super) const MAX_UDP_PAYLOAD_SIZE: u64 = 0x03;
    pub(super) const INITIAL_MAX_DATA: u64 = 0x04;
    pub(super) const INITIAL_MAX_STREAM_DATA_BIDI_LOCAL: u64 = 0x05;
    pub(super) const INITIAL_MAX_STREAM_DATA_BIDI_REMOTE: u64 = 0x06;
    pub(super) const INITIAL_MAX_STREAM_DATA_UNI: u64 = 0x07;
    pub(super) const INITIAL_MAX_STREAMS_BIDI: u64 = 0x08;
    pub(super) const INITIAL_MAX_STREAMS_UNI: u64 = 0x09;
    pub(super) const ACK_DELAY_EXPONENT: u64 = 0x0a;
    pub(super) const MAX_ACK_DELAY: u64 = 0x0b;
    pub(super) const DISABLE_ACTIVE_MIGRATION: u64 = 0x0c;
    pub(super) const PREFERRED_ADDRESS: u64 = 0x0d;
    pub(super) const ACTIVE_CONNECTION_ID_LIMIT: u64 = 0x0e;
    pub(super) const INITIAL_SOURCE_CONNECTION_ID: u64 = 0x0f;
    pub(super) const RETRY_SOURCE_CONNECTION_ID: u64 = 0x10;
    pub(super) const VERSION_INFORMATION: u64 = 0x11;
    pub(super) const MAX_DATAGRAM_FRAME_SIZE: u64 = 0x20;
    pub(super) const GREASE_QUIC_BIT: u64 = 0x2ab2;
}

/// The values that hold for a parameter that is not sent; `ngtcp2_transport_params_default`.
pub(crate) const DEFAULT: abi::ngtcp2_transport_params = abi::ngtcp2_transport_params {
    max_udp_payload_size: DEFAULT_MAX_UDP_PAYLOAD_SIZE,
    active_connection_id_limit: DEFAULT_ACTIVE_CONNECTION_ID_LIMIT,
    ack_delay_exponent: DEFAULT_ACK_DELAY_EXPONENT,
    max_ack_delay: DEFAULT_MAX_ACK_DELAY,
    ..abi::ngtcp2_transport_params::ZERO
};
