/* The life of streams: opening, resetting, stopping, closing, and the limits of flow control. */
#include "writer.h"

static network n;

static void prepare(void) {
  network_init(&n, 4);
  n.client.settings.no_pmtud = 1;
  n.server.settings.no_pmtud = 1;
}

static void connect_now(void) {
  network_start(&n, 300 * MS);
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
}

/* The position of the last call of a callback in the order of all; -1: it was not called. */
static long position(const endpoint *e, callout which) {
  for (size_t i = e->journal_len; i > 0; i--) {
    if (e->journal[i - 1] == which) {
      return (long)i;
    }
  }
  return -1;
}

static void ids_and_limits(void) {
  int64_t id;
  prepare();
  n.server.params.initial_max_streams_bidi = 3;
  n.server.params.initial_max_streams_uni = 1;
  connect_now();
  CHECK_EQ(ngtcp2_conn_get_streams_bidi_left(n.client.conn), 3);
  CHECK_EQ(ngtcp2_conn_get_streams_uni_left(n.client.conn), 1);
  CHECK_EQ(open_bidi(&n.client), 0);
  CHECK_EQ(open_bidi(&n.client), 4);
  CHECK_EQ(open_bidi(&n.client), 8);
  CHECK_EQ(ngtcp2_conn_open_bidi_stream(n.client.conn, &id, NULL), NGTCP2_ERR_STREAM_ID_BLOCKED);
  CHECK_EQ(open_uni(&n.client), 2);
  CHECK_EQ(ngtcp2_conn_open_uni_stream(n.client.conn, &id, NULL), NGTCP2_ERR_STREAM_ID_BLOCKED);
  CHECK_EQ(open_bidi(&n.server), 1);
  CHECK_EQ(open_uni(&n.server), 3);
  CHECK_EQ(ngtcp2_conn_get_streams_bidi_left(n.client.conn), 0);
  CHECK(ngtcp2_conn_is_local_stream(n.client.conn, 0));
  CHECK(!ngtcp2_conn_is_local_stream(n.server.conn, 0));
  network_free(&n);
}

static void limits_that_are_zero_are_not_announced(void) {
  prepare();
  n.server.params.initial_max_streams_uni = 0;
  connect_now();
  CHECK_EQ(n.client.count[CALLED_extend_max_local_streams_bidi], 1);
  CHECK_EQ(n.client.last[CALLED_extend_max_local_streams_bidi].len, 16);
  CHECK_EQ(n.client.count[CALLED_extend_max_local_streams_uni], 0);
  network_free(&n);
}

static void user_data_of_a_stream(void) {
  int mine, other;
  int64_t id;
  prepare();
  connect_now();
  CHECK_EQ(ngtcp2_conn_open_bidi_stream(n.client.conn, &id, &mine), 0);
  CHECK(ngtcp2_conn_get_stream_user_data(n.client.conn, id) == &mine);
  CHECK(ngtcp2_conn_get_stream_user_data(n.client.conn, 400) == NULL);
  CHECK(write_stream(&n.client, id, FIN, 10).len > 0);
  CHECK_EQ(ngtcp2_conn_set_stream_user_data(n.client.conn, id, &other), 0);
  CHECK_EQ(ngtcp2_conn_set_stream_user_data(n.client.conn, 400, &other), NGTCP2_ERR_STREAM_NOT_FOUND);
  network_run(&n, 100 * MS);
  CHECK(n.client.last[CALLED_acked_stream_data_offset].stream_user_data == &other);
  network_free(&n);
}

static void request_and_response(void) {
  int64_t id;
  const endpoint *c = &n.client, *s = &n.server;
  prepare();
  connect_now();
  id = open_bidi(&n.client);
  CHECK(write_stream(&n.client, id, FIN, 10).len > 0);
  network_run(&n, 100 * MS);
  CHECK(position(s, CALLED_stream_open) < position(s, CALLED_recv_stream_data));
  CHECK_EQ(s->last[CALLED_recv_stream_data].len, 10);
  CHECK_EQ(s->last[CALLED_recv_stream_data].flags, NGTCP2_STREAM_DATA_FLAG_FIN);
  CHECK_EQ(c->last[CALLED_acked_stream_data_offset].len, 10);
  CHECK_EQ(c->count[CALLED_stream_close], 0);
  CHECK(write_stream(&n.server, id, FIN, 5).len > 0);
  network_run(&n, 12 * MS);
  CHECK_EQ(c->count[CALLED_stream_close], 1);
  CHECK(position(c, CALLED_recv_stream_data) < position(c, CALLED_stream_close));
  CHECK_EQ(c->last[CALLED_stream_close].flags, 0);
  CHECK_EQ(s->count[CALLED_stream_close], 0);
  network_run(&n, 100 * MS);
  CHECK_EQ(s->count[CALLED_stream_close], 1);
  CHECK(position(s, CALLED_acked_stream_data_offset) < position(s, CALLED_stream_close));
  network_free(&n);
}

/* The receiver of a unidirectional stream is done with the FIN. */
static void unidirectional(void) {
  int64_t id;
  prepare();
  connect_now();
  id = open_uni(&n.client);
  CHECK(write_stream(&n.client, id, FIN, 10).len > 0);
  network_run(&n, 12 * MS);
  CHECK_EQ(n.server.count[CALLED_stream_close], 1);
  CHECK_EQ(n.client.count[CALLED_stream_close], 0);
  network_run(&n, 100 * MS);
  CHECK_EQ(n.client.count[CALLED_stream_close], 1);
  CHECK_EQ(ngtcp2_conn_shutdown_stream_read(n.client.conn, 0, id, 1), NGTCP2_ERR_INVALID_ARGUMENT);
  network_free(&n);
}

static void only_the_stream_seen_is_opened(void) {
  int64_t id = 0;
  prepare();
  connect_now();
  for (int i = 0; i < 3; i++) {
    id = open_bidi(&n.client);
  }
  CHECK(write_stream(&n.client, id, 0, 1).len > 0);
  network_run(&n, 100 * MS);
  CHECK_EQ(n.server.count[CALLED_stream_open], 1);
  CHECK_EQ(n.server.last[CALLED_stream_open].stream_id, 8);
  network_free(&n);
}

static void stop_sending(void) {
  int64_t id;
  prepare();
  connect_now();
  id = open_bidi(&n.client);
  CHECK(write_stream(&n.client, id, 0, 10).len > 0);
  network_run(&n, 50 * MS);
  CHECK_EQ(ngtcp2_conn_shutdown_stream_read(n.server.conn, 0, id, 5), 0);
  CHECK_EQ(n.server.count[CALLED_stream_stop_sending], 0);
  network_run(&n, 100 * MS);
  CHECK_EQ(n.server.count[CALLED_stream_stop_sending], 1);
  CHECK_EQ(n.server.last[CALLED_stream_stop_sending].error_code, 5);
  if (newest_callbacks_version() >= 4) {
    CHECK_EQ(n.client.count[CALLED_recv_stop_sending], 1);
    CHECK_EQ(n.client.last[CALLED_recv_stop_sending].error_code, 5);
  }
  /* The reset goes back by itself. */
  CHECK_EQ(n.server.last[CALLED_stream_reset].error_code, 5);
  CHECK_EQ(n.server.last[CALLED_stream_reset].len, 10);
  CHECK_EQ(write_stream(&n.client, id, 0, 5).len, NGTCP2_ERR_STREAM_SHUT_WR);
  CHECK(write_stream(&n.server, id, FIN, 0).len > 0);
  network_run(&n, 200 * MS);
  CHECK_EQ(n.client.count[CALLED_stream_close], 1);
  CHECK_EQ(n.client.last[CALLED_stream_close].flags, NGTCP2_STREAM_CLOSE_FLAG_APP_ERROR_CODE_SET);
  CHECK_EQ(n.client.last[CALLED_stream_close].error_code, 5);
  CHECK_EQ(n.server.last[CALLED_stream_close].error_code, 5);
  network_free(&n);
}

static void reset_of_a_stream_never_used(void) {
  int64_t id;
  prepare();
  connect_now();
  id = open_bidi(&n.client);
  CHECK_EQ(ngtcp2_conn_shutdown_stream(n.client.conn, 0, id, 9), 0);
  network_run(&n, 200 * MS);
  CHECK_EQ(n.server.count[CALLED_stream_open], 1);
  CHECK_EQ(n.server.last[CALLED_stream_reset].len, 0);
  CHECK_EQ(n.server.last[CALLED_stream_reset].error_code, 9);
  CHECK_EQ(n.client.count[CALLED_stream_close], 1);
  CHECK_EQ(n.server.count[CALLED_stream_close], 1);
  CHECK_EQ(n.server.last[CALLED_stream_close].error_code, 9);
  network_free(&n);
}

static void shutting_down_what_is_not_there(void) {
  int64_t uni;
  prepare();
  connect_now();
  uni = open_uni(&n.client);
  CHECK_EQ(ngtcp2_conn_shutdown_stream(n.client.conn, 0, 400, 1), 0);
  CHECK_EQ(ngtcp2_conn_shutdown_stream_read(n.client.conn, 0, 3, 1), 0);
  CHECK_EQ(ngtcp2_conn_shutdown_stream_write(n.client.conn, 0, 400, 1), 0);
  CHECK_EQ(ngtcp2_conn_shutdown_stream_read(n.client.conn, 0, uni, 1), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_conn_extend_max_stream_offset(n.client.conn, 400, 1), 0);
  CHECK_EQ(ngtcp2_conn_extend_max_stream_offset(n.client.conn, uni, 1), NGTCP2_ERR_INVALID_ARGUMENT);
  network_free(&n);
}

/* After shutdown_stream_read nothing more is delivered; the peer's reset still is told. */
static void no_data_after_shutting_down(void) {
  int64_t id;
  uint32_t deliveries;
  prepare();
  connect_now();
  id = open_bidi(&n.client);
  CHECK(write_stream(&n.client, id, 0, 10).len > 0);
  network_run(&n, 50 * MS);
  deliveries = n.server.count[CALLED_recv_stream_data];
  CHECK_EQ(ngtcp2_conn_shutdown_stream_read(n.server.conn, 0, id, 5), 0);
  CHECK(write_stream(&n.client, id, 0, 10).len > 0);
  network_run(&n, 100 * MS);
  CHECK_EQ(n.server.count[CALLED_recv_stream_data], deliveries);
  CHECK_EQ(n.server.count[CALLED_stream_reset], 1);
  network_free(&n);
}

/* Credit goes out when more than a quarter of the window was given back. */
static void updates_of_the_windows(void) {
  int64_t id;
  prepare();
  n.server.params.initial_max_stream_data_uni = 10000;
  n.server.params.initial_max_data = 10000;
  connect_now();
  id = open_uni(&n.client);
  for (size_t sent = 0; sent < 10000;) {
    written w = write_stream_at(&n.client, id, 0, sent, 10000 - sent);
    CHECK(w.accepted > 0);
    sent += (size_t)w.accepted;
  }
  network_run(&n, 100 * MS);
  for (int thousands = 1; thousands <= 9; thousands++) {
    uint64_t announced = (uint64_t)(thousands / 3 * 3) * 1000;
    CHECK_EQ(ngtcp2_conn_extend_max_stream_offset(n.server.conn, id, 1000), 0);
    ngtcp2_conn_extend_max_offset(n.server.conn, 1000);
    network_run(&n, 100 * MS);
    CHECK_EQ(ngtcp2_conn_get_max_data_left(n.client.conn), announced);
    CHECK_EQ(ngtcp2_conn_get_max_stream_data_left(n.client.conn, id), announced);
    CHECK_EQ(n.client.count[CALLED_extend_max_stream_data], thousands / 3);
  }
  CHECK_EQ(n.client.last[CALLED_extend_max_stream_data].len, 19000);
  network_free(&n);
}

static void more_streams(void) {
  prepare();
  n.server.params.initial_max_streams_uni = 2;
  connect_now();
  for (int i = 0; i < 2; i++) {
    CHECK(write_stream(&n.client, open_uni(&n.client), FIN, 5).len > 0);
  }
  network_run(&n, 100 * MS);
  for (uint64_t given = 1; given <= 2; given++) {
    ngtcp2_conn_extend_max_streams_uni(n.server.conn, 1);
    network_run(&n, 100 * MS);
    CHECK_EQ(n.server.last[CALLED_extend_max_remote_streams_uni].len, 2 + given);
    CHECK_EQ(n.client.last[CALLED_extend_max_local_streams_uni].len, 2 + given);
    CHECK_EQ(ngtcp2_conn_get_streams_uni_left(n.client.conn), given);
  }
  network_free(&n);
}

/* Each direction may end with a code of its own; stream_close has the first of both. */
static void codes_of_both_directions(void) {
  int64_t id;
  prepare();
  connect_now();
  id = open_bidi(&n.client);
  CHECK(write_stream(&n.client, id, 0, 10).len > 0);
  network_run(&n, 50 * MS);
  CHECK_EQ(ngtcp2_conn_shutdown_stream_write(n.server.conn, 0, id, 11), 0);
  network_run(&n, 100 * MS);
  CHECK_EQ(n.client.last[CALLED_stream_reset].error_code, 11);
  CHECK_EQ(ngtcp2_conn_shutdown_stream_write(n.client.conn, 0, id, 12), 0);
  network_run(&n, 200 * MS);
  CHECK_EQ(n.client.count[CALLED_stream_close], 1);
  CHECK_EQ(n.server.count[CALLED_stream_close], 1);
  CHECK_EQ(n.client.last[CALLED_stream_close].error_code, 11);
  CHECK_EQ(n.server.last[CALLED_stream_close].error_code, 11);
  network_free(&n);
}

static int second_is_lost(network *net, int to_server, uint64_t number, size_t len) {
  static uint64_t first;
  (void)net;
  (void)len;
  first = first ? first : number;
  return to_server && number == first + 1;
}

/* In order and without gaps: an acknowledgement that fills a hole is told with all that it completes. */
static void acknowledgements_are_told_in_order(void) {
  int64_t id;
  prepare();
  connect_now();
  id = open_uni(&n.client);
  n.is_lost = second_is_lost;
  for (size_t i = 0; i < 5; i++) {
    CHECK(write_stream_at(&n.client, id, i == 4 ? FIN : 0, i * 100, 100).len > 0);
  }
  network_run(&n, 22 * MS);
  /* What is acknowledged behind the hole is told without data. */
  CHECK_EQ(n.client.count[CALLED_acked_stream_data_offset], 2);
  CHECK_EQ(n.client.last[CALLED_acked_stream_data_offset].offset, 100);
  CHECK_EQ(n.client.last[CALLED_acked_stream_data_offset].len, 0);
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].len, 100);
  network_run(&n, 300 * MS);
  CHECK_EQ(n.server.count[CALLED_recv_stream_data], 3);
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].offset, 200);
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].len, 300);
  CHECK_EQ(n.client.last[CALLED_acked_stream_data_offset].offset, 100);
  CHECK_EQ(n.client.last[CALLED_acked_stream_data_offset].len, 400);
  CHECK_EQ(n.client.count[CALLED_stream_close], 1);
  network_free(&n);
}

static const test tests[] = {
    TEST(acknowledgements_are_told_in_order),
    TEST(ids_and_limits),
    TEST(limits_that_are_zero_are_not_announced),
    TEST(user_data_of_a_stream),
    TEST(request_and_response),
    TEST(unidirectional),
    TEST(only_the_stream_seen_is_opened),
    TEST(stop_sending),
    TEST(reset_of_a_stream_never_used),
    TEST(shutting_down_what_is_not_there),
    TEST(no_data_after_shutting_down),
    TEST(updates_of_the_windows),
    TEST(more_streams),
    TEST(codes_of_both_directions),
};
MAIN("streams", tests)
