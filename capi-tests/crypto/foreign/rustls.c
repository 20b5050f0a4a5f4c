/* The helper in the place of a foreign one: for measurements in which all else is equal. */
#include "tls.h"

#include <ngtcp2/ngtcp2_crypto_rustls.h>

#include <stdio.h>
#include <stdlib.h>

const char tls_name[] = "rustls";

typedef struct context {
  ngtcp2_crypto_rustls_client *client;
  ngtcp2_crypto_rustls_server *server;
  int early_data;
} context;

static int check(int rv, const char *text) {
  if (rv != 0) {
    fprintf(stderr, "rustls: %s\n", text);
  }
  return rv == 0;
}

static int client_new(context *x, const foreign_options *o) {
  ngtcp2_crypto_rustls_client *c;
  int rv = ngtcp2_crypto_rustls_client_new(&c);
  x->client = c;
  rv |= ngtcp2_crypto_rustls_client_add_ca_file(c, o->ca);
  rv |= ngtcp2_crypto_rustls_client_add_alpn(c, (const uint8_t *)"echo", 4);
  rv |= o->cert ? ngtcp2_crypto_rustls_client_set_cert_files(c, o->cert, o->key) : 0;
  rv |= o->suite ? ngtcp2_crypto_rustls_client_set_cipher_suites(c, o->suite) : 0;
  rv |= o->groups ? ngtcp2_crypto_rustls_client_set_groups(c, o->groups) : 0;
  rv |= !o->no_resumption ? 0 : ngtcp2_crypto_rustls_client_set_session_cache(c, 0);
  return check(rv, ngtcp2_crypto_rustls_client_error(c));
}

static int server_new(context *x, const foreign_options *o) {
  ngtcp2_crypto_rustls_server *s;
  int rv = ngtcp2_crypto_rustls_server_new(&s);
  x->server = s;
  rv |= ngtcp2_crypto_rustls_server_set_cert_files(s, o->cert, o->key);
  rv |= ngtcp2_crypto_rustls_server_add_alpn(s, (const uint8_t *)"echo", 4);
  rv |= o->wants_client_cert ? ngtcp2_crypto_rustls_server_set_client_ca_file(s, o->ca, 1) : 0;
  rv |= o->suite ? ngtcp2_crypto_rustls_server_set_cipher_suites(s, o->suite) : 0;
  rv |= o->groups ? ngtcp2_crypto_rustls_server_set_groups(s, o->groups) : 0;
  rv |= o->early_data ? ngtcp2_crypto_rustls_server_set_session_cache(s, 100, 1) : 0;
  return check(rv, ngtcp2_crypto_rustls_server_error(s));
}

void *tls_context_new(const foreign_options *options) {
  context *x = calloc(1, sizeof(*x));
  x->early_data = options->early_data;
  return (options->is_server ? server_new(x, options) : client_new(x, options)) ? x : NULL;
}

void tls_context_del(void *arg) {
  context *x = arg;
  ngtcp2_crypto_rustls_client_del(x->client);
  ngtcp2_crypto_rustls_server_del(x->server);
  free(x);
}

void *tls_session_new(void *arg, ngtcp2_crypto_conn_ref *conn_ref, void **native_handle, int *offers_early_data) {
  context *x = arg;
  ngtcp2_crypto_rustls_session *session;
  int rv = x->server ? ngtcp2_crypto_rustls_session_server_new(&session, x->server, conn_ref)
                     : ngtcp2_crypto_rustls_session_client_new(&session, x->client, "localhost", conn_ref);
  *offers_early_data = 0;
  *native_handle = session;
  return rv == 0 ? session : NULL;
}

void tls_session_del(void *session) { ngtcp2_crypto_rustls_session_del(session); }

int tls_session_resumed(void *session) { return ngtcp2_crypto_rustls_session_resumed(session); }

int tls_session_early_data_accepted(void *session) {
  return ngtcp2_crypto_rustls_session_early_data_accepted(session);
}

const char *tls_session_suite(void *session) { return ngtcp2_crypto_rustls_session_cipher(session); }
