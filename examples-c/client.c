#include "client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What a server may send before we have taken note of it. The bytes go to the disk at once, so large
 * windows cost nothing as long as nothing is lost, and keep distant servers busy. */
#define STREAM_WINDOW (16 << 20)
#define CONNECTION_WINDOW (24 << 20)
#define CLIENT_CID_LEN 8

static struct client *of(void *user_data)
{
  return user_data;
}

bool client_is_settled(const struct client *client)
{
  return client->completed + client->failed == client->options->path_count;
}

/* -- Downloads ---------------------------------------------------------------------------------------- */

static void count_failure(struct client *client, struct download *d, const char *reason)
{
  progress_clear(&client->fetch->progress);
  complain("%s: %s", d->path, reason);
  download_fail(d);
  client->failed++;
}

/* The file could not be written: the server need not send the rest. */
static void give_up(struct client *client, struct download *d)
{
  count_failure(client, d, strerror(errno));
  outgoing_remove(&client->connection.outgoing, &d->outgoing);
  ngtcp2_conn_shutdown_stream(client->connection.quic, 0, d->outgoing.stream_id, HQ_INTERNAL_ERROR);
}

/* Called when the handshake is done, and whenever the server allows more streams. */
static int on_more_streams(ngtcp2_conn *quic, uint64_t max_streams, void *user_data)
{
  struct client *client = of(user_data);
  (void)max_streams;

  while (client->next_download < client->options->path_count && ngtcp2_conn_get_streams_bidi_left2(quic) > 0) {
    struct download *d = &client->downloads[client->next_download];
    int64_t stream_id;
    if (ngtcp2_conn_open_bidi_stream(quic, &stream_id, d) != 0) {
      return NGTCP2_ERR_CALLBACK_FAILURE;
    }
    client->next_download++;
    if (download_begin(d, stream_id)) {
      outgoing_push(&client->connection.outgoing, &d->outgoing);
    } else {
      give_up(client, d);
    }
  }
  return 0;
}

static int on_stream_data(ngtcp2_conn *quic, uint32_t flags, int64_t stream_id, uint64_t offset,
                          const uint8_t *data, size_t len, void *user_data, void *stream_user_data)
{
  struct client *client = of(user_data);
  struct download *d = stream_user_data;
  (void)offset;

  /* The bytes are dealt with: let the server send as many again. */
  ngtcp2_conn_extend_max_stream_offset(quic, stream_id, len);
  ngtcp2_conn_extend_max_offset(quic, len);
  client->fetch->progress.bytes += len;
  if (d->state != DOWNLOAD_RUNNING) {
    return 0;
  }
  bool end = (flags & NGTCP2_STREAM_DATA_FLAG_FIN) != 0;
  if (!download_receive(d, data, len) || (end && !download_complete(d))) {
    give_up(client, d);
  } else if (end) {
    client->completed++;
    client->fetch->progress.files++;
    if (client->options->verbose) {
      say("%s: %llu bytes", d->path, (unsigned long long)d->received);
    }
  }
  return 0;
}

static int on_stream_reset(ngtcp2_conn *quic, int64_t stream_id, uint64_t final_size, uint64_t error,
                           void *user_data, void *stream_user_data)
{
  struct download *d = stream_user_data;
  char reason[128];
  (void)quic;
  (void)stream_id;
  (void)final_size;

  if (d->state == DOWNLOAD_RUNNING) {
    snprintf(reason, sizeof(reason), "%s (error %llu)", hq_error_text(error), (unsigned long long)error);
    count_failure(of(user_data), d, reason);
  }
  return 0;
}

static int on_stream_close(ngtcp2_conn *quic, uint32_t flags, int64_t stream_id, uint64_t error,
                           void *user_data, void *stream_user_data)
{
  struct client *client = of(user_data);
  struct download *d = stream_user_data;
  (void)quic;
  (void)flags;
  (void)stream_id;
  (void)error;

  outgoing_remove(&client->connection.outgoing, &d->outgoing);
  if (d->state == DOWNLOAD_RUNNING) {
    count_failure(client, d, "the stream ended before the file did");
  }
  return 0;
}

/* Connection ids are the server's means to tell clients apart. This socket has one connection only, so ours
 * need no table; and a client sends no stateless resets, so their tokens mean nothing. */
static int give_connection_id(ngtcp2_conn *quic, ngtcp2_cid *id, ngtcp2_stateless_reset_token *token,
                              size_t id_len, void *user_data)
{
  (void)quic;
  (void)user_data;
  random_connection_id(id, id_len);
  random_bytes(token->data, sizeof(token->data));
  return 0;
}

/* -- Events ------------------------------------------------------------------------------------------- */

/* The end of every event handler: is there anything left to do? */
static void stop_if_done(struct client *client)
{
  struct fetch *fetch = client->fetch;
  bool nobody = client->socket.refused && !client->heard;
  if (client->stopped || (!client_is_settled(client) && client->connection.state == CONNECTION_OPEN && !nobody)) {
    return;
  }
  client->stopped = true;
  if (nobody) {
    client->connection.state = CONNECTION_OVER;
  }
  /* There is no closing period: the server will hear this, or give up by itself. */
  connection_close(&client->connection, HQ_NO_ERROR);
  if (--fetch->running == 0) {
    loop_stop(fetch->loop);
  }
}

static void on_batch(void *owner, const struct udp_batch *batch)
{
  struct client *client = owner;
  client->heard = true;
  for (size_t offset = 0; offset < batch->len; offset += batch->segment) {
    size_t left = batch->len - offset;
    connection_read(&client->connection, batch, batch->data + offset, left < batch->segment ? left : batch->segment);
  }
}

static void on_read(void *owner)
{
  connection_write(&of(owner)->connection);
  stop_if_done(owner);
}

static void on_writable(void *owner)
{
  connection_resume(&of(owner)->connection);
  stop_if_done(owner);
}

static void on_timer(struct connection *connection)
{
  stop_if_done((struct client *)connection);
}

static void on_blocked(struct connection *connection, struct udp_socket *socket)
{
  (void)socket;
  watch_writable(&((struct client *)connection)->watch);
}

static void on_signal(void *user_data)
{
  struct fetch *fetch = user_data;
  fetch->interrupted = true;
  loop_stop(fetch->loop);
}

static void on_qlog(void *user_data, uint32_t flags, const void *data, size_t len)
{
  (void)flags;
  fwrite(data, 1, len, of(user_data)->qlog);
}

/* -- Beginning and end -------------------------------------------------------------------------------- */

/* Whom to trust. */
static int set_up_trust(const struct fetch *fetch)
{
  const struct client_options *options = fetch->options;
  if (options->insecure) {
    return ngtcp2_crypto_rustls_client_dangerous_disable_verification(fetch->tls);
  }
  if (options->ca != NULL) {
    return ngtcp2_crypto_rustls_client_add_ca_file(fetch->tls, options->ca);
  }
  return ngtcp2_crypto_rustls_client_add_system_roots(fetch->tls);
}

static void set_up_tls(struct fetch *fetch)
{
  const struct client_options *options = fetch->options;
  if (ngtcp2_crypto_rustls_client_new(&fetch->tls) != 0) {
    die("cannot set up TLS");
  }
  if (set_up_trust(fetch) != 0) {
    die("cannot trust %s: %s", options->ca != NULL ? options->ca : "the system's authorities",
        ngtcp2_crypto_rustls_client_error(fetch->tls));
  }
  if (ngtcp2_crypto_rustls_client_add_alpn(fetch->tls, (const uint8_t *)options->alpn, strlen(options->alpn)) != 0) {
    die("cannot speak %s: %s", options->alpn, ngtcp2_crypto_rustls_client_error(fetch->tls));
  }
  if (options->ciphers != NULL && ngtcp2_crypto_rustls_client_set_cipher_suites(fetch->tls, options->ciphers) != 0) {
    die("cannot use %s: %s", options->ciphers, ngtcp2_crypto_rustls_client_error(fetch->tls));
  }
  if (options->keylog != NULL && ngtcp2_crypto_rustls_client_set_keylog_file(fetch->tls, options->keylog) != 0) {
    die("cannot log keys to %s: %s", options->keylog, ngtcp2_crypto_rustls_client_error(fetch->tls));
  }
}

static void fill_callbacks(ngtcp2_callbacks *callbacks)
{
  memset(callbacks, 0, sizeof(*callbacks));
  connection_set_callbacks(callbacks);
  callbacks->client_initial = ngtcp2_crypto_client_initial_cb;
  callbacks->recv_retry = ngtcp2_crypto_recv_retry_cb;
  callbacks->get_new_connection_id2 = give_connection_id;
  callbacks->extend_max_local_streams_bidi = on_more_streams;
  callbacks->recv_stream_data = on_stream_data;
  callbacks->stream_reset = on_stream_reset;
  callbacks->stream_close = on_stream_close;
}

static void set_up_quic(struct client *client, const struct addrinfo *address)
{
  const struct client_options *options = client->options;
  ngtcp2_callbacks callbacks;
  ngtcp2_settings settings;
  ngtcp2_transport_params params;
  ngtcp2_cid dcid, scid;
  ngtcp2_path path = {
    .local = {.addr = &client->socket.local.sa, .addrlen = client->socket.locallen},
    .remote = {.addr = (ngtcp2_sockaddr *)address->ai_addr, .addrlen = address->ai_addrlen},
    .user_data = &client->socket,
  };

  fill_callbacks(&callbacks);
  ngtcp2_settings_default(&settings);
  connection_set_options(&settings, options->congestion_control, options->verbose);
  settings.qlog_write = client->qlog != NULL ? on_qlog : NULL;
  ngtcp2_transport_params_default(&params);
  params.initial_max_stream_data_bidi_local = STREAM_WINDOW;
  params.initial_max_data = CONNECTION_WINDOW;
  params.max_idle_timeout = options->idle_timeout;
  random_connection_id(&dcid, NGTCP2_MAX_CIDLEN);
  random_connection_id(&scid, CLIENT_CID_LEN);
  int error = ngtcp2_conn_client_new(&client->connection.quic, &dcid, &scid, &path, NGTCP2_PROTO_VER_V1, &callbacks,
                                     &settings, &params, NULL, client);
  if (error != 0) {
    die("cannot make a connection: %s", ngtcp2_strerror(error));
  }
  if (ngtcp2_crypto_rustls_session_client_new(&client->connection.tls, client->fetch->tls, options->server_name,
                                              &client->connection.conn_ref) != 0) {
    die("cannot set up TLS for %s: %s", options->server_name, ngtcp2_crypto_rustls_client_error(client->fetch->tls));
  }
  connection_start(&client->connection);
}

static void set_up_downloads(struct client *client)
{
  const struct client_options *options = client->options;
  client->downloads = allocate(options->path_count * sizeof(*client->downloads));
  for (size_t i = 0; i < options->path_count; i++) {
    if (!download_init(&client->downloads[i], options->paths[i], client->folder)) {
      die("%.40s...: the path is too long", options->paths[i]);
    }
  }
}

/* "folder", or "folder/3" if there are more connections than one. */
static void set_up_folder(struct client *client, size_t number)
{
  const struct client_options *options = client->options;
  if (options->folder == NULL) {
    return;
  }
  size_t len = strlen(options->folder) + 24;
  client->folder = allocate(len);
  if (options->parallel == 1) {
    strcpy(client->folder, options->folder);
    return;
  }
  snprintf(client->folder, len, "%s/%zu", options->folder, number);
  if (mkdir(client->folder, 0777) != 0 && errno != EEXIST) {
    die("cannot make %s: %s", client->folder, strerror(errno));
  }
}

/* False if there is no way to this address. */
static bool client_begin(struct client *client, struct fetch *fetch, const struct addrinfo *address, size_t number)
{
  static const struct connection_owner owner = {.on_timer = on_timer, .on_blocked = on_blocked};
  const struct client_options *options = fetch->options;

  client->fetch = fetch;
  client->options = options;
  if (udp_connect(&client->socket, address, options->gso) != 0) {
    return false;
  }
  if (options->qlog != NULL && number == 1 && (client->qlog = fopen(options->qlog, "we")) == NULL) {
    die("cannot write %s: %s", options->qlog, strerror(errno));
  }
  connection_init(&client->connection, &owner, loop_timers(fetch->loop));
  set_up_folder(client, number);
  set_up_downloads(client);
  set_up_quic(client, address);
  client->watch = (struct watch){
    .socket = &client->socket, .on_batch = on_batch, .on_read = on_read, .on_writable = on_writable, .owner = client};
  watch_begin(fetch->loop, &client->watch);
  fetch->running++;
  return true;
}

static void client_end(struct client *client)
{
  watch_end(&client->watch);
  connection_close(&client->connection, HQ_NO_ERROR);
  connection_destroy(&client->connection);
  for (size_t i = 0; i < client->options->path_count; i++) {
    download_free(&client->downloads[i]);
  }
  free(client->downloads);
  free(client->folder);
  udp_close(&client->socket);
  if (client->qlog != NULL) {
    fclose(client->qlog);
  }
}

/* The first packets; all else follows from events. */
static void fetch_run(struct fetch *fetch, size_t count)
{
  fetch->started = timestamp();
  progress_start(&fetch->progress, loop_timers(fetch->loop), fetch->options->path_count * count);
  for (size_t i = 0; i < count; i++) {
    connection_write(&fetch->clients[i].connection);
  }
  loop_run(fetch->loop);
  fetch->ended = timestamp();
  progress_stop(&fetch->progress);
}

/* What came of it, told to the user if there was a server at all. */
static enum client_outcome fetch_outcome(const struct fetch *fetch)
{
  enum client_outcome outcome = CLIENT_COMPLETE;
  for (size_t i = 0; i < fetch->options->parallel; i++) {
    const struct client *client = &fetch->clients[i];
    if (client->socket.refused && !client->heard) {
      return CLIENT_NOBODY;
    }
    if (!client_is_settled(client)) {
      client_explain_failure(client);
    }
    if (client->completed < fetch->options->path_count) {
      outcome = CLIENT_INCOMPLETE;
    }
  }
  client_summarize(fetch);
  return outcome;
}

enum client_outcome client_run(const struct client_options *options, const struct addrinfo *address)
{
  struct fetch fetch = {.options = options, .loop = loop_new()};
  enum client_outcome outcome = CLIENT_NOBODY;
  size_t begun = 0;

  fetch.clients = allocate(options->parallel * sizeof(*fetch.clients));
  set_up_tls(&fetch);
  while (begun < options->parallel && client_begin(&fetch.clients[begun], &fetch, address, begun + 1)) {
    begun++;
  }
  if (begun == options->parallel) {
    loop_catch_signals(fetch.loop, on_signal, &fetch);
    fetch_run(&fetch, begun);
    outcome = fetch_outcome(&fetch);
  }
  while (begun > 0) {
    client_end(&fetch.clients[--begun]);
  }
  free(fetch.clients);
  ngtcp2_crypto_rustls_client_del(fetch.tls);
  loop_free(fetch.loop);
  return outcome;
}
