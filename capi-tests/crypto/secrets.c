/* No secret stays behind in memory that was given back to the C heap: whole handshakes, resumption, early data, key updates;
 * all that was freed meanwhile is kept here as it was, and searched for what the key log names and for what follows from it.
 * free and realloc are defined here, in the place of libc's. */
#define _GNU_SOURCE
#include "pair.h"

#include <malloc.h>

/* Sanitizers have a heap of their own. */
#ifndef __SANITIZE_ADDRESS__

#define MAX_FREED 400000
#define MAX_SECRETS 1000
#define LONGEST 48

static void *freed[MAX_FREED];
static size_t freed_count;
static int is_watching;

typedef struct secret {
  char name[64];
  uint8_t bytes[LONGEST];
  size_t len;
} secret;

static secret secrets[MAX_SECRETS];
static size_t secret_count;

void *__libc_malloc(size_t len);
void *__libc_realloc(void *block, size_t len);
void __libc_free(void *block);

void free(void *block) {
  if (is_watching && block != NULL && freed_count < MAX_FREED) {
    freed[freed_count++] = block;
    return;
  }
  __libc_free(block);
}

/* A block that grows in its place leaves nothing behind; one that moves does. */
void *realloc(void *block, size_t len) {
  if (is_watching && block != NULL && len > malloc_usable_size(block)) {
    void *moved = __libc_malloc(len);
    if (moved != NULL) {
      memcpy(moved, block, malloc_usable_size(block));
      free(block);
    }
    return moved;
  }
  return __libc_realloc(block, len);
}

static secret *add_secret(const char *origin, const char *label, size_t len) {
  secret *s = &secrets[secret_count++];
  CHECK(secret_count <= MAX_SECRETS);
  snprintf(s->name, sizeof(s->name), "%s%s%s", origin, label[0] ? ", " : "", label);
  s->len = len;
  return s;
}

/* HKDF-Expand-Label (RFC 8446, section 7.1) without a context. */
static void derive(const secret *from, const char *label, size_t len) {
  ngtcp2_crypto_md md;
  uint8_t info[64] = {0, (uint8_t)len, (uint8_t)(6 + strlen(label))};
  secret *s = add_secret(from->name, label, len);
  size_t at = 3;
  memcpy(info + at, "tls13 ", 6);
  memcpy(info + at + 6, label, strlen(label));
  at += 6 + strlen(label) + 1;
  ngtcp2_crypto_md_init(&md, (void *)(intptr_t)NGTCP2_CRYPTO_RUSTLS_MD_SHA256);
  CHECK_EQ(ngtcp2_crypto_hkdf_expand(s->bytes, len, &md, from->bytes, from->len, info, at), 0);
}

static void take_line(const char *line, void *user_data) {
  const char *hex = strrchr(line, ' ') + 1;
  size_t len = strlen(hex) / 2;
  char name[48];
  secret *s;
  (void)user_data;
  snprintf(name, sizeof(name), "%.*s", (int)(strchr(line, ' ') - line), line);
  CHECK_EQ(len, 32);
  s = add_secret(name, "", len);
  for (size_t i = 0; i < len; i++) {
    unsigned byte;
    CHECK_EQ(sscanf(hex + 2 * i, "%2x", &byte), 1);
    s->bytes[i] = (uint8_t)byte;
  }
}

static void derive_all(void) {
  size_t count = secret_count;
  for (size_t i = 0; i < count; i++) {
    if (strstr(secrets[i].name, "TRAFFIC") != NULL) {
      derive(&secrets[i], "quic key", 16);
      derive(&secrets[i], "quic hp", 16);
      derive(&secrets[i], "quic iv", 12);
      derive(&secrets[i], "quic ku", 32);
      derive(&secrets[secret_count - 1], "quic key", 16);
    }
  }
}

/* How many of the blocks hold it. */
static size_t search(const secret *s) {
  size_t found = 0;
  for (size_t i = 0; i < freed_count; i++) {
    found += memmem(freed[i], malloc_usable_size(freed[i]), s->bytes, s->len) != NULL;
  }
  return found;
}

static void run(ngtcp2_crypto_rustls_client *client, ngtcp2_crypto_rustls_server *server) {
  pair p;
  pair_init(&p, client, server);
  p.early_data = 1;
  pair_run(&p, NGTCP2_SECONDS);
  CHECK(p.client.handshake_completed);
  pair_echo(&p);
  CHECK_EQ(ngtcp2_conn_initiate_key_update(p.client.conn, p.now), 0);
  pair_run(&p, NGTCP2_SECONDS);
  pair_free(&p);
}

int main(void) {
  ngtcp2_crypto_rustls_client *client;
  ngtcp2_crypto_rustls_server *server;
  int failures = 0;
  is_watching = 1;
  client = new_client();
  server = new_server();
  CHECK_EQ(ngtcp2_crypto_rustls_client_set_cipher_suites(client, "TLS_AES_128_GCM_SHA256"), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_session_cache(server, 10, 1), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_client_set_keylog_callback(client, take_line, NULL), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_keylog_callback(server, take_line, NULL), 0);
  run(client, server);
  run(client, server);
  ngtcp2_crypto_rustls_client_del(client);
  ngtcp2_crypto_rustls_server_del(server);
  is_watching = 0;
  derive_all();
  CHECK(secret_count > 100 && freed_count > 500);
  for (size_t i = 0; i < secret_count; i++) {
    size_t found = search(&secrets[i]);
    if (found) {
      printf("  %s: in %zu blocks\n", secrets[i].name, found);
      failures++;
    }
  }
  printf("%s secrets: of %zu, %d are in one of %zu blocks that were given back\n", failures ? "FAIL" : "PASS", secret_count,
         failures, freed_count);
  return failures != 0;
}

#else
int main(void) { return 0; }
#endif
