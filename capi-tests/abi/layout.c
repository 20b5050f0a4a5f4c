/*
 * The layout of every public struct on 64-bit Unix systems: size, alignment, and the offset and type
 * of each field, and the part of a struct that belongs to each generation.
 */
#include <stddef.h>

#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>

#define STRUCT(NAME, SIZE, ALIGN)                                              \
  _Static_assert(sizeof(NAME) == (SIZE), "size of " #NAME);                    \
  _Static_assert(_Alignof(NAME) == (ALIGN), "alignment of " #NAME)

#define FIELD(NAME, FIELD_NAME, OFFSET, TYPE)                                  \
  _Static_assert(offsetof(NAME, FIELD_NAME) == (OFFSET),                       \
                 "offset of " #NAME "." #FIELD_NAME);                          \
  _Static_assert(_Generic(&((NAME *)0)->FIELD_NAME,                            \
                   __typeof__(TYPE) *: 1,                                      \
                   default: 0),                                                \
                 "type of " #NAME "." #FIELD_NAME)

/* The generation VERSION of a struct ends with FIELD_NAME, at the byte END. */
#define GENERATION(VERSION, NUMBER, NAME, FIELD_NAME, END)                     \
  _Static_assert((VERSION) == (NUMBER), #VERSION);                             \
  _Static_assert(offsetof(NAME, FIELD_NAME) +                                  \
                     sizeof(((NAME *)0)->FIELD_NAME) == (END),                 \
                 "end of " #VERSION)

STRUCT(ngtcp2_mem, 40, 8);
FIELD(ngtcp2_mem, user_data, 0, void *);
FIELD(ngtcp2_mem, malloc, 8, ngtcp2_malloc);
FIELD(ngtcp2_mem, free, 16, ngtcp2_free);
FIELD(ngtcp2_mem, calloc, 24, ngtcp2_calloc);
FIELD(ngtcp2_mem, realloc, 32, ngtcp2_realloc);

STRUCT(ngtcp2_pkt_info, 8, 8);
FIELD(ngtcp2_pkt_info, ecn, 0, uint8_t);

STRUCT(ngtcp2_cid, 32, 8);
FIELD(ngtcp2_cid, datalen, 0, size_t);
FIELD(ngtcp2_cid, data, 8, uint8_t[NGTCP2_MAX_CIDLEN]);

STRUCT(ngtcp2_vec, 16, 8);
FIELD(ngtcp2_vec, base, 0, uint8_t *);
FIELD(ngtcp2_vec, len, 8, size_t);

STRUCT(ngtcp2_pkt_hd, 112, 8);
FIELD(ngtcp2_pkt_hd, dcid, 0, ngtcp2_cid);
FIELD(ngtcp2_pkt_hd, scid, 32, ngtcp2_cid);
FIELD(ngtcp2_pkt_hd, pkt_num, 64, int64_t);
FIELD(ngtcp2_pkt_hd, token, 72, const uint8_t *);
FIELD(ngtcp2_pkt_hd, tokenlen, 80, size_t);
FIELD(ngtcp2_pkt_hd, pkt_numlen, 88, size_t);
FIELD(ngtcp2_pkt_hd, len, 96, size_t);
FIELD(ngtcp2_pkt_hd, version, 104, uint32_t);
FIELD(ngtcp2_pkt_hd, type, 108, uint8_t);
FIELD(ngtcp2_pkt_hd, flags, 109, uint8_t);

STRUCT(ngtcp2_pkt_stateless_reset, 32, 8);
FIELD(ngtcp2_pkt_stateless_reset, stateless_reset_token, 0,
      uint8_t[NGTCP2_STATELESS_RESET_TOKENLEN]);
FIELD(ngtcp2_pkt_stateless_reset, rand, 16, const uint8_t *);
FIELD(ngtcp2_pkt_stateless_reset, randlen, 24, size_t);

STRUCT(ngtcp2_stateless_reset_token, 16, 1);
FIELD(ngtcp2_stateless_reset_token, data, 0,
      uint8_t[NGTCP2_STATELESS_RESET_TOKENLEN]);

STRUCT(ngtcp2_pkt_stateless_reset2, 32, 8);
FIELD(ngtcp2_pkt_stateless_reset2, token, 0, ngtcp2_stateless_reset_token);
FIELD(ngtcp2_pkt_stateless_reset2, rand, 16, const uint8_t *);
FIELD(ngtcp2_pkt_stateless_reset2, randlen, 24, size_t);

STRUCT(ngtcp2_sockaddr_union, 28, 4);
FIELD(ngtcp2_sockaddr_union, sa, 0, ngtcp2_sockaddr);
FIELD(ngtcp2_sockaddr_union, in, 0, ngtcp2_sockaddr_in);
FIELD(ngtcp2_sockaddr_union, in6, 0, ngtcp2_sockaddr_in6);

STRUCT(ngtcp2_preferred_addr, 96, 8);
FIELD(ngtcp2_preferred_addr, cid, 0, ngtcp2_cid);
FIELD(ngtcp2_preferred_addr, ipv4, 32, ngtcp2_sockaddr_in);
FIELD(ngtcp2_preferred_addr, ipv6, 48, ngtcp2_sockaddr_in6);
FIELD(ngtcp2_preferred_addr, ipv4_present, 76, uint8_t);
FIELD(ngtcp2_preferred_addr, ipv6_present, 77, uint8_t);
FIELD(ngtcp2_preferred_addr, stateless_reset_token, 78,
      uint8_t[NGTCP2_STATELESS_RESET_TOKENLEN]);

STRUCT(ngtcp2_version_info, 24, 8);
FIELD(ngtcp2_version_info, chosen_version, 0, uint32_t);
FIELD(ngtcp2_version_info, available_versions, 8, const uint8_t *);
FIELD(ngtcp2_version_info, available_versionslen, 16, size_t);

STRUCT(ngtcp2_transport_params, 344, 8);
FIELD(ngtcp2_transport_params, preferred_addr, 0, ngtcp2_preferred_addr);
FIELD(ngtcp2_transport_params, original_dcid, 96, ngtcp2_cid);
FIELD(ngtcp2_transport_params, initial_scid, 128, ngtcp2_cid);
FIELD(ngtcp2_transport_params, retry_scid, 160, ngtcp2_cid);
FIELD(ngtcp2_transport_params, initial_max_stream_data_bidi_local, 192,
      uint64_t);
FIELD(ngtcp2_transport_params, initial_max_stream_data_bidi_remote, 200,
      uint64_t);
FIELD(ngtcp2_transport_params, initial_max_stream_data_uni, 208, uint64_t);
FIELD(ngtcp2_transport_params, initial_max_data, 216, uint64_t);
FIELD(ngtcp2_transport_params, initial_max_streams_bidi, 224, uint64_t);
FIELD(ngtcp2_transport_params, initial_max_streams_uni, 232, uint64_t);
FIELD(ngtcp2_transport_params, max_idle_timeout, 240, ngtcp2_duration);
FIELD(ngtcp2_transport_params, max_udp_payload_size, 248, uint64_t);
FIELD(ngtcp2_transport_params, active_connection_id_limit, 256, uint64_t);
FIELD(ngtcp2_transport_params, ack_delay_exponent, 264, uint64_t);
FIELD(ngtcp2_transport_params, max_ack_delay, 272, ngtcp2_duration);
FIELD(ngtcp2_transport_params, max_datagram_frame_size, 280, uint64_t);
FIELD(ngtcp2_transport_params, stateless_reset_token_present, 288, uint8_t);
FIELD(ngtcp2_transport_params, disable_active_migration, 289, uint8_t);
FIELD(ngtcp2_transport_params, original_dcid_present, 290, uint8_t);
FIELD(ngtcp2_transport_params, initial_scid_present, 291, uint8_t);
FIELD(ngtcp2_transport_params, retry_scid_present, 292, uint8_t);
FIELD(ngtcp2_transport_params, preferred_addr_present, 293, uint8_t);
FIELD(ngtcp2_transport_params, stateless_reset_token, 294,
      uint8_t[NGTCP2_STATELESS_RESET_TOKENLEN]);
FIELD(ngtcp2_transport_params, grease_quic_bit, 310, uint8_t);
FIELD(ngtcp2_transport_params, version_info, 312, ngtcp2_version_info);
FIELD(ngtcp2_transport_params, version_info_present, 336, uint8_t);

STRUCT(ngtcp2_conn_info, 120, 8);
FIELD(ngtcp2_conn_info, latest_rtt, 0, ngtcp2_duration);
FIELD(ngtcp2_conn_info, min_rtt, 8, ngtcp2_duration);
FIELD(ngtcp2_conn_info, smoothed_rtt, 16, ngtcp2_duration);
FIELD(ngtcp2_conn_info, rttvar, 24, ngtcp2_duration);
FIELD(ngtcp2_conn_info, cwnd, 32, uint64_t);
FIELD(ngtcp2_conn_info, ssthresh, 40, uint64_t);
FIELD(ngtcp2_conn_info, bytes_in_flight, 48, uint64_t);
FIELD(ngtcp2_conn_info, pkt_sent, 56, uint64_t);
FIELD(ngtcp2_conn_info, bytes_sent, 64, uint64_t);
FIELD(ngtcp2_conn_info, pkt_recv, 72, uint64_t);
FIELD(ngtcp2_conn_info, bytes_recv, 80, uint64_t);
FIELD(ngtcp2_conn_info, pkt_lost, 88, uint64_t);
FIELD(ngtcp2_conn_info, bytes_lost, 96, uint64_t);
FIELD(ngtcp2_conn_info, ping_recv, 104, uint64_t);
FIELD(ngtcp2_conn_info, pkt_discarded, 112, uint64_t);

STRUCT(ngtcp2_rand_ctx, 8, 8);
FIELD(ngtcp2_rand_ctx, native_handle, 0, void *);

STRUCT(ngtcp2_settings, 208, 8);
FIELD(ngtcp2_settings, qlog_write, 0, ngtcp2_qlog_write);
FIELD(ngtcp2_settings, cc_algo, 8, ngtcp2_cc_algo);
FIELD(ngtcp2_settings, initial_ts, 16, ngtcp2_tstamp);
FIELD(ngtcp2_settings, initial_rtt, 24, ngtcp2_duration);
FIELD(ngtcp2_settings, log_printf, 32, ngtcp2_printf);
FIELD(ngtcp2_settings, max_tx_udp_payload_size, 40, size_t);
FIELD(ngtcp2_settings, token, 48, const uint8_t *);
FIELD(ngtcp2_settings, tokenlen, 56, size_t);
FIELD(ngtcp2_settings, token_type, 64, ngtcp2_token_type);
FIELD(ngtcp2_settings, rand_ctx, 72, ngtcp2_rand_ctx);
FIELD(ngtcp2_settings, max_window, 80, uint64_t);
FIELD(ngtcp2_settings, max_stream_window, 88, uint64_t);
FIELD(ngtcp2_settings, ack_thresh, 96, size_t);
FIELD(ngtcp2_settings, no_tx_udp_payload_size_shaping, 104, uint8_t);
FIELD(ngtcp2_settings, handshake_timeout, 112, ngtcp2_duration);
FIELD(ngtcp2_settings, preferred_versions, 120, const uint32_t *);
FIELD(ngtcp2_settings, preferred_versionslen, 128, size_t);
FIELD(ngtcp2_settings, available_versions, 136, const uint32_t *);
FIELD(ngtcp2_settings, available_versionslen, 144, size_t);
FIELD(ngtcp2_settings, original_version, 152, uint32_t);
FIELD(ngtcp2_settings, no_pmtud, 156, uint8_t);
FIELD(ngtcp2_settings, initial_pkt_num, 160, uint32_t);
FIELD(ngtcp2_settings, pmtud_probes, 168, const uint16_t *);
FIELD(ngtcp2_settings, pmtud_probeslen, 176, size_t);
FIELD(ngtcp2_settings, glitch_ratelim_burst, 184, uint64_t);
FIELD(ngtcp2_settings, glitch_ratelim_rate, 192, uint64_t);
FIELD(ngtcp2_settings, log_write, 200, ngtcp2_log_write);

STRUCT(ngtcp2_addr, 16, 8);
FIELD(ngtcp2_addr, addr, 0, ngtcp2_sockaddr *);
FIELD(ngtcp2_addr, addrlen, 8, ngtcp2_socklen);

STRUCT(ngtcp2_path, 40, 8);
FIELD(ngtcp2_path, local, 0, ngtcp2_addr);
FIELD(ngtcp2_path, remote, 16, ngtcp2_addr);
FIELD(ngtcp2_path, user_data, 32, void *);

STRUCT(ngtcp2_path_storage, 96, 8);
FIELD(ngtcp2_path_storage, path, 0, ngtcp2_path);
FIELD(ngtcp2_path_storage, local_addrbuf, 40, ngtcp2_sockaddr_union);
FIELD(ngtcp2_path_storage, remote_addrbuf, 68, ngtcp2_sockaddr_union);

STRUCT(ngtcp2_crypto_md, 8, 8);
FIELD(ngtcp2_crypto_md, native_handle, 0, void *);

STRUCT(ngtcp2_crypto_aead, 16, 8);
FIELD(ngtcp2_crypto_aead, native_handle, 0, void *);
FIELD(ngtcp2_crypto_aead, max_overhead, 8, size_t);

STRUCT(ngtcp2_crypto_cipher, 8, 8);
FIELD(ngtcp2_crypto_cipher, native_handle, 0, void *);

STRUCT(ngtcp2_crypto_aead_ctx, 8, 8);
FIELD(ngtcp2_crypto_aead_ctx, native_handle, 0, void *);

STRUCT(ngtcp2_crypto_cipher_ctx, 8, 8);
FIELD(ngtcp2_crypto_cipher_ctx, native_handle, 0, void *);

STRUCT(ngtcp2_crypto_ctx, 48, 8);
FIELD(ngtcp2_crypto_ctx, aead, 0, ngtcp2_crypto_aead);
FIELD(ngtcp2_crypto_ctx, md, 16, ngtcp2_crypto_md);
FIELD(ngtcp2_crypto_ctx, hp, 24, ngtcp2_crypto_cipher);
FIELD(ngtcp2_crypto_ctx, max_encryption, 32, uint64_t);
FIELD(ngtcp2_crypto_ctx, max_decryption_failure, 40, uint64_t);

STRUCT(ngtcp2_version_cid, 40, 8);
FIELD(ngtcp2_version_cid, version, 0, uint32_t);
FIELD(ngtcp2_version_cid, dcid, 8, const uint8_t *);
FIELD(ngtcp2_version_cid, dcidlen, 16, size_t);
FIELD(ngtcp2_version_cid, scid, 24, const uint8_t *);
FIELD(ngtcp2_version_cid, scidlen, 32, size_t);

STRUCT(ngtcp2_path_challenge_data, 8, 1);
FIELD(ngtcp2_path_challenge_data, data, 0,
      uint8_t[NGTCP2_PATH_CHALLENGE_DATALEN]);

STRUCT(ngtcp2_callbacks, 376, 8);
FIELD(ngtcp2_callbacks, client_initial, 0, ngtcp2_client_initial);
FIELD(ngtcp2_callbacks, recv_client_initial, 8, ngtcp2_recv_client_initial);
FIELD(ngtcp2_callbacks, recv_crypto_data, 16, ngtcp2_recv_crypto_data);
FIELD(ngtcp2_callbacks, handshake_completed, 24, ngtcp2_handshake_completed);
FIELD(ngtcp2_callbacks, recv_version_negotiation, 32,
      ngtcp2_recv_version_negotiation);
FIELD(ngtcp2_callbacks, encrypt, 40, ngtcp2_encrypt);
FIELD(ngtcp2_callbacks, decrypt, 48, ngtcp2_decrypt);
FIELD(ngtcp2_callbacks, hp_mask, 56, ngtcp2_hp_mask);
FIELD(ngtcp2_callbacks, recv_stream_data, 64, ngtcp2_recv_stream_data);
FIELD(ngtcp2_callbacks, acked_stream_data_offset, 72,
      ngtcp2_acked_stream_data_offset);
FIELD(ngtcp2_callbacks, stream_open, 80, ngtcp2_stream_open);
FIELD(ngtcp2_callbacks, stream_close, 88, ngtcp2_stream_close);
FIELD(ngtcp2_callbacks, recv_stateless_reset, 96, ngtcp2_recv_stateless_reset);
FIELD(ngtcp2_callbacks, recv_retry, 104, ngtcp2_recv_retry);
FIELD(ngtcp2_callbacks, extend_max_local_streams_bidi, 112,
      ngtcp2_extend_max_streams);
FIELD(ngtcp2_callbacks, extend_max_local_streams_uni, 120,
      ngtcp2_extend_max_streams);
FIELD(ngtcp2_callbacks, rand, 128, ngtcp2_rand);
FIELD(ngtcp2_callbacks, get_new_connection_id, 136,
      ngtcp2_get_new_connection_id);
FIELD(ngtcp2_callbacks, remove_connection_id, 144, ngtcp2_remove_connection_id);
FIELD(ngtcp2_callbacks, update_key, 152, ngtcp2_update_key);
FIELD(ngtcp2_callbacks, path_validation, 160, ngtcp2_path_validation);
FIELD(ngtcp2_callbacks, select_preferred_addr, 168,
      ngtcp2_select_preferred_addr);
FIELD(ngtcp2_callbacks, stream_reset, 176, ngtcp2_stream_reset);
FIELD(ngtcp2_callbacks, extend_max_remote_streams_bidi, 184,
      ngtcp2_extend_max_streams);
FIELD(ngtcp2_callbacks, extend_max_remote_streams_uni, 192,
      ngtcp2_extend_max_streams);
FIELD(ngtcp2_callbacks, extend_max_stream_data, 200,
      ngtcp2_extend_max_stream_data);
FIELD(ngtcp2_callbacks, dcid_status, 208, ngtcp2_connection_id_status);
FIELD(ngtcp2_callbacks, handshake_confirmed, 216, ngtcp2_handshake_confirmed);
FIELD(ngtcp2_callbacks, recv_new_token, 224, ngtcp2_recv_new_token);
FIELD(ngtcp2_callbacks, delete_crypto_aead_ctx, 232,
      ngtcp2_delete_crypto_aead_ctx);
FIELD(ngtcp2_callbacks, delete_crypto_cipher_ctx, 240,
      ngtcp2_delete_crypto_cipher_ctx);
FIELD(ngtcp2_callbacks, recv_datagram, 248, ngtcp2_recv_datagram);
FIELD(ngtcp2_callbacks, ack_datagram, 256, ngtcp2_ack_datagram);
FIELD(ngtcp2_callbacks, lost_datagram, 264, ngtcp2_lost_datagram);
FIELD(ngtcp2_callbacks, get_path_challenge_data, 272,
      ngtcp2_get_path_challenge_data);
FIELD(ngtcp2_callbacks, stream_stop_sending, 280, ngtcp2_stream_stop_sending);
FIELD(ngtcp2_callbacks, version_negotiation, 288, ngtcp2_version_negotiation);
FIELD(ngtcp2_callbacks, recv_rx_key, 296, ngtcp2_recv_key);
FIELD(ngtcp2_callbacks, recv_tx_key, 304, ngtcp2_recv_key);
FIELD(ngtcp2_callbacks, tls_early_data_rejected, 312,
      ngtcp2_tls_early_data_rejected);
FIELD(ngtcp2_callbacks, begin_path_validation, 320,
      ngtcp2_begin_path_validation);
FIELD(ngtcp2_callbacks, recv_stateless_reset2, 328,
      ngtcp2_recv_stateless_reset2);
FIELD(ngtcp2_callbacks, get_new_connection_id2, 336,
      ngtcp2_get_new_connection_id2);
FIELD(ngtcp2_callbacks, dcid_status2, 344, ngtcp2_connection_id_status2);
FIELD(ngtcp2_callbacks, get_path_challenge_data2, 352,
      ngtcp2_get_path_challenge_data2);
FIELD(ngtcp2_callbacks, recv_stop_sending, 360, ngtcp2_recv_stop_sending);
FIELD(ngtcp2_callbacks, stream_close2, 368, ngtcp2_stream_close2);

STRUCT(ngtcp2_cid_token, 160, 8);
FIELD(ngtcp2_cid_token, seq, 0, uint64_t);
FIELD(ngtcp2_cid_token, cid, 8, ngtcp2_cid);
FIELD(ngtcp2_cid_token, ps, 40, ngtcp2_path_storage);
FIELD(ngtcp2_cid_token, token, 136, uint8_t[NGTCP2_STATELESS_RESET_TOKENLEN]);
FIELD(ngtcp2_cid_token, token_present, 152, uint8_t);

STRUCT(ngtcp2_cid_token2, 160, 8);
FIELD(ngtcp2_cid_token2, seq, 0, uint64_t);
FIELD(ngtcp2_cid_token2, cid, 8, ngtcp2_cid);
FIELD(ngtcp2_cid_token2, ps, 40, ngtcp2_path_storage);
FIELD(ngtcp2_cid_token2, token, 136, ngtcp2_stateless_reset_token);
FIELD(ngtcp2_cid_token2, token_present, 152, uint8_t);

STRUCT(ngtcp2_ccerr, 40, 8);
FIELD(ngtcp2_ccerr, type, 0, ngtcp2_ccerr_type);
FIELD(ngtcp2_ccerr, error_code, 8, uint64_t);
FIELD(ngtcp2_ccerr, frame_type, 16, uint64_t);
FIELD(ngtcp2_ccerr, reason, 24, const uint8_t *);
FIELD(ngtcp2_ccerr, reasonlen, 32, size_t);

STRUCT(ngtcp2_info, 16, 8);
FIELD(ngtcp2_info, age, 0, int);
FIELD(ngtcp2_info, version_num, 4, int);
FIELD(ngtcp2_info, version_str, 8, const char *);

STRUCT(ngtcp2_crypto_conn_ref, 16, 8);
FIELD(ngtcp2_crypto_conn_ref, get_conn, 0, ngtcp2_crypto_get_conn);
FIELD(ngtcp2_crypto_conn_ref, user_data, 8, void *);

GENERATION(NGTCP2_CONN_INFO_V1, 1, ngtcp2_conn_info, bytes_in_flight, 56);
GENERATION(NGTCP2_CONN_INFO_V2, 2, ngtcp2_conn_info, pkt_discarded, 120);
GENERATION(NGTCP2_SETTINGS_V1, 1, ngtcp2_settings, initial_pkt_num, 164);
GENERATION(NGTCP2_SETTINGS_V2, 2, ngtcp2_settings, pmtud_probeslen, 184);
GENERATION(NGTCP2_SETTINGS_V3, 3, ngtcp2_settings, glitch_ratelim_rate, 200);
GENERATION(NGTCP2_SETTINGS_V4, 4, ngtcp2_settings, log_write, 208);
GENERATION(NGTCP2_CALLBACKS_V1, 1, ngtcp2_callbacks,
           tls_early_data_rejected, 320);
GENERATION(NGTCP2_CALLBACKS_V2, 2, ngtcp2_callbacks,
           begin_path_validation, 328);
GENERATION(NGTCP2_CALLBACKS_V3, 3, ngtcp2_callbacks,
           get_path_challenge_data2, 360);
GENERATION(NGTCP2_CALLBACKS_V4, 4, ngtcp2_callbacks, recv_stop_sending, 368);
GENERATION(NGTCP2_CALLBACKS_V5, 5, ngtcp2_callbacks, stream_close2, 376);
GENERATION(NGTCP2_PKT_INFO_V1, 1, ngtcp2_pkt_info, ecn, 1);
GENERATION(NGTCP2_TRANSPORT_PARAMS_V1, 1, ngtcp2_transport_params,
           version_info_present, 337);

int main(void) { return 0; }
