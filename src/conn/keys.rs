//! Packet protection keys of one connection (RFC 9001 §4, §5, §6).
//!
//! Owns: which key protects which packet, key phases and the AEAD limits. Must not know: how keys are derived (the
//! caller's TLS library) or what packets carry. The contexts belong to the caller; each stands in exactly one field
//! here, and whatever leaves its field is handed to the caller's deleter exactly once, through [`Retired`].

pub(crate) mod one_rtt;

pub(crate) use one_rtt::{Generation, OneRtt, OpenAttempt, Secret, UpdateStage};

use ngtcp2_abi as abi;

use crate::fault::{self, Point};
use crate::packet::PacketType;
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

/// Both directions of the Initial or Handshake level.
#[derive(Default)]
pub(crate) struct Level {
    pub(crate) rx: Option<Protection>,
    pub(crate) tx: Option<Protection>,
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
    pub(crate) initial: Level,
    /// Initial keys of the version that compatible negotiation chose (RFC 9368 §2.3), beside those of the first version.
    pub(crate) negotiated_initial: Option<(u32, Level)>,
    pub(crate) handshake: Level,
    /// 0-RTT: the client's sending key, the server's receiving key.
    pub(crate) early: Option<Protection>,
    pub(crate) retry: Option<(abi::ngtcp2_crypto_aead, abi::ngtcp2_crypto_aead_ctx)>,
    pub(crate) initial_suite: abi::ngtcp2_crypto_ctx,
    pub(crate) suite: abi::ngtcp2_crypto_ctx,
    pub(crate) early_suite: abi::ngtcp2_crypto_ctx,
    /// Packets that failed to open under any key (RFC 9001 §6.6).
    pub(crate) failed_opens: u64,
    retired: Retired,
}

/// Contexts on their way to the caller's deleters. A few fit; the driver empties it after each step that retires keys.
#[derive(Default)]
struct Retired {
    any: bool,
    packet: [Option<abi::ngtcp2_crypto_aead_ctx>; Self::CAPACITY],
    header: [Option<abi::ngtcp2_crypto_cipher_ctx>; Self::CAPACITY],
}

impl Retired {
    /// The most contexts one step retires: both directions of two Initial levels, Handshake and 0-RTT together.
    const CAPACITY: usize = 12;

    fn add_packet(&mut self, context: abi::ngtcp2_crypto_aead_ctx) {
        self.any = true;
        if let Some(slot) = self.packet.iter_mut().find(|slot| slot.is_none()) {
            *slot = Some(context);
        }
    }

    fn add_header(&mut self, context: abi::ngtcp2_crypto_cipher_ctx) {
        self.any = true;
        if let Some(slot) = self.header.iter_mut().find(|slot| slot.is_none()) {
            *slot = Some(context);
        }
    }

    fn add(&mut self, protection: Option<Protection>) {
        let Some(protection) = protection else { return };
        self.add_packet(protection.packet.context);
        self.add_header(protection.header.context);
    }
}

impl Keys {
    pub(crate) fn new() -> Self {
        Self {
            one_rtt: OneRtt::new(),
            initial: Level::default(),
            negotiated_initial: None,
            handshake: Level::default(),
            early: None,
            retry: None,
            initial_suite: abi::ngtcp2_crypto_ctx::ZERO,
            suite: abi::ngtcp2_crypto_ctx::ZERO,
            early_suite: abi::ngtcp2_crypto_ctx::ZERO,
            failed_opens: 0,
            retired: Retired::default(),
        }
    }

    /// Whether a packet of this type can be sent.
    #[inline]
    pub(crate) fn can_seal(&self, kind: PacketType) -> bool {
        match kind {
            PacketType::OneRtt => self.one_rtt.tx().is_some(),
            PacketType::Initial => self.initial.tx.is_some(),
            PacketType::Handshake => self.handshake.tx.is_some(),
            PacketType::ZeroRtt => self.early.is_some(),
            PacketType::Retry | PacketType::VersionNegotiation => false,
        }
    }

    /// What seals a packet of this type now; `version` picks among the Initial keys.
    #[inline]
    pub(crate) fn seal_suite(&self, kind: PacketType, version: u32) -> Option<Suite> {
        match kind {
            PacketType::OneRtt => Some(Suite::new(&self.suite, self.one_rtt.tx()?)),
            PacketType::Initial => Some(Suite::new(&self.initial_suite, &self.initial_level(version).tx?)),
            PacketType::Handshake => Some(Suite::new(&self.suite, &self.handshake.tx?)),
            PacketType::ZeroRtt => Some(Suite::new(&self.early_suite, &self.early?)),
            PacketType::Retry | PacketType::VersionNegotiation => None,
        }
    }

    /// What opens a long header packet of this type.
    pub(crate) fn open_suite(&self, kind: PacketType, version: u32) -> Option<Suite> {
        match kind {
            PacketType::Initial => Some(Suite::new(&self.initial_suite, &self.initial_level(version).rx?)),
            PacketType::Handshake => Some(Suite::new(&self.suite, &self.handshake.rx?)),
            PacketType::ZeroRtt => Some(Suite::new(&self.early_suite, &self.early?)),
            PacketType::OneRtt | PacketType::Retry | PacketType::VersionNegotiation => None,
        }
    }

    fn initial_level(&self, version: u32) -> &Level {
        match &self.negotiated_initial {
            Some((negotiated, level)) if *negotiated == version => level,
            _ => &self.initial,
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
        self.retired.add(self.initial.rx.replace(rx));
        self.retired.add(self.initial.tx.replace(tx));
    }

    pub(crate) fn install_negotiated_initial(&mut self, version: u32, rx: Protection, tx: Protection) {
        let level = Level { rx: Some(rx), tx: Some(tx) };
        if let Some((_, former)) = self.negotiated_initial.replace((version, level)) {
            self.retired.add(former.rx);
            self.retired.add(former.tx);
        }
    }

    /// Whether Initial keys of the negotiated version are there.
    pub(crate) fn has_negotiated_initial(&self, version: u32) -> bool {
        matches!(&self.negotiated_initial, Some((negotiated, _)) if *negotiated == version)
    }

    /// Forgets the keys of a packet number space that is over (RFC 9001 §4.9).
    pub(crate) fn discard(&mut self, space: Space) {
        match space {
            Space::Initial => {
                self.retired.add(self.initial.rx.take());
                self.retired.add(self.initial.tx.take());
                if let Some((_, level)) = self.negotiated_initial.take() {
                    self.retired.add(level.rx);
                    self.retired.add(level.tx);
                }
            }
            Space::Handshake => {
                self.retired.add(self.handshake.rx.take());
                self.retired.add(self.handshake.tx.take());
            }
            Space::Application => {}
        }
    }

    /// Takes back the key that was installed last at this level: its owner is told that it was not taken. `false` when it
    /// is not there any more.
    pub(crate) fn withdraw_rx(&mut self, level: abi::ngtcp2_encryption_level) -> bool {
        match level {
            abi::NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE => self.handshake.rx.take().is_some(),
            abi::NGTCP2_ENCRYPTION_LEVEL_1RTT => self.one_rtt.withdraw_rx(),
            _ => self.early.take().is_some(),
        }
    }

    pub(crate) fn withdraw_tx(&mut self, level: abi::ngtcp2_encryption_level) -> bool {
        match level {
            abi::NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE => self.handshake.tx.take().is_some(),
            abi::NGTCP2_ENCRYPTION_LEVEL_1RTT => self.one_rtt.withdraw_tx(),
            _ => self.early.take().is_some(),
        }
    }

    pub(crate) fn discard_early(&mut self) {
        self.retired.add(self.early.take());
    }

    pub(crate) fn set_retry(&mut self, aead: abi::ngtcp2_crypto_aead, context: abi::ngtcp2_crypto_aead_ctx) {
        if let Some((_, former)) = self.retry.replace((aead, context)) {
            self.retired.add_packet(former);
        }
    }

    /// Retires the receiving key of the previous phase when its time is over.
    pub(crate) fn retire_previous_phase(&mut self, now: Timestamp) {
        if let Some(context) = self.one_rtt.take_expired(now) {
            self.retired.add_packet(context);
        }
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
        self.retired.any
    }

    /// Empties the table of all but the 1-RTT level into the retired list, which has room for no more.
    fn retire_handshake(&mut self) {
        self.discard(Space::Initial);
        self.discard(Space::Handshake);
        self.discard_early();
        if let Some((_, context)) = self.retry.take() {
            self.retired.add_packet(context);
        }
    }

    /// The same of the 1-RTT level.
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
pub(crate) fn release_retired(s: &mut Session) {
    if !s.state().keys.retired.any {
        return;
    }
    for index in 0..Retired::CAPACITY {
        fault::pass(Point::Release);
        // One at a time: a deleter that deletes the connection takes what is left, and so does a second attempt.
        if let Some(context) = s.state().keys.retired.packet[index].take() {
            s.delete_aead_context(context);
        }
        if let Some(context) = s.state().keys.retired.header[index].take() {
            s.delete_cipher_context(context);
        }
    }
    s.state().keys.retired.any = false;
}

/// Hands every context of the connection to the caller's deleters; the second time there is none left.
pub(crate) fn release_all(s: &mut Session) {
    release_retired(s);
    s.state().keys.retire_handshake();
    release_retired(s);
    s.state().keys.retire_one_rtt();
    release_retired(s);
}
