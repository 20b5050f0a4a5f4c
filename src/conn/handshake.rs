//! The handshake: beginning, key installation's consequences, completion, confirmation (RFC 9000 §7, RFC 9001 §4).
//!
//! Owns: when a connection moves from one stage to the next, when packet number spaces end, and what the transport
//! parameters set in motion. Must not know: TLS messages.

use ngtcp2_abi as abi;

use crate::error::{Error, Result};
use crate::mem::ShortBytes;
use crate::packet::header::LongHeader;
use crate::packet::{self, ConnectionId, PacketType};
use crate::params::{self, Observed};
use crate::session::Session;
use crate::trace::{Event, Note, note};
use crate::units::{Direction, Duration, Side, Space};

use super::control::Control;
use super::keys::Protection;
use super::{Stage, State, acks, keys, log, stream_data, version_negotiation};

/// A client's first write: the application makes the Initial keys and hands in the ClientHello.
pub(crate) fn begin_client(s: &mut Session) -> Result<()> {
    s.client_initial()?;
    s.state().lifecycle.begin();
    Ok(())
}

/// A server's first packet: `false` when it cannot begin a connection.
pub(crate) fn begin_server(s: &mut Session, header: &LongHeader<'_>, datagram_len: usize) -> Result<bool> {
    let state = s.state();
    if header.kind != PacketType::Initial
        || header.version != state.versions.client_chosen
        || packet::header::check_acceptable(header, datagram_len).is_err()
    {
        return Ok(false);
    }
    // The token that the application validated is the one that this packet has to carry.
    if !state.config.token.is_empty() && header.token != &state.config.token[..] {
        log::note(s, note::INVALID_TOKEN);
        return Err(Error::DropConn);
    }
    s.recv_client_initial(&header.dcid)?;
    let state = s.state();
    state.params.peer_initial_scid = Some(header.scid);
    state.paths.expect_initial_dcid(header.dcid);
    state.lifecycle.begin();
    Ok(true)
}

/// A server that holds no token keeps no state for a client whose first packet lacks the start of its ClientHello: such a
/// client has to come back with a Retry token.
pub(crate) fn check_first_flight(state: &State) -> Result<()> {
    let nothing_read = state.spaces.get(Space::Initial).is_some_and(|space| space.crypto.delivered() == 0);
    if nothing_read && state.config.token.is_empty() { Err(Error::Retry) } else { Ok(()) }
}

/// A long header packet was authenticated.
pub(crate) fn on_packet_opened(s: &mut Session, header: &LongHeader<'_>) -> Result<()> {
    let state = s.state();
    match state.side {
        Side::Client => {
            if state.params.peer_initial_scid.is_none() {
                state.params.peer_initial_scid = Some(header.scid);
                state.paths.remote_ids.replace_initial(header.scid);
            }
            // A server may answer in the first version before it has seen enough to choose another one.
            if header.version != state.versions.client_chosen {
                state.versions.negotiated = Some(header.version);
            }
        }
        Side::Server => {
            if header.kind == PacketType::Handshake {
                // RFC 9000 §8.1: only the client can have made it, from what was sent to its address.
                state.paths.validate_current();
                discard_space(s, Space::Initial);
            }
        }
    }
    Ok(())
}

/// After a datagram with handshake packets was written: a client that sent a Handshake packet is done with Initial
/// packets (RFC 9001 §4.9.1).
pub(crate) fn on_datagram_written(s: &mut Session) -> Result<()> {
    let state = s.state();
    if state.side.is_client() && state.recovery.next_number(Space::Handshake) > state.config.first_number {
        discard_space(s, Space::Initial);
    }
    Ok(())
}

/// A key that the table has taken, and of which somebody is to be told.
pub(crate) enum Installed {
    /// Keys of Initial packets: nobody but the owner of those that they replaced.
    Initial,
    Rx(abi::ngtcp2_encryption_level),
    Tx(abi::ngtcp2_encryption_level),
}

/// The Initial keys, from the client's destination connection id.
pub(crate) fn install_initial(state: &mut State, rx: Protection, tx: Protection) -> Result<Installed> {
    if !state.spaces.is_open(Space::Initial) {
        return Err(Error::InvalidState);
    }
    state.keys.install_initial(rx, tx);
    Ok(Installed::Initial)
}

/// Initial keys of the version that negotiation chose.
pub(crate) fn install_negotiated_initial(
    state: &mut State,
    version: u32,
    rx: Protection,
    tx: Protection,
) -> Result<Installed> {
    if !state.spaces.is_open(Space::Initial) {
        return Err(Error::InvalidState);
    }
    state.keys.install_negotiated_initial(version, rx, tx);
    Ok(Installed::Initial)
}

pub(crate) fn install_handshake_rx(state: &mut State, key: Protection) -> Result<Installed> {
    let Some(early) = state.keys.early_mut() else { return Err(Error::InvalidState) };
    if early.handshake.rx.is_some() || !state.spaces.is_open(Space::Handshake) {
        return Err(Error::InvalidState);
    }
    early.handshake.rx = Some(key);
    Ok(Installed::Rx(abi::NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE))
}

pub(crate) fn install_handshake_tx(state: &mut State, key: Protection) -> Result<Installed> {
    let Some(early) = state.keys.early_mut() else { return Err(Error::InvalidState) };
    if early.handshake.tx.is_some() || !state.spaces.is_open(Space::Handshake) {
        return Err(Error::InvalidState);
    }
    early.handshake.tx = Some(key);
    Ok(Installed::Tx(abi::NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE))
}

/// The 0-RTT key: a client sends with it, a server receives.
pub(crate) fn install_early(state: &mut State, key: Protection) -> Result<Installed> {
    let Some(early) = state.keys.early_mut() else { return Err(Error::InvalidState) };
    if early.zero_rtt.is_some() || state.lifecycle.is_completed() {
        return Err(Error::InvalidState);
    }
    early.zero_rtt = Some(key);
    Ok(match state.side {
        Side::Client => Installed::Tx(abi::NGTCP2_ENCRYPTION_LEVEL_0RTT),
        Side::Server => Installed::Rx(abi::NGTCP2_ENCRYPTION_LEVEL_0RTT),
    })
}

pub(crate) fn install_one_rtt_rx(state: &mut State, secret: &[u8], key: Protection) -> Result<Installed> {
    if state.keys.one_rtt.rx().is_some() {
        return Err(Error::InvalidState);
    }
    if !state.keys.one_rtt.install_rx(secret, key) {
        return Err(Error::InvalidArgument);
    }
    Ok(Installed::Rx(abi::NGTCP2_ENCRYPTION_LEVEL_1RTT))
}

pub(crate) fn install_one_rtt_tx(state: &mut State, secret: &[u8], key: Protection) -> Result<Installed> {
    if state.keys.one_rtt.tx().is_some() {
        return Err(Error::InvalidState);
    }
    if !state.keys.one_rtt.install_tx(secret, key) {
        return Err(Error::InvalidArgument);
    }
    // A server issues connection ids with its first 1-RTT packet.
    state.timers.request_housekeeping();
    Ok(Installed::Tx(abi::NGTCP2_ENCRYPTION_LEVEL_1RTT))
}

/// Tells of a key that is in the table. A callback that fails takes it back out, so that the caller still owns its contexts.
/// A callback that deleted the connection had them deleted with it: then the key counts as taken, lest the caller deletes
/// them once more.
pub(crate) fn report_installed(s: &mut Session, installed: Installed) -> Result<()> {
    log::keys_installed(s, &installed);
    match installed {
        Installed::Initial => keys::release_retired(s),
        Installed::Rx(level) => {
            let reported = s.recv_rx_key(level);
            if reported.is_err() && s.state().keys.withdraw_rx(level) {
                log::key_withdrawn(s, &installed);
                return reported;
            }
        }
        Installed::Tx(level) => {
            let reported = s.recv_tx_key(level);
            if reported.is_err() && s.state().keys.withdraw_tx(level) {
                s.state().datagram.spoil();
                log::key_withdrawn(s, &installed);
                return reported;
            }
        }
    }
    Ok(())
}

/// What checks the integrity of Retry packets; the context is ours from here on.
pub(crate) fn set_retry_aead(
    s: &mut Session,
    aead: abi::ngtcp2_crypto_aead,
    context: abi::ngtcp2_crypto_aead_ctx,
) {
    s.state().keys.set_retry(aead, context);
    keys::release_retired(s);
}

/// Ends a packet number space with its keys (RFC 9001 §4.9).
pub(crate) fn discard_space(s: &mut Session, space: Space) {
    let state = s.state();
    if !state.spaces.close(space) {
        return;
    }
    let records = state.recovery.discard_space(space);
    acks::forget(state, records);
    let held = state.keys.directions(space);
    state.keys.discard(space);
    state.set_loss_timer();
    log::note(s, Note::discarding(space));
    log::keys_discarded(s, space, held);
    keys::release_retired(s);
}

/// Completes the handshake once TLS is finished and both 1-RTT keys are there.
pub(crate) fn conclude(s: &mut Session) -> Result<()> {
    let state = s.state();
    if state.lifecycle.state() != Stage::Handshake || !state.tls.finished {
        return Ok(());
    }
    if state.keys.one_rtt.rx().is_none() || state.keys.one_rtt.tx().is_none() {
        return Ok(());
    }
    if state.params.remote.is_none() || state.params.remembered {
        return Err(Error::RequiredTransportParam);
    }
    state.lifecycle.complete();
    if state.versions.negotiated.is_none() {
        state.versions.negotiated = Some(state.versions.client_chosen);
    }
    if state.keys.discard_zero_rtt() {
        log::zero_rtt_discarded(s);
    }
    keys::release_retired(s);
    let state = s.state();
    if state.side.is_server() {
        state.lifecycle.confirm();
        state.control.set(Control::HANDSHAKE_DONE);
        discard_space(s, Space::Handshake);
    }
    let state = s.state();
    if state.config.pmtud {
        state.paths.pmtud.start();
    }
    state.timers.request_housekeeping();
    if state.side.is_client() {
        let version = state.versions.in_use();
        log::event(s, &Event::VersionNegotiated(version));
    }
    s.handshake_completed()?;
    s.state().tls.early_data_settled = true;
    stream_data::report_send_limit(s)?;
    for direction in [Direction::Bidi, Direction::Uni] {
        let limit = s.state().initial_stream_limit(direction);
        if limit > 0 {
            s.extend_max_local_streams(direction, limit)?;
        }
    }
    s.state().set_loss_timer();
    Ok(())
}

/// HANDSHAKE_DONE: the server has everything (RFC 9000 §19.20).
pub(crate) fn on_handshake_done(s: &mut Session) -> Result<()> {
    let state = s.state();
    if state.side.is_server() {
        return Err(Error::Proto);
    }
    if state.lifecycle.state() == Stage::Handshake {
        // The completing flight was read in this very datagram; the order of the callbacks stays.
        conclude(s)?;
    }
    if !s.state().lifecycle.confirm() {
        return s.state().note_glitch();
    }
    discard_space(s, Space::Handshake);
    super::migration::on_confirmed(s)?;
    s.handshake_confirmed()
}

/// The TLS library decoded the peer's transport parameters: `ngtcp2_conn_decode_and_set_remote_transport_params`.
pub(crate) fn set_remote_params(s: &mut Session, bytes: &[u8]) -> Result<()> {
    let state = s.state();
    if state.params.remote.is_some() && !state.params.remembered {
        return Err(Error::InvalidState);
    }
    let mut remote = abi::ngtcp2_transport_params::default();
    let versions = params::decode(bytes, &mut remote)?;
    let observed = Observed {
        side: state.side,
        peer_initial_scid: state.params.peer_initial_scid.as_ref().unwrap_or(&ConnectionId::EMPTY),
        original_dcid: &state.params.original_dcid,
        retry_scid: state.params.retry_scid.as_ref(),
    };
    params::validate_remote(&remote, &observed)?;
    version_negotiation::check(state, &remote, versions)?;
    state.params.remote_versions = ShortBytes::try_new(state.mem, versions.unwrap_or_default())?;
    remote.version_info.available_versions = match versions {
        Some(_) => state.params.remote_versions.as_ptr(),
        None => core::ptr::null(),
    };
    version_negotiation::choose(s, &remote)?;
    s.state().apply_remote_params(&remote)?;
    log::parameters_received(s);
    Ok(())
}

impl State {
    fn apply_remote_params(&mut self, remote: &abi::ngtcp2_transport_params) -> Result<()> {
        if let (true, Some(remembered)) = (self.params.remembered, &self.params.remote) {
            // RFC 9000 §7.4.1: reported by the next write.
            self.params.lowered = params::remembered::check_not_lowered(remembered, remote).is_err();
        }
        self.params.remembered = false;
        if remote.grease_quic_bit != 0 {
            self.fixed_bit.vary();
        }
        self.streams.set_remote_limits(remote);
        self.paths.local_ids.set_peer_limit(remote.active_connection_id_limit);
        if self.side.is_client() {
            if remote.stateless_reset_token_present != 0 {
                self.paths.remote_ids.set_reset_token(remote.stateless_reset_token);
            }
            if remote.preferred_addr_present != 0 {
                let id = ConnectionId::from_abi(&remote.preferred_addr.cid).ok_or(Error::TransportParam)?;
                let token = remote.preferred_addr.stateless_reset_token;
                self.paths.remote_ids.add_preferred_address(id, token)?;
            }
        }
        self.paths.pmtud.set_limit(usize::try_from(remote.max_udp_payload_size).unwrap_or(usize::MAX));
        self.params.remote = Some(*remote);
        self.timers.request_housekeeping();
        Ok(())
    }

    /// How many streams the peer lets us open from the start.
    fn initial_stream_limit(&self, direction: Direction) -> u64 {
        let Some(remote) = &self.params.remote else { return 0 };
        match direction {
            Direction::Bidi => remote.initial_max_streams_bidi,
            Direction::Uni => remote.initial_max_streams_uni,
        }
    }

    /// An acknowledgment in the Handshake space shows that the server validated our address (RFC 9002 §6.2.2.1).
    pub(crate) fn on_peer_acknowledged(&mut self, space: Space) {
        if space == Space::Handshake {
            self.paths.peer_validated_us = true;
        }
    }

    /// The type of packet that application data goes into now.
    #[inline]
    pub(crate) fn application_packet_type(&self) -> Option<PacketType> {
        if self.keys.one_rtt.tx().is_some() {
            return Some(PacketType::OneRtt);
        }
        (self.side.is_client() && self.keys.has_zero_rtt() && self.params.remembered)
            .then_some(PacketType::ZeroRtt)
    }

    pub(crate) fn max_ack_delay(&self) -> Duration {
        self.params.remote.as_ref().map_or(Duration::ZERO, |remote| Duration(remote.max_ack_delay))
    }

    /// The probe timeout of the application's space (RFC 9002 §6.2.1).
    pub(crate) fn pto(&self) -> Duration {
        self.recovery.probe_timeout(self.max_ack_delay())
    }
}
