/* WRITE_MORE sequences that callbacks begin: what follows in the same call may take away what the packet rests on. */
#include "forge.h"
#include "writer.h"

#define DATAGRAM_MORE NGTCP2_WRITE_DATAGRAM_FLAG_MORE

static network n;
static int64_t answer; /* the server's stream */

static void connect_now(void) {
  network_init(&n, 60);
  n.client.settings.no_pmtud = n.server.settings.no_pmtud = 1;
  network_start(&n, 300 * MS);
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
  answer = open_uni(&n.server);
}

/* The server reads ten bytes that came from another port; returns the length of their packet. */
static size_t read_from_another_port(void) {
  datagram *d;
  size_t len;
  n.client_port_shift = 100;
  CHECK(write_stream(&n.client, open_uni(&n.client), 0, 10).len > 0);
  d = take_datagram(&n, 1);
  CHECK(d != NULL);
  len = d->len;
  CHECK_EQ(read_datagram(&n.server, d), 0);
  test_free(d);
  return len;
}

static size_t bytes_to_client(void) {
  size_t total = 0;
  for (datagram *d = n.queue; d; d = d->next) {
    total += d->to_server ? 0 : d->len;
  }
  return total;
}

static int answer_at_once(endpoint *e, const event *seen) {
  if (seen->which == CALLED_recv_stream_data) {
    CHECK_EQ(write_stream(e, answer, MORE, 900).len, NGTCP2_ERR_WRITE_MORE);
  }
  return 0;
}

/* The packet was begun for the former path, and may not go to an address that may be another's (RFC 9000, section 8.1). */
static void path_changes_behind(void) {
  size_t received, sent;
  connect_now();
  n.server.observe = answer_at_once;
  received = read_from_another_port();
  n.server.observe = NULL;
  CHECK(write_stream(&n.server, -1, 0, 0).len > 0);
  CHECK(flush(&n.server) >= 0);
  sent = bytes_to_client();
  if (sent > 3 * received) {
    FAIL("%zu bytes for %zu", sent, received);
  }
  CHECK(network_run(&n, 500 * MS));
  CHECK_EQ(n.client.last[CALLED_recv_stream_data].offset + n.client.last[CALLED_recv_stream_data].len, 900);
  network_free(&n);
}

static int answer_with_datagram(endpoint *e, const event *seen) {
  if (seen->which == CALLED_recv_stream_data) {
    CHECK_EQ(write_datagram(e, DATAGRAM_MORE, 1, 100, PACKET_LEN).len, NGTCP2_ERR_WRITE_MORE);
  }
  if (seen->which == CALLED_lost_datagram) {
    CHECK_EQ(write_stream(e, answer, MORE, 50).len, NGTCP2_ERR_WRITE_MORE);
  }
  return 0;
}

/* Data for the client, and behind them an id of the server that takes the place of the one in use. */
static void read_data_and_id(void) {
  frames f = {{0}, 0};
  put_byte(&f, 0x0b);
  put_varint(&f, 3);
  put_varint(&f, 1);
  put_byte(&f, 'x');
  put_byte(&f, 0x18);
  put_varint(&f, 7);
  put_varint(&f, 1);
  put_byte(&f, 8);
  put_bytes(&f, "a new id", 8);
  put_bytes(&f, "and a token of it", 16);
  CHECK_EQ(read_forged(&n.client, &f), 0);
}

/* One sequence is given up by the call that would have gone on with it, and a callback about that begins another one. */
static void sequence_behind_a_sequence(void) {
  connect_now();
  answer = open_uni(&n.client);
  n.client.observe = answer_with_datagram;
  read_data_and_id();
  CHECK_EQ(n.client.count[CALLED_lost_datagram], 0);
  CHECK_EQ(write_stream(&n.client, -1, 0, 0).len, NGTCP2_ERR_INVALID_STATE);
  CHECK_EQ(n.client.count[CALLED_lost_datagram], 1);
  n.client.observe = NULL;
  CHECK_WITHIN(write_stream(&n.client, -1, 0, 0).len, 80, 120);
  network_free(&n);
}

static int send_another_datagram(endpoint *e, const event *seen) {
  if (seen->which == CALLED_lost_datagram) {
    CHECK_EQ(write_datagram(e, 0, 2, 100, PACKET_LEN).accepted, 1);
  }
  return 0;
}

/* The ClientHello stands in the same datagram, and is sent although a callback writes while that is given up. */
static void writing_while_a_sequence_is_given_up(void) {
  uint8_t remembered[256];
  ngtcp2_ssize len;
  network_init(&n, 61);
  n.client.tls.offer_early_data = n.server.tls.accept_early_data = 1;
  len = ngtcp2_transport_params_encode(remembered, sizeof(remembered), &n.server.params);
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  CHECK_EQ(ngtcp2_conn_decode_and_set_0rtt_transport_params(n.client.conn, remembered, (size_t)len), 0);
  CHECK_EQ(write_datagram(&n.client, DATAGRAM_MORE, 1, 100, PACKET_LEN).len, NGTCP2_ERR_WRITE_MORE);
  n.client.observe = send_another_datagram;
  CHECK_EQ(ngtcp2_conn_handle_expiry(n.client.conn, n.now), 0);
  n.client.observe = NULL;
  CHECK_EQ(n.client.count[CALLED_lost_datagram], 1);
  CHECK(network_run(&n, 500 * MS));
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
  network_free(&n);
}

static const test tests[] = {
    TEST(path_changes_behind),
    TEST(sequence_behind_a_sequence),
    TEST(writing_while_a_sequence_is_given_up),
};
MAIN("sequences", tests)
