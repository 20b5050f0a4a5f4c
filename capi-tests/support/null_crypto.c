#include "null_crypto.h"

#define MARK 0x6b657920696e2075u

/* What the algorithms' handles point to: the library must never look. */
static char aead_handle;

key key_alone(uint64_t secret) {
  key k = {MARK, secret, NULL};
  return k;
}

key *key_new(endpoint *owner, uint64_t secret) {
  key *k = test_alloc(sizeof(*k));
  *k = key_alone(secret);
  k->owner = owner;
  owner->live_keys++;
  return k;
}

void key_delete(endpoint *owner, void *handle) {
  key *k = handle;
  if (!k) {
    return;
  }
  CHECK(k->mark == MARK);
  CHECK(k->owner == owner);
  k->mark = 0;
  owner->live_keys--;
  test_free(k);
}

key_set key_set_new(endpoint *owner, uint64_t secret) {
  key_set keys;
  keys.aead.native_handle = key_new(owner, secret);
  keys.header.native_handle = key_new(owner, hash_pair(secret, 0x6870));
  iv_of_key(keys.iv, secret);
  return keys;
}

void key_set_delete(endpoint *owner, key_set *keys) {
  key_delete(owner, keys->aead.native_handle);
  key_delete(owner, keys->header.native_handle);
}

void secret_from(uint8_t secret[SECRET_LEN], uint64_t seed) {
  generator g = {seed};
  random_bytes(&g, secret, SECRET_LEN);
}

uint64_t key_of_secret(const uint8_t *secret, size_t len) { return hash_bytes(0x5ec, secret, len); }

void iv_of_key(uint8_t iv[IV_LEN], uint64_t key) {
  generator g = {key};
  random_bytes(&g, iv, IV_LEN);
}

ngtcp2_crypto_aead null_aead(void) {
  ngtcp2_crypto_aead aead;
  memset(&aead, 0, sizeof(aead));
  aead.native_handle = &aead_handle;
  aead.max_overhead = TAG_LEN;
  return aead;
}

ngtcp2_crypto_ctx null_crypto_ctx(const endpoint *e) {
  ngtcp2_crypto_ctx ctx;
  memset(&ctx, 0, sizeof(ctx));
  ctx.aead = null_aead();
  ctx.md.native_handle = &aead_handle;
  ctx.hp.native_handle = &aead_handle;
  ctx.max_encryption = e->max_encryption;
  ctx.max_decryption_failure = UINT64_C(1) << 40;
  return ctx;
}

uint64_t retry_secret(void) { return 0x7265747279; }

/* NULL where a test has installed a key that is none, or has deleted the connection. */
static const key *use(void *handle, callout which) {
  key *k = handle;
  if (!k) {
    return NULL;
  }
  CHECK(k->mark == MARK);
  if (k->owner) {
    endpoint *owner = k->owner;
    event seen = {.which = which};
    endpoint_saw(owner, &seen);
    /* An observer that deletes the connection in here has had the key given back. */
    if (owner->is_deleted) {
      return NULL;
    }
  }
  return k;
}

static void tag_of(uint8_t tag[TAG_LEN], const key *k, const uint8_t *payload, size_t len, const uint8_t *nonce,
                   size_t noncelen, const uint8_t *aad, size_t aadlen) {
  uint64_t hash = hash_bytes(hash_bytes(hash_bytes(k->secret, nonce, noncelen), aad, aadlen), payload, len);
  generator g = {hash};
  random_bytes(&g, tag, TAG_LEN);
}

int null_encrypt(uint8_t *dest, const ngtcp2_crypto_aead *aead, const ngtcp2_crypto_aead_ctx *aead_ctx,
                 const uint8_t *plaintext, size_t plaintextlen, const uint8_t *nonce, size_t noncelen,
                 const uint8_t *aad, size_t aadlen) {
  const key *k = use(aead_ctx->native_handle, CALLED_encrypt);
  uint8_t tag[TAG_LEN];
  if (!k || aead->max_overhead != TAG_LEN) {
    return NGTCP2_ERR_CALLBACK_FAILURE;
  }
  tag_of(tag, k, plaintext, plaintextlen, nonce, noncelen, aad, aadlen);
  if (plaintextlen) {
    memmove(dest, plaintext, plaintextlen);
  }
  memcpy(dest + plaintextlen, tag, TAG_LEN);
  return 0;
}

int null_decrypt(uint8_t *dest, const ngtcp2_crypto_aead *aead, const ngtcp2_crypto_aead_ctx *aead_ctx,
                 const uint8_t *ciphertext, size_t ciphertextlen, const uint8_t *nonce, size_t noncelen,
                 const uint8_t *aad, size_t aadlen) {
  const key *k = use(aead_ctx->native_handle, CALLED_decrypt);
  uint8_t tag[TAG_LEN];
  size_t len;
  if (!k || aead->max_overhead != TAG_LEN) {
    return NGTCP2_ERR_CALLBACK_FAILURE;
  }
  if (ciphertextlen < TAG_LEN) {
    return NGTCP2_ERR_DECRYPT;
  }
  len = ciphertextlen - TAG_LEN;
  tag_of(tag, k, ciphertext, len, nonce, noncelen, aad, aadlen);
  if (memcmp(tag, ciphertext + len, TAG_LEN) != 0) {
    return NGTCP2_ERR_DECRYPT;
  }
  if (len) {
    memmove(dest, ciphertext, len);
  }
  return 0;
}

int null_hp_mask(uint8_t *dest, const ngtcp2_crypto_cipher *hp, const ngtcp2_crypto_cipher_ctx *hp_ctx,
                 const uint8_t *sample) {
  const key *k = use(hp_ctx->native_handle, CALLED_hp_mask);
  uint64_t hash;
  (void)hp;
  if (!k) {
    return NGTCP2_ERR_CALLBACK_FAILURE;
  }
  hash = hash_bytes(k->secret, sample, NGTCP2_HP_SAMPLELEN);
  memcpy(dest, &hash, NGTCP2_HP_MASKLEN);
  return 0;
}
