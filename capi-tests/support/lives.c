#include "lives.h"

#include "callbacks.h"
#include "null_crypto.h"

static int everything_is_lost(network *n, int to_server, uint64_t number, size_t len) {
  (void)n;
  (void)to_server;
  (void)number;
  (void)len;
  return 1;
}

/* What a call came to, of which only the failure of a callback ends the life. */
static void note_failure(endpoint *e, int status) {
  if (status == NGTCP2_ERR_CALLBACK_FAILURE) {
    e->error = status;
  }
}

static int both_are_alive(const network *n) { return is_alive(&n->client) && is_alive(&n->server); }

/* Creates the client and runs, if nothing forbids it. */
static void start(network *n, ngtcp2_duration duration) {
  if (client_new(&n->client, NGTCP2_PROTO_VER_V1) == 0) {
    network_run(n, duration);
  }
}

/* The client's first flight; NULL: there is none. */
static datagram *first_flight(network *n) {
  if (client_new(&n->client, NGTCP2_PROTO_VER_V1)) {
    return NULL;
  }
  n->client.error = flush(&n->client) < 0 ? NGTCP2_ERR_INTERNAL : 0;
  n->now += DELAY;
  return take_datagram(n, 1);
}

static void read_by_client(network *n, const uint8_t *packet, ngtcp2_ssize len) {
  ngtcp2_pkt_info info = {0};
  if (is_alive(&n->client)) {
    int status = ngtcp2_conn_read_pkt(n->client.conn, &n->client.path.path, &info, packet, (size_t)len, n->now);
    n->client.error = status < 0 ? status : 0;
  }
}

static void lose_a_datagram(network *n) {
  if (is_alive(&n->client)) {
    n->is_lost = everything_is_lost;
    note_failure(&n->client, (int)write_datagram(&n->client, 0, 1000, 10, PACKET_LEN).len);
    n->is_lost = NULL;
  }
}

static void stop_a_stream(network *n) {
  int64_t id;
  if (!both_are_alive(n) || ngtcp2_conn_open_bidi_stream(n->client.conn, &id, NULL)) {
    return;
  }
  if (is_alive(&n->client)) {
    note_failure(&n->client, (int)write_stream(&n->client, id, 0, 10).len);
  }
  network_run(n, 30 * MS);
  if (is_alive(&n->server)) {
    ngtcp2_conn_shutdown_stream_read(n->server.conn, 0, id, 5);
  }
  network_run(n, 60 * MS);
  if (is_alive(&n->server)) {
    ngtcp2_conn_shutdown_stream_write(n->server.conn, 0, id, 6);
  }
}

static void raise_limits(network *n) {
  if (is_alive(&n->server)) {
    ngtcp2_conn_extend_max_streams_bidi(n->server.conn, 2);
  }
  if (is_alive(&n->server)) {
    ngtcp2_conn_extend_max_streams_uni(n->server.conn, 2);
  }
  if (is_alive(&n->server)) {
    ngtcp2_conn_submit_new_token(n->server.conn, test_data(), 20);
  }
}

/* A connection id is retired when the client has moved away from its path. */
static void move(network *n) {
  ngtcp2_path_storage path;
  if (is_alive(&n->client)) {
    path_between(&path, 0, CLIENT_PORT + 1, SERVER_PORT);
    note_failure(&n->client, ngtcp2_conn_initiate_immediate_migration(n->client.conn, &path.path, n->now));
  }
}

static void ordinary(network *n, transfer *t) {
  transfer_init(t, n, 2, 12000);
  t->datagrams = 2;
  /* Small enough to be raised on the way. */
  n->server.params.initial_max_stream_data_bidi_remote = 5000;
  start(n, 300 * MS);
  lose_a_datagram(n);
  raise_limits(n);
  network_run(n, 200 * MS);
  stop_a_stream(n);
  network_run(n, 300 * MS);
  if (is_alive(&n->client)) {
    note_failure(&n->client, ngtcp2_conn_initiate_key_update(n->client.conn, n->now));
  }
  network_run(n, 500 * MS);
  move(n);
  lose_a_datagram(n);
  network_run(n, 1 * SECOND);
}

static void logged(network *n, transfer *t) {
  set_log(&n->client);
  set_log(&n->server);
  ordinary(n, t);
}

static void retried(network *n, transfer *t) {
  static const uint8_t token[20] = {1};
  const ngtcp2_cid server_cid = {9, {7}};
  ngtcp2_crypto_aead aead = null_aead();
  key k = key_alone(retry_secret());
  ngtcp2_crypto_aead_ctx ctx = {&k};
  ngtcp2_pkt_hd header;
  uint8_t packet[300];
  ngtcp2_ssize len;
  datagram *d;
  transfer_init(t, n, 1, 1000);
  d = first_flight(n);
  if (!d) {
    return;
  }
  CHECK_EQ(ngtcp2_accept(&header, d->data, d->len), 0);
  len = ngtcp2_pkt_write_retry(packet, sizeof(packet), NGTCP2_PROTO_VER_V1, &header.scid, &server_cid, &header.dcid, token,
                               sizeof(token), null_encrypt, &aead, &ctx);
  test_free(d);
  read_by_client(n, packet, len);
  if (!is_alive(&n->client)) {
    return;
  }
  len = flush(&n->client);
  n->client.error = len < 0 ? (int)len : 0;
  n->now += DELAY;
  d = take_datagram(n, 1);
  if (!d) {
    return;
  }
  n->server.settings.token = token;
  n->server.settings.tokenlen = sizeof(token);
  CHECK_EQ(ngtcp2_accept(&header, d->data, d->len), 0);
  n->server.error = server_new(&n->server, &header, &n->client.client_dcid, d->remote_port);
  if (!n->server.error) {
    n->server.error = read_datagram(&n->server, d);
  }
  test_free(d);
  network_run(n, 500 * MS);
}

static void refused_version(network *n, transfer *t) {
  static const uint32_t versions[] = {0x1a1a1a1a, 0x2a2a2a2a};
  ngtcp2_version_cid ids;
  uint8_t packet[100];
  ngtcp2_ssize len;
  datagram *d = first_flight(n);
  (void)t;
  if (!d) {
    return;
  }
  CHECK_EQ(ngtcp2_pkt_decode_version_cid(&ids, d->data, d->len, 0), 0);
  len = ngtcp2_pkt_write_version_negotiation(packet, sizeof(packet), 1, ids.scid, ids.scidlen, ids.dcid, ids.dcidlen,
                                             versions, 2);
  test_free(d);
  read_by_client(n, packet, len);
  n->server_is_refused = 1;
  network_run(n, 100 * MS);
}

static void upgraded_version(network *n, transfer *t) {
  static const uint32_t versions[] = {NGTCP2_PROTO_VER_V2, NGTCP2_PROTO_VER_V1};
  transfer_init(t, n, 1, 1000);
  n->client.settings.available_versions = n->server.settings.available_versions = versions;
  n->client.settings.available_versionslen = n->server.settings.available_versionslen = 2;
  n->server.settings.preferred_versions = versions;
  n->server.settings.preferred_versionslen = 2;
  start(n, 500 * MS);
}

static void reset_without_state(network *n, transfer *t) {
  uint8_t packet[50], random[50] = {0}, token[NGTCP2_STATELESS_RESET_TOKENLEN];
  (void)t;
  start(n, 300 * MS);
  if (is_alive(&n->client)) {
    token_for(ngtcp2_conn_get_dcid(n->client.conn), token);
    read_by_client(n, packet, ngtcp2_pkt_write_stateless_reset(packet, sizeof(packet), token, random, sizeof(random)));
  }
  network_run(n, 100 * MS);
}

static void offer_early_data(network *n, int accepts) {
  uint8_t remembered[256];
  ngtcp2_transport_params params = n->server.params;
  ngtcp2_ssize len = ngtcp2_transport_params_encode(remembered, sizeof(remembered), &params);
  int64_t id;
  CHECK(len > 0);
  n->client.tls.offer_early_data = 1;
  n->server.tls.accept_early_data = accepts;
  if (client_new(&n->client, NGTCP2_PROTO_VER_V1)) {
    return;
  }
  if (ngtcp2_conn_decode_and_set_0rtt_transport_params(n->client.conn, remembered, (size_t)len) == 0 &&
      is_alive(&n->client) && ngtcp2_conn_open_bidi_stream(n->client.conn, &id, NULL) == 0 && is_alive(&n->client)) {
    written w = write_stream(&n->client, id, 0, 3000);
    n->client.error = w.len < 0 && w.len != NGTCP2_ERR_STREAM_NOT_FOUND ? (int)w.len : 0;
  }
  network_run(n, 500 * MS);
}

static void refused_early_data(network *n, transfer *t) {
  (void)t;
  offer_early_data(n, 0);
}

static void accepted_early_data(network *n, transfer *t) {
  (void)t;
  offer_early_data(n, 1);
}

const life lives[] = {
    {"ordinary", ordinary, CALLOUT_COUNT},
    {"logged", logged, CALLED_log_line},
    {"retried", retried, CALLED_recv_retry},
    {"refused version", refused_version, CALLED_recv_version_negotiation},
    {"upgraded version", upgraded_version, CALLED_version_negotiation},
    {"reset without state", reset_without_state, CALLED_recv_stateless_reset},
    {"refused early data", refused_early_data, CALLED_tls_early_data_rejected},
    {"accepted early data", accepted_early_data, CALLOUT_COUNT},
};
const size_t life_count = sizeof(lives) / sizeof(lives[0]);

const life *life_of(callout which) {
  for (size_t i = 0; i < life_count; i++) {
    if (lives[i].speciality == (which == CALLED_qlog_record ? CALLED_log_line : which)) {
      return &lives[i];
    }
  }
  return &lives[0];
}
