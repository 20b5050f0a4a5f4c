/* The C API called wrongly: NULL everywhere, garbage for PEM, keys that do not fit. Each call gives an
 * error with a text, and none crashes. */
#include "pair.h"

#include <ngtcp2/rngtcp2.h>
#include <pthread.h>

static ngtcp2_crypto_rustls_client *client;
static ngtcp2_crypto_rustls_server *server;

static const uint8_t *U(const char *text) { return (const uint8_t *)text; }

static void ignore_line(const char *line, void *user_data) {
  (void)line;
  (void)user_data;
}

#define NULL_ARG(call) CHECK_EQ(call, NGTCP2_ERR_INVALID_ARGUMENT)

static void null_objects(void) {
  ngtcp2_crypto_rustls_session *session = (void *)1;
  const uint8_t *proto = U("x");

  NULL_ARG(ngtcp2_crypto_rustls_client_new(NULL));
  ngtcp2_crypto_rustls_client_del(NULL);
  CHECK_STR(ngtcp2_crypto_rustls_client_error(NULL), "");
  NULL_ARG(ngtcp2_crypto_rustls_client_add_system_roots(NULL));
  NULL_ARG(ngtcp2_crypto_rustls_client_add_ca_file(NULL, "x"));
  NULL_ARG(ngtcp2_crypto_rustls_client_add_ca_pem(NULL, U("x"), 1));
  NULL_ARG(ngtcp2_crypto_rustls_client_set_cert_files(NULL, "x", "x"));
  NULL_ARG(ngtcp2_crypto_rustls_client_set_cert_pem(NULL, U("x"), 1, U("x"), 1));
  NULL_ARG(ngtcp2_crypto_rustls_client_add_alpn(NULL, U("x"), 1));
  NULL_ARG(ngtcp2_crypto_rustls_client_set_cipher_suites(NULL, "x"));
  NULL_ARG(ngtcp2_crypto_rustls_client_set_groups(NULL, "x"));
  NULL_ARG(ngtcp2_crypto_rustls_client_set_keylog_file(NULL, "x"));
  NULL_ARG(ngtcp2_crypto_rustls_client_set_keylog_env(NULL));
  NULL_ARG(ngtcp2_crypto_rustls_client_set_keylog_callback(NULL, ignore_line, NULL));
  NULL_ARG(ngtcp2_crypto_rustls_client_dangerous_disable_verification(NULL));
  NULL_ARG(ngtcp2_crypto_rustls_server_new(NULL));
  ngtcp2_crypto_rustls_server_del(NULL);
  CHECK_STR(ngtcp2_crypto_rustls_server_error(NULL), "");
  NULL_ARG(ngtcp2_crypto_rustls_server_set_cert_files(NULL, "x", "x"));
  NULL_ARG(ngtcp2_crypto_rustls_server_set_cert_pem(NULL, U("x"), 1, U("x"), 1));
  NULL_ARG(ngtcp2_crypto_rustls_server_add_alpn(NULL, U("x"), 1));
  NULL_ARG(ngtcp2_crypto_rustls_server_set_cipher_suites(NULL, "x"));
  NULL_ARG(ngtcp2_crypto_rustls_server_set_groups(NULL, "x"));
  NULL_ARG(ngtcp2_crypto_rustls_server_set_client_ca_file(NULL, "x", 1));
  NULL_ARG(ngtcp2_crypto_rustls_server_set_client_ca_pem(NULL, U("x"), 1, 1));
  NULL_ARG(ngtcp2_crypto_rustls_server_set_keylog_file(NULL, "x"));
  NULL_ARG(ngtcp2_crypto_rustls_server_set_keylog_env(NULL));
  NULL_ARG(ngtcp2_crypto_rustls_server_set_keylog_callback(NULL, ignore_line, NULL));
  NULL_ARG(ngtcp2_crypto_rustls_session_client_new(NULL, client, "localhost", NULL));
  NULL_ARG(ngtcp2_crypto_rustls_session_client_new(&session, NULL, "localhost", NULL));
  CHECK(session == NULL);
  session = (void *)1;
  NULL_ARG(ngtcp2_crypto_rustls_session_client_new(&session, client, NULL, NULL));
  CHECK(session == NULL);
  NULL_ARG(ngtcp2_crypto_rustls_session_server_new(NULL, server, NULL));
  NULL_ARG(ngtcp2_crypto_rustls_session_server_new(&session, NULL, NULL));
  ngtcp2_crypto_rustls_session_del(NULL);
  CHECK_STR(ngtcp2_crypto_rustls_session_error(NULL), "");
  CHECK_STR(ngtcp2_crypto_rustls_session_cipher(NULL), "");
  CHECK_STR(ngtcp2_crypto_rustls_session_server_name(NULL), "");
  CHECK_EQ(ngtcp2_crypto_rustls_session_resumed(NULL), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_session_alpn(NULL, &proto), 0);
  CHECK(proto == NULL);
  CHECK_EQ(ngtcp2_crypto_rustls_session_alpn(NULL, NULL), 0);
}

static void null_values(void) {
  NULL_ARG(ngtcp2_crypto_rustls_client_add_ca_file(client, NULL));
  CHECK(*ngtcp2_crypto_rustls_client_error(client) != '\0');
  NULL_ARG(ngtcp2_crypto_rustls_client_add_ca_pem(client, NULL, 1));
  NULL_ARG(ngtcp2_crypto_rustls_client_set_cert_files(client, NULL, "x"));
  NULL_ARG(ngtcp2_crypto_rustls_client_set_cert_files(client, "x", NULL));
  NULL_ARG(ngtcp2_crypto_rustls_client_set_cert_pem(client, NULL, 1, U("x"), 1));
  NULL_ARG(ngtcp2_crypto_rustls_client_set_cert_pem(client, U("x"), 1, NULL, 1));
  NULL_ARG(ngtcp2_crypto_rustls_client_add_alpn(client, NULL, 1));
  NULL_ARG(ngtcp2_crypto_rustls_client_add_alpn(client, NULL, 0));
  NULL_ARG(ngtcp2_crypto_rustls_client_add_alpn(client, U("x"), 256));
  NULL_ARG(ngtcp2_crypto_rustls_client_set_cipher_suites(client, NULL));
  NULL_ARG(ngtcp2_crypto_rustls_client_set_cipher_suites(client, "\xff"));
  NULL_ARG(ngtcp2_crypto_rustls_client_set_groups(client, NULL));
  NULL_ARG(ngtcp2_crypto_rustls_client_set_keylog_file(client, NULL));
  CHECK_EQ(ngtcp2_crypto_rustls_client_set_keylog_callback(client, NULL, NULL), 0);
  NULL_ARG(ngtcp2_crypto_rustls_server_set_cert_files(server, NULL, "x"));
  NULL_ARG(ngtcp2_crypto_rustls_server_set_cert_files(server, "x", NULL));
  NULL_ARG(ngtcp2_crypto_rustls_server_set_cert_pem(server, NULL, 1, U("x"), 1));
  NULL_ARG(ngtcp2_crypto_rustls_server_set_cert_pem(server, U("x"), 1, NULL, 1));
  NULL_ARG(ngtcp2_crypto_rustls_server_add_alpn(server, NULL, 1));
  NULL_ARG(ngtcp2_crypto_rustls_server_set_cipher_suites(server, NULL));
  NULL_ARG(ngtcp2_crypto_rustls_server_set_groups(server, NULL));
  NULL_ARG(ngtcp2_crypto_rustls_server_set_client_ca_file(server, NULL, 1));
  NULL_ARG(ngtcp2_crypto_rustls_server_set_client_ca_pem(server, NULL, 1, 1));
  NULL_ARG(ngtcp2_crypto_rustls_server_set_keylog_file(server, NULL));
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_keylog_callback(server, NULL, NULL), 0);
}

/* A call that is refused because of what it was given: an error, and a text with |part| in it. */
#define CLIENT_REFUSES(call, part)                                                                 \
  do {                                                                                             \
    CHECK_EQ(call, NGTCP2_ERR_CRYPTO);                                                             \
    if (strstr(ngtcp2_crypto_rustls_client_error(client), part) == NULL)                           \
      fprintf(stderr, "text: %s\n", ngtcp2_crypto_rustls_client_error(client));                    \
    CHECK(strstr(ngtcp2_crypto_rustls_client_error(client), part) != NULL);                        \
  } while (0)

#define SERVER_REFUSES(call, part)                                                                 \
  do {                                                                                             \
    CHECK_EQ(call, NGTCP2_ERR_CRYPTO);                                                             \
    if (strstr(ngtcp2_crypto_rustls_server_error(server), part) == NULL)                           \
      fprintf(stderr, "text: %s\n", ngtcp2_crypto_rustls_server_error(server));                    \
    CHECK(strstr(ngtcp2_crypto_rustls_server_error(server), part) != NULL);                        \
  } while (0)

static void bad_certificates(void) {
  static const char *garbage[] = {"x", "-----BEGIN CERTIFICATE-----",
                                  "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"};
  ngtcp2_crypto_rustls_session *session;

  CLIENT_REFUSES(ngtcp2_crypto_rustls_session_client_new(&session, client, "localhost", NULL),
                 "no CA certificate");
  CHECK(session == NULL);
  SERVER_REFUSES(ngtcp2_crypto_rustls_session_server_new(&session, server, NULL), "no certificate");
  for (size_t i = 0; i < 3; i++) {
    const uint8_t *pem = U(garbage[i]);
    size_t len = strlen(garbage[i]);
    CLIENT_REFUSES(ngtcp2_crypto_rustls_client_add_ca_pem(client, pem, len), "");
    CLIENT_REFUSES(ngtcp2_crypto_rustls_client_set_cert_pem(client, pem, len, pem, len), "");
    SERVER_REFUSES(ngtcp2_crypto_rustls_server_set_cert_pem(server, pem, len, pem, len), "");
    SERVER_REFUSES(ngtcp2_crypto_rustls_server_set_client_ca_pem(server, pem, len, 1), "");
  }
  CLIENT_REFUSES(ngtcp2_crypto_rustls_client_add_ca_pem(client, U(""), 0), "no certificate");
  CLIENT_REFUSES(ngtcp2_crypto_rustls_client_add_ca_file(client, "/nonexistent"),
                 "/nonexistent: No such file");
  CLIENT_REFUSES(ngtcp2_crypto_rustls_client_add_ca_file(client, "/dev/zero"), "too large");
  CLIENT_REFUSES(ngtcp2_crypto_rustls_client_add_ca_file(client, "/"), "/");
  CLIENT_REFUSES(ngtcp2_crypto_rustls_client_add_ca_file(client, cert_path("broken.pem")), "broken");
  CLIENT_REFUSES(ngtcp2_crypto_rustls_client_add_ca_file(client, cert_path("truncated.pem")), "broken");
  CLIENT_REFUSES(ngtcp2_crypto_rustls_client_add_ca_file(client, cert_path("server.key")), "no certificate");
  SERVER_REFUSES(ngtcp2_crypto_rustls_server_set_client_ca_file(server, "/nonexistent", 1), "/nonexistent");
}

/* Whether a line of the file stands in the text, but for those that PEM begins and ends with. */
static int tells(const char *text, const char *path) {
  FILE *file = fopen(path, "r");
  char line[256];
  int told = 0;
  while (file != NULL && fgets(line, sizeof(line), file)) {
    line[strcspn(line, "\n")] = '\0';
    told |= strlen(line) > 7 && strncmp(line, "-----", 5) != 0 && strstr(text, line) != NULL;
  }
  if (file != NULL) {
    fclose(file);
  }
  return told;
}

static void bad_keys(void) {
  static const char *const keys[][3] = {
    {"server.pem", "server.pem", "no private key"},     {"server.pem", "public.key", "no private key"},
    {"server.pem", "client.key", "does not belong"},    {"server.pem", "rsa.key", "does not belong"},
    {"rsa.pem", "server.key", "does not belong"},       {"server.pem", "ed25519.key", "does not belong"},
    {"server.pem", "encrypted.key", "password"},        {"server.pem", "encrypted-old.key", "password"},
    {"server.pem", "unsupported.key", "cannot be used"}, {"server.pem", "x25519.key", "cannot be used"},
    {"server.pem", "truncated.key", "broken"},          {"server.pem", "no-such.key", "no-such.key"},
    {"server.key", "server.pem", "no certificate"},     {"broken.pem", "server.key", "broken"},
    {"truncated.pem", "server.key", "broken"},
  };
  for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
    const char *cert = cert_path(keys[i][0]), *key = cert_path(keys[i][1]);
    SERVER_REFUSES(ngtcp2_crypto_rustls_server_set_cert_files(server, cert, key), keys[i][2]);
    CHECK(!tells(ngtcp2_crypto_rustls_server_error(server), key));
    CLIENT_REFUSES(ngtcp2_crypto_rustls_client_set_cert_files(client, cert, key), keys[i][2]);
    CHECK(!tells(ngtcp2_crypto_rustls_client_error(client), key));
  }
}

/* Each thread has failures of its own, whose texts no other thread takes away, nor the end of the object. */
enum { THREADS = 4, FAILURES = 200 };

static void *fail_often(void *arg) {
  char name[32], expected[64];
  for (int i = 0; i < FAILURES; i++) {
    const char *text;
    snprintf(name, sizeof(name), "thread%d-%d", *(int *)arg, i);
    snprintf(expected, sizeof(expected), "unknown cipher suite: \"%s\"", name);
    CHECK_EQ(ngtcp2_crypto_rustls_client_set_cipher_suites(client, name), NGTCP2_ERR_CRYPTO);
    text = ngtcp2_crypto_rustls_client_error(client);
    for (int j = 0; j < 20; j++) {
      CHECK_STR(text, expected);
    }
    CHECK(ngtcp2_crypto_rustls_client_error(client) == text);
  }
  return NULL;
}

static void *ask(void *arg) {
  CHECK_STR(ngtcp2_crypto_rustls_server_error(arg), "unknown cipher suite: \"x\"");
  return NULL;
}

static void texts_of_threads(void) {
  pthread_t threads[THREADS];
  int numbers[THREADS];
  ngtcp2_crypto_rustls_server *short_lived;
  const char *text;

  for (int i = 0; i < THREADS; i++) {
    numbers[i] = i;
    CHECK_EQ(pthread_create(&threads[i], NULL, fail_often, &numbers[i]), 0);
  }
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
  }
  CHECK_EQ(ngtcp2_crypto_rustls_server_new(&short_lived), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_cipher_suites(short_lived, "x"), NGTCP2_ERR_CRYPTO);
  text = ngtcp2_crypto_rustls_server_error(short_lived);
  /* A thread that has had none is told of the last there was. */
  CHECK_EQ(pthread_create(&threads[0], NULL, ask, short_lived), 0);
  pthread_join(threads[0], NULL);
  ngtcp2_crypto_rustls_server_del(short_lived);
  CHECK_STR(text, "unknown cipher suite: \"x\"");
}

static void version(void) {
  const ngtcp2_info *info = ngtcp2_crypto_rustls_version(0);
  CHECK(info && info == ngtcp2_crypto_rustls_version(info->version_num));
  CHECK_STR(info->version_str, RNGTCP2_VERSION);
  CHECK_EQ(info->version_num, RNGTCP2_VERSION_NUM);
  CHECK(ngtcp2_crypto_rustls_version(info->version_num + 1) == NULL);
}

static void bad_names(void) {
  ngtcp2_crypto_rustls_session *session;
  CLIENT_REFUSES(ngtcp2_crypto_rustls_client_set_cipher_suites(client, "TLS_AES_128_CCM_SHA256"),
                 "TLS_AES_128_CCM_SHA256");
  CLIENT_REFUSES(ngtcp2_crypto_rustls_client_set_cipher_suites(client, ""), "unknown");
  CLIENT_REFUSES(ngtcp2_crypto_rustls_client_set_cipher_suites(client, "TLS_AES_128_GCM_SHA256:"), "unknown");
  CLIENT_REFUSES(ngtcp2_crypto_rustls_client_set_groups(client, "X25519:X448"), "X448");
  CLIENT_REFUSES(ngtcp2_crypto_rustls_client_set_keylog_file(client, "/nonexistent/x"), "/nonexistent/x");
  CHECK_EQ(ngtcp2_crypto_rustls_client_add_ca_file(client, cert_path("ca.pem")), 0);
  CLIENT_REFUSES(ngtcp2_crypto_rustls_session_client_new(&session, client, "", NULL), "server name");
  CLIENT_REFUSES(ngtcp2_crypto_rustls_session_client_new(&session, client, "no spaces", NULL), "server name");
  CHECK(session == NULL);
  /* What was refused has changed nothing. */
  CHECK_EQ(ngtcp2_crypto_rustls_session_client_new(&session, client, "localhost", NULL), 0);
  CHECK_STR(ngtcp2_crypto_rustls_session_server_name(session), "localhost");
  CHECK_STR(ngtcp2_crypto_rustls_session_cipher(session), "");
  ngtcp2_crypto_rustls_session_del(session);
  CHECK_EQ(ngtcp2_crypto_rustls_session_client_new(&session, client, "2001:db8::1", NULL), 0);
  ngtcp2_crypto_rustls_session_del(session);
}

int main(void) {
  CHECK_EQ(ngtcp2_crypto_rustls_client_new(&client), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_server_new(&server), 0);
  CHECK_STR(ngtcp2_crypto_rustls_client_error(client), "");
  CHECK_STR(ngtcp2_crypto_rustls_server_error(server), "");
  RUN(null_objects);
  RUN(null_values);
  RUN(bad_certificates);
  RUN(bad_keys);
  RUN(bad_names);
  RUN(version);
  RUN(texts_of_threads);
  ngtcp2_crypto_rustls_client_del(client);
  ngtcp2_crypto_rustls_server_del(server);
  puts("arguments: ok");
  return 0;
}
