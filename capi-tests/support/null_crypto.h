/* Packet protection without secrecy: the payload stays clear, the tag is a keyed checksum of nonce,
 * header and payload. So wrong keys, wrong nonces, wrong headers and damaged packets still fail. */
#ifndef NULL_CRYPTO_H
#define NULL_CRYPTO_H

#include "endpoint.h"

#define TAG_LEN 16
#define IV_LEN 12
#define SECRET_LEN 32

/* A key as the library holds it: behind a native handle. */
typedef struct key {
  uint64_t mark;
  uint64_t secret;
  endpoint *owner; /* NULL: of no connection */
} key;

typedef struct key_set {
  ngtcp2_crypto_aead_ctx aead;
  ngtcp2_crypto_cipher_ctx header;
  uint8_t iv[IV_LEN];
} key_set;

key *key_new(endpoint *owner, uint64_t secret);
void key_delete(endpoint *owner, void *handle);
/* A key on the stack, for packets that are made without a connection. */
key key_alone(uint64_t secret);

key_set key_set_new(endpoint *owner, uint64_t secret);
void key_set_delete(endpoint *owner, key_set *keys);

/* The secret of traffic as a byte string, as update_key wants it, and the key that it stands for. */
void secret_from(uint8_t secret[SECRET_LEN], uint64_t seed);
uint64_t key_of_secret(const uint8_t *secret, size_t len);
void iv_of_key(uint8_t iv[IV_LEN], uint64_t key);

ngtcp2_crypto_ctx null_crypto_ctx(const endpoint *e);
ngtcp2_crypto_aead null_aead(void);
uint64_t retry_secret(void);

/* The callbacks. */
int null_encrypt(uint8_t *dest, const ngtcp2_crypto_aead *aead, const ngtcp2_crypto_aead_ctx *aead_ctx,
                 const uint8_t *plaintext, size_t plaintextlen, const uint8_t *nonce, size_t noncelen,
                 const uint8_t *aad, size_t aadlen);
int null_decrypt(uint8_t *dest, const ngtcp2_crypto_aead *aead, const ngtcp2_crypto_aead_ctx *aead_ctx,
                 const uint8_t *ciphertext, size_t ciphertextlen, const uint8_t *nonce, size_t noncelen,
                 const uint8_t *aad, size_t aadlen);
int null_hp_mask(uint8_t *dest, const ngtcp2_crypto_cipher *hp, const ngtcp2_crypto_cipher_ctx *hp_ctx,
                 const uint8_t *sample);

#endif
