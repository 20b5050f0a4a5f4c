//! Packet-timed round trips (§5.5.1).
//!
//! Owns: where the current round trip ends, as a count of delivered bytes. Must not know: packets, time.

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rounds {
    /// BBR.next_round_delivered: a packet sent at this count or later ends the round trip when it is acknowledged.
    end: u64,
    /// BBR.round_count.
    count: u64,
    /// BBR.round_start: the last ACK frame ended a round trip.
    started: bool,
}

impl Rounds {
    /// UpdateRound: an ACK frame, whose newest packet was sent at a count of `prior_delivered`, brings the count to
    /// `delivered`. Returns whether a round trip ended.
    pub(super) fn on_ack(&mut self, prior_delivered: u64, delivered: u64) -> bool {
        self.started = prior_delivered >= self.end;
        if self.started {
            self.end = delivered;
            self.count += 1;
        }
        self.started
    }

    /// StartRound: the round trip that counts begins now.
    pub(super) const fn restart(&mut self, delivered: u64) {
        self.end = delivered;
        self.started = false;
    }

    pub(super) const fn started(&self) -> bool {
        self.started
    }

    pub(super) const fn count(&self) -> u64 {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_trip_ends_with_a_packet_sent_after_its_start() {
        let mut rounds = Rounds::default();
        assert!(rounds.on_ack(0, 1000));
        assert!(!rounds.on_ack(0, 2000));
        assert!(!rounds.on_ack(999, 3000));
        assert!(rounds.on_ack(1000, 4000));
        rounds.restart(5000);
        assert!(!rounds.started());
        assert!(!rounds.on_ack(4000, 6000));
        assert!(rounds.on_ack(5000, 7000));
        assert_eq!(rounds.count(), 3);
    }
}
