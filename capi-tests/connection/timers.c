/* ngtcp2_conn_get_expiry and ngtcp2_conn_handle_expiry, as an event loop needs them. */
#include "writer.h"

static network n;

static int to_server_is_lost(network *net, int to_server, uint64_t number, size_t len) {
  (void)net;
  (void)number;
  (void)len;
  return to_server;
}

static void prepare(void) {
  network_init(&n, 5);
  n.client.settings.no_pmtud = 1;
  n.server.settings.no_pmtud = 1;
}

static void connect_now(void) {
  network_start(&n, 1 * SECOND);
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
}

/* Sleeps until the expiry and handles it. */
static int wake(endpoint *e) {
  n.now = ngtcp2_conn_get_expiry(e->conn);
  return ngtcp2_conn_handle_expiry(e->conn, n.now);
}

static void a_new_client_waits_for_nothing_but_silence(void) {
  prepare();
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  CHECK_EQ(until_expiry(&n.client), 30 * (int64_t)SECOND);
  network_free(&n);
}

/* 3 times the initial RTT, and doubling. */
static void probe_timeouts_of_the_handshake(void) {
  static const int64_t milliseconds[] = {999, 2997, 6993};
  prepare();
  n.is_lost = to_server_is_lost;
  n.client.settings.handshake_timeout = 10 * SECOND;
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  CHECK_EQ(flush(&n.client), 1);
  for (int i = 0; i < 3; i++) {
    /* Pacing may come first. */
    do {
      CHECK_EQ(wake(&n.client), 0);
    } while (flush(&n.client) == 0);
    CHECK_EQ(n.now, START + (uint64_t)milliseconds[i] * MS);
  }
  while (n.now < START + 9 * SECOND) {
    int status = wake(&n.client);
    if (n.now == START + 10 * SECOND) {
      CHECK_EQ(status, NGTCP2_ERR_HANDSHAKE_TIMEOUT);
      break;
    }
    CHECK_EQ(status, 0);
    flush(&n.client);
  }
  CHECK_EQ(n.now, START + 10 * SECOND);
  CHECK_EQ(ngtcp2_conn_handle_expiry(n.client.conn, n.now), NGTCP2_ERR_HANDSHAKE_TIMEOUT);
  CHECK_EQ(write_stream(&n.client, -1, 0, 0).len, 0);
  network_free(&n);
}

static void idle_before_the_peer_has_answered(void) {
  int status = 0;
  prepare();
  n.is_lost = to_server_is_lost;
  n.client.params.max_idle_timeout = 5 * SECOND;
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  flush(&n.client);
  for (int i = 0; i < 20 && status == 0; i++) {
    status = wake(&n.client);
    if (status == 0) {
      flush(&n.client);
    }
  }
  CHECK_EQ(status, NGTCP2_ERR_IDLE_CLOSE);
  CHECK_EQ(n.now, START + 5 * SECOND);
  network_free(&n);
}

/* The smaller of both ends' timeouts, and the end is repeated to whoever asks again. */
static void idle(void) {
  prepare();
  n.client.params.max_idle_timeout = 20 * SECOND;
  connect_now();
  CHECK_WITHIN(until_expiry(&n.client), 19 * (int64_t)SECOND, 20 * (int64_t)SECOND);
  CHECK_WITHIN(until_expiry(&n.server), 19 * (int64_t)SECOND, 20 * (int64_t)SECOND);
  CHECK_EQ(wake(&n.client), NGTCP2_ERR_IDLE_CLOSE);
  CHECK_EQ(ngtcp2_conn_handle_expiry(n.client.conn, n.now), NGTCP2_ERR_IDLE_CLOSE);
  CHECK_EQ(write_stream(&n.client, -1, 0, 0).len, 0);
  CHECK(!ngtcp2_conn_in_closing_period(n.client.conn));
  CHECK(!ngtcp2_conn_in_draining_period(n.client.conn));
  CHECK_WITHIN(write_close(&n.client, NULL), 28, 40);
  network_free(&n);
}

static void nothing_runs(void) {
  prepare();
  n.client.params.max_idle_timeout = n.server.params.max_idle_timeout = 0;
  connect_now();
  CHECK(ngtcp2_conn_get_expiry(n.client.conn) == UINT64_MAX);
  CHECK(ngtcp2_conn_get_expiry(n.server.conn) == UINT64_MAX);
  network_free(&n);
}

static void too_early(void) {
  ngtcp2_tstamp expiry;
  prepare();
  connect_now();
  expiry = ngtcp2_conn_get_expiry(n.client.conn);
  CHECK_EQ(ngtcp2_conn_handle_expiry(n.client.conn, n.now), 0);
  CHECK_EQ(ngtcp2_conn_get_expiry(n.client.conn), expiry);
  CHECK_EQ(flush(&n.client), 0);
  network_free(&n);
}

static void keep_alive(void) {
  int64_t idle_wait;
  uint64_t sent;
  prepare();
  connect_now();
  idle_wait = until_expiry(&n.client);
  ngtcp2_conn_set_keep_alive_timeout(n.client.conn, 3 * SECOND);
  CHECK_WITHIN(until_expiry(&n.client), 2 * (int64_t)SECOND, 3 * (int64_t)SECOND);
  sent = n.sent[1];
  network_run(&n, 4 * SECOND);
  CHECK_EQ(n.sent[1], sent + 1);
  ngtcp2_conn_set_keep_alive_timeout(n.client.conn, UINT64_MAX);
  CHECK_WITHIN(until_expiry(&n.client), idle_wait - (int64_t)SECOND * 2, idle_wait);
  ngtcp2_conn_set_keep_alive_timeout(n.client.conn, 0);
  CHECK_WITHIN(until_expiry(&n.client), idle_wait - (int64_t)SECOND * 2, idle_wait);
  network_free(&n);
}

/* An eighth of the smoothed RTT, or at once for the second packet. */
static void acknowledgements(void) {
  int64_t id;
  datagram *d;
  prepare();
  connect_now();
  id = open_uni(&n.client);
  CHECK(write_stream(&n.client, id, 0, 10).len > 0);
  n.now += DELAY;
  d = take_datagram(&n, 1);
  CHECK_EQ(read_datagram(&n.server, d), 0);
  test_free(d);
  CHECK_WITHIN(until_expiry(&n.server), 2 * (int64_t)MS, 3 * (int64_t)MS);
  CHECK_EQ(flush(&n.server), 0);
  CHECK_EQ(wake(&n.server), 0);
  CHECK_EQ(flush(&n.server), 1);
  for (int i = 0; i < 2; i++) {
    CHECK(write_stream(&n.client, id, 0, 10).len > 0);
  }
  n.now += DELAY;
  while ((d = take_datagram(&n, 1)) != NULL) {
    CHECK_EQ(read_datagram(&n.server, d), 0);
    test_free(d);
  }
  CHECK_EQ(flush(&n.server), 1);
  network_free(&n);
}

static void probe_timeout_of_data(void) {
  int64_t id;
  prepare();
  connect_now();
  n.is_lost = to_server_is_lost;
  id = open_uni(&n.client);
  CHECK(write_stream(&n.client, id, 0, 10).len > 0);
  CHECK_WITHIN(until_expiry(&n.client), (int64_t)ngtcp2_conn_get_pto(n.client.conn) - (int64_t)MS,
               (int64_t)ngtcp2_conn_get_pto(n.client.conn) + (int64_t)MS);
  CHECK_EQ(wake(&n.client), 0);
  CHECK_EQ(flush(&n.client), 2);
  n.is_lost = NULL;
  network_run(&n, 1 * SECOND);
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].len, 10);
  network_free(&n);
}

/* A packet that later ones overtook counts as lost 9/8 of a round trip after it was sent; and it is remembered for three
 * probe timeouts, should it have been late. */
static void time_threshold_and_late_packets(void) {
  int64_t id;
  ngtcp2_tstamp sent;
  datagram *d;
  prepare();
  connect_now();
  id = open_uni(&n.client);
  sent = n.now;
  n.is_lost = to_server_is_lost;
  CHECK(write_stream(&n.client, id, 0, 10).len > 0);
  n.is_lost = NULL;
  CHECK(write_stream(&n.client, id, 0, 10).len > 0);
  n.now += DELAY;
  d = take_datagram(&n, 1);
  CHECK_EQ(read_datagram(&n.server, d), 0);
  test_free(d);
  /* A gap is acknowledged at once or soon. */
  if (flush(&n.server) == 0) {
    CHECK_EQ(wake(&n.server), 0);
    CHECK_EQ(flush(&n.server), 1);
  }
  n.now += DELAY;
  d = take_datagram(&n, 0);
  CHECK_EQ(read_datagram(&n.client, d), 0);
  test_free(d);
  CHECK_WITHIN(ngtcp2_conn_get_expiry(n.client.conn) - sent, 22 * (int64_t)MS, 27 * (int64_t)MS);
  CHECK_EQ(flush(&n.client), 0);
  CHECK_EQ(wake(&n.client), 0);
  /* What it carried goes again. */
  CHECK_EQ(flush(&n.client), 1);
  network_run(&n, 50 * MS);
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].offset + n.server.last[CALLED_recv_stream_data].len, 20);
  /* Nothing is in flight: what is left to do is to forget it. */
  CHECK_WITHIN(until_expiry(&n.client), 1, 3 * (int64_t)ngtcp2_conn_get_pto(n.client.conn));
  CHECK_EQ(wake(&n.client), 0);
  CHECK_EQ(flush(&n.client), 0);
  CHECK(until_expiry(&n.client) > 10 * (int64_t)SECOND);
  network_free(&n);
}

static void migrate(void) {
  ngtcp2_path_storage path;
  path_between(&path, 0, CLIENT_PORT + 1, SERVER_PORT);
  CHECK_EQ(ngtcp2_conn_initiate_migration(n.client.conn, &path.path, n.now), 0);
}

/* Challenges are repeated and at last given up; each time get_expiry says when. */
static void path_validation(void) {
  ngtcp2_tstamp start;
  int rounds = 0;
  prepare();
  connect_now();
  start = n.now;
  n.is_lost = to_server_is_lost;
  migrate();
  CHECK(flush(&n.client) > 0);
  while (n.client.count[CALLED_path_validation] == 0) {
    CHECK(until_expiry(&n.client) < 4 * (int64_t)SECOND);
    CHECK_EQ(wake(&n.client), 0);
    flush(&n.client);
    CHECK(++rounds < 30);
  }
  CHECK(rounds > 2);
  CHECK_EQ(n.client.last[CALLED_path_validation].len, NGTCP2_PATH_VALIDATION_RESULT_FAILURE);
  CHECK_WITHIN(n.now - start, 2 * (int64_t)SECOND, 4 * (int64_t)SECOND);
  network_free(&n);
}

/* Three probe timeouts after an id went out of use, it is forgotten: by the client, which sent to it, and by the server,
 * whose it is. */
static void retirement_of_connection_ids(void) {
  size_t ids;
  uint32_t statuses;
  prepare();
  connect_now();
  ids = n.server.cid_count;
  statuses = n.client.count[CALLED_dcid_status];
  migrate();
  while (n.client.count[CALLED_path_validation] == 0) {
    CHECK(network_run(&n, 5 * MS));
  }
  CHECK(network_run(&n, 30 * MS));
  CHECK_EQ(n.client.count[CALLED_dcid_status], statuses + 1);
  CHECK_EQ(n.server.count[CALLED_remove_connection_id], 0);
  for (int i = 0; i < 20 && n.client.count[CALLED_dcid_status] == statuses + 1; i++) {
    CHECK(until_expiry(&n.client) < 3 * (int64_t)SECOND);
    CHECK_EQ(wake(&n.client), 0);
    flush(&n.client);
  }
  CHECK_EQ(n.client.count[CALLED_dcid_status], statuses + 2);
  CHECK_EQ(n.client.last[CALLED_dcid_status].flags, NGTCP2_CONNECTION_ID_STATUS_TYPE_DEACTIVATE);
  for (int i = 0; i < 20 && n.server.count[CALLED_remove_connection_id] == 0; i++) {
    CHECK(ngtcp2_conn_get_expiry(n.server.conn) < n.now + 3 * SECOND);
    n.now = ngtcp2_conn_get_expiry(n.server.conn) > n.now ? ngtcp2_conn_get_expiry(n.server.conn) : n.now;
    CHECK_EQ(ngtcp2_conn_handle_expiry(n.server.conn, n.now), 0);
    flush(&n.server);
  }
  CHECK_EQ(n.server.count[CALLED_remove_connection_id], 1);
  /* Another one took its place. */
  CHECK_EQ(n.server.cid_count, ids);
  network_free(&n);
}

/* The closing and the draining period are the application's to end. */
static void no_timer_of_closing(void) {
  prepare();
  connect_now();
  CHECK(send_close(&n.client, NULL) > 0);
  CHECK(ngtcp2_conn_get_expiry(n.client.conn) > n.now + 20 * SECOND);
  CHECK_EQ(ngtcp2_conn_handle_expiry(n.client.conn, n.now), 0);
  network_free(&n);
}

/* What is due may be due for a while, but not since before the connection began. */
static int expiry_is_seen(endpoint *e, const event *seen) {
  if (seen->which == CALLED_handshake_completed || seen->which == CALLED_handshake_confirmed ||
      seen->which == CALLED_recv_stream_data) {
    CHECK(ngtcp2_conn_get_expiry(e->conn) >= START);
  }
  return 0;
}

static void no_expiry_before_the_start(void) {
  network_init(&n, 5);
  n.client.observe = n.server.observe = expiry_is_seen;
  connect_now();
  CHECK(write_stream(&n.client, open_uni(&n.client), 0, 10).len > 0);
  CHECK(network_run(&n, 100 * MS));
  network_free(&n);
}

static const test tests[] = {
    TEST(a_new_client_waits_for_nothing_but_silence),
    TEST(probe_timeouts_of_the_handshake),
    TEST(idle_before_the_peer_has_answered),
    TEST(idle),
    TEST(nothing_runs),
    TEST(too_early),
    TEST(keep_alive),
    TEST(acknowledgements),
    TEST(probe_timeout_of_data),
    TEST(time_threshold_and_late_packets),
    TEST(path_validation),
    TEST(retirement_of_connection_ids),
    TEST(no_timer_of_closing),
    TEST(no_expiry_before_the_start),
};
MAIN("timers", tests)
