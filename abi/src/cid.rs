//! Connection IDs (RFC 9000, section 5.1).

use crate::{NGTCP2_STATELESS_RESET_TOKENLEN, ngtcp2_path_storage, ngtcp2_stateless_reset_token};

/// The longest connection ID of QUIC versions 1 and 2, in bytes.
pub const NGTCP2_MAX_CIDLEN: usize = 20;
/// The shortest connection ID that is not empty, in bytes.
pub const NGTCP2_MIN_CIDLEN: usize = 1;
/// The shortest destination connection ID that a client may choose for its first Initial packet
/// (RFC 9000, section 7.2).
pub const NGTCP2_MIN_INITIAL_DCIDLEN: usize = 8;

/// A connection ID.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_cid {
    /// The number of bytes of `data` that are in use.
    pub datalen: usize,
    /// The bytes.
    pub data: [u8; NGTCP2_MAX_CIDLEN],
}

zero!(ngtcp2_cid { datalen: 0, data: [0; NGTCP2_MAX_CIDLEN] });

/// A destination connection ID in use, with the path that uses it.
///
/// Filled by `ngtcp2_conn_get_active_dcid`. New code uses `ngtcp2_cid_token2`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_cid_token {
    /// The sequence number of the connection ID.
    pub seq: u64,
    /// The connection ID.
    pub cid: ngtcp2_cid,
    /// The path that uses it.
    pub ps: ngtcp2_path_storage,
    /// The stateless reset token. Meaningful only if `token_present` is set.
    pub token: [u8; NGTCP2_STATELESS_RESET_TOKENLEN],
    /// 1 if the connection ID came with a stateless reset token.
    pub token_present: u8,
}

zero!(ngtcp2_cid_token {
    seq: 0,
    cid: ngtcp2_cid::ZERO,
    ps: ngtcp2_path_storage::ZERO,
    token: [0; NGTCP2_STATELESS_RESET_TOKENLEN],
    token_present: 0,
});

/// A destination connection ID in use, with the path that uses it.
///
/// Filled by `ngtcp2_conn_get_active_dcid3`. Since 1.22.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_cid_token2 {
    /// The sequence number of the connection ID.
    pub seq: u64,
    /// The connection ID.
    pub cid: ngtcp2_cid,
    /// The path that uses it.
    pub ps: ngtcp2_path_storage,
    /// The stateless reset token. Meaningful only if `token_present` is set.
    pub token: ngtcp2_stateless_reset_token,
    /// 1 if the connection ID came with a stateless reset token.
    pub token_present: u8,
}

zero!(ngtcp2_cid_token2 {
    seq: 0,
    cid: ngtcp2_cid::ZERO,
    ps: ngtcp2_path_storage::ZERO,
    token: ngtcp2_stateless_reset_token::ZERO,
    token_present: 0,
});

/// What happened to a destination connection ID.
#[repr(C)]
enum ConnectionIdStatusType {
    /// Packets are sent with it from now on, and a stateless reset may carry its token.
    NGTCP2_CONNECTION_ID_STATUS_TYPE_ACTIVATE = 0,
    /// It is out of use, and so is its stateless reset token.
    NGTCP2_CONNECTION_ID_STATUS_TYPE_DEACTIVATE = 1,
}

open_enum!(
    ngtcp2_connection_id_status_type,
    ConnectionIdStatusType {
        NGTCP2_CONNECTION_ID_STATUS_TYPE_ACTIVATE,
        NGTCP2_CONNECTION_ID_STATUS_TYPE_DEACTIVATE,
    }
);
