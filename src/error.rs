//! The library's errors: one enum whose discriminants are the C error codes of `ngtcp2.h`.
//!
//! Owns: the code, its name and what it means to the peer. Must not know: who raised it.

use crate::mem::NoMem;

/// Every error a function of this library returns; `as i32` is the C code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Error {
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
    /// The value that crosses the C ABI.
    pub const fn code(self) -> i32 {
        self as i32
    }
}

impl From<NoMem> for Error {
    fn from(_: NoMem) -> Self {
        Self::NoMem
    }
}

/// The library's result.
pub type Result<T, E = Error> = core::result::Result<T, E>;
