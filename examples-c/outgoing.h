/* The streams of one connection that have something to send, served in turn, and the writing of packets
 * from them: server responses and client requests alike. */
#ifndef OUTGOING_H
#define OUTGOING_H

#include "common.h"

struct outgoing;

/* What a stream has to answer. */
struct outgoing_source {
  /* The next bytes to send: a pointer that stays good until they are acknowledged or the stream is
   * closed, because the library does not copy them. `*fin`: no more follow. An application error code
   * other than 0 gives the stream up. */
  uint64_t (*peek)(struct outgoing *stream, ngtcp2_vec *data, bool *fin);
  /* The library has taken `len` of those bytes. */
  void (*advance)(struct outgoing *stream, size_t len);
};

/* Part of the application's own struct for a stream, and that struct's first member. */
struct outgoing {
  const struct outgoing_source *source;
  int64_t stream_id;
  bool queued;
  bool blocked; /* out of the peer's credit; comes back by outgoing_extend_callback */
  struct outgoing *next;
};

struct outgoing_queue {
  struct outgoing *first, *last;
};

/* A stream has bytes to send. No harm if it is queued already. */
void outgoing_push(struct outgoing_queue *queue, struct outgoing *stream);
/* A stream is about to go. No harm if it is not queued. */
void outgoing_remove(struct outgoing_queue *queue, struct outgoing *stream);

/* ngtcp2_write_pkt: one packet, filled from as many streams as fit. For a connection whose user data
 * is a struct connection, and whose streams have a struct outgoing as theirs. */
ngtcp2_ssize outgoing_write_packet(ngtcp2_conn *quic, ngtcp2_path *path, ngtcp2_pkt_info *info, uint8_t *dest,
                                   size_t destlen, ngtcp2_tstamp now, void *user_data);

/* ngtcp2_extend_max_stream_data: the peer lets a stream go on that had used up its credit. */
int outgoing_extend_callback(ngtcp2_conn *quic, int64_t stream_id, uint64_t max_data, void *user_data,
                             void *stream_user_data);

#endif
