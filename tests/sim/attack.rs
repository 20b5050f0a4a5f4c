//! An attack on one connection: a peer that has all the keys and keeps none of the rules, a victim that is measured,
//! and a second connection of the same process that must not notice.
//!
//! Owns: the figures. What the victim sends is taken from the line, so that the attacker acknowledges nothing but what
//! a test forges.

use std::ffi::c_int;
use std::fmt;

use ngtcp2_abi::{NGTCP2_CCERR_TYPE_TRANSPORT, NGTCP2_ERR_INTERNAL};

use crate::address::{CLIENT, SERVER};
use crate::application::Plan;
use crate::endpoint::{Endpoint, Phase};
use crate::forge::{Forgery, Kind, keys, number_of, varint};
use crate::keys::Side;
use crate::library::error_name;
use crate::network::{Datagram, MILLISECOND, SECOND};
use crate::pair::{Pair, Scenario};

/// Between two packets of an attacker: 400 Mbit/s of full packets.
const STEP: u64 = 30_000;

/// The most processor time that a packet may cost the victim, with all callbacks and the test's own allocator.
const MAX_NANOSECONDS: u64 = if cfg!(debug_assertions) { 2_000_000 } else { 200_000 };

pub(crate) struct Attack {
    pub(crate) pair: Pair,
    bystander: Pair,
    /// What the second connection had asked of its allocators when the attack began.
    bystander_calls: u64,
    victim: Side,
    number: u32,
    /// Whether the attacker acknowledges what it receives, and what that was.
    pub(crate) acknowledges: bool,
    received: u64,
    acks: Vec<u8>,
}

/// What an attack came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
    /// Processor time in the victim's reading, in nanoseconds, by quarters of the attack, and in its writing. The latter
    /// is also the application's, which looks for something to send.
    quarters: [u64; 4],
    writing: u64,
    /// Packets that the victim sent, and their bytes.
    pub(crate) answers: u64,
    pub(crate) answered_bytes: u64,
    /// How far the victim's memory rose above what it was, at most, and what is left of that at the end.
    pub(crate) peak: usize,
    pub(crate) left: usize,
    pub(crate) allocations: u64,
    /// The victim's first error.
    pub(crate) error: c_int,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { packets, bytes, answers, answered_bytes, peak, left, allocations, error, .. } = self;
        let (each, writing) = (self.nanoseconds() / packets.max(&1), self.writing / packets.max(&1));
        write!(
            f,
            "{packets} packets of {} bytes, {each}+{writing} ns each, {answers} answers ({answered_bytes} bytes), memory +{peak} \
             at most, +{left} after, {allocations} allocations, {}",
            bytes / packets.max(&1),
            error_name(*error)
        )
    }
}

impl Figures {
    pub(crate) fn nanoseconds(&self) -> u64 {
        self.quarters.iter().sum()
    }

    /// No abort, no loop, and each packet costs about what the first ones did.
    #[track_caller]
    pub(crate) fn check(&self, name: &str) {
        println!("{name}: {self}");
        assert_ne!(self.error, NGTCP2_ERR_INTERNAL, "{name}");
        let [first, .., last] = self.quarters;
        assert!(last <= 4 * first + MILLISECOND, "{name}: {:?} ns by quarters", self.quarters);
        let each = (self.nanoseconds() + self.writing) / self.packets.max(1);
        assert!(each <= MAX_NANOSECONDS, "{name}: {each} ns for a packet");
    }
}

/// Processor time of this thread.
fn nanoseconds() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the struct is valid.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    time.tv_sec as u64 * SECOND + time.tv_nsec as u64
}

impl Attack {
    /// On a connection as it is when the handshake is over and all is quiet.
    #[track_caller]
    pub(crate) fn on(victim: Side) -> Self {
        Self::with(victim, |_| {})
    }

    #[track_caller]
    pub(crate) fn with(victim: Side, change: impl FnOnce(&mut Scenario)) -> Self {
        let mut attack = Self::unestablished(victim, change);
        assert!(attack.pair.run(SECOND, Pair::is_established), "{}", attack.pair.describe());
        attack.pair.run_for(SECOND);
        attack
    }

    /// On a connection that has only begun.
    #[track_caller]
    pub(crate) fn unestablished(victim: Side, change: impl FnOnce(&mut Scenario)) -> Self {
        let mut scenario = Scenario::new(1);
        for setup in [&mut scenario.client, &mut scenario.server] {
            (setup.is_lawless, setup.aborts) = (true, true);
            // What holds without the limiter of glitches; `a00_glitches` is about it.
            setup.settings.glitch_ratelim_burst = u64::MAX;
        }
        change(&mut scenario);
        let pair = scenario.start();
        let mut bystander = Scenario::new(2).start_apart();
        assert!(bystander.run(SECOND, Pair::is_established));
        bystander.run_for(SECOND);
        let bystander_calls = calls(&bystander);
        Self {
            pair,
            bystander,
            bystander_calls,
            victim,
            number: 5_000,
            acknowledges: false,
            received: 0,
            acks: Vec::new(),
        }
    }

    pub(crate) fn victim(&self) -> &Endpoint {
        self.pair.endpoint(self.victim)
    }

    /// A 1-RTT packet of the attacker, with the next number.
    pub(crate) fn forge(&mut self, frames: &[u8]) -> Vec<u8> {
        self.forge_as(Kind::OneRtt, frames)
    }

    pub(crate) fn forge_as(&mut self, kind: Kind, frames: &[u8]) -> Vec<u8> {
        let attacker = self.victim.other();
        let frames = &[&std::mem::take(&mut self.acks), frames].concat();
        let mut packet = Forgery::new(&self.pair, attacker, kind, frames);
        packet.number = self.number;
        self.number += 1;
        packet.seal(keys(&self.pair, attacker, kind))
    }

    /// Hands a datagram to the victim as if its peer had sent it.
    pub(crate) fn deliver(&mut self, payload: &[u8]) -> c_int {
        let (source, destination) = match self.victim {
            Side::Server => (CLIENT, SERVER),
            Side::Client => (SERVER, CLIENT),
        };
        self.deliver_datagram(&Datagram { source, destination, ecn: 0, payload: payload.into() })
    }

    pub(crate) fn deliver_datagram(&mut self, datagram: &Datagram) -> c_int {
        match self.victim {
            Side::Server => self.pair.server.read(datagram, &mut self.pair.network),
            Side::Client => self.pair.client.read(datagram, &mut self.pair.network),
        }
    }

    /// One 1-RTT packet with these frames, and what the victim says.
    pub(crate) fn send(&mut self, frames: &[u8]) -> c_int {
        let packet = self.forge(frames);
        self.deliver(&packet)
    }

    /// Lets the victim write; gives what it sent.
    pub(crate) fn answers(&mut self) -> Vec<Datagram> {
        let network = &mut self.pair.network;
        let victim = if self.victim == Side::Client { &self.pair.client } else { &self.pair.server };
        victim.handle_expiry(network);
        victim.write(network);
        network.intercept()
    }

    /// Packets with the frames that `frames` gives, at a steady rate, until the victim closes.
    pub(crate) fn flood(&mut self, packets: u64, mut frames: impl FnMut(u64) -> Vec<u8>) -> Figures {
        self.flood_with(packets, |attack, turn| {
            let payload = attack.forge(&frames(turn)).into();
            attack.sent_by_peer(payload)
        })
    }

    /// A datagram as its peer would address it to the victim.
    pub(crate) fn sent_by_peer(&self, payload: Box<[u8]>) -> Datagram {
        let path = self.victim().path();
        Datagram { source: path.remote, destination: path.local, ecn: 0, payload }
    }

    /// The same with whole datagrams.
    pub(crate) fn flood_with(
        &mut self,
        packets: u64,
        mut datagram: impl FnMut(&mut Self, u64) -> Datagram,
    ) -> Figures {
        let mut figures = Figures::default();
        let (before, allocations) = (self.victim().memory.live_bytes(), self.victim().memory.allocations());
        self.victim().memory.lower_peak();
        for turn in 0..packets {
            let packet = datagram(self, turn);
            let start = nanoseconds();
            let code = self.deliver_datagram(&packet);
            let read = nanoseconds();
            let answers = self.answers();
            figures.writing += nanoseconds() - read;
            figures.quarters[(4 * turn / packets) as usize] += read - start;
            figures.packets += 1;
            figures.bytes += packet.payload.len() as u64;
            self.note_received(&answers);
            figures.answers += answers.len() as u64;
            figures.answered_bytes += answers.iter().map(|answer| answer.payload.len() as u64).sum::<u64>();
            self.pair.wait(STEP);
            figures.error = if code == 0 { self.victim().error.get() } else { code };
            if figures.error != 0 {
                self.tell_peer(&answers);
                break;
            }
        }
        let memory = &self.victim().memory;
        figures.peak = memory.peak_bytes() - before;
        figures.left = memory.live_bytes().saturating_sub(before);
        figures.allocations = memory.allocations() - allocations;
        figures
    }

    /// Prepares an ACK frame for each packet.
    fn note_received(&mut self, answers: &[Datagram]) {
        for answer in answers.iter().filter(|_| self.acknowledges) {
            let last = number_of(&self.pair, self.victim, &answer.payload);
            self.received += u64::from(last.wrapping_sub(self.received as u8));
            self.acks.extend([vec![0x02], varint(self.received), vec![0, 0, 0]].concat());
        }
    }

    /// Delivers what the victim sent, which tells why it closed.
    fn tell_peer(&self, answers: &[Datagram]) {
        for answer in answers {
            let peer = self.pair.endpoint(self.victim.other());
            if peer.phase.get() == Phase::Open {
                let path = crate::address::Path { local: answer.destination, remote: answer.source };
                peer.conn().read(path, 0, &answer.payload, peer.now());
            }
        }
    }

    /// The victim closed with this transport error.
    #[track_caller]
    pub(crate) fn expect_closed(&mut self, code: u32) {
        let answers = self.pair.network.intercept();
        self.tell_peer(&answers);
        assert_eq!(self.told(), Some((NGTCP2_CCERR_TYPE_TRANSPORT.0, code.into())));
    }

    /// The error that the victim told its peer: type, code.
    pub(crate) fn told(&self) -> Option<(u32, u64)> {
        let peer = self.pair.endpoint(self.victim.other());
        (!peer.conn().is_none()).then(|| peer.conn().close_error())
    }

    /// The victim still answers its peer.
    #[track_caller]
    pub(crate) fn expect_open(&mut self) {
        assert_eq!(self.victim().phase.get(), Phase::Open, "{}", self.pair.describe());
        self.pair.wait(SECOND);
        self.answers();
        assert_eq!(self.send(&[0x01, 0, 0, 0]), 0);
        self.pair.wait(100 * MILLISECOND);
        assert!(!self.answers().is_empty(), "no acknowledgment: {}", self.pair.describe());
    }

    /// The second connection was not touched and is as good as before; nothing is left behind.
    #[track_caller]
    pub(crate) fn finish(mut self) {
        assert_eq!(calls(&self.bystander), self.bystander_calls, "the second connection's memory was used");
        let plan = Plan { bidirectional: 2, unidirectional: 0, bytes: 20_000 };
        self.bystander.client.application.borrow_mut().plan = plan;
        self.bystander.expect_done(5 * SECOND);
        self.bystander.client.delete();
        self.bystander.server.delete();
        assert_eq!(self.bystander.violation(), None);
        self.pair.finish();
    }
}

fn calls(pair: &Pair) -> u64 {
    pair.client.memory.allocations() + pair.server.memory.allocations()
}
