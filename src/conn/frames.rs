//! The frames of one decrypted packet, in their order (RFC 9000 §12.4).
//!
//! Owns: which frames a packet may carry, and what each of them sets in motion. Must not know: where the bytes came from.

use crate::error::{Error, Result};
use crate::fault::{self, Point};
use crate::frame::{self, AckFrame, Frame, NewConnectionIdFrame, StreamFrame};
use crate::packet::PacketType;
use crate::session::{ArrivalPath, Session};
use crate::units::{PacketNumber, Space};
use crate::wire::Reader;

use super::{State, acks, close, connection_ids, crypto_data, handshake, log, stream_data, validation};

/// What was seen in a packet.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) ack_eliciting: bool,
    /// Something other than probing frames: the peer uses the path (RFC 9000 §9.1).
    pub(crate) non_probing: bool,
}

/// Where the frames stand.
#[derive(Clone, Copy)]
pub(crate) struct Carrier {
    pub(crate) kind: PacketType,
    pub(crate) space: Space,
    /// The sequence number of our connection id in the packet's header.
    pub(crate) dcid_sequence: u64,
}

/// Processes the payload of a packet; `told` is its number if the log wants each frame.
pub(crate) fn process(
    s: &mut Session,
    told: Option<PacketNumber>,
    payload: &[u8],
    carrier: Carrier,
    path: &ArrivalPath<'_>,
) -> Result<Seen> {
    if payload.is_empty() {
        return Err(Error::Proto.cold());
    }
    let mut seen = Seen::default();
    let mut reader = Reader::new(payload);
    let is_plain = told.is_none() && carrier.kind == PacketType::OneRtt;
    while !reader.is_empty() {
        // Most packets consist of STREAM frames: without a detour to them.
        let stream = if is_plain { StreamFrame::parse_next(&mut reader) } else { None };
        match stream {
            Some((stream, frame_type)) => {
                seen = Seen { ack_eliciting: true, non_probing: true };
                let outcome = stream_data::on_stream(s, stream, false);
                fault::pass(Point::Frame);
                if let Err(error) = outcome {
                    s.state().closure.offending_frame = frame_type;
                    return Err(error);
                }
            }
            None => process_any(s, told, &mut reader, carrier, path, &mut seen)?,
        }
        if s.state().lifecycle.is_over() {
            break;
        }
    }
    Ok(seen)
}

/// Processes the next frame, whatever it is.
#[inline(never)]
fn process_any(
    s: &mut Session,
    told: Option<PacketNumber>,
    reader: &mut Reader<'_>,
    carrier: Carrier,
    path: &ArrivalPath<'_>,
    seen: &mut Seen,
) -> Result<()> {
    if told.is_none()
        && carrier.kind == PacketType::OneRtt
        && let Some((ack, frame_type)) = AckFrame::parse_next(reader)
    {
        seen.non_probing = true;
        let outcome = acks::on_ack(s, carrier.space, &ack);
        fault::pass(Point::Frame);
        return outcome.inspect_err(|_| s.state().closure.offending_frame = frame_type);
    }
    if told.is_none()
        && carrier.kind == PacketType::OneRtt
        && let Some(given) = NewConnectionIdFrame::parse_next(reader)
    {
        seen.ack_eliciting = true;
        let outcome = connection_ids::on_new_connection_id(s, &given);
        fault::pass(Point::Frame);
        return outcome.inspect_err(|_| s.state().closure.offending_frame = NewConnectionIdFrame::TYPE);
    }
    let (frame, frame_type) = parse_allowed(s, reader, carrier.kind)?;
    if let Some(number) = told {
        log::frame_received(s, carrier.kind, number, &frame, frame_type);
    }
    seen.ack_eliciting |= frame::is_ack_eliciting(frame_type);
    seen.non_probing |= !frame::is_probing(frame_type);
    let outcome = apply(s, &frame, carrier, path);
    fault::pass(Point::Frame);
    if outcome.is_err() {
        s.state().closure.offending_frame = frame_type;
    }
    outcome
}

/// The next frame, and its type; it must be one that the packet may carry.
#[inline]
fn parse_allowed<'a>(s: &mut Session, reader: &mut Reader<'a>, kind: PacketType) -> Result<(Frame<'a>, u64)> {
    let (frame, frame_type) = match frame::parse(reader) {
        Ok(parsed) => parsed,
        Err(error) => {
            s.state().closure.offending_frame = error.frame_type();
            return Err(error.into());
        }
    };
    if !frame::allowed_in(frame_type, kind) {
        s.state().closure.offending_frame = frame_type;
        return Err(Error::Proto.cold());
    }
    Ok((frame, frame_type))
}

#[inline(always)]
fn apply(s: &mut Session, frame: &Frame<'_>, carrier: Carrier, path: &ArrivalPath<'_>) -> Result<()> {
    match *frame {
        Frame::Stream { id, offset, data, fin } => {
            let stream = StreamFrame { id, offset, data, fin };
            stream_data::on_stream(s, stream, carrier.kind == PacketType::ZeroRtt)
        }
        Frame::Ack(ref ack) => acks::on_ack(s, carrier.space, ack),
        Frame::Padding { .. } => Ok(()),
        Frame::Ping => {
            s.state().counters.pings_received += 1;
            Ok(())
        }
        Frame::Crypto { offset, data } => crypto_data::receive(s, carrier.space, offset, data),
        Frame::MaxData { limit } => stream_data::on_max_data(s, limit),
        Frame::MaxStreamData { id, limit } => stream_data::on_max_stream_data(s, id, limit),
        Frame::MaxStreams { direction, limit } => stream_data::on_max_streams(s, direction, limit),
        Frame::ResetStream { id, error_code, final_size } => {
            stream_data::on_reset_stream(s, id, error_code, final_size)
        }
        Frame::StopSending { id, error_code } => stream_data::on_stop_sending(s, id, error_code),
        Frame::DataBlocked { .. } | Frame::StreamsBlocked { .. } => s.state().note_glitch(),
        Frame::StreamDataBlocked { id, .. } => stream_data::on_stream_data_blocked(s, id),
        Frame::Datagram { data, has_length } => on_datagram(s, data, has_length, carrier.kind),
        Frame::ConnectionClose { application, error_code, frame_type, reason } => {
            close::on_connection_close(s.state(), application, error_code, frame_type, reason)
        }
        Frame::NewConnectionId { sequence, retire_prior_to, id, token } => {
            let given = NewConnectionIdFrame { sequence, retire_prior_to, id, token };
            connection_ids::on_new_connection_id(s, &given)
        }
        Frame::RetireConnectionId { sequence } => {
            connection_ids::on_retire_connection_id(s.state(), sequence, carrier.dcid_sequence)
        }
        Frame::PathChallenge { data } => {
            if let Some(path) = path.get() {
                s.state().on_path_challenge(&path, data)?;
            }
            s.state().note_glitch()
        }
        Frame::PathResponse { data } => validation::on_response(s, &data),
        Frame::NewToken { token } => on_new_token(s, token),
        Frame::HandshakeDone => handshake::on_handshake_done(s),
    }
}

fn on_new_token(s: &mut Session, token: &[u8]) -> Result<()> {
    if s.state().side.is_server() {
        return Err(Error::Proto.cold());
    }
    s.state().note_glitch()?;
    s.recv_new_token(token)
}

/// A DATAGRAM frame (RFC 9221): allowed up to the size that we announced, type and Length field included.
fn on_datagram(s: &mut Session, data: &[u8], has_length: bool, kind: PacketType) -> Result<()> {
    let limit = s.state().params.local.max_datagram_frame_size;
    let header = frame::write::datagram_header_len(has_length.then_some(data.len()));
    if (data.len() + header) as u64 > limit {
        return Err(Error::Proto.cold());
    }
    let flags = match kind {
        PacketType::ZeroRtt => ngtcp2_abi::NGTCP2_DATAGRAM_FLAG_0RTT,
        _ => ngtcp2_abi::NGTCP2_DATAGRAM_FLAG_NONE,
    };
    s.recv_datagram(flags, data)
}

impl State {
    /// The current delay policy for acknowledgments in a space.
    #[inline]
    pub(crate) fn ack_policy(&self, space: Space) -> crate::recovery::AckPolicy {
        use crate::recovery::AckPolicy;
        if space != Space::Application {
            return AckPolicy::IMMEDIATE;
        }
        let max_ack_delay = crate::units::Duration(self.params.local.max_ack_delay);
        AckPolicy::delayed(self.config.ack_threshold as u64, max_ack_delay, self.recovery.rtt().smoothed())
    }
}
