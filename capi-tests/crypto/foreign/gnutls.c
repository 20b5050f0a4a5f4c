/* A foreign endpoint's TLS by GnuTLS. */
#include "tls.h"

#include <ngtcp2/ngtcp2_crypto_gnutls.h>

#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char tls_name[] = "GnuTLS";

typedef struct context {
  foreign_options options;
  gnutls_certificate_credentials_t credentials;
  gnutls_datum_t ticket_key, session;
  gnutls_anti_replay_t anti_replay;
  char priority[256];
} context;

typedef struct session {
  context *context;
  gnutls_session_t tls;
} session;

static int check(int rv, const char *what) {
  if (rv < 0) {
    fprintf(stderr, "GnuTLS: %s: %s\n", what, gnutls_strerror(rv));
  }
  return rv;
}

static int never_seen(void *ptr, time_t at, const gnutls_datum_t *key, const gnutls_datum_t *data) {
  (void)ptr;
  (void)at;
  (void)key;
  (void)data;
  return 0;
}

static void set_priority(context *x) {
  static const char *suites[][2] = {{"TLS_AES_128_GCM_SHA256", "+AES-128-GCM"},
                                    {"TLS_AES_256_GCM_SHA384", "+AES-256-GCM"},
                                    {"TLS_CHACHA20_POLY1305_SHA256", "+CHACHA20-POLY1305"}};
  const char *ciphers = "+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305";
  const char *groups = "+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1";
  for (size_t i = 0; i < 3; i++) {
    if (x->options.suite && strcmp(x->options.suite, suites[i][0]) == 0) {
      ciphers = suites[i][1];
    }
  }
  if (x->options.groups) {
    groups = strcmp(x->options.groups, "P-256") == 0 ? "+GROUP-SECP256R1" : "+GROUP-X25519";
  }
  snprintf(x->priority, sizeof(x->priority),
           "%%DISABLE_TLS13_COMPAT_MODE:NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:%s:-GROUP-ALL:%s", ciphers, groups);
}

void *tls_context_new(const foreign_options *options) {
  context *x = calloc(1, sizeof(*x));
  x->options = *options;
  set_priority(x);
  gnutls_certificate_allocate_credentials(&x->credentials);
  check(gnutls_certificate_set_x509_trust_file(x->credentials, options->ca, GNUTLS_X509_FMT_PEM), options->ca);
  if (options->cert && check(gnutls_certificate_set_x509_key_file(x->credentials, options->cert, options->key,
                                                                  GNUTLS_X509_FMT_PEM), options->cert) < 0) {
    return NULL;
  }
  gnutls_session_ticket_key_generate(&x->ticket_key);
  gnutls_anti_replay_init(&x->anti_replay);
  gnutls_anti_replay_set_add_function(x->anti_replay, never_seen);
  return x;
}

void tls_context_del(void *arg) {
  context *x = arg;
  gnutls_certificate_free_credentials(x->credentials);
  gnutls_free(x->ticket_key.data);
  gnutls_free(x->session.data);
  gnutls_anti_replay_deinit(x->anti_replay);
  free(x);
}

static int got_ticket(gnutls_session_t tls, unsigned type, unsigned when, unsigned incoming,
                      const gnutls_datum_t *message) {
  ngtcp2_crypto_conn_ref *ref = gnutls_session_get_ptr(tls);
  context *x = gnutls_db_get_ptr(tls);
  (void)ref;
  (void)type;
  (void)when;
  (void)message;
  if (incoming && x != NULL && !x->options.no_resumption) {
    gnutls_free(x->session.data);
    x->session.data = NULL;
    gnutls_session_get_data2(tls, &x->session);
  }
  return 0;
}

void *tls_session_new(void *arg, ngtcp2_crypto_conn_ref *conn_ref, void **native_handle, int *offers_early_data) {
  context *x = arg;
  session *s = calloc(1, sizeof(*s));
  unsigned flags = (x->options.is_server ? GNUTLS_SERVER : GNUTLS_CLIENT) | GNUTLS_NO_END_OF_EARLY_DATA;
  gnutls_datum_t alpn = {(unsigned char *)"echo", 4};

  s->context = x;
  if (x->options.early_data) {
    flags |= GNUTLS_ENABLE_EARLY_DATA;
  }
  gnutls_init(&s->tls, flags);
  check(gnutls_priority_set_direct(s->tls, x->priority, NULL), x->priority);
  check(gnutls_credentials_set(s->tls, GNUTLS_CRD_CERTIFICATE, x->credentials), "credentials");
  gnutls_session_set_ptr(s->tls, conn_ref);
  check(gnutls_alpn_set_protocols(s->tls, &alpn, 1, GNUTLS_ALPN_MANDATORY), "ALPN");
  if (x->options.is_server) {
    check(gnutls_session_ticket_enable_server(s->tls, &x->ticket_key), "tickets");
    check(ngtcp2_crypto_gnutls_configure_server_session(s->tls), "server session");
    if (x->options.early_data) {
      gnutls_anti_replay_enable(s->tls, x->anti_replay);
      gnutls_record_set_max_early_data_size(s->tls, 0xffffffffu);
    }
    if (x->options.wants_client_cert) {
      gnutls_certificate_server_set_request(s->tls, GNUTLS_CERT_REQUIRE);
      gnutls_session_set_verify_cert(s->tls, NULL, 0);
    }
  } else {
    check(ngtcp2_crypto_gnutls_configure_client_session(s->tls), "client session");
    gnutls_server_name_set(s->tls, GNUTLS_NAME_DNS, "localhost", 9);
    gnutls_session_set_verify_cert(s->tls, "localhost", 0);
    gnutls_db_set_ptr(s->tls, x);
    gnutls_handshake_set_hook_function(s->tls, GNUTLS_HANDSHAKE_NEW_SESSION_TICKET, GNUTLS_HOOK_POST, got_ticket);
    if (x->session.data != NULL) {
      check(gnutls_session_set_data(s->tls, x->session.data, x->session.size), "session");
      *offers_early_data = x->options.early_data;
    }
  }
  *native_handle = s->tls;
  return s;
}

void tls_session_del(void *arg) {
  session *s = arg;
  if (s != NULL) {
    gnutls_deinit(s->tls);
    free(s);
  }
}

int tls_session_resumed(void *arg) { return gnutls_session_is_resumed(((session *)arg)->tls); }

int tls_session_early_data_accepted(void *arg) {
  return (gnutls_session_get_flags(((session *)arg)->tls) & GNUTLS_SFLAGS_EARLY_DATA) != 0;
}

const char *tls_session_suite(void *arg) { return gnutls_ciphersuite_get(((session *)arg)->tls); }
