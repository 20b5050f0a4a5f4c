//! Keys of the null protection: how both ends derive the same ones, and the contexts that the library is given.
//!
//! Owns: the key schedule. Whoever hands a [`KeySet`] to the library must discard it if the library refuses it.

use ngtcp2_abi::{ngtcp2_cid, ngtcp2_crypto_aead_ctx, ngtcp2_crypto_cipher_ctx};

use crate::protection::{delete_context, new_context};
use crate::random::{checksum, mix};

pub(crate) const IV: usize = 12;
pub(crate) const SECRET: usize = 32;

/// Who protects packets with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}

impl Side {
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

/// A traffic secret, from which keys are made and the next secret is derived.
pub(crate) type Secret = [u8; SECRET];

/// The contexts and the iv of one direction at one level.
#[derive(Clone, Copy)]
pub(crate) struct KeySet {
    pub(crate) aead: ngtcp2_crypto_aead_ctx,
    pub(crate) cipher: ngtcp2_crypto_cipher_ctx,
    pub(crate) iv: [u8; IV],
}

impl KeySet {
    fn new(key: u64) -> Self {
        Self {
            aead: aead_context(key),
            cipher: ngtcp2_crypto_cipher_ctx { native_handle: new_context(mix(key ^ 0x99)) },
            iv: iv(key),
        }
    }

    /// The keys of Initial packets, from the client's first destination connection id.
    pub(crate) fn initial(version: u32, client_dcid: &ngtcp2_cid, side: Side) -> Self {
        let id = &client_dcid.data[..client_dcid.datalen];
        Self::new(mix(checksum(u64::from(version), id) ^ side as u64))
    }

    /// The keys of Handshake packets.
    pub(crate) fn handshake(master: u64, side: Side) -> Self {
        Self::new(mix(master ^ 0x10 ^ side as u64))
    }

    /// The keys of 0-RTT packets; only the client has any.
    pub(crate) fn early(client_random: &[u8]) -> Self {
        Self::new(checksum(0x0177, client_random))
    }

    /// The first keys of 1-RTT packets.
    pub(crate) fn application(secret: &Secret) -> Self {
        Self::new(secret_key(secret))
    }

    /// Deletes the contexts: the library did not take them.
    pub(crate) fn discard(self) {
        delete_context(self.aead.native_handle);
        delete_context(self.cipher.native_handle);
    }
}

/// A context for packet payloads alone: key updates keep the header protection key.
pub(crate) fn aead_context(key: u64) -> ngtcp2_crypto_aead_ctx {
    ngtcp2_crypto_aead_ctx { native_handle: new_context(key) }
}

/// The key that protects Retry packets; both ends know it.
pub(crate) const RETRY_KEY: u64 = 0x4e7;

/// The secret of both ends after the handshake messages.
pub(crate) fn master(client_random: &[u8], server_random: &[u8]) -> u64 {
    checksum(checksum(1, client_random), server_random)
}

/// The first 1-RTT secret of one side.
pub(crate) fn application_secret(master: u64, side: Side) -> Secret {
    expand(mix(master ^ 0x20 ^ side as u64))
}

/// The secret after `current`.
pub(crate) fn next_secret(current: &[u8]) -> Secret {
    expand(checksum(0x6b75, current))
}

pub(crate) fn secret_key(secret: &[u8]) -> u64 {
    checksum(0x5ec, secret)
}

pub(crate) fn iv(key: u64) -> [u8; IV] {
    let mut iv = [0; IV];
    iv[..8].copy_from_slice(&mix(key ^ 0x4956).to_le_bytes());
    iv[8..].copy_from_slice(&mix(key ^ 0x4957).to_le_bytes()[..4]);
    iv
}

fn expand(key: u64) -> Secret {
    let mut secret = [0; SECRET];
    for (index, word) in secret.chunks_exact_mut(8).enumerate() {
        word.copy_from_slice(&mix(key ^ index as u64).to_le_bytes());
    }
    secret
}
