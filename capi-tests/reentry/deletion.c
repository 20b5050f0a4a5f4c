/* ngtcp2_conn_del from inside a callback: the memory is freed when the outermost call returns, keys are
 * given back once, and nothing else is called any more (the endpoint checks that). */
#include "api_calls.h"
#include "lives.h"

static network n;
static transfer t;

static struct {
  callout inside;
  uint32_t skip; /* occasions to let pass */
  int side;      /* 0 or 1, or -1: whichever comes first */
  int done;
} plan;

static int has_no_connection(callout which) {
  switch (which) {
  case CALLED_encrypt:
  case CALLED_decrypt:
  case CALLED_hp_mask:
  case CALLED_delete_crypto_aead_ctx:
  case CALLED_delete_crypto_cipher_ctx:
  case CALLED_allocation:
  case CALLED_log_line:
  case CALLED_qlog_record:
    return 1;
  default:
    return 0;
  }
}

/* In the frees of conn_del there is no connection any more. */
static int is_refused(long long answer) {
  return answer == NGTCP2_ERR_INVALID_STATE || answer == NGTCP2_ERR_INVALID_ARGUMENT;
}

static void delete_now(endpoint *e, callout inside) {
  plan.done = 1;
  e->is_deleted = 1;
  ngtcp2_conn_del(e->conn);
  /* The second time does nothing. */
  ngtcp2_conn_del(e->conn);
  CHECK(e->heap.live > 0);
  if (inside != CALLED_allocation && !e->is_being_deleted) {
    /* The caller's data may go now. Allocations alone happen in the middle of a change. */
    CHECK_EQ(e->live_keys, 0);
  }
  /* No function does anything any more. */
  CHECK(is_refused(api_call_named("write_pkt")->call(e)));
  CHECK(is_refused(api_call_named("open_bidi_stream")->call(e)));
  CHECK_EQ(ngtcp2_conn_get_pto(e->conn), 0);
}

static int delete_inside(endpoint *e, const event *seen) {
  if (plan.done || seen->which != plan.inside || !e->conn || (plan.side != -1 && e->is_server != plan.side)) {
    return 0;
  }
  if (plan.skip > 0) {
    plan.skip--;
    return 0;
  }
  delete_now(e, seen->which);
  return 0;
}

/* Returns whether there was such an occasion. */
static int live_until(const life *l, callout inside, uint32_t occasion, int side) {
  note_case("inside %s, occasion %u", callout_name(inside), (unsigned)occasion);
  memset(&plan, 0, sizeof(plan));
  plan.inside = inside;
  plan.skip = occasion;
  plan.side = side;
  network_init(&n, 1);
  n.client.observe = n.server.observe = delete_inside;
  l->run(&n, &t);
  /* The deleted end answered the same to all that was under way. */
  for (int i = 0; i < 2; i++) {
    const endpoint *e = i ? &n.server : &n.client;
    if (e->is_deleted && e->error) {
      CHECK_EQ(e->error, NGTCP2_ERR_CALLBACK_FAILURE);
    }
  }
  /* Checks that both ends have given everything back. */
  network_free(&n);
  return plan.done;
}

static void every_occasion(int bare) {
  for (int which = 0; which < CALLOUT_COUNT; which++) {
    callout inside = (callout)which;
    uint32_t occasion = 0;
    /* Random bytes are asked for before there is a connection. */
    if (has_no_connection(inside) != bare || inside == CALLED_rand) {
      continue;
    }
    for (int side = 0; side < 2; side++) {
      /* All at the beginning, then fewer and fewer. */
      for (occasion = 0; live_until(life_of(inside), inside, occasion, side); occasion += 1 + occasion / 8) {
      }
    }
  }
}

static void inside_callbacks(void) { every_occasion(0); }
static void inside_callbacks_without_a_connection(void) { every_occasion(1); }

/* The other end is deleted, while this one is in the middle of a call. */
static int delete_the_peer(endpoint *e, const event *seen) {
  endpoint *peer = e->is_server ? &n.client : &n.server;
  if (seen->which != plan.inside || plan.done || !is_alive(peer) || peer->nesting) {
    return 0;
  }
  plan.done = 1;
  peer->is_deleted = 1;
  ngtcp2_conn_del(peer->conn);
  CHECK_EQ(peer->heap.live, 0);
  return 0;
}

static void of_another_connection(void) {
  for (int which = 0; which < CALLOUT_COUNT; which++) {
    note_case("inside %s", callout_name((callout)which));
    memset(&plan, 0, sizeof(plan));
    plan.inside = (callout)which;
    network_init(&n, 2);
    n.client.observe = n.server.observe = delete_the_peer;
    life_of((callout)which)->run(&n, &t);
    network_free(&n);
  }
}

/* From inside calls that callbacks made, three deep. */
static int go_deeper(endpoint *e, const event *seen) {
  ngtcp2_pkt_info info = {0};
  datagram *d;
  if (seen->which != CALLED_recv_stream_data || plan.done) {
    return 0;
  }
  if (e->nesting == 3) {
    delete_now(e, seen->which);
    return 0;
  }
  d = take_datagram(&n, e->is_server);
  if (d) {
    int status = ngtcp2_conn_read_pkt(e->conn, &e->path.path, &info, d->data, d->len, n.now);
    if (plan.done) {
      CHECK(status == NGTCP2_ERR_CALLBACK_FAILURE);
    }
    test_free(d);
  }
  return 0;
}

static void three_calls_deep(void) {
  memset(&plan, 0, sizeof(plan));
  network_init(&n, 3);
  transfer_init(&t, &n, 1, 50000);
  n.server.observe = go_deeper;
  network_start(&n, 1 * SECOND);
  CHECK(plan.done);
  CHECK_EQ(n.server.error, NGTCP2_ERR_CALLBACK_FAILURE);
  network_free(&n);
}

static const test tests[] = {
    TEST(inside_callbacks),
    TEST(inside_callbacks_without_a_connection),
    TEST(of_another_connection),
    TEST(three_calls_deep),
};
MAIN("deletion", tests)
