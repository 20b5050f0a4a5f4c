//! Packets of a server that keeps no connection.

use crate::{ngtcp2_cid, ngtcp2_ssize};

unsafe extern "C" {
    /// `ngtcp2_pkt_write_connection_close` with keys of the helper's own. Returns the length of the
    /// packet, or -1.
    pub fn ngtcp2_crypto_write_connection_close(
        dest: *mut u8,
        destlen: usize,
        version: u32,
        dcid: *const ngtcp2_cid,
        scid: *const ngtcp2_cid,
        error_code: u64,
        reason: *const u8,
        reasonlen: usize,
    ) -> ngtcp2_ssize;

    /// `ngtcp2_pkt_write_retry` with keys of the helper's own. Returns the length of the packet, or
    /// -1.
    pub fn ngtcp2_crypto_write_retry(
        dest: *mut u8,
        destlen: usize,
        version: u32,
        dcid: *const ngtcp2_cid,
        scid: *const ngtcp2_cid,
        odcid: *const ngtcp2_cid,
        token: *const u8,
        tokenlen: usize,
    ) -> ngtcp2_ssize;
}
