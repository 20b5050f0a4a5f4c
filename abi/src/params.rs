//! Transport parameters (RFC 9000, section 18; RFC 9221; RFC 9287; RFC 9368).

use core::ffi::c_int;

use crate::{
    NGTCP2_MILLISECONDS, NGTCP2_STATELESS_RESET_TOKENLEN, ngtcp2_cid, ngtcp2_duration, ngtcp2_preferred_addr,
    ngtcp2_version_info,
};

/// 0x39, the TLS extension that carries transport parameters (RFC 9001, section 8.2).
pub const NGTCP2_TLSEXT_QUIC_TRANSPORT_PARAMETERS_V1: u32 = 0x39u32;

/// The default of max_udp_payload_size, in bytes.
pub const NGTCP2_DEFAULT_MAX_RECV_UDP_PAYLOAD_SIZE: usize = 65527;
/// The default of ack_delay_exponent.
pub const NGTCP2_DEFAULT_ACK_DELAY_EXPONENT: c_int = 3;
/// The default of max_ack_delay: 25 ms.
pub const NGTCP2_DEFAULT_MAX_ACK_DELAY: u64 = 25 * NGTCP2_MILLISECONDS;
/// The default of active_connection_id_limit.
pub const NGTCP2_DEFAULT_ACTIVE_CONNECTION_ID_LIMIT: c_int = 2;

/// The first generation of `ngtcp2_transport_params`.
pub const NGTCP2_TRANSPORT_PARAMS_V1: c_int = 1;
/// The generation of `ngtcp2_transport_params` in this header.
pub const NGTCP2_TRANSPORT_PARAMS_VERSION: c_int = NGTCP2_TRANSPORT_PARAMS_V1;

/// The transport parameters of one endpoint. Start from `ngtcp2_transport_params_default`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_transport_params {
    /// The server's preferred address. Servers only, and only if `preferred_addr_present` is set.
    pub preferred_addr: ngtcp2_preferred_addr,
    /// The destination connection ID of the client's very first Initial packet. Servers only; a
    /// server must set it together with `original_dcid_present`.
    pub original_dcid: ngtcp2_cid,
    /// The source connection ID of the sender's first Initial packet. The library sets it.
    pub initial_scid: ngtcp2_cid,
    /// The source connection ID of the Retry packet. A server that sent one must set it together
    /// with `retry_scid_present`.
    pub retry_scid: ngtcp2_cid,
    /// The initial flow control limit, in bytes, for bidirectional streams that the sender of the
    /// parameters opens.
    pub initial_max_stream_data_bidi_local: u64,
    /// The initial flow control limit, in bytes, for bidirectional streams that the receiver of the
    /// parameters opens.
    pub initial_max_stream_data_bidi_remote: u64,
    /// The initial flow control limit, in bytes, for unidirectional streams.
    pub initial_max_stream_data_uni: u64,
    /// The initial flow control limit of the whole connection, in bytes.
    pub initial_max_data: u64,
    /// The number of bidirectional streams that the receiver of the parameters may open at first.
    pub initial_max_streams_bidi: u64,
    /// The number of unidirectional streams that the receiver of the parameters may open at first.
    pub initial_max_streams_uni: u64,
    /// The idle timeout; 0 means none. Sent in milliseconds.
    pub max_idle_timeout: ngtcp2_duration,
    /// The largest UDP payload that the sender of the parameters receives, in bytes.
    pub max_udp_payload_size: u64,
    /// The number of connection IDs that the sender of the parameters stores. At least 2.
    pub active_connection_id_limit: u64,
    /// The exponent that scales the delay in ACK frames. At most 20.
    pub ack_delay_exponent: u64,
    /// The longest time by which acknowledgements are delayed. Below 2^14 milliseconds.
    pub max_ack_delay: ngtcp2_duration,
    /// The largest DATAGRAM frame that the sender of the parameters receives, in bytes with its
    /// header; 0 means that DATAGRAM frames are not wanted (RFC 9221).
    pub max_datagram_frame_size: u64,
    /// 1 if `stateless_reset_token` is given.
    pub stateless_reset_token_present: u8,
    /// 1 if the peer must not migrate on its own.
    pub disable_active_migration: u8,
    /// 1 if `original_dcid` is given.
    pub original_dcid_present: u8,
    /// 1 if `initial_scid` is given. The library sets it.
    pub initial_scid_present: u8,
    /// 1 if `retry_scid` is given.
    pub retry_scid_present: u8,
    /// 1 if `preferred_addr` is given.
    pub preferred_addr_present: u8,
    /// The stateless reset token of the connection ID with sequence number 0. Servers only.
    pub stateless_reset_token: [u8; NGTCP2_STATELESS_RESET_TOKENLEN],
    /// 1 if the sender of the parameters accepts packets with a clear fixed bit (RFC 9287).
    pub grease_quic_bit: u8,
    /// The versions of the sender. The library fills it from the settings.
    pub version_info: ngtcp2_version_info,
    /// 1 if `version_info` is given.
    pub version_info_present: u8,
}

zero!(ngtcp2_transport_params {
    preferred_addr: ngtcp2_preferred_addr::ZERO,
    original_dcid: ngtcp2_cid::ZERO,
    initial_scid: ngtcp2_cid::ZERO,
    retry_scid: ngtcp2_cid::ZERO,
    initial_max_stream_data_bidi_local: 0,
    initial_max_stream_data_bidi_remote: 0,
    initial_max_stream_data_uni: 0,
    initial_max_data: 0,
    initial_max_streams_bidi: 0,
    initial_max_streams_uni: 0,
    max_idle_timeout: 0,
    max_udp_payload_size: 0,
    active_connection_id_limit: 0,
    ack_delay_exponent: 0,
    max_ack_delay: 0,
    max_datagram_frame_size: 0,
    stateless_reset_token_present: 0,
    disable_active_migration: 0,
    original_dcid_present: 0,
    initial_scid_present: 0,
    retry_scid_present: 0,
    preferred_addr_present: 0,
    stateless_reset_token: [0; NGTCP2_STATELESS_RESET_TOKENLEN],
    grease_quic_bit: 0,
    version_info: ngtcp2_version_info::ZERO,
    version_info_present: 0,
});
