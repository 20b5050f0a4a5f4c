//! The keys before 1-RTT: Initial, 0-RTT, Handshake, and that of Retry packets (RFC 9001 §4.1, §5.2, §5.8).
//!
//! Owns: the keys that serve the handshake alone. They stand in a block of their own, which goes with the Handshake keys.
//! Must not know: when they are discarded.

use ngtcp2_abi as abi;

use super::Protection;

/// Both directions of the Initial or Handshake level.
#[derive(Default)]
pub(crate) struct Level {
    pub(crate) rx: Option<Protection>,
    pub(crate) tx: Option<Protection>,
}

#[derive(Default)]
pub(crate) struct EarlyKeys {
    pub(crate) initial: Level,
    /// Initial keys of the version that compatible negotiation chose (RFC 9368 §2.3), beside those of the first version.
    pub(crate) negotiated_initial: Option<(u32, Level)>,
    pub(crate) handshake: Level,
    /// 0-RTT: the client's sending key, the server's receiving key.
    pub(crate) zero_rtt: Option<Protection>,
    pub(crate) retry: Option<(abi::ngtcp2_crypto_aead, abi::ngtcp2_crypto_aead_ctx)>,
}

impl EarlyKeys {
    /// The Initial keys for packets of `version`.
    pub(crate) fn initial_level(&self, version: u32) -> &Level {
        match &self.negotiated_initial {
            Some((negotiated, level)) if *negotiated == version => level,
            _ => &self.initial,
        }
    }

    /// Takes out the Initial keys of both versions.
    pub(crate) fn retire_initial(&mut self, mut retire: impl FnMut(Option<Protection>)) {
        retire(self.initial.rx.take());
        retire(self.initial.tx.take());
        if let Some((_, level)) = self.negotiated_initial.take() {
            retire(level.rx);
            retire(level.tx);
        }
    }

    /// Takes out all keys that protect packets.
    pub(crate) fn retire_all(&mut self, mut retire: impl FnMut(Option<Protection>)) {
        retire(self.handshake.rx.take());
        retire(self.handshake.tx.take());
        retire(self.zero_rtt.take());
        self.retire_initial(retire);
    }
}
