//! Packets of a single purpose: PATH_RESPONSE, PATH_CHALLENGE and probes of path MTU discovery (RFC 9000 §8.2, §14.3).
//!
//! Owns: when such a packet goes before the application's data. Must not know: the data.

use crate::error::Result;
use crate::frame::write;
use crate::packet::{self, PacketType};
use crate::recovery::Carried;
use crate::session::{Output, Session};
use crate::units::Space;

use super::control_frames;
use super::seal::{self, Datagram};

/// Writes one such packet, if one is due; `None` when none is.
#[inline]
pub(crate) fn write(s: &mut Session, out: &mut Output) -> Result<Option<usize>> {
    let state = s.state();
    if !state.paths.responses.is_empty()
        && let Some(len) = path_response(s, out)?
    {
        return Ok(Some(len));
    }
    let state = s.state();
    if state.now >= state.paths.pmtud.expiry() && state.may_send_data() {
        return mtu_probe(s, out);
    }
    Ok(None)
}

/// Answers a PATH_CHALLENGE on the path it came from (RFC 9000 §8.2.2).
fn path_response(s: &mut Session, out: &mut Output) -> Result<Option<usize>> {
    let state = s.state();
    if state.keys.one_rtt.tx().is_none() {
        return Ok(None);
    }
    let Some(response) = state.paths.responses.front().copied() else { return Ok(None) };
    if !state.paths.is_current(&response.path) {
        state.paths.responses.pop();
        return Ok(None);
    }
    let limit = out.len().min(state.paths.amplification_left()).min(packet::MIN_INITIAL_DATAGRAM_LEN);
    let mut datagram = Datagram::new(out, limit);
    let Some(mut packet) = seal::open(state, &datagram, out, PacketType::OneRtt, Space::Application)? else {
        return Ok(None);
    };
    if !packet.reserve_record(state)? {
        return Ok(None);
    }
    let mut writer = packet.writer(out);
    if write::path_response(&mut writer, response.data).is_err() {
        return Ok(None);
    }
    let len = writer.position();
    packet.commit_reliable(state, len, Carried::Ping);
    state.paths.responses.pop();
    datagram.add(packet);
    let len = seal::finish(s, &mut datagram, out, true)?;
    s.state().on_datagram_sent(len);
    Ok(Some(len))
}

/// A PING in a packet of the size that is tried (RFC 8899 §3).
fn mtu_probe(s: &mut Session, out: &mut Output) -> Result<Option<usize>> {
    let state = s.state();
    let now = state.now;
    let Some(size) = state.paths.pmtud.due(now) else { return Ok(None) };
    if out.len() < size {
        // The caller never sends datagrams this large.
        state.paths.pmtud.set_largest(out.len());
        return Ok(None);
    }
    if state.paths.amplification_left() < size {
        return Ok(None);
    }
    let mut datagram = Datagram::new(out, size);
    let Some(mut packet) = seal::open(state, &datagram, out, PacketType::OneRtt, Space::Application)? else {
        return Ok(None);
    };
    packet.mtu_probe = true;
    control_frames::write_ping(state, out, &mut packet)?;
    datagram.add(packet);
    let len = seal::finish(s, &mut datagram, out, true)?;
    let state = s.state();
    let pto = state.pto();
    state.paths.pmtud.on_probe_sent(now, pto);
    state.on_datagram_sent(len);
    Ok(Some(len))
}
