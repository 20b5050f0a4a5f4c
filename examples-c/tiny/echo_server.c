/* echo_server: sends back what comes, on streams and in datagrams.
 *
 * usage: echo_server HOST PORT CERTIFICATE KEY [--stats] */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

#define DATAGRAMS_MAX 32 /* that wait to be sent back; more are dropped, as UDP would */
#define DATAGRAM_LEN 1100

struct echo {
  struct stream *streams;
  struct { size_t len; uint8_t bytes[DATAGRAM_LEN]; } datagrams[DATAGRAMS_MAX];
  size_t first, count; /* of the datagrams, a ring */
};

static struct echo *echo_of(void *user_data) { return ((struct peer *)user_data)->application; }

static int on_stream_open(ngtcp2_conn *conn, int64_t id, void *user_data)
{
  struct echo *echo = echo_of(user_data);
  struct stream *s = calloc(1, sizeof(*s));
  if (s == NULL) {
    return NGTCP2_ERR_CALLBACK_FAILURE;
  }
  s->id = id;
  s->next = echo->streams;
  echo->streams = s;
  return ngtcp2_conn_set_stream_user_data(conn, id, s);
}

static int on_stream_data(ngtcp2_conn *conn, uint32_t flags, int64_t id, uint64_t offset, const uint8_t *data, size_t len,
                          void *user_data, void *stream_user_data)
{
  struct stream *s = stream_user_data;
  (void)conn, (void)id, (void)offset, (void)user_data;
  stream_put(s, data, len);
  s->fin = (flags & NGTCP2_STREAM_DATA_FLAG_FIN) != 0;
  return 0;
}

/* The client has these bytes back, so the ring has room, and the client may send as many again. */
static int on_acked(ngtcp2_conn *conn, int64_t id, uint64_t offset, uint64_t len, void *user_data, void *stream_user_data)
{
  struct stream *s = stream_user_data;
  (void)offset, (void)user_data;
  s->acked += len;
  ngtcp2_conn_extend_max_stream_offset(conn, id, len);
  ngtcp2_conn_extend_max_offset(conn, len);
  return 0;
}

static int on_more_credit(ngtcp2_conn *conn, int64_t id, uint64_t max, void *user_data, void *stream_user_data)
{
  (void)conn, (void)id, (void)max, (void)user_data;
  if (stream_user_data != NULL) {
    ((struct stream *)stream_user_data)->blocked = false;
  }
  return 0;
}

static int on_stream_close(ngtcp2_conn *conn, uint32_t flags, int64_t id, uint64_t error, void *user_data,
                           void *stream_user_data)
{
  struct stream **link = &echo_of(user_data)->streams;
  (void)flags, (void)id, (void)error;
  while (*link != stream_user_data) {
    link = &(*link)->next;
  }
  *link = (*link)->next;
  free(stream_user_data);
  ngtcp2_conn_extend_max_streams_bidi(conn, 1);
  return 0;
}

static int on_datagram(ngtcp2_conn *conn, uint32_t flags, const uint8_t *data, size_t len, void *user_data)
{
  struct echo *echo = echo_of(user_data);
  size_t place = (echo->first + echo->count) % DATAGRAMS_MAX;
  (void)conn, (void)flags;
  if (echo->count < DATAGRAMS_MAX && len <= DATAGRAM_LEN) {
    echo->datagrams[place].len = len;
    memcpy(echo->datagrams[place].bytes, data, len);
    echo->count++;
  }
  return 0;
}

static void set_callbacks(ngtcp2_callbacks *callbacks)
{
  callbacks->stream_open = on_stream_open;
  callbacks->recv_stream_data = on_stream_data;
  callbacks->acked_stream_data_offset = on_acked;
  callbacks->extend_max_stream_data = on_more_credit;
  callbacks->stream_close = on_stream_close;
  callbacks->recv_datagram = on_datagram;
}

static void set_params(ngtcp2_transport_params *params)
{
  params->initial_max_streams_bidi = 16;
  params->initial_max_stream_data_bidi_remote = WINDOW;
  params->initial_max_data = 16 * WINDOW;
  params->max_datagram_frame_size = 65535; /* this is what allows the peer to send datagrams */
}

static void begin(struct peer *p)
{
  p->application = calloc(1, sizeof(struct echo));
  if (p->application == NULL) {
    endpoint_die("a new client", "out of memory");
  }
}

static void end(struct peer *p)
{
  struct echo *echo = p->application;
  while (echo->streams != NULL) {
    struct stream *s = echo->streams;
    echo->streams = s->next;
    free(s);
  }
  free(echo);
}

static ngtcp2_ssize write_packet(struct peer *p, ngtcp2_path *path, uint8_t *packet, size_t len, ngtcp2_tstamp now)
{
  struct echo *echo = p->application;
  if (echo->count > 0) {
    ngtcp2_vec data = {.base = echo->datagrams[echo->first].bytes, .len = echo->datagrams[echo->first].len};
    int accepted = 0;
    ngtcp2_ssize written = ngtcp2_conn_writev_datagram(p->conn, path, NULL, packet, len, &accepted, 0, 0, &data, 1, now);
    if (accepted || written == NGTCP2_ERR_INVALID_STATE || written == NGTCP2_ERR_INVALID_ARGUMENT) {
      echo->first = (echo->first + 1) % DATAGRAMS_MAX; /* sent, or the client takes none */
      echo->count--;
    }
    if (written >= 0) {
      return written;
    }
  }
  return streams_write(echo->streams, p->conn, path, packet, len, now);
}

static volatile sig_atomic_t interrupted;
static void on_signal(int number) { (void)number; interrupted = 1; }

int main(int argc, char **argv)
{
  static const struct application application = {"echo", set_callbacks, set_params, begin, end, write_packet};
  struct endpoint e;
  endpoint_take_stats(&argc, argv);
  if (argc != 5) {
    endpoint_die("usage", "echo_server HOST PORT CERTIFICATE KEY [--stats]");
  }
  signal(SIGINT, on_signal);
  signal(SIGTERM, on_signal);
  endpoint_listen(&e, &application, argv[1], argv[2], argv[3], argv[4]);
  while (!interrupted) {
    endpoint_step(&e, -1, UINT64_MAX);
  }
  for (struct peer *p = e.peers; p != NULL; p = p->next) {
    peer_close(p, 0);
  }
  endpoint_end(&e);
  return EXIT_SUCCESS;
}
