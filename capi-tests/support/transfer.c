#include "transfer.h"

static transfer_stream *find(endpoint *e, int64_t id) {
  transfer_stream *streams = e->transfer->side[e->is_server];
  for (size_t i = 0; i < e->transfer->streams; i++) {
    if (streams[i].id == id) {
      return &streams[i];
    }
  }
  return NULL;
}

static void on_data(endpoint *e, const event *seen) {
  transfer_stream *s = find(e, seen->stream_id);
  if (!s) {
    return;
  }
  CHECK_EQ(seen->offset, s->received);
  CHECK(s->received + seen->len <= e->transfer->len);
  CHECK(seen->len == 0 || memcmp(seen->data, test_data() + s->received, seen->len) == 0);
  s->received += seen->len;
  s->fin_received |= (seen->flags & NGTCP2_STREAM_DATA_FLAG_FIN) != 0;
  ngtcp2_conn_extend_max_stream_offset(e->conn, seen->stream_id, seen->len);
  ngtcp2_conn_extend_max_offset(e->conn, seen->len);
}

static int on_event(endpoint *e, const event *seen) {
  transfer_stream *s;
  switch (seen->which) {
  case CALLED_recv_stream_data:
    on_data(e, seen);
    break;
  case CALLED_stream_open:
    s = find(e, -1);
    if (s) {
      s->id = seen->stream_id;
    }
    break;
  case CALLED_stream_close:
    s = find(e, seen->stream_id);
    if (s) {
      s->closed = 1;
    }
    break;
  default:
    break;
  }
  return 0;
}

static void open_streams(endpoint *client) {
  transfer *t = client->transfer;
  for (size_t i = 0; i < t->streams; i++) {
    int64_t id;
    if (t->side[0][i].id != -1 || !is_alive(client)) {
      continue;
    }
    if (ngtcp2_conn_open_bidi_stream(client->conn, &id, &t->side[0][i])) {
      break;
    }
    t->side[0][i].id = id;
  }
}

/* What the stream may send now: all on the client, what has come back on the server. */
static size_t available(const endpoint *e, const transfer_stream *s) {
  return e->is_server ? s->received : e->transfer->len;
}

static transfer_stream *next_to_send(endpoint *e, size_t *skipped) {
  transfer_stream *streams = e->transfer->side[e->is_server];
  for (; *skipped < e->transfer->streams; ++*skipped) {
    transfer_stream *s = &streams[*skipped];
    if (s->id == -1 || s->fin_sent || s->closed) {
      continue;
    }
    if (available(e, s) > s->sent || (available(e, s) == e->transfer->len && !s->fin_sent)) {
      return s;
    }
  }
  return NULL;
}

/* One packet or part of one; 0 when there is nothing to send any more. */
static int write_step(endpoint *e, size_t *skipped) {
  transfer_stream *s = next_to_send(e, skipped);
  uint32_t flags = MORE;
  size_t len = 0;
  written w;
  if (!s) {
    w = write_stream(e, -1, 0, 0);
    return (int)w.len;
  }
  len = available(e, s) - s->sent;
  if (s->sent + len == e->transfer->len) {
    flags |= FIN;
  }
  w = write_stream_at(e, s->id, flags, s->sent, len);
  if (w.accepted >= 0) {
    s->sent += (size_t)w.accepted;
    s->fin_sent = (flags & FIN) && (size_t)w.accepted == len;
  }
  switch (w.len) {
  case NGTCP2_ERR_STREAM_DATA_BLOCKED:
  case NGTCP2_ERR_STREAM_SHUT_WR:
  case NGTCP2_ERR_STREAM_NOT_FOUND:
    ++*skipped;
    return 1;
  case NGTCP2_ERR_WRITE_MORE:
    return 1;
  default:
    return (int)w.len;
  }
}

static int send_datagrams(endpoint *e) {
  transfer *t = e->transfer;
  while (t->datagrams) {
    written w = write_datagram(e, 0, t->datagrams, 100, PACKET_LEN);
    if (w.len < 0) {
      return (int)w.len;
    }
    if (!w.accepted) {
      break;
    }
    t->datagrams--;
  }
  return 0;
}

static int write_all(endpoint *e) {
  int packets = 0;
  size_t skipped = 0;
  if (!e->is_server && ngtcp2_conn_get_handshake_completed(e->conn)) {
    int status = send_datagrams(e);
    if (status) {
      return status;
    }
    open_streams(e);
    /* An observer of its allocations may have deleted the connection. */
    if (!is_alive(e)) {
      return 0;
    }
  }
  for (;;) {
    int len = write_step(e, &skipped);
    if (len <= 0) {
      if (len == 0 && packets) {
        ngtcp2_conn_update_pkt_tx_time(e->conn, e->net->now);
      }
      return len < 0 ? len : packets;
    }
    packets++;
  }
}

void transfer_init(transfer *t, network *n, size_t streams, size_t len) {
  CHECK(streams <= MAX_TRANSFER_STREAMS && len <= MAX_DATA);
  memset(t, 0, sizeof(*t));
  t->net = n;
  t->streams = streams;
  t->len = len;
  for (size_t i = 0; i < streams; i++) {
    t->side[0][i].id = t->side[1][i].id = -1;
  }
  n->client.transfer = n->server.transfer = t;
  n->client.application = n->server.application = on_event;
  n->client.write = n->server.write = write_all;
}

int transfer_is_complete(const transfer *t) {
  for (size_t i = 0; i < t->streams; i++) {
    for (int side = 0; side < 2; side++) {
      const transfer_stream *s = &t->side[side][i];
      if (!s->fin_sent || !s->fin_received || s->received != t->len || !s->closed) {
        return 0;
      }
    }
  }
  return 1;
}
