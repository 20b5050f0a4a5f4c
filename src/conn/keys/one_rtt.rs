//! 1-RTT keys, their phases and updates (RFC 9001 §6).
//!
//! Owns: the current, the previous and the next generation of keys, and when an update may happen. Must not know: how
//! the next generation is derived, and what acknowledged a packet.

use ngtcp2_abi as abi;

use super::Protection;
use crate::machine::state_machine;
use crate::session::PacketKey;
use crate::units::{Duration, PacketNumber, Timestamp};

/// The longest traffic secret of TLS 1.3 is that of SHA-512; suites in use need 48 bytes.
pub(crate) const MAX_SECRET: usize = 64;

/// What part of the AEAD's limit is used up when an update is started without being asked for: it may have to wait for an
/// acknowledgment and the cool-down.
const UPDATE_AT_FRACTION_OF_LIMIT: u64 = 2;

state_machine! {
    /// The key update of a connection, whoever began it.
    pub(crate) machine KeyUpdate / UpdateStage, begins Underived, states {
        /// The next generation of keys does not exist.
        Underived,
        /// The next generation is derived: an update may begin.
        Ready,
        /// We send in a new phase, and the peer has given no sign of it yet.
        Unconfirmed,
        /// The peer is in the new phase as well; the next update waits for three PTO (RFC 9001 §6.5).
        CoolingDown,
    } {
        derive: Underived | CoolingDown => Ready;
        switch: Ready => Unconfirmed;
        confirm: Unconfirmed => CoolingDown;
    }
}

/// A traffic secret.
#[derive(Clone, Copy)]
pub(crate) struct Secret {
    bytes: [u8; MAX_SECRET],
    len: u8,
}

impl Secret {
    pub(crate) const EMPTY: Self = Self { bytes: [0; MAX_SECRET], len: 0 };

    /// Takes the caller's bytes without leaving them anywhere else; `false` for a secret that is too long.
    fn fill(&mut self, bytes: &[u8]) -> bool {
        let Some(place) = self.bytes.get_mut(..bytes.len()) else { return false };
        place.copy_from_slice(bytes);
        self.len = bytes.len() as u8;
        true
    }

    /// A secret of the same length, to be filled in.
    pub(crate) const fn blank(&self) -> Self {
        Self { bytes: [0; MAX_SECRET], len: self.len }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len as usize).unwrap_or_default()
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        self.bytes.get_mut(..self.len as usize).unwrap_or_default()
    }
}

/// One generation of both directions' keys, with the secrets the generation after it is derived from.
pub(crate) struct Generation {
    pub(crate) rx: PacketKey,
    pub(crate) tx: PacketKey,
    pub(crate) rx_secret: Secret,
    pub(crate) tx_secret: Secret,
}

/// Which key a received packet is tried with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OpenAttempt {
    Previous,
    Current,
    /// A phase that was not seen before: if the packet opens, the peer has updated its keys.
    Next,
}

/// The 1-RTT level.
pub(crate) struct OneRtt {
    tx: Option<Protection>,
    rx: Option<Protection>,
    rx_secret: Secret,
    tx_secret: Secret,
    /// The key phase bit of packets we send, and expect.
    phase: bool,
    /// The updates so far.
    generation: u32,
    pub(crate) update: KeyUpdate,
    /// The first packet that we sent, and the smallest that we received, in the current phase.
    first_sent: PacketNumber,
    first_received: Option<PacketNumber>,
    sealed: u64,
    previous: Option<(PacketKey, Timestamp)>,
    next: Option<Generation>,
    /// The application is deriving the next generation: a call from inside must not begin it again.
    deriving: bool,
    cooled_down_at: Timestamp,
}

impl OneRtt {
    pub(crate) const fn new() -> Self {
        Self {
            tx: None,
            rx: None,
            rx_secret: Secret::EMPTY,
            tx_secret: Secret::EMPTY,
            phase: false,
            generation: 0,
            update: KeyUpdate::new(),
            first_sent: PacketNumber(0),
            first_received: None,
            sealed: 0,
            previous: None,
            next: None,
            deriving: false,
            cooled_down_at: Timestamp::ZERO,
        }
    }

    #[inline]
    pub(crate) const fn tx(&self) -> Option<&Protection> {
        self.tx.as_ref()
    }

    #[inline]
    pub(crate) const fn rx(&self) -> Option<&Protection> {
        self.rx.as_ref()
    }

    #[inline]
    pub(crate) const fn phase(&self) -> bool {
        self.phase
    }

    pub(crate) const fn generation(&self) -> u32 {
        self.generation
    }

    /// `false` for a secret that no suite has; nothing is installed then.
    pub(crate) fn install_rx(&mut self, secret: &[u8], protection: Protection) -> bool {
        let fits = self.rx_secret.fill(secret);
        if fits {
            self.rx = Some(protection);
        }
        fits
    }

    pub(crate) fn install_tx(&mut self, secret: &[u8], protection: Protection) -> bool {
        let fits = self.tx_secret.fill(secret);
        if fits {
            self.tx = Some(protection);
        }
        fits
    }

    pub(crate) fn withdraw_rx(&mut self) -> bool {
        self.rx.take().is_some()
    }

    pub(crate) fn withdraw_tx(&mut self) -> bool {
        self.tx.take().is_some()
    }

    /// The secrets to derive the next generation from, when that is due. Whoever gets them ends the derivation.
    pub(crate) fn begin_derivation(&mut self, now: Timestamp) -> Option<(Secret, Secret)> {
        let secrets = self.derivation_due(now)?;
        self.deriving = true;
        Some(secrets)
    }

    pub(crate) fn end_derivation(&mut self) {
        self.deriving = false;
    }

    fn derivation_due(&self, now: Timestamp) -> Option<(Secret, Secret)> {
        if self.deriving || self.next.is_some() || self.tx.is_none() || self.rx.is_none() {
            return None;
        }
        match self.update.state() {
            UpdateStage::Underived => Some((self.rx_secret, self.tx_secret)),
            UpdateStage::CoolingDown if now >= self.cooled_down_at => Some((self.rx_secret, self.tx_secret)),
            _ => None,
        }
    }

    pub(crate) fn set_next(&mut self, next: Generation) {
        if self.update.derive() {
            self.next = Some(next);
        }
    }

    /// Moves both directions to the next generation and returns the sending key that is not needed any more. The old
    /// receiving key stays for a peer that has not followed yet, and for packets that were overtaken (RFC 9001 §6.1, §6.5).
    /// `None` when no update may happen now.
    #[inline(never)]
    pub(crate) fn switch(&mut self, next_to_send: PacketNumber) -> Option<abi::ngtcp2_crypto_aead_ctx> {
        let (Some(rx), Some(tx)) = (&mut self.rx, &mut self.tx) else { return None };
        if self.next.is_none() || self.previous.is_some() || !self.update.switch() {
            return None;
        }
        let next = self.next.take()?;
        let former = tx.packet.context;
        self.previous = Some((rx.packet, Timestamp::NEVER));
        rx.packet = next.rx;
        tx.packet = next.tx;
        self.rx_secret = next.rx_secret;
        self.tx_secret = next.tx_secret;
        self.phase = !self.phase;
        self.generation = self.generation.wrapping_add(1);
        self.first_sent = next_to_send;
        self.first_received = None;
        self.sealed = 0;
        Some(former)
    }

    /// Which key opens a packet with this phase bit and number (RFC 9001 §6.3, §6.5).
    #[inline]
    pub(crate) fn attempt(&self, phase: bool, number: PacketNumber) -> OpenAttempt {
        if phase == self.phase {
            return OpenAttempt::Current;
        }
        let before_current = self.first_received.is_none_or(|first| number < first);
        if self.previous.is_some() && before_current { OpenAttempt::Previous } else { OpenAttempt::Next }
    }

    #[inline]
    pub(crate) fn key_for(&self, attempt: OpenAttempt) -> Option<&PacketKey> {
        match attempt {
            OpenAttempt::Current => self.rx.as_ref().map(|rx| &rx.packet),
            OpenAttempt::Previous => self.previous.as_ref().map(|(key, _)| key),
            OpenAttempt::Next => self.next.as_ref().map(|next| &next.rx),
        }
    }

    /// A packet of the current phase was opened.
    #[inline]
    pub(crate) fn on_opened(&mut self, number: PacketNumber) {
        match self.first_received {
            Some(first) if first <= number => {}
            _ => self.first_received = Some(number),
        }
    }

    /// Whether no packet of the current phase was opened yet.
    #[inline]
    pub(crate) const fn awaits_first_packet(&self) -> bool {
        self.first_received.is_none()
    }

    /// The peer has moved on: the previous receiving key serves packets that were overtaken, until `until`. The peer may
    /// begin another phase even if it never acknowledges anything of ours, so the next keys are needed then. `true`: this
    /// confirms the update.
    pub(crate) fn on_peer_moved(&mut self, until: Timestamp) -> bool {
        if let Some((_, kept_until)) = &mut self.previous {
            *kept_until = until;
        }
        let confirms = self.update.confirm();
        if confirms {
            self.cooled_down_at = until;
        }
        confirms
    }

    /// A packet was sealed; `true` when the AEAD's limit is near and the keys should be updated (RFC 9001 §6.6).
    #[inline]
    pub(crate) fn on_sealed(&mut self, limit: u64) -> bool {
        self.sealed += 1;
        self.sealed >= limit / UPDATE_AT_FRACTION_OF_LIMIT
    }

    /// Whether one more packet may be sealed with the current key.
    #[inline]
    pub(crate) const fn may_seal(&self, limit: u64) -> bool {
        self.sealed < limit
    }

    /// The peer acknowledged `largest`: if that packet was sent in the current phase, the update is confirmed.
    #[inline]
    pub(crate) fn on_acked(&mut self, largest: PacketNumber, now: Timestamp, pto: Duration) {
        if self.update.state() == UpdateStage::Unconfirmed
            && largest >= self.first_sent
            && self.update.confirm()
        {
            self.cooled_down_at = now + pto * 3;
        }
    }

    /// Whether an acknowledgment of `largest` shows that the peer has the keys of the current phase. The first phase needs
    /// no such proof (RFC 9001 §6.1).
    pub(crate) fn is_acknowledged_by(&self, largest: Option<PacketNumber>) -> bool {
        self.first_sent == PacketNumber(0) || largest >= Some(self.first_sent)
    }

    /// Whether three PTO have passed since the last update (RFC 9001 §6.5).
    pub(crate) fn has_cooled_down(&self, now: Timestamp) -> bool {
        now >= self.cooled_down_at
    }

    /// When the previous receiving key is of no more use.
    #[inline]
    pub(crate) fn previous_expiry(&self) -> Timestamp {
        self.previous.as_ref().map_or(Timestamp::NEVER, |(_, until)| *until)
    }

    /// When the next generation is to be derived, if that waits for time alone.
    #[inline]
    pub(crate) fn next_derivation(&self) -> Timestamp {
        match self.update.state() {
            UpdateStage::CoolingDown if self.next.is_none() => self.cooled_down_at,
            _ => Timestamp::NEVER,
        }
    }

    /// Takes the previous receiving key when its time is over.
    pub(crate) fn take_expired(&mut self, now: Timestamp) -> Option<abi::ngtcp2_crypto_aead_ctx> {
        match self.previous {
            Some((key, until)) if now >= until => {
                self.previous = None;
                Some(key.context)
            }
            _ => None,
        }
    }

    /// Empties the level at the end of the connection: every context that is left, each once.
    pub(super) fn take_contexts(
        &mut self,
    ) -> ([Option<abi::ngtcp2_crypto_aead_ctx>; 5], [Option<abi::ngtcp2_crypto_cipher_ctx>; 2]) {
        let (rx, tx) = (self.rx.take(), self.tx.take());
        let next = self.next.take();
        let packet = [
            rx.map(|rx| rx.packet.context),
            tx.map(|tx| tx.packet.context),
            self.previous.take().map(|(key, _)| key.context),
            next.as_ref().map(|next| next.rx.context),
            next.as_ref().map(|next| next.tx.context),
        ];
        (packet, [rx.map(|rx| rx.header.context), tx.map(|tx| tx.header.context)])
    }
}
