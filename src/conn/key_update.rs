//! Key updates (RFC 9001 §6): when the next keys are derived, and who moves first.
//!
//! Owns: the call-out that derives keys and the rules of initiation. Must not know: which key opens a packet (`keys`).

use ngtcp2_abi as abi;

use crate::error::{Error, Result};
use crate::session::{MAX_IV, NextKeys, PacketKey, Session};
use crate::trace::note;
use crate::trace::qlog::KeyTrigger;
use crate::units::{PacketNumber, Space, Timestamp};

use super::control::Control;
use super::keys::{Generation, Secret, scrub_stack};
use super::{State, log, write};

/// Derives the next generation of keys ahead of time, if it is due.
pub(crate) fn derive_next(s: &mut Session) -> Result<()> {
    let now = s.state().now;
    derive_as_of(s, now)
}

/// A packet says that the peer is in the next phase: its clock may run faster than ours, above all after a migration,
/// which makes the two ends' probe timeouts differ.
pub(crate) fn derive_for_peer(s: &mut Session) -> Result<()> {
    derive_as_of(s, Timestamp::NEVER)
}

fn derive_as_of(s: &mut Session, now: Timestamp) -> Result<()> {
    let state = s.state();
    if !state.lifecycle.is_completed() {
        return Ok(());
    }
    let Some((rx_secret, tx_secret)) = state.keys.one_rtt.begin_derivation(now) else { return Ok(()) };
    let derived = derive(s, rx_secret, tx_secret);
    scrub_stack();
    derived
}

#[inline(never)]
fn derive(s: &mut Session, rx_secret: Secret, tx_secret: Secret) -> Result<()> {
    let state = s.state();
    let iv_len = state.keys.one_rtt.tx().map_or(0, |tx| tx.packet.iv_len);
    let (mut next_rx, mut next_tx) = (rx_secret.blank(), tx_secret.blank());
    let (mut rx_iv, mut tx_iv) = ([0; MAX_IV], [0; MAX_IV]);
    let mut next = NextKeys {
        rx_secret: next_rx.bytes_mut(),
        tx_secret: next_tx.bytes_mut(),
        rx_context: abi::ngtcp2_crypto_aead_ctx::default(),
        tx_context: abi::ngtcp2_crypto_aead_ctx::default(),
        rx_iv: &mut rx_iv,
        tx_iv: &mut tx_iv,
    };
    let derived = s.update_key(rx_secret.bytes(), tx_secret.bytes(), &mut next);
    let (rx_context, tx_context) = (next.rx_context, next.tx_context);
    s.state().keys.one_rtt.end_derivation();
    derived?;
    s.state().keys.one_rtt.set_next(Generation {
        rx: PacketKey { context: rx_context, iv: rx_iv, iv_len },
        tx: PacketKey { context: tx_context, iv: tx_iv, iv_len },
        rx_secret: next_rx,
        tx_secret: next_tx,
    });
    Ok(())
}

/// The application asks for an update: `ngtcp2_conn_initiate_key_update`.
pub(crate) fn initiate(s: &mut Session, now: Timestamp) -> Result<()> {
    let state = s.state();
    state.advance_clock(now);
    if !state.lifecycle.is_confirmed() {
        return Err(Error::InvalidState);
    }
    // A packet that is open names the old phase in its header.
    write::close_unfinished(s)?;
    derive_next(s)?;
    let next_to_send = s.state().recovery.next_number(Space::Application);
    if start_if_possible(s, next_to_send) { Ok(()) } else { Err(Error::InvalidState) }
}

/// Moves to the next phase unless an update is under way or was just finished.
fn start_if_possible(s: &mut Session, next_to_send: PacketNumber) -> bool {
    let state = s.state();
    let acked = state.recovery.largest_acked(Space::Application);
    let one_rtt = &state.keys.one_rtt;
    if !state.lifecycle.is_confirmed()
        || !one_rtt.is_acknowledged_by(acked)
        || !one_rtt.has_cooled_down(state.now)
    {
        return false;
    }
    let now = state.now;
    rotate(s, now, next_to_send, KeyTrigger::LocalUpdate)
}

/// Gives up the key of the previous phase if its time is over, and moves to the next phase; `false` if that may not be.
fn rotate(s: &mut Session, now: Timestamp, next_to_send: PacketNumber, trigger: KeyTrigger) -> bool {
    let keys = &mut s.state().keys;
    let (retired, switched) = (keys.retire_previous_phase(now), keys.switch_phase(next_to_send));
    if retired {
        log::previous_phase_discarded(s, if switched { 2 } else { 1 });
    }
    if switched {
        s.state().datagram.spoil();
        log::keys_rotated(s, trigger);
    }
    switched
}

/// The limit of the sending key is near (RFC 9001 §6.6).
#[cold]
pub(crate) fn on_limit_near(s: &mut Session, next_to_send: PacketNumber) {
    if start_if_possible(s, next_to_send) {
        return;
    }
    let state = s.state();
    // An update waits until a packet of this phase is acknowledged: acknowledgments alone never are.
    let acked = state.recovery.largest_acked(Space::Application);
    let in_flight = state.recovery.ack_eliciting_in_flight(Space::Application);
    if !state.keys.one_rtt.is_acknowledged_by(acked) && in_flight == 0 {
        state.control.set(Control::PING);
    }
}

/// The peer has updated its keys: a packet opened with the next generation (RFC 9001 §6.2).
pub(crate) fn follow(s: &mut Session, number: PacketNumber) -> Result<()> {
    let next_to_send = s.state().recovery.next_number(Space::Application);
    // Two phases back is over, even if this side's clock for it runs longer than the peer's.
    if !rotate(s, Timestamp::NEVER, next_to_send, KeyTrigger::RemoteUpdate) {
        // RFC 9001 §6.2: another update before the last one was acknowledged.
        return Err(Error::Proto);
    }
    on_opened(s, number);
    Ok(())
}

/// A packet of the current phase was opened. The first one shows that the peer has moved on too: from then on the previous
/// key is needed only for packets that were overtaken (RFC 9001 §6.5).
#[inline]
pub(crate) fn on_opened(s: &mut Session, number: PacketNumber) {
    let state = s.state();
    if state.keys.one_rtt.awaits_first_packet() {
        let until = state.now + state.pto() * 3;
        if state.keys.one_rtt.on_peer_moved(until) {
            log::note(s, note::KEY_UPDATE_CONFIRMED);
        }
    }
    s.state().keys.one_rtt.on_opened(number);
}

impl State {
    /// Whether the cool-down after an update is over, and the next generation of keys is to be derived.
    #[inline]
    pub(crate) fn is_key_derivation_due(&self) -> bool {
        self.keys.one_rtt.is_derivation_due(self.now)
    }
}
