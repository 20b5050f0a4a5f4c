//! The error that closes a connection.

/// Why a connection is closed.
#[repr(C)]
enum CcerrType {
    /// A QUIC error: CONNECTION_CLOSE of type 0x1c.
    NGTCP2_CCERR_TYPE_TRANSPORT = 0,
    /// An error of the application: CONNECTION_CLOSE of type 0x1d.
    NGTCP2_CCERR_TYPE_APPLICATION = 1,
    /// A Version Negotiation packet came. Nothing is sent.
    NGTCP2_CCERR_TYPE_VERSION_NEGOTIATION = 2,
    /// The idle timer ran out. Nothing is sent.
    NGTCP2_CCERR_TYPE_IDLE_CLOSE = 3,
    /// The connection is dropped. Nothing is sent.
    NGTCP2_CCERR_TYPE_DROP_CONN = 4,
    /// The server answers with a Retry packet. Nothing is sent for this connection.
    NGTCP2_CCERR_TYPE_RETRY = 5,
}

open_enum!(
    ngtcp2_ccerr_type,
    CcerrType {
        NGTCP2_CCERR_TYPE_TRANSPORT,
        NGTCP2_CCERR_TYPE_APPLICATION,
        NGTCP2_CCERR_TYPE_VERSION_NEGOTIATION,
        NGTCP2_CCERR_TYPE_IDLE_CLOSE,
        NGTCP2_CCERR_TYPE_DROP_CONN,
        NGTCP2_CCERR_TYPE_RETRY,
    }
);

/// A connection close error. Fill it with one of the `ngtcp2_ccerr_set_*` functions.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_ccerr {
    /// The kind of error.
    pub r#type: ngtcp2_ccerr_type,
    /// The error code, of QUIC or of the application depending on `type`.
    pub error_code: u64,
    /// The type of the frame that caused a transport error, or 0.
    pub frame_type: u64,
    /// The reason phrase, or NULL. The memory is not copied.
    pub reason: *const u8,
    /// The number of bytes at `reason`.
    pub reasonlen: usize,
}

zero!(ngtcp2_ccerr {
    r#type: NGTCP2_CCERR_TYPE_TRANSPORT,
    error_code: 0,
    frame_type: 0,
    reason: core::ptr::null(),
    reasonlen: 0,
});
