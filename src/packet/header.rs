//! Parsing protected headers of versions 1 and 2 (RFC 9000 §17.2, §17.3, RFC 9369 §3.2), up to the packet number.
//!
//! Owns: what a header is allowed to look like. Must not know: keys; whether the Length field fits the datagram is for
//! the reader of the datagram to check.

use ngtcp2_abi as abi;

use super::{ConnectionId, FIXED_BIT, LONG_FORM, MAX_CONNECTION_ID_LEN, MIN_INITIAL_DATAGRAM_LEN, version};
use crate::error::Error;
use crate::wire::{Reader, Truncated};

/// What a packet is; the values are `ngtcp2_pkt_type`'s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum PacketType {
    Initial = 0x10,
    ZeroRtt = 0x11,
    Handshake = 0x12,
    Retry = 0x13,
    OneRtt = 0x40,
    VersionNegotiation = 0x80,
}

impl PacketType {
    /// The value in `ngtcp2_pkt_hd.type`.
    pub(crate) const fn code(self) -> u8 {
        self as u8
    }

    /// The type bits of a long header's first byte, in place (RFC 9000 table 5; RFC 9369 §3.2 rotates them by one).
    #[inline]
    pub(crate) const fn long_bits(self, version: u32) -> u8 {
        let ordinal = match self {
            Self::Initial => 0,
            Self::ZeroRtt => 1,
            Self::Handshake => 2,
            Self::Retry | Self::OneRtt | Self::VersionNegotiation => 3,
        };
        match version {
            version::V2 => (1_u8.wrapping_add(ordinal) & 3) << 4,
            _ => ordinal << 4,
        }
    }

    #[inline]
    const fn from_first_byte(first: u8, version: u32) -> Self {
        let bits = (first >> 4) & 3;
        let ordinal = match version {
            version::V2 => bits.wrapping_sub(1) & 3,
            _ => bits,
        };
        match ordinal {
            0 => Self::Initial,
            1 => Self::ZeroRtt,
            2 => Self::Handshake,
            _ => Self::Retry,
        }
    }
}

/// Why a header could not be parsed. The packet is dropped in every case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeaderError {
    Truncated,
    /// A long header where a short one is due, or the other way round.
    WrongForm,
    UnknownVersion,
    ConnectionIdTooLong,
    /// A packet that this function does not take, such as one that cannot open a connection.
    NotAcceptable,
    /// The Retry or Version Negotiation packet has no possible meaning.
    Malformed,
}

impl From<Truncated> for HeaderError {
    #[inline]
    fn from(_: Truncated) -> Self {
        Self::Truncated
    }
}

impl From<HeaderError> for Error {
    fn from(_: HeaderError) -> Self {
        Self::InvalidArgument
    }
}

/// A protected long header. Retry and Version Negotiation packets end it after the connection ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LongHeader<'a> {
    pub(crate) kind: PacketType,
    pub(crate) version: u32,
    pub(crate) dcid: ConnectionId,
    pub(crate) scid: ConnectionId,
    /// Of an Initial packet; empty in all others.
    pub(crate) token: &'a [u8],
    /// The Length field: packet number, payload and tag. Not checked against the datagram.
    pub(crate) length: u64,
    /// Where the protected packet number begins.
    pub(crate) header_len: usize,
    pub(crate) fixed_bit: bool,
}

impl LongHeader<'_> {
    /// `ngtcp2_pkt_hd` without the token's address, which only `ffi` may form.
    pub(crate) fn to_abi(self) -> abi::ngtcp2_pkt_hd {
        let mut hd = abi::ngtcp2_pkt_hd::ZERO;
        hd.dcid = self.dcid.to_abi();
        hd.scid = self.scid.to_abi();
        hd.tokenlen = self.token.len();
        hd.len = usize::try_from(self.length).unwrap_or(usize::MAX);
        hd.version = self.version;
        hd.r#type = self.kind.code();
        // A Version Negotiation packet gets no flags: its first byte but for the form is arbitrary.
        if self.kind != PacketType::VersionNegotiation {
            hd.flags |= abi::NGTCP2_PKT_FLAG_LONG_FORM as u8;
            if !self.fixed_bit {
                hd.flags |= abi::NGTCP2_PKT_FLAG_FIXED_BIT_CLEAR as u8;
            }
        }
        hd
    }
}

/// A protected short header (RFC 9000 §17.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ShortHeader<'a> {
    pub(crate) dcid: &'a [u8],
    /// Where the protected packet number begins.
    pub(crate) pn_offset: usize,
    pub(crate) fixed_bit: bool,
}

/// Parses a long header of a supported version, or the connection ids of a Version Negotiation packet.
pub(crate) fn parse_long(packet: &[u8]) -> Result<LongHeader<'_>, HeaderError> {
    let mut reader = Reader::new(packet);
    let first = reader.u8()?;
    if first & LONG_FORM == 0 {
        return Err(HeaderError::WrongForm);
    }
    let version = reader.u32()?;
    let kind = if version == version::NEGOTIATION {
        PacketType::VersionNegotiation
    } else if version::is_supported(version) {
        PacketType::from_first_byte(first, version)
    } else {
        return Err(HeaderError::UnknownVersion);
    };
    let dcid = read_connection_id(&mut reader)?;
    let scid = read_connection_id(&mut reader)?;
    let token = match kind {
        PacketType::Initial => reader.varint_prefixed()?,
        _ => &[],
    };
    let length = match kind {
        PacketType::Initial | PacketType::ZeroRtt | PacketType::Handshake => reader.varint()?,
        _ => 0,
    };
    let fixed_bit = first & FIXED_BIT != 0;
    Ok(LongHeader { kind, version, dcid, scid, token, length, header_len: reader.position(), fixed_bit })
}

/// Parses a short header whose connection id is `dcid_len` bytes long: the receiver chose it and has to know.
#[inline]
pub(crate) fn parse_short(packet: &[u8], dcid_len: usize) -> Result<ShortHeader<'_>, HeaderError> {
    let (&first, rest) = packet.split_first().ok_or(HeaderError::Truncated)?;
    if first & LONG_FORM != 0 {
        return Err(HeaderError::WrongForm);
    }
    let dcid = rest.get(..dcid_len).ok_or(HeaderError::Truncated)?;
    Ok(ShortHeader { dcid, pn_offset: dcid_len.wrapping_add(1), fixed_bit: first & FIXED_BIT != 0 })
}

/// The connection id in a short header, where a fixed 20-byte limit applies (`ngtcp2_pkt_decode_hd_short`).
pub(crate) fn parse_short_to_abi(
    packet: &[u8],
    dcid_len: usize,
) -> Result<(abi::ngtcp2_pkt_hd, usize), HeaderError> {
    let header = parse_short(packet, dcid_len)?;
    let mut hd = abi::ngtcp2_pkt_hd::ZERO;
    hd.dcid = ConnectionId::new(header.dcid).ok_or(HeaderError::ConnectionIdTooLong)?.to_abi();
    hd.r#type = PacketType::OneRtt.code();
    if !header.fixed_bit {
        hd.flags |= abi::NGTCP2_PKT_FLAG_FIXED_BIT_CLEAR as u8;
    }
    Ok((hd, header.pn_offset))
}

/// The shortest destination connection id in a client's first Initial packet (RFC 9000 §7.2).
const MIN_INITIAL_DCID_LEN: usize = abi::NGTCP2_MIN_INITIAL_DCIDLEN;

/// Whether `header`, parsed from a datagram of `datagram_len` bytes, may open a connection (`ngtcp2_accept`).
pub(crate) fn check_acceptable(header: &LongHeader<'_>, datagram_len: usize) -> Result<(), HeaderError> {
    let acceptable = header.kind == PacketType::Initial
        && datagram_len >= MIN_INITIAL_DATAGRAM_LEN
        && header.dcid.len() >= MIN_INITIAL_DCID_LEN;
    if acceptable { Ok(()) } else { Err(HeaderError::NotAcceptable) }
}

fn read_connection_id(reader: &mut Reader<'_>) -> Result<ConnectionId, HeaderError> {
    let len = usize::from(reader.u8()?);
    if len > MAX_CONNECTION_ID_LEN {
        return Err(HeaderError::ConnectionIdTooLong);
    }
    ConnectionId::new(reader.bytes(len)?).ok_or(HeaderError::ConnectionIdTooLong)
}
