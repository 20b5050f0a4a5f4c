//! The connection object, encryption levels, and the flags of the write functions.

use core::marker::{PhantomData, PhantomPinned};

/// A QUIC connection. Made by `ngtcp2_conn_client_new` or `ngtcp2_conn_server_new`, freed by
/// `ngtcp2_conn_del`.
///
/// A connection is used by one thread at a time. Different connections share nothing.
#[repr(C)]
pub struct ngtcp2_conn {
    _opaque: [u8; 0],
    _not_send: PhantomData<(*mut u8, PhantomPinned)>,
}

/// The encryption levels of a handshake (RFC 9001, section 2.1).
#[repr(C)]
enum EncryptionLevel {
    /// Initial packets.
    NGTCP2_ENCRYPTION_LEVEL_INITIAL = 0,
    /// Handshake packets.
    NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE = 1,
    /// 1-RTT packets.
    NGTCP2_ENCRYPTION_LEVEL_1RTT = 2,
    /// 0-RTT packets.
    NGTCP2_ENCRYPTION_LEVEL_0RTT = 3,
}

open_enum!(
    ngtcp2_encryption_level,
    EncryptionLevel {
        NGTCP2_ENCRYPTION_LEVEL_INITIAL,
        NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE,
        NGTCP2_ENCRYPTION_LEVEL_1RTT,
        NGTCP2_ENCRYPTION_LEVEL_0RTT,
    }
);

/// No flag.
pub const NGTCP2_WRITE_STREAM_FLAG_NONE: u32 = 0x00u32;
/// More data may follow for the same packet: do not finish it while there is room.
pub const NGTCP2_WRITE_STREAM_FLAG_MORE: u32 = 0x01u32;
/// The data is the end of the stream.
pub const NGTCP2_WRITE_STREAM_FLAG_FIN: u32 = 0x02u32;
/// Fill the packet with padding to the size of the path.
pub const NGTCP2_WRITE_STREAM_FLAG_PADDING: u32 = 0x04u32;

/// No flag.
pub const NGTCP2_WRITE_DATAGRAM_FLAG_NONE: u32 = 0x00u32;
/// More data may follow for the same packet: do not finish it while there is room.
pub const NGTCP2_WRITE_DATAGRAM_FLAG_MORE: u32 = 0x01u32;
/// Fill the packet with padding to the size of the path.
pub const NGTCP2_WRITE_DATAGRAM_FLAG_PADDING: u32 = 0x02u32;
