//! CRYPTO frames in both directions (RFC 9000 §7.5, §19.6).
//!
//! Owns: which encryption level a frame belongs to, and the hand-over of handshake bytes to the caller's TLS library.
//! Must not know: TLS.

use ngtcp2_abi as abi;

use crate::error::{Error, Result};
use crate::frame::write;
use crate::recovery::Carried;
use crate::session::{Output, Session};
use crate::stream::CryptoArrival;
use crate::units::Space;

use super::State;
use super::datagram::OpenPacket;

/// The encryption level of a space, as the TLS library counts them.
pub(crate) const fn level_of(space: Space) -> abi::ngtcp2_encryption_level {
    match space {
        Space::Initial => abi::NGTCP2_ENCRYPTION_LEVEL_INITIAL,
        Space::Handshake => abi::NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE,
        Space::Application => abi::NGTCP2_ENCRYPTION_LEVEL_1RTT,
    }
}

/// Queues handshake bytes of the TLS library: `ngtcp2_conn_submit_crypto_data`.
pub(crate) fn submit(state: &mut State, level: abi::ngtcp2_encryption_level, data: &[u8]) -> Result<()> {
    let space = match level {
        abi::NGTCP2_ENCRYPTION_LEVEL_INITIAL => Space::Initial,
        abi::NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE => Space::Handshake,
        abi::NGTCP2_ENCRYPTION_LEVEL_1RTT => Space::Application,
        _ => return Err(Error::InvalidArgument),
    };
    let Some(this) = state.spaces.get_mut(space) else { return Err(Error::InvalidState) };
    Ok(this.crypto.try_push(data)?)
}

/// Fills the packet with handshake bytes that were not sent, or were lost.
#[inline(always)]
pub(crate) fn write(state: &mut State, out: &mut Output, packet: &mut OpenPacket) -> Result<()> {
    match state.spaces.get(packet.space) {
        Some(this) if this.crypto.has_pending() => write_pending(state, out, packet),
        _ => Ok(()),
    }
}

fn write_pending(state: &mut State, out: &mut Output, packet: &mut OpenPacket) -> Result<()> {
    loop {
        if !packet.reserve_record(&mut state.recovery)? {
            return Ok(());
        }
        let Some(this) = state.spaces.get_mut(packet.space) else { return Ok(()) };
        let Some(mut piece) = this.crypto.next_piece(u64::MAX) else { return Ok(()) };
        let most = write::max_crypto_data_len(packet.room(), piece.offset);
        if most == 0 {
            return Ok(());
        }
        piece.len = piece.len.min(most as u64);
        let size = piece.len as usize;
        let mut writer = packet.writer(out);
        if write::crypto_header(&mut writer, piece.offset, size).is_err() {
            return Ok(());
        }
        let copied = writer
            .rest_mut()
            .get_mut(..size)
            .is_some_and(|target| this.crypto.copy_data(piece.offset, target));
        if !copied {
            return Err(Error::Internal);
        }
        let len = writer.position() + size;
        this.crypto.on_sent(piece)?;
        let is_last = !this.crypto.has_pending();
        let carried = Carried::Crypto { offset: piece.offset, len: piece.len as u32 };
        packet.commit_reliable(&mut state.recovery, len, carried);
        if is_last {
            return Ok(());
        }
    }
}

/// A CRYPTO frame arrived.
pub(crate) fn receive(s: &mut Session, space: Space, offset: u64, data: &[u8]) -> Result<()> {
    let state = s.state();
    let is_complete = state.is_level_complete(space);
    let Some(this) = state.spaces.get_mut(space) else { return Ok(()) };
    if is_complete && offset.saturating_add(data.len() as u64) > this.crypto.delivered() {
        return Err(Error::Proto);
    }
    match this.crypto.receive(offset, data)? {
        CryptoArrival::InOrder { skip } => {
            let fresh = data.get(skip..).unwrap_or_default();
            deliver(s, space, offset + skip as u64, fresh)?;
        }
        CryptoArrival::OutOfOrder => return Ok(()),
        CryptoArrival::Duplicate => {
            let state = s.state();
            state.on_duplicate_crypto(space);
            return state.note_glitch();
        }
    }
    // Each hand-over may change anything, so the space is found again for each block.
    while let Some(this) = s.state().spaces.get_mut(space) {
        let Some(block) = this.crypto.next_buffered()? else { break };
        deliver(s, space, block.offset, &block)?;
    }
    Ok(())
}

impl State {
    /// Whether TLS has gone on to the next level: then there is nothing more to come on this one (RFC 9001 §4.1.3).
    fn is_level_complete(&self, space: Space) -> bool {
        match space {
            Space::Initial => self.keys.has_handshake_rx(),
            Space::Handshake => self.tls.finished,
            Space::Application => false,
        }
    }
}

fn deliver(s: &mut Session, space: Space, offset: u64, data: &[u8]) -> Result<()> {
    if data.is_empty() {
        return Ok(());
    }
    s.recv_crypto_data(level_of(space), offset, data)
}
