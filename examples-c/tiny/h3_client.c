/* h3_client: fetches one resource by HTTP/3. The body goes to standard output, status and headers to standard error.
 *
 * usage: h3_client HOST PORT CA_FILE PATH [--stats] */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "h3.h"

#define BAR_LEN 30

static const char *host, *path;
static nghttp3_conn *h3;
static bool finished, good;
static unsigned long long received, size; /* of the body; 0: the server does not say */

static int on_header(nghttp3_conn *conn, int64_t id, int32_t token, nghttp3_rcbuf *name, nghttp3_rcbuf *value, uint8_t flags,
                     void *user_data, void *stream_user_data)
{
  nghttp3_vec n = nghttp3_rcbuf_get_buf(name), v = nghttp3_rcbuf_get_buf(value);
  (void)conn, (void)id, (void)flags, (void)user_data, (void)stream_user_data;
  fprintf(stderr, "%.*s: %.*s\n", (int)n.len, n.base, (int)v.len, v.base);
  if (token == NGHTTP3_QPACK_TOKEN__STATUS) {
    good = v.len == 3 && v.base[0] == '2';
  } else if (token == NGHTTP3_QPACK_TOKEN_CONTENT_LENGTH) {
    char digits[24];
    snprintf(digits, sizeof(digits), "%.*s", (int)v.len, v.base);
    size = strtoull(digits, NULL, 10);
  }
  return 0;
}

/* On a terminal, and when there is a difference to be seen. */
static void draw_progress(void)
{
  static int drawn = -1;
  int full = received < size ? (int)(received * BAR_LEN / size) : BAR_LEN;
  if (size == 0 || full == drawn || !isatty(STDERR_FILENO)) {
    return;
  }
  drawn = full;
  fprintf(stderr, "\r[%.*s%.*s]%s", full, "##############################", BAR_LEN - full,
          "..............................", full == BAR_LEN ? "\n" : "");
}

static int on_body(nghttp3_conn *conn, int64_t id, const uint8_t *data, size_t len, void *user_data, void *stream_user_data)
{
  (void)conn, (void)stream_user_data;
  fwrite(data, 1, len, stdout);
  received += len;
  draw_progress();
  h3_consume(user_data, id, len);
  return 0;
}

static int on_deferred(nghttp3_conn *conn, int64_t id, size_t len, void *user_data, void *stream_user_data)
{
  (void)conn, (void)stream_user_data;
  h3_consume(user_data, id, len);
  return 0;
}

static int on_close(nghttp3_conn *conn, int64_t id, uint64_t error, void *user_data, void *stream_user_data)
{
  (void)conn, (void)id, (void)user_data, (void)stream_user_data;
  finished = true;
  good = good && error == NGHTTP3_H3_NO_ERROR;
  return 0;
}

/* With these keys the server's data can be read, and some may stand in the very datagram that completes the handshake:
 * from now on nghttp3 has to be there. */
static int on_rx_key(ngtcp2_conn *conn, ngtcp2_encryption_level level, void *user_data)
{
  static const nghttp3_callbacks callbacks = {
    .recv_header = on_header, .recv_data = on_body, .deferred_consume = on_deferred, .stream_close = on_close};
  nghttp3_settings settings;
  (void)conn;
  if (level != NGTCP2_ENCRYPTION_LEVEL_1RTT) {
    return 0;
  }
  nghttp3_settings_default(&settings);
  ((struct peer *)user_data)->application = &h3;
  return nghttp3_conn_client_new(&h3, &callbacks, &settings, nghttp3_mem_default(), user_data) == 0
           ? 0
           : NGTCP2_ERR_CALLBACK_FAILURE;
}

static int on_handshake(ngtcp2_conn *conn, void *user_data)
{
  const nghttp3_nv request[] = {h3_header(":method", "GET"), h3_header(":scheme", "https"), h3_header(":authority", host),
                                h3_header(":path", path)};
  int64_t id;
  (void)user_data;
  if (h3_open_streams(conn, h3) != 0 || ngtcp2_conn_open_bidi_stream(conn, &id, NULL) != 0 ||
      nghttp3_conn_submit_request(h3, id, request, sizeof(request) / sizeof(request[0]), NULL, NULL) != 0) {
    return NGTCP2_ERR_CALLBACK_FAILURE;
  }
  return 0;
}

static void set_callbacks(ngtcp2_callbacks *callbacks)
{
  h3_set_callbacks(callbacks);
  callbacks->recv_rx_key = on_rx_key;
  callbacks->handshake_completed = on_handshake;
}

static void begin(struct peer *p) { (void)p; }
static void end(struct peer *p) { (void)p, nghttp3_conn_del(h3); }

int main(int argc, char **argv)
{
  static const struct application application = {H3_ALPN, set_callbacks, h3_set_params, begin, end, h3_write};
  struct endpoint e;
  endpoint_take_stats(&argc, argv);
  if (argc != 5) {
    endpoint_die("usage", "h3_client HOST PORT CA_FILE PATH [--stats]");
  }
  host = argv[1];
  path = argv[4];
  struct peer *server = endpoint_connect(&e, &application, host, argv[2], argv[3]);
  while (!finished && !server->over) {
    endpoint_step(&e, -1, UINT64_MAX);
  }
  if (!server->over) {
    peer_close(server, NGHTTP3_H3_NO_ERROR);
  }
  endpoint_end(&e);
  return finished && good ? EXIT_SUCCESS : EXIT_FAILURE;
}
