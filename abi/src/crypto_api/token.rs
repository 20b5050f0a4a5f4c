//! Tokens: address validation (RFC 9000, section 8.1) and stateless reset (section 10.3.2).

use core::ffi::{c_int, c_void};

use crate::{ngtcp2_cid, ngtcp2_duration, ngtcp2_sockaddr, ngtcp2_socklen, ngtcp2_ssize, ngtcp2_tstamp};

unsafe extern "C" {
    /// Derives the stateless reset token of `cid` from the static key `secret` (RFC 9000, section
    /// 10.3.2), and writes its `NGTCP2_STATELESS_RESET_TOKENLEN` bytes to `token`. The same arguments
    /// give the same token. Returns 0, or -1.
    pub fn ngtcp2_crypto_generate_stateless_reset_token(
        token: *mut u8,
        secret: *const u8,
        secretlen: usize,
        cid: *const ngtcp2_cid,
    ) -> c_int;

    /// Writes a token for a Retry packet (RFC 9000, section 8.1.2) to `token`, which takes
    /// `NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN` bytes.
    ///
    /// `secret` is a static key of the server, of any length; servers that share it accept each
    /// other's tokens. `version`, the address of the client and `odcid`, the destination connection
    /// ID of its Initial packet, are protected by it, and so are `retry_scid`, the connection ID that
    /// the server chose for the Retry packet, and the time `ts`. Returns the length of the token, or
    /// -1.
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

    /// Verifies a token that `ngtcp2_crypto_generate_retry_token` made with the same `secret`: it
    /// comes from the same address, in an Initial packet of `version` with the destination connection
    /// ID `dcid`, which is the one of the Retry packet, and is at `ts` not older than `timeout`.
    ///
    /// On success `odcid` becomes the destination connection ID of the client's first Initial packet.
    /// Returns 0, or -1.
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

    /// Like `ngtcp2_crypto_generate_retry_token`, for `ngtcp2_crypto_verify_retry_token2`, which
    /// tells a token that was damaged from one that is not valid. `token` takes
    /// `NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2` bytes.
    ///
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

    /// Verifies a token that `ngtcp2_crypto_generate_retry_token2` made, like
    /// `ngtcp2_crypto_verify_retry_token`. Returns 0, or:
    ///
    /// - `NGTCP2_CRYPTO_ERR_UNREADABLE_TOKEN`: it was not made by this server, or was damaged. A
    ///   server may treat the packet as one without a token.
    /// - `NGTCP2_CRYPTO_ERR_VERIFY_TOKEN`: the address, the connection ID or the age is wrong. A
    ///   server refuses the connection with `NGTCP2_INVALID_TOKEN`.
    /// - `NGTCP2_CRYPTO_ERR_INTERNAL`.
    ///
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

    /// Writes a token for a NEW_TOKEN frame (RFC 9000, section 8.1.3) to `token`, which takes
    /// `NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN` bytes. It is bound to the IP address of the client,
    /// without the port, and to the time `ts`. Returns the length of the token, or -1.
    pub fn ngtcp2_crypto_generate_regular_token(
        token: *mut u8,
        secret: *const u8,
        secretlen: usize,
        remote_addr: *const ngtcp2_sockaddr,
        remote_addrlen: ngtcp2_socklen,
        ts: ngtcp2_tstamp,
    ) -> ngtcp2_ssize;

    /// Verifies a token that `ngtcp2_crypto_generate_regular_token` made with the same `secret` for
    /// the same address, and that is at `ts` not older than `timeout`. Data in the token is ignored.
    /// Returns 0, or -1.
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

    /// Like `ngtcp2_crypto_generate_regular_token`, with the `datalen` bytes at `data`, at most 256,
    /// inside the token, encrypted. `token` takes `datalen` bytes more.
    ///
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

    /// Verifies a token like `ngtcp2_crypto_verify_regular_token`, and copies the data in it to
    /// `data`.
    ///
    /// Returns the number of bytes of data, or 0 if they are more than `max_datalen` and were not
    /// copied, or:
    ///
    /// - `NGTCP2_CRYPTO_ERR_UNREADABLE_TOKEN`: it was not made by this server for this address, or
    ///   was damaged.
    /// - `NGTCP2_CRYPTO_ERR_VERIFY_TOKEN`: it is too old.
    /// - `NGTCP2_CRYPTO_ERR_INTERNAL`.
    ///
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
