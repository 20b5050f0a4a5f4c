//! Packet protection keys of one connection (RFC 9001 §4, §5, §6).
//!
//! Owns: which key protects which packet, key phases and the AEAD limits. Must not know: how keys are derived (the
//! caller's TLS library) or what packets carry. The contexts belong to the caller; each stands in exactly one field
//! here, and whatever leaves its field is handed to the caller's deleter exactly once, through [`Retired`].

pub(crate) mod early;
pub(crate) mod one_rtt;

pub(crate) use one_rtt::{Generation, OneRtt, OpenAttempt, Secret, UpdateStage};

use ngtcp2_abi as abi;

use early::{EarlyKeys, Level};

use crate::fault::{self, Point};
use crate::mem::Boxed;
use crate::packet::PacketType;
use crate::path::Inline;
use crate::session::{HeaderKey, PacketKey, Session};
use crate::units::{PacketNumber, Space, Timestamp};

/// Overwrites the frames of calls that returned and had secrets in them: such bytes are found again in the padding of what
/// is moved through the stack later, and by that way in memory that is given back.
#[inline(never)]
pub(crate) fn scrub_stack() {
    core::hint::black_box(&mut [0u8; 1024]);
}

/// What protects one direction at one encryption level.
#[derive(Clone, Copy)]
pub(crate) struct Protection {
    pub(crate) packet: PacketKey,
    pub(crate) header: HeaderKey,
}

/// Everything needed to seal or open a packet, copied so that no borrow of the state crosses the call-out.
#[derive(Clone, Copy)]
pub(crate) struct Suite {
    pub(crate) aead: abi::ngtcp2_crypto_aead,
    pub(crate) cipher: abi::ngtcp2_crypto_cipher,
    pub(crate) packet: PacketKey,
    pub(crate) header: HeaderKey,
}

/// The key table.
pub(crate) struct Keys {
    pub(crate) one_rtt: OneRtt,
    /// Those before 1-RTT; gone with the Handshake keys.
    early: Option<Boxed<EarlyKeys>>,
    pub(crate) initial_suite: abi::ngtcp2_crypto_ctx,
    pub(crate) suite: abi::ngtcp2_crypto_ctx,
    pub(crate) early_suite: abi::ngtcp2_crypto_ctx,
    /// Packets that failed to open under any key (RFC 9001 §6.6).
    pub(crate) failed_opens: u64,
    retired: Retired,
}

/// Contexts on their way to the caller's deleters. A few fit; the driver empties it after each step that retires keys.
struct Retired {
    packet: Inline<abi::ngtcp2_crypto_aead_ctx, { Self::CAPACITY }>,
    header: Inline<abi::ngtcp2_crypto_cipher_ctx, { Self::CAPACITY }>,
}

impl Retired {
    /// The most contexts one step retires: both directions of two Initial levels, Handshake and 0-RTT together, and the key
    /// of Retry packets.
    const CAPACITY: usize = 8;

    const EMPTY: Self = Self {
        packet: Inline::new(abi::ngtcp2_crypto_aead_ctx::ZERO),
        header: Inline::new(abi::ngtcp2_crypto_cipher_ctx::ZERO),
    };

    fn add_packet(&mut self, context: abi::ngtcp2_crypto_aead_ctx) {
        let added = self.packet.push(context);
        debug_assert!(added);
    }

    fn add_header(&mut self, context: abi::ngtcp2_crypto_cipher_ctx) {
        let added = self.header.push(context);
        debug_assert!(added);
    }

    fn add(&mut self, protection: Option<Protection>) {
        let Some(protection) = protection else { return };
        self.add_packet(protection.packet.context);
        self.add_header(protection.header.context);
    }
}

impl Keys {
    pub(crate) const fn new(early: Boxed<EarlyKeys>) -> Self {
        Self {
            one_rtt: OneRtt::new(),
            early: Some(early),
            initial_suite: abi::ngtcp2_crypto_ctx::ZERO,
            suite: abi::ngtcp2_crypto_ctx::ZERO,
            early_suite: abi::ngtcp2_crypto_ctx::ZERO,
            failed_opens: 0,
            retired: Retired::EMPTY,
        }
    }

    /// The keys before 1-RTT, unless they are gone.
    #[inline]
    pub(crate) fn early(&self) -> Option<&EarlyKeys> {
        self.early.as_deref()
    }

    #[inline]
    pub(crate) fn early_mut(&mut self) -> Option<&mut EarlyKeys> {
        self.early.as_deref_mut()
    }

    /// Whether packets of the Handshake level can be sent, and received.
    #[inline]
    pub(crate) fn has_handshake_tx(&self) -> bool {
        self.early().is_some_and(|early| early.handshake.tx.is_some())
    }

    pub(crate) fn has_handshake_rx(&self) -> bool {
        self.early().is_some_and(|early| early.handshake.rx.is_some())
    }

    /// Whether there are keys for packets received and sent in a packet number space before 1-RTT.
    pub(crate) fn directions(&self, space: Space) -> (bool, bool) {
        let level =
            self.early().map(|early| if space == Space::Initial { &early.initial } else { &early.handshake });
        level.map_or((false, false), |level| (level.rx.is_some(), level.tx.is_some()))
    }

    pub(crate) fn has_zero_rtt(&self) -> bool {
        self.early().is_some_and(|early| early.zero_rtt.is_some())
    }

    /// Whether a packet of this type can be sent.
    #[inline]
    pub(crate) fn can_seal(&self, kind: PacketType) -> bool {
        if kind == PacketType::OneRtt { self.one_rtt.tx().is_some() } else { self.can_seal_early(kind) }
    }

    #[inline(never)]
    fn can_seal_early(&self, kind: PacketType) -> bool {
        let Some(early) = self.early() else { return false };
        match kind {
            PacketType::Initial => early.initial.tx.is_some(),
            PacketType::Handshake => early.handshake.tx.is_some(),
            PacketType::ZeroRtt => early.zero_rtt.is_some(),
            _ => false,
        }
    }

    /// What seals a packet of this type now; `version` picks among the Initial keys.
    #[inline]
    pub(crate) fn seal_suite(&self, kind: PacketType, version: u32) -> Option<Suite> {
        if kind == PacketType::OneRtt {
            return Some(Suite::new(&self.suite, self.one_rtt.tx()?));
        }
        self.early_seal_suite(kind, version)
    }

    #[inline(never)]
    fn early_seal_suite(&self, kind: PacketType, version: u32) -> Option<Suite> {
        let early = self.early()?;
        match kind {
            PacketType::Initial => {
                Some(Suite::new(&self.initial_suite, early.initial_level(version).tx.as_ref()?))
            }
            PacketType::Handshake => Some(Suite::new(&self.suite, early.handshake.tx.as_ref()?)),
            PacketType::ZeroRtt => Some(Suite::new(&self.early_suite, early.zero_rtt.as_ref()?)),
            _ => None,
        }
    }

    /// What opens a long header packet of this type.
    pub(crate) fn open_suite(&self, kind: PacketType, version: u32) -> Option<Suite> {
        match kind {
            PacketType::Initial => {
                Some(Suite::new(&self.initial_suite, self.early()?.initial_level(version).rx.as_ref()?))
            }
            PacketType::Handshake => Some(Suite::new(&self.suite, self.early()?.handshake.rx.as_ref()?)),
            PacketType::ZeroRtt => Some(Suite::new(&self.early_suite, self.early()?.zero_rtt.as_ref()?)),
            PacketType::OneRtt | PacketType::Retry | PacketType::VersionNegotiation => None,
        }
    }

    /// The length of the authentication tag of packets of this type.
    #[inline]
    pub(crate) fn tag_len(&self, kind: PacketType) -> usize {
        match kind {
            PacketType::OneRtt | PacketType::Handshake => self.suite.aead.max_overhead,
            PacketType::ZeroRtt => self.early_suite.aead.max_overhead,
            _ => self.initial_suite.aead.max_overhead,
        }
    }

    /// Replaces the Initial keys: after a Retry they are derived anew.
    pub(crate) fn install_initial(&mut self, rx: Protection, tx: Protection) {
        let Some(early) = &mut self.early else { return };
        self.retired.add(early.initial.rx.replace(rx));
        self.retired.add(early.initial.tx.replace(tx));
    }

    pub(crate) fn install_negotiated_initial(&mut self, version: u32, rx: Protection, tx: Protection) {
        let Some(early) = &mut self.early else { return };
        let level = Level { rx: Some(rx), tx: Some(tx) };
        if let Some((_, former)) = early.negotiated_initial.replace((version, level)) {
            self.retired.add(former.rx);
            self.retired.add(former.tx);
        }
    }

    /// Whether Initial keys of the negotiated version are there.
    pub(crate) fn has_negotiated_initial(&self, version: u32) -> bool {
        let negotiated = self.early().and_then(|early| early.negotiated_initial.as_ref());
        negotiated.is_some_and(|(negotiated, _)| *negotiated == version)
    }

    /// Forgets the keys of a packet number space that is over (RFC 9001 §4.9). With those of the Handshake space all go
    /// that served the handshake alone.
    pub(crate) fn discard(&mut self, space: Space) {
        let Some(early) = &mut self.early else { return };
        match space {
            Space::Initial => early.retire_initial(|protection| self.retired.add(protection)),
            Space::Handshake => {
                early.retire_all(|protection| self.retired.add(protection));
                if let Some((_, context)) = early.retry.take() {
                    self.retired.add_packet(context);
                }
                if let Some(early) = self.early.take() {
                    early.wipe();
                }
            }
            Space::Application => {}
        }
    }

    /// Takes back the key that was installed last at this level: its owner is told that it was not taken. `false` when it
    /// is not there any more.
    pub(crate) fn withdraw_rx(&mut self, level: abi::ngtcp2_encryption_level) -> bool {
        if level == abi::NGTCP2_ENCRYPTION_LEVEL_1RTT {
            return self.one_rtt.withdraw_rx();
        }
        let Some(early) = &mut self.early else { return false };
        let is_handshake = level == abi::NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE;
        if is_handshake { early.handshake.rx.take() } else { early.zero_rtt.take() }.is_some()
    }

    pub(crate) fn withdraw_tx(&mut self, level: abi::ngtcp2_encryption_level) -> bool {
        if level == abi::NGTCP2_ENCRYPTION_LEVEL_1RTT {
            return self.one_rtt.withdraw_tx();
        }
        let Some(early) = &mut self.early else { return false };
        let is_handshake = level == abi::NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE;
        if is_handshake { early.handshake.tx.take() } else { early.zero_rtt.take() }.is_some()
    }

    /// Tells whether there was one.
    pub(crate) fn discard_zero_rtt(&mut self) -> bool {
        let key = self.early.as_mut().and_then(|early| early.zero_rtt.take());
        self.retired.add(key);
        key.is_some()
    }

    /// The context is ours from here on, even if it is of no more use.
    pub(crate) fn set_retry(&mut self, aead: abi::ngtcp2_crypto_aead, context: abi::ngtcp2_crypto_aead_ctx) {
        let former = match &mut self.early {
            Some(early) => early.retry.replace((aead, context)).map(|(_, former)| former),
            None => Some(context),
        };
        if let Some(former) = former {
            self.retired.add_packet(former);
        }
    }

    /// Retires the receiving key of the previous phase when its time is over; tells whether it did.
    pub(crate) fn retire_previous_phase(&mut self, now: Timestamp) -> bool {
        let expired = self.one_rtt.take_expired(now);
        expired.inspect(|context| self.retired.add_packet(*context)).is_some()
    }

    /// Moves to the next key phase; `false` when no update may happen now.
    pub(crate) fn switch_phase(&mut self, next_to_send: PacketNumber) -> bool {
        let former = self.one_rtt.switch(next_to_send);
        scrub_stack();
        match former {
            Some(context) => {
                self.retired.add_packet(context);
                true
            }
            None => false,
        }
    }

    /// Whether contexts wait for the caller's deleters.
    #[inline]
    pub(crate) fn has_retired(&self) -> bool {
        !self.retired.packet.is_empty() || !self.retired.header.is_empty()
    }

    /// Empties the 1-RTT level into the retired list, which has room for no more.
    fn retire_one_rtt(&mut self) {
        let (packet, header) = self.one_rtt.take_contexts();
        for context in packet.into_iter().flatten() {
            self.retired.add_packet(context);
        }
        for context in header.into_iter().flatten() {
            self.retired.add_header(context);
        }
    }
}

impl Suite {
    #[inline]
    fn new(suite: &abi::ngtcp2_crypto_ctx, protection: &Protection) -> Self {
        Self { aead: suite.aead, cipher: suite.hp, packet: protection.packet, header: protection.header }
    }
}

/// Hands every retired context to the caller's deleters.
#[cold]
pub(crate) fn release_retired(s: &mut Session) {
    // One at a time, and each list for itself: a deleter that deletes the connection takes what is left, and so does a
    // second attempt.
    while s.state().keys.has_retired() {
        fault::pass(Point::Release);
        if let Some(context) = s.state().keys.retired.packet.pop() {
            s.delete_aead_context(context);
        }
        if let Some(context) = s.state().keys.retired.header.pop() {
            s.delete_cipher_context(context);
        }
    }
}

/// Hands every context of the connection to the caller's deleters; the second time there is none left.
pub(crate) fn release_all(s: &mut Session) {
    release_retired(s);
    s.state().keys.discard(Space::Initial);
    release_retired(s);
    s.state().keys.discard(Space::Handshake);
    release_retired(s);
    s.state().keys.retire_one_rtt();
    release_retired(s);
}
