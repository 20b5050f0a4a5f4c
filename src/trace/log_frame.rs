//! Log lines about frames: one a frame, and for an ACK frame one a range as well.
//!
//! Owns: the texts, `frm tx|rx NUMBER PACKET NAME(0xTYPE) key=value ...`. Must not know: what frames do.

use core::fmt::{Result, Write};

use super::event::{Category, kind_name};
use super::line::{Hex, LineWriter, Printable};
use super::{LogHeader, Transfer};
use crate::frame::{AckFrame, AckRanges, Frame};
use crate::packet::PacketType;
use crate::units::{Direction, Duration, PacketNumber, StreamId, Timestamp};

/// Bytes of a reason phrase that are shown.
const MAX_REASON_SHOWN: usize = 64;

/// The lines about one frame, in order.
#[derive(Debug)]
pub(crate) struct FrameLines<'f, 'p> {
    transfer: Transfer,
    number: PacketNumber,
    kind: PacketType,
    frame_type: u64,
    frame: &'f Frame<'p>,
    ack_delay_exponent: u64,
    next: Step<'p>,
}

/// What the next line is about.
#[derive(Debug)]
enum Step<'p> {
    Frame,
    Ranges { rest: AckRanges<'p>, above: Option<PacketNumber> },
    Done,
}

impl<'f, 'p> FrameLines<'f, 'p> {
    /// `number` and `kind` are the packet's, `frame_type` is what `frame::parse` returned beside the frame, and
    /// `ack_delay_exponent` belongs to the sender of the frame.
    pub(crate) const fn new(
        transfer: Transfer,
        number: PacketNumber,
        kind: PacketType,
        frame: &'f Frame<'p>,
        frame_type: u64,
        ack_delay_exponent: u64,
    ) -> Self {
        Self { transfer, number, kind, frame_type, frame, ack_delay_exponent, next: Step::Frame }
    }

    /// Writes the next line and returns its length; `None` after the last.
    pub(crate) fn next_line(
        &mut self,
        header: &LogHeader,
        now: Timestamp,
        buffer: &mut [u8],
    ) -> Option<usize> {
        if matches!(self.next, Step::Done) {
            return None;
        }
        let mut line = header.begin(buffer, now, Category::Frame);
        let (transfer, number, kind) = (self.transfer.as_str(), self.number.0, kind_name(self.kind));
        let _ = write!(line, "{transfer} {number} {kind} {}(0x{:x})", name(self.frame), self.frame_type);
        let _ = self.write_step(&mut line);
        Some(line.finish())
    }

    fn write_step(&mut self, line: &mut LineWriter<'_>) -> Result {
        let Frame::Ack(ack) = self.frame else {
            self.next = Step::Done;
            return write_fields(line, self.frame);
        };
        match core::mem::replace(&mut self.next, Step::Done) {
            Step::Frame => {
                self.next = Step::Ranges { rest: ack.ranges(), above: None };
                let delay = ack_delay(ack, self.ack_delay_exponent).as_millis();
                let (largest, raw, count) = (ack.largest.0, ack.delay, ack.ranges().skip(1).count());
                write!(line, " largest_ack={largest} ack_delay={delay}({raw}) ack_range_count={count}")
            }
            Step::Ranges { mut rest, above } => match rest.next() {
                Some((smallest, largest)) => {
                    let more = rest.clone().next().is_some() || ack.ecn.is_some();
                    self.next = if more { Step::Ranges { rest, above: Some(smallest) } } else { Step::Done };
                    write_range(line, smallest, largest, above)
                }
                None => write_ecn(line, ack),
            },
            Step::Done => Ok(()),
        }
    }
}

/// The delay an ACK frame tells (RFC 9000 §19.3), in microseconds before scaling.
pub(super) fn ack_delay(ack: &AckFrame<'_>, exponent: u64) -> Duration {
    let scale = u32::try_from(exponent).ok().and_then(|shift| 1_u64.checked_shl(shift)).unwrap_or(u64::MAX);
    Duration::from_micros(ack.delay.saturating_mul(scale))
}

/// A range and its distance from the one above, as the frame encodes it (RFC 9000 §19.3.1).
fn write_range(
    line: &mut LineWriter<'_>,
    smallest: PacketNumber,
    largest: PacketNumber,
    above: Option<PacketNumber>,
) -> Result {
    write!(line, " range=[{}..{}]", largest.0, smallest.0)?;
    if let Some(above) = above {
        write!(line, " gap={}", above.0.wrapping_sub(largest.0).wrapping_sub(2))?;
    }
    write!(line, " len={}", largest.0.wrapping_sub(smallest.0))
}

fn write_ecn(line: &mut LineWriter<'_>, ack: &AckFrame<'_>) -> Result {
    let counts = ack.ecn.unwrap_or_default();
    write!(line, " ect0={} ect1={} ce={}", counts.ect0, counts.ect1, counts.ce)
}

const fn name(frame: &Frame<'_>) -> &'static str {
    match frame {
        Frame::Padding { .. } => "PADDING",
        Frame::Ping => "PING",
        Frame::Ack(_) => "ACK",
        Frame::ResetStream { .. } => "RESET_STREAM",
        Frame::StopSending { .. } => "STOP_SENDING",
        Frame::Crypto { .. } => "CRYPTO",
        Frame::NewToken { .. } => "NEW_TOKEN",
        Frame::Stream { .. } => "STREAM",
        Frame::MaxData { .. } => "MAX_DATA",
        Frame::MaxStreamData { .. } => "MAX_STREAM_DATA",
        Frame::MaxStreams { .. } => "MAX_STREAMS",
        Frame::DataBlocked { .. } => "DATA_BLOCKED",
        Frame::StreamDataBlocked { .. } => "STREAM_DATA_BLOCKED",
        Frame::StreamsBlocked { .. } => "STREAMS_BLOCKED",
        Frame::NewConnectionId { .. } => "NEW_CONNECTION_ID",
        Frame::RetireConnectionId { .. } => "RETIRE_CONNECTION_ID",
        Frame::PathChallenge { .. } => "PATH_CHALLENGE",
        Frame::PathResponse { .. } => "PATH_RESPONSE",
        Frame::ConnectionClose { .. } => "CONNECTION_CLOSE",
        Frame::HandshakeDone => "HANDSHAKE_DONE",
        Frame::Datagram { .. } => "DATAGRAM",
    }
}

/// The fields of a frame other than ACK, each after a space.
fn write_fields(line: &mut LineWriter<'_>, frame: &Frame<'_>) -> Result {
    match frame {
        Frame::Ping | Frame::HandshakeDone | Frame::Ack(_) => Ok(()),
        Frame::Padding { len } => write!(line, " len={len}"),
        Frame::ResetStream { id, error_code, final_size } => {
            write!(
                line,
                " id=0x{:x} app_error_code=(unknown)(0x{error_code:x}) final_size={final_size}",
                id.0
            )
        }
        Frame::StopSending { id, error_code } => {
            write!(line, " id=0x{:x} app_error_code=(unknown)(0x{error_code:x})", id.0)
        }
        Frame::Crypto { offset, data } => write!(line, " offset={offset} len={}", data.len()),
        Frame::NewToken { token } => write!(line, " token=0x{} len={}", Hex(token), token.len()),
        Frame::Stream { id, offset, data, fin } => write_stream(line, *id, *offset, data.len(), *fin),
        Frame::MaxData { limit } => write!(line, " max_data={limit}"),
        Frame::MaxStreamData { id, limit } => write!(line, " id=0x{:x} max_stream_data={limit}", id.0),
        Frame::MaxStreams { limit, .. } | Frame::StreamsBlocked { limit, .. } => {
            write!(line, " max_streams={limit}")
        }
        Frame::DataBlocked { limit } => write!(line, " offset={limit}"),
        Frame::StreamDataBlocked { id, limit } => write!(line, " id=0x{:x} offset={limit}", id.0),
        Frame::NewConnectionId { sequence, retire_prior_to, id, token } => write!(
            line,
            " seq={sequence} cid=0x{} retire_prior_to={retire_prior_to} stateless_reset_token=0x{}",
            Hex(id.as_slice()),
            Hex(token.as_slice())
        ),
        Frame::RetireConnectionId { sequence } => write!(line, " seq={sequence}"),
        Frame::PathChallenge { data } | Frame::PathResponse { data } => write!(line, " data=0x{}", Hex(data)),
        Frame::ConnectionClose { application, error_code, frame_type, reason } => {
            let code = if *application { "(unknown)" } else { transport_error_name(*error_code) };
            let shown = Printable(reason.get(..MAX_REASON_SHOWN).unwrap_or(reason));
            let len = reason.len();
            write!(line, " error_code={code}(0x{error_code:x}) frame_type=0x{frame_type:x}")?;
            write!(line, " reason_len={len} reason=[{shown}]")
        }
        Frame::Datagram { data, .. } => write!(line, " len={}", data.len()),
    }
}

fn write_stream(line: &mut LineWriter<'_>, id: StreamId, offset: u64, len: usize, fin: bool) -> Result {
    let unidirectional = u8::from(id.direction() == Direction::Uni);
    write!(line, " id=0x{:x} fin={} offset={offset} len={len} uni={unidirectional}", id.0, u8::from(fin))
}

/// The name of a transport error code (RFC 9000 §20.1, RFC 9001 §4.8, RFC 9368 §10.2).
const fn transport_error_name(code: u64) -> &'static str {
    match code {
        0x00 => "NO_ERROR",
        0x01 => "INTERNAL_ERROR",
        0x02 => "CONNECTION_REFUSED",
        0x03 => "FLOW_CONTROL_ERROR",
        0x04 => "STREAM_LIMIT_ERROR",
        0x05 => "STREAM_STATE_ERROR",
        0x06 => "FINAL_SIZE_ERROR",
        0x07 => "FRAME_ENCODING_ERROR",
        0x08 => "TRANSPORT_PARAMETER_ERROR",
        0x09 => "CONNECTION_ID_LIMIT_ERROR",
        0x0a => "PROTOCOL_VIOLATION",
        0x0b => "INVALID_TOKEN",
        0x0c => "APPLICATION_ERROR",
        0x0d => "CRYPTO_BUFFER_EXCEEDED",
        0x0e => "KEY_UPDATE_ERROR",
        0x0f => "AEAD_LIMIT_REACHED",
        0x10 => "NO_VIABLE_PATH",
        0x11 => "VERSION_NEGOTIATION_ERROR",
        0x100..=0x1ff => "CRYPTO_ERROR",
        _ => "(unknown)",
    }
}

#[cfg(test)]
mod tests;
