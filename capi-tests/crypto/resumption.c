/* Resumption and early data: both modes of servers, every reason to refuse, and what clients are told. */
#include "pair.h"

enum { INTERNAL_ERROR = 80 }; /* a TLS alert */

static ngtcp2_crypto_rustls_client *client;
static ngtcp2_crypto_rustls_server *server;

typedef enum outcome { FULL, RESUMED, EARLY } outcome;

/* What differs from a plain connection. */
typedef struct wish {
  int early_data;
  uint32_t version, preferred_version;
  uint64_t server_max_data;
  int retry;
} wish;

static const wish early = {.early_data = 1};
static const wish plain = {0};

static void begin(void) {
  client = new_client();
  server = new_server();
}

static void end(void) {
  ngtcp2_crypto_rustls_client_del(client);
  ngtcp2_crypto_rustls_server_del(server);
}

/* Connects, echoes 100 kB, and checks both sides' accounts of how it went. */
static outcome connect_once(wish w) {
  pair p;
  outcome result;

  pair_init(&p, client, server);
  p.early_data = w.early_data;
  p.retry = w.retry;
  if (w.version) {
    p.version = w.version;
  }
  p.preferred_version = w.preferred_version;
  if (w.server_max_data) {
    p.server_max_data = w.server_max_data;
  }
  pair_run(&p, 10 * NGTCP2_SECONDS);
  CHECK(p.client.handshake_completed);
  CHECK(p.server.handshake_completed);
  CHECK_EQ(ngtcp2_crypto_rustls_session_resumed(p.client.session),
           ngtcp2_crypto_rustls_session_resumed(p.server.session));
  CHECK_EQ(ngtcp2_crypto_rustls_session_early_data_accepted(p.client.session),
           ngtcp2_crypto_rustls_session_early_data_accepted(p.server.session));
  result = ngtcp2_crypto_rustls_session_early_data_accepted(p.client.session) ? EARLY
           : ngtcp2_crypto_rustls_session_resumed(p.client.session)           ? RESUMED
                                                                              : FULL;
  if (p.early_offered == 1) {
    CHECK_EQ(p.client.early_rejected, result != EARLY);
    CHECK_EQ(ngtcp2_conn_get_tls_early_data_rejected(p.client.conn), result != EARLY);
  } else {
    CHECK_EQ(p.early_offered, 0);
  }
  if (result == EARLY) {
    /* What was sent before the handshake has come back. */
    CHECK(p.server.received_early > 1000);
    pair_check_echo(&p);
  } else {
    CHECK_EQ(p.server.received_early, 0);
  }
  pair_echo(&p);
  pair_free(&p);
  return result;
}

static void in_memory(void) {
  begin();
  /* Without being asked for, resumption and no early data. */
  CHECK_EQ(connect_once(early), FULL);
  CHECK_EQ(connect_once(early), RESUMED);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_session_cache(server, 10, 1), 0);
  /* What the old cache knew is gone. */
  CHECK_EQ(connect_once(early), FULL);
  for (int i = 0; i < 5; i++) {
    CHECK_EQ(connect_once(early), EARLY);
  }
  CHECK_EQ(connect_once(plain), RESUMED);
  /* More than any memory is as much as there may be. */
  for (int shift = 0; shift < 40; shift += 20) {
    CHECK_EQ(ngtcp2_crypto_rustls_client_set_session_cache(client, SIZE_MAX >> shift), 0);
    CHECK_EQ(ngtcp2_crypto_rustls_server_set_session_cache(server, SIZE_MAX >> shift, 1), 0);
    CHECK_EQ(connect_once(early), FULL);
    CHECK_EQ(connect_once(early), EARLY);
  }
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_session_cache(server, 0, 1), 0);
  CHECK_EQ(connect_once(early), FULL);
  CHECK_EQ(connect_once(early), FULL);
  end();
}

static void every_suite_and_version(void) {
  static const char *suites[] = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                                 "TLS_CHACHA20_POLY1305_SHA256"};
  static const uint32_t versions[] = {NGTCP2_PROTO_VER_V1, NGTCP2_PROTO_VER_V2};
  for (size_t i = 0; i < 3; i++) {
    for (size_t j = 0; j < 2; j++) {
      for (int retry = 0; retry < 2; retry++) {
        wish w = {.early_data = 1, .version = versions[j], .retry = retry};
        begin();
        CHECK_EQ(ngtcp2_crypto_rustls_client_set_cipher_suites(client, suites[i]), 0);
        CHECK_EQ(ngtcp2_crypto_rustls_server_set_session_cache(server, 10, 1), 0);
        CHECK_EQ(connect_once(w), FULL);
        CHECK_EQ(connect_once(w), EARLY);
        end();
      }
    }
  }
}

/* A session of one suite is offered to a server that now has another one. */
static void another_suite(void) {
  static const char *suites[] = {"TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"};
  begin();
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_session_cache(server, 10, 1), 0);
  for (size_t i = 0; i < 3; i++) {
    CHECK_EQ(ngtcp2_crypto_rustls_server_set_cipher_suites(server, suites[i]), 0);
    CHECK_EQ(connect_once(i & 1 ? plain : early), FULL);
  }
  end();
}

static void versions_do_not_mix(void) {
  wish v1 = {.early_data = 1, .version = NGTCP2_PROTO_VER_V1};
  wish v2 = {.early_data = 1, .version = NGTCP2_PROTO_VER_V2};
  wish to_v2 = {.early_data = 1, .version = NGTCP2_PROTO_VER_V1, .preferred_version = NGTCP2_PROTO_VER_V2};
  begin();
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_session_cache(server, 10, 1), 0);
  CHECK_EQ(connect_once(v1), FULL);
  CHECK_EQ(connect_once(v2), FULL);
  CHECK_EQ(connect_once(v1), EARLY);
  CHECK_EQ(connect_once(v2), EARLY);
  end();
  /* A connection that changed to version 2 leaves a session of version 2. */
  begin();
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_session_cache(server, 10, 1), 0);
  CHECK_EQ(connect_once(to_v2), FULL);
  CHECK_EQ(connect_once(v1), FULL);
  CHECK_EQ(connect_once(v2), EARLY);
  end();
}

static void limits_that_shrink(void) {
  wish less = {.early_data = 1, .server_max_data = 39999}, more = {.early_data = 1, .server_max_data = 50000};
  begin();
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_session_cache(server, 10, 1), 0);
  CHECK_EQ(connect_once(early), FULL);
  CHECK_EQ(connect_once(less), RESUMED);
  CHECK_EQ(connect_once(less), EARLY);
  CHECK_EQ(connect_once(more), EARLY);
  CHECK_EQ(connect_once(early), RESUMED);
  end();
}

static void early_data_context(void) {
  begin();
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_session_cache(server, 10, 1), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_early_data_context(server, (const uint8_t *)"settings 1", 10), 0);
  CHECK_EQ(connect_once(early), FULL);
  CHECK_EQ(connect_once(early), EARLY);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_early_data_context(server, (const uint8_t *)"settings 2", 10), 0);
  CHECK_EQ(connect_once(early), RESUMED);
  CHECK_EQ(connect_once(early), EARLY);
  end();
}

static void hello_retry_request(void) {
  begin();
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_session_cache(server, 10, 1), 0);
  CHECK_EQ(connect_once(early), FULL);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_groups(server, "P-256"), 0);
  CHECK_EQ(connect_once(early), RESUMED);
  end();
}

static void tickets(void) {
  uint8_t keys[3][NGTCP2_CRYPTO_RUSTLS_TICKET_KEYLEN];
  ngtcp2_crypto_rustls_server *first, *second;

  memset(keys[0], 3, sizeof(keys[0]));
  memset(keys[1], 2, sizeof(keys[1]));
  memset(keys[2], 1, sizeof(keys[2]));
  begin();
  first = server;
  second = new_server();
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_ticket_keys(first, keys[2], 1, NGTCP2_SECONDS * 3600), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_ticket_keys(second, keys[1], 2, NGTCP2_SECONDS * 3600), 0);
  CHECK_EQ(connect_once(early), FULL);
  CHECK_EQ(connect_once(early), RESUMED);
  /* Another server with the key, which it uses no longer itself. */
  server = second;
  CHECK_EQ(connect_once(early), RESUMED);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_ticket_keys(second, keys[0], 2, NGTCP2_SECONDS * 3600), 0);
  CHECK_EQ(connect_once(early), RESUMED);
  /* The first one knows none of the newer keys. */
  server = first;
  CHECK_EQ(connect_once(early), FULL);
  ngtcp2_crypto_rustls_server_del(second);
  end();
}

/* A store of the application: one value, and counters. */
static struct {
  uint8_t id[64], value[NGTCP2_CRYPTO_RUSTLS_MAX_SESSION_LEN];
  size_t idlen, valuelen;
  int puts, gets, takes, refuse;
} kept;

static int put(const uint8_t *id, size_t idlen, const uint8_t *value, size_t valuelen, void *user_data) {
  CHECK(user_data == &kept);
  kept.puts++;
  if (kept.refuse) {
    return -1;
  }
  CHECK(idlen <= sizeof(kept.id) && valuelen <= sizeof(kept.value));
  memcpy(kept.id, id, idlen);
  memcpy(kept.value, value, valuelen);
  kept.idlen = idlen;
  kept.valuelen = valuelen;
  return 0;
}

static ngtcp2_ssize get(const uint8_t *id, size_t idlen, uint8_t *dest, size_t destlen, void *user_data) {
  CHECK(user_data == &kept);
  kept.gets++;
  if (idlen != kept.idlen || memcmp(id, kept.id, idlen) != 0) {
    return 0;
  }
  CHECK(kept.valuelen <= destlen);
  memcpy(dest, kept.value, kept.valuelen);
  return (ngtcp2_ssize)kept.valuelen;
}

static ngtcp2_ssize take(const uint8_t *id, size_t idlen, uint8_t *dest, size_t destlen, void *user_data) {
  ngtcp2_ssize len = get(id, idlen, dest, destlen, user_data);
  kept.gets--;
  kept.takes++;
  if (len > 0) {
    kept.idlen = 0;
  }
  return len;
}

static void store_of_the_application(void) {
  static const ngtcp2_crypto_rustls_session_store store = {put, get, take};
  ngtcp2_crypto_rustls_server *other;

  begin();
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_session_store(server, &store, &kept, 1), 0);
  CHECK_EQ(connect_once(early), FULL);
  CHECK_EQ(kept.puts, 2);
  CHECK_EQ(kept.gets + kept.takes, 0);
  /* Another process with the same store. */
  other = new_server();
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_session_store(other, &store, &kept, 1), 0);
  ngtcp2_crypto_rustls_server_del(server);
  server = other;
  CHECK_EQ(connect_once(early), EARLY);
  CHECK_EQ(kept.gets, 1);
  CHECK_EQ(kept.takes, 1);
  /* A value that is damaged or gone means a full handshake. */
  kept.value[0] ^= 1;
  CHECK_EQ(connect_once(early), FULL);
  kept.valuelen = 20;
  CHECK_EQ(connect_once(early), FULL);
  kept.idlen = 0;
  CHECK_EQ(connect_once(early), FULL);
  kept.refuse = 1;
  kept.idlen = 0;
  CHECK_EQ(connect_once(early), FULL);
  CHECK_EQ(connect_once(early), FULL);
  kept.refuse = 0;
  end();
}

#ifndef REFERENCE
/* The connection does not take what early data need: it was given other parameters by hand, at which the C library aborts. */
static void parameters_given_twice(void) {
  uint8_t params[512];
  ngtcp2_ssize len;
  pair p;

  begin();
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_session_cache(server, 10, 1), 0);
  pair_init(&p, client, server);
  pair_run(&p, 10 * NGTCP2_SECONDS);
  len = ngtcp2_conn_encode_0rtt_transport_params(p.client.conn, params, sizeof(params));
  CHECK(len > 0);
  pair_free(&p);

  pair_init(&p, client, server);
  p.early_data = 1;
  p.given_params = params;
  p.given_paramslen = (size_t)len;
  pair_run(&p, NGTCP2_SECONDS);
  CHECK_EQ(p.early_offered, NGTCP2_ERR_CRYPTO);
  CHECK_EQ(ngtcp2_crypto_rustls_session_alert(p.client.session), INTERNAL_ERROR);
  CHECK(strstr(ngtcp2_crypto_rustls_session_error(p.client.session), "does not take the transport parameters") != NULL);
  /* Not a packet has gone out. */
  CHECK(p.server.conn == NULL);
  CHECK(p.client.error != 0);
  pair_free(&p);
  /* The next one is none the worse. */
  CHECK_EQ(connect_once(early), EARLY);
  end();
}
#endif

/* Early data are asked for at the wrong time or place. */
static void wrong_calls(void) {
  pair p;
  static const ngtcp2_crypto_rustls_session_store incomplete = {put, NULL, take};
  uint8_t key[NGTCP2_CRYPTO_RUSTLS_TICKET_KEYLEN] = {1};

  CHECK_EQ(ngtcp2_crypto_rustls_offer_early_data(NULL), NGTCP2_ERR_INVALID_ARGUMENT);
  begin();
  pair_init(&p, client, server);
  pair_run(&p, NGTCP2_SECONDS);
  CHECK_EQ(ngtcp2_crypto_rustls_offer_early_data(p.client.conn), NGTCP2_ERR_INVALID_STATE);
  CHECK_EQ(ngtcp2_crypto_rustls_offer_early_data(p.server.conn), NGTCP2_ERR_INVALID_STATE);
  ngtcp2_conn_set_tls_native_handle(p.client.conn, NULL);
  CHECK_EQ(ngtcp2_crypto_rustls_offer_early_data(p.client.conn), NGTCP2_ERR_INVALID_STATE);
  pair_free(&p);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_session_store(server, &incomplete, NULL, 1),
           NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_session_store(server, NULL, NULL, 1), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_session_store(NULL, &incomplete, NULL, 1),
           NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_session_cache(NULL, 1, 1), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_early_data_context(server, NULL, 1), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_ticket_keys(server, NULL, 1, NGTCP2_SECONDS),
           NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_ticket_keys(server, key, 0, NGTCP2_SECONDS),
           NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_ticket_keys(server, key, SIZE_MAX / 2, NGTCP2_SECONDS),
           NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_ticket_keys(server, key, 1, NGTCP2_SECONDS - 1),
           NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_STR(ngtcp2_crypto_rustls_server_error(server), "the life of a ticket is 1 second to 7 days");
  CHECK_EQ(ngtcp2_crypto_rustls_client_set_session_cache(NULL, 1), NGTCP2_ERR_INVALID_ARGUMENT);
  /* Nothing of this has changed the server. */
  CHECK_EQ(connect_once(early), RESUMED);
  end();
}

int main(void) {
  RUN(in_memory);
  RUN(every_suite_and_version);
  RUN(another_suite);
  RUN(versions_do_not_mix);
  RUN(limits_that_shrink);
  RUN(early_data_context);
  RUN(hello_retry_request);
  RUN(tickets);
  RUN(store_of_the_application);
#ifndef REFERENCE
  RUN(parameters_given_twice);
#endif
  RUN(wrong_calls);
  puts("resumption: ok");
  return 0;
}
