//! The error codes of QUIC itself, as they stand in CONNECTION_CLOSE frames (RFC 9000, section 20).

use core::ffi::{c_int, c_uint};

/// The connection is closed without an error.
pub const NGTCP2_NO_ERROR: c_uint = 0x0u32;
/// The endpoint cannot continue because of a fault of its own.
pub const NGTCP2_INTERNAL_ERROR: c_uint = 0x1u32;
/// The server refuses a new connection.
pub const NGTCP2_CONNECTION_REFUSED: c_uint = 0x2u32;
/// More data was sent than allowed.
pub const NGTCP2_FLOW_CONTROL_ERROR: c_uint = 0x3u32;
/// More streams were opened than allowed.
pub const NGTCP2_STREAM_LIMIT_ERROR: c_uint = 0x4u32;
/// A frame does not fit the state of its stream.
pub const NGTCP2_STREAM_STATE_ERROR: c_uint = 0x5u32;
/// The final size of a stream was changed or exceeded.
pub const NGTCP2_FINAL_SIZE_ERROR: c_uint = 0x6u32;
/// A frame is badly formed.
pub const NGTCP2_FRAME_ENCODING_ERROR: c_uint = 0x7u32;
/// A transport parameter is badly formed, missing or not allowed.
pub const NGTCP2_TRANSPORT_PARAMETER_ERROR: c_uint = 0x8u32;
/// More connection IDs were given out than allowed.
pub const NGTCP2_CONNECTION_ID_LIMIT_ERROR: c_uint = 0x9u32;
/// A violation that no other code describes.
pub const NGTCP2_PROTOCOL_VIOLATION: c_uint = 0xau32;
/// The server does not accept the token of an Initial packet.
pub const NGTCP2_INVALID_TOKEN: c_uint = 0xbu32;
/// The application closed the connection. Stands for its code outside 1-RTT packets.
pub const NGTCP2_APPLICATION_ERROR: c_uint = 0xcu32;
/// More handshake data arrived than can be buffered.
pub const NGTCP2_CRYPTO_BUFFER_EXCEEDED: c_uint = 0xdu32;
/// A key update broke the rules (RFC 9001, section 6).
pub const NGTCP2_KEY_UPDATE_ERROR: c_uint = 0xeu32;
/// The usage limits of the AEAD are reached (RFC 9001, section 6.6).
pub const NGTCP2_AEAD_LIMIT_REACHED: c_uint = 0xfu32;
/// The path cannot carry QUIC.
pub const NGTCP2_NO_VIABLE_PATH: c_uint = 0x10u32;
/// 0x100, the first of 256 codes for TLS alerts: the alert is added to it (RFC 9001, section 4.8).
pub const NGTCP2_CRYPTO_ERROR: c_uint = 0x100u32;
/// Version negotiation failed (RFC 9368, section 10.2).
pub const NGTCP2_VERSION_NEGOTIATION_ERROR: c_int = 0x11;
