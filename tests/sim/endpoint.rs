//! One endpoint: a connection and everything that its callbacks use.
//!
//! Owns: the connection's life, from the first packet to `ngtcp2_conn_del`, in the way an event loop runs it. All
//! state is in cells, because callbacks come in the middle of calls; no borrow is held while the library runs, except
//! of the TLS state while the TLS state calls the library.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{c_int, c_void};
use std::ptr;
use std::rc::Rc;

use ngtcp2_abi::api::{
    ngtcp2_ccerr_default, ngtcp2_ccerr_set_application_error, ngtcp2_ccerr_set_liberr,
    ngtcp2_ccerr_set_tls_alert,
};
use ngtcp2_abi::*;

use crate::address::{CLIENT, PREFERRED, Path, SERVER};
use crate::application::Application;
use crate::callbacks;
use crate::connection::{Blueprint, Connection, Written};
use crate::intruder;
use crate::journal::Journal;
use crate::keys::{KeySet, Side};
use crate::library::error_name;
use crate::memory::Memory;
use crate::network::{Datagram, Network};
use crate::random::{Random, is_logging};
use crate::setup::Setup;
use crate::tls::Tls;

/// Where an endpoint is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// No connection yet.
    Idle,
    Open,
    /// We sent CONNECTION_CLOSE and repeat it until the time given.
    Closing(u64),
    /// The peer closed.
    Draining(u64),
    /// The connection is of no more use.
    Dead,
}

/// Packets that one write loop may yield; more is a loop without end.
const MAX_PACKETS_PER_WRITE: u64 = 10_000;

pub(crate) struct Endpoint {
    pub(crate) side: Side,
    pub(crate) setup: Setup,
    pub(crate) memory: Memory,
    /// The connection may keep its address.
    mem: OnceCell<ngtcp2_mem>,
    pub(crate) tls: RefCell<Tls>,
    pub(crate) application: RefCell<Application>,
    pub(crate) random: RefCell<Random>,
    pub(crate) ids: RefCell<Random>,
    pub(crate) phase: Cell<Phase>,
    /// The first error that the library returned.
    pub(crate) error: Cell<c_int>,
    conn: Cell<Connection>,
    clock: Rc<Cell<u64>>,
    seen: RefCell<BTreeMap<&'static str, u64>>,
    violation: RefCell<Option<String>>,
    pub(crate) journal: Journal,
    close_packet: RefCell<Option<(Path, Vec<u8>)>>,
    is_deleted: Cell<bool>,
    /// The connection was deleted inside a callback, and the deletion is over: not even a deleter may be called.
    is_gone: Cell<bool>,
    more: RefCell<Random>,
}

impl Endpoint {
    /// Boxed: the connection keeps its address.
    pub(crate) fn new(side: Side, setup: Setup, seed: u64, clock: Rc<Cell<u64>>) -> Box<Self> {
        let stream = |purpose| RefCell::new(Random::new(seed, purpose + side as u64));
        let mut tls = Tls::new(side, seed);
        setup.prepare_tls(&mut tls);
        let mut application = Application::new(setup.plan, seed);
        application.aborts = setup.aborts;
        application.answers = setup.answers.clone();
        let memory = Memory::new();
        memory.refusal.set(setup.refusal);
        Box::new(Self {
            side,
            memory,
            mem: OnceCell::new(),
            tls: RefCell::new(tls),
            application: RefCell::new(application),
            random: stream(10),
            ids: stream(20),
            phase: Cell::new(Phase::Idle),
            error: Cell::new(0),
            conn: Cell::new(Connection::NONE),
            clock,
            seen: RefCell::default(),
            violation: RefCell::default(),
            journal: Journal::default(),
            close_packet: RefCell::default(),
            is_deleted: Cell::new(false),
            is_gone: Cell::new(false),
            more: stream(50),
            setup,
        })
    }

    /// The endpoint behind the user data of a callback.
    pub(crate) fn of<'a>(user_data: *mut c_void) -> &'a Self {
        // SAFETY: the user data of a connection is its endpoint, which is boxed and outlives it (`create`).
        unsafe { &*user_data.cast::<Self>() }
    }

    pub(crate) fn now(&self) -> u64 {
        self.clock.get()
    }

    pub(crate) fn conn(&self) -> Connection {
        self.conn.get()
    }

    pub(crate) fn is_open(&self) -> bool {
        self.phase.get() == Phase::Open
    }

    /// How often a callback was called.
    pub(crate) fn seen(&self, name: &str) -> u64 {
        self.seen.borrow().get(name).copied().unwrap_or(0)
    }

    pub(crate) fn violation(&self) -> Option<String> {
        self.violation.borrow().clone()
    }

    pub(crate) fn log(&self, line: impl FnOnce() -> String) {
        if is_logging() {
            eprintln!("{:12.3} {:?} {}", self.now() as f64 / 1e6, self.side, line());
        }
    }

    /// Remembers the first rule that was broken.
    pub(crate) fn violate(&self, rule: String) {
        self.log(|| format!("VIOLATION {rule}"));
        let told = format!("{:?} at {:.3} ms: {rule}", self.side, self.now() as f64 / 1e6);
        self.violation.borrow_mut().get_or_insert(told);
    }

    pub(crate) fn check(&self, rule: Result<(), String>) -> c_int {
        match rule {
            Err(broken) if !self.setup.is_lawless => self.violate(broken),
            _ => {}
        }
        0
    }

    /// Runs the body of a callback: counts it, and fails in its place if the setup says so.
    pub(crate) fn run(&self, name: &'static str, body: impl FnOnce() -> c_int) -> c_int {
        if self.is_deleted.get() {
            self.violate(format!("{name} was called by ngtcp2_conn_del"));
            return 0;
        }
        let count = {
            let mut seen = self.seen.borrow_mut();
            let count = seen.entry(name).or_default();
            *count += 1;
            *count
        };
        self.log(|| format!("callback {name}"));
        if intruder::intrude(name) {
            return NGTCP2_ERR_CALLBACK_FAILURE;
        }
        if self.setup.fault == Some((name, count)) {
            return NGTCP2_ERR_CALLBACK_FAILURE;
        }
        body()
    }

    /// Deletes the connection inside a callback, as a C program might. Deleters may wait until the call is over.
    pub(crate) fn delete_inside(&self, deleters_wait: bool) {
        let is_first = !self.is_deleted.replace(true);
        self.phase.set(Phase::Dead);
        self.conn.replace(Connection::NONE).delete();
        self.is_gone.set(is_first && !deleters_wait);
    }

    /// The caller may free its user data once `ngtcp2_conn_del` has returned.
    pub(crate) fn expect_alive(&self, name: &str) {
        if self.is_gone.get() {
            self.violate(format!("{name} was called after ngtcp2_conn_del"));
        }
    }

    pub(crate) fn path(&self) -> Path {
        let (client, server) =
            if self.setup.ipv6 { (CLIENT.ipv6(), SERVER.ipv6()) } else { (CLIENT, SERVER) };
        match self.side {
            Side::Client => Path { local: client, remote: server },
            Side::Server => Path { local: server, remote: client },
        }
    }

    fn new_id(&self, len: usize) -> ngtcp2_cid {
        let mut id = ngtcp2_cid { datalen: len, ..ngtcp2_cid::ZERO };
        self.ids.borrow_mut().fill(&mut id.data[..len]);
        id
    }

    /// Starts a client.
    pub(crate) fn connect(&self) -> Result<(), c_int> {
        let (dcid, scid) = (self.new_id(18), self.new_id(self.setup.id_len));
        let params = self.setup.params;
        self.create(dcid, scid, self.setup.version, self.path(), &self.setup.settings(), &params)?;
        self.conn().set_retry_key();
        match self.setup.early_params.as_deref().map(|params| self.conn().set_early_params(params)) {
            None | Some(0) => Ok(()),
            Some(code) => Err(code),
        }
    }

    /// Starts a server with the client's first packet. `original` is the id before Retry, and the token that came back.
    pub(crate) fn accept(
        &self,
        header: &ngtcp2_pkt_hd,
        path: Path,
        original: Option<(ngtcp2_cid, &[u8])>,
    ) -> Result<(), c_int> {
        let scid = self.new_id(self.setup.id_len.max(4));
        let mut params = self.setup.params;
        params.original_dcid = original.map_or(header.dcid, |(id, _)| id);
        params.original_dcid_present = 1;
        params.stateless_reset_token = callbacks::reset_token(&scid);
        params.stateless_reset_token_present = 1;
        let mut settings = self.setup.settings();
        if let Some((_, token)) = original {
            params.retry_scid = header.dcid;
            params.retry_scid_present = 1;
            settings.token = token.as_ptr();
            settings.tokenlen = token.len();
            settings.token_type = NGTCP2_TOKEN_TYPE_RETRY;
        }
        if self.setup.prefers_other_address {
            let id = self.new_id(scid.datalen);
            params.preferred_addr = PREFERRED.to_preferred_addr(id, callbacks::reset_token(&id));
            params.preferred_addr_present = 1;
        }
        self.create(header.scid, scid, header.version, path, &settings, &params)
    }

    fn create(
        &self,
        dcid: ngtcp2_cid,
        scid: ngtcp2_cid,
        version: u32,
        path: Path,
        settings: &ngtcp2_settings,
        params: &ngtcp2_transport_params,
    ) -> Result<(), c_int> {
        let mut settings = *settings;
        settings.initial_ts = self.now();
        settings.rand_ctx.native_handle = ptr::from_ref(self).cast_mut().cast();
        let keeps_journal = self.setup.keeps_journal;
        settings.log_write = if is_logging() || keeps_journal { Some(callbacks::log_write) } else { None };
        settings.qlog_write = if keeps_journal { Some(callbacks::qlog_write) } else { None };
        let blueprint = Blueprint {
            side: self.side,
            dcid,
            scid,
            path,
            version,
            callbacks: &callbacks::table(),
            settings: &settings,
            params,
            mem: self.mem.get_or_init(|| self.memory.as_mem()),
            user_data: ptr::from_ref(self).cast_mut().cast(),
        };
        let conn = Connection::create(&blueprint).inspect_err(|&code| {
            self.error.set(code);
            self.phase.set(Phase::Dead);
        })?;
        self.conn.set(conn);
        self.phase.set(Phase::Open);
        Ok(())
    }

    /// Installs the Initial keys that belong to the client's destination connection id.
    pub(crate) fn install_initial(&self, version: u32, dcid: &ngtcp2_cid, is_agreed: bool) -> c_int {
        let receive = KeySet::initial(version, dcid, self.side.other());
        let send = KeySet::initial(version, dcid, self.side);
        let agreed = is_agreed.then_some(version);
        let code = self.conn().install_initial(agreed, receive, send, self.setup.max_encryption);
        if code == 0 { 0 } else { NGTCP2_ERR_CALLBACK_FAILURE }
    }

    /// Takes a packet.
    pub(crate) fn read(&self, datagram: &Datagram, network: &mut Network) -> c_int {
        if self.conn().is_none() || self.phase.get() == Phase::Dead {
            return 0;
        }
        let path = Path { local: datagram.destination, remote: datagram.source };
        let _visit = intruder::enter(self.side);
        let code = self.conn().read(path, datagram.ecn, &datagram.payload, self.now());
        self.log(|| format!("read {} bytes: {}", datagram.payload.len(), error_name(code)));
        match (self.phase.get(), code) {
            (_, 0) => {}
            (Phase::Closing(_), NGTCP2_ERR_CLOSING) => self.repeat_close(network),
            (Phase::Closing(_) | Phase::Draining(_), _) => {}
            (_, NGTCP2_ERR_DRAINING) => {
                self.error.set(code);
                self.phase.set(Phase::Draining(self.now() + 3 * self.conn().pto()));
            }
            _ => self.fail(code, network),
        }
        code
    }

    /// Lets the timers run that are due.
    pub(crate) fn handle_expiry(&self, network: &mut Network) {
        let _visit = intruder::enter(self.side);
        match self.phase.get() {
            Phase::Closing(until) | Phase::Draining(until) if until <= self.now() => {
                self.phase.set(Phase::Dead);
            }
            Phase::Open if self.conn().expiry() <= self.now() => {
                let code = self.conn().handle_expiry(self.now());
                self.log(|| format!("handle_expiry: {}", error_name(code)));
                if code != 0 {
                    self.fail(code, network);
                }
            }
            _ => {}
        }
    }

    /// When something is to be done without a packet.
    pub(crate) fn expiry(&self) -> u64 {
        match self.phase.get() {
            Phase::Open => self.conn().expiry(),
            Phase::Closing(until) | Phase::Draining(until) => until,
            Phase::Idle | Phase::Dead => u64::MAX,
        }
    }

    /// Writes packets until the library has no more, or as many bytes as it wants in one go.
    pub(crate) fn write(&self, network: &mut Network) {
        if !self.is_open() {
            return;
        }
        if self.seen("handshake_completed") > 0 || self.setup.early_params.is_some() {
            self.application.borrow_mut().open_streams(self.conn());
        }
        let _visit = intruder::enter(self.side);
        let mut packet = vec![0; self.setup.packet_size];
        let mut skipped = BTreeSet::new();
        let (quantum, mut sent) = (self.conn().send_quantum(), 0);
        for _ in 0..MAX_PACKETS_PER_WRITE {
            let offer = self.application.borrow().next_offer(&skipped);
            let (id, data, fin) = offer.as_ref().map_or((-1, &[][..], false), |o| (o.id, &o.data[..], o.fin));
            let mut flags = if fin { NGTCP2_WRITE_STREAM_FLAG_FIN } else { NGTCP2_WRITE_STREAM_FLAG_NONE };
            if id >= 0 && self.more.borrow_mut().chance(self.setup.more, 1000) {
                flags |= NGTCP2_WRITE_STREAM_FLAG_MORE;
            }
            let written = self.conn().write_stream(&mut packet, id, flags, data, self.now());
            let Written { result, accepted, .. } = written;
            self.log(|| format!("write stream {id} flags {flags}: {result}, accepted {accepted}"));
            if let (Some(offer), Ok(count)) = (&offer, u64::try_from(accepted)) {
                let accepted = self.application.borrow_mut().accept(offer, count);
                self.check(accepted);
            }
            match result as c_int {
                0 => return self.conn().update_pkt_tx_time(self.now()),
                1.. => {
                    self.send(&written, &packet, network);
                    sent += result as usize;
                    if sent + packet.len() > quantum {
                        return self.conn().update_pkt_tx_time(self.now());
                    }
                }
                NGTCP2_ERR_WRITE_MORE => {}
                NGTCP2_ERR_STREAM_DATA_BLOCKED => drop(skipped.insert(id)),
                NGTCP2_ERR_STREAM_SHUT_WR => self.application.borrow_mut().stop(id),
                code => return self.fail(code, network),
            }
        }
        self.violate(String::from("the write loop does not end"));
    }

    fn send(&self, written: &Written, packet: &[u8], network: &mut Network) {
        let len = written.result as usize;
        let Some(path) = written.path else { return self.violate(String::from("a packet without a path")) };
        if len > packet.len() {
            return self.violate(format!("a packet of {len} bytes in a buffer of {}", packet.len()));
        }
        self.send_bytes(path, written.ecn, &packet[..len], network);
    }

    fn send_bytes(&self, path: Path, ecn: u8, bytes: &[u8], network: &mut Network) {
        let payload = bytes.into();
        network.send(self.now(), Datagram { source: path.local, destination: path.remote, ecn, payload });
    }

    /// Closes with an error of the application.
    pub(crate) fn close(&self, code: u64, reason: &[u8], network: &mut Network) {
        let mut error = ngtcp2_ccerr::ZERO;
        // SAFETY: all pointers are valid during the call; the reason outlives `error`.
        unsafe {
            ngtcp2_ccerr_set_application_error(&raw mut error, code, reason.as_ptr(), reason.len());
        }
        self.write_close(&error, network);
    }

    /// What an application does with an error of the library: tell the peer, if it can be told.
    fn fail(&self, code: c_int, network: &mut Network) {
        self.log(|| format!("fails with {}", error_name(code)));
        self.error.set(code);
        let mut error = ngtcp2_ccerr::ZERO;
        // SAFETY: the struct is valid.
        unsafe { ngtcp2_ccerr_default(&raw mut error) };
        let alert = self.conn().tls_alert();
        if code == NGTCP2_ERR_CRYPTO && alert != 0 {
            // SAFETY: the struct is valid.
            unsafe { ngtcp2_ccerr_set_tls_alert(&raw mut error, alert, ptr::null(), 0) };
        } else {
            // SAFETY: the struct is valid.
            unsafe { ngtcp2_ccerr_set_liberr(&raw mut error, code, ptr::null(), 0) };
        }
        self.write_close(&error, network);
    }

    fn write_close(&self, error: &ngtcp2_ccerr, network: &mut Network) {
        let _visit = intruder::enter(self.side);
        let mut packet = vec![0; self.setup.packet_size];
        let written = self.conn().write_close(&mut packet, error, self.now());
        self.log(|| format!("write_connection_close: {}", written.result));
        if written.result <= 0 {
            return self.phase.set(Phase::Dead);
        }
        self.send(&written, &packet, network);
        packet.truncate(written.result as usize);
        *self.close_packet.borrow_mut() = written.path.map(|path| (path, packet));
        self.phase.set(Phase::Closing(self.now() + 3 * self.conn().pto()));
    }

    fn repeat_close(&self, network: &mut Network) {
        if let Some((path, packet)) = &*self.close_packet.borrow() {
            self.send_bytes(*path, 0, packet, network);
        }
    }

    /// Deletes the connection as if it had never been: the next first packet makes another.
    pub(crate) fn forget(&self) {
        self.delete();
        self.is_deleted.set(false);
        self.journal.clear();
        self.error.set(0);
        self.phase.set(Phase::Idle);
        self.setup.prepare_tls(&mut self.tls.borrow_mut());
    }

    /// Deletes the connection and checks that it leaves nothing behind.
    pub(crate) fn delete(&self) {
        let _visit = intruder::enter(self.side);
        self.is_deleted.set(true);
        self.conn().delete();
        self.conn.set(Connection::NONE);
        if self.memory.live() != 0 {
            self.violate(format!("{} blocks are not freed", self.memory.live()));
        }
        if self.memory.misuses() != 0 {
            self.violate(format!("{} blocks freed wrongly or overrun", self.memory.misuses()));
        }
    }
}
