/* Transport parameters as bytes, and as what a client remembers for its next connection. */
#include "writer.h"

static void order_on_the_wire(void) {
  static const uint8_t expected[] = {0x0f, 4,    0, 0,    0,    0,    4, 2, 0x40, 0x64, 8, 1, 5, 3,    2,    0x45, 0xdc, 1,
                                     4,    0x80, 0, 0x75, 0x30, 0x0e, 1, 7, 0x0a, 1,    10, 0x0b, 1, 26, 0x0c, 0};
  ngtcp2_transport_params params, decoded;
  uint8_t bytes[256];
  ngtcp2_ssize len;
  ngtcp2_transport_params_default(&params);
  CHECK_EQ(ngtcp2_transport_params_encode(bytes, sizeof(bytes), &params), 0);
  CHECK_EQ(ngtcp2_transport_params_encode(NULL, 0, &params), 0);
  params.initial_scid_present = 1;
  params.initial_scid.datalen = 4;
  params.initial_max_data = 100;
  params.initial_max_streams_bidi = 5;
  params.max_idle_timeout = 30 * SECOND;
  params.ack_delay_exponent = 10;
  params.max_ack_delay = 26 * MS;
  params.active_connection_id_limit = 7;
  params.max_udp_payload_size = 1500;
  params.disable_active_migration = 1;
  len = ngtcp2_transport_params_encode(bytes, sizeof(bytes), &params);
  CHECK_EQ(len, sizeof(expected));
  CHECK_EQ(ngtcp2_transport_params_encode(NULL, 0, &params), len);
  CHECK_EQ(ngtcp2_transport_params_encode(bytes, (size_t)len - 1, &params), NGTCP2_ERR_NOBUF);
  CHECK_EQ(ngtcp2_transport_params_decode(&decoded, bytes, (size_t)len), 0);
  CHECK_EQ(decoded.initial_max_data, 100);
  CHECK_EQ(decoded.max_ack_delay, 26 * MS);
  CHECK_EQ(decoded.disable_active_migration, 1);
  CHECK_EQ(ngtcp2_transport_params_decode(&decoded, bytes, (size_t)len - 1), NGTCP2_ERR_MALFORMED_TRANSPORT_PARAM);
}

static void bytes_of_all_kinds(void) {
  static const struct {
    const char *what;
    size_t len;
    uint8_t bytes[12];
    int is_good;
  } cases[] = {
      {"nothing", 0, {0}, 1},
      {"twice the same", 6, {4, 1, 9, 4, 1, 8}, 1},
      {"an unknown one", 4, {0x3f, 2, 1, 1}, 1},
      {"max_udp_payload_size 1199", 4, {3, 2, 0x44, 0xaf}, 1},
      {"active_connection_id_limit 1", 3, {0x0e, 1, 1}, 1},
      {"ack_delay_exponent 21", 3, {0x0a, 1, 21}, 0},
      {"max_ack_delay 2^14", 6, {0x0b, 4, 0x80, 0, 0x40, 0}, 0},
      {"disable_active_migration with a value", 3, {0x0c, 1, 0}, 0},
      {"a number shorter than its length", 4, {4, 2, 9, 9}, 0},
      {"max_streams 2^60 + 1", 10, {8, 8, 0xd0, 0, 0, 0, 0, 0, 0, 1}, 0},
      {"a connection id of 21 bytes", 3, {0x0f, 21, 1}, 0},
      {"a reset token of 15 bytes", 3, {2, 15, 1}, 0},
      {"version information of odd length", 7, {0x11, 5, 0, 0, 0, 1, 0}, 0},
      {"version 0 chosen", 6, {0x11, 4, 0, 0, 0, 0}, 0},
  };
  ngtcp2_transport_params decoded;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    note_case("%s", cases[i].what);
    CHECK_EQ(ngtcp2_transport_params_decode(&decoded, cases[i].bytes, cases[i].len),
             cases[i].is_good ? 0 : NGTCP2_ERR_MALFORMED_TRANSPORT_PARAM);
  }
}

static network n;
static uint8_t remembered[256];
static size_t remembered_len;

static void limit_server(uint64_t stream_data, uint64_t data, uint64_t streams) {
  n.server.params.initial_max_stream_data_bidi_remote = stream_data;
  n.server.params.initial_max_data = data;
  n.server.params.initial_max_streams_bidi = streams;
}

/* A connection, of which the client keeps the server's limits. */
static void remember(void) {
  ngtcp2_ssize len;
  network_init(&n, 30);
  limit_server(3000, 10000, 16);
  network_start(&n, 300 * MS);
  len = ngtcp2_conn_encode_0rtt_transport_params(n.client.conn, remembered, sizeof(remembered));
  CHECK(len > 0);
  remembered_len = (size_t)len;
}

static void what_is_remembered(void) {
  static const uint8_t ids[] = {5, 6, 7, 4, 8, 9, 0x0e, 0x20};
  uint8_t of_the_server[256];
  size_t at = 0;
  remember();
  for (size_t i = 0; i < sizeof(ids); i++) {
    CHECK(at + 1 < remembered_len);
    CHECK_EQ(remembered[at], ids[i]);
    at += 2 + (size_t)remembered[at + 1];
  }
  CHECK_EQ(at, remembered_len);
  CHECK_EQ(ngtcp2_conn_encode_0rtt_transport_params(n.client.conn, remembered, 5), NGTCP2_ERR_NOBUF);
  /* A server's own has its idle timeout in addition. */
  CHECK_EQ(ngtcp2_conn_encode_0rtt_transport_params(n.server.conn, of_the_server, sizeof(of_the_server)), remembered_len + 6);
  network_free(&n);
}

/* Creates a client that offers early data on one stream, and fills its window. */
static int64_t begin_early(int accepts) {
  int64_t id;
  written w;
  n.client.tls.offer_early_data = 1;
  n.server.tls.accept_early_data = accepts;
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  CHECK_EQ(ngtcp2_conn_decode_and_set_0rtt_transport_params(n.client.conn, remembered, remembered_len - 1),
           NGTCP2_ERR_MALFORMED_TRANSPORT_PARAM);
  CHECK_EQ(ngtcp2_conn_decode_and_set_0rtt_transport_params(n.client.conn, remembered, remembered_len), 0);
  CHECK_EQ(ngtcp2_conn_get_max_data_left(n.client.conn), 10000);
  id = open_bidi(&n.client);
  w = write_stream(&n.client, id, 0, 2500);
  CHECK_EQ(w.len, PACKET_LEN);
  CHECK_WITHIN(w.accepted, 700, 900);
  w = write_stream_at(&n.client, id, 0, (size_t)w.accepted, 2500 - (size_t)w.accepted);
  CHECK_WITHIN(w.accepted, 1100, 1160);
  network_run(&n, 200 * MS);
  return id;
}

static void next_connection(uint64_t stream_data, uint64_t data, uint64_t streams) {
  remember();
  network_free(&n);
  network_init(&n, 31);
  limit_server(stream_data, data, streams);
}

static void accepted(void) {
  int64_t id;
  next_connection(3000, 10000, 16);
  id = begin_early(1);
  CHECK_EQ(n.client.error, 0);
  CHECK(n.server.last[CALLED_recv_stream_data].len > 0);
  CHECK(n.client.count[CALLED_acked_stream_data_offset] > 0);
  CHECK(!ngtcp2_conn_get_tls_early_data_rejected(n.client.conn));
  CHECK_EQ(ngtcp2_conn_get_streams_bidi_left(n.client.conn), 15);
  CHECK_EQ(write_stream(&n.client, id, 0, 10).accepted, 10);
  network_free(&n);
}

/* Nothing of the early streams is left, and the server may have lowered its limits. */
static void rejected(void) {
  int64_t id;
  next_connection(2000, 9000, 3);
  id = begin_early(0);
  CHECK_EQ(n.client.error, 0);
  CHECK_EQ(n.client.count[CALLED_tls_early_data_rejected], 1);
  CHECK(ngtcp2_conn_get_tls_early_data_rejected(n.client.conn));
  CHECK_EQ(n.client.count[CALLED_stream_close], 0);
  CHECK_EQ(n.server.count[CALLED_recv_stream_data], 0);
  CHECK_EQ(ngtcp2_conn_get_streams_bidi_left(n.client.conn), 3);
  CHECK_EQ(write_stream(&n.client, id, 0, 10).len, NGTCP2_ERR_STREAM_NOT_FOUND);
  CHECK_EQ(open_bidi(&n.client), 0);
  network_free(&n);
}

/* A server that accepts early data has to stand by its limits (RFC 9000, section 7.4.1). */
static void accepted_with_lower_limits(void) {
  next_connection(2999, 10000, 16);
  begin_early(1);
  CHECK_EQ(n.client.error, NGTCP2_ERR_PROTO);
  network_free(&n);
}

static const test tests[] = {
    TEST(order_on_the_wire), TEST(bytes_of_all_kinds), TEST(what_is_remembered),
    TEST(accepted),          TEST(rejected),           TEST(accepted_with_lower_limits),
};
MAIN("parameters", tests)
