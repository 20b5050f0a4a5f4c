/* DATAGRAM frames (RFC 9221). */
#include "writer.h"

static network n;

static int everything_is_lost(network *net, int to_server, uint64_t number, size_t len) {
  (void)net;
  (void)to_server;
  (void)number;
  (void)len;
  return 1;
}

static void prepare(uint64_t peers_limit) {
  network_init(&n, 8);
  n.client.settings.no_pmtud = 1;
  n.server.params.max_datagram_frame_size = peers_limit;
}

static void connect_now(void) {
  network_start(&n, 300 * MS);
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
}

#define CHECK_WRITTEN(call, low, high, expected_accepted)                                          \
  do {                                                                                             \
    written w_ = (call);                                                                           \
    CHECK_WITHIN(w_.len, low, high);                                                               \
    CHECK_EQ(w_.accepted, expected_accepted);                                                      \
  } while (0)

static void not_allowed(void) {
  prepare(65535);
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  CHECK_WRITTEN(write_datagram(&n.client, 0, 1, 10, PACKET_LEN), NGTCP2_ERR_INVALID_STATE, NGTCP2_ERR_INVALID_STATE, 0);
  network_free(&n);
  prepare(0);
  connect_now();
  CHECK_WRITTEN(write_datagram(&n.client, 0, 1, 10, PACKET_LEN), NGTCP2_ERR_INVALID_STATE, NGTCP2_ERR_INVALID_STATE, 0);
  network_free(&n);
}

static void limit_of_the_peer(void) {
  prepare(100);
  connect_now();
  CHECK_WRITTEN(write_datagram(&n.client, 0, 1, 97, PACKET_LEN), 120, 132, 1);
  CHECK_WRITTEN(write_datagram(&n.client, 0, 2, 98, PACKET_LEN), NGTCP2_ERR_INVALID_ARGUMENT, NGTCP2_ERR_INVALID_ARGUMENT, 0);
  CHECK_WRITTEN(write_datagram(&n.client, 0, 3, 101, PACKET_LEN), NGTCP2_ERR_INVALID_ARGUMENT, NGTCP2_ERR_INVALID_ARGUMENT,
                0);
  network_free(&n);
}

static void sizes(void) {
  prepare(65535);
  connect_now();
  CHECK_WRITTEN(write_datagram(&n.client, 0, 1, 0, PACKET_LEN), 28, 34, 1);
  CHECK_WRITTEN(write_datagram(&n.client, 0, 2, 1160, PACKET_LEN), 1185, 1195, 1);
  CHECK_WRITTEN(write_datagram(&n.client, 0, 3, 1180, PACKET_LEN), 0, 0, 0);
  CHECK_WRITTEN(write_datagram(&n.client, 0, 4, 5000, MAX_PACKET), 0, 0, 0);
  CHECK_WRITTEN(write_datagram(&n.client, 0, 5, 50, 40), 0, 0, 0);
  CHECK_WRITTEN(write_datagram(&n.client, NGTCP2_WRITE_DATAGRAM_FLAG_PADDING, 6, 10, PACKET_LEN), PACKET_LEN, PACKET_LEN, 1);
  network_run(&n, 100 * MS);
  CHECK_EQ(n.server.count[CALLED_recv_datagram], 3);
  network_free(&n);
}

static void several_in_one_packet(void) {
  static const uint32_t more = NGTCP2_WRITE_DATAGRAM_FLAG_MORE;
  int64_t id;
  prepare(65535);
  connect_now();
  CHECK_WRITTEN(write_datagram(&n.client, more, 1, 50, PACKET_LEN), NGTCP2_ERR_WRITE_MORE, NGTCP2_ERR_WRITE_MORE, 1);
  CHECK_WRITTEN(write_datagram(&n.client, more, 2, 50, PACKET_LEN), NGTCP2_ERR_WRITE_MORE, NGTCP2_ERR_WRITE_MORE, 1);
  /* One that does not fit any more ends the packet and is offered again. */
  CHECK_WRITTEN(write_datagram(&n.client, more, 3, 1150, PACKET_LEN), 125, 140, 0);
  CHECK_WRITTEN(write_datagram(&n.client, 0, 3, 1150, PACKET_LEN), 1175, 1195, 1);
  CHECK_WRITTEN(write_datagram(&n.client, more, 4, 20, PACKET_LEN), NGTCP2_ERR_WRITE_MORE, NGTCP2_ERR_WRITE_MORE, 1);
  id = open_uni(&n.client);
  CHECK_WRITTEN(write_stream(&n.client, id, 0, 10), 55, 70, 10);
  network_run(&n, 100 * MS);
  CHECK_EQ(n.server.count[CALLED_recv_datagram], 4);
  CHECK_EQ(n.client.count[CALLED_ack_datagram], 4);
  network_free(&n);
}

static void window_full(void) {
  int64_t id;
  prepare(65535);
  connect_now();
  id = open_uni(&n.client);
  while (write_stream(&n.client, id, 0, 100000).len > 0) {
  }
  CHECK_WRITTEN(write_datagram(&n.client, 0, 1, 10, PACKET_LEN), 0, 0, 0);
  network_free(&n);
}

static void acknowledged_and_lost(void) {
  prepare(65535);
  connect_now();
  CHECK(write_datagram(&n.client, 0, 100, 10, PACKET_LEN).len > 0);
  network_run(&n, 100 * MS);
  CHECK_EQ(n.server.last[CALLED_recv_datagram].len, 10);
  CHECK_EQ(n.client.count[CALLED_ack_datagram], 1);
  CHECK_EQ(n.client.last[CALLED_ack_datagram].offset, 100);
  n.is_lost = everything_is_lost;
  CHECK(write_datagram(&n.client, 0, 101, 10, PACKET_LEN).len > 0);
  n.is_lost = NULL;
  network_run(&n, 1 * SECOND);
  CHECK_EQ(n.client.count[CALLED_lost_datagram], 1);
  CHECK_EQ(n.client.last[CALLED_lost_datagram].offset, 101);
  CHECK_EQ(n.client.count[CALLED_ack_datagram], 1);
  network_free(&n);
}

static size_t longest_answer;

static int some_are_lost(network *net, int to_server, uint64_t number, size_t len) {
  (void)net;
  if (!to_server && len > longest_answer) {
    longest_answer = len;
  }
  return to_server && number % 4 == 0;
}

/* Who only receives sends nothing that is acknowledged, and would repeat all gaps for ever (RFC 9000 13.2.4). */
static void acknowledgments_stay_short(void) {
  prepare(65535);
  connect_now();
  network_run(&n, 1 * SECOND);
  n.is_lost = some_are_lost;
  for (int round = 0; round < 100; round++) {
    longest_answer = 0;
    for (uint64_t i = 0; i < 4; i++) {
      CHECK(write_datagram(&n.client, 0, i, 10, PACKET_LEN).len > 0);
    }
    network_run(&n, 200 * MS);
    CHECK_WITHIN(longest_answer, 25, 60);
  }
  network_free(&n);
}

static const test tests[] = {
    TEST(not_allowed),
    TEST(limit_of_the_peer),
    TEST(sizes),
    TEST(several_in_one_packet),
    TEST(window_full),
    TEST(acknowledged_and_lost),
    TEST(acknowledgments_stay_short),
};
MAIN("datagrams", tests)
