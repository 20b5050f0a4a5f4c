//! What a server keeps of a session, inside a ticket or in a store: what the TLS engine wants back, and the terms under
//! which the session was made.
//!
//! The terms say whether a session may be resumed (same policy for client certificates, same QUIC version, RFC 9369,
//! section 5), and whether early data may be accepted: the client sends them under the limits that it remembers, so none
//! of these may have shrunk (RFC 9000, section 7.4.1). It must not know tickets, stores or the TLS engine.

use zeroize::Zeroizing;

/// The first byte of a record. A new format takes a new number.
const FORMAT: u8 = 2;

/// How far the clocks of servers that share sessions may be apart, in seconds.
const MAX_CLOCK_SKEW: u64 = 60;

/// How long after a full handshake sessions that go back to it can be resumed, in seconds. Each resumption makes a new
/// session, so without an end nobody would ever look at the peer's certificate again (RFC 8446, section 4.6.1).
const MAX_AGE: u64 = 7 * 24 * 60 * 60;

/// The longest record that is kept in a store. Longer ones, by long chains of client certificates, are not.
pub(crate) const MAX_LEN: usize = 32768;

pub(crate) const DIGEST_LEN: usize = 32;
const HEADER_LEN: usize = 1 + 4 + 2 * 8 + 2 * DIGEST_LEN + 8 * LIMITS;
const LIMITS: usize = 8;

/// The transport parameters that a client remembers for 0-RTT: initial_max_data, the three initial_max_stream_data, the
/// two initial_max_streams, active_connection_id_limit, and max_datagram_frame_size (RFC 9221, section 3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Limits(pub(crate) [u64; LIMITS]);

impl Limits {
    /// Whether what a client may do under `remembered` is allowed now, too.
    fn cover(&self, remembered: &Self) -> bool {
        self.0.iter().zip(remembered.0).all(|(now, remembered)| *now >= remembered)
    }
}

/// What a session rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    /// The QUIC version of the connection.
    pub(crate) version: u32,
    /// A digest of the rules for client certificates.
    pub(crate) policy: [u8; DIGEST_LEN],
    /// A digest of what the application remembers for early data, such as the settings of HTTP/3.
    pub(crate) context: [u8; DIGEST_LEN],
    pub(crate) limits: Limits,
}

/// When something was made, in seconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) session: u64,
    /// The full handshake that the session goes back to, perhaps over others.
    pub(crate) full_handshake: u64,
}

/// A session as it was made.
pub(crate) struct Record {
    terms: Terms,
    times: Times,
    session: Zeroizing<Vec<u8>>,
}

impl Record {
    /// The bytes to be kept.
    pub(crate) fn encode(terms: &Terms, times: Times, session: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(HEADER_LEN + session.len()));
        bytes.push(FORMAT);
        bytes.extend_from_slice(&terms.version.to_be_bytes());
        bytes.extend_from_slice(&times.session.to_be_bytes());
        bytes.extend_from_slice(&times.full_handshake.to_be_bytes());
        bytes.extend_from_slice(&terms.policy);
        bytes.extend_from_slice(&terms.context);
        for limit in terms.limits.0 {
            bytes.extend_from_slice(&limit.to_be_bytes());
        }
        bytes.extend_from_slice(session);
        bytes
    }

    /// `None` if these are not the bytes of a record.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let (format, rest) = bytes.split_first()?;
        if *format != FORMAT {
            return None;
        }
        let (version, rest) = rest.split_first_chunk()?;
        let (made_at, rest) = rest.split_first_chunk()?;
        let (full_handshake, rest) = rest.split_first_chunk()?;
        let (policy, rest) = rest.split_first_chunk()?;
        let (context, mut rest) = rest.split_first_chunk()?;
        let mut limits = Limits::default();
        for limit in &mut limits.0 {
            let (value, after) = rest.split_first_chunk()?;
            *limit = u64::from_be_bytes(*value);
            rest = after;
        }
        let terms =
            Terms { version: u32::from_be_bytes(*version), policy: *policy, context: *context, limits };
        let times = Times {
            session: u64::from_be_bytes(*made_at),
            full_handshake: u64::from_be_bytes(*full_handshake),
        };
        Some(Self { terms, times, session: Zeroizing::new(rest.to_vec()) })
    }

    pub(crate) fn full_handshake(&self) -> u64 {
        self.times.full_handshake
    }

    /// What the TLS engine needs to resume the session, if a connection under the terms of today may do so.
    pub(crate) fn resumable(&self, today: &Terms, now: u64, lifetime: u64) -> Option<&[u8]> {
        let age = now.checked_sub(self.times.session).or_else(|| {
            // Another server's clock may be ahead of ours.
            (self.times.session - now <= MAX_CLOCK_SKEW).then_some(0)
        })?;
        let is_recent = now.saturating_sub(self.times.full_handshake) < MAX_AGE;
        let same = self.terms.version == today.version && self.terms.policy == today.policy;
        (same && is_recent && age < lifetime).then_some(&self.session)
    }

    /// Whether what the client sends under the remembered limits can be accepted today.
    pub(crate) fn allows_early_data(&self, today: &Terms) -> bool {
        self.terms.context == today.context && today.limits.cover(&self.terms.limits)
    }
}

#[cfg(test)]
mod tests;
