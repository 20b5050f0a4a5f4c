//! The anti-amplification limit of an address that is not validated yet (RFC 9000 §8.1, §9.3.1).
//!
//! Owns: the bytes received from and sent to one remote address, and whether it is validated. Must not know: how an
//! address becomes validated, packets.

/// What may be sent to an unvalidated address for each byte received from it (RFC 9000 §8.1).
const FACTOR: u64 = 3;

/// The credit of one remote address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AmplificationCredit {
    received: u64,
    sent: u64,
    validated: bool,
}

impl AmplificationCredit {
    /// A new address of the peer. A client's view of its server begins validated.
    pub(crate) const fn new(validated: bool) -> Self {
        Self { received: 0, sent: 0, validated }
    }

    /// A UDP datagram of `bytes` arrived from the address; all of it counts, whatever it held.
    pub(crate) const fn on_received(&mut self, bytes: u64) {
        self.received = self.received.saturating_add(bytes);
    }

    /// A UDP datagram of `bytes` was sent to the address.
    pub(crate) const fn on_sent(&mut self, bytes: u64) {
        self.sent = self.sent.saturating_add(bytes);
    }

    /// The peer has shown that it receives at this address.
    pub(crate) const fn validate(&mut self) {
        self.validated = true;
    }

    pub(crate) const fn is_validated(&self) -> bool {
        self.validated
    }

    /// The bytes that may be sent now; `u64::MAX` for a validated address.
    pub(crate) const fn left(&self) -> u64 {
        if self.validated {
            return u64::MAX;
        }
        self.received.saturating_mul(FACTOR).saturating_sub(self.sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_times_what_was_received() {
        let mut credit = AmplificationCredit::new(false);
        assert_eq!(credit.left(), 0);
        credit.on_received(1200);
        assert_eq!(credit.left(), 3600);
        credit.on_sent(3599);
        assert_eq!(credit.left(), 1);
        credit.on_sent(1000);
        assert_eq!(credit.left(), 0);
        credit.validate();
        assert_eq!(credit.left(), u64::MAX);
    }

    #[test]
    fn counters_saturate() {
        let mut credit = AmplificationCredit::new(false);
        credit.on_received(u64::MAX);
        credit.on_received(1);
        credit.on_sent(5);
        assert_eq!(credit.left(), u64::MAX - 5);
    }
}
