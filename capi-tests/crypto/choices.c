/* What the application chooses in a handshake, and what it is told afterwards: certificates by name, renewed while
 * connections come in; protocol and certificate after the ClientHello, at once or later; its own verdict on
 * certificates; keying material. */
#define _GNU_SOURCE
#include "pair.h"

#include <dlfcn.h>
#include <pthread.h>

enum { BAD_CERTIFICATE = 42, CERTIFICATE_REVOKED = 44, INTERNAL_ERROR = 80, UNRECOGNIZED_NAME = 112,
       CERTIFICATE_REQUIRED = 116, NO_APPLICATION_PROTOCOL = 120 };

static ngtcp2_crypto_rustls_client *client;
static ngtcp2_crypto_rustls_server *server;

static void begin(void) {
  client = new_client();
  server = new_server();
}

static void end(void) {
  ngtcp2_crypto_rustls_client_del(client);
  ngtcp2_crypto_rustls_server_del(server);
}

static ngtcp2_crypto_rustls_cert *load(const char *name) {
  ngtcp2_crypto_rustls_cert *cert;
  char pem[64], key[64];
  snprintf(pem, sizeof(pem), "%s.pem", name);
  snprintf(key, sizeof(key), "%s.key", name);
  CHECK_EQ(ngtcp2_crypto_rustls_cert_new(&cert), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_cert_load_files(cert, cert_path(pem), cert_path(key)), 0);
  return cert;
}

static void add(const char *name, const char *file) {
  ngtcp2_crypto_rustls_cert *cert = load(file);
  int rv = ngtcp2_crypto_rustls_server_add_cert(server, name, cert);
  if (rv != 0) {
    fprintf(stderr, "text: %s\n", ngtcp2_crypto_rustls_server_error(server));
  }
  CHECK_EQ(rv, 0);
  ngtcp2_crypto_rustls_cert_del(cert);
}

static size_t read_file(const char *name, uint8_t *dest, size_t destlen) {
  FILE *file = fopen(cert_path(name), "rb");
  size_t len;
  CHECK(file != NULL);
  len = fread(dest, 1, destlen, file);
  fclose(file);
  return len;
}

/* Whether the peer's first certificate is that of a DER file. */
static int shows(const ngtcp2_crypto_rustls_session *session, const char *file) {
  uint8_t expected[4096];
  size_t len = read_file(file, expected, sizeof(expected));
  const uint8_t *der;
  return ngtcp2_crypto_rustls_session_peer_cert(session, 0, &der) == len && memcmp(der, expected, len) == 0;
}

static void expect_certificate(const char *name, const char *file) {
  pair p;
  pair_init(&p, client, server);
  p.server_name = name;
  pair_run(&p, NGTCP2_SECONDS);
  CHECK(p.client.handshake_completed);
  CHECK(shows(p.client.session, file));
  CHECK_EQ(ngtcp2_crypto_rustls_session_peer_cert(p.server.session, 0, NULL), 0);
  pair_free(&p);
}

/* Runs a handshake that |refuser| ends with |alert|. */
static void expect_refusal(pair *p, endpoint *refuser, int alert, const char *part) {
  endpoint *other = refuser->is_server ? &p->client : &p->server;
  pair_run(p, NGTCP2_SECONDS);
  CHECK_EQ(refuser->error, NGTCP2_ERR_CRYPTO);
  CHECK_EQ(ngtcp2_crypto_rustls_session_alert(refuser->session), alert);
  CHECK(strstr(ngtcp2_crypto_rustls_session_error(refuser->session), part) != NULL);
  CHECK_EQ(endpoint_peer_alert(other), alert);
  CHECK_EQ(ngtcp2_crypto_rustls_session_alert(other->session), -1);
  pair_free(p);
}

static void certificates_by_name(void) {
  pair p;

  begin();
  CHECK_EQ(ngtcp2_crypto_rustls_client_set_session_cache(client, 0), 0);
  add("one.example", "one");
  add("*.many.example", "many");
  expect_certificate("localhost", "server.der");
  expect_certificate("one.example", "one.der");
  expect_certificate("ONE.example", "one.der");
  expect_certificate("a.many.example", "many.der");
  CHECK_EQ(ngtcp2_crypto_rustls_server_remove_cert(server, NULL), 0);
  expect_certificate("one.example", "one.der");
  pair_init(&p, client, server);
  expect_refusal(&p, &p.server, UNRECOGNIZED_NAME, "no certificate for the name");
  /* No name is sent for an address. */
  pair_init(&p, client, server);
  p.server_name = "127.0.0.1";
  expect_refusal(&p, &p.server, UNRECOGNIZED_NAME, "no certificate for the name");
  CHECK_EQ(ngtcp2_crypto_rustls_server_remove_cert(server, "one.example"), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_server_remove_cert(server, "one.example"), NGTCP2_ERR_CRYPTO);
  CHECK_STR(ngtcp2_crypto_rustls_server_error(server), "there is no certificate for \"one.example\"");
  end();
}

static void der(void) {
  uint8_t cert[4096], ca[4096], key[4096];
  ngtcp2_vec chain[] = {{cert, 0}};
  size_t keylen;
  static const char *keys[] = {"one-pkcs8.der", "one-sec1.der"};

  begin();
  chain[0].len = read_file("one.der", cert, sizeof(cert));
  for (size_t i = 0; i < 2; i++) {
    ngtcp2_crypto_rustls_cert *object;
    keylen = read_file(keys[i], key, sizeof(key));
    CHECK_EQ(ngtcp2_crypto_rustls_cert_new(&object), 0);
    CHECK_EQ(ngtcp2_crypto_rustls_cert_load_der(object, chain, 1, key, keylen), 0);
    CHECK_EQ(ngtcp2_crypto_rustls_server_add_cert(server, "one.example", object), 0);
    ngtcp2_crypto_rustls_cert_del(object);
    expect_certificate("one.example", "one.der");
  }
  /* A CA as DER. */
  ngtcp2_crypto_rustls_client_del(client);
  CHECK_EQ(ngtcp2_crypto_rustls_client_new(&client), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_client_add_alpn(client, (const uint8_t *)"echo", 4), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_client_add_ca_der(client, ca, read_file("ca.der", ca, sizeof(ca))), 0);
  expect_certificate("one.example", "one.der");
  end();
}

static void bad_certificate_objects(void) {
  ngtcp2_crypto_rustls_cert *cert;
  uint8_t der[4096], key[4096];
  ngtcp2_vec chain[] = {{der, 0}};
  size_t keylen = read_file("one-pkcs8.der", key, sizeof(key));
  chain[0].len = read_file("server.der", der, sizeof(der));

  begin();
  CHECK_EQ(ngtcp2_crypto_rustls_cert_new(NULL), NGTCP2_ERR_INVALID_ARGUMENT);
  ngtcp2_crypto_rustls_cert_del(NULL);
  CHECK_STR(ngtcp2_crypto_rustls_cert_error(NULL), "");
  CHECK_EQ(ngtcp2_crypto_rustls_cert_load_files(NULL, "x", "x"), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_crypto_rustls_cert_new(&cert), 0);
  CHECK_STR(ngtcp2_crypto_rustls_cert_error(cert), "");
  CHECK_EQ(ngtcp2_crypto_rustls_server_add_cert(server, "one.example", cert), NGTCP2_ERR_CRYPTO);
  CHECK(strstr(ngtcp2_crypto_rustls_server_error(server), "nothing has been loaded") != NULL);
  CHECK_EQ(ngtcp2_crypto_rustls_client_set_cert(client, cert), NGTCP2_ERR_CRYPTO);
  CHECK_EQ(ngtcp2_crypto_rustls_client_set_cert(client, NULL), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_crypto_rustls_server_add_cert(server, NULL, NULL), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_crypto_rustls_cert_load_der(cert, chain, 1, key, keylen), NGTCP2_ERR_CRYPTO);
  CHECK(strstr(ngtcp2_crypto_rustls_cert_error(cert), "does not belong") != NULL);
  CHECK_EQ(ngtcp2_crypto_rustls_cert_load_der(cert, chain, 1, key, keylen - 1), NGTCP2_ERR_CRYPTO);
  CHECK_EQ(ngtcp2_crypto_rustls_cert_load_der(cert, chain, 0, key, keylen), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_crypto_rustls_cert_load_der(cert, NULL, 1, key, keylen), NGTCP2_ERR_INVALID_ARGUMENT);
  chain[0].len -= 1;
  CHECK_EQ(ngtcp2_crypto_rustls_cert_load_der(cert, chain, 1, key, keylen), NGTCP2_ERR_CRYPTO);
  CHECK_EQ(ngtcp2_crypto_rustls_cert_load_pem(cert, key, keylen, key, keylen), NGTCP2_ERR_CRYPTO);
  CHECK_EQ(ngtcp2_crypto_rustls_cert_load_files(cert, cert_path("server.pem"), cert_path("encrypted.key")),
           NGTCP2_ERR_CRYPTO);
  CHECK(strstr(ngtcp2_crypto_rustls_cert_error(cert), "password") != NULL);
  ngtcp2_crypto_rustls_cert_del(cert);
  cert = load("one");
  CHECK_EQ(ngtcp2_crypto_rustls_server_add_cert(server, "two.example", cert), NGTCP2_ERR_CRYPTO);
  CHECK(strstr(ngtcp2_crypto_rustls_server_error(server), "the certificate is not for \"two.example\"") != NULL);
  CHECK_EQ(ngtcp2_crypto_rustls_server_add_cert(server, "\xff", cert), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_crypto_rustls_server_add_cert(NULL, NULL, cert), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_crypto_rustls_server_remove_cert(NULL, NULL), NGTCP2_ERR_INVALID_ARGUMENT);
  ngtcp2_crypto_rustls_cert_del(cert);
  end();
}

/* One thread renews a certificate as fast as it can while connections are made. */
static volatile int renewing;

static void *renew(void *arg) {
  ngtcp2_crypto_rustls_cert **certs = arg;
  for (int i = 0; renewing; i++) {
    CHECK_EQ(ngtcp2_crypto_rustls_server_add_cert(server, "one.example", certs[i % 2]), 0);
  }
  return NULL;
}

static void renewal(void) {
  pthread_t thread;
  int seen[2] = {0};
  ngtcp2_crypto_rustls_cert *certs[] = {load("one"), load("one-again")};

  begin();
  CHECK_EQ(ngtcp2_crypto_rustls_client_set_session_cache(client, 0), 0);
  add("one.example", "one");
  renewing = 1;
  CHECK_EQ(pthread_create(&thread, NULL, renew, certs), 0);
  for (int i = 0; i < 400 && (i < 20 || !seen[0] || !seen[1]); i++) {
    pair p;
    pair_init(&p, client, server);
    p.server_name = "one.example";
    pair_run(&p, NGTCP2_SECONDS);
    CHECK(p.client.handshake_completed);
    if (shows(p.client.session, "one.der")) {
      seen[0]++;
    } else {
      CHECK(shows(p.client.session, "one-again.der"));
      seen[1]++;
    }
    pair_free(&p);
  }
  renewing = 0;
  pthread_join(thread, NULL);
  CHECK(seen[0] && seen[1]);
  ngtcp2_crypto_rustls_cert_del(certs[0]);
  ngtcp2_crypto_rustls_cert_del(certs[1]);
  end();
}

/* What the hello callback is to do, and what it saw. */
static struct {
  int result, calls;
  const char *alpn;
  ngtcp2_crypto_rustls_cert *cert;
  ngtcp2_crypto_rustls_session *session;
  uint64_t max_data;
} hello;

static int on_hello(ngtcp2_conn *conn, ngtcp2_crypto_rustls_session *session,
                    const ngtcp2_crypto_rustls_client_hello *said, void *user_data) {
  CHECK(user_data == &hello);
  CHECK_STR(said->server_name, "localhost");
  CHECK_EQ(said->alpnlen, 2);
  CHECK(said->alpn[0].len == 4 && memcmp(said->alpn[0].base, "echo", 4) == 0);
  CHECK(said->alpn[1].len == 5 && memcmp(said->alpn[1].base, "other", 5) == 0);
  CHECK(ngtcp2_crypto_rustls_session_conn_ref(session)->get_conn(ngtcp2_crypto_rustls_session_conn_ref(session)) ==
        conn);
  hello.calls++;
  hello.session = session;
  if (hello.alpn != NULL) {
    CHECK_EQ(ngtcp2_crypto_rustls_session_set_alpn(session, (const uint8_t *)hello.alpn, strlen(hello.alpn)), 0);
  }
  if (hello.cert != NULL) {
    CHECK_EQ(ngtcp2_crypto_rustls_session_set_cert(session, hello.cert), 0);
  }
  if (hello.max_data != 0) {
    ngtcp2_transport_params params = *ngtcp2_conn_get_local_transport_params(conn);
    params.initial_max_data = hello.max_data;
    CHECK_EQ(ngtcp2_conn_set_local_transport_params_versioned(conn, NGTCP2_TRANSPORT_PARAMS_V1, &params), 0);
  }
  return hello.result;
}

static void begin_hello(pair *p) {
  begin();
  memset(&hello, 0, sizeof(hello));
  CHECK_EQ(ngtcp2_crypto_rustls_client_add_alpn(client, (const uint8_t *)"other", 5), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_hello_callback(server, on_hello, &hello), 0);
  pair_init(p, client, server);
}

static void expect_protocol(pair *p, const char *name) {
  const uint8_t *proto;
  size_t len;
  CHECK(p->client.handshake_completed);
  len = ngtcp2_crypto_rustls_session_alpn(p->client.session, &proto);
  CHECK(len == strlen(name) && memcmp(proto, name, len) == 0);
  len = ngtcp2_crypto_rustls_session_alpn(p->server.session, &proto);
  CHECK(len == strlen(name) && memcmp(proto, name, len) == 0);
  pair_echo(p);
}

static void protocol_by_callback(void) {
  pair p;
  begin_hello(&p);
  hello.alpn = "other";
  pair_run(&p, NGTCP2_SECONDS);
  expect_protocol(&p, "other");
  CHECK_EQ(hello.calls, 1);
  /* Too late. */
  CHECK_EQ(ngtcp2_crypto_rustls_session_set_alpn(p.server.session, (const uint8_t *)"echo", 4),
           NGTCP2_ERR_INVALID_STATE);
  CHECK_EQ(ngtcp2_crypto_rustls_session_set_alpn(p.client.session, (const uint8_t *)"echo", 4),
           NGTCP2_ERR_INVALID_STATE);
  CHECK_EQ(ngtcp2_crypto_rustls_session_set_alpn(NULL, (const uint8_t *)"echo", 4), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_crypto_rustls_session_set_alpn(p.server.session, NULL, 4), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_crypto_rustls_session_set_alpn(p.server.session, (const uint8_t *)"", 0),
           NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_crypto_rustls_session_set_cert(NULL, NULL), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_crypto_rustls_session_set_cert(p.server.session, NULL), NGTCP2_ERR_INVALID_ARGUMENT);
  pair_free(&p);
  end();

  /* The answer is the server's list if the application does not choose. */
  begin_hello(&p);
  pair_run(&p, NGTCP2_SECONDS);
  expect_protocol(&p, "echo");
  pair_free(&p);
  end();

  begin_hello(&p);
  hello.alpn = "unheard of";
  expect_refusal(&p, &p.server, NO_APPLICATION_PROTOCOL, "protocol");
  end();
}

/* Nobody has been asked yet, or will be. */
static void choices_too_early(void) {
  ngtcp2_crypto_rustls_cert *cert = load("one");
  const uint8_t *echo = (const uint8_t *)"echo";
  pair p;
  for (int with_callback = 0; with_callback < 2; with_callback++) {
    ngtcp2_crypto_rustls_session *session;
    begin_hello(&p);
    if (!with_callback) {
      CHECK_EQ(ngtcp2_crypto_rustls_server_set_hello_callback(server, NULL, NULL), 0);
    }
    pair_run(&p, 0);
    CHECK_EQ(ngtcp2_crypto_rustls_session_server_new(&session, server, NULL), 0);
    CHECK_EQ(ngtcp2_crypto_rustls_session_set_alpn(session, echo, 4), NGTCP2_ERR_INVALID_STATE);
    CHECK_EQ(ngtcp2_crypto_rustls_session_set_cert(session, cert), NGTCP2_ERR_INVALID_STATE);
    /* A part of a ClientHello is none. */
    ngtcp2_conn_set_tls_native_handle(p.client.conn, session);
    CHECK_EQ(ngtcp2_crypto_recv_crypto_data_cb(p.client.conn, NGTCP2_ENCRYPTION_LEVEL_INITIAL, 0,
                                               (const uint8_t *)"\x01\x00\x01", 3, NULL), 0);
    CHECK_EQ(ngtcp2_crypto_rustls_session_set_alpn(session, echo, 4), NGTCP2_ERR_INVALID_STATE);
    CHECK_EQ(ngtcp2_crypto_rustls_session_set_cert(session, cert), NGTCP2_ERR_INVALID_STATE);
    ngtcp2_conn_set_tls_native_handle(p.client.conn, p.client.session);
    ngtcp2_crypto_rustls_session_del(session);
    /* Nothing has come of it. */
    pair_run(&p, NGTCP2_SECONDS);
    expect_protocol(&p, "echo");
    CHECK(shows(p.client.session, "server.der"));
    CHECK_EQ(hello.calls, with_callback);
    CHECK_EQ(ngtcp2_crypto_rustls_session_set_cert(p.server.session, cert), NGTCP2_ERR_INVALID_STATE);
    pair_free(&p);
    end();
  }
  ngtcp2_crypto_rustls_cert_del(cert);
}

static void refusal_by_callback(void) {
  static const int results[][2] = {{UNRECOGNIZED_NAME, UNRECOGNIZED_NAME}, {-1, INTERNAL_ERROR},
                                   {256, INTERNAL_ERROR}};
  for (size_t i = 0; i < 3; i++) {
    pair p;
    begin_hello(&p);
    hello.result = results[i][0];
    expect_refusal(&p, &p.server, results[i][1], "the application refused");
    end();
  }
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_hello_callback(NULL, on_hello, NULL), NGTCP2_ERR_INVALID_ARGUMENT);
}

/* Transport parameters that depend on what the client asks for. */
static void parameters_by_callback(void) {
  pair p;
  begin_hello(&p);
  hello.max_data = 30000;
  pair_run(&p, NGTCP2_SECONDS);
  CHECK_EQ(ngtcp2_conn_get_remote_transport_params(p.client.conn)->initial_max_data, 30000);
  pair_free(&p);
  end();
}

/* The certificate comes later, and the handshake waits for it; a server without any of its own. */
static void certificate_later(void) {
  pair p;
  ngtcp2_crypto_rustls_cert *cert = load("server");
  /* Older libraries do not have it. */
  int (*continue_handshake)(ngtcp2_conn *, ngtcp2_tstamp) =
    (int (*)(ngtcp2_conn *, ngtcp2_tstamp))dlsym(RTLD_DEFAULT, "ngtcp2_conn_continue_handshake");

  begin_hello(&p);
  CHECK_EQ(ngtcp2_crypto_rustls_server_remove_cert(server, NULL), 0);
  hello.result = NGTCP2_CRYPTO_RUSTLS_WAIT;
  pair_run(&p, 100 * NGTCP2_MILLISECONDS);
  CHECK_EQ(hello.calls, 1);
  CHECK(!p.client.handshake_completed);
  CHECK_EQ(p.server.error, 0);
  CHECK_STR(ngtcp2_crypto_rustls_session_cipher(p.server.session), "");
  CHECK(hello.session == p.server.session);
  /* What comes from the peer does not end the wait. */
  CHECK_EQ(ngtcp2_crypto_recv_crypto_data_cb(p.server.conn, NGTCP2_ENCRYPTION_LEVEL_INITIAL, 0, NULL, 0, NULL), 0);
  CHECK_EQ(p.server.error, 0);
  CHECK_EQ(ngtcp2_crypto_rustls_session_set_cert(p.server.session, cert), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_session_set_alpn(p.server.session, (const uint8_t *)"other", 5), 0);
  CHECK_EQ(ngtcp2_crypto_read_write_crypto_data(p.server.conn, NGTCP2_ENCRYPTION_LEVEL_INITIAL, NULL, 0), 0);
  if (continue_handshake != NULL) {
    CHECK_EQ(continue_handshake(p.server.conn, p.now), 0);
  }
  pair_run(&p, NGTCP2_SECONDS);
  expect_protocol(&p, "other");
  CHECK(shows(p.client.session, "server.der"));
  CHECK_EQ(hello.calls, 1);
  pair_free(&p);
  end();

  /* Nothing was chosen in the end. */
  begin_hello(&p);
  CHECK_EQ(ngtcp2_crypto_rustls_server_remove_cert(server, NULL), 0);
  hello.result = NGTCP2_CRYPTO_RUSTLS_WAIT;
  pair_run(&p, 100 * NGTCP2_MILLISECONDS);
  CHECK_EQ(ngtcp2_crypto_read_write_crypto_data(p.server.conn, NGTCP2_ENCRYPTION_LEVEL_INITIAL, NULL, 0),
           NGTCP2_ERR_CRYPTO);
  CHECK_EQ(ngtcp2_conn_get_tls_alert(p.server.conn), UNRECOGNIZED_NAME);
  pair_free(&p);
  end();

  /* The connection goes while it waits. */
  begin_hello(&p);
  hello.result = NGTCP2_CRYPTO_RUSTLS_WAIT;
  hello.cert = cert;
  pair_run(&p, 100 * NGTCP2_MILLISECONDS);
  pair_free(&p);
  end();
  ngtcp2_crypto_rustls_cert_del(cert);
}

/* What the verify callback is to say, and what it saw. */
static struct {
  int result, calls;
  const char *name, *problem;
} verdict;

/* The connection whose session the callback calls, which it must not do. */
static pair *within;

static void call_from_within(endpoint *e) {
  ngtcp2_crypto_ctx ctx;
  uint8_t out[8] = {0};
  CHECK_EQ(ngtcp2_crypto_read_write_crypto_data(e->conn, NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE, out, 8),
           NGTCP2_ERR_INVALID_STATE);
  CHECK_EQ(ngtcp2_crypto_rustls_offer_early_data(e->conn), NGTCP2_ERR_INVALID_STATE);
  CHECK(ngtcp2_crypto_ctx_tls_early(&ctx, e->session) == NULL);
  CHECK_EQ(ngtcp2_crypto_rustls_session_export(e->session, out, 8, out, 0, NULL, 0), -1);
  CHECK_EQ(ngtcp2_crypto_rustls_session_peer_cert(e->session, 0, NULL), 0);
}

static int on_verify(const ngtcp2_vec *certs, size_t certslen, const char *server_name, const char *problem,
                     void *user_data) {
  CHECK(user_data == &verdict);
  CHECK(certslen >= 1 && certs[0].len > 100 && certs[0].base[0] == 0x30);
  CHECK_STR(server_name, verdict.name);
  if (verdict.problem == NULL) {
    CHECK(problem == NULL);
  } else {
    CHECK(problem != NULL && strstr(problem, verdict.problem) != NULL);
  }
  if (within != NULL) {
    call_from_within(&within->client);
  }
  verdict.calls++;
  return verdict.result;
}

static void expect_verdict(int result, const char *name, const char *problem) {
  verdict.result = result;
  verdict.calls = 0;
  verdict.name = name;
  verdict.problem = problem;
}

static void verdict_on_servers(void) {
  static const int results[][2] = {{CERTIFICATE_REVOKED, CERTIFICATE_REVOKED}, {-1, 46}, {1000, 46}};
  pair p;

  begin();
  CHECK_EQ(ngtcp2_crypto_rustls_client_set_verify_callback(client, on_verify, &verdict), 0);
  /* The callback may pass over a problem. */
  for (int i = 0; i < 3; i++) {
    expect_verdict(0, i ? "elsewhere.example" : "localhost", i ? "not valid for name" : NULL);
    pair_init(&p, client, server);
    p.server_name = verdict.name;
    pair_run(&p, NGTCP2_SECONDS);
    CHECK(p.client.handshake_completed);
    /* A resumed session has been judged before. */
    CHECK_EQ(verdict.calls, i < 2);
    CHECK_EQ(ngtcp2_crypto_rustls_session_resumed(p.client.session), i == 2);
    pair_free(&p);
  }
  CHECK_EQ(ngtcp2_crypto_rustls_client_set_session_cache(client, 0), 0);
  for (size_t i = 0; i < 3; i++) {
    expect_verdict(results[i][0], "localhost", NULL);
    pair_init(&p, client, server);
    expect_refusal(&p, &p.client, results[i][1], "the application refused the certificate");
  }
  CHECK_EQ(ngtcp2_crypto_rustls_client_set_verify_callback(NULL, on_verify, NULL), NGTCP2_ERR_INVALID_ARGUMENT);
  /* Without CA certificates it is all the application's. */
  ngtcp2_crypto_rustls_client_del(client);
  CHECK_EQ(ngtcp2_crypto_rustls_client_new(&client), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_client_add_alpn(client, (const uint8_t *)"echo", 4), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_client_set_verify_callback(client, on_verify, &verdict), 0);
  expect_verdict(0, "localhost", "no CA certificate");
  expect_certificate("localhost", "server.der");
  CHECK_EQ(verdict.calls, 1);
  /* To turn the verification off is not to turn the callback off. */
  CHECK_EQ(ngtcp2_crypto_rustls_client_dangerous_disable_verification(client), 0);
  expect_verdict(BAD_CERTIFICATE, "localhost", "no CA certificate");
  pair_init(&p, client, server);
  expect_refusal(&p, &p.client, BAD_CERTIFICATE, "the application refused the certificate");
  CHECK_EQ(verdict.calls, 1);
  end();
}

static void verdict_on_clients(void) {
  static const char *names[] = {"client", "wrong-client"};
  for (int with_ca = 0; with_ca < 2; with_ca++) {
    for (int i = 0; i < 3; i++) {
      ngtcp2_crypto_rustls_cert *cert = i < 2 ? load(names[i]) : NULL;
      for (int result = 0; result <= BAD_CERTIFICATE; result += BAD_CERTIFICATE) {
        pair p;
        begin();
        if (with_ca) {
          CHECK_EQ(ngtcp2_crypto_rustls_server_set_client_ca_file(server, cert_path("ca.pem"), 1), 0);
        }
        CHECK_EQ(ngtcp2_crypto_rustls_server_set_verify_callback(server, on_verify, &verdict, 1), 0);
        if (cert != NULL) {
          CHECK_EQ(ngtcp2_crypto_rustls_client_set_cert(client, cert), 0);
        }
        expect_verdict(result, "", !with_ca ? "no CA certificate" : i == 1 ? "UnknownIssuer" : NULL);
        pair_init(&p, client, server);
        if (cert == NULL) {
          expect_refusal(&p, &p.server, CERTIFICATE_REQUIRED, "");
        } else if (result != 0) {
          expect_refusal(&p, &p.server, BAD_CERTIFICATE, "the application refused the certificate");
        } else {
          pair_run(&p, NGTCP2_SECONDS);
          CHECK(p.server.handshake_completed);
          CHECK(shows(p.server.session, i ? "wrong-client.der" : "client.der"));
          pair_free(&p);
        }
        CHECK_EQ(verdict.calls, cert != NULL);
        end();
      }
      ngtcp2_crypto_rustls_cert_del(cert);
    }
  }
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_verify_callback(NULL, on_verify, NULL, 1), NGTCP2_ERR_INVALID_ARGUMENT);
}

static void calls_from_within(void) {
  pair p;
  begin();
  CHECK_EQ(ngtcp2_crypto_rustls_client_set_verify_callback(client, on_verify, &verdict), 0);
  expect_verdict(0, "localhost", NULL);
  pair_init(&p, client, server);
  within = &p;
  pair_run(&p, NGTCP2_SECONDS);
  within = NULL;
  CHECK_EQ(verdict.calls, 1);
  CHECK(p.client.handshake_completed);
  pair_echo(&p);
  pair_free(&p);
  end();
}

/* Who demands a certificate is not overruled by who does not. */
static void certificate_demanded_by_either(void) {
  for (int by_ca = 0; by_ca < 2; by_ca++) {
    for (int ca_last = 0; ca_last < 2; ca_last++) {
      pair p;
      begin();
      for (int i = 0; i < 2; i++) {
        if (i == ca_last) {
          CHECK_EQ(ngtcp2_crypto_rustls_server_set_client_ca_file(server, cert_path("ca.pem"), by_ca), 0);
        } else {
          CHECK_EQ(ngtcp2_crypto_rustls_server_set_verify_callback(server, on_verify, &verdict, !by_ca), 0);
        }
      }
      for (int ended = 0; ended < 2; ended++) {
        expect_verdict(0, "", NULL);
        pair_init(&p, client, server);
        if (!by_ca && ended) {
          pair_run(&p, NGTCP2_SECONDS);
          CHECK(p.server.handshake_completed);
          pair_free(&p);
        } else {
          expect_refusal(&p, &p.server, CERTIFICATE_REQUIRED, "");
        }
        CHECK_EQ(ngtcp2_crypto_rustls_server_set_verify_callback(server, NULL, NULL, 0), 0);
      }
      end();
    }
  }
}

static void keying_material(void) {
  uint8_t a[77], b[77], c[77];
  const uint8_t *label = (const uint8_t *)"EXPORTER-test", *context = (const uint8_t *)"context";
  pair p;

  begin();
  pair_init(&p, client, server);
  pair_run(&p, 0);
  CHECK_EQ(ngtcp2_crypto_rustls_session_export(p.client.session, a, sizeof(a), label, 13, context, 7), -1);
  pair_run(&p, NGTCP2_SECONDS);
  CHECK_EQ(ngtcp2_crypto_rustls_session_export(p.client.session, a, sizeof(a), label, 13, context, 7), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_session_export(p.server.session, b, sizeof(b), label, 13, context, 7), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_session_export(p.client.session, c, sizeof(c), label, 13, NULL, 0), 0);
  CHECK(memcmp(a, b, sizeof(a)) == 0);
  CHECK(memcmp(a, c, sizeof(a)) != 0);
  CHECK_EQ(ngtcp2_crypto_rustls_session_export(NULL, a, sizeof(a), label, 13, context, 7), -1);
  CHECK_EQ(ngtcp2_crypto_rustls_session_export(p.client.session, NULL, 10, label, 13, context, 7), -1);
  CHECK_EQ(ngtcp2_crypto_rustls_session_export(p.client.session, a, 0, label, 13, context, 7), -1);
  CHECK_EQ(ngtcp2_crypto_rustls_session_export(p.client.session, a, 10, NULL, 13, context, 7), -1);
  pair_free(&p);
  end();
}

/* The group that withstands quantum computers, if the helper was built with it. */
static void post_quantum(void) {
  static const char *group = "X25519MLKEM768";
  pair p;

  begin();
  if (ngtcp2_crypto_rustls_client_set_groups(client, group) != 0) {
    CHECK(strstr(ngtcp2_crypto_rustls_client_error(client), "not in this build") != NULL);
    puts("    (not built in: left out)");
    end();
    return;
  }
  pair_init(&p, client, server);
  pair_run(&p, NGTCP2_SECONDS);
  CHECK_STR(ngtcp2_crypto_rustls_session_group(p.client.session), group);
  pair_echo(&p);
  pair_free(&p);
  end();
  /* It is what clients and servers prefer, and those without it are no worse off. */
  begin();
  for (int i = 0; i < 2; i++) {
    pair_init(&p, client, server);
    pair_run(&p, NGTCP2_SECONDS);
    CHECK_STR(ngtcp2_crypto_rustls_session_group(p.client.session), i ? "X25519" : group);
    pair_free(&p);
    CHECK_EQ(ngtcp2_crypto_rustls_server_set_groups(server, "X25519"), 0);
  }
  end();
}

static void accounts(void) {
  pair p;
  const uint8_t *der = NULL;

  begin();
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_groups(server, "P-256"), 0);
  pair_init(&p, client, server);
  pair_run(&p, 0);
  CHECK_STR(ngtcp2_crypto_rustls_session_group(p.client.session), "");
  CHECK_EQ(ngtcp2_crypto_rustls_session_peer_cert(p.client.session, 0, &der), 0);
  CHECK(der == NULL);
  pair_run(&p, NGTCP2_SECONDS);
  CHECK_STR(ngtcp2_crypto_rustls_session_group(p.client.session), "P-256");
  CHECK_STR(ngtcp2_crypto_rustls_session_group(p.server.session), "P-256");
  CHECK(shows(p.client.session, "server.der"));
  CHECK_EQ(ngtcp2_crypto_rustls_session_peer_cert(p.client.session, 1, &der), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_session_peer_cert(NULL, 0, &der), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_session_alert(p.client.session), -1);
  CHECK_EQ(ngtcp2_crypto_rustls_session_alert(NULL), -1);
  CHECK_EQ(ngtcp2_crypto_rustls_session_early_data_accepted(NULL), 0);
  CHECK_STR(ngtcp2_crypto_rustls_session_group(NULL), "");
  CHECK(ngtcp2_crypto_rustls_session_conn_ref(NULL) == NULL);
  CHECK_STR(ngtcp2_crypto_rustls_alert_name(BAD_CERTIFICATE), "bad_certificate");
  CHECK_STR(ngtcp2_crypto_rustls_alert_name(255), "unknown alert");
  pair_free(&p);
  end();
}

int main(void) {
  RUN(certificates_by_name);
  RUN(der);
  RUN(bad_certificate_objects);
  RUN(renewal);
  RUN(protocol_by_callback);
  RUN(choices_too_early);
  RUN(refusal_by_callback);
  RUN(parameters_by_callback);
  RUN(certificate_later);
  RUN(verdict_on_servers);
  RUN(verdict_on_clients);
  RUN(calls_from_within);
  RUN(certificate_demanded_by_either);
  RUN(keying_material);
  RUN(post_quantum);
  RUN(accounts);
  puts("choices: ok");
  return 0;
}
