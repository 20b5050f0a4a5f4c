//! qlog records: each a record separator, one JSON object and a line feed (RFC 7464).
//!
//! Owns: the events this library tells and the shape of each. Must not know: where records go. Every function writes
//! one record into `buffer` and returns its length. Elements of arrays that do not fit are left out from the first such
//! one on; should even the rest not fit, nothing is written and the length is 0.

use core::fmt::Result;

use super::json::Json;
use super::{Frames, PacketInfo, Transfer, qlog_frame};
use crate::packet::{ConnectionId, PacketType};
use crate::units::{Duration, PacketNumber, Side};
use ngtcp2_abi::{ngtcp2_preferred_addr, ngtcp2_transport_params};

/// Room for the end of a packet's record without its token: two numbers of 20 digits and fixed text.
const PACKET_END: usize = 192;

/// Longer tokens are left out; those of real servers have a tenth of this.
const MAX_TOKEN_SHOWN: usize = 512;

/// Whose transport parameters a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Local,
    Remote,
}

/// What recovery:metrics_updated tells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Metrics {
    /// Absent before the first sample.
    pub(crate) min_rtt: Option<Duration>,
    pub(crate) smoothed_rtt: Duration,
    pub(crate) latest_rtt: Duration,
    pub(crate) rtt_variation: Duration,
    pub(crate) pto_count: u64,
    pub(crate) congestion_window: u64,
    pub(crate) bytes_in_flight: u64,
    /// Absent before the first congestion event.
    pub(crate) slow_start_threshold: Option<u64>,
}

/// What happened to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyChange {
    Updated,
    Discarded,
}

/// Why it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyTrigger {
    /// The handshake's progress.
    Tls,
    LocalUpdate,
    RemoteUpdate,
}

/// The key that protects the packets of one side at one level.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(crate) sender: Side,
    pub(crate) level: PacketType,
    /// Of 1-RTT keys: how many updates led to it.
    pub(crate) generation: u32,
}

/// The first record: what the log is and whose. `group` is the client's first destination connection id.
pub(crate) fn head(buffer: &mut [u8], vantage: Side, group: &ConnectionId) -> usize {
    let side = if vantage.is_client() { "client" } else { "server" };
    record(buffer, |json| {
        json.text("qlog_format", "JSON-SEQ")?;
        json.text("qlog_version", "0.3")?;
        json.object("trace", |json| {
            json.object("vantage_point", |json| {
                json.text("name", "ngtcp2")?;
                json.text("type", side)
            })?;
            json.object("common_fields", |json| {
                json.array("protocol_type", |json| json.string("QUIC"))?;
                json.text("time_format", "relative")?;
                json.number("reference_time", 0)?;
                json.hex("group_id", group.as_slice())
            })
        })
    })
}

/// Transport parameters are known. `sender` is the side that they describe.
pub(crate) fn parameters_set(
    buffer: &mut [u8],
    time: Duration,
    owner: Owner,
    sender: Side,
    params: &ngtcp2_transport_params,
) -> usize {
    event(buffer, time, "transport:parameters_set", |json| {
        json.text("owner", if owner == Owner::Local { "local" } else { "remote" })?;
        json.hex("initial_source_connection_id", cid(&params.initial_scid))?;
        if sender.is_server() {
            json.hex("original_destination_connection_id", cid(&params.original_dcid))?;
        }
        if params.retry_scid_present != 0 {
            json.hex("retry_source_connection_id", cid(&params.retry_scid))?;
        }
        if params.stateless_reset_token_present != 0 {
            json.token("stateless_reset_token", &params.stateless_reset_token)?;
        }
        write_limits(json, params)?;
        if params.preferred_addr_present != 0 {
            json.object("preferred_address", |json| write_preferred_address(json, &params.preferred_addr))?;
        }
        json.number("max_datagram_frame_size", params.max_datagram_frame_size)?;
        json.boolean("grease_quic_bit", params.grease_quic_bit != 0)
    })
}

fn write_limits(json: &mut Json<'_>, params: &ngtcp2_transport_params) -> Result {
    json.boolean("disable_active_migration", params.disable_active_migration != 0)?;
    for (key, value) in [
        ("max_idle_timeout", Duration(params.max_idle_timeout).as_millis()),
        ("max_udp_payload_size", params.max_udp_payload_size),
        ("ack_delay_exponent", params.ack_delay_exponent),
        ("max_ack_delay", Duration(params.max_ack_delay).as_millis()),
        ("active_connection_id_limit", params.active_connection_id_limit),
        ("initial_max_data", params.initial_max_data),
        ("initial_max_stream_data_bidi_local", params.initial_max_stream_data_bidi_local),
        ("initial_max_stream_data_bidi_remote", params.initial_max_stream_data_bidi_remote),
        ("initial_max_stream_data_uni", params.initial_max_stream_data_uni),
        ("initial_max_streams_bidi", params.initial_max_streams_bidi),
        ("initial_max_streams_uni", params.initial_max_streams_uni),
    ] {
        json.number(key, value)?;
    }
    Ok(())
}

fn write_preferred_address(json: &mut Json<'_>, address: &ngtcp2_preferred_addr) -> Result {
    if address.ipv4_present != 0 {
        json.hex("ip_v4", &address.ipv4.sin_addr.s_addr.to_ne_bytes())?;
        json.number("port_v4", u64::from(u16::from_be(address.ipv4.sin_port)))?;
    }
    if address.ipv6_present != 0 {
        json.hex("ip_v6", &address.ipv6.sin6_addr.s6_addr)?;
        json.number("port_v6", u64::from(u16::from_be(address.ipv6.sin6_port)))?;
    }
    json.hex("connection_id", cid(&address.cid))?;
    json.token("stateless_reset_token", &address.stateless_reset_token)
}

/// A packet was sent or received. `payload` is what was protected, `datagram_part` the length of the whole packet.
pub(crate) fn packet(
    buffer: &mut [u8],
    time: Duration,
    transfer: Transfer,
    packet: &PacketInfo<'_>,
    datagram_part: usize,
    payload: &[u8],
    ack_delay_exponent: u64,
) -> usize {
    let name = match transfer {
        Transfer::Sent => "transport:packet_sent",
        Transfer::Received => "transport:packet_received",
    };
    let token = if packet.token.len() <= MAX_TOKEN_SHOWN { packet.token } else { &[] };
    event(buffer, time, name, |json| {
        json.array("frames", |json| {
            let limit = json.reserve(PACKET_END + 2 * token.len());
            for (frame, _) in Frames::of(payload) {
                if !json.attempt(|json| qlog_frame::write(json, &frame, ack_delay_exponent)) {
                    break;
                }
            }
            json.release(limit);
            Ok(())
        })?;
        json.object("header", |json| {
            write_header(json, kind_name(packet.kind), packet.number)?;
            if token.is_empty() { Ok(()) } else { json.token("token", token) }
        })?;
        json.object("raw", |json| json.number("length", datagram_part as u64))
    })
}

/// A valid Retry packet was received.
pub(crate) fn retry_received(buffer: &mut [u8], time: Duration, token: &[u8]) -> usize {
    event(buffer, time, "transport:packet_received", |json| {
        json.object("header", |json| write_header(json, "retry", PacketNumber(0)))?;
        let token = if token.len() <= MAX_TOKEN_SHOWN { token } else { &[] };
        json.token("retry_token", token)
    })
}

/// A stateless reset was received.
pub(crate) fn stateless_reset_received(buffer: &mut [u8], time: Duration, token: &[u8; 16]) -> usize {
    event(buffer, time, "transport:packet_received", |json| {
        json.object("header", |json| write_header(json, "stateless_reset", PacketNumber(0)))?;
        json.hex("stateless_reset_token", token)
    })
}

/// A Version Negotiation packet was received.
pub(crate) fn version_negotiation_received(
    buffer: &mut [u8],
    time: Duration,
    versions: impl Iterator<Item = u32>,
) -> usize {
    event(buffer, time, "transport:packet_received", |json| {
        json.object("header", |json| write_header(json, "version_negotiation", PacketNumber(0)))?;
        json.array("supported_versions", |json| {
            let limit = json.reserve(RECORD_END);
            for version in versions {
                if !json.attempt(|json| json.string(format_args!("{version:08x}"))) {
                    break;
                }
            }
            json.release(limit);
            Ok(())
        })
    })
}

/// Recovery has new figures.
pub(crate) fn metrics_updated(buffer: &mut [u8], time: Duration, metrics: &Metrics) -> usize {
    event(buffer, time, "recovery:metrics_updated", |json| {
        if let Some(min_rtt) = metrics.min_rtt {
            json.millis("min_rtt", min_rtt)?;
        }
        json.millis("smoothed_rtt", metrics.smoothed_rtt)?;
        json.millis("latest_rtt", metrics.latest_rtt)?;
        json.millis("rtt_variance", metrics.rtt_variation)?;
        json.number("pto_count", metrics.pto_count)?;
        json.number("congestion_window", metrics.congestion_window)?;
        json.number("bytes_in_flight", metrics.bytes_in_flight)?;
        metrics.slow_start_threshold.map_or(Ok(()), |threshold| json.number("ssthresh", threshold))
    })
}

/// A packet was declared lost.
pub(crate) fn packet_lost(
    buffer: &mut [u8],
    time: Duration,
    kind: PacketType,
    number: PacketNumber,
) -> usize {
    event(buffer, time, "recovery:packet_lost", |json| {
        json.object("header", |json| write_header(json, kind_name(kind), number))
    })
}

/// Keys are there, or gone. Of the key itself nothing is told.
pub(crate) fn key(
    buffer: &mut [u8],
    time: Duration,
    change: KeyChange,
    key: &Key,
    trigger: Option<KeyTrigger>,
) -> usize {
    let name = match change {
        KeyChange::Updated => "security:key_updated",
        KeyChange::Discarded => "security:key_discarded",
    };
    let sender = if key.sender.is_client() { "client" } else { "server" };
    let level = match key.level {
        PacketType::ZeroRtt => "0rtt",
        PacketType::OneRtt => "1rtt",
        other => kind_name(other),
    };
    event(buffer, time, name, |json| {
        json.text("key_type", format_args!("{sender}_{level}_secret"))?;
        if key.level == PacketType::OneRtt {
            json.number("generation", key.generation.into())?;
        }
        match trigger {
            Some(KeyTrigger::Tls) => json.text("trigger", "tls"),
            Some(KeyTrigger::LocalUpdate) => json.text("trigger", "local_update"),
            Some(KeyTrigger::RemoteUpdate) => json.text("trigger", "remote_update"),
            None => Ok(()),
        }
    })
}

fn write_header(json: &mut Json<'_>, kind: &str, number: PacketNumber) -> Result {
    json.text("packet_type", kind)?;
    json.number("packet_number", number.0)
}

const fn kind_name(kind: PacketType) -> &'static str {
    match kind {
        PacketType::Initial => "initial",
        PacketType::ZeroRtt => "0RTT",
        PacketType::Handshake => "handshake",
        PacketType::Retry => "retry",
        PacketType::OneRtt => "1RTT",
        PacketType::VersionNegotiation => "version_negotiation",
    }
}

/// The bytes in use; a length that the caller's struct cannot have gives none.
fn cid(cid: &ngtcp2_abi::ngtcp2_cid) -> &[u8] {
    cid.data.get(..cid.datalen).unwrap_or_default()
}

/// An event `time` after the connection began.
fn event(buffer: &mut [u8], time: Duration, name: &str, data: impl FnOnce(&mut Json<'_>) -> Result) -> usize {
    record(buffer, |json| {
        json.millis("time", time)?;
        json.text("name", name)?;
        json.object("data", data)
    })
}

/// The brackets and the line feed that end a record.
const RECORD_END: usize = "]}}\n".len();

fn record(buffer: &mut [u8], members: impl FnOnce(&mut Json<'_>) -> Result) -> usize {
    let mut json = Json::new(buffer);
    let written = json.raw("\x1e").and_then(|()| json.element(members)).and_then(|()| json.raw("\n"));
    if written.is_ok() { json.len() } else { 0 }
}

#[cfg(test)]
mod tests;
