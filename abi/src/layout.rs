//! Compile-time proof that every struct lies in memory as in the C library: size, alignment and the
//! bytes of each field, for 64-bit Unix systems (LP64).

use core::mem::offset_of;

use crate::generations::field_size;
use crate::*;

/// States the size and alignment of a struct, and the bytes that each field occupies.
macro_rules! layout {
    ($struct:ident, size $size:literal, align $align:literal, {
        $($field:ident: $start:literal .. $end:literal),+ $(,)?
    }) => {
        const _: () = {
            assert!(size_of::<$struct>() == $size);
            assert!(align_of::<$struct>() == $align);
            $(
                assert!(offset_of!($struct, $field) == $start);
                assert!(field_size(|value: &$struct| &value.$field) == $end - $start);
            )+
        };
    };
}

layout!(ngtcp2_mem, size 40, align 8, {
    user_data: 0 .. 8,
    malloc: 8 .. 16,
    free: 16 .. 24,
    calloc: 24 .. 32,
    realloc: 32 .. 40,
});

layout!(ngtcp2_pkt_info, size 8, align 8, {
    ecn: 0 .. 1,
});

layout!(ngtcp2_cid, size 32, align 8, {
    datalen: 0 .. 8,
    data: 8 .. 28,
});

layout!(ngtcp2_vec, size 16, align 8, {
    base: 0 .. 8,
    len: 8 .. 16,
});

layout!(ngtcp2_pkt_hd, size 112, align 8, {
    dcid: 0 .. 32,
    scid: 32 .. 64,
    pkt_num: 64 .. 72,
    token: 72 .. 80,
    tokenlen: 80 .. 88,
    pkt_numlen: 88 .. 96,
    len: 96 .. 104,
    version: 104 .. 108,
    r#type: 108 .. 109,
    flags: 109 .. 110,
});

layout!(ngtcp2_pkt_stateless_reset, size 32, align 8, {
    stateless_reset_token: 0 .. 16,
    rand: 16 .. 24,
    randlen: 24 .. 32,
});

layout!(ngtcp2_stateless_reset_token, size 16, align 1, {
    data: 0 .. 16,
});

layout!(ngtcp2_pkt_stateless_reset2, size 32, align 8, {
    token: 0 .. 16,
    rand: 16 .. 24,
    randlen: 24 .. 32,
});

layout!(ngtcp2_preferred_addr, size 96, align 8, {
    cid: 0 .. 32,
    ipv4: 32 .. 48,
    ipv6: 48 .. 76,
    ipv4_present: 76 .. 77,
    ipv6_present: 77 .. 78,
    stateless_reset_token: 78 .. 94,
});

layout!(ngtcp2_version_info, size 24, align 8, {
    chosen_version: 0 .. 4,
    available_versions: 8 .. 16,
    available_versionslen: 16 .. 24,
});

layout!(ngtcp2_transport_params, size 344, align 8, {
    preferred_addr: 0 .. 96,
    original_dcid: 96 .. 128,
    initial_scid: 128 .. 160,
    retry_scid: 160 .. 192,
    initial_max_stream_data_bidi_local: 192 .. 200,
    initial_max_stream_data_bidi_remote: 200 .. 208,
    initial_max_stream_data_uni: 208 .. 216,
    initial_max_data: 216 .. 224,
    initial_max_streams_bidi: 224 .. 232,
    initial_max_streams_uni: 232 .. 240,
    max_idle_timeout: 240 .. 248,
    max_udp_payload_size: 248 .. 256,
    active_connection_id_limit: 256 .. 264,
    ack_delay_exponent: 264 .. 272,
    max_ack_delay: 272 .. 280,
    max_datagram_frame_size: 280 .. 288,
    stateless_reset_token_present: 288 .. 289,
    disable_active_migration: 289 .. 290,
    original_dcid_present: 290 .. 291,
    initial_scid_present: 291 .. 292,
    retry_scid_present: 292 .. 293,
    preferred_addr_present: 293 .. 294,
    stateless_reset_token: 294 .. 310,
    grease_quic_bit: 310 .. 311,
    version_info: 312 .. 336,
    version_info_present: 336 .. 337,
});

layout!(ngtcp2_conn_info, size 120, align 8, {
    latest_rtt: 0 .. 8,
    min_rtt: 8 .. 16,
    smoothed_rtt: 16 .. 24,
    rttvar: 24 .. 32,
    cwnd: 32 .. 40,
    ssthresh: 40 .. 48,
    bytes_in_flight: 48 .. 56,
    pkt_sent: 56 .. 64,
    bytes_sent: 64 .. 72,
    pkt_recv: 72 .. 80,
    bytes_recv: 80 .. 88,
    pkt_lost: 88 .. 96,
    bytes_lost: 96 .. 104,
    ping_recv: 104 .. 112,
    pkt_discarded: 112 .. 120,
});

layout!(ngtcp2_rand_ctx, size 8, align 8, {
    native_handle: 0 .. 8,
});

layout!(ngtcp2_settings, size 208, align 8, {
    qlog_write: 0 .. 8,
    cc_algo: 8 .. 12,
    initial_ts: 16 .. 24,
    initial_rtt: 24 .. 32,
    log_printf: 32 .. 40,
    max_tx_udp_payload_size: 40 .. 48,
    token: 48 .. 56,
    tokenlen: 56 .. 64,
    token_type: 64 .. 68,
    rand_ctx: 72 .. 80,
    max_window: 80 .. 88,
    max_stream_window: 88 .. 96,
    ack_thresh: 96 .. 104,
    no_tx_udp_payload_size_shaping: 104 .. 105,
    handshake_timeout: 112 .. 120,
    preferred_versions: 120 .. 128,
    preferred_versionslen: 128 .. 136,
    available_versions: 136 .. 144,
    available_versionslen: 144 .. 152,
    original_version: 152 .. 156,
    no_pmtud: 156 .. 157,
    initial_pkt_num: 160 .. 164,
    pmtud_probes: 168 .. 176,
    pmtud_probeslen: 176 .. 184,
    glitch_ratelim_burst: 184 .. 192,
    glitch_ratelim_rate: 192 .. 200,
    log_write: 200 .. 208,
});

layout!(ngtcp2_addr, size 16, align 8, {
    addr: 0 .. 8,
    addrlen: 8 .. 12,
});

layout!(ngtcp2_path, size 40, align 8, {
    local: 0 .. 16,
    remote: 16 .. 32,
    user_data: 32 .. 40,
});

layout!(ngtcp2_path_storage, size 96, align 8, {
    path: 0 .. 40,
    local_addrbuf: 40 .. 68,
    remote_addrbuf: 68 .. 96,
});

layout!(ngtcp2_crypto_md, size 8, align 8, {
    native_handle: 0 .. 8,
});

layout!(ngtcp2_crypto_aead, size 16, align 8, {
    native_handle: 0 .. 8,
    max_overhead: 8 .. 16,
});

layout!(ngtcp2_crypto_cipher, size 8, align 8, {
    native_handle: 0 .. 8,
});

layout!(ngtcp2_crypto_aead_ctx, size 8, align 8, {
    native_handle: 0 .. 8,
});

layout!(ngtcp2_crypto_cipher_ctx, size 8, align 8, {
    native_handle: 0 .. 8,
});

layout!(ngtcp2_crypto_ctx, size 48, align 8, {
    aead: 0 .. 16,
    md: 16 .. 24,
    hp: 24 .. 32,
    max_encryption: 32 .. 40,
    max_decryption_failure: 40 .. 48,
});

layout!(ngtcp2_version_cid, size 40, align 8, {
    version: 0 .. 4,
    dcid: 8 .. 16,
    dcidlen: 16 .. 24,
    scid: 24 .. 32,
    scidlen: 32 .. 40,
});

layout!(ngtcp2_path_challenge_data, size 8, align 1, {
    data: 0 .. 8,
});

layout!(ngtcp2_callbacks, size 376, align 8, {
    client_initial: 0 .. 8,
    recv_client_initial: 8 .. 16,
    recv_crypto_data: 16 .. 24,
    handshake_completed: 24 .. 32,
    recv_version_negotiation: 32 .. 40,
    encrypt: 40 .. 48,
    decrypt: 48 .. 56,
    hp_mask: 56 .. 64,
    recv_stream_data: 64 .. 72,
    acked_stream_data_offset: 72 .. 80,
    stream_open: 80 .. 88,
    stream_close: 88 .. 96,
    recv_stateless_reset: 96 .. 104,
    recv_retry: 104 .. 112,
    extend_max_local_streams_bidi: 112 .. 120,
    extend_max_local_streams_uni: 120 .. 128,
    rand: 128 .. 136,
    get_new_connection_id: 136 .. 144,
    remove_connection_id: 144 .. 152,
    update_key: 152 .. 160,
    path_validation: 160 .. 168,
    select_preferred_addr: 168 .. 176,
    stream_reset: 176 .. 184,
    extend_max_remote_streams_bidi: 184 .. 192,
    extend_max_remote_streams_uni: 192 .. 200,
    extend_max_stream_data: 200 .. 208,
    dcid_status: 208 .. 216,
    handshake_confirmed: 216 .. 224,
    recv_new_token: 224 .. 232,
    delete_crypto_aead_ctx: 232 .. 240,
    delete_crypto_cipher_ctx: 240 .. 248,
    recv_datagram: 248 .. 256,
    ack_datagram: 256 .. 264,
    lost_datagram: 264 .. 272,
    get_path_challenge_data: 272 .. 280,
    stream_stop_sending: 280 .. 288,
    version_negotiation: 288 .. 296,
    recv_rx_key: 296 .. 304,
    recv_tx_key: 304 .. 312,
    tls_early_data_rejected: 312 .. 320,
    begin_path_validation: 320 .. 328,
    recv_stateless_reset2: 328 .. 336,
    get_new_connection_id2: 336 .. 344,
    dcid_status2: 344 .. 352,
    get_path_challenge_data2: 352 .. 360,
    recv_stop_sending: 360 .. 368,
    stream_close2: 368 .. 376,
});

layout!(ngtcp2_cid_token, size 160, align 8, {
    seq: 0 .. 8,
    cid: 8 .. 40,
    ps: 40 .. 136,
    token: 136 .. 152,
    token_present: 152 .. 153,
});

layout!(ngtcp2_cid_token2, size 160, align 8, {
    seq: 0 .. 8,
    cid: 8 .. 40,
    ps: 40 .. 136,
    token: 136 .. 152,
    token_present: 152 .. 153,
});

layout!(ngtcp2_ccerr, size 40, align 8, {
    r#type: 0 .. 4,
    error_code: 8 .. 16,
    frame_type: 16 .. 24,
    reason: 24 .. 32,
    reasonlen: 32 .. 40,
});

layout!(ngtcp2_info, size 16, align 8, {
    age: 0 .. 4,
    version_num: 4 .. 8,
    version_str: 8 .. 16,
});

layout!(ngtcp2_crypto_conn_ref, size 16, align 8, {
    get_conn: 0 .. 8,
    user_data: 8 .. 16,
});

const _: () = {
    assert!(NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN == 62);
    assert!(NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2 == 90);
    assert!(NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN == 41);
};

const _: () = {
    assert!(size_of::<ngtcp2_sockaddr_union>() == 28);
    assert!(align_of::<ngtcp2_sockaddr_union>() == 4);
};
