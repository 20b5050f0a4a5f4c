/* WRITE_MORE sequences into which anything may come: reading, timers, other streams, resets, key updates, migrations. Whatever
 * does, each stream arrives whole, and each datagram is acknowledged or lost, and told of once. */
#include "writer.h"

#define MAX_STREAMS 400
#define MAX_DATAGRAMS 3000

typedef struct part {
  int64_t id;
  uint8_t *data; /* to send, until the stream is closed; NULL: nothing */
  size_t len, sent, acked, received;
  int fin_sent, fin_received, is_reset, is_stopped, is_closed;
} part;

typedef struct end {
  endpoint *e;
  part parts[MAX_STREAMS];
  size_t count;
  uint8_t is_acked[MAX_DATAGRAMS], is_lost[MAX_DATAGRAMS], is_accepted[MAX_DATAGRAMS];
  uint32_t datagrams;
  int goes_easy; /* nothing interrupts any more */
  int is_over;   /* memory ran out at what cannot be taken back */
} end;

static network n;
static end ends[2];
static generator dice;

/* Whether the client begins with early data, and what the server says to it. */
static enum { NO_EARLY_DATA, ACCEPTED, REJECTED, REJECTED_LATE } early_data;

static size_t below(uint64_t bound) { return (size_t)random_below(&dice, bound); }

/* Memory runs out now and then: in one call, for the first allocation or one behind it, once or from then on. */
static int is_memory_short;

static void run_short(endpoint *e) {
  if (is_memory_short && !below(5)) {
    e->heap.fail_at = e->heap.calls + 1 + below(3);
    e->heap.fail_from_then_on = !below(50);
    e->heap.failed = 0;
  }
}

/* Whether the call that returned this failed for want of memory, as it may: the memory is back after it. */
static int was_short(endpoint *e, long long status) {
  int failed = e->heap.fail_at && e->heap.failed && status == NGTCP2_ERR_NOMEM;
  e->heap.fail_at = 0;
  return failed;
}

static end *end_of(const endpoint *e) { return &ends[e->is_server]; }

static uint8_t content(int64_t id, int from_server, size_t offset) {
  return (uint8_t)(offset * 131 + (offset >> 8) * 17 + (uint64_t)id * 7 + (uint64_t)from_server * 31);
}

static part *find(end *x, int64_t id) {
  for (size_t i = 0; i < x->count; i++) {
    if (x->parts[i].id == id) {
      return &x->parts[i];
    }
  }
  return NULL;
}

static void add(end *x, int64_t id, int sends) {
  part *p;
  if (x->count == MAX_STREAMS) {
    FAIL("too many streams");
  }
  p = &x->parts[x->count++];
  memset(p, 0, sizeof(*p));
  p->id = id;
  if (sends) {
    p->len = below(3) ? below(3000) : below(20000);
    p->data = test_alloc(p->len);
    for (size_t i = 0; i < p->len; i++) {
      p->data[i] = content(id, x->e->is_server, i);
    }
  }
}

/* As if nothing had been sent. */
static void forget_all(end *x) {
  for (size_t i = 0; i < x->count; i++) {
    test_free(x->parts[i].data);
  }
  memset(x->parts, 0, sizeof(x->parts));
  x->count = 0;
  memset(x->is_lost, 1, x->datagrams);
}

static int on_event(endpoint *e, const event *seen) {
  end *x = end_of(e);
  part *p;
  switch (seen->which) {
  case CALLED_handshake_completed:
    if (early_data == REJECTED_LATE && !e->is_server) {
      CHECK_EQ(ngtcp2_conn_tls_early_data_rejected(e->conn), 0);
    }
    break;
  case CALLED_tls_early_data_rejected:
    forget_all(x);
    break;
  case CALLED_stream_open:
    add(x, seen->stream_id, !(seen->stream_id & 2));
    break;
  case CALLED_recv_stream_data:
    p = find(x, seen->stream_id);
    CHECK(p && !p->is_closed && !p->is_stopped);
    CHECK_EQ(seen->offset, p->received);
    for (size_t i = 0; i < seen->len; i++) {
      CHECK_EQ(seen->data[i], content(p->id, !e->is_server, p->received + i));
    }
    p->received += seen->len;
    p->fin_received |= (seen->flags & NGTCP2_STREAM_DATA_FLAG_FIN) != 0;
    ngtcp2_conn_extend_max_stream_offset(e->conn, p->id, seen->len);
    ngtcp2_conn_extend_max_offset(e->conn, seen->len);
    break;
  case CALLED_acked_stream_data_offset:
    p = find(x, seen->stream_id);
    CHECK(p && p->data && !p->is_closed);
    CHECK_EQ(seen->offset, p->acked);
    p->acked += seen->len;
    CHECK(p->acked <= p->sent);
    break;
  case CALLED_stream_close:
    p = find(x, seen->stream_id);
    CHECK(p && !p->is_closed);
    p->is_closed = 1;
    test_free(p->data);
    p->data = NULL;
    if (((seen->stream_id & 1) != 0) != e->is_server) {
      if (seen->stream_id & 2) {
        ngtcp2_conn_extend_max_streams_uni(e->conn, 1);
      } else {
        ngtcp2_conn_extend_max_streams_bidi(e->conn, 1);
      }
    }
    break;
  case CALLED_recv_stop_sending:
    p = find(x, seen->stream_id);
    CHECK(p && !p->is_closed);
    p->is_reset = 1;
    break;
  case CALLED_ack_datagram:
    CHECK(seen->offset < MAX_DATAGRAMS && x->is_accepted[seen->offset] && !x->is_acked[seen->offset]);
    x->is_acked[seen->offset] = 1;
    break;
  case CALLED_lost_datagram:
    CHECK(seen->offset < MAX_DATAGRAMS && x->is_accepted[seen->offset] && !x->is_lost[seen->offset]);
    CHECK(!x->is_acked[seen->offset]);
    x->is_lost[seen->offset] = 1;
    break;
  default:
    break;
  }
  return 0;
}

static uint8_t packets[2][PACKET_LEN];

/* What the library says to one call: whether the writing can go on, or the packet is sent. */
static int settle(endpoint *e, const ngtcp2_path_storage *path, const ngtcp2_pkt_info *info, ngtcp2_ssize len) {
  if (len > 0) {
    send_packet(e, &path->path, info->ecn, packets[e->is_server], (size_t)len);
    return 1;
  }
  if (was_short(e, len)) {
    return 1;
  }
  if (is_memory_short && len == NGTCP2_ERR_NOMEM) {
    end_of(e)->is_over = 1;
    return 0;
  }
  /* After a rejection nothing is known of the server for a while. */
  if (len == NGTCP2_ERR_INVALID_STATE && early_data && !ngtcp2_conn_get_handshake_completed(e->conn)) {
    return 0;
  }
  if (len < 0 && len != NGTCP2_ERR_WRITE_MORE && len != NGTCP2_ERR_STREAM_DATA_BLOCKED) {
    FAIL("%s: writing returns %lld", e->name, (long long)len);
  }
  return len == NGTCP2_ERR_WRITE_MORE;
}

static int offer_stream(end *x, part *p, uint32_t more) {
  endpoint *e = x->e;
  size_t left = p->len - p->sent, len = below(3) ? left : below(left + 1);
  /* Two vectors, so that the pieces do not always join. */
  size_t first = below(2) ? len : below(len + 1);
  ngtcp2_vec pieces[2] = {{p->data + p->sent, first}, {p->data + p->sent + first, len - first}};
  uint32_t flags = more | (len == left ? FIN : 0) | (below(8) ? 0 : PADDING);
  ngtcp2_path_storage path;
  ngtcp2_pkt_info info = {0};
  ngtcp2_ssize accepted = -99, written;
  ngtcp2_path_storage_zero(&path);
  run_short(e);
  written = ngtcp2_conn_writev_stream(e->conn, &path.path, &info, packets[e->is_server], PACKET_LEN, &accepted, flags,
                                      p->id, pieces, 2, n.now);
  CHECK(accepted >= -1 && accepted <= (ngtcp2_ssize)len);
  CHECK(written != NGTCP2_ERR_WRITE_MORE || accepted >= 0);
  if (accepted >= 0) {
    p->sent += (size_t)accepted;
    p->fin_sent |= (flags & FIN) && (size_t)accepted == len;
  }
  return settle(e, &path, &info, written);
}

static int offer_datagram(end *x, uint32_t more) {
  endpoint *e = x->e;
  ngtcp2_vec piece = {(uint8_t *)test_data(), below(3) ? below(100) : below(1200)};
  uint32_t id = x->datagrams;
  ngtcp2_path_storage path;
  ngtcp2_pkt_info info = {0};
  int accepted = -99;
  ngtcp2_ssize written;
  if (id == MAX_DATAGRAMS) {
    return 0;
  }
  ngtcp2_path_storage_zero(&path);
  run_short(e);
  written = ngtcp2_conn_writev_datagram(e->conn, &path.path, &info, packets[e->is_server], PACKET_LEN, &accepted,
                                        more ? NGTCP2_WRITE_DATAGRAM_FLAG_MORE : 0, id, &piece, 1, n.now);
  if (accepted) {
    CHECK_EQ(accepted, 1);
    x->is_accepted[id] = 1;
    x->datagrams++;
  }
  return settle(e, &path, &info, written);
}

static int finish(end *x) {
  endpoint *e = x->e;
  ngtcp2_path_storage path;
  ngtcp2_pkt_info info = {0};
  ngtcp2_ssize written;
  ngtcp2_path_storage_zero(&path);
  run_short(e);
  written = ngtcp2_conn_write_pkt(e->conn, &path.path, &info, packets[e->is_server], PACKET_LEN, n.now);
  CHECK(written >= 0 || is_memory_short);
  return settle(e, &path, &info, written);
}

static part *next_part(end *x) {
  size_t start = x->count ? below(x->count) : 0;
  for (size_t i = 0; i < x->count; i++) {
    part *p = &x->parts[(start + i) % x->count];
    if (p->data && !p->fin_sent && !p->is_reset && !p->is_closed) {
      return p;
    }
  }
  return NULL;
}

static void open_one(end *x) {
  int64_t id;
  int uni = (int)below(2);
  int status;
  run_short(x->e);
  status = uni ? ngtcp2_conn_open_uni_stream(x->e->conn, &id, NULL) : ngtcp2_conn_open_bidi_stream(x->e->conn, &id, NULL);
  CHECK(was_short(x->e, status) || status == 0 || status == NGTCP2_ERR_STREAM_ID_BLOCKED);
  if (status == 0) {
    add(x, id, 1);
  }
}

static void end_something(end *x) {
  part *p = x->count ? &x->parts[below(x->count)] : NULL;
  if (!p || p->is_closed) {
    return;
  }
  if (below(2) && p->data && !p->is_reset) {
    CHECK_EQ(ngtcp2_conn_shutdown_stream_write(x->e->conn, 0, p->id, 5), 0);
    p->is_reset = 1;
  } else if (!(p->id & 2) || ((p->id & 1) != 0) != x->e->is_server) {
    CHECK_EQ(ngtcp2_conn_shutdown_stream_read(x->e->conn, 0, p->id, 6), 0);
    p->is_stopped = 1;
  }
}

static void read_early(end *x) {
  datagram *d = take_datagram(&n, x->e->is_server);
  int status;
  if (d) {
    status = read_datagram(x->e, d);
    test_free(d);
    CHECK(status == 0 || is_memory_short);
    x->is_over |= status == NGTCP2_ERR_NOMEM;
  }
}

/* Anything that is not writing. */
static void interrupt(end *x) {
  endpoint *e = x->e;
  ngtcp2_path_storage path;
  int status;
  switch (below(12)) {
  case 0:
  case 1:
    read_early(x);
    break;
  case 2:
    status = ngtcp2_conn_handle_expiry(e->conn, n.now);
    CHECK(status == 0 || is_memory_short);
    x->is_over |= status == NGTCP2_ERR_NOMEM;
    break;
  case 3:
    if (!below(4)) {
      end_something(x);
    }
    break;
  case 4:
    run_short(e);
    status = ngtcp2_conn_initiate_key_update(e->conn, n.now);
    CHECK(was_short(e, status) || status == 0 || status == NGTCP2_ERR_INVALID_STATE);
    break;
  case 5:
    if (!e->is_server && !below(10)) {
      path_between(&path, 0, (uint16_t)(CLIENT_PORT + below(5)), SERVER_PORT);
      run_short(e);
      status = below(2) ? ngtcp2_conn_initiate_migration(e->conn, &path.path, n.now)
                        : ngtcp2_conn_initiate_immediate_migration(e->conn, &path.path, n.now);
      CHECK(was_short(e, status) || status == 0 || status == NGTCP2_ERR_INVALID_STATE ||
            status == NGTCP2_ERR_CONN_ID_BLOCKED || status == NGTCP2_ERR_INVALID_ARGUMENT);
    }
    break;
  case 6:
    CHECK(ngtcp2_conn_get_expiry(e->conn) > 0);
    ngtcp2_conn_update_pkt_tx_time(e->conn, n.now);
    break;
  case 7:
    ngtcp2_conn_set_keep_alive_timeout(e->conn, below(2) ? 50 * MS : UINT64_MAX);
    break;
  case 8:
    if (e->is_server && !below(10)) {
      run_short(e);
      status = ngtcp2_conn_submit_new_token(e->conn, test_data(), 20);
      CHECK(was_short(e, status) || status == 0);
    }
    break;
  case 9:
    n.now += below(3 * MS);
    break;
  default:
    open_one(x);
    break;
  }
}

/* Some calls; may leave a packet open. Returns how many packets were sent. */
static int write_some(endpoint *e) {
  end *x = end_of(e);
  uint64_t sent = n.sent[!e->is_server];
  int idle = 0;
  if (!ngtcp2_conn_get_handshake_completed(e->conn) && (!early_data || e->is_server)) {
    return flush(e);
  }
  for (int steps = 0; steps < 40 && idle < 3 && !x->is_over; steps++) {
    part *p = next_part(x);
    uint32_t more = below(4) ? MORE : 0;
    if (!x->goes_easy && !below(3)) {
      interrupt(x);
    }
    if (!x->goes_easy && !below(5)) {
      idle += !offer_datagram(x, more);
    } else if (p && p->data && !p->is_closed && !p->is_reset && below(8)) {
      idle += !offer_stream(x, p, more);
    } else {
      idle += !finish(x);
    }
  }
  if (x->goes_easy) {
    while (finish(x)) {
    }
  }
  if (x->is_over) {
    return NGTCP2_ERR_NOMEM;
  }
  return (int)(n.sent[!e->is_server] - sent);
}

static int some_are_lost(network *net, int to_server, uint64_t number, size_t len) {
  (void)to_server;
  (void)len;
  return number > 8 && random_below(&net->link_random, 12) == 0;
}

static void check_end(end *x, end *peer) {
  for (size_t i = 0; i < x->count; i++) {
    part *p = &x->parts[i], *q = find(peer, p->id);
    int reads = !(p->id & 2) || ((p->id & 1) != 0) != x->e->is_server;
    if (!p->is_closed) {
      FAIL("%s: stream %lld is open: %zu of %zu sent, %zu acknowledged, %zu received; reset %d, stopped %d", x->e->name,
           (long long)p->id, p->sent, p->len, p->acked, p->received, p->is_reset, p->is_stopped);
    }
    CHECK(q != NULL);
    if (reads && !p->is_stopped && !q->is_reset) {
      CHECK(p->fin_received);
      CHECK_EQ(p->received, q->len);
    }
  }
  for (uint32_t i = 0; i < x->datagrams; i++) {
    if (!x->is_acked[i] && !x->is_lost[i]) {
      FAIL("%s: nothing was heard of datagram %u of %u", x->e->name, i, x->datagrams);
    }
  }
}

static void begin(void) {
  uint8_t remembered[256];
  ngtcp2_ssize len = ngtcp2_transport_params_encode(remembered, sizeof(remembered), &n.server.params);
  n.client.tls.offer_early_data = early_data != NO_EARLY_DATA;
  n.server.tls.accept_early_data = early_data == ACCEPTED;
  n.client.tls.tells_rejection_late = early_data == REJECTED_LATE;
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  if (early_data) {
    CHECK_EQ(ngtcp2_conn_decode_and_set_0rtt_transport_params(n.client.conn, remembered, (size_t)len), 0);
  }
}

/* Whether it came to its end. */
static int one_life(uint64_t seed) {
  int is_complete;
  note_case("seed %llu", (unsigned long long)seed);
  dice.state = hash_pair(seed, 77);
  memset(ends, 0, sizeof(ends));
  network_init(&n, seed);
  ends[0].e = &n.client;
  ends[1].e = &n.server;
  n.client.application = n.server.application = on_event;
  n.client.write = n.server.write = write_some;
  n.client.settings.no_pmtud = n.server.settings.no_pmtud = (uint8_t)below(2);
  n.server.params.initial_max_stream_data_bidi_remote = n.client.params.initial_max_stream_data_uni = 2000 + below(9000);
  n.is_lost = some_are_lost;
  begin();
  network_run(&n, (300 + below(300)) * MS);
  ends[0].goes_easy = ends[1].goes_easy = 1;
  is_complete = network_run(&n, 20 * SECOND);
  if (is_complete) {
    check_end(&ends[0], &ends[1]);
    check_end(&ends[1], &ends[0]);
  } else {
    int is_over = n.client.error == NGTCP2_ERR_NOMEM || n.server.error == NGTCP2_ERR_NOMEM;
    if (!is_memory_short || !is_over) {
      FAIL("errors %d and %d", n.client.error, n.server.error);
    }
  }
  for (int i = 0; i < 2; i++) {
    for (size_t j = 0; j < ends[i].count; j++) {
      test_free(ends[i].parts[j].data);
    }
  }
  network_free(&n);
  return is_complete;
}

static uint64_t from_environment(const char *name, uint64_t otherwise) {
  const char *text = getenv(name);
  return text ? strtoull(text, NULL, 10) : otherwise;
}

static void lives(void) {
  uint64_t first = from_environment("FIRST", 1), count = from_environment("SEEDS", 60), complete = 0;
  for (uint64_t seed = first; seed < first + count; seed++) {
    complete += (uint64_t)one_life(seed);
  }
  CHECK(complete > count / 4);
}

static void lives_short_of_memory(void) {
  is_memory_short = 1;
  lives();
}

static void early_data_accepted(void) {
  early_data = ACCEPTED;
  lives();
}

static void early_data_rejected(void) {
  early_data = REJECTED;
  lives();
}

static void early_data_short_of_memory(void) {
  is_memory_short = 1;
  early_data = ACCEPTED;
  lives();
}

static void early_data_rejected_late(void) {
  early_data = REJECTED_LATE;
  lives();
}

static const test tests[] = {
    TEST(lives),
    TEST(lives_short_of_memory),
    TEST(early_data_accepted),
    TEST(early_data_rejected),
    TEST(early_data_rejected_late),
    TEST(early_data_short_of_memory),
};
MAIN("interrupted", tests)
