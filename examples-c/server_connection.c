/* One client of the server: its connection's callbacks and its requests. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server.h"
#include "stats.h"

static struct server_connection *of(void *user_data)
{
  return user_data;
}

static int give_connection_id(ngtcp2_conn *quic, ngtcp2_cid *id, ngtcp2_stateless_reset_token *token,
                              size_t id_len, void *user_data)
{
  struct server_connection *c = of(user_data);
  struct server *server = c->server;
  (void)quic;

  do {
    server_connection_id(server, id, id_len);
  } while (!cid_table_add(&server->connection_ids, id, &c->connection_ids));
  if (ngtcp2_crypto_generate_stateless_reset_token(token->data, server->reset_secret,
                                                   sizeof(server->reset_secret), id) != 0) {
    return NGTCP2_ERR_CALLBACK_FAILURE;
  }
  return 0;
}

static int remove_connection_id(ngtcp2_conn *quic, const ngtcp2_cid *id, void *user_data)
{
  (void)quic;
  cid_table_remove(&of(user_data)->server->connection_ids, id);
  return 0;
}

static int on_handshake_completed(ngtcp2_conn *quic, void *user_data)
{
  (void)quic;
  of(user_data)->established = true;
  return 0;
}

static int on_stream_open(ngtcp2_conn *quic, int64_t stream_id, void *user_data)
{
  struct server_connection *c = of(user_data);
  struct response *r = response_new(stream_id);

  r->next = c->responses;
  if (r->next != NULL) {
    r->next->previous = r;
  }
  c->responses = r;
  return ngtcp2_conn_set_stream_user_data(quic, stream_id, r) == 0 ? 0 : NGTCP2_ERR_CALLBACK_FAILURE;
}

static void answer_request(struct server_connection *c, struct response *r)
{
  enum hq_error error = response_open_file(r, c->server->folder);
  if (c->server->options->verbose) {
    say("%s: %s: %s", c->peer, r->request, error == HQ_NO_ERROR ? "sending" : hq_error_text(error));
  }
  if (error != HQ_NO_ERROR) {
    ngtcp2_conn_shutdown_stream(c->connection.quic, 0, r->outgoing.stream_id, error);
    return;
  }
  c->files++;
  outgoing_push(&c->connection.outgoing, &r->outgoing);
}

static int on_stream_data(ngtcp2_conn *quic, uint32_t flags, int64_t stream_id, uint64_t offset,
                          const uint8_t *data, size_t len, void *user_data, void *stream_user_data)
{
  (void)offset;
  /* The bytes are dealt with: let the client send as many again. */
  ngtcp2_conn_extend_max_stream_offset(quic, stream_id, len);
  ngtcp2_conn_extend_max_offset(quic, len);
  if (response_read_request(stream_user_data, data, len, (flags & NGTCP2_STREAM_DATA_FLAG_FIN) != 0)) {
    answer_request(of(user_data), stream_user_data);
  }
  return 0;
}

static int on_acknowledged(ngtcp2_conn *quic, int64_t stream_id, uint64_t offset, uint64_t len, void *user_data,
                           void *stream_user_data)
{
  (void)quic;
  (void)stream_id;
  (void)user_data;
  if (stream_user_data != NULL) {
    response_acknowledged(stream_user_data, offset + len);
  }
  return 0;
}

static void drop_response(struct server_connection *c, struct response *r)
{
  outgoing_remove(&c->connection.outgoing, &r->outgoing);
  if (r->previous != NULL) {
    r->previous->next = r->next;
  } else {
    c->responses = r->next;
  }
  if (r->next != NULL) {
    r->next->previous = r->previous;
  }
  response_free(r);
}

static int on_stream_close(ngtcp2_conn *quic, uint32_t flags, int64_t stream_id, uint64_t error, void *user_data,
                           void *stream_user_data)
{
  (void)flags;
  (void)stream_id;
  (void)error;
  if (stream_user_data != NULL) {
    drop_response(of(user_data), stream_user_data);
    ngtcp2_conn_extend_max_streams_bidi(quic, 1); /* one done, one more may come */
  }
  return 0;
}

static void fill_callbacks(ngtcp2_callbacks *callbacks)
{
  memset(callbacks, 0, sizeof(*callbacks));
  connection_set_callbacks(callbacks);
  callbacks->recv_client_initial = ngtcp2_crypto_recv_client_initial_cb;
  callbacks->get_new_connection_id2 = give_connection_id;
  callbacks->remove_connection_id = remove_connection_id;
  callbacks->handshake_completed = on_handshake_completed;
  callbacks->stream_open = on_stream_open;
  callbacks->recv_stream_data = on_stream_data;
  callbacks->acked_stream_data_offset = on_acknowledged;
  callbacks->stream_close = on_stream_close;
}

static void fill_transport_params(ngtcp2_transport_params *params, const struct server *server,
                                  const struct first_packet *first)
{
  const ngtcp2_pkt_hd *header = first->header;
  ngtcp2_transport_params_default(params);
  /* Requests are short, so these windows are too. */
  params->initial_max_stream_data_bidi_remote = HQ_REQUEST_MAX;
  params->initial_max_data = 128 * HQ_REQUEST_MAX;
  params->initial_max_streams_bidi = 128;
  params->max_idle_timeout = server->options->idle_timeout;
  params->active_connection_id_limit = 4;
  params->original_dcid = header->dcid;
  params->original_dcid_present = 1;
  if (first->original_dcid != NULL) {
    params->original_dcid = *first->original_dcid;
    params->retry_scid = header->dcid;
    params->retry_scid_present = 1;
  }
}

static void on_qlog(void *user_data, uint32_t flags, const void *data, size_t len)
{
  (void)flags;
  fwrite(data, 1, len, of(user_data)->qlog);
}

/* Named after the connection id that the client chose first, by which both ends' traces can be matched. */
static void open_qlog(struct server_connection *c, const ngtcp2_cid *id, ngtcp2_settings *settings)
{
  char name[4096];
  int len = snprintf(name, sizeof(name), "%.4000s/", c->server->options->qlog);
  for (size_t i = 0; i < id->datalen; i++) {
    len += snprintf(name + len, 3, "%02x", id->data[i]);
  }
  strcpy(name + len, ".sqlog");
  c->qlog = fopen(name, "we");
  if (c->qlog == NULL) {
    complain("cannot write %s", name);
    return;
  }
  settings->qlog_write = on_qlog;
}

/* Makes the library's half of it. */
static int open_quic(struct server_connection *c, const struct first_packet *first, const ngtcp2_path *path)
{
  const ngtcp2_pkt_hd *header = first->header;
  struct server *server = c->server;
  ngtcp2_callbacks callbacks;
  ngtcp2_settings settings;
  ngtcp2_transport_params params;
  ngtcp2_cid scid;

  fill_callbacks(&callbacks);
  fill_transport_params(&params, server, first);
  ngtcp2_settings_default(&settings);
  connection_set_options(&settings, server->options->congestion_control, false);
  settings.initial_ts = first->received; /* the connection's clock must not begin after its first packet */
  if (server->options->qlog != NULL) {
    open_qlog(c, &params.original_dcid, &settings);
  }
  if (first->original_dcid != NULL) {
    /* The client has proved its address: no limit on what may be sent there. */
    settings.token = header->token;
    settings.tokenlen = header->tokenlen;
    settings.token_type = NGTCP2_TOKEN_TYPE_RETRY;
  }
  server_connection_id(server, &scid, SERVER_CID_LEN);
  params.stateless_reset_token_present = 1;
  if (ngtcp2_crypto_generate_stateless_reset_token(params.stateless_reset_token, server->reset_secret,
                                                   sizeof(server->reset_secret), &scid) != 0) {
    return NGTCP2_ERR_INTERNAL;
  }
  int error = ngtcp2_conn_server_new(&c->connection.quic, &header->scid, &scid, path, header->version, &callbacks,
                                     &settings, &params, NULL, c);
  if (error != 0) {
    return error;
  }
  cid_table_add(&server->connection_ids, &scid, &c->connection_ids);
  return ngtcp2_crypto_rustls_session_server_new(&c->connection.tls, server->tls, &c->connection.conn_ref);
}

static void on_timer(struct connection *connection)
{
  if (connection->state == CONNECTION_OVER) {
    server_connection_free((struct server_connection *)connection);
  }
}

static void on_blocked(struct connection *connection, struct udp_socket *socket)
{
  struct server_connection *c = (struct server_connection *)connection;
  struct listener *listener = c->server->listeners;
  while (listener->socket != socket) {
    listener++;
  }
  c->blocked_on = listener;
  c->next_blocked = listener->blocked;
  listener->blocked = c;
  watch_writable(&listener->watch);
}

/* A connection that is about to go waits for no socket any more. */
static void stop_waiting(struct server_connection *c)
{
  if (c->blocked_on == NULL) {
    return;
  }
  struct server_connection **link = &c->blocked_on->blocked;
  while (*link != c) {
    link = &(*link)->next_blocked;
  }
  *link = c->next_blocked;
}

static const struct connection_owner owner = {.on_timer = on_timer, .on_blocked = on_blocked};

struct server_connection *server_connection_new(struct server *server, const struct first_packet *first,
                                                const ngtcp2_path *path)
{
  const ngtcp2_cid *dcid = &first->header->dcid;
  if (server->connection_count >= server->options->connections_max) {
    return NULL;
  }
  struct server_connection *c = allocate(sizeof(*c));
  c->connection_ids.connection = c;
  if (!cid_table_add(&server->connection_ids, dcid, &c->connection_ids)) {
    free(c);
    return NULL;
  }
  c->server = server;
  address_text(c->peer, &path->remote);
  connection_init(&c->connection, &owner, loop_timers(server->loop));
  c->next = server->connections;
  if (c->next != NULL) {
    c->next->previous = c;
  }
  server->connections = c;
  server->connection_count++;

  int error = open_quic(c, first, path);
  if (error != 0) {
    complain("%s: cannot make a connection: %s", c->peer, ngtcp2_strerror(error));
    c->connection.state = CONNECTION_OVER;
    server_connection_free(c);
    return NULL;
  }
  connection_start(&c->connection);
  server->connections_served++;
  return c;
}

/* Not worth a line each: anybody can send packets that lead to these. */
static bool is_noise(int failure)
{
  return failure == NGTCP2_ERR_RETRY || failure == NGTCP2_ERR_DROP_CONN;
}

/* Why there was no handshake. */
static const char *explain_failure(const struct server_connection *c, char text[64])
{
  const char *tls = ngtcp2_crypto_rustls_session_error(c->connection.tls);
  if (*tls != '\0') {
    return tls;
  }
  if (c->connection.failure == NGTCP2_ERR_DRAINING) {
    snprintf(text, 64, "the client gave up (error 0x%llx)",
             (unsigned long long)c->connection.close_reason.error_code);
    return text;
  }
  return ngtcp2_strerror(c->connection.failure);
}

/* One line about a connection that comes to its end. */
static void report(const struct server_connection *c)
{
  ngtcp2_conn_info info;
  int failure = c->connection.failure;
  if (c->connection.quic == NULL || (is_noise(failure) && !c->server->options->verbose)) {
    return;
  }
  if (!c->established) {
    char text[64];
    complain("%s: no handshake: %s", c->peer, explain_failure(c, text));
    return;
  }
  ngtcp2_conn_get_conn_info2(c->connection.quic, &info);
  say("%s: %llu files, %llu bytes sent, packets: %llu sent, %llu received, %llu lost%s", c->peer,
      (unsigned long long)c->files, (unsigned long long)info.bytes_sent, (unsigned long long)info.pkt_sent,
      (unsigned long long)info.pkt_recv, (unsigned long long)info.pkt_lost,
      failure == NGTCP2_ERR_IDLE_CLOSE ? " (the client went silent)" : "");
  if (c->server->options->stats) {
    stats_print(stdout, c->peer, c->connection.quic);
  }
}

void server_connection_free(struct server_connection *c)
{
  struct server *server = c->server;
  report(c);
  stop_waiting(c);
  cid_table_remove_all(&server->connection_ids, &c->connection_ids);
  while (c->responses != NULL) {
    drop_response(c, c->responses);
  }
  if (c->next != NULL) {
    c->next->previous = c->previous;
  }
  if (c->previous != NULL) {
    c->previous->next = c->next;
  } else {
    server->connections = c->next;
  }
  server->connection_count--;
  connection_destroy(&c->connection);
  if (c->qlog != NULL) {
    fclose(c->qlog);
  }
  free(c);
  if (server->stopping && server->connection_count == 0) {
    loop_stop(server->loop);
  }
}
