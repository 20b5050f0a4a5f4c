/* h3_server: serves the files of a folder by HTTP/3.
 *
 * usage: h3_server HOST PORT CERTIFICATE KEY FOLDER [--stats] */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../folder.h"
#include "h3.h"

#define PATH_MAX_LEN 1024

static int folder;

struct request {
  struct request *next, **link; /* of the same connection */
  char path[PATH_MAX_LEN + 1];
  bool is_get;
  uint8_t *file; /* in memory as long as the stream: what nghttp3 passes on is not copied */
  size_t size;
};

struct client {
  nghttp3_conn *h3; /* first: see h3_of */
  struct request *requests;
};

static int on_request(nghttp3_conn *h3, int64_t id, void *user_data, void *stream_user_data)
{
  struct client *client = ((struct peer *)user_data)->application;
  struct request *r = calloc(1, sizeof(*r));
  (void)stream_user_data;
  if (r == NULL) {
    return NGHTTP3_ERR_CALLBACK_FAILURE;
  }
  r->link = &client->requests;
  r->next = client->requests;
  if (r->next != NULL) {
    r->next->link = &r->next;
  }
  client->requests = r;
  return nghttp3_conn_set_stream_user_data(h3, id, r);
}

static void free_request(struct request *r)
{
  *r->link = r->next;
  if (r->next != NULL) {
    r->next->link = r->link;
  }
  if (r->file != NULL) {
    munmap(r->file, r->size);
  }
  free(r);
}

static int on_header(nghttp3_conn *h3, int64_t id, int32_t token, nghttp3_rcbuf *name, nghttp3_rcbuf *value, uint8_t flags,
                     void *user_data, void *stream_user_data)
{
  nghttp3_vec v = nghttp3_rcbuf_get_buf(value);
  struct request *r = stream_user_data;
  (void)h3, (void)id, (void)name, (void)flags, (void)user_data;
  if (token == NGHTTP3_QPACK_TOKEN__METHOD) {
    r->is_get = v.len == 3 && memcmp(v.base, "GET", 3) == 0;
  } else if (token == NGHTTP3_QPACK_TOKEN__PATH && v.len <= PATH_MAX_LEN && memchr(v.base, '\0', v.len) == NULL) {
    memcpy(r->path, v.base, v.len);
    r->path[strcspn(r->path, "?")] = '\0'; /* a file answers no queries */
  }
  return 0;
}

static nghttp3_ssize give_body(nghttp3_conn *h3, int64_t id, nghttp3_vec *pieces, size_t count, uint32_t *flags,
                               void *user_data, void *stream_user_data)
{
  struct request *r = stream_user_data;
  (void)h3, (void)id, (void)count, (void)user_data;
  *flags = NGHTTP3_DATA_FLAG_EOF; /* all of it at once: nghttp3 and flow control take what fits */
  pieces[0] = (nghttp3_vec){.base = r->file, .len = r->size};
  return r->size > 0 ? 1 : 0;
}

/* Maps the file; the HTTP status. */
static const char *open_file(struct request *r)
{
  uint64_t size;
  int file;
  if (!r->is_get) {
    return "405";
  }
  switch (r->path[0] == '/' ? folder_open(folder, r->path, &file, &size) : HQ_BAD_REQUEST) {
  case HQ_NO_ERROR:
    break;
  case HQ_FORBIDDEN:
    return "403";
  case HQ_NOT_FOUND:
    return "404";
  default:
    return "400";
  }
  r->size = (size_t)size;
  r->file = r->size > 0 ? mmap(NULL, r->size, PROT_READ, MAP_PRIVATE, file, 0) : NULL;
  close(file);
  if (r->file == MAP_FAILED) {
    r->file = NULL;
    return "500";
  }
  return "200";
}

static int on_end_of_request(nghttp3_conn *h3, int64_t id, void *user_data, void *stream_user_data)
{
  static const nghttp3_data_reader reader = {.read_data = give_body};
  struct request *r = stream_user_data;
  char length[24];
  (void)user_data;
  const char *status = open_file(r);
  bool found = strcmp(status, "200") == 0;
  snprintf(length, sizeof(length), "%zu", found ? r->size : 0);
  const nghttp3_nv headers[] = {h3_header(":status", status), h3_header("content-length", length),
                                h3_header("server", "rngtcp2")};
  return nghttp3_conn_submit_response(h3, id, headers, sizeof(headers) / sizeof(headers[0]), found ? &reader : NULL) == 0
           ? 0
           : NGHTTP3_ERR_CALLBACK_FAILURE;
}

static int on_body(nghttp3_conn *h3, int64_t id, const uint8_t *data, size_t len, void *user_data, void *stream_user_data)
{
  (void)h3, (void)data, (void)stream_user_data;
  h3_consume(user_data, id, len);
  return 0;
}

static int on_deferred(nghttp3_conn *h3, int64_t id, size_t len, void *user_data, void *stream_user_data)
{
  return on_body(h3, id, NULL, len, user_data, stream_user_data);
}

static int on_close(nghttp3_conn *h3, int64_t id, uint64_t error, void *user_data, void *stream_user_data)
{
  (void)h3, (void)id, (void)error, (void)user_data;
  if (stream_user_data != NULL) {
    free_request(stream_user_data);
  }
  return 0;
}

/* With the keys for it we may send. The client's requests can come in the very datagram that completes the handshake, before
 * handshake_completed is called: too late to get ready. */
static int on_tx_key(ngtcp2_conn *conn, ngtcp2_encryption_level level, void *user_data)
{
  return level == NGTCP2_ENCRYPTION_LEVEL_1RTT ? h3_open_streams(conn, h3_of(user_data)) : 0;
}

static void set_callbacks(ngtcp2_callbacks *callbacks)
{
  h3_set_callbacks(callbacks);
  callbacks->recv_tx_key = on_tx_key;
}

static void begin(struct peer *p)
{
  static const nghttp3_callbacks callbacks = {
    .begin_headers = on_request, .recv_header = on_header, .recv_data = on_body, .deferred_consume = on_deferred,
    .end_stream = on_end_of_request, .stream_close = on_close};
  struct client *client = calloc(1, sizeof(*client));
  nghttp3_settings settings;
  nghttp3_settings_default(&settings);
  if (client == NULL || nghttp3_conn_server_new(&client->h3, &callbacks, &settings, nghttp3_mem_default(), p) != 0) {
    endpoint_die("a new client", "out of memory");
  }
  nghttp3_conn_set_max_client_streams_bidi(client->h3, 100);
  p->application = client;
}

static void end(struct peer *p)
{
  struct client *client = p->application;
  while (client->requests != NULL) {
    free_request(client->requests);
  }
  nghttp3_conn_del(client->h3);
  free(client);
}

static volatile sig_atomic_t interrupted;
static void on_signal(int number) { (void)number, interrupted = 1; }

int main(int argc, char **argv)
{
  static const struct application application = {H3_ALPN, set_callbacks, h3_set_params, begin, end, h3_write};
  struct endpoint e;
  endpoint_take_stats(&argc, argv);
  if (argc != 6) {
    endpoint_die("usage", "h3_server HOST PORT CERTIFICATE KEY FOLDER [--stats]");
  }
  folder = open(argv[5], O_RDONLY | O_DIRECTORY);
  if (folder < 0) {
    endpoint_die(argv[5], "no such folder");
  }
  signal(SIGINT, on_signal);
  signal(SIGTERM, on_signal);
  endpoint_listen(&e, &application, argv[1], argv[2], argv[3], argv[4]);
  while (!interrupted) {
    endpoint_step(&e, -1, UINT64_MAX);
  }
  for (struct peer *p = e.peers; p != NULL; p = p->next) {
    peer_close(p, NGHTTP3_H3_NO_ERROR);
  }
  endpoint_end(&e);
  close(folder);
  return EXIT_SUCCESS;
}
