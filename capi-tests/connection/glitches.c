/* The glitch limiter: floods of frames that are legal and of no use. Those that ngtcp2's C library counts are counted
 * here as well; see COMPATIBILITY.md for the others. */
#include "callbacks.h"
#include "forge.h"
#include "writer.h"

#define BURST 50
/* What small packets earn by the way. */
#define SLACK 8
#define FLOOD 400

static network n, other;

typedef struct kind {
  const char *name;
  void (*make)(frames *f, uint32_t i);
  int to_client;
  int is_glitch;
} kind;

/* A packet has to be long enough for header protection. */
static void fill(frames *f) { put_bytes(f, "\0\0\0\0", 4); }

static void stream(frames *f, uint64_t id, uint64_t offset, size_t len, int fin) {
  put_byte(f, fin ? 0x0f : 0x0e);
  put_varint(f, id);
  put_varint(f, offset);
  put_varint(f, len);
  put_bytes(f, test_data() + offset, len);
  fill(f);
}

static void numbers(frames *f, uint8_t type, const uint64_t *values, size_t count) {
  put_byte(f, type);
  for (size_t i = 0; i < count; i++) {
    put_varint(f, values[i]);
  }
  fill(f);
}
#define NUMBERS(f, type, ...)                                                                      \
  numbers(f, type, (const uint64_t[]){__VA_ARGS__}, sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

static void crypto(frames *f, uint64_t offset, size_t len) {
  NUMBERS(f, 0x06, offset, len);
  f->len -= 4;
  put_bytes(f, test_data(), len);
  fill(f);
}

static void path_data(frames *f, uint8_t type, uint32_t i) {
  uint8_t data[8] = {0};
  memcpy(data, &i, sizeof(i));
  put_byte(f, type);
  put_bytes(f, data, sizeof(data));
}

static void first_id_again(frames *f, uint32_t i) {
  uint8_t token[NGTCP2_STATELESS_RESET_TOKENLEN];
  const ngtcp2_cid *cid = &n.client.cids[1];
  (void)i;
  token_for(cid, token);
  NUMBERS(f, 0x18, 1, 0, cid->datalen);
  f->len -= 4;
  put_bytes(f, cid->data, cid->datalen);
  put_bytes(f, token, sizeof(token));
}

#define MAKER(name, body)                                                                          \
  static void name(frames *f, uint32_t i) {                                                        \
    (void)i;                                                                                       \
    body;                                                                                          \
  }
MAKER(repeated_data, stream(f, 0, 0, 5, 0))
MAKER(empty_data, stream(f, 0, 10, 0, 0))
MAKER(repeated_early_data, stream(f, 0, 1000, 1, 0))
MAKER(data_of_a_closed_stream, stream(f, 2, 0, 10, 1))
MAKER(repeated_handshake, crypto(f, 0, 3))
MAKER(empty_handshake, crypto(f, 0, 0))
MAKER(repeated_reset, NUMBERS(f, 0x04, 4, 1, 0))
MAKER(repeated_stop, NUMBERS(f, 0x05, 4, 1))
MAKER(opened_in_vain, NUMBERS(f, 0x04, 8 + 4 * (uint64_t)i, 1, 0))
MAKER(old_max_data, NUMBERS(f, 0x10, 1))
MAKER(old_max_stream_data, NUMBERS(f, 0x11, 0, 1))
MAKER(old_max_streams, NUMBERS(f, 0x12, 1))
MAKER(data_blocked, NUMBERS(f, 0x14, i))
MAKER(stream_data_blocked, NUMBERS(f, 0x15, 0, i))
MAKER(streams_blocked, NUMBERS(f, 0x16, i))
MAKER(retired_again, NUMBERS(f, 0x19, 1))
MAKER(challenge, path_data(f, 0x1a, i))
MAKER(response, path_data(f, 0x1b, i))
MAKER(token, NUMBERS(f, 0x07, 4, i & 63, 1, 2, 3))
MAKER(done_again, NUMBERS(f, 0x1e, 0))
MAKER(ping, NUMBERS(f, 0x01, 0))
MAKER(padding, fill(f); fill(f))
MAKER(new_data, stream(f, 0, 10 + i, 1, 0))
MAKER(holes, stream(f, 0, 1000 + 2 * i, 1, 0))
MAKER(more_data, NUMBERS(f, 0x10, 1024 * 1024 + 1 + i))
MAKER(more_stream_data, NUMBERS(f, 0x11, 0, 256 * 1024 + 1 + i))
MAKER(more_streams, NUMBERS(f, 0x12, 17 + i))
MAKER(one_datagram, NUMBERS(f, 0x31, 3, 1, 2, 3))
MAKER(old_ack, NUMBERS(f, 0x02, 1, 0, 0, 0))

/* What the C library does not count. */
#ifdef REFERENCE
#define OURS 0
#else
#define OURS 1
#endif

static const kind kinds[] = {
    {"repeated data", repeated_data, 0, 1},
    {"a frame without data", empty_data, 0, 1},
    {"repeated data behind a hole", repeated_early_data, 0, 1},
    {"data of a closed stream", data_of_a_closed_stream, 0, 1},
    {"repeated handshake bytes", repeated_handshake, 0, 1},
    {"repeated handshake bytes of a server", repeated_handshake, 1, 1},
    {"CRYPTO without data", empty_handshake, 0, 1},
    {"repeated RESET_STREAM", repeated_reset, 0, 1},
    {"repeated STOP_SENDING", repeated_stop, 0, 1},
    {"MAX_STREAM_DATA that raises nothing", old_max_stream_data, 0, 1},
    {"streams opened and reset at once", opened_in_vain, 0, OURS},
    {"MAX_DATA that raises nothing", old_max_data, 0, OURS},
    {"MAX_STREAMS that raises nothing", old_max_streams, 0, OURS},
    {"DATA_BLOCKED", data_blocked, 0, OURS},
    {"STREAM_DATA_BLOCKED", stream_data_blocked, 0, OURS},
    {"STREAMS_BLOCKED", streams_blocked, 0, OURS},
    {"NEW_CONNECTION_ID again", first_id_again, 0, OURS},
    {"RETIRE_CONNECTION_ID again", retired_again, 0, OURS},
    {"PATH_CHALLENGE", challenge, 0, OURS},
    {"PATH_RESPONSE", response, 0, OURS},
    {"NEW_TOKEN", token, 1, OURS},
    {"HANDSHAKE_DONE again", done_again, 1, OURS},
    {"PING", ping, 0, 0},
    {"PADDING", padding, 0, 0},
    {"new data", new_data, 0, 0},
    {"data behind holes", holes, 0, 0},
    {"MAX_DATA", more_data, 0, 0},
    {"MAX_STREAM_DATA", more_stream_data, 0, 0},
    {"MAX_STREAMS", more_streams, 0, 0},
    {"DATAGRAM", one_datagram, 0, 0},
    {"repeated ACK", old_ack, 0, 0},
};

static int replace_streams(endpoint *e, const event *seen) {
  if (seen->which == CALLED_stream_close && e->is_server) {
    ngtcp2_conn_extend_max_streams_bidi(e->conn, 1);
  }
  return 0;
}

static void set_limit(network *net, uint64_t burst, uint64_t rate) {
  net->client.settings.glitch_ratelim_burst = net->server.settings.glitch_ratelim_burst = burst;
  net->client.settings.glitch_ratelim_rate = net->server.settings.glitch_ratelim_rate = rate;
}

/* A connection with a stream in use, and another one that is over. */
static void prepare(uint64_t burst, uint64_t rate) {
  int64_t id;
  network_init(&n, 50);
  n.client.settings.no_pmtud = n.server.settings.no_pmtud = 1;
  n.server.params.initial_max_streams_bidi = 1000;
  n.server.observe = replace_streams;
  set_limit(&n, burst, rate);
  network_start(&n, 300 * MS);
  id = open_bidi(&n.client);
  CHECK(write_stream(&n.client, id, 0, 10).len > 0);
  id = open_uni(&n.client);
  CHECK(write_stream(&n.client, id, FIN, 10).len > 0);
  CHECK(network_run(&n, 300 * MS));
}

/* Answers what is due, so that no other bound is reached. What it sends is lost. */
static int everything_is_lost(network *net, int to_server, uint64_t number, size_t len) {
  (void)net;
  (void)to_server;
  (void)number;
  (void)len;
  return 1;
}

/* How many packets with such a frame are taken; *status is what ended it. */
static uint32_t flood(const kind *k, uint32_t most, ngtcp2_duration pause, int *status) {
  endpoint *victim = k->to_client ? &n.client : &n.server;
  n.is_lost = everything_is_lost;
  *status = 0;
  for (uint32_t i = 0; i < most; i++) {
    frames f = {.len = 0};
    k->make(&f, i);
    *status = read_forged(victim, &f);
    if (*status) {
      return i;
    }
    flush(victim);
    n.now += pause;
  }
  return most;
}

static void floods(void) {
  network_init(&other, 51);
  network_start(&other, 300 * MS);
  for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
    uint32_t taken;
    int status;
    note_case("%s", kinds[i].name);
    prepare(BURST, 0);
    taken = flood(&kinds[i], FLOOD, MS, &status);
    if (kinds[i].is_glitch) {
      CHECK_EQ(status, NGTCP2_ERR_INTERNAL);
      CHECK_WITHIN(taken, BURST - 1, BURST + SLACK);
      /* The peer can be told, and what is left is as usual. */
      ngtcp2_ccerr error;
      ngtcp2_ccerr_set_liberr(&error, status, NULL, 0);
      n.is_lost = NULL;
      CHECK(send_close(kinds[i].to_client ? &n.client : &n.server, &error) > 0);
      network_run(&n, 100 * MS);
      CHECK_EQ(ngtcp2_conn_get_ccerr(kinds[i].to_client ? n.server.conn : n.client.conn)->error_code,
               NGTCP2_INTERNAL_ERROR);
    } else {
      CHECK_EQ(status, 0);
      CHECK_EQ(taken, FLOOD);
    }
    network_free(&n);
  }
  /* Nobody else is concerned. */
  CHECK(write_stream(&other.client, open_uni(&other.client), FIN, 10).len > 0);
  CHECK(network_run(&other, 300 * MS));
  CHECK_EQ(other.server.last[CALLED_recv_stream_data].len, 10);
  network_free(&other);
}

/* As time passes, more are taken; a clock that jumps or goes backwards is harmless. */
static void the_rate(void) {
  int status;
  prepare(BURST, 1000);
  CHECK_EQ(flood(&kinds[0], 2000, MS, &status), 2000);
  CHECK_EQ(status, 0);
  CHECK_WITHIN(flood(&kinds[0], 2000, 0, &status), BURST - 1, BURST + SLACK);
  CHECK_EQ(status, NGTCP2_ERR_INTERNAL);
  network_free(&n);
#ifndef REFERENCE
  prepare(BURST, 1000);
  n.client.params.max_idle_timeout = 0;
  CHECK(flood(&kinds[0], BURST - 1, 0, &status) == BURST - 1);
  n.now -= 100 * SECOND;
  CHECK_WITHIN(flood(&kinds[0], 2000, 0, &status), 0, 1 + SLACK);
  network_free(&n);
#endif
}

static void without_a_burst_the_first_one_is_one_too_many(void) {
  int status;
  prepare(0, 1000);
  CHECK_EQ(flood(&kinds[0], 10, MS, &status), 0);
  CHECK_EQ(status, NGTCP2_ERR_INTERNAL);
  network_free(&n);
}

static void no_limit(void) {
  int status;
  prepare(UINT64_MAX, UINT64_MAX);
  CHECK_EQ(flood(&kinds[0], 3000, 0, &status), 3000);
  network_free(&n);
}

#ifndef REFERENCE
/* What an honest peer repeats grows with what it sends: a full packet of its own earns a token. */
static void full_packets_earn(void) {
  prepare(BURST, 0);
  n.is_lost = everything_is_lost;
  for (int i = 0; i < 1000; i++) {
    frames f = {.len = 0};
    stream(&f, 0, 0, 5, 0);
    memset(f.data + f.len, 0, 1190 - f.len);
    f.len = 1190;
    CHECK_EQ(read_forged(&n.server, &f), 0);
    flush(&n.server);
    n.now += MS;
  }
  network_free(&n);
}
#endif

static const test tests[] = {
    TEST(floods),
    TEST(the_rate),
    TEST(without_a_burst_the_first_one_is_one_too_many),
    TEST(no_limit),
#ifndef REFERENCE
    TEST(full_packets_earn),
#endif
};
MAIN("glitches", tests)
