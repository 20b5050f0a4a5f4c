//! Packet protection keys of one direction at one encryption level: derived from a traffic secret,
//! or for Initial packets from a connection ID (RFC 9001, sections 5.1, 5.2 and 6.1).

use zeroize::Zeroizing;

use crate::aead::{AeadError, AeadKey};
use crate::header_protection::HeaderProtectionKey;
use crate::hkdf::{self, Secret};
use crate::suite::{self, MAX_KEY_LEN, NONCE_LEN, Suite};
use crate::version::Version;

/// Key, IV and header protection key as bytes. Wiped when dropped.
pub(crate) struct PacketKeys {
    suite: &'static Suite,
    key: Zeroizing<[u8; MAX_KEY_LEN]>,
    iv: Zeroizing<[u8; NONCE_LEN]>,
    header_protection: Zeroizing<[u8; MAX_KEY_LEN]>,
}

impl PacketKeys {
    pub(crate) fn derive(suite: &'static Suite, version: &Version, secret: &[u8]) -> Self {
        let mut keys = Self {
            suite,
            key: Zeroizing::new([0; MAX_KEY_LEN]),
            iv: Zeroizing::new([0; NONCE_LEN]),
            header_protection: Zeroizing::new([0; MAX_KEY_LEN]),
        };
        let key = &mut keys.key[..suite.aead.key_len()];
        hkdf::expand_label(suite.hash, secret, version.key_label, key);
        hkdf::expand_label(suite.hash, secret, version.iv_label, &mut keys.iv[..]);
        let header_protection = &mut keys.header_protection[..suite.header_cipher.key_len()];
        hkdf::expand_label(suite.hash, secret, version.header_protection_label, header_protection);
        keys
    }

    pub(crate) fn key(&self) -> &[u8] {
        &self.key[..self.suite.aead.key_len()]
    }

    pub(crate) fn iv(&self) -> &[u8; NONCE_LEN] {
        &self.iv
    }

    pub(crate) fn header_protection(&self) -> &[u8] {
        &self.header_protection[..self.suite.header_cipher.key_len()]
    }

    pub(crate) fn aead_key(&self) -> Result<AeadKey, AeadError> {
        AeadKey::new(self.suite.aead, self.key())
    }

    pub(crate) fn header_protection_key(&self) -> Result<HeaderProtectionKey, AeadError> {
        HeaderProtectionKey::new(self.suite.header_cipher, self.header_protection())
    }
}

/// The secret of the next key phase (RFC 9001, section 6.1).
pub(crate) fn next_secret(suite: &Suite, version: &Version, secret: &[u8]) -> Secret {
    hkdf::expand_label_secret(suite.hash, secret, version.key_update_label)
}

/// Keys of Initial packets, from the destination connection ID of the client's first one.
pub(crate) struct InitialKeys {
    pub(crate) client: PacketKeys,
    pub(crate) server: PacketKeys,
}

impl InitialKeys {
    pub(crate) fn derive(version: &Version, destination_connection_id: &[u8]) -> Self {
        let hash = suite::INITIAL.hash;
        let initial = hkdf::extract(hash, &version.initial_salt, destination_connection_id);
        let keys = |label| {
            let secret = hkdf::expand_label_secret(hash, initial.as_bytes(), label);
            PacketKeys::derive(suite::INITIAL, version, secret.as_bytes())
        };
        Self { client: keys(b"client in"), server: keys(b"server in") }
    }
}

#[cfg(test)]
mod tests;
