/* The life of one caller, from connecting to its end, and then the next one. */
#include <stdio.h>
#include <string.h>

#include "../../hq.h"
#include "load.h"

#define CID_LEN 8
#define WINDOW (256 << 10)
/* One in so many callers vanishes while it connects, and one request in so many is left alone within moments. */
#define VANISHES_CONNECTING 25
#define VANISHES_ASKING 50
#define MOMENTS NGTCP2_MILLISECONDS
/* Of what an idle caller may do, one in so many times it ends; and of those ends one in so many is without a word. */
#define ENDS 3
#define VANISHES_IDLE 4
#define COMPLAINTS_MAX 20

static struct caller *of(void *user_data) { return user_data; }

static void plan(struct caller *c, uint64_t in)
{
  c->due = timestamp() + in;
  timers_set(loop_timers(c->load->loop), &c->plan, c->due);
}

static void plan_next(struct caller *c)
{
  plan(c, dice_below(&c->dice, c->load->options->pause));
}

/* Something that must not be. */
static void fail(struct caller *c, const char *what, const char *why)
{
  if (++c->load->counts.failed <= COMPLAINTS_MAX) {
    complain("caller %zu: %s: %s", (size_t)(c - c->load->callers), what, why);
  }
}

/* -- The library's callbacks -------------------------------------------------------------------------- */

static int on_handshake(ngtcp2_conn *quic, void *user_data)
{
  struct caller *c = of(user_data);
  (void)quic;
  c->stage = CALLER_IDLE;
  c->load->connecting--;
  c->load->open++;
  samples_add(&c->load->handshakes, timestamp() - c->due);
  if (c->vanishes) {
    return 0; /* any moment now */
  }
  if (dice_below(&c->dice, 2) == 0) {
    plan(c, 0); /* half of them have something to ask at once */
  } else {
    plan_next(c);
  }
  return 0;
}

static int on_stream_data(ngtcp2_conn *quic, uint32_t flags, int64_t id, uint64_t offset, const uint8_t *data, size_t len,
                          void *user_data, void *stream_user_data)
{
  struct caller *c = of(user_data);
  const struct load_file *file = c->file;
  (void)stream_user_data;
  ngtcp2_conn_extend_max_stream_offset(quic, id, len);
  ngtcp2_conn_extend_max_offset(quic, len);
  if (offset + len > file->size || (len > 0 && memcmp(data, file->bytes + offset, len) != 0)) {
    fail(c, file->name, "not the bytes that were asked for");
  }
  c->received += len;
  if ((flags & NGTCP2_STREAM_DATA_FLAG_FIN) != 0) {
    samples_add(&c->load->requests[file - c->load->files], timestamp() - c->due);
    if (c->received != file->size) {
      fail(c, file->name, "the answer has another length");
    }
  }
  return 0;
}

static int on_stream_reset(ngtcp2_conn *quic, int64_t id, uint64_t final_size, uint64_t error, void *user_data,
                           void *stream_user_data)
{
  (void)quic, (void)id, (void)final_size, (void)stream_user_data;
  fail(of(user_data), of(user_data)->file->name, hq_error_text(error));
  return 0;
}

static int on_stream_close(ngtcp2_conn *quic, uint32_t flags, int64_t id, uint64_t error, void *user_data,
                           void *stream_user_data)
{
  struct caller *c = of(user_data);
  (void)quic, (void)flags, (void)id, (void)error, (void)stream_user_data;
  outgoing_remove(&c->connection.outgoing, &c->request);
  c->stage = CALLER_IDLE;
  if (!c->vanishes) {
    plan_next(c);
  }
  return 0;
}

static int give_connection_id(ngtcp2_conn *quic, ngtcp2_cid *id, ngtcp2_stateless_reset_token *token, size_t len,
                              void *user_data)
{
  (void)quic;
  random_connection_id(id, len);
  random_bytes(token->data, sizeof(token->data));
  return cid_table_add(&of(user_data)->load->ids, id, &of(user_data)->ids) ? 0 : NGTCP2_ERR_CALLBACK_FAILURE;
}

static int remove_connection_id(ngtcp2_conn *quic, const ngtcp2_cid *id, void *user_data)
{
  (void)quic;
  cid_table_remove(&of(user_data)->load->ids, id);
  return 0;
}

static void fill_callbacks(ngtcp2_callbacks *callbacks)
{
  memset(callbacks, 0, sizeof(*callbacks));
  connection_set_callbacks(callbacks);
  callbacks->client_initial = ngtcp2_crypto_client_initial_cb;
  callbacks->recv_retry = ngtcp2_crypto_recv_retry_cb;
  callbacks->get_new_connection_id2 = give_connection_id;
  callbacks->remove_connection_id = remove_connection_id;
  callbacks->handshake_completed = on_handshake;
  callbacks->recv_stream_data = on_stream_data;
  callbacks->stream_reset = on_stream_reset;
  callbacks->stream_close = on_stream_close;
}

/* -- What it does ------------------------------------------------------------------------------------- */

static uint64_t peek(struct outgoing *stream, ngtcp2_vec *data, bool *fin)
{
  struct caller *c = (struct caller *)((char *)stream - offsetof(struct caller, request));
  *data = (ngtcp2_vec){.base = (uint8_t *)c->line + c->line_sent, .len = c->line_len - c->line_sent};
  *fin = true;
  return 0;
}

static void advance(struct outgoing *stream, size_t len)
{
  ((struct caller *)((char *)stream - offsetof(struct caller, request)))->line_sent += len;
}

static void ask(struct caller *c)
{
  static const struct outgoing_source source = {.peek = peek, .advance = advance};
  c->file = &c->load->files[dice_below(&c->dice, LOAD_FILES)];
  c->request = (struct outgoing){.source = &source};
  if (ngtcp2_conn_open_bidi_stream(c->connection.quic, &c->request.stream_id, &c->request) != 0) {
    fail(c, c->file->name, "no stream for it");
    plan_next(c);
    return;
  }
  c->stage = CALLER_ASKING;
  c->received = c->line_sent = 0;
  c->line_len = (size_t)snprintf(c->line, sizeof(c->line), "GET /%s\r\n", c->file->name);
  outgoing_push(&c->connection.outgoing, &c->request);
  if (c->load->complete && dice_below(&c->dice, VANISHES_ASKING) == 0) {
    c->vanishes = true;
    timers_set(loop_timers(c->load->loop), &c->plan, timestamp() + dice_below(&c->dice, MOMENTS));
  }
  caller_continue(c);
}

static void vanish(struct caller *c)
{
  struct load_counts *counts = &c->load->counts;
  switch (c->stage) {
  case CALLER_CONNECTING: counts->vanished_connecting++; break;
  case CALLER_ASKING: counts->vanished_asking++; break;
  default: counts->vanished_idle++;
  }
  caller_end(c, false);
  load_wait(c->load, c);
}

static void on_plan(void *user_data)
{
  struct caller *c = of(user_data);
  if (c->vanishes) {
    vanish(c);
  } else if (!c->load->complete || dice_below(&c->dice, ENDS) > 0) {
    ask(c);
  } else if (dice_below(&c->dice, VANISHES_IDLE) == 0) {
    vanish(c);
  } else {
    c->load->counts.closed++;
    caller_end(c, true);
    load_wait(c->load, c);
  }
  load_look_around(c->load);
}

/* -- Beginning and end -------------------------------------------------------------------------------- */

static void on_timer(struct connection *connection)
{
  struct caller *c = (struct caller *)connection;
  caller_continue(c);
  load_look_around(c->load);
}

static void on_blocked(struct connection *connection, struct udp_socket *socket)
{
  struct caller *c = (struct caller *)connection;
  (void)socket;
  c->blocked = true;
  watch_writable(&c->load->watch);
}

void caller_init(struct caller *c, struct load *load, uint64_t number)
{
  struct dice dice = {.state = load->options->seed + number};
  c->load = load;
  c->dice.state = dice_throw(&dice);
  c->ids.connection = c;
  timer_init(&c->plan, on_plan, c);
}

static int open_quic(struct caller *c)
{
  struct load *load = c->load;
  ngtcp2_callbacks callbacks;
  ngtcp2_settings settings;
  ngtcp2_transport_params params;
  ngtcp2_cid dcid, scid;
  ngtcp2_path path = {
    .local = {.addr = &load->socket.local.sa, .addrlen = load->socket.locallen},
    .remote = {.addr = &load->server.sa, .addrlen = load->server_len},
    .user_data = &load->socket,
  };
  fill_callbacks(&callbacks);
  ngtcp2_settings_default(&settings);
  connection_set_options(&settings, NGTCP2_CC_ALGO_CUBIC, false);
  ngtcp2_transport_params_default(&params);
  params.initial_max_stream_data_bidi_local = WINDOW;
  params.initial_max_data = WINDOW;
  params.max_idle_timeout = load->options->idle_timeout;
  random_connection_id(&dcid, NGTCP2_MAX_CIDLEN);
  random_connection_id(&scid, CID_LEN);
  int error = ngtcp2_conn_client_new(&c->connection.quic, &dcid, &scid, &path, NGTCP2_PROTO_VER_V1, &callbacks, &settings,
                                     &params, NULL, c);
  if (error != 0) {
    return error;
  }
  cid_table_add(&load->ids, &scid, &c->ids);
  return ngtcp2_crypto_rustls_session_client_new(&c->connection.tls, load->tls[dice_below(&c->dice, 2)],
                                                 load->options->host, &c->connection.conn_ref);
}

void caller_connect(struct caller *c)
{
  static const struct connection_owner owner = {.on_timer = on_timer, .on_blocked = on_blocked};
  connection_init(&c->connection, &owner, loop_timers(c->load->loop));
  if (open_quic(c) != 0) {
    die("cannot make a connection");
  }
  connection_start(&c->connection);
  c->stage = CALLER_CONNECTING;
  c->load->connecting++;
  c->blocked = false;
  c->vanishes = c->load->complete && dice_below(&c->dice, VANISHES_CONNECTING) == 0;
  if (c->vanishes) {
    timers_set(loop_timers(c->load->loop), &c->plan, timestamp() + dice_below(&c->dice, MOMENTS));
  }
  caller_continue(c);
}

void caller_continue(struct caller *c)
{
  connection_write(&c->connection);
  if (c->connection.state == CONNECTION_OPEN) {
    return;
  }
  fail(c, c->stage == CALLER_CONNECTING ? "no handshake" : "the connection ended", ngtcp2_strerror(c->connection.failure));
  caller_end(c, false);
  load_wait(c->load, c);
}

void caller_end(struct caller *c, bool politely)
{
  if (c->stage == CALLER_CONNECTING) {
    c->load->connecting--;
  } else {
    c->load->open--;
  }
  c->stage = CALLER_AWAY;
  c->blocked = false;
  timers_set(loop_timers(c->load->loop), &c->plan, TIMER_OFF);
  if (politely) {
    connection_close(&c->connection, HQ_NO_ERROR);
  }
  cid_table_remove_all(&c->load->ids, &c->ids);
  connection_destroy(&c->connection);
}
