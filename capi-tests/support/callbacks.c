#include "callbacks.h"

#include "null_crypto.h"
#include "tls.h"

#include <stdarg.h>

/* Every callback ends in it. */
static int saw(void *user_data, event seen) { return endpoint_saw(user_data, &seen); }

/* For callbacks that call back into the library: one of those calls may have been observed with the
 * deletion of the connection. */
static int saw_after_work(endpoint *e, event seen) { return e->is_deleted ? 0 : endpoint_saw(e, &seen); }

static int client_initial(ngtcp2_conn *conn, void *user_data) {
  endpoint *e = user_data;
  e->conn = conn;
  if (tls_install_initial(e, ngtcp2_conn_get_client_chosen_version(conn), ngtcp2_conn_get_dcid(conn)) || tls_start(e)) {
    return NGTCP2_ERR_CALLBACK_FAILURE;
  }
  return saw_after_work(e, (event){.which = CALLED_client_initial});
}

static int recv_client_initial(ngtcp2_conn *conn, const ngtcp2_cid *dcid, void *user_data) {
  endpoint *e = user_data;
  if (tls_install_initial(e, ngtcp2_conn_get_client_chosen_version(conn), dcid)) {
    return NGTCP2_ERR_CALLBACK_FAILURE;
  }
  return saw_after_work(e, (event){.which = CALLED_recv_client_initial});
}

static int recv_crypto_data(ngtcp2_conn *conn, ngtcp2_encryption_level level, uint64_t offset, const uint8_t *data,
                            size_t len, void *user_data) {
  endpoint *e = user_data;
  int status = tls_receive(e, level, offset, data, len);
  (void)conn;
  if (status) {
    return status;
  }
  return saw_after_work(e, (event){.which = CALLED_recv_crypto_data, .offset = offset, .len = len, .flags = (uint32_t)level, .data = data});
}

static int handshake_completed(ngtcp2_conn *conn, void *user_data) {
  (void)conn;
  return saw(user_data, (event){.which = CALLED_handshake_completed});
}

static int handshake_confirmed(ngtcp2_conn *conn, void *user_data) {
  (void)conn;
  return saw(user_data, (event){.which = CALLED_handshake_confirmed});
}

static int recv_version_negotiation(ngtcp2_conn *conn, const ngtcp2_pkt_hd *header, const uint32_t *versions,
                                    size_t count, void *user_data) {
  (void)conn;
  (void)header;
  CHECK(count == 0 || versions != NULL);
  return saw(user_data, (event){.which = CALLED_recv_version_negotiation, .len = count});
}

static int recv_stream_data(ngtcp2_conn *conn, uint32_t flags, int64_t id, uint64_t offset, const uint8_t *data,
                            size_t len, void *user_data, void *stream_user_data) {
  (void)conn;
  return saw(user_data, (event){.which = CALLED_recv_stream_data,
                                .stream_id = id,
                                .offset = offset,
                                .len = len,
                                .flags = flags,
                                .data = data,
                                .stream_user_data = stream_user_data});
}

static int acked_stream_data_offset(ngtcp2_conn *conn, int64_t id, uint64_t offset, uint64_t len, void *user_data,
                                    void *stream_user_data) {
  (void)conn;
  return saw(user_data, (event){.which = CALLED_acked_stream_data_offset,
                                .stream_id = id,
                                .offset = offset,
                                .len = len,
                                .stream_user_data = stream_user_data});
}

static int stream_open(ngtcp2_conn *conn, int64_t id, void *user_data) {
  (void)conn;
  return saw(user_data, (event){.which = CALLED_stream_open, .stream_id = id});
}

static int stream_close(ngtcp2_conn *conn, uint32_t flags, int64_t id, uint64_t error_code, void *user_data,
                        void *stream_user_data) {
  (void)conn;
  return saw(user_data, (event){.which = CALLED_stream_close,
                                .stream_id = id,
                                .flags = flags,
                                .error_code = error_code,
                                .stream_user_data = stream_user_data});
}

static int recv_stateless_reset(ngtcp2_conn *conn, const ngtcp2_pkt_stateless_reset *reset, void *user_data) {
  (void)conn;
  return saw(user_data, (event){.which = CALLED_recv_stateless_reset, .len = reset->randlen});
}

static int recv_retry(ngtcp2_conn *conn, const ngtcp2_pkt_hd *header, void *user_data) {
  endpoint *e = user_data;
  CHECK(header->token == NULL);
  CHECK_EQ(header->tokenlen, 0);
  if (tls_install_initial(e, ngtcp2_conn_get_client_chosen_version(conn), &header->scid)) {
    return NGTCP2_ERR_CALLBACK_FAILURE;
  }
  return saw_after_work(e, (event){.which = CALLED_recv_retry, .flags = header->type});
}

#define LIMIT_CALLBACK(name)                                                                       \
  static int name(ngtcp2_conn *conn, uint64_t limit, void *user_data) {                            \
    (void)conn;                                                                                    \
    return saw(user_data, (event){.which = CALLED_##name, .len = limit});                          \
  }
LIMIT_CALLBACK(extend_max_local_streams_bidi)
LIMIT_CALLBACK(extend_max_local_streams_uni)
LIMIT_CALLBACK(extend_max_remote_streams_bidi)
LIMIT_CALLBACK(extend_max_remote_streams_uni)
LIMIT_CALLBACK(extend_max_data)

static int extend_max_stream_data(ngtcp2_conn *conn, int64_t id, uint64_t limit, void *user_data, void *stream_user_data) {
  (void)conn;
  return saw(user_data, (event){.which = CALLED_extend_max_stream_data,
                                .stream_id = id,
                                .len = limit,
                                .stream_user_data = stream_user_data});
}

static void rand_bytes(uint8_t *dest, size_t len, const ngtcp2_rand_ctx *ctx) {
  endpoint *e = ctx->native_handle;
  random_bytes(&e->library_random, dest, len);
  saw(e, (event){.which = CALLED_rand, .len = len});
}

void token_for(const ngtcp2_cid *cid, uint8_t token[NGTCP2_STATELESS_RESET_TOKENLEN]) {
  generator g = {hash_bytes(0x746f6b, cid->data, cid->datalen)};
  random_bytes(&g, token, NGTCP2_STATELESS_RESET_TOKENLEN);
}

static int get_new_connection_id(ngtcp2_conn *conn, ngtcp2_cid *cid, uint8_t *token, size_t len, void *user_data) {
  endpoint *e = user_data;
  (void)conn;
  cid->datalen = len;
  random_bytes(&e->bench_random, cid->data, len);
  token_for(cid, token);
  if (e->cid_count < MAX_CIDS) {
    e->cids[e->cid_count++] = *cid;
  }
  return saw(e, (event){.which = CALLED_get_new_connection_id, .len = len});
}

static int remove_connection_id(ngtcp2_conn *conn, const ngtcp2_cid *cid, void *user_data) {
  endpoint *e = user_data;
  (void)conn;
  for (size_t i = 0; i < e->cid_count; i++) {
    if (ngtcp2_cid_eq(&e->cids[i], cid)) {
      e->cids[i] = e->cids[--e->cid_count];
      break;
    }
  }
  return saw(e, (event){.which = CALLED_remove_connection_id});
}

static int update_key(ngtcp2_conn *conn, uint8_t *rx_secret, uint8_t *tx_secret, ngtcp2_crypto_aead_ctx *rx_ctx,
                      uint8_t *rx_iv, ngtcp2_crypto_aead_ctx *tx_ctx, uint8_t *tx_iv, const uint8_t *current_rx,
                      const uint8_t *current_tx, size_t len, void *user_data) {
  endpoint *e = user_data;
  uint64_t rx = key_of_secret(current_rx, len), tx = key_of_secret(current_tx, len);
  int status;
  (void)conn;
  CHECK_EQ(len, SECRET_LEN);
  /* Before there are keys: on an error the callback must leave none behind. */
  status = saw(e, (event){.which = CALLED_update_key});
  if (status) {
    return status;
  }
  secret_from(rx_secret, rx);
  secret_from(tx_secret, tx);
  rx = key_of_secret(rx_secret, len);
  tx = key_of_secret(tx_secret, len);
  rx_ctx->native_handle = key_new(e, rx);
  tx_ctx->native_handle = key_new(e, tx);
  iv_of_key(rx_iv, rx);
  iv_of_key(tx_iv, tx);
  return 0;
}

static int path_validation(ngtcp2_conn *conn, uint32_t flags, const ngtcp2_path *path, const ngtcp2_path *fallback,
                           ngtcp2_path_validation_result result, void *user_data) {
  (void)conn;
  (void)fallback;
  CHECK(path != NULL);
  return saw(user_data, (event){.which = CALLED_path_validation, .flags = flags, .len = (uint64_t)result});
}

static int begin_path_validation(ngtcp2_conn *conn, uint32_t flags, const ngtcp2_path *path,
                                 const ngtcp2_path *fallback, void *user_data) {
  (void)conn;
  (void)fallback;
  CHECK(path != NULL);
  return saw(user_data, (event){.which = CALLED_begin_path_validation, .flags = flags});
}

static int stream_reset(ngtcp2_conn *conn, int64_t id, uint64_t final_size, uint64_t error_code, void *user_data,
                        void *stream_user_data) {
  (void)conn;
  return saw(user_data, (event){.which = CALLED_stream_reset,
                                .stream_id = id,
                                .len = final_size,
                                .error_code = error_code,
                                .stream_user_data = stream_user_data});
}

static int stream_stop_sending(ngtcp2_conn *conn, int64_t id, uint64_t error_code, void *user_data,
                               void *stream_user_data) {
  (void)conn;
  return saw(user_data, (event){.which = CALLED_stream_stop_sending,
                                .stream_id = id,
                                .error_code = error_code,
                                .stream_user_data = stream_user_data});
}

static int recv_stop_sending(ngtcp2_conn *conn, int64_t id, uint64_t error_code, void *user_data, void *stream_user_data) {
  (void)conn;
  return saw(user_data, (event){.which = CALLED_recv_stop_sending,
                                .stream_id = id,
                                .error_code = error_code,
                                .stream_user_data = stream_user_data});
}

static int dcid_status(ngtcp2_conn *conn, ngtcp2_connection_id_status_type type, uint64_t sequence,
                       const ngtcp2_cid *cid, const uint8_t *token, void *user_data) {
  (void)conn;
  (void)token;
  CHECK(cid != NULL);
  return saw(user_data, (event){.which = CALLED_dcid_status, .flags = (uint32_t)type, .offset = sequence});
}

static int recv_new_token(ngtcp2_conn *conn, const uint8_t *token, size_t len, void *user_data) {
  (void)conn;
  return saw(user_data, (event){.which = CALLED_recv_new_token, .data = token, .len = len});
}

static void delete_crypto_aead_ctx(ngtcp2_conn *conn, ngtcp2_crypto_aead_ctx *ctx, void *user_data) {
  (void)conn;
  key_delete(user_data, ctx->native_handle);
  saw(user_data, (event){.which = CALLED_delete_crypto_aead_ctx});
}

static void delete_crypto_cipher_ctx(ngtcp2_conn *conn, ngtcp2_crypto_cipher_ctx *ctx, void *user_data) {
  (void)conn;
  key_delete(user_data, ctx->native_handle);
  saw(user_data, (event){.which = CALLED_delete_crypto_cipher_ctx});
}

static int recv_datagram(ngtcp2_conn *conn, uint32_t flags, const uint8_t *data, size_t len, void *user_data) {
  (void)conn;
  return saw(user_data, (event){.which = CALLED_recv_datagram, .flags = flags, .data = data, .len = len});
}

static int ack_datagram(ngtcp2_conn *conn, uint64_t id, void *user_data) {
  (void)conn;
  return saw(user_data, (event){.which = CALLED_ack_datagram, .offset = id});
}

static int lost_datagram(ngtcp2_conn *conn, uint64_t id, void *user_data) {
  (void)conn;
  return saw(user_data, (event){.which = CALLED_lost_datagram, .offset = id});
}

static int get_path_challenge_data(ngtcp2_conn *conn, uint8_t *data, void *user_data) {
  endpoint *e = user_data;
  (void)conn;
  random_bytes(&e->bench_random, data, NGTCP2_PATH_CHALLENGE_DATALEN);
  return saw(e, (event){.which = CALLED_get_path_challenge_data});
}

static int version_negotiation(ngtcp2_conn *conn, uint32_t version, const ngtcp2_cid *dcid, void *user_data) {
  (void)conn;
  if (tls_install_negotiated_initial(user_data, version, dcid)) {
    return NGTCP2_ERR_CALLBACK_FAILURE;
  }
  return saw_after_work(user_data, (event){.which = CALLED_version_negotiation, .offset = version});
}

static int recv_rx_key(ngtcp2_conn *conn, ngtcp2_encryption_level level, void *user_data) {
  (void)conn;
  return saw(user_data, (event){.which = CALLED_recv_rx_key, .flags = (uint32_t)level});
}

static int recv_tx_key(ngtcp2_conn *conn, ngtcp2_encryption_level level, void *user_data) {
  (void)conn;
  return saw(user_data, (event){.which = CALLED_recv_tx_key, .flags = (uint32_t)level});
}

static int tls_early_data_rejected(ngtcp2_conn *conn, void *user_data) {
  (void)conn;
  return saw(user_data, (event){.which = CALLED_tls_early_data_rejected});
}

static void log_line(void *user_data, const char *format, ...) {
  char line[4096];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof(line), format, arguments);
  va_end(arguments);
  saw(user_data, (event){.which = CALLED_log_line, .len = strlen(line)});
}

static void qlog_record(void *user_data, uint32_t flags, const void *data, size_t len) {
  saw(user_data, (event){.which = CALLED_qlog_record, .flags = flags, .data = data, .len = len});
}

void set_log(endpoint *e) {
  e->settings.log_printf = log_line;
  e->settings.qlog_write = qlog_record;
}

void set_callbacks(endpoint *e) {
  ngtcp2_callbacks *c = &e->callbacks;
  memset(c, 0, sizeof(*c));
  if (e->is_server) {
    c->recv_client_initial = recv_client_initial;
  } else {
    c->client_initial = client_initial;
    c->recv_retry = recv_retry;
    c->recv_version_negotiation = recv_version_negotiation;
    c->recv_new_token = recv_new_token;
  }
  c->encrypt = null_encrypt;
  c->decrypt = null_decrypt;
  c->hp_mask = null_hp_mask;
  c->rand = rand_bytes;
#define SAME_NAME(X)                                                                               \
  X(recv_crypto_data)                                                                              \
  X(handshake_completed)                                                                           \
  X(handshake_confirmed)                                                                           \
  X(recv_stream_data)                                                                              \
  X(acked_stream_data_offset)                                                                      \
  X(stream_open)                                                                                   \
  X(stream_close)                                                                                  \
  X(recv_stateless_reset)                                                                          \
  X(extend_max_local_streams_bidi)                                                                 \
  X(extend_max_local_streams_uni)                                                                  \
  X(extend_max_remote_streams_bidi)                                                                \
  X(extend_max_remote_streams_uni)                                                                 \
  X(extend_max_stream_data)                                                                        \
  X(get_new_connection_id)                                                                         \
  X(remove_connection_id)                                                                          \
  X(update_key)                                                                                    \
  X(path_validation)                                                                               \
  X(begin_path_validation)                                                                         \
  X(stream_reset)                                                                                  \
  X(stream_stop_sending)                                                                           \
  X(recv_stop_sending)                                                                             \
  X(dcid_status)                                                                                   \
  X(delete_crypto_aead_ctx)                                                                        \
  X(delete_crypto_cipher_ctx)                                                                      \
  X(recv_datagram)                                                                                 \
  X(ack_datagram)                                                                                  \
  X(lost_datagram)                                                                                 \
  X(get_path_challenge_data)                                                                       \
  X(version_negotiation)                                                                           \
  X(recv_rx_key)                                                                                   \
  X(recv_tx_key)                                                                                   \
  X(tls_early_data_rejected)
#define X(name) c->name = name;
  SAME_NAME(X)
#undef X
  e->extend_max_data = extend_max_data;
}
