//! The run of one connection that an input decides: in which state, which packets a peer with all the keys sends, which
//! functions the application calls, in callbacks too, and how time passes. The fuzz targets `packets` and `calls` look
//! for inputs; `scenario::corpora` replays those that were worth keeping.
//!
//! Owns: the meaning of the bytes, and what must hold at the end: no panic, which would show as an internal error, and
//! nothing left behind.

use std::cell::OnceCell;
use std::ptr;
use std::rc::Rc;

use ngtcp2_abi::{NGTCP2_ERR_INTERNAL, NGTCP2_PROTO_VER_V1, ngtcp2_cid};

use crate::address::{Address, CLIENT, SERVER};
use crate::application::Plan;
use crate::endpoint::Endpoint;
use crate::forge::{Forgery, Kind, keys, varint};
use crate::intruder;
use crate::keys::{KeySet, Side};
use crate::network::{Datagram, MILLISECOND, SECOND};
use crate::pair::{Pair, Scenario};
use crate::program::{Choices, Program, end_of_time};
use crate::protection;

/// Steps of one run; more input is not read.
const MAX_STEPS: usize = 300;

/// An input, of which bytes are taken from the front; zeros when there are none left.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    fn take(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// A number of the kind that rules are about.
    fn number(&mut self) -> u64 {
        let byte = self.byte();
        match byte >> 5 {
            0 => u64::from(byte & 31),
            1 => u64::from(byte & 31) << 8 | u64::from(self.byte()),
            2 => 1 << (byte & 31),
            3 => (1 << (byte & 31)) - 1,
            4 => (1 << 62) - 1 - u64::from(byte & 31),
            5 => (1 << 60) + u64::from(byte & 31) - 2,
            6 => 1 << (31 + (byte & 31).min(30)),
            _ => 5_000 + u64::from(byte & 31),
        }
    }

    /// A frame that may well be valid, or several.
    fn frame(&mut self) -> Vec<u8> {
        let kind = u64::from(self.byte() % 0x34);
        let fields = match kind {
            0x00 | 0x01 | 0x1e | 0x20..=0x2f => 0,
            0x05 | 0x11 | 0x15 => 2,
            0x04 => 3,
            0x10 | 0x12..=0x14 | 0x16 | 0x17 | 0x19 => 1,
            0x02 | 0x03 => return self.ack(kind),
            0x06 => return self.with_data(&[kind, self.0.len() as u64 & 1], true),
            0x07 => return self.with_data(&[kind], false),
            0x08..=0x0f => return self.stream(kind),
            0x18 => return self.new_connection_id(),
            0x1a | 0x1b => return [varint(kind), self.padded(8)].concat(),
            0x1c => return self.with_data(&[kind, 10, 0], false),
            0x1d => return self.with_data(&[kind, 10], false),
            0x30 => return [varint(kind), self.take(20).to_vec()].concat(),
            0x31 => return self.with_data(&[kind], false),
            _ => 1,
        };
        let numbers: Vec<u8> = (0..fields).flat_map(|_| varint(self.number())).collect();
        [varint(kind), numbers].concat()
    }

    fn padded(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = self.take(len).to_vec();
        bytes.resize(len, 0x5b);
        bytes
    }

    /// Fields, perhaps an offset, and bytes with their length.
    fn with_data(&mut self, fields: &[u64], at_offset: bool) -> Vec<u8> {
        let mut frame: Vec<u8> = fields[..1].iter().flat_map(|&field| varint(field)).collect();
        if at_offset {
            frame.extend(varint(self.number()));
        } else {
            frame.extend(fields[1..].iter().flat_map(|&field| varint(field)));
        }
        let len = usize::from(self.byte() % 64);
        frame.extend(varint(len as u64));
        frame.extend(self.padded(len));
        frame
    }

    fn stream(&mut self, kind: u64) -> Vec<u8> {
        let mut frame = [varint(kind), varint(self.number())].concat();
        if kind & 4 != 0 {
            frame.extend(varint(self.number()));
        }
        let len = usize::from(self.byte() % 64);
        if kind & 2 != 0 {
            frame.extend(varint(len as u64));
        }
        frame.extend(self.padded(len));
        frame
    }

    fn ack(&mut self, kind: u64) -> Vec<u8> {
        let (largest, ranges) = (self.number(), u64::from(self.byte() % 16));
        let mut frame = [varint(kind), varint(largest), varint(self.number()), varint(ranges)].concat();
        frame.extend(varint(self.number()));
        for _ in 0..2 * ranges {
            frame.extend(varint(u64::from(self.byte() % 8)));
        }
        for _ in 0..if kind == 3 { 3 } else { 0 } {
            frame.extend(varint(self.number()));
        }
        frame
    }

    fn new_connection_id(&mut self) -> Vec<u8> {
        let mut frame = [varint(0x18), varint(self.number()), varint(self.number())].concat();
        let len = self.byte() % 22;
        frame.push(len);
        frame.extend(self.padded(usize::from(len)));
        frame.extend(self.padded(16));
        frame
    }
}

/// A connection under way, and who sends the forged packets.
struct Run {
    pair: Pair,
    program: Rc<Program>,
    victim: Side,
    original: ngtcp2_cid,
    number: u32,
}

impl Run {
    fn endpoint(&self) -> &Endpoint {
        self.pair.endpoint(self.victim)
    }

    fn deliver(&mut self, payload: Vec<u8>, port: u16) {
        let (mut source, destination) = match self.victim {
            Side::Server => (CLIENT, SERVER),
            Side::Client => (SERVER, CLIENT),
        };
        source = Address { port: source.port.wrapping_add(port), ..source };
        let datagram = Datagram { source, destination, ecn: (port & 3) as u8, payload: payload.into() };
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
        if kind != Kind::Initial {
            return packet.seal(keys(&self.pair, sender, kind));
        }
        packet.version = NGTCP2_PROTO_VER_V1;
        if packet.payload.len() < 1_160 {
            packet.payload.resize(1_160, 0);
        }
        packet.seal(KeySet::initial(NGTCP2_PROTO_VER_V1, &self.original, sender))
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
            8 => {
                let len = usize::from(input.byte());
                let datagram = input.take(len).to_vec();
                self.deliver(datagram, u16::from(choice / 16));
            }
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

thread_local! {
    static REMEMBERED: OnceCell<Vec<u8>> = const { OnceCell::new() };
}

/// What a client remembers of a server.
fn remembered() -> Vec<u8> {
    REMEMBERED.with(|remembered| {
        let parameters = || {
            let mut pair = Scenario::new(1).start();
            pair.run(SECOND, Pair::is_established);
            let params = pair.client.conn().early_params().unwrap_or_default();
            pair.finish();
            params
        };
        remembered.get_or_init(parameters).clone()
    })
}

/// The pair that the first bytes ask for.
fn begin(input: &mut Input<'_>) -> (Pair, Side, ngtcp2_cid) {
    let (options, stage) = (input.byte(), input.byte());
    let mut scenario = Scenario::new(u64::from(stage / 8));
    let early = stage % 8 == 6;
    for setup in [&mut scenario.client, &mut scenario.server] {
        (setup.is_lawless, setup.aborts) = (true, true);
        // Its error is the one of a panic.
        setup.settings.glitch_ratelim_burst = u64::MAX;
        setup.keeps_journal = options & 2 != 0;
        setup.params.max_datagram_frame_size = if options & 4 != 0 { 1_000 } else { 0 };
        setup.plan = Plan { bidirectional: 1, unidirectional: 1, bytes: u64::from(options >> 5) * 2_000 };
    }
    scenario.client.id_len = if options & 8 != 0 { 0 } else { 8 };
    scenario.server.accepts_early_data = options & 16 != 0;
    scenario.client.early_params = early.then(remembered);
    let mut pair = scenario.start();
    let original = pair.client.conn().dcid();
    match stage % 8 {
        0 => {}
        1 | 6 => {
            pair.client.write(&mut pair.network);
            for datagram in pair.network.intercept() {
                pair.deliver_to_server(&datagram);
            }
        }
        2 => drop(pair.run(SECOND, |pair| pair.client.seen("handshake_completed") > 0)),
        3 => drop(pair.run(SECOND, Pair::is_established)),
        4 => pair.run_for(SECOND),
        5 => {
            pair.run_for(SECOND);
            pair.server.close(7, b"reason", &mut pair.network);
        }
        _ => {
            pair.run_for(SECOND);
            let now = pair.client.now();
            pair.client.conn().initiate_key_update(now);
            pair.run_for(5 * MILLISECOND);
        }
    }
    (pair, if options & 1 != 0 { Side::Client } else { Side::Server }, original)
}

fn run(bytes: &[u8], calls: bool) {
    // What the callbacks do stands at the end.
    let (bytes, inside) = bytes.split_at(bytes.len() - bytes.len() / 4);
    let mut input = Input(bytes);
    let activity = if calls { 10 + u64::from(input.byte()) } else { 3 };
    let (pair, victim, original) = begin(&mut input);
    let program = Rc::new(Program::new(Choices::Input(inside.iter().copied().collect()), activity));
    let endpoints = [Side::Client, Side::Server].map(|side| ptr::from_ref(pair.endpoint(side)));
    let acting = program.clone();
    intruder::set(move |side, name| {
        // SAFETY: the endpoints are boxed and outlive the intruder: both end with the run.
        let endpoint = unsafe { &*endpoints[usize::from(side == Side::Server)] };
        acting.enter(endpoint, name);
        acting.below(3_000) == 1
    });
    let mut run = Run { pair, program, victim, original, number: 5_000 };
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
