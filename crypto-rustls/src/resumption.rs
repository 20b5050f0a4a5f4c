//! How a server resumes sessions: by tickets that it can forget, or by a store, with which early data are possible.
//!
//! Early data may be replayed, and the TLS engine guards against that by taking each session out of the store once
//! (RFC 8446, section 8.1). A ticket cannot be taken out of anything, so with tickets there are no early data.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use rustls::ServerConfig;
use rustls::server::{NoServerSessionStorage, ProducesTickets, StoresServerSessions};
use zeroize::Zeroizing;

use crate::client_hello::ClientHello;
use crate::session_record::{MAX_LEN, Record, Terms, Times};
use crate::ticket::TicketKeys;

/// How long a session in a store can be resumed: what the TLS engine tells clients, in seconds.
const STORE_LIFETIME: u64 = 24 * 60 * 60;

/// The length of the IDs that the TLS engine makes up for sessions. A store is not asked for longer ones.
const MAX_ID_LEN: usize = 32;

/// How many sessions of one ClientHello are looked for. There is room for a thousand in it, and looking may be dear.
const MAX_LOOKUPS: usize = 8;

/// The longest ticket that fits its message (RFC 8446, section 4.6.1). It holds the client's certificates.
const MAX_TICKET_LEN: usize = 0xffff;

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
                config.ticketer = Arc::new(Tickets {
                    keys: keys.clone(),
                    lifetime: *lifetime,
                    terms,
                    origin: Origin::default(),
                });
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

/// The full handshake that a connection goes back to, by its time, or 0 if it is one itself.
#[derive(Debug, Default)]
struct Origin(AtomicU64);

impl Origin {
    /// What the TLS engine gets to see of a record. It may still refuse the session; then what the connection leaves
    /// behind lives shorter than it could.
    fn resume(&self, record: &[u8], terms: &Terms, lifetime: u64) -> Option<Vec<u8>> {
        let record = Record::decode(record)?;
        let session = record.resumable(terms, now()?, lifetime)?.to_vec();
        self.0.store(record.full_handshake(), Ordering::Relaxed);
        Some(session)
    }

    fn record(&self, terms: &Terms, session: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let now = now()?;
        let full_handshake = match self.0.load(Ordering::Relaxed) {
            0 => now,
            earlier => earlier,
        };
        Some(Record::encode(terms, Times { session: now, full_handshake }, session))
    }
}

/// The tickets of one connection.
struct Tickets {
    keys: Arc<TicketKeys>,
    lifetime: u32,
    terms: Terms,
    origin: Origin,
}

impl ProducesTickets for Tickets {
    fn enabled(&self) -> bool {
        true
    }

    fn lifetime(&self) -> u32 {
        self.lifetime
    }

    fn encrypt(&self, session: &[u8]) -> Option<Vec<u8>> {
        self.keys
            .seal(&self.origin.record(&self.terms, session)?)
            .filter(|ticket| ticket.len() <= MAX_TICKET_LEN)
    }

    fn decrypt(&self, ticket: &[u8]) -> Option<Vec<u8>> {
        self.origin.resume(&self.keys.open(ticket)?, &self.terms, self.lifetime.into())
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
    origin: Origin,
}

impl Store {
    fn new(store: Arc<dyn StoresServerSessions>, terms: Terms) -> Self {
        Self { store, terms, lookups: AtomicUsize::new(0), origin: Origin::default() }
    }

    fn may_look_for(&self, id: &[u8]) -> bool {
        id.len() <= MAX_ID_LEN && self.lookups.fetch_add(1, Ordering::Relaxed) < MAX_LOOKUPS
    }
}

impl StoresServerSessions for Store {
    fn put(&self, id: Vec<u8>, session: Vec<u8>) -> bool {
        let session = Zeroizing::new(session);
        let record = self.origin.record(&self.terms, &session).filter(|record| record.len() <= MAX_LEN);
        record.is_some_and(|record| self.store.put(id, record.to_vec()))
    }

    fn get(&self, id: &[u8]) -> Option<Vec<u8>> {
        if !self.may_look_for(id) {
            return None;
        }
        self.origin.resume(&Zeroizing::new(self.store.get(id)?), &self.terms, STORE_LIFETIME)
    }

    fn take(&self, id: &[u8]) -> Option<Vec<u8>> {
        if !self.may_look_for(id) {
            return None;
        }
        self.origin.resume(&Zeroizing::new(self.store.take(id)?), &self.terms, STORE_LIFETIME)
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
