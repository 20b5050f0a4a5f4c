//! Stateless reset (RFC 9000, section 10.3).

/// The length of a stateless reset token in bytes.
pub const NGTCP2_STATELESS_RESET_TOKENLEN: usize = 16;
/// The fewest unpredictable bytes that a stateless reset packet carries before its token.
pub const NGTCP2_MIN_STATELESS_RESET_RANDLEN: usize = 5;

/// A stateless reset token. Since 1.22.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_stateless_reset_token {
    /// The bytes.
    pub data: [u8; NGTCP2_STATELESS_RESET_TOKENLEN],
}

zero!(ngtcp2_stateless_reset_token { data: [0; NGTCP2_STATELESS_RESET_TOKENLEN] });

/// A stateless reset packet that was received. New code uses `ngtcp2_pkt_stateless_reset2`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_pkt_stateless_reset {
    /// The token at the end of the packet.
    pub stateless_reset_token: [u8; NGTCP2_STATELESS_RESET_TOKENLEN],
    /// The bytes before the token. Valid during the callback only.
    pub rand: *const u8,
    /// The number of bytes at `rand`.
    pub randlen: usize,
}

/// A stateless reset packet that was received. Since 1.22.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_pkt_stateless_reset2 {
    /// The token at the end of the packet.
    pub token: ngtcp2_stateless_reset_token,
    /// The bytes before the token. Valid during the callback only.
    pub rand: *const u8,
    /// The number of bytes at `rand`.
    pub randlen: usize,
}
