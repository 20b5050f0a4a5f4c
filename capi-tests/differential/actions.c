/* What the plan has the applications do, and the end of a connection by CONNECTION_CLOSE. */
#include "play.h"

/* Answers of one closing end, so that two of them come to rest. */
#define MAX_CLOSES 20

static stream *pick_stream(application *a, uint64_t choice) {
  size_t open = 0;
  for (size_t i = 0; i < a->stream_count; i++) {
    open += (size_t)stream_is_open(&a->streams[i]);
  }
  if (!open) {
    return NULL;
  }
  choice %= open;
  for (size_t i = 0;; i++) {
    if (stream_is_open(&a->streams[i]) && choice-- == 0) {
      return &a->streams[i];
    }
  }
}

static void shut_down(player *who, const action *what) {
  ngtcp2_conn *conn = who->end->conn;
  stream *s = pick_stream(&who->application, what->value);
  int applies, status;
  if (!s) {
    return;
  }
  switch (what->kind) {
  case RESET_STREAM:
    applies = s->sends;
    status = ngtcp2_conn_shutdown_stream_write(conn, 0, s->id, what->code);
    break;
  case STOP_STREAM:
    applies = s->receives;
    status = ngtcp2_conn_shutdown_stream_read(conn, 0, s->id, what->code);
    break;
  default:
    applies = 1;
    status = ngtcp2_conn_shutdown_stream(conn, 0, s->id, what->code);
  }
  tell(who->end, "%s of stream %lld: %d", action_name(what->kind), (long long)s->id, status);
  CHECK_EQ(status, applies ? 0 : NGTCP2_ERR_INVALID_ARGUMENT);
  if (applies) {
    s->is_reset |= what->kind != STOP_STREAM && s->sends;
    s->is_stopped |= what->kind != RESET_STREAM && s->receives;
  }
}

static void expect_either(player *who, const char *call, int status, int or_else, int or_yet) {
  tell(who->end, "%s: %d", call, status);
  if (status && status != or_else && status != or_yet) {
    broken(who->end, "%s: %s", call, ngtcp2_strerror(status));
  }
}

static void migrate(player *who, int now) {
  ngtcp2_conn *conn = who->end->conn;
  ngtcp2_path_storage path;
  int status;
  if (who->end->is_server) {
    return;
  }
  path_between(&path, 0, (uint16_t)(CLIENT_PORT + ++who->moves), SERVER_PORT);
  status = now ? ngtcp2_conn_initiate_immediate_migration(conn, &path.path, who->end->net->now)
               : ngtcp2_conn_initiate_migration(conn, &path.path, who->end->net->now);
  expect_either(who, "migration", status, NGTCP2_ERR_INVALID_STATE, NGTCP2_ERR_CONN_ID_BLOCKED);
}

static void submit_token(player *who) {
  uint8_t token[40];
  if (!who->end->is_server) {
    return;
  }
  random_bytes(&who->end->bench_random, token, sizeof(token));
  CHECK_EQ(ngtcp2_conn_submit_new_token(who->end->conn, token, sizeof(token)), 0);
}

/* The client's NAT gives it another port. The client has to speak first. */
static void rebind(play *p, uint64_t choice) {
  if (p->client.application.confirmed && can_act(&p->client)) {
    p->net.client_port_shift = (uint16_t)(30000 + choice % 10 * 300);
    turn_of(&p->client);
    ngtcp2_conn_set_keep_alive_timeout(p->client.end->conn, 1 * SECOND);
  }
}

/* What needs a connection that is complete. */
static void act_on_connection(play *p, player *who, const action *what) {
  turn_of(who);
  switch (what->kind) {
  case UPDATE_KEY:
    expect_either(who, "key update", ngtcp2_conn_initiate_key_update(who->end->conn, p->net.now), NGTCP2_ERR_INVALID_STATE, 0);
    break;
  case MIGRATE:
  case MIGRATE_NOW:
    migrate(who, what->kind == MIGRATE_NOW);
    break;
  case REBIND:
    rebind(p, what->value);
    break;
  case SUBMIT_TOKEN:
    submit_token(who);
    break;
  case KEEP_ALIVE:
    if (who->end->is_server || !p->net.client_port_shift) {
      ngtcp2_conn_set_keep_alive_timeout(who->end->conn, (2 + what->value % 5) * SECOND);
    }
    break;
  default:
    shut_down(who, what);
  }
}

void act(play *p, const action *what) {
  player *who = what->by_server ? &p->server : &p->client;
  application *a = &who->application;
  int is_ready = who->end->is_server ? a->completed : a->confirmed;
  if (who->is_closing || who->is_drained || who->is_dead) {
    return;
  }
  switch (what->kind) {
  case OPEN_BIDI:
  case OPEN_UNI:
    application_wants_stream(a, what->kind == OPEN_UNI, what->value);
    break;
  case SEND_DATAGRAM:
    application_wants_datagram(a, what->value);
    break;
  default:
    if (who->end->conn && is_ready) {
      act_on_connection(p, who, what);
    }
  }
}

void repeat_close(player *who) {
  if (who->has_sent_close && who->closes_sent < MAX_CLOSES) {
    who->closes_sent++;
    send_packet(who->end, &who->end->path.path, 0, who->close_packet, who->close_len);
  }
}

void close_connection(player *who) {
  endpoint *e = who->end;
  ngtcp2_path_storage path;
  ngtcp2_pkt_info info = {0};
  ngtcp2_ccerr error;
  ngtcp2_ssize len;
  uint8_t more[MAX_PACKET];
  if (!can_act(who)) {
    return;
  }
  turn_of(who);
  ngtcp2_path_storage_zero(&path);
  ngtcp2_ccerr_set_application_error(&error, 0x1234, (const uint8_t *)"bye", 3);
  len = ngtcp2_conn_write_connection_close(e->conn, &path.path, &info, who->close_packet, sizeof(who->close_packet), &error,
                                           e->net->now);
  tell(e, "closes: %zd", (size_t)len);
  /* A client that has sent nothing has nothing to close; the C library has an error for want of credit (U9). */
  CHECK(len >= 0 || len == NGTCP2_ERR_INVALID_STATE || (len == NGTCP2_ERR_NOBUF && e->is_server));
  who->is_closing = 1;
  who->closing_until = e->net->now + 3 * ngtcp2_conn_get_pto(e->conn);
  if (len <= 0) {
    return;
  }
  who->has_sent_close = who->application.is_over = 1;
  who->close_len = (size_t)len;
  ngtcp2_path_copy(&e->path.path, &path.path);
  CHECK(ngtcp2_conn_in_closing_period(e->conn));
  CHECK_EQ(ngtcp2_conn_write_pkt(e->conn, NULL, &info, more, sizeof(more), e->net->now), NGTCP2_ERR_CLOSING);
  repeat_close(who);
}
