#include "plan.h"

#include "play.h"

/* The line is bad for that long only, so that everything ends. */
#define BAD_LINE (120 * SECOND)

const char *ending_name(ending e) {
  static const char *const names[] = {"close", "early close", "silence", "stateless reset", "cut line"};
  return names[e];
}

const char *action_name(action_kind kind) {
  static const char *const names[] = {"open bidi",  "open uni", "reset",       "stop",   "shut down", "send datagram",
                                      "update key", "migrate",  "migrate now", "rebind", "token",     "keep alive"};
  return names[kind];
}

/* One or the other bound, each half of the time: small values are interesting, and so are large ones. */
static uint64_t small_or_large(generator *g, uint64_t small, uint64_t large) {
  return random_below(g, random_below(g, 2) ? small : large);
}

static int one_in(generator *g, uint64_t chance) { return random_below(g, chance) == 0; }

static void draw_connection(plan *p, generator *g) {
  static const ngtcp2_cc_algo algorithms[] = {NGTCP2_CC_ALGO_RENO, NGTCP2_CC_ALGO_CUBIC, NGTCP2_CC_ALGO_BBR};
  p->congestion_control = algorithms[random_below(g, 3)];
  p->finds_mtu = one_in(g, 2);
  p->retries = one_in(g, 6);
  p->offers_early_data = one_in(g, 5);
  p->accepts_early_data = one_in(g, 2);
  p->upgrades_version = one_in(g, 8);
  p->has_stream_close2 = one_in(g, 2);
  p->stream_window = 1000 + small_or_large(g, 20000, 400000);
  p->connection_window = 2000 + small_or_large(g, 50000, 2000000);
  p->streams = 1 + small_or_large(g, 4, 60);
  p->max_window = one_in(g, 3) ? 6 << 20 : 0;
  p->acknowledges_every = one_in(g, 3) ? random_below(g, 10) : 2;
  p->hello_padding = one_in(g, 3) ? random_below(g, 2500) : random_below(g, 400);
  p->certificate_len = small_or_large(g, 3000, 12000);
}

static void draw_line(plan *p, generator *g) {
  static const uint64_t worst_loss[] = {0, 20, 80, 250};
  size_t badness = random_below(g, 4);
  p->delay = (1 + small_or_large(g, 20, 150)) * MS;
  p->jitter = one_in(g, 3) ? 0 : random_below(g, p->delay / 4);
  p->loss = random_below(g, worst_loss[badness]);
  p->duplication = badness ? random_below(g, 60) : 0;
  p->reordering = badness ? random_below(g, 100) : 0;
  p->congestion_marks = one_in(g, 4) ? random_below(g, 100) : 0;
  p->bleaches_ecn = one_in(g, 6);
  p->mtu = one_in(g, 2) ? MAX_PACKET : 1200 + random_below(g, 300);
}

static uint64_t stream_len(generator *g) {
  static const uint64_t bounds[] = {1, 20, 3000, 3000, 40000, 40000, 40000, 300000};
  return random_below(g, bounds[random_below(g, 8)]);
}

static action draw_action(generator *g, ngtcp2_duration span) {
  /* How many of a hundred are of each kind. */
  static const struct {
    action_kind kind;
    uint64_t share;
  } shares[] = {{OPEN_BIDI, 34}, {OPEN_UNI, 16}, {RESET_STREAM, 6}, {STOP_STREAM, 6},  {SHUT_DOWN_STREAM, 3}, {SEND_DATAGRAM, 18},
                {UPDATE_KEY, 6}, {MIGRATE, 3},   {MIGRATE_NOW, 2},  {REBIND, 2},       {SUBMIT_TOKEN, 2},     {KEEP_ALIVE, 2}};
  uint64_t drawn = random_below(g, 100);
  size_t i = 0;
  action a;
  while (drawn >= shares[i].share) {
    drawn -= shares[i++].share;
  }
  a.kind = shares[i].kind;
  a.at = one_in(g, 4) ? 0 : random_below(g, span);
  a.by_server = a.kind == SUBMIT_TOKEN || one_in(g, 3);
  a.code = random_below(g, UINT64_C(1) << (1 + random_below(g, 61)));
  a.value = a.kind == OPEN_BIDI || a.kind == OPEN_UNI ? stream_len(g)
            : a.kind == SEND_DATAGRAM                 ? 8 + random_below(g, 1150)
                                                      : random_number(g);
  return a;
}

static int earlier(const void *a, const void *b) {
  const action *x = a, *y = b;
  return x->at != y->at ? (x->at > y->at) - (x->at < y->at) : (x->value > y->value) - (x->value < y->value);
}

static void draw_life(plan *p, generator *g) {
  static const ending endings[] = {CLOSE_WHEN_DONE, CLOSE_WHEN_DONE, CLOSE_WHEN_DONE, CLOSE_WHEN_DONE, CLOSE_WHEN_DONE,
                                   CLOSE_WHEN_DONE, CLOSE_EARLY,     FALL_SILENT,     LOSE_THE_STATE,  CUT_THE_LINE};
  ngtcp2_duration span = (100 + random_below(g, 3000)) * MS;
  p->ending = endings[random_below(g, 10)];
  p->early_at = random_below(g, span * 2);
  p->cut_at = p->ending == CUT_THE_LINE ? 1 + random_below(g, span) : UINT64_MAX;
  p->action_count = 2 + small_or_large(g, 15, 90);
  for (size_t i = 0; i < p->action_count; i++) {
    p->actions[i] = draw_action(g, span);
  }
}

/* The letters are those of capi-tests/upstream/failures.c. */
static void take_care(plan *p, care c) {
  int updates = 0;
  p->finds_mtu = p->finds_mtu && p->loss < 20; /* U6 */
  if (c.client) {
    p->offers_early_data = 0;                                                   /* U2 */
    p->upgrades_version = p->upgrades_version && !p->retries && p->hello_padding < 400; /* U8 */
  }
  for (size_t i = 0; i < p->action_count; i++) {
    action *a = &p->actions[i];
    int by_upstream = a->by_server ? c.server : c.client;
    if (by_upstream && (a->kind == STOP_STREAM || a->kind == SHUT_DOWN_STREAM)) { /* U10 */
      a->kind = RESET_STREAM;
    }
    if (by_upstream && a->kind == SEND_DATAGRAM) { /* U3 */
      a->kind = c.client && c.server ? KEEP_ALIVE : SEND_DATAGRAM;
      a->by_server = !a->by_server;
    }
    if (c.client && a->by_server && (a->kind == OPEN_BIDI || a->kind == OPEN_UNI) && a->at < SECOND) { /* U1 */
      a->by_server = 0;
    }
    if (a->kind == MIGRATE || a->kind == MIGRATE_NOW || a->kind == REBIND) { /* U4, U5 */
      a->kind = KEEP_ALIVE;
    }
    if (a->kind == UPDATE_KEY && updates++) { /* U11 */
      a->kind = KEEP_ALIVE;
    }
  }
}

void plan_draw(plan *p, uint64_t seed, care c) {
  generator g = {hash_pair(seed, 0x706c616e)};
  memset(p, 0, sizeof(*p));
  p->seed = seed;
  draw_connection(p, &g);
  draw_line(p, &g);
  p->fills_packets = one_in(&g, 2);
  p->splits_data = one_in(&g, 2);
  p->credits_late = one_in(&g, 2);
  p->longest_answer = one_in(&g, 2) ? 3000 : 100000;
  draw_life(p, &g);
  if (c.client || c.server) {
    take_care(p, c);
  }
  qsort(p->actions, p->action_count, sizeof(p->actions[0]), earlier);
}

void plan_travel(network *n, int to_server, uint64_t number, size_t len, fate *f) {
  const plan *p = &play_of(n)->plan;
  /* Of this datagram alone: that another is sent before it changes nothing. */
  generator g = {hash_pair(hash_pair(p->seed, 0x6c696e6b + (uint64_t)to_server), number)};
  ngtcp2_duration since = n->now - START;
  int is_bad = since < BAD_LINE;
  f->delay[0] = p->delay + random_below(&g, p->jitter);
  if (random_below(&g, 1000) < p->reordering && is_bad) {
    f->delay[0] += p->delay * 2 + random_below(&g, p->delay);
  }
  f->delay[1] = f->delay[0] + random_below(&g, p->delay * 3);
  f->copies = random_below(&g, 1000) < p->duplication && is_bad ? 2 : 1;
  if (random_below(&g, 1000) < p->congestion_marks && f->ecn) {
    f->ecn = NGTCP2_ECN_CE;
  }
  f->ecn = p->bleaches_ecn ? NGTCP2_ECN_NOT_ECT : f->ecn;
  if (len > p->mtu || since >= p->cut_at || (random_below(&g, 1000) < p->loss && is_bad)) {
    f->copies = 0;
  }
}
