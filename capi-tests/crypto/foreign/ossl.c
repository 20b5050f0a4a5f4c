/* A foreign endpoint's TLS by OpenSSL. */
#include "tls.h"

#include <ngtcp2/ngtcp2_crypto_ossl.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char tls_name[] = "OpenSSL";

typedef struct context {
  foreign_options options;
  SSL_CTX *ctx;
  SSL_SESSION *session;
} context;

typedef struct session {
  SSL *ssl;
  ngtcp2_crypto_ossl_ctx *ctx;
} session;

static int choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *outlen, const unsigned char *in,
                       unsigned inlen, void *arg) {
  static const unsigned char echo[] = "\4echo";
  (void)ssl;
  (void)arg;
  return SSL_select_next_proto((unsigned char **)out, outlen, echo, 5, in, inlen) == OPENSSL_NPN_NEGOTIATED
           ? SSL_TLSEXT_ERR_OK
           : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static int got_session(SSL *ssl, SSL_SESSION *received) {
  context *x = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
  SSL_SESSION_free(x->session);
  x->session = received;
  return 1;
}

static int check(int ok, const char *what) {
  if (ok != 1) {
    fprintf(stderr, "OpenSSL: %s\n", what);
    ERR_print_errors_fp(stderr);
  }
  return ok == 1;
}

void *tls_context_new(const foreign_options *options) {
  context *x = calloc(1, sizeof(*x));
  int ok = check(ngtcp2_crypto_ossl_init() == 0, "ngtcp2_crypto_ossl_init");

  x->options = *options;
  x->ctx = SSL_CTX_new(options->is_server ? TLS_server_method() : TLS_client_method());
  SSL_CTX_set_app_data(x->ctx, x);
  ok &= check(SSL_CTX_load_verify_locations(x->ctx, options->ca, NULL), options->ca);
  if (options->cert) {
    ok &= check(SSL_CTX_use_certificate_chain_file(x->ctx, options->cert), options->cert);
    ok &= check(SSL_CTX_use_PrivateKey_file(x->ctx, options->key, SSL_FILETYPE_PEM), options->key);
  }
  if (options->suite) {
    ok &= check(SSL_CTX_set_ciphersuites(x->ctx, options->suite), options->suite);
  }
  if (options->groups) {
    ok &= check(SSL_CTX_set1_groups_list(x->ctx, options->groups), options->groups);
  }
  if (options->is_server) {
    SSL_CTX_set_alpn_select_cb(x->ctx, choose_alpn, NULL);
    SSL_CTX_set_session_id_context(x->ctx, (const unsigned char *)"echo", 4);
    if (options->early_data) {
      SSL_CTX_set_max_early_data(x->ctx, UINT32_MAX);
    }
    if (options->wants_client_cert) {
      SSL_CTX_set_verify(x->ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    }
  } else {
    SSL_CTX_set_verify(x->ctx, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_session_cache_mode(x->ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
    if (!options->no_resumption) {
      SSL_CTX_sess_set_new_cb(x->ctx, got_session);
    }
  }
  return ok ? x : NULL;
}

void tls_context_del(void *arg) {
  context *x = arg;
  SSL_SESSION_free(x->session);
  SSL_CTX_free(x->ctx);
  free(x);
}

void *tls_session_new(void *arg, ngtcp2_crypto_conn_ref *conn_ref, void **native_handle, int *offers_early_data) {
  context *x = arg;
  session *s = calloc(1, sizeof(*s));

  s->ssl = SSL_new(x->ctx);
  ngtcp2_crypto_ossl_ctx_new(&s->ctx, s->ssl);
  SSL_set_app_data(s->ssl, conn_ref);
  if (x->options.is_server) {
    check(ngtcp2_crypto_ossl_configure_server_session(s->ssl) == 0, "server session");
    SSL_set_accept_state(s->ssl);
    SSL_set_quic_tls_early_data_enabled(s->ssl, x->options.early_data);
  } else {
    check(ngtcp2_crypto_ossl_configure_client_session(s->ssl) == 0, "client session");
    SSL_set_connect_state(s->ssl);
    SSL_set_alpn_protos(s->ssl, (const unsigned char *)"\4echo", 5);
    SSL_set_tlsext_host_name(s->ssl, "localhost");
    SSL_set1_host(s->ssl, "localhost");
    if (x->session != NULL) {
      check(SSL_set_session(s->ssl, x->session), "session");
      if (x->options.early_data && SSL_SESSION_get_max_early_data(x->session) != 0) {
        SSL_set_quic_tls_early_data_enabled(s->ssl, 1);
        *offers_early_data = 1;
      }
    }
  }
  *native_handle = s->ctx;
  return s;
}

void tls_session_del(void *arg) {
  session *s = arg;
  if (s != NULL) {
    SSL_set_app_data(s->ssl, NULL);
    /* Otherwise its session counts as broken. */
    SSL_set_shutdown(s->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(s->ssl);
    ngtcp2_crypto_ossl_ctx_del(s->ctx);
    free(s);
  }
}

int tls_session_resumed(void *arg) { return SSL_session_reused(((session *)arg)->ssl); }

int tls_session_early_data_accepted(void *arg) {
  return SSL_get_early_data_status(((session *)arg)->ssl) == SSL_EARLY_DATA_ACCEPTED;
}

const char *tls_session_suite(void *arg) { return SSL_get_cipher_name(((session *)arg)->ssl); }
