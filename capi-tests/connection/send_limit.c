/* extend_max_data, of the callbacks' version 6: the connection's send limit grows. */
#include "transfer.h"

static network n;
#define LIMIT 5000

static void prepare(uint64_t limit) {
  network_init(&n, 30);
  n.client.settings.no_pmtud = n.server.settings.no_pmtud = 1;
  n.server.params.initial_max_data = limit;
}

static uint32_t count(void) { return n.client.count[CALLED_extend_max_data]; }

static void no_limit_no_call(void) {
  prepare(0);
  network_start(&n, 300 * MS);
  CHECK_EQ(count(), 0);
  CHECK_EQ(n.client.count[CALLED_handshake_completed], 1);
  network_free(&n);
}

#ifndef REFERENCE
static transfer t;

static const event *last(void) { return &n.client.last[CALLED_extend_max_data]; }

/* What the callback finds, and what it does there. */
static struct {
  uint64_t left;
  int writes;
  int64_t stream;
  written written;
  int answer;
} inside;

static int look(endpoint *e, const event *seen) {
  if (e->is_server || seen->which != CALLED_extend_max_data) {
    return 0;
  }
  inside.left = ngtcp2_conn_get_max_data_left(e->conn);
  if (inside.writes) {
    inside.written = write_stream(e, inside.stream, 0, 100);
  }
  return inside.answer;
}

static void with_the_handshake(void) {
  prepare(LIMIT);
  n.client.observe = look;
  network_start(&n, 300 * MS);
  CHECK_EQ(count(), 1);
  CHECK_EQ(last()->len, LIMIT);
  CHECK_EQ(inside.left, LIMIT);
  CHECK_EQ(n.server.count[CALLED_extend_max_data], 1);
  CHECK_EQ(n.server.last[CALLED_extend_max_data].len, 1024 * 1024);
  network_free(&n);
}

/* Uses the limit up. */
static int64_t block(void) {
  int64_t id;
  prepare(LIMIT);
  network_start(&n, 300 * MS);
  id = open_bidi(&n.client);
  for (uint64_t sent = 0; sent < LIMIT;) {
    written w = write_stream_at(&n.client, id, 0, sent, LIMIT - sent);
    CHECK(w.len > 0 && w.accepted > 0);
    sent += (uint64_t)w.accepted;
  }
  CHECK_EQ(write_stream(&n.client, id, 0, 10).accepted, -1);
  n.client.observe = look;
  network_run(&n, 100 * MS);
  CHECK_EQ(count(), 1);
  return id;
}

static void with_max_data(void) {
  block();
  ngtcp2_conn_extend_max_offset(n.server.conn, 3000);
  network_run(&n, 100 * MS);
  CHECK_EQ(count(), 2);
  CHECK_EQ(last()->len, LIMIT + 3000);
  CHECK_EQ(inside.left, 3000);
  network_free(&n);
}

/* The state is consistent: what was held back may be written there and then. */
static void writing_from_inside(void) {
  inside.stream = block();
  inside.writes = 1;
  ngtcp2_conn_extend_max_offset(n.server.conn, 3000);
  network_run(&n, 100 * MS);
  CHECK(inside.written.len > 0);
  CHECK_EQ(inside.written.accepted, 100);
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].offset, LIMIT);
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].len, 100);
  network_free(&n);
}

static void failing(void) {
  block();
  inside.answer = NGTCP2_ERR_CALLBACK_FAILURE;
  ngtcp2_conn_extend_max_offset(n.server.conn, 3000);
  network_run(&n, 100 * MS);
  CHECK_EQ(n.client.error, NGTCP2_ERR_CALLBACK_FAILURE);
  network_free(&n);
}

/* Each limit once, and never a smaller one. */
static uint64_t newest;

static int rises(endpoint *e, const event *seen) {
  if (!e->is_server && seen->which == CALLED_extend_max_data) {
    CHECK(seen->len > newest);
    newest = seen->len;
  }
  return 0;
}

static int some_are_lost(network *net, int to_server, uint64_t number, size_t len) {
  (void)net;
  (void)to_server;
  (void)len;
  return number % 7 == 3;
}

static void each_limit_once(void) {
  prepare(LIMIT);
  transfer_init(&t, &n, 4, 60000);
  n.client.observe = rises;
  n.is_lost = some_are_lost;
  network_start(&n, 20 * SECOND);
  CHECK(transfer_is_complete(&t));
  CHECK(count() > 10);
  CHECK(newest >= 4 * 60000);
  network_free(&n);
}

/* What the application remembered is no news; what the server adds is. */
static void early_data(void) {
  for (int more = 0; more < 2; more++) {
    uint8_t remembered[256];
    ngtcp2_transport_params params;
    ngtcp2_ssize len;
    int64_t id;
    prepare(LIMIT);
    params = n.server.params;
    len = ngtcp2_transport_params_encode(remembered, sizeof(remembered), &params);
    CHECK(len > 0);
    n.server.params.initial_max_data += more ? 1000 : 0;
    n.client.tls.offer_early_data = n.server.tls.accept_early_data = 1;
    CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
    CHECK_EQ(ngtcp2_conn_decode_and_set_0rtt_transport_params(n.client.conn, remembered, (size_t)len), 0);
    id = open_bidi(&n.client);
    CHECK(write_stream(&n.client, id, 0, 500).len > 0);
    CHECK(network_run(&n, 500 * MS));
    CHECK_EQ(count(), more);
    CHECK_EQ(last()->len, more ? LIMIT + 1000 : 0);
    network_free(&n);
  }
}
#endif

static const test tests[] = {
    TEST(no_limit_no_call),
/* Not in the C library of 1.25. */
#ifndef REFERENCE
    TEST(with_the_handshake), TEST(with_max_data),   TEST(writing_from_inside),
    TEST(failing),            TEST(each_limit_once), TEST(early_data),
#endif
};
MAIN("send_limit", tests)
