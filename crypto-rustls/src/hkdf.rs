//! HKDF (RFC 5869) and HKDF-Expand-Label of TLS 1.3 (RFC 8446, section 7.1), with an empty context.
//!
//! Written over HMAC, because ring's own HKDF does not give its pseudorandom keys out, and the
//! generic API asks for them.

use ring::hmac;
use zeroize::Zeroizing;

use crate::suite::{Hash, MAX_HASH_LEN};

/// A secret as long as the output of its hash function. Wiped when dropped.
#[derive(Clone)]
pub(crate) struct Secret {
    bytes: Zeroizing<[u8; MAX_HASH_LEN]>,
    len: usize,
}

impl Secret {
    /// Copies a secret. `None` if it is longer than the longest hash.
    pub(crate) fn copy_from(secret: &[u8]) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; MAX_HASH_LEN]);
        bytes.get_mut(..secret.len())?.copy_from_slice(secret);
        Some(Self { bytes, len: secret.len() })
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// HKDF gives at most 255 times the hash length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OutputTooLong;

/// HKDF-Extract.
pub(crate) fn extract(hash: Hash, salt: &[u8], input: &[u8]) -> Secret {
    let tag = hmac::sign(&hmac::Key::new(hash.hmac(), salt), input);
    let mut bytes = Zeroizing::new([0; MAX_HASH_LEN]);
    bytes[..hash.len()].copy_from_slice(tag.as_ref());
    Secret { bytes, len: hash.len() }
}

/// HKDF-Expand. `info` is the concatenation of its parts.
pub(crate) fn expand(
    hash: Hash,
    secret: &[u8],
    info: &[&[u8]],
    output: &mut [u8],
) -> Result<(), OutputTooLong> {
    let key = hmac::Key::new(hash.hmac(), secret);
    let mut previous: Option<hmac::Tag> = None;
    let mut counter = 0u8;
    for chunk in output.chunks_mut(hash.len()) {
        counter = counter.checked_add(1).ok_or(OutputTooLong)?;
        let mut context = hmac::Context::with_key(&key);
        if let Some(block) = &previous {
            context.update(block.as_ref());
        }
        for part in info {
            context.update(part);
        }
        context.update(&[counter]);
        let block = context.sign();
        chunk.copy_from_slice(&block.as_ref()[..chunk.len()]);
        previous = Some(block);
    }
    Ok(())
}

/// HKDF-Expand-Label, for outputs and labels of the lengths that QUIC has.
pub(crate) fn expand_label(hash: Hash, secret: &[u8], label: &[u8], output: &mut [u8]) {
    const PREFIX: &[u8] = b"tls13 ";
    debug_assert!(output.len() <= hash.len() && PREFIX.len() + label.len() <= 255);

    let output_len = (output.len() as u16).to_be_bytes();
    let label_len = [(PREFIX.len() + label.len()) as u8];
    let empty_context = [0];
    let info: [&[u8]; 5] = [&output_len, &label_len, PREFIX, label, &empty_context];
    // No output of QUIC is longer than one hash.
    let expanded = expand(hash, secret, &info, output);
    debug_assert!(expanded.is_ok());
}

/// HKDF-Expand-Label to a secret for the same hash function.
pub(crate) fn expand_label_secret(hash: Hash, secret: &[u8], label: &[u8]) -> Secret {
    let mut bytes = Zeroizing::new([0; MAX_HASH_LEN]);
    expand_label(hash, secret, label, &mut bytes[..hash.len()]);
    Secret { bytes, len: hash.len() }
}

#[cfg(test)]
mod tests;
