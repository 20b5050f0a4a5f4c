//! What one direction of the line does to packets.
//!
//! Owns: the choices. Chances are per thousand, times are nanoseconds.

use super::MILLISECOND;
use crate::random::Random;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Conditions {
    /// Bytes a second; 0 means no limit. Headers of IP and UDP count.
    pub(crate) rate: u64,
    /// Bytes that may wait for the line; more are dropped. Only with a rate.
    pub(crate) queue: u64,
    /// Packets that may wait for the line; 0 means any number.
    pub(crate) queue_packets: u64,
    pub(crate) delay: u64,
    /// Up to so much is added to the delay of each packet, without reordering.
    pub(crate) jitter: u64,
    pub(crate) loss: u64,
    /// How many packets are lost in a row, on average.
    pub(crate) burst: u64,
    /// No more than so many are lost, or damaged, in a row; 0 means any number.
    pub(crate) longest_burst: u64,
    /// These are lost, counted from 1.
    pub(crate) drops: &'static [u64],
    /// Chance of a packet to be overtaken by those of the next delay.
    pub(crate) reorder: u64,
    pub(crate) duplicate: u64,
    /// Chance of a packet to have one bit turned over.
    pub(crate) damage: u64,
    /// Larger packets vanish.
    pub(crate) packet_size: usize,
    /// Chance of an ECN-capable packet to be marked as having met congestion.
    pub(crate) mark: u64,
    /// ECN-capable packets are marked while more packets than this wait; 0 means never.
    pub(crate) mark_above: u64,
    /// Whether ECN marks are erased on the way.
    pub(crate) bleach: bool,
    pub(crate) black_out: Option<BlackOut>,
}

/// The line carries for some time, then swallows everything for some time, and so on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlackOut {
    pub(crate) on: u64,
    pub(crate) off: u64,
}

impl Conditions {
    /// A clean line of 10 ms.
    pub(crate) const CLEAN: Self = Self {
        rate: 0,
        queue: u64::MAX,
        queue_packets: 0,
        delay: 10 * MILLISECOND,
        jitter: 0,
        loss: 0,
        burst: 1,
        longest_burst: 0,
        drops: &[],
        reorder: 0,
        duplicate: 0,
        damage: 0,
        packet_size: 1500,
        mark: 0,
        mark_above: 0,
        bleach: false,
        black_out: None,
    };

    /// Conditions that a seed decides: from clean to hardly usable.
    pub(crate) fn random(random: &mut Random) -> Self {
        let mut sometimes = |bound| if random.chance(1, 2) { random.below(bound) } else { 0 };
        Self {
            rate: sometimes(2_000_000) / 2 + sometimes(2_000_000) / 2,
            queue: 20_000 + sometimes(100_000),
            delay: MILLISECOND + sometimes(60 * MILLISECOND),
            jitter: sometimes(10 * MILLISECOND),
            loss: sometimes(100),
            burst: 1 + sometimes(5),
            reorder: sometimes(100),
            duplicate: sometimes(100),
            damage: sometimes(30),
            packet_size: 1280 + sometimes(300) as usize,
            mark: sometimes(50),
            bleach: sometimes(8) == 1,
            ..Self::CLEAN
        }
        .at_least_a_modem()
    }

    /// A rate below 50 kB/s would need minutes for what the scenarios send.
    fn at_least_a_modem(mut self) -> Self {
        if self.rate != 0 {
            self.rate = self.rate.max(50_000);
        }
        self
    }
}
