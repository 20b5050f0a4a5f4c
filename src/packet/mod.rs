//! Packets before protection and after it: headers, packet numbers, and the packets that carry no frames.
//!
//! RFC 8999 (invariants), RFC 9000 §10.3 and §17, RFC 9001 §5.4 and §5.8, RFC 9287, RFC 9368, RFC 9369.
//! Owns: the bit layouts. Must not know: keys, connections, frames.
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod connection_id;
pub(crate) mod header;
pub(crate) mod invariant;
pub(crate) mod long;
pub(crate) mod number;
pub(crate) mod protect;
pub(crate) mod retry;
pub(crate) mod short;
pub(crate) mod stateless_reset;
pub(crate) mod version;
pub(crate) mod version_negotiation;

#[cfg(test)]
mod tests;

pub(crate) use connection_id::{ConnectionId, MAX_CONNECTION_ID_LEN};
pub(crate) use header::{HeaderError, PacketType, parse_long};

/// The smallest datagram that may carry a client's Initial packet (RFC 9000 §14.1).
pub(crate) const MIN_INITIAL_DATAGRAM_LEN: usize = 1200;

/// The bit that tells a long header from a short one (RFC 8999 §5).
pub(crate) const LONG_FORM: u8 = 0x80;
/// The fixed bit, also called QUIC bit (RFC 9000 §17.2, RFC 9287).
pub(crate) const FIXED_BIT: u8 = 0x40;
