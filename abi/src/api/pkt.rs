//! Packets that belong to no connection (RFC 9000, section 17; RFC 8999).

use core::ffi::c_int;

use crate::{
    ngtcp2_cid, ngtcp2_crypto_aead, ngtcp2_crypto_aead_ctx, ngtcp2_crypto_cipher, ngtcp2_crypto_cipher_ctx,
    ngtcp2_encrypt, ngtcp2_hp_mask, ngtcp2_pkt_hd, ngtcp2_ssize, ngtcp2_stateless_reset_token,
    ngtcp2_version_cid,
};

unsafe extern "C" {
    pub fn ngtcp2_pkt_decode_version_cid(
        dest: *mut ngtcp2_version_cid,
        data: *const u8,
        datalen: usize,
        short_dcidlen: usize,
    ) -> c_int;

    pub fn ngtcp2_accept(dest: *mut ngtcp2_pkt_hd, pkt: *const u8, pktlen: usize) -> c_int;

    pub fn ngtcp2_pkt_decode_hd_long(dest: *mut ngtcp2_pkt_hd, pkt: *const u8, pktlen: usize)
    -> ngtcp2_ssize;

    pub fn ngtcp2_pkt_decode_hd_short(
        dest: *mut ngtcp2_pkt_hd,
        pkt: *const u8,
        pktlen: usize,
        dcidlen: usize,
    ) -> ngtcp2_ssize;

    pub fn ngtcp2_pkt_write_version_negotiation(
        dest: *mut u8,
        destlen: usize,
        unused_random: u8,
        dcid: *const u8,
        dcidlen: usize,
        scid: *const u8,
        scidlen: usize,
        sv: *const u32,
        nsv: usize,
    ) -> ngtcp2_ssize;

    pub fn ngtcp2_pkt_write_retry(
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
    ) -> ngtcp2_ssize;

    pub fn ngtcp2_pkt_write_connection_close(
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
    ) -> ngtcp2_ssize;

    /// Since 1.22.
    pub fn ngtcp2_pkt_write_stateless_reset2(
        dest: *mut u8,
        destlen: usize,
        token: *const ngtcp2_stateless_reset_token,
        rand: *const u8,
        randlen: usize,
    ) -> ngtcp2_ssize;

    /// @deprecated Since 1.22. Use `ngtcp2_pkt_write_stateless_reset2`.
    pub fn ngtcp2_pkt_write_stateless_reset(
        dest: *mut u8,
        destlen: usize,
        stateless_reset_token: *const u8,
        rand: *const u8,
        randlen: usize,
    ) -> ngtcp2_ssize;
}
