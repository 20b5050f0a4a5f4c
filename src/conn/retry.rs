//! Retry packets (RFC 9000 §17.2.5, RFC 9001 §5.8).
//!
//! Owns: their integrity check and what a client does over. Must not know: token contents.

use ngtcp2_abi as abi;

use crate::error::Result;
use crate::mem::Bytes;
use crate::packet::PacketType;
use crate::packet::retry::{self, TAG_LEN};
use crate::recovery::Carried;
use crate::session::{MAX_IV, PacketKey, Session};
use crate::units::Space;
use crate::wire::Writer;

use super::{Stage, State, acks, log};

/// Takes a Retry packet; whatever is wrong with it, it is ignored.
pub(crate) fn receive(s: &mut Session, packet: &[u8]) -> Result<()> {
    let Ok(received) = retry::parse(packet) else { return Ok(()) };
    if !s.state().expects_retry(&received.retry) {
        return Ok(());
    }
    if !authenticate(s, &received, packet.len())? {
        s.state().counters.packets_discarded += 1;
        return Ok(());
    }
    let (version, scid, dcid) = (received.retry.version, received.retry.scid, received.retry.dcid);
    let original_dcid = s.state().params.original_dcid;
    log::retry_received(s, &received.retry, &original_dcid);
    let state = s.state();
    let mut token = Bytes::new(state.mem);
    token.try_extend_from_slice(received.retry.token)?;
    state.config.token = token;
    state.params.retry_scid = Some(scid);
    state.paths.remote_ids.replace_initial(scid);
    // Everything sent so far is void: the server keeps no state (RFC 9000 §17.2.5.3).
    let mut records = state.recovery.reset_after_retry();
    while let Some(carried) = s.state().recovery.pop_record(&mut records) {
        match carried {
            // Handshake bytes are sent again as a whole, below.
            Carried::Crypto { .. } => {}
            Carried::Datagram { id } => s.lost_datagram(id)?,
            of_early_data => acks::send_again(s.state(), Space::Application, of_early_data)?,
        }
    }
    let state = s.state();
    if let Some(initial) = state.spaces.get_mut(Space::Initial) {
        initial.crypto.resend_all()?;
    }
    let mut header = abi::ngtcp2_pkt_hd::ZERO;
    header.dcid = dcid.to_abi();
    header.scid = scid.to_abi();
    header.version = version;
    header.r#type = PacketType::Retry.code();
    header.flags = abi::NGTCP2_PKT_FLAG_LONG_FORM as u8;
    s.recv_retry(&header)
}

impl State {
    /// Whether a client may take this Retry packet: the first one, before anything else of the server, addressed to it and
    /// naming another id than the one it answers to (RFC 9000 §17.2.5.1, §17.2.5.2).
    fn expects_retry(&self, retry: &retry::Retry<'_>) -> bool {
        self.side.is_client()
            && self.lifecycle.state() == Stage::Handshake
            && self.params.retry_scid.is_none()
            && self.params.peer_initial_scid.is_none()
            && retry.version == self.versions.client_chosen
            && retry.dcid == *self.paths.scid()
            && retry.scid != self.params.original_dcid
    }
}

/// Checks the integrity tag by sealing nothing over the pseudo packet.
fn authenticate(s: &mut Session, received: &retry::ReceivedRetry<'_>, len: usize) -> Result<bool> {
    let state = s.state();
    let retry = state.keys.early().and_then(|early| early.retry);
    let Some((aead, context)) = retry else { return Ok(false) };
    let key = integrity_key(received.retry.version, context);
    let original_dcid = state.params.original_dcid;
    let mut pseudo = Bytes::new(state.mem);
    pseudo.try_resize(len + original_dcid.len() + 1, 0)?;
    let mut writer = Writer::new(&mut pseudo);
    if received.write_pseudo_packet(&original_dcid, &mut writer).is_err() {
        return Ok(false);
    }
    let pseudo_len = writer.position();
    let pseudo = pseudo.get(..pseudo_len).unwrap_or_default();
    let tag = s.tag(&aead, &key, pseudo)?;
    Ok(constant_time_eq(&tag, received.tag))
}

/// The key of the integrity tag with its constant nonce (RFC 9001 §5.8, RFC 9369 §3.3.3); the helper made the context.
pub(crate) fn integrity_key(version: u32, context: abi::ngtcp2_crypto_aead_ctx) -> PacketKey {
    let nonce = retry::integrity_nonce(version);
    let mut iv = [0; MAX_IV];
    iv[..nonce.len()].copy_from_slice(nonce);
    PacketKey { context, iv, iv_len: nonce.len() as u8 }
}

fn constant_time_eq(a: &[u8; TAG_LEN], b: &[u8; TAG_LEN]) -> bool {
    core::hint::black_box(u128::from_ne_bytes(*a) ^ u128::from_ne_bytes(*b)) == 0
}
