//! Parsing one frame off the front of a packet's payload (RFC 9000 §19, RFC 9221 §4).
//!
//! Owns: what makes a frame malformed by itself. Must not know: the packet it stands in, the connection.

use super::Frame;
use super::ack::{AckFrame, BadAck};
use super::kind::frame_type::*;
use crate::error::Error;
use crate::packet::ConnectionId;
use crate::units::{Direction, StreamId};
use crate::wire::{AmpleReader, Reader, Truncated, varint};

/// The most streams of one direction that ids can name (RFC 9000 §19.11).
const MAX_STREAMS_LIMIT: u64 = 1 << 60;

/// Why a frame could not be parsed, with its type as far as it was read: CONNECTION_CLOSE names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FrameError {
    /// FRAME_ENCODING_ERROR: truncated, unknown, or a field out of its range.
    Encoding { frame_type: u64 },
    /// PROTOCOL_VIOLATION: the type was encoded in more bytes than needed (RFC 9000 §12.4).
    NonMinimalType { frame_type: u64 },
}

impl FrameError {
    /// The Frame Type field of the CONNECTION_CLOSE frame it leads to.
    pub(crate) const fn frame_type(self) -> u64 {
        match self {
            Self::Encoding { frame_type } | Self::NonMinimalType { frame_type } => frame_type,
        }
    }
}

impl From<FrameError> for Error {
    fn from(error: FrameError) -> Self {
        match error {
            FrameError::Encoding { .. } => Self::FrameEncoding,
            FrameError::NonMinimalType { .. } => Self::Proto,
        }
    }
}

/// The fields of a frame make no sense.
#[derive(Clone, Copy, Debug)]
struct BadField;

impl From<Truncated> for BadField {
    #[inline]
    fn from(_: Truncated) -> Self {
        Self
    }
}

impl From<BadAck> for BadField {
    #[inline]
    fn from(_: BadAck) -> Self {
        Self
    }
}

/// Parses the next frame, and its type. A run of PADDING is one frame. The reader must not be empty. For the reader of
/// packets it is worth a copy of its own.
#[inline(always)]
pub(crate) fn parse<'a>(reader: &mut Reader<'a>) -> Result<(Frame<'a>, u64), FrameError> {
    let frame_type = parse_type(reader)?;
    match parse_fields(reader, frame_type) {
        Ok(frame) => Ok((frame, frame_type)),
        Err(BadField) => Err(FrameError::Encoding { frame_type }),
    }
}

#[inline]
fn parse_type(reader: &mut Reader<'_>) -> Result<u64, FrameError> {
    let begin = reader.position();
    let frame_type = reader.varint().map_err(|Truncated| FrameError::Encoding { frame_type: 0 })?;
    if reader.position().wrapping_sub(begin) != varint::len(frame_type) {
        return Err(FrameError::NonMinimalType { frame_type });
    }
    Ok(frame_type)
}

#[inline(always)]
fn parse_fields<'a>(reader: &mut Reader<'a>, frame_type: u64) -> Result<Frame<'a>, BadField> {
    let frame = match frame_type {
        STREAM..=STREAM_LAST => {
            let StreamFrame { id, offset, data, fin } = StreamFrame::parse(reader, frame_type)?;
            Frame::Stream { id, offset, data, fin }
        }
        ACK | ACK_ECN => Frame::Ack(AckFrame::parse(reader, frame_type == ACK_ECN)?),
        PADDING => Frame::Padding { len: reader.skip_zeros().wrapping_add(1) },
        PING => Frame::Ping,
        CRYPTO => {
            let offset = reader.varint()?;
            let data = reader.varint_prefixed()?;
            check_end(offset, data)?;
            Frame::Crypto { offset, data }
        }
        MAX_DATA => Frame::MaxData { limit: reader.varint()? },
        MAX_STREAM_DATA => Frame::MaxStreamData { id: stream_id(reader)?, limit: reader.varint()? },
        DATAGRAM => Frame::Datagram { data: reader.rest(), has_length: false },
        DATAGRAM_WITH_LENGTH => Frame::Datagram { data: reader.varint_prefixed()?, has_length: true },
        _ => return parse_rare(reader, frame_type),
    };
    Ok(frame)
}

/// A STREAM frame (RFC 9000 §19.8), for the reader of packets a thing of its own: most packets consist of one.
#[derive(Clone, Copy)]
pub(crate) struct StreamFrame<'a> {
    pub(crate) id: StreamId,
    pub(crate) offset: u64,
    pub(crate) data: &'a [u8],
    pub(crate) fin: bool,
}

impl<'a> StreamFrame<'a> {
    /// The next frame and its type, if it is a STREAM frame whose type has one byte and whose fields make sense; else
    /// nothing is read.
    #[inline(always)]
    pub(crate) fn parse_next(reader: &mut Reader<'a>) -> Option<(Self, u64)> {
        let mut fields = reader.clone();
        let frame_type = u64::from(fields.u8().ok()?);
        if !matches!(frame_type, STREAM..=STREAM_LAST) {
            return None;
        }
        let frame = match AmpleReader::new(&fields) {
            Some(header) if frame_type & STREAM_LEN != 0 => Self::parse_in(header, &mut fields, frame_type),
            _ => Self::parse(&mut fields, frame_type),
        };
        let frame = frame.ok()?;
        *reader = fields;
        Some((frame, frame_type))
    }

    /// As `parse`, for a frame with a Length field whose header cannot be cut short.
    #[inline(always)]
    fn parse_in(
        mut header: AmpleReader<'a>,
        reader: &mut Reader<'a>,
        frame_type: u64,
    ) -> Result<Self, BadField> {
        let id = StreamId(header.varint()?);
        let offset = match frame_type & STREAM_OFF {
            0 => 0,
            _ => header.varint()?,
        };
        let len = usize::try_from(header.varint()?).map_err(|_| BadField)?;
        reader.bytes(header.position())?;
        let data = reader.bytes(len)?;
        check_end(offset, data)?;
        Ok(Self { id, offset, data, fin: frame_type & STREAM_FIN != 0 })
    }

    #[inline(always)]
    fn parse(reader: &mut Reader<'a>, frame_type: u64) -> Result<Self, BadField> {
        // A reader of its own stays in registers.
        let mut fields = reader.clone();
        let id = stream_id(&mut fields)?;
        let offset = match frame_type & STREAM_OFF {
            0 => 0,
            _ => fields.varint()?,
        };
        let data = match frame_type & STREAM_LEN {
            0 => fields.rest(),
            _ => fields.varint_prefixed()?,
        };
        check_end(offset, data)?;
        *reader = fields;
        Ok(Self { id, offset, data, fin: frame_type & STREAM_FIN != 0 })
    }
}

/// The frames that no steady transfer consists of, kept out of the hot path's code.
#[cold]
fn parse_rare<'a>(reader: &mut Reader<'a>, frame_type: u64) -> Result<Frame<'a>, BadField> {
    let frame = match frame_type {
        RESET_STREAM => Frame::ResetStream {
            id: stream_id(reader)?,
            error_code: reader.varint()?,
            final_size: reader.varint()?,
        },
        STOP_SENDING => Frame::StopSending { id: stream_id(reader)?, error_code: reader.varint()? },
        NEW_TOKEN => match reader.varint_prefixed()? {
            [] => return Err(BadField),
            token => Frame::NewToken { token },
        },
        MAX_STREAMS_BIDI => Frame::MaxStreams { direction: Direction::Bidi, limit: streams_limit(reader)? },
        MAX_STREAMS_UNI => Frame::MaxStreams { direction: Direction::Uni, limit: streams_limit(reader)? },
        DATA_BLOCKED => Frame::DataBlocked { limit: reader.varint()? },
        STREAM_DATA_BLOCKED => Frame::StreamDataBlocked { id: stream_id(reader)?, limit: reader.varint()? },
        STREAMS_BLOCKED_BIDI => {
            Frame::StreamsBlocked { direction: Direction::Bidi, limit: streams_limit(reader)? }
        }
        STREAMS_BLOCKED_UNI => {
            Frame::StreamsBlocked { direction: Direction::Uni, limit: streams_limit(reader)? }
        }
        NEW_CONNECTION_ID => {
            let NewConnectionIdFrame { sequence, retire_prior_to, id, token } =
                NewConnectionIdFrame::parse(reader)?;
            Frame::NewConnectionId { sequence, retire_prior_to, id, token }
        }
        RETIRE_CONNECTION_ID => Frame::RetireConnectionId { sequence: reader.varint()? },
        PATH_CHALLENGE => Frame::PathChallenge { data: *reader.array()? },
        PATH_RESPONSE => Frame::PathResponse { data: *reader.array()? },
        CONNECTION_CLOSE => Frame::ConnectionClose {
            application: false,
            error_code: reader.varint()?,
            frame_type: reader.varint()?,
            reason: reader.varint_prefixed()?,
        },
        CONNECTION_CLOSE_APPLICATION => Frame::ConnectionClose {
            application: true,
            error_code: reader.varint()?,
            frame_type: 0,
            reason: reader.varint_prefixed()?,
        },
        HANDSHAKE_DONE => Frame::HandshakeDone,
        _ => return Err(BadField),
    };
    Ok(frame)
}

/// A NEW_CONNECTION_ID frame (RFC 9000 §19.15), for the reader of packets a thing of its own: the most frequent frame of a
/// handshake.
pub(crate) struct NewConnectionIdFrame<'a> {
    pub(crate) sequence: u64,
    pub(crate) retire_prior_to: u64,
    pub(crate) id: ConnectionId,
    pub(crate) token: &'a [u8; 16],
}

impl<'a> NewConnectionIdFrame<'a> {
    pub(crate) const TYPE: u64 = NEW_CONNECTION_ID;

    /// The next frame, if it is one of these and its fields make sense; else nothing is read.
    #[inline(always)]
    pub(crate) fn parse_next(reader: &mut Reader<'a>) -> Option<Self> {
        let mut fields = reader.clone();
        if u64::from(fields.u8().ok()?) != NEW_CONNECTION_ID {
            return None;
        }
        let frame = Self::parse(&mut fields).ok()?;
        *reader = fields;
        Some(frame)
    }

    /// 1 to 20 bytes of connection id, and retire_prior_to not above the sequence number.
    #[inline(always)]
    fn parse(reader: &mut Reader<'a>) -> Result<Self, BadField> {
        let sequence = reader.varint()?;
        let retire_prior_to = reader.varint()?;
        if retire_prior_to > sequence {
            return Err(BadField);
        }
        let len = reader.u8()?;
        let id = ConnectionId::new(reader.bytes(usize::from(len))?).ok_or(BadField)?;
        if id.is_empty() {
            return Err(BadField);
        }
        Ok(Self { sequence, retire_prior_to, id, token: reader.array()? })
    }
}

#[inline]
fn stream_id(reader: &mut Reader<'_>) -> Result<StreamId, Truncated> {
    reader.varint().map(StreamId)
}

fn streams_limit(reader: &mut Reader<'_>) -> Result<u64, BadField> {
    match reader.varint()? {
        limit @ ..=MAX_STREAMS_LIMIT => Ok(limit),
        _ => Err(BadField),
    }
}

/// Data must not reach past the largest offset (RFC 9000 §19.6, §19.8). Neither summand comes near 2^63.
#[inline]
fn check_end(offset: u64, data: &[u8]) -> Result<(), BadField> {
    if offset.wrapping_add(data.len() as u64) > varint::MAX {
        return Err(BadField);
    }
    Ok(())
}
