//! Header protection (RFC 9001 §5.4) without the cipher: where the sample is, and what the mask does.
//!
//! Owns: which bits are masked. Must not know: keys. The caller makes the mask from the sample.

use super::LONG_FORM;
use crate::mem::Scratch;

/// The length of the ciphertext sample that the mask is made of.
pub(crate) const SAMPLE_LEN: usize = 16;
/// The length of the mask: one byte for the first byte, four for the packet number.
pub(crate) const MASK_LEN: usize = 5;
/// The sample begins where a packet number of four bytes would end (RFC 9001 §5.4.2).
const SAMPLE_DISTANCE: usize = 4;

/// The bits of the first byte that are masked.
const LONG_MASKED_BITS: u8 = 0x0f;
const SHORT_MASKED_BITS: u8 = 0x1f;
/// The bits that must be zero once the mask is off; else PROTOCOL_VIOLATION (RFC 9000 §17.2, §17.3.1).
const LONG_RESERVED_BITS: u8 = 0x0c;
const SHORT_RESERVED_BITS: u8 = 0x18;
const KEY_PHASE: u8 = 0x04;

/// The header of a 1-RTT packet has 25 bytes at most.
const HEADER_BLOCK: usize = 32;

/// Where the sample of a packet begins whose packet number begins at `pn_offset`.
#[inline]
pub(crate) const fn sample_offset(pn_offset: usize) -> usize {
    pn_offset.saturating_add(SAMPLE_DISTANCE)
}

/// The sample of `packet`; `None` when the packet is too short to have one.
#[inline]
pub(crate) fn sample(packet: &[u8], pn_offset: usize) -> Option<&[u8; SAMPLE_LEN]> {
    packet.get(sample_offset(pn_offset)..)?.first_chunk()
}

/// Masks the header of a finished packet in place; `false`, and nothing done, when the packet is too short.
///
/// The packet number is followed by at least the payload and its tag, so four bytes are there to load and store.
#[inline(always)]
pub(crate) fn apply_mask(packet: &mut [u8], pn_offset: usize, mask: &[u8; MASK_LEN]) -> bool {
    let Some((first_byte, _)) = packet.split_first() else { return false };
    let first_byte = *first_byte;
    let Some(number) = packet.get_mut(pn_offset..).and_then(<[u8]>::first_chunk_mut::<4>) else {
        return false;
    };
    let masked = u32::from_be_bytes(*number) ^ (number_mask(mask) & number_bits(first_byte));
    *number = masked.to_be_bytes();
    if let Some(first) = packet.first_mut() {
        *first ^= mask[0] & masked_bits(first_byte);
    }
    true
}

/// What header protection hid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unmasked {
    pub(crate) first_byte: u8,
    /// The packet number as sent, `pn_len` bytes of it.
    pub(crate) truncated: u64,
    pub(crate) pn_len: usize,
}

impl Unmasked {
    /// Whether the reserved bits are zero. Judged only after the packet was decrypted (RFC 9000 §17.2).
    #[inline]
    pub(crate) const fn reserved_bits_clear(&self) -> bool {
        let reserved =
            if self.first_byte & LONG_FORM != 0 { LONG_RESERVED_BITS } else { SHORT_RESERVED_BITS };
        self.first_byte & reserved == 0
    }

    /// The key phase of a short header.
    #[inline]
    pub(crate) const fn key_phase(&self) -> bool {
        self.first_byte & KEY_PHASE != 0
    }
}

/// Takes the mask off the first byte and the packet number of a received packet, which is not changed.
#[inline]
pub(crate) fn unmask(packet: &[u8], pn_offset: usize, mask: &[u8; MASK_LEN]) -> Option<Unmasked> {
    let first = *packet.first()?;
    let number = packet.get(pn_offset..)?.first_chunk::<4>()?;
    let first_byte = first ^ (mask[0] & masked_bits(first));
    let pn_len = usize::from(first_byte & 3).wrapping_add(1);
    let unused_bits = 32_u32.wrapping_sub((pn_len as u32).wrapping_mul(8));
    let truncated = (u32::from_be_bytes(*number) ^ number_mask(mask)).wrapping_shr(unused_bits);
    Some(Unmasked { first_byte, truncated: u64::from(truncated), pn_len })
}

/// Fills `out`, which is empty, with the header of `packet` without its protection: the associated data of the AEAD.
/// Returns its length, or `None` when it does not fit.
#[inline]
pub(crate) fn copy_unprotected_header(
    packet: &[u8],
    pn_offset: usize,
    unmasked: &Unmasked,
    out: &mut Scratch<'_>,
) -> Option<usize> {
    let len = pn_offset.checked_add(unmasked.pn_len)?;
    // The header of a 1-RTT packet is copied as a block: what is behind it becomes payload.
    if let Some(from) = packet.first_chunk::<HEADER_BLOCK>()
        && len <= from.len()
        && let Some(block) = out.push_block(from)
    {
        let unused_bits = 32_u32.wrapping_sub((unmasked.pn_len as u32).wrapping_mul(8));
        if let Some(number) = block.get_mut(pn_offset..).and_then(<[u8]>::first_chunk_mut::<4>) {
            *number = (unmasked.truncated as u32).wrapping_shl(unused_bits).to_be_bytes();
            block[0] = unmasked.first_byte;
            out.truncate(len);
            return Some(len);
        }
        out.truncate(0);
    }
    out.push(packet.get(..pn_offset)?)?;
    *out.filled_mut().first_mut()? = unmasked.first_byte;
    let bytes = (unmasked.truncated as u32).to_be_bytes();
    out.push(bytes.get(bytes.len().checked_sub(unmasked.pn_len)?..)?)?;
    Some(len)
}

#[inline]
const fn masked_bits(first_byte: u8) -> u8 {
    if first_byte & LONG_FORM != 0 { LONG_MASKED_BITS } else { SHORT_MASKED_BITS }
}

#[inline]
const fn number_mask(mask: &[u8; MASK_LEN]) -> u32 {
    u32::from_be_bytes([mask[1], mask[2], mask[3], mask[4]])
}

/// The bits of a four-byte block that belong to a packet number whose length the (unmasked) first byte gives.
#[inline]
const fn number_bits(first_byte: u8) -> u32 {
    let unused_bits = 24_u32.wrapping_sub((first_byte as u32 & 3).wrapping_mul(8));
    u32::MAX.wrapping_shl(unused_bits)
}
