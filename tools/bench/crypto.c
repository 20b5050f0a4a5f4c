/* Packet protection that costs nothing, and a handshake of messages of the size that TLS has. */
#include "crypto.h"

#include <string.h>

#include "common.h"
#include "pair.h"

#define TAG_LEN 16
#define IV_LEN 12
#define SECRET_LEN 32

/* Lengths of TLS messages: ClientHello, ServerHello, the client's Finished. The server's flight is an option. */
#define CLIENT_HELLO_LEN 300
#define SERVER_HELLO_LEN 90
#define FINISHED_LEN 36

static const uint8_t secret[SECRET_LEN];
static const uint8_t iv[IV_LEN];
static char handle; /* the library wants to see one */
static const ngtcp2_crypto_aead_ctx aead_ctx = {&handle};
static const ngtcp2_crypto_cipher_ctx cipher_ctx = {&handle};

/* -- Packet protection: nothing but what the lengths need ---------------------------------------------------------- */

static int on_encrypt(uint8_t *dest, const ngtcp2_crypto_aead *aead, const ngtcp2_crypto_aead_ctx *ctx,
                      const uint8_t *plaintext, size_t len, const uint8_t *nonce, size_t nonce_len, const uint8_t *aad,
                      size_t aad_len)
{
  (void)aead, (void)ctx, (void)nonce, (void)nonce_len, (void)aad, (void)aad_len;
  if (dest != plaintext) {
    memmove(dest, plaintext, len);
  }
  memset(dest + len, 0, TAG_LEN);
  return 0;
}

static int on_decrypt(uint8_t *dest, const ngtcp2_crypto_aead *aead, const ngtcp2_crypto_aead_ctx *ctx,
                      const uint8_t *ciphertext, size_t len, const uint8_t *nonce, size_t nonce_len,
                      const uint8_t *aad, size_t aad_len)
{
  (void)aead, (void)ctx, (void)nonce, (void)nonce_len, (void)aad, (void)aad_len;
  if (len < TAG_LEN) {
    return NGTCP2_ERR_DECRYPT;
  }
  if (dest != ciphertext) {
    memmove(dest, ciphertext, len - TAG_LEN);
  }
  return 0;
}

static int on_hp_mask(uint8_t *dest, const ngtcp2_crypto_cipher *hp, const ngtcp2_crypto_cipher_ctx *ctx,
                      const uint8_t *sample)
{
  (void)hp, (void)ctx, (void)sample;
  memset(dest, 0, NGTCP2_HP_MASKLEN);
  return 0;
}

static void on_delete_aead(ngtcp2_conn *conn, ngtcp2_crypto_aead_ctx *ctx, void *user_data)
{
  (void)conn, (void)ctx, (void)user_data;
}

static void on_delete_cipher(ngtcp2_conn *conn, ngtcp2_crypto_cipher_ctx *ctx, void *user_data)
{
  (void)conn, (void)ctx, (void)user_data;
}

/* -- Keys ---------------------------------------------------------------------------------------------------------- */

static ngtcp2_crypto_ctx crypto_ctx(void)
{
  return (ngtcp2_crypto_ctx){
    .aead = {.native_handle = &handle, .max_overhead = TAG_LEN},
    .md.native_handle = &handle,
    .hp.native_handle = &handle,
    .max_encryption = 1ull << 40,
    .max_decryption_failure = 1ull << 40,
  };
}

static int install_initial_keys(ngtcp2_conn *conn)
{
  ngtcp2_crypto_ctx ctx = crypto_ctx();
  ngtcp2_conn_set_initial_crypto_ctx(conn, &ctx);
  return ngtcp2_conn_install_initial_key(conn, &aead_ctx, iv, &cipher_ctx, &aead_ctx, iv, &cipher_ctx, IV_LEN);
}

static int install_handshake_keys(ngtcp2_conn *conn)
{
  ngtcp2_crypto_ctx ctx = crypto_ctx();
  int error;
  ngtcp2_conn_set_crypto_ctx(conn, &ctx);
  error = ngtcp2_conn_install_rx_handshake_key(conn, &aead_ctx, iv, IV_LEN, &cipher_ctx);
  return error != 0 ? error : ngtcp2_conn_install_tx_handshake_key(conn, &aead_ctx, iv, IV_LEN, &cipher_ctx);
}

static int install_rx_key(ngtcp2_conn *conn)
{
  return ngtcp2_conn_install_rx_key(conn, secret, SECRET_LEN, &aead_ctx, iv, IV_LEN, &cipher_ctx);
}

static int install_tx_key(ngtcp2_conn *conn)
{
  return ngtcp2_conn_install_tx_key(conn, secret, SECRET_LEN, &aead_ctx, iv, IV_LEN, &cipher_ctx);
}

static int on_update_key(ngtcp2_conn *conn, uint8_t *rx_secret, uint8_t *tx_secret, ngtcp2_crypto_aead_ctx *rx_ctx,
                         uint8_t *rx_iv, ngtcp2_crypto_aead_ctx *tx_ctx, uint8_t *tx_iv,
                         const uint8_t *current_rx_secret, const uint8_t *current_tx_secret, size_t secret_len,
                         void *user_data)
{
  (void)conn, (void)current_rx_secret, (void)current_tx_secret, (void)user_data;
  memset(rx_secret, 0, secret_len);
  memset(tx_secret, 0, secret_len);
  memset(rx_iv, 0, IV_LEN);
  memset(tx_iv, 0, IV_LEN);
  *rx_ctx = aead_ctx;
  *tx_ctx = aead_ctx;
  return 0;
}

/* -- Handshake messages: two lengths of two bytes, all and parameters; the transport parameters; zeros ------------- */

#define LENGTHS_LEN 4
#define TRANSPORT_PARAMS_MAX 512

static void put_length(uint8_t *dest, size_t len)
{
  dest[0] = (uint8_t)(len >> 8);
  dest[1] = (uint8_t)len;
}

static size_t get_length(const uint8_t *data)
{
  return (size_t)data[0] << 8 | data[1];
}

static int send_message(ngtcp2_conn *conn, ngtcp2_encryption_level level, size_t len, bool with_transport_params)
{
  static uint8_t data[sizeof(((struct message *)NULL)->data)];
  ngtcp2_ssize params_len = 0;
  if (with_transport_params) {
    params_len = ngtcp2_conn_encode_local_transport_params(conn, data + LENGTHS_LEN, TRANSPORT_PARAMS_MAX);
    if (params_len < 0) {
      return (int)params_len;
    }
  }
  if (len < LENGTHS_LEN + (size_t)params_len) {
    len = LENGTHS_LEN + (size_t)params_len;
  }
  put_length(data, len);
  put_length(data + 2, (size_t)params_len);
  return ngtcp2_conn_submit_crypto_data(conn, level, data, len);
}

static int on_client_initial(ngtcp2_conn *conn, void *user_data)
{
  int error = install_initial_keys(conn);
  (void)user_data;
  return error != 0 ? error : send_message(conn, NGTCP2_ENCRYPTION_LEVEL_INITIAL, CLIENT_HELLO_LEN, true);
}

static int on_server_initial(ngtcp2_conn *conn, const ngtcp2_cid *dcid, void *user_data)
{
  (void)dcid, (void)user_data;
  return install_initial_keys(conn);
}

static int on_retry(ngtcp2_conn *conn, const ngtcp2_pkt_hd *header, void *user_data)
{
  (void)header, (void)user_data;
  return install_initial_keys(conn);
}

static int answer_client_hello(ngtcp2_conn *conn, size_t flight_len)
{
  int error;
  if ((error = send_message(conn, NGTCP2_ENCRYPTION_LEVEL_INITIAL, SERVER_HELLO_LEN, false)) != 0 ||
      (error = install_handshake_keys(conn)) != 0 ||
      (error = send_message(conn, NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE, flight_len, true)) != 0) {
    return error;
  }
  return install_tx_key(conn);
}

static int answer_server_flight(ngtcp2_conn *conn)
{
  int error;
  if ((error = send_message(conn, NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE, FINISHED_LEN, false)) != 0 ||
      (error = install_rx_key(conn)) != 0 || (error = install_tx_key(conn)) != 0) {
    return error;
  }
  ngtcp2_conn_tls_handshake_completed(conn);
  return 0;
}

static int take_finished(ngtcp2_conn *conn)
{
  int error = install_rx_key(conn);
  if (error == 0) {
    ngtcp2_conn_tls_handshake_completed(conn);
  }
  return error;
}

static int on_crypto_data(ngtcp2_conn *conn, ngtcp2_encryption_level level, uint64_t offset, const uint8_t *data,
                          size_t len, void *user_data)
{
  struct endpoint *endpoint = user_data;
  struct message *message = &endpoint->messages[level];
  size_t params_len;
  (void)offset;

  if (len > sizeof(message->data) - message->len) {
    die("a handshake message is too long");
  }
  memcpy(message->data + message->len, data, len);
  message->len += len;
  if (message->len < LENGTHS_LEN || message->len < get_length(message->data)) {
    return 0;
  }
  message->len = 0;

  params_len = get_length(message->data + 2);
  if (params_len > 0) {
    int error = ngtcp2_conn_decode_and_set_remote_transport_params(conn, message->data + LENGTHS_LEN, params_len);
    if (error != 0) {
      return error;
    }
  }
  if (level == NGTCP2_ENCRYPTION_LEVEL_INITIAL) {
    return endpoint->is_server ? answer_client_hello(conn, endpoint->pair->options->certificate_len)
                               : install_handshake_keys(conn);
  }
  return endpoint->is_server ? take_finished(conn) : answer_server_flight(conn);
}

const bool crypto_repeats = true;

void crypto_begin(struct endpoint *endpoint) { (void)endpoint; }
void crypto_end(struct endpoint *endpoint) { (void)endpoint; }

void crypto_callbacks(ngtcp2_callbacks *callbacks)
{
  callbacks->client_initial = on_client_initial;
  callbacks->recv_client_initial = on_server_initial;
  callbacks->recv_crypto_data = on_crypto_data;
  callbacks->recv_retry = on_retry;
  callbacks->encrypt = on_encrypt;
  callbacks->decrypt = on_decrypt;
  callbacks->hp_mask = on_hp_mask;
  callbacks->update_key = on_update_key;
  callbacks->delete_crypto_aead_ctx = on_delete_aead;
  callbacks->delete_crypto_cipher_ctx = on_delete_cipher;
}
