//! The library's errors: one enum whose discriminants are the C error codes of `ngtcp2.h`.
//!
//! Owns: the code, its name and what it means to the peer. Must not know: who raised it.

use core::ffi::{CStr, c_uint};

use ngtcp2_abi as abi;

use crate::mem::NoMem;

/// Every error a function of this library returns; `as i32` is the C code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub(crate) enum Error {
    InvalidArgument = -201,
    NoBuf = -202,
    Proto = -203,
    InvalidState = -204,
    AckFrame = -205,
    StreamIdBlocked = -206,
    StreamInUse = -207,
    StreamDataBlocked = -208,
    FlowControl = -209,
    ConnectionIdLimit = -210,
    StreamLimit = -211,
    FinalSize = -212,
    Crypto = -213,
    PktNumExhausted = -214,
    RequiredTransportParam = -215,
    MalformedTransportParam = -216,
    FrameEncoding = -217,
    Decrypt = -218,
    StreamShutWr = -219,
    StreamNotFound = -220,
    StreamState = -221,
    RecvVersionNegotiation = -222,
    Closing = -223,
    Draining = -224,
    TransportParam = -225,
    DiscardPkt = -226,
    ConnIdBlocked = -227,
    Internal = -228,
    CryptoBufferExceeded = -229,
    WriteMore = -230,
    Retry = -231,
    DropConn = -232,
    AeadLimitReached = -233,
    NoViablePath = -234,
    VersionNegotiation = -235,
    HandshakeTimeout = -236,
    VersionNegotiationFailure = -237,
    IdleClose = -238,
    NoMem = -501,
    CallbackFailure = -502,
}

impl Error {
    /// Marks the way to an error as one seldom taken, so that the compiler keeps it out of the way of what succeeds. For what
    /// every packet passes; elsewhere it would bring nothing.
    #[cold]
    #[inline(never)]
    pub(crate) fn cold(self) -> Self {
        core::hint::black_box(self)
    }

    /// The value that crosses the C ABI.
    pub(crate) const fn code(self) -> i32 {
        self as i32
    }

    /// The error with this code; `None` for 0 and for numbers that are no error's.
    pub(crate) fn from_code(code: i32) -> Option<Self> {
        TABLE.iter().map(|row| row.0).find(|error| error.code() == code)
    }

    /// The tail of the C macro's name.
    pub(crate) fn name(self) -> &'static CStr {
        TABLE.iter().find(|row| row.0 == self).map_or(c"(unknown)", |row| row.1)
    }
}

/// What the peer is told about the error with this code, in CONNECTION_CLOSE (RFC 9000 §20.1).
pub(crate) fn transport_code(code: i32) -> u64 {
    let meaning = match code {
        0 => abi::NGTCP2_NO_ERROR,
        _ => TABLE.iter().find(|row| row.0.code() == code).map_or(VIOLATION, |row| row.2),
    };
    meaning.into()
}

const VIOLATION: c_uint = abi::NGTCP2_PROTOCOL_VIOLATION;
const INTERNAL: c_uint = abi::NGTCP2_INTERNAL_ERROR;
const PARAMETERS: c_uint = abi::NGTCP2_TRANSPORT_PARAMETER_ERROR;

/// Each error with its name and with what the peer is told: a violation of the protocol unless something fits better.
#[rustfmt::skip]
const TABLE: [(Error, &CStr, c_uint); 40] = [
    (Error::InvalidArgument, c"ERR_INVALID_ARGUMENT", INTERNAL),
    (Error::NoBuf, c"ERR_NOBUF", VIOLATION),
    (Error::Proto, c"ERR_PROTO", VIOLATION),
    (Error::InvalidState, c"ERR_INVALID_STATE", VIOLATION),
    (Error::AckFrame, c"ERR_ACK_FRAME", abi::NGTCP2_FRAME_ENCODING_ERROR),
    (Error::StreamIdBlocked, c"ERR_STREAM_ID_BLOCKED", VIOLATION),
    (Error::StreamInUse, c"ERR_STREAM_IN_USE", VIOLATION),
    (Error::StreamDataBlocked, c"ERR_STREAM_DATA_BLOCKED", VIOLATION),
    (Error::FlowControl, c"ERR_FLOW_CONTROL", abi::NGTCP2_FLOW_CONTROL_ERROR),
    (Error::ConnectionIdLimit, c"ERR_CONNECTION_ID_LIMIT", abi::NGTCP2_CONNECTION_ID_LIMIT_ERROR),
    (Error::StreamLimit, c"ERR_STREAM_LIMIT", abi::NGTCP2_STREAM_LIMIT_ERROR),
    (Error::FinalSize, c"ERR_FINAL_SIZE", abi::NGTCP2_FINAL_SIZE_ERROR),
    (Error::Crypto, c"ERR_CRYPTO", VIOLATION),
    (Error::PktNumExhausted, c"ERR_PKT_NUM_EXHAUSTED", INTERNAL),
    (Error::RequiredTransportParam, c"ERR_REQUIRED_TRANSPORT_PARAM", PARAMETERS),
    (Error::MalformedTransportParam, c"ERR_MALFORMED_TRANSPORT_PARAM", PARAMETERS),
    (Error::FrameEncoding, c"ERR_FRAME_ENCODING", abi::NGTCP2_FRAME_ENCODING_ERROR),
    (Error::Decrypt, c"ERR_DECRYPT", VIOLATION),
    (Error::StreamShutWr, c"ERR_STREAM_SHUT_WR", VIOLATION),
    (Error::StreamNotFound, c"ERR_STREAM_NOT_FOUND", VIOLATION),
    (Error::StreamState, c"ERR_STREAM_STATE", abi::NGTCP2_STREAM_STATE_ERROR),
    (Error::RecvVersionNegotiation, c"ERR_RECV_VERSION_NEGOTIATION", VIOLATION),
    (Error::Closing, c"ERR_CLOSING", VIOLATION),
    (Error::Draining, c"ERR_DRAINING", VIOLATION),
    (Error::TransportParam, c"ERR_TRANSPORT_PARAM", PARAMETERS),
    (Error::DiscardPkt, c"ERR_DISCARD_PKT", VIOLATION),
    (Error::ConnIdBlocked, c"ERR_CONN_ID_BLOCKED", VIOLATION),
    (Error::Internal, c"ERR_INTERNAL", INTERNAL),
    (Error::CryptoBufferExceeded, c"ERR_CRYPTO_BUFFER_EXCEEDED", abi::NGTCP2_CRYPTO_BUFFER_EXCEEDED),
    (Error::WriteMore, c"ERR_WRITE_MORE", VIOLATION),
    (Error::Retry, c"ERR_RETRY", VIOLATION),
    (Error::DropConn, c"ERR_DROP_CONN", VIOLATION),
    (Error::AeadLimitReached, c"ERR_AEAD_LIMIT_REACHED", abi::NGTCP2_AEAD_LIMIT_REACHED),
    (Error::NoViablePath, c"ERR_NO_VIABLE_PATH", abi::NGTCP2_NO_VIABLE_PATH),
    (Error::VersionNegotiation, c"ERR_VERSION_NEGOTIATION", VIOLATION),
    (Error::HandshakeTimeout, c"ERR_HANDSHAKE_TIMEOUT", INTERNAL),
    (Error::VersionNegotiationFailure, c"ERR_VERSION_NEGOTIATION_FAILURE", abi::NGTCP2_VERSION_NEGOTIATION_ERROR as c_uint),
    (Error::IdleClose, c"ERR_IDLE_CLOSE", VIOLATION),
    (Error::NoMem, c"ERR_NOMEM", INTERNAL),
    (Error::CallbackFailure, c"ERR_CALLBACK_FAILURE", INTERNAL),
];

impl From<NoMem> for Error {
    fn from(_: NoMem) -> Self {
        Self::NoMem
    }
}

/// The library's result.
pub(crate) type Result<T, E = Error> = core::result::Result<T, E>;
