/* What an application does to a stream, and to its connection, in the middle of a delivery. */
#include "transfer.h"

static network n;
static transfer t;
static int64_t the_stream;
static int done;

static void connect_now(void) {
  network_init(&n, 1);
  n.client.settings.no_pmtud = 1;
  network_start(&n, 300 * MS);
  the_stream = open_bidi(&n.client);
  done = 0;
}

/* Three packets of the stream, of which the first arrives last; so the second callback has what waited. */
static void send_out_of_order(void) {
  datagram *late;
  CHECK_EQ(write_stream_at(&n.client, the_stream, 0, 0, 1000).accepted, 1000);
  CHECK_EQ(write_stream_at(&n.client, the_stream, 0, 1000, 1000).accepted, 1000);
  CHECK_EQ(write_stream_at(&n.client, the_stream, FIN, 2000, 1000).accepted, 1000);
  late = take_datagram(&n, 1);
  n.now += DELAY;
  for (int i = 0; i < 2; i++) {
    datagram *d = take_datagram(&n, 1);
    CHECK_EQ(read_datagram(&n.server, d), 0);
    test_free(d);
  }
  CHECK_EQ(n.server.count[CALLED_recv_stream_data], 0);
  n.server.error = read_datagram(&n.server, late);
  test_free(late);
}

static void in_order_without_interference(void) {
  connect_now();
  send_out_of_order();
  CHECK_EQ(n.server.error, 0);
  CHECK_EQ(n.server.count[CALLED_recv_stream_data], 2);
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].offset, 1000);
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].len, 2000);
  CHECK(n.server.last[CALLED_recv_stream_data].flags & NGTCP2_STREAM_DATA_FLAG_FIN);
  network_free(&n);
}

static int stop_reading(endpoint *e, const event *seen) {
  if (seen->which == CALLED_recv_stream_data) {
    CHECK_EQ(ngtcp2_conn_shutdown_stream_read(e->conn, 0, seen->stream_id, 9), 0);
  }
  return 0;
}

/* What waited behind it is not delivered. */
static void stopped_while_delivered(void) {
  connect_now();
  n.server.observe = stop_reading;
  send_out_of_order();
  CHECK_EQ(n.server.error, 0);
  CHECK_EQ(n.server.count[CALLED_recv_stream_data], 1);
  CHECK(network_run(&n, 1 * SECOND));
  CHECK_EQ(n.server.count[CALLED_recv_stream_data], 1);
  network_free(&n);
}

/* With all of it here, and no other direction, nothing else comes that could end the stream. */
static void closed_when_stopped_while_delivered(void) {
  connect_now();
  the_stream = open_uni(&n.client);
  n.server.observe = stop_reading;
  send_out_of_order();
  CHECK_EQ(n.server.error, 0);
  CHECK_EQ(n.server.count[CALLED_recv_stream_data], 1);
  CHECK_EQ(n.server.count[CALLED_stream_close], 1);
  network_free(&n);
}

static int reset_both(endpoint *e, const event *seen) {
  if (seen->which == CALLED_recv_stream_data) {
    CHECK_EQ(ngtcp2_conn_shutdown_stream(e->conn, 0, seen->stream_id, 9), 0);
  }
  return 0;
}

static void reset_while_delivered(void) {
  connect_now();
  n.server.observe = reset_both;
  send_out_of_order();
  CHECK_EQ(n.server.count[CALLED_recv_stream_data], 1);
  CHECK(network_run(&n, 1 * SECOND));
  CHECK_EQ(n.client.count[CALLED_stream_close], 1);
  CHECK_EQ(n.server.count[CALLED_stream_close], 1);
  CHECK_EQ(n.client.last[CALLED_stream_reset].error_code, 9);
  network_free(&n);
}

static int close_connection(endpoint *e, const event *seen) {
  if (seen->which == CALLED_recv_stream_data && !done) {
    done = 1;
    CHECK(send_close(e, NULL) > 0);
    CHECK(ngtcp2_conn_in_closing_period(e->conn));
  }
  return 0;
}

static void connection_closed_while_delivered(void) {
  connect_now();
  n.server.observe = close_connection;
  send_out_of_order();
  CHECK_EQ(n.server.error, NGTCP2_ERR_CLOSING);
  network_run(&n, 1 * SECOND);
  CHECK_EQ(n.client.error, NGTCP2_ERR_DRAINING);
  network_free(&n);
}

static int read_the_next(endpoint *e, const event *seen) {
  datagram *d;
  if (seen->which != CALLED_recv_stream_data || e->nesting > 3) {
    return 0;
  }
  d = take_datagram(&n, e->is_server);
  if (d) {
    CHECK_EQ(read_datagram(e, d), 0);
    test_free(d);
    done++;
  }
  return 0;
}

/* Datagrams read from inside the delivery of others: every byte still comes once and in order. */
static void datagrams_inside_deliveries(void) {
  network_init(&n, 2);
  transfer_init(&t, &n, 3, 100000);
  done = 0;
  n.client.observe = n.server.observe = read_the_next;
  network_start(&n, 5 * SECOND);
  CHECK(transfer_is_complete(&t));
  CHECK(done > 20);
  network_free(&n);
}

static int answer_at_once(endpoint *e, const event *seen) {
  if (seen->which == CALLED_recv_stream_data && (seen->flags & NGTCP2_STREAM_DATA_FLAG_FIN)) {
    written w = write_stream(e, seen->stream_id, FIN, 100);
    CHECK(w.len > 0);
    CHECK_EQ(w.accepted, 100);
  }
  return 0;
}

static void written_to_while_delivered(void) {
  connect_now();
  n.server.observe = answer_at_once;
  CHECK(write_stream(&n.client, the_stream, FIN, 10).len > 0);
  CHECK(network_run(&n, 1 * SECOND));
  CHECK_EQ(n.client.last[CALLED_recv_stream_data].len, 100);
  CHECK_EQ(n.client.count[CALLED_stream_close], 1);
  CHECK_EQ(n.server.count[CALLED_stream_close], 1);
  network_free(&n);
}

static int use_the_closed(endpoint *e, const event *seen) {
  if (seen->which != CALLED_stream_close) {
    return 0;
  }
  CHECK(write_stream(e, seen->stream_id, 0, 10).len < 0);
  CHECK_EQ(ngtcp2_conn_shutdown_stream(e->conn, 0, seen->stream_id, 1), 0);
  CHECK_EQ(ngtcp2_conn_extend_max_stream_offset(e->conn, seen->stream_id, 1), 0);
  if (!e->is_server) {
    the_stream = open_bidi(e);
  }
  return 0;
}

static int answer_and_use_the_closed(endpoint *e, const event *seen) {
  answer_at_once(e, seen);
  return use_the_closed(e, seen);
}

/* The stream that closes is still known, but takes nothing; the next may be opened. */
static void used_while_it_closes(void) {
  connect_now();
  n.client.observe = use_the_closed;
  n.server.observe = answer_and_use_the_closed;
  for (int i = 0; i < 4; i++) {
    CHECK(write_stream(&n.client, the_stream, FIN, 10).len > 0);
    CHECK(network_run(&n, 1 * SECOND));
  }
  CHECK_EQ(n.client.count[CALLED_stream_close], 4);
  CHECK_EQ(n.server.count[CALLED_stream_close], 4);
  network_free(&n);
}

static int reset_when_acknowledged(endpoint *e, const event *seen) {
  if (seen->which == CALLED_acked_stream_data_offset && !done) {
    done = 1;
    CHECK_EQ(ngtcp2_conn_shutdown_stream_write(e->conn, 0, seen->stream_id, 3), 0);
  }
  return 0;
}

static void reset_when_data_are_acknowledged(void) {
  connect_now();
  n.client.observe = reset_when_acknowledged;
  for (size_t i = 0; i < 5; i++) {
    CHECK(write_stream_at(&n.client, the_stream, 0, i * 1000, 1000).len > 0);
  }
  CHECK(network_run(&n, 1 * SECOND));
  CHECK(n.client.count[CALLED_acked_stream_data_offset] >= 1);
  CHECK_EQ(n.server.last[CALLED_stream_reset].error_code, 3);
  CHECK_EQ(n.server.last[CALLED_stream_reset].len, 5000);
  network_free(&n);
}

static const test tests[] = {
    TEST(in_order_without_interference),
    TEST(stopped_while_delivered),
    TEST(closed_when_stopped_while_delivered),
    TEST(reset_while_delivered),
    TEST(connection_closed_while_delivered),
    TEST(datagrams_inside_deliveries),
    TEST(written_to_while_delivered),
    TEST(used_while_it_closes),
    TEST(reset_when_data_are_acknowledged),
};
MAIN("deliveries", tests)
