/*
 * rngtcp2: the API that all crypto helper libraries of ngtcp2 have in common.
 * Made by `make header` from the Rust sources; do not edit.
 *
 * A helper joins a connection with a TLS session. An application names the functions that end in
 * _cb in its ngtcp2_callbacks and calls few of the others itself. Where nothing else is said, those
 * return 0 or NGTCP2_ERR_CALLBACK_FAILURE, of which the connection fails.
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
 * The longest token of ngtcp2_crypto_generate_retry_token2: the above and the client's address.
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
 * The first byte of a token made by `ngtcp2_crypto_generate_retry_token`: 0xb6.
 */
#define NGTCP2_CRYPTO_TOKEN_MAGIC_RETRY 182

/**
 * The first byte of a token made by `ngtcp2_crypto_generate_retry_token2`: 0xb7.
 */
#define NGTCP2_CRYPTO_TOKEN_MAGIC_RETRY2 183

/**
 * The first byte of a token made by `ngtcp2_crypto_generate_regular_token`: 0x36.
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







/**
 * For the `client_initial` callback: installs the Initial keys, gives TLS our transport
 * parameters, and has it make the ClientHello.
 */
NGTCP2_EXTERN int ngtcp2_crypto_client_initial_cb(
  ngtcp2_conn *conn, void *user_data);

/**
 * For the `recv_retry` callback: installs the Initial keys for the new connection ID.
 */
NGTCP2_EXTERN int ngtcp2_crypto_recv_retry_cb(
  ngtcp2_conn *conn, const ngtcp2_pkt_hd *hd, void *user_data);

/**
 * For the `recv_client_initial` callback: installs the Initial keys.
 */
NGTCP2_EXTERN int ngtcp2_crypto_recv_client_initial_cb(
  ngtcp2_conn *conn, const ngtcp2_cid *dcid, void *user_data);

/**
 * For the `version_negotiation` callback: installs the Initial keys of the new version.
 */
NGTCP2_EXTERN int ngtcp2_crypto_version_negotiation_cb(
  ngtcp2_conn *conn, uint32_t version, const ngtcp2_cid *client_dcid,
  void *user_data);

/**
 * Gives the TLS session the `datalen` bytes at `data` that arrived at `encryption_level`,
 * installs the keys that follow, and hands the answer to the connection. `datalen` 0 only does
 * the latter, for a handshake that was waiting.
 *
 * Returns 0, or a negative number: -1, or a number below -10000 with a meaning that the helper
 * library documents, such as that the handshake waits.
 */
NGTCP2_EXTERN int ngtcp2_crypto_read_write_crypto_data(
  ngtcp2_conn *conn, ngtcp2_encryption_level encryption_level,
  const uint8_t *data, size_t datalen);

/**
 * `ngtcp2_crypto_read_write_crypto_data` for the `recv_crypto_data` callback. A handshake that
 * waits counts as success; `ngtcp2_conn_continue_handshake` resumes it. Returns 0, or the error
 * code with which the connection fails, mostly `NGTCP2_ERR_CRYPTO`.
 */
NGTCP2_EXTERN int ngtcp2_crypto_recv_crypto_data_cb(
  ngtcp2_conn *conn, ngtcp2_encryption_level encryption_level, uint64_t offset,
  const uint8_t *data, size_t datalen, void *user_data);

/**
 * For the `get_path_challenge_data2` callback.
 *
 * Since 1.22.
 */
NGTCP2_EXTERN int ngtcp2_crypto_get_path_challenge_data2_cb(
  ngtcp2_conn *conn, ngtcp2_path_challenge_data *data, void *user_data);

/**
 * For the `get_path_challenge_data` callback.
 *
 * @deprecated Since 1.22. Use `ngtcp2_crypto_get_path_challenge_data2_cb`.
 */
NGTCP2_EXTERN int ngtcp2_crypto_get_path_challenge_data_cb(
  ngtcp2_conn *conn, uint8_t *data, void *user_data);

/**
 * Derives the key that decrypts packets of `level` from the TLS traffic secret `secret`, and
 * installs it in the connection. The first time it also sets the algorithms that TLS negotiated,
 * and for 1-RTT on a client the transport parameters of the server.
 *
 * The key, the initialization vector and the header protection key are written to `key`, `iv`
 * and `hp`, each of which may be NULL. Returns 0, or -1. For code that gets its secrets from the
 * TLS stack; the helper's own callbacks do without.
 */
NGTCP2_EXTERN int ngtcp2_crypto_derive_and_install_rx_key(
  ngtcp2_conn *conn, uint8_t *key, uint8_t *iv, uint8_t *hp,
  ngtcp2_encryption_level level, const uint8_t *secret, size_t secretlen);

/**
 * Like `ngtcp2_crypto_derive_and_install_rx_key`, for the key that encrypts packets of `level`.
 * For 1-RTT on a server it sets the transport parameters of the client.
 */
NGTCP2_EXTERN int ngtcp2_crypto_derive_and_install_tx_key(
  ngtcp2_conn *conn, uint8_t *key, uint8_t *iv, uint8_t *hp,
  ngtcp2_encryption_level level, const uint8_t *secret, size_t secretlen);

/**
 * Derives the next generation of 1-RTT keys, as `ngtcp2_update_key` describes, and writes the
 * keys to `rx_key` and `tx_key` too. Returns 0, or -1.
 */
NGTCP2_EXTERN int ngtcp2_crypto_update_key(
  ngtcp2_conn *conn, uint8_t *rx_secret, uint8_t *tx_secret,
  ngtcp2_crypto_aead_ctx *rx_aead_ctx, uint8_t *rx_key, uint8_t *rx_iv,
  ngtcp2_crypto_aead_ctx *tx_aead_ctx, uint8_t *tx_key, uint8_t *tx_iv,
  const uint8_t *current_rx_secret, const uint8_t *current_tx_secret,
  size_t secretlen);

/**
 * `ngtcp2_crypto_update_key` for the `update_key` callback. Returns 0, or
 * `NGTCP2_ERR_CALLBACK_FAILURE`.
 */
NGTCP2_EXTERN int ngtcp2_crypto_update_key_cb(
  ngtcp2_conn *conn, uint8_t *rx_secret, uint8_t *tx_secret,
  ngtcp2_crypto_aead_ctx *rx_aead_ctx, uint8_t *rx_iv,
  ngtcp2_crypto_aead_ctx *tx_aead_ctx, uint8_t *tx_iv,
  const uint8_t *current_rx_secret, const uint8_t *current_tx_secret,
  size_t secretlen, void *user_data);

/**
 * Makes a context that encrypts with `key` and nonces of `noncelen` bytes. Returns 0, or -1.
 * Free it with `ngtcp2_crypto_aead_ctx_free`.
 */
NGTCP2_EXTERN int ngtcp2_crypto_aead_ctx_encrypt_init(
  ngtcp2_crypto_aead_ctx *aead_ctx, const ngtcp2_crypto_aead *aead,
  const uint8_t *key, size_t noncelen);

/**
 * Makes a context that decrypts with `key` and nonces of `noncelen` bytes. Returns 0, or -1.
 * Free it with `ngtcp2_crypto_aead_ctx_free`.
 */
NGTCP2_EXTERN int ngtcp2_crypto_aead_ctx_decrypt_init(
  ngtcp2_crypto_aead_ctx *aead_ctx, const ngtcp2_crypto_aead *aead,
  const uint8_t *key, size_t noncelen);

/**
 * Frees what is in `aead_ctx`, not the struct itself. Contexts that a connection took over are
 * freed by the connection.
 */
NGTCP2_EXTERN void ngtcp2_crypto_aead_ctx_free(
  ngtcp2_crypto_aead_ctx *aead_ctx);

/**
 * Encrypts `plaintext`, as `ngtcp2_encrypt` describes. Returns 0, or -1.
 */
NGTCP2_EXTERN int ngtcp2_crypto_encrypt(
  uint8_t *dest, const ngtcp2_crypto_aead *aead,
  const ngtcp2_crypto_aead_ctx *aead_ctx, const uint8_t *plaintext,
  size_t plaintextlen, const uint8_t *nonce, size_t noncelen,
  const uint8_t *aad, size_t aadlen);

/**
 * `ngtcp2_crypto_encrypt` for the `encrypt` callback. Returns 0, or
 * `NGTCP2_ERR_CALLBACK_FAILURE`.
 */
NGTCP2_EXTERN int ngtcp2_crypto_encrypt_cb(
  uint8_t *dest, const ngtcp2_crypto_aead *aead,
  const ngtcp2_crypto_aead_ctx *aead_ctx, const uint8_t *plaintext,
  size_t plaintextlen, const uint8_t *nonce, size_t noncelen,
  const uint8_t *aad, size_t aadlen);

/**
 * Decrypts `ciphertext`, as `ngtcp2_decrypt` describes. Returns 0, or -1.
 */
NGTCP2_EXTERN int ngtcp2_crypto_decrypt(
  uint8_t *dest, const ngtcp2_crypto_aead *aead,
  const ngtcp2_crypto_aead_ctx *aead_ctx, const uint8_t *ciphertext,
  size_t ciphertextlen, const uint8_t *nonce, size_t noncelen,
  const uint8_t *aad, size_t aadlen);

/**
 * `ngtcp2_crypto_decrypt` for the `decrypt` callback. Returns 0, or `NGTCP2_ERR_DECRYPT`.
 */
NGTCP2_EXTERN int ngtcp2_crypto_decrypt_cb(
  uint8_t *dest, const ngtcp2_crypto_aead *aead,
  const ngtcp2_crypto_aead_ctx *aead_ctx, const uint8_t *ciphertext,
  size_t ciphertextlen, const uint8_t *nonce, size_t noncelen,
  const uint8_t *aad, size_t aadlen);

/**
 * Makes a header protection mask, as `ngtcp2_hp_mask` describes. Returns 0, or -1.
 */
NGTCP2_EXTERN int ngtcp2_crypto_hp_mask(
  uint8_t *dest, const ngtcp2_crypto_cipher *hp,
  const ngtcp2_crypto_cipher_ctx *hp_ctx, const uint8_t *sample);

/**
 * `ngtcp2_crypto_hp_mask` for the `hp_mask` callback. Returns 0, or
 * `NGTCP2_ERR_CALLBACK_FAILURE`.
 */
NGTCP2_EXTERN int ngtcp2_crypto_hp_mask_cb(
  uint8_t *dest, const ngtcp2_crypto_cipher *hp,
  const ngtcp2_crypto_cipher_ctx *hp_ctx, const uint8_t *sample);

/**
 * For the `delete_crypto_aead_ctx` callback.
 */
NGTCP2_EXTERN void ngtcp2_crypto_delete_crypto_aead_ctx_cb(
  ngtcp2_conn *conn, ngtcp2_crypto_aead_ctx *aead_ctx, void *user_data);

/**
 * For the `delete_crypto_cipher_ctx` callback.
 */
NGTCP2_EXTERN void ngtcp2_crypto_delete_crypto_cipher_ctx_cb(
  ngtcp2_conn *conn, ngtcp2_crypto_cipher_ctx *cipher_ctx, void *user_data);

/**
 * Fills in `ctx` with the algorithms of Handshake and 1-RTT packets that the TLS session
 * `tls_native_handle` negotiated. Returns `ctx`, or NULL if they are not known.
 */
NGTCP2_EXTERN ngtcp2_crypto_ctx *ngtcp2_crypto_ctx_tls(
  ngtcp2_crypto_ctx *ctx, void *tls_native_handle);

/**
 * Fills in `ctx` with the algorithms of 0-RTT packets of the TLS session `tls_native_handle`.
 * Returns `ctx`, or NULL if they are not known.
 */
NGTCP2_EXTERN ngtcp2_crypto_ctx *ngtcp2_crypto_ctx_tls_early(
  ngtcp2_crypto_ctx *ctx, void *tls_native_handle);

/**
 * Makes a hash function of `md_native_handle`, whose meaning depends on the helper library.
 * Returns `md`.
 */
NGTCP2_EXTERN ngtcp2_crypto_md *ngtcp2_crypto_md_init(
  ngtcp2_crypto_md *md, void *md_native_handle);

/**
 * Returns the number of bytes that the hash function puts out.
 */
NGTCP2_EXTERN size_t ngtcp2_crypto_md_hashlen(const ngtcp2_crypto_md *md);

/**
 * Returns the number of bytes of a key.
 */
NGTCP2_EXTERN size_t ngtcp2_crypto_aead_keylen(const ngtcp2_crypto_aead *aead);

/**
 * Returns the number of bytes of a nonce.
 */
NGTCP2_EXTERN size_t ngtcp2_crypto_aead_noncelen(
  const ngtcp2_crypto_aead *aead);

/**
 * Returns the number of bytes of the initialization vector for packet protection: the nonce
 * length, but at least 8 (RFC 9001, section 5.3).
 */
NGTCP2_EXTERN size_t ngtcp2_crypto_packet_protection_ivlen(
  const ngtcp2_crypto_aead *aead);

/**
 * Does HKDF-Extract (RFC 5869, section 2.2). `dest` takes as many bytes as the hash puts out.
 * Returns 0, or -1.
 */
NGTCP2_EXTERN int ngtcp2_crypto_hkdf_extract(
  uint8_t *dest, const ngtcp2_crypto_md *md, const uint8_t *secret,
  size_t secretlen, const uint8_t *salt, size_t saltlen);

/**
 * Does HKDF-Expand (RFC 5869, section 2.3) for `destlen` bytes. Returns 0, or -1.
 */
NGTCP2_EXTERN int ngtcp2_crypto_hkdf_expand(
  uint8_t *dest, size_t destlen, const ngtcp2_crypto_md *md,
  const uint8_t *secret, size_t secretlen, const uint8_t *info, size_t infolen);

/**
 * Does HKDF-Extract and HKDF-Expand (RFC 5869) for `destlen` bytes. Returns 0, or -1.
 */
NGTCP2_EXTERN int ngtcp2_crypto_hkdf(
  uint8_t *dest, size_t destlen, const ngtcp2_crypto_md *md,
  const uint8_t *secret, size_t secretlen, const uint8_t *salt, size_t saltlen,
  const uint8_t *info, size_t infolen);

/**
 * Derives the stateless reset token of `cid` from the static key `secret` (RFC 9000, section
 * 10.3.2), and writes its `NGTCP2_STATELESS_RESET_TOKENLEN` bytes to `token`. The same arguments
 * give the same token. Returns 0, or -1.
 */
NGTCP2_EXTERN int ngtcp2_crypto_generate_stateless_reset_token(
  uint8_t *token, const uint8_t *secret, size_t secretlen,
  const ngtcp2_cid *cid);

/**
 * Writes a token for a Retry packet (RFC 9000, section 8.1.2) to `token`, which takes
 * `NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN` bytes.
 *
 * `secret` is a static key of the server, of any length; servers that share it accept each
 * other's tokens. `version`, the address of the client and `odcid`, the destination connection
 * ID of its Initial packet, are protected by it, and so are `retry_scid`, the connection ID that
 * the server chose for the Retry packet, and the time `ts`. Returns the length of the token, or
 * -1.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_crypto_generate_retry_token(
  uint8_t *token, const uint8_t *secret, size_t secretlen, uint32_t version,
  const ngtcp2_sockaddr *remote_addr, ngtcp2_socklen remote_addrlen,
  const ngtcp2_cid *retry_scid, const ngtcp2_cid *odcid, ngtcp2_tstamp ts);

/**
 * Verifies a token that `ngtcp2_crypto_generate_retry_token` made with the same `secret`: it
 * comes from the same address, in an Initial packet of `version` with the destination connection
 * ID `dcid`, which is the one of the Retry packet, and is at `ts` not older than `timeout`.
 *
 * On success `odcid` becomes the destination connection ID of the client's first Initial packet.
 * Returns 0, or -1.
 */
NGTCP2_EXTERN int ngtcp2_crypto_verify_retry_token(
  ngtcp2_cid *odcid, const uint8_t *token, size_t tokenlen,
  const uint8_t *secret, size_t secretlen, uint32_t version,
  const ngtcp2_sockaddr *remote_addr, ngtcp2_socklen remote_addrlen,
  const ngtcp2_cid *dcid, ngtcp2_duration timeout, ngtcp2_tstamp ts);

/**
 * Like `ngtcp2_crypto_generate_retry_token`, for `ngtcp2_crypto_verify_retry_token2`, which
 * tells a token that was damaged from one that is not valid. `token` takes
 * `NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2` bytes.
 *
 * Since 1.9.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_crypto_generate_retry_token2(
  uint8_t *token, const uint8_t *secret, size_t secretlen, uint32_t version,
  const ngtcp2_sockaddr *remote_addr, ngtcp2_socklen remote_addrlen,
  const ngtcp2_cid *retry_scid, const ngtcp2_cid *odcid, ngtcp2_tstamp ts);

/**
 * Verifies a token that `ngtcp2_crypto_generate_retry_token2` made, like
 * `ngtcp2_crypto_verify_retry_token`. Returns 0, or:
 *
 * - `NGTCP2_CRYPTO_ERR_UNREADABLE_TOKEN`: it was not made by this server, or was damaged. A
 *   server may treat the packet as one without a token.
 * - `NGTCP2_CRYPTO_ERR_VERIFY_TOKEN`: the address, the connection ID or the age is wrong. A
 *   server refuses the connection with `NGTCP2_INVALID_TOKEN`.
 * - `NGTCP2_CRYPTO_ERR_INTERNAL`.
 *
 * Since 1.9.
 */
NGTCP2_EXTERN int ngtcp2_crypto_verify_retry_token2(
  ngtcp2_cid *odcid, const uint8_t *token, size_t tokenlen,
  const uint8_t *secret, size_t secretlen, uint32_t version,
  const ngtcp2_sockaddr *remote_addr, ngtcp2_socklen remote_addrlen,
  const ngtcp2_cid *dcid, ngtcp2_duration timeout, ngtcp2_tstamp ts);

/**
 * Writes a token for a NEW_TOKEN frame (RFC 9000, section 8.1.3) to `token`, which takes
 * `NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN` bytes. It is bound to the IP address of the client,
 * without the port, and to the time `ts`. Returns the length of the token, or -1.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_crypto_generate_regular_token(
  uint8_t *token, const uint8_t *secret, size_t secretlen,
  const ngtcp2_sockaddr *remote_addr, ngtcp2_socklen remote_addrlen,
  ngtcp2_tstamp ts);

/**
 * Verifies a token that `ngtcp2_crypto_generate_regular_token` made with the same `secret` for
 * the same address, and that is at `ts` not older than `timeout`. Data in the token is ignored.
 * Returns 0, or -1.
 */
NGTCP2_EXTERN int ngtcp2_crypto_verify_regular_token(
  const uint8_t *token, size_t tokenlen, const uint8_t *secret,
  size_t secretlen, const ngtcp2_sockaddr *remote_addr,
  ngtcp2_socklen remote_addrlen, ngtcp2_duration timeout, ngtcp2_tstamp ts);

/**
 * Like `ngtcp2_crypto_generate_regular_token`, with the `datalen` bytes at `data`, at most 256,
 * inside the token, encrypted. `token` takes `datalen` bytes more.
 *
 * Since 1.18.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_crypto_generate_regular_token2(
  uint8_t *token, const uint8_t *secret, size_t secretlen,
  const ngtcp2_sockaddr *remote_addr, ngtcp2_socklen remote_addrlen,
  const void *data, size_t datalen, ngtcp2_tstamp ts);

/**
 * Verifies a token like `ngtcp2_crypto_verify_regular_token`, and copies the data in it to
 * `data`.
 *
 * Returns the number of bytes of data, or 0 if they are more than `max_datalen` and were not
 * copied, or:
 *
 * - `NGTCP2_CRYPTO_ERR_UNREADABLE_TOKEN`: it was not made by this server for this address, or
 *   was damaged.
 * - `NGTCP2_CRYPTO_ERR_VERIFY_TOKEN`: it is too old.
 * - `NGTCP2_CRYPTO_ERR_INTERNAL`.
 *
 * Since 1.18.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_crypto_verify_regular_token2(
  void *data, size_t max_datalen, const uint8_t *token, size_t tokenlen,
  const uint8_t *secret, size_t secretlen, const ngtcp2_sockaddr *remote_addr,
  ngtcp2_socklen remote_addrlen, ngtcp2_duration timeout, ngtcp2_tstamp ts);

/**
 * `ngtcp2_pkt_write_connection_close` with keys of the helper's own. Returns the length of the
 * packet, or -1.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_crypto_write_connection_close(
  uint8_t *dest, size_t destlen, uint32_t version, const ngtcp2_cid *dcid,
  const ngtcp2_cid *scid, uint64_t error_code, const uint8_t *reason,
  size_t reasonlen);

/**
 * `ngtcp2_pkt_write_retry` with keys of the helper's own. Returns the length of the packet, or
 * -1.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_crypto_write_retry(
  uint8_t *dest, size_t destlen, uint32_t version, const ngtcp2_cid *dcid,
  const ngtcp2_cid *scid, const ngtcp2_cid *odcid, const uint8_t *token,
  size_t tokenlen);
#ifdef __cplusplus
}
#endif

#endif /* NGTCP2_CRYPTO_H */
