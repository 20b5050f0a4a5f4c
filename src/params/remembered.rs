//! The parameters that a client remembers for 0-RTT (RFC 9000 §7.4.1, RFC 9221 §3).
//!
//! Owns: which they are, and what a server that accepts 0-RTT must not lower. Must not know: where they are kept.

use ngtcp2_abi::ngtcp2_transport_params;

use super::{DEFAULT, encode};
use crate::error::{Error, Result};
use crate::units::Side;
use crate::wire::Writer;

/// What is remembered of `params`, all else at its default. A server adds the limits that it checks itself by when a
/// ticket comes back.
pub(crate) fn select(params: &ngtcp2_transport_params, side: Side) -> ngtcp2_transport_params {
    let mut selected = ngtcp2_transport_params {
        initial_max_stream_data_bidi_local: params.initial_max_stream_data_bidi_local,
        initial_max_stream_data_bidi_remote: params.initial_max_stream_data_bidi_remote,
        initial_max_stream_data_uni: params.initial_max_stream_data_uni,
        initial_max_data: params.initial_max_data,
        initial_max_streams_bidi: params.initial_max_streams_bidi,
        initial_max_streams_uni: params.initial_max_streams_uni,
        active_connection_id_limit: params.active_connection_id_limit,
        max_datagram_frame_size: params.max_datagram_frame_size,
        ..DEFAULT
    };
    if side.is_server() {
        selected.max_idle_timeout = params.max_idle_timeout;
        selected.max_udp_payload_size = params.max_udp_payload_size;
        selected.disable_active_migration = params.disable_active_migration;
    }
    selected
}

/// Writes the remembered form of `params`.
pub(crate) fn encode_remembered(
    writer: &mut Writer<'_>,
    params: &ngtcp2_transport_params,
    side: Side,
) -> Result<()> {
    encode(writer, &select(params, side), &[])
}

/// Decodes a client's remembered form. What must not be remembered is at its default even if `bytes` have it.
pub(crate) fn decode_remembered(bytes: &[u8]) -> Result<ngtcp2_transport_params> {
    let mut params = DEFAULT;
    super::decode(bytes, &mut params)?;
    Ok(select(&params, Side::Client))
}

/// Whether a server that accepted 0-RTT kept to what the client remembered: `Proto` if it lowered a limit.
pub(crate) fn check_not_lowered(
    remembered: &ngtcp2_transport_params,
    current: &ngtcp2_transport_params,
) -> Result<()> {
    let kept = [
        (remembered.initial_max_stream_data_bidi_local, current.initial_max_stream_data_bidi_local),
        (remembered.initial_max_stream_data_bidi_remote, current.initial_max_stream_data_bidi_remote),
        (remembered.initial_max_stream_data_uni, current.initial_max_stream_data_uni),
        (remembered.initial_max_data, current.initial_max_data),
        (remembered.initial_max_streams_bidi, current.initial_max_streams_bidi),
        (remembered.initial_max_streams_uni, current.initial_max_streams_uni),
        (remembered.active_connection_id_limit, current.active_connection_id_limit),
        (remembered.max_datagram_frame_size, current.max_datagram_frame_size),
    ];
    match kept.iter().all(|(before, now)| now >= before) {
        true => Ok(()),
        false => Err(Error::Proto),
    }
}
