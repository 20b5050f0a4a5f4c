//! Frame types: which packets may carry them, which elicit an acknowledgment, which only probe a path
//! (RFC 9000 table 3, §9.1, §13.2.1; RFC 9221 §4).
//!
//! Owns: the sets, one bit per type, since every type this library knows is below 64. Must not know: fields.

use crate::packet::PacketType;

/// The types by name. A STREAM frame adds the OFF, LEN and FIN bits to its own.
pub(crate) mod frame_type {
    pub(crate) const PADDING: u64 = 0x00;
    pub(crate) const PING: u64 = 0x01;
    pub(crate) const ACK: u64 = 0x02;
    pub(crate) const ACK_ECN: u64 = 0x03;
    pub(crate) const RESET_STREAM: u64 = 0x04;
    pub(crate) const STOP_SENDING: u64 = 0x05;
    pub(crate) const CRYPTO: u64 = 0x06;
    pub(crate) const NEW_TOKEN: u64 = 0x07;
    pub(crate) const STREAM: u64 = 0x08;
    pub(crate) const STREAM_LAST: u64 = 0x0f;
    pub(crate) const MAX_DATA: u64 = 0x10;
    pub(crate) const MAX_STREAM_DATA: u64 = 0x11;
    pub(crate) const MAX_STREAMS_BIDI: u64 = 0x12;
    pub(crate) const MAX_STREAMS_UNI: u64 = 0x13;
    pub(crate) const DATA_BLOCKED: u64 = 0x14;
    pub(crate) const STREAM_DATA_BLOCKED: u64 = 0x15;
    pub(crate) const STREAMS_BLOCKED_BIDI: u64 = 0x16;
    pub(crate) const STREAMS_BLOCKED_UNI: u64 = 0x17;
    pub(crate) const NEW_CONNECTION_ID: u64 = 0x18;
    pub(crate) const RETIRE_CONNECTION_ID: u64 = 0x19;
    pub(crate) const PATH_CHALLENGE: u64 = 0x1a;
    pub(crate) const PATH_RESPONSE: u64 = 0x1b;
    pub(crate) const CONNECTION_CLOSE: u64 = 0x1c;
    pub(crate) const CONNECTION_CLOSE_APPLICATION: u64 = 0x1d;
    pub(crate) const HANDSHAKE_DONE: u64 = 0x1e;
    pub(crate) const DATAGRAM: u64 = 0x30;
    pub(crate) const DATAGRAM_WITH_LENGTH: u64 = 0x31;

    /// The bits that a STREAM frame's type is made of (RFC 9000 §19.8).
    pub(crate) const STREAM_OFF: u64 = 0x04;
    pub(crate) const STREAM_LEN: u64 = 0x02;
    pub(crate) const STREAM_FIN: u64 = 0x01;
}

use frame_type::*;

const fn set(types: &[u64]) -> u64 {
    let mut bits = 0;
    let mut rest = types;
    while let [first, tail @ ..] = rest {
        bits |= 1 << *first;
        rest = tail;
    }
    bits
}

/// Every type this library knows.
const KNOWN: u64 = ((1 << (HANDSHAKE_DONE + 1)) - 1) | set(&[DATAGRAM, DATAGRAM_WITH_LENGTH]);
const IN_HANDSHAKE: u64 = set(&[PADDING, PING, ACK, ACK_ECN, CRYPTO, CONNECTION_CLOSE]);
const IN_ZERO_RTT: u64 = KNOWN & !set(&[ACK, ACK_ECN, CRYPTO, NEW_TOKEN, PATH_RESPONSE, HANDSHAKE_DONE]);
const NOT_ACK_ELICITING: u64 = set(&[PADDING, ACK, ACK_ECN, CONNECTION_CLOSE, CONNECTION_CLOSE_APPLICATION]);
const PROBING: u64 = set(&[PADDING, PATH_CHALLENGE, PATH_RESPONSE, NEW_CONNECTION_ID]);

#[inline]
const fn contains(set: u64, frame_type: u64) -> bool {
    frame_type < 64 && set & 1_u64.wrapping_shl(frame_type as u32) != 0
}

/// Whether a packet of this type may carry the frame (RFC 9000 table 3).
#[inline]
pub(crate) const fn allowed_in(frame_type: u64, packet: PacketType) -> bool {
    let allowed = match packet {
        PacketType::OneRtt => KNOWN,
        PacketType::ZeroRtt => IN_ZERO_RTT,
        PacketType::Initial | PacketType::Handshake => IN_HANDSHAKE,
        PacketType::Retry | PacketType::VersionNegotiation => 0,
    };
    contains(allowed, frame_type)
}

/// Whether a packet with the frame must be acknowledged (RFC 9000 §13.2.1).
#[inline]
pub(crate) const fn is_ack_eliciting(frame_type: u64) -> bool {
    !contains(NOT_ACK_ELICITING, frame_type)
}

/// Whether the frame leaves a packet a probing one, which does not migrate the connection (RFC 9000 §9.1).
#[inline]
pub(crate) const fn is_probing(frame_type: u64) -> bool {
    contains(PROBING, frame_type)
}
