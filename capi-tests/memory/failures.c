/* Each allocation fails in turn, once and from then on, on each side: every call succeeds or says
 * NGTCP2_ERR_NOMEM, nothing crashes and nothing is left behind. */
#include "callbacks.h"
#include "lives.h"

static network n;
static transfer t;

/* What happens to a connection. prepare sets it up, act does something in the middle. */
typedef struct scene {
  void (*prepare)(void);
  void (*act)(void);
  ngtcp2_duration before, after;
} scene;

/* What a call may answer when memory fails; or if it does not, as it did for the peer. */
static void take_status(endpoint *e, int status) {
  CHECK(status >= 0 || status == NGTCP2_ERR_NOMEM || status == NGTCP2_ERR_CALLBACK_FAILURE);
  if (status < 0) {
    e->error = status;
  }
}

static void live(const scene *l) {
  int status;
  l->prepare();
  status = client_new(&n.client, NGTCP2_PROTO_VER_V1);
  if (status) {
    CHECK_EQ(status, NGTCP2_ERR_NOMEM);
    return;
  }
  network_run(&n, l->before);
  if (l->act && is_alive(&n.client) && is_alive(&n.server)) {
    l->act();
  }
  network_run(&n, l->after);
}

static void check_error(const endpoint *e, const endpoint *peer) {
  int is_expected = e->error == 0 || e->error == NGTCP2_ERR_NOMEM || e->error == NGTCP2_ERR_CALLBACK_FAILURE;
  /* A peer that fell silent, or closed. */
  is_expected |= peer->heap.failed && (e->error == NGTCP2_ERR_IDLE_CLOSE || e->error == NGTCP2_ERR_DROP_CONN);
  is_expected |= e->error == NGTCP2_ERR_DRAINING || e->error == NGTCP2_ERR_CLOSING;
  if (!is_expected) {
    FAIL("%s: error %d", e->name, e->error);
  }
}

/* The failure that prepare arranges. */
static struct {
  int side, from_then_on;
  uint64_t number;
} fault;

static endpoint *failing_side(void) { return fault.side ? &n.server : &n.client; }

static void prepare(void) {
  network_init(&n, 1);
  failing_side()->heap.fail_at = fault.number;
  failing_side()->heap.fail_from_then_on = fault.from_then_on;
}

/* Returns 0 when the life has no such allocation. */
static int live_with_failure(const scene *l) {
  note_case("%s, allocation %llu, %s", fault.side ? "server" : "client", (unsigned long long)fault.number,
            fault.from_then_on ? "from then on" : "once");
  live(l);
  check_error(&n.client, &n.server);
  check_error(&n.server, &n.client);
  network_free(&n);
  return failing_side()->heap.failed != 0;
}

static void every_failure(const scene *l) {
  for (fault.side = 0; fault.side < 2; fault.side++) {
    for (fault.from_then_on = 0; fault.from_then_on < 2; fault.from_then_on++) {
      fault.number = 1;
      while (live_with_failure(l)) {
        fault.number++;
      }
      CHECK(fault.number > 1);
    }
  }
}

static int one_in_six_is_lost(network *net, int to_server, uint64_t number, size_t len) {
  (void)to_server;
  (void)len;
  return number > 3 && random_below(&net->link_random, 6) == 0;
}

static void handshake(void) { every_failure(&(scene){prepare, NULL, 100 * MS, 100 * MS}); }

static void prepare_transfer(void) {
  prepare();
  transfer_init(&t, &n, 3, 30000);
  t.datagrams = 5;
}

static void bulk(void) { every_failure(&(scene){prepare_transfer, NULL, 500 * MS, 0}); }

static void prepare_lossy_transfer(void) {
  prepare_transfer();
  n.is_lost = one_in_six_is_lost;
}

static void bulk_with_loss(void) { every_failure(&(scene){prepare_lossy_transfer, NULL, 1 * SECOND, 1 * SECOND}); }

static void prepare_logged_transfer(void) {
  prepare_lossy_transfer();
  set_log(&n.client);
  set_log(&n.server);
}

static void logged(void) { every_failure(&(scene){prepare_logged_transfer, NULL, 500 * MS, 500 * MS}); }

static void many_streams(void) {
  for (int i = 0; i < 12; i++) {
    int64_t id;
    int status = ngtcp2_conn_open_bidi_stream(n.client.conn, &id, NULL);
    if (status) {
      take_status(&n.client, status);
      return;
    }
    take_status(&n.client, ngtcp2_conn_shutdown_stream(n.client.conn, 0, id, 1));
    status = ngtcp2_conn_open_uni_stream(n.client.conn, &id, NULL);
    if (status) {
      take_status(&n.client, status);
      return;
    }
  }
}

static void streams_opened_and_reset(void) { every_failure(&(scene){prepare, many_streams, 200 * MS, 300 * MS}); }

/* Some thousand streams, opened and reset by the client, in rounds of as many as are allowed at once. */
static void thousands(void) {
  for (int round = 0; round < 40 && is_alive(&n.client) && is_alive(&n.server); round++) {
    for (int i = 0; i < 60; i++) {
      int64_t id;
      int status = ngtcp2_conn_open_uni_stream(n.client.conn, &id, NULL);
      if (status == NGTCP2_ERR_STREAM_ID_BLOCKED) {
        break;
      }
      take_status(&n.client, status);
      if (status) {
        return;
      }
      take_status(&n.client, ngtcp2_conn_shutdown_stream_write(n.client.conn, 0, id, 1));
      ngtcp2_conn_extend_max_streams_uni(n.server.conn, 1);
    }
    network_run(&n, 30 * MS);
  }
}

static void prepare_thousands(void) {
  prepare();
  n.server.params.initial_max_streams_uni = 60;
}

static void thousands_of_streams(void) {
  every_failure(&(scene){prepare_thousands, thousands, 200 * MS, 300 * MS});
}

static void prepare_datagrams(void) {
  prepare();
  transfer_init(&t, &n, 0, 0);
  t.datagrams = 60;
  n.is_lost = one_in_six_is_lost;
}

static void datagrams_with_loss(void) { every_failure(&(scene){prepare_datagrams, NULL, 500 * MS, 500 * MS}); }

static void update_keys(void) {
  take_status(&n.client, ngtcp2_conn_initiate_key_update(n.client.conn, n.now));
}

static void key_update(void) { every_failure(&(scene){prepare, update_keys, 500 * MS, 500 * MS}); }

static void migrate(void) {
  ngtcp2_path_storage path;
  path_between(&path, 0, CLIENT_PORT + 1, SERVER_PORT);
  take_status(&n.client, ngtcp2_conn_initiate_migration(n.client.conn, &path.path, n.now));
}

static void migration(void) { every_failure(&(scene){prepare, migrate, 500 * MS, 1 * SECOND}); }

static void rebind(void) { n.client_port_shift = 100; }

static void rebinding(void) { every_failure(&(scene){prepare_transfer, rebind, 60 * MS, 1 * SECOND}); }

static void token(void) {
  static const uint8_t bytes[40] = {1};
  take_status(&n.server, ngtcp2_conn_submit_new_token(n.server.conn, bytes, sizeof(bytes)));
}

static void new_token(void) { every_failure(&(scene){prepare, token, 200 * MS, 200 * MS}); }

static void close_with_reason(void) {
  ngtcp2_ccerr error;
  ngtcp2_ssize len;
  ngtcp2_ccerr_set_application_error(&error, 1, (const uint8_t *)"a reason that is kept", 21);
  len = send_close(&n.client, &error);
  if (len < 0) {
    take_status(&n.client, (int)len);
  }
}

static void closing(void) { every_failure(&(scene){prepare_transfer, close_with_reason, 60 * MS, 200 * MS}); }

/* The scripted lives, with Retry, early data, another version: whatever they come to, nothing is left. */
static void every_life(void) {
  for (size_t i = 0; i < life_count; i++) {
    for (fault.side = 0; fault.side < 2; fault.side++) {
      for (fault.from_then_on = 0; fault.from_then_on < 2; fault.from_then_on++) {
        fault.number = 0;
        do {
          fault.number++;
          note_case("%s, %s, allocation %llu, %s", lives[i].name, fault.side ? "server" : "client",
                    (unsigned long long)fault.number, fault.from_then_on ? "from then on" : "once");
          prepare();
          lives[i].run(&n, &t);
          network_free(&n);
        } while (failing_side()->heap.failed);
      }
    }
  }
}

/* Whether memory ran out in the middle of a packet or a timer: then the connection is over, whoever asks. */
static int is_exhausted(endpoint *e) {
  uint8_t junk[40] = {0x40};
  return ngtcp2_conn_read_pkt(e->conn, &e->path.path, NULL, junk, sizeof(junk), n.now) == NGTCP2_ERR_NOMEM;
}

/* Every call says so, the peer can be told, and the event loop is woken once more: to give up. */
static void check_exhausted(endpoint *e) {
  ngtcp2_tstamp expiry;
  CHECK_EQ(write_stream(e, -1, 0, 0).len, NGTCP2_ERR_NOMEM);
  CHECK_EQ(ngtcp2_conn_handle_expiry(e->conn, n.now), NGTCP2_ERR_NOMEM);
  CHECK_EQ(ngtcp2_conn_continue_handshake(e->conn, n.now), NGTCP2_ERR_NOMEM);
  expiry = ngtcp2_conn_get_expiry(e->conn);
  CHECK(expiry > n.now && expiry <= n.now + 30 * SECOND);
  if (ngtcp2_conn_get_handshake_completed(e->conn)) {
    CHECK(write_close(e, NULL) > 0);
    CHECK_EQ(ngtcp2_conn_in_closing_period(e->conn), 1);
    return;
  }
  n.now = expiry;
  CHECK_EQ(ngtcp2_conn_handle_expiry(e->conn, n.now), NGTCP2_ERR_IDLE_CLOSE);
}

/* Fails once, and the application goes on although the error is fatal. A write has changed nothing: the transfer
 * completes. */
static void going_on(void) {
  uint32_t exhausted = 0, recovered = 0;
  for (fault.side = 0; fault.side < 2; fault.side++) {
    for (fault.number = 1;; fault.number++) {
      endpoint *failing = failing_side();
      int round = 0, over = 0;
      note_case("%s, allocation %llu", fault.side ? "server" : "client", (unsigned long long)fault.number);
      fault.from_then_on = 0;
      prepare_lossy_transfer();
      if (client_new(&n.client, NGTCP2_PROTO_VER_V1) == 0) {
        for (; round < 100 && !transfer_is_complete(&t); round++) {
          network_run(&n, 200 * MS);
          if (failing->error == NGTCP2_ERR_NOMEM) {
            if (is_exhausted(failing)) {
              check_exhausted(failing);
              exhausted++;
              over = 1;
              break;
            }
            failing->error = 0;
            recovered++;
          }
        }
        over |= n.client.error || n.server.error;
        CHECK(over || transfer_is_complete(&t));
      }
      network_free(&n);
      if (!failing->heap.failed) {
        break;
      }
    }
    CHECK(fault.number > 1);
  }
  CHECK(exhausted > 5 && recovered > 5);
}

/* A packet that is open is given up for want of memory, and there is none to note what it carried either: then nobody can
 * know what is missing, and the connection is over. */
static void nothing_left_in_a_sequence(void) {
  int64_t id;
  network_init(&n, 1);
  network_start(&n, 300 * MS);
  id = open_uni(&n.client);
  CHECK_EQ(write_stream_at(&n.client, id, MORE, 0, 10).len, NGTCP2_ERR_WRITE_MORE);
  n.client.heap.fail_at = n.client.heap.calls + 1;
  n.client.heap.fail_from_then_on = 1;
  CHECK_EQ(write_stream_at(&n.client, id, MORE, 100, 10).len, NGTCP2_ERR_NOMEM);
  CHECK(n.client.heap.failed > 1);
  n.client.heap.fail_at = 0;
  CHECK(is_exhausted(&n.client));
  check_exhausted(&n.client);
  network_free(&n);
}

static const test tests[] = {
    TEST(handshake), TEST(bulk),      TEST(bulk_with_loss), TEST(logged),    TEST(streams_opened_and_reset),
    TEST(key_update), TEST(migration), TEST(rebinding),      TEST(new_token), TEST(closing),
    TEST(every_life), TEST(going_on),  TEST(thousands_of_streams), TEST(datagrams_with_loss),
    TEST(nothing_left_in_a_sequence),
};
MAIN("failures", tests)
