//! `ngtcp2_pkt_write_connection_close`.

use ngtcp2_abi::{
    self as abi, ngtcp2_cid, ngtcp2_crypto_aead, ngtcp2_crypto_aead_ctx, ngtcp2_crypto_cipher,
    ngtcp2_crypto_cipher_ctx, ngtcp2_encrypt, ngtcp2_hp_mask, ngtcp2_ssize,
};

use crate::error::{Error, Result};
use crate::ffi::cid::connection_id;
use crate::ffi::{caller, length};
use crate::frame;
use crate::packet::protect::{self, MASK_LEN, SAMPLE_LEN};
use crate::packet::{PacketType, long};
use crate::session::guarded;
use crate::units::PacketNumber;
use crate::wire::{Writer, varint};

abi::assert_same_signature!(ngtcp2_abi::api, self, { ngtcp2_pkt_write_connection_close });

/// The nonce length of the AEAD of Initial packets, which is always the same (RFC 9001 §5.2, RFC 5116 §5.1).
const INITIAL_IV_LEN: usize = 12;

/// The packet is the first that its client gets.
const NUMBER: PacketNumber = PacketNumber(0);
const NUMBER_LEN: usize = 1;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_pkt_write_connection_close(
    dest: *mut u8,
    destlen: usize,
    version: u32,
    dcid: *const ngtcp2_cid,
    scid: *const ngtcp2_cid,
    error_code: u64,
    reason: *const u8,
    reasonlen: usize,
    encrypt: ngtcp2_encrypt,
    aead: *const ngtcp2_crypto_aead,
    aead_ctx: *const ngtcp2_crypto_aead_ctx,
    iv: *const u8,
    hp_mask: ngtcp2_hp_mask,
    hp: *const ngtcp2_crypto_cipher,
    hp_ctx: *const ngtcp2_crypto_cipher_ctx,
) -> ngtcp2_ssize {
    // SAFETY: the caller passes room for `destlen` bytes.
    let dest = unsafe { caller::buffer(dest, destlen) };
    // SAFETY: the caller passes a connection id.
    let dcid = unsafe { connection_id(dcid) };
    // SAFETY: the caller passes a connection id.
    let scid = unsafe { connection_id(scid) };
    // SAFETY: the caller passes `reasonlen` bytes.
    let reason = unsafe { caller::slice(reason, reasonlen) };
    // SAFETY: the caller passes an algorithm.
    let aead = unsafe { caller::load(aead) };
    // SAFETY: the caller passes a context.
    let aead_context = unsafe { caller::load(aead_ctx) };
    // SAFETY: the caller passes a vector as long as the nonce of Initial packets.
    let iv = unsafe { caller::load(iv.cast::<[u8; INITIAL_IV_LEN]>()) };
    // SAFETY: the caller passes a cipher.
    let cipher = unsafe { caller::load(hp) };
    // SAFETY: the caller passes a context.
    let cipher_context = unsafe { caller::load(hp_ctx) };
    let (Some(dest), Some(dcid), Some(scid), Some(reason)) = (dest, dcid, scid, reason) else {
        return length(Err(Error::InvalidArgument));
    };
    let (Some(aead), Some(aead_context), Some(iv)) = (aead, aead_context, iv) else {
        return length(Err(Error::InvalidArgument));
    };
    let (Some(cipher), Some(cipher_context)) = (cipher, cipher_context) else {
        return length(Err(Error::InvalidArgument));
    };
    let keys = Keys { encrypt, aead, aead_context, iv, hp_mask, cipher, cipher_context };
    let kind = PacketType::Initial;
    let header = long::Fields { kind, version, dcid: &dcid, scid: &scid, token: &[], fixed_bit: true };
    length(guarded(|| write(dest, &header, error_code, reason, &keys)))
}

/// The server's Initial keys.
struct Keys {
    encrypt: ngtcp2_encrypt,
    aead: ngtcp2_crypto_aead,
    aead_context: ngtcp2_crypto_aead_ctx,
    iv: [u8; INITIAL_IV_LEN],
    hp_mask: ngtcp2_hp_mask,
    cipher: ngtcp2_crypto_cipher,
    cipher_context: ngtcp2_crypto_cipher_ctx,
}

fn write(
    dest: &mut [u8],
    header: &long::Fields<'_>,
    error_code: u64,
    reason: &[u8],
    keys: &Keys,
) -> Result<usize> {
    if error_code > varint::MAX {
        return Err(Error::InvalidArgument);
    }
    let tag_len = keys.aead.max_overhead;
    let room = dest.len().checked_sub(tag_len).ok_or(Error::NoBuf)?;
    let mut writer = Writer::new(dest.get_mut(..room).ok_or(Error::NoBuf)?);
    let positions = long::write_header(&mut writer, header, NUMBER, NUMBER_LEN)?;
    let payload = writer.position();
    frame::write::connection_close(&mut writer, error_code, 0, reason)?;
    long::finish(&mut writer, positions, tag_len)?;
    let end = writer.position().checked_add(tag_len).ok_or(Error::NoBuf)?;

    let packet = dest.get_mut(..end).ok_or(Error::NoBuf)?;
    keys.seal(packet, payload)?;
    let sample = protect::sample(packet, positions.number).ok_or(Error::InvalidArgument)?;
    let mask = keys.mask(sample)?;
    protect::apply_mask(packet, positions.number, &mask);
    Ok(end)
}

impl Keys {
    /// Encrypts what stands from `payload` on in place; the packet ends with room for the tag.
    fn seal(&self, packet: &mut [u8], payload: usize) -> Result<()> {
        let encrypt = self.encrypt.ok_or(Error::InvalidArgument)?;
        let (header, text) = packet.split_at_mut_checked(payload).ok_or(Error::Internal)?;
        let plaintext_len = text.len().checked_sub(self.aead.max_overhead).ok_or(Error::Internal)?;
        let text = text.as_mut_ptr();
        // The packet number is 0, so that the vector itself is the nonce (RFC 9001 §5.3).
        // SAFETY: the payload is encrypted onto itself, which the callback's contract allows, and the tag fits behind it;
        // the header before it and the keys outlive the call.
        let status = unsafe {
            encrypt(
                text,
                &self.aead,
                &self.aead_context,
                text,
                plaintext_len,
                self.iv.as_ptr(),
                self.iv.len(),
                header.as_ptr(),
                header.len(),
            )
        };
        if status == 0 { Ok(()) } else { Err(Error::CallbackFailure) }
    }

    fn mask(&self, sample: &[u8; SAMPLE_LEN]) -> Result<[u8; MASK_LEN]> {
        let hp_mask = self.hp_mask.ok_or(Error::InvalidArgument)?;
        // Some ciphers write a whole block although five bytes are asked for.
        let mut block = [0; SAMPLE_LEN];
        // SAFETY: the array has room for a block of the cipher, and the sample is one.
        let status =
            unsafe { hp_mask(block.as_mut_ptr(), &self.cipher, &self.cipher_context, sample.as_ptr()) };
        if status != 0 {
            return Err(Error::CallbackFailure);
        }
        block.first_chunk().copied().ok_or(Error::Internal)
    }
}
