//! Callbacks about the handshake: Initial keys, TLS messages, Retry, version negotiation, tokens.

use core::ffi::{c_int, c_void};

use crate::{ngtcp2_cid, ngtcp2_conn, ngtcp2_encryption_level, ngtcp2_pkt_hd};

/// A client starts: install the Initial keys and the Retry AEAD, and submit the ClientHello.
///
/// Called from the first write of a client.
pub type ngtcp2_client_initial =
    Option<unsafe extern "C" fn(conn: *mut ngtcp2_conn, user_data: *mut c_void) -> c_int>;

/// A server received its first Initial packet: install the Initial keys, derived from `dcid`, the
/// destination connection ID that the client chose.
pub type ngtcp2_recv_client_initial = Option<
    unsafe extern "C" fn(conn: *mut ngtcp2_conn, dcid: *const ngtcp2_cid, user_data: *mut c_void) -> c_int,
>;

/// TLS messages arrived: hand them to the TLS stack, and submit its answer with
/// `ngtcp2_conn_submit_crypto_data`.
///
/// At each encryption level the data comes in order and without gaps, in pieces of any size.
/// `offset` counts from the first byte of the level. Returns 0 on success, `NGTCP2_ERR_CRYPTO` if
/// the TLS stack fails, or any other error code of the library; `ngtcp2_conn_read_pkt` returns it.
pub type ngtcp2_recv_crypto_data = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        encryption_level: ngtcp2_encryption_level,
        offset: u64,
        data: *const u8,
        datalen: usize,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// The handshake is complete (RFC 9001, section 4.1.1).
pub type ngtcp2_handshake_completed =
    Option<unsafe extern "C" fn(conn: *mut ngtcp2_conn, user_data: *mut c_void) -> c_int>;

/// The handshake is confirmed (RFC 9001, section 4.1.2). Called on a client only: for a server the
/// handshake is confirmed when it completes.
pub type ngtcp2_handshake_confirmed =
    Option<unsafe extern "C" fn(conn: *mut ngtcp2_conn, user_data: *mut c_void) -> c_int>;

/// A Version Negotiation packet arrived that offers the `nsv` versions at `sv`.
///
/// `ngtcp2_conn_read_pkt` then returns `NGTCP2_ERR_RECV_VERSION_NEGOTIATION`: this connection is
/// over, and the application may try a new one with another version. Clients only.
pub type ngtcp2_recv_version_negotiation = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        hd: *const ngtcp2_pkt_hd,
        sv: *const u32,
        nsv: usize,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// A valid Retry packet arrived: install Initial keys derived from `hd->scid`. Clients only.
///
/// The library has taken the token already.
pub type ngtcp2_recv_retry = Option<
    unsafe extern "C" fn(conn: *mut ngtcp2_conn, hd: *const ngtcp2_pkt_hd, user_data: *mut c_void) -> c_int,
>;

/// The endpoints agreed on `version`, which differs from that of the first packet (RFC 9368,
/// compatible version negotiation): install Initial keys for it with
/// `ngtcp2_conn_install_vneg_initial_key`, derived from `client_dcid`.
pub type ngtcp2_version_negotiation = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        version: u32,
        client_dcid: *const ngtcp2_cid,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// The keys of `level` were installed in one direction. Called from within the install functions.
pub type ngtcp2_recv_key = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        level: ngtcp2_encryption_level,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// The server rejected 0-RTT: all streams are gone, and the settings of the earlier session with
/// them. Clients only.
pub type ngtcp2_tls_early_data_rejected =
    Option<unsafe extern "C" fn(conn: *mut ngtcp2_conn, user_data: *mut c_void) -> c_int>;

/// The server sent a token for the Initial packets of a later connection (RFC 9000, section 8.1.3).
/// Clients only.
pub type ngtcp2_recv_new_token = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        token: *const u8,
        tokenlen: usize,
        user_data: *mut c_void,
    ) -> c_int,
>;
