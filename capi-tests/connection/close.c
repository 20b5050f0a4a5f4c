/* The end of a connection: CONNECTION_CLOSE at every stage, closing, draining, stateless reset. */
#include "callbacks.h"
#include "writer.h"

static network n;

static void prepare(void) { network_init(&n, 6); }

static void connect_now(void) {
  network_start(&n, 300 * MS);
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
}

/* Brings the client's first flight to a server that has not answered yet. */
static void connect_server_only(void) {
  datagram *d;
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  CHECK_EQ(flush(&n.client), 1);
  n.now += DELAY;
  d = take_datagram(&n, 1);
  CHECK_EQ(accept_datagram(&n, d), 0);
  test_free(d);
}

/* Delivers all that is under way to a side; what the last read returned. */
static int deliver(endpoint *to) {
  int status = 99;
  datagram *d;
  n.now += DELAY;
  while ((d = take_datagram(&n, to->is_server)) != NULL) {
    status = read_datagram(to, d);
    test_free(d);
  }
  return status;
}

static void before_anything_was_written(void) {
  prepare();
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  CHECK_EQ(write_close(&n.client, NULL), NGTCP2_ERR_INVALID_STATE);
  network_free(&n);
}

static void after_the_first_initial(void) {
  for (int application = 0; application < 2; application++) {
    ngtcp2_ccerr error;
    prepare();
    CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
    flush(&n.client);
    ngtcp2_ccerr_default(&error);
    if (application) {
      ngtcp2_ccerr_set_application_error(&error, 77, (const uint8_t *)"x", 1);
    }
    CHECK_EQ(write_close(&n.client, &error), 1200);
    CHECK(ngtcp2_conn_in_closing_period(n.client.conn));
    CHECK(!ngtcp2_conn_in_draining_period(n.client.conn));
    network_free(&n);
  }
}

static void by_a_server_before_it_has_answered(void) {
  prepare();
  connect_server_only();
  /* Initial, Handshake and 1-RTT packet in one datagram: the client may have any of the keys. */
  CHECK_WITHIN(send_close(&n.server, NULL), 120, 140);
  CHECK_EQ(deliver(&n.client), NGTCP2_ERR_DRAINING);
  CHECK(ngtcp2_conn_in_draining_period(n.client.conn));
  CHECK_EQ(ngtcp2_conn_get_ccerr(n.client.conn)->type, NGTCP2_CCERR_TYPE_TRANSPORT);
  network_free(&n);
}

static void by_a_client_before_confirmation(void) {
  prepare();
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  network_run(&n, 21 * MS);
  CHECK_WITHIN(write_close(&n.client, NULL), 60, 140);
  network_free(&n);
}

static void with_a_reason(void) {
  const ngtcp2_ccerr *seen;
  ngtcp2_ccerr error;
  int64_t id;
  prepare();
  connect_now();
  ngtcp2_ccerr_set_application_error(&error, 0x1234, (const uint8_t *)"so long", 7);
  CHECK_WITHIN(send_close(&n.client, &error), 36, 42);
  CHECK(ngtcp2_conn_in_closing_period(n.client.conn));
  CHECK_EQ(write_stream(&n.client, -1, 0, 0).len, NGTCP2_ERR_CLOSING);
  CHECK_EQ(send_close(&n.client, NULL), 0);
  CHECK_EQ(ngtcp2_conn_open_bidi_stream(n.client.conn, &id, NULL), 0);
  CHECK_EQ(ngtcp2_conn_shutdown_stream(n.client.conn, 0, 0, 1), 0);
  CHECK_EQ(ngtcp2_conn_handle_expiry(n.client.conn, n.now), 0);
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));

  CHECK_EQ(deliver(&n.server), NGTCP2_ERR_DRAINING);
  CHECK(ngtcp2_conn_in_draining_period(n.server.conn));
  CHECK(!ngtcp2_conn_in_closing_period(n.server.conn));
  CHECK_EQ(write_stream(&n.server, -1, 0, 0).len, NGTCP2_ERR_DRAINING);
  CHECK_EQ(send_close(&n.server, NULL), 0);
  seen = ngtcp2_conn_get_ccerr(n.server.conn);
  CHECK_EQ(seen->type, NGTCP2_CCERR_TYPE_APPLICATION);
  CHECK_EQ(seen->error_code, 0x1234);
  CHECK_EQ(seen->reasonlen, 7);
  CHECK(memcmp(seen->reason, "so long", 7) == 0);
  network_free(&n);
}

/* On the current path only; from elsewhere packets are dropped without a word. */
static void packets_after_the_end(void) {
  uint8_t junk[100];
  ngtcp2_path_storage elsewhere;
  ngtcp2_pkt_info info = {0};
  memset(junk, 0x40, sizeof(junk));
  prepare();
  connect_now();
  CHECK(send_close(&n.client, NULL) > 0);
  CHECK_EQ(deliver(&n.server), NGTCP2_ERR_DRAINING);
  for (int i = 0; i < 20; i++) {
    CHECK_EQ(ngtcp2_conn_read_pkt(n.client.conn, &n.client.path.path, &info, junk, sizeof(junk), n.now), NGTCP2_ERR_CLOSING);
    CHECK_EQ(ngtcp2_conn_read_pkt(n.server.conn, &n.server.path.path, &info, junk, sizeof(junk), n.now),
             NGTCP2_ERR_DRAINING);
  }
  path_between(&elsewhere, 0, CLIENT_PORT + 5, SERVER_PORT);
  CHECK_EQ(ngtcp2_conn_read_pkt(n.client.conn, &elsewhere.path, &info, junk, sizeof(junk), n.now), 0);
  network_free(&n);
}

static void both_at_once(void) {
  prepare();
  connect_now();
  CHECK(send_close(&n.client, NULL) > 0);
  CHECK(send_close(&n.server, NULL) > 0);
  CHECK_EQ(deliver(&n.client), NGTCP2_ERR_CLOSING);
  CHECK_EQ(deliver(&n.server), NGTCP2_ERR_CLOSING);
  CHECK(ngtcp2_conn_in_closing_period(n.client.conn));
  CHECK(!ngtcp2_conn_in_draining_period(n.client.conn));
  network_free(&n);
}

static void buffers_too_small(void) {
  static uint8_t reason[3000];
  uint8_t small[20];
  ngtcp2_ccerr error;
  prepare();
  connect_now();
  ngtcp2_ccerr_set_application_error(&error, 1, reason, sizeof(reason));
  CHECK_EQ(write_close(&n.client, &error), NGTCP2_ERR_NOBUF);
  CHECK(!ngtcp2_conn_in_closing_period(n.client.conn));
  ngtcp2_ccerr_default(&error);
  CHECK_EQ(ngtcp2_conn_write_connection_close(n.client.conn, NULL, NULL, small, sizeof(small), &error, n.now),
           NGTCP2_ERR_NOBUF);
  CHECK_WITHIN(write_close(&n.client, &error), 28, 36);
  network_free(&n);
}

static void errors_that_are_not_sent(void) {
  static const int errors[] = {NGTCP2_ERR_IDLE_CLOSE, NGTCP2_ERR_DROP_CONN, NGTCP2_ERR_RETRY,
                               NGTCP2_ERR_RECV_VERSION_NEGOTIATION};
  prepare();
  connect_now();
  for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
    ngtcp2_ccerr error;
    ngtcp2_ccerr_set_liberr(&error, errors[i], NULL, 0);
    CHECK_EQ(write_close(&n.client, &error), 0);
  }
  network_free(&n);
}

static void tls_alert(void) {
  ngtcp2_ccerr error;
  datagram *d;
  prepare();
  n.server.tls.alert = 42;
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  flush(&n.client);
  n.now += DELAY;
  d = take_datagram(&n, 1);
  CHECK_EQ(accept_datagram(&n, d), NGTCP2_ERR_CRYPTO);
  test_free(d);
  CHECK_EQ(ngtcp2_conn_get_tls_alert(n.server.conn), 42);
  ngtcp2_ccerr_set_tls_alert(&error, 42, NULL, 0);
  CHECK_WITHIN(send_close(&n.server, &error), 40, 60);
  CHECK_EQ(deliver(&n.client), NGTCP2_ERR_DRAINING);
  CHECK_EQ(ngtcp2_conn_get_ccerr(n.client.conn)->error_code, 0x100 | 42);
  network_free(&n);
}

/* The token of the server's first connection id came with its transport parameters. */
static void stateless_reset(void) {
  uint8_t packet[64], random[64] = {0}, token[NGTCP2_STATELESS_RESET_TOKENLEN];
  ngtcp2_path_storage elsewhere;
  ngtcp2_pkt_info info = {0};
  ngtcp2_ssize len;
  prepare();
  connect_now();
  token_for(ngtcp2_conn_get_dcid(n.client.conn), token);
  path_between(&elsewhere, 0, CLIENT_PORT + 5, SERVER_PORT);
#define READ_RESET(path)                                                                           \
  ngtcp2_conn_read_pkt(n.client.conn, path, &info, packet, (size_t)len, n.now)
  token[0] ^= 1;
  len = ngtcp2_pkt_write_stateless_reset(packet, 46, token, random, sizeof(random));
  CHECK_EQ(len, 46);
  CHECK_EQ(READ_RESET(&n.client.path.path), 0);
  token[0] ^= 1;
  len = ngtcp2_pkt_write_stateless_reset(packet, 46, token, random, sizeof(random));
  CHECK_EQ(READ_RESET(&elsewhere.path), 0);
  CHECK_EQ(n.client.count[CALLED_recv_stateless_reset], 0);
  len = ngtcp2_pkt_write_stateless_reset(packet, 21, token, random, 5);
  CHECK_EQ(len, 21);
  CHECK_EQ(READ_RESET(&n.client.path.path), NGTCP2_ERR_DRAINING);
  CHECK_EQ(n.client.count[CALLED_recv_stateless_reset], 1);
  CHECK_EQ(n.client.last[CALLED_recv_stateless_reset].len, 5);
  CHECK(ngtcp2_conn_in_draining_period(n.client.conn));
  CHECK_EQ(ngtcp2_conn_get_ccerr(n.client.conn)->type, NGTCP2_CCERR_TYPE_TRANSPORT);
  CHECK_EQ(ngtcp2_conn_get_ccerr(n.client.conn)->error_code, 0);
#undef READ_RESET
  network_free(&n);
}

static const test tests[] = {
    TEST(before_anything_was_written),
    TEST(after_the_first_initial),
    TEST(by_a_server_before_it_has_answered),
    TEST(by_a_client_before_confirmation),
    TEST(with_a_reason),
    TEST(packets_after_the_end),
    TEST(both_at_once),
    TEST(buffers_too_small),
    TEST(errors_that_are_not_sent),
    TEST(tls_alert),
    TEST(stateless_reset),
};
MAIN("close", tests)
