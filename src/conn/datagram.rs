//! The datagram under construction: up to three packets in the caller's buffer (RFC 9000 §12.2).
//!
//! Owns: where its packets start and end, and what their frames carried. It stands in the state, so that a `WRITE_MORE`
//! sequence leaves it where it is between two calls. Must not know: which frames go in, how packets are sealed (`seal`).

use crate::error::Result;
use crate::packet::{self, PacketType};
use crate::recovery::{Carried, RecordList, Recovery};
use crate::session::Output;
use crate::units::{PacketNumber, Space};
use crate::wire::Writer;

use super::keys::Keys;

/// What a frame costs at least; with less room a packet is full.
const MIN_FRAME_ROOM: usize = 8;

/// How many records one packet may have. It bounds what a single acknowledgement can set in motion; a packet of
/// 1452 bytes holds as many STREAM frames of 16 bytes of data.
const MAX_RECORDS: u8 = 64;

/// The largest UDP payload (RFC 9000 §18.2).
const MAX_DATAGRAM_LEN: usize = 65_527;

/// Packets of one datagram: Initial, Handshake, and 0-RTT or 1-RTT.
const MAX_PACKETS: usize = 3;

/// A packet whose frames are being written.
pub(crate) struct OpenPacket {
    pub(crate) kind: PacketType,
    pub(crate) space: Space,
    pub(crate) number: PacketNumber,
    pub(super) tag_len: u8,
    /// Offsets from the start of the datagram. A packet is parked in the state between the calls of a `WRITE_MORE`
    /// sequence, so it is kept small.
    pub(super) start: u32,
    pub(super) length_at: u32,
    pub(super) number_at: u32,
    pub(super) payload: u32,
    pub(super) end: u32,
    pub(super) limit: u32,
    /// What its frames carried, for recovery.
    pub(super) records: RecordList,
    pub(super) record_count: u8,
    /// The largest packet number that its ACK frame names, or `NO_NUMBER`.
    pub(super) acknowledges: u64,
    pub(crate) ack_eliciting: bool,
    pub(super) padded: bool,
    pub(crate) mtu_probe: bool,
}

impl OpenPacket {
    /// Bytes that frames may still take.
    #[inline]
    pub(crate) fn room(&self) -> usize {
        (self.limit - self.end) as usize
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.end == self.payload
    }

    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.room() < MIN_FRAME_ROOM
    }

    /// The rest of the packet, to write a frame into; `commit` takes what was written.
    #[inline]
    pub(crate) fn rest<'a>(&self, out: &'a mut Output) -> &'a mut [u8] {
        out.bytes().get_mut(self.end as usize..self.limit as usize).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn writer<'a>(&self, out: &'a mut Output) -> Writer<'a> {
        Writer::new(self.rest(out))
    }

    #[inline]
    pub(crate) fn commit(&mut self, len: usize) {
        self.end = (self.end + len as u32).min(self.limit);
    }

    /// Makes room for the record of the next frame; `false` when the packet may not have another one.
    #[inline]
    pub(crate) fn reserve_record(&self, recovery: &mut Recovery) -> Result<bool> {
        if !self.may_have_record() {
            return Ok(false);
        }
        recovery.try_reserve_record()?;
        Ok(true)
    }

    /// Whether the packet may have the record of another frame.
    #[inline]
    pub(crate) const fn may_have_record(&self) -> bool {
        self.record_count < MAX_RECORDS
    }

    #[inline]
    pub(crate) fn payload_len(&self) -> usize {
        (self.end - self.payload) as usize
    }

    /// The packet has an ACK frame that names numbers up to `largest`.
    #[inline]
    pub(crate) fn acknowledge_up_to(&mut self, largest: PacketNumber) {
        self.acknowledges = largest.0;
    }

    /// Takes a frame that was written and has to arrive; `reserve_record` made room for its record.
    #[inline]
    pub(crate) fn commit_reliable(&mut self, recovery: &mut Recovery, len: usize, carried: Carried) {
        self.commit(len);
        self.ack_eliciting = true;
        self.record_count += 1;
        recovery.push_record(&mut self.records, carried);
    }

    /// Fills the packet with PADDING up to `end` (RFC 9000 §19.1).
    pub(super) fn pad_to(&mut self, out: &mut Output, end: usize) {
        let end = end.min(self.limit as usize);
        if let Some(gap) = out.bytes().get_mut(self.end as usize..end) {
            gap.fill(0);
            self.end = end as u32;
            self.padded = true;
        }
    }

    pub(super) fn payload(&self) -> core::ops::Range<usize> {
        self.payload as usize..self.end as usize
    }

    pub(super) fn header(&self) -> core::ops::Range<usize> {
        self.start as usize..self.payload as usize
    }

    /// Where the packet ends with its tag.
    #[inline]
    pub(super) fn sealed_end(&self) -> usize {
        self.end as usize + self.tag_len as usize
    }
}

/// One datagram under construction; empty when there is none.
pub(crate) struct Datagram {
    packets: [Option<OpenPacket>; MAX_PACKETS],
    count: u8,
    /// The call that began it has returned: a `WRITE_MORE` sequence.
    is_parked: bool,
    /// Such a sequence has one packet, and nothing puts it in doubt.
    is_plain: bool,
    /// What its packets rest on is not what it was.
    is_spoilt: bool,
    /// An Initial packet asks for a full-sized datagram.
    full_size: bool,
    /// It is spoilt, or one of its packets has keys that the handshake may do away with.
    is_doubtful: bool,
    /// Where the next packet starts.
    end: u32,
    /// How long the datagram may become.
    limit: u32,
    /// The caller's buffer, to recognise it in the next call of a `WRITE_MORE` sequence.
    buffer: (usize, usize),
}

impl Datagram {
    pub(crate) const fn new() -> Self {
        Self {
            packets: [const { None }; MAX_PACKETS],
            count: 0,
            is_parked: false,
            is_plain: false,
            is_spoilt: false,
            full_size: false,
            is_doubtful: false,
            end: 0,
            limit: 0,
            buffer: (0, 0),
        }
    }

    /// Begins a datagram at the start of the caller's buffer; the one before is sent or given up.
    #[inline]
    pub(crate) fn begin(&mut self, out: &Output, limit: usize) {
        self.count = 0;
        self.is_parked = false;
        self.is_plain = false;
        self.is_spoilt = false;
        self.full_size = false;
        self.is_doubtful = false;
        self.end = 0;
        self.limit = limit.min(out.len()).min(MAX_DATAGRAM_LEN) as u32;
        self.buffer = (out.address(), out.len());
    }

    /// Leaves the datagram, with its last packet, open for the next call.
    pub(crate) fn park(&mut self, last: Option<OpenPacket>) {
        if let Some(packet) = last {
            self.add(packet);
        }
        self.is_parked = true;
        self.is_plain = self.count == 1 && !self.is_doubtful;
    }

    /// Whether a `WRITE_MORE` sequence waits for its next call.
    #[inline]
    pub(crate) const fn is_parked(&self) -> bool {
        self.is_parked
    }

    #[inline]
    pub(crate) fn is_in(&self, out: &Output) -> bool {
        self.buffer.0 == out.address() && self.buffer.1 == out.len()
    }

    /// Whether a sequence in the buffer of `len` bytes at `address` goes on with its only packet, and nothing has to be asked.
    #[inline]
    pub(crate) fn goes_on_in(&self, address: usize, len: usize) -> bool {
        self.is_plain && self.buffer.0 == address && self.buffer.1 == len
    }

    /// The path, the peer's id or a key changes: what a callback began before can only be given up.
    pub(crate) const fn spoil(&mut self) {
        self.is_spoilt = true;
        self.is_doubtful = true;
        self.is_plain = false;
    }

    /// Whether all that its packets rest on is still there, their keys above all.
    #[inline]
    pub(crate) fn can_be_sealed(&self, keys: &Keys) -> bool {
        !self.is_doubtful || self.is_intact(keys)
    }

    #[cold]
    #[inline(never)]
    fn is_intact(&self, keys: &Keys) -> bool {
        let mut packets = self.packets.iter().take(self.count as usize).flatten();
        !self.is_spoilt && packets.all(|packet| keys.can_seal(packet.kind))
    }

    #[inline]
    pub(super) const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The bytes of the buffer that the next packet may fill.
    #[inline]
    pub(super) const fn left(&self) -> core::ops::Range<usize> {
        self.end as usize..self.limit as usize
    }

    pub(crate) fn require_full_size(&mut self) {
        self.full_size = true;
    }

    /// Whether it may become as long as one with an Initial packet has to be (RFC 9000 §14.1).
    pub(crate) const fn has_full_size(&self) -> bool {
        self.limit as usize >= packet::MIN_INITIAL_DATAGRAM_LEN
    }

    /// The length up to which `last`, its last packet, is to be padded. Padding counts as in flight: where nobody acknowledges it,
    /// it would fill the window.
    #[inline]
    pub(super) fn padded_len(&self, last: &OpenPacket, fill: bool) -> usize {
        let limit = self.limit as usize;
        if fill && last.ack_eliciting {
            limit
        } else if self.full_size {
            packet::MIN_INITIAL_DATAGRAM_LEN.min(limit)
        } else {
            0
        }
    }

    /// Adds a packet whose frames are written.
    #[inline]
    pub(crate) fn add(&mut self, packet: OpenPacket) {
        self.end = packet.sealed_end() as u32;
        self.is_doubtful |= packet.kind != PacketType::OneRtt;
        if let Some(slot) = self.packets.get_mut(self.count as usize) {
            *slot = Some(packet);
            self.count += 1;
        }
    }

    /// The last packet, to write more frames into it where it stands.
    #[inline]
    pub(crate) fn last_mut(&mut self) -> Option<&mut OpenPacket> {
        let last = (self.count as usize).checked_sub(1)?;
        self.packets.get_mut(last)?.as_mut()
    }

    /// The packet that such a sequence goes on with.
    #[inline]
    pub(crate) const fn plain_mut(&mut self) -> Option<&mut OpenPacket> {
        self.packets[0].as_mut()
    }

    /// Gives all packets up: what their frames carried, and in which space, the last packet first.
    pub(crate) fn abandon(&mut self) -> [Option<(Space, RecordList)>; MAX_PACKETS] {
        core::array::from_fn(|_| self.reopen().map(|packet| (packet.space, packet.records)))
    }

    /// Takes the last packet out, to send it.
    #[inline]
    pub(crate) fn reopen(&mut self) -> Option<OpenPacket> {
        self.is_parked = false;
        self.is_plain = false;
        self.count = self.count.checked_sub(1)?;
        let packet = self.packets.get_mut(self.count as usize)?.as_mut()?;
        self.end = packet.start;
        Some(OpenPacket { records: packet.records.take(), ..*packet })
    }

    /// Takes the packet that stands first, to send it; those behind it move up.
    #[inline]
    pub(super) fn take_first(&mut self) -> Option<OpenPacket> {
        self.count = self.count.checked_sub(1)?;
        let packet = self.packets.first_mut()?.take();
        if self.count > 0 {
            self.packets.rotate_left(1);
        }
        packet
    }
}
