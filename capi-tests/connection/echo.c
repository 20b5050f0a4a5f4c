/* Handshake, and data in both directions. */
#include "transfer.h"

static network n;
static transfer t;

static void handshake_and_silence(void) {
  network_init(&n, 1);
  network_start(&n, 1 * SECOND);
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
  CHECK(ngtcp2_conn_get_handshake_completed(n.server.conn));
  CHECK_EQ(n.client.count[CALLED_handshake_completed], 1);
  CHECK_EQ(n.client.count[CALLED_handshake_confirmed], 1);
  CHECK_EQ(n.server.count[CALLED_handshake_completed], 1);
  CHECK_EQ(n.server.count[CALLED_handshake_confirmed], 0);
  /* Idle: the connection ends, and neither end sends for it. */
  CHECK(!network_run(&n, 100 * SECOND));
  CHECK_EQ(n.client.error, NGTCP2_ERR_IDLE_CLOSE);
  CHECK_EQ(n.server.error, NGTCP2_ERR_IDLE_CLOSE);
  network_free(&n);
}

static void echo(size_t streams, size_t len) {
  network_init(&n, 2);
  transfer_init(&t, &n, streams, len);
  network_start(&n, 20 * SECOND);
  CHECK_EQ(n.client.error, 0);
  CHECK_EQ(n.server.error, 0);
  CHECK(transfer_is_complete(&t));
  network_free(&n);
}

static void nothing_but_fin(void) { echo(4, 0); }
static void one_byte(void) { echo(4, 1); }
static void a_packet_full(void) { echo(1, 1200); }
static void many_packets(void) { echo(3, 500000); }
static void many_streams(void) { echo(16, 20000); }

static const test tests[] = {
    TEST(handshake_and_silence), TEST(nothing_but_fin), TEST(one_byte),
    TEST(a_packet_full),         TEST(many_packets),    TEST(many_streams),
};
MAIN("echo", tests)
