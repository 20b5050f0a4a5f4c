/* A bug of the library at each point where one can be injected, at each passage of each scripted life, on either side: no
 * crash, that connection alone is over, every later call says so, and all is given back. Needs a library with the feature
 * fault-injection: run.sh --faults. */
#include "api_calls.h"
#include "callbacks.h"
#include "faults.h"
#include "lives.h"
#include "null_crypto.h"

static network n, others;
static transfer t, of_others;

/* Where in the library, when in the life. */
static struct {
  size_t point;
  uint64_t passage;
} fault;

static int one_in_six_is_lost(network *net, int to_server, uint64_t number, size_t len) {
  (void)to_server;
  (void)len;
  return number > 3 && random_below(&net->link_random, 6) == 0;
}

/* What the other lives do not have: data out of order, an open packet, the closing and the draining period. */
static void lossy_and_closed(network *net, transfer *data) {
  int64_t id;
  transfer_init(data, net, 3, 30000);
  net->is_lost = one_in_six_is_lost;
  if (client_new(&net->client, NGTCP2_PROTO_VER_V1)) {
    return;
  }
  network_run(net, 400 * MS);
  if (is_alive(&net->client) && ngtcp2_conn_open_bidi_stream(net->client.conn, &id, NULL) == 0) {
    write_stream(&net->client, id, MORE, 100);
    write_stream(&net->client, id, MORE, 100);
  }
  if (is_alive(&net->client)) {
    send_close(&net->client, NULL);
  }
  network_run(net, 50 * MS);
  for (int i = 0; i < 2; i++) {
    endpoint *e = i ? &net->server : &net->client;
    if (e->conn) {
      write_stream(e, -1, 0, 0);
      ngtcp2_conn_handle_expiry(e->conn, net->now);
      ngtcp2_conn_in_closing_period(e->conn);
    }
  }
}

static const life closed = {"lossy and closed", lossy_and_closed, CALLOUT_COUNT};

/* A transfer that is half done when the bug strikes. */
static void begin_others(void) {
  network_init(&others, 7);
  transfer_init(&of_others, &others, 2, 20000);
  network_start(&others, 40 * MS);
}

static void finish_others(void) {
  network_run(&others, 2 * SECOND);
  CHECK_EQ(others.client.error, 0);
  CHECK_EQ(others.server.error, 0);
  CHECK(transfer_is_complete(&of_others));
  network_free(&others);
}

static int has_panicked(endpoint *e) {
  return e->conn && ngtcp2_conn_handle_expiry(e->conn, e->net->now) == NGTCP2_ERR_INTERNAL;
}

/* Whatever is called, it changes nothing, calls nothing, and tells. */
static void check_every_call(endpoint *e) {
  size_t callbacks = e->journal_len;
  for (size_t i = 0; i < api_call_count; i++) {
    long long refused = api_calls[i].refused;
    long long answer = api_calls[i].call(e);
    if (answer != (refused == NGTCP2_ERR_INVALID_STATE ? NGTCP2_ERR_INTERNAL : refused)) {
      FAIL("%s of a connection that panicked answered %lld", api_calls[i].name, answer);
    }
  }
  CHECK_EQ(e->journal_len, callbacks);
}

/* Of the two connections of a life one has failed, or there is none because it failed to be made. */
static void aftermath(int *panicked, int *unmade) {
  endpoint *ends[] = {&n.client, &n.server};
  *panicked = 0;
  for (int i = 0; i < 2; i++) {
    if (has_panicked(ends[i])) {
      check_every_call(ends[i]);
      (*panicked)++;
    }
  }
  *unmade = !n.client.conn || (!n.server.conn && n.server.error == NGTCP2_ERR_INTERNAL);
  CHECK_EQ(*panicked + *unmade, 1);
}

static void run(const life *l) {
  network_init(&n, 1);
  set_log(&n.client);
  ngtcp2_fault_arm(fault.point, fault.passage);
  l->run(&n, &t);
}

/* What the faults of a point came to. */
typedef struct outcome {
  int faults, failed, unmade;
} outcome;

static void every_passage(const life *l, outcome *o) {
  uint64_t passages;
  fault.passage = 0;
  run(l);
  passages = ngtcp2_fault_passages();
  network_free(&n);
  for (fault.passage = 1; fault.passage <= passages; fault.passage++) {
    int panicked, unmade;
    note_case("%s, %s, passage %llu", l->name, ngtcp2_fault_name(fault.point), (unsigned long long)fault.passage);
    run(l);
    /* What comes before the fault is as it was without. */
    CHECK_EQ(ngtcp2_fault_passages(), fault.passage);
    aftermath(&panicked, &unmade);
    o->faults++;
    o->failed += panicked;
    o->unmade += unmade;
    network_free(&n);
  }
}

static void point(const char *name) {
  outcome o = {0};
  fault.point = point_named(name);
  begin_others();
  every_passage(&closed, &o);
  for (size_t i = 0; i < life_count; i++) {
    every_passage(&lives[i], &o);
  }
  finish_others();
  printf("    %s: %d faults, %d connections failed, %d were not made\n", name, o.faults, o.failed, o.unmade);
  CHECK(o.faults > 0);
}

/* Also when nothing is left but to give back what the caller owns: a second attempt takes what the first one left. */
static void panic_at_release(void) {
  int faults = 0;
  for (size_t i = 0; i < life_count; i++) {
    uint64_t passages;
    fault.passage = 0;
    fault.point = point_named("release");
    run(&lives[i]);
    network_free(&n);
    passages = ngtcp2_fault_passages();
    for (fault.passage = 1; fault.passage <= passages; fault.passage++) {
      note_case("%s, release, passage %llu", lives[i].name, (unsigned long long)fault.passage);
      run(&lives[i]);
      network_free(&n);
      CHECK(ngtcp2_fault_passages() >= fault.passage);
      faults++;
    }
  }
  printf("    release: %d faults\n", faults);
}

static void panic_at_create(void) { point("create"); }
static void panic_at_observe(void) { point("observe"); }
static void panic_at_change(void) { point("change"); }
static void panic_at_drive(void) { point("drive"); }

/* The functions without a connection, on a valid packet and valid parameters. */
static long long accept_packet(const uint8_t *data, size_t len) {
  ngtcp2_pkt_hd header;
  return ngtcp2_accept(&header, data, len);
}
static long long decode_version_cid(const uint8_t *data, size_t len) {
  ngtcp2_version_cid ids;
  return ngtcp2_pkt_decode_version_cid(&ids, data, len, 8);
}
static long long decode_hd_long(const uint8_t *data, size_t len) {
  ngtcp2_pkt_hd header;
  return ngtcp2_pkt_decode_hd_long(&header, data, len);
}
static long long decode_hd_short(const uint8_t *data, size_t len) {
  static const uint8_t bytes[50] = {0x40};
  ngtcp2_pkt_hd header;
  (void)data;
  (void)len;
  return ngtcp2_pkt_decode_hd_short(&header, bytes, sizeof(bytes), 8);
}
static long long write_retry(const uint8_t *data, size_t len) {
  static const ngtcp2_cid ids[] = {{8, {1}}, {8, {2}}, {8, {3}}};
  uint8_t dest[300];
  key k = key_alone(retry_secret());
  ngtcp2_crypto_aead_ctx context = {&k};
  ngtcp2_crypto_aead aead = null_aead();
  return ngtcp2_pkt_write_retry(dest, sizeof(dest), NGTCP2_PROTO_VER_V1, &ids[0], &ids[1], &ids[2], data, len < 20 ? len : 20,
                                null_encrypt, &aead, &context);
}
static long long write_version_negotiation(const uint8_t *data, size_t len) {
  static const uint32_t versions[] = {NGTCP2_PROTO_VER_V1};
  uint8_t dest[300];
  (void)len;
  return ngtcp2_pkt_write_version_negotiation(dest, sizeof(dest), 1, data, 8, data, 8, versions, 1);
}
static long long write_connection_close_packet(const uint8_t *data, size_t len) {
  static const ngtcp2_cid ids[] = {{8, {1}}, {8, {2}}};
  uint8_t dest[300];
  key k = key_alone(1);
  ngtcp2_crypto_aead_ctx context = {&k};
  ngtcp2_crypto_cipher_ctx mask = {&k};
  ngtcp2_crypto_ctx suite = null_crypto_ctx(&n.client);
  (void)len;
  return ngtcp2_pkt_write_connection_close(dest, sizeof(dest), NGTCP2_PROTO_VER_V1, &ids[0], &ids[1], 0, data, 4, null_encrypt,
                                           &suite.aead, &context, data, null_hp_mask, &suite.hp, &mask);
}
static long long write_stateless_reset(const uint8_t *data, size_t len) {
  uint8_t dest[60];
  return ngtcp2_pkt_write_stateless_reset(dest, sizeof(dest), data, data, len < 40 ? len : 40);
}
static long long encode_parameters(const uint8_t *data, size_t len) {
  uint8_t dest[300];
  (void)data;
  (void)len;
  return ngtcp2_transport_params_encode(dest, sizeof(dest), &n.client.params);
}
static long long decode_parameters(const uint8_t *data, size_t len) {
  static const uint8_t bytes[] = {1, 1, 5};
  ngtcp2_transport_params params;
  (void)data;
  (void)len;
  return ngtcp2_transport_params_decode(&params, bytes, sizeof(bytes));
}
static long long decode_new_parameters(const uint8_t *data, size_t len) {
  static const uint8_t bytes[] = {1, 1, 5};
  ngtcp2_transport_params *params;
  int status = ngtcp2_transport_params_decode_new(&params, bytes, sizeof(bytes), &n.client.heap.mem);
  (void)data;
  (void)len;
  CHECK((params == NULL) == (status != 0));
  ngtcp2_transport_params_del(params, &n.client.heap.mem);
  return status;
}

static void panic_at_helper(void) {
  long long (*const functions[])(const uint8_t *, size_t) = {
      accept_packet,     decode_version_cid,        decode_hd_long,                decode_hd_short,
      write_retry,       write_version_negotiation, write_connection_close_packet, write_stateless_reset,
      encode_parameters, decode_parameters,         decode_new_parameters,
  };
  datagram *d;
  network_init(&n, 1);
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  CHECK(flush(&n.client) > 0);
  n.now += DELAY;
  d = take_datagram(&n, 1);
  for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
    note_case("function %d", (int)i);
    ngtcp2_fault_arm(point_named("helper"), 1);
    CHECK_EQ(functions[i](d->data, d->len), NGTCP2_ERR_INTERNAL);
    CHECK(functions[i](d->data, d->len) >= 0);
  }
  test_free(d);
  network_free(&n);
}
static void panic_at_callback(void) { point("callback"); }
static void panic_at_allocation(void) { point("allocation"); }
static void panic_at_opened(void) { point("opened"); }
static void panic_at_frame(void) { point("frame"); }
static void panic_at_acked(void) { point("acked"); }
static void panic_at_lost(void) { point("lost"); }
static void panic_at_reordered(void) { point("reordered"); }
static void panic_at_begun(void) { point("begun"); }
static void panic_at_sealed(void) { point("sealed"); }
static void panic_at_timer(void) { point("timer"); }
static void panic_at_line(void) { point("line"); }
static void panic_at_record(void) { point("record"); }

static const test tests[] = {
    TEST(panic_at_create),     TEST(panic_at_observe),   TEST(panic_at_change), TEST(panic_at_drive),  TEST(panic_at_helper),
    TEST(panic_at_callback),   TEST(panic_at_allocation), TEST(panic_at_opened), TEST(panic_at_frame),  TEST(panic_at_acked),
    TEST(panic_at_lost),       TEST(panic_at_reordered), TEST(panic_at_begun),  TEST(panic_at_sealed), TEST(panic_at_timer),
    TEST(panic_at_line),       TEST(panic_at_record),     TEST(panic_at_release),
};
MAIN("injected", tests)
