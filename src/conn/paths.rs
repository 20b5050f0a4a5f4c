//! The network path in use and the others that packets come from or go to (RFC 9000 §8.1, §9).
//!
//! Owns: which path and which connection id a packet takes, and the anti-amplification credit of each address. Must not
//! know: when the connection moves (`migration`), how a path is validated (`validation`).

use core::ffi::c_void;

use crate::error::Result;
use crate::mem::{Boxed, Mem, NoMem};
use crate::packet::ConnectionId;
use crate::packet::header::LongHeader;
use crate::path::validation::CHALLENGES_PER_ROUND;
use crate::path::{
    Address, AmplificationCredit, EcnValidation, LocalIds, Path, PathResponses, PathValidation, Pmtud,
    RemoteIds, Route, Routes,
};
use crate::units::{Duration, Timestamp};

use super::State;
use super::config::Config;
use super::connection_ids::LINGER_PTOS;
use super::control::Control;

/// How many probe timeouts a path beside the current one is remembered for packets on their way.
const REMEMBERED_PTOS: u64 = 3;

/// A packet that holds one small frame, without its connection ids: header, packet number, ACK frame and AEAD tag.
const LEAST_SHORT: usize = 1 + 4 + 8 + 16;
const LEAST_LONG: usize = 6 + 1 + 1 + 2 + 4 + 8 + 16;

/// Paths and what belongs to the current one.
pub(crate) struct Paths {
    pub(crate) current: Path,
    credit: AmplificationCredit,
    /// Sequence number of our id that the peer used last on the current path.
    addressed_by: u64,
    pub(crate) pmtud: Pmtud,
    pub(crate) ecn: EcnValidation,
    pub(crate) remote_ids: RemoteIds,
    pub(crate) local_ids: LocalIds,
    pub(super) routes: Routes,
    pub(super) validation: Option<Boxed<PathValidation>>,
    pub(super) responses: PathResponses,
    /// How often the path has changed since the peer acknowledged anything.
    pub(super) unheard_moves: u8,
    /// The probe timeout of the path that was just left: what its ids linger by.
    pto_of_left: Option<Duration>,
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

/// Where the datagram that is written, or was written last, has to go.
pub(crate) struct Written {
    /// Not the current path but this one.
    pub(crate) elsewhere: Option<Boxed<Elsewhere>>,
    pub(crate) ecn: bool,
}

/// A path beside the current one, and the peer's id for packets to it.
pub(crate) struct Elsewhere {
    pub(crate) path: Path,
    pub(crate) dcid: ConnectionId,
}

/// What a path needs an id of the peer for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// The connection moves to it.
    Move,
    /// To answer a PATH_CHALLENGE on it.
    Answer,
}

impl Paths {
    pub(crate) fn new(
        mem: Mem,
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
            addressed_by: 0,
            pmtud,
            ecn: EcnValidation::new(),
            remote_ids,
            local_ids,
            routes: Routes::new(mem),
            validation: None,
            responses: PathResponses::new(mem),
            unheard_moves: 0,
            pto_of_left: None,
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

    /// The id for packets on the current path.
    #[inline]
    pub(crate) const fn dcid(&self) -> &ConnectionId {
        &self.remote_ids.active().id
    }

    /// The id for the packet that is written.
    #[inline]
    pub(crate) fn destination(&self) -> &ConnectionId {
        match &self.written.elsewhere {
            None => self.dcid(),
            Some(elsewhere) => &elsewhere.dcid,
        }
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
        self.local_ids.find(dcid)
    }

    /// The sequence number of our id in a long header; a client's first packets carry an id of its own making.
    pub(crate) fn accepts_dcid(&mut self, header: &LongHeader<'_>) -> Option<u64> {
        match self.local_ids.find(&header.dcid) {
            Some(sequence) => Some(sequence),
            None => (self.initial_dcid == Some(header.dcid)).then_some(0),
        }
    }

    /// The newest packet on the current path was sent to this id of ours.
    #[inline]
    pub(crate) const fn on_addressed_by(&mut self, sequence: u64) {
        self.addressed_by = sequence;
    }

    /// The path on which the peer's id is used, if it still is.
    pub(crate) fn path_of(&self, dcid: u64) -> Option<&Path> {
        if self.remote_ids.active().sequence == dcid {
            return Some(&self.current);
        }
        self.routes.iter().find(|route| route.dcid == Some(dcid)).map(|route| &route.path)
    }
}

/// Anti-amplification and sizes.
impl Paths {
    /// Bytes that may go to the current path's address now, without those that the next PATH_CHALLENGE frames need: the
    /// data of a busy connection would leave them none, and the limit would last for ever.
    #[inline]
    pub(crate) fn amplification_left(&self) -> usize {
        if self.credit.is_validated() {
            return usize::MAX;
        }
        let reserve = if self.validation.is_some() { self.challenges_len() } else { 0 };
        self.credit_left().saturating_sub(reserve)
    }

    /// All bytes that may go to the current path's address now.
    pub(super) fn credit_left(&self) -> usize {
        usize::try_from(self.credit.left()).unwrap_or(usize::MAX)
    }

    /// What one round of challenges takes at least.
    fn challenges_len(&self) -> usize {
        CHALLENGES_PER_ROUND * (LEAST_SHORT + self.dcid().len())
    }

    /// Bytes that may go to the remote address of `path` now.
    pub(super) fn amplification_left_on(&self, path: &Path) -> usize {
        if self.is_current(path) {
            return self.credit_left();
        }
        let left = self.routes.get(path).map_or(0, |route| route.credit.left());
        usize::try_from(left).unwrap_or(usize::MAX)
    }

    pub(super) const fn is_current_validated(&self) -> bool {
        self.credit.is_validated()
    }

    /// The peer has shown that it receives at the current path's address.
    pub(crate) fn validate_current(&mut self) {
        self.credit.validate();
    }

    /// The peer has shown that it receives at the address of `path`.
    pub(super) fn validate(&mut self, path: &Path) {
        if self.is_current(path) {
            self.credit.validate();
        } else if let Some(route) = self.routes.get_mut(path) {
            route.credit.validate();
        }
    }

    /// How large datagrams on the current path may be.
    #[inline]
    pub(crate) fn max_datagram_len(&self, config: &Config) -> usize {
        if config.unshaped { self.pmtud.limit() } else { self.pmtud.size() }
    }

    /// A datagram came on the current path.
    #[inline]
    pub(crate) fn on_datagram_received(&mut self, len: usize) {
        if !self.credit.is_validated() {
            self.credit.on_received(len as u64);
        }
    }

    /// A datagram came on a path beside the current one.
    pub(crate) fn on_datagram_beside(&mut self, path: &Path, len: usize) {
        if let Some(route) = self.routes.get_mut(path) {
            route.credit.on_received(len as u64);
        }
    }

    #[inline]
    pub(crate) fn on_datagram_sent(&mut self, len: usize) {
        if let Some(elsewhere) = &self.written.elsewhere {
            if let Some(route) = self.routes.get_mut(&elsewhere.path) {
                route.credit.on_sent(len as u64);
            }
        } else if !self.credit.is_validated() {
            self.credit.on_sent(len as u64);
        }
    }

    /// The next datagram goes to the current path unless something else is said.
    #[inline]
    pub(crate) fn begin_datagram(&mut self) {
        if self.written.elsewhere.is_some() {
            self.come_back();
        }
    }

    #[cold]
    fn come_back(&mut self) {
        self.written.elsewhere = None;
    }

    /// The datagram that is written next goes to `path`; `false` when no id of the peer serves it.
    pub(super) fn direct_datagram(&mut self, mem: Mem, path: &Path, dcid: u64) -> Result<bool, NoMem> {
        self.written.elsewhere = None;
        if self.is_current(path) {
            return Ok(true);
        }
        let Some(remote) = self.remote_ids.get(dcid) else { return Ok(false) };
        let elsewhere = Elsewhere { path: *path, dcid: remote.id };
        self.written.elsewhere = Some(Boxed::try_new(mem, elsewhere)?);
        Ok(true)
    }
}

/// The paths beside the current one.
impl Paths {
    /// The sequence number of the peer's id for packets to `path`, bound now if need be. `None`: the path is not known, or
    /// the peer has given out no spare id. What only answers a probe does not get the last one, so that a peer that probes
    /// many paths can still move to one of them; unless it is the only path probed.
    pub(super) fn dcid_on(&mut self, path: &Path, need: Need) -> Option<u64> {
        if self.is_current(path) {
            return Some(self.remote_ids.active().sequence);
        }
        let route = self.routes.get(path)?;
        if let Some(dcid) = route.dcid.filter(|dcid| self.remote_ids.get(*dcid).is_some()) {
            return Some(dcid);
        }
        let dcid = match self.dcid_before_rebinding(route) {
            Some(shared) => shared,
            None if need == Need::Answer && self.spares_last_id() => return None,
            None => self.remote_ids.bind().ok()?.sequence,
        };
        self.routes.get_mut(path)?.dcid = Some(dcid);
        Some(dcid)
    }

    fn spares_last_id(&self) -> bool {
        !self.remote_ids.is_zero_length()
            && self.remote_ids.spare_count() < 2
            && self.routes.iter().any(|route| route.dcid.is_some())
    }

    /// A peer that does not know that its address has changed goes on with the same id of ours; then we may go on with
    /// its id, if our own address is the same (RFC 9000 §9.5).
    fn dcid_before_rebinding(&self, route: &Route) -> Option<u64> {
        let ours = route.addressed_by?;
        if self.addressed_by == ours && self.current.local == route.path.local {
            return Some(self.remote_ids.active().sequence);
        }
        let same = |other: &&Route| other.addressed_by == Some(ours) && other.path.local == route.path.local;
        let dcid = self.routes.iter().filter(same).find_map(|other| other.dcid)?;
        self.remote_ids.get(dcid).map(|remote| remote.sequence)
    }

    fn knows_remote(&self, remote: &Address) -> bool {
        self.current.remote == *remote || self.routes.iter().any(|route| route.path.remote == *remote)
    }

    /// An authentic packet of `datagram_len` bytes came on a path beside the current one.
    pub(super) fn on_arrival(
        &mut self,
        path: &Path,
        addressed_by: u64,
        datagram_len: usize,
        until: Timestamp,
    ) -> Result<(), NoMem> {
        match self.routes.get_mut(path) {
            Some(route) => {
                route.addressed_by = Some(addressed_by);
                if route.expires.is_set() {
                    route.expires = until;
                }
            }
            None => {
                self.routes.try_reserve()?;
                let mut credit = AmplificationCredit::new(false);
                credit.on_received(datagram_len as u64);
                let addressed_by = Some(addressed_by);
                self.routes.insert(Route { path: *path, dcid: None, addressed_by, credit, expires: until });
            }
        }
        Ok(())
    }

    /// Makes a known path the current one, with the peer's id `dcid`. The former one, whose probe timeout was `pto`, is
    /// remembered.
    pub(super) fn switch_to(&mut self, path: &Path, dcid: u64, pto: Duration) -> bool {
        let active = self.remote_ids.active().sequence;
        if self.routes.get(path).is_none() || !self.remote_ids.activate(dcid) {
            return false;
        }
        let Some(route) = self.routes.take(path) else { return false };
        self.routes.insert(Route {
            path: self.current,
            dcid: Some(active),
            addressed_by: Some(self.addressed_by),
            credit: self.credit,
            expires: Timestamp::NEVER,
        });
        self.pto_of_left = Some(pto);
        self.current = route.path;
        self.credit = route.credit;
        if let Some(addressed_by) = route.addressed_by {
            self.addressed_by = addressed_by;
        }
        true
    }

    /// Whether PATH_CHALLENGE or PATH_RESPONSE frames wait.
    #[inline]
    pub(super) fn is_probing(&self) -> bool {
        !self.responses.is_empty() || self.validation.is_some()
    }

    /// The path that the next PATH_CHALLENGE goes to.
    pub(super) fn challenged_path(&self) -> Option<Path> {
        let running = self.validation.as_ref()?;
        (running.challenges_due() > 0).then(|| *running.path())
    }

    /// When the validation, or a path that is remembered, needs attention.
    pub(crate) fn validation_expiry(&self) -> Timestamp {
        let validation = self.validation.as_ref().map_or(Timestamp::NEVER, |running| running.expiry());
        validation.min(self.routes.expiry())
    }

    /// Takes back ids of the peer that no path needs any more; `true` when there were any.
    fn retire_unused_ids(&mut self, now: Timestamp, linger: Duration) -> bool {
        let mut retired = false;
        loop {
            let active = self.remote_ids.active().sequence;
            let unused = self.remote_ids.in_use().map(|remote| remote.sequence).find(|&sequence| {
                sequence != active
                    && !self.validation.as_ref().is_some_and(|validation| validation.uses(sequence))
                    && !self.routes.iter().any(|route| route.dcid == Some(sequence))
            });
            let Some(sequence) = unused else { return retired };
            if !self.remote_ids.retire(sequence, now, linger) {
                return retired;
            }
            retired = true;
        }
    }
}

impl State {
    /// The path of the last written datagram.
    pub(crate) fn written_path(&self) -> &Path {
        self.paths.written.elsewhere.as_ref().map_or(&self.paths.current, |elsewhere| &elsewhere.path)
    }

    /// Whether not even an acknowledgment may be sent to the peer's address before more comes from it.
    pub(super) fn is_amplification_limited(&self) -> bool {
        !self.paths.is_current_validated() && self.paths.amplification_left() < self.least_datagram_len()
    }

    fn least_datagram_len(&self) -> usize {
        let dcid = self.paths.dcid().len();
        if self.spaces.only_application() {
            LEAST_SHORT + dcid
        } else {
            LEAST_LONG + dcid + self.paths.scid.len()
        }
    }

    /// Whether a datagram on another path than the current one is read at all: a server's peer may move once the handshake
    /// is confirmed, and a client knows the addresses of its server (RFC 9000 §9). At which of its own addresses they
    /// arrive does not matter: a server whose validation fails goes back to one that the client has left.
    pub(crate) fn accepts_path(&self, path: &Path) -> bool {
        self.lifecycle.is_confirmed() && (self.side.is_server() || self.paths.knows_remote(&path.remote))
    }

    /// PATH_CHALLENGE came on `path`. A client does not answer on a path that it has left, for this could bring the
    /// server back to it.
    #[cold]
    pub(crate) fn on_path_challenge(&mut self, path: &Path, data: [u8; 8]) -> Result<()> {
        let paths = &mut self.paths;
        let wanted = self.side.is_server()
            || paths.is_current(path)
            || paths.validation.as_ref().is_some_and(|validation| validation.path() == path);
        if wanted {
            paths.responses.try_push(path, data)?;
        }
        Ok(())
    }

    /// The probe timeout of a path whose round-trip time is not known (RFC 9000 §8.2.4).
    pub(super) fn pto_of_new_path(&self) -> Duration {
        self.config.initial_rtt * 3 + self.max_ack_delay()
    }

    /// What the deadline of a validation is made of.
    pub(super) fn validation_pto(&self) -> Duration {
        self.pto().max(self.pto_of_new_path())
    }

    /// How long a path beside the current one is remembered from now.
    pub(super) fn remember_until(&self) -> Timestamp {
        self.now + self.validation_pto() * REMEMBERED_PTOS
    }

    /// After the current path or the validation has changed: what no longer serves a purpose is given up.
    pub(super) fn settle_paths(&mut self) {
        let until = self.remember_until();
        let linger = match self.paths.pto_of_left.take() {
            Some(pto) => pto * LINGER_PTOS,
            None => self.linger(),
        };
        let now = self.now;
        let paths = &mut self.paths;
        let validation = &paths.validation;
        paths.routes.settle(|path| validation.as_ref().is_some_and(|running| running.concerns(path)), until);
        if paths.retire_unused_ids(now, linger) {
            self.control.set(Control::CONNECTION_IDS);
        }
        self.set_loss_timer();
    }

    /// The local address of the current path is another one, without validation: `ngtcp2_conn_set_local_addr`.
    pub(crate) fn set_local_addr(&mut self, address: Address) {
        self.rename_current(Path { local: address, ..self.paths.current });
    }

    /// The application's tag of the current path: `ngtcp2_conn_set_path_user_data`.
    pub(crate) fn set_path_user_data(&mut self, user_data: *mut c_void) {
        self.rename_current(Path { user_data, ..self.paths.current });
    }

    fn rename_current(&mut self, path: Path) {
        let former = core::mem::replace(&mut self.paths.current, path);
        if let Some(validation) = self.paths.validation.as_mut().filter(|running| *running.path() == former) {
            validation.rename_path(path);
        }
        self.paths.routes.take(&path);
    }
}

#[cfg(test)]
mod tests;
