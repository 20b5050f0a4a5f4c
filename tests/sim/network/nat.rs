//! The NAT before the client: how the server sees the client's address, and that this changes.
//!
//! Owns: the mapping in force. Must not know: the line.

use super::Datagram;
use crate::address::Address;

/// The NAT forgets the client's mapping again and again, and makes another one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rebinding {
    /// After so much time for the first time, and how often from then on.
    pub(crate) first: u64,
    pub(crate) every: u64,
    /// Whether the address changes as well, not the port alone.
    pub(crate) changes_host: bool,
}

/// What the NAT adds to an address of the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Mapping {
    port: u16,
    host: u8,
}

#[derive(Debug)]
pub(super) struct Nat {
    start: u64,
    rebinding: Option<Rebinding>,
    mapping: Mapping,
}

/// Between the ports of two mappings.
const PORT_STEP: u16 = 101;
/// The hosts that the NAT has begin here, and are so many.
const FIRST_HOST: u8 = 10;
const HOSTS: u64 = 50;

impl Nat {
    pub(super) const fn new(rebinding: Option<Rebinding>, start: u64) -> Self {
        Self { start, rebinding, mapping: Mapping { port: 0, host: 0 } }
    }

    /// Makes another mapping; packets to the old one are lost.
    pub(super) const fn rebind(&mut self, added_port: u16) {
        self.mapping.port = added_port;
    }

    /// Applies the mapping; `false` when there is no such mapping (any more).
    pub(super) fn translate(&mut self, now: u64, datagram: &mut Datagram) -> bool {
        self.follow_schedule(now);
        let Mapping { port, host } = self.mapping;
        if datagram.source.is_of_client() {
            datagram.source =
                Address { host: datagram.source.host + host, port: datagram.source.port + port };
            return true;
        }
        let Address { host: seen_host, port: seen_port } = datagram.destination;
        let inside = seen_host.checked_sub(host).zip(seen_port.checked_sub(port));
        let inside = inside.map(|(host, port)| Address { host, port });
        match inside {
            Some(inside) if inside.is_of_client() => {
                datagram.destination = inside;
                true
            }
            _ => false,
        }
    }

    fn follow_schedule(&mut self, now: u64) {
        let Some(Rebinding { first, every, changes_host }) = self.rebinding else { return };
        let Some(since_first) = (now - self.start).checked_sub(first) else { return };
        let count = 1 + since_first / every;
        self.mapping.port = (count as u16).wrapping_mul(PORT_STEP) % 30_000;
        if changes_host {
            self.mapping.host = FIRST_HOST + (count % HOSTS) as u8;
        }
    }
}
