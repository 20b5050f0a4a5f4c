//! Writing a parsed frame again, whatever it is, and frames with their data in one piece: for tests and fuzz targets.

use super::{Written, crypto_header, datagram_header, stream_header};
use crate::frame::{Frame, write};
use crate::units::StreamId;
use crate::wire::Writer;

/// Writes `frame`: STREAM with a Length field, of an ACK as many ranges as one frame takes.
pub(crate) fn frame(writer: &mut Writer<'_>, frame: &Frame<'_>) -> Written {
    match *frame {
        Frame::Padding { len } => write::padding(writer, len),
        Frame::Ping => write::ping(writer),
        Frame::Ack(ref ack) => {
            let ranges = ack.ranges().map(|(smallest, largest)| (smallest.0, largest.0));
            write::ack(writer, ranges, ack.delay, ack.ecn, usize::MAX).map(|_| ())
        }
        Frame::ResetStream { id, error_code, final_size } => {
            write::reset_stream(writer, id, error_code, final_size)
        }
        Frame::StopSending { id, error_code } => write::stop_sending(writer, id, error_code),
        Frame::Crypto { offset, data } => write::crypto(writer, offset, data),
        Frame::NewToken { token } => write::new_token(writer, token),
        Frame::Stream { id, offset, data, fin } => write::stream(writer, id, offset, data, true, fin),
        Frame::MaxData { limit } => write::max_data(writer, limit),
        Frame::MaxStreamData { id, limit } => write::max_stream_data(writer, id, limit),
        Frame::MaxStreams { direction, limit } => write::max_streams(writer, direction, limit),
        Frame::DataBlocked { limit } => write::data_blocked(writer, limit),
        Frame::StreamDataBlocked { id, limit } => write::stream_data_blocked(writer, id, limit),
        Frame::StreamsBlocked { direction, limit } => write::streams_blocked(writer, direction, limit),
        Frame::NewConnectionId { sequence, retire_prior_to, ref id, token } => {
            write::new_connection_id(writer, sequence, retire_prior_to, id, token)
        }
        Frame::RetireConnectionId { sequence } => write::retire_connection_id(writer, sequence),
        Frame::PathChallenge { data } => write::path_challenge(writer, data),
        Frame::PathResponse { data } => write::path_response(writer, data),
        Frame::ConnectionClose { application: false, error_code, frame_type, reason } => {
            write::connection_close(writer, error_code, frame_type, reason)
        }
        Frame::ConnectionClose { error_code, reason, .. } => {
            write::connection_close_application(writer, error_code, reason)
        }
        Frame::HandshakeDone => write::handshake_done(writer),
        Frame::Datagram { data, has_length } => write::datagram(writer, data, has_length),
    }
}

/// A run of `len` PADDING frames.
pub(crate) fn padding(writer: &mut Writer<'_>, len: usize) -> Written {
    writer.zeros(len)
}

/// Writes a whole STREAM frame. Without a length it must be the packet's last.
pub(crate) fn stream(
    writer: &mut Writer<'_>,
    id: StreamId,
    offset: u64,
    data: &[u8],
    has_length: bool,
    fin: bool,
) -> Written {
    writer.all_or_nothing(|writer| {
        stream_header(writer, id, offset, has_length.then_some(data.len()), fin)?;
        writer.bytes(data)
    })
}

/// Writes a whole CRYPTO frame.
pub(crate) fn crypto(writer: &mut Writer<'_>, offset: u64, data: &[u8]) -> Written {
    writer.all_or_nothing(|writer| {
        crypto_header(writer, offset, data.len())?;
        writer.bytes(data)
    })
}

/// Writes a whole DATAGRAM frame. Without a length it must be the packet's last.
pub(crate) fn datagram(writer: &mut Writer<'_>, data: &[u8], has_length: bool) -> Written {
    writer.all_or_nothing(|writer| {
        datagram_header(writer, has_length.then_some(data.len()))?;
        writer.bytes(data)
    })
}
