//! `ngtcp2_pkt_write_retry`.

use ngtcp2_abi::{
    self as abi, ngtcp2_cid, ngtcp2_crypto_aead, ngtcp2_crypto_aead_ctx, ngtcp2_encrypt, ngtcp2_ssize,
};

use crate::error::{Error, Result};
use crate::ffi::cid::connection_id;
use crate::ffi::{caller, length};
use crate::packet::ConnectionId;
use crate::packet::retry::{self, Retry, TAG_LEN};
use crate::session::guarded;
use crate::wire::Writer;

abi::assert_same_signature!(ngtcp2_abi::api, self, { ngtcp2_pkt_write_retry });

/// The longest pseudo packet that is sealed: a Retry packet that no path of this size carries is of no use.
const MAX_PSEUDO_PACKET_LEN: usize = 2048;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_pkt_write_retry(
    dest: *mut u8,
    destlen: usize,
    version: u32,
    dcid: *const ngtcp2_cid,
    scid: *const ngtcp2_cid,
    odcid: *const ngtcp2_cid,
    token: *const u8,
    tokenlen: usize,
    encrypt: ngtcp2_encrypt,
    aead: *const ngtcp2_crypto_aead,
    aead_ctx: *const ngtcp2_crypto_aead_ctx,
) -> ngtcp2_ssize {
    // SAFETY: the caller passes room for `destlen` bytes.
    let dest = unsafe { caller::buffer(dest, destlen) };
    // SAFETY: the caller passes a connection id.
    let dcid = unsafe { connection_id(dcid) };
    // SAFETY: the caller passes a connection id.
    let scid = unsafe { connection_id(scid) };
    // SAFETY: the caller passes a connection id.
    let odcid = unsafe { connection_id(odcid) };
    // SAFETY: the caller passes `tokenlen` bytes.
    let token = unsafe { caller::slice(token, tokenlen) };
    // SAFETY: the caller passes an algorithm.
    let aead = unsafe { caller::load(aead) };
    // SAFETY: the caller passes a context.
    let context = unsafe { caller::load(aead_ctx) };
    let (Some(dest), Some(dcid), Some(scid), Some(odcid), Some(token)) = (dest, dcid, scid, odcid, token)
    else {
        return length(Err(Error::InvalidArgument));
    };
    let (Some(aead), Some(context)) = (aead, context) else {
        return length(Err(Error::InvalidArgument));
    };
    let key = Key { encrypt, aead, context };
    length(guarded(|| write(dest, &Retry { version, dcid, scid, token }, &odcid, &key)))
}

/// What makes the integrity tag.
struct Key {
    encrypt: ngtcp2_encrypt,
    aead: ngtcp2_crypto_aead,
    context: ngtcp2_crypto_aead_ctx,
}

fn write(dest: &mut [u8], packet: &Retry<'_>, original_dcid: &ConnectionId, key: &Key) -> Result<usize> {
    // RFC 9000 §17.2.5: the server chooses another connection id, and the token is not empty.
    if packet.scid == *original_dcid || packet.token.is_empty() {
        return Err(Error::InvalidArgument);
    }
    if dest.len() < packet.packet_len() {
        return Err(Error::NoBuf);
    }
    let mut pseudo = [0; MAX_PSEUDO_PACKET_LEN];
    let mut pseudo = Writer::new(&mut pseudo);
    packet.write_pseudo_packet(original_dcid, &mut pseudo)?;
    let tag = key.tag(retry::integrity_nonce(packet.version), pseudo.written())?;
    let mut writer = Writer::new(dest);
    packet.write(&mut writer)?;
    writer.array(tag)?;
    Ok(writer.position())
}

impl Key {
    /// The tag of nothing but associated data (RFC 9001 §5.8).
    fn tag(&self, nonce: &[u8], associated_data: &[u8]) -> Result<[u8; TAG_LEN]> {
        let encrypt = self.encrypt.ok_or(Error::InvalidArgument)?;
        let mut tag = [0; TAG_LEN];
        if self.aead.max_overhead != tag.len() {
            return Err(Error::InvalidArgument);
        }
        // SAFETY: the array has room for an empty ciphertext with its tag; all else outlives the call.
        let status = unsafe {
            encrypt(
                tag.as_mut_ptr(),
                &self.aead,
                &self.context,
                b"".as_ptr(),
                0,
                nonce.as_ptr(),
                nonce.len(),
                associated_data.as_ptr(),
                associated_data.len(),
            )
        };
        if status == 0 { Ok(tag) } else { Err(Error::CallbackFailure) }
    }
}
