/* What ngtcp2's C library fails at, U1 to U11 of COMPATIBILITY.md, each as a test that release 1.24 of it does not pass:
 * `ROOT=its-root run.sh failures`. */
#include "null_crypto.h"
#include "writer.h"

static network n;

static void connect_now(void) {
  network_start(&n, 300 * MS);
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
  CHECK(ngtcp2_conn_get_handshake_completed(n.server.conn));
}

static int everything_is_lost(network *net, int to_server, uint64_t number, size_t len) {
  (void)net;
  (void)to_server;
  (void)number;
  (void)len;
  return 1;
}

/* What is lost of a hundred datagrams. */
static unsigned lost_percent;

static int some_are_lost(network *net, int to_server, uint64_t number, size_t len) {
  (void)to_server;
  (void)number;
  (void)len;
  return random_below(&net->link_random, 100) < lost_percent;
}

/* Delivers all that is under way to a side. */
static void deliver(endpoint *to) {
  datagram *d;
  n.now += DELAY;
  while ((d = take_datagram(&n, to->is_server)) != NULL) {
    CHECK_EQ(to->conn ? read_datagram(to, d) : accept_datagram(&n, d), 0);
    test_free(d);
  }
}

/* One stream that a server fills as far as it may: what is sent, and what has arrived. */
static struct {
  int64_t id;
  size_t len, sent, received;
} flow;

/* Gives back what it has read, as ordinary applications do. */
static int reading_application(endpoint *e, const event *seen) {
  if (seen->which == CALLED_recv_stream_data && seen->stream_id == flow.id) {
    flow.received += seen->len;
    ngtcp2_conn_extend_max_stream_offset(e->conn, flow.id, seen->len);
    ngtcp2_conn_extend_max_offset(e->conn, seen->len);
  }
  return 0;
}

static int write_flow(endpoint *e) {
  for (;;) {
    size_t left = flow.len - flow.sent;
    written w = write_stream_at(e, left ? flow.id : -1, 0, flow.sent, left);
    if (w.accepted > 0) {
      flow.sent += (size_t)w.accepted;
    }
    if (w.len == NGTCP2_ERR_STREAM_DATA_BLOCKED) {
      return flush(e);
    }
    if (w.len <= 0) {
      return (int)w.len;
    }
  }
}

/* The client has data for the stream that it answers on, too. */
static int write_answer(endpoint *e) {
  if (e->count[CALLED_stream_open] && !e->count[CALLED_acked_stream_data_offset]) {
    write_stream(e, flow.id, FIN, 3000);
  }
  return flush(e);
}

/* The window of a stream on which the server sends before the handshake is over is enlarged. */
static void u1_windows_of_half_rtt_streams(void) {
  network_init(&n, 1);
  n.client.params.initial_max_stream_data_bidi_remote = 300;
  n.client.application = reading_application;
  n.client.write = write_answer;
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  flush(&n.client);
  deliver(&n.server);
  flow.id = open_bidi(&n.server);
  flow.len = 10000;
  flow.sent = flow.received = 0;
  n.server.write = write_flow;
  network_run(&n, 2 * SECOND);
  CHECK_EQ(flow.received, flow.len);
  network_free(&n);
}

/* A first flight that early data have filled the window with is repeated in datagrams that servers take. */
static void u2_initial_packets_beside_early_data(void) {
  uint8_t remembered[256];
  ngtcp2_ssize len;
  int64_t id;
  network_init(&n, 2);
  len = ngtcp2_transport_params_encode(remembered, sizeof(remembered), &n.server.params);
  n.client.tls.offer_early_data = n.server.tls.accept_early_data = 1;
  n.is_lost = everything_is_lost;
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  CHECK_EQ(ngtcp2_conn_decode_and_set_0rtt_transport_params(n.client.conn, remembered, (size_t)len), 0);
  id = open_bidi(&n.client);
  while (write_stream(&n.client, id, 0, 100000).len > 0) {
  }
  for (int timeout = 0; timeout < 3; timeout++) {
    n.now = ngtcp2_conn_get_expiry(n.client.conn);
    CHECK_EQ(ngtcp2_conn_handle_expiry(n.client.conn, n.now), 0);
    CHECK_EQ(write_stream(&n.client, id, 0, 100000).len, PACKET_LEN);
  }
  n.is_lost = NULL;
  CHECK(network_run(&n, 10 * SECOND));
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
  network_free(&n);
}

/* A packet with stream data and a datagram is lost, and the data were already repeated by a probe. */
static void u3_datagram_lost_with_stream_data(void) {
  int64_t id;
  network_init(&n, 3);
  n.client.settings.no_pmtud = 1;
  connect_now();
  id = open_uni(&n.client);
  n.is_lost = everything_is_lost;
  CHECK_EQ(write_datagram(&n.client, NGTCP2_WRITE_DATAGRAM_FLAG_MORE, 102, 10, PACKET_LEN).len, NGTCP2_ERR_WRITE_MORE);
  CHECK(write_stream(&n.client, id, 0, 10).len > 0);
  n.is_lost = NULL;
  network_run(&n, 2 * SECOND);
  CHECK_EQ(n.server.count[CALLED_recv_stream_data], 1);
  CHECK_EQ(n.client.count[CALLED_lost_datagram], 1);
  CHECK_EQ(n.client.count[CALLED_ack_datagram], 0);
  network_free(&n);
}

static void migrate(uint16_t port, int immediately) {
  ngtcp2_path_storage path;
  int status;
  path_between(&path, 0, port, SERVER_PORT);
  status = immediately ? ngtcp2_conn_initiate_immediate_migration(n.client.conn, &path.path, n.now)
                       : ngtcp2_conn_initiate_migration(n.client.conn, &path.path, n.now);
  CHECK(status == 0 || status == NGTCP2_ERR_CONN_ID_BLOCKED || status == NGTCP2_ERR_INVALID_STATE);
}

/* However often a client has moved, with whatever loss: at some time nothing is left to say. */
static void u4_connection_ids_come_to_rest(void) {
  for (uint64_t seed = 1; seed <= 40; seed++) {
    uint64_t sent;
    note_case("seed %llu", (unsigned long long)seed);
    network_init(&n, seed);
    connect_now();
    lost_percent = 20;
    n.is_lost = some_are_lost;
    for (uint16_t move = 1; move <= 12; move++) {
      migrate((uint16_t)(CLIENT_PORT + move), 1);
      network_run(&n, (5 + random_below(&n.link_random, 60)) * MS);
    }
    n.is_lost = NULL;
    network_run(&n, 15 * SECOND);
    sent = n.sent[0] + n.sent[1];
    network_run(&n, 10 * SECOND);
    CHECK_EQ(n.client.error, 0);
    CHECK_WITHIN(n.sent[0] + n.sent[1] - sent, 0, 4);
    network_free(&n);
  }
}

/* A client moves while a NAT changes its port as well: neither end finds fault with the other's ids. */
static void u5_connection_ids_under_rebinding(void) {
  for (uint64_t seed = 1; seed <= 60; seed++) {
    note_case("seed %llu", (unsigned long long)seed);
    network_init(&n, seed);
    n.client.params.max_idle_timeout = n.server.params.max_idle_timeout = 0;
    connect_now();
    ngtcp2_conn_set_keep_alive_timeout(n.client.conn, 100 * MS);
    lost_percent = (unsigned)(seed % 3) * 8;
    n.is_lost = some_are_lost;
    for (uint16_t move = 1; move <= 20; move++) {
      switch (random_below(&n.link_random, 3)) {
      case 0:
        n.client_port_shift = (uint16_t)(random_below(&n.link_random, 10) * 300);
        break;
      case 1:
        migrate((uint16_t)(CLIENT_PORT + move), 0);
        break;
      default:
        migrate((uint16_t)(CLIENT_PORT + move), 1);
        break;
      }
      network_run(&n, (5 + random_below(&n.link_random, 200)) * MS);
      CHECK_EQ(n.client.error, 0);
      CHECK_EQ(n.server.error, 0);
    }
    network_free(&n);
  }
}

static uint64_t bytes_in_flight(endpoint *e) {
  ngtcp2_conn_info info;
  ngtcp2_conn_get_conn_info_versioned(e->conn, newest_conn_info_version(), &info);
  return info.bytes_in_flight;
}

/* On a bad line with probes of the path's MTU, the count of bytes in flight comes back to nothing. */
static void u6_bytes_in_flight_come_back(void) {
  for (uint64_t seed = 1; seed <= 30; seed++) {
    note_case("seed %llu", (unsigned long long)seed);
    network_init(&n, seed);
    n.client.settings.cc_algo = n.server.settings.cc_algo = seed % 2 ? NGTCP2_CC_ALGO_RENO : NGTCP2_CC_ALGO_CUBIC;
    n.client.application = reading_application;
    n.server.write = write_flow;
    connect_now();
    flow.id = open_uni(&n.server);
    flow.len = 200000;
    flow.sent = flow.received = 0;
    lost_percent = 22;
    n.is_lost = some_are_lost;
    for (int second = 0; second < 200 && flow.received < flow.len; second++) {
      if (second % 10 == 3) {
        migrate((uint16_t)(CLIENT_PORT + second), 1);
      }
      network_run(&n, 1 * SECOND);
    }
    CHECK_EQ(flow.received, flow.len);
    n.is_lost = NULL;
    network_run(&n, 10 * SECOND);
    CHECK_EQ(bytes_in_flight(&n.server), 0);
    CHECK_EQ(bytes_in_flight(&n.client), 0);
    network_free(&n);
  }
}

static const uint8_t retry_token[20] = {1, 2, 3};
static const ngtcp2_cid retry_cid = {9, {7}};

/* Answers the client's first flight with a Retry, and throws the flight away. */
static void retry_client(void) {
  ngtcp2_crypto_aead aead = null_aead();
  key k = key_alone(retry_secret());
  ngtcp2_crypto_aead_ctx ctx = {&k};
  ngtcp2_pkt_info info = {0};
  ngtcp2_pkt_hd header;
  uint8_t packet[300];
  ngtcp2_ssize len;
  datagram *d;
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  CHECK(flush(&n.client) > 0);
  n.now += DELAY;
  d = take_datagram(&n, 1);
  CHECK_EQ(ngtcp2_accept(&header, d->data, d->len), 0);
  len = ngtcp2_pkt_write_retry(packet, sizeof(packet), NGTCP2_PROTO_VER_V1, &header.scid, &retry_cid, &header.dcid,
                               retry_token, sizeof(retry_token), null_encrypt, &aead, &ctx);
  CHECK(len > 0);
  for (; d; d = take_datagram(&n, 1)) {
    test_free(d);
  }
  CHECK_EQ(ngtcp2_conn_read_pkt(n.client.conn, &n.client.path.path, &info, packet, (size_t)len, n.now), 0);
  CHECK(ngtcp2_conn_after_retry(n.client.conn));
}

/* A client that closes after a Retry still shows its token: without it the server would not look at the packet. */
static void u7_close_after_retry_has_the_token(void) {
  ngtcp2_pkt_hd header;
  datagram *d;
  network_init(&n, 7);
  retry_client();
  CHECK(flush(&n.client) > 0);
  n.now += DELAY;
  CHECK_EQ(send_close(&n.client, NULL), 1200);
  while ((d = take_datagram(&n, 1)) != NULL) {
    CHECK_EQ(ngtcp2_accept(&header, d->data, d->len), 0);
    CHECK_EQ(header.tokenlen, sizeof(retry_token));
    CHECK(memcmp(header.token, retry_token, sizeof(retry_token)) == 0);
    test_free(d);
  }
  network_free(&n);
}

/* The version changes after a Retry, and the ClientHello takes two packets: the server's first answer is still in the
 * client's version. Keys of the new version follow from the id that the Retry gave. */
static void u8_upgrade_of_the_version_after_retry(void) {
  static const uint32_t preferred[] = {NGTCP2_PROTO_VER_V2, NGTCP2_PROTO_VER_V1};
  ngtcp2_pkt_hd header;
  datagram *d;
  network_init(&n, 8);
  n.client.tls.client_hello_padding = 1500;
  n.client.settings.available_versions = n.server.settings.available_versions = preferred;
  n.client.settings.available_versionslen = n.server.settings.available_versionslen = 2;
  n.server.settings.preferred_versions = preferred;
  n.server.settings.preferred_versionslen = 2;
  retry_client();
  CHECK_EQ(flush(&n.client), 2);
  n.now += DELAY;
  d = take_datagram(&n, 1);
  CHECK_EQ(ngtcp2_accept(&header, d->data, d->len), 0);
  n.server.settings.token = retry_token;
  n.server.settings.tokenlen = sizeof(retry_token);
  n.server.settings.token_type = NGTCP2_TOKEN_TYPE_RETRY;
  CHECK_EQ(server_new(&n.server, &header, &n.client.client_dcid, d->remote_port), 0);
  CHECK_EQ(read_datagram(&n.server, d), 0);
  test_free(d);
  flush(&n.server);
  CHECK(network_run(&n, 5 * SECOND));
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
  CHECK_EQ(ngtcp2_conn_get_negotiated_version(n.client.conn), NGTCP2_PROTO_VER_V2);
  network_free(&n);
}

/* A client's Initial packet that servers would have to drop is not written. */
static void u9_no_undersized_first_flight(void) {
  uint8_t packet[1200];
  network_init(&n, 9);
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  CHECK_EQ(ngtcp2_conn_write_pkt(n.client.conn, NULL, NULL, packet, 1199, n.now), NGTCP2_ERR_NOBUF);
  CHECK_EQ(ngtcp2_conn_write_pkt(n.client.conn, NULL, NULL, packet, 1200, n.now), 1200);
  network_free(&n);
}

/* A close for which the peer's address has no credit is nothing to send, and no fault of the buffer. */
static void u9_close_without_credit(void) {
  network_init(&n, 9);
  n.server.tls.certificate_len = 12000;
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  flush(&n.client);
  deliver(&n.server);
  CHECK(flush(&n.server) > 0);
  CHECK_EQ(write_close(&n.server, NULL), 0);
  network_free(&n);
}

/* A stream's end arrives before its beginning, and then the reader gives it up. Its sender is done with it when that is
 * read: nothing more comes, and the stream is over all the same. */
static void u10_stop_sending_that_comes_too_late(void) {
  int64_t id;
  network_init(&n, 10);
  connect_now();
  id = open_uni(&n.server);
  n.is_lost = everything_is_lost;
  CHECK(write_stream(&n.server, id, 0, 100).len > 0);
  n.is_lost = NULL;
  CHECK(write_stream_at(&n.server, id, FIN, 100, 100).len > 0);
  deliver(&n.client);
  n.now = ngtcp2_conn_get_expiry(n.client.conn);
  flush(&n.client);
  deliver(&n.server);
  CHECK_EQ(ngtcp2_conn_shutdown_stream_read(n.client.conn, 0, id, 5), 0);
  n.is_lost = everything_is_lost;
  flush(&n.client);
  n.is_lost = NULL;
  network_run(&n, 5 * SECOND);
  CHECK_EQ(n.server.count[CALLED_stream_close], 1);
  CHECK_EQ(n.client.count[CALLED_stream_close], 1);
  network_free(&n);
}

static int short_ones_to_the_client_are_lost(network *net, int to_server, uint64_t number, size_t len) {
  (void)net;
  (void)number;
  return !to_server && len < 500;
}

/* The peer has followed a client's key update, but its acknowledgements were lost. Its own next update, which it may make as
 * its packets of the first one were acknowledged, is followed. */
static void u11_second_key_update_after_lost_acknowledgements(void) {
  int64_t from_client, from_server;
  network_init(&n, 11);
  n.client.settings.no_pmtud = n.server.settings.no_pmtud = 1;
  connect_now();
  from_client = open_bidi(&n.client);
  from_server = open_uni(&n.server);
  n.is_lost = short_ones_to_the_client_are_lost;
  CHECK_EQ(ngtcp2_conn_initiate_key_update(n.client.conn, n.now), 0);
  CHECK(write_stream(&n.client, from_client, 0, 100).len > 0);
  network_run(&n, 40 * MS);
  CHECK_EQ(write_stream(&n.server, from_server, 0, 1000).accepted, 1000);
  network_run(&n, 500 * MS);
  CHECK_EQ(n.client.last[CALLED_recv_stream_data].len, 1000);
  CHECK_EQ(n.server.last[CALLED_acked_stream_data_offset].len, 1000);
  CHECK_EQ(ngtcp2_conn_initiate_key_update(n.server.conn, n.now), 0);
  CHECK_EQ(write_stream_at(&n.server, from_server, FIN, 1000, 1000).accepted, 1000);
  n.is_lost = NULL;
  network_run(&n, 10 * SECOND);
  CHECK_EQ(n.client.count[CALLED_recv_stream_data], 2);
  CHECK_EQ(n.client.count[CALLED_acked_stream_data_offset], 1);
  network_free(&n);
}

static const test tests[] = {
    TEST(u1_windows_of_half_rtt_streams),
    TEST(u2_initial_packets_beside_early_data),
    TEST(u3_datagram_lost_with_stream_data),
    TEST(u4_connection_ids_come_to_rest),
    TEST(u5_connection_ids_under_rebinding),
    TEST(u6_bytes_in_flight_come_back),
    TEST(u7_close_after_retry_has_the_token),
    TEST(u8_upgrade_of_the_version_after_retry),
    TEST(u9_no_undersized_first_flight),
    TEST(u9_close_without_credit),
    TEST(u10_stop_sending_that_comes_too_late),
    TEST(u11_second_key_update_after_lost_acknowledgements),
};
MAIN("failures", tests)
