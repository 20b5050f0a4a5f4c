/* What a connection tells about itself. Of two functions that differ in `const` only, both say the same. */
#include "lives.h"
#include "null_crypto.h"
#include "writer.h"

static network n;
static transfer t;

static void connect_now(void) {
  network_init(&n, 60);
  network_start(&n, 1 * SECOND);
  CHECK(ngtcp2_conn_get_handshake_completed2(n.client.conn));
}

/* The older function takes a connection that may change. */
#define SAME(name)                                                                                 \
  do {                                                                                             \
    note_case("%s", #name);                                                                        \
    CHECK_EQ((long long)name(conn), (long long)name##2(conn));                                     \
  } while (0)

static void check_pairs(ngtcp2_conn *conn) {
  SAME(ngtcp2_conn_after_retry);
  SAME(ngtcp2_conn_get_0rtt_crypto_ctx);
  SAME(ngtcp2_conn_get_ccerr);
  SAME(ngtcp2_conn_get_client_chosen_version);
  SAME(ngtcp2_conn_get_client_initial_dcid);
  SAME(ngtcp2_conn_get_crypto_ctx);
  SAME(ngtcp2_conn_get_cwnd_left);
  SAME(ngtcp2_conn_get_dcid);
  SAME(ngtcp2_conn_get_expiry);
  SAME(ngtcp2_conn_get_handshake_completed);
#ifndef REFERENCE
  /* The C library aborts once there are no Initial packets any more. */
  SAME(ngtcp2_conn_get_initial_crypto_ctx);
#endif
  SAME(ngtcp2_conn_get_local_transport_params);
  SAME(ngtcp2_conn_get_max_data_left);
  SAME(ngtcp2_conn_get_max_tx_udp_payload_size);
  SAME(ngtcp2_conn_get_negotiated_version);
  SAME(ngtcp2_conn_get_path);
  SAME(ngtcp2_conn_get_path_max_tx_udp_payload_size);
  SAME(ngtcp2_conn_get_pto);
  SAME(ngtcp2_conn_get_remote_transport_params);
  SAME(ngtcp2_conn_get_send_quantum);
  SAME(ngtcp2_conn_get_streams_bidi_left);
  SAME(ngtcp2_conn_get_streams_uni_left);
  SAME(ngtcp2_conn_get_tls_alert);
  SAME(ngtcp2_conn_get_tls_early_data_rejected);
  SAME(ngtcp2_conn_get_tls_error);
  SAME(ngtcp2_conn_get_tls_native_handle);
  SAME(ngtcp2_conn_in_closing_period);
  SAME(ngtcp2_conn_in_draining_period);
  SAME(ngtcp2_conn_is_server);
}

/* The same with a stream's id. */
#define SAME_OF_STREAM(name)                                                                       \
  do {                                                                                             \
    note_case("%s", #name);                                                                        \
    CHECK_EQ((long long)name(conn, id), (long long)name##2(conn, id));                             \
  } while (0)

static void check_pairs_of_stream(ngtcp2_conn *conn, int64_t id) {
  SAME_OF_STREAM(ngtcp2_conn_get_max_stream_data_left);
  SAME_OF_STREAM(ngtcp2_conn_get_stream_loss_count);
  SAME_OF_STREAM(ngtcp2_conn_get_stream_user_data);
  SAME_OF_STREAM(ngtcp2_conn_is_local_stream);
}

static void pairs(void) {
  int64_t id;
  network_init(&n, 61);
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  check_pairs(n.client.conn);
  network_run(&n, 1 * SECOND);
  check_pairs(n.client.conn);
  check_pairs(n.server.conn);
  CHECK_EQ(ngtcp2_conn_open_bidi_stream(n.client.conn, &id, &n), 0);
  CHECK(write_stream(&n.client, id, 0, 100).len > 0);
  check_pairs_of_stream(n.client.conn, id);
  check_pairs_of_stream(n.client.conn, 1000);
  ngtcp2_conn_set_tls_error(n.client.conn, -77);
  ngtcp2_conn_set_tls_alert(n.client.conn, 40);
  ngtcp2_conn_set_tls_native_handle(n.client.conn, &t);
  CHECK_EQ(ngtcp2_conn_get_tls_error2(n.client.conn), -77);
  CHECK_EQ(ngtcp2_conn_get_tls_alert2(n.client.conn), 40);
  CHECK(ngtcp2_conn_get_tls_native_handle2(n.client.conn) == &t);
  CHECK(send_close(&n.client, NULL) > 0);
  network_run(&n, 100 * MS);
  check_pairs(n.client.conn);
  check_pairs(n.server.conn);
  network_free(&n);
}

static void sides_and_versions(void) {
  connect_now();
  CHECK_EQ(ngtcp2_conn_is_server2(n.client.conn), 0);
  CHECK_EQ(ngtcp2_conn_is_server2(n.server.conn), 1);
  CHECK_EQ(ngtcp2_conn_after_retry2(n.client.conn), 0);
  CHECK_EQ(ngtcp2_conn_get_client_chosen_version2(n.server.conn), NGTCP2_PROTO_VER_V1);
  CHECK_EQ(ngtcp2_conn_get_negotiated_version2(n.server.conn), NGTCP2_PROTO_VER_V1);
  network_free(&n);
}

static void after_a_retry(void) {
  network_init(&n, 1);
  life_of(CALLED_recv_retry)->run(&n, &t);
  CHECK_EQ(ngtcp2_conn_after_retry2(n.client.conn), 1);
  CHECK_EQ(ngtcp2_conn_after_retry2(n.server.conn), 0);
  network_free(&n);
}

static void rejected_early_data(void) {
  network_init(&n, 1);
  life_of(CALLED_tls_early_data_rejected)->run(&n, &t);
  CHECK_EQ(ngtcp2_conn_get_tls_early_data_rejected2(n.client.conn), 1);
  CHECK_EQ(ngtcp2_conn_get_tls_early_data_rejected2(n.server.conn), 0);
  /* The client offered it with keys of its own. */
  CHECK_EQ(ngtcp2_conn_get_0rtt_crypto_ctx2(n.client.conn)->aead.max_overhead, TAG_LEN);
  network_free(&n);
}

/* The application's own structs come back as they were given. */
static void crypto_contexts(void) {
  const ngtcp2_crypto_ctx *ctx;
  ngtcp2_crypto_ctx given;
  connect_now();
  given = null_crypto_ctx(&n.client);
  ctx = ngtcp2_conn_get_crypto_ctx2(n.client.conn);
  CHECK_EQ(ctx->aead.max_overhead, TAG_LEN);
  CHECK(ctx->aead.native_handle == given.aead.native_handle);
  CHECK(ctx->hp.native_handle == given.hp.native_handle && ctx->md.native_handle == given.md.native_handle);
  CHECK_EQ(ctx->max_encryption, given.max_encryption);
  CHECK_EQ(ctx->max_decryption_failure, given.max_decryption_failure);
#ifndef REFERENCE
  ctx = ngtcp2_conn_get_initial_crypto_ctx2(n.server.conn);
  CHECK(ctx->aead.native_handle == given.aead.native_handle);
#endif
  CHECK(ngtcp2_conn_get_0rtt_crypto_ctx2(n.server.conn)->aead.native_handle == NULL);
  network_free(&n);
}

/* The id of the client's first packet, which both ends know. */
static void the_first_destination(void) {
  connect_now();
  CHECK(ngtcp2_cid_eq(ngtcp2_conn_get_client_initial_dcid2(n.client.conn), &n.client.client_dcid));
  CHECK(ngtcp2_cid_eq(ngtcp2_conn_get_client_initial_dcid2(n.server.conn), &n.client.client_dcid));
  network_free(&n);
}

/* Three generations of one function. */
static void ids_in_use(void) {
  ngtcp2_cid_token old[4];
  ngtcp2_cid_token2 newer[4], newest[4];
  network_init(&n, 62);
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  CHECK_EQ(ngtcp2_conn_get_active_dcid3(n.client.conn, NULL), 0);
  network_run(&n, 1 * SECOND);
  CHECK_EQ(ngtcp2_conn_get_active_dcid(n.client.conn, NULL), 1);
  CHECK_EQ(ngtcp2_conn_get_active_dcid(n.client.conn, old), 1);
  CHECK_EQ(ngtcp2_conn_get_active_dcid2(n.client.conn, newer), 1);
  CHECK_EQ(ngtcp2_conn_get_active_dcid3(n.client.conn, newest), 1);
  CHECK_EQ(old->seq, 0);
  CHECK(ngtcp2_cid_eq(&old->cid, &n.server.cids[0]));
  CHECK(ngtcp2_cid_eq(&newer->cid, &old->cid) && ngtcp2_cid_eq(&newest->cid, &old->cid));
  CHECK(old->token_present && newer->token_present && newest->token_present);
  CHECK(memcmp(old->token, n.server.params.stateless_reset_token, NGTCP2_STATELESS_RESET_TOKENLEN) == 0);
  CHECK(memcmp(newest->token.data, old->token, NGTCP2_STATELESS_RESET_TOKENLEN) == 0);
  CHECK(ngtcp2_path_eq(&newest->ps.path, &n.client.path.path) && ngtcp2_path_eq(&old->ps.path, &n.client.path.path));
  network_free(&n);
}

static void room_to_send(void) {
  int64_t id;
  connect_now();
  CHECK_EQ(ngtcp2_conn_get_max_data_left2(n.client.conn), 1024 * 1024);
  CHECK_EQ(ngtcp2_conn_get_streams_bidi_left2(n.client.conn), 16);
  CHECK_EQ(ngtcp2_conn_get_streams_uni_left2(n.client.conn), 16);
  CHECK(ngtcp2_conn_get_cwnd_left2(n.client.conn) >= 12000);
  CHECK(ngtcp2_conn_get_send_quantum2(n.client.conn) >= 12000);
  CHECK_EQ(ngtcp2_conn_get_max_tx_udp_payload_size2(n.client.conn), 1452);
  CHECK_EQ(ngtcp2_conn_get_path_max_tx_udp_payload_size2(n.client.conn), 1444);
  id = open_uni(&n.client);
  CHECK_EQ(ngtcp2_conn_get_streams_uni_left2(n.client.conn), 15);
  CHECK_EQ(write_stream(&n.client, id, 0, 100).accepted, 100);
  CHECK_EQ(ngtcp2_conn_get_max_data_left2(n.client.conn), 1024 * 1024 - 100);
  CHECK_EQ(ngtcp2_conn_get_max_stream_data_left2(n.client.conn, id), 256 * 1024 - 100);
  network_free(&n);
}

static int first_is_lost(network *net, int to_server, uint64_t number, size_t len) {
  (void)number;
  (void)len;
  return to_server && net->now < START + 1 * SECOND + 1;
}

static void losses_of_a_stream(void) {
  int64_t id, other;
  connect_now();
  id = open_uni(&n.client);
  other = open_uni(&n.client);
  n.is_lost = first_is_lost;
  CHECK_EQ(write_stream(&n.client, id, 0, 100).accepted, 100);
  n.is_lost = NULL;
  for (int i = 0; i < 4; i++) {
    CHECK_EQ(write_stream(&n.client, other, 0, 100).accepted, 100);
  }
  CHECK(network_run(&n, 500 * MS));
  CHECK_EQ(ngtcp2_conn_get_stream_loss_count2(n.client.conn, id), 1);
  CHECK_EQ(ngtcp2_conn_get_stream_loss_count2(n.client.conn, other), 0);
  CHECK_EQ(ngtcp2_conn_get_stream_loss_count2(n.client.conn, 400), 0);
  network_free(&n);
}

/* The write functions for data in one piece or several. */
static void pieces(void) {
  const uint8_t *data = test_data();
  ngtcp2_vec vector[3] = {{(uint8_t *)data, 5}, {NULL, 0}, {(uint8_t *)data + 5, 6}};
  uint8_t packet[PACKET_LEN];
  ngtcp2_path_storage path;
  ngtcp2_ssize len, accepted;
  int taken;
  int64_t id;
  connect_now();
  id = open_uni(&n.client);
  ngtcp2_path_storage_zero(&path);
  len = ngtcp2_conn_write_stream(n.client.conn, &path.path, NULL, packet, sizeof(packet), &accepted, 0, id, data, 11, n.now);
  CHECK_EQ(accepted, 11);
  send_packet(&n.client, &path.path, 0, packet, (size_t)len);
  CHECK(network_run(&n, 100 * MS));
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].len, 11);
  len = ngtcp2_conn_writev_datagram(n.client.conn, &path.path, NULL, packet, sizeof(packet), &taken, 0, 9, vector, 3, n.now);
  CHECK(len > 0 && taken == 1);
  send_packet(&n.client, &path.path, 0, packet, (size_t)len);
  CHECK(network_run(&n, 100 * MS));
  CHECK_EQ(n.server.last[CALLED_recv_datagram].len, 11);
  CHECK_EQ(n.client.last[CALLED_ack_datagram].offset, 9);
  network_free(&n);
}

static const test tests[] = {
    TEST(pairs),           TEST(sides_and_versions),    TEST(after_a_retry), TEST(rejected_early_data),
    TEST(crypto_contexts), TEST(the_first_destination), TEST(ids_in_use),    TEST(room_to_send),
    TEST(losses_of_a_stream), TEST(pieces),
};
MAIN("getters", tests)
