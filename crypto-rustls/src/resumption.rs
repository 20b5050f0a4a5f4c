//! How a server resumes sessions: by tickets that it can forget, or by a store, with which early data are possible.
//!
//! Early data may be replayed, and the TLS engine guards against that by taking each session out of the store once
//! (RFC 8446, section 8.1). A ticket cannot be taken out of anything, so with tickets there are no early data.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use rustls::ServerConfig;
use rustls::server::{NoServerSessionStorage, ProducesTickets, StoresServerSessions};
use zeroize::Zeroizing;

use crate::client_hello::ClientHello;
use crate::session_record::{Record, Terms};
use crate::ticket::TicketKeys;

/// How long a session in a store can be resumed: what the TLS engine tells clients, in seconds.
const STORE_LIFETIME: u64 = 24 * 60 * 60;

/// The length of the IDs that the TLS engine makes up for sessions. A store is not asked for longer ones.
const MAX_ID_LEN: usize = 32;

/// How many sessions of one ClientHello are looked for. There is room for a thousand in it, and looking may be dear.
const MAX_LOOKUPS: usize = 8;

/// What QUIC puts in place of a size (RFC 9001, section 4.6.1).
const EARLY_DATA: u32 = u32::MAX;

/// A server's way to resume sessions.
#[derive(Clone)]
pub(crate) enum Resumption {
    Off,
    /// Sessions live in the clients' tickets, for `lifetime` seconds.
    Tickets {
        keys: Arc<TicketKeys>,
        lifetime: u32,
    },
    Store {
        store: Arc<dyn StoresServerSessions>,
        early_data: bool,
    },
}

impl Resumption {
    /// Sets up the TLS engine of one connection, which is under these terms.
    pub(crate) fn apply(&self, config: &mut ServerConfig, terms: Terms) {
        config.session_storage = Arc::new(NoServerSessionStorage {});
        match self {
            Self::Off => config.send_tls13_tickets = 0,
            Self::Tickets { keys, lifetime } => {
                config.ticketer = Arc::new(Tickets { keys: keys.clone(), lifetime: *lifetime, terms });
            }
            Self::Store { store, early_data } => {
                config.session_storage = Arc::new(Store::new(store.clone(), terms));
                config.max_early_data_size = if *early_data { EARLY_DATA } else { 0 };
            }
        }
    }

    /// Whether the early data that a client announces can be accepted, so far as it does not depend on the handshake.
    pub(crate) fn allows_early_data(&self, hello: &ClientHello<'_>, terms: &Terms) -> bool {
        let Self::Store { store, early_data: true } = self else { return false };
        // The session stays where it is: the TLS engine takes it.
        let identity = hello.session_identity.filter(|identity| identity.len() <= MAX_ID_LEN);
        let kept = identity.and_then(|identity| store.get(identity)).map(Zeroizing::new);
        kept.and_then(|kept| Record::decode(&kept)).is_some_and(|record| record.allows_early_data(terms))
    }
}

/// The tickets of one connection.
struct Tickets {
    keys: Arc<TicketKeys>,
    lifetime: u32,
    terms: Terms,
}

impl ProducesTickets for Tickets {
    fn enabled(&self) -> bool {
        true
    }

    fn lifetime(&self) -> u32 {
        self.lifetime
    }

    fn encrypt(&self, session: &[u8]) -> Option<Vec<u8>> {
        self.keys.seal(&Record::encode(&self.terms, now()?, session))
    }

    fn decrypt(&self, ticket: &[u8]) -> Option<Vec<u8>> {
        let record = Record::decode(&self.keys.open(ticket)?)?;
        record.resumable(&self.terms, now()?, self.lifetime.into()).map(<[u8]>::to_vec)
    }
}

impl fmt::Debug for Tickets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tickets")
    }
}

/// The store as one connection sees it.
#[derive(Debug)]
struct Store {
    store: Arc<dyn StoresServerSessions>,
    terms: Terms,
    lookups: AtomicUsize,
}

impl Store {
    fn new(store: Arc<dyn StoresServerSessions>, terms: Terms) -> Self {
        Self { store, terms, lookups: AtomicUsize::new(0) }
    }

    fn may_look_for(&self, id: &[u8]) -> bool {
        id.len() <= MAX_ID_LEN && self.lookups.fetch_add(1, Ordering::Relaxed) < MAX_LOOKUPS
    }

    fn session(&self, record: &[u8]) -> Option<Vec<u8>> {
        Record::decode(record)?.resumable(&self.terms, now()?, STORE_LIFETIME).map(<[u8]>::to_vec)
    }
}

impl StoresServerSessions for Store {
    fn put(&self, id: Vec<u8>, session: Vec<u8>) -> bool {
        let session = Zeroizing::new(session);
        let Some(now) = now() else { return false };
        self.store.put(id, Record::encode(&self.terms, now, &session).to_vec())
    }

    fn get(&self, id: &[u8]) -> Option<Vec<u8>> {
        if !self.may_look_for(id) {
            return None;
        }
        self.session(&Zeroizing::new(self.store.get(id)?))
    }

    fn take(&self, id: &[u8]) -> Option<Vec<u8>> {
        if !self.may_look_for(id) {
            return None;
        }
        self.session(&Zeroizing::new(self.store.take(id)?))
    }

    fn can_cache(&self) -> bool {
        self.store.can_cache()
    }
}

/// Seconds since the epoch. The records are shared among processes, so it is the system's clock. `None` before 1970.
fn now() -> Option<u64> {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs())
}

#[cfg(test)]
mod tests;
