/* What a server does with the first datagrams, address validation, Retry and Version Negotiation. */
#include "null_crypto.h"
#include "writer.h"

static network n;

static void prepare(void) { network_init(&n, 7); }

/* The client's first flight; to be freed. */
static datagram *first_flight(void) {
  datagram *d;
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  CHECK(flush(&n.client) > 0);
  n.now += DELAY;
  d = take_datagram(&n, 1);
  CHECK(d != NULL);
  return d;
}

static int read_by_client(const uint8_t *packet, ngtcp2_ssize len) {
  ngtcp2_pkt_info info = {0};
  CHECK(len > 0);
  return ngtcp2_conn_read_pkt(n.client.conn, &n.client.path.path, &info, packet, (size_t)len, n.now);
}

static void damaged_initial(void) {
  ngtcp2_pkt_hd header;
  datagram *d;
  prepare();
  d = first_flight();
  CHECK_EQ(ngtcp2_accept(&header, d->data, d->len), 0);
  CHECK_EQ(server_new(&n.server, &header, NULL, d->remote_port), 0);
  d->data[d->len - 1] ^= 1;
  CHECK_EQ(read_datagram(&n.server, d), NGTCP2_ERR_DROP_CONN);
  d->data[d->len - 1] ^= 1;
  CHECK_EQ(read_datagram(&n.server, d), 0);
  /* A duplicate. */
  CHECK_EQ(read_datagram(&n.server, d), 0);
  test_free(d);
  network_free(&n);
}

/* The second packet of a ClientHello comes first: the server asks for the address to be validated. */
static void beginning_of_the_hello_missing(void) {
  datagram *d;
  prepare();
  n.client.tls.client_hello_padding = 1500;
  d = first_flight();
  test_free(d);
  d = take_datagram(&n, 1);
  CHECK(d != NULL);
  CHECK_EQ(accept_datagram(&n, d), NGTCP2_ERR_RETRY);
  test_free(d);
  network_free(&n);
}

static int read_with_token(const char *clients, const char *servers) {
  datagram *d;
  int status;
  prepare();
  n.client.settings.token = (const uint8_t *)clients;
  n.client.settings.tokenlen = strlen(clients);
  if (servers) {
    n.server.settings.token = (const uint8_t *)servers;
    n.server.settings.tokenlen = strlen(servers);
  }
  d = first_flight();
  status = accept_datagram(&n, d);
  test_free(d);
  network_free(&n);
  return status;
}

static void tokens(void) {
  CHECK_EQ(read_with_token("tokentoken", NULL), 0);
  CHECK_EQ(read_with_token("tokentoken", "tokentoken"), 0);
  CHECK_EQ(read_with_token("tokentoken", "different!"), NGTCP2_ERR_DROP_CONN);
}

/* Bytes that the server sends in answer to one datagram. */
static size_t answer_to_first_flight(const char *token) {
  size_t total = 0;
  written w;
  datagram *d;
  prepare();
  n.server.tls.certificate_len = 12000;
  if (token) {
    n.client.settings.token = n.server.settings.token = (const uint8_t *)token;
    n.client.settings.tokenlen = n.server.settings.tokenlen = strlen(token);
    n.server.settings.token_type = NGTCP2_TOKEN_TYPE_NEW_TOKEN;
  }
  d = first_flight();
  CHECK_EQ(accept_datagram(&n, d), 0);
  test_free(d);
  while ((w = write_stream(&n.server, -1, 0, 0)).len > 0) {
    total += (size_t)w.len;
  }
  CHECK_EQ(w.len, 0);
  if (!token) {
    ngtcp2_ssize closed = write_close(&n.server, NULL);
#ifdef REFERENCE
    CHECK_EQ(closed, NGTCP2_ERR_NOBUF);
#else
    CHECK_EQ(closed, 0);
#endif
  }
  network_free(&n);
  return total;
}

/* RFC 9000, section 8: three times what was received, until the address is validated. */
static void amplification(void) {
  CHECK_WITHIN(answer_to_first_flight(NULL), 3 * 1200 - 200, 3 * 1200);
  CHECK_WITHIN(answer_to_first_flight("a valid token"), 11000, 13000);
}

static ngtcp2_ssize write_retry(uint8_t *packet, size_t len, const datagram *d, uint64_t secret, const ngtcp2_cid *scid,
                                const uint8_t *token, size_t tokenlen) {
  ngtcp2_crypto_aead aead = null_aead();
  key k = key_alone(secret);
  ngtcp2_crypto_aead_ctx ctx = {&k};
  ngtcp2_pkt_hd header;
  CHECK_EQ(ngtcp2_accept(&header, d->data, d->len), 0);
  return ngtcp2_pkt_write_retry(packet, len, NGTCP2_PROTO_VER_V1, &header.scid, scid, &header.dcid, token, tokenlen,
                                null_encrypt, &aead, &ctx);
}

static void retry(void) {
  static const uint8_t token[20] = {1, 2, 3};
  const ngtcp2_cid server_cid = {9, {7}};
  uint8_t packet[300];
  ngtcp2_pkt_hd header;
  ngtcp2_ssize len;
  datagram *d;
  prepare();
  d = first_flight();
  len = write_retry(packet, sizeof(packet), d, 1, &server_cid, token, sizeof(token));
  CHECK_EQ(read_by_client(packet, len), 0);
  CHECK(!ngtcp2_conn_after_retry(n.client.conn));
  len = write_retry(packet, sizeof(packet), d, retry_secret(), &server_cid, token, sizeof(token));
  CHECK_EQ(read_by_client(packet, len), 0);
  CHECK(ngtcp2_conn_after_retry(n.client.conn));
  CHECK_EQ(n.client.count[CALLED_recv_retry], 1);
  CHECK_EQ(read_by_client(packet, len), 0);
  CHECK_EQ(n.client.count[CALLED_recv_retry], 1);
  test_free(d);

  /* The next Initial has the token, and the server sees both connection ids confirmed. */
  CHECK(flush(&n.client) > 0);
  n.now += DELAY;
  d = take_datagram(&n, 1);
  CHECK_EQ(ngtcp2_accept(&header, d->data, d->len), 0);
  CHECK_EQ(header.tokenlen, sizeof(token));
  CHECK(memcmp(header.token, token, sizeof(token)) == 0);
  CHECK(ngtcp2_cid_eq(&header.dcid, &server_cid));
  n.server.settings.token = token;
  n.server.settings.tokenlen = sizeof(token);
  n.server.settings.token_type = NGTCP2_TOKEN_TYPE_RETRY;
  CHECK_EQ(server_new(&n.server, &header, &n.client.client_dcid, d->remote_port), 0);
  CHECK_EQ(read_datagram(&n.server, d), 0);
  test_free(d);
  CHECK(network_run(&n, 300 * MS));
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
  CHECK(ngtcp2_conn_get_handshake_completed(n.server.conn));
  network_free(&n);
}

static ngtcp2_ssize write_version_negotiation(uint8_t *packet, size_t len, const datagram *d, const uint32_t *versions,
                                              size_t count) {
  ngtcp2_version_cid ids;
  CHECK_EQ(ngtcp2_pkt_decode_version_cid(&ids, d->data, d->len, 0), 0);
  return ngtcp2_pkt_write_version_negotiation(packet, len, 1, ids.scid, ids.scidlen, ids.dcid, ids.dcidlen, versions,
                                              count);
}

static void version_negotiation(void) {
  static const uint32_t ours[] = {NGTCP2_PROTO_VER_V1, NGTCP2_PROTO_VER_V2};
  static const uint32_t others[] = {NGTCP2_PROTO_VER_V2, 0x1a1a1a1a};
  uint8_t packet[200];
  datagram *d;
  prepare();
  d = first_flight();
  /* One that lists the version in use is no honest answer. */
  CHECK_EQ(read_by_client(packet, write_version_negotiation(packet, sizeof(packet), d, ours, 2)), 0);
  CHECK_EQ(n.client.count[CALLED_recv_version_negotiation], 0);
  CHECK_EQ(read_by_client(packet, write_version_negotiation(packet, sizeof(packet), d, others, 2)),
           NGTCP2_ERR_RECV_VERSION_NEGOTIATION);
  CHECK_EQ(n.client.count[CALLED_recv_version_negotiation], 1);
  CHECK_EQ(n.client.last[CALLED_recv_version_negotiation].len, 2);
  CHECK_EQ(write_stream(&n.client, -1, 0, 0).len, 0);
  test_free(d);
  network_free(&n);
}

/* Compatible version negotiation (RFC 9368): the server answers in the version that it prefers. */
static void upgrade_of_the_version(void) {
  static const uint32_t preferred[] = {NGTCP2_PROTO_VER_V2, NGTCP2_PROTO_VER_V1};
  prepare();
  n.client.settings.available_versions = preferred;
  n.client.settings.available_versionslen = 2;
  n.server.settings.preferred_versions = n.server.settings.available_versions = preferred;
  n.server.settings.preferred_versionslen = n.server.settings.available_versionslen = 2;
  network_start(&n, 300 * MS);
  CHECK_EQ(n.client.error, 0);
  CHECK_EQ(n.server.error, 0);
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
  CHECK_EQ(ngtcp2_conn_get_negotiated_version(n.client.conn), NGTCP2_PROTO_VER_V2);
  CHECK_EQ(ngtcp2_conn_get_negotiated_version(n.server.conn), NGTCP2_PROTO_VER_V2);
  CHECK_EQ(n.client.count[CALLED_version_negotiation], 1);
  network_free(&n);
}

static void version_two_from_the_start(void) {
  prepare();
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V2), 0);
  CHECK(network_run(&n, 300 * MS));
  CHECK(ngtcp2_conn_get_handshake_completed(n.server.conn));
  CHECK_EQ(ngtcp2_conn_get_negotiated_version(n.server.conn), NGTCP2_PROTO_VER_V2);
  network_free(&n);
}

static void new_token(void) {
  static const uint8_t token[30] = {5};
  prepare();
  network_start(&n, 300 * MS);
  CHECK_EQ(ngtcp2_conn_submit_new_token(n.server.conn, token, sizeof(token)), 0);
  network_run(&n, 50 * MS);
  CHECK_EQ(n.client.count[CALLED_recv_new_token], 1);
  CHECK_EQ(n.client.last[CALLED_recv_new_token].len, sizeof(token));
  network_free(&n);
}

static const test tests[] = {
    TEST(damaged_initial),
    TEST(beginning_of_the_hello_missing),
    TEST(tokens),
    TEST(amplification),
    TEST(retry),
    TEST(version_negotiation),
    TEST(upgrade_of_the_version),
    TEST(version_two_from_the_start),
    TEST(new_token),
};
MAIN("first_packets", tests)
