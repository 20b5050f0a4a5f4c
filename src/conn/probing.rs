//! Packets of a single purpose: PATH_CHALLENGE, PATH_RESPONSE and probes of path MTU discovery (RFC 9000 §8.2, §14.3).
//!
//! Owns: when such a packet goes before the application's data, and the path that it takes. Must not know: the data, what
//! a response proves (`validation`).

use crate::error::Result;
use crate::frame::write;
use crate::packet::{self, PacketType};
use crate::path::{Path, pmtud};
use crate::recovery::Carried;
use crate::session::{Output, Session};
use crate::trace::Event;
use crate::units::{Space, Timestamp};
use crate::wire::{NoSpace, Writer};

use super::State;
use super::paths::Need;
use super::{acks, control_frames, log, seal};

/// Whether one may be due.
#[inline]
pub(crate) fn may_be_due(state: &State) -> bool {
    state.paths.is_probing() || state.now >= state.mtu_probe_expiry()
}

/// Writes one such packet, if one is due; `None` when none is.
pub(crate) fn write(s: &mut Session, out: &mut Output) -> Result<Option<usize>> {
    let state = s.state();
    if state.paths.is_probing()
        && let Some(len) = path_probe(s, out)?
    {
        return Ok(Some(len));
    }
    let state = s.state();
    // Handshake data go first: a probe may be lost without harm, they may not.
    let handshaking = state.spaces.get(Space::Handshake).is_some_and(|space| space.crypto.has_pending());
    if state.now >= state.mtu_probe_expiry() && state.may_send_data() && !handshaking {
        return mtu_probe(s, out);
    }
    Ok(None)
}

fn path_probe(s: &mut Session, out: &mut Output) -> Result<Option<usize>> {
    if s.state().keys.one_rtt.tx().is_none() {
        return Ok(None);
    }
    let probe = match challenge(s, out)? {
        Some(len) => Some(len),
        None => response(s, out)?,
    };
    if probe.is_none() {
        s.state().paths.begin_datagram();
    }
    Ok(probe)
}

/// A PATH_CHALLENGE of the validation that is running (RFC 9000 §8.2.1).
fn challenge(s: &mut Session, out: &mut Output) -> Result<Option<usize>> {
    let Some(path) = s.state().paths.challenged_path() else { return Ok(None) };
    if s.state().room_for_probe(&path, out).is_none() {
        s.state().end_challenge_round();
        return Ok(None);
    }
    let data = s.path_challenge_data()?;
    let state = s.state();
    // The callback may have begun another validation.
    if state.paths.challenged_path() != Some(path) {
        return Ok(None);
    }
    let Some(len) = probe(s, out, &path, |writer| write::path_challenge(writer, data))? else {
        s.state().end_challenge_round();
        return Ok(None);
    };
    let state = s.state();
    let (now, pto) = (state.now, state.pto_of_new_path());
    if let Some(running) = state.paths.validation.as_mut().filter(|running| *running.path() == path) {
        running.on_challenge_sent(data, len >= pmtud::MIN_SIZE, now, pto);
    }
    Ok(Some(len))
}

/// Responses may overdraw the congestion window by so many bytes: what a broken path holds up must not hold up the
/// proof of the next one. A peer that acknowledges nothing gets no more, however much it challenges.
const RESPONSE_OVERDRAFT: u64 = 16 * pmtud::MIN_SIZE as u64;

/// Answers a PATH_CHALLENGE on the path it came from (RFC 9000 §8.2.2). One that cannot be answered now never is: the
/// peer repeats it.
fn response(s: &mut Session, out: &mut Output) -> Result<Option<usize>> {
    let recovery = &s.state().recovery;
    if recovery.bytes_in_flight() >= recovery.window() + RESPONSE_OVERDRAFT {
        return Ok(None);
    }
    while let Some(response) = s.state().paths.responses.pop() {
        let encode = |writer: &mut Writer<'_>| write::path_response(writer, response.data);
        if let Some(len) = probe(s, out, &response.path, encode)? {
            return Ok(Some(len));
        }
    }
    Ok(None)
}

/// A packet with one frame for `path`, of full size where the anti-amplification limit allows.
fn probe(
    s: &mut Session,
    out: &mut Output,
    path: &Path,
    encode: impl FnOnce(&mut Writer<'_>) -> Result<(), NoSpace>,
) -> Result<Option<usize>> {
    let state = s.state();
    let Some(limit) = state.room_for_probe(path, out) else { return Ok(None) };
    let Some(dcid) = state.paths.dcid_on(path, Need::Answer) else { return Ok(None) };
    if !state.paths.direct_datagram(state.mem, path, dcid)? {
        return Ok(None);
    }
    let now = state.now;
    state.datagram.begin(out, limit);
    let Some(mut packet) = seal::open(state, out, PacketType::OneRtt, Space::Application)? else {
        return Ok(None);
    };
    if !packet.reserve_record(&mut state.recovery)? {
        return Ok(None);
    }
    let mut writer = packet.writer(out);
    if encode(&mut writer).is_err() {
        return Ok(None);
    }
    let len = writer.position();
    packet.commit_reliable(&mut state.recovery, len, Carried::Ping);
    // More than probing frames shows the peer which path is in use (RFC 9000 §9.3.3), but only there.
    if state.paths.is_current(path) && state.spaces.application.received.ack_pending() {
        acks::write_ack(state, out, &mut packet, now);
    }
    let len = seal::finish(s, out, &mut packet, limit == pmtud::MIN_SIZE)?;
    s.state().on_datagram_sent(len);
    Ok(Some(len))
}

/// A PING in a packet of the size that is tried (RFC 8899 §3).
fn mtu_probe(s: &mut Session, out: &mut Output) -> Result<Option<usize>> {
    let state = s.state();
    let now = state.now;
    let pto = state.pto();
    let Some(size) = state.paths.pmtud.due(now) else { return Ok(None) };
    if out.len() < size {
        // The caller never sends datagrams this large.
        state.paths.pmtud.set_largest(out.len());
        return Ok(None);
    }
    state.paths.pmtud.on_probe_sent(now, pto);
    log::event(s, &Event::MtuProbe { len: size });
    let state = s.state();
    state.datagram.begin(out, size);
    let Some(mut packet) = seal::open(state, out, PacketType::OneRtt, Space::Application)? else {
        return Ok(None);
    };
    packet.mtu_probe = true;
    control_frames::write_ping(state, out, &mut packet)?;
    let len = seal::finish(s, out, &mut packet, true)?;
    s.state().on_datagram_sent(len);
    Ok(Some(len))
}

impl State {
    /// When a probe of path MTU discovery is due. None goes to an address that may not be the peer's.
    #[inline]
    pub(super) fn mtu_probe_expiry(&self) -> Timestamp {
        // One that is due at once is due now: programs know no time before they began.
        if self.paths.is_current_validated() {
            self.paths.pmtud.expiry().max(self.now)
        } else {
            Timestamp::NEVER
        }
    }

    /// How large a probing packet for `path` may be; `None` when there is no room for the smallest.
    fn room_for_probe(&self, path: &Path, out: &Output) -> Option<usize> {
        let credit = self.paths.amplification_left_on(path);
        let limit = out.len().min(credit).min(pmtud::MIN_SIZE);
        let least = LEAST_PROBE + self.paths.dcid().len() + self.keys.tag_len(PacketType::OneRtt);
        (limit >= least).then_some(limit)
    }

    /// No challenge can be sent now: the next round may have more luck.
    fn end_challenge_round(&mut self) {
        let (now, pto) = (self.now, self.pto_of_new_path());
        if let Some(running) = self.paths.validation.as_mut() {
            running.on_amplification_limited(now, pto);
        }
    }
}

/// First byte, the longest packet number, and a frame with eight bytes of data.
const LEAST_PROBE: usize = 1 + packet::number::MAX_LEN + 1 + 8;
