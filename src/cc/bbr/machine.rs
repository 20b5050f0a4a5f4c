//! The states of BBR and the gains that go with each (§5.1, §5.6.1).
//!
//! Owns: which state follows which, and on what event. Must not know: when an event has happened.

use crate::machine::state_machine;

state_machine! {
    /// BBR's state machine (§5.1.1).
    pub(crate) machine Machine / State, begins Startup, states {
        /// Doubles the rate each round trip until the pipe is full.
        Startup,
        /// Drains the queue that Startup made.
        Drain,
        /// Sends slower than the path delivers, to empty the queue and leave headroom.
        ProbeBwDown,
        /// Sends as fast as the path delivers.
        ProbeBwCruise,
        /// Fills the pipe before it probes, for one round trip.
        ProbeBwRefill,
        /// Sends faster than the path delivers, to see whether it can do more.
        ProbeBwUp,
        /// Sends little, to see the round-trip time without a queue.
        ProbeRtt,
    } {
        pipe_filled: Startup => Drain;
        queue_drained: Drain => ProbeBwDown;
        headroom_left: ProbeBwDown => ProbeBwCruise;
        probe_due: ProbeBwDown | ProbeBwCruise => ProbeBwRefill;
        pipe_refilled: ProbeBwRefill => ProbeBwUp;
        probe_ended: ProbeBwUp => ProbeBwDown;
        /// Not in Startup, where the draft has it: a pipe that is not full yet has no queue to hide the round-trip time, and
        /// where that is long the probe would come in the middle of each Startup.
        round_trip_stale: Drain | ProbeBwDown | ProbeBwCruise | ProbeBwRefill | ProbeBwUp => ProbeRtt;
        round_trip_probed: ProbeRtt => ProbeBwDown;
        /// As `round_trip_probed`, when the losses that ended Startup turned out to be reordering meanwhile.
        startup_resumed: ProbeRtt => Startup;
        /// The losses that ended Startup were reordering.
        startup_restored: Drain | ProbeBwDown | ProbeBwCruise | ProbeBwRefill | ProbeBwUp => Startup;
    }
}

impl State {
    /// BBR.pacing_gain in percent.
    pub(super) const fn pacing_gain(self) -> u64 {
        match self {
            // 4 ln 2: the least gain that doubles the rate each round trip.
            Self::Startup => 277,
            Self::Drain => 50,
            Self::ProbeBwDown => 90,
            Self::ProbeBwUp => 125,
            Self::ProbeBwCruise | Self::ProbeBwRefill | Self::ProbeRtt => 100,
        }
    }

    /// BBR.cwnd_gain in percent.
    pub(super) const fn window_gain(self) -> u64 {
        match self {
            Self::ProbeBwUp => 225,
            Self::ProbeRtt => PROBE_RTT_WINDOW_GAIN,
            _ => 200,
        }
    }

    /// IsInAProbeBWState.
    pub(super) const fn is_probe_bw(self) -> bool {
        matches!(self, Self::ProbeBwDown | Self::ProbeBwCruise | Self::ProbeBwRefill | Self::ProbeBwUp)
    }

    /// IsProbingBW: whether the flow accelerates, so that losses are the answer it looks for.
    pub(super) const fn accelerates(self) -> bool {
        matches!(self, Self::Startup | Self::ProbeBwRefill | Self::ProbeBwUp)
    }
}

/// BBR.ProbeRTTCwndGain in percent.
pub(super) const PROBE_RTT_WINDOW_GAIN: u64 = 50;
