//! One direction of the line: when a packet arrives at the other end, and in which state.
//!
//! Owns: the queue before the line, the bursts of loss and the order of arrival. Several flows may share a line. Must
//! not know: who sends what to whom.

use std::collections::VecDeque;

use ngtcp2_abi::{NGTCP2_ECN_CE, NGTCP2_ECN_NOT_ECT};

use super::{Conditions, Datagram, MILLISECOND, SECOND};
use crate::random::Random;

/// A burst of losses is over after this time, however few packets were sent in it: else probes that back off would
/// need minutes to get through it.
const MAX_BURST: u64 = 200 * MILLISECOND;

#[derive(Debug)]
pub(super) struct Line {
    pub(super) conditions: Conditions,
    /// When the line was laid: black-outs count from then.
    start: u64,
    /// When the line is done with each packet that waits or is being sent.
    departures: VecDeque<u64>,
    /// The latest arrival so far: jitter keeps the order.
    last_arrival: u64,
    /// How many packets came so far.
    count: u64,
    /// What is left of a burst of losses: packets, and until when.
    burst: (u64, u64),
    lost_in_a_row: u64,
    damaged_in_a_row: u64,
    /// How long each packet waited for the line.
    waits: Vec<u64>,
}

impl Line {
    pub(super) fn new(conditions: Conditions, start: u64) -> Self {
        Self {
            conditions,
            start,
            departures: VecDeque::new(),
            last_arrival: 0,
            count: 0,
            burst: (0, 0),
            lost_in_a_row: 0,
            damaged_in_a_row: 0,
            waits: Vec::new(),
        }
    }

    pub(super) fn waits(&self) -> &[u64] {
        &self.waits
    }

    /// When the packet arrives; `None` if it does not.
    pub(super) fn carry(&mut self, now: u64, datagram: &mut Datagram, random: &mut Random) -> Option<u64> {
        let conditions = self.conditions;
        self.count += 1;
        let is_lost = self.loses(now, datagram.payload.len(), random);
        self.lost_in_a_row = if is_lost { self.lost_in_a_row + 1 } else { 0 };
        if is_lost {
            return None;
        }
        let waiting = self.waiting(now);
        let departure = self.depart(now, datagram.size_on_line())?;
        self.mark(datagram, waiting, random);
        self.damage(datagram, random);
        let mut arrival = departure + conditions.delay + random.below(conditions.jitter + 1);
        if random.chance(conditions.reorder, 1000) {
            arrival += conditions.delay / 2 + random.below(conditions.delay);
        } else {
            arrival = arrival.max(self.last_arrival);
            self.last_arrival = arrival;
        }
        Some(arrival)
    }

    fn loses(&mut self, now: u64, size: usize, random: &mut Random) -> bool {
        let Conditions { packet_size, loss, burst, longest_burst, drops, .. } = self.conditions;
        if size > packet_size || self.is_dark(now) || drops.contains(&self.count) {
            return true;
        }
        let (left, until) = self.burst;
        if left > 0 && now < until {
            self.burst = (left - 1, until);
            return true;
        }
        let starts = random.chance(loss, 1000 * burst) && !is_over(self.lost_in_a_row, longest_burst);
        if starts {
            self.burst = (random.below(2 * burst - 1), now + MAX_BURST);
        }
        starts
    }

    fn is_dark(&self, now: u64) -> bool {
        self.conditions.black_out.is_some_and(|hole| (now - self.start) % (hole.on + hole.off) >= hole.on)
    }

    /// How many packets are in the queue, the one being sent included.
    fn waiting(&mut self, now: u64) -> u64 {
        while self.departures.front().is_some_and(|&departure| departure <= now) {
            self.departures.pop_front();
        }
        self.departures.len() as u64
    }

    /// When the line is done sending the packet; `None` if the queue has no room for it.
    fn depart(&mut self, now: u64, size: u64) -> Option<u64> {
        let Conditions { rate, queue, queue_packets, .. } = self.conditions;
        if rate == 0 {
            return Some(now);
        }
        let start = self.departures.back().map_or(now, |&departure| departure.max(now));
        let bytes = (start - now) / 1000 * rate / (SECOND / 1000);
        if bytes + size > queue.max(1500) || is_over(self.departures.len() as u64, queue_packets) {
            return None;
        }
        self.waits.push(start - now);
        let departure = start + size * SECOND / rate;
        self.departures.push_back(departure);
        Some(departure)
    }

    fn mark(&self, datagram: &mut Datagram, waiting: u64, random: &mut Random) {
        if self.conditions.bleach {
            datagram.ecn = NGTCP2_ECN_NOT_ECT as u8;
        }
        let Conditions { mark, mark_above, .. } = self.conditions;
        let capable = datagram.ecn != NGTCP2_ECN_NOT_ECT as u8;
        if capable && (random.chance(mark, 1000) || mark_above != 0 && waiting > mark_above) {
            datagram.ecn = NGTCP2_ECN_CE as u8;
        }
    }

    fn damage(&mut self, datagram: &mut Datagram, random: &mut Random) {
        let Conditions { damage, longest_burst, .. } = self.conditions;
        let len = datagram.payload.len() as u64;
        if len == 0 || !random.chance(damage, 1000) || is_over(self.damaged_in_a_row, longest_burst) {
            self.damaged_in_a_row = 0;
            return;
        }
        self.damaged_in_a_row += 1;
        let bit = random.below(len * 8);
        datagram.payload[(bit / 8) as usize] ^= 1 << (bit % 8);
    }
}

/// Whether a count has reached its limit; a limit of 0 is none.
const fn is_over(count: u64, limit: u64) -> bool {
    limit != 0 && count >= limit
}
