/* Every function with every kind of nonsense that is no dangling pointer, on connections in every state:
 * an error or nothing, never a crash, and the connection can still be deleted. The calls are generated from
 * the header; the arguments are drawn by chance from the values below, the same in each run. */
#ifdef FAULT_INJECTION
#include "faults.h"
#endif
#include "null_crypto.h"
#include "writer.h"

#define ROUNDS 60
/* The most that a call reads or writes at one pointer, and how much of it is cleared between calls. */
#define REGION (64 * 1024)
#define CLEARED (32 * 1024)
#define MAX_ARGUMENTS 20

static network n;
static endpoint *subject;
static generator draws;
static uint8_t regions[MAX_ARGUMENTS][REGION] __attribute__((aligned(16)));
static int is_dirty[MAX_ARGUMENTS];

static ngtcp2_conn *connection(void) { return random_below(&draws, 16) == 0 ? NULL : subject->conn; }

/* Zeros: a struct that was never filled in. */
static void *pointer(int position) {
  if (random_below(&draws, 4) == 0) {
    return NULL;
  }
  if (is_dirty[position]) {
    memset(regions[position], 0, CLEARED);
  }
  is_dirty[position] = 1;
  return regions[position];
}

/* Bytes that mean nothing, or begin like a packet. */
static void *bytes(int position) {
  uint8_t *data = pointer(position);
  if (data) {
    random_bytes(&draws, data, 64);
  }
  return data;
}

static size_t length(void) {
  static const size_t lengths[] = {0, 1, 5, 20, 21, 64, 1199, 1200};
  return lengths[random_below(&draws, sizeof(lengths) / sizeof(lengths[0]))];
}

static uint64_t number(void) {
  static const uint64_t numbers[] = {0,
                                     1,
                                     2,
                                     3,
                                     4,
                                     5,
                                     8,
                                     0x7fffffff,
                                     0x80000000,
                                     0xffffffff,
                                     (uint64_t)1 << 60,
                                     ((uint64_t)1 << 60) + 1,
                                     ((uint64_t)1 << 62) - 1,
                                     (uint64_t)1 << 62,
                                     INT64_MAX,
                                     UINT64_MAX - 1,
                                     UINT64_MAX};
  return numbers[random_below(&draws, sizeof(numbers) / sizeof(numbers[0]))];
}

static ngtcp2_tstamp point_in_time(void) {
  static const ngtcp2_tstamp others[] = {0, 1, START - 1, START + 365 * 24 * 3600 * SECOND, UINT64_MAX - 1, UINT64_MAX};
  if (random_below(&draws, 4)) {
    n.now += random_below(&draws, 20 * MS);
    return n.now;
  }
  return others[random_below(&draws, sizeof(others) / sizeof(others[0]))];
}

static ngtcp2_encrypt encrypt_or_null(void) { return random_below(&draws, 4) ? null_encrypt : NULL; }
static ngtcp2_hp_mask hp_mask_or_null(void) { return random_below(&draws, 4) ? null_hp_mask : NULL; }

static ngtcp2_ssize write_pkt(ngtcp2_conn *conn, ngtcp2_path *path, ngtcp2_pkt_info *info, uint8_t *dest, size_t destlen,
                              ngtcp2_tstamp now, void *user_data) {
  (void)user_data;
  switch (random_below(&draws, 6)) {
  case 0:
    return (ngtcp2_ssize)destlen + 1;
  case 1:
    return -1;
  case 2:
    return 0;
  default:
    return ngtcp2_conn_write_pkt(conn, path, info, dest, destlen, now);
  }
}

static ngtcp2_write_pkt write_pkt_or_null(void) { return random_below(&draws, 4) ? write_pkt : NULL; }

#pragma GCC diagnostic ignored "-Wtype-limits"
#include "calls.h"

static void begin(void) {
  network_init(&n, 1);
  subject = &n.client;
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
}

static void begin_client(void) { begin(); }

static void begin_first_flight(void) {
  begin();
  flush(&n.client);
}

static void begin_handshaking_server(void) {
  begin();
  network_run(&n, DELAY);
  subject = &n.server;
}

static void begin_established(void) {
  begin();
  network_run(&n, 300 * MS);
  for (int i = 0; i < 3; i++) {
    write_stream(&n.client, open_bidi(&n.client), 0, 100);
  }
  network_run(&n, 5 * MS);
}

static void begin_established_server(void) {
  begin_established();
  network_run(&n, 100 * MS);
  subject = &n.server;
}

static void begin_sequence(void) {
  begin_established();
  CHECK_EQ(write_stream(&n.client, open_bidi(&n.client), MORE, 100).len, NGTCP2_ERR_WRITE_MORE);
}

static void begin_closing(void) {
  begin_established();
  CHECK(send_close(&n.client, NULL) > 0);
}

static void begin_draining(void) {
  begin_closing();
  network_run(&n, 100 * MS);
  subject = &n.server;
}

/* A connection whose time is over. */
static void begin_timed_out(void) {
  begin_established();
  n.now += 100 * SECOND;
  CHECK_EQ(ngtcp2_conn_handle_expiry(n.client.conn, n.now), NGTCP2_ERR_IDLE_CLOSE);
}

/* A connection of which a callback failed. */
static int refuse_stream(endpoint *e, const event *seen) {
  (void)e;
  return seen->which == CALLED_stream_open ? NGTCP2_ERR_CALLBACK_FAILURE : 0;
}

static void begin_failed_callback(void) {
  begin();
  n.server.observe = refuse_stream;
  network_run(&n, 300 * MS);
  write_stream(&n.client, open_bidi(&n.client), 0, 100);
  network_run(&n, 100 * MS);
  CHECK_EQ(n.server.error, NGTCP2_ERR_CALLBACK_FAILURE);
  n.server.observe = NULL;
  subject = &n.server;
}

/* A connection that ran out of memory. */
static void begin_out_of_memory(void) {
  begin_established();
  n.server.heap.fail_at = n.server.heap.calls + 1;
  n.server.heap.fail_from_then_on = 1;
  for (int i = 0; i < 60 && !n.server.error; i++) {
    int64_t id;
    if (ngtcp2_conn_open_bidi_stream(n.client.conn, &id, NULL) == 0) {
      write_stream(&n.client, id, 0, 1000);
    }
    network_run(&n, 20 * MS);
  }
  CHECK(n.server.error != 0);
  subject = &n.server;
}

#ifdef FAULT_INJECTION
/* A connection in which the library itself failed. */
static void begin_panicked(void) {
  begin_established();
  ngtcp2_fault_arm(point_named("drive"), 1);
  CHECK_EQ(ngtcp2_conn_handle_expiry(n.client.conn, n.now), NGTCP2_ERR_INTERNAL);
}
#endif

#define COUNT (sizeof(calls) / sizeof(calls[0]))

/* One function at a time, so that what it does to the connection is its own doing. */
static void each_function(void (*begin_state)(void)) {
  for (size_t i = 0; i < COUNT; i++) {
    draws.state = i;
    note_case("%s", calls[i].name);
    begin_state();
    for (int round = 0; round < ROUNDS; round++) {
      calls[i].call();
    }
    network_free(&n);
  }
}

/* One after the other in any order. */
static void any_order(void (*begin_state)(void)) {
  for (uint64_t seed = 0; seed < 40; seed++) {
    draws.state = hash_pair(seed, 1);
    begin_state();
    for (int round = 0; round < 1000; round++) {
      size_t i = random_below(&draws, COUNT);
      note_case("seed %d, round %d: %s", (int)seed, round, calls[i].name);
      calls[i].call();
    }
    network_free(&n);
  }
}

static void in_state(void (*begin_state)(void)) {
  each_function(begin_state);
  any_order(begin_state);
}

static void of_a_new_client(void) { in_state(begin_client); }
static void of_a_client_that_waits(void) { in_state(begin_first_flight); }
static void of_a_server_that_waits(void) { in_state(begin_handshaking_server); }
static void of_an_established_client(void) { in_state(begin_established); }
static void of_an_established_server(void) { in_state(begin_established_server); }
static void in_a_write_more_sequence(void) { in_state(begin_sequence); }
static void in_the_closing_period(void) { in_state(begin_closing); }
static void in_the_draining_period(void) { in_state(begin_draining); }
static void after_the_idle_timeout(void) { in_state(begin_timed_out); }

static void after_a_failed_callback(void) { in_state(begin_failed_callback); }
static void out_of_memory(void) { in_state(begin_out_of_memory); }
#ifdef FAULT_INJECTION
static void after_a_panic(void) { in_state(begin_panicked); }
#endif

static const test tests[] = {
    TEST(of_a_new_client),          TEST(of_a_client_that_waits),   TEST(of_a_server_that_waits),
    TEST(of_an_established_client), TEST(of_an_established_server), TEST(in_a_write_more_sequence),
    TEST(in_the_closing_period),    TEST(in_the_draining_period),   TEST(after_the_idle_timeout),
    TEST(after_a_failed_callback),  TEST(out_of_memory),
#ifdef FAULT_INJECTION
    TEST(after_a_panic),
#endif
};
MAIN("nonsense", tests)
