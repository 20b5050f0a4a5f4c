/*
 * Defines every function type once more. A difference from the headers is a compile error, in C
 * and in C++.
 */
#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int (*ngtcp2_ack_datagram)(ngtcp2_conn *, uint64_t, void *);
typedef int (*ngtcp2_acked_stream_data_offset)(
  ngtcp2_conn *, int64_t, uint64_t, uint64_t, void *, void *);
typedef int (*ngtcp2_begin_path_validation)(
  ngtcp2_conn *, uint32_t, const ngtcp2_path *, const ngtcp2_path *, void *);
typedef void *(*ngtcp2_calloc)(size_t, size_t, void *);
typedef int (*ngtcp2_client_initial)(ngtcp2_conn *, void *);
typedef int (*ngtcp2_connection_id_status)(
  ngtcp2_conn *, ngtcp2_connection_id_status_type, uint64_t, const ngtcp2_cid *,
  const uint8_t *, void *);
typedef int (*ngtcp2_connection_id_status2)(
  ngtcp2_conn *, ngtcp2_connection_id_status_type, uint64_t, const ngtcp2_cid *,
  const ngtcp2_stateless_reset_token *, void *);
typedef ngtcp2_conn *(*ngtcp2_crypto_get_conn)(ngtcp2_crypto_conn_ref *);
typedef int (*ngtcp2_decrypt)(
  uint8_t *, const ngtcp2_crypto_aead *, const ngtcp2_crypto_aead_ctx *, const
  uint8_t *, size_t, const uint8_t *, size_t, const uint8_t *, size_t);
typedef void (*ngtcp2_delete_crypto_aead_ctx)(
  ngtcp2_conn *, ngtcp2_crypto_aead_ctx *, void *);
typedef void (*ngtcp2_delete_crypto_cipher_ctx)(
  ngtcp2_conn *, ngtcp2_crypto_cipher_ctx *, void *);
typedef int (*ngtcp2_encrypt)(
  uint8_t *, const ngtcp2_crypto_aead *, const ngtcp2_crypto_aead_ctx *, const
  uint8_t *, size_t, const uint8_t *, size_t, const uint8_t *, size_t);
typedef int (*ngtcp2_extend_max_stream_data)(
  ngtcp2_conn *, int64_t, uint64_t, void *, void *);
typedef int (*ngtcp2_extend_max_streams)(ngtcp2_conn *, uint64_t, void *);
typedef void (*ngtcp2_free)(void *, void *);
typedef int (*ngtcp2_get_new_connection_id)(
  ngtcp2_conn *, ngtcp2_cid *, uint8_t *, size_t, void *);
typedef int (*ngtcp2_get_new_connection_id2)(
  ngtcp2_conn *, ngtcp2_cid *, ngtcp2_stateless_reset_token *, size_t, void *);
typedef int (*ngtcp2_get_path_challenge_data)(ngtcp2_conn *, uint8_t *, void *);
typedef int (*ngtcp2_get_path_challenge_data2)(
  ngtcp2_conn *, ngtcp2_path_challenge_data *, void *);
typedef int (*ngtcp2_handshake_completed)(ngtcp2_conn *, void *);
typedef int (*ngtcp2_handshake_confirmed)(ngtcp2_conn *, void *);
typedef int (*ngtcp2_hp_mask)(
  uint8_t *, const ngtcp2_crypto_cipher *, const ngtcp2_crypto_cipher_ctx *,
  const uint8_t *);
typedef void (*ngtcp2_log_write)(void *, char *, size_t);
typedef int (*ngtcp2_lost_datagram)(ngtcp2_conn *, uint64_t, void *);
typedef void *(*ngtcp2_malloc)(size_t, void *);
typedef int (*ngtcp2_path_validation)(
  ngtcp2_conn *, uint32_t, const ngtcp2_path *, const ngtcp2_path *,
  ngtcp2_path_validation_result, void *);
typedef void (*ngtcp2_printf)(void *, const char *, ...);
typedef void (*ngtcp2_qlog_write)(void *, uint32_t, const void *, size_t);
typedef void (*ngtcp2_rand)(uint8_t *, size_t, const ngtcp2_rand_ctx *);
typedef void *(*ngtcp2_realloc)(void *, size_t, void *);
typedef int (*ngtcp2_recv_client_initial)(
  ngtcp2_conn *, const ngtcp2_cid *, void *);
typedef int (*ngtcp2_recv_crypto_data)(
  ngtcp2_conn *, ngtcp2_encryption_level, uint64_t, const uint8_t *, size_t,
  void *);
typedef int (*ngtcp2_recv_datagram)(
  ngtcp2_conn *, uint32_t, const uint8_t *, size_t, void *);
typedef int (*ngtcp2_recv_key)(ngtcp2_conn *, ngtcp2_encryption_level, void *);
typedef int (*ngtcp2_recv_new_token)(
  ngtcp2_conn *, const uint8_t *, size_t, void *);
typedef int (*ngtcp2_recv_retry)(ngtcp2_conn *, const ngtcp2_pkt_hd *, void *);
typedef int (*ngtcp2_recv_stateless_reset)(
  ngtcp2_conn *, const ngtcp2_pkt_stateless_reset *, void *);
typedef int (*ngtcp2_recv_stateless_reset2)(
  ngtcp2_conn *, const ngtcp2_pkt_stateless_reset2 *, void *);
typedef int (*ngtcp2_recv_stop_sending)(
  ngtcp2_conn *, int64_t, uint64_t, void *, void *);
typedef int (*ngtcp2_recv_stream_data)(
  ngtcp2_conn *, uint32_t, int64_t, uint64_t, const uint8_t *, size_t, void *,
  void *);
typedef int (*ngtcp2_recv_version_negotiation)(
  ngtcp2_conn *, const ngtcp2_pkt_hd *, const uint32_t *, size_t, void *);
typedef int (*ngtcp2_remove_connection_id)(
  ngtcp2_conn *, const ngtcp2_cid *, void *);
typedef int (*ngtcp2_select_preferred_addr)(
  ngtcp2_conn *, ngtcp2_path *, const ngtcp2_preferred_addr *, void *);
typedef int (*ngtcp2_stream_close)(
  ngtcp2_conn *, uint32_t, int64_t, uint64_t, void *, void *);
typedef int (*ngtcp2_stream_close2)(
  ngtcp2_conn *, uint32_t, int64_t, uint64_t, uint64_t, void *, void *);
typedef int (*ngtcp2_stream_open)(ngtcp2_conn *, int64_t, void *);
typedef int (*ngtcp2_stream_reset)(
  ngtcp2_conn *, int64_t, uint64_t, uint64_t, void *, void *);
typedef int (*ngtcp2_stream_stop_sending)(
  ngtcp2_conn *, int64_t, uint64_t, void *, void *);
typedef int (*ngtcp2_tls_early_data_rejected)(ngtcp2_conn *, void *);
typedef int (*ngtcp2_update_key)(
  ngtcp2_conn *, uint8_t *, uint8_t *, ngtcp2_crypto_aead_ctx *, uint8_t *,
  ngtcp2_crypto_aead_ctx *, uint8_t *, const uint8_t *, const uint8_t *, size_t,
  void *);
typedef int (*ngtcp2_version_negotiation)(
  ngtcp2_conn *, uint32_t, const ngtcp2_cid *, void *);
typedef ngtcp2_ssize (*ngtcp2_write_pkt)(
  ngtcp2_conn *, ngtcp2_path *, ngtcp2_pkt_info *, uint8_t *, size_t,
  ngtcp2_tstamp, void *);

#ifdef __cplusplus
}
#endif

int main(void) { return 0; }
