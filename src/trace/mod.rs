//! What a connection tells about itself: log lines in ngtcp2's format, and qlog records.
//!
//! Owns: the texts and the truncation that keeps each inside the caller's buffer; lines and records that do not fit are
//! cut where they stay well formed. Must not know: connections, callbacks. Stands above `packet`, `frame` and `params`,
//! whose values it formats, and below everything else: state machines record an [`Event`], `conn` formats it.
//! qlog: draft-ietf-quic-qlog-main-schema and draft-ietf-quic-qlog-quic-events, version 0.3, as JSON text sequences
//! (RFC 7464).

mod event;
mod json;
mod line;
pub(crate) mod log;
mod log_frame;
mod log_parameters;
pub(crate) mod qlog;
mod qlog_frame;

pub(crate) use event::{Event, Note, note};
pub(crate) use log::LogHeader;
pub(crate) use log_frame::FrameLines;
pub(crate) use log_parameters::ParameterLines;

use crate::frame::{self, Frame};
use crate::packet::{ConnectionId, PacketType};
use crate::units::PacketNumber;
use crate::wire::Reader;

/// Room for a line or a record. Allocated only while log or qlog is on.
pub(crate) const BUFFER_LEN: usize = 4096;

/// Which way a packet went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transfer {
    Sent,
    Received,
}

/// The frames of a payload with their types, up to the first that is malformed.
pub(crate) struct Frames<'a>(Reader<'a>);

impl<'a> Frames<'a> {
    pub(crate) const fn of(payload: &'a [u8]) -> Self {
        Self(Reader::new(payload))
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = (Frame<'a>, u64);

    #[cold]
    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() { None } else { frame::parse(&mut self.0).ok() }
    }
}

/// What log and qlog tell about a packet. A short header has no source connection id, version and length, a long header
/// no key phase.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PacketInfo<'a> {
    pub(crate) kind: PacketType,
    pub(crate) number: PacketNumber,
    pub(crate) dcid: ConnectionId,
    pub(crate) scid: ConnectionId,
    pub(crate) version: u32,
    /// The token of an Initial or Retry packet.
    pub(crate) token: &'a [u8],
    /// The Length field of a received packet; 0 for a packet to send, whose length is not known yet.
    pub(crate) length: u64,
    pub(crate) key_phase: bool,
}
