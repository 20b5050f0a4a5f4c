//! Building packets in the caller's buffer: open, frames, finish (RFC 9000 §12, RFC 9001 §5).
//!
//! Owns: headers, padding, protection, and the moment at which packets become sent packets. Must not know: which frames go
//! in. Packets of one datagram are sealed together at its end, since only then is it known which is the last and takes the
//! padding (RFC 9000 §14.1).

use crate::error::{Error, Result};
use crate::fault::{self, Point};
use crate::packet::{self, PacketType, long, number, short};
use crate::recovery::{NO_NUMBER, OFF_PATH, RecordList, SentFlags, SentPacket, Shortage};
use crate::session::{Output, Session};
use crate::units::{PacketNumber, Space};
use crate::wire::Writer;

use super::datagram::OpenPacket;
use super::{State, key_update, log};

/// A packet number and the payload together fill at least the bytes before the header protection sample
/// (RFC 9001 §5.4.2).
const MIN_NUMBER_AND_PAYLOAD: usize = 4;

/// The most that the two-byte Length field of a long header can say.
const MAX_LONG_LENGTH: usize = (1 << 14) - 1;

/// Writes the header of a new packet at the end of the datagram. `None` when it does not fit.
#[inline(always)]
pub(crate) fn open(
    state: &mut State,
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
        return Err(Error::PktNumExhausted.cold());
    }
    let number_len = number::encoded_len(number, state.recovery.largest_acked(space));
    let tag_len = state.keys.tag_len(kind);
    let core::ops::Range { start, end } = state.datagram.left();
    let Some(limit) = end.checked_sub(tag_len).filter(|limit| *limit > start) else {
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
    fault::pass(Point::Begun);
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
        record_count: 0,
        acknowledges: NO_NUMBER,
        ack_eliciting: false,
        padded: false,
        mtu_probe: false,
    }))
}

/// Pads, seals and registers every packet of the datagram, of which `last` is the last; returns its length.
#[inline(always)]
pub(crate) fn finish(s: &mut Session, out: &mut Output, last: &mut OpenPacket, pad: bool) -> Result<usize> {
    let state = s.state();
    let target = state.datagram.padded_len(last, pad);
    // Every packet of a datagram gets the same mark, since IP headers have only one. ECN is tested on the current path.
    if !state.paths.in_train {
        let elsewhere = state.paths.written.elsewhere.is_some();
        state.paths.written.ecn = !elsewhere && state.paths.ecn.marks(state.now);
    }
    if !s.state().datagram.is_empty() {
        finish_earlier(s, out)?;
    }
    finish_packet(s, out, last, target)
}

/// Finishes the packets before the last one: most datagrams have none.
#[cold]
fn finish_earlier(s: &mut Session, out: &mut Output) -> Result<()> {
    while let Some(mut packet) = s.state().datagram.take_first() {
        finish_packet(s, out, &mut packet, 0)?;
    }
    Ok(())
}

/// Pads a packet so that the datagram is `target` bytes long with it, seals and registers it; returns where it ends.
fn finish_packet(s: &mut Session, out: &mut Output, packet: &mut OpenPacket, target: usize) -> Result<usize> {
    let least = packet.number_at as usize + MIN_NUMBER_AND_PAYLOAD;
    if (packet.end as usize) < least {
        packet.pad_to(out, least);
    }
    if packet.sealed_end() < target {
        packet.pad_to(out, target - packet.tag_len as usize);
    }
    let end = packet.sealed_end();
    seal(s, packet, out)?;
    fault::pass(Point::Sealed);
    register(s.state(), packet, end);
    Ok(end)
}

/// Encrypts the payload in place and masks the header.
#[inline]
fn seal(s: &mut Session, packet: &OpenPacket, out: &mut Output) -> Result<()> {
    if s.is_traced() {
        log::packet_sent(s, packet.kind, packet.number, *out, packet.start as usize, packet.payload());
    }
    let state = s.state();
    let version = state.versions.in_use();
    let Some(suite) = state.keys.seal_suite(packet.kind, version) else { return Err(Error::Internal.cold()) };
    if packet.kind == PacketType::OneRtt && !state.keys.one_rtt.may_seal(state.keys.suite.max_encryption) {
        return Err(Error::AeadLimitReached.cold());
    }
    if packet.kind != PacketType::OneRtt {
        let length = packet.sealed_end() - packet.number_at as usize;
        let mut writer = Writer::resume(out.bytes(), packet.payload as usize).map_err(|_| Error::Internal)?;
        writer.patch_varint2(packet.length_at as usize, length as u64).map_err(|_| Error::Internal)?;
    }
    s.seal(&suite.aead, &suite.packet, packet.number.0, *out, packet.header(), packet.payload())?;
    let start = packet.start as usize;
    let sealed = out.bytes().get(start..packet.sealed_end()).ok_or_else(|| Error::Internal.cold())?;
    let number_at = (packet.number_at - packet.start) as usize;
    let sample = *packet::protect::sample(sealed, number_at).ok_or_else(|| Error::Internal.cold())?;
    let mask = s.header_mask(&suite.cipher, &suite.header, &sample)?;
    let sealed = out.bytes().get_mut(start..packet.end as usize).ok_or_else(|| Error::Internal.cold())?;
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
#[inline]
fn register(state: &mut State, packet: &mut OpenPacket, end: usize) {
    let size = u16::try_from(end - packet.start as usize).unwrap_or(u16::MAX);
    let now = state.now;
    if let Some(space) = state.spaces.get_mut(packet.space)
        && packet.acknowledges != NO_NUMBER
    {
        space.received.on_ack_sent();
    }
    let path_epoch = match &state.paths.written.elsewhere {
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
            records: packet.records.take(),
            size,
            path_epoch,
            flags,
        },
    );
    if elicits {
        state.on_ack_eliciting_sent();
    }
    if state.paths.written.ecn {
        state.paths.ecn.on_sent(packet.space);
        if state.paths.ecn.is_testing() {
            let pto = state.pto();
            state.paths.ecn.on_tested(now, pto);
        }
    }
}
