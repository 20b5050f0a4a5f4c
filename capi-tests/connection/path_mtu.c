/* The size of datagrams: what the settings, the peer and the path allow, and the probes that find out. */
#include "writer.h"

static network n;

static void prepare(void) { network_init(&n, 40); }

static void connect_now(ngtcp2_duration duration) {
  network_start(&n, duration);
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
}

/* The longest packet that a stream fills, into any buffer. */
static long long longest_packet(endpoint *e) {
  static uint8_t packet[MAX_PACKET];
  ngtcp2_path_storage path;
  ngtcp2_ssize len, accepted;
  int64_t id = open_uni(e);
  ngtcp2_path_storage_zero(&path);
  len = ngtcp2_conn_write_stream(e->conn, &path.path, NULL, packet, sizeof(packet), &accepted, 0, id, test_data(), 20000,
                                 n.now);
  CHECK(accepted > 0);
  return len;
}

static void the_path_carries_1444(void) {
  prepare();
  connect_now(2 * SECOND);
  CHECK_EQ(ngtcp2_conn_get_max_tx_udp_payload_size(n.client.conn), 1452);
  CHECK_EQ(ngtcp2_conn_get_path_max_tx_udp_payload_size(n.client.conn), 1444);
  CHECK_EQ(longest_packet(&n.client), 1444);
  network_free(&n);
}

#ifndef REFERENCE
/* Without shaping the peer's limit still holds. */
static void the_peer_takes_1300(void) {
  prepare();
  n.client.settings.no_tx_udp_payload_size_shaping = 1;
  n.server.params.max_udp_payload_size = 1300;
  connect_now(2 * SECOND);
  CHECK_EQ(longest_packet(&n.client), 1300);
  CHECK_EQ(ngtcp2_conn_get_path_max_tx_udp_payload_size(n.client.conn), 1300);
  network_free(&n);
}
#endif

static void without_shaping(void) {
  prepare();
  n.client.settings.no_tx_udp_payload_size_shaping = 1;
  n.client.settings.no_pmtud = 1;
  n.client.settings.max_tx_udp_payload_size = 1400;
  connect_now(2 * SECOND);
  CHECK_EQ(longest_packet(&n.client), 1400);
  network_free(&n);
}

static int large_ones_are_lost(network *net, int to_server, uint64_t number, size_t len) {
  (void)net;
  (void)number;
  return to_server && len > 1200;
}

/* Sleeps until the expiry and writes; the length of what goes out. */
static size_t wake_and_write(void) {
  uint64_t sent = n.sent[1];
  n.now = ngtcp2_conn_get_expiry(n.client.conn);
  CHECK_EQ(ngtcp2_conn_handle_expiry(n.client.conn, n.now), 0);
  return flush(&n.client) > 0 ? (size_t)(n.sent[1] - sent) : 0;
}

/* A lost probe is repeated when its time has come; get_expiry tells when. */
static void the_timer_of_lost_probes(void) {
  size_t probes = 0;
  prepare();
  n.is_lost = large_ones_are_lost;
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  network_run(&n, 60 * MS);
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
  while (until_expiry(&n.client) < 10 * (int64_t)SECOND) {
    CHECK(until_expiry(&n.client) >= 0);
    probes += wake_and_write() > 0;
    network_run(&n, 0);
    CHECK(probes < 40);
  }
  /* Four sizes, three tries each, a few of them before this began. */
  CHECK(probes > 6);
  CHECK_EQ(ngtcp2_conn_get_path_max_tx_udp_payload_size(n.client.conn), 1200);
  network_free(&n);
}

/* Probes that are late, and were declared lost in between, have arrived all the same. */
static datagram *held;

static void hold_probes(void) {
  for (datagram **place = &n.queue; *place;) {
    datagram *d = *place;
    if (d->to_server && d->len > 1200) {
      *place = d->next;
      d->next = held;
      held = d;
    } else {
      place = &d->next;
    }
  }
}

static void late_probes(void) {
  prepare();
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  for (int i = 0; i < 60 && !(held && n.client.count[CALLED_handshake_completed]); i++) {
    flush(&n.client);
    hold_probes();
    network_run(&n, 1 * MS);
    hold_probes();
  }
  CHECK(held != NULL);
  /* Other packets show that the probe is lost. Pacing may ask to wait. */
  for (int i = 0; i < 4; i++) {
    int64_t id = open_uni(&n.client);
    while (write_stream(&n.client, id, FIN, 10).accepted < 0) {
      hold_probes();
      network_run(&n, 1 * MS);
    }
    hold_probes();
  }
  for (int i = 0; i < 25; i++) {
    flush(&n.client);
    hold_probes();
    network_run(&n, 1 * MS);
    hold_probes();
  }
  CHECK_EQ(ngtcp2_conn_get_path_max_tx_udp_payload_size(n.client.conn), 1200);
  while (held) {
    datagram *d = held;
    held = d->next;
    CHECK_EQ(read_datagram(&n.server, d), 0);
    test_free(d);
  }
  /* The acknowledgement comes before any other probe could arrive. */
  flush(&n.server);
  for (int i = 0; i < 30; i++) {
    flush(&n.client);
    hold_probes();
    network_run(&n, 1 * MS);
    hold_probes();
  }
  CHECK_EQ(ngtcp2_conn_get_path_max_tx_udp_payload_size(n.client.conn), 1406);
  while (held) {
    datagram *d = held;
    held = d->next;
    test_free(d);
  }
  network_free(&n);
}

static const test tests[] = {
    TEST(the_path_carries_1444), TEST(without_shaping), TEST(the_timer_of_lost_probes), TEST(late_probes),
#ifndef REFERENCE
    TEST(the_peer_takes_1300),
#endif
};
MAIN("path_mtu", tests)
