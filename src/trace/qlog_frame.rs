//! Frames as qlog has them.
//!
//! Owns: the names of frames and of their fields. Must not know: records.

use core::fmt::Result;

use super::json::Json;
use super::log_frame::ack_delay;
use crate::frame::{AckFrame, Frame};
use crate::units::Direction;

/// Room for the end of an ACK frame: its ECN counts and brackets.
const ACK_END: usize = 112;

/// One element of an array of frames. Ranges of an ACK frame that do not fit are left out.
pub(super) fn write(json: &mut Json<'_>, frame: &Frame<'_>, ack_delay_exponent: u64) -> Result {
    json.element(|json| {
        json.text("frame_type", name(frame))?;
        match frame {
            Frame::Ack(ack) => write_ack(json, ack, ack_delay_exponent),
            _ => write_fields(json, frame),
        }
    })
}

const fn name(frame: &Frame<'_>) -> &'static str {
    match frame {
        Frame::Padding { .. } => "padding",
        Frame::Ping => "ping",
        Frame::Ack(_) => "ack",
        Frame::ResetStream { .. } => "reset_stream",
        Frame::StopSending { .. } => "stop_sending",
        Frame::Crypto { .. } => "crypto",
        Frame::NewToken { .. } => "new_token",
        Frame::Stream { .. } => "stream",
        Frame::MaxData { .. } => "max_data",
        Frame::MaxStreamData { .. } => "max_stream_data",
        Frame::MaxStreams { .. } => "max_streams",
        Frame::DataBlocked { .. } => "data_blocked",
        Frame::StreamDataBlocked { .. } => "stream_data_blocked",
        Frame::StreamsBlocked { .. } => "streams_blocked",
        Frame::NewConnectionId { .. } => "new_connection_id",
        Frame::RetireConnectionId { .. } => "retire_connection_id",
        Frame::PathChallenge { .. } => "path_challenge",
        Frame::PathResponse { .. } => "path_response",
        Frame::ConnectionClose { .. } => "connection_close",
        Frame::HandshakeDone => "handshake_done",
        Frame::Datagram { .. } => "datagram",
    }
}

fn write_ack(json: &mut Json<'_>, ack: &AckFrame<'_>, ack_delay_exponent: u64) -> Result {
    json.number("ack_delay", ack_delay(ack, ack_delay_exponent).as_millis())?;
    let limit = json.reserve(ACK_END);
    json.array("acked_ranges", |json| {
        for (smallest, largest) in ack.ranges() {
            let range = [smallest.0, largest.0];
            let range = if smallest == largest { &range[..1] } else { &range[..] };
            if !json.attempt(|json| json.tuple(range)) {
                break;
            }
        }
        json.release(limit);
        Ok(())
    })?;
    let Some(counts) = ack.ecn else {
        return Ok(());
    };
    json.number("ect1", counts.ect1)?;
    json.number("ect0", counts.ect0)?;
    json.number("ce", counts.ce)
}

/// The fields of a frame other than ACK.
fn write_fields(json: &mut Json<'_>, frame: &Frame<'_>) -> Result {
    match frame {
        Frame::Padding { .. } | Frame::Ping | Frame::HandshakeDone | Frame::Ack(_) => Ok(()),
        Frame::ResetStream { id, error_code, final_size } => {
            json.number("stream_id", id.0)?;
            json.number("error_code", *error_code)?;
            json.number("final_size", *final_size)
        }
        Frame::StopSending { id, error_code } => {
            json.number("stream_id", id.0)?;
            json.number("error_code", *error_code)
        }
        Frame::Crypto { offset, data } => {
            json.number("offset", *offset)?;
            json.number("length", data.len() as u64)
        }
        Frame::NewToken { token } => {
            json.number("length", token.len() as u64)?;
            json.token("token", token)
        }
        Frame::Stream { id, offset, data, fin } => {
            json.number("stream_id", id.0)?;
            json.number("offset", *offset)?;
            json.number("length", data.len() as u64)?;
            if *fin { json.boolean("fin", true) } else { Ok(()) }
        }
        Frame::MaxData { limit } => json.number("maximum", *limit),
        Frame::MaxStreamData { id, limit } => {
            json.number("stream_id", id.0)?;
            json.number("maximum", *limit)
        }
        Frame::MaxStreams { direction, limit } => {
            json.text("stream_type", stream_type(*direction))?;
            json.number("maximum", *limit)
        }
        Frame::DataBlocked { limit } => json.number("limit", *limit),
        Frame::StreamDataBlocked { id, limit } => {
            json.number("stream_id", id.0)?;
            json.number("limit", *limit)
        }
        Frame::StreamsBlocked { direction, limit } => {
            json.text("stream_type", stream_type(*direction))?;
            json.number("limit", *limit)
        }
        Frame::NewConnectionId { sequence, retire_prior_to, id, token } => {
            json.number("sequence_number", *sequence)?;
            json.number("retire_prior_to", *retire_prior_to)?;
            json.number("connection_id_length", id.len() as u64)?;
            json.hex("connection_id", id.as_slice())?;
            json.token("stateless_reset_token", token.as_slice())
        }
        Frame::RetireConnectionId { sequence } => json.number("sequence_number", *sequence),
        Frame::PathChallenge { data } | Frame::PathResponse { data } => json.hex("data", data),
        Frame::ConnectionClose { application, error_code, .. } => {
            json.text("error_space", if *application { "application" } else { "transport" })?;
            json.number("error_code", *error_code)?;
            json.number("raw_error_code", *error_code)
        }
        Frame::Datagram { data, .. } => json.number("length", data.len() as u64),
    }
}

const fn stream_type(direction: Direction) -> &'static str {
    match direction {
        Direction::Bidi => "bidirectional",
        Direction::Uni => "unidirectional",
    }
}
