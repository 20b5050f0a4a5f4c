/* All memory of a connection comes from its ngtcp2_mem and goes back there, and none is asked for while
 * packets just flow. */
#include "callbacks.h"
#include "transfer.h"

static network n;
static transfer t;

/* Live blocks are counted by network_free. */
static void transfer_with(size_t skew) {
  network_init(&n, 1);
  n.client.heap.skew = n.server.heap.skew = skew;
  transfer_init(&t, &n, 4, 200000);
  t.datagrams = 10;
  set_log(&n.client);
  set_log(&n.server);
  network_start(&n, 5 * SECOND);
  CHECK(transfer_is_complete(&t));
  CHECK(n.client.heap.calls > 0);
  network_free(&n);
}

static void aligned_to_sixteen(void) { transfer_with(0); }
static void eight_modulo_sixteen(void) { transfer_with(8); }

static void default_allocator(void) {
  const ngtcp2_mem *mem = ngtcp2_mem_default();
  ngtcp2_cid dcid = {18, {1}}, scid = {8, {2}};
  uint8_t *block = mem->calloc(3, 5, mem->user_data);
  for (int i = 0; i < 15; i++) {
    CHECK_EQ(block[i], 0);
  }
  block = mem->realloc(block, 100, mem->user_data);
  CHECK_EQ(block[14], 0);
  mem->free(block, mem->user_data);
  mem->free(NULL, mem->user_data);
  block = mem->malloc(10, mem->user_data);
  mem->free(block, mem->user_data);

  network_init(&n, 2);
  path_between(&n.client.path, 0, CLIENT_PORT, SERVER_PORT);
  CHECK_EQ(ngtcp2_conn_client_new_versioned(&n.client.conn, &dcid, &scid, &n.client.path.path, NGTCP2_PROTO_VER_V1,
                                            n.client.callbacks_version, &n.client.callbacks, n.client.settings_version,
                                            &n.client.settings, NGTCP2_TRANSPORT_PARAMS_VERSION, &n.client.params, NULL,
                                            &n.client),
           0);
  CHECK(network_run(&n, 300 * MS));
  CHECK_EQ(n.client.heap.calls, 0);
  network_free(&n);
}

/* What the caller's structs pointed to is copied: they may go as soon as the connection is made. */
static void callers_structs_may_go(void) {
  static const uint8_t token[] = "0123456789";
  static const uint16_t sizes[] = {1300, 1400};
  static const uint32_t versions[] = {NGTCP2_PROTO_VER_V2, NGTCP2_PROTO_VER_V1};
  uint8_t *token_copy = test_alloc(sizeof(token));
  uint16_t *sizes_copy = test_alloc(sizeof(sizes));
  uint32_t *versions_copy = test_alloc(sizeof(versions)), *preferred_copy = test_alloc(sizeof(versions));
  ngtcp2_settings *s = &n.client.settings;
  network_init(&n, 3);
  s->token = memcpy(token_copy, token, sizeof(token));
  s->tokenlen = sizeof(token);
  s->pmtud_probes = memcpy(sizes_copy, sizes, sizeof(sizes));
  s->pmtud_probeslen = 2;
  s->available_versions = memcpy(versions_copy, versions, sizeof(versions));
  s->available_versionslen = 2;
  s->preferred_versions = memcpy(preferred_copy, versions, sizeof(versions));
  s->preferred_versionslen = 2;
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  test_free(token_copy);
  test_free(sizes_copy);
  test_free(versions_copy);
  test_free(preferred_copy);
  memset(s, 0xcd, sizeof(*s));
  memset(&n.client.callbacks, 0xcd, sizeof(n.client.callbacks));
  memset(&n.client.params, 0xcd, sizeof(n.client.params));
  CHECK(network_run(&n, 5 * SECOND));
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
  CHECK_EQ(ngtcp2_conn_get_path_max_tx_udp_payload_size(n.client.conn), 1400);
  network_free(&n);
}

/* A stream without end, limited by the receiver's window. */
static int write_without_end(endpoint *e) {
  int64_t *id = e->context;
  int packets = 0;
  written w;
  do {
    w = write_stream_at(e, *id, 0, 0, 100000);
    if (w.len == NGTCP2_ERR_STREAM_DATA_BLOCKED) {
      w = write_stream(e, -1, 0, 0);
    }
    packets += w.len > 0;
  } while (w.len > 0);
  CHECK_EQ(w.len, 0);
  ngtcp2_conn_update_pkt_tx_time(e->conn, e->net->now);
  return packets;
}

static int consume(endpoint *e, const event *seen) {
  if (seen->which == CALLED_recv_stream_data) {
    ngtcp2_conn_extend_max_stream_offset(e->conn, seen->stream_id, seen->len);
    ngtcp2_conn_extend_max_offset(e->conn, seen->len);
  }
  return 0;
}

static void run_packets(uint64_t count) {
  uint64_t end = n.sent[0] + n.sent[1] + count;
  while (n.sent[0] + n.sent[1] < end) {
    CHECK(network_run(&n, 1 * SECOND));
  }
}

static void no_allocation_per_packet(void) {
  int64_t id;
  uint64_t client_calls, server_calls;
  network_init(&n, 4);
  network_start(&n, 500 * MS);
  id = open_uni(&n.client);
  n.client.context = &id;
  n.client.write = write_without_end;
  n.server.observe = consume;
  run_packets(5000);
  client_calls = n.client.heap.calls;
  server_calls = n.server.heap.calls;
  run_packets(10000);
  CHECK_EQ(n.client.heap.calls, client_calls);
  CHECK_EQ(n.server.heap.calls, server_calls);
  network_free(&n);
}

static int every_fiftieth_is_lost(network *net, int to_server, uint64_t number, size_t len) {
  (void)net;
  (void)to_server;
  (void)len;
  return number % 50 == 49;
}

/* Loss needs memory for what waits, but none that grows with the packets. */
static void memory_of_a_lossy_transfer_is_bounded(void) {
  int64_t id;
  uint64_t peak[2];
  network_init(&n, 5);
  n.is_lost = every_fiftieth_is_lost;
  network_start(&n, 2 * SECOND);
  id = open_uni(&n.client);
  n.client.context = &id;
  n.client.write = write_without_end;
  n.server.observe = consume;
  run_packets(10000);
  peak[0] = n.client.heap.peak_bytes;
  peak[1] = n.server.heap.peak_bytes;
  run_packets(20000);
  CHECK(n.client.heap.peak_bytes <= peak[0] * 5 / 4);
  CHECK(n.server.heap.peak_bytes <= peak[1] * 5 / 4);
  network_free(&n);
}

/* Streams come and go in a connection that lives long. */
static void memory_of_many_requests_is_bounded(void) {
  uint64_t live[2] = {0, 0};
  network_init(&n, 6);
  n.client.observe = n.server.observe = consume;
  network_start(&n, 500 * MS);
  for (int request = 0; request < 2000; request++) {
    int64_t id = open_bidi(&n.client);
    CHECK(write_stream(&n.client, id, FIN, 100).len > 0);
    CHECK(network_run(&n, 30 * MS));
    CHECK(write_stream(&n.server, id, FIN, 1000).len > 0);
    CHECK(network_run(&n, 50 * MS));
    ngtcp2_conn_extend_max_streams_bidi(n.server.conn, 1);
    if (request == 200) {
      live[0] = n.client.heap.live_bytes;
      live[1] = n.server.heap.live_bytes;
    }
  }
  CHECK_EQ(n.client.count[CALLED_stream_close], 2000);
  CHECK_EQ(n.server.count[CALLED_stream_close], 2000);
  CHECK_EQ(n.client.heap.live_bytes, live[0]);
  CHECK_EQ(n.server.heap.live_bytes, live[1]);
  network_free(&n);
}

static const test tests[] = {
    TEST(aligned_to_sixteen),
    TEST(eight_modulo_sixteen),
    TEST(default_allocator),
    TEST(callers_structs_may_go),
    TEST(no_allocation_per_packet),
    TEST(memory_of_a_lossy_transfer_is_bounded),
    TEST(memory_of_many_requests_is_bounded),
};
MAIN("allocator", tests)
