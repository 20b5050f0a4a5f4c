/* Handshakes that must fail: with the right alert on the wire, a text for people, and no crash. */
#include "pair.h"

/* TLS alerts */
enum {
  UNEXPECTED_MESSAGE = 10,
  HANDSHAKE_FAILURE = 40,
  BAD_CERTIFICATE = 42,
  UNSUPPORTED_CERTIFICATE = 43,
  CERTIFICATE_EXPIRED = 45,
  UNKNOWN_CA = 48,
  DECODE_ERROR = 50,
  MISSING_EXTENSION = 109,
  CERTIFICATE_REQUIRED = 116,
  NO_APPLICATION_PROTOCOL = 120
};

/* Runs the pair and checks that |refuser| gave up with |alert| and a text that has |part| in it. */
static void expect_refusal(pair *p, endpoint *refuser, int alert, const char *part) {
  endpoint *other = refuser->is_server ? &p->client : &p->server;
  const char *text;

  pair_run(p, NGTCP2_SECONDS);
  CHECK_EQ(refuser->error, NGTCP2_ERR_CRYPTO);
  CHECK_EQ(ngtcp2_conn_get_tls_alert(refuser->conn), alert);
  text = ngtcp2_crypto_rustls_session_error(refuser->session);
  if (strstr(text, part) == NULL) {
    fprintf(stderr, "text: %s\n", text);
  }
  CHECK(strstr(text, part) != NULL);
  CHECK(other->draining);
  CHECK_EQ(endpoint_peer_alert(other), alert);
  CHECK(!refuser->handshake_completed);
  /* A session that has failed stays so, and may be asked again. */
  CHECK_EQ(ngtcp2_crypto_read_write_crypto_data(refuser->conn, NGTCP2_ENCRYPTION_LEVEL_INITIAL, NULL, 0),
           NGTCP2_ERR_CRYPTO);
}

static void refuse_server(const char *certificate, const char *name, int alert, const char *part) {
  ngtcp2_crypto_rustls_client *client = new_client();
  ngtcp2_crypto_rustls_server *server = new_server();
  char cert[64], key[64];
  pair p;

  snprintf(cert, sizeof(cert), "%s.pem", certificate);
  snprintf(key, sizeof(key), "%s.key", certificate);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_cert_files(server, cert_path(cert), cert_path(key)), 0);
  pair_init(&p, client, server);
  p.server_name = name;
  expect_refusal(&p, &p.client, alert, part);
  pair_free(&p);
  ngtcp2_crypto_rustls_client_del(client);
  ngtcp2_crypto_rustls_server_del(server);
}

static void server_certificates(void) {
  refuse_server("untrusted", "localhost", UNKNOWN_CA, "UnknownIssuer");
  refuse_server("wrong-name", "localhost", BAD_CERTIFICATE, "not valid for name");
  refuse_server("server", "elsewhere.example", BAD_CERTIFICATE, "not valid for name");
  refuse_server("server", "192.0.2.1", BAD_CERTIFICATE, "not valid for name");
  refuse_server("expired", "localhost", CERTIFICATE_EXPIRED, "expired");
  refuse_server("client", "localhost", UNSUPPORTED_CERTIFICATE, "");
}

static void refuse_client(const char *certificate, int alert) {
  ngtcp2_crypto_rustls_client *client = new_client();
  ngtcp2_crypto_rustls_server *server = new_server();
  char cert[64], key[64];
  pair p;

  CHECK_EQ(ngtcp2_crypto_rustls_server_set_client_ca_file(server, cert_path("ca.pem"), 1), 0);
  if (certificate != NULL) {
    snprintf(cert, sizeof(cert), "%s.pem", certificate);
    snprintf(key, sizeof(key), "%s.key", certificate);
    CHECK_EQ(ngtcp2_crypto_rustls_client_set_cert_files(client, cert_path(cert), cert_path(key)), 0);
  }
  pair_init(&p, client, server);
  expect_refusal(&p, &p.server, alert, "");
  pair_free(&p);
  ngtcp2_crypto_rustls_client_del(client);
  ngtcp2_crypto_rustls_server_del(server);
}

static void client_certificates(void) {
  refuse_client(NULL, CERTIFICATE_REQUIRED);
  refuse_client("wrong-client", UNKNOWN_CA);
}

static void application_protocols(void) {
  for (int i = 0; i < 3; i++) {
    ngtcp2_crypto_rustls_client *client;
    ngtcp2_crypto_rustls_server *server;
    pair p;
    CHECK_EQ(ngtcp2_crypto_rustls_client_new(&client), 0);
    CHECK_EQ(ngtcp2_crypto_rustls_client_add_ca_file(client, cert_path("ca.pem")), 0);
    CHECK_EQ(ngtcp2_crypto_rustls_server_new(&server), 0);
    CHECK_EQ(ngtcp2_crypto_rustls_server_set_cert_files(server, cert_path("server.pem"),
                                                        cert_path("server.key")), 0);
    if (i != 1) {
      CHECK_EQ(ngtcp2_crypto_rustls_client_add_alpn(client, (const uint8_t *)"one", 3), 0);
    }
    if (i != 2) {
      CHECK_EQ(ngtcp2_crypto_rustls_server_add_alpn(server, (const uint8_t *)"two", 3), 0);
    }
    pair_init(&p, client, server);
    expect_refusal(&p, &p.server, NO_APPLICATION_PROTOCOL, "protocol");
    pair_free(&p);
    ngtcp2_crypto_rustls_client_del(client);
    ngtcp2_crypto_rustls_server_del(server);
  }
}

static void nothing_in_common(void) {
  for (int i = 0; i < 2; i++) {
    ngtcp2_crypto_rustls_client *client = new_client();
    ngtcp2_crypto_rustls_server *server = new_server();
    pair p;
    if (i == 0) {
      CHECK_EQ(ngtcp2_crypto_rustls_client_set_cipher_suites(client, "TLS_AES_128_GCM_SHA256"), 0);
      CHECK_EQ(ngtcp2_crypto_rustls_server_set_cipher_suites(server, "TLS_CHACHA20_POLY1305_SHA256"), 0);
    } else {
      CHECK_EQ(ngtcp2_crypto_rustls_client_set_groups(client, "P-256"), 0);
      CHECK_EQ(ngtcp2_crypto_rustls_server_set_groups(server, "X25519:P-384"), 0);
    }
    pair_init(&p, client, server);
    expect_refusal(&p, &p.server, HANDSHAKE_FAILURE, "");
    pair_free(&p);
    ngtcp2_crypto_rustls_client_del(client);
    ngtcp2_crypto_rustls_server_del(server);
  }
}

/* A failing callback of the application ends the connection, and the keys are freed once. */
static void failing_callback(void) {
  static const int levels[] = {NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE, NGTCP2_ENCRYPTION_LEVEL_1RTT};
  for (int side = 0; side < 2; side++) {
    for (int i = 0; i < 2; i++) {
      ngtcp2_crypto_rustls_client *client = new_client();
      ngtcp2_crypto_rustls_server *server = new_server();
      pair p;
      pair_init(&p, client, server);
      (side ? &p.server : &p.client)->failing_rx_key = levels[i];
      pair_run(&p, NGTCP2_SECONDS);
      CHECK_EQ((side ? &p.server : &p.client)->error, NGTCP2_ERR_CALLBACK_FAILURE);
      pair_free(&p);
      ngtcp2_crypto_rustls_client_del(client);
      ngtcp2_crypto_rustls_server_del(server);
    }
  }
}

/* CRYPTO data that no honest peer sends, given to the session of a server that waits for a hello. */
static void bad_hellos(void) {
  static const struct {
    const char *data;
    size_t len;
    int alert; /* or an error code */
  } cases[] = {
    {"\x02\x00\x00\x00", 4, UNEXPECTED_MESSAGE},
    {"\x01\x00\x00\x01x", 5, DECODE_ERROR},
    {"\x01\xff\xff\xff", 4, DECODE_ERROR},
    {"\x01\x00\x00\x2b\x03\x03"
     "01234567890123456789012345678901"
     "\x00\x00\x02\x13\x01\x01\x00\x00\x00",
     47, MISSING_EXTENSION},
    /* transport parameters that end in the middle of one */
    {"\x01\x00\x00\x32\x03\x03"
     "01234567890123456789012345678901"
     "\x00\x00\x02\x13\x01\x01\x00\x00\x07\x00\x39\x00\x03\x04\x02\x80",
     54, NGTCP2_ERR_MALFORMED_TRANSPORT_PARAM},
  };
  ngtcp2_crypto_rustls_server *server = new_server();
  ngtcp2_crypto_rustls_client *client = new_client();

  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    for (int in_pieces = 0; in_pieces < 2; in_pieces++) {
      /* The session of a server, fed by hand through a connection that is there already. */
      ngtcp2_crypto_rustls_session *session;
      pair p;
      size_t piece = in_pieces ? 1 : cases[i].len;
      int rv = 0;

      pair_init(&p, client, server);
      pair_run(&p, 0);
      CHECK_EQ(ngtcp2_crypto_rustls_session_server_new(&session, server, NULL), 0);
      ngtcp2_conn_set_tls_native_handle(p.client.conn, session);
      for (size_t at = 0; at < cases[i].len && rv == 0; at += piece) {
        rv = ngtcp2_crypto_recv_crypto_data_cb(p.client.conn, NGTCP2_ENCRYPTION_LEVEL_INITIAL, at,
                                               (const uint8_t *)cases[i].data + at, piece, NULL);
      }
      if (cases[i].alert < 0) {
        CHECK_EQ(rv, cases[i].alert);
        CHECK_EQ(ngtcp2_conn_get_tls_error(p.client.conn), cases[i].alert);
      } else {
        CHECK_EQ(rv, NGTCP2_ERR_CRYPTO);
        CHECK_EQ(ngtcp2_conn_get_tls_alert(p.client.conn), cases[i].alert);
        CHECK(*ngtcp2_crypto_rustls_session_error(session) != '\0');
      }
      ngtcp2_conn_set_tls_native_handle(p.client.conn, p.client.session);
      ngtcp2_crypto_rustls_session_del(session);
      pair_free(&p);
    }
  }
  ngtcp2_crypto_rustls_client_del(client);
  ngtcp2_crypto_rustls_server_del(server);
}

int main(void) {
  RUN(server_certificates);
  RUN(client_certificates);
  RUN(application_protocols);
  RUN(nothing_in_common);
  RUN(failing_callback);
  RUN(bad_hellos);
  puts("refusal: ok");
  return 0;
}
