/* The connection of a foreign endpoint: an echo server, or a client that sends and wants to have back. */
#include "tls.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PACKET_LEN 1452
#define MAX_ECHO 1000000

typedef struct context {
  foreign_options options;
  void *tls;
  /* what a client remembers of the server */
  uint8_t params[512];
  size_t paramslen;
} context;

typedef struct conn {
  context *context;
  foreign_wish wish;
  foreign_result result;
  ngtcp2_conn *conn;
  ngtcp2_crypto_conn_ref ref;
  void *tls;
  int over;
  uint8_t close[PACKET_LEN], retry[PACKET_LEN];
  size_t closelen, retrylen;

  int64_t stream_id;
  uint8_t *out; /* what is sent: a pattern, or what came in */
  size_t outlen, outsize, sent, received;
  int in_fin, fin_sent, mismatch, update_due, offered_early_data;
} conn;

static const uint8_t secret[] = "a secret that all servers share.";
static struct sockaddr_in ours, theirs;

static ngtcp2_path path(void) {
  ngtcp2_path p;
  memset(&p, 0, sizeof(p));
  ours.sin_family = theirs.sin_family = AF_INET;
  ours.sin_port = htons(1);
  theirs.sin_port = htons(2);
  ours.sin_addr.s_addr = theirs.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  p.local.addr = (ngtcp2_sockaddr *)&ours;
  p.remote.addr = (ngtcp2_sockaddr *)&theirs;
  p.local.addrlen = p.remote.addrlen = sizeof(ours);
  return p;
}

static uint64_t random_state = 0x9e3779b97f4a7c15ull;

static void random_bytes(uint8_t *dest, size_t len) {
  for (size_t i = 0; i < len; i++) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    dest[i] = (uint8_t)(random_state >> 32);
  }
}

static void rand_cb(uint8_t *dest, size_t destlen, const ngtcp2_rand_ctx *ctx) {
  (void)ctx;
  random_bytes(dest, destlen);
}

static int new_cid_cb(ngtcp2_conn *c, ngtcp2_cid *cid, uint8_t *token, size_t cidlen, void *user_data) {
  (void)c;
  (void)user_data;
  cid->datalen = cidlen;
  random_bytes(cid->data, cidlen);
  random_bytes(token, NGTCP2_STATELESS_RESET_TOKENLEN);
  return 0;
}

static int completed_cb(ngtcp2_conn *c, void *user_data) {
  conn *e = user_data;
  e->result.completed = 1;
  /* With these helpers it is the application that says so. */
  if (e->offered_early_data && !tls_session_early_data_accepted(e->tls)) {
    return ngtcp2_conn_tls_early_data_rejected(c) == 0 ? 0 : NGTCP2_ERR_CALLBACK_FAILURE;
  }
  return 0;
}

static int confirmed_cb(ngtcp2_conn *c, void *user_data) {
  conn *e = user_data;
  (void)c;
  e->update_due = e->wish.update_key;
  return 0;
}

static void open_stream(conn *e) {
  if (e->stream_id < 0 && ngtcp2_conn_open_bidi_stream(e->conn, &e->stream_id, NULL) == 0) {
    e->sent = e->received = 0;
    e->fin_sent = 0;
  }
}

static int extend_streams_cb(ngtcp2_conn *c, uint64_t max_streams, void *user_data) {
  conn *e = user_data;
  (void)c;
  (void)max_streams;
  if (e->wish.echo_len != 0) {
    open_stream(e);
  }
  return 0;
}

static int rejected_cb(ngtcp2_conn *c, void *user_data) {
  conn *e = user_data;
  (void)c;
  e->result.early_rejected = 1;
  e->stream_id = -1;
  return 0;
}

static int data_cb(ngtcp2_conn *c, uint32_t flags, int64_t stream_id, uint64_t offset, const uint8_t *data,
                   size_t datalen, void *user_data, void *stream_user_data) {
  conn *e = user_data;
  (void)offset;
  (void)stream_user_data;
  if (flags & NGTCP2_STREAM_DATA_FLAG_0RTT) {
    e->result.early_received += datalen;
  }
  e->in_fin = (flags & NGTCP2_STREAM_DATA_FLAG_FIN) != 0;
  ngtcp2_conn_extend_max_stream_offset(c, stream_id, datalen);
  ngtcp2_conn_extend_max_offset(c, datalen);
  if (e->context->options.is_server) {
    if (e->out == NULL) {
      e->outsize = MAX_ECHO;
      e->out = malloc(e->outsize);
    }
    if (e->outlen + datalen > e->outsize) {
      return NGTCP2_ERR_CALLBACK_FAILURE;
    }
    e->stream_id = stream_id;
    memcpy(e->out + e->outlen, data, datalen);
    e->outlen += datalen;
    return 0;
  }
  if (e->received + datalen > e->outlen || memcmp(e->out + e->received, data, datalen) != 0) {
    e->mismatch = 1;
  }
  e->received += datalen;
  e->result.echoed = e->in_fin && e->received == e->outlen && !e->mismatch;
  return 0;
}

static ngtcp2_conn *get_conn(ngtcp2_crypto_conn_ref *ref) { return ((conn *)ref->user_data)->conn; }

static void setup(uint64_t now, ngtcp2_callbacks *callbacks, ngtcp2_settings *settings,
                  ngtcp2_transport_params *params) {
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
  callbacks->rand = rand_cb;
  callbacks->get_new_connection_id = new_cid_cb;
  callbacks->handshake_completed = completed_cb;
  callbacks->handshake_confirmed = confirmed_cb;
  callbacks->recv_stream_data = data_cb;
  callbacks->tls_early_data_rejected = rejected_cb;
  callbacks->extend_max_local_streams_bidi = extend_streams_cb;
  ngtcp2_settings_default(settings);
  settings->initial_ts = now;
  ngtcp2_transport_params_default(params);
  params->initial_max_stream_data_bidi_local = 20000;
  params->initial_max_stream_data_bidi_remote = 20000;
  params->initial_max_data = 40000;
  params->initial_max_streams_bidi = 4;
  params->active_connection_id_limit = 4;
}

static int start_client(conn *e, uint64_t now) {
  ngtcp2_callbacks callbacks;
  ngtcp2_settings settings;
  ngtcp2_transport_params params;
  ngtcp2_path p = path();
  ngtcp2_cid dcid = {.datalen = 18}, scid = {.datalen = 8};
  uint32_t versions[] = {e->wish.preferred_version, e->wish.version};
  void *handle;
  int early = 0;

  random_bytes(dcid.data, dcid.datalen);
  random_bytes(scid.data, scid.datalen);
  setup(now, &callbacks, &settings, &params);
  if (e->wish.preferred_version != 0) {
    settings.preferred_versions = settings.available_versions = versions;
    settings.preferred_versionslen = settings.available_versionslen = 2;
  }
  if (ngtcp2_conn_client_new(&e->conn, &dcid, &scid, &p, e->wish.version, &callbacks, &settings, &params, NULL, e) != 0) {
    return -1;
  }
  e->tls = tls_session_new(e->context->tls, &e->ref, &handle, &early);
  if (e->tls == NULL) {
    return -1;
  }
  ngtcp2_conn_set_tls_native_handle(e->conn, handle);
  if (early && e->context->paramslen != 0 &&
      ngtcp2_conn_decode_and_set_0rtt_transport_params(e->conn, e->context->params, e->context->paramslen) == 0) {
    e->offered_early_data = 1;
    open_stream(e);
  }
  return 0;
}

/* Returns 0 if there is a connection now. */
static int start_server(conn *e, const uint8_t *data, size_t len, uint64_t now) {
  ngtcp2_callbacks callbacks;
  ngtcp2_settings settings;
  ngtcp2_transport_params params;
  ngtcp2_path p = path();
  ngtcp2_cid scid = {.datalen = 18}, odcid;
  ngtcp2_pkt_hd hd;
  uint32_t preferred[] = {e->wish.preferred_version};
  void *handle;
  int early;

  if (ngtcp2_accept(&hd, data, len) != 0) {
    return -1;
  }
  random_bytes(scid.data, scid.datalen);
  setup(now, &callbacks, &settings, &params);
  params.original_dcid = hd.dcid;
  params.original_dcid_present = 1;
  if (e->wish.retry) {
    if (hd.tokenlen == 0) {
      uint8_t token[NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN];
      ngtcp2_ssize n = ngtcp2_crypto_generate_retry_token(token, secret, sizeof(secret), hd.version, p.remote.addr,
                                                          p.remote.addrlen, &scid, &hd.dcid, now);
      n = ngtcp2_crypto_write_retry(e->retry, sizeof(e->retry), hd.version, &hd.scid, &scid, &hd.dcid, token,
                                    (size_t)n);
      e->retrylen = n > 0 ? (size_t)n : 0;
      return -1;
    }
    if (ngtcp2_crypto_verify_retry_token(&odcid, hd.token, hd.tokenlen, secret, sizeof(secret), hd.version,
                                         p.remote.addr, p.remote.addrlen, &hd.dcid, 10 * NGTCP2_SECONDS, now) != 0) {
      return -1;
    }
    params.original_dcid = odcid;
    params.retry_scid = hd.dcid;
    params.retry_scid_present = 1;
    settings.token = hd.token;
    settings.tokenlen = hd.tokenlen;
  }
  if (e->wish.preferred_version != 0) {
    settings.preferred_versions = preferred;
    settings.preferred_versionslen = 1;
  }
  if (ngtcp2_conn_server_new(&e->conn, &hd.scid, &scid, &p, hd.version, &callbacks, &settings, &params, NULL, e) != 0) {
    return -1;
  }
  e->tls = tls_session_new(e->context->tls, &e->ref, &handle, &early);
  if (e->tls == NULL) {
    return -1;
  }
  ngtcp2_conn_set_tls_native_handle(e->conn, handle);
  return 0;
}

static void close_with(conn *e, int error, uint64_t now) {
  ngtcp2_ccerr ccerr;
  ngtcp2_path_storage ps;
  ngtcp2_pkt_info pi;
  ngtcp2_ssize n;

  e->result.error = error;
  e->over = 1;
  ngtcp2_ccerr_default(&ccerr);
  if (error == NGTCP2_ERR_CRYPTO) {
    e->result.alert = ngtcp2_conn_get_tls_alert(e->conn);
    ngtcp2_ccerr_set_tls_alert(&ccerr, ngtcp2_conn_get_tls_alert(e->conn), NULL, 0);
  } else {
    ngtcp2_ccerr_set_liberr(&ccerr, error, NULL, 0);
  }
  ngtcp2_path_storage_zero(&ps);
  n = ngtcp2_conn_write_connection_close(e->conn, &ps.path, &pi, e->close, sizeof(e->close), &ccerr, now);
  e->closelen = n > 0 ? (size_t)n : 0;
}

static void *context_new(const foreign_options *options) {
  context *x = calloc(1, sizeof(*x));
  x->options = *options;
  x->tls = tls_context_new(options);
  if (x->tls == NULL) {
    free(x);
    return NULL;
  }
  return x;
}

static void context_del(void *arg) {
  context *x = arg;
  tls_context_del(x->tls);
  free(x);
}

static void *conn_new(void *arg, const foreign_wish *wish, uint64_t now) {
  conn *e = calloc(1, sizeof(*e));
  e->context = arg;
  e->wish = *wish;
  e->stream_id = -1;
  e->result.alert = e->result.peer_alert = -1;
  e->ref.get_conn = get_conn;
  e->ref.user_data = e;
  if (!e->context->options.is_server) {
    e->outlen = e->outsize = wish->echo_len;
    e->out = malloc(e->outsize);
    random_bytes(e->out, e->outlen);
    if (start_client(e, now) != 0) {
      fprintf(stderr, "%s: the client cannot start\n", tls_name);
      e->over = 1;
    }
  }
  return e;
}

static void conn_del(void *arg) {
  conn *e = arg;
  if (e->conn != NULL && !e->context->options.is_server && e->result.completed) {
    ngtcp2_ssize n =
      ngtcp2_conn_encode_0rtt_transport_params(e->conn, e->context->params, sizeof(e->context->params));
    e->context->paramslen = n > 0 ? (size_t)n : 0;
  }
  ngtcp2_conn_del(e->conn);
  tls_session_del(e->tls);
  free(e->out);
  free(e);
}

static void read_packet(void *arg, const uint8_t *data, size_t len, uint64_t now) {
  conn *e = arg;
  ngtcp2_path p = path();
  ngtcp2_pkt_info pi = {0};
  int rv;

  if (e->over || (e->conn == NULL && start_server(e, data, len, now) != 0)) {
    return;
  }
  rv = ngtcp2_conn_read_pkt(e->conn, &p, &pi, data, len, now);
  if (rv == NGTCP2_ERR_DRAINING) {
    uint64_t code = ngtcp2_conn_get_ccerr(e->conn)->error_code;
    e->over = 1;
    if ((code & ~(uint64_t)0xff) == NGTCP2_CRYPTO_ERROR) {
      e->result.peer_alert = (int)(code & 0xff);
    }
  } else if (rv != 0) {
    close_with(e, rv, now);
  }
}

static size_t take(uint8_t *dest, const uint8_t *packet, size_t *len) {
  size_t n = *len;
  memcpy(dest, packet, n);
  *len = 0;
  return n;
}

static size_t write_packet(void *arg, uint8_t *dest, size_t destlen, uint64_t now) {
  conn *e = arg;
  ngtcp2_path_storage ps;
  ngtcp2_pkt_info pi;
  ngtcp2_ssize n, datalen = -1;
  ngtcp2_vec vec;
  uint32_t flags = 0;
  int64_t stream_id = -1;
  size_t total = e->context->options.is_server ? SIZE_MAX : e->outlen;

  if (e->closelen || e->retrylen) {
    return e->closelen ? take(dest, e->close, &e->closelen) : take(dest, e->retry, &e->retrylen);
  }
  if (e->over || e->conn == NULL) {
    return 0;
  }
  if (e->update_due && ngtcp2_conn_initiate_key_update(e->conn, now) == 0) {
    e->update_due = 0;
    e->result.keys_updated = 1;
  }
  if (e->context->options.is_server && e->in_fin) {
    total = e->outlen;
  }
  vec.base = e->out + e->sent;
  vec.len = e->outlen - e->sent;
  if (e->stream_id >= 0 && !e->fin_sent && (vec.len != 0 || total == e->outlen)) {
    stream_id = e->stream_id;
    flags = total == e->outlen ? NGTCP2_WRITE_STREAM_FLAG_FIN : 0;
  }
  ngtcp2_path_storage_zero(&ps);
  n = ngtcp2_conn_writev_stream(e->conn, &ps.path, &pi, dest, destlen, &datalen, flags, stream_id, &vec,
                                stream_id >= 0, now);
  if (n == NGTCP2_ERR_STREAM_DATA_BLOCKED) {
    n = ngtcp2_conn_writev_stream(e->conn, &ps.path, &pi, dest, destlen, &datalen, 0, -1, NULL, 0, now);
    datalen = -1;
  }
  if (n < 0) {
    close_with(e, (int)n, now);
    return take(dest, e->close, &e->closelen);
  }
  if (datalen >= 0) {
    e->sent += (size_t)datalen;
    e->fin_sent = (flags & NGTCP2_WRITE_STREAM_FLAG_FIN) && e->sent == e->outlen;
  }
  if (n == 0) {
    ngtcp2_conn_update_pkt_tx_time(e->conn, now);
  }
  return (size_t)n;
}

static uint64_t expiry(void *arg) {
  conn *e = arg;
  return e->over || e->conn == NULL ? UINT64_MAX : ngtcp2_conn_get_expiry(e->conn);
}

static void handle_expiry(void *arg, uint64_t now) {
  conn *e = arg;
  int rv = ngtcp2_conn_handle_expiry(e->conn, now);
  if (rv != 0) {
    close_with(e, rv, now);
  }
}

static void result(void *arg, foreign_result *r) {
  conn *e = arg;
  *r = e->result;
  r->resumed = e->tls != NULL && tls_session_resumed(e->tls);
  r->version = e->conn != NULL ? ngtcp2_conn_get_negotiated_version(e->conn) : 0;
}

const foreign_api *foreign_get_api(void) {
  static foreign_api api = {NULL,        sizeof(conn), context_new, context_del,   conn_new, conn_del,
                            read_packet, write_packet, expiry,      handle_expiry, result};
  api.name = tls_name;
  return &api;
}
