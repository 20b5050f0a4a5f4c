/*
 * Declares every function that all crypto helper libraries have once more. A difference from the
 * header is a compile error, in C and in C++.
 */
#include <ngtcp2/ngtcp2_crypto.h>

#ifdef __cplusplus
extern "C" {
#endif

int ngtcp2_crypto_aead_ctx_decrypt_init(
  ngtcp2_crypto_aead_ctx *, const ngtcp2_crypto_aead *, const uint8_t *,
  size_t);
int ngtcp2_crypto_aead_ctx_encrypt_init(
  ngtcp2_crypto_aead_ctx *, const ngtcp2_crypto_aead *, const uint8_t *,
  size_t);
void ngtcp2_crypto_aead_ctx_free(ngtcp2_crypto_aead_ctx *);
size_t ngtcp2_crypto_aead_keylen(const ngtcp2_crypto_aead *);
size_t ngtcp2_crypto_aead_noncelen(const ngtcp2_crypto_aead *);
int ngtcp2_crypto_client_initial_cb(ngtcp2_conn *, void *);
ngtcp2_crypto_ctx *ngtcp2_crypto_ctx_tls(ngtcp2_crypto_ctx *, void *);
ngtcp2_crypto_ctx *ngtcp2_crypto_ctx_tls_early(ngtcp2_crypto_ctx *, void *);
int ngtcp2_crypto_decrypt(
  uint8_t *, const ngtcp2_crypto_aead *, const ngtcp2_crypto_aead_ctx *, const
  uint8_t *, size_t, const uint8_t *, size_t, const uint8_t *, size_t);
int ngtcp2_crypto_decrypt_cb(
  uint8_t *, const ngtcp2_crypto_aead *, const ngtcp2_crypto_aead_ctx *, const
  uint8_t *, size_t, const uint8_t *, size_t, const uint8_t *, size_t);
void ngtcp2_crypto_delete_crypto_aead_ctx_cb(
  ngtcp2_conn *, ngtcp2_crypto_aead_ctx *, void *);
void ngtcp2_crypto_delete_crypto_cipher_ctx_cb(
  ngtcp2_conn *, ngtcp2_crypto_cipher_ctx *, void *);
int ngtcp2_crypto_derive_and_install_rx_key(
  ngtcp2_conn *, uint8_t *, uint8_t *, uint8_t *, ngtcp2_encryption_level, const
  uint8_t *, size_t);
int ngtcp2_crypto_derive_and_install_tx_key(
  ngtcp2_conn *, uint8_t *, uint8_t *, uint8_t *, ngtcp2_encryption_level, const
  uint8_t *, size_t);
int ngtcp2_crypto_encrypt(
  uint8_t *, const ngtcp2_crypto_aead *, const ngtcp2_crypto_aead_ctx *, const
  uint8_t *, size_t, const uint8_t *, size_t, const uint8_t *, size_t);
int ngtcp2_crypto_encrypt_cb(
  uint8_t *, const ngtcp2_crypto_aead *, const ngtcp2_crypto_aead_ctx *, const
  uint8_t *, size_t, const uint8_t *, size_t, const uint8_t *, size_t);
ngtcp2_ssize ngtcp2_crypto_generate_regular_token(
  uint8_t *, const uint8_t *, size_t, const ngtcp2_sockaddr *, ngtcp2_socklen,
  ngtcp2_tstamp);
ngtcp2_ssize ngtcp2_crypto_generate_regular_token2(
  uint8_t *, const uint8_t *, size_t, const ngtcp2_sockaddr *, ngtcp2_socklen,
  const void *, size_t, ngtcp2_tstamp);
ngtcp2_ssize ngtcp2_crypto_generate_retry_token(
  uint8_t *, const uint8_t *, size_t, uint32_t, const ngtcp2_sockaddr *,
  ngtcp2_socklen, const ngtcp2_cid *, const ngtcp2_cid *, ngtcp2_tstamp);
ngtcp2_ssize ngtcp2_crypto_generate_retry_token2(
  uint8_t *, const uint8_t *, size_t, uint32_t, const ngtcp2_sockaddr *,
  ngtcp2_socklen, const ngtcp2_cid *, const ngtcp2_cid *, ngtcp2_tstamp);
int ngtcp2_crypto_generate_stateless_reset_token(
  uint8_t *, const uint8_t *, size_t, const ngtcp2_cid *);
int ngtcp2_crypto_get_path_challenge_data2_cb(
  ngtcp2_conn *, ngtcp2_path_challenge_data *, void *);
int ngtcp2_crypto_get_path_challenge_data_cb(ngtcp2_conn *, uint8_t *, void *);
int ngtcp2_crypto_hkdf(
  uint8_t *, size_t, const ngtcp2_crypto_md *, const uint8_t *, size_t, const
  uint8_t *, size_t, const uint8_t *, size_t);
int ngtcp2_crypto_hkdf_expand(
  uint8_t *, size_t, const ngtcp2_crypto_md *, const uint8_t *, size_t, const
  uint8_t *, size_t);
int ngtcp2_crypto_hkdf_extract(
  uint8_t *, const ngtcp2_crypto_md *, const uint8_t *, size_t, const uint8_t *,
  size_t);
int ngtcp2_crypto_hp_mask(
  uint8_t *, const ngtcp2_crypto_cipher *, const ngtcp2_crypto_cipher_ctx *,
  const uint8_t *);
int ngtcp2_crypto_hp_mask_cb(
  uint8_t *, const ngtcp2_crypto_cipher *, const ngtcp2_crypto_cipher_ctx *,
  const uint8_t *);
size_t ngtcp2_crypto_md_hashlen(const ngtcp2_crypto_md *);
ngtcp2_crypto_md *ngtcp2_crypto_md_init(ngtcp2_crypto_md *, void *);
size_t ngtcp2_crypto_packet_protection_ivlen(const ngtcp2_crypto_aead *);
int ngtcp2_crypto_read_write_crypto_data(
  ngtcp2_conn *, ngtcp2_encryption_level, const uint8_t *, size_t);
int ngtcp2_crypto_recv_client_initial_cb(
  ngtcp2_conn *, const ngtcp2_cid *, void *);
int ngtcp2_crypto_recv_crypto_data_cb(
  ngtcp2_conn *, ngtcp2_encryption_level, uint64_t, const uint8_t *, size_t,
  void *);
int ngtcp2_crypto_recv_retry_cb(ngtcp2_conn *, const ngtcp2_pkt_hd *, void *);
int ngtcp2_crypto_update_key(
  ngtcp2_conn *, uint8_t *, uint8_t *, ngtcp2_crypto_aead_ctx *, uint8_t *,
  uint8_t *, ngtcp2_crypto_aead_ctx *, uint8_t *, uint8_t *, const uint8_t *,
  const uint8_t *, size_t);
int ngtcp2_crypto_update_key_cb(
  ngtcp2_conn *, uint8_t *, uint8_t *, ngtcp2_crypto_aead_ctx *, uint8_t *,
  ngtcp2_crypto_aead_ctx *, uint8_t *, const uint8_t *, const uint8_t *, size_t,
  void *);
int ngtcp2_crypto_verify_regular_token(
  const uint8_t *, size_t, const uint8_t *, size_t, const ngtcp2_sockaddr *,
  ngtcp2_socklen, ngtcp2_duration, ngtcp2_tstamp);
ngtcp2_ssize ngtcp2_crypto_verify_regular_token2(
  void *, size_t, const uint8_t *, size_t, const uint8_t *, size_t, const
  ngtcp2_sockaddr *, ngtcp2_socklen, ngtcp2_duration, ngtcp2_tstamp);
int ngtcp2_crypto_verify_retry_token(
  ngtcp2_cid *, const uint8_t *, size_t, const uint8_t *, size_t, uint32_t,
  const ngtcp2_sockaddr *, ngtcp2_socklen, const ngtcp2_cid *, ngtcp2_duration,
  ngtcp2_tstamp);
int ngtcp2_crypto_verify_retry_token2(
  ngtcp2_cid *, const uint8_t *, size_t, const uint8_t *, size_t, uint32_t,
  const ngtcp2_sockaddr *, ngtcp2_socklen, const ngtcp2_cid *, ngtcp2_duration,
  ngtcp2_tstamp);
int ngtcp2_crypto_version_negotiation_cb(
  ngtcp2_conn *, uint32_t, const ngtcp2_cid *, void *);
ngtcp2_ssize ngtcp2_crypto_write_connection_close(
  uint8_t *, size_t, uint32_t, const ngtcp2_cid *, const ngtcp2_cid *, uint64_t,
  const uint8_t *, size_t);
ngtcp2_ssize ngtcp2_crypto_write_retry(
  uint8_t *, size_t, uint32_t, const ngtcp2_cid *, const ngtcp2_cid *, const
  ngtcp2_cid *, const uint8_t *, size_t);

#ifdef __cplusplus
}
#endif

int main(void) { return 0; }
