/* Misuse that the C library answers with abort, case by case: here it is NGTCP2_ERR_INVALID_ARGUMENT or
 * NGTCP2_ERR_INVALID_STATE, and the connection is as it was. */
#include "null_crypto.h"
#include "transfer.h"

static network n;

static void connect_now(void) {
  network_init(&n, 1);
  network_start(&n, 300 * MS);
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
}

/* It still works. */
static void check_usable(void) {
  int64_t id = open_uni(&n.client);
  uint32_t before = n.server.count[CALLED_recv_stream_data];
  CHECK(write_stream(&n.client, id, FIN, 10).len > 0);
  CHECK(network_run(&n, 100 * MS));
  CHECK_EQ(n.server.count[CALLED_recv_stream_data], before + 1);
  network_free(&n);
}

static void check_refused_client(void) {
  n.client.conn = (ngtcp2_conn *)&n;
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK(n.client.conn == NULL);
  network_free(&n);
}

static void mandatory_callbacks(void) {
#define REFUSED_WITHOUT(callback)                                                                  \
  do {                                                                                             \
    note_case("without %s", #callback);                                                            \
    network_init(&n, 1);                                                                           \
    n.client.callbacks.callback = NULL;                                                            \
    check_refused_client();                                                                        \
  } while (0)
  REFUSED_WITHOUT(client_initial);
  REFUSED_WITHOUT(recv_crypto_data);
  REFUSED_WITHOUT(encrypt);
  REFUSED_WITHOUT(decrypt);
  REFUSED_WITHOUT(hp_mask);
  REFUSED_WITHOUT(recv_retry);
  REFUSED_WITHOUT(rand);
  REFUSED_WITHOUT(get_new_connection_id);
  REFUSED_WITHOUT(update_key);
  REFUSED_WITHOUT(delete_crypto_aead_ctx);
  REFUSED_WITHOUT(delete_crypto_cipher_ctx);
  REFUSED_WITHOUT(get_path_challenge_data);
}

/* All others may be missing. */
static void optional_callbacks(void) {
  static transfer t;
  ngtcp2_callbacks given;
  network_init(&n, 1);
  for (int side = 0; side < 2; side++) {
    endpoint *e = side ? &n.server : &n.client;
    ngtcp2_callbacks *c = &e->callbacks;
    given = *c;
    memset(c, 0, sizeof(*c));
    c->client_initial = given.client_initial;
    c->recv_client_initial = given.recv_client_initial;
    c->recv_crypto_data = given.recv_crypto_data;
    c->encrypt = given.encrypt;
    c->decrypt = given.decrypt;
    c->hp_mask = given.hp_mask;
    c->recv_retry = given.recv_retry;
    c->rand = given.rand;
    c->get_new_connection_id = given.get_new_connection_id;
    c->update_key = given.update_key;
    c->delete_crypto_aead_ctx = given.delete_crypto_aead_ctx;
    c->delete_crypto_cipher_ctx = given.delete_crypto_cipher_ctx;
    c->get_path_challenge_data = given.get_path_challenge_data;
    c->version_negotiation = given.version_negotiation;
  }
  transfer_init(&t, &n, 2, 1000);
  network_start(&n, 1 * SECOND);
  CHECK_EQ(n.client.error, 0);
  CHECK_EQ(n.server.error, 0);
  CHECK(t.side[0][0].fin_sent);
  network_free(&n);
}

static void settings_out_of_range(void) {
  static const uint16_t small_probe[] = {1000};
  static const uint32_t unknown_version[] = {0x12345678};
#define REFUSED_WITH(assignment)                                                                   \
  do {                                                                                             \
    note_case("%s", #assignment);                                                                  \
    network_init(&n, 1);                                                                           \
    n.client.assignment;                                                                           \
    check_refused_client();                                                                        \
  } while (0)
  REFUSED_WITH(settings.max_tx_udp_payload_size = 0);
  REFUSED_WITH(settings.max_tx_udp_payload_size = 1199);
  REFUSED_WITH(settings.initial_rtt = 0);
  REFUSED_WITH(settings.initial_pkt_num = 0x80000000u);
  REFUSED_WITH(settings.cc_algo = (ngtcp2_cc_algo)77);
  REFUSED_WITH(settings.max_window = (uint64_t)1 << 62);
  REFUSED_WITH(settings.max_stream_window = (uint64_t)1 << 62);
  REFUSED_WITH(settings.pmtud_probeslen = 1);
  REFUSED_WITH(settings.tokenlen = 1);
  REFUSED_WITH(settings.available_versionslen = 1);
  REFUSED_WITH(settings.preferred_versionslen = 1);
  REFUSED_WITH(params.active_connection_id_limit = 1);
  REFUSED_WITH(params.active_connection_id_limit = 1000);
  REFUSED_WITH(params.initial_max_data = (uint64_t)1 << 62);
  REFUSED_WITH(params.initial_max_stream_data_uni = (uint64_t)1 << 62);
  REFUSED_WITH(params.preferred_addr_present = 1);
  REFUSED_WITH(params.stateless_reset_token_present = 1);
  REFUSED_WITH(params.original_dcid_present = 1);

#define REFUSED_WITH_LIST(list, count, values)                                                      \
  do {                                                                                             \
    note_case("%s", #list);                                                                        \
    network_init(&n, 1);                                                                           \
    n.client.settings.list = values;                                                               \
    n.client.settings.count = 1;                                                                   \
    check_refused_client();                                                                        \
  } while (0)
  REFUSED_WITH_LIST(pmtud_probes, pmtud_probeslen, small_probe);
  REFUSED_WITH_LIST(available_versions, available_versionslen, unknown_version);
  REFUSED_WITH_LIST(preferred_versions, preferred_versionslen, unknown_version);
}

static void missing_structs(void) {
  const ngtcp2_cid cid = {8, {1}};
  ngtcp2_cid long_cid = {21, {1}};
  network_init(&n, 1);
  path_between(&n.client.path, 0, CLIENT_PORT, SERVER_PORT);
#define CREATE(pconn, dcid, scid, path, callbacks, settings, params)                               \
  ngtcp2_conn_client_new(pconn, dcid, scid, path, NGTCP2_PROTO_VER_V1, callbacks, settings, params, &n.client.heap.mem,  \
                         &n.client)
  ngtcp2_conn **pconn = &n.client.conn;
  const ngtcp2_path *path = &n.client.path.path;
  const ngtcp2_callbacks *callbacks = &n.client.callbacks;
  const ngtcp2_settings *settings = &n.client.settings;
  const ngtcp2_transport_params *params = &n.client.params;
  CHECK_EQ(CREATE(NULL, &cid, &cid, path, callbacks, settings, params), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(CREATE(pconn, NULL, &cid, path, callbacks, settings, params), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(CREATE(pconn, &cid, NULL, path, callbacks, settings, params), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(CREATE(pconn, &cid, &cid, NULL, callbacks, settings, params), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(CREATE(pconn, &cid, &cid, path, NULL, settings, params), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(CREATE(pconn, &cid, &cid, path, callbacks, NULL, params), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(CREATE(pconn, &cid, &cid, path, callbacks, settings, NULL), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(CREATE(pconn, &long_cid, &cid, path, callbacks, settings, params), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(CREATE(pconn, &cid, &long_cid, path, callbacks, settings, params), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK(n.client.conn == NULL);
  CHECK_EQ(n.client.heap.live, 0);
  n.client.heap.mem.malloc = NULL;
  CHECK_EQ(CREATE(pconn, &cid, &cid, path, callbacks, settings, params), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK(n.client.conn == NULL);
#undef CREATE
}

static void server_without_original_dcid(void) {
  const ngtcp2_cid cid = {8, {1}};
  network_init(&n, 1);
  path_between(&n.server.path, 1, SERVER_PORT, CLIENT_PORT);
  CHECK_EQ(ngtcp2_conn_server_new(&n.server.conn, &cid, &cid, &n.server.path.path, NGTCP2_PROTO_VER_V1, &n.server.callbacks,
                                  &n.server.settings, &n.server.params, &n.server.heap.mem, &n.server),
           NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK(n.server.conn == NULL);
  CHECK_EQ(n.server.heap.live, 0);
}

/* The clock is what it was; nothing happens earlier than it did. */
static void clock_backwards(void) {
  static const uint8_t junk[50] = {0x40};
  uint8_t packet[PACKET_LEN];
  static const ngtcp2_tstamp earlier[] = {START, 1, 0};
  ngtcp2_tstamp expiry;
  connect_now();
  expiry = ngtcp2_conn_get_expiry(n.client.conn);
  for (size_t i = 0; i < sizeof(earlier) / sizeof(earlier[0]); i++) {
    CHECK_EQ(ngtcp2_conn_read_pkt(n.client.conn, &n.client.path.path, NULL, junk, sizeof(junk), earlier[i]), 0);
    CHECK_EQ(ngtcp2_conn_write_pkt(n.client.conn, NULL, NULL, packet, sizeof(packet), earlier[i]), 0);
    CHECK_EQ(ngtcp2_conn_handle_expiry(n.client.conn, earlier[i]), 0);
    ngtcp2_conn_update_pkt_tx_time(n.client.conn, earlier[i]);
    CHECK(ngtcp2_conn_get_timestamp(n.client.conn) > START);
  }
  CHECK_EQ(ngtcp2_conn_get_expiry(n.client.conn), expiry);
  check_usable();
}

static void clock_far_ahead(void) {
  uint8_t packet[1500];
  static const ngtcp2_tstamp later[] = {START + 365 * 24 * 3600 * SECOND, UINT64_MAX - 1, UINT64_MAX};
  for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
    connect_now();
    CHECK_EQ(ngtcp2_conn_handle_expiry(n.client.conn, later[i]), NGTCP2_ERR_IDLE_CLOSE);
    CHECK_EQ(ngtcp2_conn_write_pkt(n.client.conn, NULL, NULL, packet, sizeof(packet), later[i]), 0);
    network_free(&n);
  }
  /* From the beginning. */
  network_init(&n, 2);
  n.client.settings.initial_ts = UINT64_MAX;
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  CHECK_EQ(ngtcp2_conn_write_pkt(n.client.conn, NULL, NULL, packet, sizeof(packet), UINT64_MAX), 1200);
  network_free(&n);
}

/* Functions that belong to the other side, or another time. */
static void wrong_side_or_time(void) {
  static const uint8_t token[10] = {1};
  ngtcp2_path_storage path;
  connect_now();
  path_between(&path, 1, SERVER_PORT, CLIENT_PORT + 1);
  CHECK_EQ(ngtcp2_conn_initiate_migration(n.server.conn, &path.path, n.now), NGTCP2_ERR_INVALID_STATE);
  CHECK_EQ(ngtcp2_conn_initiate_immediate_migration(n.server.conn, &path.path, n.now), NGTCP2_ERR_INVALID_STATE);
  CHECK_EQ(ngtcp2_conn_submit_new_token(n.client.conn, token, sizeof(token)), NGTCP2_ERR_INVALID_STATE);
  CHECK_EQ(ngtcp2_conn_submit_new_token(n.server.conn, token, 0), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK(ngtcp2_conn_decode_and_set_0rtt_transport_params(n.server.conn, token, 0) < 0);
  CHECK(ngtcp2_conn_decode_and_set_0rtt_transport_params(n.client.conn, token, 0) < 0);
  CHECK_EQ(ngtcp2_conn_set_local_transport_params(n.server.conn, &n.server.params), NGTCP2_ERR_INVALID_STATE);
  CHECK_EQ(ngtcp2_conn_set_local_transport_params(n.client.conn, &n.client.params), NGTCP2_ERR_INVALID_STATE);
  CHECK(ngtcp2_conn_submit_crypto_data(n.client.conn, NGTCP2_ENCRYPTION_LEVEL_INITIAL, token, sizeof(token)) < 0);
  CHECK(ngtcp2_conn_submit_crypto_data(n.client.conn, (ngtcp2_encryption_level)9, token, sizeof(token)) < 0);
  ngtcp2_conn_tls_handshake_completed(n.client.conn);
  check_usable();

  network_init(&n, 2);
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  CHECK(ngtcp2_conn_get_remote_transport_params(n.client.conn) == NULL);
  CHECK_EQ(ngtcp2_conn_initiate_key_update(n.client.conn, n.now), NGTCP2_ERR_INVALID_STATE);
  CHECK_EQ(ngtcp2_conn_decode_and_set_0rtt_transport_params(n.client.conn, token, 0), 0);
  CHECK(ngtcp2_conn_decode_and_set_0rtt_transport_params(n.client.conn, token, 0) < 0);
  network_free(&n);
}

static void numbers_out_of_range(void) {
  int64_t id;
  connect_now();
  id = open_bidi(&n.client);
  CHECK_EQ(ngtcp2_conn_shutdown_stream_write(n.client.conn, 0, id, (uint64_t)1 << 62), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_conn_shutdown_stream_read(n.client.conn, 0, id, UINT64_MAX), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_conn_shutdown_stream(n.client.conn, 0, id, UINT64_MAX), NGTCP2_ERR_INVALID_ARGUMENT);
  ngtcp2_conn_extend_max_offset(n.client.conn, UINT64_MAX);
  ngtcp2_conn_extend_max_offset(n.client.conn, (uint64_t)1 << 63);
  ngtcp2_conn_extend_max_streams_bidi(n.client.conn, SIZE_MAX);
  ngtcp2_conn_extend_max_streams_uni(n.client.conn, SIZE_MAX);
  CHECK_EQ(ngtcp2_conn_extend_max_stream_offset(n.client.conn, id, UINT64_MAX), 0);
  ngtcp2_conn_set_keep_alive_timeout(n.client.conn, UINT64_MAX - 1);
  CHECK(network_run(&n, 100 * MS));
  check_usable();
}

static void code_of_a_close(void) {
  ngtcp2_ccerr error;
  connect_now();
  ngtcp2_ccerr_set_application_error(&error, (uint64_t)1 << 62, NULL, 0);
  CHECK_EQ(write_close(&n.client, &error), NGTCP2_ERR_INVALID_ARGUMENT);
  ngtcp2_ccerr_default(&error);
  error.type = (ngtcp2_ccerr_type)99;
  CHECK(write_close(&n.client, &error) <= 0);
  CHECK(!ngtcp2_conn_in_closing_period(n.client.conn));
  check_usable();
  connect_now();
  /* The reason is missing: the code goes out alone. */
  ngtcp2_ccerr_set_application_error(&error, 1, NULL, 10);
  CHECK_WITHIN(write_close(&n.client, &error), 28, 36);
  network_free(&n);
}

static void packets(void) {
  uint8_t packet[PACKET_LEN] = {0};
  ngtcp2_pkt_hd header;
  ngtcp2_version_cid ids;
  key k = key_alone(5);
  ngtcp2_crypto_aead aead = null_aead();
  ngtcp2_crypto_aead_ctx ctx = {&k};
  const ngtcp2_cid a = {8, {1}}, b = {8, {2}};
  static const uint8_t token[20] = {1};
  CHECK_EQ(ngtcp2_pkt_decode_version_cid(&ids, packet, 0, 8), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_accept(&header, packet, 0), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_pkt_write_retry(packet, 200, NGTCP2_PROTO_VER_V1, &a, &a, &a, token, sizeof(token), null_encrypt, &aead,
                                  &ctx),
           NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_pkt_write_retry(packet, 200, NGTCP2_PROTO_VER_V1, &a, &b, &a, token, 0, null_encrypt, &aead, &ctx),
           NGTCP2_ERR_INVALID_ARGUMENT);
  connect_now();
  CHECK(ngtcp2_conn_read_pkt(n.client.conn, NULL, NULL, packet, 50, n.now) <= 0);
  CHECK_EQ(ngtcp2_conn_read_pkt(n.client.conn, &n.client.path.path, NULL, packet, 0, n.now), 0);
  CHECK_EQ(ngtcp2_conn_read_pkt(n.client.conn, &n.client.path.path, NULL, NULL, 50, n.now), NGTCP2_ERR_INVALID_ARGUMENT);
  check_usable();
}

/* A connection that is none. */
static void no_connection(void) {
  uint8_t packet[PACKET_LEN];
  ngtcp2_conn_del(NULL);
  CHECK_EQ(ngtcp2_conn_write_pkt(NULL, NULL, NULL, packet, sizeof(packet), START), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK(ngtcp2_conn_get_expiry(NULL) == UINT64_MAX);
  CHECK(ngtcp2_conn_get_dcid(NULL) != NULL);
}

static const test tests[] = {
    TEST(mandatory_callbacks), TEST(optional_callbacks), TEST(settings_out_of_range),
    TEST(missing_structs),     TEST(server_without_original_dcid), TEST(clock_backwards),
    TEST(clock_far_ahead),     TEST(wrong_side_or_time), TEST(numbers_out_of_range),
    TEST(code_of_a_close),     TEST(packets),            TEST(no_connection),
};
MAIN("arguments", tests)
