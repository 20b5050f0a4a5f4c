/* TLS 1.3 with AES-128-GCM for the benchmark's endpoints, by a helper and its TLS library (capi-tests/crypto/foreign). The
 * folder CERTS has the certificates. */
#include "../crypto.h"

#include <ngtcp2/ngtcp2_crypto.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../common.h"
#include "../pair.h"
#include "tls.h"

#define SUITE "TLS_AES_128_GCM_SHA256"

const bool crypto_repeats = false;

struct session {
  ngtcp2_crypto_conn_ref conn_ref; /* how TLS finds the connection */
  struct endpoint *endpoint;
  void *tls;
};

static ngtcp2_conn *get_conn(ngtcp2_crypto_conn_ref *conn_ref)
{
  return ((struct session *)conn_ref->user_data)->endpoint->conn;
}

static const char *file(const char *name)
{
  char *path;
  if (asprintf(&path, "%s/%s", getenv("CERTS"), name) < 0) {
    die("out of memory");
  }
  return path;
}

/* Configurations are made once: one for clients, one for servers. */
static void *context_of(bool is_server)
{
  static void *contexts[2];
  if (contexts[is_server] == NULL) {
    foreign_options options = {
      .is_server = is_server, .ca = file("ca.pem"), .suite = SUITE, .groups = "X25519", .no_resumption = 1};
    if (is_server) {
      options.cert = file("server.pem");
      options.key = file("server.key");
    }
    contexts[is_server] = tls_context_new(&options);
    if (contexts[is_server] == NULL) {
      die("no TLS");
    }
  }
  return contexts[is_server];
}

void crypto_begin(struct endpoint *endpoint)
{
  struct session *session = calloc(1, sizeof(*session));
  void *handle;
  int offers_early_data;
  if (session == NULL) {
    die("out of memory");
  }
  session->endpoint = endpoint;
  session->conn_ref = (ngtcp2_crypto_conn_ref){.get_conn = get_conn, .user_data = session};
  session->tls = tls_session_new(context_of(endpoint->is_server), &session->conn_ref, &handle, &offers_early_data);
  if (session->tls == NULL) {
    die("no TLS session");
  }
  ngtcp2_conn_set_tls_native_handle(endpoint->conn, handle);
  endpoint->tls = session;
}

void crypto_end(struct endpoint *endpoint)
{
  struct session *session = endpoint->tls;
  const char *suite = tls_session_suite(session->tls);
  /* GnuTLS has a name of its own. */
  if (strcmp(suite, SUITE) != 0 && strcmp(suite, "GNUTLS_AES_128_GCM_SHA256") != 0) {
    die("the packets were protected by %s, not by " SUITE, suite);
  }
  tls_session_del(session->tls);
  free(session);
}

void crypto_callbacks(ngtcp2_callbacks *callbacks)
{
  callbacks->client_initial = ngtcp2_crypto_client_initial_cb;
  callbacks->recv_client_initial = ngtcp2_crypto_recv_client_initial_cb;
  callbacks->recv_crypto_data = ngtcp2_crypto_recv_crypto_data_cb;
  callbacks->recv_retry = ngtcp2_crypto_recv_retry_cb;
  callbacks->encrypt = ngtcp2_crypto_encrypt_cb;
  callbacks->decrypt = ngtcp2_crypto_decrypt_cb;
  callbacks->hp_mask = ngtcp2_crypto_hp_mask_cb;
  callbacks->update_key = ngtcp2_crypto_update_key_cb;
  callbacks->delete_crypto_aead_ctx = ngtcp2_crypto_delete_crypto_aead_ctx_cb;
  callbacks->delete_crypto_cipher_ctx = ngtcp2_crypto_delete_crypto_cipher_ctx_cb;
}
