//! ECN validation of a path (RFC 9000 §13.4.2, Appendix A.4).
//!
//! Owns: whether packets are marked ECT(0), the counts the peer reported last in each packet number space, and the
//! judgement on them. Must not know: packets, congestion control (an outcome says when CE marks are news).

use crate::frame::EcnCounts;
use crate::machine::state_machine;
use crate::units::{Duration, PacketNumber, Space, Timestamp};

/// Packets that a path is tried with (RFC 9000 A.4 suggests ten).
const TESTING_PACKETS: u32 = 10;

/// PTOs after which testing ends even without that many packets (RFC 9000 A.4).
const TESTING_PTOS: u64 = 3;

state_machine! {
    /// What is known about ECN on the path (RFC 9000 A.4).
    pub(crate) machine EcnPath / EcnPathState, begins Testing, states {
        /// A few packets are marked.
        Testing,
        /// Testing is over and its outcome not known: nothing is marked.
        Unknown,
        /// Every packet is marked.
        Capable,
        /// Nothing is ever marked again on this path.
        Failed,
    } {
        testing_ended: Testing => Unknown;
        counts_validated: Testing | Unknown => Capable;
        validation_failed: Testing | Unknown | Capable => Failed;
    }
}

/// What an ACK frame said about ECN.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AckedMarks {
    pub(crate) space: Space,
    /// The frame's largest acknowledged number.
    pub(crate) largest: PacketNumber,
    /// Packets marked ECT(0) that the frame newly acknowledges.
    pub(crate) newly_acked: u64,
    pub(crate) counts: Option<EcnCounts>,
}

/// The judgement on one ACK frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct EcnOutcome {
    /// The path has become capable with this frame.
    pub(crate) became_capable: bool,
    /// Validation has failed with this frame.
    pub(crate) failed: bool,
    /// The network has marked packets since the last frame (RFC 9002 §7.1).
    pub(crate) congestion: bool,
}

/// What one packet number space has sent and been told.
#[derive(Clone, Copy, Debug)]
struct SpaceCounts {
    /// Packets marked ECT(0) in the life of the connection: the peer counts across paths.
    sent: u64,
    /// The counts of the newest frame.
    reported: EcnCounts,
    /// The first number whose acknowledgement may still bring news.
    next_largest: PacketNumber,
}

/// ECN on the current path.
///
/// ```text
/// new()                                      on_new_path(): another path begins, counts go on
/// marks(now) -> bool                         shall the next packet carry ECT(0)?
/// on_sent(space, now, pto)                   a marked packet was sent
/// on_lost(n)                                 n marked packets were lost
/// on_ack(&AckedMarks) -> EcnOutcome
/// ```
#[derive(Clone, Copy, Debug)]
pub(crate) struct EcnValidation {
    path: EcnPath,
    /// Marked packets sent on this path while testing, and how many of the path's marked packets were lost.
    tested: u32,
    lost: u64,
    testing_until: Timestamp,
    spaces: [SpaceCounts; 3],
}

impl EcnValidation {
    pub(crate) const fn new() -> Self {
        const NONE: EcnCounts = EcnCounts { ect0: 0, ect1: 0, ce: 0 };
        let space = SpaceCounts { sent: 0, reported: NONE, next_largest: PacketNumber(0) };
        Self { path: EcnPath::new(), tested: 0, lost: 0, testing_until: Timestamp::NEVER, spaces: [space; 3] }
    }

    /// Tests anew on another path (RFC 9000 §9.4). The peer's counts go on.
    pub(crate) const fn on_new_path(&mut self) {
        self.path = EcnPath::new();
        self.tested = 0;
        self.lost = 0;
        self.testing_until = Timestamp::NEVER;
    }

    pub(crate) const fn state(&self) -> EcnPathState {
        self.path.state()
    }

    /// Whether the next packet shall be marked ECT(0).
    #[inline]
    pub(crate) fn marks(&self, now: Timestamp) -> bool {
        match self.path.state() {
            EcnPathState::Capable => true,
            EcnPathState::Testing => now < self.testing_until,
            EcnPathState::Unknown | EcnPathState::Failed => false,
        }
    }

    /// A packet marked ECT(0) was sent.
    #[inline]
    pub(crate) fn on_sent(&mut self, space: Space) {
        self.spaces[space.index()].sent += 1;
    }

    /// Whether the marked packets that are sent test the path.
    #[inline]
    pub(crate) fn is_testing(&self) -> bool {
        self.path.state() == EcnPathState::Testing
    }

    /// The packet that was sent is one of those that the path is tested with.
    pub(crate) fn on_tested(&mut self, now: Timestamp, pto: Duration) {
        if self.tested == 0 {
            self.testing_until = now + pto * TESTING_PTOS;
        }
        self.tested += 1;
        if self.tested >= TESTING_PACKETS {
            self.path.testing_ended();
        }
    }

    /// Marked packets of this path were declared lost. Losing all that it was tested with means that something on the
    /// path drops marked packets; `true`: validation failed.
    pub(crate) fn on_lost(&mut self, marked: u64) -> bool {
        self.lost = self.lost.saturating_add(marked);
        self.path.state() == EcnPathState::Unknown
            && self.lost >= u64::from(self.tested)
            && self.path.validation_failed()
    }

    /// An ACK frame that newly acknowledges packets (RFC 9000 §13.4.2.1).
    pub(crate) fn on_ack(&mut self, ack: &AckedMarks) -> EcnOutcome {
        let space = &mut self.spaces[ack.space.index()];
        // Frames may arrive out of order; only one that raises the largest acknowledged number has newer counts.
        if ack.largest < space.next_largest {
            return EcnOutcome::default();
        }
        space.next_largest = ack.largest.next();
        if self.path.state() == EcnPathState::Failed {
            return EcnOutcome::default();
        }
        let Some(counts) = ack.counts else {
            return self.failure_if(ack.newly_acked > 0);
        };
        let before = core::mem::replace(&mut space.reported, counts);
        if !plausible(&before, &counts, space.sent, ack.newly_acked) {
            return self.failure_if(true);
        }
        let congestion = counts.ce > before.ce;
        let became_capable = ack.newly_acked > 0 && self.path.counts_validated();
        EcnOutcome { became_capable, failed: false, congestion }
    }

    fn failure_if(&mut self, failed: bool) -> EcnOutcome {
        EcnOutcome { failed: failed && self.path.validation_failed(), ..EcnOutcome::default() }
    }
}

/// Whether counts can be true: none falls, marks do not change to ECT(1), which we never send, the newly acknowledged
/// packets are among them, and no more are counted than were sent.
fn plausible(before: &EcnCounts, after: &EcnCounts, sent: u64, newly_acked: u64) -> bool {
    let (Some(ect0), Some(ce)) = (after.ect0.checked_sub(before.ect0), after.ce.checked_sub(before.ce))
    else {
        return false;
    };
    after.ect1 == 0 && ect0.saturating_add(ce) >= newly_acked && after.ect0.saturating_add(after.ce) <= sent
}

#[cfg(test)]
mod tests {
    use super::*;

    const PTO: Duration = Duration::from_millis(100);

    fn counts(ect0: u64, ce: u64) -> Option<EcnCounts> {
        Some(EcnCounts { ect0, ect1: 0, ce })
    }

    fn ack(largest: u64, newly_acked: u64, counts: Option<EcnCounts>) -> AckedMarks {
        AckedMarks { space: Space::Application, largest: PacketNumber(largest), newly_acked, counts }
    }

    fn sent(n: u32) -> EcnValidation {
        let mut ecn = EcnValidation::new();
        for _ in 0..n {
            assert!(ecn.marks(Timestamp(5)));
            ecn.on_sent(Space::Application);
            if ecn.is_testing() {
                ecn.on_tested(Timestamp(5), PTO);
            }
        }
        ecn
    }

    #[test]
    fn truthful_counts_make_the_path_capable_once() {
        let mut ecn = sent(3);
        assert!(ecn.on_ack(&ack(1, 2, counts(2, 0))).became_capable);
        assert_eq!(ecn.on_ack(&ack(2, 1, counts(3, 0))), EcnOutcome::default());
        assert!(ecn.marks(Timestamp(u64::MAX - 1)));
    }

    #[test]
    fn congestion_is_told_once() {
        let mut ecn = sent(5);
        assert!(ecn.on_ack(&ack(1, 2, counts(1, 1))).congestion);
        assert!(!ecn.on_ack(&ack(2, 1, counts(2, 1))).congestion);
        assert!(ecn.on_ack(&ack(3, 1, counts(2, 2))).congestion);
    }

    #[test]
    fn missing_falling_short_and_invented_counts_fail() {
        let lies = [
            None,
            counts(1, 0),
            counts(9, 0),
            Some(EcnCounts { ect0: 2, ect1: 1, ce: 0 }),
            counts(u64::MAX, 1),
        ];
        for lie in lies {
            let mut ecn = sent(3);
            let outcome = ecn.on_ack(&ack(1, 2, lie));
            assert_eq!(outcome, EcnOutcome { failed: true, ..EcnOutcome::default() }, "{lie:?}");
            assert!(!ecn.marks(Timestamp(6)));
            assert!(!ecn.on_ack(&ack(2, 1, counts(3, 0))).became_capable);
        }
        let mut ecn = sent(3);
        ecn.on_ack(&ack(1, 2, counts(2, 0)));
        assert!(ecn.on_ack(&ack(2, 0, counts(1, 0))).failed);
    }

    #[test]
    fn old_frames_prove_nothing() {
        let mut ecn = sent(4);
        ecn.on_ack(&ack(3, 2, counts(3, 0)));
        assert_eq!(ecn.on_ack(&ack(2, 1, counts(2, 0))), EcnOutcome::default());
        assert_eq!(ecn.state(), EcnPathState::Capable);
    }

    #[test]
    fn unmarked_packets_prove_nothing() {
        let mut ecn = sent(1);
        assert_eq!(ecn.on_ack(&ack(0, 0, None)), EcnOutcome::default());
        assert!(!ecn.on_ack(&ack(1, 0, counts(0, 0))).became_capable);
        assert_eq!(ecn.state(), EcnPathState::Testing);
    }

    #[test]
    fn testing_ends_by_packets_or_time() {
        let mut ecn = sent(10);
        assert_eq!(ecn.state(), EcnPathState::Unknown);
        assert!(!ecn.marks(Timestamp(6)));
        assert!(!ecn.on_lost(9));
        assert!(ecn.on_lost(1));
        assert_eq!(ecn.state(), EcnPathState::Failed);
        let ecn = sent(1);
        assert!(ecn.marks(Timestamp(5) + PTO));
        assert!(!ecn.marks(Timestamp(5) + PTO * 3));
    }

    #[test]
    fn a_new_path_is_tested_with_running_counts() {
        let mut ecn = sent(10);
        ecn.on_lost(10);
        ecn.on_new_path();
        assert!(ecn.marks(Timestamp(900)));
        ecn.on_sent(Space::Application);
        assert!(ecn.on_ack(&ack(20, 1, counts(8, 0))).became_capable);
    }
}
