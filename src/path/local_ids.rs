//! The connection ids that we gave the peer to address us with (RFC 9000 §5.1, §19.15, §19.16).
//!
//! Owns: the ids in their order of issue, what became of their NEW_CONNECTION_ID frames, and the ids that the peer has
//! retired but late packets may still carry. Must not know: who makes ids (`get_new_connection_id`) or routes by them
//! (`remove_connection_id`), packets.

use crate::error::{Error, Result};
use crate::mem::{Array, Mem, NoMem};
use crate::packet::ConnectionId;
use crate::units::{Duration, Timestamp};

/// Ids that the peer may use at a time, however many it allows: enough for migrations, few enough to search.
pub(crate) const MAX_LOCAL_IDS: usize = 8;

/// Retired ids that are still accepted. While all places are taken no id is issued, which stops a peer that retires
/// each one at once.
pub(crate) const MAX_RETIRED_LOCAL_IDS: usize = 16;

const CAPACITY: usize = MAX_LOCAL_IDS + MAX_RETIRED_LOCAL_IDS;

/// What became of the frame that carries an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Announcement {
    /// To be sent, for the first time or again.
    Pending,
    InFlight,
    /// The peer has it, or has no more use for it.
    Done,
}

/// A connection id of ours: the content of a NEW_CONNECTION_ID frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LocalId {
    pub(crate) sequence: u64,
    pub(crate) id: ConnectionId,
    pub(crate) token: [u8; 16],
    announcement: Announcement,
    /// Never, while the peer has not retired it.
    remove_at: Timestamp,
}

impl LocalId {
    fn is_retired(&self) -> bool {
        self.remove_at.is_set()
    }
}

/// Our connection ids.
///
/// ```text
/// new(id)                                      the id of our first packets, sequence number 0
/// add_preferred_address(id, token), set_peer_limit(limit)              from the transport parameters
/// issuable() -> n; issue(id, token)            n times get_new_connection_id
/// next_announcement, on_announcement_{sent, lost, acked}               NEW_CONNECTION_ID frames
/// find(dcid) -> sequence                       is a received packet ours?
/// on_retire_connection_id(..)                  a frame arrived; afterwards issuable() may have grown
/// expiry, pop_removed(now)                     ids to report with remove_connection_id; issuable() may have grown
/// iter, len, first, is_zero_length
/// ```
#[derive(Debug)]
pub(crate) struct LocalIds {
    /// At most `CAPACITY`.
    ids: Array<LocalId>,
    next_sequence: u64,
    /// Sequence numbers below were sent to the peer.
    sent_below: u64,
    /// Index of the id found last: the next packet most likely carries it as well.
    recent: u8,
    /// Announcements pending, none of them of an id before the place `pending_from`.
    pending: u8,
    pending_from: u8,
    /// Ids that the peer has retired.
    retired: u8,
    peer_limit: u8,
    /// Length of every id of ours: a short header does not tell it.
    id_len: u8,
}

impl LocalIds {
    /// The source of our first packet.
    pub(crate) fn new(mem: Mem, id: ConnectionId) -> Result<Self, NoMem> {
        let mut ids = Array::new(mem);
        // Those that the peer uses at a time; retired ones beside them are rare. Without ids there are none to come.
        ids.try_reserve_exact(if id.is_empty() { 1 } else { MAX_LOCAL_IDS })?;
        ids.push_reserved(LocalId {
            sequence: 0,
            id,
            token: [0; 16],
            announcement: Announcement::Done,
            remove_at: Timestamp::NEVER,
        });
        let id_len = id.len() as u8;
        Ok(Self {
            ids,
            next_sequence: 1,
            sent_below: 1,
            recent: 0,
            pending: 0,
            pending_from: 0,
            retired: 0,
            peer_limit: 0,
            id_len,
        })
    }

    /// Whether we are addressed without an id, so that there is nothing to issue (RFC 9000 §5.1).
    pub(crate) const fn is_zero_length(&self) -> bool {
        self.id_len == 0
    }

    /// Length of the ids: what a short header holds, and what `get_new_connection_id` is asked for.
    pub(crate) const fn id_len(&self) -> usize {
        self.id_len as usize
    }

    /// All ids that packets are accepted with, the retired ones included.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &LocalId> {
        self.ids.iter()
    }

    /// The peer's active_connection_id_limit.
    pub(crate) fn set_peer_limit(&mut self, limit: u64) {
        self.peer_limit = limit.min(MAX_LOCAL_IDS as u64) as u8;
    }

    /// The id in our preferred_address parameter has sequence number 1 and needs no frame (RFC 9000 §5.1.1).
    pub(crate) fn add_preferred_address(&mut self, id: ConnectionId, token: [u8; 16]) -> Result<u64> {
        let sequence = self.add(id, token, Announcement::Done)?;
        self.sent_below = self.next_sequence;
        Ok(sequence)
    }

    /// How many ids to ask `get_new_connection_id` for.
    #[inline]
    pub(crate) fn issuable(&self) -> usize {
        let limit = usize::from(self.peer_limit);
        if self.is_zero_length() {
            return 0;
        }
        let active = self.ids.len() - usize::from(self.retired);
        limit.saturating_sub(active).min(CAPACITY - self.ids.len())
    }

    /// Takes what `get_new_connection_id` made; its NEW_CONNECTION_ID frame is pending. An id of another length than
    /// ours or given before is the callback's failure: packets could not be told apart.
    pub(crate) fn issue(&mut self, id: ConnectionId, token: [u8; 16]) -> Result<u64> {
        if id.len() != self.id_len() {
            return Err(Error::CallbackFailure);
        }
        let sequence = self.add(id, token, Announcement::Pending)?;
        self.pending += 1;
        Ok(sequence)
    }

    fn add(&mut self, id: ConnectionId, token: [u8; 16], announcement: Announcement) -> Result<u64> {
        if id.is_empty() || self.ids.iter().any(|local| local.id == id) {
            return Err(Error::CallbackFailure);
        }
        let sequence = self.next_sequence;
        if self.ids.len() == CAPACITY {
            return Err(Error::Internal);
        }
        self.ids.try_reserve_exact(1)?;
        self.ids.push_reserved(LocalId { sequence, id, token, announcement, remove_at: Timestamp::NEVER });
        self.next_sequence += 1;
        Ok(sequence)
    }

    /// The next NEW_CONNECTION_ID frame to send; its Retire Prior To is always 0.
    #[inline]
    pub(crate) fn next_announcement(&self) -> Option<&LocalId> {
        if self.pending == 0 {
            return None;
        }
        let rest = self.ids.get(usize::from(self.pending_from)..)?;
        rest.iter().find(|local| local.announcement == Announcement::Pending)
    }

    /// The frame is in a packet.
    pub(crate) fn on_announcement_sent(&mut self, sequence: u64) {
        self.sent_below = self.sent_below.max(sequence.saturating_add(1));
        self.announce(sequence, Announcement::InFlight);
    }

    /// The packet with the frame was lost: it goes out again.
    pub(crate) fn on_announcement_lost(&mut self, sequence: u64) {
        self.announce(sequence, Announcement::Pending);
    }

    /// The peer knows the id.
    pub(crate) fn on_announcement_acked(&mut self, sequence: u64) {
        self.announce(sequence, Announcement::Done);
    }

    /// The ids stand in the order of their numbers, nearly always without a gap.
    fn position(&self, sequence: u64) -> Option<usize> {
        let guess = sequence.checked_sub(self.ids.first()?.sequence)? as usize;
        match self.ids.get(guess) {
            Some(local) if local.sequence == sequence => Some(guess),
            _ => self.ids.iter().position(|local| local.sequence == sequence),
        }
    }

    /// An announcement that is done stays done: the loss of one copy means nothing once another has arrived.
    fn announce(&mut self, sequence: u64, next: Announcement) {
        let Some(place) = self.position(sequence) else { return };
        let local = &mut self.ids[place];
        if local.announcement != Announcement::Done {
            self.pending -= u8::from(local.announcement == Announcement::Pending);
            self.pending += u8::from(next == Announcement::Pending);
            local.announcement = next;
            let place = place as u8;
            self.pending_from = match next {
                Announcement::Pending => self.pending_from.min(place),
                _ if self.pending_from == place => place + 1,
                _ => self.pending_from,
            };
        }
    }

    /// The sequence number of our id `dcid`, if it is one: bytes in a packet, or an id.
    #[inline]
    pub(crate) fn find<Dcid: ?Sized>(&mut self, dcid: &Dcid) -> Option<u64>
    where
        ConnectionId: PartialEq<Dcid>,
    {
        if let Some(local) = self.ids.get(usize::from(self.recent))
            && local.id == *dcid
        {
            return Some(local.sequence);
        }
        self.find_slowly(dcid)
    }

    #[cold]
    fn find_slowly<Dcid: ?Sized>(&mut self, dcid: &Dcid) -> Option<u64>
    where
        ConnectionId: PartialEq<Dcid>,
    {
        let found = self.ids.iter().position(|local| local.id == *dcid)?;
        self.recent = found as u8;
        Some(self.ids[found].sequence)
    }

    /// A RETIRE_CONNECTION_ID frame in a packet whose destination is our id `carried_by`. The id is accepted until
    /// `delay` (about three PTOs) from now and then comes out of [`Self::pop_removed`].
    pub(crate) fn on_retire_connection_id(
        &mut self,
        sequence: u64,
        carried_by: u64,
        now: Timestamp,
        delay: Duration,
    ) -> Result<()> {
        if self.is_zero_length() || sequence >= self.sent_below || sequence == carried_by {
            return Err(Error::Proto);
        }
        let in_use = |local: &&mut LocalId| local.sequence == sequence && !local.is_retired();
        let Some(local) = self.ids.iter_mut().find(in_use) else {
            return Ok(());
        };
        // A clock at its end must not make the id look unretired.
        local.remove_at = (now + delay).min(Timestamp(u64::MAX - 1));
        self.retired += 1;
        self.pending -= u8::from(local.announcement == Announcement::Pending);
        local.announcement = Announcement::Done;
        Ok(())
    }

    /// Whether the peer may use the id with this number, as far as it has said.
    pub(crate) fn is_in_use(&self, sequence: u64) -> bool {
        self.ids.iter().any(|local| local.sequence == sequence && !local.is_retired())
    }

    /// When [`Self::pop_removed`] has something next.
    pub(crate) fn expiry(&self) -> Timestamp {
        if self.retired == 0 {
            return Timestamp::NEVER;
        }
        self.ids.iter().map(|local| local.remove_at).min().unwrap_or(Timestamp::NEVER)
    }

    /// An id that is no longer accepted: report it with `remove_connection_id`. Its place may let another be issued.
    #[inline]
    pub(crate) fn pop_removed(&mut self, now: Timestamp) -> Option<LocalId> {
        if self.retired == 0 { None } else { self.pop_retired(now) }
    }

    fn pop_retired(&mut self, now: Timestamp) -> Option<LocalId> {
        let index = self.ids.iter().position(|local| local.remove_at <= now && local.is_retired())?;
        self.recent = 0;
        self.pending_from = 0;
        self.retired -= 1;
        self.ids.remove(index)
    }
}

#[cfg(test)]
mod tests;
