//! QUIC versions (RFC 9000 §15, RFC 9369 §3.1) and choosing among them (RFC 9368).

/// QUIC version 1 (RFC 9000).
pub(crate) const V1: u32 = 0x0000_0001;
/// QUIC version 2 (RFC 9369).
pub(crate) const V2: u32 = 0x6b33_43cf;
/// What stands in the Version field of a Version Negotiation packet (RFC 8999 §6).
pub(crate) const NEGOTIATION: u32 = 0;

/// Whether this library speaks `version`.
#[inline]
pub(crate) const fn is_supported(version: u32) -> bool {
    matches!(version, V1 | V2)
}

/// Whether `version` has the form 0x?a?a?a?a, which nobody implements (RFC 9000 §15).
#[inline]
pub(crate) const fn is_reserved(version: u32) -> bool {
    version & 0x0f0f_0f0f == 0x0a0a_0a0a
}

/// The first of `preferred` that is among `offered`.
pub(crate) fn select(preferred: &[u32], offered: &[u32]) -> Option<u32> {
    preferred.iter().copied().find(|version| offered.contains(version))
}

/// The first of `preferred` that is among those of a list in wire format.
pub(crate) fn select_from_wire(preferred: &[u32], offered: &[u8]) -> Option<u32> {
    preferred.iter().copied().find(|version| iter(offered).any(|offered| offered == *version))
}

/// The versions of a list in wire format, as Version Negotiation packets and version_information have it. Bytes after
/// the last whole version are left out.
#[inline]
pub(crate) fn iter(wire: &[u8]) -> impl Iterator<Item = u32> + Clone + '_ {
    wire.as_chunks::<4>().0.iter().map(|bytes| u32::from_be_bytes(*bytes))
}
