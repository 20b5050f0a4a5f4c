/* Each callback fails, once at each of its occasions: the call in progress says so, the connection can
 * still be deleted, and nothing is left behind. */
#include "lives.h"

static network n;
static transfer t;

static struct {
  callout which;
  uint32_t skip;
  int side, done;
} plan;

static int refuse(endpoint *e, const event *seen) {
  if (plan.done || seen->which != plan.which || e->is_server != plan.side) {
    return 0;
  }
  if (plan.skip > 0) {
    plan.skip--;
    return 0;
  }
  plan.done = 1;
  return NGTCP2_ERR_CALLBACK_FAILURE;
}

/* Those whose answer nobody reads. */
static int has_no_answer(callout which) {
  switch (which) {
  case CALLED_encrypt:
  case CALLED_decrypt:
  case CALLED_hp_mask:
  case CALLED_rand:
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

static int live_until(callout which, uint32_t occasion, int side) {
  const endpoint *e = side ? &n.server : &n.client;
  note_case("%s of %s, occasion %u", callout_name(which), side ? "server" : "client", (unsigned)occasion);
  memset(&plan, 0, sizeof(plan));
  plan.which = which;
  plan.skip = occasion;
  plan.side = side;
  network_init(&n, 1);
  n.client.observe = n.server.observe = refuse;
  life_of(which)->run(&n, &t);
  /* The error stays with the call in progress; that is one of a TLS message's, sometimes. */
  if (plan.done && e->error && which != CALLED_recv_crypto_data) {
    CHECK_EQ(e->error, NGTCP2_ERR_CALLBACK_FAILURE);
  }
  CHECK(!plan.done || e->error);
  network_free(&n);
  return plan.done;
}

static void of_each_callback(void) {
  for (int which = 0; which < CALLOUT_COUNT; which++) {
    for (int side = 0; side < 2 && !has_no_answer((callout)which); side++) {
      for (uint32_t occasion = 0; live_until((callout)which, occasion, side); occasion += 1 + occasion / 8) {
      }
    }
  }
}

static const test tests[] = {TEST(of_each_callback)};
MAIN("refusals", tests)
