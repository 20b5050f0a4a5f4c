#include "application.h"

#include "play.h"

#include <stdarg.h>

int is_verbose;

static const plan *plan_of(const endpoint *e) { return &play_of(e->net)->plan; }

static application *peer_of(const application *a) {
  play *p = play_of(a->end->net);
  return a->end->is_server ? &p->client.application : &p->server.application;
}

void broken(const endpoint *e, const char *format, ...) {
  char text[400];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  FAIL("%s at %.3f ms: %s", e->name, (double)(e->net->now - START) / 1e6, text);
}

void tell(const endpoint *e, const char *format, ...) {
  va_list arguments;
  if (!is_verbose) {
    return;
  }
  printf("%12.3f %s ", (double)(e->net->now - START) / 1e6, e->name);
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  putchar('\n');
}

/* What both ends know of the contents of a stream and a datagram. */
static uint8_t stream_byte(int64_t id, int by_server, uint64_t offset) {
  return (uint8_t)((uint64_t)id * 131 + (uint64_t)by_server * 17 + offset * 7 + (offset >> 8) * 13 + (offset >> 16) * 3);
}

int stream_is_open(const stream *s) { return !s->is_closed && !s->is_void; }

static stream *find(application *a, int64_t id) {
  for (size_t i = a->stream_count; i-- > 0;) {
    if (a->streams[i].id == id && !a->streams[i].is_void) {
      return &a->streams[i];
    }
  }
  return NULL;
}

static stream *add(application *a, int64_t id, int is_local, uint64_t len) {
  stream *s = &a->streams[a->stream_count];
  int is_bidi = !(id & 2);
  CHECK(a->stream_count < MAX_STREAMS);
  a->stream_count++;
  memset(s, 0, sizeof(*s));
  s->id = id;
  s->is_local = is_local;
  s->sends = is_local || is_bidi;
  s->receives = !is_local || is_bidi;
  if (s->sends) {
    s->len = len;
    s->data = test_alloc(len + 1);
    for (uint64_t i = 0; i < len; i++) {
      s->data[i] = stream_byte(id, a->end->is_server, i);
    }
  }
  return s;
}

/* Scribbles over what the library must not read any more. */
static void drop_data(stream *s) {
  if (s->data) {
    memset(s->data, 0xcc, s->len);
    test_free(s->data);
    s->data = NULL;
  }
}

static stream *stream_of(application *a, const event *seen) {
  stream *s = find(a, seen->stream_id);
  if (!s) {
    broken(a->end, "%s of unknown stream %lld", callout_name(seen->which), (long long)seen->stream_id);
  }
  if (s->is_closed) {
    broken(a->end, "%s of stream %lld after its end", callout_name(seen->which), (long long)seen->stream_id);
  }
  if (seen->stream_user_data != s) {
    broken(a->end, "%s of stream %lld with other user data", callout_name(seen->which), (long long)seen->stream_id);
  }
  return s;
}

static void give_credit(application *a, stream *s) {
  uint64_t len = s->owed;
  s->owed = 0;
  if (!s->is_closed) {
    CHECK_EQ(ngtcp2_conn_extend_max_stream_offset(a->end->conn, s->id, len), 0);
  }
  ngtcp2_conn_extend_max_offset(a->end->conn, len);
}

static void on_data(application *a, const event *seen) {
  stream *s = stream_of(a, seen);
  if (!s->receives || s->fin_received || s->was_reset || s->is_stopped) {
    broken(a->end, "data of stream %lld that should have none", (long long)s->id);
  }
  if (seen->offset != s->received || (!seen->len && !(seen->flags & NGTCP2_STREAM_DATA_FLAG_FIN))) {
    broken(a->end, "stream %lld: %llu bytes at %llu, with %llu received", (long long)s->id, (unsigned long long)seen->len,
           (unsigned long long)seen->offset, (unsigned long long)s->received);
  }
  for (uint64_t i = 0; i < seen->len; i++) {
    if (seen->data[i] != stream_byte(s->id, !a->end->is_server, seen->offset + i)) {
      broken(a->end, "stream %lld: another byte at %llu", (long long)s->id, (unsigned long long)(seen->offset + i));
    }
  }
  s->received += seen->len;
  s->fin_received = (seen->flags & NGTCP2_STREAM_DATA_FLAG_FIN) != 0;
  s->owed += seen->len;
  if (!plan_of(a->end)->credits_late) {
    give_credit(a, s);
  }
}

static void on_open(application *a, const event *seen) {
  uint64_t len = hash_pair(plan_of(a->end)->seed, (uint64_t)seen->stream_id) % (plan_of(a->end)->longest_answer + 1);
  if (((seen->stream_id & 1) != 0) == a->end->is_server || find(a, seen->stream_id)) {
    broken(a->end, "stream %lld opened", (long long)seen->stream_id);
  }
  CHECK_EQ(ngtcp2_conn_set_stream_user_data(a->end->conn, seen->stream_id, add(a, seen->stream_id, 0, len % 7 ? len : 0)), 0);
}

static void on_close(application *a, const event *seen) {
  stream *s = stream_of(a, seen);
  if (!seen->flags && !s->is_reset && !s->was_reset && !s->is_stopped) {
    if ((s->sends && (s->acknowledged != s->len || !s->fin_sent)) || (s->receives && !s->fin_received)) {
      broken(a->end, "stream %lld ended before its end: %llu of %llu acknowledged", (long long)s->id,
             (unsigned long long)s->acknowledged, (unsigned long long)s->len);
    }
  }
  s->is_closed = 1;
  give_credit(a, s);
  drop_data(s);
  if (!s->is_local && s->id & 2) {
    ngtcp2_conn_extend_max_streams_uni(a->end->conn, 1);
  } else if (!s->is_local) {
    ngtcp2_conn_extend_max_streams_bidi(a->end->conn, 1);
  }
}

static void on_acknowledged(application *a, const event *seen) {
  stream *s = stream_of(a, seen);
  if (!s->sends || seen->offset != s->acknowledged || seen->offset + seen->len > s->sent) {
    broken(a->end, "stream %lld: %llu bytes at %llu acknowledged, with %llu before and %llu sent", (long long)s->id,
           (unsigned long long)seen->len, (unsigned long long)seen->offset, (unsigned long long)s->acknowledged,
           (unsigned long long)s->sent);
  }
  s->acknowledged += seen->len;
}

static void on_reset(application *a, const event *seen) {
  stream *s = stream_of(a, seen);
  if (s->was_reset || seen->len < s->received) {
    broken(a->end, "stream %lld reset with final size %llu", (long long)s->id, (unsigned long long)seen->len);
  }
  s->was_reset = 1;
}

static void on_datagram(application *a, const event *seen) {
  application *peer = peer_of(a);
  uint64_t id;
  CHECK(seen->len >= sizeof(id));
  memcpy(&id, seen->data, sizeof(id));
  if (id >= peer->datagram_count || peer->datagrams[id].len != seen->len || peer->datagrams[id].arrived_at_peer) {
    broken(a->end, "datagram %llu of %llu bytes", (unsigned long long)id, (unsigned long long)seen->len);
  }
  peer->datagrams[id].arrived_at_peer = 1;
  for (uint64_t i = sizeof(id); i < seen->len; i++) {
    if (seen->data[i] != (uint8_t)(id + i)) {
      broken(a->end, "datagram %llu: another byte", (unsigned long long)id);
    }
  }
}

static void on_datagram_fate(application *a, const event *seen, datagram_state to) {
  datagram_state *state = &a->datagrams[seen->offset].state;
  CHECK(seen->offset < a->datagram_count);
  /* What was taken for lost may be acknowledged after all. */
  if (*state != SENT && !(*state == LOST && to == ACKNOWLEDGED)) {
    broken(a->end, "%s of datagram %llu", callout_name(seen->which), (unsigned long long)seen->offset);
  }
  *state = to;
}

/* All streams and datagrams of before are gone, without a word. */
static void on_early_data_rejected(application *a) {
  for (size_t i = 0; i < a->stream_count; i++) {
    stream *s = &a->streams[i];
    if (stream_is_open(s)) {
      s->is_void = 1;
      drop_data(s);
      application_wants_stream(a, (s->id & 2) != 0, s->len);
    }
  }
  for (size_t i = 0; i < a->datagram_count; i++) {
    a->datagrams[i].is_void |= a->datagrams[i].state == SENT;
  }
}

static void once(application *a, int *count, const event *seen) {
  if (++*count > 1) {
    broken(a->end, "%s again", callout_name(seen->which));
  }
}

/* The application is called only while its connection is open. */
static int is_for_the_application(callout which) {
  switch (which) {
  case CALLED_recv_stream_data:
  case CALLED_acked_stream_data_offset:
  case CALLED_stream_open:
  case CALLED_stream_close:
  case CALLED_stream_reset:
  case CALLED_extend_max_stream_data:
  case CALLED_extend_max_local_streams_bidi:
  case CALLED_extend_max_local_streams_uni:
  case CALLED_recv_datagram:
  case CALLED_ack_datagram:
  case CALLED_lost_datagram:
  case CALLED_handshake_completed:
  case CALLED_handshake_confirmed:
  case CALLED_recv_new_token:
  case CALLED_tls_early_data_rejected:
    return 1;
  default:
    return 0;
  }
}

static int on_event(endpoint *e, const event *seen) {
  application *a = e->context;
  if (!is_for_the_application(seen->which)) {
    a->stateless_resets += seen->which == CALLED_recv_stateless_reset;
    return 0;
  }
  tell(e, "%s id=%lld offset=%llu len=%llu flags=%u", callout_name(seen->which), (long long)seen->stream_id,
       (unsigned long long)seen->offset, (unsigned long long)seen->len, seen->flags);
  if (a->is_over) {
    broken(e, "%s after the end of the connection", callout_name(seen->which));
  }
  switch (seen->which) {
  case CALLED_recv_stream_data: on_data(a, seen); break;
  case CALLED_acked_stream_data_offset: on_acknowledged(a, seen); break;
  case CALLED_stream_open: on_open(a, seen); break;
  case CALLED_stream_close: on_close(a, seen); break;
  case CALLED_stream_reset: on_reset(a, seen); break;
  case CALLED_extend_max_stream_data: stream_of(a, seen)->is_blocked = 0; break;
  case CALLED_recv_datagram: on_datagram(a, seen); break;
  case CALLED_ack_datagram: on_datagram_fate(a, seen, ACKNOWLEDGED); break;
  case CALLED_lost_datagram: on_datagram_fate(a, seen, LOST); break;
  case CALLED_handshake_completed: once(a, &a->completed, seen); break;
  case CALLED_handshake_confirmed: once(a, &a->confirmed, seen); break;
  case CALLED_tls_early_data_rejected: on_early_data_rejected(a); break;
  default: break;
  }
  return 0;
}

void application_init(application *a, endpoint *e) {
  memset(a, 0, sizeof(*a));
  a->end = e;
  e->context = a;
  e->application = on_event;
}

void application_free(application *a) {
  for (size_t i = 0; i < a->stream_count; i++) {
    drop_data(&a->streams[i]);
  }
}

void application_wants_stream(application *a, int is_uni, uint64_t len) {
  if (a->waiting_count[is_uni] < MAX_WAITING) {
    a->waiting[is_uni][a->waiting_count[is_uni]++] = len;
  }
}

void application_wants_datagram(application *a, size_t len) {
  if (a->datagram_count < MAX_DATAGRAMS) {
    a->datagrams[a->datagram_count++].len = len;
  }
}

void application_open_streams(application *a) {
  for (int is_uni = 0; is_uni < 2; is_uni++) {
    while (a->waiting_count[is_uni]) {
      stream *s = &a->streams[a->stream_count];
      int64_t id;
      int status;
      CHECK(a->stream_count < MAX_STREAMS);
      status = is_uni ? ngtcp2_conn_open_uni_stream(a->end->conn, &id, s) : ngtcp2_conn_open_bidi_stream(a->end->conn, &id, s);
      if (status == NGTCP2_ERR_STREAM_ID_BLOCKED) {
        break;
      }
      CHECK_EQ(status, 0);
      tell(a->end, "opens stream %lld", (long long)id);
      add(a, id, 1, a->waiting[is_uni][0]);
      a->waiting_count[is_uni]--;
      memmove(a->waiting[is_uni], a->waiting[is_uni] + 1, a->waiting_count[is_uni] * sizeof(a->waiting[0][0]));
    }
  }
}

int application_owes_credit(const application *a) {
  for (size_t i = 0; i < a->stream_count; i++) {
    if (a->streams[i].owed) {
      return 1;
    }
  }
  return 0;
}

void application_gives_credit(application *a) {
  for (size_t i = 0; i < a->stream_count; i++) {
    if (a->streams[i].owed) {
      give_credit(a, &a->streams[i]);
    }
  }
}

int application_is_done(const application *a) {
  for (size_t i = 0; i < a->stream_count; i++) {
    if (stream_is_open(&a->streams[i])) {
      return 0;
    }
  }
  for (size_t i = 0; i < a->datagram_count; i++) {
    if (a->datagrams[i].state == SENT && !a->datagrams[i].is_void) {
      return 0;
    }
  }
  return a->completed && !a->waiting_count[0] && !a->waiting_count[1] && a->next_datagram == a->datagram_count;
}
