/* echo_client: sends its standard input to an echo server, and prints what comes back.
 *
 * usage: echo_client HOST PORT CA_FILE [--stats] */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "stream.h"

static struct stream stream = {.id = -1};
static bool finished; /* everything has come back */

static int on_handshake(ngtcp2_conn *conn, void *user_data)
{
  (void)user_data;
  return ngtcp2_conn_open_bidi_stream(conn, &stream.id, &stream) == 0 ? 0 : NGTCP2_ERR_CALLBACK_FAILURE;
}

static int on_stream_data(ngtcp2_conn *conn, uint32_t flags, int64_t id, uint64_t offset, const uint8_t *data, size_t len,
                          void *user_data, void *stream_user_data)
{
  (void)offset, (void)user_data, (void)stream_user_data;
  fwrite(data, 1, len, stdout);
  fflush(stdout);
  ngtcp2_conn_extend_max_stream_offset(conn, id, len); /* printed: as much again may come */
  ngtcp2_conn_extend_max_offset(conn, len);
  finished = (flags & NGTCP2_STREAM_DATA_FLAG_FIN) != 0;
  return 0;
}

static int on_acked(ngtcp2_conn *conn, int64_t id, uint64_t offset, uint64_t len, void *user_data, void *stream_user_data)
{
  (void)conn, (void)id, (void)offset, (void)user_data, (void)stream_user_data;
  stream.acked += len;
  return 0;
}

static int on_more_credit(ngtcp2_conn *conn, int64_t id, uint64_t max, void *user_data, void *stream_user_data)
{
  (void)conn, (void)id, (void)max, (void)user_data, (void)stream_user_data;
  stream.blocked = false;
  return 0;
}

static void set_callbacks(ngtcp2_callbacks *callbacks)
{
  callbacks->handshake_completed = on_handshake;
  callbacks->recv_stream_data = on_stream_data;
  callbacks->acked_stream_data_offset = on_acked;
  callbacks->extend_max_stream_data = on_more_credit;
}

static void set_params(ngtcp2_transport_params *params)
{
  params->initial_max_stream_data_bidi_local = WINDOW;
  params->initial_max_data = WINDOW;
}

static void begin(struct peer *p) { (void)p; }
static void end(struct peer *p) { (void)p; }

static ngtcp2_ssize write_packet(struct peer *p, ngtcp2_path *path, uint8_t *packet, size_t len, ngtcp2_tstamp now)
{
  return streams_write(stream.id >= 0 ? &stream : NULL, p->conn, path, packet, len, now);
}

/* Puts what stands ready at standard input into the stream. */
static void read_input(void)
{
  uint8_t bytes[4096];
  size_t room = (size_t)(stream.acked + WINDOW - stream.put);
  ssize_t len = read(STDIN_FILENO, bytes, room < sizeof(bytes) ? room : sizeof(bytes));
  if (len > 0) {
    stream_put(&stream, bytes, (size_t)len);
  } else {
    stream.fin = true;
  }
}

int main(int argc, char **argv)
{
  static const struct application application = {"echo", set_callbacks, set_params, begin, end, write_packet};
  struct endpoint e;
  endpoint_take_stats(&argc, argv);
  if (argc != 4) {
    endpoint_die("usage", "echo_client HOST PORT CA_FILE [--stats]");
  }
  struct peer *server = endpoint_connect(&e, &application, argv[1], argv[2], argv[3]);
  while (!finished && !server->over) {
    bool wants_input = !stream.fin && stream.put < stream.acked + WINDOW;
    if (endpoint_step(&e, wants_input ? STDIN_FILENO : -1, UINT64_MAX)) {
      read_input();
      peer_write(server);
    }
  }
  if (!server->over) {
    peer_close(server, 0);
  }
  endpoint_end(&e);
  return finished ? EXIT_SUCCESS : EXIT_FAILURE;
}
