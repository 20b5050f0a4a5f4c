#include "twins.h"

#include "callbacks.h"

twin twins[2];

/* What a callback brings, as one number. */
static uint64_t number_of(const event *seen) {
  uint64_t number =
      hash_pair(hash_pair((uint64_t)seen->which, (uint64_t)seen->stream_id), hash_pair(seen->offset, seen->len));
  number = hash_pair(hash_pair(number, seen->flags), seen->error_code);
  return seen->which == CALLED_recv_stream_data && seen->len > 0 ? hash_bytes(number, seen->data, seen->len) : number;
}

static int on_event(endpoint *e, const event *seen) {
  twin *t = e->net == &twins[0].n ? &twins[0] : &twins[1];
  uint64_t number;
  if (seen->which == CALLED_allocation || seen->which == CALLED_log_line || seen->which == CALLED_qlog_record) {
    return 0;
  }
  number = number_of(seen);
  CHECK(t->count < MAX_SEEN);
  t->seen[t->count++] = number;
  if (seen->which == CALLED_recv_stream_data) {
    ngtcp2_conn_extend_max_stream_offset(e->conn, seen->stream_id, number % 3 ? seen->len : 0);
    ngtcp2_conn_extend_max_offset(e->conn, number % 5 ? seen->len : 0);
    if (number % 11 == 0) {
      CHECK_EQ(ngtcp2_conn_shutdown_stream(e->conn, 0, seen->stream_id, 3), 0);
    }
  }
  return 0;
}

void twin_init(twin *t, uint64_t seed) {
  memset(t->seen, 0, sizeof(t->seen));
  t->count = 0;
  network_init(&t->n, seed);
  t->n.client.application = t->n.server.application = on_event;
}

endpoint *twin_side(twin *t, int is_server) { return is_server ? &t->n.server : &t->n.client; }

void compare_twins(void) {
  CHECK_EQ(twins[0].count, twins[1].count);
  for (size_t i = 0; i < twins[0].count; i++) {
    CHECK(twins[0].seen[i] == twins[1].seen[i]);
  }
  for (int is_server = 0; is_server < 2; is_server++) {
    CHECK_EQ(ngtcp2_conn_get_expiry(twin_side(&twins[0], is_server)->conn),
             ngtcp2_conn_get_expiry(twin_side(&twins[1], is_server)->conn));
  }
}

void compare_datagrams(int to_server) {
  datagram *a, *b;
  do {
    a = take_datagram(&twins[0].n, to_server);
    b = take_datagram(&twins[1].n, to_server);
    CHECK((a != NULL) == (b != NULL));
    if (a) {
      CHECK_EQ(a->len, b->len);
      CHECK(memcmp(a->data, b->data, a->len) == 0);
    }
    test_free(a);
    test_free(b);
  } while (a);
}
