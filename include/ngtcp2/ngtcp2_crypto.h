/*
 * rngtcp2: the API that all crypto helper libraries of ngtcp2 have in common.
 * Made by `make header` from the Rust sources; do not edit.
 *
 * A helper joins a connection with a TLS session. An application names the functions that end in
 * _cb in its ngtcp2_callbacks and calls few of the others itself.
 */
#ifndef NGTCP2_CRYPTO_H
#define NGTCP2_CRYPTO_H

#include <ngtcp2/ngtcp2.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The longest token of ngtcp2_crypto_generate_retry_token: magic, length and bytes of the original
 * destination connection ID, timestamp, AEAD tag, random bytes.
 */
#define NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN                                       \
  (1 + 1 + NGTCP2_MAX_CIDLEN + sizeof(ngtcp2_tstamp) + 16 +                    \
   NGTCP2_CRYPTO_TOKEN_RAND_DATALEN)

/**
 * The longest token of ngtcp2_crypto_generate_retry_token2: the above and the address of the client.
 */
#define NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2                                      \
  (NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN + sizeof(ngtcp2_sockaddr_union))

/**
 * The longest token of ngtcp2_crypto_generate_regular_token: magic, timestamp, AEAD tag, random
 * bytes. The data of ngtcp2_crypto_generate_regular_token2 comes on top.
 */
#define NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN                                     \
  (1 + sizeof(ngtcp2_tstamp) + 16 + NGTCP2_CRYPTO_TOKEN_RAND_DATALEN)

struct ngtcp2_crypto_conn_ref; /* refers to itself through its function type */

/**
 * Something went wrong inside the helper.
 */
#define NGTCP2_CRYPTO_ERR_INTERNAL -201

/**
 * The token has a wrong form: it was not made by this function.
 */
#define NGTCP2_CRYPTO_ERR_UNREADABLE_TOKEN -202

/**
 * The token is well formed but not valid, or no longer.
 */
#define NGTCP2_CRYPTO_ERR_VERIFY_TOKEN -203

/**
 * Out of memory.
 */
#define NGTCP2_CRYPTO_ERR_NOMEM -501

/**
 * The number of random bytes at the end of a token.
 */
#define NGTCP2_CRYPTO_TOKEN_RAND_DATALEN 16

/**
 * The first byte of a token made by `ngtcp2_crypto_generate_retry_token`.
 */
#define NGTCP2_CRYPTO_TOKEN_MAGIC_RETRY 182

/**
 * The first byte of a token made by `ngtcp2_crypto_generate_retry_token2`.
 */
#define NGTCP2_CRYPTO_TOKEN_MAGIC_RETRY2 183

/**
 * The first byte of a token made by `ngtcp2_crypto_generate_regular_token`.
 */
#define NGTCP2_CRYPTO_TOKEN_MAGIC_REGULAR 54

/**
 * Returns the connection that belongs to `conn_ref`.
 */
typedef ngtcp2_conn *(*ngtcp2_crypto_get_conn)(
  struct ngtcp2_crypto_conn_ref *conn_ref);

/**
 * How the helper finds the connection of a TLS session.
 *
 * The application stores a pointer to one with each TLS session. It must live as long as the
 * session.
 */
typedef struct ngtcp2_crypto_conn_ref {
  /**
   * Returns the connection.
   */
  ngtcp2_crypto_get_conn get_conn;
  /**
   * Anything of the application's, for `get_conn`.
   */
  void *user_data;
} ngtcp2_crypto_conn_ref;







NGTCP2_EXTERN int ngtcp2_crypto_client_initial_cb(
  ngtcp2_conn *conn, void *user_data);

NGTCP2_EXTERN int ngtcp2_crypto_recv_retry_cb(
  ngtcp2_conn *conn, const ngtcp2_pkt_hd *hd, void *user_data);

NGTCP2_EXTERN int ngtcp2_crypto_recv_client_initial_cb(
  ngtcp2_conn *conn, const ngtcp2_cid *dcid, void *user_data);

NGTCP2_EXTERN int ngtcp2_crypto_version_negotiation_cb(
  ngtcp2_conn *conn, uint32_t version, const ngtcp2_cid *client_dcid,
  void *user_data);

NGTCP2_EXTERN int ngtcp2_crypto_read_write_crypto_data(
  ngtcp2_conn *conn, ngtcp2_encryption_level encryption_level,
  const uint8_t *data, size_t datalen);

NGTCP2_EXTERN int ngtcp2_crypto_recv_crypto_data_cb(
  ngtcp2_conn *conn, ngtcp2_encryption_level encryption_level, uint64_t offset,
  const uint8_t *data, size_t datalen, void *user_data);

/**
 * Since 1.22.
 */
NGTCP2_EXTERN int ngtcp2_crypto_get_path_challenge_data2_cb(
  ngtcp2_conn *conn, ngtcp2_path_challenge_data *data, void *user_data);

/**
 * @deprecated Since 1.22. Use `ngtcp2_crypto_get_path_challenge_data2_cb`.
 */
NGTCP2_EXTERN int ngtcp2_crypto_get_path_challenge_data_cb(
  ngtcp2_conn *conn, uint8_t *data, void *user_data);

NGTCP2_EXTERN int ngtcp2_crypto_derive_and_install_rx_key(
  ngtcp2_conn *conn, uint8_t *key, uint8_t *iv, uint8_t *hp,
  ngtcp2_encryption_level level, const uint8_t *secret, size_t secretlen);

NGTCP2_EXTERN int ngtcp2_crypto_derive_and_install_tx_key(
  ngtcp2_conn *conn, uint8_t *key, uint8_t *iv, uint8_t *hp,
  ngtcp2_encryption_level level, const uint8_t *secret, size_t secretlen);

NGTCP2_EXTERN int ngtcp2_crypto_update_key(
  ngtcp2_conn *conn, uint8_t *rx_secret, uint8_t *tx_secret,
  ngtcp2_crypto_aead_ctx *rx_aead_ctx, uint8_t *rx_key, uint8_t *rx_iv,
  ngtcp2_crypto_aead_ctx *tx_aead_ctx, uint8_t *tx_key, uint8_t *tx_iv,
  const uint8_t *current_rx_secret, const uint8_t *current_tx_secret,
  size_t secretlen);

NGTCP2_EXTERN int ngtcp2_crypto_update_key_cb(
  ngtcp2_conn *conn, uint8_t *rx_secret, uint8_t *tx_secret,
  ngtcp2_crypto_aead_ctx *rx_aead_ctx, uint8_t *rx_iv,
  ngtcp2_crypto_aead_ctx *tx_aead_ctx, uint8_t *tx_iv,
  const uint8_t *current_rx_secret, const uint8_t *current_tx_secret,
  size_t secretlen, void *user_data);

NGTCP2_EXTERN int ngtcp2_crypto_aead_ctx_encrypt_init(
  ngtcp2_crypto_aead_ctx *aead_ctx, const ngtcp2_crypto_aead *aead,
  const uint8_t *key, size_t noncelen);

NGTCP2_EXTERN int ngtcp2_crypto_aead_ctx_decrypt_init(
  ngtcp2_crypto_aead_ctx *aead_ctx, const ngtcp2_crypto_aead *aead,
  const uint8_t *key, size_t noncelen);

NGTCP2_EXTERN void ngtcp2_crypto_aead_ctx_free(
  ngtcp2_crypto_aead_ctx *aead_ctx);

NGTCP2_EXTERN int ngtcp2_crypto_encrypt(
  uint8_t *dest, const ngtcp2_crypto_aead *aead,
  const ngtcp2_crypto_aead_ctx *aead_ctx, const uint8_t *plaintext,
  size_t plaintextlen, const uint8_t *nonce, size_t noncelen,
  const uint8_t *aad, size_t aadlen);

NGTCP2_EXTERN int ngtcp2_crypto_encrypt_cb(
  uint8_t *dest, const ngtcp2_crypto_aead *aead,
  const ngtcp2_crypto_aead_ctx *aead_ctx, const uint8_t *plaintext,
  size_t plaintextlen, const uint8_t *nonce, size_t noncelen,
  const uint8_t *aad, size_t aadlen);

NGTCP2_EXTERN int ngtcp2_crypto_decrypt(
  uint8_t *dest, const ngtcp2_crypto_aead *aead,
  const ngtcp2_crypto_aead_ctx *aead_ctx, const uint8_t *ciphertext,
  size_t ciphertextlen, const uint8_t *nonce, size_t noncelen,
  const uint8_t *aad, size_t aadlen);

NGTCP2_EXTERN int ngtcp2_crypto_decrypt_cb(
  uint8_t *dest, const ngtcp2_crypto_aead *aead,
  const ngtcp2_crypto_aead_ctx *aead_ctx, const uint8_t *ciphertext,
  size_t ciphertextlen, const uint8_t *nonce, size_t noncelen,
  const uint8_t *aad, size_t aadlen);

NGTCP2_EXTERN int ngtcp2_crypto_hp_mask(
  uint8_t *dest, const ngtcp2_crypto_cipher *hp,
  const ngtcp2_crypto_cipher_ctx *hp_ctx, const uint8_t *sample);

NGTCP2_EXTERN int ngtcp2_crypto_hp_mask_cb(
  uint8_t *dest, const ngtcp2_crypto_cipher *hp,
  const ngtcp2_crypto_cipher_ctx *hp_ctx, const uint8_t *sample);

NGTCP2_EXTERN void ngtcp2_crypto_delete_crypto_aead_ctx_cb(
  ngtcp2_conn *conn, ngtcp2_crypto_aead_ctx *aead_ctx, void *user_data);

NGTCP2_EXTERN void ngtcp2_crypto_delete_crypto_cipher_ctx_cb(
  ngtcp2_conn *conn, ngtcp2_crypto_cipher_ctx *cipher_ctx, void *user_data);

NGTCP2_EXTERN ngtcp2_crypto_ctx *ngtcp2_crypto_ctx_tls(
  ngtcp2_crypto_ctx *ctx, void *tls_native_handle);

NGTCP2_EXTERN ngtcp2_crypto_ctx *ngtcp2_crypto_ctx_tls_early(
  ngtcp2_crypto_ctx *ctx, void *tls_native_handle);

NGTCP2_EXTERN ngtcp2_crypto_md *ngtcp2_crypto_md_init(
  ngtcp2_crypto_md *md, void *md_native_handle);

NGTCP2_EXTERN size_t ngtcp2_crypto_md_hashlen(const ngtcp2_crypto_md *md);

NGTCP2_EXTERN size_t ngtcp2_crypto_aead_keylen(const ngtcp2_crypto_aead *aead);

NGTCP2_EXTERN size_t ngtcp2_crypto_aead_noncelen(
  const ngtcp2_crypto_aead *aead);

NGTCP2_EXTERN size_t ngtcp2_crypto_packet_protection_ivlen(
  const ngtcp2_crypto_aead *aead);

NGTCP2_EXTERN int ngtcp2_crypto_hkdf_extract(
  uint8_t *dest, const ngtcp2_crypto_md *md, const uint8_t *secret,
  size_t secretlen, const uint8_t *salt, size_t saltlen);

NGTCP2_EXTERN int ngtcp2_crypto_hkdf_expand(
  uint8_t *dest, size_t destlen, const ngtcp2_crypto_md *md,
  const uint8_t *secret, size_t secretlen, const uint8_t *info, size_t infolen);

NGTCP2_EXTERN int ngtcp2_crypto_hkdf(
  uint8_t *dest, size_t destlen, const ngtcp2_crypto_md *md,
  const uint8_t *secret, size_t secretlen, const uint8_t *salt, size_t saltlen,
  const uint8_t *info, size_t infolen);

NGTCP2_EXTERN int ngtcp2_crypto_generate_stateless_reset_token(
  uint8_t *token, const uint8_t *secret, size_t secretlen,
  const ngtcp2_cid *cid);

NGTCP2_EXTERN ngtcp2_ssize ngtcp2_crypto_generate_retry_token(
  uint8_t *token, const uint8_t *secret, size_t secretlen, uint32_t version,
  const ngtcp2_sockaddr *remote_addr, ngtcp2_socklen remote_addrlen,
  const ngtcp2_cid *retry_scid, const ngtcp2_cid *odcid, ngtcp2_tstamp ts);

NGTCP2_EXTERN int ngtcp2_crypto_verify_retry_token(
  ngtcp2_cid *odcid, const uint8_t *token, size_t tokenlen,
  const uint8_t *secret, size_t secretlen, uint32_t version,
  const ngtcp2_sockaddr *remote_addr, ngtcp2_socklen remote_addrlen,
  const ngtcp2_cid *dcid, ngtcp2_duration timeout, ngtcp2_tstamp ts);

/**
 * Since 1.9.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_crypto_generate_retry_token2(
  uint8_t *token, const uint8_t *secret, size_t secretlen, uint32_t version,
  const ngtcp2_sockaddr *remote_addr, ngtcp2_socklen remote_addrlen,
  const ngtcp2_cid *retry_scid, const ngtcp2_cid *odcid, ngtcp2_tstamp ts);

/**
 * Since 1.9.
 */
NGTCP2_EXTERN int ngtcp2_crypto_verify_retry_token2(
  ngtcp2_cid *odcid, const uint8_t *token, size_t tokenlen,
  const uint8_t *secret, size_t secretlen, uint32_t version,
  const ngtcp2_sockaddr *remote_addr, ngtcp2_socklen remote_addrlen,
  const ngtcp2_cid *dcid, ngtcp2_duration timeout, ngtcp2_tstamp ts);

NGTCP2_EXTERN ngtcp2_ssize ngtcp2_crypto_generate_regular_token(
  uint8_t *token, const uint8_t *secret, size_t secretlen,
  const ngtcp2_sockaddr *remote_addr, ngtcp2_socklen remote_addrlen,
  ngtcp2_tstamp ts);

NGTCP2_EXTERN int ngtcp2_crypto_verify_regular_token(
  const uint8_t *token, size_t tokenlen, const uint8_t *secret,
  size_t secretlen, const ngtcp2_sockaddr *remote_addr,
  ngtcp2_socklen remote_addrlen, ngtcp2_duration timeout, ngtcp2_tstamp ts);

/**
 * Since 1.18.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_crypto_generate_regular_token2(
  uint8_t *token, const uint8_t *secret, size_t secretlen,
  const ngtcp2_sockaddr *remote_addr, ngtcp2_socklen remote_addrlen,
  const void *data, size_t datalen, ngtcp2_tstamp ts);

/**
 * Since 1.18.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_crypto_verify_regular_token2(
  void *data, size_t max_datalen, const uint8_t *token, size_t tokenlen,
  const uint8_t *secret, size_t secretlen, const ngtcp2_sockaddr *remote_addr,
  ngtcp2_socklen remote_addrlen, ngtcp2_duration timeout, ngtcp2_tstamp ts);

NGTCP2_EXTERN ngtcp2_ssize ngtcp2_crypto_write_connection_close(
  uint8_t *dest, size_t destlen, uint32_t version, const ngtcp2_cid *dcid,
  const ngtcp2_cid *scid, uint64_t error_code, const uint8_t *reason,
  size_t reasonlen);

NGTCP2_EXTERN ngtcp2_ssize ngtcp2_crypto_write_retry(
  uint8_t *dest, size_t destlen, uint32_t version, const ngtcp2_cid *dcid,
  const ngtcp2_cid *scid, const ngtcp2_cid *odcid, const uint8_t *token,
  size_t tokenlen);
#ifdef __cplusplus
}
#endif

#endif /* NGTCP2_CRYPTO_H */
