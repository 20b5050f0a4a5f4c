//! What delivery rate sampling (draft-ietf-ccwg-bbr §4.1) tells a controller that works by a model of the path.
//!
//! Owns: the plain values of one ACK frame and of one lost packet. Must not know: how they were measured.

use super::Bandwidth;
use crate::units::{Duration, Timestamp};

/// The bytes in flight when a packet was sent, itself included, and how they fared.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Flight {
    /// P.tx_in_flight.
    pub(crate) bytes: u64,
    /// RS.lost: what was declared lost since the packet was sent.
    pub(crate) lost: u64,
    /// The packet was sent while the application was the limit.
    pub(crate) app_limited: bool,
}

/// RS: what one ACK frame tells, by the newest packet that it newly acknowledged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RateSample {
    pub(crate) now: Timestamp,
    /// When the newest packet was sent.
    pub(crate) newest_sent: Timestamp,
    pub(crate) flight: Flight,
    /// RS.delivery_rate; `None` when the interval was too short to tell.
    pub(crate) delivery_rate: Option<Bandwidth>,
    /// RS.delivered: bytes delivered over the sampling interval.
    pub(crate) delivered: u64,
    /// RS.prior_delivered: the value of `total_delivered` when the newest packet was sent.
    pub(crate) prior_delivered: u64,
    /// C.delivered: all bytes delivered on the path.
    pub(crate) total_delivered: u64,
    /// C.lost: all bytes lost on the path.
    pub(crate) total_lost: u64,
    pub(crate) newly_acked: u64,
    /// C.inflight, now.
    pub(crate) bytes_in_flight: u64,
    /// C.is_cwnd_limited: something that was in flight while the window was full is still not acknowledged.
    pub(crate) window_limited: bool,
    /// RS.rtt.
    pub(crate) round_trip: Option<Duration>,
    pub(crate) smoothed_rtt: Duration,
}

/// One packet that was declared lost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LossSample {
    pub(crate) now: Timestamp,
    pub(crate) size: u64,
    pub(crate) flight: Flight,
    /// C.delivered.
    pub(crate) total_delivered: u64,
    /// The packet sent just before it is lost too.
    pub(crate) follows_lost: bool,
}
