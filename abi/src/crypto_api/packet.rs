//! Packets of a server that keeps no connection.

use crate::{ngtcp2_cid, ngtcp2_ssize};

unsafe extern "C" {
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
