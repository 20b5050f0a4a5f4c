//! Packets of a server that keeps no connection: Retry, and the refusal of a client.

use ngtcp2_abi::api::{ngtcp2_pkt_write_connection_close, ngtcp2_pkt_write_retry};
use ngtcp2_abi::{ngtcp2_cid, ngtcp2_ssize};

use super::handles::{self, AeadHandle, KeyHandles};
use super::protection::{ngtcp2_crypto_encrypt_cb, ngtcp2_crypto_hp_mask_cb};
use super::{cid, guard};
use crate::install;
use crate::packet_keys::InitialKeys;
use crate::suite;
use crate::version::Version;

const FAILURE: ngtcp2_ssize = super::FAILURE as ngtcp2_ssize;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_write_retry(
    dest: *mut u8,
    destlen: usize,
    version: u32,
    dcid: *const ngtcp2_cid,
    scid: *const ngtcp2_cid,
    odcid: *const ngtcp2_cid,
    token: *const u8,
    tokenlen: usize,
) -> ngtcp2_ssize {
    guard(FAILURE, || {
        if [dcid, scid, odcid].iter().any(|id| id.is_null()) || dest.is_null() || token.is_null() {
            return FAILURE;
        }
        let Ok(key) = install::retry_aead_key(version) else { return FAILURE };
        let key = AeadHandle::new(key);
        let aead = handles::aead(suite::INITIAL.aead);
        // SAFETY: the caller's arguments; the key lives until the end of this function.
        let len = unsafe {
            ngtcp2_pkt_write_retry(
                dest,
                destlen,
                version,
                dcid,
                scid,
                odcid,
                token,
                tokenlen,
                Some(ngtcp2_crypto_encrypt_cb),
                &aead,
                &key.ctx(),
            )
        };
        if len < 0 { FAILURE } else { len }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_write_connection_close(
    dest: *mut u8,
    destlen: usize,
    version: u32,
    dcid: *const ngtcp2_cid,
    scid: *const ngtcp2_cid,
    error_code: u64,
    reason: *const u8,
    reasonlen: usize,
) -> ngtcp2_ssize {
    guard(FAILURE, || {
        if dest.is_null() || dcid.is_null() || (reason.is_null() && reasonlen != 0) {
            return FAILURE;
        }
        // SAFETY: the caller's connection ID, or NULL.
        let Some(id) = (unsafe { scid.as_ref() }).and_then(cid) else { return FAILURE };
        let keys = InitialKeys::derive(Version::of(version), id).server;
        let Ok(handles) = KeyHandles::new(&keys) else { return FAILURE };
        let aead = handles::aead(suite::INITIAL.aead);
        let header_cipher = handles::cipher(suite::INITIAL.header_cipher);
        // SAFETY: the caller's arguments; the keys live until the end of this function.
        let len = unsafe {
            ngtcp2_pkt_write_connection_close(
                dest,
                destlen,
                version,
                dcid,
                scid,
                error_code,
                reason,
                reasonlen,
                Some(ngtcp2_crypto_encrypt_cb),
                &aead,
                &handles.aead.ctx(),
                keys.iv().as_ptr(),
                Some(ngtcp2_crypto_hp_mask_cb),
                &header_cipher,
                &handles.header_protection.ctx(),
            )
        };
        if len < 0 { FAILURE } else { len }
    })
}
