//! Retry packets (RFC 9000 §17.2.5) and the pseudo packet that their tag protects (RFC 9001 §5.8).
//!
//! Owns: both layouts, and the constant nonce of the tag. Must not know: the tag's key; sealing and checking it are the
//! caller's.

use ngtcp2_abi as abi;

use super::{ConnectionId, FIXED_BIT, HeaderError, LONG_FORM, PacketType, parse_long, version};
use crate::wire::{NoSpace, Reader, Writer};

/// The length of the Retry Integrity Tag.
pub(crate) const TAG_LEN: usize = 16;

/// The nonce of the tag (RFC 9001 §5.8, RFC 9369 §3.3.3).
pub(crate) const fn integrity_nonce(version: u32) -> &'static [u8; 12] {
    match version {
        version::V2 => &abi::NGTCP2_RETRY_NONCE_V2,
        _ => &abi::NGTCP2_RETRY_NONCE_V1,
    }
}

/// A Retry packet without its tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Retry<'a> {
    pub(crate) version: u32,
    pub(crate) dcid: ConnectionId,
    pub(crate) scid: ConnectionId,
    pub(crate) token: &'a [u8],
}

impl Retry<'_> {
    /// How many bytes the packet takes, tag included.
    pub(crate) fn packet_len(&self) -> usize {
        let fixed = 1 + 4 + 1 + 1 + TAG_LEN;
        fixed.saturating_add(self.dcid.len()).saturating_add(self.scid.len()).saturating_add(self.token.len())
    }

    /// Writes the packet up to its tag. A version this library does not know is written as if it were version 1.
    pub(crate) fn write(&self, writer: &mut Writer<'_>) -> Result<(), NoSpace> {
        writer.all_or_nothing(|writer| {
            writer.u8(LONG_FORM | FIXED_BIT | PacketType::Retry.long_bits(self.version))?;
            writer.u32(self.version)?;
            self.dcid.write_with_len(writer)?;
            self.scid.write_with_len(writer)?;
            writer.bytes(self.token)
        })
    }

    /// Writes the pseudo packet: the client's first destination connection id, then the packet up to its tag.
    pub(crate) fn write_pseudo_packet(
        &self,
        original_dcid: &ConnectionId,
        writer: &mut Writer<'_>,
    ) -> Result<(), NoSpace> {
        writer.all_or_nothing(|writer| {
            original_dcid.write_with_len(writer)?;
            self.write(writer)
        })
    }
}

/// A received Retry packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReceivedRetry<'a> {
    pub(crate) retry: Retry<'a>,
    pub(crate) fixed_bit: bool,
    pub(crate) tag: &'a [u8; TAG_LEN],
    /// The packet as it came, up to its tag: the pseudo packet holds these very bytes, unused bits included.
    pub(crate) without_tag: &'a [u8],
}

impl ReceivedRetry<'_> {
    /// Writes the pseudo packet that the tag has to match.
    pub(crate) fn write_pseudo_packet(
        &self,
        original_dcid: &ConnectionId,
        writer: &mut Writer<'_>,
    ) -> Result<(), NoSpace> {
        writer.all_or_nothing(|writer| {
            original_dcid.write_with_len(writer)?;
            writer.bytes(self.without_tag)
        })
    }
}

/// Parses a Retry packet, which fills its datagram. One with an empty token has no use (RFC 9000 §17.2.5.2).
pub(crate) fn parse(packet: &[u8]) -> Result<ReceivedRetry<'_>, HeaderError> {
    let header = parse_long(packet)?;
    if header.kind != PacketType::Retry {
        return Err(HeaderError::NotAcceptable);
    }
    let (without_tag, tag) = packet.split_last_chunk::<TAG_LEN>().ok_or(HeaderError::Truncated)?;
    let mut reader = Reader::new(without_tag);
    reader.bytes(header.header_len)?;
    let token = reader.rest();
    if token.is_empty() {
        return Err(HeaderError::Malformed);
    }
    let retry = Retry { version: header.version, dcid: header.dcid, scid: header.scid, token };
    Ok(ReceivedRetry { retry, fixed_bit: header.fixed_bit, tag, without_tag })
}
