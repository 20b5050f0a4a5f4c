/* A stream as the echo programs have it: bytes wait in a ring until the peer has acknowledged them, because the library
 * does not copy what it sends. The ring is as long as the flow control window, so it cannot overflow. */
#ifndef STREAM_H
#define STREAM_H

#include "endpoint.h"

#define WINDOW 65536

struct stream {
  int64_t id;
  struct stream *next;
  uint64_t put, sent, acked; /* offsets in the stream: acked <= sent <= put <= acked + WINDOW */
  bool fin, fin_sent;        /* no more is put; the peer is told so */
  bool blocked;              /* the peer wants no more at the moment */
  uint8_t ring[WINDOW];
};

/* Appends bytes for sending; there must be room. */
static inline void stream_put(struct stream *s, const uint8_t *data, size_t len)
{
  for (size_t i = 0; i < len; i++) {
    s->ring[(s->put + i) % WINDOW] = data[i];
  }
  s->put += len;
}

/* The next bytes to send that lie in one piece. */
static inline ngtcp2_vec stream_next(struct stream *s)
{
  size_t at = s->sent % WINDOW, len = (size_t)(s->put - s->sent);
  return (ngtcp2_vec){.base = s->ring + at, .len = len < WINDOW - at ? len : WINDOW - at};
}

static inline bool stream_has_work(const struct stream *s)
{
  return !s->blocked && (s->sent < s->put || (s->fin && !s->fin_sent));
}

/* One packet, with bytes of the first stream of the list that has some. */
static inline ngtcp2_ssize streams_write(struct stream *streams, ngtcp2_conn *conn, ngtcp2_path *path, uint8_t *packet,
                                         size_t len, ngtcp2_tstamp now)
{
  for (struct stream *s = streams; s != NULL; s = s->next) {
    if (!stream_has_work(s)) {
      continue;
    }
    ngtcp2_vec data = stream_next(s);
    bool last = s->fin && s->sent + data.len == s->put;
    ngtcp2_ssize taken;
    ngtcp2_ssize written = ngtcp2_conn_writev_stream(conn, path, NULL, packet, len, &taken,
                                                     last ? NGTCP2_WRITE_STREAM_FLAG_FIN : 0, s->id, &data, 1, now);
    if (taken >= 0) {
      s->sent += (uint64_t)taken;
      s->fin_sent = last && (size_t)taken == data.len;
    }
    if (written == NGTCP2_ERR_STREAM_DATA_BLOCKED || written == NGTCP2_ERR_STREAM_SHUT_WR) {
      s->blocked = true; /* the next stream has its turn */
      continue;
    }
    return written;
  }
  return ngtcp2_conn_write_pkt(conn, path, NULL, packet, len, now); /* what the library has to say itself */
}

#endif
