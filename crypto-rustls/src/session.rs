//! The TLS side of one QUIC connection (RFC 9001, section 4.1): a state machine that eats and makes
//! CRYPTO data and hands out traffic secrets.
//!
//! It must not know ngtcp2's connection: `handshake` stands between the two. Its methods take `&self`
//! and borrow the state only while the TLS engine runs, because the application asks a session things
//! from inside callbacks that the handshake causes.

use std::cell::{Cell, OnceCell, RefCell};
use std::ffi::CString;
use std::sync::Arc;

use rustls::HandshakeKind;
use rustls::client::Resumption;
use rustls::pki_types::ServerName;
use rustls::quic::{self, ClientConnection, Connection, KeyChange, ServerConnection};
use zeroize::Zeroizing;

use crate::client::ClientSetup;
use crate::client_hello::{self, ClientHello};
use crate::client_sessions::ConnectionSessions;
use crate::early_parameters;
use crate::error::{Alert, TlsFailure};
use crate::facts::Facts;
use crate::ffi::hello::HelloCallback;
use crate::hkdf::Secret;
use crate::keylog::{self, KeyLogSinks, Label, Secrets};
use crate::server_setup::{Choice, EngineSetup, ServerSetup};
use crate::session_record::Limits;
use crate::suite::Suite;

/// Whether packets are received or sent with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Receive,
    Send,
}

/// The encryption levels of CRYPTO data (RFC 9001, section 4.1.4), in order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Initial,
    Handshake,
    OneRtt,
}

/// What the TLS engine wants to send.
pub(crate) struct Flight {
    pub(crate) level: Level,
    pub(crate) data: Vec<u8>,
    /// Keys that have become available, to be used after `data` has been sent.
    pub(crate) new_keys: Option<Level>,
}

pub(crate) struct Session {
    is_server: bool,
    state: RefCell<State>,
    key_log: KeyLogSinks,
    facts: Facts,
    has_remote_parameters: Cell<bool>,
    offers_early_data: Cell<bool>,
    /// What the application of a server has chosen for this connection, until the TLS engine is made.
    choice: RefCell<Choice>,
    /// A copy for the application, made when it asks.
    peer_certificates: OnceCell<Vec<Box<[u8]>>>,
}

struct State {
    tls: Tls,
    /// rustls does not know the level of what it reads, and keys change under a running call.
    read_level: Level,
    write_level: Level,
    secrets: Secrets,
    /// Lines for the application's key log that wait until no call is under way.
    key_log_lines: Vec<Zeroizing<CString>>,
    /// The transport parameters of the first ClientHello, until the TLS engine tells those of the last.
    hello_parameters: Option<Vec<u8>>,
    /// A client's view of what is remembered.
    sessions: Option<Arc<ConnectionSessions>>,
    is_completed: bool,
}

/// The TLS engine. It can be made only when the local transport parameters are known, which for a
/// server means: after the ClientHello.
enum Tls {
    NewClient {
        setup: ClientSetup,
        name: ServerName<'static>,
    },
    NewServer {
        setup: Arc<ServerSetup>,
        hello: Vec<u8>,
        /// The hello is whole, and the application has been asked what it wants for this client.
        is_asked: bool,
    },
    Running(Box<Connection>),
    Failed(TlsFailure),
}

impl Session {
    pub(crate) fn client(setup: ClientSetup, name: ServerName<'static>, key_log: KeyLogSinks) -> Self {
        let session = Self::new(false, Tls::NewClient { setup, name: name.clone() }, key_log);
        session.facts.note_server_name(name.to_str().as_bytes());
        session
    }

    pub(crate) fn server(setup: Arc<ServerSetup>, key_log: KeyLogSinks) -> Self {
        Self::new(true, Tls::NewServer { setup, hello: Vec::new(), is_asked: false }, key_log)
    }

    fn new(is_server: bool, tls: Tls, key_log: KeyLogSinks) -> Self {
        Self {
            is_server,
            state: RefCell::new(State {
                tls,
                read_level: Level::Initial,
                write_level: Level::Initial,
                secrets: Secrets::default(),
                key_log_lines: Vec::new(),
                hello_parameters: None,
                sessions: None,
                is_completed: false,
            }),
            key_log,
            facts: Facts::default(),
            has_remote_parameters: Cell::new(false),
            offers_early_data: Cell::new(false),
            choice: RefCell::default(),
            peer_certificates: OnceCell::new(),
        }
    }

    /// What has been agreed on so far.
    pub(crate) fn facts(&self) -> &Facts {
        &self.facts
    }

    pub(crate) fn is_server(&self) -> bool {
        self.is_server
    }

    /// The cipher suite of 0-RTT packets, if there can be any.
    pub(crate) fn early_suite(&self) -> Option<&'static Suite> {
        match &self.state.try_borrow().ok()?.tls {
            Tls::Running(tls) if tls.zero_rtt_keys().is_some() => {
                tls.negotiated_cipher_suite().and_then(Suite::negotiated)
            }
            _ => None,
        }
    }

    /// Whether the TLS engine runs right now, and a callback of the application out of it.
    pub(crate) fn is_busy(&self) -> bool {
        self.state.try_borrow_mut().is_err()
    }

    /// Whether the peer's transport parameters have been given to the connection already.
    pub(crate) fn has_remote_parameters(&self) -> bool {
        self.has_remote_parameters.get()
    }

    pub(crate) fn note_remote_parameters(&self) {
        self.has_remote_parameters.set(true);
    }

    /// The peer's transport parameters as TLS has received them.
    pub(crate) fn remote_parameters(&self) -> Option<Vec<u8>> {
        match &self.state.try_borrow().ok()?.tls {
            Tls::Running(tls) => tls.quic_transport_parameters().map(<[u8]>::to_vec),
            _ => None,
        }
    }

    /// Whether this is a client that has not sent its ClientHello.
    pub(crate) fn is_new_client(&self) -> bool {
        matches!(self.state.borrow().tls, Tls::NewClient { .. })
    }

    /// Makes the client's TLS engine, and with it the ClientHello. `version` is that of the first packet.
    pub(crate) fn start_client(
        &self,
        local_parameters: Vec<u8>,
        version: u32,
        early_data: bool,
    ) -> Result<(), TlsFailure> {
        let state = &mut *self.state.borrow_mut();
        let Tls::NewClient { setup, name } = &state.tls else { return Ok(()) };
        let name = name.clone();
        let sessions = Arc::new(ConnectionSessions::new(setup.sessions.clone(), version));
        let mut config = (*setup.config).clone();
        config.resumption = Resumption::store(sessions.clone());
        config.enable_early_data = early_data;
        state.sessions = Some(sessions);

        let (made, secrets) = keylog::capture(|| {
            ClientConnection::new(Arc::new(config), quic::Version::V1, name, local_parameters)
        });
        self.absorb(state, secrets);
        match made {
            Ok(tls) => {
                let tls = Connection::Client(tls);
                self.offers_early_data.set(tls.zero_rtt_keys().is_some());
                state.tls = Tls::Running(Box::new(tls));
                Ok(())
            }
            Err(error) => Err(self.fail(state, TlsFailure::of_engine(&error, None))),
        }
    }

    /// The server's transport parameters that a client remembers, if it has early data to offer.
    pub(crate) fn remembered_parameters(&self) -> Option<Vec<u8>> {
        if !self.offers_early_data.get() {
            return None;
        }
        early_parameters::remembered(&self.remote_parameters()?)
    }

    /// Whether this client has offered early data and the server, whose answer is here, did not accept them.
    pub(crate) fn is_early_data_rejected(&self) -> bool {
        self.offers_early_data.get() && !self.facts.early_data_accepted()
    }

    /// For a server that has no TLS engine yet: keeps a part of the ClientHello. When it is complete, the application may
    /// be asked, and [`Self::start_server`] is next.
    pub(crate) fn gather_client_hello(&self, level: Level, data: &[u8]) -> Result<HelloProgress, TlsFailure> {
        let state = &mut *self.state.borrow_mut();
        let result = match &mut state.tls {
            Tls::NewServer { .. } if level != Level::Initial => Err(TlsFailure::wrong_level()),
            Tls::NewServer { is_asked: true, .. } if data.is_empty() => Ok(HelloProgress::Decided),
            Tls::NewServer { is_asked: true, .. } => Err(TlsFailure::wrong_level()),
            Tls::NewServer { hello, is_asked, .. } => {
                let progress = self.extend_client_hello(hello, data);
                *is_asked = matches!(progress, Ok(HelloProgress::Complete(_)));
                progress
            }
            Tls::Running(_) | Tls::NewClient { .. } => Ok(HelloProgress::NotNeeded),
            Tls::Failed(failure) => Err(failure.clone()),
        };
        result.map_err(|failure| self.fail(state, failure))
    }

    fn extend_client_hello(&self, hello: &mut Vec<u8>, data: &[u8]) -> Result<HelloProgress, TlsFailure> {
        if hello.len() + data.len() > client_hello::MAX_LEN {
            return Err(TlsFailure::new(Alert::DECODE_ERROR, "the ClientHello is too long"));
        }
        hello.extend_from_slice(data);
        let Some(read) = ClientHello::read(hello).map_err(TlsFailure::bad_hello)? else {
            return Ok(HelloProgress::Incomplete);
        };
        if read.transport_parameters.is_none() {
            let text = "the ClientHello has no QUIC transport parameters";
            return Err(TlsFailure::new(Alert::MISSING_EXTENSION, text));
        }
        if let Some(name) = read.server_name {
            self.facts.note_server_name(name);
        }
        Ok(HelloProgress::Complete(read.protocols().into_iter().map(<[u8]>::to_vec).collect()))
    }

    /// What the server's application wants to be asked for this client, if anything.
    pub(crate) fn hello_callback(&self) -> Option<HelloCallback> {
        match &self.state.borrow().tls {
            Tls::NewServer { setup, .. } => setup.hello_callback(),
            _ => None,
        }
    }

    /// Lets the application of a server choose for this connection, from when it is asked until the TLS engine is made.
    pub(crate) fn choose(&self, choose: impl FnOnce(&mut Choice)) -> bool {
        let is_open = self.state.try_borrow().is_ok_and(|state| {
            matches!(&state.tls, Tls::NewServer { setup, is_asked: true, .. } if setup.hello_callback().is_some())
        });
        if is_open {
            choose(&mut self.choice.borrow_mut());
        }
        is_open
    }

    /// The client's transport parameters, from the ClientHello that was gathered.
    pub(crate) fn hello_parameters(&self) -> Option<Vec<u8>> {
        match &self.state.borrow().tls {
            Tls::NewServer { hello, .. } => {
                ClientHello::read(hello).ok()??.transport_parameters.map(<[u8]>::to_vec)
            }
            _ => None,
        }
    }

    /// Makes the server's TLS engine and feeds the ClientHello to it. `version` is the one agreed on; `limits` are those
    /// among the local parameters that clients remember.
    pub(crate) fn start_server(
        &self,
        local_parameters: Vec<u8>,
        version: u32,
        limits: Limits,
    ) -> Result<(), TlsFailure> {
        let hello = {
            let state = &mut *self.state.borrow_mut();
            let Tls::NewServer { setup, hello, .. } = &mut state.tls else { return Ok(()) };
            let hello = std::mem::take(hello);
            let choice = self.choice.take();
            match make_server(setup, &hello, choice, local_parameters, version, limits) {
                Ok(tls) => state.tls = Tls::Running(Box::new(Connection::Server(tls))),
                Err(failure) => return Err(self.fail(state, failure)),
            }
            state.hello_parameters = ClientHello::read(&hello)
                .ok()
                .flatten()
                .and_then(|read| read.transport_parameters)
                .map(<[u8]>::to_vec);
            hello
        };
        self.read(Level::Initial, &hello)
    }

    /// Ends the handshake with a failure of our own.
    pub(crate) fn refuse(&self, failure: TlsFailure) -> TlsFailure {
        self.fail(&mut self.state.borrow_mut(), failure)
    }

    /// Consumes CRYPTO data.
    pub(crate) fn read(&self, level: Level, data: &[u8]) -> Result<(), TlsFailure> {
        if data.is_empty() {
            return Ok(());
        }
        let state = &mut *self.state.borrow_mut();
        if level != state.read_level {
            return Err(self.fail(state, TlsFailure::wrong_level()));
        }
        let tls = match &mut state.tls {
            Tls::Running(tls) => tls,
            Tls::Failed(failure) => return Err(failure.clone()),
            Tls::NewClient { .. } | Tls::NewServer { .. } => {
                return Err(self.fail(state, TlsFailure::wrong_level()));
            }
        };
        let (result, secrets) = keylog::capture(|| tls.read_hs(data));
        let mut result = result.map_err(|error| TlsFailure::of_engine(&error, tls.alert()));
        self.facts.note(tls);
        self.note_early_data(tls);
        if let (Some(first), Some(last)) = (&state.hello_parameters, tls.quic_transport_parameters()) {
            // A second ClientHello must repeat the first (RFC 8446, section 4.1.2).
            if result.is_ok() && first != last {
                let text = "the second ClientHello has other transport parameters";
                result = Err(TlsFailure::new(Alert::ILLEGAL_PARAMETER, text));
            }
            state.hello_parameters = None;
        }
        self.absorb(state, secrets);
        result.map_err(|failure| self.fail(state, failure))
    }

    /// What is to be sent next. `None` when there is nothing.
    pub(crate) fn write(&self) -> Result<Option<Flight>, TlsFailure> {
        let state = &mut *self.state.borrow_mut();
        let tls = match &mut state.tls {
            Tls::Running(tls) => tls,
            Tls::Failed(failure) => return Err(failure.clone()),
            Tls::NewClient { .. } | Tls::NewServer { .. } => return Ok(None),
        };
        let mut data = Vec::new();
        let (change, secrets) = keylog::capture(|| tls.write_hs(&mut data));
        self.facts.note(tls);
        self.absorb(state, secrets);
        let level = state.write_level;
        let new_keys = match change {
            None => None,
            Some(KeyChange::Handshake { .. }) => Some(Level::Handshake),
            Some(KeyChange::OneRtt { .. }) => Some(Level::OneRtt),
        };
        if let Some(new_level) = new_keys {
            state.write_level = new_level;
            if new_level == Level::Handshake {
                state.read_level = new_level;
            }
        }
        let has_news = new_keys.is_some() || !data.is_empty();
        Ok(has_news.then_some(Flight { level, data, new_keys }))
    }

    /// Whether the handshake has completed (RFC 9001, section 4.1.1). True once. `version` is the one agreed on.
    pub(crate) fn take_completed(&self, version: u32) -> bool {
        let state = &mut *self.state.borrow_mut();
        let Tls::Running(tls) = &state.tls else { return false };
        if state.is_completed || tls.is_handshaking() {
            return false;
        }
        if tls.handshake_kind() == Some(HandshakeKind::Resumed) {
            self.facts.note_resumed();
        }
        if let Some(sessions) = &state.sessions {
            sessions.set_version(version);
        }
        state.is_completed = true;
        state.read_level = Level::OneRtt;
        true
    }

    /// Writes what has come up for the key log. It calls the application, so nothing is borrowed.
    pub(crate) fn write_key_log(&self) {
        let lines = std::mem::take(&mut self.state.borrow_mut().key_log_lines);
        for line in &lines {
            self.key_log.write(line);
        }
    }

    /// A traffic secret, once.
    pub(crate) fn take_secret(&self, level: Level, direction: Direction) -> Option<Secret> {
        let is_from_client = self.is_server == (direction == Direction::Receive);
        let label = match (level, is_from_client) {
            (Level::Initial, _) => return None,
            (Level::Handshake, true) => Label::ClientHandshakeTraffic,
            (Level::Handshake, false) => Label::ServerHandshakeTraffic,
            (Level::OneRtt, true) => Label::ClientTraffic0,
            (Level::OneRtt, false) => Label::ServerTraffic0,
        };
        self.state.borrow_mut().secrets.take(label)
    }

    /// The secret of 0-RTT packets, once, on a client that offers early data and on a server that accepts them. Where there
    /// are none to come it is wiped.
    pub(crate) fn take_early_secret(&self) -> Option<Secret> {
        let state = &mut *self.state.borrow_mut();
        let secret = state.secrets.take(Label::ClientEarlyTraffic)?;
        let is_needed = matches!(&state.tls, Tls::Running(tls) if tls.zero_rtt_keys().is_some());
        is_needed.then_some(secret)
    }

    /// The peer's certificates, its own first. None before the handshake has completed.
    pub(crate) fn peer_certificates(&self) -> &[Box<[u8]>] {
        if let Some(known) = self.peer_certificates.get() {
            return known;
        }
        let Ok(state) = self.state.try_borrow() else { return &[] };
        let Tls::Running(tls) = &state.tls else { return &[] };
        if !state.is_completed {
            return &[];
        }
        let Some(certificates) = tls.peer_certificates() else { return &[] };
        self.peer_certificates.get_or_init(|| certificates.iter().map(|der| Box::from(&**der)).collect())
    }

    /// Keying material for the application (RFC 8446, section 7.5).
    pub(crate) fn export(&self, output: &mut [u8], label: &[u8], context: Option<&[u8]>) -> Option<()> {
        let state = self.state.try_borrow().ok()?;
        let Tls::Running(tls) = &state.tls else { return None };
        if tls.is_handshaking() || output.is_empty() {
            return None;
        }
        tls.export_keying_material(output, label, context).ok().map(|_| ())
    }

    fn note_early_data(&self, tls: &Connection) {
        let accepted = match tls {
            Connection::Client(tls) => self.offers_early_data.get() && tls.is_early_data_accepted(),
            Connection::Server(_) => tls.zero_rtt_keys().is_some(),
        };
        if accepted {
            self.facts.note_early_data_accepted();
        }
    }

    fn absorb(&self, state: &mut State, secrets: Secrets) {
        if self.key_log.is_wanted() {
            state.key_log_lines.extend(secrets.lines());
        }
        state.secrets.merge(secrets);
    }

    fn fail(&self, state: &mut State, failure: TlsFailure) -> TlsFailure {
        self.facts.note_failure(&failure);
        state.secrets = Secrets::default();
        state.tls = Tls::Failed(failure.clone());
        failure
    }
}

fn make_server(
    setup: &ServerSetup,
    hello: &[u8],
    choice: Choice,
    local_parameters: Vec<u8>,
    version: u32,
    limits: Limits,
) -> Result<ServerConnection, TlsFailure> {
    let read = ClientHello::read(hello).map_err(TlsFailure::bad_hello)?.unwrap_or_default();
    let EngineSetup { config, accepts_early_data } = setup.engine(&read, choice, version, limits)?;
    let mut tls = ServerConnection::new(Arc::new(config), quic::Version::V1, local_parameters)
        .map_err(|error| TlsFailure::of_engine(&error, None))?;
    if read.offers_early_data && !accepts_early_data {
        tls.reject_early_data();
    }
    Ok(tls)
}

/// How far a server has come with the ClientHello.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum HelloProgress {
    /// The TLS engine runs already, and takes the data itself.
    NotNeeded,
    Incomplete,
    /// The application may be asked; these are the protocols that the client offers.
    Complete(Vec<Vec<u8>>),
    /// The application has been asked, and goes on.
    Decided,
}

#[cfg(test)]
pub(crate) mod tests;
