//! Sealing of stateless session tickets (RFC 8446, section 4.6.1), with keys that several servers share.
//!
//! A ticket is the name of its key, a salt, and an AES-256-GCM ciphertext. Each ticket has a key of its own, derived from
//! the shared one and the salt, so servers need not agree on nonces, and a key may seal any number of tickets. It must
//! not know what a ticket holds.

use zeroize::Zeroizing;

use crate::aead::AeadKey;
use crate::hkdf::{self, Secret};
use crate::random;
use crate::suite::{Aead, Hash, NONCE_LEN, TAG_LEN};

/// The length of a ticket key.
pub(crate) const KEY_LEN: usize = 32;

const NAME_LEN: usize = 16;
const SALT_LEN: usize = 32;
const AEAD: Aead = Aead::Aes256Gcm;
const HASH: Hash = Hash::Sha256;

/// One shared key.
struct TicketKey {
    /// Says which key opens a ticket. It tells nothing about the key.
    name: [u8; NAME_LEN],
    secret: Secret,
}

/// The keys of a server: the first one seals, each of them opens.
pub(crate) struct TicketKeys(Vec<TicketKey>);

impl TicketKeys {
    /// `None` without a key.
    pub(crate) fn new(keys: &[[u8; KEY_LEN]]) -> Option<Self> {
        // Enough room from the start: a vector that grows leaves unwiped copies behind.
        let mut made = Vec::with_capacity(keys.len());
        for key in keys {
            made.push(TicketKey::new(key)?);
        }
        (!made.is_empty()).then_some(Self(made))
    }

    /// `None` if the system has no random numbers.
    pub(crate) fn seal(&self, plaintext: &[u8]) -> Option<Vec<u8>> {
        let key = self.0.first()?;
        let mut salt = [0; SALT_LEN];
        random::fill(&mut salt).ok()?;
        let mut ticket = Vec::with_capacity(NAME_LEN + SALT_LEN + plaintext.len() + TAG_LEN);
        ticket.extend_from_slice(&key.name);
        ticket.extend_from_slice(&salt);
        ticket.extend_from_slice(plaintext);
        let (name, rest) = ticket.split_at_mut(NAME_LEN);
        let (aead, nonce) = key.derive(&salt)?;
        let tag = aead.seal(&nonce, name, rest.get_mut(SALT_LEN..)?).ok()?;
        ticket.extend_from_slice(&tag);
        Some(ticket)
    }

    /// `None` if it is not a ticket of one of the keys.
    pub(crate) fn open(&self, ticket: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (name, rest) = ticket.split_first_chunk::<NAME_LEN>()?;
        let (salt, rest) = rest.split_first_chunk::<SALT_LEN>()?;
        let (ciphertext, tag) = rest.split_last_chunk::<TAG_LEN>()?;
        let key = self.0.iter().find(|key| key.name == *name)?;
        let (aead, nonce) = key.derive(salt)?;
        let mut plaintext = Zeroizing::new(ciphertext.to_vec());
        aead.open(&nonce, name, &mut plaintext, *tag).ok()?;
        Some(plaintext)
    }
}

impl TicketKey {
    fn new(key: &[u8; KEY_LEN]) -> Option<Self> {
        let mut name = [0; NAME_LEN];
        hkdf::expand(HASH, key, &[b"ticket name"], &mut name).ok()?;
        Some(Self { name, secret: Secret::copy_from(key)? })
    }

    fn derive(&self, salt: &[u8; SALT_LEN]) -> Option<(AeadKey, [u8; NONCE_LEN])> {
        let mut key = Zeroizing::new([0; KEY_LEN]);
        let mut nonce = [0; NONCE_LEN];
        let secret = hkdf::extract(HASH, salt, self.secret.as_bytes());
        hkdf::expand(HASH, secret.as_bytes(), &[b"ticket key"], &mut key[..]).ok()?;
        hkdf::expand(HASH, secret.as_bytes(), &[b"ticket iv"], &mut nonce).ok()?;
        Some((AeadKey::new(AEAD, &key[..]).ok()?, nonce))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(first_bytes: &[u8]) -> TicketKeys {
        let keys: Vec<_> = first_bytes.iter().map(|&byte| [byte; KEY_LEN]).collect();
        TicketKeys::new(&keys).unwrap()
    }

    #[test]
    fn another_server_with_the_key_opens_it() {
        let ticket = keys(&[1]).seal(b"session").unwrap();
        assert_eq!(keys(&[1]).open(&ticket).unwrap()[..], b"session"[..]);
        assert!(keys(&[2]).open(&ticket).is_none());
    }

    #[test]
    fn rotation_keeps_what_the_old_key_sealed() {
        let old = keys(&[1]).seal(b"session").unwrap();
        let both = keys(&[2, 1]);
        assert!(both.open(&old).is_some());
        let new = both.seal(b"session").unwrap();
        assert!(keys(&[1]).open(&new).is_none());
        assert!(keys(&[2]).open(&new).is_some());
    }

    #[test]
    fn any_damage_is_found() {
        let keys = keys(&[1]);
        let ticket = keys.seal(b"session").unwrap();
        for index in 0..ticket.len() {
            let mut damaged = ticket.clone();
            damaged[index] ^= 1;
            assert!(keys.open(&damaged).is_none());
            assert!(keys.open(&ticket[..index]).is_none());
        }
    }

    #[test]
    fn two_tickets_never_look_alike() {
        let keys = keys(&[1]);
        assert_ne!(keys.seal(b"session"), keys.seal(b"session"));
        assert!(TicketKeys::new(&[]).is_none());
    }
}
