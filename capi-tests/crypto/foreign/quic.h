/* What every endpoint of these tests needs of QUIC, whichever library and helper it is built on: addresses, ids, random
 * bytes, the callbacks that are the helper's, limits, and a stream that is written until it is through. */
#ifndef QUIC_H
#define QUIC_H

#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DATAGRAM 1452

/* Two ends that are not of one program must not draw the same ids. */
#ifndef QUIC_SEED
#define QUIC_SEED 88172645463325252ull
#endif

static const uint8_t server_secret[] = "a secret that all servers share.";

/* The addresses of the two ends, seen from one of them. */
static inline ngtcp2_path quic_path(int is_server) {
  static struct sockaddr_in addresses[2];
  ngtcp2_path path;
  for (int i = 0; i < 2; i++) {
    addresses[i].sin_family = AF_INET;
    addresses[i].sin_port = htons((uint16_t)(i ? 4433 : 50000));
    addresses[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  }
  memset(&path, 0, sizeof(path));
  path.local.addr = (ngtcp2_sockaddr *)&addresses[is_server];
  path.remote.addr = (ngtcp2_sockaddr *)&addresses[!is_server];
  path.local.addrlen = path.remote.addrlen = sizeof(addresses[0]);
  return path;
}

/* A generator with a fixed start: runs are the same each time, but for TLS itself. */
static inline void random_bytes(uint8_t *dest, size_t len) {
  static uint64_t state = QUIC_SEED;
  for (size_t i = 0; i < len; i++) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    dest[i] = (uint8_t)(state >> 32);
  }
}

static inline ngtcp2_cid random_cid(size_t len) {
  ngtcp2_cid cid = {.datalen = len};
  random_bytes(cid.data, len);
  return cid;
}

static inline void quic_rand_cb(uint8_t *dest, size_t destlen, const ngtcp2_rand_ctx *ctx) {
  (void)ctx;
  random_bytes(dest, destlen);
}

static inline int quic_new_cid_cb(ngtcp2_conn *conn, ngtcp2_cid *cid, uint8_t *token, size_t cidlen, void *user_data) {
  (void)conn;
  (void)user_data;
  *cid = random_cid(cidlen);
  return ngtcp2_crypto_generate_stateless_reset_token(token, server_secret, sizeof(server_secret), cid) == 0
           ? 0
           : NGTCP2_ERR_CALLBACK_FAILURE;
}

/* All callbacks but those of the application. */
static inline void quic_callbacks(ngtcp2_callbacks *callbacks) {
  memset(callbacks, 0, sizeof(*callbacks));
  callbacks->client_initial = ngtcp2_crypto_client_initial_cb;
  callbacks->recv_client_initial = ngtcp2_crypto_recv_client_initial_cb;
  callbacks->recv_crypto_data = ngtcp2_crypto_recv_crypto_data_cb;
  callbacks->encrypt = ngtcp2_crypto_encrypt_cb;
  callbacks->decrypt = ngtcp2_crypto_decrypt_cb;
  callbacks->hp_mask = ngtcp2_crypto_hp_mask_cb;
  callbacks->recv_retry = ngtcp2_crypto_recv_retry_cb;
  callbacks->update_key = ngtcp2_crypto_update_key_cb;
  callbacks->delete_crypto_aead_ctx = ngtcp2_crypto_delete_crypto_aead_ctx_cb;
  callbacks->delete_crypto_cipher_ctx = ngtcp2_crypto_delete_crypto_cipher_ctx_cb;
  callbacks->get_path_challenge_data = ngtcp2_crypto_get_path_challenge_data_cb;
  callbacks->version_negotiation = ngtcp2_crypto_version_negotiation_cb;
  callbacks->rand = quic_rand_cb;
  callbacks->get_new_connection_id = quic_new_cid_cb;
}

/* Structs in their first generation, which every library has. */
static inline void quic_settings(ngtcp2_settings *settings, ngtcp2_transport_params *params, ngtcp2_tstamp now) {
  ngtcp2_settings_default_versioned(NGTCP2_SETTINGS_V1, settings);
  settings->initial_ts = now;
  ngtcp2_transport_params_default_versioned(NGTCP2_TRANSPORT_PARAMS_V1, params);
  params->initial_max_stream_data_bidi_local = 20000;
  params->initial_max_stream_data_bidi_remote = 20000;
  params->initial_max_data = 40000;
  params->initial_max_streams_bidi = 4;
  params->active_connection_id_limit = 4;
}

/* A client that starts with |version| and would rather have |preferred|, if that is not 0. |versions| must live until the
 * connection is made. */
static inline void quic_client_versions(ngtcp2_settings *settings, uint32_t versions[2], uint32_t version,
                                        uint32_t preferred) {
  versions[0] = preferred;
  versions[1] = version;
  if (preferred != 0) {
    settings->preferred_versions = settings->available_versions = versions;
    settings->preferred_versionslen = settings->available_versionslen = 2;
  }
}

/* The close that tells the peer of an error of this end. Returns its length, 0 if there is none. */
static inline size_t quic_close(ngtcp2_conn *conn, int error, uint8_t *dest, size_t destlen, ngtcp2_tstamp now) {
  ngtcp2_ccerr ccerr;
  ngtcp2_path_storage path;
  ngtcp2_pkt_info pi;
  ngtcp2_ssize len;

  ngtcp2_ccerr_default(&ccerr);
  if (error == NGTCP2_ERR_CRYPTO) {
    ngtcp2_ccerr_set_tls_alert(&ccerr, ngtcp2_conn_get_tls_alert(conn), NULL, 0);
  } else {
    ngtcp2_ccerr_set_liberr(&ccerr, error, NULL, 0);
  }
  ngtcp2_path_storage_zero(&path);
  len = ngtcp2_conn_write_connection_close(conn, &path.path, &pi, dest, destlen, &ccerr, now);
  return len > 0 ? (size_t)len : 0;
}

/* The TLS alert with which the peer has closed, or -1. */
static inline int quic_peer_alert(ngtcp2_conn *conn) {
  uint64_t code = ngtcp2_conn_get_ccerr(conn)->error_code;
  return (code & ~(uint64_t)0xff) == NGTCP2_CRYPTO_ERROR ? (int)(code & 0xff) : -1;
}

/* What is sent on a stream. */
typedef struct outgoing {
  int64_t stream_id; /* -1: none yet */
  const uint8_t *data;
  size_t len, sent;
  int is_all; /* no more data will be added */
  int fin_sent;
} outgoing;

/* Writes one packet, with what fits of |out|. Returns what ngtcp2_conn_writev_stream does. */
static inline ngtcp2_ssize quic_write(ngtcp2_conn *conn, outgoing *out, uint8_t *dest, size_t destlen, ngtcp2_tstamp now) {
  ngtcp2_path_storage path;
  ngtcp2_pkt_info pi;
  ngtcp2_ssize len, taken = -1;
  ngtcp2_vec vec = {out->len ? (uint8_t *)out->data + out->sent : NULL, out->len - out->sent};
  int64_t stream_id = out->fin_sent || (vec.len == 0 && !out->is_all) ? -1 : out->stream_id;
  uint32_t flags = stream_id >= 0 && out->is_all ? NGTCP2_WRITE_STREAM_FLAG_FIN : NGTCP2_WRITE_STREAM_FLAG_NONE;

  ngtcp2_path_storage_zero(&path);
  len = ngtcp2_conn_writev_stream(conn, &path.path, &pi, dest, destlen, &taken, flags, stream_id, &vec, stream_id >= 0,
                                  now);
  if (len == NGTCP2_ERR_STREAM_DATA_BLOCKED) {
    len = ngtcp2_conn_writev_stream(conn, &path.path, &pi, dest, destlen, &taken, 0, -1, NULL, 0, now);
    taken = -1;
  }
  if (taken >= 0) {
    out->sent += (size_t)taken;
    out->fin_sent = flags == NGTCP2_WRITE_STREAM_FLAG_FIN && out->sent == out->len;
  }
  if (len == 0) {
    ngtcp2_conn_update_pkt_tx_time(conn, now);
  }
  return len;
}

#endif
