//! Packets: headers, types, sizes and ECN marks.

use core::ffi::c_int;

use crate::ngtcp2_cid;

/// The UDP payload that every path has to carry (RFC 9000, section 14). A datagram with a client's
/// Initial packet is at least this long.
pub const NGTCP2_MAX_UDP_PAYLOAD_SIZE: usize = 1200;
/// The largest UDP payload that can be sent at all.
pub const NGTCP2_MAX_TX_UDP_PAYLOAD_SIZE: usize = 65527;
/// The largest UDP payload that path MTU discovery tries unless the settings say otherwise.
pub const NGTCP2_MAX_PMTUD_UDP_PAYLOAD_SIZE: usize = 1452;

/// Not ECN-capable (RFC 3168, section 5).
pub const NGTCP2_ECN_NOT_ECT: c_int = 0x0;
/// ECN-capable transport, ECT(1).
pub const NGTCP2_ECN_ECT_1: c_int = 0x1;
/// ECN-capable transport, ECT(0).
pub const NGTCP2_ECN_ECT_0: c_int = 0x2;
/// Congestion experienced.
pub const NGTCP2_ECN_CE: c_int = 0x3;
/// The two ECN bits of the IP header's traffic class.
pub const NGTCP2_ECN_MASK: c_int = 0x3;

/// The first generation of `ngtcp2_pkt_info`.
pub const NGTCP2_PKT_INFO_V1: c_int = 1;
/// The generation of `ngtcp2_pkt_info` in this header.
pub const NGTCP2_PKT_INFO_VERSION: c_int = NGTCP2_PKT_INFO_V1;

/// What the IP layer tells about a UDP datagram.
#[repr(C, align(8))]
#[derive(Clone, Copy)]
pub struct ngtcp2_pkt_info {
    /// The ECN mark, one of `NGTCP2_ECN_*`.
    pub ecn: u8,
}

zero!(ngtcp2_pkt_info { ecn: 0 });

/// No flag.
pub const NGTCP2_PKT_FLAG_NONE: u32 = 0x00u32;
/// The packet has a long header.
pub const NGTCP2_PKT_FLAG_LONG_FORM: u32 = 0x01u32;
/// The fixed bit is clear (RFC 9287).
pub const NGTCP2_PKT_FLAG_FIXED_BIT_CLEAR: u32 = 0x02u32;
/// The key phase bit is set.
pub const NGTCP2_PKT_FLAG_KEY_PHASE: u32 = 0x04u32;

/// The kinds of QUIC packets. The values are ngtcp2's own, not those on the wire.
#[repr(C)]
enum PktType {
    /// Version Negotiation.
    NGTCP2_PKT_VERSION_NEGOTIATION = 0x80,
    /// Stateless reset.
    NGTCP2_PKT_STATELESS_RESET = 0x81,
    /// Initial.
    NGTCP2_PKT_INITIAL = 0x10,
    /// 0-RTT.
    NGTCP2_PKT_0RTT = 0x11,
    /// Handshake.
    NGTCP2_PKT_HANDSHAKE = 0x12,
    /// Retry.
    NGTCP2_PKT_RETRY = 0x13,
    /// 1-RTT: the packet with a short header.
    NGTCP2_PKT_1RTT = 0x40,
}

open_enum!(
    ngtcp2_pkt_type,
    PktType {
        NGTCP2_PKT_VERSION_NEGOTIATION,
        NGTCP2_PKT_STATELESS_RESET,
        NGTCP2_PKT_INITIAL,
        NGTCP2_PKT_0RTT,
        NGTCP2_PKT_HANDSHAKE,
        NGTCP2_PKT_RETRY,
        NGTCP2_PKT_1RTT,
    }
);

/// A packet header.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_pkt_hd {
    /// The destination connection ID.
    pub dcid: ngtcp2_cid,
    /// The source connection ID. Long headers only.
    pub scid: ngtcp2_cid,
    /// The packet number.
    pub pkt_num: i64,
    /// The token of an Initial packet, or NULL. It points into the packet that was decoded.
    pub token: *const u8,
    /// The number of bytes at `token`.
    pub tokenlen: usize,
    /// The number of bytes that the packet number takes.
    pub pkt_numlen: usize,
    /// The Length field of a long header: packet number and payload together.
    pub len: usize,
    /// The QUIC version. Long headers only.
    pub version: u32,
    /// The packet type, one of `ngtcp2_pkt_type`.
    pub r#type: u8,
    /// Zero or more of `NGTCP2_PKT_FLAG_*`.
    pub flags: u8,
}

zero!(ngtcp2_pkt_hd {
    dcid: ngtcp2_cid::ZERO,
    scid: ngtcp2_cid::ZERO,
    pkt_num: 0,
    token: core::ptr::null(),
    tokenlen: 0,
    pkt_numlen: 0,
    len: 0,
    version: 0,
    r#type: 0,
    flags: 0,
});

/// The part of a packet header that is the same in all versions of QUIC (RFC 8999).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_version_cid {
    /// The version, or 0 for a short header.
    pub version: u32,
    /// The destination connection ID. It points into the packet that was decoded.
    pub dcid: *const u8,
    /// The number of bytes at `dcid`, up to 255.
    pub dcidlen: usize,
    /// The source connection ID, or NULL for a short header. It points into the packet that was
    /// decoded.
    pub scid: *const u8,
    /// The number of bytes at `scid`, up to 255.
    pub scidlen: usize,
}

zero!(ngtcp2_version_cid {
    version: 0,
    dcid: core::ptr::null(),
    dcidlen: 0,
    scid: core::ptr::null(),
    scidlen: 0
});
