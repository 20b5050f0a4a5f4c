//! Header protection (RFC 9001, section 5.4): a cipher key, expanded once, that makes masks.

use ngtcp2_abi::{NGTCP2_HP_MASKLEN, NGTCP2_HP_SAMPLELEN};
use ring::aead::quic;

use crate::aead::AeadError;
use crate::suite::HeaderCipher;

/// A header protection key, ready for use.
pub(crate) struct HeaderProtectionKey(quic::HeaderProtectionKey);

impl HeaderProtectionKey {
    /// `key` must be as long as `cipher` says.
    pub(crate) fn new(cipher: HeaderCipher, key: &[u8]) -> Result<Self, AeadError> {
        Ok(Self(quic::HeaderProtectionKey::new(cipher.algorithm(), key)?))
    }

    #[inline]
    pub(crate) fn mask(
        &self,
        sample: &[u8; NGTCP2_HP_SAMPLELEN],
    ) -> Result<[u8; NGTCP2_HP_MASKLEN], AeadError> {
        Ok(self.0.new_mask(sample)?)
    }
}
