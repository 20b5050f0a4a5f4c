//! Taking the protection off a received packet (RFC 9001 §5.3, §5.4, §6).
//!
//! Owns: header protection, packet number recovery, the choice among key phases, and AEAD failure accounting. Must not
//! know: frames. The caller's packet is constant, so the plain packet is built in a buffer of ours: unprotected header,
//! then payload.

use core::ops::Range;

use crate::error::{Error, Result};
use crate::mem::Scratch;
use crate::packet::protect::{self, Unmasked};
use crate::packet::{PacketType, number};
use crate::session::{HeaderKey, PacketKey, Session};
use crate::trace::{Note, note};
use crate::units::{PacketNumber, Space};

use super::keys::OpenAttempt;
use super::{State, key_update, log};

/// A packet whose protection is off.
pub(crate) struct Opened {
    pub(crate) number: PacketNumber,
    /// Where the payload stands in the buffer.
    pub(crate) payload: Range<usize>,
    /// The next key phase opened it: the peer has updated its keys.
    pub(crate) new_phase: bool,
}

/// Why a packet was not opened.
pub(crate) enum Refusal {
    /// Drop it and go on: damaged, a duplicate, or not for us.
    Discard(Note),
    /// It did not authenticate; it may be a stateless reset.
    Unauthentic,
    Fatal(Error),
}

impl Refusal {
    const MALFORMED: Self = Self::Discard(note::MALFORMED);
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Decrypt => Self::Unauthentic,
            other => Self::Fatal(other),
        }
    }
}

/// Opens a long header packet, whose bytes are `packet` and nothing behind it.
pub(crate) fn long(
    s: &mut Session,
    kind: PacketType,
    space: Space,
    version: u32,
    packet: &[u8],
    number_at: usize,
    plain: &mut Scratch<'_>,
) -> Result<Opened, Refusal> {
    let Some(suite) = s.state().keys.open_suite(kind, version) else {
        return Err(Refusal::Discard(note::NO_KEYS));
    };
    let unmasked = unmask(s, &suite.cipher, &suite.header, packet, number_at)?;
    let number = recover_number(s.state(), space, &unmasked)?;
    let result = decrypt(s, &suite.aead, &suite.packet, number, packet, number_at, &unmasked, plain);
    conclude(s, number, &unmasked, result, false)
}

/// Opens a 1-RTT packet, trying the key phase that its header names.
#[inline]
pub(crate) fn short(
    s: &mut Session,
    packet: &[u8],
    number_at: usize,
    plain: &mut Scratch<'_>,
) -> Result<Opened, Refusal> {
    let state = s.state();
    let Some(rx) = state.keys.one_rtt.rx() else { return Err(Refusal::Discard(note::NO_KEYS)) };
    let (aead, cipher, header) = (state.keys.suite.aead, state.keys.suite.hp, rx.header);
    let unmasked = unmask(s, &cipher, &header, packet, number_at)?;
    let state = s.state();
    let number = recover_number(state, Space::Application, &unmasked)?;
    let attempt = state.keys.one_rtt.attempt(unmasked.key_phase(), number);
    if attempt == OpenAttempt::Next && state.keys.one_rtt.key_for(attempt).is_none() {
        key_update::derive_for_peer(s)?;
    }
    let Some(key) = s.state().keys.one_rtt.key_for(attempt) else {
        log::note(s, note::NEW_KEY_NOT_AVAILABLE);
        return Err(Refusal::Unauthentic);
    };
    let key = *key;
    let result = decrypt(s, &aead, &key, number, packet, number_at, &unmasked, plain);
    let opened = conclude(s, number, &unmasked, result, attempt == OpenAttempt::Next)?;
    match attempt {
        OpenAttempt::Current => key_update::on_opened(s, number),
        OpenAttempt::Previous => log::note(s, note::DECRYPTING_WITH_OLD_KEY),
        OpenAttempt::Next => log::note(s, note::DECRYPTING_WITH_NEW_KEY),
    }
    Ok(opened)
}

#[inline]
fn unmask(
    s: &mut Session,
    cipher: &ngtcp2_abi::ngtcp2_crypto_cipher,
    key: &HeaderKey,
    packet: &[u8],
    number_at: usize,
) -> Result<Unmasked, Refusal> {
    let sample = protect::sample(packet, number_at).ok_or(Refusal::MALFORMED)?;
    let mask = s.header_mask(cipher, key, sample)?;
    protect::unmask(packet, number_at, &mask).ok_or(Refusal::MALFORMED)
}

/// The full packet number, unless a packet with it was received before (RFC 9000 §12.3).
#[inline]
fn recover_number(state: &State, space: Space, unmasked: &Unmasked) -> Result<PacketNumber, Refusal> {
    let Some(space) = state.spaces.get(space) else { return Err(Refusal::Discard(note::NO_KEYS)) };
    let number = number::decode(unmasked.truncated, unmasked.pn_len, space.received.largest());
    if number > PacketNumber::MAX {
        return Err(Refusal::MALFORMED);
    }
    if space.received.is_duplicate(number) {
        return Err(Refusal::Discard(note::DUPLICATE));
    }
    Ok(number)
}

/// Decrypts into `plain`: the unprotected header first, then the payload.
#[inline(always)]
fn decrypt(
    s: &mut Session,
    aead: &ngtcp2_abi::ngtcp2_crypto_aead,
    key: &PacketKey,
    number: PacketNumber,
    packet: &[u8],
    number_at: usize,
    unmasked: &Unmasked,
    plain: &mut Scratch<'_>,
) -> Result<Range<usize>, Refusal> {
    let header_len =
        protect::copy_unprotected_header(packet, number_at, unmasked, plain).ok_or(Refusal::MALFORMED)?;
    let ciphertext = packet.get(header_len..).ok_or(Refusal::MALFORMED)?;
    let len = s.open(aead, key, number.0, ciphertext, plain)?;
    Ok(header_len..header_len + len)
}

/// Judges reserved bits after authentication, and counts failures (RFC 9000 §17.2, RFC 9001 §6.6).
#[inline]
fn conclude(
    s: &mut Session,
    number: PacketNumber,
    unmasked: &Unmasked,
    result: Result<Range<usize>, Refusal>,
    new_phase: bool,
) -> Result<Opened, Refusal> {
    match result {
        Ok(_) if !unmasked.reserved_bits_clear() => {
            log::note(s, note::RESERVED_BITS);
            Err(Refusal::Fatal(Error::Proto))
        }
        Ok(payload) => Ok(Opened { number, payload, new_phase }),
        Err(Refusal::Unauthentic) => {
            let keys = &mut s.state().keys;
            keys.failed_opens = keys.failed_opens.saturating_add(1);
            let limit = keys.suite.max_decryption_failure;
            if limit != 0 && keys.failed_opens >= limit {
                return Err(Refusal::Fatal(Error::AeadLimitReached));
            }
            Err(Refusal::Unauthentic)
        }
        Err(other) => Err(other),
    }
}
