//! The sessions that clients remember, in the memory of the process, and by QUIC version: a session of one version is
//! not offered in a connection of another (RFC 9369, section 5).

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ngtcp2_abi::{NGTCP2_PROTO_VER_V1, NGTCP2_PROTO_VER_V2};
use rustls::NamedGroup;
use rustls::client::{
    ClientSessionMemoryCache, ClientSessionStore, Tls12ClientSessionValue, Tls13ClientSessionValue,
};
use rustls::pki_types::ServerName;

/// How many tickets the TLS engine's cache keeps of each server.
const TICKETS_PER_SERVER: usize = 8;

/// The TLS engine's cache takes all its memory at once, and the process ends if that cannot be had.
const MAX_SERVERS: usize = 4096;

/// The sessions of a configuration.
#[derive(Debug)]
pub(crate) struct ClientSessions {
    version_1: ClientSessionMemoryCache,
    version_2: ClientSessionMemoryCache,
}

impl ClientSessions {
    /// Remembers so many servers, at most [`MAX_SERVERS`]. The one that was met first is forgotten first.
    pub(crate) fn new(max_servers: usize) -> Self {
        let cache = || ClientSessionMemoryCache::new(max_servers.min(MAX_SERVERS) * TICKETS_PER_SERVER);
        Self { version_1: cache(), version_2: cache() }
    }
}

/// The sessions as one connection sees them.
#[derive(Debug)]
pub(crate) struct ConnectionSessions {
    sessions: Arc<ClientSessions>,
    version: AtomicU32,
}

impl ConnectionSessions {
    /// `version` is that of the first packet.
    pub(crate) fn new(sessions: Arc<ClientSessions>, version: u32) -> Self {
        Self { sessions, version: version.into() }
    }

    /// What arrives from now on belongs to the version that was agreed on.
    pub(crate) fn set_version(&self, version: u32) {
        self.version.store(version, Ordering::Relaxed);
    }

    /// `None` for a version that nothing is remembered of.
    fn cache(&self) -> Option<&ClientSessionMemoryCache> {
        match self.version.load(Ordering::Relaxed) {
            NGTCP2_PROTO_VER_V1 => Some(&self.sessions.version_1),
            NGTCP2_PROTO_VER_V2 => Some(&self.sessions.version_2),
            _ => None,
        }
    }
}

impl ClientSessionStore for ConnectionSessions {
    fn set_kx_hint(&self, server_name: ServerName<'static>, group: NamedGroup) {
        if let Some(cache) = self.cache() {
            cache.set_kx_hint(server_name, group);
        }
    }

    fn kx_hint(&self, server_name: &ServerName<'_>) -> Option<NamedGroup> {
        self.cache()?.kx_hint(server_name)
    }

    fn set_tls12_session(&self, _server_name: ServerName<'static>, _value: Tls12ClientSessionValue) {
        // QUIC has no TLS 1.2.
    }

    fn tls12_session(&self, _server_name: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn remove_tls12_session(&self, _server_name: &ServerName<'static>) {}

    fn insert_tls13_ticket(&self, server_name: ServerName<'static>, value: Tls13ClientSessionValue) {
        if let Some(cache) = self.cache() {
            cache.insert_tls13_ticket(server_name, value);
        }
    }

    fn take_tls13_ticket(&self, server_name: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.cache()?.take_tls13_ticket(server_name)
    }
}
