//! Tokens: address validation (RFC 9000, section 8.1) and stateless reset (section 10.3.2).

use core::ffi::{c_int, c_void};

use crate::{ngtcp2_cid, ngtcp2_duration, ngtcp2_sockaddr, ngtcp2_socklen, ngtcp2_ssize, ngtcp2_tstamp};

unsafe extern "C" {
    pub fn ngtcp2_crypto_generate_stateless_reset_token(
        token: *mut u8,
        secret: *const u8,
        secretlen: usize,
        cid: *const ngtcp2_cid,
    ) -> c_int;

    pub fn ngtcp2_crypto_generate_retry_token(
        token: *mut u8,
        secret: *const u8,
        secretlen: usize,
        version: u32,
        remote_addr: *const ngtcp2_sockaddr,
        remote_addrlen: ngtcp2_socklen,
        retry_scid: *const ngtcp2_cid,
        odcid: *const ngtcp2_cid,
        ts: ngtcp2_tstamp,
    ) -> ngtcp2_ssize;

    pub fn ngtcp2_crypto_verify_retry_token(
        odcid: *mut ngtcp2_cid,
        token: *const u8,
        tokenlen: usize,
        secret: *const u8,
        secretlen: usize,
        version: u32,
        remote_addr: *const ngtcp2_sockaddr,
        remote_addrlen: ngtcp2_socklen,
        dcid: *const ngtcp2_cid,
        timeout: ngtcp2_duration,
        ts: ngtcp2_tstamp,
    ) -> c_int;

    /// Since 1.9.
    pub fn ngtcp2_crypto_generate_retry_token2(
        token: *mut u8,
        secret: *const u8,
        secretlen: usize,
        version: u32,
        remote_addr: *const ngtcp2_sockaddr,
        remote_addrlen: ngtcp2_socklen,
        retry_scid: *const ngtcp2_cid,
        odcid: *const ngtcp2_cid,
        ts: ngtcp2_tstamp,
    ) -> ngtcp2_ssize;

    /// Since 1.9.
    pub fn ngtcp2_crypto_verify_retry_token2(
        odcid: *mut ngtcp2_cid,
        token: *const u8,
        tokenlen: usize,
        secret: *const u8,
        secretlen: usize,
        version: u32,
        remote_addr: *const ngtcp2_sockaddr,
        remote_addrlen: ngtcp2_socklen,
        dcid: *const ngtcp2_cid,
        timeout: ngtcp2_duration,
        ts: ngtcp2_tstamp,
    ) -> c_int;

    pub fn ngtcp2_crypto_generate_regular_token(
        token: *mut u8,
        secret: *const u8,
        secretlen: usize,
        remote_addr: *const ngtcp2_sockaddr,
        remote_addrlen: ngtcp2_socklen,
        ts: ngtcp2_tstamp,
    ) -> ngtcp2_ssize;

    pub fn ngtcp2_crypto_verify_regular_token(
        token: *const u8,
        tokenlen: usize,
        secret: *const u8,
        secretlen: usize,
        remote_addr: *const ngtcp2_sockaddr,
        remote_addrlen: ngtcp2_socklen,
        timeout: ngtcp2_duration,
        ts: ngtcp2_tstamp,
    ) -> c_int;

    /// Since 1.18.
    pub fn ngtcp2_crypto_generate_regular_token2(
        token: *mut u8,
        secret: *const u8,
        secretlen: usize,
        remote_addr: *const ngtcp2_sockaddr,
        remote_addrlen: ngtcp2_socklen,
        data: *const c_void,
        datalen: usize,
        ts: ngtcp2_tstamp,
    ) -> ngtcp2_ssize;

    /// Since 1.18.
    pub fn ngtcp2_crypto_verify_regular_token2(
        data: *mut c_void,
        max_datalen: usize,
        token: *const u8,
        tokenlen: usize,
        secret: *const u8,
        secretlen: usize,
        remote_addr: *const ngtcp2_sockaddr,
        remote_addrlen: ngtcp2_socklen,
        timeout: ngtcp2_duration,
        ts: ngtcp2_tstamp,
    ) -> ngtcp2_ssize;
}
