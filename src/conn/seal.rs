//! Building packets in the caller's buffer: open, frames, finish (RFC 9000 §12, RFC 9001 §5).
//!
//! Owns: the positions of up to three coalesced packets in one datagram, their padding, and the moment at which they
//! become sent packets. Must not know: which frames go in. Packets of one datagram are sealed together at its end, since
//! only then is it known which is the last and takes the padding (RFC 9000 §14.1).

use crate::error::{Error, Result};
use crate::packet::{self, PacketType, long, number, short};
use crate::recovery::{Carried, NO_NUMBER, OFF_PATH, RecordList, SentFlags, SentPacket, Shortage};
use crate::session::{Output, Session};
use crate::units::{PacketNumber, Space};
use crate::wire::Writer;

use super::keys::{Keys, Suite};
use super::{State, key_update, log};

/// A packet number and the payload together fill at least the bytes before the header protection sample
/// (RFC 9001 §5.4.2).
const MIN_NUMBER_AND_PAYLOAD: usize = 4;

/// The most that the two-byte Length field of a long header can say.
const MAX_LONG_LENGTH: usize = (1 << 14) - 1;

/// What a frame costs at least; with less room a packet is full.
const MIN_FRAME_ROOM: usize = 8;

/// The largest UDP payload (RFC 9000 §18.2).
const MAX_DATAGRAM_LEN: usize = 65_527;

/// Packets of one datagram: Initial, Handshake, and 0-RTT or 1-RTT.
const MAX_PACKETS: usize = 3;

/// A packet whose frames are being written.
pub(crate) struct OpenPacket {
    pub(crate) kind: PacketType,
    pub(crate) space: Space,
    pub(crate) number: PacketNumber,
    tag_len: u8,
    /// Offsets from the start of the datagram. A packet is parked in the state between the calls of a `WRITE_MORE`
    /// sequence, so it is kept small.
    start: u32,
    length_at: u32,
    number_at: u32,
    payload: u32,
    end: u32,
    limit: u32,
    /// What its frames carried, for recovery.
    records: RecordList,
    /// The largest packet number that its ACK frame names, or [`NO_NUMBER`].
    acknowledges: u64,
    pub(crate) ack_eliciting: bool,
    padded: bool,
    pub(crate) mtu_probe: bool,
}

/// One datagram under construction.
pub(crate) struct Datagram {
    packets: [Option<OpenPacket>; MAX_PACKETS],
    count: u8,
    /// Where the next packet starts.
    end: u32,
    /// How long the datagram may become.
    limit: u32,
    /// The caller's buffer, to recognise it in the next call of a `WRITE_MORE` sequence.
    buffer: (usize, usize),
    /// An Initial packet asks for a full-sized datagram.
    full_size: bool,
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
    pub(crate) fn reserve_record(&self, state: &mut State) -> Result<bool> {
        match state.recovery.reserve_record(&self.records) {
            Ok(()) => Ok(true),
            Err(Shortage::Bound) => Ok(false),
            Err(Shortage::Memory) => Err(Error::NoMem),
        }
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
    pub(crate) fn commit_reliable(&mut self, state: &mut State, len: usize, carried: Carried) {
        self.commit(len);
        self.ack_eliciting = true;
        // Room was reserved; without it the frame would not have been written.
        let _ = state.recovery.push_record(&mut self.records, carried);
    }

    /// Fills the packet with PADDING up to `end` (RFC 9000 §19.1).
    fn pad_to(&mut self, out: &mut Output, end: usize) {
        let end = end.min(self.limit as usize);
        if let Some(gap) = out.bytes().get_mut(self.end as usize..end) {
            gap.fill(0);
            self.end = end as u32;
            self.padded = true;
        }
    }

    fn payload(&self) -> core::ops::Range<usize> {
        self.payload as usize..self.end as usize
    }

    fn header(&self) -> core::ops::Range<usize> {
        self.start as usize..self.payload as usize
    }

    /// Where the packet ends with its tag.
    #[inline]
    fn sealed_end(&self) -> usize {
        self.end as usize + self.tag_len as usize
    }
}

impl Datagram {
    pub(crate) fn new(out: &Output, limit: usize) -> Self {
        Self {
            packets: [None, None, None],
            count: 0,
            end: 0,
            limit: limit.min(out.len()).min(MAX_DATAGRAM_LEN) as u32,
            buffer: (out.address(), out.len()),
            full_size: false,
        }
    }

    #[inline]
    pub(crate) fn is_in(&self, out: &Output) -> bool {
        self.buffer == (out.address(), out.len())
    }

    /// Whether the keys of all its packets are still there.
    pub(crate) fn can_be_sealed(&self, keys: &Keys) -> bool {
        self.packets.iter().flatten().all(|packet| keys.can_seal(packet.kind))
    }

    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(crate) fn require_full_size(&mut self) {
        self.full_size = true;
    }

    /// Whether it may become as long as one with an Initial packet has to be (RFC 9000 §14.1).
    pub(crate) const fn has_full_size(&self) -> bool {
        self.limit as usize >= packet::MIN_INITIAL_DATAGRAM_LEN
    }

    /// Whether its last packet elicits an acknowledgment. Padding counts as in flight: where nobody acknowledges it, it would
    /// fill the window.
    fn elicits_ack_at_end(&self) -> bool {
        self.packets.iter().flatten().last().is_some_and(|packet| packet.ack_eliciting)
    }

    /// Adds a packet whose frames are written.
    #[inline]
    pub(crate) fn add(&mut self, packet: OpenPacket) {
        self.end = packet.sealed_end() as u32;
        if let Some(slot) = self.packets.get_mut(self.count as usize) {
            *slot = Some(packet);
            self.count += 1;
        }
    }

    /// Takes the last packet back, to write more frames into it.
    #[inline]
    pub(crate) fn reopen(&mut self) -> Option<OpenPacket> {
        let packet = self.packets.get_mut(self.count.checked_sub(1)? as usize)?.take()?;
        self.count -= 1;
        self.end = packet.start;
        Some(packet)
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
    // What waits for room is data, in `may_send_data`; probes, answers and acknowledgments do not.
    match state.recovery.reserve_packet(space, true) {
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
    let start = datagram.end as usize;
    let Some(limit) = (datagram.limit as usize).checked_sub(tag_len).filter(|limit| *limit > start) else {
        return Ok(None);
    };
    let Some(room) = out.bytes().get_mut(start..limit) else { return Ok(None) };
    let mut writer = Writer::new(room);
    let fixed_bit = state.fixed_bit.next();
    let positions = if kind == PacketType::OneRtt {
        let dcid = state.paths.destination();
        let phase = state.keys.one_rtt.phase();
        short::write_header(&mut writer, dcid, phase, fixed_bit, number, number_len).map(|number| (0, number))
    } else {
        let dcid = state.paths.destination();
        let fields = long::Fields {
            kind,
            version: state.versions.of(kind),
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
    let limit = match kind {
        PacketType::OneRtt => limit,
        _ => limit.min(start + number_at + MAX_LONG_LENGTH - tag_len),
    };
    if payload + MIN_NUMBER_AND_PAYLOAD > limit {
        return Ok(None);
    }
    Ok(Some(OpenPacket {
        kind,
        space,
        number,
        tag_len: tag_len as u8,
        start: start as u32,
        length_at: (start + length_at) as u32,
        number_at: (start + number_at) as u32,
        payload: payload as u32,
        end: payload as u32,
        limit: limit as u32,
        records: RecordList::EMPTY,
        acknowledges: NO_NUMBER,
        ack_eliciting: false,
        padded: false,
        mtu_probe: false,
    }))
}

/// Pads, seals and registers every packet of the datagram; returns its length.
pub(crate) fn finish(s: &mut Session, datagram: &mut Datagram, out: &mut Output, pad: bool) -> Result<usize> {
    let target = match (pad, datagram.full_size) {
        (true, _) if datagram.elicits_ack_at_end() => datagram.limit as usize,
        (_, true) => packet::MIN_INITIAL_DATAGRAM_LEN.min(datagram.limit as usize),
        (_, false) => 0,
    };
    let count = datagram.count as usize;
    // Every packet of a datagram gets the same mark, since IP headers have only one. ECN is tested on the current path.
    let state = s.state();
    if !state.paths.in_train {
        let elsewhere = state.paths.written.elsewhere.is_some();
        state.paths.written.ecn = !elsewhere && state.paths.ecn.marks(state.now);
    }
    let mut end = 0;
    for (index, packet) in datagram.packets.iter_mut().take(count).enumerate() {
        let Some(mut packet) = packet.take() else { continue };
        let least = packet.number_at as usize + MIN_NUMBER_AND_PAYLOAD;
        if (packet.end as usize) < least {
            packet.pad_to(out, least);
        }
        if index + 1 == count && packet.sealed_end() < target {
            packet.pad_to(out, target - packet.tag_len as usize);
        }
        end = packet.sealed_end();
        seal(s, &packet, out)?;
        register(s.state(), packet, end);
    }
    Ok(end)
}

/// Encrypts the payload in place and masks the header.
fn seal(s: &mut Session, packet: &OpenPacket, out: &mut Output) -> Result<()> {
    if s.is_traced() {
        log::packet_sent(s, packet.kind, packet.number, *out, packet.start as usize, packet.payload());
    }
    let state = s.state();
    let version = state.versions.in_use();
    let Some(suite) = state.keys.seal_suite(packet.kind, version) else { return Err(Error::Internal) };
    if packet.kind == PacketType::OneRtt && !state.keys.one_rtt.may_seal(state.keys.suite.max_encryption) {
        return Err(Error::AeadLimitReached);
    }
    if packet.kind != PacketType::OneRtt {
        let length = packet.sealed_end() - packet.number_at as usize;
        let mut writer = Writer::resume(out.bytes(), packet.payload as usize).map_err(|_| Error::Internal)?;
        writer.patch_varint2(packet.length_at as usize, length as u64).map_err(|_| Error::Internal)?;
    }
    let Suite { aead, cipher, packet: key, header } = suite;
    s.seal(&aead, &key, packet.number.0, *out, packet.header(), packet.payload())?;
    let start = packet.start as usize;
    let sealed = out.bytes().get(start..packet.sealed_end()).ok_or(Error::Internal)?;
    let number_at = (packet.number_at - packet.start) as usize;
    let sample = *packet::protect::sample(sealed, number_at).ok_or(Error::Internal)?;
    let mask = s.header_mask(&cipher, &header, &sample)?;
    let sealed = out.bytes().get_mut(start..packet.end as usize).ok_or(Error::Internal)?;
    packet::protect::apply_mask(sealed, number_at, &mask);
    if packet.kind == PacketType::OneRtt {
        let keys = &mut s.state().keys;
        if keys.one_rtt.on_sealed(keys.suite.max_encryption) {
            key_update::on_limit_near(s, packet.number.next());
        }
    }
    Ok(())
}

/// The packet is on its way: recovery takes it over.
fn register(state: &mut State, packet: OpenPacket, end: usize) {
    let size = u16::try_from(end - packet.start as usize).unwrap_or(u16::MAX);
    let now = state.now;
    if let Some(space) = state.spaces.get_mut(packet.space)
        && packet.acknowledges != NO_NUMBER
    {
        space.received.on_ack_sent();
    }
    let path_epoch = match state.paths.written.elsewhere {
        Some(_) => OFF_PATH,
        None => state.recovery.path_epoch(),
    };
    let mut flags = SentFlags::NONE;
    // What goes elsewhere is repeated by path validation: probe timeouts are for the current path.
    let elicits = packet.ack_eliciting && path_epoch != OFF_PATH;
    if elicits {
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
    state.recovery.on_packet_sent(
        packet.space,
        SentPacket {
            number: packet.number,
            time_sent: now,
            largest_acknowledged: packet.acknowledges,
            records: packet.records,
            size,
            path_epoch,
            flags,
        },
    );
    if elicits {
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
