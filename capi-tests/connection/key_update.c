/* Updates of the 1-RTT keys (RFC 9001, section 6). */
#include "writer.h"

static network n;

static void connect_now(void) {
  network_init(&n, 40);
  network_start(&n, 1 * SECOND);
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
}

static int update(endpoint *e) { return ngtcp2_conn_initiate_key_update(e->conn, n.now); }

static void not_before_confirmation(void) {
  network_init(&n, 40);
  network_start(&n, 35 * MS);
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
  CHECK_EQ(update(&n.client), NGTCP2_ERR_INVALID_STATE);
  network_free(&n);
}

static void both_at_once(void) {
  int64_t id;
  connect_now();
  CHECK_EQ(update(&n.client), 0);
  CHECK_EQ(update(&n.client), NGTCP2_ERR_INVALID_STATE);
  CHECK_EQ(update(&n.server), 0);
  id = open_bidi(&n.client);
  CHECK(write_stream(&n.client, id, FIN, 100).len > 0);
  CHECK(network_run(&n, 200 * MS));
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].len, 100);
  CHECK_EQ(n.client.last[CALLED_acked_stream_data_offset].len, 100);
  network_free(&n);
}

/* Whoever follows an update has to wait as long as the one who made it: three probe timeouts from when it is confirmed. */
static void not_twice_in_a_short_time(void) {
  ngtcp2_tstamp confirmed;
  ngtcp2_duration pto;
  int64_t id;
  connect_now();
  CHECK_EQ(update(&n.client), 0);
  id = open_bidi(&n.client);
  CHECK(write_stream(&n.client, id, 0, 10).len > 0);
  network_run(&n, 12 * MS);
  CHECK_EQ(n.server.count[CALLED_recv_stream_data], 1);
  CHECK_EQ(update(&n.server), NGTCP2_ERR_INVALID_STATE);
  network_run(&n, 13 * MS);
  CHECK_EQ(n.client.count[CALLED_acked_stream_data_offset], 1);
  confirmed = n.now;
  pto = ngtcp2_conn_get_pto(n.client.conn);
  while (update(&n.client)) {
    network_run(&n, 1 * MS);
  }
  CHECK_WITHIN(n.now - confirmed, 3 * pto - 25 * MS, 4 * pto);
  network_free(&n);
}

/* Near the limit of the AEAD the library updates by itself. */
static void limit_of_the_aead(void) {
  int64_t id;
  network_init(&n, 40);
  n.client.max_encryption = n.server.max_encryption = 40;
  network_start(&n, 1 * SECOND);
  id = open_uni(&n.client);
  for (int i = 0; i < 120; i++) {
    CHECK(write_stream(&n.client, id, 0, 10).len > 0);
    CHECK(network_run(&n, 31 * MS));
  }
  CHECK_WITHIN(n.client.count[CALLED_update_key], 3, 20);
  network_free(&n);
}

static const test tests[] = {
    TEST(not_before_confirmation),
    TEST(both_at_once),
    TEST(not_twice_in_a_short_time),
    TEST(limit_of_the_aead),
};
MAIN("key_update", tests)
