/* Callbacks that came in later releases, and go before the older ones of the same purpose; and the one that picks a
 * server's preferred address. */
#include "callbacks.h"
#include "writer.h"

static network n;

static struct {
  uint32_t ids, statuses, challenges, resets, closes, offers;
  uint32_t close_flags;
  uint64_t rx_code, tx_code;
  ngtcp2_connection_id_status_type last_status;
  int status_token_known;
  uint8_t reset_token[NGTCP2_STATELESS_RESET_TOKENLEN];
  size_t reset_random;
} seen;

static int new_connection_id2(ngtcp2_conn *conn, ngtcp2_cid *cid, ngtcp2_stateless_reset_token *token, size_t len,
                              void *user_data) {
  endpoint *e = user_data;
  (void)conn;
  seen.ids++;
  cid->datalen = len;
  random_bytes(&e->bench_random, cid->data, len);
  token_for(cid, token->data);
  e->cids[e->cid_count++] = *cid;
  return 0;
}

static int dcid_status2(ngtcp2_conn *conn, ngtcp2_connection_id_status_type type, uint64_t sequence, const ngtcp2_cid *cid,
                        const ngtcp2_stateless_reset_token *token, void *user_data) {
  uint8_t expected[NGTCP2_STATELESS_RESET_TOKENLEN];
  (void)conn;
  (void)sequence;
  (void)user_data;
  seen.statuses++;
  seen.last_status = type;
  seen.status_token_known = token != NULL;
  if (token) {
    token_for(cid, expected);
    CHECK(memcmp(token->data, expected, sizeof(expected)) == 0);
  }
  return 0;
}

static int path_challenge_data2(ngtcp2_conn *conn, ngtcp2_path_challenge_data *data, void *user_data) {
  endpoint *e = user_data;
  (void)conn;
  seen.challenges++;
  random_bytes(&e->bench_random, data->data, sizeof(data->data));
  return 0;
}

static int stateless_reset2(ngtcp2_conn *conn, const ngtcp2_pkt_stateless_reset2 *reset, void *user_data) {
  (void)conn;
  (void)user_data;
  seen.resets++;
  seen.reset_random = reset->randlen;
  memcpy(seen.reset_token, reset->token.data, sizeof(seen.reset_token));
  return 0;
}

static int stream_close2(ngtcp2_conn *conn, uint32_t flags, int64_t id, uint64_t rx_code, uint64_t tx_code, void *user_data,
                         void *stream_user_data) {
  (void)conn;
  (void)id;
  (void)user_data;
  (void)stream_user_data;
  seen.closes++;
  seen.close_flags = flags;
  seen.rx_code = rx_code;
  seen.tx_code = tx_code;
  return 0;
}

/* Both generations at the client; the server keeps the older ones. */
static void prepare(void) {
  memset(&seen, 0, sizeof(seen));
  network_init(&n, 80);
  n.client.callbacks.get_new_connection_id2 = new_connection_id2;
  n.client.callbacks.dcid_status2 = dcid_status2;
  n.client.callbacks.get_path_challenge_data2 = path_challenge_data2;
  n.client.callbacks.recv_stateless_reset2 = stateless_reset2;
  n.client.callbacks.stream_close2 = stream_close2;
}

static void connect_now(void) {
  network_start(&n, 500 * MS);
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
}

static void the_newer_ones_go_first(void) {
  ngtcp2_path_storage path;
  prepare();
  connect_now();
  CHECK_EQ(seen.ids, 6);
  CHECK_EQ(seen.statuses, 1);
  CHECK_EQ(seen.last_status, NGTCP2_CONNECTION_ID_STATUS_TYPE_ACTIVATE);
  CHECK_EQ(seen.status_token_known, 1);
  path_between(&path, 0, CLIENT_PORT + 1, SERVER_PORT);
  CHECK_EQ(ngtcp2_conn_initiate_migration(n.client.conn, &path.path, n.now), 0);
  CHECK(network_run(&n, 2 * SECOND));
  CHECK_EQ(n.client.last[CALLED_path_validation].len, NGTCP2_PATH_VALIDATION_RESULT_SUCCESS);
  CHECK(seen.challenges > 0);
  CHECK_EQ(seen.statuses, 3);
  CHECK_EQ(seen.last_status, NGTCP2_CONNECTION_ID_STATUS_TYPE_DEACTIVATE);
  CHECK_EQ(n.client.count[CALLED_get_new_connection_id], 0);
  CHECK_EQ(n.client.count[CALLED_dcid_status], 0);
  CHECK_EQ(n.client.count[CALLED_get_path_challenge_data], 0);
  CHECK(n.server.count[CALLED_get_new_connection_id] > 0);
  CHECK(n.server.count[CALLED_dcid_status] > 0);
  network_free(&n);
}

static void each_direction_of_a_stream_has_its_code(void) {
  int64_t id;
  if (newest_callbacks_version() < 5) {
    return;
  }
  prepare();
  /* Older releases know one code. */
  if (n.client.callbacks_version < NGTCP2_CALLBACKS_V5) {
    return;
  }
  connect_now();
  id = open_bidi(&n.client);
  CHECK(write_stream(&n.client, id, 0, 10).len > 0);
  CHECK(network_run(&n, 100 * MS));
  CHECK_EQ(ngtcp2_conn_shutdown_stream_write(n.server.conn, 0, id, 7), 0);
  CHECK_EQ(ngtcp2_conn_shutdown_stream_read(n.server.conn, 0, id, 9), 0);
  CHECK(network_run(&n, 200 * MS));
  CHECK_EQ(seen.closes, 1);
  CHECK_EQ(n.client.count[CALLED_stream_close], 0);
  CHECK_EQ(seen.close_flags, NGTCP2_STREAM_CLOSE2_FLAG_RX_APP_ERROR_CODE_SET | NGTCP2_STREAM_CLOSE2_FLAG_TX_APP_ERROR_CODE_SET);
  CHECK_EQ(seen.rx_code, 7);
  CHECK_EQ(seen.tx_code, 9);
  CHECK_EQ(n.server.count[CALLED_stream_close], 1);
  network_free(&n);
}

static void a_stateless_reset(void) {
  uint8_t packet[50], random[34] = {0}, token[NGTCP2_STATELESS_RESET_TOKENLEN];
  ngtcp2_ssize len;
  prepare();
  connect_now();
  token_for(ngtcp2_conn_get_dcid(n.client.conn), token);
  len = ngtcp2_pkt_write_stateless_reset(packet, sizeof(packet), token, random, sizeof(random));
  CHECK_EQ(ngtcp2_conn_read_pkt(n.client.conn, &n.client.path.path, NULL, packet, (size_t)len, n.now), NGTCP2_ERR_DRAINING);
  CHECK_EQ(seen.resets, 1);
  CHECK_EQ(seen.reset_random, 34);
  CHECK(memcmp(seen.reset_token, token, sizeof(token)) == 0);
  CHECK_EQ(n.client.count[CALLED_recv_stateless_reset], 0);
  network_free(&n);
}

#define PREFERRED_PORT (SERVER_PORT + 1000)

static int accept_offer;
static ngtcp2_path_storage preferred_path;

static int select_preferred_addr(ngtcp2_conn *conn, ngtcp2_path *dest, const ngtcp2_preferred_addr *offer, void *user_data) {
  (void)conn;
  (void)user_data;
  seen.offers++;
  CHECK_EQ(dest->remote.addrlen, 0);
  CHECK_EQ(offer->ipv4_present, 1);
  CHECK_EQ(offer->ipv6_present, 0);
  if (accept_offer) {
    path_between(&preferred_path, 0, CLIENT_PORT, PREFERRED_PORT);
    CHECK(memcmp(&offer->ipv4.sin_port, preferred_path.path.remote.addr->sa_data, sizeof(offer->ipv4.sin_port)) == 0);
    ngtcp2_addr_copy_byte(&dest->local, preferred_path.path.local.addr, preferred_path.path.local.addrlen);
    ngtcp2_addr_copy_byte(&dest->remote, preferred_path.path.remote.addr, preferred_path.path.remote.addrlen);
  }
  return 0;
}

/* The server's address that it prefers, with an id of its own. */
static void offer_address(void) {
  ngtcp2_preferred_addr *offer = &n.server.params.preferred_addr;
  ngtcp2_path_storage path;
  prepare();
  n.client.callbacks.select_preferred_addr = select_preferred_addr;
  path_between(&path, 1, PREFERRED_PORT, CLIENT_PORT);
  memcpy(&offer->ipv4, path.path.local.addr, sizeof(offer->ipv4));
  offer->ipv4_present = 1;
  offer->cid = (ngtcp2_cid){10, {0x77, 1, 2, 3}};
  token_for(&offer->cid, offer->stateless_reset_token);
  n.server.params.preferred_addr_present = 1;
}

static void a_preferred_address_is_taken(void) {
  int64_t id;
  accept_offer = 1;
  offer_address();
  network_start(&n, 2 * SECOND);
  CHECK(is_alive(&n.client) && is_alive(&n.server));
  CHECK_EQ(seen.offers, 1);
  CHECK_EQ(n.client.last[CALLED_begin_path_validation].flags, NGTCP2_PATH_VALIDATION_FLAG_PREFERRED_ADDR);
  CHECK_EQ(n.client.last[CALLED_path_validation].flags, NGTCP2_PATH_VALIDATION_FLAG_PREFERRED_ADDR);
  CHECK_EQ(n.client.last[CALLED_path_validation].len, NGTCP2_PATH_VALIDATION_RESULT_SUCCESS);
  CHECK(ngtcp2_path_eq(ngtcp2_conn_get_path2(n.client.conn), &preferred_path.path));
  /* RFC 9000 section 9.5: with another connection id. */
  CHECK(!ngtcp2_cid_eq(ngtcp2_conn_get_dcid(n.client.conn), &n.server.cids[0]));
  id = open_uni(&n.client);
  CHECK_EQ(write_stream(&n.client, id, FIN, 500).accepted, 500);
  CHECK(network_run(&n, 1 * SECOND));
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].len, 500);
  network_free(&n);
}

static void a_preferred_address_is_declined(void) {
  accept_offer = 0;
  offer_address();
  network_start(&n, 2 * SECOND);
  CHECK(is_alive(&n.client) && is_alive(&n.server));
  CHECK_EQ(seen.offers, 1);
  CHECK_EQ(n.client.count[CALLED_begin_path_validation], 0);
  CHECK(ngtcp2_path_eq(ngtcp2_conn_get_path2(n.client.conn), &n.client.path.path));
  network_free(&n);
}

static const test tests[] = {
    TEST(the_newer_ones_go_first),         TEST(each_direction_of_a_stream_has_its_code), TEST(a_stateless_reset),
    TEST(a_preferred_address_is_taken),    TEST(a_preferred_address_is_declined),
};
MAIN("newer_callbacks", tests)
