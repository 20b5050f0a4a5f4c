//! Speeding up handshake completion (RFC 9002 §6.2.3): signs that the peer lacks what we sent are answered before the
//! probe timeout.
//!
//! Owns: which signs count, and how often. Must not know: what a probe repeats.

use crate::packet::PacketType;
use crate::units::{Duration, Space};

use super::State;

/// So often in a connection's life: each answer lets the peer send more that cannot be read, so there must be an end.
const MAX_EARLY_PROBES: u8 = 3;

/// The packets of one flight come within this time, and are one sign.
const FLIGHT: Duration = Duration::from_millis(10);

impl State {
    /// A packet came before its keys. For a client that waits for the first of them: the server's Initial packet, or ours,
    /// was lost.
    pub(super) fn on_packet_before_keys(&mut self, kind: PacketType) {
        let is_of_server = matches!(kind, PacketType::Handshake | PacketType::OneRtt);
        if self.side.is_client() && is_of_server && !self.keys.has_handshake_rx() {
            self.probe_early(&[Space::Initial]);
        }
    }

    /// CRYPTO data came once more. For a server, in an Initial packet: its own flight, or a part of it, was lost.
    pub(super) fn on_duplicate_crypto(&mut self, space: Space) {
        if self.side.is_server() && space == Space::Initial {
            self.probe_early(&[Space::Initial, Space::Handshake]);
        }
    }

    fn probe_early(&mut self, spaces: &[Space]) {
        let unanswered = |space: &&Space| self.recovery.ack_eliciting_in_flight(**space) > 0;
        let is_silent = |&space: &Space| self.recovery.last_ack_eliciting_sent(space) + FLIGHT <= self.now;
        if self.spaces.early_probes >= MAX_EARLY_PROBES || !spaces.iter().filter(unanswered).all(is_silent) {
            return;
        }
        self.spaces.early_probes += 1;
        for &space in spaces {
            if self.recovery.ack_eliciting_in_flight(space) > 0 {
                let probes = &mut self.spaces.probes[space.index()];
                *probes = (*probes).max(1);
            }
        }
    }
}
