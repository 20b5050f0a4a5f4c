//! Everything that happens because time has passed (RFC 9000 §10.1, RFC 9002 §6).
//!
//! Owns: idle, handshake and keep-alive timers, and the one expiry that an event loop sees. Must not know: how each part
//! reacts to its own timer.

use crate::error::{Error, Result};
use crate::fault::{self, Point};
use crate::packet::PacketType;
use crate::recovery::TimerContext;
use crate::session::Session;
use crate::units::{Duration, Space, Timestamp};

use super::control::Control;
use super::{State, acks, connection_ids, log, validation, write};

/// Ack-eliciting packets that one probe timeout sends (RFC 9002 §6.2.4). In the handshake a second one, as large as the
/// first, would use up what a server may send to an address that is not validated.
const PROBES: u8 = 2;
const HANDSHAKE_PROBES: u8 = 1;

/// Timers that belong to the connection as a whole.
pub(crate) struct Timers {
    /// What the idle timeout counts from (RFC 9000 §10.1).
    idle_since: Timestamp,
    /// An ack-eliciting packet was sent since one was received: further ones do not restart the idle timer.
    sent_since_received: bool,
    /// What the keep-alive timeout counts from.
    silent_since: Timestamp,
    keep_alive: Duration,
    handshake_deadline: Timestamp,
    /// Keys or connection ids have to be made before the next packet.
    housekeeping: bool,
}

impl Timers {
    pub(crate) fn new(start: Timestamp, handshake_timeout: Duration) -> Self {
        Self {
            idle_since: start,
            sent_since_received: false,
            silent_since: start,
            keep_alive: Duration::ZERO,
            handshake_deadline: start + handshake_timeout,
            housekeeping: false,
        }
    }

    pub(crate) fn request_housekeeping(&mut self) {
        self.housekeeping = true;
    }

    #[inline]
    pub(crate) fn is_housekeeping_due(&self) -> bool {
        self.housekeeping
    }

    pub(crate) fn end_housekeeping(&mut self) {
        self.housekeeping = false;
    }
}

/// A packet was received and processed.
#[inline]
pub(crate) fn on_packet_received(state: &mut State) {
    state.timers.idle_since = state.now;
    state.timers.silent_since = state.now;
    state.timers.sent_since_received = false;
}

impl State {
    /// An ack-eliciting packet was sent.
    #[inline]
    pub(crate) fn on_ack_eliciting_sent(&mut self) {
        self.timers.silent_since = self.now;
        if !self.timers.sent_since_received {
            self.timers.sent_since_received = true;
            self.timers.idle_since = self.now;
        }
    }

    /// A datagram was written, whatever is in it.
    #[inline]
    pub(crate) fn on_datagram_sent(&mut self, len: usize) {
        self.paths.on_datagram_sent(len);
        self.set_loss_timer();
    }

    /// Sets the loss detection timer where its deadline depends on the time at which it is set.
    #[inline]
    pub(crate) fn set_loss_timer(&mut self) {
        if !self.is_settled() {
            self.set_early_loss_timer();
        }
    }

    #[inline(never)]
    fn set_early_loss_timer(&mut self) {
        let context = self.timer_context();
        self.recovery.set_loss_timer(self.now, &context);
    }

    /// When the loss detection timer expires.
    #[inline]
    pub(crate) fn loss_expiry(&self) -> Timestamp {
        if self.is_settled() {
            self.recovery.application_deadline(&self.timer_context())
        } else {
            self.recovery.loss_expiry()
        }
    }

    /// Nothing is left of the handshake: the loss detection timer follows from the state whenever it is asked for.
    #[inline]
    fn is_settled(&self) -> bool {
        self.recovery.has_only_application() && self.lifecycle.is_confirmed()
    }

    #[inline]
    pub(crate) fn timer_context(&self) -> TimerContext {
        let confirmed = self.lifecycle.is_confirmed();
        TimerContext {
            handshake_confirmed: confirmed,
            peer_completed_address_validation: confirmed
                || self.side.is_server()
                || self.paths.peer_validated_us,
            at_anti_amplification_limit: self.is_amplification_limited(),
            has_handshake_keys: confirmed || self.keys.has_handshake_tx(),
            max_ack_delay: self.max_ack_delay(),
        }
    }

    pub(crate) fn set_keep_alive(&mut self, timeout: Duration) {
        self.timers.keep_alive = timeout;
    }

    fn keep_alive_expiry(&self) -> Timestamp {
        let timeout = self.timers.keep_alive;
        let is_on = !timeout.is_zero() && timeout != Duration::MAX;
        if !is_on || !self.lifecycle.is_completed() || self.control.contains(Control::PING) {
            return Timestamp::NEVER;
        }
        self.timers.silent_since + timeout
    }

    /// The smaller of both sides' idle timeouts, but at least three PTO (RFC 9000 §10.1).
    fn idle_expiry(&self) -> Timestamp {
        let local = self.params.local.max_idle_timeout;
        let remote = match &self.params.remote {
            Some(remote) if !self.params.remembered => remote.max_idle_timeout,
            _ => 0,
        };
        let timeout = match (local, remote) {
            (0, 0) => return Timestamp::NEVER,
            (0, timeout) | (timeout, 0) => timeout,
            (local, remote) => local.min(remote),
        };
        self.timers.idle_since + Duration(timeout).max(self.pto() * 3)
    }

    fn handshake_expiry(&self) -> Timestamp {
        if self.lifecycle.is_completed() { Timestamp::NEVER } else { self.timers.handshake_deadline }
    }
}

/// When the event loop has to call again: `ngtcp2_conn_get_expiry`.
pub(crate) fn expiry(state: &State) -> Timestamp {
    if state.lifecycle.is_over() {
        return Timestamp::NEVER;
    }
    if state.closure.check_memory().is_err() {
        return state.idle_expiry().min(state.handshake_expiry());
    }
    let paths = &state.paths;
    [
        state.loss_expiry(),
        state.recovery.stale_loss_expiry(state.max_ack_delay()),
        sending_expiry(state),
        state.idle_expiry(),
        state.handshake_expiry(),
        state.keep_alive_expiry(),
        paths.validation_expiry(),
        paths.local_ids.expiry(),
        paths.remote_ids.expiry(),
        state.keys.one_rtt.previous_expiry(),
    ]
    .into_iter()
    .fold(Timestamp::NEVER, Timestamp::min)
}

/// When a packet could be written that time alone holds back. What else holds it back, the window or the peer's
/// unvalidated address, ends with a packet from the peer: a timer in the past would have the event loop spin until then.
fn sending_expiry(state: &State) -> Timestamp {
    if state.is_amplification_limited() {
        return Timestamp::NEVER;
    }
    let pacing = state.recovery.pacing_expiry();
    let mut earliest = ack_expiry(state).min(pacing);
    let probe = state.mtu_probe_expiry();
    if probe.is_set() && state.recovery.window_left() > 0 && state.recovery.has_room(Space::Application) {
        earliest = earliest.min(if pacing.is_set() { probe.max(pacing) } else { probe });
    }
    earliest
}

/// When the next delayed acknowledgment is due, in the spaces that have keys to send it: a server whose TLS library waits
/// for something receives 0-RTT packets before it can acknowledge them.
fn ack_expiry(state: &State) -> Timestamp {
    let mut earliest = Timestamp::NEVER;
    for (space, kind) in [
        (Space::Application, PacketType::OneRtt),
        (Space::Initial, PacketType::Initial),
        (Space::Handshake, PacketType::Handshake),
    ] {
        if let Some(space) = state.spaces.get(space)
            && state.keys.can_seal(kind)
        {
            earliest = earliest.min(space.received.ack_expiry());
        }
    }
    earliest
}

/// Time has passed: `ngtcp2_conn_handle_expiry`.
pub(crate) fn handle_expiry(s: &mut Session, now: Timestamp) -> Result<()> {
    let outcome = expire(s, now);
    s.state().closure.note_outcome(outcome);
    outcome
}

fn expire(s: &mut Session, now: Timestamp) -> Result<()> {
    let state = s.state();
    let now = state.advance_clock(now);
    if state.lifecycle.is_over() {
        return Ok(());
    }
    write::close_unfinished(s)?;
    let state = s.state();
    if now >= state.handshake_expiry() {
        state.closure.fall_silent();
        return Err(Error::HandshakeTimeout);
    }
    if now >= state.idle_expiry() {
        state.closure.fall_silent();
        return Err(Error::IdleClose);
    }
    state.closure.check_memory()?;
    if now >= state.keep_alive_expiry() {
        state.control.set(Control::PING);
        state.timers.silent_since = now;
    }
    state.recovery.expire_pacing(now);
    let max_ack_delay = state.max_ack_delay();
    state.recovery.on_stale_loss_expiry(now, max_ack_delay);
    if state.keys.retire_previous_phase(now) {
        log::previous_phase_discarded(s, 1);
    }
    fault::pass(Point::Timer);
    connection_ids::expire(s)?;
    validation::expire(s)?;
    on_loss_timer(s)?;
    if s.state().keys.has_retired() {
        super::keys::release_retired(s);
    }
    Ok(())
}

fn on_loss_timer(s: &mut Session) -> Result<()> {
    let state = s.state();
    let now = state.now;
    if now < state.loss_expiry() {
        return Ok(());
    }
    let context = state.timer_context();
    if state.is_settled() {
        state.recovery.set_loss_timer(now, &context);
    }
    let mut timeout = state.recovery.on_loss_expiry(now, &context);
    if let Some(space) = timeout.probe {
        let in_handshake = space != Space::Application;
        state.spaces.probes[space.index()] = if in_handshake { HANDSHAKE_PROBES } else { PROBES };
        if space == Space::Initial && state.keys.has_handshake_tx() {
            state.spaces.probes[Space::Handshake.index()] = HANDSHAKE_PROBES;
        }
    }
    log::loss_timer_fired(s, timeout.probe);
    acks::process_loss(s, timeout.loss_space, &mut timeout.loss)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conn::testing::client;
    use crate::mem::testing::TestHeap;
    use crate::recovery::{NO_NUMBER, RecordList, SentFlags, SentPacket};
    use crate::units::PacketNumber;

    /// A probe that may not go out must not wake the event loop.
    #[test]
    fn no_mtu_probe_is_due_while_too_many_packets_are_unacknowledged() {
        let heap = TestHeap::new();
        let mut place = core::mem::MaybeUninit::uninit();
        let state = client(heap.memory(), &mut place).expect("memory");
        state.paths.pmtud.start();
        assert_eq!(sending_expiry(state), state.now);
        while state.recovery.has_room(Space::Application) {
            state.recovery.reserve_packet(Space::Application, false).expect("room");
            let number: PacketNumber = state.recovery.next_number(Space::Application);
            // Of no size, so that the window stays open.
            let packet = SentPacket {
                number,
                time_sent: state.now,
                largest_acknowledged: NO_NUMBER,
                records: RecordList::EMPTY,
                size: 0,
                path_epoch: state.recovery.path_epoch(),
                flags: SentFlags::NONE.with(SentFlags::ACK_ELICITING).with(SentFlags::IN_FLIGHT),
            };
            state.recovery.on_packet_sent(Space::Application, packet);
        }
        assert!(state.recovery.window_left() > 0);
        assert!(!state.may_send_data());
        assert_eq!(sending_expiry(state), Timestamp::NEVER);
    }
}
