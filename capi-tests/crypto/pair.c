#include "pair.h"

#define DELAY (10 * NGTCP2_MILLISECONDS)
#define START (1000 * NGTCP2_SECONDS)

static int handshake_completed_cb(ngtcp2_conn *conn, void *user_data) {
  endpoint *e = user_data;
  (void)conn;
  e->handshake_completed = 1;
  return 0;
}

static int handshake_confirmed_cb(ngtcp2_conn *conn, void *user_data) {
  endpoint *e = user_data;
  (void)conn;
  e->handshake_confirmed = 1;
  return 0;
}

static int recv_rx_key_cb(ngtcp2_conn *conn, ngtcp2_encryption_level level, void *user_data) {
  endpoint *e = user_data;
  const uint8_t *proto;
  (void)conn;
  /* A session may be asked from within a callback. */
  ngtcp2_crypto_rustls_session_alpn(e->session, &proto);
  if (level == NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE) {
    CHECK(strlen(ngtcp2_crypto_rustls_session_cipher(e->session)) != 0);
  }
  return (int)level == e->failing_rx_key ? NGTCP2_ERR_CALLBACK_FAILURE : 0;
}

static int recv_stream_data_cb(ngtcp2_conn *conn, uint32_t flags, int64_t stream_id, uint64_t offset,
                               const uint8_t *data, size_t datalen, void *user_data,
                               void *stream_user_data) {
  endpoint *e = user_data;
  (void)stream_user_data;
  CHECK_EQ(offset, e->received_len);
  CHECK(e->received_len + datalen <= ECHO_LEN);
  memcpy(e->received + e->received_len, data, datalen);
  e->received_len += datalen;
  if (flags & NGTCP2_STREAM_DATA_FLAG_0RTT) {
    e->received_early += datalen;
  }
  e->received_fin = (flags & NGTCP2_STREAM_DATA_FLAG_FIN) != 0;
  ngtcp2_conn_extend_max_stream_offset(conn, stream_id, datalen);
  ngtcp2_conn_extend_max_offset(conn, datalen);
  if (e->is_server) {
    e->out.stream_id = stream_id;
    e->out.data = e->received;
    e->out.len = e->received_len;
    e->out.is_all = e->received_fin;
  }
  return 0;
}

static int early_data_rejected_cb(ngtcp2_conn *conn, void *user_data) {
  endpoint *e = user_data;
  (void)conn;
  e->early_rejected = 1;
  e->out.stream_id = -1;
  return 0;
}

static ngtcp2_conn *get_conn(ngtcp2_crypto_conn_ref *ref) {
  endpoint *e = ref->user_data;
  return e->conn;
}

static void common_callbacks(const pair *p, ngtcp2_callbacks *callbacks) {
  quic_callbacks(callbacks);
  if (p->recv_crypto_data != NULL) {
    callbacks->recv_crypto_data = p->recv_crypto_data;
  }
  callbacks->handshake_completed = handshake_completed_cb;
  callbacks->handshake_confirmed = handshake_confirmed_cb;
  callbacks->recv_rx_key = recv_rx_key_cb;
  callbacks->recv_stream_data = recv_stream_data_cb;
  callbacks->tls_early_data_rejected = early_data_rejected_cb;
}

static void print_log(void *user_data, const char *format, ...) {
  va_list args;
  (void)user_data;
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fputc('\n', stderr);
}

static void common_settings(const pair *p, ngtcp2_settings *settings, ngtcp2_transport_params *params) {
  quic_settings(settings, params, p->now);
  if (getenv("PAIR_LOG") && *getenv("PAIR_LOG")) {
    settings->log_printf = print_log;
  }
}

static void endpoint_init(pair *p, endpoint *e, const char *name, int is_server) {
  memset(e, 0, sizeof(*e));
  e->name = name;
  e->is_server = is_server;
  e->pair = p;
  e->conn_ref.get_conn = get_conn;
  e->conn_ref.user_data = e;
  e->inbox = calloc(MAX_FLIGHT, sizeof(datagram));
  e->received = malloc(ECHO_LEN);
  e->out.stream_id = -1;
  e->failing_rx_key = -1;
}

static void endpoint_free(endpoint *e) {
  ngtcp2_conn_del(e->conn);
  ngtcp2_crypto_rustls_session_del(e->session);
  if (e->foreign_conn != NULL) {
    e->foreign->conn_del(e->foreign_conn);
  }
  free(e->inbox);
  free(e->received);
}

void pair_init(pair *p, ngtcp2_crypto_rustls_client *client, ngtcp2_crypto_rustls_server *server) {
  memset(p, 0, sizeof(*p));
  p->now = START;
  p->client_config = client;
  p->server_config = server;
  p->version = NGTCP2_PROTO_VER_V1;
  p->use_conn_ref = 1;
  p->server_name = "localhost";
  p->server_max_data = 40000;
  endpoint_init(p, &p->client, "client", 0);
  endpoint_init(p, &p->server, "server", 1);
}

void pair_free(pair *p) {
  endpoint_free(&p->client);
  endpoint_free(&p->server);
  free(p->echo);
}

static void start_client(pair *p) {
  endpoint *e = &p->client;
  ngtcp2_callbacks callbacks;
  ngtcp2_settings settings;
  ngtcp2_transport_params params;
  ngtcp2_path path = quic_path(0);
  ngtcp2_cid dcid = random_cid(18), scid = random_cid(8);
  uint32_t versions[2];

  if (ngtcp2_crypto_rustls_session_client_new(&e->session, p->client_config, p->server_name,
                                              p->use_conn_ref ? &e->conn_ref : NULL) != 0) {
    fprintf(stderr, "client session: %s\n", ngtcp2_crypto_rustls_client_error(p->client_config));
    exit(1);
  }
  common_callbacks(p, &callbacks);
  common_settings(p, &settings, &params);
  quic_client_versions(&settings, versions, p->version, p->preferred_version);
  CHECK_EQ(ngtcp2_conn_client_new_versioned(&e->conn, &dcid, &scid, &path, p->version, NGTCP2_CALLBACKS_V1,
                                            &callbacks, NGTCP2_SETTINGS_V1, &settings,
                                            NGTCP2_TRANSPORT_PARAMS_V1, &params, NULL, e),
           0);
  ngtcp2_conn_set_tls_native_handle(e->conn, e->session);
  if (p->given_params != NULL) {
    CHECK_EQ(ngtcp2_conn_decode_and_set_0rtt_transport_params(e->conn, p->given_params, p->given_paramslen), 0);
  }
  if (p->early_data) {
    p->early_offered = ngtcp2_crypto_rustls_offer_early_data(e->conn);
    if (p->early_offered == 1) {
      pair_start_echo(p);
    }
  }
}

static void deliver(pair *p, endpoint *to, const uint8_t *data, size_t len) {
  datagram *d;
  CHECK(to->inbox_len < MAX_FLIGHT);
  d = &to->inbox[to->inbox_len++];
  d->arrival = p->now + DELAY;
  d->len = len;
  memcpy(d->data, data, len);
  if (to->is_server && ++p->client_datagrams == p->flip_datagram) {
    d->data[len - 1] ^= 1;
  }
}

static void send_retry(pair *p, const ngtcp2_pkt_hd *hd) {
  uint8_t token[NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2], packet[MAX_DATAGRAM];
  ngtcp2_path path = quic_path(1);
  ngtcp2_cid scid = random_cid(18);
  ngtcp2_ssize len;

  len = ngtcp2_crypto_generate_retry_token2(token, server_secret, sizeof(server_secret), hd->version, path.remote.addr,
                                            path.remote.addrlen, &scid, &hd->dcid, p->now);
  CHECK_EQ(len, NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2);
  len = ngtcp2_crypto_write_retry(packet, sizeof(packet), hd->version, &hd->scid, &scid, &hd->dcid, token,
                                  (size_t)len);
  CHECK(len > 0);
  deliver(p, &p->client, packet, (size_t)len);
}

/* Returns nonzero if there is a server connection now. */
static int start_server(pair *p, const uint8_t *data, size_t len) {
  endpoint *e = &p->server;
  ngtcp2_callbacks callbacks;
  ngtcp2_settings settings;
  ngtcp2_transport_params params;
  ngtcp2_path path = quic_path(1);
  ngtcp2_cid scid = random_cid(18), odcid;
  ngtcp2_pkt_hd hd;
  uint32_t preferred[] = {p->preferred_version};

  if (ngtcp2_accept(&hd, data, len) != 0) {
    return 0;
  }
  common_callbacks(p, &callbacks);
  common_settings(p, &settings, &params);
  params.initial_max_data = p->server_max_data;
  params.original_dcid = hd.dcid;
  params.original_dcid_present = 1;
  if (p->retry) {
    if (hd.tokenlen == 0) {
      send_retry(p, &hd);
      return 0;
    }
    CHECK_EQ(ngtcp2_crypto_verify_retry_token2(&odcid, hd.token, hd.tokenlen, server_secret, sizeof(server_secret),
                                               hd.version, path.remote.addr, path.remote.addrlen, &hd.dcid,
                                               10 * NGTCP2_SECONDS, p->now),
             0);
    params.original_dcid = odcid;
    params.retry_scid = hd.dcid;
    params.retry_scid_present = 1;
    settings.token = hd.token;
    settings.tokenlen = hd.tokenlen;
  }
  if (p->preferred_version != 0) {
    settings.preferred_versions = preferred;
    settings.preferred_versionslen = 1;
  }
  if (ngtcp2_crypto_rustls_session_server_new(&e->session, p->server_config,
                                              p->use_conn_ref ? &e->conn_ref : NULL) != 0) {
    fprintf(stderr, "server session: %s\n", ngtcp2_crypto_rustls_server_error(p->server_config));
    exit(1);
  }
  CHECK_EQ(ngtcp2_conn_server_new_versioned(&e->conn, &hd.scid, &scid, &path, hd.version, NGTCP2_CALLBACKS_V1,
                                            &callbacks, NGTCP2_SETTINGS_V1, &settings,
                                            NGTCP2_TRANSPORT_PARAMS_V1, &params, NULL, e),
           0);
  ngtcp2_conn_set_tls_native_handle(e->conn, e->session);
  return 1;
}

/* Tells the peer why this endpoint gives up. */
static void close_with(pair *p, endpoint *e, int error) {
  uint8_t packet[MAX_DATAGRAM];
  size_t len;

  e->error = error;
  len = quic_close(e->conn, error, packet, sizeof(packet), p->now);
  if (len > 0) {
    deliver(p, e->is_server ? &p->client : &p->server, packet, len);
  }
}

static void foreign_write(pair *p, endpoint *e) {
  uint8_t packet[MAX_DATAGRAM];
  size_t len;
  while ((len = e->foreign->write(e->foreign_conn, packet, sizeof(packet), p->now)) != 0) {
    deliver(p, e->is_server ? &p->client : &p->server, packet, len);
  }
}

static void endpoint_write(pair *p, endpoint *e) {
  if (e->foreign_conn != NULL) {
    foreign_write(p, e);
    return;
  }
  if (e->conn == NULL || e->error != 0 || e->draining) {
    return;
  }
  for (;;) {
    uint8_t packet[MAX_DATAGRAM];
    ngtcp2_ssize len = quic_write(e->conn, &e->out, packet, sizeof(packet), p->now);
    if (len < 0) {
      close_with(p, e, (int)len);
      return;
    }
    if (len == 0) {
      return;
    }
    deliver(p, e->is_server ? &p->client : &p->server, packet, (size_t)len);
  }
}

static void endpoint_read(pair *p, endpoint *e, const datagram *d) {
  ngtcp2_path path = quic_path(e->is_server);
  ngtcp2_pkt_info pi = {0};
  int rv;

  if (e->foreign_conn != NULL) {
    e->foreign->read(e->foreign_conn, d->data, d->len, p->now);
    return;
  }
  if (e->conn == NULL && (!e->is_server || !start_server(p, d->data, d->len))) {
    return;
  }
  if (e->error != 0 || e->draining) {
    return;
  }
  rv = ngtcp2_conn_read_pkt(e->conn, &path, &pi, d->data, d->len, p->now);
  if (rv == NGTCP2_ERR_DRAINING) {
    e->draining = 1;
  } else if ((rv == NGTCP2_ERR_DROP_CONN || rv == NGTCP2_ERR_RETRY) && e->is_server) {
    /* Not a client's first packet after all, or a part of a ClientHello that is not its beginning: forget the
     * connection, and have the client prove its address before any state is kept for it. */
    ngtcp2_pkt_hd hd;
    if (rv == NGTCP2_ERR_RETRY && ngtcp2_accept(&hd, d->data, d->len) == 0) {
      p->retry = 1;
      send_retry(p, &hd);
    }
    ngtcp2_conn_del(e->conn);
    ngtcp2_crypto_rustls_session_del(e->session);
    e->conn = NULL;
    e->session = NULL;
  } else if (rv != 0) {
    close_with(p, e, rv);
  }
}

static ngtcp2_tstamp endpoint_next(const endpoint *e) {
  ngtcp2_tstamp next = UINT64_MAX;
  if (e->foreign_conn != NULL) {
    next = e->foreign->expiry(e->foreign_conn);
  } else if (e->conn != NULL && e->error == 0 && !e->draining) {
    next = ngtcp2_conn_get_expiry(e->conn);
  }
  if (e->inbox_len != 0 && e->inbox[0].arrival < next) {
    next = e->inbox[0].arrival;
  }
  return next;
}

static void endpoint_turn(pair *p, endpoint *e) {
  while (e->inbox_len != 0 && e->inbox[0].arrival <= p->now) {
    datagram d = e->inbox[0];
    e->inbox_len--;
    memmove(e->inbox, e->inbox + 1, e->inbox_len * sizeof(datagram));
    endpoint_read(p, e, &d);
  }
  if (e->foreign_conn != NULL) {
    if (e->foreign->expiry(e->foreign_conn) <= p->now) {
      e->foreign->handle_expiry(e->foreign_conn, p->now);
    }
  } else if (e->conn != NULL && e->error == 0 && !e->draining && ngtcp2_conn_get_expiry(e->conn) <= p->now) {
    int rv = ngtcp2_conn_handle_expiry(e->conn, p->now);
    if (rv != 0) {
      close_with(p, e, rv);
    }
  }
  endpoint_write(p, e);
}

void pair_run(pair *p, ngtcp2_duration limit) {
  ngtcp2_tstamp end = p->now + limit;

  for (endpoint *e = &p->client;; e = &p->server) {
    if (e->foreign != NULL && e->foreign_conn == NULL) {
      e->foreign_conn = e->foreign->conn_new(e->foreign_context, &e->foreign_wish, p->now);
    }
    if (e->is_server) {
      break;
    }
  }
  if (p->client.conn == NULL && p->client.foreign == NULL) {
    start_client(p);
  }
  endpoint_write(p, &p->client);
  for (;;) {
    ngtcp2_tstamp a = endpoint_next(&p->client), b = endpoint_next(&p->server);
    ngtcp2_tstamp next = a < b ? a : b;
    if (next > end) {
      break;
    }
    if (next > p->now) {
      p->now = next;
    }
    endpoint_turn(p, &p->client);
    endpoint_turn(p, &p->server);
  }
  p->now = end;
}

void pair_start_echo(pair *p) {
  endpoint *client = &p->client, *server = &p->server;

  p->echo = realloc(p->echo, ECHO_LEN);
  random_bytes(p->echo, ECHO_LEN);
  client->received_len = server->received_len = 0;
  client->received_fin = server->received_fin = 0;
  server->out = (outgoing){.stream_id = -1};
  client->out = (outgoing){.data = p->echo, .len = ECHO_LEN, .is_all = 1};
  CHECK_EQ(ngtcp2_conn_open_bidi_stream(client->conn, &client->out.stream_id, NULL), 0);
}

void pair_check_echo(pair *p) {
  CHECK_EQ(p->client.error, 0);
  CHECK_EQ(p->server.error, 0);
  CHECK_EQ(p->client.received_len, ECHO_LEN);
  CHECK(p->client.received_fin);
  CHECK(memcmp(p->client.received, p->echo, ECHO_LEN) == 0);
}

void pair_echo(pair *p) {
  pair_start_echo(p);
  pair_run(p, 10 * NGTCP2_SECONDS);
  pair_check_echo(p);
}

uint64_t endpoint_peer_error(const endpoint *e) {
  return e->draining ? ngtcp2_conn_get_ccerr(e->conn)->error_code : 0;
}

int endpoint_peer_alert(const endpoint *e) { return e->draining ? quic_peer_alert(e->conn) : -1; }

const char *cert_path(const char *file) {
  static char buffers[4][512];
  static unsigned next;
  char *buffer = buffers[next++ % 4];
  const char *directory = getenv("CERTS");
  snprintf(buffer, sizeof(buffers[0]), "%s/%s", directory ? directory : ".", file);
  return buffer;
}

ngtcp2_crypto_rustls_client *new_client(void) {
  ngtcp2_crypto_rustls_client *client;
  CHECK_EQ(ngtcp2_crypto_rustls_client_new(&client), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_client_add_ca_file(client, cert_path("ca.pem")), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_client_add_alpn(client, (const uint8_t *)"echo", 4), 0);
  return client;
}

ngtcp2_crypto_rustls_server *new_server(void) {
  ngtcp2_crypto_rustls_server *server;
  CHECK_EQ(ngtcp2_crypto_rustls_server_new(&server), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_cert_files(server, cert_path("server.pem"),
                                                      cert_path("server.key")),
           0);
  CHECK_EQ(ngtcp2_crypto_rustls_server_add_alpn(server, (const uint8_t *)"echo", 4), 0);
  return server;
}
