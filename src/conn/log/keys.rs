//! Records of keys that come and go.
//!
//! Owns: whose packets each of them protects. Must not know: when keys change.

use ngtcp2_abi as abi;

use crate::conn::handshake::Installed;
use crate::packet::PacketType;
use crate::session::Session;
use crate::trace::note;
use crate::trace::qlog::{self, Key, KeyChange, KeyTrigger};
use crate::units::Space;

use super::{note, record};

/// One of this connection's keys.
#[derive(Clone, Copy)]
enum Direction {
    Rx,
    Tx,
}

use Direction::{Rx, Tx};

const TLS: Option<KeyTrigger> = Some(KeyTrigger::Tls);

#[cold]
fn tell(
    s: &mut Session,
    change: KeyChange,
    trigger: Option<KeyTrigger>,
    (direction, level): (Direction, PacketType),
    age: u32,
) {
    record(s, |state, time, buffer| {
        let sender = match direction {
            Tx => state.side,
            Rx => state.side.peer(),
        };
        let generation = state.keys.one_rtt.generation().wrapping_sub(age);
        qlog::key(buffer, time, change, &Key { sender, level, generation }, trigger)
    });
}

const fn packets_of(level: abi::ngtcp2_encryption_level) -> PacketType {
    match level {
        abi::NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE => PacketType::Handshake,
        abi::NGTCP2_ENCRYPTION_LEVEL_0RTT => PacketType::ZeroRtt,
        _ => PacketType::OneRtt,
    }
}

fn tell_installed(s: &mut Session, change: KeyChange, installed: &Installed) {
    match installed {
        Installed::Initial => {
            tell(s, change, TLS, (Rx, PacketType::Initial), 0);
            tell(s, change, TLS, (Tx, PacketType::Initial), 0);
        }
        Installed::Rx(level) => tell(s, change, TLS, (Rx, packets_of(*level)), 0),
        Installed::Tx(level) => tell(s, change, TLS, (Tx, packets_of(*level)), 0),
    }
}

/// The application has installed keys.
pub(crate) fn keys_installed(s: &mut Session, installed: &Installed) {
    tell_installed(s, KeyChange::Updated, installed);
}

/// A key was taken back out, as the application's callback failed.
pub(crate) fn key_withdrawn(s: &mut Session, installed: &Installed) {
    tell_installed(s, KeyChange::Discarded, installed);
}

/// A packet number space is over, in which there were keys for packets received and sent.
pub(crate) fn keys_discarded(s: &mut Session, space: Space, (rx, tx): (bool, bool)) {
    let level = if space == Space::Initial { PacketType::Initial } else { PacketType::Handshake };
    for (there, direction) in [(rx, Rx), (tx, Tx)] {
        if there {
            tell(s, KeyChange::Discarded, TLS, (direction, level), 0);
        }
    }
}

/// The 0-RTT key is of no more use.
pub(crate) fn zero_rtt_discarded(s: &mut Session) {
    let direction = if s.state().side.is_client() { Tx } else { Rx };
    tell(s, KeyChange::Discarded, TLS, (direction, PacketType::ZeroRtt), 0);
}

/// Both directions have moved to the next key phase. The former key for sending is gone at once.
pub(crate) fn keys_rotated(s: &mut Session, trigger: KeyTrigger) {
    note(s, note::ROTATE_KEYS);
    for direction in [Rx, Tx] {
        tell(s, KeyChange::Updated, Some(trigger), (direction, PacketType::OneRtt), 0);
    }
    tell(s, KeyChange::Discarded, Some(trigger), (Tx, PacketType::OneRtt), 1);
}

/// The receiving key of a former phase has served its time; `age` tells how many phases ago it was the current one.
pub(crate) fn previous_phase_discarded(s: &mut Session, age: u32) {
    tell(s, KeyChange::Discarded, None, (Rx, PacketType::OneRtt), age);
}
