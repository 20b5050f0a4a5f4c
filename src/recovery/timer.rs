//! The loss detection timer (RFC 9002 §6.2, §A.8, §A.9).
//!
//! Owns: its deadline, the probe timeout and its back-off. Must not know: what a probe contains. The timer is set after
//! each event that moves it, by one call of [`Recovery::set_loss_timer`] per call into the connection.

use super::Recovery;
use super::loss::LossOutcome;
use crate::units::{Duration, Space, Timestamp};

/// What the connection knows and the timer needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimerContext {
    pub(crate) handshake_confirmed: bool,
    /// Always for a server; for a client once the server has shown that it validated the address.
    pub(crate) peer_completed_address_validation: bool,
    pub(crate) at_anti_amplification_limit: bool,
    pub(crate) has_handshake_keys: bool,
    /// The peer's transport parameter.
    pub(crate) max_ack_delay: Duration,
}

/// What the timer brought when it expired.
#[derive(Debug)]
#[must_use]
pub(crate) struct LossTimeout {
    pub(crate) loss: LossOutcome,
    /// The space of the lost packets.
    pub(crate) loss_space: Space,
    /// The probe timeout expired: send one or two ack-eliciting packets in this space, whatever the window says.
    pub(crate) probe: Option<Space>,
}

impl Recovery {
    /// The probe timeout of 1-RTT packets without back-off, `ngtcp2_conn_get_pto`.
    #[inline]
    pub(crate) fn probe_timeout(&self, max_ack_delay: Duration) -> Duration {
        self.rtt.probe_timeout() + max_ack_delay
    }

    pub(crate) const fn pto_count(&self) -> u32 {
        self.pto_count
    }

    /// When the loss detection timer expires, as it was set; `NEVER` when it is not set.
    #[inline]
    pub(crate) const fn loss_expiry(&self) -> Timestamp {
        self.loss_timer
    }

    /// Whether the timer waits for a packet to count as lost, not for a probe.
    pub(crate) fn awaits_loss(&self) -> bool {
        self.earliest_loss_time().0.is_set()
    }

    /// Sets the loss detection timer: to be called at the end of each call that sent ack-eliciting packets, read an
    /// ACK frame, discarded a space or changed the context.
    #[inline]
    pub(crate) fn set_loss_timer(&mut self, now: Timestamp, context: &TimerContext) {
        self.loss_timer = if self.has_only_application() && context.handshake_confirmed {
            self.application_deadline(context)
        } else {
            self.loss_deadline(now, context)
        };
    }

    #[inline]
    pub(crate) const fn has_only_application(&self) -> bool {
        self.early_spaces_discarded
    }

    /// What the timer is to be set to once only the Application space is left.
    #[inline]
    pub(crate) fn application_deadline(&self, context: &TimerContext) -> Timestamp {
        let sent = &self.spaces[Space::Application.index()];
        if sent.loss_time.is_set() {
            return sent.loss_time;
        }
        if context.at_anti_amplification_limit || sent.ack_eliciting_in_flight == 0 {
            return Timestamp::NEVER;
        }
        sent.last_ack_eliciting_sent + self.probe_timeout(context.max_ack_delay).backed_off(self.pto_count)
    }

    fn loss_deadline(&self, now: Timestamp, context: &TimerContext) -> Timestamp {
        let (loss_time, _) = self.earliest_loss_time();
        if loss_time.is_set() {
            return loss_time;
        }
        // A server that may not send arms no timer: a datagram from the client will set it again.
        if context.at_anti_amplification_limit {
            return Timestamp::NEVER;
        }
        self.probe_deadline(now, context).0
    }

    fn earliest_loss_time(&self) -> (Timestamp, Space) {
        let mut earliest = (Timestamp::NEVER, Space::Initial);
        for space in Space::ALL {
            let loss_time = self.spaces[space.index()].loss_time;
            if loss_time < earliest.0 {
                earliest = (loss_time, space);
            }
        }
        earliest
    }

    /// GetPtoTimeAndSpace.
    fn probe_deadline(&self, now: Timestamp, context: &TimerContext) -> (Timestamp, Space) {
        let timeout = self.rtt.probe_timeout();
        let mut earliest = (Timestamp::NEVER, Space::Initial);
        for space in Space::ALL {
            let sent = &self.spaces[space.index()];
            if sent.ack_eliciting_in_flight == 0 {
                continue;
            }
            let mut duration = timeout;
            if space == Space::Application {
                // §6.2.1: until the handshake is confirmed the peer may not be able to acknowledge these.
                if !context.handshake_confirmed {
                    break;
                }
                duration += context.max_ack_delay;
            }
            let deadline = sent.last_ack_eliciting_sent + duration.backed_off(self.pto_count);
            if deadline < earliest.0 {
                earliest = (deadline, space);
            }
        }
        if !earliest.0.is_set() && !context.peer_completed_address_validation {
            // The server may be stuck at its anti-amplification limit: keep it supplied (§6.2.2.1).
            return (now + timeout.backed_off(self.pto_count), anti_deadlock_space(context));
        }
        earliest
    }

    /// The time is `now`. Before the deadline nothing happens; after it the timer is set anew.
    pub(crate) fn on_loss_expiry(&mut self, now: Timestamp, context: &TimerContext) -> LossTimeout {
        let mut timeout =
            LossTimeout { loss: LossOutcome::new(), loss_space: Space::Application, probe: None };
        if now < self.loss_timer || !self.loss_timer.is_set() {
            return timeout;
        }
        let (loss_time, space) = self.earliest_loss_time();
        if loss_time.is_set() {
            timeout.loss_space = space;
            self.detect_losses(space, now, context.max_ack_delay, &mut timeout.loss);
        } else {
            let (_, space) = self.probe_deadline(now, context);
            timeout.probe = Some(space);
            self.pto_count = self.pto_count.saturating_add(1);
        }
        self.set_loss_timer(now, context);
        timeout
    }
}

const fn anti_deadlock_space(context: &TimerContext) -> Space {
    if context.has_handshake_keys { Space::Handshake } else { Space::Initial }
}
