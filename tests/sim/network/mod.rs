//! The network between two endpoints: rate, delay, jitter, queue, loss in bursts, reordering, duplication, damage,
//! packet size limit, ECN marks, black-outs, and a NAT before the client. Flows may share its lines.
//!
//! Owns: the packets of one flow under way, and the counts of what happened to them. Must not know: QUIC.

mod conditions;
mod line;
mod nat;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::address::Address;
use crate::random::Random;
use line::Line;
use nat::Nat;

pub(crate) use conditions::{BlackOut, Conditions};
pub(crate) use nat::Rebinding;

pub(crate) const MILLISECOND: u64 = 1_000_000;
pub(crate) const SECOND: u64 = 1_000 * MILLISECOND;

/// One UDP datagram.
#[derive(Clone, Debug)]
pub(crate) struct Datagram {
    pub(crate) source: Address,
    pub(crate) destination: Address,
    pub(crate) ecn: u8,
    pub(crate) payload: Box<[u8]>,
}

impl Datagram {
    /// With the headers of IP and UDP.
    pub(crate) fn size_on_line(&self) -> u64 {
        let headers = if self.destination.is_ipv6() { 48 } else { 28 };
        self.payload.len() as u64 + headers
    }
}

/// What happened to the packets of one direction.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) sent: u64,
    pub(crate) bytes: u64,
    pub(crate) lost: u64,
    pub(crate) delivered: u64,
}

/// A datagram as a tap on the line sees it, before anything happens to it.
#[derive(Debug)]
pub(crate) struct Captured {
    pub(crate) at: u64,
    pub(crate) datagram: Datagram,
}

/// Both directions, and the packets under way.
#[derive(Debug)]
pub(crate) struct Network {
    to_server: Rc<RefCell<Line>>,
    to_client: Rc<RefCell<Line>>,
    counts_to_server: Counts,
    counts_to_client: Counts,
    nat: Nat,
    under_way: BTreeMap<(u64, u64), Datagram>,
    sequence: u64,
    random: Random,
    capture: Option<Vec<Captured>>,
}

impl Network {
    pub(crate) fn new(
        (to_server, to_client): (Conditions, Conditions),
        rebinding: Option<Rebinding>,
        seed: u64,
        start: u64,
    ) -> Self {
        let line = |conditions| Rc::new(RefCell::new(Line::new(conditions, start)));
        Self::on_lines((line(to_server), line(to_client)), Nat::new(rebinding, start), seed)
    }

    /// Another flow on the same lines, with a NAT of its own.
    pub(crate) fn beside(&self, seed: u64, start: u64) -> Self {
        Self::on_lines((self.to_server.clone(), self.to_client.clone()), Nat::new(None, start), seed)
    }

    fn on_lines(lines: (Rc<RefCell<Line>>, Rc<RefCell<Line>>), nat: Nat, seed: u64) -> Self {
        Self {
            to_server: lines.0,
            to_client: lines.1,
            counts_to_server: Counts::default(),
            counts_to_client: Counts::default(),
            nat,
            under_way: BTreeMap::new(),
            sequence: 0,
            random: Random::new(seed, 1),
            capture: None,
        }
    }

    pub(crate) fn counts_to_server(&self) -> Counts {
        self.counts_to_server
    }

    pub(crate) fn counts_to_client(&self) -> Counts {
        self.counts_to_client
    }

    /// How long each packet to the client waited for the line, whosever it was.
    pub(crate) fn waits_to_client(&self) -> Vec<u64> {
        self.to_client.borrow().waits().to_vec()
    }

    /// Changes what both directions do from now on.
    pub(crate) fn set_conditions(&mut self, conditions: Conditions) {
        self.to_server.borrow_mut().conditions = conditions;
        self.to_client.borrow_mut().conditions = conditions;
    }

    /// A NAT forgets the client's mapping and makes another one; packets to the old one are lost.
    pub(crate) fn rebind(&mut self, added_port: u16) {
        self.nat.rebind(added_port);
    }

    /// Keeps a copy of each datagram that is sent from now on.
    pub(crate) fn tap(&mut self) {
        self.capture = Some(Vec::new());
    }

    /// What the tap saw.
    pub(crate) fn captured(&self) -> &[Captured] {
        self.capture.as_deref().unwrap_or_default()
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
        self.direction(&datagram).1.delivered += 1;
        Some(datagram)
    }

    fn direction(&mut self, datagram: &Datagram) -> (&Rc<RefCell<Line>>, &mut Counts) {
        if datagram.destination.is_of_server() {
            (&self.to_server, &mut self.counts_to_server)
        } else {
            (&self.to_client, &mut self.counts_to_client)
        }
    }

    /// Hands a packet to the line.
    pub(crate) fn send(&mut self, now: u64, mut datagram: Datagram) {
        if !self.nat.translate(now, &mut datagram) {
            return;
        }
        if let Some(capture) = &mut self.capture {
            capture.push(Captured { at: now, datagram: datagram.clone() });
        }
        let mut random = self.random.clone();
        let (line, counts) = self.direction(&datagram);
        counts.sent += 1;
        counts.bytes += datagram.payload.len() as u64;
        let mut line = line.borrow_mut();
        let arrival = line.carry(now, &mut datagram, &mut random);
        counts.lost += u64::from(arrival.is_none());
        let Conditions { duplicate, delay, .. } = line.conditions;
        drop(line);
        if let Some(arrival) = arrival {
            if random.chance(duplicate, 1000) {
                let later = arrival + 1 + random.below(2 * delay);
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
}
