//! The run of one connection that an input decides: in which state, which packets a peer with all the keys sends, which
//! functions the application calls, in callbacks too, and how time passes. The fuzz targets `packets` and `calls` look
//! for inputs; `scenario::corpora` replays those that were worth keeping.
//!
//! Owns: the meaning of the bytes, and what must hold at the end: no panic, which would show as an internal error, and
//! nothing left behind.

mod input;
mod opening;

use std::ptr;
use std::rc::Rc;

use ngtcp2_abi::{NGTCP2_ERR_INTERNAL, NGTCP2_PROTO_VER_V1, ngtcp2_cid};

use crate::address::Address;
use crate::callbacks::reset_token;
use crate::endpoint::Endpoint;
use crate::forge::{self, Forgery, Kind, keys};
use crate::intruder;
use crate::keys::{KeySet, Side};
use crate::memory::Refusal;
use crate::network::{Datagram, MILLISECOND};
use crate::pair::Pair;
use crate::program::{Choices, Program, end_of_time};
use crate::protection;

use input::Input;

/// Steps of one run; more input is not read.
const MAX_STEPS: usize = 300;

/// A connection under way, and who sends the forged packets.
struct Run {
    pair: Pair,
    program: Rc<Program>,
    victim: Side,
    original: ngtcp2_cid,
    /// The number of the next forged packet, and how often its keys were updated.
    number: u32,
    updates: u32,
}

impl Run {
    fn endpoint(&self) -> &Endpoint {
        self.pair.endpoint(self.victim)
    }

    fn deliver(&mut self, payload: Vec<u8>, port: u16) {
        let path = self.endpoint().path();
        let source = Address { port: path.remote.port.wrapping_add(port), ..path.remote };
        let datagram =
            Datagram { source, destination: path.local, ecn: (port & 3) as u8, payload: payload.into() };
        let (network, endpoint) = (
            &mut self.pair.network,
            match self.victim {
                Side::Server => &self.pair.server,
                Side::Client => &self.pair.client,
            },
        );
        endpoint.read(&datagram, network);
    }

    /// A packet of the victim's peer.
    fn forge(&mut self, kind: Kind, frames: &[u8]) -> Vec<u8> {
        let sender = self.victim.other();
        let mut packet = Forgery::new(&self.pair, sender, kind, frames);
        packet.number = self.number;
        self.number += 1;
        if kind == Kind::OneRtt && self.updates > 0 {
            packet.flips = if self.updates % 2 == 1 { forge::KEY_PHASE } else { 0 };
            return packet.seal(forge::updated_keys(&self.pair, sender, self.updates));
        }
        if kind != Kind::Initial {
            return packet.seal(keys(&self.pair, sender, kind));
        }
        packet.version = NGTCP2_PROTO_VER_V1;
        if packet.payload.len() < 1_160 {
            packet.payload.resize(1_160, 0);
        }
        packet.seal(KeySet::initial(NGTCP2_PROTO_VER_V1, &self.original, sender))
    }

    /// What anybody may send, what a peer sends seldom, and memory that comes to an end.
    fn rarity(&mut self, input: &mut Input<'_>, kind: u8) {
        let endpoint = self.endpoint();
        let (ours, theirs) = (self.pair.endpoint(self.victim.other()).conn().dcid(), endpoint.conn().dcid());
        let datagram = match kind {
            0..=5 => {
                let len = usize::from(input.byte());
                input.take(len).to_vec()
            }
            6 => forge::retry(&ours, &theirs, &self.original),
            7 => {
                let versions = 4 * usize::from(input.byte() % 8);
                forge::version_negotiation(&ours, &theirs, input.take(versions))
            }
            8 => {
                let len = usize::from(input.byte() % 64);
                [&[0x41][..], &vec![0x3c; 20 + len], &reset_token(&theirs)].concat()
            }
            9 => {
                let frame = input.frame();
                self.forge(Kind::ZeroRtt, &frame)
            }
            10 => {
                let packets = [Kind::Initial, Kind::Handshake, Kind::OneRtt].map(|kind| {
                    let frame = input.frame();
                    self.forge(kind, &frame)
                });
                packets.concat()
            }
            11 => {
                self.updates += u32::from(input.byte() % 3);
                let frame = input.frame();
                self.forge(Kind::OneRtt, &frame)
            }
            12 => {
                // Cut short, or with one byte changed.
                let frame = input.frame();
                let mut packet = self.forge(Kind::OneRtt, &frame);
                let place = usize::from(input.byte()) % packet.len();
                packet[place] ^= input.byte();
                packet
            }
            13 => {
                let ticket = input.take(40).to_vec();
                endpoint.conn().submit_new_token(&ticket);
                return;
            }
            _ => {
                let number = endpoint.memory.allocations() + 1 + u64::from(input.byte() % 32);
                endpoint.memory.refusal.set(if kind == 14 {
                    Refusal::Once(number)
                } else {
                    Refusal::From(number)
                });
                return;
            }
        };
        self.deliver(datagram, 0);
    }

    /// One step; `calls` tells whether functions of the API are more likely than packets.
    fn step(&mut self, input: &mut Input<'_>, calls: bool) {
        let choice = input.byte();
        if calls && choice >= 96 {
            let code = self.program.act(self.endpoint(), u64::from(choice) % 26);
            assert_ne!(code, NGTCP2_ERR_INTERNAL, "call {}", choice % 26);
            return;
        }
        match choice % 16 {
            0..=2 => {
                let len = usize::from(input.byte());
                let packet = self.forge(Kind::OneRtt, input.take(len));
                self.deliver(packet, 0);
            }
            3..=5 => {
                let frames: Vec<u8> = (0..1 + choice / 64).flat_map(|_| input.frame()).collect();
                let packet = self.forge(Kind::OneRtt, &frames);
                self.deliver(packet, if choice % 16 == 5 { u16::from(choice / 16) } else { 0 });
            }
            6 => {
                let frame = input.frame();
                let packet = self.forge(Kind::Handshake, &frame);
                self.deliver(packet, 0);
            }
            7 => {
                let frame = input.frame();
                let packet = self.forge(Kind::Initial, &frame);
                self.deliver(packet, 0);
            }
            8 => self.rarity(input, choice / 16),
            9 | 10 => {
                let time = u64::from(input.byte()).pow(2) * MILLISECOND / 4;
                self.pair.wait(time);
                self.pair.client.handle_expiry(&mut self.pair.network);
                self.pair.server.handle_expiry(&mut self.pair.network);
            }
            11 => drop(self.write()),
            12 | 13 => {
                for datagram in self.write() {
                    if datagram.destination.is_of_server() {
                        self.pair.deliver_to_server(&datagram);
                    } else {
                        self.pair.client.read(&datagram, &mut self.pair.network);
                    }
                }
            }
            14 => self.pair.run_for(u64::from(input.byte()) * MILLISECOND),
            _ => drop(self.program.act(self.endpoint(), u64::from(choice / 16))),
        }
    }

    fn write(&mut self) -> Vec<Datagram> {
        self.pair.client.write(&mut self.pair.network);
        self.pair.server.write(&mut self.pair.network);
        self.pair.network.intercept()
    }
}

fn run(bytes: &[u8], calls: bool) {
    // What the callbacks do stands at the end.
    let (bytes, inside) = bytes.split_at(bytes.len() - bytes.len() / 4);
    let mut input = Input(bytes);
    let activity = if calls { 10 + u64::from(input.byte()) } else { 3 };
    let (pair, victim, original) = opening::begin(&mut input);
    let program = Rc::new(Program::new(Choices::Input(inside.iter().copied().collect()), activity));
    let endpoints = [Side::Client, Side::Server].map(|side| ptr::from_ref(pair.endpoint(side)));
    let acting = program.clone();
    intruder::set(move |side, name| {
        // SAFETY: the endpoints are boxed and outlive the intruder: both end with the run.
        let endpoint = unsafe { &*endpoints[usize::from(side == Side::Server)] };
        acting.enter(endpoint, name);
        acting.below(3_000) == 1
    });
    let number = 5_000 + pair.client.setup.settings.initial_pkt_num;
    let mut run = Run { pair, program, victim, original, number, updates: 0 };
    for _ in 0..MAX_STEPS {
        if input.0.is_empty() {
            break;
        }
        run.step(&mut input, calls);
    }
    intruder::reset();
    for endpoint in [&run.pair.client, &run.pair.server] {
        assert_ne!(endpoint.error.get(), NGTCP2_ERR_INTERNAL, "{}", run.pair.describe());
        end_of_time(endpoint);
        endpoint.delete();
        assert_eq!((endpoint.memory.live(), endpoint.memory.misuses()), (0, 0));
        let violation = endpoint.violation().filter(|violation| violation.contains("action"));
        assert_eq!(violation, None);
    }
    assert_eq!((protection::live_contexts(), protection::misuses()), (0, 0));
}

/// Packets of a peer that has all the keys and keeps none of the rules.
pub(crate) fn packets(bytes: &[u8]) {
    run(bytes, false);
}

/// Functions of the API in any order, from inside any callback.
pub(crate) fn calls(bytes: &[u8]) {
    run(bytes, true);
}
