/* ngtcp2_conn_writev_stream and its kin: what each situation returns and leaves in *pdatalen. */
#include "writer.h"

static network n;

#define CHECK_WRITTEN(call, expected_len, expected_accepted)                                       \
  do {                                                                                             \
    written w_ = (call);                                                                           \
    CHECK_EQ(w_.len, expected_len);                                                                \
    CHECK_EQ(w_.accepted, expected_accepted);                                                      \
  } while (0)

/* Any packet. */
#define CHECK_PACKET(call, expected_accepted)                                                      \
  do {                                                                                             \
    written w_ = (call);                                                                           \
    CHECK_WITHIN(w_.len, 1, PACKET_LEN);                                                           \
    CHECK_EQ(w_.accepted, expected_accepted);                                                      \
  } while (0)

/* A network whose limits at the server a test may change before the handshake. */
static void prepare(void) {
  network_init(&n, 3);
  n.client.settings.no_pmtud = 1;
  n.server.settings.no_pmtud = 1;
}

static void connect_now(void) {
  network_start(&n, 300 * MS);
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
}

static void before_the_handshake(void) {
  int64_t id;
  prepare();
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  CHECK_EQ(ngtcp2_conn_open_bidi_stream(n.client.conn, &id, NULL), NGTCP2_ERR_STREAM_ID_BLOCKED);
  CHECK_EQ(ngtcp2_conn_open_uni_stream(n.client.conn, &id, NULL), NGTCP2_ERR_STREAM_ID_BLOCKED);
  CHECK_WRITTEN(write_stream(&n.client, 0, 0, 10), NGTCP2_ERR_STREAM_NOT_FOUND, -1);
  CHECK_WRITTEN(write_stream(&n.client, -1, 0, 0), PACKET_LEN, -1);
  network_free(&n);
}

static void streams_that_do_not_exist(void) {
  prepare();
  connect_now();
  CHECK_WRITTEN(write_stream(&n.client, 400, 0, 10), NGTCP2_ERR_STREAM_NOT_FOUND, -1);
  CHECK_WRITTEN(write_stream(&n.client, 1, 0, 10), NGTCP2_ERR_STREAM_NOT_FOUND, -1);
  CHECK_WRITTEN(write_stream(&n.client, 3, 0, 10), NGTCP2_ERR_STREAM_NOT_FOUND, -1);
  CHECK_WRITTEN(write_stream(&n.client, -2, 0, 10), NGTCP2_ERR_STREAM_NOT_FOUND, -1);
  CHECK_WRITTEN(write_stream(&n.client, -1, 0, 0), 0, -1);
  CHECK_WRITTEN(write_stream(&n.client, -1, FIN, 0), 0, -1);
  CHECK_WRITTEN(write_stream(&n.client, -1, PADDING, 0), 0, -1);
  network_free(&n);
}

static void nothing_opens_a_stream_once(void) {
  int64_t id;
  prepare();
  connect_now();
  id = open_bidi(&n.client);
  CHECK_PACKET(write_stream(&n.client, id, 0, 0), 0);
  CHECK_WRITTEN(write_stream(&n.client, id, 0, 0), 0, -1);
  network_run(&n, 100 * MS);
  CHECK_EQ(n.server.count[CALLED_stream_open], 1);
  CHECK_EQ(n.server.count[CALLED_recv_stream_data], 0);
  network_free(&n);
}

static void packets_of_every_size(void) {
  int64_t id;
  written w;
  prepare();
  connect_now();
  id = open_bidi(&n.client);
  w = write_stream(&n.client, id, 0, 100);
  CHECK_EQ(w.accepted, 100);
  CHECK_WITHIN(w.len, 130, 136);
  w = write_stream(&n.client, id, 0, 5000);
  CHECK_EQ(w.len, PACKET_LEN);
  CHECK_WITHIN(w.accepted, 1160, 1172);
  CHECK_WRITTEN(write_stream_into(&n.client, id, 0, 10, 10), 0, -1);
  CHECK_PACKET(write_stream_into(&n.client, id, 0, 10, PACKET_LEN - 1), 10);
  CHECK_WRITTEN(write_stream(&n.client, id, PADDING, 5), PACKET_LEN, 5);
  network_free(&n);
}

static void no_room_for_the_length(void) {
  uint8_t packet[PACKET_LEN];
  int64_t id;
  prepare();
  connect_now();
  id = open_bidi(&n.client);
  CHECK_WITHIN(ngtcp2_conn_write_stream(n.client.conn, NULL, NULL, packet, sizeof(packet), NULL, 0, id, test_data(), 10,
                                        n.now),
               40, 50);
  network_free(&n);
}

static void vectors(void) {
  ngtcp2_vec pieces[4] = {{(uint8_t *)test_data(), 10}, {NULL, 0}, {(uint8_t *)test_data() + 10, 20}, {NULL, 0}};
  ngtcp2_vec endless[2] = {{(uint8_t *)test_data(), SIZE_MAX / 2 + 2}, {(uint8_t *)test_data(), SIZE_MAX / 2 + 2}};
  uint8_t packet[PACKET_LEN];
  ngtcp2_ssize accepted, len;
  ngtcp2_path_storage path;
  int64_t id;
  prepare();
  connect_now();
  id = open_bidi(&n.client);
  ngtcp2_path_storage_zero(&path);
  CHECK_EQ(ngtcp2_conn_writev_stream(n.client.conn, &path.path, NULL, packet, sizeof(packet), &accepted, 0, id, endless,
                                     2, n.now),
           NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(accepted, -1);
  len = ngtcp2_conn_writev_stream(n.client.conn, &path.path, NULL, packet, sizeof(packet), &accepted, FIN, id, pieces, 4,
                                  n.now);
  CHECK(len > 0);
  CHECK_EQ(accepted, 30);
  send_packet(&n.client, &path.path, 0, packet, (size_t)len);
  network_run(&n, 100 * MS);
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].len, 30);
  network_free(&n);
}

static void several_streams_in_one_packet(void) {
  int64_t a, b, c;
  written w;
  prepare();
  connect_now();
  a = open_bidi(&n.client);
  b = open_bidi(&n.client);
  c = open_bidi(&n.client);
  CHECK_WRITTEN(write_stream(&n.client, b, MORE, 300), NGTCP2_ERR_WRITE_MORE, 300);
  CHECK_WRITTEN(write_stream(&n.client, c, MORE, 200), NGTCP2_ERR_WRITE_MORE, 200);
  w = write_stream(&n.client, a, MORE, 5000);
  CHECK_EQ(w.len, PACKET_LEN);
  CHECK_WITHIN(w.accepted, 640, 668);
  network_run(&n, 100 * MS);
  CHECK_EQ(n.server.count[CALLED_stream_open], 3);
  CHECK_EQ(n.server.count[CALLED_recv_stream_data], 3);
  network_free(&n);
}

static void more_and_the_end(void) {
  int64_t a, b;
  prepare();
  connect_now();
  a = open_bidi(&n.client);
  b = open_bidi(&n.client);
  CHECK_WRITTEN(write_stream(&n.client, a, MORE, 10), NGTCP2_ERR_WRITE_MORE, 10);
  CHECK_PACKET(write_stream(&n.client, -1, 0, 0), -1);
  CHECK_WRITTEN(write_stream(&n.client, a, MORE, 10), NGTCP2_ERR_WRITE_MORE, 10);
  CHECK_PACKET(write_stream(&n.client, b, FIN, 0), 0);
  CHECK_WRITTEN(write_stream(&n.client, a, MORE | FIN, 0), NGTCP2_ERR_WRITE_MORE, 0);
  CHECK_PACKET(write_stream(&n.client, -1, 0, 0), -1);
  network_run(&n, 100 * MS);
  CHECK_EQ(n.server.count[CALLED_recv_stream_data], 4);
  network_free(&n);
}

/* An error of one stream ends no sequence. */
static void errors_between(void) {
  int64_t a;
  prepare();
  n.server.params.initial_max_stream_data_bidi_remote = 100;
  connect_now();
  a = open_bidi(&n.client);
  CHECK_WRITTEN(write_stream(&n.client, a, MORE, 100), NGTCP2_ERR_WRITE_MORE, 100);
  CHECK_WRITTEN(write_stream(&n.client, a, MORE, 10), NGTCP2_ERR_STREAM_DATA_BLOCKED, -1);
  CHECK_WRITTEN(write_stream(&n.client, 400, MORE, 10), NGTCP2_ERR_STREAM_NOT_FOUND, -1);
  CHECK_PACKET(write_stream(&n.client, -1, 0, 0), -1);
  network_run(&n, 100 * MS);
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].len, 100);
  network_free(&n);
}

static void after_the_fin(void) {
  int64_t id;
  prepare();
  connect_now();
  id = open_bidi(&n.client);
  CHECK_PACKET(write_stream(&n.client, id, FIN, 10), 10);
  CHECK_WRITTEN(write_stream(&n.client, id, 0, 10), NGTCP2_ERR_STREAM_SHUT_WR, -1);
  CHECK_WRITTEN(write_stream(&n.client, id, FIN, 0), NGTCP2_ERR_STREAM_SHUT_WR, -1);
  network_run(&n, 100 * MS);
  CHECK_PACKET(write_stream(&n.server, id, FIN, 10), 10);
  network_run(&n, 200 * MS);
  CHECK_WRITTEN(write_stream(&n.client, id, 0, 10), NGTCP2_ERR_STREAM_NOT_FOUND, -1);
  network_free(&n);
}

/* The FIN counts as sent only when all data were taken. */
static void fin_of_what_does_not_fit(void) {
  int64_t id;
  written w;
  prepare();
  connect_now();
  id = open_uni(&n.client);
  w = write_stream(&n.client, id, FIN, 2000);
  CHECK_EQ(w.len, PACKET_LEN);
  CHECK_PACKET(write_stream_at(&n.client, id, FIN, (size_t)w.accepted, 2000 - (size_t)w.accepted), 2000 - w.accepted);
  CHECK_WRITTEN(write_stream(&n.client, id, 0, 1), NGTCP2_ERR_STREAM_SHUT_WR, -1);
  network_run(&n, 100 * MS);
  CHECK(n.server.last[CALLED_recv_stream_data].flags & NGTCP2_STREAM_DATA_FLAG_FIN);
  network_free(&n);
}

static void after_shutting_down(void) {
  int64_t id;
  prepare();
  connect_now();
  id = open_bidi(&n.client);
  CHECK_PACKET(write_stream(&n.client, id, 0, 10), 10);
  CHECK_EQ(ngtcp2_conn_shutdown_stream_write(n.client.conn, 0, id, 7), 0);
  CHECK_WRITTEN(write_stream(&n.client, id, 0, 10), NGTCP2_ERR_STREAM_SHUT_WR, -1);
  CHECK_EQ(ngtcp2_conn_shutdown_stream_write(n.client.conn, 0, id, 7), 0);
  network_free(&n);
}

static void at_the_limit_of_the_stream(void) {
  int64_t id;
  prepare();
  n.server.params.initial_max_stream_data_bidi_remote = 1000;
  connect_now();
  id = open_bidi(&n.client);
  CHECK_EQ(ngtcp2_conn_get_max_stream_data_left(n.client.conn, id), 1000);
  CHECK_PACKET(write_stream(&n.client, id, 0, 5000), 1000);
  CHECK_EQ(ngtcp2_conn_get_max_stream_data_left(n.client.conn, id), 0);
  CHECK_WRITTEN(write_stream(&n.client, id, 0, 10), NGTCP2_ERR_STREAM_DATA_BLOCKED, -1);
  CHECK_PACKET(write_stream(&n.client, id, FIN, 0), 0);
  network_free(&n);
}

static void at_the_limit_of_the_connection(void) {
  int64_t id;
  written w;
  int writes = 0;
  prepare();
  n.server.params.initial_max_data = 1500;
  connect_now();
  id = open_uni(&n.client);
  CHECK_EQ(ngtcp2_conn_get_max_data_left(n.client.conn), 1500);
  w = write_stream(&n.client, id, 0, 2000);
  CHECK_EQ(w.len, PACKET_LEN);
  CHECK_PACKET(write_stream(&n.client, id, 0, 2000), 1500 - w.accepted);
  CHECK_EQ(ngtcp2_conn_get_max_data_left(n.client.conn), 0);
  /* Not an error: 0, perhaps after a packet that says so to the peer. */
  do {
    w = write_stream(&n.client, id, 0, 10);
    CHECK_EQ(w.accepted, -1);
    writes++;
  } while (w.len > 0 && writes < 3);
  CHECK_EQ(w.len, 0);
  CHECK_PACKET(write_stream(&n.client, id, FIN, 0), 0);
  network_free(&n);
}

static void window_full(void) {
  int64_t id;
  written w;
  int packets = 0;
  prepare();
  connect_now();
  id = open_uni(&n.client);
  while ((w = write_stream(&n.client, id, 0, 100000)).len > 0) {
    packets++;
  }
  CHECK_WITHIN(packets, 10, 12);
  CHECK_EQ(w.len, 0);
  CHECK_EQ(w.accepted, -1);
  CHECK_EQ(ngtcp2_conn_get_cwnd_left(n.client.conn), 0);
  CHECK_WRITTEN(write_stream(&n.client, id, FIN, 0), 0, -1);
  network_free(&n);
}

static void paced(void) {
  int64_t id, wait;
  prepare();
  connect_now();
  id = open_uni(&n.client);
  for (int i = 0; i < 5; i++) {
    CHECK_EQ(write_stream(&n.client, id, 0, 100000).len, PACKET_LEN);
  }
  ngtcp2_conn_update_pkt_tx_time(n.client.conn, n.now);
  /* 6000 bytes at 1.25 windows in an srtt of 20 ms. */
  wait = until_expiry(&n.client);
  CHECK_WITHIN(wait, 7 * (int64_t)MS, 8 * (int64_t)MS);
  CHECK_WRITTEN(write_stream(&n.client, id, 0, 100000), 0, -1);
  n.now += (uint64_t)wait;
  /* Without handle_expiry. */
  CHECK_EQ(write_stream(&n.client, id, 0, 100000).len, PACKET_LEN);
  network_free(&n);
}

static void closing_and_draining(void) {
  int64_t id;
  datagram *d;
  prepare();
  connect_now();
  id = open_uni(&n.client);
  CHECK(send_close(&n.client, NULL) > 0);
  CHECK_WRITTEN(write_stream(&n.client, id, 0, 10), NGTCP2_ERR_CLOSING, -1);
  d = take_datagram(&n, 1);
  CHECK_EQ(read_datagram(&n.server, d), NGTCP2_ERR_DRAINING);
  test_free(d);
  CHECK_WRITTEN(write_stream(&n.server, -1, 0, 0), NGTCP2_ERR_DRAINING, -1);
  network_free(&n);
}

/* Packets come alone between those with data: the peer's limits, acknowledgements. */
static void packets_without_stream_data(void) {
  int64_t a, b;
  prepare();
  connect_now();
  a = open_bidi(&n.client);
  b = open_bidi(&n.client);
  CHECK_EQ(ngtcp2_conn_shutdown_stream_read(n.client.conn, 0, a, 1), 0);
  CHECK_WRITTEN(write_stream(&n.client, b, MORE, 10), NGTCP2_ERR_WRITE_MORE, 10);
  CHECK_PACKET(write_stream(&n.client, -1, 0, 0), -1);
  network_run(&n, 100 * MS);
  CHECK_EQ(n.server.last[CALLED_recv_stop_sending].stream_id, a);
  network_free(&n);
}

#ifndef REFERENCE
/* What one acknowledgment can set in motion is bounded: a packet takes so many frames, and then is full. */
static void frames_of_a_packet(void) {
  int64_t id;
  prepare();
  connect_now();
  id = open_bidi(&n.client);
  for (int i = 0; i < 64; i++) {
    CHECK_WRITTEN(write_stream(&n.client, id, MORE, 1), NGTCP2_ERR_WRITE_MORE, 1);
  }
  CHECK_PACKET(write_stream(&n.client, id, MORE, 1), -1);
  network_run(&n, 100 * MS);
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].offset, 63);
  network_free(&n);
}

/* What the C library does not notice or aborts on. */
static void other_buffer_in_a_sequence(void) {
  uint8_t first[PACKET_LEN], second[PACKET_LEN];
  ngtcp2_ssize accepted;
  int64_t id;
  prepare();
  connect_now();
  id = open_bidi(&n.client);
#define WRITE_INTO(dest, destlen, flags)                                                           \
  ngtcp2_conn_write_stream(n.client.conn, NULL, NULL, dest, destlen, &accepted, flags, id, test_data(), 10, n.now)
  CHECK_EQ(WRITE_INTO(first, sizeof(first), MORE), NGTCP2_ERR_WRITE_MORE);
  CHECK_EQ(WRITE_INTO(second, sizeof(second), MORE), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(accepted, -1);
  CHECK_EQ(WRITE_INTO(first, sizeof(first) - 1, MORE), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_conn_write_pkt(n.client.conn, NULL, NULL, second, sizeof(second), n.now), NGTCP2_ERR_INVALID_ARGUMENT);
  /* The sequence was kept. */
  CHECK_EQ(WRITE_INTO(first, sizeof(first), MORE), NGTCP2_ERR_WRITE_MORE);
  CHECK_EQ(accepted, 10);
  CHECK_WITHIN(ngtcp2_conn_write_pkt(n.client.conn, NULL, NULL, first, sizeof(first), n.now), 50, 60);
#undef WRITE_INTO
  network_free(&n);
}

/* What was written is not lost when another call breaks the sequence: it goes out again. */
static void sequence_broken(int how) {
  static const uint8_t junk[50] = {0x40};
  int64_t id;
  ngtcp2_pkt_info info = {0};
  prepare();
  connect_now();
  id = open_bidi(&n.client);
  CHECK_WRITTEN(write_stream(&n.client, id, MORE | FIN, 500), NGTCP2_ERR_WRITE_MORE, 500);
  switch (how) {
  case 0:
    CHECK_EQ(ngtcp2_conn_read_pkt(n.client.conn, &n.client.path.path, &info, junk, sizeof(junk), n.now), 0);
    break;
  case 1:
    CHECK_EQ(ngtcp2_conn_handle_expiry(n.client.conn, n.now), 0);
    break;
  default:
    CHECK(write_close(&n.client, NULL) > 0);
    network_free(&n);
    return;
  }
  CHECK_WRITTEN(write_stream(&n.client, id, 0, 1), NGTCP2_ERR_STREAM_SHUT_WR, -1);
  CHECK(network_run(&n, 300 * MS));
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].len, 500);
  CHECK(n.server.last[CALLED_recv_stream_data].flags & NGTCP2_STREAM_DATA_FLAG_FIN);
  CHECK_EQ(n.client.last[CALLED_acked_stream_data_offset].len, 500);
  network_free(&n);
}
static void reading_in_a_sequence(void) { sequence_broken(0); }
static void expiry_in_a_sequence(void) { sequence_broken(1); }
static void closing_in_a_sequence(void) { sequence_broken(2); }
#endif

static void deleting_in_a_sequence(void) {
  prepare();
  connect_now();
  CHECK_WRITTEN(write_stream(&n.client, open_bidi(&n.client), MORE, 10), NGTCP2_ERR_WRITE_MORE, 10);
  network_free(&n);
}

static void write_pkt_ends_a_sequence(void) {
  int64_t id;
  prepare();
  connect_now();
  id = open_bidi(&n.client);
  CHECK_WRITTEN(write_stream(&n.client, id, MORE, 10), NGTCP2_ERR_WRITE_MORE, 10);
  /* The same buffer: that of the writer. */
  CHECK_PACKET(write_stream(&n.client, -1, 0, 0), -1);
  CHECK_WRITTEN(write_stream(&n.client, -1, 0, 0), 0, -1);
  network_free(&n);
}

static const test tests[] = {
    TEST(before_the_handshake),
    TEST(streams_that_do_not_exist),
    TEST(nothing_opens_a_stream_once),
    TEST(packets_of_every_size),
    TEST(no_room_for_the_length),
    TEST(vectors),
    TEST(several_streams_in_one_packet),
    TEST(more_and_the_end),
    TEST(errors_between),
    TEST(after_the_fin),
    TEST(fin_of_what_does_not_fit),
    TEST(after_shutting_down),
    TEST(at_the_limit_of_the_stream),
    TEST(at_the_limit_of_the_connection),
    TEST(window_full),
    TEST(paced),
    TEST(closing_and_draining),
    TEST(packets_without_stream_data),
    TEST(deleting_in_a_sequence),
    TEST(write_pkt_ends_a_sequence),
#ifndef REFERENCE
    TEST(frames_of_a_packet),
    TEST(other_buffer_in_a_sequence),
    TEST(reading_in_a_sequence),
    TEST(expiry_in_a_sequence),
    TEST(closing_in_a_sequence),
#endif
};
MAIN("writing", tests)
