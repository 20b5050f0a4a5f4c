//! Where a connection stands between its first packet and its end (RFC 9000 §4, §10).
//!
//! Owns: the one state from which everything else is derived. Must not know: why a transition happened.

use crate::error::{Error, Result};
use crate::machine::state_machine;

state_machine! {
    /// The connection.
    ///
    /// ```text
    /// Start ──begin──▶ Handshake ──complete──▶ Completed ──confirm──▶ Confirmed
    ///   │                  │                       │                      │
    ///   └─drain────────────┴──────drain, close─────┴──────────────────────┴──▶ Draining, Closing
    /// ```
    pub(crate) machine Lifecycle / Stage, begins Start, states {
        /// No packet was sent or accepted yet.
        Start,
        /// Keys are being agreed.
        Handshake,
        /// TLS is finished on this side (RFC 9001 §4.1.1).
        Completed,
        /// The peer is known to be finished as well (RFC 9001 §4.1.2).
        Confirmed,
        /// We sent CONNECTION_CLOSE (RFC 9000 §10.2.1).
        Closing,
        /// The peer closed or reset the connection (RFC 9000 §10.2.2).
        Draining,
    } {
        begin: Start => Handshake;
        complete: Handshake => Completed;
        confirm: Completed => Confirmed;
        close: Handshake | Completed | Confirmed => Closing;
        drain: Start | Handshake | Completed | Confirmed => Draining;
    }
}

impl Lifecycle {
    /// Whether the handshake is complete on this side, in the sense of `ngtcp2_conn_get_handshake_completed`.
    #[inline]
    pub(crate) const fn is_completed(&self) -> bool {
        matches!(self.state(), Stage::Completed | Stage::Confirmed)
    }

    #[inline]
    pub(crate) const fn is_confirmed(&self) -> bool {
        matches!(self.state(), Stage::Confirmed)
    }

    #[inline]
    pub(crate) const fn is_over(&self) -> bool {
        matches!(self.state(), Stage::Closing | Stage::Draining)
    }

    /// The error that reading and writing answer once the connection is over.
    #[inline]
    pub(crate) fn check_open(&self) -> Result<()> {
        match self.state() {
            Stage::Closing => Err(Error::Closing.cold()),
            Stage::Draining => Err(Error::Draining.cold()),
            _ => Ok(()),
        }
    }
}
