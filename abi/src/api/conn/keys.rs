//! The keys of a connection (RFC 9001, sections 5 and 6).

use core::ffi::c_int;

use crate::{
    ngtcp2_conn, ngtcp2_crypto_aead, ngtcp2_crypto_aead_ctx, ngtcp2_crypto_cipher_ctx, ngtcp2_crypto_ctx,
    ngtcp2_tstamp,
};

unsafe extern "C" {
    /// Sets the algorithms of Initial packets (RFC 9001, section 5.2), before the Initial keys are
    /// installed. `ctx` is copied.
    pub fn ngtcp2_conn_set_initial_crypto_ctx(conn: *mut ngtcp2_conn, ctx: *const ngtcp2_crypto_ctx);

    /// Returns what `ngtcp2_conn_set_initial_crypto_ctx` set. Valid as long as the connection.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_initial_crypto_ctx2(conn: *const ngtcp2_conn) -> *const ngtcp2_crypto_ctx;

    /// Like `ngtcp2_conn_get_initial_crypto_ctx2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_initial_crypto_ctx2`.
    pub fn ngtcp2_conn_get_initial_crypto_ctx(conn: *mut ngtcp2_conn) -> *const ngtcp2_crypto_ctx;

    /// Sets the algorithms of 0-RTT packets, before their key is installed. `ctx` is copied.
    pub fn ngtcp2_conn_set_0rtt_crypto_ctx(conn: *mut ngtcp2_conn, ctx: *const ngtcp2_crypto_ctx);

    /// Returns what `ngtcp2_conn_set_0rtt_crypto_ctx` set. Valid as long as the connection.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_0rtt_crypto_ctx2(conn: *const ngtcp2_conn) -> *const ngtcp2_crypto_ctx;

    /// Like `ngtcp2_conn_get_0rtt_crypto_ctx2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_0rtt_crypto_ctx2`.
    pub fn ngtcp2_conn_get_0rtt_crypto_ctx(conn: *mut ngtcp2_conn) -> *const ngtcp2_crypto_ctx;

    /// Sets the algorithms of Handshake and 1-RTT packets, which TLS negotiated, before their keys
    /// are installed. `ctx` is copied.
    pub fn ngtcp2_conn_set_crypto_ctx(conn: *mut ngtcp2_conn, ctx: *const ngtcp2_crypto_ctx);

    /// Returns what `ngtcp2_conn_set_crypto_ctx` set. Valid as long as the connection.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_crypto_ctx2(conn: *const ngtcp2_conn) -> *const ngtcp2_crypto_ctx;

    /// Like `ngtcp2_conn_get_crypto_ctx2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_crypto_ctx2`.
    pub fn ngtcp2_conn_get_crypto_ctx(conn: *mut ngtcp2_conn) -> *const ngtcp2_crypto_ctx;

    /// Sets the AEAD that verifies the integrity tag of Retry packets (RFC 9001, section 5.8):
    /// AES-128-GCM with `NGTCP2_RETRY_KEY_V1` or `NGTCP2_RETRY_KEY_V2`, ready to encrypt. Clients
    /// only.
    ///
    /// The connection takes over `aead_ctx` and has `delete_crypto_aead_ctx` free it.
    pub fn ngtcp2_conn_set_retry_aead(
        conn: *mut ngtcp2_conn,
        aead: *const ngtcp2_crypto_aead,
        aead_ctx: *const ngtcp2_crypto_aead_ctx,
    );

    /// Installs the keys of Initial packets in both directions (RFC 9001, section 5.2). Earlier ones
    /// are replaced: after a Retry packet the keys have to be derived anew.
    ///
    /// Each initialization vector has `ivlen` bytes, the nonce length of the AEAD but at least 8. The
    /// vectors are copied. The connection takes over the contexts and has the
    /// `delete_crypto_aead_ctx` and `delete_crypto_cipher_ctx` callbacks free them, except when the
    /// function fails: then they stay with the caller. This holds for all functions of this kind.
    ///
    /// Returns 0, `NGTCP2_ERR_NOMEM`, `NGTCP2_ERR_INVALID_ARGUMENT`, or `NGTCP2_ERR_INVALID_STATE`.
    pub fn ngtcp2_conn_install_initial_key(
        conn: *mut ngtcp2_conn,
        rx_aead_ctx: *const ngtcp2_crypto_aead_ctx,
        rx_iv: *const u8,
        rx_hp_ctx: *const ngtcp2_crypto_cipher_ctx,
        tx_aead_ctx: *const ngtcp2_crypto_aead_ctx,
        tx_iv: *const u8,
        tx_hp_ctx: *const ngtcp2_crypto_cipher_ctx,
        ivlen: usize,
    ) -> c_int;

    /// Installs the keys of Initial packets for the version `version` that was negotiated (RFC 9368),
    /// beside those of the first version. Otherwise like `ngtcp2_conn_install_initial_key`.
    pub fn ngtcp2_conn_install_vneg_initial_key(
        conn: *mut ngtcp2_conn,
        version: u32,
        rx_aead_ctx: *const ngtcp2_crypto_aead_ctx,
        rx_iv: *const u8,
        rx_hp_ctx: *const ngtcp2_crypto_cipher_ctx,
        tx_aead_ctx: *const ngtcp2_crypto_aead_ctx,
        tx_iv: *const u8,
        tx_hp_ctx: *const ngtcp2_crypto_cipher_ctx,
        ivlen: usize,
    ) -> c_int;

    /// Installs the key of 0-RTT packets: to encrypt on a client, to decrypt on a server. The
    /// contexts and the vector of `ivlen` bytes are as in `ngtcp2_conn_install_initial_key`.
    ///
    /// Returns 0, `NGTCP2_ERR_NOMEM`, `NGTCP2_ERR_INVALID_ARGUMENT`, `NGTCP2_ERR_INVALID_STATE`, or
    /// `NGTCP2_ERR_CALLBACK_FAILURE`.
    pub fn ngtcp2_conn_install_0rtt_key(
        conn: *mut ngtcp2_conn,
        aead_ctx: *const ngtcp2_crypto_aead_ctx,
        iv: *const u8,
        ivlen: usize,
        hp_ctx: *const ngtcp2_crypto_cipher_ctx,
    ) -> c_int;

    /// Installs the key that decrypts Handshake packets, and calls `recv_rx_key`. The contexts and
    /// the vector of `ivlen` bytes are as in `ngtcp2_conn_install_initial_key`.
    ///
    /// Returns 0, `NGTCP2_ERR_NOMEM`, `NGTCP2_ERR_INVALID_ARGUMENT`, `NGTCP2_ERR_INVALID_STATE`, or
    /// `NGTCP2_ERR_CALLBACK_FAILURE`.
    pub fn ngtcp2_conn_install_rx_handshake_key(
        conn: *mut ngtcp2_conn,
        aead_ctx: *const ngtcp2_crypto_aead_ctx,
        iv: *const u8,
        ivlen: usize,
        hp_ctx: *const ngtcp2_crypto_cipher_ctx,
    ) -> c_int;

    /// Installs the key that encrypts Handshake packets, and calls `recv_tx_key`. On a server the
    /// transport parameters cannot be changed afterwards. Otherwise like
    /// `ngtcp2_conn_install_rx_handshake_key`.
    pub fn ngtcp2_conn_install_tx_handshake_key(
        conn: *mut ngtcp2_conn,
        aead_ctx: *const ngtcp2_crypto_aead_ctx,
        iv: *const u8,
        ivlen: usize,
        hp_ctx: *const ngtcp2_crypto_cipher_ctx,
    ) -> c_int;

    /// Installs the key that decrypts 1-RTT packets, and calls `recv_rx_key`. The `secretlen` bytes
    /// of the traffic secret are copied, for key updates. The contexts and the vector of `ivlen`
    /// bytes are as in `ngtcp2_conn_install_initial_key`.
    ///
    /// Returns 0, `NGTCP2_ERR_NOMEM`, `NGTCP2_ERR_INVALID_ARGUMENT`, `NGTCP2_ERR_INVALID_STATE`, or
    /// `NGTCP2_ERR_CALLBACK_FAILURE`.
    pub fn ngtcp2_conn_install_rx_key(
        conn: *mut ngtcp2_conn,
        secret: *const u8,
        secretlen: usize,
        aead_ctx: *const ngtcp2_crypto_aead_ctx,
        iv: *const u8,
        ivlen: usize,
        hp_ctx: *const ngtcp2_crypto_cipher_ctx,
    ) -> c_int;

    /// Installs the key that encrypts 1-RTT packets, and calls `recv_tx_key`. The transport
    /// parameters of the peer must be known by then. Otherwise like `ngtcp2_conn_install_rx_key`.
    pub fn ngtcp2_conn_install_tx_key(
        conn: *mut ngtcp2_conn,
        secret: *const u8,
        secretlen: usize,
        aead_ctx: *const ngtcp2_crypto_aead_ctx,
        iv: *const u8,
        ivlen: usize,
        hp_ctx: *const ngtcp2_crypto_cipher_ctx,
    ) -> c_int;

    /// Starts a key update (RFC 9001, section 6).
    ///
    /// Returns 0, or `NGTCP2_ERR_INVALID_STATE` if the handshake is not confirmed, the last update is
    /// not confirmed, or it was less than three times the probe timeout ago.
    pub fn ngtcp2_conn_initiate_key_update(conn: *mut ngtcp2_conn, ts: ngtcp2_tstamp) -> c_int;
}
