/* The connection of a foreign endpoint: an echo server, or a client that sends and wants to have back. */
#include "tls.h"

#define QUIC_SEED 0x9e3779b97f4a7c15ull
#include "quic.h"

#include <stdio.h>

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
  uint8_t close[MAX_DATAGRAM], retry[MAX_DATAGRAM];
  size_t closelen, retrylen;

  uint8_t *data; /* what is sent: a pattern, or what came in */
  outgoing out;
  size_t received;
  int in_fin, mismatch, update_due, offered_early_data;
} conn;

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
  if (e->out.stream_id < 0 && ngtcp2_conn_open_bidi_stream(e->conn, &e->out.stream_id, NULL) == 0) {
    e->out.sent = e->received = 0;
    e->out.fin_sent = 0;
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
  e->out.stream_id = -1;
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
    if (e->data == NULL) {
      e->out.data = e->data = malloc(MAX_ECHO);
    }
    if (e->out.len + datalen > MAX_ECHO) {
      return NGTCP2_ERR_CALLBACK_FAILURE;
    }
    memcpy(e->data + e->out.len, data, datalen);
    e->out.stream_id = stream_id;
    e->out.len += datalen;
    e->out.is_all = e->in_fin;
    return 0;
  }
  if (e->received + datalen > e->out.len || memcmp(e->data + e->received, data, datalen) != 0) {
    e->mismatch = 1;
  }
  e->received += datalen;
  e->result.echoed = e->in_fin && e->received == e->out.len && !e->mismatch;
  return 0;
}

static ngtcp2_conn *get_conn(ngtcp2_crypto_conn_ref *ref) { return ((conn *)ref->user_data)->conn; }

static void setup(uint64_t now, ngtcp2_callbacks *callbacks, ngtcp2_settings *settings,
                  ngtcp2_transport_params *params) {
  quic_callbacks(callbacks);
  callbacks->handshake_completed = completed_cb;
  callbacks->handshake_confirmed = confirmed_cb;
  callbacks->recv_stream_data = data_cb;
  callbacks->tls_early_data_rejected = rejected_cb;
  callbacks->extend_max_local_streams_bidi = extend_streams_cb;
  quic_settings(settings, params, now);
}

static int start_client(conn *e, uint64_t now) {
  ngtcp2_callbacks callbacks;
  ngtcp2_settings settings;
  ngtcp2_transport_params params;
  ngtcp2_path p = quic_path(0);
  ngtcp2_cid dcid = random_cid(18), scid = random_cid(8);
  uint32_t versions[2];
  void *handle;
  int early = 0;

  setup(now, &callbacks, &settings, &params);
  quic_client_versions(&settings, versions, e->wish.version, e->wish.preferred_version);
  if (ngtcp2_conn_client_new_versioned(&e->conn, &dcid, &scid, &p, e->wish.version, NGTCP2_CALLBACKS_V1, &callbacks,
                                       NGTCP2_SETTINGS_V1, &settings, NGTCP2_TRANSPORT_PARAMS_V1, &params, NULL, e) != 0) {
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
  ngtcp2_path p = quic_path(1);
  ngtcp2_cid scid = random_cid(18), odcid;
  ngtcp2_pkt_hd hd;
  uint32_t preferred[] = {e->wish.preferred_version};
  void *handle;
  int early;

  if (ngtcp2_accept(&hd, data, len) != 0) {
    return -1;
  }
  setup(now, &callbacks, &settings, &params);
  params.original_dcid = hd.dcid;
  params.original_dcid_present = 1;
  if (e->wish.retry) {
    if (hd.tokenlen == 0) {
      uint8_t token[NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN];
      ngtcp2_ssize n = ngtcp2_crypto_generate_retry_token(token, server_secret, sizeof(server_secret), hd.version, p.remote.addr,
                                                          p.remote.addrlen, &scid, &hd.dcid, now);
      n = ngtcp2_crypto_write_retry(e->retry, sizeof(e->retry), hd.version, &hd.scid, &scid, &hd.dcid, token,
                                    (size_t)n);
      e->retrylen = n > 0 ? (size_t)n : 0;
      return -1;
    }
    if (ngtcp2_crypto_verify_retry_token(&odcid, hd.token, hd.tokenlen, server_secret, sizeof(server_secret), hd.version,
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
  if (ngtcp2_conn_server_new_versioned(&e->conn, &hd.scid, &scid, &p, hd.version, NGTCP2_CALLBACKS_V1, &callbacks,
                                       NGTCP2_SETTINGS_V1, &settings, NGTCP2_TRANSPORT_PARAMS_V1, &params, NULL, e) != 0) {
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
  e->result.error = error;
  e->over = 1;
  if (error == NGTCP2_ERR_CRYPTO) {
    e->result.alert = ngtcp2_conn_get_tls_alert(e->conn);
  }
  e->closelen = quic_close(e->conn, error, e->close, sizeof(e->close), now);
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
  e->out.stream_id = -1;
  e->result.alert = e->result.peer_alert = -1;
  e->ref.get_conn = get_conn;
  e->ref.user_data = e;
  if (!e->context->options.is_server) {
    e->out.data = e->data = malloc(wish->echo_len);
    e->out.len = wish->echo_len;
    e->out.is_all = 1;
    random_bytes(e->data, wish->echo_len);
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
  free(e->data);
  free(e);
}

static void read_packet(void *arg, const uint8_t *data, size_t len, uint64_t now) {
  conn *e = arg;
  ngtcp2_path p = quic_path(e->context->options.is_server);
  ngtcp2_pkt_info pi = {0};
  int rv;

  if (e->over || (e->conn == NULL && start_server(e, data, len, now) != 0)) {
    return;
  }
  rv = ngtcp2_conn_read_pkt(e->conn, &p, &pi, data, len, now);
  if (rv == NGTCP2_ERR_DRAINING) {
    e->over = 1;
    e->result.peer_alert = quic_peer_alert(e->conn);
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
  ngtcp2_ssize n;

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
  n = quic_write(e->conn, &e->out, dest, destlen, now);
  if (n < 0) {
    close_with(e, (int)n, now);
    return take(dest, e->close, &e->closelen);
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
