//! Frames (RFC 9000 §12.4 and §19, RFC 9221 §4): parsing, writing, and where each type may stand.
//!
//! Owns: the layouts and the limits that a frame alone can break. Must not know: streams, connections, what a frame
//! does.
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod ack;
mod kind;
mod parse;
pub(crate) mod write;

#[cfg(test)]
mod tests;

pub(crate) use ack::{AckFrame, AckRanges, EcnCounts};
pub(crate) use kind::{allowed_in, is_ack_eliciting, is_probing};
pub(crate) use parse::{NewConnectionIdFrame, StreamFrame, parse};

use crate::packet::ConnectionId;
use crate::units::{Direction, StreamId};

/// A frame. Byte strings point into the packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Frame<'a> {
    /// A run of `len` PADDING frames.
    Padding {
        len: usize,
    },
    Ping,
    Ack(AckFrame<'a>),
    ResetStream {
        id: StreamId,
        error_code: u64,
        final_size: u64,
    },
    StopSending {
        id: StreamId,
        error_code: u64,
    },
    Crypto {
        offset: u64,
        data: &'a [u8],
    },
    NewToken {
        token: &'a [u8],
    },
    Stream {
        id: StreamId,
        offset: u64,
        data: &'a [u8],
        fin: bool,
    },
    MaxData {
        limit: u64,
    },
    MaxStreamData {
        id: StreamId,
        limit: u64,
    },
    MaxStreams {
        direction: Direction,
        limit: u64,
    },
    DataBlocked {
        limit: u64,
    },
    StreamDataBlocked {
        id: StreamId,
        limit: u64,
    },
    StreamsBlocked {
        direction: Direction,
        limit: u64,
    },
    NewConnectionId {
        sequence: u64,
        retire_prior_to: u64,
        id: ConnectionId,
        token: &'a [u8; 16],
    },
    RetireConnectionId {
        sequence: u64,
    },
    PathChallenge {
        data: [u8; 8],
    },
    PathResponse {
        data: [u8; 8],
    },
    ConnectionClose {
        /// Of the application (type 0x1d), not of the transport.
        application: bool,
        error_code: u64,
        /// The type of the frame that caused it; 0 when unknown or when the application closes.
        frame_type: u64,
        reason: &'a [u8],
    },
    HandshakeDone,
    Datagram {
        data: &'a [u8],
        /// Whether the frame has a Length field (type 0x31).
        has_length: bool,
    },
}
