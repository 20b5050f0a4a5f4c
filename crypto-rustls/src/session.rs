//! The TLS side of one QUIC connection (RFC 9001, section 4.1): a state machine that eats and makes
//! CRYPTO data and hands out traffic secrets.
//!
//! It must not know ngtcp2's connection: `handshake` stands between the two. Its methods take `&self`
//! and borrow the state only while the TLS engine runs, because the application asks a session things
//! from inside callbacks that the handshake causes.

use std::cell::{Cell, OnceCell, RefCell};
use std::ffi::{CStr, CString};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::quic::{self, ClientConnection, Connection, KeyChange, ServerConnection};
use rustls::{ClientConfig, HandshakeKind, ServerConfig};
use zeroize::Zeroizing;

use crate::client_hello::{self, ClientHello};
use crate::error::{Alert, TlsFailure};
use crate::hkdf::Secret;
use crate::keylog::{self, KeyLogSinks, Label, Secrets};
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
    suite: Cell<Option<&'static Suite>>,
    is_resumed: Cell<bool>,
    has_remote_parameters: Cell<bool>,
    protocol: OnceCell<Box<[u8]>>,
    server_name: OnceCell<CString>,
    error: OnceCell<CString>,
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
    is_completed: bool,
}

/// The TLS engine. It can be made only when the local transport parameters are known, which for a
/// server means: after the ClientHello.
enum Tls {
    NewClient { config: Arc<ClientConfig>, name: ServerName<'static> },
    NewServer { config: Arc<ServerConfig>, hello: Vec<u8> },
    Running(Box<Connection>),
    Failed(TlsFailure),
}

impl Session {
    pub(crate) fn client(config: Arc<ClientConfig>, name: ServerName<'static>, key_log: KeyLogSinks) -> Self {
        let session = Self::new(false, Tls::NewClient { config, name: name.clone() }, key_log);
        session.note_server_name(name.to_str().as_bytes());
        session
    }

    pub(crate) fn server(config: Arc<ServerConfig>, key_log: KeyLogSinks) -> Self {
        Self::new(true, Tls::NewServer { config, hello: Vec::new() }, key_log)
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
                is_completed: false,
            }),
            key_log,
            suite: Cell::new(None),
            is_resumed: Cell::new(false),
            has_remote_parameters: Cell::new(false),
            protocol: OnceCell::new(),
            server_name: OnceCell::new(),
            error: OnceCell::new(),
        }
    }

    pub(crate) fn is_server(&self) -> bool {
        self.is_server
    }

    /// The cipher suite, once TLS has agreed on one.
    pub(crate) fn suite(&self) -> Option<&'static Suite> {
        self.suite.get()
    }

    /// The cipher suite of 0-RTT packets, if there can be any.
    pub(crate) fn early_suite(&self) -> Option<&'static Suite> {
        match &self.state.borrow().tls {
            Tls::Running(tls) if tls.zero_rtt_keys().is_some() => {
                tls.negotiated_cipher_suite().and_then(Suite::negotiated)
            }
            _ => None,
        }
    }

    /// The application protocol, once TLS has agreed on one.
    pub(crate) fn protocol(&self) -> Option<&[u8]> {
        self.protocol.get().map(Box::as_ref)
    }

    /// The name that the client asks for.
    pub(crate) fn server_name(&self) -> Option<&CStr> {
        self.server_name.get().map(CString::as_c_str)
    }

    /// Why TLS failed.
    pub(crate) fn error(&self) -> Option<&CStr> {
        self.error.get().map(CString::as_c_str)
    }

    pub(crate) fn is_resumed(&self) -> bool {
        self.is_resumed.get()
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
        match &self.state.borrow().tls {
            Tls::Running(tls) => tls.quic_transport_parameters().map(<[u8]>::to_vec),
            _ => None,
        }
    }

    /// Whether this is a client that has not sent its ClientHello.
    pub(crate) fn is_new_client(&self) -> bool {
        matches!(self.state.borrow().tls, Tls::NewClient { .. })
    }

    /// Makes the client's TLS engine, and with it the ClientHello.
    pub(crate) fn start_client(&self, local_parameters: Vec<u8>) -> Result<(), TlsFailure> {
        let state = &mut *self.state.borrow_mut();
        let Tls::NewClient { config, name } = &state.tls else { return Ok(()) };
        let (config, name) = (config.clone(), name.clone());
        let (made, secrets) =
            keylog::capture(|| ClientConnection::new(config, quic::Version::V1, name, local_parameters));
        self.absorb(state, secrets);
        match made {
            Ok(tls) => {
                state.tls = Tls::Running(Box::new(Connection::Client(tls)));
                Ok(())
            }
            Err(error) => Err(self.fail(state, TlsFailure::of_engine(&error, None))),
        }
    }

    /// For a server that has no TLS engine yet: keeps a part of the ClientHello. When it is complete,
    /// returns the client's transport parameters; [`Self::start_server`] is next.
    pub(crate) fn gather_client_hello(&self, level: Level, data: &[u8]) -> Result<HelloProgress, TlsFailure> {
        let state = &mut *self.state.borrow_mut();
        let result = match &mut state.tls {
            Tls::NewServer { .. } if level != Level::Initial => Err(TlsFailure::wrong_level()),
            Tls::NewServer { hello, .. } => self.extend_client_hello(hello, data),
            Tls::Running(_) | Tls::NewClient { .. } => Ok(HelloProgress::NotNeeded),
            Tls::Failed(failure) => Err(failure.clone()),
        };
        if let Ok(HelloProgress::Complete { remote_parameters }) = &result {
            state.hello_parameters = Some(remote_parameters.clone());
        }
        result.map_err(|failure| self.fail(state, failure))
    }

    fn extend_client_hello(&self, hello: &mut Vec<u8>, data: &[u8]) -> Result<HelloProgress, TlsFailure> {
        if hello.len() + data.len() > client_hello::MAX_LEN {
            return Err(TlsFailure::new(Alert::DECODE_ERROR, "the ClientHello is too long"));
        }
        hello.extend_from_slice(data);
        let read = ClientHello::read(hello).map_err(|alert| {
            TlsFailure::new(alert, "the client's first message is not a valid ClientHello")
        })?;
        let Some(read) = read else { return Ok(HelloProgress::Incomplete) };
        let Some(parameters) = read.transport_parameters else {
            let text = "the ClientHello has no QUIC transport parameters";
            return Err(TlsFailure::new(Alert::MISSING_EXTENSION, text));
        };
        if let Some(name) = read.server_name {
            self.note_server_name(name);
        }
        Ok(HelloProgress::Complete { remote_parameters: parameters.to_vec() })
    }

    /// Makes the server's TLS engine and feeds the ClientHello to it.
    pub(crate) fn start_server(&self, local_parameters: Vec<u8>) -> Result<(), TlsFailure> {
        let hello = {
            let state = &mut *self.state.borrow_mut();
            let Tls::NewServer { config, hello } = &mut state.tls else { return Ok(()) };
            let hello = std::mem::take(hello);
            match ServerConnection::new(config.clone(), quic::Version::V1, local_parameters) {
                Ok(tls) => state.tls = Tls::Running(Box::new(Connection::Server(tls))),
                Err(error) => return Err(self.fail(state, TlsFailure::of_engine(&error, None))),
            }
            hello
        };
        self.read(Level::Initial, &hello)
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
        self.note_facts(tls);
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
        self.note_facts(tls);
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

    /// Whether the handshake has completed (RFC 9001, section 4.1.1). True once.
    pub(crate) fn take_completed(&self) -> bool {
        let state = &mut *self.state.borrow_mut();
        let Tls::Running(tls) = &state.tls else { return false };
        if state.is_completed || tls.is_handshaking() {
            return false;
        }
        self.is_resumed.set(tls.handshake_kind() == Some(HandshakeKind::Resumed));
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

    fn absorb(&self, state: &mut State, secrets: Secrets) {
        if self.key_log.is_wanted() {
            state.key_log_lines.extend(secrets.lines());
        }
        state.secrets.merge(secrets);
    }

    fn note_facts(&self, tls: &Connection) {
        if self.suite.get().is_none() {
            self.suite.set(tls.negotiated_cipher_suite().and_then(Suite::negotiated));
        }
        if let (None, Some(protocol)) = (self.protocol.get(), tls.alpn_protocol()) {
            self.protocol.get_or_init(|| protocol.into());
        }
    }

    fn note_server_name(&self, name: &[u8]) {
        // A name with a NUL byte is not a host name, and the TLS engine will say so.
        if let Ok(name) = CString::new(name) {
            self.server_name.get_or_init(|| name);
        }
    }

    fn fail(&self, state: &mut State, failure: TlsFailure) -> TlsFailure {
        let text = failure.text.replace('\0', " ");
        self.error.get_or_init(|| CString::new(text).unwrap_or_default());
        state.secrets = Secrets::default();
        state.tls = Tls::Failed(failure.clone());
        failure
    }
}

/// How far a server has come with the ClientHello.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum HelloProgress {
    /// The TLS engine runs already, and takes the data itself.
    NotNeeded,
    Incomplete,
    Complete {
        remote_parameters: Vec<u8>,
    },
}

#[cfg(test)]
mod tests;
