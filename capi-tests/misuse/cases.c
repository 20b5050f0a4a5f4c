/* The slips that remain of those on which the C library aborts or is undefined: construction with odd values,
 * and calls with odd arguments. Each answers with an error or is of no consequence, and the connection, if
 * there is one, still works or fails by itself. `arguments`, `connection/writing` and `generations` have the others. */
#include "callbacks.h"
#include "null_crypto.h"
#include "transfer.h"

#include <limits.h>

static network n;

static void check_usable(void) {
  int64_t id = open_uni(&n.client);
  uint32_t before = n.server.count[CALLED_recv_stream_data];
  CHECK(write_stream(&n.client, id, FIN, 10).len > 0);
  CHECK(network_run(&n, 100 * MS));
  CHECK_EQ(n.server.count[CALLED_recv_stream_data], before + 1);
  network_free(&n);
}

static void connect_now(void) {
  network_init(&n, 1);
  network_start(&n, 300 * MS);
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
}

/* Odd, but no nonsense: a connection is made, or refused, and what is made can be used and freed. */
static void odd_values(void) {
#define EITHER(assignment)                                                                                             \
  do {                                                                                                                 \
    int status;                                                                                                        \
    note_case("%s", #assignment);                                                                                      \
    network_init(&n, 1);                                                                                               \
    n.client.assignment;                                                                                               \
    status = client_new(&n.client, NGTCP2_PROTO_VER_V1);                                                               \
    CHECK(status == 0 || status == NGTCP2_ERR_INVALID_ARGUMENT);                                                       \
    CHECK((status == 0) == (n.client.conn != NULL));                                                                   \
    if (status == 0) {                                                                                                 \
      network_run(&n, 300 * MS);                                                                                       \
      if (is_alive(&n.client)) {                                                                                       \
        int64_t id;                                                                                                    \
        ngtcp2_conn_open_bidi_stream(n.client.conn, &id, NULL);                                                        \
        write_stream(&n.client, id, 0, 100);                                                                           \
        network_run(&n, 300 * MS);                                                                                     \
      }                                                                                                                \
    }                                                                                                                  \
    network_free(&n);                                                                                                  \
  } while (0)
  EITHER(callbacks.handshake_completed = NULL);
  EITHER(callbacks.recv_stream_data = NULL);
  EITHER(callbacks.version_negotiation = NULL);
  EITHER(settings.ack_thresh = 0);
  EITHER(settings.ack_thresh = SIZE_MAX);
  EITHER(settings.initial_ts = 0);
  EITHER(settings.initial_ts = UINT64_MAX);
  EITHER(settings.initial_rtt = 1);
  EITHER(settings.initial_rtt = UINT64_MAX);
  EITHER(settings.handshake_timeout = 0);
  EITHER(settings.handshake_timeout = 1);
  EITHER(settings.max_tx_udp_payload_size = SIZE_MAX);
  EITHER(settings.initial_pkt_num = INT32_MAX);
  EITHER(settings.max_window = 1);
  EITHER(settings.max_stream_window = 1);
  EITHER(params.max_udp_payload_size = 1199);
  EITHER(params.max_udp_payload_size = UINT64_MAX);
  EITHER(params.ack_delay_exponent = 21);
  EITHER(params.ack_delay_exponent = UINT64_MAX);
  EITHER(params.max_ack_delay = UINT64_MAX);
  EITHER(params.max_idle_timeout = 1);
  EITHER(params.max_idle_timeout = UINT64_MAX - 1);
  EITHER(params.max_datagram_frame_size = UINT64_MAX);
  EITHER(params.initial_max_streams_bidi = ((uint64_t)1 << 60) + 1);
  EITHER(params.initial_max_streams_uni = UINT64_MAX);
  EITHER(params.initial_max_stream_data_bidi_local = UINT64_MAX);
  EITHER(params.version_info_present = 1);
  EITHER(params.retry_scid_present = 1);
  EITHER(params.initial_scid.datalen = 99);
}

static void odd_versions(void) {
  static const uint32_t versions[] = {0, 0xbabababa, 0x1a2a3a4a, UINT32_MAX};
  for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
    int status;
    network_init(&n, 1);
    status = client_new(&n.client, versions[i]);
    CHECK(status == 0 || status == NGTCP2_ERR_INVALID_ARGUMENT);
    if (status == 0) {
      uint8_t packet[PACKET_LEN];
      CHECK(ngtcp2_conn_write_pkt(n.client.conn, NULL, NULL, packet, sizeof(packet), n.now) != 0);
    }
    network_free(&n);
  }
}

static void odd_ids(void) {
  const ngtcp2_cid ids[] = {{0, {0}}, {1, {1}}, {7, {1}}, {20, {1}}, {21, {1}}, {SIZE_MAX, {1}}};
  network_init(&n, 1);
  path_between(&n.client.path, 0, CLIENT_PORT, SERVER_PORT);
  for (size_t i = 0; i < 36; i++) {
    ngtcp2_conn *conn = (ngtcp2_conn *)&n;
    int status = ngtcp2_conn_client_new(&conn, &ids[i / 6], &ids[i % 6], &n.client.path.path, NGTCP2_PROTO_VER_V1,
                                        &n.client.callbacks, &n.client.settings, &n.client.params, NULL, &n.client);
    CHECK(status == 0 || status == NGTCP2_ERR_INVALID_ARGUMENT);
    CHECK((status == 0) == (conn != NULL));
    n.client.conn = conn;
    ngtcp2_conn_del(conn);
    n.client.conn = NULL;
  }
}

static void odd_addresses(void) {
  static const ngtcp2_socklen lengths[] = {0, 1, 2, 15, 17, 28, 128, 129, 4096, UINT32_MAX};
  static uint8_t address[8192];
  uint8_t packet[PACKET_LEN] = {0x40};
  for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
    ngtcp2_path path = {{(ngtcp2_sockaddr *)address, lengths[i]}, {(ngtcp2_sockaddr *)address, lengths[i]}, NULL};
    ngtcp2_path nowhere = {{NULL, lengths[i]}, {NULL, lengths[i]}, NULL};
    connect_now();
    CHECK(ngtcp2_conn_read_pkt(n.client.conn, &path, NULL, packet, 50, n.now) <= 0);
    CHECK(ngtcp2_conn_read_pkt(n.client.conn, &nowhere, NULL, packet, 50, n.now) <= 0);
    CHECK(ngtcp2_conn_initiate_migration(n.client.conn, &nowhere, n.now) <= 0);
    ngtcp2_conn_set_local_addr(n.server.conn, &nowhere.local);
    ngtcp2_conn_set_path_user_data(n.client.conn, NULL);
    CHECK(ngtcp2_conn_initiate_migration(n.server.conn, &path, n.now) < 0);
    network_free(&n);
  }
}

static void small_buffers(void) {
  uint8_t packet[PACKET_LEN];
  network_init(&n, 1);
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  CHECK_EQ(ngtcp2_conn_write_pkt(n.client.conn, NULL, NULL, packet, 0, n.now), NGTCP2_ERR_NOBUF);
  CHECK_EQ(ngtcp2_conn_write_pkt(n.client.conn, NULL, NULL, packet, 1199, n.now), NGTCP2_ERR_NOBUF);
  CHECK(ngtcp2_conn_write_pkt(n.client.conn, NULL, NULL, NULL, 1200, n.now) < 0);
  CHECK_EQ(ngtcp2_conn_write_pkt(n.client.conn, NULL, NULL, packet, 1200, n.now), 1200);
  /* Before anything came. */
  memset(packet, 0x40, sizeof(packet));
  CHECK_EQ(ngtcp2_conn_read_pkt(n.client.conn, &n.client.path.path, NULL, packet, 50, n.now), 0);
  network_free(&n);
}

static void odd_data(void) {
  uint8_t packet[PACKET_LEN];
  static uint8_t bytes[100];
  ngtcp2_vec overflow[2] = {{bytes, SIZE_MAX / 2 + 2}, {bytes, SIZE_MAX / 2 + 2}};
  ngtcp2_vec nowhere[1] = {{NULL, 10}};
  ngtcp2_ssize accepted;
  int64_t id;
  connect_now();
  id = open_uni(&n.client);
#define WRITE(stream, vectors, count)                                                                                  \
  ngtcp2_conn_writev_stream(n.client.conn, NULL, NULL, packet, sizeof(packet), &accepted, 0, stream, vectors, count, n.now)
  CHECK_EQ(WRITE(id, overflow, 2), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(WRITE(id, nowhere, 1), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(WRITE(id, NULL, 3), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK(WRITE(-2, NULL, 0) <= 0);
  CHECK_EQ(WRITE((int64_t)1 << 62, NULL, 0), NGTCP2_ERR_STREAM_NOT_FOUND);
  CHECK_EQ(WRITE(INT64_MIN, overflow, 1), NGTCP2_ERR_STREAM_NOT_FOUND);
  CHECK(ngtcp2_conn_write_datagram(n.client.conn, NULL, NULL, packet, sizeof(packet), NULL, 0, 0, NULL, 10, n.now) < 0);
  check_usable();
}

static void handshake_over(void) {
  static const uint8_t bytes[100];
  connect_now();
  for (int level = -1; level < 6; level++) {
    ngtcp2_conn_submit_crypto_data(n.server.conn, (ngtcp2_encryption_level)level, bytes, sizeof(bytes));
    ngtcp2_conn_submit_crypto_data(n.client.conn, (ngtcp2_encryption_level)level, NULL, 10);
    ngtcp2_conn_submit_crypto_data(n.client.conn, (ngtcp2_encryption_level)level, bytes, 0);
  }
  ngtcp2_conn_tls_handshake_completed(n.client.conn);
  ngtcp2_conn_tls_handshake_completed(n.server.conn);
  CHECK(ngtcp2_conn_tls_early_data_rejected(n.client.conn) <= 0);
  CHECK(ngtcp2_conn_decode_and_set_remote_transport_params(n.client.conn, bytes, sizeof(bytes)) < 0);
  CHECK(ngtcp2_conn_install_0rtt_key(n.client.conn, NULL, NULL, 0, NULL) < 0);
  CHECK(ngtcp2_conn_install_tx_key(n.client.conn, NULL, SIZE_MAX, NULL, NULL, SIZE_MAX, NULL) < 0);
  /* TLS data of nobody knows what went out; the other end may well object, by an error of its own. */
  network_run(&n, 300 * MS);
  network_free(&n);
}

static void values(void) {
  static const uint8_t bytes[32] = {1};
  uint8_t packet[200];
  uint32_t version = 1;
  ngtcp2_cid cid;
  ngtcp2_conn_info info;
  ngtcp2_cid_init(&cid, bytes, 21);
  CHECK(cid.datalen <= NGTCP2_MAX_CIDLEN);
  ngtcp2_cid_init(&cid, NULL, 5);
  CHECK(ngtcp2_pkt_write_version_negotiation(packet, sizeof(packet), 0, bytes, 8, bytes, 8, &version, 1) > 0);
  CHECK(packet[0] & 0x80);
  CHECK(ngtcp2_pkt_write_version_negotiation(packet, sizeof(packet), 0, bytes, SIZE_MAX, bytes, 8, &version, 1) < 0);
  CHECK(ngtcp2_pkt_write_version_negotiation(packet, sizeof(packet), 0, bytes, 8, bytes, 8, &version, SIZE_MAX) < 0);
  CHECK(ngtcp2_pkt_write_stateless_reset(packet, sizeof(packet), bytes, bytes, 0) < 0);
  CHECK(ngtcp2_transport_params_encode(NULL, 0, NULL) < 0);
  CHECK(ngtcp2_strerror(12345) != NULL);
  CHECK(ngtcp2_err_is_fatal(12345) >= 0);
  CHECK(ngtcp2_version(INT_MAX) == NULL);
  connect_now();
  memset(&info, 0x5a, sizeof(info));
  ngtcp2_conn_get_conn_info_versioned(n.client.conn, 99, &info);
  ngtcp2_conn_get_conn_info_versioned(n.client.conn, 0, &info);
  check_usable();
}

/* Every clock there is, call by call, on connections of every age. */
static void clocks(void) {
  static const ngtcp2_tstamp times[] = {0, 1, START - 1, START, START + 365 * 24 * 3600 * SECOND, UINT64_MAX - 1, UINT64_MAX};
  enum { COUNT = sizeof(times) / sizeof(times[0]) };
  uint8_t packet[1500];
  for (int age = 0; age < 5; age++) {
    for (size_t order = 0; order < COUNT * COUNT * COUNT; order++) {
      ngtcp2_tstamp at[3] = {times[order % COUNT], times[order / COUNT % COUNT], times[order / COUNT / COUNT]};
      note_case("age %d, order %d", age, (int)order);
      network_init(&n, 1);
      network_start(&n, (ngtcp2_duration)age * 11 * MS);
      if (age == 4) {
        write_stream(&n.client, open_bidi(&n.client), 0, 1000);
      }
      for (size_t i = 0; i < 3; i++) {
        ngtcp2_conn *conn = n.client.conn;
        ngtcp2_tstamp before = ngtcp2_conn_get_timestamp(conn);
        memset(packet, 0x40, 50);
        ngtcp2_conn_read_pkt(conn, &n.client.path.path, NULL, packet, 50, at[i]);
        ngtcp2_conn_handle_expiry(conn, at[i]);
        ngtcp2_conn_write_pkt(conn, NULL, NULL, packet, sizeof(packet), at[i]);
        ngtcp2_conn_update_pkt_tx_time(conn, at[i]);
        ngtcp2_conn_initiate_key_update(conn, at[i]);
        ngtcp2_conn_get_expiry(conn);
        ngtcp2_conn_get_pto(conn);
        CHECK(ngtcp2_conn_get_timestamp(conn) >= before);
      }
      network_free(&n);
    }
  }
}

static const test tests[] = {
    TEST(odd_values), TEST(odd_versions), TEST(odd_ids),        TEST(odd_addresses), TEST(small_buffers),
    TEST(odd_data),   TEST(values),       TEST(handshake_over), TEST(clocks),
};
MAIN("cases", tests)
