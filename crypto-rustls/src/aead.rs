//! Packet protection (RFC 9001, section 5.3): an AEAD key, expanded once, that seals and opens in
//! place. Nothing here allocates.

use ring::aead::{Aad, LessSafeKey, Nonce, UnboundKey};

use crate::suite::{Aead, TAG_LEN};

/// Sealing or opening failed. Why is not told, as the caller could not do anything about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AeadError;

impl From<ring::error::Unspecified> for AeadError {
    fn from(_: ring::error::Unspecified) -> Self {
        Self
    }
}

/// An AEAD key, ready for use.
pub(crate) struct AeadKey(LessSafeKey);

impl AeadKey {
    /// `key` must be as long as `aead` says.
    pub(crate) fn new(aead: Aead, key: &[u8]) -> Result<Self, AeadError> {
        Ok(Self(LessSafeKey::new(UnboundKey::new(aead.algorithm(), key)?)))
    }

    /// Encrypts `in_out` and returns its tag.
    #[inline]
    pub(crate) fn seal(
        &self,
        nonce: &[u8],
        additional: &[u8],
        in_out: &mut [u8],
    ) -> Result<[u8; TAG_LEN], AeadError> {
        let nonce = Nonce::try_assume_unique_for_key(nonce)?;
        let tag = self.0.seal_in_place_separate_tag(nonce, Aad::from(additional), in_out)?;
        tag.as_ref().try_into().map_err(|_| AeadError)
    }

    /// Decrypts `in_out` if `tag` is right. Otherwise the content of `in_out` is of no use.
    #[inline]
    pub(crate) fn open(
        &self,
        nonce: &[u8],
        additional: &[u8],
        in_out: &mut [u8],
        tag: [u8; TAG_LEN],
    ) -> Result<(), AeadError> {
        let nonce = Nonce::try_assume_unique_for_key(nonce)?;
        let additional = Aad::from(additional);
        self.0.open_in_place_separate_tag(nonce, additional, tag.into(), in_out, 0..)?;
        Ok(())
    }
}
