//! The network between two endpoints: rate, delay, jitter, queue, loss in bursts, reordering, duplication, damage,
//! packet size limit and ECN marks.
//!
//! Owns: the packets under way and the counts of what happened to them. Must not know: QUIC.

use std::collections::BTreeMap;

use ngtcp2_abi::{NGTCP2_ECN_CE, NGTCP2_ECN_NOT_ECT};

use crate::address::{Address, CLIENT, SERVER};
use crate::random::Random;

pub(crate) const MILLISECOND: u64 = 1_000_000;
pub(crate) const SECOND: u64 = 1_000 * MILLISECOND;

/// A burst of losses is over after this time, however few packets were sent in it: else probes that back off would
/// need minutes to get through it.
const MAX_BURST: u64 = 200 * MILLISECOND;

/// What one direction does to packets. Chances are per thousand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conditions {
    /// Bytes a second; 0 means no limit.
    pub(crate) rate: u64,
    /// Bytes that may wait for the line; more are dropped. Only with a rate.
    pub(crate) queue: u64,
    pub(crate) delay: u64,
    /// Up to so much is added to the delay of each packet, without reordering.
    pub(crate) jitter: u64,
    pub(crate) loss: u64,
    /// How many packets are lost in a row, on average.
    pub(crate) burst: u64,
    /// Chance of a packet to be overtaken by those of the next delay.
    pub(crate) reorder: u64,
    pub(crate) duplicate: u64,
    /// Chance of a packet to have one bit turned over.
    pub(crate) damage: u64,
    /// Larger packets vanish.
    pub(crate) packet_size: usize,
    /// Chance of an ECN-capable packet to be marked as having met congestion.
    pub(crate) mark: u64,
    /// Whether ECN marks are erased on the way.
    pub(crate) bleach: bool,
}

impl Conditions {
    /// A clean line of 10 ms.
    pub(crate) const CLEAN: Self = Self {
        rate: 0,
        queue: 0,
        delay: 10 * MILLISECOND,
        jitter: 0,
        loss: 0,
        burst: 1,
        reorder: 0,
        duplicate: 0,
        damage: 0,
        packet_size: 1500,
        mark: 0,
        bleach: false,
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

/// One UDP datagram.
#[derive(Clone, Debug)]
pub(crate) struct Datagram {
    pub(crate) source: Address,
    pub(crate) destination: Address,
    pub(crate) ecn: u8,
    pub(crate) payload: Box<[u8]>,
}

/// What happened to the packets of one direction.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) sent: u64,
    pub(crate) bytes: u64,
    pub(crate) lost: u64,
    pub(crate) delivered: u64,
}

/// One direction of the line.
#[derive(Debug)]
struct Direction {
    conditions: Conditions,
    /// When the line has sent all that waits for it.
    busy_until: u64,
    /// The latest arrival so far: jitter keeps the order.
    last_arrival: u64,
    /// What is left of a burst of losses: packets, and until when.
    burst: (u64, u64),
    counts: Counts,
}

/// Both directions, and the packets under way.
#[derive(Debug)]
pub(crate) struct Network {
    to_server: Direction,
    to_client: Direction,
    under_way: BTreeMap<(u64, u64), Datagram>,
    sequence: u64,
    random: Random,
    /// What a NAT adds to the client's port as the server sees it.
    rebound: u16,
}

impl Network {
    pub(crate) fn new(to_server: Conditions, to_client: Conditions, seed: u64) -> Self {
        Self {
            to_server: Direction::new(to_server),
            to_client: Direction::new(to_client),
            under_way: BTreeMap::new(),
            sequence: 0,
            random: Random::new(seed, 1),
            rebound: 0,
        }
    }

    pub(crate) fn counts_to_server(&self) -> Counts {
        self.to_server.counts
    }

    pub(crate) fn counts_to_client(&self) -> Counts {
        self.to_client.counts
    }

    /// Changes what both directions do from now on.
    pub(crate) fn set_conditions(&mut self, conditions: Conditions) {
        self.to_server.conditions = conditions;
        self.to_client.conditions = conditions;
    }

    /// A NAT forgets the client's mapping and makes another one; packets to the old one are lost.
    pub(crate) fn rebind(&mut self, added_port: u16) {
        self.rebound = added_port;
    }

    /// Takes out all packets under way, in the order of their arrival.
    pub(crate) fn intercept(&mut self) -> Vec<Datagram> {
        std::mem::take(&mut self.under_way).into_values().collect()
    }

    /// When the next packet arrives.
    pub(crate) fn next_arrival(&self) -> u64 {
        self.under_way.keys().next().map_or(u64::MAX, |&(arrival, _)| arrival)
    }

    /// The next packet that has arrived by `now`.
    pub(crate) fn receive(&mut self, now: u64) -> Option<Datagram> {
        let entry = self.under_way.first_entry()?;
        if entry.key().0 > now {
            return None;
        }
        let datagram = entry.remove();
        self.direction(datagram.destination).counts.delivered += 1;
        Some(datagram)
    }

    fn direction(&mut self, destination: Address) -> &mut Direction {
        if destination.host == SERVER.host { &mut self.to_server } else { &mut self.to_client }
    }

    /// Hands a packet to the line.
    pub(crate) fn send(&mut self, now: u64, mut datagram: Datagram) {
        let mut random = self.random.clone();
        if !self.translate(&mut datagram) {
            return;
        }
        let direction = self.direction(datagram.destination);
        direction.counts.sent += 1;
        direction.counts.bytes += datagram.payload.len() as u64;
        let arrival = direction.carry(now, &mut datagram, &mut random);
        let conditions = direction.conditions;
        if let Some(arrival) = arrival {
            if random.chance(conditions.duplicate, 1000) {
                let later = arrival + 1 + random.below(2 * conditions.delay);
                self.queue(later, datagram.clone());
            }
            self.queue(arrival, datagram);
        }
        self.random = random;
    }

    fn queue(&mut self, arrival: u64, datagram: Datagram) {
        self.sequence += 1;
        self.under_way.insert((arrival, self.sequence), datagram);
    }

    /// Applies the NAT; `false` when it knows no such mapping (any more).
    fn translate(&mut self, datagram: &mut Datagram) -> bool {
        if datagram.source.host == CLIENT.host {
            datagram.source.port = datagram.source.port.wrapping_add(self.rebound);
            return true;
        }
        let Some(port) = datagram.destination.port.checked_sub(self.rebound) else { return false };
        if port < CLIENT.port {
            return false;
        }
        datagram.destination.port = port;
        true
    }
}

impl Direction {
    fn new(conditions: Conditions) -> Self {
        Self { conditions, busy_until: 0, last_arrival: 0, burst: (0, 0), counts: Counts::default() }
    }

    /// When the packet arrives; `None` if it does not.
    fn carry(&mut self, now: u64, datagram: &mut Datagram, random: &mut Random) -> Option<u64> {
        let conditions = self.conditions;
        if self.loses(now, datagram.payload.len(), random) {
            self.counts.lost += 1;
            return None;
        }
        let Some(departure) = self.depart(now, datagram.payload.len() as u64) else {
            self.counts.lost += 1;
            return None;
        };
        self.mark(datagram, random);
        if random.chance(conditions.damage, 1000) && !datagram.payload.is_empty() {
            let bit = random.below(datagram.payload.len() as u64 * 8);
            datagram.payload[(bit / 8) as usize] ^= 1 << (bit % 8);
        }
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
        if size > self.conditions.packet_size {
            return true;
        }
        let (left, until) = self.burst;
        if left > 0 && now < until {
            self.burst = (left - 1, until);
            return true;
        }
        let starts = random.chance(self.conditions.loss, 1000 * self.conditions.burst);
        if starts {
            self.burst = (random.below(2 * self.conditions.burst - 1), now + MAX_BURST);
        }
        starts
    }

    /// When the line is done sending the packet; `None` if the queue has no room for it.
    fn depart(&mut self, now: u64, size: u64) -> Option<u64> {
        let Conditions { rate, queue, .. } = self.conditions;
        if rate == 0 {
            return Some(now);
        }
        let start = self.busy_until.max(now);
        let waiting = (start - now) / 1000 * rate / (SECOND / 1000);
        if waiting + size > queue.max(1500) {
            return None;
        }
        self.busy_until = start + size * SECOND / rate;
        Some(self.busy_until)
    }

    fn mark(&self, datagram: &mut Datagram, random: &mut Random) {
        if self.conditions.bleach {
            datagram.ecn = NGTCP2_ECN_NOT_ECT as u8;
        }
        let capable = datagram.ecn != NGTCP2_ECN_NOT_ECT as u8;
        if capable && random.chance(self.conditions.mark, 1000) {
            datagram.ecn = NGTCP2_ECN_CE as u8;
        }
    }
}
