//! Writing datagrams: what goes out next, and into which packet.
//!
//! Owns: the order of preference, coalescing, congestion and amplification checks, and `WRITE_MORE` sequences. Must not
//! know: how frames or packets are encoded (`control_frames`, `stream_frames`, `seal`).

use crate::error::{Error, Result};
use crate::mem::AppSlice;
use crate::packet::{self, PacketType};
use crate::recovery::Carried;
use crate::session::{Output, Session};
use crate::stream::Offering;
use crate::trace::Event;
use crate::units::{Space, StreamId, Timestamp};

use super::datagram::OpenPacket;
use super::{
    Stage, State, acks, control_frames, crypto_data, handshake, key_update, log, probing, seal, stream_frames,
};

/// What the application wants to send in this call.
#[derive(Clone, Copy)]
pub(crate) enum Offer<'a> {
    Nothing,
    Stream { id: StreamId, data: &'a [AppSlice], len: u64, fin: bool },
    Datagram { id: u64, data: &'a [AppSlice], len: u64 },
}

/// One call of a write function.
pub(crate) struct Request<'a> {
    pub(crate) out: Output,
    pub(crate) offer: Offer<'a>,
    /// More frames will follow into the same packet.
    pub(crate) more: bool,
    /// Pad the packet to its full size.
    pub(crate) padding: bool,
}

/// What became of a request.
pub(crate) struct Reply {
    /// Bytes of the datagram, or why there is none; `WriteMore` when the packet stays open.
    pub(crate) result: Result<usize>,
    /// How much of the offer the packet took; `None` when nothing of it.
    pub(crate) accepted: Option<u64>,
}

/// How far the packet of this call got.
enum Step {
    /// Send the datagram.
    Send,
    /// Leave the packet open for the next call.
    KeepOpen,
}

/// Writes one datagram.
pub(crate) fn write(s: &mut Session, request: &Request<'_>, now: Timestamp) -> Reply {
    let mut accepted = None;
    let result = write_datagram(s, request, now, &mut accepted);
    conclude(s, &result);
    Reply { result, accepted }
}

/// Sends the packet that a `WRITE_MORE` sequence left open: [`stream_frames::append`] filled it.
pub(crate) fn send_open(s: &mut Session, mut out: Output, padding: bool) -> Result<usize> {
    let mut last = s.state().datagram.reopen();
    let result = send(s, &mut out, &mut last, padding);
    conclude(s, &result);
    result
}

/// Begins a datagram with the packet that `piece` is to go into, and leaves it open for [`stream_frames::append`], where that is
/// all: no callback, no memory, and no frame before the data but an ACK. `false`, and nothing is changed but the clock, where
/// there is more to it; then [`write()`] takes its whole way.
#[inline(always)]
pub(crate) fn begin_for(
    state: &mut State,
    out: &mut Output,
    id: StreamId,
    piece: AppSlice,
    now: Timestamp,
) -> bool {
    let now = state.advance_clock(now);
    let most = out.len();
    let needs_no_memory =
        state.recovery.has_packet_room(Space::Application) && state.recovery.has_record_room();
    if !needs_no_memory
        || !state.has_only_new_data()
        || !state.may_send_data()
        || !state.streams.sender(id).is_some_and(|stream| stream.takes_next(piece, most))
    {
        return false;
    }
    let Some(limit) = datagram_limit(state, out) else { return false };
    // There is room for data behind the longest ACK frame.
    if limit < packet::MIN_INITIAL_DATAGRAM_LEN {
        return false;
    }
    state.datagram.begin(out, limit);
    let Ok(Some(mut packet)) = seal::open(state, out, PacketType::OneRtt, Space::Application) else {
        return false;
    };
    if state.spaces.application.received.ack_pending() {
        acks::write_ack(state, out, &mut packet, now);
    }
    state.datagram.park(Some(packet));
    true
}

/// Whether a call that offers nothing has nothing to do. `false`, and nothing is changed but the clock, where [`write()`] has to
/// look closer.
#[inline(always)]
pub(crate) fn has_nothing_to_do(state: &mut State, now: Timestamp) -> bool {
    let now = state.advance_clock(now);
    if !state.has_only_new_data()
        || !state.may_send_data()
        || state.spaces.application.received.ack_due(now)
        || state.paths.amplification_left() == 0
        || state.keys.has_retired()
    {
        return false;
    }
    state.recovery.on_app_limited();
    true
}

/// What follows each attempt to write.
#[inline(always)]
fn conclude(s: &mut Session, result: &Result<usize>) {
    if s.state().keys.has_retired() {
        super::keys::release_retired(s);
    }
    if s.is_traced() {
        log::datagram_written(s, result);
    }
}

fn write_datagram(
    s: &mut Session,
    request: &Request<'_>,
    now: Timestamp,
    accepted: &mut Option<u64>,
) -> Result<usize> {
    let state = s.state();
    state.advance_clock(now);
    state.lifecycle.check_open()?;
    if state.closure.is_silent() {
        return state.closure.check_memory().map(|()| 0);
    }
    let target = stream_frames::check(state, &request.offer)?;
    if state.datagram.is_parked() {
        if !state.datagram.is_in(&request.out) {
            return Err(Error::InvalidArgument.cold());
        }
        if state.datagram.can_be_sealed(&state.keys) {
            return go_on(s, request, &target, accepted);
        }
        give_up(s)?;
    }
    begin_datagram(s, request, &target, accepted)
}

/// Gives up the packet that the call before left open, so that another one may begin.
#[cold]
#[inline(never)]
fn give_up(s: &mut Session) -> Result<()> {
    roll_back(s)?;
    // A callback about what was lost may have begun one, which is to be finished first.
    if s.state().datagram.is_parked() { Err(Error::InvalidState) } else { Ok(()) }
}

/// Goes on with the packet that the call before left open, where it stands.
fn go_on(
    s: &mut Session,
    request: &Request<'_>,
    target: &Offering,
    accepted: &mut Option<u64>,
) -> Result<usize> {
    let State { datagram, streams, recovery, .. } = s.state();
    let step = match datagram.last_mut() {
        Some(packet) => stream_frames::write(streams, recovery, request, target, packet, accepted),
        None => Ok(false),
    };
    match step {
        Ok(true) if request.more => Err(Error::WriteMore),
        Ok(_) => {
            let mut out = request.out;
            let mut last = s.state().datagram.reopen();
            send(s, &mut out, &mut last, request.padding)
        }
        Err(error) => {
            roll_back(s)?;
            Err(error)
        }
    }
}

/// Begins a datagram, and sends it unless it is to take more.
#[inline(always)]
fn begin_datagram(
    s: &mut Session,
    request: &Request<'_>,
    target: &Offering,
    accepted: &mut Option<u64>,
) -> Result<usize> {
    let mut out = request.out;
    if s.state().lifecycle.state() == Stage::Start && !begin(s, &out)? {
        return Ok(0);
    }
    prepare(s)?;
    let state = s.state();
    state.paths.begin_datagram();
    if !state.paths.in_train
        && probing::may_be_due(state)
        && let Some(len) = probing::write(s, &mut out)?
    {
        return Ok(len);
    }
    let state = s.state();
    let Some(limit) = datagram_limit(state, &out) else { return Ok(0) };
    state.datagram.begin(&out, limit);
    let mut last = None;
    match fill(s, request, target, &mut out, &mut last, accepted) {
        Ok(Step::Send) => send(s, &mut out, &mut last, request.padding),
        Ok(Step::KeepOpen) => {
            s.state().datagram.park(last);
            Err(Error::WriteMore)
        }
        Err(error) => {
            s.state().datagram.park(last);
            roll_back(s)?;
            Err(error)
        }
    }
}

/// Sends the datagram, whose last packet may be in the datagram already; `0` when it is empty.
#[inline(always)]
fn send(s: &mut Session, out: &mut Output, last: &mut Option<OpenPacket>, pad: bool) -> Result<usize> {
    let state = s.state();
    if last.is_none() {
        *last = state.datagram.reopen();
    }
    let Some(last) = last else {
        if state.may_send_data() {
            state.recovery.on_app_limited();
        }
        return Ok(0);
    };
    let len = seal::finish(s, out, last, pad)?;
    on_datagram_written(s, len)?;
    Ok(len)
}

/// A client's first write: the TLS library makes the Initial keys and the ClientHello.
fn begin(s: &mut Session, out: &Output) -> Result<bool> {
    if s.state().side.is_server() {
        return Ok(false);
    }
    if out.len() < packet::MIN_INITIAL_DATAGRAM_LEN {
        return Err(Error::NoBuf.cold());
    }
    handshake::begin_client(s)?;
    Ok(true)
}

/// What has to happen before packets are built: callbacks that make keys and connection ids.
#[inline]
fn prepare(s: &mut Session) -> Result<()> {
    let state = s.state();
    if state.timers.is_housekeeping_due() || state.is_key_derivation_due() {
        if state.params.lowered {
            return Err(Error::Proto.cold());
        }
        super::connection_ids::report_first(s)?;
        key_update::derive_next(s)?;
        super::connection_ids::issue(s)?;
        s.state().timers.end_housekeeping();
    }
    Ok(())
}

/// How long the next datagram may be; `None` when the peer's address has no credit (RFC 9000 §8.1).
#[inline(always)]
fn datagram_limit(state: &State, out: &Output) -> Option<usize> {
    let credit = state.paths.amplification_left();
    let limit = out.len().min(state.paths.max_datagram_len(&state.config)).min(credit);
    (limit > 0).then_some(limit)
}

/// Fills the datagram, from the lowest encryption level up. The packet of the application's data stays in `last`.
#[inline(always)]
fn fill(
    s: &mut Session,
    request: &Request<'_>,
    target: &Offering,
    out: &mut Output,
    last: &mut Option<OpenPacket>,
    accepted: &mut Option<u64>,
) -> Result<Step> {
    if !s.state().spaces.only_application() {
        handshake_packet(s, out, Space::Initial)?;
        handshake_packet(s, out, Space::Handshake)?;
    }
    application_packet(s, request, target, out, last, accepted)
}

/// An Initial or Handshake packet: acknowledgments, CRYPTO data, or a probe.
fn handshake_packet(s: &mut Session, out: &mut Output, space: Space) -> Result<()> {
    let kind = match space {
        Space::Initial => PacketType::Initial,
        _ => PacketType::Handshake,
    };
    let state = s.state();
    let now = state.now;
    let Some(this) = state.spaces.get(space) else { return Ok(()) };
    let has_ack = this.received.ack_pending();
    let has_data = this.crypto.has_pending();
    let wants_probe = state.spaces.probes[space.index()] > 0;
    if !(has_ack || has_data || wants_probe) || !state.keys.can_seal(kind) {
        return Ok(());
    }
    // RFC 9000 §14.1: a client pads every datagram with an Initial packet, a server those that elicit an acknowledgment.
    let is_small = space == Space::Initial && !state.datagram.has_full_size();
    if is_small && state.side.is_client() {
        return Ok(());
    }
    let probing = !is_small && wants_probe;
    let may_send = probing || !is_small && state.may_send_handshake_data(space);
    if !has_ack && !(may_send && (probing || has_data)) {
        return Ok(());
    }
    if probing {
        begin_probe(s, space)?;
    }
    let state = s.state();
    let Some(mut packet) = seal::open(state, out, kind, space)? else { return Ok(()) };
    if has_ack {
        acks::write_ack(state, out, &mut packet, now);
    }
    let mut written = if may_send { crypto_data::write(state, out, &mut packet) } else { Ok(()) };
    if probing && written.is_ok() {
        written = end_probe(state, out, &mut packet);
    }
    if packet.is_empty() {
        return written;
    }
    if space == Space::Initial && (state.side.is_client() || packet.ack_eliciting) {
        state.datagram.require_full_size();
    }
    state.datagram.add(packet);
    written
}

/// A probe repeats what the oldest packets carried.
fn begin_probe(s: &mut Session, space: Space) -> Result<()> {
    let state = s.state();
    let left = u64::from(state.spaces.probes[space.index()]);
    acks::repeat_oldest(state, space)?;
    log::event(s, &Event::ProbesLeft(left));
    Ok(())
}

/// A probe elicits an acknowledgment in any case.
fn end_probe(state: &mut State, out: &mut Output, packet: &mut OpenPacket) -> Result<()> {
    let probes = &mut state.spaces.probes[packet.space.index()];
    *probes = probes.saturating_sub(1);
    if !packet.ack_eliciting {
        control_frames::write_ping(state, out, packet)?;
    }
    Ok(())
}

/// A 1-RTT packet, or 0-RTT while there are no 1-RTT keys.
#[inline(always)]
fn application_packet(
    s: &mut Session,
    request: &Request<'_>,
    target: &Offering,
    out: &mut Output,
    last: &mut Option<OpenPacket>,
    accepted: &mut Option<u64>,
) -> Result<Step> {
    let state = s.state();
    let Some(kind) = state.application_packet_type() else { return Ok(Step::Send) };
    let now = state.now;
    let probing = state.spaces.probes[Space::Application.index()] > 0;
    let may_send = probing || state.may_send_data();
    let received = &state.spaces.application.received;
    let ack_due = kind == PacketType::OneRtt && received.ack_due(now);
    let has_data = may_send && (probing || state.has_application_data(&request.offer, target));
    if !ack_due && !has_data {
        return Ok(Step::Send);
    }
    if probing {
        begin_probe(s, Space::Application)?;
    }
    let state = s.state();
    *last = seal::open(state, out, kind, Space::Application)?;
    let Some(packet) = last else { return Ok(Step::Send) };
    if kind == PacketType::OneRtt && state.spaces.application.received.ack_pending() {
        acks::write_ack(state, out, packet, now);
    }
    let ack_only = packet.payload_len();
    let room_left = may_send && application_frames(s, request, target, out, packet, accepted)?;
    let state = s.state();
    if probing {
        end_probe(state, out, packet)?;
    }
    if packet.payload_len() == ack_only {
        if !ack_due {
            // Nothing but an acknowledgment that can wait.
            *last = None;
            return Ok(Step::Send);
        }
        if may_send && acks::wants_acknowledgment(state) {
            control_frames::write_ping(state, out, packet)?;
        }
    }
    Ok(if room_left && request.more && accepted.is_some() { Step::KeepOpen } else { Step::Send })
}

/// What the packet carries besides an acknowledgment. Answers whether it has room for more of the application's data.
#[inline(always)]
fn application_frames(
    s: &mut Session,
    request: &Request<'_>,
    target: &Offering,
    out: &mut Output,
    packet: &mut OpenPacket,
    accepted: &mut Option<u64>,
) -> Result<bool> {
    control_frames::write(s, out, packet)?;
    crypto_data::write(s.state(), out, packet)?;
    let State { streams, recovery, .. } = s.state();
    stream_frames::write(streams, recovery, request, target, packet, accepted)
}

/// After the bytes are in the caller's buffer: credit, timers, and the end of the Initial space for a client.
fn on_datagram_written(s: &mut Session, len: usize) -> Result<()> {
    let state = s.state();
    state.on_datagram_sent(len);
    if !state.spaces.only_application() {
        handshake::on_datagram_written(s)?;
    }
    Ok(())
}

/// Gives up the datagram of a `WRITE_MORE` sequence: what its frames carried is queued again.
#[inline]
pub(crate) fn close_unfinished(s: &mut Session) -> Result<()> {
    if s.state().datagram.is_parked() { roll_back(s) } else { Ok(()) }
}

/// Gives up the datagram under construction.
#[cold]
#[inline(never)]
pub(crate) fn roll_back(s: &mut Session) -> Result<()> {
    let outcome = return_records(s);
    s.state().closure.note_outcome(outcome);
    outcome
}

/// All packets are given up before the first callback: it may begin another datagram.
fn return_records(s: &mut Session) -> Result<()> {
    for (space, mut records) in s.state().datagram.abandon().into_iter().flatten() {
        while let Some(carried) = s.state().recovery.pop_record(&mut records) {
            match carried {
                // The application was told that it was taken.
                Carried::Datagram { id } => s.lost_datagram(id)?,
                other => acks::send_again(s.state(), space, other)?,
            }
        }
    }
    Ok(())
}

impl State {
    /// Whether nothing comes before new data but an ACK: the rule on a connection that is established.
    #[inline(always)]
    fn has_only_new_data(&self) -> bool {
        let is_settled = self.lifecycle.is_confirmed()
            && !self.closure.is_silent()
            && !self.datagram.is_parked()
            && self.spaces.only_application()
            && self.keys.one_rtt.tx().is_some()
            && self.paths.written.elsewhere.is_none();
        let is_due = self.timers.is_housekeeping_due()
            || self.is_key_derivation_due()
            || self.spaces.probes[Space::Application.index()] > 0
            || !self.paths.in_train && probing::may_be_due(self);
        let goes_first = !self.control.is_empty()
            || self.streams.has_pending()
            || self.streams.has_connection_frames()
            || self.spaces.application.crypto.has_pending();
        is_settled && !is_due && !goes_first
    }

    /// Whether a packet of the application's space would carry more than an acknowledgment.
    #[inline(always)]
    fn has_application_data(&self, offer: &Offer<'_>, target: &Offering) -> bool {
        stream_frames::is_sendable(offer, target)
            || !self.control.is_empty()
            || self.streams.has_pending()
            || self.streams.has_connection_frames()
            || self.spaces.application.crypto.has_pending()
    }
}
