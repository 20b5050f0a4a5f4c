/* The generic functions of ngtcp2_crypto.h without a connection: their results, and wrong calls. */
#include "pair.h"

#include <netinet/in.h>

static void *number(uintptr_t n) { return (void *)n; }

static ngtcp2_crypto_md sha256(void) {
  ngtcp2_crypto_md md;
  CHECK(ngtcp2_crypto_md_init(&md, number(NGTCP2_CRYPTO_RUSTLS_MD_SHA256)) == &md);
  return md;
}

/* The context of a finished handshake, which is where applications get theirs from. */
static ngtcp2_crypto_ctx context_of(const char *suite, ngtcp2_crypto_rustls_session **psession, pair *p) {
  ngtcp2_crypto_rustls_client *client = new_client();
  ngtcp2_crypto_rustls_server *server = new_server();
  ngtcp2_crypto_ctx ctx;

  CHECK_EQ(ngtcp2_crypto_rustls_client_set_cipher_suites(client, suite), 0);
  pair_init(p, client, server);
  pair_run(p, NGTCP2_SECONDS);
  *psession = p->client.session;
  CHECK(ngtcp2_crypto_ctx_tls(&ctx, *psession) == &ctx);
  CHECK(ngtcp2_crypto_ctx_tls_early(&ctx, *psession) == NULL);
  ngtcp2_crypto_rustls_client_del(client);
  ngtcp2_crypto_rustls_server_del(server);
  return ctx;
}

static void lengths(void) {
  static const struct {
    const char *suite;
    size_t keylen, hashlen;
    uint64_t max_encryption, max_decryption_failure;
  } cases[] = {
    {"TLS_AES_128_GCM_SHA256", 16, 32, 1ull << 23, 1ull << 52},
    {"TLS_AES_256_GCM_SHA384", 32, 48, 1ull << 23, 1ull << 52},
    {"TLS_CHACHA20_POLY1305_SHA256", 32, 32, 1ull << 62, 1ull << 36},
  };
  for (size_t i = 0; i < 3; i++) {
    ngtcp2_crypto_rustls_session *session;
    pair p;
    ngtcp2_crypto_ctx ctx = context_of(cases[i].suite, &session, &p);
    const ngtcp2_crypto_ctx *of_conn = ngtcp2_conn_get_crypto_ctx(p.client.conn);
    CHECK_EQ(ngtcp2_crypto_aead_keylen(&ctx.aead), cases[i].keylen);
    CHECK_EQ(ngtcp2_crypto_aead_noncelen(&ctx.aead), 12);
    CHECK_EQ(ngtcp2_crypto_packet_protection_ivlen(&ctx.aead), 12);
    CHECK_EQ(ngtcp2_crypto_md_hashlen(&ctx.md), cases[i].hashlen);
    CHECK_EQ(ctx.aead.max_overhead, 16);
    CHECK_EQ(ctx.max_encryption, cases[i].max_encryption);
    CHECK_EQ(ctx.max_decryption_failure, cases[i].max_decryption_failure);
    CHECK(memcmp(&ctx, of_conn, sizeof(ctx)) == 0);
    pair_free(&p);
  }
}

static void protection(void) {
  static const char *suites[] = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                                 "TLS_CHACHA20_POLY1305_SHA256"};
  uint8_t key[32] = "a key of as many bytes as needed", nonce[12] = "a nonce of 1", aad[] = "header";
  uint8_t plain[1452], sealed[1468], in_place[1468], opened[1452];

  memset(plain, 0x5a, sizeof(plain));
  for (size_t i = 0; i < 3; i++) {
    ngtcp2_crypto_rustls_session *session;
    ngtcp2_crypto_aead_ctx tx, rx;
    pair p;
    ngtcp2_crypto_ctx ctx = context_of(suites[i], &session, &p);
    size_t lens[] = {0, 1, 16, 100, 1452};

    CHECK_EQ(ngtcp2_crypto_aead_ctx_encrypt_init(&tx, &ctx.aead, key, 12), 0);
    CHECK_EQ(ngtcp2_crypto_aead_ctx_decrypt_init(&rx, &ctx.aead, key, 12), 0);
    for (size_t j = 0; j < 5; j++) {
      size_t n = lens[j];
      memset(sealed, 0, sizeof(sealed));
      memcpy(in_place, plain, n);
      CHECK_EQ(ngtcp2_crypto_encrypt(sealed, &ctx.aead, &tx, plain, n, nonce, 12, aad, 6), 0);
      CHECK_EQ(ngtcp2_crypto_encrypt_cb(in_place, &ctx.aead, &tx, in_place, n, nonce, 12, aad, 6), 0);
      CHECK(memcmp(sealed, in_place, n + 16) == 0);
      CHECK(n < sizeof(sealed) - 16 ? sealed[n + 16] == 0 : 1);
      CHECK_EQ(ngtcp2_crypto_decrypt(opened, &ctx.aead, &rx, sealed, n + 16, nonce, 12, aad, 6), 0);
      CHECK(memcmp(opened, plain, n) == 0);
      CHECK_EQ(ngtcp2_crypto_decrypt_cb(in_place, &ctx.aead, &rx, in_place, n + 16, nonce, 12, aad, 6), 0);
      CHECK(memcmp(in_place, plain, n) == 0);
      sealed[n] ^= 1;
      CHECK_EQ(ngtcp2_crypto_decrypt(opened, &ctx.aead, &rx, sealed, n + 16, nonce, 12, aad, 6), -1);
      CHECK_EQ(ngtcp2_crypto_decrypt_cb(opened, &ctx.aead, &rx, sealed, n + 16, nonce, 12, aad, 6),
               NGTCP2_ERR_DECRYPT);
    }
    /* shorter than a tag, a nonce of another length, no key */
    CHECK_EQ(ngtcp2_crypto_decrypt(opened, &ctx.aead, &rx, sealed, 15, nonce, 12, aad, 6), -1);
    CHECK_EQ(ngtcp2_crypto_encrypt(sealed, &ctx.aead, &tx, plain, 1, nonce, 11, aad, 6), -1);
    CHECK_EQ(ngtcp2_crypto_encrypt_cb(sealed, &ctx.aead, NULL, plain, 1, nonce, 12, aad, 6),
             NGTCP2_ERR_CALLBACK_FAILURE);
    CHECK_EQ(ngtcp2_crypto_encrypt(NULL, &ctx.aead, &tx, plain, 1, nonce, 12, aad, 6), -1);
    CHECK_EQ(ngtcp2_crypto_encrypt(sealed, &ctx.aead, &tx, NULL, 1, nonce, 12, aad, 6), -1);
    CHECK_EQ(ngtcp2_crypto_encrypt(sealed, &ctx.aead, &tx, plain, 1, NULL, 12, aad, 6), -1);
    CHECK_EQ(ngtcp2_crypto_encrypt(sealed, &ctx.aead, &tx, plain, 1, nonce, 12, NULL, 6), -1);
    CHECK_EQ(ngtcp2_crypto_encrypt(sealed, &ctx.aead, &tx, plain, 1, nonce, 12, NULL, 0), 0);
    CHECK_EQ(ngtcp2_crypto_hp_mask(sealed, &ctx.hp, NULL, plain), -1);
    CHECK_EQ(ngtcp2_crypto_hp_mask_cb(sealed, &ctx.hp, NULL, plain), NGTCP2_ERR_CALLBACK_FAILURE);
    ngtcp2_crypto_aead_ctx_free(&tx);
    CHECK(tx.native_handle == NULL);
    CHECK_EQ(ngtcp2_crypto_encrypt(sealed, &ctx.aead, &tx, plain, 1, nonce, 12, aad, 6), -1);
    ngtcp2_crypto_aead_ctx_free(&tx);
    ngtcp2_crypto_delete_crypto_aead_ctx_cb(NULL, &rx, NULL);
    CHECK_EQ(ngtcp2_crypto_aead_ctx_encrypt_init(&tx, &ctx.aead, key, 8), -1);
    CHECK_EQ(ngtcp2_crypto_aead_ctx_encrypt_init(&tx, &ctx.aead, NULL, 12), -1);
    CHECK_EQ(ngtcp2_crypto_aead_ctx_encrypt_init(&tx, NULL, key, 12), -1);
    CHECK_EQ(ngtcp2_crypto_aead_ctx_decrypt_init(NULL, &ctx.aead, key, 12), -1);
    pair_free(&p);
  }
  ngtcp2_crypto_aead_ctx_free(NULL);
  ngtcp2_crypto_delete_crypto_aead_ctx_cb(NULL, NULL, NULL);
  ngtcp2_crypto_delete_crypto_cipher_ctx_cb(NULL, NULL, NULL);
}

static void derivation(void) {
  static const uint8_t prk[] = {0x07, 0x77, 0x09, 0x36, 0x2c, 0x2e, 0x32, 0xdf, 0x0d, 0xdc, 0x3f,
                                0x0d, 0xc4, 0x7b, 0xba, 0x63, 0x90, 0xb6, 0xc7, 0x3b, 0xb5, 0x0f,
                                0x9c, 0x31, 0x22, 0xec, 0x84, 0x4a, 0xd7, 0xc2, 0xb3, 0xe5};
  static const uint8_t okm[] = {0x3c, 0xb2, 0x5f, 0x25, 0xfa, 0xac, 0xd5, 0x7a, 0x90, 0x43, 0x4f};
  uint8_t ikm[22], salt[13], info[10], out[42];
  ngtcp2_crypto_md md = sha256(), unknown;

  memset(ikm, 0x0b, sizeof(ikm));
  for (uint8_t i = 0; i < sizeof(salt); i++) salt[i] = i;
  for (uint8_t i = 0; i < sizeof(info); i++) info[i] = 0xf0 + i;
  CHECK_EQ(ngtcp2_crypto_hkdf_extract(out, &md, ikm, sizeof(ikm), salt, sizeof(salt)), 0);
  CHECK(memcmp(out, prk, sizeof(prk)) == 0);
  CHECK_EQ(ngtcp2_crypto_hkdf_expand(out, sizeof(out), &md, prk, sizeof(prk), info, sizeof(info)), 0);
  CHECK(memcmp(out, okm, sizeof(okm)) == 0);
  memset(out, 0, sizeof(out));
  CHECK_EQ(ngtcp2_crypto_hkdf(out, sizeof(out), &md, ikm, sizeof(ikm), salt, sizeof(salt), info,
                              sizeof(info)), 0);
  CHECK(memcmp(out, okm, sizeof(okm)) == 0);

  CHECK_EQ(ngtcp2_crypto_hkdf_extract(out, NULL, ikm, 1, salt, 1), -1);
  CHECK_EQ(ngtcp2_crypto_hkdf_extract(NULL, &md, ikm, 1, salt, 1), -1);
  CHECK_EQ(ngtcp2_crypto_hkdf_extract(out, &md, NULL, 1, salt, 1), -1);
  CHECK_EQ(ngtcp2_crypto_hkdf_expand(out, 255 * 32 + 1, NULL, prk, 1, info, 1), -1);
  CHECK_EQ(ngtcp2_crypto_hkdf(NULL, 1, &md, ikm, 1, salt, 1, info, 1), -1);
  CHECK(ngtcp2_crypto_md_init(NULL, number(1)) == NULL);
  ngtcp2_crypto_md_init(&unknown, number(77));
  CHECK_EQ(ngtcp2_crypto_md_hashlen(&unknown), 0);
  CHECK_EQ(ngtcp2_crypto_hkdf_extract(out, &unknown, ikm, 1, salt, 1), -1);
  CHECK_EQ(ngtcp2_crypto_md_hashlen(NULL), 0);
  CHECK_EQ(ngtcp2_crypto_aead_keylen(NULL), 0);
  CHECK_EQ(ngtcp2_crypto_aead_noncelen(NULL), 0);
  CHECK_EQ(ngtcp2_crypto_packet_protection_ivlen(NULL), 0);
}

static void tokens(void) {
  static const uint8_t secret[32] = "some secret";
  uint8_t token[400], data[256], read[256];
  struct sockaddr_in6 addr = {.sin6_family = AF_INET6, .sin6_port = htons(4433),
                              .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  const ngtcp2_sockaddr *sa = (const ngtcp2_sockaddr *)&addr;
  ngtcp2_socklen salen = sizeof(addr);
  ngtcp2_cid scid = {.datalen = 4, .data = "scid"}, odcid = {.datalen = 8, .data = "original"}, found;
  ngtcp2_tstamp ts = 1000 * NGTCP2_SECONDS;
  ngtcp2_ssize len;

  len = ngtcp2_crypto_generate_retry_token(token, secret, 32, 1, sa, salen, &scid, &odcid, ts);
  CHECK_EQ(len, NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN);
  CHECK_EQ(token[0], NGTCP2_CRYPTO_TOKEN_MAGIC_RETRY);
  CHECK_EQ(ngtcp2_crypto_verify_retry_token(&found, token, (size_t)len, secret, 32, 1, sa, salen, &scid,
                                            NGTCP2_SECONDS, ts), 0);
  CHECK(found.datalen == 8 && memcmp(found.data, "original", 8) == 0);
  CHECK_EQ(ngtcp2_crypto_verify_retry_token(&found, token, (size_t)len, secret, 32, 1, sa, salen, &scid,
                                            NGTCP2_SECONDS, ts + NGTCP2_SECONDS), -1);
  CHECK_EQ(ngtcp2_crypto_verify_retry_token(NULL, token, (size_t)len, secret, 32, 1, sa, salen, &scid,
                                            NGTCP2_SECONDS, ts), -1);
  CHECK_EQ(ngtcp2_crypto_verify_retry_token(&found, NULL, (size_t)len, secret, 32, 1, sa, salen, &scid,
                                            NGTCP2_SECONDS, ts), -1);
  CHECK_EQ(ngtcp2_crypto_verify_retry_token(&found, token, (size_t)len, NULL, 32, 1, sa, salen, &scid,
                                            NGTCP2_SECONDS, ts), -1);
  CHECK_EQ(ngtcp2_crypto_verify_retry_token(&found, token, (size_t)len, secret, 32, 1, NULL, salen, &scid,
                                            NGTCP2_SECONDS, ts), -1);
  CHECK_EQ(ngtcp2_crypto_verify_retry_token(&found, token, (size_t)len, secret, 32, 1, sa, salen, NULL,
                                            NGTCP2_SECONDS, ts), -1);
  CHECK_EQ(ngtcp2_crypto_generate_retry_token(NULL, secret, 32, 1, sa, salen, &scid, &odcid, ts), -1);
  CHECK_EQ(ngtcp2_crypto_generate_retry_token(token, secret, 32, 1, sa, 4096, &scid, &odcid, ts), -1);
  CHECK_EQ(ngtcp2_crypto_generate_retry_token(token, secret, 32, 1, sa, 0, &scid, &odcid, ts), -1);
  CHECK_EQ(ngtcp2_crypto_generate_retry_token(token, secret, 32, 1, sa, salen, NULL, &odcid, ts), -1);
  CHECK_EQ(ngtcp2_crypto_generate_retry_token(token, secret, 32, 1, sa, salen, &scid, NULL, ts), -1);
  found.datalen = 21;
  CHECK_EQ(ngtcp2_crypto_generate_retry_token(token, secret, 32, 1, sa, salen, &scid, &found, ts), -1);

  len = ngtcp2_crypto_generate_retry_token2(token, secret, 32, 1, sa, salen, &scid, &odcid, ts);
  CHECK_EQ(len, NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2);
  CHECK_EQ(token[0], NGTCP2_CRYPTO_TOKEN_MAGIC_RETRY2);
  CHECK_EQ(ngtcp2_crypto_verify_retry_token2(&found, token, (size_t)len, secret, 32, 1, sa, salen, &scid,
                                             NGTCP2_SECONDS, ts), 0);
  CHECK(found.datalen == 8 && memcmp(found.data, "original", 8) == 0);
  addr.sin6_port = htons(4434);
  CHECK_EQ(ngtcp2_crypto_verify_retry_token2(&found, token, (size_t)len, secret, 32, 1, sa, salen, &scid,
                                             NGTCP2_SECONDS, ts), NGTCP2_CRYPTO_ERR_VERIFY_TOKEN);
  CHECK_EQ(ngtcp2_crypto_verify_retry_token2(&found, token, (size_t)len - 1, secret, 32, 1, sa, salen, &scid,
                                             NGTCP2_SECONDS, ts), NGTCP2_CRYPTO_ERR_UNREADABLE_TOKEN);
  CHECK_EQ(ngtcp2_crypto_verify_retry_token2(&found, NULL, 1, secret, 32, 1, sa, salen, &scid, NGTCP2_SECONDS,
                                             ts), NGTCP2_CRYPTO_ERR_INTERNAL);

  memset(data, 7, sizeof(data));
  for (size_t n = 0; n <= 256; n += 64) {
    len = ngtcp2_crypto_generate_regular_token2(token, secret, 32, sa, salen, data, n, ts);
    CHECK_EQ(len, NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN + n);
    CHECK_EQ(token[0], NGTCP2_CRYPTO_TOKEN_MAGIC_REGULAR);
    CHECK_EQ(ngtcp2_crypto_verify_regular_token2(read, sizeof(read), token, (size_t)len, secret, 32, sa,
                                                 salen, NGTCP2_SECONDS, ts), n);
    CHECK(memcmp(read, data, n) == 0);
    CHECK_EQ(ngtcp2_crypto_verify_regular_token2(read, 1, token, (size_t)len, secret, 32, sa, salen,
                                                 NGTCP2_SECONDS, ts), 0);
    CHECK_EQ(ngtcp2_crypto_verify_regular_token(token, (size_t)len, secret, 32, sa, salen, NGTCP2_SECONDS,
                                                ts), 0);
    CHECK_EQ(ngtcp2_crypto_verify_regular_token2(read, 256, token, (size_t)len, secret, 32, sa, salen,
                                                 NGTCP2_SECONDS, ts + NGTCP2_SECONDS),
                                                   NGTCP2_CRYPTO_ERR_VERIFY_TOKEN);
    CHECK_EQ(ngtcp2_crypto_verify_regular_token2(read, 256, token, (size_t)len - 1, secret, 32, sa, salen,
                                                 NGTCP2_SECONDS, ts), NGTCP2_CRYPTO_ERR_UNREADABLE_TOKEN);
  }
  CHECK_EQ(ngtcp2_crypto_generate_regular_token(token, secret, 32, sa, salen, ts),
           NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN);
  CHECK_EQ(ngtcp2_crypto_generate_regular_token2(token, secret, 32, sa, salen, data, 257, ts), -1);
  CHECK_EQ(ngtcp2_crypto_generate_regular_token2(token, secret, 32, sa, salen, NULL, 1, ts), -1);
  CHECK_EQ(ngtcp2_crypto_generate_regular_token(token, secret, 32, NULL, salen, ts), -1);
  CHECK_EQ(ngtcp2_crypto_generate_regular_token(token, secret, 32, sa, 23, ts), -1);
  CHECK_EQ(ngtcp2_crypto_generate_regular_token(NULL, secret, 32, sa, salen, ts), -1);
  addr.sin6_family = AF_UNIX;
  CHECK_EQ(ngtcp2_crypto_generate_regular_token(token, secret, 32, sa, salen, ts), -1);

  CHECK_EQ(ngtcp2_crypto_generate_stateless_reset_token(token, secret, 32, &scid), 0);
  CHECK_EQ(ngtcp2_crypto_generate_stateless_reset_token(NULL, secret, 32, &scid), -1);
  CHECK_EQ(ngtcp2_crypto_generate_stateless_reset_token(token, NULL, 32, &scid), -1);
  CHECK_EQ(ngtcp2_crypto_generate_stateless_reset_token(token, secret, 32, NULL), -1);
}

static void packets(void) {
  ngtcp2_cid dcid = {.datalen = 4, .data = "dcid"}, scid = {.datalen = 4, .data = "scid"},
    odcid = {.datalen = 8, .data = "original"};
  uint8_t packet[1200];
  CHECK(ngtcp2_crypto_write_retry(packet, sizeof(packet), 1, &dcid, &scid, &odcid, (const uint8_t *)"token",
                                  5) > 0);
  CHECK_EQ(ngtcp2_crypto_write_retry(packet, 20, 1, &dcid, &scid, &odcid, (const uint8_t *)"token", 5), -1);
  CHECK_EQ(ngtcp2_crypto_write_retry(NULL, 1200, 1, &dcid, &scid, &odcid, (const uint8_t *)"token", 5), -1);
  CHECK_EQ(ngtcp2_crypto_write_retry(packet, 1200, 1, NULL, &scid, &odcid, (const uint8_t *)"token", 5), -1);
  CHECK_EQ(ngtcp2_crypto_write_retry(packet, 1200, 1, &dcid, NULL, &odcid, (const uint8_t *)"token", 5), -1);
  CHECK_EQ(ngtcp2_crypto_write_retry(packet, 1200, 1, &dcid, &scid, NULL, (const uint8_t *)"token", 5), -1);
  CHECK_EQ(ngtcp2_crypto_write_retry(packet, 1200, 1, &dcid, &scid, &odcid, NULL, 5), -1);
  CHECK(ngtcp2_crypto_write_connection_close(packet, sizeof(packet), 1, &dcid, &odcid, NGTCP2_INVALID_TOKEN,
                                             NULL, 0) > 0);
  CHECK(ngtcp2_crypto_write_connection_close(packet, sizeof(packet), 1, &dcid, &odcid, NGTCP2_INVALID_TOKEN,
                                             (const uint8_t *)"reason", 6) > 0);
  CHECK_EQ(ngtcp2_crypto_write_connection_close(packet, 20, 1, &dcid, &odcid, 0, NULL, 0), -1);
  CHECK_EQ(ngtcp2_crypto_write_connection_close(NULL, 1200, 1, &dcid, &odcid, 0, NULL, 0), -1);
  CHECK_EQ(ngtcp2_crypto_write_connection_close(packet, 1200, 1, NULL, &odcid, 0, NULL, 0), -1);
  CHECK_EQ(ngtcp2_crypto_write_connection_close(packet, 1200, 1, &dcid, NULL, 0, NULL, 0), -1);
  CHECK_EQ(ngtcp2_crypto_write_connection_close(packet, 1200, 1, &dcid, &odcid, 0, NULL, 6), -1);
}

static void callbacks_without_arguments(void) {
  uint8_t a[NGTCP2_PATH_CHALLENGE_DATALEN] = {0}, b[NGTCP2_PATH_CHALLENGE_DATALEN] = {0};
  ngtcp2_path_challenge_data c;
  ngtcp2_crypto_ctx ctx;

  CHECK_EQ(ngtcp2_crypto_get_path_challenge_data_cb(NULL, a, NULL), 0);
  CHECK_EQ(ngtcp2_crypto_get_path_challenge_data_cb(NULL, b, NULL), 0);
  CHECK(memcmp(a, b, sizeof(a)) != 0);
  CHECK_EQ(ngtcp2_crypto_get_path_challenge_data2_cb(NULL, &c, NULL), 0);
  CHECK(memcmp(a, c.data, sizeof(a)) != 0);
  CHECK_EQ(ngtcp2_crypto_get_path_challenge_data_cb(NULL, NULL, NULL), NGTCP2_ERR_CALLBACK_FAILURE);
  CHECK_EQ(ngtcp2_crypto_get_path_challenge_data2_cb(NULL, NULL, NULL), NGTCP2_ERR_CALLBACK_FAILURE);
  CHECK_EQ(ngtcp2_crypto_client_initial_cb(NULL, NULL), NGTCP2_ERR_CALLBACK_FAILURE);
  CHECK_EQ(ngtcp2_crypto_recv_retry_cb(NULL, NULL, NULL), NGTCP2_ERR_CALLBACK_FAILURE);
  CHECK_EQ(ngtcp2_crypto_recv_client_initial_cb(NULL, NULL, NULL), NGTCP2_ERR_CALLBACK_FAILURE);
  CHECK_EQ(ngtcp2_crypto_version_negotiation_cb(NULL, 1, NULL, NULL), NGTCP2_ERR_CALLBACK_FAILURE);
  CHECK_EQ(ngtcp2_crypto_update_key_cb(NULL, a, a, NULL, a, NULL, a, a, a, 8, NULL),
           NGTCP2_ERR_CALLBACK_FAILURE);
  CHECK_EQ(ngtcp2_crypto_update_key(NULL, a, a, NULL, a, a, NULL, a, a, a, a, 8), -1);
  CHECK_EQ(ngtcp2_crypto_recv_crypto_data_cb(NULL, NGTCP2_ENCRYPTION_LEVEL_INITIAL, 0, a, 1, NULL),
           NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_crypto_read_write_crypto_data(NULL, NGTCP2_ENCRYPTION_LEVEL_INITIAL, a, 1),
           NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(ngtcp2_crypto_derive_and_install_rx_key(NULL, NULL, NULL, NULL, NGTCP2_ENCRYPTION_LEVEL_1RTT, a,
                                                   8), -1);
  CHECK_EQ(ngtcp2_crypto_derive_and_install_tx_key(NULL, NULL, NULL, NULL, NGTCP2_ENCRYPTION_LEVEL_1RTT, a,
                                                   8), -1);
  CHECK(ngtcp2_crypto_ctx_tls(&ctx, NULL) == NULL);
  CHECK(ngtcp2_crypto_ctx_tls_early(NULL, NULL) == NULL);
}

int main(void) {
  RUN(lengths);
  RUN(protection);
  RUN(derivation);
  RUN(tokens);
  RUN(packets);
  RUN(callbacks_without_arguments);
  puts("primitives: ok");
  return 0;
}
