/*
 * Uses the headers as applications do, in C and in C++: included twice, each macro that stands for a
 * function of a struct generation, times that need 64 bits, and the sockaddr types.
 *
 * It is compiled, not run. macros.cc includes this file.
 */
#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>
#include <ngtcp2/ngtcp2_crypto.h>
#include <ngtcp2/version.h>

#if NGTCP2_VERSION_NUM < 0x011900
#  error "version"
#endif

#if NGTCP2_MAX_CIDLEN != 20 || NGTCP2_ERR_NOBUF >= 0 || NGTCP2_NO_ERROR
#  error "constants in the preprocessor"
#endif

/* The arguments are not single tokens, so that missing parentheses in a macro show. */
struct endpoint {
  ngtcp2_conn *conn;
  ngtcp2_callbacks callbacks;
  ngtcp2_settings settings;
  ngtcp2_transport_params params;
  ngtcp2_path_storage path[2];
  ngtcp2_pkt_info pi;
  ngtcp2_conn_info info;
  ngtcp2_ccerr ccerr;
  uint8_t buffer[2048];
  uint8_t token[NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2];
};

void set_up(struct endpoint *endpoint, ngtcp2_tstamp now);
int open_connection(struct endpoint *endpoint, int server);
ngtcp2_ssize write_packets(
  struct endpoint *endpoint, size_t skip, ngtcp2_tstamp now);
ngtcp2_ssize write_data(
  struct endpoint *endpoint, const uint8_t *data, size_t len,
  ngtcp2_tstamp now);
int read_parameters(struct endpoint *endpoint);
uint16_t port(const ngtcp2_sockaddr_union *address);

void set_up(struct endpoint *endpoint, ngtcp2_tstamp now) {
  ngtcp2_settings_default(&endpoint->settings);
  endpoint->settings.initial_ts = now;
  endpoint->settings.handshake_timeout = 30 * NGTCP2_SECONDS;
  endpoint->settings.cc_algo = NGTCP2_CC_ALGO_BBR;
  ngtcp2_transport_params_default(&endpoint->params);
  endpoint->params.max_idle_timeout = 5 * NGTCP2_MINUTES;
  endpoint->params.initial_max_data = NGTCP2_MAX_VARINT;

  endpoint->callbacks.encrypt = ngtcp2_crypto_encrypt_cb;
  endpoint->callbacks.decrypt = ngtcp2_crypto_decrypt_cb;
  endpoint->callbacks.hp_mask = ngtcp2_crypto_hp_mask_cb;
  endpoint->callbacks.update_key = ngtcp2_crypto_update_key_cb;
  endpoint->callbacks.recv_crypto_data = ngtcp2_crypto_recv_crypto_data_cb;
  endpoint->callbacks.client_initial = ngtcp2_crypto_client_initial_cb;
  endpoint->callbacks.recv_client_initial =
    ngtcp2_crypto_recv_client_initial_cb;
  endpoint->callbacks.recv_retry = ngtcp2_crypto_recv_retry_cb;
  endpoint->callbacks.version_negotiation =
    ngtcp2_crypto_version_negotiation_cb;
  endpoint->callbacks.delete_crypto_aead_ctx =
    ngtcp2_crypto_delete_crypto_aead_ctx_cb;
  endpoint->callbacks.delete_crypto_cipher_ctx =
    ngtcp2_crypto_delete_crypto_cipher_ctx_cb;
  endpoint->callbacks.get_path_challenge_data =
    ngtcp2_crypto_get_path_challenge_data_cb;
  endpoint->callbacks.get_path_challenge_data2 =
    ngtcp2_crypto_get_path_challenge_data2_cb;
}

int open_connection(struct endpoint *endpoint, int server) {
  ngtcp2_cid cid;
  uint8_t id[] = {1, 2, 3, 4, 5, 6, 7, 8};

  ngtcp2_cid_init(&cid, id, sizeof(id));
  if (server) {
    return ngtcp2_conn_server_new(
      &endpoint->conn, &cid, &cid, &(endpoint->path + 1)->path,
      NGTCP2_PROTO_VER_V1 | 0u, &endpoint->callbacks, &endpoint->settings,
      &endpoint->params, ngtcp2_mem_default(), endpoint);
  }
  return ngtcp2_conn_client_new(
    &endpoint->conn, &cid, &cid, &(endpoint->path + 1)->path,
    NGTCP2_PROTO_VER_V1 | 0u, &endpoint->callbacks, &endpoint->settings,
    &endpoint->params, NULL, endpoint);
}

static ngtcp2_ssize write_one(
  ngtcp2_conn *conn, ngtcp2_path *path, ngtcp2_pkt_info *pi, uint8_t *dest,
  size_t destlen, ngtcp2_tstamp ts, void *user_data) {
  (void)user_data;
  return ngtcp2_conn_write_pkt(conn, path, pi, dest, destlen, ts);
}

ngtcp2_ssize write_packets(
  struct endpoint *endpoint, size_t skip, ngtcp2_tstamp now) {
  ngtcp2_conn *conn = endpoint->conn;
  ngtcp2_path *path = &endpoint->path[0].path;
  size_t gso_size = 0;
  ngtcp2_ssize written;

  written = ngtcp2_conn_write_aggregate_pkt(
    conn, path, &endpoint->pi, endpoint->buffer + skip,
    sizeof(endpoint->buffer) - skip, &gso_size, write_one,
    now + NGTCP2_MILLISECONDS);
  if (written <= 0) {
    return written;
  }
  written = ngtcp2_conn_write_aggregate_pkt2(
    conn, path, &endpoint->pi, endpoint->buffer + skip,
    sizeof(endpoint->buffer) - skip, &gso_size, write_one, skip + 1,
    now + NGTCP2_MILLISECONDS);
  if (written < 0 || written == NGTCP2_ERR_CALLBACK_FAILURE) {
    return written;
  }
  return ngtcp2_conn_write_connection_close(
    conn, path, &endpoint->pi, endpoint->buffer + skip,
    sizeof(endpoint->buffer) - skip, &endpoint->ccerr,
    now + NGTCP2_MILLISECONDS);
}

ngtcp2_ssize write_data(
  struct endpoint *endpoint, const uint8_t *data, size_t len,
  ngtcp2_tstamp now) {
  ngtcp2_conn *conn = endpoint->conn;
  ngtcp2_path *path = &endpoint->path[0].path;
  ngtcp2_pkt_info *pi = &endpoint->pi;
  uint8_t *dest = endpoint->buffer;
  size_t destlen = sizeof(endpoint->buffer);
  ngtcp2_vec datav;
  ngtcp2_ssize taken = -1;
  int accepted = 0;

  datav.base = endpoint->buffer;
  datav.len = len;
  if (ngtcp2_conn_write_stream(
        conn, path, pi, dest, destlen, &taken,
        NGTCP2_WRITE_STREAM_FLAG_MORE | NGTCP2_WRITE_STREAM_FLAG_FIN, -1, data,
        len, now) == NGTCP2_ERR_WRITE_MORE) {
    return taken;
  }
  if (ngtcp2_conn_writev_stream(
        conn, path, pi, dest, destlen, &taken, NGTCP2_WRITE_STREAM_FLAG_NONE,
        -1, &datav, 1, now) < 0) {
    return taken;
  }
  if (ngtcp2_conn_write_datagram(
        conn, path, pi, dest, destlen, &accepted,
        NGTCP2_WRITE_DATAGRAM_FLAG_MORE, 1, data, len, now) < 0) {
    return accepted;
  }
  return ngtcp2_conn_writev_datagram(
    conn, path, pi, dest, destlen, &accepted, NGTCP2_WRITE_DATAGRAM_FLAG_NONE,
    1, &datav, 1, now);
}

int read_parameters(struct endpoint *endpoint) {
  ngtcp2_ssize length = ngtcp2_transport_params_encode(
    endpoint->buffer, sizeof(endpoint->buffer), &endpoint->params);

  if (length < 0) {
    return (int)length;
  }
  ngtcp2_conn_get_conn_info(endpoint->conn, &endpoint->info);
  ngtcp2_conn_get_conn_info2(endpoint->conn, &endpoint->info);
  if (ngtcp2_conn_read_pkt(
        endpoint->conn, &endpoint->path[0].path, &endpoint->pi,
        endpoint->buffer, (size_t)length, 2 * NGTCP2_SECONDS) != 0) {
    return NGTCP2_ERR_PROTO;
  }
  if (ngtcp2_conn_set_local_transport_params(
        endpoint->conn, &endpoint->params) != 0) {
    return NGTCP2_ERR_INVALID_STATE;
  }
  return ngtcp2_transport_params_decode(
    &endpoint->params, endpoint->buffer, (size_t)length);
}

uint16_t port(const ngtcp2_sockaddr_union *address) {
  switch (address->sa.sa_family) {
  case NGTCP2_AF_INET:
    return address->in.sin_port;
  case NGTCP2_AF_INET6:
    return address->in6.sin6_port;
  default:
    return 0;
  }
}
