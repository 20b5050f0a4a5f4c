/* Packets without a connection: reading the first bytes of one, and writing those that a server answers with before it
 * has a connection. */
#include "null_crypto.h"

static uint8_t packet[3000];

/* A long header with connection ids of these lengths, then a token unless its length is -1, a Length and as many bytes. */
static size_t long_packet(uint8_t first, uint32_t version, size_t dcidlen, size_t scidlen, int tokenlen, size_t body) {
  size_t len = 0;
  packet[len++] = first;
  for (int shift = 24; shift >= 0; shift -= 8) {
    packet[len++] = (uint8_t)(version >> shift);
  }
  packet[len++] = (uint8_t)dcidlen;
  memset(packet + len, 0xd1, dcidlen);
  len += dcidlen;
  packet[len++] = (uint8_t)scidlen;
  memset(packet + len, 0x51, scidlen);
  len += scidlen;
  if (tokenlen >= 0) {
    packet[len++] = (uint8_t)tokenlen;
    memset(packet + len, 0x77, (size_t)tokenlen);
    len += (size_t)tokenlen;
  }
  packet[len++] = (uint8_t)(0x40 | body >> 8);
  packet[len++] = (uint8_t)body;
  memset(packet + len, 0, body);
  return len + body;
}

static void check_ids(size_t len, size_t short_dcidlen, int status, uint32_t version, size_t dcidlen, size_t scidlen) {
  ngtcp2_version_cid ids;
  memset(&ids, 0, sizeof(ids));
  CHECK_EQ(ngtcp2_pkt_decode_version_cid(&ids, packet, len, short_dcidlen), status);
  CHECK_EQ(ids.version, version);
  CHECK_EQ(ids.dcidlen, dcidlen);
  CHECK_EQ(ids.scidlen, scidlen);
  if (dcidlen) {
    CHECK(ids.dcid == packet + (packet[0] & 0x80 ? 6 : 1));
  }
}

#define REFUSED NGTCP2_ERR_INVALID_ARGUMENT
#define UNKNOWN 0xbabababa

static void version_and_connection_ids(void) {
  size_t len = long_packet(0xc0, NGTCP2_PROTO_VER_V1, 8, 8, 0, 1200);
  check_ids(len, 8, 0, NGTCP2_PROTO_VER_V1, 8, 8);
  check_ids(1, 8, REFUSED, 0, 0, 0);
  check_ids(9, 8, REFUSED, 0, 0, 0);
  len = long_packet(0xc0, NGTCP2_PROTO_VER_V1, 20, 20, 30, 1200);
  check_ids(len, 8, 0, NGTCP2_PROTO_VER_V1, 20, 20);
  len = long_packet(0xc0, NGTCP2_PROTO_VER_V1, 21, 8, 0, 1200);
  check_ids(len, 8, REFUSED, 0, 0, 0);
  /* Other versions may have longer ids, and are answered only if the datagram is large enough. */
  len = long_packet(0xc0, UNKNOWN, 30, 8, 0, 1200);
  check_ids(len, 8, NGTCP2_ERR_VERSION_NEGOTIATION, UNKNOWN, 30, 8);
  check_ids(1200, 8, NGTCP2_ERR_VERSION_NEGOTIATION, UNKNOWN, 30, 8);
  check_ids(1199, 8, REFUSED, 0, 0, 0);
  len = long_packet(0xc0, 0, 8, 8, 0, 1200);
  check_ids(len, 8, 0, 0, 8, 8);
  check_ids(40, 8, 0, 0, 8, 8);
  memset(packet, 0x40, 100);
  check_ids(100, 8, 0, 0, 8, 0);
  check_ids(100, 20, 0, 0, 20, 0);
  check_ids(9, 8, 0, 0, 8, 0);
  check_ids(8, 8, REFUSED, 0, 0, 0);
  packet[0] = 0;
  check_ids(100, 8, 0, 0, 8, 0);
}

static void check_accept(size_t len, int status, uint8_t type, size_t tokenlen, uint8_t flags) {
  ngtcp2_pkt_hd header;
  memset(&header, 0, sizeof(header));
  CHECK_EQ(ngtcp2_accept(&header, packet, len), status);
  CHECK_EQ(header.type, type);
  CHECK_EQ(header.tokenlen, tokenlen);
  CHECK_EQ(header.flags, flags);
  CHECK_EQ(header.pkt_num, 0);
  CHECK_EQ(header.pkt_numlen, 0);
  CHECK_EQ(ngtcp2_accept(NULL, packet, len), status);
}

#define LONG NGTCP2_PKT_FLAG_LONG_FORM

static void packets_that_begin_a_connection(void) {
  size_t len = long_packet(0xc0, NGTCP2_PROTO_VER_V1, 8, 8, 0, 1200);
  check_accept(len, 0, NGTCP2_PKT_INITIAL, 0, LONG);
  check_accept(1200, 0, NGTCP2_PKT_INITIAL, 0, LONG);
  check_accept(1199, REFUSED, NGTCP2_PKT_INITIAL, 0, LONG);
  check_accept(0, REFUSED, 0, 0, 0);
  len = long_packet(0xc0, NGTCP2_PROTO_VER_V1, 20, 20, 30, 1200);
  check_accept(len, 0, NGTCP2_PKT_INITIAL, 30, LONG);
  len = long_packet(0xc0, NGTCP2_PROTO_VER_V1, 8, 0, 0, 1200);
  check_accept(len, 0, NGTCP2_PKT_INITIAL, 0, LONG);
  len = long_packet(0x80, NGTCP2_PROTO_VER_V1, 8, 8, 0, 1200);
  check_accept(len, 0, NGTCP2_PKT_INITIAL, 0, LONG | NGTCP2_PKT_FLAG_FIXED_BIT_CLEAR);
  len = long_packet(0xd0, NGTCP2_PROTO_VER_V2, 8, 8, 0, 1200);
  check_accept(len, 0, NGTCP2_PKT_INITIAL, 0, LONG);
}

static void packets_that_do_not(void) {
  size_t len = long_packet(0xc0, NGTCP2_PROTO_VER_V1, 7, 8, 0, 1200);
  check_accept(len, REFUSED, NGTCP2_PKT_INITIAL, 0, LONG);
  len = long_packet(0xc0, NGTCP2_PROTO_VER_V1, 21, 8, 0, 1200);
  check_accept(len, REFUSED, 0, 0, 0);
  len = long_packet(0xd0, NGTCP2_PROTO_VER_V1, 8, 8, -1, 1200);
  check_accept(len, REFUSED, NGTCP2_PKT_0RTT, 0, LONG);
  len = long_packet(0xe0, NGTCP2_PROTO_VER_V1, 8, 8, -1, 1200);
  check_accept(len, REFUSED, NGTCP2_PKT_HANDSHAKE, 0, LONG);
  len = long_packet(0xf0, NGTCP2_PROTO_VER_V1, 8, 8, -1, 1200);
  check_accept(len, REFUSED, NGTCP2_PKT_RETRY, 0, LONG);
  len = long_packet(0xc0, UNKNOWN, 8, 8, 0, 1200);
  check_accept(len, REFUSED, 0, 0, 0);
  memset(packet, 0x40, 1300);
  check_accept(1300, REFUSED, 0, 0, 0);
}

static void headers(void) {
  ngtcp2_pkt_hd header;
  size_t len = long_packet(0xc3, NGTCP2_PROTO_VER_V1, 8, 8, 4, 100);
  memset(&header, 0, sizeof(header));
  CHECK_EQ(ngtcp2_pkt_decode_hd_long(&header, packet, len), 30);
  CHECK_EQ(header.len, 100);
  CHECK_EQ(header.tokenlen, 4);
  /* That the rest is there is not its business. */
  CHECK_EQ(ngtcp2_pkt_decode_hd_long(&header, packet, len - 1), 30);
  packet[1] = 0xba;
  CHECK_EQ(ngtcp2_pkt_decode_hd_long(&header, packet, len), REFUSED);
  memset(packet, 0x43, 100);
  CHECK_EQ(ngtcp2_pkt_decode_hd_short(&header, packet, 100, 8), 9);
  CHECK_EQ(ngtcp2_pkt_decode_hd_short(&header, packet, 8, 8), REFUSED);
}

static void stateless_reset(void) {
  static const uint8_t token[NGTCP2_STATELESS_RESET_TOKENLEN] = {1};
  static const uint8_t random[64] = {0xff, 0xff};
  for (size_t randlen = 4; randlen < 7; randlen++) {
    for (size_t destlen = 20; destlen < 24; destlen++) {
      size_t most = destlen - 16;
      ngtcp2_ssize expected = destlen < 21   ? NGTCP2_ERR_NOBUF
                              : randlen < 5 ? REFUSED
                                            : (ngtcp2_ssize)(16 + (randlen < most ? randlen : most));
      note_case("%zu bytes of %zu", randlen, destlen);
      CHECK_EQ(ngtcp2_pkt_write_stateless_reset(packet, destlen, token, random, randlen), expected);
    }
  }
  CHECK_EQ(ngtcp2_pkt_write_stateless_reset(packet, 100, token, random, 64), 80);
  CHECK_EQ(packet[0], 0x7f);
  CHECK(memcmp(packet + 64, token, sizeof(token)) == 0);
}

static void version_negotiation(void) {
  static const uint32_t versions[] = {NGTCP2_PROTO_VER_V1, NGTCP2_PROTO_VER_V2};
  static const uint8_t id[8] = {9, 8, 7};
  static const uint8_t expected[] = {0xff, 0, 0, 0, 0, 8,    9,    8,    7,   0, 0, 0, 0, 0, 5,
                                     9,    8, 7, 0, 0, 0, 0, 0, 1, 0x6b, 0x33, 0x43, 0xcf};
  CHECK_EQ(ngtcp2_pkt_write_version_negotiation(packet, 100, 0x3f, id, 8, id, 5, versions, 2), sizeof(expected));
  CHECK(memcmp(packet, expected, sizeof(expected)) == 0);
  CHECK_EQ(ngtcp2_pkt_write_version_negotiation(packet, 20, 0x3f, id, 8, id, 5, versions, 2), NGTCP2_ERR_NOBUF);
  CHECK_EQ(ngtcp2_pkt_write_version_negotiation(packet, 20, 0, id, 8, id, 5, NULL, 0), 20);
  CHECK_EQ(packet[0], 0xc0);
}

static ngtcp2_ssize retry_packet(size_t destlen, uint32_t version) {
  static const ngtcp2_cid dcid = {8, {1}}, scid = {9, {2}}, original = {10, {3}};
  static const uint8_t token[20] = {7};
  ngtcp2_crypto_aead aead = null_aead();
  key k = key_alone(5);
  ngtcp2_crypto_aead_ctx ctx = {&k};
  return ngtcp2_pkt_write_retry(packet, destlen, version, &dcid, &scid, &original, token, sizeof(token), null_encrypt, &aead,
                                &ctx);
}

static void retry(void) {
  CHECK_EQ(retry_packet(200, NGTCP2_PROTO_VER_V1), 1 + 4 + 1 + 8 + 1 + 9 + 20 + 16);
  CHECK_EQ(packet[0], 0xf0);
  CHECK_EQ(retry_packet(200, NGTCP2_PROTO_VER_V2), 60);
  CHECK_EQ(packet[0], 0xc0);
  CHECK_EQ(retry_packet(200, UNKNOWN), 60);
  CHECK_EQ(retry_packet(50, NGTCP2_PROTO_VER_V1), NGTCP2_ERR_NOBUF);
}

static ngtcp2_ssize close_packet(size_t destlen, size_t reasonlen) {
  static const ngtcp2_cid dcid = {8, {1}}, scid = {9, {2}};
  static const uint8_t reason[20], iv[12];
  ngtcp2_crypto_aead aead = null_aead();
  key k = key_alone(5), mask = key_alone(6);
  ngtcp2_crypto_aead_ctx ctx = {&k};
  ngtcp2_crypto_cipher cipher = {&mask};
  ngtcp2_crypto_cipher_ctx cipher_ctx = {&mask};
  return ngtcp2_pkt_write_connection_close(packet, destlen, NGTCP2_PROTO_VER_V1, &dcid, &scid, NGTCP2_INVALID_TOKEN, reason,
                                           reasonlen, null_encrypt, &aead, &ctx, iv, null_hp_mask, &cipher, &cipher_ctx);
}

static void connection_close(void) {
  ngtcp2_ssize plain = close_packet(1500, 0);
  CHECK_WITHIN(plain, 46, 50);
  CHECK_EQ(close_packet(1500, 5), plain + 5);
  CHECK_EQ(close_packet((size_t)plain - 4, 0), NGTCP2_ERR_NOBUF);
}

static const test tests[] = {
    TEST(version_and_connection_ids),
    TEST(packets_that_begin_a_connection),
    TEST(packets_that_do_not),
    TEST(headers),
    TEST(stateless_reset),
    TEST(version_negotiation),
    TEST(retry),
    TEST(connection_close),
};
MAIN("packets", tests)
