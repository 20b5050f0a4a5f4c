//! The fixed bit of the packets we send (RFC 9000 §17.2, RFC 9287).
//!
//! Owns: its value. It is set, unless the peer announced grease_quic_bit: then it takes any value, so that nobody on the
//! path comes to rely on it. Must not know: packets.

use super::skip::Generator;

pub(crate) struct FixedBit {
    varies: bool,
    generator: Generator,
}

impl FixedBit {
    /// `seed` is drawn by the caller's `rand`.
    pub(crate) const fn new(seed: u64) -> Self {
        Self { varies: false, generator: Generator::new(seed) }
    }

    /// The peer announced grease_quic_bit.
    pub(crate) const fn vary(&mut self) {
        self.varies = true;
    }

    /// For the next packet.
    #[inline]
    pub(crate) const fn next(&mut self) -> bool {
        !self.varies || self.generator.next() >> 63 != 0
    }
}
