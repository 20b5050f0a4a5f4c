//! Lines and records about packets and the frames in them.
//!
//! Owns: what of a packet is told, and when: a frame that arrived before it takes effect. Must not know: why packets
//! are sent or dropped.

use core::ops::Range;

use crate::frame::Frame;
use crate::mem::Bytes;
use crate::packet::retry::Retry;
use crate::packet::{ConnectionId, LONG_FORM, PacketType, header, short, version};
use crate::session::{Output, Session};
use crate::trace::{Event, FrameLines, Frames, PacketInfo, Transfer, qlog};
use crate::units::PacketNumber;

use super::{event, lines, one, progress, record};
use crate::conn::State;
use crate::conn::open::Opened;

/// A packet without its protection.
struct PlainPacket<'a> {
    kind: PacketType,
    number: PacketNumber,
    /// The header and behind it the payload.
    bytes: &'a [u8],
    payload: Range<usize>,
    /// What protection adds to the payload.
    tag_len: usize,
}

impl<'a> PlainPacket<'a> {
    fn received(state: &State, opened: &Opened, plain: &'a [u8], kind: PacketType) -> Self {
        let (number, payload) = (opened.number, opened.payload.clone());
        Self { kind, number, bytes: plain, payload, tag_len: state.keys.tag_len(kind) }
    }

    fn payload(&self) -> &'a [u8] {
        self.bytes.get(self.payload.clone()).unwrap_or_default()
    }

    fn protected_len(&self) -> usize {
        self.payload.end + self.tag_len
    }

    /// What is told of the header; `None` is impossible for a packet of this connection.
    fn describe(&self, transfer: Transfer) -> Option<PacketInfo<'a>> {
        let first = *self.bytes.first()?;
        if first & LONG_FORM == 0 {
            return self.describe_short(first);
        }
        let header = header::parse_long(self.bytes).ok()?;
        Some(PacketInfo {
            kind: self.kind,
            number: self.number,
            dcid: header.dcid,
            scid: header.scid,
            version: header.version,
            token: header.token,
            length: if transfer == Transfer::Received { header.length } else { 0 },
            key_phase: false,
        })
    }

    fn record(&self, s: &mut Session, transfer: Transfer) {
        let Some(info) = self.describe(transfer) else { return };
        record(s, |state, time, buffer| {
            let exponent = ack_delay_exponent(state, transfer);
            qlog::packet(buffer, time, transfer, &info, self.protected_len(), self.payload(), exponent)
        });
    }

    fn describe_short(&self, first: u8) -> Option<PacketInfo<'a>> {
        let number_len = usize::from(first & 3) + 1;
        let dcid = self.bytes.get(1..self.payload.start.checked_sub(number_len)?)?;
        Some(PacketInfo {
            kind: self.kind,
            number: self.number,
            dcid: ConnectionId::new(dcid)?,
            scid: ConnectionId::EMPTY,
            version: 0,
            token: &[],
            length: 0,
            key_phase: first & short::KEY_PHASE != 0,
        })
    }
}

/// A packet is complete and about to be protected; it begins at `start` of the datagram.
#[cold]
pub(crate) fn packet_sent(
    s: &mut Session,
    kind: PacketType,
    number: PacketNumber,
    mut out: Output,
    start: usize,
    payload: Range<usize>,
) {
    let state = s.state();
    let mut copy = core::mem::replace(&mut state.log.packet, Bytes::new(state.mem));
    copy.clear();
    let plain = out.bytes().get(start..payload.end).unwrap_or_default();
    if copy.try_extend_from_slice(plain).is_ok() {
        let payload = payload.start - start..payload.end - start;
        let tag_len = state.keys.tag_len(kind);
        tell_sent(s, &PlainPacket { kind, number, bytes: &copy, payload, tag_len });
    }
    s.state().log.packet = copy;
}

fn tell_sent(s: &mut Session, packet: &PlainPacket<'_>) {
    let Some(info) = packet.describe(Transfer::Sent) else { return };
    lines(s, one(|header, now, buffer| header.packet(buffer, now, Transfer::Sent, &info)));
    for (frame, frame_type) in Frames::of(packet.payload()) {
        tell_frame(s, Transfer::Sent, packet.kind, packet.number, &frame, frame_type);
    }
    packet.record(s, Transfer::Sent);
}

/// A packet was opened into `plain`; its frames come next.
#[cold]
pub(crate) fn packet_received(s: &mut Session, opened: &Opened, plain: &[u8], kind: PacketType) {
    let packet = PlainPacket::received(s.state(), opened, plain, kind);
    let Some(info) = packet.describe(Transfer::Received) else { return };
    lines(s, one(|header, now, buffer| header.packet(buffer, now, Transfer::Received, &info)));
}

/// A frame of a received packet is about to take effect.
#[cold]
pub(crate) fn frame_received(
    s: &mut Session,
    kind: PacketType,
    number: PacketNumber,
    frame: &Frame<'_>,
    frame_type: u64,
) {
    tell_frame(s, Transfer::Received, kind, number, frame, frame_type);
    if matches!(frame, Frame::Ack(_)) {
        progress::before_ack(s);
    }
}

/// All frames of a received packet took effect.
#[cold]
pub(crate) fn packet_processed(s: &mut Session, opened: &Opened, plain: &[u8], kind: PacketType) {
    let packet = PlainPacket::received(s.state(), opened, plain, kind);
    packet.record(s, Transfer::Received);
    progress::metrics(s);
    if kind == PacketType::OneRtt {
        // Nothing can follow it in its datagram.
        event(s, &Event::PacketRead { len: packet.protected_len(), left: 0 });
    }
}

fn tell_frame(
    s: &mut Session,
    transfer: Transfer,
    kind: PacketType,
    number: PacketNumber,
    frame: &Frame<'_>,
    frame_type: u64,
) {
    let exponent = ack_delay_exponent(s.state(), transfer);
    let mut frame_lines = FrameLines::new(transfer, number, kind, frame, frame_type, exponent);
    lines(s, |header, now, buffer| frame_lines.next_line(header, now, buffer));
}

/// The unit of the delay in ACK frames (RFC 9000 §19.3) is the sender's choice.
fn ack_delay_exponent(state: &State, transfer: Transfer) -> u64 {
    match transfer {
        Transfer::Sent => state.params.local.ack_delay_exponent,
        Transfer::Received => state.ack_delay_exponent(),
    }
}

/// A Retry packet was accepted, which answers a packet to `original_dcid`.
pub(crate) fn retry_received(s: &mut Session, retry: &Retry<'_>, original_dcid: &ConnectionId) {
    if !s.is_traced() {
        return;
    }
    let info = without_number(PacketType::Retry, retry.version, retry.dcid, retry.scid);
    lines(s, one(|header, now, buffer| header.packet(buffer, now, Transfer::Received, &info)));
    lines(s, one(|header, now, buffer| header.retried(buffer, now, original_dcid)));
    record(s, |_, time, buffer| qlog::retry_received(buffer, time, retry.token));
}

/// A Version Negotiation packet was accepted; `versions` is its list.
pub(crate) fn version_negotiation_received(s: &mut Session, versions: &[u8]) {
    if !s.is_traced() {
        return;
    }
    let paths = &s.state().paths;
    let info = without_number(PacketType::VersionNegotiation, 0, *paths.scid(), *paths.dcid());
    lines(s, one(|header, now, buffer| header.packet(buffer, now, Transfer::Received, &info)));
    let mut offered = version::iter(versions);
    lines(s, |header, now, buffer| Some(header.offered_version(buffer, now, offered.next()?)));
    record(s, |_, time, buffer| qlog::version_negotiation_received(buffer, time, version::iter(versions)));
}

/// A packet that has neither a number nor a payload.
const fn without_number(
    kind: PacketType,
    version: u32,
    dcid: ConnectionId,
    scid: ConnectionId,
) -> PacketInfo<'static> {
    let number = PacketNumber(0);
    PacketInfo { kind, number, dcid, scid, version, token: &[], length: 0, key_phase: false }
}

/// A stateless reset was received.
pub(crate) fn stateless_reset_received(s: &mut Session, token: &[u8; 16], random_len: usize) {
    if !s.is_traced() {
        return;
    }
    lines(s, one(|header, now, buffer| header.stateless_reset(buffer, now, token, random_len)));
    record(s, |_, time, buffer| qlog::stateless_reset_received(buffer, time, token));
}
