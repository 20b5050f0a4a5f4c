//! The network path in use, and connection migration (RFC 9000 §8, §9).
//!
//! Owns: which path packets take, its anti-amplification credit, and when the connection moves. Must not know: how a
//! path is validated (`path/validation`, driven by `validation`).

use crate::error::Result;
use crate::packet::ConnectionId;
use crate::packet::header::LongHeader;
use crate::path::{AmplificationCredit, EcnValidation, LocalIds, Path, PathResponses, Pmtud, RemoteIds};
use crate::session::Session;

use super::config::Config;
use super::{State, validation};

/// Paths and what belongs to the current one.
pub(crate) struct Paths {
    pub(crate) current: Path,
    pub(crate) credit: AmplificationCredit,
    pub(crate) pmtud: Pmtud,
    pub(crate) ecn: EcnValidation,
    pub(crate) remote_ids: RemoteIds,
    pub(crate) local_ids: LocalIds,
    pub(crate) responses: PathResponses,
    /// The path and the ECN mark of the last packet written.
    pub(crate) written: Written,
    /// The next datagram follows others in one buffer: it has to take the same path with the same ECN mark.
    pub(crate) in_train: bool,
    /// The id by which a client's first packets address a server, until it uses the server's own.
    initial_dcid: Option<ConnectionId>,
    /// Our own id in long headers.
    scid: ConnectionId,
    /// A client: the server has shown that it validated our address (RFC 9002 §6.2.2.1).
    pub(crate) peer_validated_us: bool,
    /// The callback about the peer's first id was made.
    pub(crate) first_id_reported: bool,
}

/// Where the last written datagram has to go.
#[derive(Clone, Copy)]
pub(crate) struct Written {
    /// Not the current path but this one.
    pub(crate) elsewhere: Option<Path>,
    pub(crate) ecn: bool,
}

impl Paths {
    pub(crate) fn new(
        path: Path,
        validated: bool,
        pmtud: Pmtud,
        remote_ids: RemoteIds,
        local_ids: LocalIds,
        scid: ConnectionId,
    ) -> Self {
        Self {
            current: path,
            credit: AmplificationCredit::new(validated),
            pmtud,
            ecn: EcnValidation::new(),
            remote_ids,
            local_ids,
            responses: PathResponses::new(),
            written: Written { elsewhere: None, ecn: false },
            in_train: false,
            initial_dcid: None,
            scid,
            peer_validated_us: false,
            first_id_reported: false,
        }
    }

    #[inline]
    pub(crate) fn is_current(&self, path: &Path) -> bool {
        self.current == *path
    }

    #[inline]
    pub(crate) const fn dcid(&self) -> &ConnectionId {
        &self.remote_ids.active().id
    }

    #[inline]
    pub(crate) const fn scid(&self) -> &ConnectionId {
        &self.scid
    }

    pub(crate) fn expect_initial_dcid(&mut self, dcid: ConnectionId) {
        self.initial_dcid = Some(dcid);
    }

    /// The destination of the client's first packet, as a server saw it.
    pub(crate) fn initial_dcid(&self) -> ConnectionId {
        self.initial_dcid.unwrap_or(ConnectionId::EMPTY)
    }

    /// The sequence number of our id in a short header.
    #[inline]
    pub(crate) fn find_local_id(&mut self, dcid: &[u8]) -> Option<u64> {
        let dcid = ConnectionId::new(dcid)?;
        self.local_ids.find(&dcid)
    }

    /// The sequence number of our id in a long header; a client's first packets carry an id of its own making.
    pub(crate) fn accepts_dcid(&mut self, header: &LongHeader<'_>) -> Option<u64> {
        match self.local_ids.find(&header.dcid) {
            Some(sequence) => Some(sequence),
            None => (self.initial_dcid == Some(header.dcid)).then_some(0),
        }
    }

    /// Bytes that may go to the current path's address now.
    #[inline]
    pub(crate) fn amplification_left(&self) -> usize {
        usize::try_from(self.credit.left()).unwrap_or(usize::MAX)
    }

    pub(crate) fn validate_current(&mut self) {
        self.credit.validate();
    }

    /// How large datagrams on the current path may be.
    #[inline]
    pub(crate) fn max_datagram_len(&self, config: &Config) -> usize {
        if config.unshaped { config.max_tx_udp_payload_size } else { self.pmtud.size() }
    }

    #[inline]
    pub(crate) fn on_datagram_received(&mut self, path: &Path, len: usize) {
        if !self.credit.is_validated() && self.current == *path {
            self.credit.on_received(len as u64);
        }
    }

    #[inline]
    pub(crate) fn on_datagram_sent(&mut self, len: usize) {
        self.written.elsewhere = None;
        if !self.credit.is_validated() {
            self.credit.on_sent(len as u64);
        }
    }

    pub(crate) fn validation_expiry(&self) -> crate::units::Timestamp {
        crate::units::Timestamp::NEVER
    }
}

impl State {
    /// The path of the last written datagram.
    pub(crate) fn written_path(&self) -> &Path {
        self.paths.written.elsewhere.as_ref().unwrap_or(&self.paths.current)
    }
}

/// Whether a datagram on another path than the current one is read at all.
pub(crate) fn accepts(state: &State, path: &Path) -> bool {
    let _ = (state, path);
    false
}

/// A packet on another path was authenticated.
pub(crate) fn on_packet(
    s: &mut Session,
    path: &Path,
    dcid_sequence: u64,
    moves: bool,
    datagram_len: usize,
) -> Result<()> {
    let _ = (s, path, dcid_sequence, moves, datagram_len);
    Ok(())
}

/// A PATH_RESPONSE frame.
pub(crate) fn on_path_response(s: &mut Session, data: &[u8; 8]) -> Result<()> {
    validation::on_response(s, data)
}

/// The handshake is confirmed: from here on the connection may move.
pub(crate) fn on_confirmed(s: &mut Session) -> Result<()> {
    let _ = s;
    Ok(())
}
