/* 0-RTT: remembered limits, early data that are accepted or rejected, and limits that were lowered since. */
#include "writer.h"

static network n;
static uint8_t remembered[256];
static ngtcp2_ssize remembered_len;

/* What the client remembers is what the server says today, unless a test changes that afterwards. */
static void prepare(int accepts) {
  ngtcp2_transport_params params;
  network_init(&n, 90);
  n.client.settings.no_pmtud = n.server.settings.no_pmtud = 1;
  n.client.tls.offer_early_data = 1;
  n.server.tls.accept_early_data = accepts;
  params = n.server.params;
  remembered_len = ngtcp2_transport_params_encode(remembered, sizeof(remembered), &params);
  CHECK(remembered_len > 0);
}

static void begin(void) {
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  CHECK_EQ(ngtcp2_conn_decode_and_set_0rtt_transport_params(n.client.conn, remembered, (size_t)remembered_len), 0);
}

static void remembered_limits_hold_at_once(void) {
  int64_t id;
  prepare(1);
  begin();
  CHECK_EQ(ngtcp2_conn_get_max_data_left2(n.client.conn), 1024 * 1024);
  CHECK_EQ(ngtcp2_conn_get_streams_bidi_left2(n.client.conn), 16);
  for (int64_t expected = 0; expected < 16; expected++) {
    CHECK_EQ(open_bidi(&n.client), 4 * expected);
  }
  CHECK_EQ(ngtcp2_conn_open_bidi_stream(n.client.conn, &id, NULL), NGTCP2_ERR_STREAM_ID_BLOCKED);
  network_free(&n);
}

/* Beside the ClientHello in one datagram, and told apart by a flag. */
static void accepted(void) {
  int64_t id;
  written w;
  prepare(1);
  begin();
  id = open_bidi(&n.client);
  w = write_stream(&n.client, id, 0, 500);
  CHECK_EQ(w.len, 1200);
  CHECK_EQ(w.accepted, 500);
  CHECK_EQ(n.client.count[CALLED_recv_tx_key], 1);
  CHECK_EQ(n.client.last[CALLED_recv_tx_key].flags, NGTCP2_ENCRYPTION_LEVEL_0RTT);
  CHECK(network_run(&n, 500 * MS));
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].len, 500);
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].flags, NGTCP2_STREAM_DATA_FLAG_0RTT);
  CHECK_EQ(n.client.last[CALLED_acked_stream_data_offset].len, 500);
  CHECK_EQ(n.client.count[CALLED_tls_early_data_rejected], 0);
  /* The stream goes on in 1-RTT. */
  CHECK_EQ(write_stream_at(&n.client, id, FIN, 500, 100).accepted, 100);
  CHECK(network_run(&n, 100 * MS));
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].offset, 500);
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].flags, NGTCP2_STREAM_DATA_FLAG_FIN);
  network_free(&n);
}

static int reject_now(endpoint *e, const event *seen) {
  if (seen->which == CALLED_handshake_completed) {
    CHECK_EQ(ngtcp2_conn_tls_early_data_rejected(e->conn), 0);
  }
  return 0;
}

/* All is as if nothing had been sent: no stream is closed, for none was open. */
static void check_rejection(void) {
  int64_t id;
  begin();
  id = open_bidi(&n.client);
  CHECK_EQ(write_stream(&n.client, id, 0, 500).accepted, 500);
  CHECK(network_run(&n, 500 * MS));
  CHECK(ngtcp2_conn_get_handshake_completed2(n.client.conn));
  CHECK_EQ(n.client.count[CALLED_tls_early_data_rejected], 1);
  CHECK_EQ(n.client.count[CALLED_stream_close], 0);
  CHECK_EQ(n.client.count[CALLED_acked_stream_data_offset], 0);
  CHECK_EQ(n.server.count[CALLED_stream_open], 0);
  CHECK_EQ(ngtcp2_conn_get_max_data_left2(n.client.conn), 1024 * 1024);
  CHECK_EQ(write_stream(&n.client, id, 0, 10).len, NGTCP2_ERR_STREAM_NOT_FOUND);
  CHECK_EQ(open_bidi(&n.client), 0);
  CHECK_EQ(write_stream(&n.client, 0, FIN, 300).accepted, 300);
  CHECK(network_run(&n, 200 * MS));
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].len, 300);
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].flags, NGTCP2_STREAM_DATA_FLAG_FIN);
  network_free(&n);
}

static void rejected(void) {
  prepare(0);
  check_rejection();
}

/* TLS libraries like OpenSSL tell no sooner than the handshake is complete. */
static void rejected_at_the_end(void) {
  prepare(0);
  n.client.tls.tells_rejection_late = 1;
  n.client.observe = reject_now;
  check_rejection();
}

/* RFC 9000 section 7.4.1: a server that accepts 0-RTT may not have lowered its limits. */
static void lowered_limits(void) {
  for (int accepts = 0; accepts < 2; accepts++) {
    int64_t id;
    note_case("%s", accepts ? "accepted" : "rejected");
    prepare(accepts);
    n.server.params.initial_max_data /= 2;
    begin();
    id = open_bidi(&n.client);
    CHECK_EQ(write_stream(&n.client, id, 0, 500).accepted, 500);
    network_run(&n, 500 * MS);
    CHECK_EQ(n.client.error, accepts ? NGTCP2_ERR_PROTO : 0);
    network_free(&n);
  }
}

/* What a server says and what a client keeps: no ids, no tokens, no idle timeout. */
static void what_is_remembered(void) {
  uint8_t blob[256];
  ngtcp2_transport_params params;
  ngtcp2_ssize len;
  prepare(1);
  network_start(&n, 500 * MS);
  len = ngtcp2_conn_encode_0rtt_transport_params2(n.client.conn, blob, sizeof(blob));
  CHECK(len > 0);
  CHECK_EQ(ngtcp2_conn_encode_0rtt_transport_params(n.client.conn, blob, sizeof(blob)), len);
  CHECK_EQ(ngtcp2_conn_encode_0rtt_transport_params2(n.client.conn, blob, (size_t)len - 1), NGTCP2_ERR_NOBUF);
  CHECK_EQ(ngtcp2_conn_encode_0rtt_transport_params2(n.client.conn, blob, (size_t)len), len);
  ngtcp2_transport_params_default(&params);
  CHECK_EQ(ngtcp2_transport_params_decode(&params, blob, (size_t)len), 0);
  CHECK_EQ(params.initial_max_data, n.server.params.initial_max_data);
  CHECK_EQ(params.initial_max_stream_data_bidi_remote, n.server.params.initial_max_stream_data_bidi_remote);
  CHECK_EQ(params.initial_max_streams_uni, n.server.params.initial_max_streams_uni);
  CHECK_EQ(params.active_connection_id_limit, n.server.params.active_connection_id_limit);
  CHECK_EQ(params.max_datagram_frame_size, n.server.params.max_datagram_frame_size);
  CHECK_EQ(params.max_idle_timeout, 0);
  CHECK(!params.original_dcid_present && !params.initial_scid_present && !params.stateless_reset_token_present);
  network_free(&n);
}

static void broken_memories(void) {
  prepare(1);
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  CHECK_EQ(ngtcp2_conn_decode_and_set_0rtt_transport_params(n.client.conn, remembered, (size_t)remembered_len - 1),
           NGTCP2_ERR_MALFORMED_TRANSPORT_PARAM);
#ifndef REFERENCE
  /* The C library aborts. */
  CHECK_EQ(ngtcp2_conn_decode_and_set_0rtt_transport_params(n.client.conn, remembered, (size_t)remembered_len), 0);
  CHECK_EQ(ngtcp2_conn_decode_and_set_0rtt_transport_params(n.client.conn, remembered, (size_t)remembered_len),
           NGTCP2_ERR_INVALID_STATE);
#endif
  network_free(&n);
}

static const test tests[] = {
    TEST(remembered_limits_hold_at_once), TEST(accepted),           TEST(rejected),
    TEST(rejected_at_the_end), TEST(lowered_limits),                 TEST(what_is_remembered), TEST(broken_memories),
};
MAIN("early_data", tests)
