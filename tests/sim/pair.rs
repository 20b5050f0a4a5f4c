//! A client and a server on one network and one clock, alone or beside other pairs on the same lines, run as event loops run them: read all that has arrived, let
//! due timers expire, write until there is no more, sleep until the next packet or timer.
//!
//! Owns: the clock and the end of a run, with its checks: no broken rule, nothing left behind, no loop that spins.

use std::cell::Cell;
use std::ffi::c_int;
use std::rc::Rc;

use ngtcp2_abi::{NGTCP2_ERR_DROP_CONN, NGTCP2_ERR_RETRY};

use crate::address::Path;
use crate::endpoint::{Endpoint, Phase};
use crate::intruder;
use crate::keys::Side;
use crate::library::error_name;
use crate::listener::{Answer, Listener, header_of};
use crate::network::{Conditions, Datagram, Network, Rebinding, SECOND};
use crate::protection;
use crate::setup::Setup;

/// Turns of the event loop in which the clock may stand still.
const MAX_IDLE_TURNS: u64 = 5_000;

/// Where the clock starts: not at zero, so that a time of zero stands out.
const START: u64 = 1_000 * SECOND;

/// Everything that decides a run.
#[derive(Clone)]
pub(crate) struct Scenario {
    pub(crate) seed: u64,
    pub(crate) client: Setup,
    pub(crate) server: Setup,
    pub(crate) to_server: Conditions,
    pub(crate) to_client: Conditions,
    /// Whether the server asks for address validation by Retry.
    pub(crate) retries: bool,
    /// When the NAT before the client forgets it.
    pub(crate) rebinding: Option<Rebinding>,
}

impl Scenario {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            client: Setup::new(),
            server: Setup::new(),
            to_server: Conditions::CLEAN,
            to_client: Conditions::CLEAN,
            retries: false,
            rebinding: None,
        }
    }

    /// Both directions alike.
    pub(crate) fn conditions(&mut self, conditions: Conditions) {
        self.to_server = conditions;
        self.to_client = conditions;
    }

    /// Makes the endpoints and connects the client.
    pub(crate) fn start(self) -> Pair {
        // The library silences panics, those of failing tests included.
        ngtcp2::report_panics();
        protection::reset();
        intruder::reset();
        self.start_apart()
    }

    /// The same for a further pair on this thread, with lines and a clock of its own.
    pub(crate) fn start_apart(self) -> Pair {
        let network = Network::new((self.to_server, self.to_client), self.rebinding, self.seed, START);
        self.connect(network, Rc::new(Cell::new(START)))
    }

    /// The same, on the lines and at the time of a pair that runs already.
    pub(crate) fn start_beside(self, other: &Pair) -> Pair {
        let network = other.network.beside(self.seed, other.clock.get());
        self.connect(network, other.clock.clone())
    }

    fn connect(self, network: Network, clock: Rc<Cell<u64>>) -> Pair {
        let pair = Pair {
            client: Endpoint::new(Side::Client, self.client, self.seed, clock.clone()),
            server: Endpoint::new(Side::Server, self.server, self.seed, clock.clone()),
            network,
            listener: Listener::new(self.retries, self.seed),
            clock,
            idle_turns: 0,
        };
        // What goes wrong here is in the client's `error`.
        let _ = pair.client.connect();
        pair
    }
}

pub(crate) struct Pair {
    pub(crate) client: Box<Endpoint>,
    pub(crate) server: Box<Endpoint>,
    pub(crate) network: Network,
    listener: Listener,
    clock: Rc<Cell<u64>>,
    idle_turns: u64,
}

impl Pair {
    /// Time passed since the start.
    pub(crate) fn elapsed(&self) -> u64 {
        self.clock.get() - START
    }

    pub(crate) fn endpoint(&self, side: Side) -> &Endpoint {
        match side {
            Side::Client => &self.client,
            Side::Server => &self.server,
        }
    }

    /// Runs until `done`, at most for `time`; tells whether it was done. A run also ends when nothing can happen any
    /// more, and at the first broken rule.
    pub(crate) fn run(&mut self, time: u64, mut done: impl FnMut(&Self) -> bool) -> bool {
        Self::run_all(std::slice::from_mut(self), time, |pairs| pairs.iter().all(&mut done))
    }

    /// The same of pairs on one clock. There is at least one.
    pub(crate) fn run_all(pairs: &mut [Self], time: u64, mut done: impl FnMut(&[Self]) -> bool) -> bool {
        let clock = pairs[0].clock.clone();
        let deadline = clock.get() + time;
        loop {
            pairs.iter_mut().for_each(Self::write);
            if done(pairs) {
                return true;
            }
            let next = pairs.iter().map(Self::next_event).min().unwrap_or(u64::MAX);
            let fails = pairs.iter_mut().any(|pair| pair.violation().is_some() || pair.spins(next));
            if next > deadline || fails {
                clock.set(deadline.min(next.max(clock.get())));
                return false;
            }
            clock.set(next.max(clock.get()));
            pairs.iter_mut().for_each(Self::react);
        }
    }

    fn write(&mut self) {
        self.client.write(&mut self.network);
        self.server.write(&mut self.network);
    }

    fn next_event(&self) -> u64 {
        self.network.next_arrival().min(self.client.expiry()).min(self.server.expiry())
    }

    /// Does what is due now.
    fn react(&mut self) {
        self.deliver();
        self.client.handle_expiry(&mut self.network);
        self.server.handle_expiry(&mut self.network);
    }

    /// Runs for `time`, whatever happens.
    pub(crate) fn run_for(&mut self, time: u64) {
        self.run(time, |_| false);
    }

    /// Whether the clock stands still for too many turns.
    fn spins(&mut self, next: u64) -> bool {
        self.idle_turns = if next > self.clock.get() { 0 } else { self.idle_turns + 1 };
        let spins = self.idle_turns > MAX_IDLE_TURNS;
        if spins {
            let timers = (self.client.expiry(), self.server.expiry());
            self.client.violate(format!("the event loop spins, timers {timers:?}"));
        }
        spins
    }

    fn deliver(&mut self) {
        while let Some(datagram) = self.network.receive(self.clock.get()) {
            if datagram.destination.is_of_server() {
                self.deliver_to_server(&datagram);
            } else {
                self.client.read(&datagram, &mut self.network);
            }
        }
    }

    /// Hands a datagram to the server, or to its listener.
    pub(crate) fn deliver_to_server(&mut self, datagram: &Datagram) {
        if self.server.phase.get() == Phase::Idle && !self.welcome(datagram) {
            return;
        }
        match self.server.read(datagram, &mut self.network) {
            NGTCP2_ERR_RETRY => self.retry_after_the_fact(datagram),
            NGTCP2_ERR_DROP_CONN => self.server.forget(),
            _ => {}
        }
    }

    /// Lets time pass in which nothing happens.
    pub(crate) fn wait(&mut self, time: u64) {
        self.clock.set(self.clock.get() + time);
    }

    /// Lets the listener see a packet; tells whether there is a connection for it now.
    fn welcome(&mut self, datagram: &Datagram) -> bool {
        match self.listener.answer(datagram) {
            Answer::Drop => false,
            Answer::Reply(payload) => {
                self.reply(datagram, payload);
                false
            }
            Answer::Accept(header, original) => {
                let original = original.as_ref().map(|(id, token)| (*id, &token[..]));
                let path = Path { local: datagram.destination, remote: datagram.source };
                self.server.accept(&header, path, original).is_ok()
            }
        }
    }

    /// The server's library saw no start of a ClientHello and asks for a Retry. From now on only packets that bring
    /// the token make a connection: others belong to the attempt that was answered.
    fn retry_after_the_fact(&mut self, datagram: &Datagram) {
        let reply = header_of(datagram).ok().and_then(|header| self.listener.retry(&header));
        if let Some(payload) = reply {
            self.reply(datagram, payload);
        }
        self.listener.retries = true;
        self.server.forget();
    }

    /// Puts a datagram on the line that no event loop wrote.
    pub(crate) fn inject(&mut self, datagram: Datagram) {
        self.network.send(self.clock.get(), datagram);
    }

    fn reply(&mut self, to: &Datagram, payload: Vec<u8>) {
        let (source, destination) = (to.destination, to.source);
        let datagram = Datagram { source, destination, ecn: 0, payload: payload.into() };
        self.network.send(self.clock.get(), datagram);
    }

    /// Whether the client knows that the handshake is confirmed, and the server that it is complete.
    pub(crate) fn is_established(&self) -> bool {
        self.client.seen("handshake_confirmed") > 0 && self.server.seen("handshake_completed") > 0
    }

    /// Whether both endpoints opened all their streams and all are closed.
    pub(crate) fn is_done(&self) -> bool {
        self.client.application.borrow().is_done() && self.server.application.borrow().is_done()
    }

    pub(crate) fn violation(&self) -> Option<String> {
        self.client.violation().or_else(|| self.server.violation())
    }

    /// The first errors of client and server.
    pub(crate) fn errors(&self) -> (c_int, c_int) {
        (self.client.error.get(), self.server.error.get())
    }

    /// Runs until all streams are closed; neither endpoint may have failed by then.
    #[track_caller]
    pub(crate) fn expect_done(&mut self, time: u64) {
        let done = self.run(time, |pair| pair.is_established() && pair.is_done());
        assert_eq!(self.violation(), None);
        assert_eq!(self.errors(), (0, 0), "{}", self.describe());
        assert!(done, "not done: {}", self.describe());
    }

    /// What the endpoints look like, for a failing test.
    pub(crate) fn describe(&self) -> String {
        let side = |endpoint: &Endpoint| {
            let application = endpoint.application.borrow();
            format!(
                "{:?}: {:?} {} {} received, streams closed {} open {:?}",
                endpoint.side,
                endpoint.phase.get(),
                error_name(endpoint.error.get()),
                application.received,
                application.closed(),
                application.open_ids(),
            )
        };
        let elapsed = self.elapsed() as f64 / 1e9;
        let counts = (self.network.counts_to_server(), self.network.counts_to_client());
        format!("{elapsed:.3} s; {}; {}; {counts:?}", side(&self.client), side(&self.server))
    }

    /// Deletes both connections: nothing may be left of them, and no rule may have been broken.
    #[track_caller]
    pub(crate) fn finish(self) {
        Self::finish_all(&[self]);
    }

    /// The same of all pairs that there are.
    #[track_caller]
    pub(crate) fn finish_all(pairs: &[Self]) {
        for pair in pairs {
            pair.client.delete();
            pair.server.delete();
            assert_eq!(pair.violation(), None);
        }
        assert_eq!(protection::live_contexts(), 0, "key contexts are not deleted");
        assert_eq!(protection::misuses(), 0, "key contexts were used or deleted after their end");
    }
}
