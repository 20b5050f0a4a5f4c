//! Call-outs that carry no connection argument: encrypt, decrypt, header masks and random bytes.
//!
//! Owns: how a key is handed to C. Must not know: which key protects which packet (`conn/keys.rs`). An API call made
//! from inside one of these callbacks is refused, because the state is in the middle of its work.

use core::ops::Range;

use ngtcp2_abi as abi;

use super::{Output, Phase, Session};
use crate::error::{Error, Result};
use crate::mem::Scratch;

/// The longest nonce any AEAD of TLS 1.3 takes is 12 bytes (RFC 8446 §5.3); room for a little more.
pub(crate) const MAX_IV: usize = 16;

/// An AEAD key with its static IV (RFC 9001 §5.3). The contexts belong to the caller's TLS library.
#[derive(Clone, Copy)]
pub(crate) struct PacketKey {
    pub(crate) context: abi::ngtcp2_crypto_aead_ctx,
    pub(crate) iv: [u8; MAX_IV],
    pub(crate) iv_len: u8,
}

impl PacketKey {
    /// The static IV with the packet number folded into its tail (RFC 9001 §5.3).
    #[inline]
    fn nonce(&self, number: u64) -> [u8; MAX_IV] {
        let mut nonce = self.iv;
        let len = self.iv_len as usize;
        if let Some(tail) = nonce.get_mut(len.wrapping_sub(8)..len) {
            for (byte, bits) in tail.iter_mut().zip(number.to_be_bytes()) {
                *byte ^= bits;
            }
        }
        nonce
    }
}

/// A header protection key (RFC 9001 §5.4).
#[derive(Clone, Copy)]
pub(crate) struct HeaderKey {
    pub(crate) context: abi::ngtcp2_crypto_cipher_ctx,
}

/// Bytes of ciphertext that header protection samples (RFC 9001 §5.4.2).
pub(crate) const SAMPLE_LEN: usize = 16;

impl Session {
    /// Encrypts `payload` of the datagram in place; the tag follows it. `header` is the associated data.
    #[inline]
    pub(crate) fn seal(
        &mut self,
        aead: &abi::ngtcp2_crypto_aead,
        key: &PacketKey,
        number: u64,
        datagram: Output,
        header: Range<usize>,
        payload: Range<usize>,
    ) -> Result<()> {
        let encrypt = self.head().callbacks.encrypt.ok_or(Error::CallbackFailure)?;
        let room = datagram.len().checked_sub(payload.end);
        if header.end > payload.start || room.is_none_or(|room| aead.max_overhead > room) {
            return Err(Error::Internal);
        }
        let nonce = key.nonce(number);
        let plaintext = datagram.pointer().wrapping_add(payload.start);
        let aad = datagram.pointer().wrapping_add(header.start);
        let status = self.ask(Phase::Bare, |_, _| {
            // SAFETY: header, payload and tag lie inside the caller's buffer (checked above) and do not overlap, except that the
            // payload is encrypted onto itself, which the callback's contract allows; key and nonce live on this stack.
            unsafe {
                encrypt(
                    plaintext,
                    aead,
                    &key.context,
                    plaintext,
                    payload.len(),
                    nonce.as_ptr(),
                    key.iv_len as usize,
                    aad,
                    header.len(),
                )
            }
        })?;
        if status == 0 { Ok(()) } else { Err(Error::CallbackFailure) }
    }

    /// Decrypts a packet's payload: `plain` is filled with the header, the associated data, and has room for the whole
    /// ciphertext. The payload is appended; returns its length.
    #[inline]
    pub(crate) fn open(
        &mut self,
        aead: &abi::ngtcp2_crypto_aead,
        key: &PacketKey,
        number: u64,
        ciphertext: &[u8],
        plain: &mut Scratch<'_>,
    ) -> Result<usize> {
        let decrypt = self.head().callbacks.decrypt.ok_or(Error::CallbackFailure)?;
        let Some(len) = ciphertext.len().checked_sub(aead.max_overhead) else {
            return Err(Error::Decrypt);
        };
        let (header, plaintext) = plain.split();
        if plaintext.len() < ciphertext.len() {
            return Err(Error::Internal);
        }
        let nonce = key.nonce(number);
        let status = self.ask(Phase::Bare, |_, _| {
            // SAFETY: all buffers are slices that outlive the call; the output has room for the whole ciphertext, and lies
            // behind the header.
            unsafe {
                decrypt(
                    plaintext.as_mut_ptr().cast(),
                    aead,
                    &key.context,
                    ciphertext.as_ptr(),
                    ciphertext.len(),
                    nonce.as_ptr(),
                    key.iv_len as usize,
                    header.as_ptr(),
                    header.len(),
                )
            }
        })?;
        match status {
            0 => {
                // SAFETY: a decrypt callback that returns 0 has written the plaintext.
                unsafe { plain.assume_filled(len) };
                Ok(len)
            }
            abi::NGTCP2_ERR_DECRYPT => Err(Error::Decrypt),
            _ => Err(Error::CallbackFailure),
        }
    }

    /// The authentication tag over `data` and no plaintext: what protects a Retry packet (RFC 9001 §5.8).
    pub(crate) fn tag(
        &mut self,
        aead: &abi::ngtcp2_crypto_aead,
        key: &PacketKey,
        data: &[u8],
    ) -> Result<[u8; 16]> {
        let encrypt = self.head().callbacks.encrypt.ok_or(Error::CallbackFailure)?;
        let mut tag = [0; 16];
        if aead.max_overhead > tag.len() {
            return Err(Error::InvalidState);
        }
        let status = self.ask(Phase::Bare, |_, _| {
            // SAFETY: the tag fits the array (checked above); nonce, data and key outlive the call.
            unsafe {
                encrypt(
                    tag.as_mut_ptr(),
                    aead,
                    &key.context,
                    [].as_ptr(),
                    0,
                    key.iv.as_ptr(),
                    key.iv_len as usize,
                    data.as_ptr(),
                    data.len(),
                )
            }
        })?;
        if status == 0 { Ok(tag) } else { Err(Error::CallbackFailure) }
    }

    /// The five mask bytes of header protection for a sample of ciphertext.
    #[inline]
    pub(crate) fn header_mask(
        &mut self,
        cipher: &abi::ngtcp2_crypto_cipher,
        key: &HeaderKey,
        sample: &[u8; SAMPLE_LEN],
    ) -> Result<[u8; 5]> {
        let hp_mask = self.head().callbacks.hp_mask.ok_or(Error::CallbackFailure)?;
        // Some cipher implementations write a whole block although five bytes are asked for.
        let mut mask = [0u8; SAMPLE_LEN];
        let status = self.ask(Phase::Bare, |_, _| {
            // SAFETY: the mask has room for a whole cipher block and the sample is one; both live on this stack.
            unsafe { hp_mask(mask.as_mut_ptr(), cipher, &key.context, sample.as_ptr()) }
        })?;
        if status != 0 {
            return Err(Error::CallbackFailure);
        }
        Ok([mask[0], mask[1], mask[2], mask[3], mask[4]])
    }
}
