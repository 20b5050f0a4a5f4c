//! Building packets in the caller's buffer: open, frames, finish (RFC 9000 §12, RFC 9001 §5).
//!
//! Owns: the positions of up to three coalesced packets in one datagram, their padding, and the moment at which they
//! become sent packets. Must not know: which frames go in. Packets of one datagram are sealed together at its end, since
//! only then is it known which is the last and takes the padding (RFC 9000 §14.1).

use crate::error::{Error, Result};
use crate::packet::{self, PacketType, long, number, short};
use crate::recovery::{Carried, NO_NUMBER, OFF_PATH, RecordList, SentFlags, SentPacket, Shortage};
use crate::session::{Output, Session};
use crate::trace::note;
use crate::units::{PacketNumber, Space};
use crate::wire::Writer;

use super::keys::Suite;
use super::{State, log};

/// A packet number and the payload together fill at least the bytes before the header protection sample
/// (RFC 9001 §5.4.2).
const MIN_NUMBER_AND_PAYLOAD: usize = 4;

/// What a frame costs at least; with less room a packet is full.
const MIN_FRAME_ROOM: usize = 8;

/// Packets of one datagram: Initial, Handshake, and 0-RTT or 1-RTT.
const MAX_PACKETS: usize = 3;

/// A packet whose frames are being written.
pub(crate) struct OpenPacket {
    pub(crate) kind: PacketType,
    pub(crate) space: Space,
    pub(crate) number: PacketNumber,
    number_len: u8,
    tag_len: u8,
    /// Offsets from the start of the datagram.
    start: usize,
    length_at: usize,
    number_at: usize,
    payload: usize,
    end: usize,
    limit: usize,
    /// What its frames carried, for recovery.
    records: RecordList,
    /// The largest packet number that its ACK frame names.
    pub(crate) acknowledges: Option<PacketNumber>,
    pub(crate) ack_eliciting: bool,
    padded: bool,
    pub(crate) mtu_probe: bool,
}

/// One datagram under construction.
pub(crate) struct Datagram {
    packets: [Option<OpenPacket>; MAX_PACKETS],
    count: usize,
    /// Where the next packet starts.
    end: usize,
    /// How long the datagram may become.
    limit: usize,
    /// The caller's buffer, to recognise it in the next call of a `WRITE_MORE` sequence.
    buffer: (usize, usize),
    /// An Initial packet asks for a full-sized datagram.
    full_size: bool,
}

impl OpenPacket {
    /// Bytes that frames may still take.
    #[inline]
    pub(crate) fn room(&self) -> usize {
        self.limit - self.end
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
        out.bytes().get_mut(self.end..self.limit).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn writer<'a>(&self, out: &'a mut Output) -> Writer<'a> {
        Writer::new(self.rest(out))
    }

    #[inline]
    pub(crate) fn commit(&mut self, len: usize) {
        self.end = (self.end + len).min(self.limit);
    }

    /// Makes room for the record of the next frame; `false` when the packet may not have another one.
    #[inline]
    pub(crate) fn reserve_record(&self, state: &mut State) -> Result<bool> {
        match state.recovery.reserve_record(&self.records) {
            Ok(()) => Ok(true),
            Err(Shortage::Bound) => Ok(false),
            Err(Shortage::Memory) => Err(Error::NoMem),
        }
    }

    #[inline]
    pub(crate) fn payload_len(&self) -> usize {
        self.end - self.payload
    }

    /// Takes a frame that was written and has to arrive; `reserve_record` made room for its record.
    #[inline]
    pub(crate) fn commit_reliable(&mut self, state: &mut State, len: usize, carried: Carried) {
        self.commit(len);
        self.ack_eliciting = true;
        // Room was reserved; without it the frame would not have been written.
        let _ = state.recovery.push_record(&mut self.records, carried);
    }

    /// Fills the packet with PADDING up to `end` (RFC 9000 §19.1).
    fn pad_to(&mut self, out: &mut Output, end: usize) {
        let end = end.min(self.limit);
        if let Some(gap) = out.bytes().get_mut(self.end..end) {
            gap.fill(0);
            self.end = end;
            self.padded = true;
        }
    }

    fn payload(&self) -> core::ops::Range<usize> {
        self.payload..self.end
    }
}

impl Datagram {
    pub(crate) fn new(out: &Output, limit: usize) -> Self {
        Self {
            packets: [None, None, None],
            count: 0,
            end: 0,
            limit: limit.min(out.len()),
            buffer: (out.address(), out.len()),
            full_size: false,
        }
    }

    #[inline]
    pub(crate) fn is_in(&self, out: &Output) -> bool {
        self.buffer == (out.address(), out.len())
    }

    pub(crate) const fn limit(&self) -> usize {
        self.limit
    }

    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The packet that is being written.
    #[inline]
    pub(crate) fn last(&mut self) -> Option<&mut OpenPacket> {
        self.packets.get_mut(self.count.checked_sub(1)?)?.as_mut()
    }

    pub(crate) fn require_full_size(&mut self) {
        self.full_size = true;
    }

    pub(crate) const fn requires_full_size(&self) -> bool {
        self.full_size
    }

    /// Adds a packet whose frames are written.
    #[inline]
    pub(crate) fn add(&mut self, packet: OpenPacket) {
        self.end = packet.end + packet.tag_len as usize;
        if let Some(slot) = self.packets.get_mut(self.count) {
            *slot = Some(packet);
            self.count += 1;
        }
    }

    /// Takes the last packet back, to write more frames into it.
    #[inline]
    pub(crate) fn reopen(&mut self) -> Option<OpenPacket> {
        let packet = self.packets.get_mut(self.count.checked_sub(1)?)?.take()?;
        self.count -= 1;
        self.end = packet.start;
        Some(packet)
    }

    fn last_number(&self, space: Space) -> Option<PacketNumber> {
        self.packets.iter().flatten().filter(|packet| packet.space == space).map(|packet| packet.number).max()
    }
}

/// Writes the header of a new packet at the end of `datagram`. `None` when it does not fit.
pub(crate) fn open(
    state: &mut State,
    datagram: &Datagram,
    out: &mut Output,
    kind: PacketType,
    space: Space,
) -> Result<Option<OpenPacket>> {
    let probe = state.spaces.probes[space.index()] > 0;
    match state.recovery.reserve_packet(space, probe) {
        Ok(()) => {}
        Err(Shortage::Bound) => return Ok(None),
        Err(Shortage::Memory) => return Err(Error::NoMem),
    }
    let number = state.next_packet_number(space);
    if number > PacketNumber::MAX {
        return Err(Error::PktNumExhausted);
    }
    let number_len = number::encoded_len(number, state.recovery.largest_acked(space));
    let tag_len = state.keys.tag_len(kind);
    let start = datagram.end;
    let Some(limit) = datagram.limit.checked_sub(tag_len).filter(|limit| *limit > start) else {
        return Ok(None);
    };
    let Some(room) = out.bytes().get_mut(start..limit) else { return Ok(None) };
    let mut writer = Writer::new(room);
    let fixed_bit = true;
    let positions = if kind == PacketType::OneRtt {
        let dcid = state.paths.dcid();
        let phase = state.keys.one_rtt.phase();
        short::write_header(&mut writer, dcid, phase, fixed_bit, number, number_len).map(|number| (0, number))
    } else {
        let dcid = state.paths.dcid();
        let fields = long::Fields {
            kind,
            version: state.versions.in_use(),
            dcid,
            scid: state.paths.scid(),
            token: if state.side.is_client() { &state.config.token } else { &[] },
            fixed_bit,
        };
        long::write_header(&mut writer, &fields, number, number_len)
            .map(|positions| (positions.length, positions.number))
    };
    let Ok((length_at, number_at)) = positions else { return Ok(None) };
    let payload = start + writer.position();
    if payload + MIN_NUMBER_AND_PAYLOAD > limit {
        return Ok(None);
    }
    Ok(Some(OpenPacket {
        kind,
        space,
        number,
        number_len: number_len as u8,
        tag_len: tag_len as u8,
        start,
        length_at: start + length_at,
        number_at: start + number_at,
        payload,
        end: payload,
        limit,
        records: RecordList::EMPTY,
        acknowledges: None,
        ack_eliciting: false,
        padded: false,
        mtu_probe: false,
    }))
}

/// Pads, seals and registers every packet of the datagram; returns its length.
pub(crate) fn finish(s: &mut Session, datagram: &mut Datagram, out: &mut Output, pad: bool) -> Result<usize> {
    let target = match (pad, datagram.full_size) {
        (true, _) => datagram.limit,
        (false, true) => packet::MIN_INITIAL_DATAGRAM_LEN.min(datagram.limit),
        (false, false) => 0,
    };
    let last = datagram.count.saturating_sub(1);
    // Every packet of a datagram gets the same mark, since IP headers have only one.
    let state = s.state();
    if !state.paths.in_train {
        state.paths.written.ecn = state.paths.ecn.marks(state.now);
    }
    let mut end = 0;
    for index in 0..datagram.count {
        let Some(mut packet) = datagram.packets[index].take() else { continue };
        let least = packet.number_at + MIN_NUMBER_AND_PAYLOAD;
        if packet.end < least {
            packet.pad_to(out, least);
        }
        if index == last && packet.end + (packet.tag_len as usize) < target {
            packet.pad_to(out, target - packet.tag_len as usize);
        }
        end = packet.end + packet.tag_len as usize;
        seal(s, &packet, out)?;
        register(s.state(), packet, end);
    }
    Ok(end)
}

/// Encrypts the payload in place and masks the header.
fn seal(s: &mut Session, packet: &OpenPacket, out: &mut Output) -> Result<()> {
    if s.is_traced() {
        log::packet_sent(s, packet.kind, packet.number, *out, packet.start, packet.payload());
    }
    let state = s.state();
    let version = state.versions.in_use();
    let Some(suite) = state.keys.seal_suite(packet.kind, version) else { return Err(Error::Internal) };
    if packet.kind == PacketType::OneRtt && !state.keys.one_rtt.may_seal(state.keys.suite.max_encryption) {
        return Err(Error::AeadLimitReached);
    }
    if packet.kind != PacketType::OneRtt {
        let length = packet.end + packet.tag_len as usize - packet.number_at;
        let mut writer = Writer::resume(out.bytes(), packet.payload).map_err(|_| Error::Internal)?;
        writer.patch_varint2(packet.length_at, length as u64).map_err(|_| Error::Internal)?;
    }
    let Suite { aead, cipher, packet: key, header } = suite;
    s.seal(&aead, &key, packet.number.0, *out, packet.start..packet.payload, packet.payload())?;
    let sealed =
        out.bytes().get(packet.start..packet.end + packet.tag_len as usize).ok_or(Error::Internal)?;
    let number_at = packet.number_at - packet.start;
    let sample = *packet::protect::sample(sealed, number_at).ok_or(Error::Internal)?;
    let mask = s.header_mask(&cipher, &header, &sample)?;
    let sealed = out.bytes().get_mut(packet.start..packet.end).ok_or(Error::Internal)?;
    packet::protect::apply_mask(sealed, number_at, &mask);
    if packet.kind == PacketType::OneRtt {
        let state = s.state();
        let limit = state.keys.suite.max_encryption;
        if state.keys.one_rtt.on_sealed(limit) && super::key_update::start_if_possible(state) {
            log::note(s, note::ROTATE_KEYS);
        }
    }
    Ok(())
}

/// The packet is on its way: recovery takes it over.
fn register(state: &mut State, packet: OpenPacket, end: usize) {
    let size = u16::try_from(end - packet.start).unwrap_or(u16::MAX);
    let now = state.now;
    if let Some(space) = state.spaces.get_mut(packet.space)
        && packet.acknowledges.is_some()
    {
        space.received.on_ack_sent();
    }
    let mut flags = SentFlags::NONE;
    if packet.ack_eliciting {
        flags = flags.with(SentFlags::ACK_ELICITING);
    }
    if packet.ack_eliciting || packet.padded {
        flags = flags.with(SentFlags::IN_FLIGHT);
    }
    if packet.mtu_probe {
        flags = flags.with(SentFlags::MTU_PROBE);
    }
    if state.paths.written.ecn {
        flags = flags.with(SentFlags::ECT0);
    }
    let path_epoch = match state.paths.written.elsewhere {
        Some(_) => OFF_PATH,
        None => state.recovery.path_epoch(),
    };
    state.recovery.on_packet_sent(
        packet.space,
        SentPacket {
            number: packet.number,
            time_sent: now,
            largest_acknowledged: packet.acknowledges.map_or(NO_NUMBER, |largest| largest.0),
            records: packet.records,
            size,
            path_epoch,
            flags,
        },
    );
    if packet.ack_eliciting {
        state.on_ack_eliciting_sent();
    }
    if state.paths.written.ecn {
        let pto = state.pto();
        state.paths.ecn.on_sent(packet.space, now, pto);
    }
}

impl OpenPacket {
    /// Gives the packet up before it was sent: what its frames carried has to be sent again.
    pub(crate) fn abandon(self) -> RecordList {
        self.records
    }
}
