/* The order in which a handshake calls back, and what the connection tells about itself on the way. */
#include "transfer.h"

static network n;

/* Whether an end saw these events in this order: each of those named, one or more times in a row, and no other of them. */
static void check_order(const endpoint *e, const callout *expected, size_t count) {
  int is_named[CALLOUT_COUNT] = {0};
  size_t at = 0;
  for (size_t i = 0; i < count; i++) {
    is_named[expected[i]] = 1;
  }
  for (size_t i = 0; i < e->journal_len; i++) {
    callout seen = (callout)e->journal[i];
    if (!is_named[seen] || (at && expected[at - 1] == seen && (at == count || expected[at] != seen))) {
      continue;
    }
    if (at == count || expected[at] != seen) {
      FAIL("%s: %s after %zu events, not %s", e->name, callout_name(seen), at,
           at == count ? "an end" : callout_name(expected[at]));
    }
    at++;
  }
  CHECK_EQ(at, count);
}

#define CHECK_ORDER(end, ...)                                                                      \
  do {                                                                                             \
    static const callout expected_[] = {__VA_ARGS__};                                              \
    check_order(end, expected_, sizeof(expected_) / sizeof(expected_[0]));                         \
  } while (0)

static void order_of_a_client(void) {
  network_init(&n, 20);
  network_start(&n, 300 * MS);
  /* Of the keys as the bench installs them: rx and tx, tx and rx. */
  CHECK_ORDER(&n.client, CALLED_client_initial, CALLED_recv_rx_key, CALLED_recv_tx_key, CALLED_recv_rx_key,
              CALLED_handshake_completed, CALLED_extend_max_local_streams_bidi,
              CALLED_extend_max_local_streams_uni, CALLED_dcid_status, CALLED_update_key, CALLED_get_new_connection_id,
              CALLED_handshake_confirmed);
  CHECK_EQ(n.client.count[CALLED_get_new_connection_id], 6);
  CHECK_EQ(n.client.count[CALLED_handshake_confirmed], 1);
  network_free(&n);
}

static void order_of_a_server(void) {
  network_init(&n, 21);
  network_start(&n, 300 * MS);
  CHECK_ORDER(&n.server, CALLED_recv_client_initial, CALLED_get_new_connection_id, CALLED_handshake_completed,
              CALLED_extend_max_local_streams_bidi, CALLED_extend_max_local_streams_uni, CALLED_dcid_status,
              CALLED_update_key);
  CHECK_ORDER(&n.server, CALLED_recv_tx_key, CALLED_recv_rx_key, CALLED_recv_tx_key, CALLED_recv_rx_key,
              CALLED_handshake_completed);
  CHECK_EQ(n.server.count[CALLED_handshake_confirmed], 0);
  network_free(&n);
}

/* The client's first data stand in the datagram that completes the server's handshake: the server hears of that first. */
static void data_beside_the_last_flight(void) {
  static transfer t;
  network_init(&n, 25);
  transfer_init(&t, &n, 1, 1);
  network_start(&n, 300 * MS);
  CHECK(transfer_is_complete(&t));
  CHECK_ORDER(&n.server, CALLED_handshake_completed, CALLED_extend_max_local_streams_bidi,
              CALLED_extend_max_local_streams_uni, CALLED_stream_open, CALLED_recv_stream_data);
  network_free(&n);
}

#ifndef REFERENCE
/* A client's TLS completes between two datagrams, of which the second one confirms the handshake: what came before its time
 * is read with it. */
static void completed_between_datagrams(void) {
  network_init(&n, 26);
  n.server.settings.no_pmtud = 1;
  n.client.tls.completes_late = 1;
  network_start(&n, 15 * MS);
  CHECK(write_stream(&n.server, open_uni(&n.server), 0, 10).len > 0);
  network_run(&n, 20 * MS);
  CHECK(ngtcp2_conn_get_handshake_completed(n.server.conn));
  CHECK_EQ(n.client.count[CALLED_recv_stream_data], 0);
  ngtcp2_conn_tls_handshake_completed(n.client.conn);
  network_run(&n, 10 * MS);
  CHECK_EQ(n.client.count[CALLED_handshake_confirmed], 1);
  CHECK_EQ(n.client.count[CALLED_recv_stream_data], 1);
  network_free(&n);
}
#endif

/* The limits are told once they are known, if they allow anything. */
static void no_streams_allowed(void) {
  network_init(&n, 22);
  n.server.params.initial_max_streams_uni = 0;
  network_start(&n, 300 * MS);
  CHECK_EQ(n.client.last[CALLED_extend_max_local_streams_bidi].len, 16);
  CHECK_EQ(n.client.count[CALLED_extend_max_local_streams_uni], 0);
  CHECK_EQ(n.server.last[CALLED_extend_max_local_streams_uni].len, 16);
  network_free(&n);
}

static void connection_ids(void) {
  ngtcp2_cid ids[10];
  ngtcp2_cid_token active[10];
  network_init(&n, 23);
  network_start(&n, 300 * MS);
  CHECK_EQ(ngtcp2_conn_get_scid(n.client.conn, NULL), 7);
  CHECK_EQ(ngtcp2_conn_get_scid(n.client.conn, ids), 7);
  CHECK_EQ(n.client.cid_count, 7);
  for (size_t i = 0; i < 7; i++) {
    int is_known = 0;
    for (size_t j = 0; j < 7; j++) {
      is_known |= ngtcp2_cid_eq(&ids[i], &n.client.cids[j]);
    }
    CHECK(is_known);
  }
  CHECK_EQ(ngtcp2_conn_get_active_dcid(n.client.conn, NULL), 1);
  CHECK_EQ(ngtcp2_conn_get_active_dcid(n.client.conn, active), 1);
  CHECK(active[0].token_present);
  CHECK(ngtcp2_cid_eq(ngtcp2_conn_get_client_initial_dcid(n.server.conn), &n.client.client_dcid));
  network_free(&n);
}

static void measurements(void) {
  ngtcp2_conn_info info;
  int version = newest_conn_info_version();
  network_init(&n, 24);
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  ngtcp2_conn_get_conn_info_versioned(n.client.conn, version, &info);
  CHECK_EQ(info.smoothed_rtt, 333 * MS);
  CHECK_EQ(info.rttvar, 333 * MS / 2);
  CHECK_EQ(info.latest_rtt, 0);
  CHECK(info.min_rtt == UINT64_MAX && info.ssthresh == UINT64_MAX);
  CHECK_EQ(info.cwnd, 12000);
  CHECK_EQ(ngtcp2_conn_get_send_quantum(n.client.conn), 12000);
  CHECK_EQ(flush(&n.client), 1);
  ngtcp2_conn_get_conn_info_versioned(n.client.conn, version, &info);
  CHECK_EQ(info.bytes_in_flight, 1200);
  CHECK_EQ(ngtcp2_conn_get_cwnd_left(n.client.conn), 12000 - 1200);
  network_run(&n, 300 * MS);
  ngtcp2_conn_get_conn_info_versioned(n.client.conn, version, &info);
  CHECK_EQ(info.min_rtt, 20 * MS);
  CHECK_WITHIN(info.smoothed_rtt, 20 * MS, 21 * MS);
  CHECK_EQ(info.bytes_in_flight, 0);
  network_free(&n);
}

static const test tests[] = {
    TEST(order_of_a_client), TEST(order_of_a_server),  TEST(data_beside_the_last_flight),
#ifndef REFERENCE
    TEST(completed_between_datagrams),
#endif
    TEST(no_streams_allowed), TEST(connection_ids),    TEST(measurements),
};
MAIN("handshake", tests)
