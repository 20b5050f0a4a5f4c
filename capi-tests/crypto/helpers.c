/* The helper beside another one of ngtcp2's, named by HELPER: equal results, and each reads the other's
 * tokens. The other one lives in a namespace of its own, so that the two do not get in each other's way. */
#define _GNU_SOURCE
#include "pair.h"

#include <dlfcn.h>
#include <netinet/in.h>

#define FUNCTIONS(X)                                                                               \
  X(ngtcp2_crypto_generate_retry_token)                                                            \
  X(ngtcp2_crypto_verify_retry_token)                                                              \
  X(ngtcp2_crypto_generate_retry_token2)                                                           \
  X(ngtcp2_crypto_verify_retry_token2)                                                             \
  X(ngtcp2_crypto_generate_regular_token)                                                          \
  X(ngtcp2_crypto_verify_regular_token)                                                            \
  X(ngtcp2_crypto_generate_stateless_reset_token)                                                  \
  X(ngtcp2_crypto_write_retry)                                                                     \
  X(ngtcp2_crypto_write_connection_close)
#define OPTIONAL_FUNCTIONS(X)                                                                      \
  X(ngtcp2_crypto_generate_regular_token2)                                                         \
  X(ngtcp2_crypto_verify_regular_token2)

typedef struct helper {
#define X(f) __typeof__(&f) f;
  FUNCTIONS(X) OPTIONAL_FUNCTIONS(X)
#undef X
} helper;

static helper ours, theirs;
static const uint8_t secret[32] = "a secret that all servers share.";

static void load(void) {
  void *handle = dlmopen(LM_ID_NEWLM, getenv("HELPER"), RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
  }
#define X(f)                                                                                       \
  ours.f = f;                                                                                      \
  theirs.f = (__typeof__(&f))dlsym(handle, #f);
  FUNCTIONS(X) OPTIONAL_FUNCTIONS(X)
#undef X
}

static void tokens(const helper *maker, const helper *reader, const ngtcp2_sockaddr *sa,
                   ngtcp2_socklen salen) {
  uint8_t token[400], data[256];
  ngtcp2_cid scid = {.datalen = 18, .data = "eighteen bytes id"}, odcid = {.datalen = 8, .data = "original"},
    found;
  ngtcp2_tstamp ts = 1000 * NGTCP2_SECONDS;
  ngtcp2_ssize len;

  len = maker->ngtcp2_crypto_generate_retry_token(token, secret, 32, 1, sa, salen, &scid, &odcid, ts);
  CHECK_EQ(reader->ngtcp2_crypto_verify_retry_token(&found, token, (size_t)len, secret, 32, 1, sa, salen,
                                                    &scid, 100, ts), 0);
  CHECK(found.datalen == 8 && memcmp(found.data, "original", 8) == 0);
  len = maker->ngtcp2_crypto_generate_retry_token2(token, secret, 32, 1, sa, salen, &scid, &odcid, ts);
  CHECK_EQ(reader->ngtcp2_crypto_verify_retry_token2(&found, token, (size_t)len, secret, 32, 1, sa, salen,
                                                     &scid, 100, ts), 0);
  CHECK(found.datalen == 8 && memcmp(found.data, "original", 8) == 0);
  CHECK_EQ(reader->ngtcp2_crypto_verify_retry_token2(&found, token, (size_t)len, secret, 32, 1, sa, salen,
                                                     &scid, 100, ts + 100), NGTCP2_CRYPTO_ERR_VERIFY_TOKEN);
  len = maker->ngtcp2_crypto_generate_regular_token(token, secret, 32, sa, salen, ts);
  CHECK_EQ(reader->ngtcp2_crypto_verify_regular_token(token, (size_t)len, secret, 32, sa, salen, 100, ts), 0);
  len = maker->ngtcp2_crypto_generate_regular_token2(token, secret, 32, sa, salen, "data", 4, ts);
  CHECK_EQ(reader->ngtcp2_crypto_verify_regular_token2(data, sizeof(data), token, (size_t)len, secret, 32, sa,
                                                       salen, 100, ts), 4);
  CHECK(memcmp(data, "data", 4) == 0);
}

static void all_tokens(void) {
  struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(1234),
                           .sin_addr.s_addr = htonl(0xc0000201)};
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(1234),
                            .sin6_addr = IN6ADDR_LOOPBACK_INIT, .sin6_scope_id = 3};
  if (theirs.ngtcp2_crypto_generate_regular_token2 == NULL) {
    puts("    (older than the token format: left out)");
    return;
  }
  tokens(&ours, &theirs, (ngtcp2_sockaddr *)&v4, sizeof(v4));
  tokens(&theirs, &ours, (ngtcp2_sockaddr *)&v4, sizeof(v4));
  tokens(&ours, &theirs, (ngtcp2_sockaddr *)&v6, sizeof(v6));
  tokens(&theirs, &ours, (ngtcp2_sockaddr *)&v6, sizeof(v6));
}

static void equal_results(void) {
  static const uint32_t versions[] = {NGTCP2_PROTO_VER_V1, NGTCP2_PROTO_VER_V2};
  for (size_t n = 0; n <= 20; n++) {
    uint8_t a[16], b[16];
    ngtcp2_cid id = {.datalen = n, .data = "twenty bytes of an i"};
    CHECK_EQ(ours.ngtcp2_crypto_generate_stateless_reset_token(a, secret, 32, &id), 0);
    CHECK_EQ(theirs.ngtcp2_crypto_generate_stateless_reset_token(b, secret, 32, &id), 0);
    CHECK(memcmp(a, b, 16) == 0);
  }
  for (size_t i = 0; i < 2; i++) {
    uint8_t a[1200] = {0}, b[1200] = {0};
    ngtcp2_cid dcid = {.datalen = 5, .data = "dcid"}, scid = {.datalen = 18, .data = "a source id"},
      odcid = {.datalen = 8, .data = "original"};
    ngtcp2_ssize n, m;
    n = ours.ngtcp2_crypto_write_retry(a, sizeof(a), versions[i], &dcid, &scid, &odcid,
                                       (const uint8_t *)"token", 5);
    m = theirs.ngtcp2_crypto_write_retry(b, sizeof(b), versions[i], &dcid, &scid, &odcid,
                                         (const uint8_t *)"token", 5);
    CHECK(n > 0);
    CHECK_EQ(n, m);
    /* Four bits of the first byte are up to the sender. */
    CHECK(memcmp(a, b, (size_t)n) == 0);
    n = ours.ngtcp2_crypto_write_connection_close(a, sizeof(a), versions[i], &dcid, &odcid,
                                                  NGTCP2_INVALID_TOKEN, (const uint8_t *)"why", 3);
    m = theirs.ngtcp2_crypto_write_connection_close(b, sizeof(b), versions[i], &dcid, &odcid,
                                                    NGTCP2_INVALID_TOKEN, (const uint8_t *)"why", 3);
    CHECK(n > 0);
    CHECK_EQ(n, m);
    CHECK(memcmp(a, b, (size_t)n) == 0);
  }
}

int main(void) {
  load();
  RUN(all_tokens);
  RUN(equal_results);
  puts("helpers: ok");
  return 0;
}
