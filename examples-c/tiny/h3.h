/* HTTP/3 on an endpoint: nghttp3 makes and reads the frames, ngtcp2 carries them. This is all the glue between the two,
 * the same for client and server. */
#ifndef H3_H
#define H3_H

#include <nghttp3/nghttp3.h>
#include <string.h>

#include "endpoint.h"

#define H3_ALPN "h3"
#define H3_WINDOW (1 << 20)
#define H3_PIECES 16 /* pieces of memory in one packet: frame header, body, ... */

/* A header line whose name and value are text. */
static inline nghttp3_nv h3_header(const char *name, const char *value)
{
  return (nghttp3_nv){(uint8_t *)name, (uint8_t *)value, strlen(name), strlen(value), NGHTTP3_NV_FLAG_NONE};
}

/* Each connection's nghttp3_conn is the peer's `application`, or the first member of the struct that is. */
static inline nghttp3_conn *h3_of(void *user_data)
{
  void *application = ((struct peer *)user_data)->application;
  return application != NULL ? *(nghttp3_conn **)application : NULL;
}

/* HTTP/3 has three streams of its own in each direction: control, and two for the compression of headers. */
static inline int h3_open_streams(ngtcp2_conn *conn, nghttp3_conn *h3)
{
  int64_t control, encoder, decoder;
  if (ngtcp2_conn_open_uni_stream(conn, &control, NULL) != 0 || ngtcp2_conn_open_uni_stream(conn, &encoder, NULL) != 0 ||
      ngtcp2_conn_open_uni_stream(conn, &decoder, NULL) != 0 || nghttp3_conn_bind_control_stream(h3, control) != 0 ||
      nghttp3_conn_bind_qpack_streams(h3, encoder, decoder) != 0) {
    return NGTCP2_ERR_CALLBACK_FAILURE;
  }
  return 0;
}

static inline int h3_on_stream_data(ngtcp2_conn *conn, uint32_t flags, int64_t id, uint64_t offset, const uint8_t *data,
                                    size_t len, void *user_data, void *stream_user_data)
{
  (void)offset, (void)stream_user_data;
  nghttp3_ssize consumed =
    nghttp3_conn_read_stream(h3_of(user_data), id, data, len, (flags & NGTCP2_STREAM_DATA_FLAG_FIN) != 0);
  if (consumed < 0) {
    return NGTCP2_ERR_CALLBACK_FAILURE;
  }
  /* What nghttp3 has taken as headers and the like. The bytes of bodies are the application's to count: h3_consume. */
  ngtcp2_conn_extend_max_stream_offset(conn, id, (uint64_t)consumed);
  ngtcp2_conn_extend_max_offset(conn, (uint64_t)consumed);
  return 0;
}

/* The application has dealt with so many bytes of a body. */
static inline void h3_consume(struct peer *p, int64_t id, size_t len)
{
  ngtcp2_conn_extend_max_stream_offset(p->conn, id, len);
  ngtcp2_conn_extend_max_offset(p->conn, len);
}

static inline int h3_on_acked(ngtcp2_conn *conn, int64_t id, uint64_t offset, uint64_t len, void *user_data,
                              void *stream_user_data)
{
  (void)conn, (void)offset, (void)stream_user_data;
  return nghttp3_conn_add_ack_offset(h3_of(user_data), id, len) == 0 ? 0 : NGTCP2_ERR_CALLBACK_FAILURE;
}

static inline int h3_on_stream_close(ngtcp2_conn *conn, uint32_t flags, int64_t id, uint64_t error, void *user_data,
                                     void *stream_user_data)
{
  (void)stream_user_data;
  bool has_code = (flags & NGTCP2_STREAM_CLOSE_FLAG_APP_ERROR_CODE_SET) != 0;
  int result = nghttp3_conn_close_stream(h3_of(user_data), id, has_code ? error : NGHTTP3_H3_NO_ERROR);
  if (ngtcp2_conn_is_server2(conn) && ngtcp2_is_bidi_stream(id)) {
    ngtcp2_conn_extend_max_streams_bidi(conn, 1);
  }
  return result == 0 || result == NGHTTP3_ERR_STREAM_NOT_FOUND ? 0 : NGTCP2_ERR_CALLBACK_FAILURE;
}

static inline int h3_on_stream_reset(ngtcp2_conn *conn, int64_t id, uint64_t final_size, uint64_t error, void *user_data,
                                     void *stream_user_data)
{
  (void)conn, (void)final_size, (void)error, (void)stream_user_data;
  return nghttp3_conn_shutdown_stream_read(h3_of(user_data), id) == 0 ? 0 : NGTCP2_ERR_CALLBACK_FAILURE;
}

static inline int h3_on_stop_sending(ngtcp2_conn *conn, int64_t id, uint64_t error, void *user_data, void *stream_user_data)
{
  return h3_on_stream_reset(conn, id, 0, error, user_data, stream_user_data);
}

static inline int h3_on_more_credit(ngtcp2_conn *conn, int64_t id, uint64_t max, void *user_data, void *stream_user_data)
{
  (void)conn, (void)max, (void)stream_user_data;
  return nghttp3_conn_unblock_stream(h3_of(user_data), id) == 0 ? 0 : NGTCP2_ERR_CALLBACK_FAILURE;
}

static inline void h3_set_callbacks(ngtcp2_callbacks *callbacks)
{
  callbacks->recv_stream_data = h3_on_stream_data;
  callbacks->acked_stream_data_offset = h3_on_acked;
  callbacks->stream_close = h3_on_stream_close;
  callbacks->stream_reset = h3_on_stream_reset;
  callbacks->stream_stop_sending = h3_on_stop_sending;
  callbacks->extend_max_stream_data = h3_on_more_credit;
}

static inline void h3_set_params(ngtcp2_transport_params *params)
{
  params->initial_max_streams_bidi = 100;
  params->initial_max_streams_uni = 3;
  params->initial_max_stream_data_bidi_local = H3_WINDOW;
  params->initial_max_stream_data_bidi_remote = H3_WINDOW;
  params->initial_max_stream_data_uni = H3_WINDOW;
  params->initial_max_data = 2 * H3_WINDOW;
}

/* One packet, filled with what nghttp3 has for as many streams as fit. */
static inline ngtcp2_ssize h3_write(struct peer *p, ngtcp2_path *path, uint8_t *packet, size_t len, ngtcp2_tstamp now)
{
  nghttp3_conn *h3 = h3_of(p);
  if (h3 == NULL) {
    return ngtcp2_conn_write_pkt(p->conn, path, NULL, packet, len, now);
  }
  for (;;) {
    nghttp3_vec pieces[H3_PIECES];
    int64_t id = -1;
    int fin = 0;
    ngtcp2_ssize taken = -1;
    nghttp3_ssize count = nghttp3_conn_writev_stream(h3, &id, &fin, pieces, H3_PIECES);
    if (count < 0) {
      return NGTCP2_ERR_INTERNAL;
    }
    uint32_t flags = NGTCP2_WRITE_STREAM_FLAG_MORE | (fin ? NGTCP2_WRITE_STREAM_FLAG_FIN : 0);
    /* The two libraries have the same struct for a piece of memory. */
    ngtcp2_ssize written = ngtcp2_conn_writev_stream(p->conn, path, NULL, packet, len, &taken, flags, id,
                                                     (const ngtcp2_vec *)pieces, (size_t)count, now);
    if (taken >= 0) {
      nghttp3_conn_add_write_offset(h3, id, (size_t)taken);
    }
    switch (written) {
    case NGTCP2_ERR_WRITE_MORE:
      continue;
    case NGTCP2_ERR_STREAM_DATA_BLOCKED:
      nghttp3_conn_block_stream(h3, id);
      continue;
    case NGTCP2_ERR_STREAM_SHUT_WR:
      nghttp3_conn_shutdown_stream_write(h3, id);
      continue;
    }
    return written;
  }
}

#endif
