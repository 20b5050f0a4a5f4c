//! Reading datagrams: which packets are in them, and what each one proves (RFC 9000 §5.2, §12.2).
//!
//! Owns: the way of a datagram through header checks, keys and frames, and packets that came before their keys. Must not
//! know: what frames do (`frames`) or how protection works (`open`).

use core::mem::MaybeUninit;

use crate::error::{Error, Result};
use crate::fault::{self, Point};
use crate::mem::{Bytes, Mem, Ring, Scratch};
use crate::packet::header::LongHeader;
use crate::packet::{self, ConnectionId, PacketType};
use crate::path::Path;
use crate::recovery::EcnCodepoint;
use crate::session::{ArrivalPath, Input, Session};
use crate::trace::{Event, Note, note};
use crate::units::{Space, Timestamp};

use super::frames::{self, Carrier, Seen};
use super::open::{self, Opened, Refusal};
use super::{Stage, State, close, handshake, key_update, log, migration, retry, timers, version_negotiation};

/// Datagrams kept until their keys arrive: a server's whole flight of certificates in small packets.
const MAX_EARLY_PACKETS: usize = 8;

/// Packets up to this length are opened on the stack; larger ones have a block while they are read.
const PLAIN_BUFFER: usize = 1536;

/// Buffers of the reading side.
pub(crate) struct Buffers {
    early: Ring<EarlyPacket>,
}

/// A packet that came before its keys (RFC 9001 §5.7).
struct EarlyPacket {
    bytes: Bytes,
    path: Path,
    ecn: EcnCodepoint,
    kind: PacketType,
}

impl Buffers {
    pub(crate) const fn new(mem: Mem) -> Self {
        Self { early: Ring::new(mem) }
    }
}

/// What belongs to a datagram as a whole.
#[derive(Clone, Copy)]
struct Envelope<'a> {
    path: ArrivalPath<'a>,
    ecn: EcnCodepoint,
    datagram_len: usize,
    off_path: bool,
}

/// Where the next packet of the datagram starts; `None` when nothing more can be told apart.
type Next = Option<usize>;

/// Reads one datagram, which came on `path`; `off_path`: not the one in use.
#[inline]
pub(crate) fn read(
    s: &mut Session,
    path: ArrivalPath<'_>,
    off_path: bool,
    ecn: EcnCodepoint,
    input: Input,
    now: Timestamp,
) -> Result<()> {
    let outcome = read_datagram(s, path, off_path, ecn, input, now);
    s.state().closure.note_outcome(outcome);
    outcome
}

#[inline]
fn read_datagram(
    s: &mut Session,
    path: ArrivalPath<'_>,
    off_path: bool,
    ecn: EcnCodepoint,
    input: Input,
    now: Timestamp,
) -> Result<()> {
    s.state().advance_clock(now);
    if s.is_traced() {
        log::event(s, &Event::DatagramReceived { len: input.len() });
    }
    let state = s.state();
    if state.lifecycle.is_over() {
        return if off_path { Ok(()) } else { state.lifecycle.check_open() };
    }
    if state.closure.is_silent() {
        return state.closure.check_memory();
    }
    if input.len() == 0 {
        return Ok(());
    }
    super::write::close_unfinished(s)?;
    let state = s.state();
    if off_path {
        let Some(path) = path.get().filter(|path| state.accepts_path(path)) else {
            return discard(s, note::UNKNOWN_PATH);
        };
        state.paths.on_datagram_beside(&path, input.len());
    } else {
        state.paths.on_datagram_received(input.len());
    }
    state.counters.bytes_received += input.len() as u64;
    if state.is_key_derivation_due() {
        key_update::derive_next(s)?;
    }
    let envelope = Envelope { path, ecn, datagram_len: input.len(), off_path };
    let result = read_packets(s, input, &envelope);
    if s.state().keys.has_retired() {
        super::keys::release_retired(s);
    }
    result?;
    s.state().set_loss_timer();
    if s.is_traced() {
        log::loss_timer_set(s);
    }
    s.state().lifecycle.check_open()
}

/// TLS, which had interrupted the handshake, goes on: what waited for its keys is read now.
pub(crate) fn resume(s: &mut Session, now: Timestamp) -> Result<()> {
    let state = s.state();
    state.advance_clock(now);
    state.lifecycle.check_open()?;
    state.closure.check_memory()?;
    super::write::close_unfinished(s)?;
    let result = read_waiting(s);
    s.state().closure.note_outcome(result);
    if s.state().keys.has_retired() {
        super::keys::release_retired(s);
    }
    result?;
    let state = s.state();
    state.set_loss_timer();
    state.lifecycle.check_open()
}

#[inline]
fn read_packets(s: &mut Session, input: Input, envelope: &Envelope<'_>) -> Result<()> {
    if input.bytes().first().is_some_and(|first| first & packet::LONG_FORM == 0) {
        // Once the handshake is over nothing waits for it. It may be this packet that ends it.
        let in_handshake = s.state().lifecycle.state() == Stage::Handshake;
        read_short(s, input.bytes(), envelope, None)?;
        return if in_handshake && !s.state().lifecycle.is_over() { read_waiting(s) } else { Ok(()) };
    }
    read_coalesced(s, input, envelope)
}

/// A datagram that begins with a long header packet.
fn read_coalesced(s: &mut Session, input: Input, envelope: &Envelope<'_>) -> Result<()> {
    let mut position = 0;
    let mut first_dcid = None;
    while let Some(rest) = input.bytes().get(position..).filter(|rest| !rest.is_empty()) {
        let next = read_packet(s, rest, envelope, &mut first_dcid)?;
        if s.state().lifecycle.is_over() {
            return Ok(());
        }
        match next {
            Some(len) => {
                position += len;
                if position < input.len() {
                    // The handshake's last flight has been read: the application hears of that before the data behind it.
                    handshake::conclude(s)?;
                }
                log::event(s, &Event::PacketRead { len, left: input.len() - position });
            }
            None => break,
        }
    }
    read_waiting(s)
}

fn read_waiting(s: &mut Session) -> Result<()> {
    if !s.state().buffers.early.is_empty() {
        handshake::conclude(s)?;
        read_early_packets(s)?;
    }
    handshake::conclude(s)
}

/// Packets whose keys have arrived since.
fn read_early_packets(s: &mut Session) -> Result<()> {
    for _ in 0..s.state().buffers.early.len() {
        let Some(early) = s.state().buffers.early.pop_front() else { break };
        if !can_open(s.state(), early.kind) {
            s.state().buffers.early.push_back_reserved(early);
            continue;
        }
        let is_protected = early.kind == PacketType::OneRtt;
        log::note(s, if is_protected { note::PROCESSING_PROTECTED } else { note::PROCESSING_HANDSHAKE });
        let off_path = !s.state().paths.is_current(&early.path);
        let envelope = Envelope {
            path: ArrivalPath::Known(&early.path),
            ecn: early.ecn,
            datagram_len: early.bytes.len(),
            off_path,
        };
        read_packet(s, &early.bytes, &envelope, &mut None)?;
        if s.state().lifecycle.is_over() {
            break;
        }
    }
    if s.state().lifecycle.is_completed() {
        s.state().buffers.early.clear();
    }
    Ok(())
}

fn can_open(state: &State, kind: PacketType) -> bool {
    match kind {
        // RFC 9001 §5.7: not before the handshake is complete.
        PacketType::OneRtt => state.keys.one_rtt.rx().is_some() && state.tls.finished,
        other => state.keys.open_suite(other, state.versions.in_use()).is_some(),
    }
}

/// Reads the packet at the front of `rest`.
fn read_packet(
    s: &mut Session,
    rest: &[u8],
    envelope: &Envelope<'_>,
    first_dcid: &mut Option<ConnectionId>,
) -> Result<Next> {
    match rest.first() {
        Some(first) if first & packet::LONG_FORM == 0 => {
            read_short(s, rest, envelope, first_dcid.as_ref())?;
            Ok(None)
        }
        _ => read_long(s, rest, envelope, first_dcid),
    }
}

/// A 1-RTT packet: it is always the last of its datagram.
fn read_short(
    s: &mut Session,
    bytes: &[u8],
    envelope: &Envelope<'_>,
    first_dcid: Option<&ConnectionId>,
) -> Result<()> {
    let state = s.state();
    let id_len = state.paths.local_ids.id_len();
    let Ok(header) = packet::header::parse_short(bytes, id_len) else { return discard(s, note::MALFORMED) };
    // RFC 9000 §12.2: as in `read_long`.
    if first_dcid.is_some_and(|first| first.as_slice() != header.dcid) {
        return discard(s, note::MISMATCHED_DCID);
    }
    let number_at = header.pn_offset;
    if !header.fixed_bit && !state.takes_any_fixed_bit() {
        return on_unreadable(s, bytes, envelope, note::MALFORMED);
    }
    let Some(dcid_sequence) = state.paths.find_local_id(header.dcid) else {
        return on_unreadable(s, bytes, envelope, note::NOT_DECRYPTED);
    };
    if !can_open(state, PacketType::OneRtt) {
        return keep_early(s, bytes, envelope, PacketType::OneRtt);
    }
    let carrier = Carrier { kind: PacketType::OneRtt, space: Space::Application, dcid_sequence };
    with_plain_buffer(s, bytes.len(), |s, plain| match open::short(s, bytes, number_at, plain) {
        Ok(opened) => {
            if opened.new_phase {
                key_update::follow(s, opened.number)?;
            }
            accept(s, plain.filled(), &opened, carrier, envelope)
        }
        Err(Refusal::Unauthentic) => on_unreadable(s, bytes, envelope, note::NOT_DECRYPTED),
        Err(Refusal::Discard(why)) => on_unreadable(s, bytes, envelope, why),
        Err(Refusal::Fatal(error)) => Err(error),
    })
}

/// A long header packet, or one of the two that are no packets of a connection.
fn read_long(
    s: &mut Session,
    rest: &[u8],
    envelope: &Envelope<'_>,
    first_dcid: &mut Option<ConnectionId>,
) -> Result<Next> {
    let Ok(header) = packet::header::parse_long(rest) else {
        discard(s, note::MALFORMED)?;
        return Ok(None);
    };
    let is_of_version = header.kind != PacketType::VersionNegotiation;
    if is_of_version && !header.fixed_bit && !s.state().takes_any_fixed_bit() {
        discard(s, note::MALFORMED)?;
        return Ok(None);
    }
    match header.kind {
        PacketType::VersionNegotiation => {
            version_negotiation::receive(s, rest, envelope.off_path)?;
            return Ok(None);
        }
        PacketType::Retry => {
            retry::receive(s, rest)?;
            return Ok(None);
        }
        _ => {}
    }
    let Some(bytes) = packet_bytes(rest, &header) else {
        discard(s, note::MALFORMED)?;
        return Ok(None);
    };
    // RFC 9000 §12.2: packets with another destination do not belong to this datagram.
    if *first_dcid.get_or_insert(header.dcid) != header.dcid {
        discard(s, note::MISMATCHED_DCID)?;
        return Ok(Some(bytes.len()));
    }
    read_long_packet(s, bytes, &header, envelope)?;
    Ok(Some(bytes.len()))
}

/// The packet's own bytes, by its Length field.
fn packet_bytes<'a>(rest: &'a [u8], header: &LongHeader<'_>) -> Option<&'a [u8]> {
    let len = usize::try_from(header.length).ok()?;
    rest.get(..header.header_len.checked_add(len)?)
}

fn read_long_packet(
    s: &mut Session,
    bytes: &[u8],
    header: &LongHeader<'_>,
    envelope: &Envelope<'_>,
) -> Result<()> {
    let state = s.state();
    let space = match header.kind {
        PacketType::Initial => Space::Initial,
        PacketType::Handshake => Space::Handshake,
        _ => Space::Application,
    };
    let is_first = state.side.is_server() && state.lifecycle.state() == Stage::Start;
    if is_first && !handshake::begin_server(s, header, envelope.datagram_len)? {
        return discard(s, note::NO_CONNECTION_BEGUN);
    }
    if !version_negotiation::accepts(s, header)? {
        return discard(s, note::MISMATCHED_VERSION);
    }
    if !is_from_peer(s.state(), header) {
        return discard(s, note::MISMATCHED_SCID);
    }
    let state = s.state();
    if header.kind == PacketType::ZeroRtt && state.side.is_client() {
        return discard(s, note::ZERO_RTT_FROM_SERVER);
    }
    // RFC 9000 §17.2.2: only a client has a token to bring back.
    if !header.token.is_empty() && state.side.is_client() {
        return discard(s, note::MALFORMED);
    }
    // RFC 9000 §14.1: a server drops Initial packets in datagrams that are too small.
    if header.kind == PacketType::Initial
        && state.side.is_server()
        && envelope.datagram_len < packet::MIN_INITIAL_DATAGRAM_LEN
    {
        log::event(s, &Event::SmallInitialIgnored { len: envelope.datagram_len });
        return count_discarded(s);
    }
    if !state.spaces.is_open(space) {
        return discard(
            s,
            if space == Space::Initial { note::DELAYED_INITIAL } else { note::DELAYED_HANDSHAKE },
        );
    }
    if state.keys.open_suite(header.kind, header.version).is_none() {
        return keep_early(s, bytes, envelope, header.kind);
    }
    let Some(dcid_sequence) = state.paths.accepts_dcid(header) else {
        return discard(s, note::MISMATCHED_DCID);
    };
    let carrier = Carrier { kind: header.kind, space, dcid_sequence };
    with_plain_buffer(s, bytes.len(), |s, plain| {
        match open::long(s, header.kind, space, header.version, bytes, header.header_len, plain) {
            Ok(opened) => {
                handshake::on_packet_opened(s, header)?;
                accept(s, plain.filled(), &opened, carrier, envelope)?;
                if is_first { handshake::check_first_flight(s.state()) } else { Ok(()) }
            }
            Err(Refusal::Unauthentic | Refusal::Discard(_)) if is_first => Err(Error::DropConn.cold()),
            Err(Refusal::Unauthentic) => discard(s, note::NOT_DECRYPTED),
            Err(Refusal::Discard(why)) => discard(s, why),
            Err(Refusal::Fatal(error)) => Err(error),
        }
    })
}

/// RFC 9000 §7.2: once the peer has named its connection id, long header packets with another one are dropped.
fn is_from_peer(state: &State, header: &LongHeader<'_>) -> bool {
    match &state.params.peer_initial_scid {
        Some(scid) => *scid == header.scid,
        None => true,
    }
}

/// The frames of a packet that was opened, and what its arrival means.
#[inline]
fn accept(
    s: &mut Session,
    plain: &[u8],
    opened: &Opened,
    carrier: Carrier,
    envelope: &Envelope<'_>,
) -> Result<()> {
    fault::pass(Point::Opened);
    let traced = s.is_traced();
    if traced {
        log::packet_received(s, opened, plain, carrier.kind);
    }
    let payload = plain.get(opened.payload.clone()).unwrap_or_default();
    let was_largest = s.state().is_newest(carrier.space, opened.number);
    let told = traced.then_some(opened.number);
    let seen = frames::process(s, told, payload, carrier, &envelope.path)?;
    if traced {
        log::packet_processed(s, opened, plain, carrier.kind);
    }
    let state = s.state();
    state.counters.packets_received += 1;
    let now = state.now;
    let policy = state.ack_policy(carrier.space);
    if let Some(space) = state.spaces.get_mut(carrier.space) {
        space.received.on_received(opened.number, seen.ack_eliciting, envelope.ecn, now, &policy);
    }
    timers::on_packet_received(state);
    if carrier.kind != PacketType::OneRtt || state.lifecycle.is_over() {
        return Ok(());
    }
    if !envelope.off_path {
        if was_largest {
            state.paths.on_addressed_by(carrier.dcid_sequence);
        }
        return Ok(());
    }
    let moves = seen_migration(seen, was_largest);
    let Some(path) = envelope.path.get() else { return Ok(()) };
    migration::on_packet(s, &path, carrier.dcid_sequence, moves, envelope.datagram_len)
}

/// RFC 9000 §9.3: only the newest non-probing packet moves the connection.
const fn seen_migration(seen: Seen, was_largest: bool) -> bool {
    seen.non_probing && was_largest
}

/// Runs `body` with an empty buffer for a plain packet of `len` bytes.
#[inline]
fn with_plain_buffer(
    s: &mut Session,
    len: usize,
    body: impl FnOnce(&mut Session, &mut Scratch<'_>) -> Result<()>,
) -> Result<()> {
    let mut on_stack = [const { MaybeUninit::uninit() }; PLAIN_BUFFER];
    let mut block = Bytes::new(s.state().mem);
    let room = if len <= PLAIN_BUFFER {
        on_stack.as_mut_slice()
    } else {
        block.try_reserve_exact(len)?;
        block.spare_room()
    };
    body(s, &mut Scratch::new(room))
}

/// Keeps a packet that came before its keys, if there is room.
fn keep_early(s: &mut Session, bytes: &[u8], envelope: &Envelope<'_>, kind: PacketType) -> Result<()> {
    let state = s.state();
    state.on_packet_before_keys(kind);
    let wanted = match kind {
        PacketType::OneRtt => !state.lifecycle.is_completed(),
        PacketType::Handshake => state.spaces.is_open(Space::Handshake),
        PacketType::ZeroRtt => !state.lifecycle.is_completed(),
        _ => false,
    };
    if !wanted || envelope.off_path || state.buffers.early.len() >= MAX_EARLY_PACKETS {
        return discard(s, note::NO_KEYS);
    }
    let Some(path) = envelope.path.get() else { return Ok(()) };
    let state = s.state();
    state.buffers.early.try_reserve(1)?;
    let mut copy = Bytes::new(state.mem);
    copy.try_extend_from_slice(bytes)?;
    state.buffers.early.push_back_reserved(EarlyPacket { bytes: copy, path, ecn: envelope.ecn, kind });
    log::event(s, &Event::PacketBuffered { kind, len: bytes.len() });
    Ok(())
}

/// A short header packet that cannot be read may be a stateless reset (RFC 9000 §10.3.1), even one that looks like a
/// packet received before: the number is among the random bytes.
#[cold]
fn on_unreadable(s: &mut Session, bytes: &[u8], envelope: &Envelope<'_>, why: Note) -> Result<()> {
    if !envelope.off_path && close::on_stateless_reset(s, bytes)? {
        return Ok(());
    }
    discard(s, why)
}

#[cold]
fn discard(s: &mut Session, why: Note) -> Result<()> {
    log::note(s, why);
    count_discarded(s)
}

fn count_discarded(s: &mut Session) -> Result<()> {
    s.state().counters.packets_discarded += 1;
    Ok(())
}

impl State {
    /// Whether packets may have the fixed bit clear: we said so (RFC 9287 §3).
    #[inline]
    fn takes_any_fixed_bit(&self) -> bool {
        self.params.local.grease_quic_bit != 0
    }

    /// Whether no packet with a larger number arrived in the space.
    #[inline]
    fn is_newest(&self, space: Space, number: crate::units::PacketNumber) -> bool {
        let largest = self.spaces.get(space).and_then(|space| space.received.largest());
        largest.is_none_or(|largest| number > largest)
    }
}
