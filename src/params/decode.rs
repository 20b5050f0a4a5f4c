//! Decoding (RFC 9000 §18). Unknown parameters are skipped; of a repeated one the last counts, as in ngtcp2.
//!
//! Owns: what cannot be a parameter's value. Must not know: which endpoint sent them; `validate` judges that.

use ngtcp2_abi::{ngtcp2_cid, ngtcp2_preferred_addr, ngtcp2_transport_params};

use super::{DEFAULT, MAX_ACK_DELAY_EXPONENT, MAX_ACK_DELAY_LIMIT_MS, MAX_STREAMS_LIMIT, MILLISECOND, id};
use crate::error::Error;
use crate::packet::{ConnectionId, version};
use crate::wire::{Reader, Truncated};

/// The bytes are not transport parameters: TRANSPORT_PARAMETER_ERROR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

impl From<Truncated> for Malformed {
    fn from(_: Truncated) -> Self {
        Self
    }
}

impl From<Malformed> for Error {
    fn from(_: Malformed) -> Self {
        Self::MalformedTransportParam
    }
}

/// Decodes into `params`, which starts from the defaults, and returns the Available Versions of version_information as
/// they stand in `bytes`: the caller sets `version_info.available_versions`, whose length is set here. After an error
/// `params` holds what was decoded so far.
pub(crate) fn decode<'a>(
    bytes: &'a [u8],
    params: &mut ngtcp2_transport_params,
) -> Result<Option<&'a [u8]>, Malformed> {
    *params = DEFAULT;
    let mut available_versions = None;
    let mut reader = Reader::new(bytes);
    while !reader.is_empty() {
        let id = reader.varint()?;
        let mut value = Reader::new(reader.varint_prefixed()?);
        if id == id::VERSION_INFORMATION {
            available_versions = Some(version_information(&mut value, params)?);
        } else if !decode_value(id, &mut value, params)? {
            continue;
        }
        if !value.is_empty() {
            return Err(Malformed);
        }
    }
    Ok(available_versions)
}

/// Decodes one value; `false` when its parameter is unknown.
fn decode_value(
    id: u64,
    value: &mut Reader<'_>,
    params: &mut ngtcp2_transport_params,
) -> Result<bool, Malformed> {
    match id {
        id::ORIGINAL_DESTINATION_CONNECTION_ID => {
            params.original_dcid = connection_id(value.rest())?;
            params.original_dcid_present = 1;
        }
        id::MAX_IDLE_TIMEOUT => params.max_idle_timeout = duration_saturating(value.varint()?),
        id::STATELESS_RESET_TOKEN => {
            params.stateless_reset_token = *value.array()?;
            params.stateless_reset_token_present = 1;
        }
        id::MAX_UDP_PAYLOAD_SIZE => params.max_udp_payload_size = value.varint()?,
        id::INITIAL_MAX_DATA => params.initial_max_data = value.varint()?,
        id::INITIAL_MAX_STREAM_DATA_BIDI_LOCAL => {
            params.initial_max_stream_data_bidi_local = value.varint()?;
        }
        id::INITIAL_MAX_STREAM_DATA_BIDI_REMOTE => {
            params.initial_max_stream_data_bidi_remote = value.varint()?;
        }
        id::INITIAL_MAX_STREAM_DATA_UNI => params.initial_max_stream_data_uni = value.varint()?,
        id::INITIAL_MAX_STREAMS_BIDI => params.initial_max_streams_bidi = at_most(value, MAX_STREAMS_LIMIT)?,
        id::INITIAL_MAX_STREAMS_UNI => params.initial_max_streams_uni = at_most(value, MAX_STREAMS_LIMIT)?,
        id::ACK_DELAY_EXPONENT => params.ack_delay_exponent = at_most(value, MAX_ACK_DELAY_EXPONENT)?,
        id::MAX_ACK_DELAY => {
            let milliseconds = at_most(value, MAX_ACK_DELAY_LIMIT_MS - 1)?;
            params.max_ack_delay = milliseconds.saturating_mul(MILLISECOND);
        }
        id::DISABLE_ACTIVE_MIGRATION => params.disable_active_migration = 1,
        id::PREFERRED_ADDRESS => {
            params.preferred_addr = preferred_address(value)?;
            params.preferred_addr_present = 1;
        }
        id::ACTIVE_CONNECTION_ID_LIMIT => params.active_connection_id_limit = value.varint()?,
        id::INITIAL_SOURCE_CONNECTION_ID => {
            params.initial_scid = connection_id(value.rest())?;
            params.initial_scid_present = 1;
        }
        id::RETRY_SOURCE_CONNECTION_ID => {
            params.retry_scid = connection_id(value.rest())?;
            params.retry_scid_present = 1;
        }
        id::MAX_DATAGRAM_FRAME_SIZE => params.max_datagram_frame_size = value.varint()?,
        id::GREASE_QUIC_BIT => params.grease_quic_bit = 1,
        _ => return Ok(false),
    }
    Ok(true)
}

fn connection_id(bytes: &[u8]) -> Result<ngtcp2_cid, Malformed> {
    ConnectionId::new(bytes).map(ConnectionId::to_abi).ok_or(Malformed)
}

fn at_most(value: &mut Reader<'_>, limit: u64) -> Result<u64, Malformed> {
    let value = value.varint()?;
    if value > limit { Err(Malformed) } else { Ok(value) }
}

/// Milliseconds as nanoseconds. Past the end of the scale it is the last whole millisecond and never `u64::MAX`, which
/// callers read as "none".
fn duration_saturating(milliseconds: u64) -> u64 {
    milliseconds.checked_mul(MILLISECOND).unwrap_or(u64::MAX - MILLISECOND + 1)
}

/// Version Information (RFC 9368 §3): no version in it is zero.
fn version_information<'a>(
    value: &mut Reader<'a>,
    params: &mut ngtcp2_transport_params,
) -> Result<&'a [u8], Malformed> {
    let chosen = value.u32()?;
    let available = value.rest();
    let whole = available.as_chunks::<4>().1.is_empty();
    if chosen == 0 || !whole || version::iter(available).any(|version| version == 0) {
        return Err(Malformed);
    }
    params.version_info.chosen_version = chosen;
    params.version_info.available_versionslen = available.len();
    params.version_info_present = 1;
    Ok(available)
}

/// Preferred Address (RFC 9000 §18.2). An address that is all zeros is absent; the connection id is not empty.
fn preferred_address(value: &mut Reader<'_>) -> Result<ngtcp2_preferred_addr, Malformed> {
    let mut address = ngtcp2_preferred_addr::ZERO;
    let (ipv4, ipv4_port) = (*value.array::<4>()?, *value.array::<2>()?);
    if ipv4 != [0; 4] || ipv4_port != [0; 2] {
        address.ipv4_present = 1;
        address.ipv4.sin_family = libc::AF_INET as libc::sa_family_t;
        address.ipv4.sin_addr.s_addr = u32::from_ne_bytes(ipv4);
        address.ipv4.sin_port = u16::from_ne_bytes(ipv4_port);
    }
    let (ipv6, ipv6_port) = (*value.array::<16>()?, *value.array::<2>()?);
    if ipv6 != [0; 16] || ipv6_port != [0; 2] {
        address.ipv6_present = 1;
        address.ipv6.sin6_family = libc::AF_INET6 as libc::sa_family_t;
        address.ipv6.sin6_addr.s6_addr = ipv6;
        address.ipv6.sin6_port = u16::from_ne_bytes(ipv6_port);
    }
    let len = value.u8()?;
    address.cid = connection_id(value.bytes(usize::from(len))?)?;
    if len == 0 {
        return Err(Malformed);
    }
    address.stateless_reset_token = *value.array()?;
    Ok(address)
}
