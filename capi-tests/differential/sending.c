/* The writing of an application: streams in turn, datagrams between them, until the library has nothing to send. */
#include "play.h"

#define FIN NGTCP2_WRITE_STREAM_FLAG_FIN
#define MORE NGTCP2_WRITE_STREAM_FLAG_MORE
#define PIECES 3
/* Calls of one turn, beyond which writing is taken not to end. */
#define MAX_CALLS 200000

/* One turn of writing. */
typedef struct turn {
  application *app;
  endpoint *end;
  const plan *plan;
  int connection_is_blocked;
  uint64_t calls;
  /* where the packet goes */
  uint8_t packet[MAX_PACKET];
  ngtcp2_path_storage path;
  ngtcp2_pkt_info info;
} turn;

typedef enum next { GO_ON, STOP } next;

static next send_written(turn *t, ngtcp2_ssize len) {
  if (len == 0) {
    return STOP;
  }
  tell(t->end, "sends %zd bytes", (size_t)len);
  send_packet(t->end, &t->path.path, t->info.ecn, t->packet, (size_t)len);
  return GO_ON;
}

static stream *next_stream(turn *t) {
  application *a = t->app;
  for (size_t i = 0; i < a->stream_count; i++) {
    size_t place = (a->next_stream + i) % a->stream_count;
    stream *s = &a->streams[place];
    int can_send = s->sends && stream_is_open(s) && !s->fin_sent && !s->is_reset && !s->is_blocked;
    if (can_send && (!t->connection_is_blocked || s->sent == s->len)) {
      a->next_stream = place;
      return s;
    }
  }
  return NULL;
}

/* As the plan has it: in one piece, or in several with an empty one among them. */
static size_t cut(const turn *t, const stream *s, ngtcp2_vec *pieces) {
  uint64_t left = s->len - s->sent, first = left / 3;
  uint8_t *data = s->data + s->sent;
  if (left < 3 || !t->plan->splits_data) {
    pieces[0] = (ngtcp2_vec){data, left};
    return left ? 1 : 0;
  }
  pieces[0] = (ngtcp2_vec){data, first};
  pieces[1] = (ngtcp2_vec){data + first, 0};
  pieces[2] = (ngtcp2_vec){data + first, left - first};
  return PIECES;
}

static void note_accepted(turn *t, stream *s, ngtcp2_ssize accepted) {
  uint64_t left = s->len - s->sent;
  if ((uint64_t)accepted > left) {
    broken(t->end, "stream %lld: %zd bytes accepted of %llu", (long long)s->id, (size_t)accepted, (unsigned long long)left);
  }
  s->sent += (uint64_t)accepted;
  s->fin_sent = s->sent == s->len;
}

static next data_blocked(turn *t, stream *s) {
  if (!ngtcp2_conn_get_max_data_left(t->end->conn)) {
    t->connection_is_blocked = 1;
  } else if (ngtcp2_conn_get_max_stream_data_left(t->end->conn, s->id)) {
    broken(t->end, "stream %lld is blocked, but has credit", (long long)s->id);
  } else {
    s->is_blocked = 1;
  }
  return GO_ON;
}

static next write_stream_data(turn *t, stream *s) {
  ngtcp2_vec pieces[PIECES];
  size_t count = s ? cut(t, s, pieces) : 0;
  uint32_t flags = s ? FIN | (t->plan->fills_packets ? MORE : 0) : 0;
  ngtcp2_ssize accepted = -77, len;
  if (s && hash_pair((uint64_t)s->id, s->sent) % 5 == 0) {
    t->app->next_stream++;
  }
  len = ngtcp2_conn_writev_stream(t->end->conn, &t->path.path, &t->info, t->packet, sizeof(t->packet), &accepted, flags,
                                  s ? s->id : -1, count ? pieces : NULL, count, t->end->net->now);
  if (s) {
    tell(t->end, "writes stream %lld from %llu: %zd, accepted %zd", (long long)s->id, (unsigned long long)s->sent, (size_t)len,
         (size_t)accepted);
  }
  if (s && accepted >= 0 && (len > 0 || len == NGTCP2_ERR_WRITE_MORE)) {
    note_accepted(t, s, accepted);
  }
  if (s && len == NGTCP2_ERR_STREAM_DATA_BLOCKED) {
    return data_blocked(t, s);
  }
  if (s && len == NGTCP2_ERR_STREAM_SHUT_WR) {
    s->is_reset = 1;
    return GO_ON;
  }
  if (len == NGTCP2_ERR_WRITE_MORE && flags & MORE) {
    return GO_ON;
  }
  if (len < 0 || (len == 0 && s && accepted >= 0)) {
    broken(t->end, "ngtcp2_conn_writev_stream: %s, accepted %zd", len < 0 ? ngtcp2_strerror((int)len) : "0", (size_t)accepted);
  }
  return send_written(t, len);
}

static next write_next_datagram(turn *t) {
  application *a = t->app;
  uint64_t id = a->next_datagram;
  uint8_t data[2048];
  ngtcp2_vec piece = {data, a->datagrams[id].len};
  uint32_t flags = t->plan->fills_packets ? NGTCP2_WRITE_DATAGRAM_FLAG_MORE : 0;
  int accepted = -5;
  ngtcp2_ssize len;
  memcpy(data, &id, sizeof(id));
  for (size_t i = sizeof(id); i < piece.len; i++) {
    data[i] = (uint8_t)(id + i);
  }
  len = ngtcp2_conn_writev_datagram(t->end->conn, &t->path.path, &t->info, t->packet, sizeof(t->packet), &accepted, flags, id,
                                    &piece, 1, t->end->net->now);
  tell(t->end, "writes datagram %llu: %zd, accepted %d", (unsigned long long)id, (size_t)len, accepted);
  if (accepted == 1) {
    a->datagrams[id].state = SENT;
    a->next_datagram++;
  }
  if (len == NGTCP2_ERR_WRITE_MORE && flags) {
    return GO_ON;
  }
  if ((len == NGTCP2_ERR_INVALID_STATE || len == NGTCP2_ERR_INVALID_ARGUMENT) && accepted != 1) {
    a->datagrams[id].state = REFUSED;
    a->next_datagram++;
    return GO_ON;
  }
  if (len < 0) {
    broken(t->end, "ngtcp2_conn_writev_datagram: %s", ngtcp2_strerror((int)len));
  }
  return send_written(t, len);
}

static next step(turn *t) {
  stream *s = next_stream(t);
  int has_datagram = t->app->next_datagram < t->app->datagram_count;
  ngtcp2_path_storage_zero(&t->path);
  t->info.ecn = 0;
  if (has_datagram && (!s || hash_pair(t->app->next_datagram, t->calls) % 4 == 0)) {
    return write_next_datagram(t);
  }
  return write_stream_data(t, s);
}

void application_write(application *a) {
  static turn t;
  t.app = a;
  t.end = a->end;
  t.plan = &play_of(a->end->net)->plan;
  t.connection_is_blocked = 0;
  application_open_streams(a);
  for (t.calls = 1; step(&t) == GO_ON; t.calls++) {
    if (t.calls == MAX_CALLS) {
      broken(t.end, "writing does not end");
    }
  }
  ngtcp2_conn_update_pkt_tx_time(t.end->conn, t.end->net->now);
}
