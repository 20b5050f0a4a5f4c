//! Packets that belong to no connection (RFC 9000, section 17; RFC 8999).

use core::ffi::c_int;

use crate::{
    ngtcp2_cid, ngtcp2_crypto_aead, ngtcp2_crypto_aead_ctx, ngtcp2_crypto_cipher, ngtcp2_crypto_cipher_ctx,
    ngtcp2_encrypt, ngtcp2_hp_mask, ngtcp2_pkt_hd, ngtcp2_ssize, ngtcp2_stateless_reset_token,
    ngtcp2_version_cid,
};

unsafe extern "C" {
    /// Reads the version and the connection IDs at the start of a datagram, which is enough to find
    /// the connection that it belongs to (RFC 8999).
    ///
    /// `short_dcidlen` is the length of the connection IDs that this endpoint gives out, since a
    /// short header does not tell it. The fields of `dest` point into `data`. Connection IDs of
    /// unknown versions may have up to 255 bytes.
    ///
    /// Returns:
    ///
    /// - 0: a short header, or a long header of a supported version or of version 0 (Version
    ///   Negotiation).
    /// - `NGTCP2_ERR_VERSION_NEGOTIATION`: a version that is not supported, in a datagram of at least
    ///   1200 bytes. `dest` is filled in, and a server answers with
    ///   `ngtcp2_pkt_write_version_negotiation`.
    /// - `NGTCP2_ERR_INVALID_ARGUMENT`: anything else. `dest` is as it was.
    pub fn ngtcp2_pkt_decode_version_cid(
        dest: *mut ngtcp2_version_cid,
        data: *const u8,
        datalen: usize,
        short_dcidlen: usize,
    ) -> c_int;

    /// Checks whether a datagram may start a new connection on a server: an Initial packet of a
    /// supported version in at least 1200 bytes, with a destination connection ID of at least 8
    /// bytes.
    ///
    /// Returns 0, or `NGTCP2_ERR_INVALID_ARGUMENT`. On success, `dest` has the header, of which the
    /// packet number is not read because it is protected; `dest` may be NULL.
    pub fn ngtcp2_accept(dest: *mut ngtcp2_pkt_hd, pkt: *const u8, pktlen: usize) -> c_int;

    /// Reads a long header. Fields that header protection covers, the packet number above all, are
    /// not read.
    ///
    /// Returns the number of bytes before the packet number, or `NGTCP2_ERR_INVALID_ARGUMENT`, also
    /// for a version that is not supported. `dest->token` points into `pkt`.
    pub fn ngtcp2_pkt_decode_hd_long(dest: *mut ngtcp2_pkt_hd, pkt: *const u8, pktlen: usize)
    -> ngtcp2_ssize;

    /// Reads a short header whose connection ID has `dcidlen` bytes. Fields that header protection
    /// covers are not read.
    ///
    /// Returns the number of bytes before the packet number, or `NGTCP2_ERR_INVALID_ARGUMENT`.
    pub fn ngtcp2_pkt_decode_hd_short(
        dest: *mut ngtcp2_pkt_hd,
        pkt: *const u8,
        pktlen: usize,
        dcidlen: usize,
    ) -> ngtcp2_ssize;

    /// Writes a Version Negotiation packet (RFC 9000, section 17.2.1) that offers the `nsv` versions
    /// at `sv`.
    ///
    /// `dcid` is the source connection ID of the packet that is answered, `scid` its destination
    /// connection ID. `unused_random` is any byte, for the bits without a meaning. Returns the length
    /// of the packet, or `NGTCP2_ERR_NOBUF`.
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

    /// Writes a Retry packet (RFC 9000, section 17.2.5) with the `tokenlen` bytes of `token`, which
    /// are at least one.
    ///
    /// `dcid` is the source connection ID of the client's Initial packet and `odcid` its destination
    /// connection ID. `scid` is chosen by the server and differs from `odcid`. `encrypt`, `aead` and
    /// `aead_ctx` make the integrity tag: AES-128-GCM with `NGTCP2_RETRY_KEY_V1` or
    /// `NGTCP2_RETRY_KEY_V2`. `ngtcp2_crypto_write_retry` is easier to use.
    ///
    /// Returns the length of the packet, `NGTCP2_ERR_NOBUF`, `NGTCP2_ERR_CALLBACK_FAILURE`, or
    /// `NGTCP2_ERR_INVALID_ARGUMENT`.
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

    /// Writes an Initial packet with a CONNECTION_CLOSE frame, for a server that refuses a connection
    /// and keeps none.
    ///
    /// `dcid` is the source connection ID of the client's Initial packet and `scid` its destination
    /// connection ID. `error_code` is a transport error, `reason` its explanation in `reasonlen`
    /// bytes. The keys are the server's Initial keys for `scid`.
    /// `ngtcp2_crypto_write_connection_close` is easier to use.
    ///
    /// Returns the length of the packet, `NGTCP2_ERR_NOBUF`, `NGTCP2_ERR_CALLBACK_FAILURE`, or
    /// `NGTCP2_ERR_INVALID_ARGUMENT`.
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

    /// Writes a stateless reset (RFC 9000, section 10.3) that ends in `token`.
    ///
    /// The `randlen` bytes at `rand` are unpredictable, and at least
    /// `NGTCP2_MIN_STATELESS_RESET_RANDLEN`. With more of them the packet looks like an ordinary one,
    /// but it should stay shorter than the packet that it answers. Returns the length of the packet,
    /// `NGTCP2_ERR_NOBUF` if `dest` has less than 21 bytes, or `NGTCP2_ERR_INVALID_ARGUMENT` if
    /// `randlen` is too small.
    ///
    /// Since 1.22.
    pub fn ngtcp2_pkt_write_stateless_reset2(
        dest: *mut u8,
        destlen: usize,
        token: *const ngtcp2_stateless_reset_token,
        rand: *const u8,
        randlen: usize,
    ) -> ngtcp2_ssize;

    /// Like `ngtcp2_pkt_write_stateless_reset2`, with a token of `NGTCP2_STATELESS_RESET_TOKENLEN`
    /// bytes.
    ///
    /// @deprecated Since 1.22. Use `ngtcp2_pkt_write_stateless_reset2`.
    pub fn ngtcp2_pkt_write_stateless_reset(
        dest: *mut u8,
        destlen: usize,
        stateless_reset_token: *const u8,
        rand: *const u8,
        randlen: usize,
    ) -> ngtcp2_ssize;
}
