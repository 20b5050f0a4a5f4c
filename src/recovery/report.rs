//! Lost packets to be named in the log and in qlog.
//!
//! Owns: the reports that the caller has not fetched yet. Must not know: how they are written. Empty and without
//! memory while nobody logs.

use crate::mem::{Mem, Ring};
use crate::units::{PacketNumber, Space, Timestamp};

/// How many reports wait at most. More are lost at once only in a black-out; the log then names the first ones.
const MAX_REPORTS: usize = 256;

/// A packet was declared lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LossReport {
    pub(crate) space: Space,
    pub(crate) number: PacketNumber,
    pub(crate) time_sent: Timestamp,
    pub(crate) size: u16,
}

pub(super) struct LossReports {
    wanted: bool,
    waiting: Ring<LossReport>,
}

impl LossReports {
    pub(super) const fn new(mem: Mem) -> Self {
        Self { wanted: false, waiting: Ring::new(mem) }
    }

    pub(super) const fn want(&mut self) {
        self.wanted = true;
    }

    /// Without memory the report is left out: logging must not fail a connection.
    pub(super) fn push(&mut self, report: LossReport) {
        if self.wanted && self.waiting.len() < MAX_REPORTS {
            let _ = self.waiting.try_push_back(report);
        }
    }

    pub(super) fn pop(&mut self) -> Option<LossReport> {
        self.waiting.pop_front()
    }
}
