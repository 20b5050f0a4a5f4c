/* No secret of a connection is left in memory that the helper gives back: every block is looked through as it is freed, for the
 * secrets that the key log told of, for the packet keys made of them, and for a private key. */
#define _GNU_SOURCE
#include "pair.h"

#include <dlfcn.h>
#include <malloc.h>

enum { MAX_KNOWN = 64, MAX_LEN = 128, HASH_LEN = 32, KEY_LEN = 16 };

static struct {
  char name[48];
  uint8_t bytes[MAX_LEN];
  size_t len;
} known[MAX_KNOWN];
static size_t nknown;
static size_t blocks, found;

#ifdef __SANITIZE_ADDRESS__
void __sanitizer_print_stack_trace(void);
#else
static void __sanitizer_print_stack_trace(void) {}
#endif

static void look_through(const void *block, size_t size) {
  blocks++;
  for (size_t i = 0; i < nknown; i++) {
    if (memmem(block, size, known[i].bytes, known[i].len) != NULL) {
      fprintf(stderr, "freed with %s in it: a block of %zu bytes\n", known[i].name, size);
      if (getenv("SECRETS_TRACE")) {
        __sanitizer_print_stack_trace();
      }
      found++;
    }
  }
}

#ifdef __SANITIZE_ADDRESS__
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *, size_t),
                                              void (*on_free)(const volatile void *));
size_t __sanitizer_get_allocated_size(const volatile void *block);

static void on_malloc(const volatile void *block, size_t size) { (void)block, (void)size; }
static void on_free(const volatile void *block) {
  if (block != NULL) {
    look_through((const void *)block, __sanitizer_get_allocated_size(block));
  }
}
static void watch(void) { CHECK(__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) > 0); }
#else
/* In the place of the C library's, for all that is in this process. */
static void (*real_free)(void *);
static int watching;

/* What the core frees it has wiped itself, but for what the stack has left in the gaps of its structs. */
static int is_of_helper(const void *caller) {
  Dl_info info;
  return dladdr(caller, &info) != 0 && strstr(info.dli_fname, "ngtcp2_crypto_rustls") != NULL;
}

void free(void *block) {
  if (real_free == NULL) {
    real_free = (void (*)(void *))dlsym(RTLD_NEXT, "free");
  }
  if (watching && block != NULL && is_of_helper(__builtin_return_address(0))) {
    look_through(block, malloc_usable_size(block));
  }
  real_free(block);
}
void *realloc(void *block, size_t size) {
  void *grown = malloc(size);
  size_t old = block != NULL ? malloc_usable_size(block) : 0;
  if (grown != NULL && block != NULL) {
    memcpy(grown, block, old < size ? old : size);
    free(block);
  }
  return grown;
}
static void watch(void) { watching = 1; }
#endif

static void know(const char *name, const void *bytes, size_t len) {
  CHECK(nknown < MAX_KNOWN && len <= MAX_LEN);
  snprintf(known[nknown].name, sizeof(known[0].name), "%s", name);
  memcpy(known[nknown].bytes, bytes, len);
  known[nknown].len = len;
  nknown++;
}

/* A key as RFC 9001, section 5.1 makes it of a secret. */
static void know_key(const char *name, const char *label, const uint8_t *secret) {
  uint8_t info[32], key[KEY_LEN];
  ngtcp2_crypto_md md;
  size_t len = strlen(label);
  ngtcp2_crypto_md_init(&md, (void *)NGTCP2_CRYPTO_RUSTLS_MD_SHA256);
  info[0] = 0;
  info[1] = KEY_LEN;
  info[2] = (uint8_t)(6 + len);
  memcpy(info + 3, "tls13 ", 6);
  memcpy(info + 9, label, len);
  info[9 + len] = 0;
  CHECK_EQ(ngtcp2_crypto_hkdf_expand(key, KEY_LEN, &md, secret, HASH_LEN, info, 10 + len), 0);
  know(name, key, KEY_LEN);
  explicit_bzero(key, sizeof(key)); /* what is left on the stack may turn up in the gaps of a struct on the heap */
}

/* "LABEL client_random secret", both in hexadecimal digits. */
static void on_line(const char *line, void *user_data) {
  const char *digits = strrchr(line, ' ') + 1;
  uint8_t secret[HASH_LEN];
  char name[48];
  (void)user_data;
  CHECK_EQ(strlen(digits), 2 * HASH_LEN);
  for (size_t i = 0; i < HASH_LEN; i++) {
    unsigned byte;
    CHECK_EQ(sscanf(digits + 2 * i, "%2x", &byte), 1);
    secret[i] = (uint8_t)byte;
  }
  snprintf(name, sizeof(name), "%.*s", (int)strcspn(line, " "), line);
  for (size_t i = 0; i < nknown; i++) {
    if (known[i].len == HASH_LEN && memcmp(known[i].bytes, secret, HASH_LEN) == 0) {
      return; /* the other side has told of it */
    }
  }
  know(name, secret, HASH_LEN);
  know("digits of a secret", digits, 2 * HASH_LEN);
  if (strstr(name, "EXPORTER") == NULL) {
    know_key("a packet key", "quic key", secret);
    know_key("a header protection key", "quic hp", secret);
  }
  explicit_bzero(secret, sizeof(secret));
}

/* As a file has it, a line out of the middle, and as the number that it is (RFC 5915: a sequence of a version and that). */
static void know_private_key(void) {
  uint8_t der[MAX_LEN];
  char line[MAX_LEN];
  FILE *file = fopen(cert_path("one.key"), "r");
  CHECK(file != NULL && fgets(line, sizeof(line), file) && fgets(line, sizeof(line), file));
  fclose(file);
  know("a line of the private key", line, 40);
  file = fopen(cert_path("one-sec1.der"), "rb");
  CHECK(file != NULL && fread(der, 1, 39, file) == 39 && der[5] == 4 && der[6] == 32);
  fclose(file);
  know("the private key", der + 7, 32);
}

static void no_secret_is_left(int fails) {
  ngtcp2_crypto_rustls_client *client;
  ngtcp2_crypto_rustls_server *server;

  nknown = 0;
  know_private_key();
  client = new_client();
  server = new_server();
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_cert_files(server, cert_path("one.pem"), cert_path("one.key")), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_client_set_cipher_suites(client, "TLS_AES_128_GCM_SHA256"), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_session_cache(server, 10, 1), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_client_set_keylog_callback(client, on_line, NULL), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_keylog_callback(server, on_line, NULL), 0);
  for (int round = 0; round < 2; round++) {
    pair p;
    pair_init(&p, client, server);
    p.server_name = "one.example";
    p.early_data = 1;
    if (fails) {
      (round ? &p.server : &p.client)->failing_rx_key = NGTCP2_ENCRYPTION_LEVEL_1RTT;
    }
    pair_run(&p, 10 * NGTCP2_SECONDS);
    if (!fails) {
      CHECK_EQ(p.early_offered, round);
      CHECK_EQ(ngtcp2_conn_initiate_key_update(p.client.conn, p.now), 0);
      pair_echo(&p);
      CHECK(nknown >= 18);
    }
    pair_free(&p);
  }
  ngtcp2_crypto_rustls_client_del(client);
  ngtcp2_crypto_rustls_server_del(server);
  CHECK(blocks > 500);
  CHECK_EQ(found, 0);
}

static void connections(void) { no_secret_is_left(0); }
static void failed_connections(void) { no_secret_is_left(1); }

/* The watch itself: a secret that is left is found. */
static void what_is_left_is_found(void) {
  static const char secret[] = "0123456789abcdef";
  volatile char *block = malloc(100); /* or the compiler leaves out what nobody reads */
  nknown = 0;
  know("a secret, on purpose", secret, 16);
  for (size_t i = 0; i < 16; i++) {
    block[50 + i] = secret[i];
  }
  look_through((const void *)block, 100);
  free((void *)block);
  CHECK(found != 0);
  found = 0;
  nknown = 0;
}

int main(void) {
  watch();
  RUN(what_is_left_is_found);
  RUN(connections);
  RUN(failed_connections);
  puts("secrets: ok");
  return 0;
}
