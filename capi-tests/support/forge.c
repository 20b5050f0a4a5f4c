#include "forge.h"

#include "null_crypto.h"
#include "tls.h"

#define FIRST_NUMBER 1000000u
#define NUMBER_LEN 4
#define HEADER_LEN(dcid) (1 + (dcid)->datalen + NUMBER_LEN)

void put_byte(frames *f, uint8_t byte) { put_bytes(f, &byte, 1); }

void put_varint(frames *f, uint64_t value) {
  int len = value < 1u << 6 ? 1 : value < 1u << 14 ? 2 : value < 1u << 30 ? 4 : 8;
  uint64_t tagged = value | (uint64_t)(len == 1 ? 0 : len == 2 ? 1 : len == 4 ? 2 : 3) << (8 * len - 2);
  while (len--) {
    put_byte(f, (uint8_t)(tagged >> 8 * len));
  }
}

void put_bytes(frames *f, const void *data, size_t len) {
  CHECK(len <= sizeof(f->data) - f->len);
  memcpy(f->data + f->len, data, len);
  f->len += len;
}

static void put_number(uint8_t *dest, uint32_t number) {
  for (int i = 0; i < NUMBER_LEN; i++) {
    dest[i] = (uint8_t)(number >> 8 * (NUMBER_LEN - 1 - i));
  }
}

int read_forged(endpoint *to, const frames *f) {
  const ngtcp2_cid *dcid = &to->cids[0];
  ngtcp2_crypto_aead aead = null_aead();
  ngtcp2_crypto_cipher cipher = {NULL};
  uint64_t secret = tls_application_key(to, !to->is_server);
  key packet_key = key_alone(secret), header_key = key_alone(hash_pair(secret, 0x6870));
  ngtcp2_crypto_aead_ctx aead_ctx = {&packet_key};
  ngtcp2_crypto_cipher_ctx cipher_ctx = {&header_key};
  uint8_t packet[1500], header[64], nonce[IV_LEN], mask[NGTCP2_HP_MASKLEN], number[NUMBER_LEN];
  size_t header_len = HEADER_LEN(dcid);
  ngtcp2_pkt_info info = {0};
  put_number(number, FIRST_NUMBER + to->forged++);
  header[0] = 0x40 | (NUMBER_LEN - 1);
  memcpy(header + 1, dcid->data, dcid->datalen);
  memcpy(header + 1 + dcid->datalen, number, NUMBER_LEN);
  iv_of_key(nonce, secret);
  for (int i = 0; i < NUMBER_LEN; i++) {
    nonce[IV_LEN - NUMBER_LEN + i] ^= number[i];
  }
  memcpy(packet, header, header_len);
  CHECK_EQ(null_encrypt(packet + header_len, &aead, &aead_ctx, f->data, f->len, nonce, IV_LEN, header, header_len), 0);
  CHECK_EQ(null_hp_mask(mask, &cipher, &cipher_ctx, packet + header_len), 0);
  packet[0] ^= mask[0] & 0x1f;
  for (int i = 0; i < NUMBER_LEN; i++) {
    packet[header_len - NUMBER_LEN + (size_t)i] ^= mask[1 + i];
  }
  return ngtcp2_conn_read_pkt(to->conn, &to->path.path, &info, packet, header_len + f->len + TAG_LEN, to->net->now);
}
