/* Handshakes that succeed: every suite, group and version, Retry, resumption, key update, client
 * certificates, key log; each followed by 100 kB there and back. */
#include "pair.h"

static void check_connected(pair *p, const char *suite) {
  const uint8_t *proto = NULL;
  endpoint *ends[] = {&p->client, &p->server};

  for (size_t i = 0; i < 2; i++) {
    endpoint *e = ends[i];
    if (!e->handshake_completed) {
      fprintf(stderr, "%s: error %d (%s), tls: %s\n", e->name, e->error, ngtcp2_strerror(e->error),
              ngtcp2_crypto_rustls_session_error(e->session));
    }
    CHECK(e->handshake_completed);
    CHECK_EQ(e->error, 0);
    CHECK_EQ(ngtcp2_crypto_rustls_session_alpn(e->session, &proto), 4);
    CHECK(memcmp(proto, "echo", 4) == 0);
    CHECK_STR(ngtcp2_crypto_rustls_session_error(e->session), "");
    CHECK_STR(ngtcp2_crypto_rustls_session_server_name(e->session), p->server_name);
    if (suite != NULL) {
      CHECK_STR(ngtcp2_crypto_rustls_session_cipher(e->session), suite);
    }
  }
}

static void plain(void) {
  ngtcp2_crypto_rustls_client *client = new_client();
  ngtcp2_crypto_rustls_server *server = new_server();
  pair p;

  pair_init(&p, client, server);
  /* Sessions keep what they need of a configuration. */
  pair_run(&p, NGTCP2_SECONDS);
  ngtcp2_crypto_rustls_client_del(client);
  ngtcp2_crypto_rustls_server_del(server);
  check_connected(&p, NULL);
  CHECK(p.client.handshake_confirmed);
  pair_echo(&p);
  pair_free(&p);
}

static void every_suite_and_version(void) {
  static const char *suites[] = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                                 "TLS_CHACHA20_POLY1305_SHA256"};
  static const uint32_t versions[] = {NGTCP2_PROTO_VER_V1, NGTCP2_PROTO_VER_V2};
  ngtcp2_crypto_rustls_client *client = new_client();
  ngtcp2_crypto_rustls_server *server = new_server();

  for (size_t i = 0; i < 3; i++) {
    for (size_t j = 0; j < 2; j++) {
      for (int retry = 0; retry < 2; retry++) {
        for (int update = 0; update < 2; update++) {
          pair p;
          CHECK_EQ(ngtcp2_crypto_rustls_client_set_cipher_suites(client, suites[i]), 0);
          pair_init(&p, client, server);
          p.version = versions[j];
          p.retry = retry;
          p.use_conn_ref = update;
          pair_run(&p, NGTCP2_SECONDS);
          check_connected(&p, suites[i]);
          CHECK_EQ(ngtcp2_conn_get_negotiated_version(p.server.conn), versions[j]);
          if (update) {
            CHECK_EQ(ngtcp2_conn_initiate_key_update(p.client.conn, p.now), 0);
          }
          pair_echo(&p);
          pair_free(&p);
        }
      }
    }
  }
  ngtcp2_crypto_rustls_client_del(client);
  ngtcp2_crypto_rustls_server_del(server);
}

static void compatible_version_negotiation(void) {
  static const uint32_t versions[][2] = {{NGTCP2_PROTO_VER_V1, NGTCP2_PROTO_VER_V2},
                                         {NGTCP2_PROTO_VER_V2, NGTCP2_PROTO_VER_V1}};
  for (size_t i = 0; i < 2; i++) {
    ngtcp2_crypto_rustls_client *client = new_client();
    ngtcp2_crypto_rustls_server *server = new_server();
    pair p;
    pair_init(&p, client, server);
    p.version = versions[i][0];
    p.preferred_version = versions[i][1];
    pair_run(&p, NGTCP2_SECONDS);
    check_connected(&p, NULL);
    CHECK_EQ(ngtcp2_conn_get_negotiated_version(p.client.conn), versions[i][1]);
    CHECK_EQ(ngtcp2_conn_get_negotiated_version(p.server.conn), versions[i][1]);
    pair_echo(&p);
    pair_free(&p);
    ngtcp2_crypto_rustls_client_del(client);
    ngtcp2_crypto_rustls_server_del(server);
  }
}

static void hello_retry_request(void) {
  static const char *groups[][2] = {{"X25519:P-256", "P-256"}, {"P-256:X25519", "X25519"}, {"P-384:X25519",
      "P-384"}};
  for (size_t i = 0; i < 3; i++) {
    ngtcp2_crypto_rustls_client *client = new_client();
    ngtcp2_crypto_rustls_server *server = new_server();
    pair p;
    CHECK_EQ(ngtcp2_crypto_rustls_client_set_groups(client, groups[i][0]), 0);
    CHECK_EQ(ngtcp2_crypto_rustls_server_set_groups(server, groups[i][1]), 0);
    pair_init(&p, client, server);
    pair_run(&p, NGTCP2_SECONDS);
    check_connected(&p, NULL);
    pair_echo(&p);
    pair_free(&p);
    ngtcp2_crypto_rustls_client_del(client);
    ngtcp2_crypto_rustls_server_del(server);
  }
}

static void resumption(void) {
  ngtcp2_crypto_rustls_client *client = new_client();
  ngtcp2_crypto_rustls_server *server = new_server();

  for (int i = 0; i < 3; i++) {
    pair p;
    pair_init(&p, client, server);
    pair_run(&p, NGTCP2_SECONDS);
    check_connected(&p, NULL);
    CHECK_EQ(ngtcp2_crypto_rustls_session_resumed(p.client.session), i > 0);
    CHECK_EQ(ngtcp2_crypto_rustls_session_resumed(p.server.session), i > 0);
    pair_echo(&p);
    pair_free(&p);
  }
  ngtcp2_crypto_rustls_client_del(client);
  ngtcp2_crypto_rustls_server_del(server);
}

static void client_certificate(void) {
  for (int required = 0; required < 2; required++) {
    for (int given = required; given < 2; given++) {
      ngtcp2_crypto_rustls_client *client = new_client();
      ngtcp2_crypto_rustls_server *server = new_server();
      pair p;
      CHECK_EQ(ngtcp2_crypto_rustls_server_set_client_ca_file(server, cert_path("ca.pem"), required), 0);
      if (given) {
        CHECK_EQ(ngtcp2_crypto_rustls_client_set_cert_files(client, cert_path("client.pem"),
                                                            cert_path("client.key")), 0);
      }
      pair_init(&p, client, server);
      pair_run(&p, NGTCP2_SECONDS);
      check_connected(&p, NULL);
      pair_echo(&p);
      pair_free(&p);
      ngtcp2_crypto_rustls_client_del(client);
      ngtcp2_crypto_rustls_server_del(server);
    }
  }
}

/* Certificates of every kind of key, and a chain too long for one flight of three datagrams. */
static void server_certificates(void) {
  static const char *names[] = {"rsa", "p384", "ed25519", "longchain"};
  for (size_t i = 0; i < 4; i++) {
    ngtcp2_crypto_rustls_client *client = new_client();
    ngtcp2_crypto_rustls_server *server = new_server();
    char cert[64], key[64];
    pair p;
    snprintf(cert, sizeof(cert), "%s.pem", names[i]);
    snprintf(key, sizeof(key), "%s.key", names[i]);
    CHECK_EQ(ngtcp2_crypto_rustls_server_set_cert_files(server, cert_path(cert), cert_path(key)), 0);
    pair_init(&p, client, server);
    pair_run(&p, NGTCP2_SECONDS);
    check_connected(&p, NULL);
    pair_echo(&p);
    pair_free(&p);
    ngtcp2_crypto_rustls_client_del(client);
    ngtcp2_crypto_rustls_server_del(server);
  }
}

static uint8_t *read_file(const char *name, size_t *len) {
  FILE *file = fopen(cert_path(name), "rb");
  uint8_t *bytes = malloc(20000);
  CHECK(file != NULL && bytes != NULL);
  *len = fread(bytes, 1, 20000, file);
  fclose(file);
  return bytes;
}

/* All that can be a file can be memory as well: both certificates, and what each side trusts. */
static void from_memory(void) {
  static const char *const names[] = {"ca.pem", "server.pem", "server.key", "client.pem", "client.key"};
  ngtcp2_crypto_rustls_client *client;
  ngtcp2_crypto_rustls_server *server;
  ngtcp2_crypto_rustls_cert *cert;
  uint8_t *bytes[5];
  size_t lens[5];
  pair p;

  for (size_t i = 0; i < 5; i++) {
    bytes[i] = read_file(names[i], &lens[i]);
  }
  for (int by_object = 0; by_object < 2; by_object++) {
    CHECK_EQ(ngtcp2_crypto_rustls_client_new(&client), 0);
    CHECK_EQ(ngtcp2_crypto_rustls_server_new(&server), 0);
    CHECK_EQ(ngtcp2_crypto_rustls_client_add_alpn(client, (const uint8_t *)"echo", 4), 0);
    CHECK_EQ(ngtcp2_crypto_rustls_server_add_alpn(server, (const uint8_t *)"echo", 4), 0);
    CHECK_EQ(ngtcp2_crypto_rustls_client_add_ca_pem(client, bytes[0], lens[0]), 0);
    CHECK_EQ(ngtcp2_crypto_rustls_server_set_client_ca_pem(server, bytes[0], lens[0], 1), 0);
    CHECK_EQ(ngtcp2_crypto_rustls_client_set_cert_pem(client, bytes[3], lens[3], bytes[4], lens[4]), 0);
    if (by_object) {
      CHECK_EQ(ngtcp2_crypto_rustls_cert_new(&cert), 0);
      CHECK_EQ(ngtcp2_crypto_rustls_cert_load_pem(cert, bytes[1], lens[1], bytes[2], lens[2]), 0);
      CHECK_EQ(ngtcp2_crypto_rustls_server_add_cert(server, NULL, cert), 0);
      ngtcp2_crypto_rustls_cert_del(cert);
    } else {
      CHECK_EQ(ngtcp2_crypto_rustls_server_set_cert_pem(server, bytes[1], lens[1], bytes[2], lens[2]), 0);
    }
    pair_init(&p, client, server);
    pair_run(&p, NGTCP2_SECONDS);
    check_connected(&p, NULL);
    CHECK(ngtcp2_crypto_rustls_session_peer_cert(p.server.session, 0, NULL) > 0);
    pair_free(&p);
    ngtcp2_crypto_rustls_client_del(client);
    ngtcp2_crypto_rustls_server_del(server);
  }
  for (size_t i = 0; i < 5; i++) {
    free(bytes[i]);
  }
}

/* What the system trusts is said by the variable by which OpenSSL is told, too. */
static void system_roots(void) {
  static const char *const files[] = {"ca.pem", "other-ca.pem", "no-such.pem"};
  for (size_t i = 0; i < 3; i++) {
    ngtcp2_crypto_rustls_client *client;
    ngtcp2_crypto_rustls_server *server = new_server();
    pair p;
    setenv("SSL_CERT_FILE", cert_path(files[i]), 1);
    unsetenv("SSL_CERT_DIR");
    CHECK_EQ(ngtcp2_crypto_rustls_client_new(&client), 0);
    CHECK_EQ(ngtcp2_crypto_rustls_client_add_alpn(client, (const uint8_t *)"echo", 4), 0);
    if (i == 2) {
      CHECK_EQ(ngtcp2_crypto_rustls_client_add_system_roots(client), NGTCP2_ERR_CRYPTO);
      CHECK(strstr(ngtcp2_crypto_rustls_client_error(client), "CA certificates") != NULL);
    } else {
      CHECK_EQ(ngtcp2_crypto_rustls_client_add_system_roots(client), 0);
      pair_init(&p, client, server);
      pair_run(&p, NGTCP2_SECONDS);
      if (i == 0) {
        check_connected(&p, NULL);
      } else {
        CHECK_EQ(ngtcp2_crypto_rustls_session_alert(p.client.session), 48); /* unknown_ca */
      }
      pair_free(&p);
    }
    ngtcp2_crypto_rustls_client_del(client);
    ngtcp2_crypto_rustls_server_del(server);
  }
  unsetenv("SSL_CERT_FILE");
}

static void no_verification(void) {
  ngtcp2_crypto_rustls_client *client;
  ngtcp2_crypto_rustls_server *server = new_server();
  pair p;

  CHECK_EQ(ngtcp2_crypto_rustls_client_new(&client), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_client_add_alpn(client, (const uint8_t *)"echo", 4), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_client_dangerous_disable_verification(client), 0);
  pair_init(&p, client, server);
  p.server_name = "another.example";
  pair_run(&p, NGTCP2_SECONDS);
  check_connected(&p, NULL);
  pair_echo(&p);
  pair_free(&p);
  ngtcp2_crypto_rustls_client_del(client);
  ngtcp2_crypto_rustls_server_del(server);
}

static void count_line(const char *line, void *user_data) {
  int *seen = user_data;
  static const char *labels[] = {"CLIENT_HANDSHAKE_TRAFFIC_SECRET ", "SERVER_HANDSHAKE_TRAFFIC_SECRET ",
                                 "CLIENT_TRAFFIC_SECRET_0 ", "SERVER_TRAFFIC_SECRET_0 ", "EXPORTER_SECRET "};
  for (size_t i = 0; i < 5; i++) {
    if (strncmp(line, labels[i], strlen(labels[i])) == 0) {
      CHECK(strchr(line, '\n') == NULL);
      CHECK(strlen(line) == strlen(labels[i]) + 64 + 1 + 64 || strlen(line) == strlen(labels[i]) + 64 + 1 + 96);
      seen[i]++;
      return;
    }
  }
  CHECK(!"a known label");
}

static void key_log(void) {
  ngtcp2_crypto_rustls_client *client = new_client();
  ngtcp2_crypto_rustls_server *server = new_server();
  const char *path = cert_path("keys.log");
  int seen_by_client[5] = {0}, seen_by_server[5] = {0};
  char line[512];
  size_t lines = 0;
  FILE *file;
  pair p;

  remove(path);
  CHECK_EQ(ngtcp2_crypto_rustls_client_set_keylog_callback(client, count_line, seen_by_client), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_keylog_callback(server, count_line, seen_by_server), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_client_set_keylog_file(client, path), 0);
  unsetenv("SSLKEYLOGFILE");
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_keylog_env(server), 0);
  setenv("SSLKEYLOGFILE", path, 1);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_keylog_env(server), 0);
  unsetenv("SSLKEYLOGFILE");
  pair_init(&p, client, server);
  pair_run(&p, NGTCP2_SECONDS);
  check_connected(&p, NULL);
  pair_free(&p);
  for (size_t i = 0; i < 5; i++) {
    CHECK_EQ(seen_by_client[i], 1);
    CHECK_EQ(seen_by_server[i], 1);
  }
  file = fopen(path, "r");
  CHECK(file != NULL);
  while (fgets(line, sizeof(line), file)) {
    lines++;
  }
  fclose(file);
  CHECK_EQ(lines, 10);
  ngtcp2_crypto_rustls_client_del(client);
  ngtcp2_crypto_rustls_server_del(server);
}

static void lost_packet(void) {
  for (size_t damaged = 1; damaged < 6; damaged++) {
    ngtcp2_crypto_rustls_client *client = new_client();
    ngtcp2_crypto_rustls_server *server = new_server();
    pair p;
    pair_init(&p, client, server);
    p.flip_datagram = damaged;
    pair_run(&p, 10 * NGTCP2_SECONDS);
    check_connected(&p, NULL);
    pair_echo(&p);
    pair_free(&p);
    ngtcp2_crypto_rustls_client_del(client);
    ngtcp2_crypto_rustls_server_del(server);
  }
}

int main(void) {
  RUN(plain);
  RUN(every_suite_and_version);
  RUN(compatible_version_negotiation);
  RUN(hello_retry_request);
  RUN(resumption);
  RUN(client_certificate);
  RUN(server_certificates);
  RUN(from_memory);
  RUN(system_roots);
  RUN(no_verification);
  RUN(key_log);
  RUN(lost_packet);
  puts("handshake: ok");
  return 0;
}
