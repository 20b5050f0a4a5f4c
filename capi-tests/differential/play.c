#include "play.h"

#include <stdarg.h>

/* Times at which a run that is still going on is taken to be stuck. */
#define MAX_TIME (1500 * SECOND)
#define MAX_EVENTS 3000000
/* Events at one point in time, beyond which the ends are taken to run in circles. */
#define MAX_EVENTS_AT_ONCE 5000
/* How long an application holds credit back. */
#define CREDIT_DELAY (10 * MS)
#define IDLE_TIMEOUT (400 * SECOND)
#define SHORT_IDLE_TIMEOUT (20 * SECOND)

play *play_of(network *n) { return (play *)n; }

void turn_of(const player *p) { library_in_use = p->library; }

int can_act(const player *p) { return p->end->conn && !p->is_dead && !p->is_closing && !p->is_drained; }

static void tell_log(void *user_data, const char *format, ...) {
  endpoint *e = user_data;
  char line[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof(line), format, arguments);
  va_end(arguments);
  tell(e, "log %s", line);
}

static int stream_close2(ngtcp2_conn *conn, uint32_t flags, int64_t id, uint64_t rx_code, uint64_t tx_code, void *user_data,
                         void *stream_user_data) {
  (void)conn;
  return endpoint_saw(user_data, &(event){.which = CALLED_stream_close,
                                          .stream_id = id,
                                          .flags = flags ? NGTCP2_STREAM_CLOSE_FLAG_APP_ERROR_CODE_SET : 0,
                                          .error_code = flags & 1 ? rx_code : tx_code,
                                          .stream_user_data = stream_user_data});
}

void set_up(play *p, player *who, const library *l, int is_server) {
  static const uint32_t versions[] = {NGTCP2_PROTO_VER_V2, NGTCP2_PROTO_VER_V1};
  const plan *plan = &p->plan;
  endpoint *e = is_server ? &p->net.server : &p->net.client;
  memset(who, 0, sizeof(*who));
  who->library = l;
  who->end = e;
  turn_of(who);
  endpoint_init(e, &p->net, is_server);
  e->settings.cc_algo = plan->congestion_control;
  e->settings.no_pmtud = !plan->finds_mtu;
  e->settings.max_tx_udp_payload_size = 1452;
  e->settings.max_window = plan->max_window;
  e->settings.max_stream_window = plan->max_window / 2;
  e->settings.ack_thresh = plan->acknowledges_every;
  e->settings.handshake_timeout = IDLE_TIMEOUT;
  e->params.initial_max_stream_data_bidi_local = plan->stream_window;
  e->params.initial_max_stream_data_bidi_remote = plan->stream_window;
  e->params.initial_max_stream_data_uni = plan->stream_window;
  e->params.initial_max_data = plan->connection_window;
  e->params.initial_max_streams_bidi = e->params.initial_max_streams_uni = plan->streams;
  e->params.max_idle_timeout = plan->ending == CUT_THE_LINE ? SHORT_IDLE_TIMEOUT : IDLE_TIMEOUT;
  e->tls.client_hello_padding = plan->hello_padding;
  e->tls.certificate_len = plan->certificate_len;
  e->tls.offer_early_data = plan->offers_early_data;
  e->tls.accept_early_data = plan->accepts_early_data;
  if (plan->upgrades_version) {
    e->settings.available_versions = versions;
    e->settings.available_versionslen = 2;
    e->settings.preferred_versions = is_server ? versions : NULL;
    e->settings.preferred_versionslen = is_server ? 2 : 0;
  }
  if (plan->has_stream_close2 && e->callbacks_version >= 5) {
    e->callbacks.stream_close2 = stream_close2;
    e->callbacks.stream_close = NULL;
  }
  if (is_verbose > 1) {
    e->settings.log_printf = tell_log;
  }
  application_init(&who->application, e);
}

/* The client remembers the server's limits from an earlier connection. */
static void start_client(play *p) {
  uint8_t remembered[256];
  ngtcp2_ssize len;
  turn_of(&p->client);
  CHECK_EQ(client_new(p->client.end, NGTCP2_PROTO_VER_V1), 0);
  if (p->plan.offers_early_data) {
    len = ngtcp2_transport_params_encode(remembered, sizeof(remembered), &p->server.end->params);
    CHECK(len > 0);
    CHECK_EQ(ngtcp2_conn_decode_and_set_0rtt_transport_params(p->client.end->conn, remembered, (size_t)len), 0);
  }
}

/* The first packet may come over another path than the current one: such are dropped without a word. */
static int is_off_path(const endpoint *e, const datagram *d) {
  ngtcp2_path_storage path;
  path_between(&path, e->is_server, d->local_port, d->remote_port);
  return !ngtcp2_path_eq(ngtcp2_conn_get_path(e->conn), &path.path);
}

static void note_draining(play *p, player *who) {
  player *other = who->end->is_server ? &p->client : &p->server;
  who->is_drained = who->application.is_over = 1;
  CHECK(ngtcp2_conn_in_draining_period(who->end->conn));
  if (!other->is_closing && !who->application.stateless_resets) {
    broken(who->end, "draining, but nobody has closed");
  }
}

void read_by(play *p, player *who, const datagram *d) {
  int status = read_datagram(who->end, d);
  tell(who->end, "reads %zu bytes: %d", d->len, status);
  if (who->is_closing) {
    if (who->has_sent_close && status == NGTCP2_ERR_CLOSING) {
      repeat_close(who);
    } else if (who->has_sent_close && status != NGTCP2_ERR_DRAINING && !(status == 0 && is_off_path(who->end, d))) {
      broken(who->end, "reading while closing: %d", status);
    }
  } else if (who->is_drained) {
    if (status != NGTCP2_ERR_DRAINING && !(status == 0 && is_off_path(who->end, d))) {
      broken(who->end, "reading while draining: %d", status);
    }
  } else if (status == NGTCP2_ERR_DRAINING) {
    note_draining(p, who);
  } else if (status == NGTCP2_ERR_RETRY && who->end->is_server) {
    listener_starts_again(p, d);
  } else if (status) {
    broken(who->end, "ngtcp2_conn_read_pkt: %s", ngtcp2_strerror(status));
  }
}

static void deliver_due(play *p) {
  while (p->net.queue && p->net.queue->arrival <= p->net.now) {
    datagram *d = p->net.queue;
    player *to = d->to_server ? &p->server : &p->client;
    p->net.queue = d->next;
    turn_of(to);
    if (to->end->conn && !to->is_dead) {
      read_by(p, to, d);
    } else if (d->to_server && !to->end->conn && !to->is_dead) {
      listener_receives(p, d);
    }
    test_free(d);
  }
}

static void stuck(const play *p, const char *why) {
  char text[400];
  size_t len = 0;
  for (int server = 0; server < 2; server++) {
    const application *a = server ? &p->server.application : &p->client.application;
    int64_t first = -1;
    int datagrams = 0;
    for (size_t i = a->stream_count; i-- > 0;) {
      first = stream_is_open(&a->streams[i]) ? a->streams[i].id : first;
    }
    for (size_t i = 0; i < a->datagram_count; i++) {
      datagrams += a->datagrams[i].state == SENT && !a->datagrams[i].is_void;
    }
    len += (size_t)snprintf(text + len, sizeof(text) - len, "; %s: completed %d, first stream %lld, %d datagrams, %zu to open",
                            a->end->name, a->completed, (long long)first, datagrams,
                            a->waiting_count[0] + a->waiting_count[1]);
  }
  broken(p->client.end, "%s%s", why, text);
}

/* The timeouts that the plan brings about. */
static int may_time_out(const play *p, int status) {
  int is_cut = p->plan.ending == CUT_THE_LINE || p->ending_since;
  return (status == NGTCP2_ERR_IDLE_CLOSE &&
          (is_cut || p->client.is_closing || p->server.is_closing || p->client.is_dead || p->server.is_dead)) ||
         (status == NGTCP2_ERR_HANDSHAKE_TIMEOUT && is_cut);
}

static void expire(play *p, player *who) {
  int status;
  turn_of(who);
  if (!can_act(who) || ngtcp2_conn_get_expiry(who->end->conn) > p->net.now) {
    return;
  }
  status = ngtcp2_conn_handle_expiry(who->end->conn, p->net.now);
  if (status) {
    tell(who->end, "expires: %d", status);
    if (!may_time_out(p, status)) {
      stuck(p, ngtcp2_strerror(status));
    }
    who->is_dead = who->application.is_over = 1;
  }
}

/* The end of the plan, as soon as all is done or its time has come. */
static void begin_ending(play *p) {
  player *closer = p->plan.seed % 2 && p->server.end->conn ? &p->server : &p->client;
  p->ending_since = p->net.now;
  tell(p->client.end, "the end: %s", ending_name(p->plan.ending));
  switch (p->plan.ending) {
  case FALL_SILENT:
    for (int server = 0; server < 2; server++) {
      player *who = server ? &p->server : &p->client;
      if (can_act(who)) {
        turn_of(who);
        ngtcp2_conn_set_keep_alive_timeout(who->end->conn, UINT64_MAX);
      }
    }
    break;
  case LOSE_THE_STATE:
    p->server_is_lost = p->server.is_dead = p->server.application.is_over = 1;
    turn_of(&p->server);
    endpoint_delete(p->server.end);
    p->server.is_dead = 0;
    if (can_act(&p->client)) {
      turn_of(&p->client);
      ngtcp2_conn_set_keep_alive_timeout(p->client.end->conn, 1 * SECOND);
    }
    break;
  default:
    close_connection(closer);
  }
}

static int is_time_to_end(const play *p) {
  if (p->plan.ending == CLOSE_EARLY && p->net.now >= START + p->plan.early_at) {
    return 1;
  }
  return p->next_action == p->plan.action_count && application_is_done(&p->client.application) &&
         application_is_done(&p->server.application);
}

static int is_running(const play *p, const player *who) {
  return who->end->conn && !who->is_dead && !who->is_drained && (!who->is_closing || p->net.now < who->closing_until);
}

static ngtcp2_tstamp earlier(ngtcp2_tstamp a, ngtcp2_tstamp b) { return a < b ? a : b; }

static ngtcp2_tstamp next_of(const play *p, const player *who) {
  ngtcp2_tstamp next = UINT64_MAX;
  turn_of(who);
  if (can_act(who)) {
    next = ngtcp2_conn_get_expiry(who->end->conn);
    if (application_owes_credit(&who->application)) {
      next = earlier(next, p->net.now + CREDIT_DELAY);
    }
  } else if (is_running(p, who)) {
    next = who->closing_until;
  }
  return next;
}

static ngtcp2_tstamp next_event(const play *p) {
  ngtcp2_tstamp next = p->net.queue ? p->net.queue->arrival : UINT64_MAX;
  if (p->next_action < p->plan.action_count) {
    next = earlier(next, START + p->plan.actions[p->next_action].at);
  }
  if (!p->ending_since && p->plan.ending == CLOSE_EARLY) {
    next = earlier(next, START + p->plan.early_at);
  }
  return earlier(next, earlier(next_of(p, &p->client), next_of(p, &p->server)));
}

static void write_all(play *p, player *who) {
  if (can_act(who)) {
    turn_of(who);
    if (p->net.now / CREDIT_DELAY % 3 == 0) {
      application_gives_credit(&who->application);
    }
    application_write(&who->application);
  }
}

static void run(play *p) {
  ngtcp2_tstamp next;
  int events = 0, at_once = 0;
  for (;;) {
    while (p->next_action < p->plan.action_count && START + p->plan.actions[p->next_action].at <= p->net.now) {
      act(p, &p->plan.actions[p->next_action++]);
    }
    write_all(p, &p->client);
    write_all(p, &p->server);
    if (!p->ending_since && is_time_to_end(p)) {
      begin_ending(p);
      continue;
    }
    if (!is_running(p, &p->client) && !is_running(p, &p->server)) {
      return;
    }
    next = next_event(p);
    if (next == UINT64_MAX || next > START + MAX_TIME || ++events > MAX_EVENTS) {
      stuck(p, "nothing more happens, or it does not end");
    }
    at_once = next > p->net.now ? 0 : at_once + 1;
    p->net.now = next > p->net.now ? next : p->net.now;
    if (at_once > MAX_EVENTS_AT_ONCE) {
      stuck(p, "time stands still");
    }
    deliver_due(p);
    expire(p, &p->client);
    expire(p, &p->server);
  }
}

/* Whether what one end has sent, and knows to be acknowledged, is what the other has got. */
static void compare(const application *from, const application *to) {
  for (size_t i = 0; i < from->stream_count; i++) {
    const stream *s = &from->streams[i], *seen = NULL;
    if (!s->sends || s->is_void || !s->is_closed || s->is_reset) {
      continue;
    }
    for (size_t j = 0; j < to->stream_count; j++) {
      seen = to->streams[j].id == s->id && !to->streams[j].is_void ? &to->streams[j] : seen;
    }
    if (!seen || !(seen->is_stopped || (seen->fin_received && seen->received == s->len))) {
      broken(from->end, "stream %lld did not arrive as it was sent", (long long)s->id);
    }
  }
}

static void check_end(const play *p) {
  const application *client = &p->client.application, *server = &p->server.application;
  if (p->plan.ending == CLOSE_WHEN_DONE) {
    CHECK(client->completed && server->completed);
  }
  if (p->plan.ending == LOSE_THE_STATE && client->confirmed && !client->stateless_resets) {
    broken(client->end, "the stateless reset was not recognised");
  }
  if (p->plan.ending != CLOSE_EARLY && p->plan.ending != CUT_THE_LINE) {
    compare(client, server);
    compare(server, client);
  }
}

void play_seed(uint64_t seed, const library *client, const library *server, care c) {
  static play p;
  memset(&p, 0, sizeof(p));
  library_in_use = client;
  plan_draw(&p.plan, seed, c);
  network_init(&p.net, seed);
  p.net.travel = plan_travel;
  set_up(&p, &p.client, client, 0);
  set_up(&p, &p.server, server, 1);
  start_client(&p);
  run(&p);
  check_end(&p);
  p.client.application.is_over = p.server.application.is_over = 1;
  application_free(&p.client.application);
  application_free(&p.server.application);
  turn_of(&p.client);
  endpoint_delete(p.client.end);
  turn_of(&p.server);
  endpoint_delete(p.server.end);
  while (p.net.queue) {
    datagram *d = p.net.queue;
    p.net.queue = d->next;
    test_free(d);
  }
}
