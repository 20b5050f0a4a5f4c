/* Each function, called on the same connection from inside each callback: what it answers follows from the
 * callback's phase alone. */
#include "api_calls.h"
#include "lives.h"

static network n;
static transfer t;

typedef enum phase {
  /* The connection is consistent: everything is allowed. */
  CONSISTENT,
  /* A packet is being built, or what the first one needs: no reading, writing, expiry, and no other keys or
   * path. */
  BUILDING,
  /* No connection in the arguments: nothing is allowed. */
  BARE,
} phase;

static phase phase_of(callout which) {
  switch (which) {
  case CALLED_client_initial:
  case CALLED_recv_client_initial:
  case CALLED_version_negotiation:
  case CALLED_get_new_connection_id:
  case CALLED_dcid_status:
  case CALLED_stream_stop_sending:
  case CALLED_extend_max_remote_streams_bidi:
  case CALLED_extend_max_remote_streams_uni:
  case CALLED_update_key:
  case CALLED_begin_path_validation:
  case CALLED_get_path_challenge_data:
    return BUILDING;
  case CALLED_encrypt:
  case CALLED_decrypt:
  case CALLED_hp_mask:
  case CALLED_rand:
  case CALLED_delete_crypto_aead_ctx:
  case CALLED_delete_crypto_cipher_ctx:
  case CALLED_allocation:
  case CALLED_log_line:
  case CALLED_qlog_record:
    return BARE;
  default:
    return CONSISTENT;
  }
}

/* The call that an observer makes, and what became of it. */
static struct {
  const api_call *call;
  callout inside;
  uint32_t skip; /* occasions to let pass */
  int each_time, depth;
  uint32_t made;
  long long answer;
} attempt;

/* Enough for each occasion of a life. A call that brings about its own next occasion would go on for ever. */
#define MOST_CALLS 500

static int make_call(endpoint *e, const event *seen) {
  if (seen->which != attempt.inside || !e->conn || e->nesting > attempt.depth || e->is_deleted) {
    return 0;
  }
  if (attempt.skip > 0) {
    attempt.skip--;
    return 0;
  }
  if (attempt.made >= (attempt.each_time ? MOST_CALLS : 1)) {
    return 0;
  }
  attempt.made++;
  attempt.answer = attempt.call->call(e);
  return 0;
}

static void live_with(const life *l, const api_call *call, callout inside, uint32_t skip, int each_time, int depth) {
  note_case("%s inside %s, occasion %u%s", call->name, callout_name(inside), (unsigned)skip, each_time ? " and after" : "");
  memset(&attempt, 0, sizeof(attempt));
  attempt.call = call;
  attempt.inside = inside;
  attempt.skip = skip;
  attempt.each_time = each_time;
  attempt.depth = depth;
  network_init(&n, 1);
  n.client.observe = n.server.observe = make_call;
  l->run(&n, &t);
}

static int is_refused_in(const api_call *call, phase p) {
  return p == BARE || (p == BUILDING && call->access == DRIVES);
}

static void check_answer(const api_call *call, phase p) {
  if (is_refused_in(call, p)) {
    CHECK_EQ(attempt.answer, call->refused);
  } else if (call->tells && attempt.answer == call->refused) {
    FAIL("answered %lld, as if it was refused", attempt.answer);
  }
}

/* What the life comes to without any call from inside. */
static int errors_of_life[2];

static void learn(const life *l) {
  network_init(&n, 1);
  l->run(&n, &t);
  errors_of_life[0] = n.client.error;
  errors_of_life[1] = n.server.error;
  network_free(&n);
}

static void check_phase(callout inside) {
  const life *l = life_of(inside);
  phase p = phase_of(inside);
  learn(l);
  for (size_t i = 0; i < api_call_count; i++) {
    const api_call *call = &api_calls[i];
    live_with(l, call, inside, 0, 0, 1);
    if (!attempt.made) {
      FAIL("the callback was never called");
    }
    check_answer(call, p);
    /* Nobody noticed. */
    if (!call->ends || is_refused_in(call, p)) {
      CHECK_EQ(n.client.error, errors_of_life[0]);
      CHECK_EQ(n.server.error, errors_of_life[1]);
      CHECK(!n.client.transfer || transfer_is_complete(&t));
    }
    network_free(&n);
  }
}

/* At every occasion, and from inside the callbacks that the call itself makes: nothing to check but that
 * all is given back. */
static void check_every_occasion(callout inside) {
  for (size_t i = 0; i < api_call_count; i++) {
    if (api_calls[i].access != OBSERVES) {
      live_with(life_of(inside), &api_calls[i], inside, 0, 1, 3);
      network_free(&n);
    }
  }
}

static void all(phase wanted, void (*check)(callout)) {
  for (int which = 0; which < CALLOUT_COUNT; which++) {
    /* Random bytes are asked for before there is a connection. */
    if (phase_of((callout)which) == wanted && which != CALLED_rand) {
      check((callout)which);
    }
  }
}

static void consistent_callbacks(void) { all(CONSISTENT, check_phase); }
static void callbacks_of_packets_under_construction(void) { all(BUILDING, check_phase); }
static void callbacks_without_a_connection(void) { all(BARE, check_phase); }
static void consistent_callbacks_each_time(void) { all(CONSISTENT, check_every_occasion); }
static void packets_under_construction_each_time(void) { all(BUILDING, check_every_occasion); }

/* A connection of its own is no business of the phase. */
static int touch_the_other_end(endpoint *e, const event *seen) {
  endpoint *other = e->is_server ? &n.client : &n.server;
  if (phase_of(seen->which) != CONSISTENT && is_alive(other) && other->nesting == 0) {
    CHECK(ngtcp2_conn_get_pto(other->conn) > 0);
    CHECK_EQ(ngtcp2_conn_handle_expiry(other->conn, n.now), 0);
  }
  return 0;
}

static void another_connection_is_not_concerned(void) {
  network_init(&n, 2);
  n.client.observe = n.server.observe = touch_the_other_end;
  lives[0].run(&n, &t);
  CHECK(transfer_is_complete(&t));
  network_free(&n);
}

static const test tests[] = {
    TEST(consistent_callbacks),
    TEST(callbacks_of_packets_under_construction),
    TEST(callbacks_without_a_connection),
    TEST(consistent_callbacks_each_time),
    TEST(packets_under_construction_each_time),
    TEST(another_connection_is_not_concerned),
};
MAIN("phases", tests)
