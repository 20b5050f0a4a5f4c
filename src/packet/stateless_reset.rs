//! Stateless reset packets (RFC 9000 §10.3): random bytes that look like a short header, then a token.

use super::FIXED_BIT;
use crate::error::{Error, Result};
use crate::wire::Writer;

/// The length of a stateless reset token.
pub(crate) const TOKEN_LEN: usize = 16;
/// The fewest unpredictable bytes before the token (RFC 9000 §10.3: 38 bits and the fixed ones).
pub(crate) const MIN_RANDOM_LEN: usize = 5;
/// The shortest packet that can be a stateless reset.
pub(crate) const MIN_LEN: usize = MIN_RANDOM_LEN + TOKEN_LEN;

/// Writes a packet and returns its length: as many of the `random` bytes as fit, then the token.
pub(crate) fn write(dest: &mut [u8], token: &[u8; TOKEN_LEN], random: &[u8]) -> Result<usize> {
    if dest.len() < MIN_LEN {
        return Err(Error::NoBuf);
    }
    if random.len() < MIN_RANDOM_LEN {
        return Err(Error::InvalidArgument);
    }
    let random_len = random.len().min(dest.len().saturating_sub(TOKEN_LEN));
    let mut writer = Writer::new(dest);
    writer.bytes(random.get(..random_len).unwrap_or_default())?;
    writer.array(*token)?;
    if let Some(first) = writer.written_mut().first_mut() {
        *first = FIXED_BIT | (*first & 0x3f);
    }
    Ok(writer.position())
}

/// Where the token of a stateless reset would be, with the bytes before it; `None` when the datagram is too short to
/// be one. Comparing it, in constant time, is the caller's.
#[inline]
pub(crate) fn split(datagram: &[u8]) -> Option<(&[u8], &[u8; TOKEN_LEN])> {
    if datagram.len() < MIN_LEN {
        return None;
    }
    datagram.split_last_chunk()
}
