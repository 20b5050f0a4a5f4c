#include "pair.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#define DELAY (10 * NGTCP2_MILLISECONDS)
#define START (1000 * NGTCP2_SECONDS)

static const uint8_t static_secret[32] = "a secret that all servers share.";

static struct sockaddr_in client_addr, server_addr;

static ngtcp2_path path_of(int is_server) {
  ngtcp2_path path;
  memset(&path, 0, sizeof(path));
  path.local.addr = (ngtcp2_sockaddr *)(is_server ? &server_addr : &client_addr);
  path.remote.addr = (ngtcp2_sockaddr *)(is_server ? &client_addr : &server_addr);
  path.local.addrlen = path.remote.addrlen = sizeof(struct sockaddr_in);
  return path;
}

/* A generator with a fixed start: runs are the same each time, but for TLS itself. */
static uint64_t random_state = 88172645463325252ull;

static void random_bytes(uint8_t *data, size_t len) {
  for (size_t i = 0; i < len; i++) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    data[i] = (uint8_t)(random_state >> 32);
  }
}

static void rand_cb(uint8_t *dest, size_t destlen, const ngtcp2_rand_ctx *ctx) {
  (void)ctx;
  random_bytes(dest, destlen);
}

static int new_cid_cb(ngtcp2_conn *conn, ngtcp2_cid *cid, uint8_t *token, size_t cidlen, void *user_data) {
  (void)conn;
  (void)user_data;
  cid->datalen = cidlen;
  random_bytes(cid->data, cidlen);
  return ngtcp2_crypto_generate_stateless_reset_token(token, static_secret, sizeof(static_secret), cid);
}

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
    e->stream_id = stream_id;
    e->to_send = e->received;
    e->to_send_len = e->received_len;
  }
  return 0;
}

static int early_data_rejected_cb(ngtcp2_conn *conn, void *user_data) {
  endpoint *e = user_data;
  (void)conn;
  e->early_rejected = 1;
  e->stream_id = -1;
  return 0;
}

static ngtcp2_conn *get_conn(ngtcp2_crypto_conn_ref *ref) {
  endpoint *e = ref->user_data;
  return e->conn;
}

static void common_callbacks(ngtcp2_callbacks *callbacks) {
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
  ngtcp2_settings_default_versioned(NGTCP2_SETTINGS_V1, settings);
  settings->initial_ts = p->now;
  if (getenv("PAIR_LOG") && *getenv("PAIR_LOG")) {
    settings->log_printf = print_log;
  }
  ngtcp2_transport_params_default_versioned(NGTCP2_TRANSPORT_PARAMS_V1, params);
  params->initial_max_stream_data_bidi_local = 20000;
  params->initial_max_stream_data_bidi_remote = 20000;
  params->initial_max_data = 40000;
  params->initial_max_streams_bidi = 4;
  params->active_connection_id_limit = 4;
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
  e->stream_id = -1;
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
  client_addr.sin_family = server_addr.sin_family = AF_INET;
  client_addr.sin_port = htons(50000);
  server_addr.sin_port = htons(4433);
  client_addr.sin_addr.s_addr = server_addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
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
  ngtcp2_path path = path_of(0);
  ngtcp2_cid dcid, scid;
  uint32_t versions[] = {p->preferred_version, p->version};

  if (ngtcp2_crypto_rustls_session_client_new(&e->session, p->client_config, p->server_name,
                                              p->use_conn_ref ? &e->conn_ref : NULL) != 0) {
    fprintf(stderr, "client session: %s\n", ngtcp2_crypto_rustls_client_error(p->client_config));
    exit(1);
  }
  common_callbacks(&callbacks);
  common_settings(p, &settings, &params);
  if (p->preferred_version != 0) {
    settings.preferred_versions = settings.available_versions = versions;
    settings.preferred_versionslen = settings.available_versionslen = 2;
  }
  dcid.datalen = 18;
  random_bytes(dcid.data, dcid.datalen);
  scid.datalen = 8;
  random_bytes(scid.data, scid.datalen);
  CHECK_EQ(ngtcp2_conn_client_new_versioned(&e->conn, &dcid, &scid, &path, p->version, NGTCP2_CALLBACKS_V1,
                                            &callbacks, NGTCP2_SETTINGS_V1, &settings,
                                            NGTCP2_TRANSPORT_PARAMS_V1, &params, NULL, e),
           0);
  ngtcp2_conn_set_tls_native_handle(e->conn, e->session);
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
  ngtcp2_cid scid;
  ngtcp2_ssize len;

  scid.datalen = 18;
  random_bytes(scid.data, scid.datalen);
  len = ngtcp2_crypto_generate_retry_token2(token, static_secret, sizeof(static_secret), hd->version,
                                            (ngtcp2_sockaddr *)&client_addr, sizeof(client_addr), &scid,
                                            &hd->dcid, p->now);
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
  ngtcp2_path path = path_of(1);
  ngtcp2_cid scid, odcid;
  ngtcp2_pkt_hd hd;
  uint32_t preferred[] = {p->preferred_version};

  if (ngtcp2_accept(&hd, data, len) != 0) {
    return 0;
  }
  common_callbacks(&callbacks);
  common_settings(p, &settings, &params);
  params.initial_max_data = p->server_max_data;
  params.original_dcid = hd.dcid;
  params.original_dcid_present = 1;
  if (p->retry) {
    if (hd.tokenlen == 0) {
      send_retry(p, &hd);
      return 0;
    }
    CHECK_EQ(ngtcp2_crypto_verify_retry_token2(&odcid, hd.token, hd.tokenlen, static_secret,
                                               sizeof(static_secret), hd.version,
                                               (ngtcp2_sockaddr *)&client_addr, sizeof(client_addr), &hd.dcid,
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
  scid.datalen = 18;
  random_bytes(scid.data, scid.datalen);
  CHECK_EQ(ngtcp2_conn_server_new_versioned(&e->conn, &hd.scid, &scid, &path, hd.version, NGTCP2_CALLBACKS_V1,
                                            &callbacks, NGTCP2_SETTINGS_V1, &settings,
                                            NGTCP2_TRANSPORT_PARAMS_V1, &params, NULL, e),
           0);
  ngtcp2_conn_set_tls_native_handle(e->conn, e->session);
  return 1;
}

/* Tells the peer why this endpoint gives up. */
static void close_with(pair *p, endpoint *e, int error) {
  ngtcp2_ccerr ccerr;
  ngtcp2_path_storage path;
  ngtcp2_pkt_info pi;
  uint8_t packet[MAX_DATAGRAM];
  ngtcp2_ssize len;

  e->error = error;
  ngtcp2_ccerr_default(&ccerr);
  if (error == NGTCP2_ERR_CRYPTO) {
    ngtcp2_ccerr_set_tls_alert(&ccerr, ngtcp2_conn_get_tls_alert(e->conn), NULL, 0);
  } else {
    ngtcp2_ccerr_set_liberr(&ccerr, error, NULL, 0);
  }
  ngtcp2_path_storage_zero(&path);
  len = ngtcp2_conn_write_connection_close(e->conn, &path.path, &pi, packet, sizeof(packet), &ccerr, p->now);
  if (len > 0) {
    deliver(p, e->is_server ? &p->client : &p->server, packet, (size_t)len);
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
    ngtcp2_path_storage path;
    ngtcp2_pkt_info pi;
    ngtcp2_ssize len, datalen = -1;
    ngtcp2_vec vec;
    int64_t stream_id = -1;
    uint32_t flags = NGTCP2_WRITE_STREAM_FLAG_NONE;

    vec.base = (uint8_t *)e->to_send + e->sent;
    vec.len = e->to_send_len - e->sent;
    if (e->stream_id >= 0 && !e->fin_sent && (vec.len != 0 || e->to_send_len == ECHO_LEN)) {
      stream_id = e->stream_id;
      if (e->to_send_len == ECHO_LEN) {
        flags |= NGTCP2_WRITE_STREAM_FLAG_FIN;
      }
    }
    ngtcp2_path_storage_zero(&path);
    len = ngtcp2_conn_writev_stream(e->conn, &path.path, &pi, packet, sizeof(packet), &datalen, flags,
                                    stream_id, &vec, stream_id >= 0, p->now);
    if (len == NGTCP2_ERR_STREAM_DATA_BLOCKED) {
      len = ngtcp2_conn_writev_stream(e->conn, &path.path, &pi, packet, sizeof(packet), &datalen, 0, -1, NULL,
                                      0, p->now);
      datalen = -1;
    }
    if (len < 0) {
      close_with(p, e, (int)len);
      return;
    }
    if (datalen >= 0) {
      e->sent += (size_t)datalen;
      e->fin_sent = (flags & NGTCP2_WRITE_STREAM_FLAG_FIN) && e->sent == ECHO_LEN;
    }
    if (len == 0) {
      ngtcp2_conn_update_pkt_tx_time(e->conn, p->now);
      return;
    }
    deliver(p, e->is_server ? &p->client : &p->server, packet, (size_t)len);
  }
}

static void endpoint_read(pair *p, endpoint *e, const datagram *d) {
  ngtcp2_path path = path_of(e->is_server);
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
  client->sent = server->sent = 0;
  client->fin_sent = server->fin_sent = 0;
  client->received_fin = server->received_fin = 0;
  server->to_send_len = 0;
  CHECK_EQ(ngtcp2_conn_open_bidi_stream(client->conn, &client->stream_id, NULL), 0);
  client->to_send = p->echo;
  client->to_send_len = ECHO_LEN;
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

int endpoint_peer_alert(const endpoint *e) {
  uint64_t code = endpoint_peer_error(e);
  return (code & ~(uint64_t)0xff) == NGTCP2_CRYPTO_ERROR ? (int)(code & 0xff) : -1;
}

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
