/* A connection to which a log listens takes each frame the long way; one to which none listens has shorter ways for most of
 * them. Whatever a peer sends, both do the same and answer with the same bytes. */
#include "callbacks.h"
#include "forge.h"
#include "twins.h"
#include "writer.h"

static generator dice;

static twin *const logged = &twins[0], *const plain = &twins[1];

static uint64_t below(uint64_t bound) { return random_below(&dice, bound); }

static const uint64_t edges[] = {0,         1,         2,           3,           7,           16,
                                 63,        64,        1199,        16383,       16384,       (1u << 30) - 1,
                                 1u << 30,  999999,    1000000,     1000020,     1ull << 60,  (1ull << 60) + 1,
                                 (1ull << 62) - 1,     (1ull << 62) - 20};

/* How often the peer keeps no rule: never at 0, else once in so many times. */
static uint64_t wildness;
static int reader_is_server;

static int is_wild(void) { return wildness && !below(wildness); }

static uint64_t number(void) { return edges[below(sizeof(edges) / sizeof(edges[0]))]; }

static uint64_t number_below(uint64_t bound) { return is_wild() ? number() : below(bound); }

/* Of streams of the peer, and of the reader's that are there. */
static uint64_t stream_id(int receives) {
  uint64_t kind = below(4), ordinal = below(14);
  if (is_wild()) {
    return number();
  }
  if ((kind & 1) != (uint64_t)reader_is_server) {
    return receives || !(kind & 2) ? 4 * ordinal + kind : 4 * ordinal + (kind & 1);
  }
  return (uint64_t)reader_is_server;
}

static void put_junk(frames *f, size_t len) {
  for (size_t i = 0; i < len; i++) {
    put_byte(f, (uint8_t)(i * 7));
  }
}

/* As the peer's stream frames go on, mostly. */
static uint64_t next_offset[64];
static int has_ended[64];

static void put_stream(frames *f) {
  uint64_t id = stream_id(1), len = below(3) ? below(40) : 0;
  uint64_t *next = &next_offset[id % 64], offset = below(5) ? *next : number_below(*next + 50);
  uint8_t bits = (uint8_t)(is_wild() ? below(8) : 6);
  if (has_ended[id % 64]) {
    if (!is_wild()) {
      offset = offset < *next ? offset : *next;
      len = offset + len < *next ? len : *next - offset;
    }
  } else if (offset + len >= *next && !below(12)) {
    bits |= 1;
    has_ended[id % 64] = 1;
  }
  put_byte(f, 8 | bits);
  put_varint(f, id);
  if (bits & 4) {
    put_varint(f, offset);
    *next = offset + len > *next && offset < 1000 ? offset + len : *next;
  }
  if (bits & 2) {
    put_varint(f, is_wild() ? number() : len);
  }
  put_junk(f, len);
}

static void put_ack(frames *f, uint64_t largest) {
  uint64_t first = below(2) ? 0 : number_below(largest / 2 + 1), left = largest > first ? largest - first : 0;
  int with_ecn = !below(6);
  frames rest = {{0}, 0};
  uint64_t ranges = 0;
  while (left > 4 && below(3)) {
    uint64_t gap = number_below(2), len = number_below(2);
    put_varint(&rest, gap);
    put_varint(&rest, len);
    left = left > gap + len + 2 ? left - gap - len - 2 : 0;
    ranges++;
  }
  put_byte(f, with_ecn ? 3 : 2);
  put_varint(f, largest);
  put_varint(f, number_below(100));
  put_varint(f, ranges);
  put_varint(f, first);
  put_bytes(f, rest.data, rest.len);
  for (int i = 0; with_ecn && i < 3; i++) {
    put_varint(f, below(10));
  }
}

static uint64_t next_id;

static void put_new_connection_id(frames *f) {
  uint64_t sequence = below(3) ? next_id++ : is_wild() ? number() : next_id - below(3), len = is_wild() ? below(23) : 10;
  put_byte(f, 0x18);
  put_varint(f, sequence);
  put_varint(f, is_wild() ? number() : sequence - 3 - below(3));
  put_byte(f, (uint8_t)len);
  for (uint64_t i = 0; i < len + 16; i++) {
    put_byte(f, (uint8_t)((sequence + (uint64_t)is_wild()) * 17 + 3 + i));
  }
}

static void put_frame(frames *f, uint64_t packets_sent) {
  switch (below(24)) {
  case 0:
  case 1:
  case 2:
    put_ack(f, is_wild() ? number() : below(packets_sent + 1));
    break;
  case 3:
  case 4:
    put_new_connection_id(f);
    break;
  case 5: /* MAX_DATA, MAX_STREAMS, DATA_BLOCKED, STREAMS_BLOCKED */
    put_byte(f, (uint8_t[]){0x10, 0x12, 0x13, 0x14, 0x16, 0x17}[below(6)]);
    put_varint(f, number_below(4000));
    break;
  case 6: /* MAX_STREAM_DATA, STOP_SENDING */
    put_byte(f, below(2) ? 0x11 : 0x05);
    put_varint(f, stream_id(0));
    put_varint(f, number_below(3000));
    break;
  case 7: { /* RESET_STREAM, STREAM_DATA_BLOCKED */
    uint64_t id = stream_id(1);
    int is_reset = !below(4);
    put_byte(f, is_reset ? 0x04 : 0x15);
    put_varint(f, id);
    put_varint(f, number_below(10));
    has_ended[id % 64] |= is_reset;
    if (is_reset) {
      put_varint(f, is_wild() ? number() : next_offset[id % 64]);
    }
    break;
  }
  case 8:
    put_byte(f, below(2) ? 0x00 : 0x01);
    break;
  case 9:
    put_byte(f, below(3) ? 0x1a : 0x1b);
    put_junk(f, 8);
    break;
  case 10:
    put_byte(f, 0x31);
    put_varint(f, 10);
    put_junk(f, 10);
    break;
  case 11:
    if (is_wild()) {
      /* A type in two bytes. */
      put_byte(f, 0x40);
      put_byte(f, (uint8_t)below(0x32));
    }
    break;
  case 12:
    if (is_wild()) {
      put_byte(f, (uint8_t)below(0x32));
      put_junk(f, below(30));
    }
    break;
  case 13:
    put_byte(f, 0x19);
    put_varint(f, number_below(4) + 1);
    break;
  default:
    put_stream(f);
    break;
  }
}

static void start(twin *t, uint64_t seed, int listens) {
  twin_init(t, seed);
  if (seed % 4 == 0) {
    t->n.client.params.initial_max_stream_data_bidi_remote = t->n.server.params.initial_max_stream_data_bidi_remote = 200;
    t->n.client.params.initial_max_data = t->n.server.params.initial_max_data = 1000;
  }
  if (listens) {
    set_log(&t->n.client);
    set_log(&t->n.server);
  }
  network_start(&t->n, 200 * MS);
  write_stream(&t->n.client, open_bidi(&t->n.client), 0, 100);
  write_stream(&t->n.client, open_uni(&t->n.client), 0, 100);
  write_stream(&t->n.server, open_bidi(&t->n.server), 0, 100);
  network_run(&t->n, 50 * MS);
}

/* One packet of the peer, and what the clock brings after it. */
static int read_one(endpoint *a, endpoint *b) {
  frames f = {{0}, 0};
  int status;
  for (uint64_t left = 1 + below(4); left && f.len < 600; left--) {
    put_frame(&f, logged->n.sent[!reader_is_server] - 5);
  }
  if (f.len > 4 && is_wild()) {
    f.len -= 1 + below(4);
  }
  while (f.len < 4) {
    put_byte(&f, 0);
  }
  status = read_forged(a, &f);
  CHECK_EQ(read_forged(b, &f), status);
  compare_twins();
  if (status == 0 && below(2)) {
    CHECK_EQ(flush(a), flush(b));
    compare_twins();
  }
  if (status == 0 && below(2)) {
    logged->n.now += below(60) * MS;
    plain->n.now = logged->n.now;
    status = ngtcp2_conn_handle_expiry(a->conn, logged->n.now);
    CHECK_EQ(ngtcp2_conn_handle_expiry(b->conn, plain->n.now), status);
  }
  return status;
}

static void one_life(uint64_t seed) {
  endpoint *a, *b;
  int status = 0;
  note_case("seed %llu", (unsigned long long)seed);
  dice.state = hash_pair(seed, 91);
  memset(next_offset, 0, sizeof(next_offset));
  memset(has_ended, 0, sizeof(has_ended));
  next_id = 7;
  reader_is_server = (int)(seed & 1);
  wildness = seed % 3 ? 40 * (seed % 3) : 0;
  start(logged, seed, 1);
  start(plain, seed, 0);
  compare_twins();
  a = twin_side(logged, reader_is_server);
  b = twin_side(plain, reader_is_server);
  for (int packets = 0; packets < 40 && status == 0; packets++) {
    status = read_one(a, b);
  }
  CHECK_EQ(send_close(a, NULL), send_close(b, NULL));
  compare_twins();
  compare_datagrams(0);
  compare_datagrams(1);
  network_free(&logged->n);
  network_free(&plain->n);
}

static void make_no_difference(void) {
  const char *first = getenv("FIRST"), *count = getenv("SEEDS");
  uint64_t begin = first ? strtoull(first, NULL, 10) : 1, seeds = count ? strtoull(count, NULL, 10) : 200;
  for (uint64_t seed = begin; seed < begin + seeds; seed++) {
    one_life(seed);
  }
}

static const test tests[] = {TEST(make_no_difference)};
MAIN("listeners", tests)
