//! Encoding: every parameter that differs from its default, in ngtcp2's order.
//!
//! The order is one list, `each`, that is walked once to measure and once to write. Must not know: who sends.

use ngtcp2_abi::{ngtcp2_cid, ngtcp2_preferred_addr, ngtcp2_transport_params};

use super::{
    DEFAULT_ACK_DELAY_EXPONENT, DEFAULT_ACTIVE_CONNECTION_ID_LIMIT, DEFAULT_MAX_ACK_DELAY,
    DEFAULT_MAX_UDP_PAYLOAD_SIZE, MILLISECOND, id,
};
use crate::error::{Error, Result};
use crate::packet::ConnectionId;
use crate::wire::{Writer, varint};

/// The fixed part of a preferred_address value: two addresses with ports, a length byte, a token (RFC 9000 §18.2).
const PREFERRED_ADDRESS_FIXED_LEN: usize = 4 + 2 + 16 + 2 + 1 + 16;

/// The value of one parameter.
#[derive(Clone, Copy)]
enum Value<'a> {
    Empty,
    Integer(u64),
    Bytes(&'a [u8]),
    PreferredAddress(&'a ngtcp2_preferred_addr, ConnectionId),
    VersionInformation { chosen: u32, available: &'a [u8] },
}

/// What is done with each parameter.
trait Sink {
    fn take(&mut self, id: u64, value: Value<'_>) -> Result<()>;
}

/// Adds up the lengths.
struct Length(usize);

impl Sink for Length {
    fn take(&mut self, id: u64, value: Value<'_>) -> Result<()> {
        let len = value.len();
        let prefix = varint::len(id).saturating_add(varint::len(len as u64));
        self.0 = self.0.saturating_add(prefix).saturating_add(len);
        Ok(())
    }
}

impl Sink for Writer<'_> {
    /// Where it is called, id and kind of value are known: little of this is left there.
    #[inline(always)]
    fn take(&mut self, id: u64, value: Value<'_>) -> Result<()> {
        self.varint(id)?;
        self.varint(value.len() as u64)?;
        value.write(self)
    }
}

/// How many bytes `encode` writes. `InvalidArgument` when a field cannot be encoded.
pub(crate) fn encoded_len(params: &ngtcp2_transport_params, available_versions: &[u8]) -> Result<usize> {
    let mut length = Length(0);
    each(params, available_versions, &mut length)?;
    Ok(length.0)
}

/// Writes the parameters; `available_versions` are those of `version_info`, in wire format. `NoBuf` when they do not
/// fit, `InvalidArgument` when a field cannot be encoded; nothing is written then.
pub(crate) fn encode(
    writer: &mut Writer<'_>,
    params: &ngtcp2_transport_params,
    available_versions: &[u8],
) -> Result<()> {
    let before = writer.position();
    let result = each(params, available_versions, writer);
    if result.is_err() {
        writer.roll_back(before);
    }
    result
}

/// Gives `sink` each parameter to be sent, in ngtcp2's order.
fn each(params: &ngtcp2_transport_params, available_versions: &[u8], sink: &mut impl Sink) -> Result<()> {
    use Value::{Bytes, Empty, Integer};

    if params.original_dcid_present != 0 {
        sink.take(id::ORIGINAL_DESTINATION_CONNECTION_ID, Bytes(connection_id(&params.original_dcid)?))?;
    }
    if params.stateless_reset_token_present != 0 {
        sink.take(id::STATELESS_RESET_TOKEN, Bytes(&params.stateless_reset_token))?;
    }
    if params.preferred_addr_present != 0 {
        let address = &params.preferred_addr;
        let cid = ConnectionId::from_abi(&address.cid).filter(|cid| !cid.is_empty());
        let cid = cid.ok_or(Error::InvalidArgument)?;
        sink.take(id::PREFERRED_ADDRESS, Value::PreferredAddress(address, cid))?;
    }
    if params.retry_scid_present != 0 {
        sink.take(id::RETRY_SOURCE_CONNECTION_ID, Bytes(connection_id(&params.retry_scid)?))?;
    }
    if params.initial_scid_present != 0 {
        sink.take(id::INITIAL_SOURCE_CONNECTION_ID, Bytes(connection_id(&params.initial_scid)?))?;
    }
    for (id, value, default) in integers(params) {
        if value != default {
            sink.take(id, Integer(value))?;
        }
    }
    if params.disable_active_migration != 0 {
        sink.take(id::DISABLE_ACTIVE_MIGRATION, Empty)?;
    }
    if params.max_ack_delay != DEFAULT_MAX_ACK_DELAY {
        sink.take(id::MAX_ACK_DELAY, Integer(params.max_ack_delay / MILLISECOND))?;
    }
    if params.max_idle_timeout != 0 {
        sink.take(id::MAX_IDLE_TIMEOUT, Integer(params.max_idle_timeout / MILLISECOND))?;
    }
    if params.active_connection_id_limit != DEFAULT_ACTIVE_CONNECTION_ID_LIMIT {
        sink.take(id::ACTIVE_CONNECTION_ID_LIMIT, Integer(params.active_connection_id_limit))?;
    }
    if params.max_datagram_frame_size != 0 {
        sink.take(id::MAX_DATAGRAM_FRAME_SIZE, Integer(params.max_datagram_frame_size))?;
    }
    if params.grease_quic_bit != 0 {
        sink.take(id::GREASE_QUIC_BIT, Empty)?;
    }
    if params.version_info_present != 0 {
        let chosen = params.version_info.chosen_version;
        sink.take(
            id::VERSION_INFORMATION,
            Value::VersionInformation { chosen, available: available_versions },
        )?;
    }
    Ok(())
}

/// The plain integers that stand together, as (id, value, default).
fn integers(params: &ngtcp2_transport_params) -> [(u64, u64, u64); 8] {
    [
        (id::INITIAL_MAX_STREAM_DATA_BIDI_LOCAL, params.initial_max_stream_data_bidi_local, 0),
        (id::INITIAL_MAX_STREAM_DATA_BIDI_REMOTE, params.initial_max_stream_data_bidi_remote, 0),
        (id::INITIAL_MAX_STREAM_DATA_UNI, params.initial_max_stream_data_uni, 0),
        (id::INITIAL_MAX_DATA, params.initial_max_data, 0),
        (id::INITIAL_MAX_STREAMS_BIDI, params.initial_max_streams_bidi, 0),
        (id::INITIAL_MAX_STREAMS_UNI, params.initial_max_streams_uni, 0),
        (id::MAX_UDP_PAYLOAD_SIZE, params.max_udp_payload_size, DEFAULT_MAX_UDP_PAYLOAD_SIZE),
        (id::ACK_DELAY_EXPONENT, params.ack_delay_exponent, DEFAULT_ACK_DELAY_EXPONENT),
    ]
}

fn connection_id(cid: &ngtcp2_cid) -> Result<&[u8]> {
    cid.data.get(..cid.datalen).ok_or(Error::InvalidArgument)
}

impl Value<'_> {
    #[inline]
    fn len(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::Integer(value) => varint::len(*value),
            Self::Bytes(bytes) => bytes.len(),
            Self::PreferredAddress(_, cid) => PREFERRED_ADDRESS_FIXED_LEN.saturating_add(cid.len()),
            Self::VersionInformation { available, .. } => available.len().saturating_add(4),
        }
    }

    #[inline(always)]
    fn write(&self, writer: &mut Writer<'_>) -> Result<()> {
        match self {
            Self::Empty => Ok(()),
            Self::Integer(value) if *value > varint::MAX => Err(Error::InvalidArgument),
            Self::Integer(value) => Ok(writer.varint(*value)?),
            Self::Bytes(bytes) => Ok(writer.bytes(bytes)?),
            Self::PreferredAddress(address, cid) => write_preferred_address(writer, address, cid),
            Self::VersionInformation { chosen, available } => {
                writer.u32(*chosen)?;
                Ok(writer.bytes(available)?)
            }
        }
    }
}

/// An absent address is sent as zeros. Ports and addresses are in network byte order already.
fn write_preferred_address(
    writer: &mut Writer<'_>,
    address: &ngtcp2_preferred_addr,
    cid: &ConnectionId,
) -> Result<()> {
    if address.ipv4_present != 0 {
        writer.array(address.ipv4.sin_addr.s_addr.to_ne_bytes())?;
        writer.array(address.ipv4.sin_port.to_ne_bytes())?;
    } else {
        writer.zeros(4 + 2)?;
    }
    if address.ipv6_present != 0 {
        writer.array(address.ipv6.sin6_addr.s6_addr)?;
        writer.array(address.ipv6.sin6_port.to_ne_bytes())?;
    } else {
        writer.zeros(16 + 2)?;
    }
    cid.write_with_len(writer)?;
    Ok(writer.array(address.stateless_reset_token)?)
}
