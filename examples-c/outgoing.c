#include "outgoing.h"

#include "connection.h"

void outgoing_push(struct outgoing_queue *queue, struct outgoing *stream)
{
  if (stream->queued) {
    return;
  }
  stream->queued = true;
  stream->next = NULL;
  if (queue->last != NULL) {
    queue->last->next = stream;
  } else {
    queue->first = stream;
  }
  queue->last = stream;
}

void outgoing_remove(struct outgoing_queue *queue, struct outgoing *stream)
{
  if (!stream->queued) {
    return;
  }
  stream->queued = false;
  struct outgoing *before = NULL;
  for (struct outgoing *s = queue->first; s != stream; s = s->next) {
    before = s;
  }
  if (before != NULL) {
    before->next = stream->next;
  } else {
    queue->first = stream->next;
  }
  if (queue->last == stream) {
    queue->last = before;
  }
}

/* What became of the bytes that a stream offered. */
static void taken(struct outgoing_queue *queue, struct outgoing *stream, size_t len, bool all, bool fin)
{
  stream->source->advance(stream, len);
  if (all && fin) {
    outgoing_remove(queue, stream);
  }
}

ngtcp2_ssize outgoing_write_packet(ngtcp2_conn *quic, ngtcp2_path *path, ngtcp2_pkt_info *info, uint8_t *dest,
                                   size_t destlen, ngtcp2_tstamp now, void *user_data)
{
  struct outgoing_queue *queue = &((struct connection *)user_data)->outgoing;

  for (;;) {
    struct outgoing *stream = queue->first;
    ngtcp2_vec data = {0};
    bool fin = false;
    if (stream == NULL) {
      /* Whatever the library has to send itself, or the end of a packet begun below. */
      return ngtcp2_conn_write_pkt(quic, path, info, dest, destlen, now);
    }
    uint64_t trouble = stream->source->peek(stream, &data, &fin);
    if (trouble != 0) {
      outgoing_remove(queue, stream);
      ngtcp2_conn_shutdown_stream_write(quic, 0, stream->stream_id, trouble);
      continue;
    }

    /* MORE: if the packet has room left after these bytes, the next stream may fill it. */
    uint32_t flags = NGTCP2_WRITE_STREAM_FLAG_MORE | (fin ? NGTCP2_WRITE_STREAM_FLAG_FIN : 0);
    ngtcp2_ssize accepted = -1;
    ngtcp2_ssize written = ngtcp2_conn_writev_stream(quic, path, info, dest, destlen, &accepted, flags,
                                                     stream->stream_id, &data, 1, now);
    if (accepted >= 0) {
      taken(queue, stream, (size_t)accepted, (size_t)accepted == data.len, fin);
    }
    switch (written) {
    case NGTCP2_ERR_WRITE_MORE:
      continue;
    case NGTCP2_ERR_STREAM_DATA_BLOCKED:
      stream->blocked = true;
      outgoing_remove(queue, stream);
      continue;
    case NGTCP2_ERR_STREAM_SHUT_WR:      /* the peer does not want it */
    case NGTCP2_ERR_STREAM_NOT_FOUND:
      outgoing_remove(queue, stream);
      continue;
    }
    if (written > 0 && queue->first == stream) {
      outgoing_remove(queue, stream);
      outgoing_push(queue, stream); /* the next packet is another stream's */
    }
    return written;
  }
}

int outgoing_extend_callback(ngtcp2_conn *quic, int64_t stream_id, uint64_t max_data, void *user_data,
                             void *stream_user_data)
{
  (void)quic;
  (void)stream_id;
  (void)max_data;
  struct outgoing *stream = stream_user_data;
  if (stream != NULL && stream->blocked) {
    stream->blocked = false;
    outgoing_push(&((struct connection *)user_data)->outgoing, stream);
  }
  return 0;
}
