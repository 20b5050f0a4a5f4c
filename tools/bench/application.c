#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "modes.h"
#include "pair.h"

/* -- Streams ------------------------------------------------------------------------------------------------------- */

struct stream *stream_new(struct endpoint *endpoint, int64_t id)
{
  struct stream *stream = endpoint->free_streams;
  if (endpoint->streams == NULL) {
    endpoint->streams = map_memory(STREAMS_MAX * sizeof(*stream));
  }
  if (stream != NULL) {
    endpoint->free_streams = stream->next;
  } else if (endpoint->stream_count < STREAMS_MAX) {
    stream = &endpoint->streams[endpoint->stream_count++];
  } else {
    die("too many streams");
  }
  memset(stream, 0, sizeof(*stream));
  stream->id = id;
  return stream;
}

void stream_free(struct endpoint *endpoint, struct stream *stream)
{
  stream->next = endpoint->free_streams;
  endpoint->free_streams = stream;
}

void stream_enqueue(struct endpoint *endpoint, struct stream *stream)
{
  if (stream->queued || stream->fin_sent) {
    return;
  }
  stream->queued = true;
  stream->next = NULL;
  if (endpoint->queue_tail != NULL) {
    endpoint->queue_tail->next = stream;
  } else {
    endpoint->queue_head = stream;
  }
  endpoint->queue_tail = stream;
  endpoint->wake = true;
}

void stream_dequeue(struct endpoint *endpoint)
{
  struct stream *stream = endpoint->queue_head;
  endpoint->queue_head = stream->next;
  if (endpoint->queue_head == NULL) {
    endpoint->queue_tail = NULL;
  }
  stream->queued = false;
}

struct stream *stream_try_open(struct endpoint *endpoint, uint64_t total)
{
  struct stream *stream = stream_new(endpoint, -1);
  if (ngtcp2_conn_open_bidi_stream(endpoint->conn, &stream->id, stream) != 0) {
    stream_free(endpoint, stream);
    return NULL;
  }
  stream->opened_here = true;
  stream->total = total;
  stream_enqueue(endpoint, stream);
  return stream;
}

struct stream *stream_open(struct endpoint *endpoint, uint64_t total)
{
  struct stream *stream = stream_try_open(endpoint, total);
  if (stream == NULL) {
    die("no stream may be opened");
  }
  return stream;
}

/* -- Callbacks ----------------------------------------------------------------------------------------------------- */

static int on_handshake_completed(ngtcp2_conn *conn, void *user_data)
{
  struct endpoint *endpoint = user_data;
  (void)conn;
  if (endpoint->is_server) {
    endpoint->confirmed = true;
  }
  return 0;
}

static int on_handshake_confirmed(ngtcp2_conn *conn, void *user_data)
{
  struct endpoint *endpoint = user_data;
  (void)conn;
  endpoint->confirmed = true;
  return 0;
}

static int on_stream_open(ngtcp2_conn *conn, int64_t stream_id, void *user_data)
{
  return ngtcp2_conn_set_stream_user_data(conn, stream_id, stream_new(user_data, stream_id));
}

static int on_stream_close(ngtcp2_conn *conn, uint32_t flags, int64_t stream_id, uint64_t app_error_code,
                           void *user_data, void *stream_user_data)
{
  struct endpoint *endpoint = user_data;
  struct stream *stream = stream_user_data;
  (void)flags, (void)stream_id, (void)app_error_code;

  if (stream->queued) {
    die("a stream was closed before all was sent");
  }
  endpoint->traffic.streams_closed++;
  endpoint->wake = true;
  if (!stream->opened_here) {
    ngtcp2_conn_extend_max_streams_bidi(conn, 1);
  }
  stream_free(endpoint, stream);
  return 0;
}

static void verify(const struct stream *stream, uint64_t offset, const uint8_t *data, size_t len)
{
  if (offset != stream->received) {
    die("offset %ju of a stream where %ju is next", (uintmax_t)offset, (uintmax_t)stream->received);
  }
  if (len > 0 && memcmp(data, pattern_at(offset), len) != 0) {
    die("corrupt stream data");
  }
}

static int on_stream_data(ngtcp2_conn *conn, uint32_t flags, int64_t stream_id, uint64_t offset, const uint8_t *data,
                          size_t len, void *user_data, void *stream_user_data)
{
  struct endpoint *endpoint = user_data;
  struct stream *stream = stream_user_data;
  if (endpoint->pair->verifies) {
    verify(stream, offset, data, len);
  }
  stream->received += len;
  endpoint->traffic.received += len;
  if (len > 0) {
    ngtcp2_conn_extend_max_stream_offset(conn, stream_id, len);
    ngtcp2_conn_extend_max_offset(conn, len);
  }
  if (flags & NGTCP2_STREAM_DATA_FLAG_FIN) {
    endpoint->traffic.streams_ended++;
    if (endpoint->is_server) {
      endpoint->pair->mode->answer(endpoint, stream);
    }
  }
  return 0;
}

static int on_stream_data_acked(ngtcp2_conn *conn, int64_t stream_id, uint64_t offset, uint64_t len, void *user_data,
                                void *stream_user_data)
{
  struct endpoint *endpoint = user_data;
  (void)conn, (void)stream_id, (void)offset, (void)stream_user_data;
  endpoint->traffic.unacked -= len;
  endpoint->traffic.acked += len;
  return 0;
}

static int on_more_stream_data(ngtcp2_conn *conn, int64_t stream_id, uint64_t max_data, void *user_data,
                               void *stream_user_data)
{
  struct stream *stream = stream_user_data;
  (void)conn, (void)stream_id, (void)max_data;
  if (stream != NULL && stream->sent < stream->total) {
    stream_enqueue(user_data, stream);
  }
  return 0;
}

static int on_more_streams(ngtcp2_conn *conn, uint64_t max_streams, void *user_data)
{
  struct endpoint *endpoint = user_data;
  (void)conn, (void)max_streams;
  endpoint->wake = true;
  return 0;
}

static int on_datagram(ngtcp2_conn *conn, uint32_t flags, const uint8_t *data, size_t len, void *user_data)
{
  struct endpoint *endpoint = user_data;
  (void)conn, (void)flags;
  if (endpoint->pair->verifies && memcmp(data, pattern_at(0), len) != 0) {
    die("corrupt datagram");
  }
  endpoint->traffic.datagrams_received++;
  endpoint->traffic.received += len;
  return 0;
}

static int on_datagram_acked(ngtcp2_conn *conn, uint64_t id, void *user_data)
{
  struct endpoint *endpoint = user_data;
  (void)conn, (void)id;
  endpoint->traffic.datagrams_acked++;
  return 0;
}

static int on_datagram_lost(ngtcp2_conn *conn, uint64_t id, void *user_data)
{
  struct endpoint *endpoint = user_data;
  (void)conn, (void)id;
  endpoint->traffic.datagrams_lost++;
  return 0;
}

void application_callbacks(ngtcp2_callbacks *callbacks)
{
  callbacks->handshake_completed = on_handshake_completed;
  callbacks->handshake_confirmed = on_handshake_confirmed;
  callbacks->stream_open = on_stream_open;
  callbacks->stream_close = on_stream_close;
  callbacks->recv_stream_data = on_stream_data;
  callbacks->acked_stream_data_offset = on_stream_data_acked;
  callbacks->extend_max_stream_data = on_more_stream_data;
  callbacks->extend_max_local_streams_bidi = on_more_streams;
  callbacks->recv_datagram = on_datagram;
  callbacks->ack_datagram = on_datagram_acked;
  callbacks->lost_datagram = on_datagram_lost;
}
