//! The table of callbacks of a connection.

use core::ffi::c_int;

use crate::callback::*;
use crate::ngtcp2_rand;

/// The first generation of `ngtcp2_callbacks`, up to `tls_early_data_rejected`.
pub const NGTCP2_CALLBACKS_V1: c_int = 1;
/// Adds `begin_path_validation`. Since 1.14.
pub const NGTCP2_CALLBACKS_V2: c_int = 2;
/// Adds the callbacks from `recv_stateless_reset2` to `get_path_challenge_data2`. Since 1.22.
pub const NGTCP2_CALLBACKS_V3: c_int = 3;
/// Adds `recv_stop_sending`. Since 1.24.
pub const NGTCP2_CALLBACKS_V4: c_int = 4;
/// Adds `stream_close2`. Since 1.25.
pub const NGTCP2_CALLBACKS_V5: c_int = 5;
/// The generation of `ngtcp2_callbacks` in this header.
pub const NGTCP2_CALLBACKS_VERSION: c_int = NGTCP2_CALLBACKS_V5;

/// The callbacks of a connection. Optional ones may be NULL.
///
/// A callback returns 0 on success; anything else makes the library call in progress return
/// `NGTCP2_ERR_CALLBACK_FAILURE`, unless the type of the callback says otherwise. `user_data` is
/// what was given to `ngtcp2_conn_client_new` or `ngtcp2_conn_server_new`, `stream_user_data` what
/// was given when the stream was opened. Pointers are valid during the call only.
///
/// Callbacks must return normally: no C++ exception and no longjmp(3) may leave them. Those that
/// are called while a packet is written must not read from, write to or close the connection.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_callbacks {
    /// A client starts. Required for clients.
    pub client_initial: ngtcp2_client_initial,
    /// The first Initial packet arrived. Required for servers.
    pub recv_client_initial: ngtcp2_recv_client_initial,
    /// TLS messages arrived. Required.
    pub recv_crypto_data: ngtcp2_recv_crypto_data,
    /// The handshake is complete. Optional.
    pub handshake_completed: ngtcp2_handshake_completed,
    /// A Version Negotiation packet arrived. Optional.
    pub recv_version_negotiation: ngtcp2_recv_version_negotiation,
    /// Encrypts a packet. Required.
    pub encrypt: ngtcp2_encrypt,
    /// Decrypts a packet. Required.
    pub decrypt: ngtcp2_decrypt,
    /// Makes a header protection mask. Required.
    pub hp_mask: ngtcp2_hp_mask,
    /// Data of a stream arrived. Optional.
    pub recv_stream_data: ngtcp2_recv_stream_data,
    /// Data of a stream was acknowledged. Optional.
    pub acked_stream_data_offset: ngtcp2_acked_stream_data_offset,
    /// The peer opened a stream. Optional.
    pub stream_open: ngtcp2_stream_open,
    /// A stream is finished. Optional. Not used if `stream_close2` is set.
    pub stream_close: ngtcp2_stream_close,
    /// A stateless reset arrived. Optional. Not used if `recv_stateless_reset2` is set.
    pub recv_stateless_reset: ngtcp2_recv_stateless_reset,
    /// A Retry packet arrived. Required for clients.
    pub recv_retry: ngtcp2_recv_retry,
    /// The peer allows us more bidirectional streams. Optional.
    pub extend_max_local_streams_bidi: ngtcp2_extend_max_streams,
    /// The peer allows us more unidirectional streams. Optional.
    pub extend_max_local_streams_uni: ngtcp2_extend_max_streams,
    /// Makes random bytes. Required.
    pub rand: ngtcp2_rand,
    /// Makes a connection ID. Required unless `get_new_connection_id2` is set, which goes first.
    pub get_new_connection_id: ngtcp2_get_new_connection_id,
    /// A connection ID of ours is out of use. Optional.
    pub remove_connection_id: ngtcp2_remove_connection_id,
    /// Derives the next keys. Required.
    pub update_key: ngtcp2_update_key,
    /// The validation of a path ended. Optional.
    pub path_validation: ngtcp2_path_validation,
    /// The server offers a preferred address. Optional.
    pub select_preferred_addr: ngtcp2_select_preferred_addr,
    /// The peer gave up sending on a stream. Optional.
    pub stream_reset: ngtcp2_stream_reset,
    /// We allow the peer more bidirectional streams. Optional. Called while a packet is written.
    pub extend_max_remote_streams_bidi: ngtcp2_extend_max_streams,
    /// We allow the peer more unidirectional streams. Optional. Called while a packet is written.
    pub extend_max_remote_streams_uni: ngtcp2_extend_max_streams,
    /// The peer allows us more data on a stream. Optional.
    pub extend_max_stream_data: ngtcp2_extend_max_stream_data,
    /// A connection ID of the peer came into use or went out of it. Optional. Not used if
    /// `dcid_status2` is set.
    pub dcid_status: ngtcp2_connection_id_status,
    /// The handshake is confirmed. Optional.
    pub handshake_confirmed: ngtcp2_handshake_confirmed,
    /// The server sent a token for a later connection. Optional.
    pub recv_new_token: ngtcp2_recv_new_token,
    /// Frees an AEAD context. Required.
    pub delete_crypto_aead_ctx: ngtcp2_delete_crypto_aead_ctx,
    /// Frees a header protection context. Required.
    pub delete_crypto_cipher_ctx: ngtcp2_delete_crypto_cipher_ctx,
    /// A datagram arrived. Optional.
    pub recv_datagram: ngtcp2_recv_datagram,
    /// A datagram was acknowledged. Optional.
    pub ack_datagram: ngtcp2_ack_datagram,
    /// A datagram was declared lost. Optional.
    pub lost_datagram: ngtcp2_lost_datagram,
    /// Makes the data of a PATH_CHALLENGE frame. Required unless `get_path_challenge_data2` is set,
    /// which goes first.
    pub get_path_challenge_data: ngtcp2_get_path_challenge_data,
    /// The library asks the peer to stop sending on a stream. Optional.
    pub stream_stop_sending: ngtcp2_stream_stop_sending,
    /// The endpoints agreed on another version. Required for version negotiation (RFC 9368).
    pub version_negotiation: ngtcp2_version_negotiation,
    /// A key for receiving was installed. Optional.
    pub recv_rx_key: ngtcp2_recv_key,
    /// A key for sending was installed. Optional.
    pub recv_tx_key: ngtcp2_recv_key,
    /// The server rejected 0-RTT. Optional.
    pub tls_early_data_rejected: ngtcp2_tls_early_data_rejected,
    /// The validation of a path begins. Optional. Since `NGTCP2_CALLBACKS_V2`.
    pub begin_path_validation: ngtcp2_begin_path_validation,
    /// A stateless reset arrived. Optional. Since `NGTCP2_CALLBACKS_V3`.
    pub recv_stateless_reset2: ngtcp2_recv_stateless_reset2,
    /// Makes a connection ID. Since `NGTCP2_CALLBACKS_V3`.
    pub get_new_connection_id2: ngtcp2_get_new_connection_id2,
    /// A connection ID of the peer came into use or went out of it. Optional. Since
    /// `NGTCP2_CALLBACKS_V3`.
    pub dcid_status2: ngtcp2_connection_id_status2,
    /// Makes the data of a PATH_CHALLENGE frame. Since `NGTCP2_CALLBACKS_V3`.
    pub get_path_challenge_data2: ngtcp2_get_path_challenge_data2,
    /// The peer wants us to stop sending on a stream. Optional. Since `NGTCP2_CALLBACKS_V4`.
    pub recv_stop_sending: ngtcp2_recv_stop_sending,
    /// A stream is finished. Optional. Since `NGTCP2_CALLBACKS_V5`.
    pub stream_close2: ngtcp2_stream_close2,
}

zero!(ngtcp2_callbacks {
    client_initial: None,
    recv_client_initial: None,
    recv_crypto_data: None,
    handshake_completed: None,
    recv_version_negotiation: None,
    encrypt: None,
    decrypt: None,
    hp_mask: None,
    recv_stream_data: None,
    acked_stream_data_offset: None,
    stream_open: None,
    stream_close: None,
    recv_stateless_reset: None,
    recv_retry: None,
    extend_max_local_streams_bidi: None,
    extend_max_local_streams_uni: None,
    rand: None,
    get_new_connection_id: None,
    remove_connection_id: None,
    update_key: None,
    path_validation: None,
    select_preferred_addr: None,
    stream_reset: None,
    extend_max_remote_streams_bidi: None,
    extend_max_remote_streams_uni: None,
    extend_max_stream_data: None,
    dcid_status: None,
    handshake_confirmed: None,
    recv_new_token: None,
    delete_crypto_aead_ctx: None,
    delete_crypto_cipher_ctx: None,
    recv_datagram: None,
    ack_datagram: None,
    lost_datagram: None,
    get_path_challenge_data: None,
    stream_stop_sending: None,
    version_negotiation: None,
    recv_rx_key: None,
    recv_tx_key: None,
    tls_early_data_rejected: None,
    begin_path_validation: None,
    recv_stateless_reset2: None,
    get_new_connection_id2: None,
    dcid_status2: None,
    get_path_challenge_data2: None,
    recv_stop_sending: None,
    stream_close2: None,
});
