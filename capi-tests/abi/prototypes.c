/*
 * Declares every function of libngtcp2 once more. A difference from the header is a compile
 * error, in C and in C++.
 */
#include <ngtcp2/ngtcp2.h>

#ifdef __cplusplus
extern "C" {
#endif

int ngtcp2_accept(ngtcp2_pkt_hd *, const uint8_t *, size_t);
void ngtcp2_addr_copy_byte(
  ngtcp2_addr *, const ngtcp2_sockaddr *, ngtcp2_socklen);
ngtcp2_addr *ngtcp2_addr_init(
  ngtcp2_addr *, const ngtcp2_sockaddr *, ngtcp2_socklen);
void ngtcp2_ccerr_default(ngtcp2_ccerr *);
void ngtcp2_ccerr_set_application_error(
  ngtcp2_ccerr *, uint64_t, const uint8_t *, size_t);
void ngtcp2_ccerr_set_liberr(ngtcp2_ccerr *, int, const uint8_t *, size_t);
void ngtcp2_ccerr_set_tls_alert(
  ngtcp2_ccerr *, uint8_t, const uint8_t *, size_t);
void ngtcp2_ccerr_set_transport_error(
  ngtcp2_ccerr *, uint64_t, const uint8_t *, size_t);
int ngtcp2_cid_eq(const ngtcp2_cid *, const ngtcp2_cid *);
void ngtcp2_cid_init(ngtcp2_cid *, const uint8_t *, size_t);
int ngtcp2_conn_after_retry(ngtcp2_conn *);
int ngtcp2_conn_after_retry2(const ngtcp2_conn *);
int ngtcp2_conn_client_new_versioned(
  ngtcp2_conn **, const ngtcp2_cid *, const ngtcp2_cid *, const ngtcp2_path *,
  uint32_t, int, const ngtcp2_callbacks *, int, const ngtcp2_settings *, int,
  const ngtcp2_transport_params *, const ngtcp2_mem *, void *);
int ngtcp2_conn_continue_handshake(ngtcp2_conn *, ngtcp2_tstamp);
int ngtcp2_conn_decode_and_set_0rtt_transport_params(
  ngtcp2_conn *, const uint8_t *, size_t);
int ngtcp2_conn_decode_and_set_remote_transport_params(
  ngtcp2_conn *, const uint8_t *, size_t);
void ngtcp2_conn_del(ngtcp2_conn *);
ngtcp2_ssize ngtcp2_conn_encode_0rtt_transport_params(
  ngtcp2_conn *, uint8_t *, size_t);
ngtcp2_ssize ngtcp2_conn_encode_0rtt_transport_params2(
  const ngtcp2_conn *, uint8_t *, size_t);
ngtcp2_ssize ngtcp2_conn_encode_local_transport_params(
  ngtcp2_conn *, uint8_t *, size_t);
ngtcp2_ssize ngtcp2_conn_encode_local_transport_params2(
  const ngtcp2_conn *, uint8_t *, size_t);
void ngtcp2_conn_extend_max_offset(ngtcp2_conn *, uint64_t);
int ngtcp2_conn_extend_max_stream_offset(ngtcp2_conn *, int64_t, uint64_t);
void ngtcp2_conn_extend_max_streams_bidi(ngtcp2_conn *, size_t);
void ngtcp2_conn_extend_max_streams_uni(ngtcp2_conn *, size_t);
const ngtcp2_crypto_ctx *ngtcp2_conn_get_0rtt_crypto_ctx(ngtcp2_conn *);
const ngtcp2_crypto_ctx *ngtcp2_conn_get_0rtt_crypto_ctx2(const ngtcp2_conn *);
size_t ngtcp2_conn_get_active_dcid(ngtcp2_conn *, ngtcp2_cid_token *);
size_t ngtcp2_conn_get_active_dcid2(ngtcp2_conn *, ngtcp2_cid_token2 *);
size_t ngtcp2_conn_get_active_dcid3(const ngtcp2_conn *, ngtcp2_cid_token2 *);
const ngtcp2_ccerr *ngtcp2_conn_get_ccerr(ngtcp2_conn *);
const ngtcp2_ccerr *ngtcp2_conn_get_ccerr2(const ngtcp2_conn *);
uint32_t ngtcp2_conn_get_client_chosen_version(ngtcp2_conn *);
uint32_t ngtcp2_conn_get_client_chosen_version2(const ngtcp2_conn *);
const ngtcp2_cid *ngtcp2_conn_get_client_initial_dcid(ngtcp2_conn *);
const ngtcp2_cid *ngtcp2_conn_get_client_initial_dcid2(const ngtcp2_conn *);
void ngtcp2_conn_get_conn_info2_versioned(
  const ngtcp2_conn *, int, ngtcp2_conn_info *);
void ngtcp2_conn_get_conn_info_versioned(
  ngtcp2_conn *, int, ngtcp2_conn_info *);
const ngtcp2_crypto_ctx *ngtcp2_conn_get_crypto_ctx(ngtcp2_conn *);
const ngtcp2_crypto_ctx *ngtcp2_conn_get_crypto_ctx2(const ngtcp2_conn *);
uint64_t ngtcp2_conn_get_cwnd_left(ngtcp2_conn *);
uint64_t ngtcp2_conn_get_cwnd_left2(const ngtcp2_conn *);
const ngtcp2_cid *ngtcp2_conn_get_dcid(ngtcp2_conn *);
const ngtcp2_cid *ngtcp2_conn_get_dcid2(const ngtcp2_conn *);
ngtcp2_tstamp ngtcp2_conn_get_expiry(ngtcp2_conn *);
ngtcp2_tstamp ngtcp2_conn_get_expiry2(const ngtcp2_conn *);
int ngtcp2_conn_get_handshake_completed(ngtcp2_conn *);
int ngtcp2_conn_get_handshake_completed2(const ngtcp2_conn *);
const ngtcp2_crypto_ctx *ngtcp2_conn_get_initial_crypto_ctx(ngtcp2_conn *);
const ngtcp2_crypto_ctx *ngtcp2_conn_get_initial_crypto_ctx2(
  const ngtcp2_conn *);
const ngtcp2_transport_params *ngtcp2_conn_get_local_transport_params(
  ngtcp2_conn *);
const ngtcp2_transport_params *ngtcp2_conn_get_local_transport_params2(
  const ngtcp2_conn *);
uint64_t ngtcp2_conn_get_max_data_left(ngtcp2_conn *);
uint64_t ngtcp2_conn_get_max_data_left2(const ngtcp2_conn *);
uint64_t ngtcp2_conn_get_max_stream_data_left(ngtcp2_conn *, int64_t);
uint64_t ngtcp2_conn_get_max_stream_data_left2(const ngtcp2_conn *, int64_t);
size_t ngtcp2_conn_get_max_tx_udp_payload_size(ngtcp2_conn *);
size_t ngtcp2_conn_get_max_tx_udp_payload_size2(const ngtcp2_conn *);
uint32_t ngtcp2_conn_get_negotiated_version(ngtcp2_conn *);
uint32_t ngtcp2_conn_get_negotiated_version2(const ngtcp2_conn *);
const ngtcp2_path *ngtcp2_conn_get_path(ngtcp2_conn *);
const ngtcp2_path *ngtcp2_conn_get_path2(const ngtcp2_conn *);
size_t ngtcp2_conn_get_path_max_tx_udp_payload_size(ngtcp2_conn *);
size_t ngtcp2_conn_get_path_max_tx_udp_payload_size2(const ngtcp2_conn *);
ngtcp2_duration ngtcp2_conn_get_pto(ngtcp2_conn *);
ngtcp2_duration ngtcp2_conn_get_pto2(const ngtcp2_conn *);
const ngtcp2_transport_params *ngtcp2_conn_get_remote_transport_params(
  ngtcp2_conn *);
const ngtcp2_transport_params *ngtcp2_conn_get_remote_transport_params2(
  const ngtcp2_conn *);
size_t ngtcp2_conn_get_scid(ngtcp2_conn *, ngtcp2_cid *);
size_t ngtcp2_conn_get_scid2(const ngtcp2_conn *, ngtcp2_cid *);
size_t ngtcp2_conn_get_send_quantum(ngtcp2_conn *);
size_t ngtcp2_conn_get_send_quantum2(const ngtcp2_conn *);
size_t ngtcp2_conn_get_stream_loss_count(ngtcp2_conn *, int64_t);
size_t ngtcp2_conn_get_stream_loss_count2(const ngtcp2_conn *, int64_t);
void *ngtcp2_conn_get_stream_user_data(ngtcp2_conn *, int64_t);
void *ngtcp2_conn_get_stream_user_data2(const ngtcp2_conn *, int64_t);
uint64_t ngtcp2_conn_get_streams_bidi_left(ngtcp2_conn *);
uint64_t ngtcp2_conn_get_streams_bidi_left2(const ngtcp2_conn *);
uint64_t ngtcp2_conn_get_streams_uni_left(ngtcp2_conn *);
uint64_t ngtcp2_conn_get_streams_uni_left2(const ngtcp2_conn *);
ngtcp2_tstamp ngtcp2_conn_get_timestamp(const ngtcp2_conn *);
uint8_t ngtcp2_conn_get_tls_alert(ngtcp2_conn *);
uint8_t ngtcp2_conn_get_tls_alert2(const ngtcp2_conn *);
int ngtcp2_conn_get_tls_early_data_rejected(ngtcp2_conn *);
int ngtcp2_conn_get_tls_early_data_rejected2(const ngtcp2_conn *);
int ngtcp2_conn_get_tls_error(ngtcp2_conn *);
int ngtcp2_conn_get_tls_error2(const ngtcp2_conn *);
void *ngtcp2_conn_get_tls_native_handle(ngtcp2_conn *);
void *ngtcp2_conn_get_tls_native_handle2(const ngtcp2_conn *);
int ngtcp2_conn_handle_expiry(ngtcp2_conn *, ngtcp2_tstamp);
int ngtcp2_conn_in_closing_period(ngtcp2_conn *);
int ngtcp2_conn_in_closing_period2(const ngtcp2_conn *);
int ngtcp2_conn_in_draining_period(ngtcp2_conn *);
int ngtcp2_conn_in_draining_period2(const ngtcp2_conn *);
int ngtcp2_conn_initiate_immediate_migration(
  ngtcp2_conn *, const ngtcp2_path *, ngtcp2_tstamp);
int ngtcp2_conn_initiate_key_update(ngtcp2_conn *, ngtcp2_tstamp);
int ngtcp2_conn_initiate_migration(
  ngtcp2_conn *, const ngtcp2_path *, ngtcp2_tstamp);
int ngtcp2_conn_install_0rtt_key(
  ngtcp2_conn *, const ngtcp2_crypto_aead_ctx *, const uint8_t *, size_t, const
  ngtcp2_crypto_cipher_ctx *);
int ngtcp2_conn_install_initial_key(
  ngtcp2_conn *, const ngtcp2_crypto_aead_ctx *, const uint8_t *, const
  ngtcp2_crypto_cipher_ctx *, const ngtcp2_crypto_aead_ctx *, const uint8_t *,
  const ngtcp2_crypto_cipher_ctx *, size_t);
int ngtcp2_conn_install_rx_handshake_key(
  ngtcp2_conn *, const ngtcp2_crypto_aead_ctx *, const uint8_t *, size_t, const
  ngtcp2_crypto_cipher_ctx *);
int ngtcp2_conn_install_rx_key(
  ngtcp2_conn *, const uint8_t *, size_t, const ngtcp2_crypto_aead_ctx *, const
  uint8_t *, size_t, const ngtcp2_crypto_cipher_ctx *);
int ngtcp2_conn_install_tx_handshake_key(
  ngtcp2_conn *, const ngtcp2_crypto_aead_ctx *, const uint8_t *, size_t, const
  ngtcp2_crypto_cipher_ctx *);
int ngtcp2_conn_install_tx_key(
  ngtcp2_conn *, const uint8_t *, size_t, const ngtcp2_crypto_aead_ctx *, const
  uint8_t *, size_t, const ngtcp2_crypto_cipher_ctx *);
int ngtcp2_conn_install_vneg_initial_key(
  ngtcp2_conn *, uint32_t, const ngtcp2_crypto_aead_ctx *, const uint8_t *,
  const ngtcp2_crypto_cipher_ctx *, const ngtcp2_crypto_aead_ctx *, const
  uint8_t *, const ngtcp2_crypto_cipher_ctx *, size_t);
int ngtcp2_conn_is_local_stream(ngtcp2_conn *, int64_t);
int ngtcp2_conn_is_local_stream2(const ngtcp2_conn *, int64_t);
int ngtcp2_conn_is_server(ngtcp2_conn *);
int ngtcp2_conn_is_server2(const ngtcp2_conn *);
int ngtcp2_conn_open_bidi_stream(ngtcp2_conn *, int64_t *, void *);
int ngtcp2_conn_open_uni_stream(ngtcp2_conn *, int64_t *, void *);
int ngtcp2_conn_read_pkt_versioned(
  ngtcp2_conn *, const ngtcp2_path *, int, const ngtcp2_pkt_info *, const
  uint8_t *, size_t, ngtcp2_tstamp);
int ngtcp2_conn_server_new_versioned(
  ngtcp2_conn **, const ngtcp2_cid *, const ngtcp2_cid *, const ngtcp2_path *,
  uint32_t, int, const ngtcp2_callbacks *, int, const ngtcp2_settings *, int,
  const ngtcp2_transport_params *, const ngtcp2_mem *, void *);
void ngtcp2_conn_set_0rtt_crypto_ctx(ngtcp2_conn *, const ngtcp2_crypto_ctx *);
void ngtcp2_conn_set_crypto_ctx(ngtcp2_conn *, const ngtcp2_crypto_ctx *);
void ngtcp2_conn_set_initial_crypto_ctx(
  ngtcp2_conn *, const ngtcp2_crypto_ctx *);
void ngtcp2_conn_set_keep_alive_timeout(ngtcp2_conn *, ngtcp2_duration);
void ngtcp2_conn_set_local_addr(ngtcp2_conn *, const ngtcp2_addr *);
int ngtcp2_conn_set_local_transport_params_versioned(
  ngtcp2_conn *, int, const ngtcp2_transport_params *);
void ngtcp2_conn_set_path_user_data(ngtcp2_conn *, void *);
void ngtcp2_conn_set_retry_aead(
  ngtcp2_conn *, const ngtcp2_crypto_aead *, const ngtcp2_crypto_aead_ctx *);
int ngtcp2_conn_set_stream_user_data(ngtcp2_conn *, int64_t, void *);
void ngtcp2_conn_set_tls_alert(ngtcp2_conn *, uint8_t);
void ngtcp2_conn_set_tls_error(ngtcp2_conn *, int);
void ngtcp2_conn_set_tls_native_handle(ngtcp2_conn *, void *);
int ngtcp2_conn_shutdown_stream(ngtcp2_conn *, uint32_t, int64_t, uint64_t);
int ngtcp2_conn_shutdown_stream_read(
  ngtcp2_conn *, uint32_t, int64_t, uint64_t);
int ngtcp2_conn_shutdown_stream_write(
  ngtcp2_conn *, uint32_t, int64_t, uint64_t);
int ngtcp2_conn_submit_crypto_data(
  ngtcp2_conn *, ngtcp2_encryption_level, const uint8_t *, size_t);
int ngtcp2_conn_submit_new_token(ngtcp2_conn *, const uint8_t *, size_t);
int ngtcp2_conn_tls_early_data_rejected(ngtcp2_conn *);
void ngtcp2_conn_tls_handshake_completed(ngtcp2_conn *);
void ngtcp2_conn_update_pkt_tx_time(ngtcp2_conn *, ngtcp2_tstamp);
ngtcp2_ssize ngtcp2_conn_write_aggregate_pkt2_versioned(
  ngtcp2_conn *, ngtcp2_path *, int, ngtcp2_pkt_info *, uint8_t *, size_t,
  size_t *, ngtcp2_write_pkt, size_t, ngtcp2_tstamp);
ngtcp2_ssize ngtcp2_conn_write_aggregate_pkt_versioned(
  ngtcp2_conn *, ngtcp2_path *, int, ngtcp2_pkt_info *, uint8_t *, size_t,
  size_t *, ngtcp2_write_pkt, ngtcp2_tstamp);
ngtcp2_ssize ngtcp2_conn_write_connection_close_versioned(
  ngtcp2_conn *, ngtcp2_path *, int, ngtcp2_pkt_info *, uint8_t *, size_t, const
  ngtcp2_ccerr *, ngtcp2_tstamp);
ngtcp2_ssize ngtcp2_conn_write_datagram_versioned(
  ngtcp2_conn *, ngtcp2_path *, int, ngtcp2_pkt_info *, uint8_t *, size_t, int
  *, uint32_t, uint64_t, const uint8_t *, size_t, ngtcp2_tstamp);
ngtcp2_ssize ngtcp2_conn_write_pkt_versioned(
  ngtcp2_conn *, ngtcp2_path *, int, ngtcp2_pkt_info *, uint8_t *, size_t,
  ngtcp2_tstamp);
ngtcp2_ssize ngtcp2_conn_write_stream_versioned(
  ngtcp2_conn *, ngtcp2_path *, int, ngtcp2_pkt_info *, uint8_t *, size_t,
  ngtcp2_ssize *, uint32_t, int64_t, const uint8_t *, size_t, ngtcp2_tstamp);
ngtcp2_ssize ngtcp2_conn_writev_datagram_versioned(
  ngtcp2_conn *, ngtcp2_path *, int, ngtcp2_pkt_info *, uint8_t *, size_t, int
  *, uint32_t, uint64_t, const ngtcp2_vec *, size_t, ngtcp2_tstamp);
ngtcp2_ssize ngtcp2_conn_writev_stream_versioned(
  ngtcp2_conn *, ngtcp2_path *, int, ngtcp2_pkt_info *, uint8_t *, size_t,
  ngtcp2_ssize *, uint32_t, int64_t, const ngtcp2_vec *, size_t, ngtcp2_tstamp);
uint64_t ngtcp2_err_infer_quic_transport_error_code(int);
int ngtcp2_err_is_fatal(int);
int ngtcp2_is_bidi_stream(int64_t);
int ngtcp2_is_reserved_version(uint32_t);
int ngtcp2_is_supported_version(uint32_t);
const ngtcp2_mem *ngtcp2_mem_default(void);
void ngtcp2_path_copy(ngtcp2_path *, const ngtcp2_path *);
int ngtcp2_path_eq(const ngtcp2_path *, const ngtcp2_path *);
void ngtcp2_path_storage_init(
  ngtcp2_path_storage *, const ngtcp2_sockaddr *, ngtcp2_socklen, const
  ngtcp2_sockaddr *, ngtcp2_socklen, void *);
void ngtcp2_path_storage_zero(ngtcp2_path_storage *);
ngtcp2_ssize ngtcp2_pkt_decode_hd_long(
  ngtcp2_pkt_hd *, const uint8_t *, size_t);
ngtcp2_ssize ngtcp2_pkt_decode_hd_short(
  ngtcp2_pkt_hd *, const uint8_t *, size_t, size_t);
int ngtcp2_pkt_decode_version_cid(
  ngtcp2_version_cid *, const uint8_t *, size_t, size_t);
ngtcp2_ssize ngtcp2_pkt_write_connection_close(
  uint8_t *, size_t, uint32_t, const ngtcp2_cid *, const ngtcp2_cid *, uint64_t,
  const uint8_t *, size_t, ngtcp2_encrypt, const ngtcp2_crypto_aead *, const
  ngtcp2_crypto_aead_ctx *, const uint8_t *, ngtcp2_hp_mask, const
  ngtcp2_crypto_cipher *, const ngtcp2_crypto_cipher_ctx *);
ngtcp2_ssize ngtcp2_pkt_write_retry(
  uint8_t *, size_t, uint32_t, const ngtcp2_cid *, const ngtcp2_cid *, const
  ngtcp2_cid *, const uint8_t *, size_t, ngtcp2_encrypt, const
  ngtcp2_crypto_aead *, const ngtcp2_crypto_aead_ctx *);
ngtcp2_ssize ngtcp2_pkt_write_stateless_reset(
  uint8_t *, size_t, const uint8_t *, const uint8_t *, size_t);
ngtcp2_ssize ngtcp2_pkt_write_stateless_reset2(
  uint8_t *, size_t, const ngtcp2_stateless_reset_token *, const uint8_t *,
  size_t);
ngtcp2_ssize ngtcp2_pkt_write_version_negotiation(
  uint8_t *, size_t, uint8_t, const uint8_t *, size_t, const uint8_t *, size_t,
  const uint32_t *, size_t);
void ngtcp2_secure_clear(void *, size_t);
uint32_t ngtcp2_select_version(
  const uint32_t *, size_t, const uint32_t *, size_t);
void ngtcp2_settings_default_versioned(int, ngtcp2_settings *);
const char *ngtcp2_strerror(int);
int ngtcp2_transport_params_decode_new(
  ngtcp2_transport_params **, const uint8_t *, size_t, const ngtcp2_mem *);
int ngtcp2_transport_params_decode_versioned(
  int, ngtcp2_transport_params *, const uint8_t *, size_t);
void ngtcp2_transport_params_default_versioned(int, ngtcp2_transport_params *);
void ngtcp2_transport_params_del(ngtcp2_transport_params *, const ngtcp2_mem *);
ngtcp2_ssize ngtcp2_transport_params_encode_versioned(
  uint8_t *, size_t, int, const ngtcp2_transport_params *);
const ngtcp2_info *ngtcp2_version(int);

#ifdef __cplusplus
}
#endif

int main(void) { return 0; }
