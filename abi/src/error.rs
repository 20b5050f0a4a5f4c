//! The library's error codes.

use core::ffi::c_int;

/// An argument is not acceptable.
pub const NGTCP2_ERR_INVALID_ARGUMENT: c_int = -201;
/// The buffer is too small.
pub const NGTCP2_ERR_NOBUF: c_int = -202;
/// The peer broke the protocol.
pub const NGTCP2_ERR_PROTO: c_int = -203;
/// The call is not allowed in the present state.
pub const NGTCP2_ERR_INVALID_STATE: c_int = -204;
/// The peer sent an ACK frame that cannot be true.
pub const NGTCP2_ERR_ACK_FRAME: c_int = -205;
/// The peer allows no more streams at present.
pub const NGTCP2_ERR_STREAM_ID_BLOCKED: c_int = -206;
/// The stream ID is in use.
pub const NGTCP2_ERR_STREAM_IN_USE: c_int = -207;
/// Flow control of the stream lets no more data through at present.
pub const NGTCP2_ERR_STREAM_DATA_BLOCKED: c_int = -208;
/// The peer sent more data than flow control allows.
pub const NGTCP2_ERR_FLOW_CONTROL: c_int = -209;
/// The peer gave out more connection IDs than allowed.
pub const NGTCP2_ERR_CONNECTION_ID_LIMIT: c_int = -210;
/// The peer opened more streams than allowed.
pub const NGTCP2_ERR_STREAM_LIMIT: c_int = -211;
/// The peer changed the final size of a stream, or sent data past it.
pub const NGTCP2_ERR_FINAL_SIZE: c_int = -212;
/// The TLS handshake failed.
pub const NGTCP2_ERR_CRYPTO: c_int = -213;
/// All packet numbers are used up.
pub const NGTCP2_ERR_PKT_NUM_EXHAUSTED: c_int = -214;
/// The peer left out a transport parameter that it must send.
pub const NGTCP2_ERR_REQUIRED_TRANSPORT_PARAM: c_int = -215;
/// A transport parameter cannot be decoded.
pub const NGTCP2_ERR_MALFORMED_TRANSPORT_PARAM: c_int = -216;
/// A frame cannot be decoded.
pub const NGTCP2_ERR_FRAME_ENCODING: c_int = -217;
/// A packet cannot be decrypted. `ngtcp2_decrypt` returns it when authentication fails.
pub const NGTCP2_ERR_DECRYPT: c_int = -218;
/// Nothing more can be sent on the stream: it was finished, shut down or stopped by the peer.
pub const NGTCP2_ERR_STREAM_SHUT_WR: c_int = -219;
/// There is no such stream.
pub const NGTCP2_ERR_STREAM_NOT_FOUND: c_int = -220;
/// The peer sent a frame that the state of the stream does not allow.
pub const NGTCP2_ERR_STREAM_STATE: c_int = -221;
/// A Version Negotiation packet ended the connection attempt.
pub const NGTCP2_ERR_RECV_VERSION_NEGOTIATION: c_int = -222;
/// The connection is in the closing period (RFC 9000, section 10.2.1).
pub const NGTCP2_ERR_CLOSING: c_int = -223;
/// The connection is in the draining period (RFC 9000, section 10.2.2).
pub const NGTCP2_ERR_DRAINING: c_int = -224;
/// A transport parameter of the peer has a value that is not allowed.
pub const NGTCP2_ERR_TRANSPORT_PARAM: c_int = -225;
/// The packet was discarded.
pub const NGTCP2_ERR_DISCARD_PKT: c_int = -226;
/// The peer has given out no unused connection ID.
pub const NGTCP2_ERR_CONN_ID_BLOCKED: c_int = -227;
/// Something went wrong inside the library.
pub const NGTCP2_ERR_INTERNAL: c_int = -228;
/// The peer sent more handshake data out of order than can be kept.
pub const NGTCP2_ERR_CRYPTO_BUFFER_EXCEEDED: c_int = -229;
/// The packet has room for more; call the write function again. Not a failure.
pub const NGTCP2_ERR_WRITE_MORE: c_int = -230;
/// The server should answer with a Retry packet and delete the connection.
pub const NGTCP2_ERR_RETRY: c_int = -231;
/// The application should delete the connection without sending anything.
pub const NGTCP2_ERR_DROP_CONN: c_int = -232;
/// The usage limits of the AEAD are reached and the keys cannot be replaced.
pub const NGTCP2_ERR_AEAD_LIMIT_REACHED: c_int = -233;
/// No path is left that could carry packets.
pub const NGTCP2_ERR_NO_VIABLE_PATH: c_int = -234;
/// A server should answer with a Version Negotiation packet.
pub const NGTCP2_ERR_VERSION_NEGOTIATION: c_int = -235;
/// The handshake did not complete in time.
pub const NGTCP2_ERR_HANDSHAKE_TIMEOUT: c_int = -236;
/// Version negotiation was tampered with or led to no common version (RFC 9368).
pub const NGTCP2_ERR_VERSION_NEGOTIATION_FAILURE: c_int = -237;
/// The connection was idle for too long and is silently closed (RFC 9000, section 10.1).
pub const NGTCP2_ERR_IDLE_CLOSE: c_int = -238;
/// Codes below this one are fatal: the connection can only be closed.
pub const NGTCP2_ERR_FATAL: c_int = -500;
/// The allocator returned NULL.
pub const NGTCP2_ERR_NOMEM: c_int = -501;
/// A callback reported failure. Callbacks return this value to do so.
pub const NGTCP2_ERR_CALLBACK_FAILURE: c_int = -502;
