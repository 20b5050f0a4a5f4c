/* ngtcp2_conn_write_aggregate_pkt2: several packets in one buffer, as segmentation offload wants them. */
#include "writer.h"

#define MAX_PACKETS 20

static network n;

/* What the packets carry: one stream without end. */
static struct {
  int64_t id;
  size_t calls;
  size_t last_room; /* smaller last packet: the length given for it */
  int fails;
} source;

static ngtcp2_ssize write_pkt(ngtcp2_conn *conn, ngtcp2_path *path, ngtcp2_pkt_info *info, uint8_t *dest, size_t destlen,
                              ngtcp2_tstamp now, void *user_data) {
  ngtcp2_ssize accepted;
  size_t len = 100000;
  CHECK(user_data == &n.client);
  CHECK_EQ(now, n.now);
  source.calls++;
  if (source.fails && source.calls == 3) {
    return NGTCP2_ERR_CALLBACK_FAILURE;
  }
  if (source.last_room && source.calls == 3) {
    len = source.last_room;
  }
  return ngtcp2_conn_write_stream(conn, path, info, dest, destlen, &accepted, 0, source.id, test_data(), len, now);
}

static void connect_now(void) {
  network_init(&n, 1);
  n.client.settings.no_pmtud = 1;
  network_start(&n, 300 * MS);
  memset(&source, 0, sizeof(source));
  source.id = open_uni(&n.client);
}

typedef struct train {
  ngtcp2_ssize len;
  size_t segment;
} train;

static uint8_t buffer[MAX_PACKETS * PACKET_LEN];

static train write_train(size_t buflen, size_t packets) {
  ngtcp2_path_storage path;
  ngtcp2_pkt_info info;
  train t = {0, 0};
  ngtcp2_path_storage_zero(&path);
  t.len = ngtcp2_conn_write_aggregate_pkt2(n.client.conn, &path.path, &info, buffer, buflen, &t.segment, write_pkt, packets,
                                           n.now);
  if (t.len > 0) {
    CHECK(t.segment > 0 && t.segment <= PACKET_LEN);
    CHECK(ngtcp2_path_eq(&path.path, ngtcp2_conn_get_path(n.client.conn)));
    for (size_t at = 0; at < (size_t)t.len; at += t.segment) {
      size_t left = (size_t)t.len - at;
      send_packet(&n.client, &path.path, info.ecn, buffer + at, left < t.segment ? left : t.segment);
    }
  }
  return t;
}

static void as_many_as_asked_for(void) {
  train t;
  connect_now();
  t = write_train(sizeof(buffer), 4);
  CHECK_EQ(t.len, 4 * PACKET_LEN);
  CHECK_EQ(t.segment, PACKET_LEN);
  CHECK(network_run(&n, 100 * MS));
  CHECK_WITHIN(n.server.last[CALLED_recv_stream_data].offset, 3 * 1160, 3 * 1172);
  network_free(&n);
}

static void as_many_as_fit(void) {
  train t;
  connect_now();
  t = write_train(3 * PACKET_LEN + 500, MAX_PACKETS);
  CHECK(t.len <= 3 * PACKET_LEN + 500);
  CHECK(t.len >= 3 * PACKET_LEN);
  CHECK_EQ(t.segment, PACKET_LEN);
  network_free(&n);
}

static void until_the_window_is_full(void) {
  train t;
  connect_now();
  t = write_train(sizeof(buffer), MAX_PACKETS);
  CHECK_WITHIN(t.len, 10 * PACKET_LEN, 12 * PACKET_LEN);
  CHECK_EQ(write_train(sizeof(buffer), MAX_PACKETS).len, 0);
  network_free(&n);
}

/* Segments are of one length but for the last: a short packet ends the train. */
static void a_short_packet_is_the_last(void) {
  train t;
  connect_now();
  source.last_room = 100;
  t = write_train(sizeof(buffer), 8);
  CHECK_EQ(source.calls, 3);
  CHECK_WITHIN(t.len, 2 * PACKET_LEN + 120, 2 * PACKET_LEN + 150);
  CHECK(network_run(&n, 100 * MS));
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].len, 100);
  network_free(&n);
}

static void a_failure_is_passed_on(void) {
  connect_now();
  source.fails = 1;
  CHECK(write_train(sizeof(buffer), 8).len < 0);
  network_free(&n);
}

static const test tests[] = {
    TEST(as_many_as_asked_for),       TEST(as_many_as_fit),         TEST(until_the_window_is_full),
    TEST(a_short_packet_is_the_last), TEST(a_failure_is_passed_on),
};
MAIN("aggregate", tests)
