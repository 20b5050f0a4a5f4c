/* Data offered as one vector has a short way into a packet, whether a WRITE_MORE sequence left it open or it begins with them; the
 * same data offered as two have none. A call without data has one in writev_stream, and none in write_pkt. Both ways are
 * answered alike and bring the same bytes. */
#include "twins.h"
#include "writer.h"

#define MAX_STREAMS 60

static generator dice;

/* Where the twins write to: the same bytes at the same places. */
static uint8_t buffers[2][2][PACKET_LEN];

typedef struct sender {
  int64_t id;
  size_t sent;
} sender;

static sender senders[MAX_STREAMS];
static size_t sender_count;
static int writer_is_server;

static uint64_t below(uint64_t bound) { return random_below(&dice, bound); }

static endpoint *end(size_t which) { return twin_side(&twins[which], writer_is_server); }

typedef struct call {
  int64_t id;
  uint32_t flags;
  size_t offset, len, cut; /* of the second twin's vectors */
  size_t destlen;
  int other_buffer;
} call;

static written make(size_t which, const call *c) {
  uint8_t *base = (uint8_t *)test_data() + c->offset, *packet = buffers[which][c->other_buffer];
  ngtcp2_vec whole = {base, c->len}, parts[] = {{base, c->cut}, {base + c->cut, c->len - c->cut}};
  ngtcp2_path_storage path;
  ngtcp2_pkt_info info = {0};
  written w = {0, -99};
  endpoint *e = end(which);
  ngtcp2_path_storage_zero(&path);
  if (which && c->id == -1 && !c->flags) {
    w.accepted = -1;
    w.len = ngtcp2_conn_write_pkt(e->conn, &path.path, &info, packet, c->destlen, e->net->now);
  } else {
    w.len = ngtcp2_conn_writev_stream(e->conn, &path.path, &info, packet, c->destlen, &w.accepted, c->flags, c->id,
                                      which ? parts : &whole, which ? 2 : 1, e->net->now);
  }
  if (w.len > 0) {
    send_packet(e, &path.path, info.ecn, packet, (size_t)w.len);
  }
  return w;
}

static void write_some(void) {
  static const size_t lengths[] = {0, 1, 7, 40, 63, 64, 200, 200, 200, 500, 1100, 3000};
  sender *from = sender_count ? &senders[below(sender_count)] : NULL;
  call c = {.id = -1, .destlen = PACKET_LEN};
  written a, b;
  if (from && below(12)) {
    c.id = from->id;
    c.offset = from->sent;
    c.len = (size_t)below(lengths[below(sizeof(lengths) / sizeof(lengths[0]))] + 1);
    c.cut = (size_t)below(c.len + 1);
    if (!below(100)) {
      /* No memory is as large: refused, whatever the packet has room for. */
      c.len = SIZE_MAX - (size_t)below(40);
    }
  } else if (!below(20)) {
    c.id = (int64_t)below(4000);
  }
  c.flags = (below(8) ? MORE : 0) | (below(15) ? 0 : FIN) | (below(15) ? 0 : PADDING);
  c.destlen -= below(60) ? 0 : (size_t)below(PACKET_LEN);
  c.other_buffer = !below(60);
  a = make(0, &c);
  b = make(1, &c);
  CHECK_EQ(a.len, b.len);
  CHECK_EQ(a.accepted, b.accepted);
  if (a.len > 0) {
    CHECK(memcmp(buffers[0][c.other_buffer], buffers[1][c.other_buffer], (size_t)a.len) == 0);
  }
  if (a.accepted > 0 && from) {
    from->sent += (size_t)a.accepted;
  }
}

static void open_one(void) {
  int64_t a = -1, b = -1;
  int is_uni = below(3) == 0, status;
  if (sender_count == MAX_STREAMS) {
    return;
  }
  status = is_uni ? ngtcp2_conn_open_uni_stream(end(0)->conn, &a, NULL) : ngtcp2_conn_open_bidi_stream(end(0)->conn, &a, NULL);
  CHECK_EQ(is_uni ? ngtcp2_conn_open_uni_stream(end(1)->conn, &b, NULL) : ngtcp2_conn_open_bidi_stream(end(1)->conn, &b, NULL),
           status);
  CHECK_EQ(a, b);
  if (status == 0) {
    senders[sender_count++] = (sender){a, 0};
  }
}

/* Into the same packet. */
static int write_datagram_in(size_t which, uint32_t flags, size_t len) {
  ngtcp2_vec piece = {(uint8_t *)test_data(), len};
  ngtcp2_path_storage path;
  ngtcp2_pkt_info info = {0};
  endpoint *e = end(which);
  int accepted = -99;
  ngtcp2_ssize written;
  ngtcp2_path_storage_zero(&path);
  written = ngtcp2_conn_writev_datagram(e->conn, &path.path, &info, buffers[which][0], PACKET_LEN, &accepted, flags, 7,
                                        &piece, 1, e->net->now);
  if (written > 0) {
    send_packet(e, &path.path, info.ecn, buffers[which][0], (size_t)written);
  }
  return (int)written * 2 + accepted;
}

/* What comes between two calls of a sequence. */
static void interrupt(void) {
  uint64_t what = below(6), time = below(30) * MS, code = below(5);
  int64_t id = sender_count ? senders[below(sender_count)].id : 0;
  int status[2] = {0, 0};
  for (size_t i = 0; i < 2; i++) {
    endpoint *e = end(i);
    switch (what) {
    case 0:
    case 1:
      network_run(&twins[i].n, (int64_t)time);
      break;
    case 2:
      e->net->now += time;
      status[i] = ngtcp2_conn_handle_expiry(e->conn, e->net->now);
      break;
    case 3:
      status[i] = ngtcp2_conn_shutdown_stream_write(e->conn, 0, id, code);
      break;
    case 4:
      e->net->now += time;
      ngtcp2_conn_update_pkt_tx_time(e->conn, e->net->now);
      break;
    default:
      status[i] = write_datagram_in(i, code ? NGTCP2_WRITE_DATAGRAM_FLAG_MORE : 0, 20 * (size_t)code);
      break;
    }
  }
  CHECK_EQ(status[0], status[1]);
}

static void start(twin *t, uint64_t seed) {
  twin_init(t, seed);
  t->n.client.params.max_datagram_frame_size = t->n.server.params.max_datagram_frame_size = seed % 2 ? 200 : 0;
  if (seed % 3 == 0) {
    t->n.client.params.initial_max_data = t->n.server.params.initial_max_data = 20000;
    t->n.client.params.initial_max_stream_data_bidi_remote = t->n.server.params.initial_max_stream_data_bidi_remote = 2000;
  }
  network_start(&t->n, 200 * MS);
}

static void one_life(uint64_t seed) {
  note_case("seed %llu", (unsigned long long)seed);
  dice.state = hash_pair(seed, 1291);
  writer_is_server = (int)(seed & 1);
  sender_count = 0;
  start(&twins[0], seed);
  start(&twins[1], seed);
  compare_twins();
  for (int step = 0; step < 300; step++) {
    if (!below(8)) {
      open_one();
    } else if (!below(12)) {
      interrupt();
    } else {
      write_some();
    }
    compare_twins();
  }
  compare_datagrams(0);
  compare_datagrams(1);
  network_free(&twins[0].n);
  network_free(&twins[1].n);
}

static void make_no_difference(void) {
  const char *first = getenv("FIRST"), *count = getenv("SEEDS");
  uint64_t begin = first ? strtoull(first, NULL, 10) : 1, seeds = count ? strtoull(count, NULL, 10) : 150;
  for (uint64_t seed = begin; seed < begin + seeds; seed++) {
    one_life(seed);
  }
}

static const test tests[] = {TEST(make_no_difference)};
MAIN("vectors", tests)
