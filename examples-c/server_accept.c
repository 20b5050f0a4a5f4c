/* Answers to packets that belong to no connection. The server remembers nothing of them, so that they cost
 * it nothing: Version Negotiation, Retry, stateless reset; or else a new connection. */
#include <string.h>

#include "server.h"

#define RETRY_TOKEN_LIFETIME (10 * NGTCP2_SECONDS)
#define RESET_MIN_RANDOM 5 /* unpredictable bytes in a stateless reset: RFC 9000 section 10.3 */

static void answer(const struct udp_batch *batch, uint8_t *data, ngtcp2_ssize len)
{
  if (len <= 0) {
    return;
  }
  struct udp_batch reply = {.data = data, .len = (size_t)len, .segment = (size_t)len};
  ngtcp2_path_storage_zero(&reply.path);
  ngtcp2_path_copy(&reply.path.path, &batch->path.path);
  (void)udp_send(batch->path.path.user_data, &reply);
}

void server_send_version_negotiation(const struct udp_batch *batch, const ngtcp2_version_cid *ids)
{
  uint8_t packet[NGTCP2_MAX_UDP_PAYLOAD_SIZE];
  uint8_t random;
  random_bytes(&random, 1);
  /* One version that nobody has (RFC 9000 section 15), so that clients learn to ignore such. */
  const uint32_t versions[] = {
    NGTCP2_RESERVED_VERSION_MASK | (uint32_t)(random & 0xf0) << 24,
    NGTCP2_PROTO_VER_V1,
    NGTCP2_PROTO_VER_V2,
  };
  answer(batch, packet,
         ngtcp2_pkt_write_version_negotiation(packet, sizeof(packet), random, ids->scid, ids->scidlen, ids->dcid,
                                              ids->dcidlen, versions, sizeof(versions) / sizeof(versions[0])));
}

void server_send_retry(struct server *server, const struct udp_batch *batch, const ngtcp2_pkt_hd *header)
{
  uint8_t packet[NGTCP2_MAX_UDP_PAYLOAD_SIZE];
  uint8_t token[NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2];
  const ngtcp2_addr *remote = &batch->path.path.remote;
  ngtcp2_cid retry_scid;

  random_connection_id(&retry_scid, SERVER_CID_LEN);
  ngtcp2_ssize token_len = ngtcp2_crypto_generate_retry_token2(
    token, server->token_secret, sizeof(server->token_secret), header->version, remote->addr, remote->addrlen,
    &retry_scid, &header->dcid, timestamp());
  if (token_len < 0) {
    complain("could not make a Retry token");
    return;
  }
  answer(batch, packet,
         ngtcp2_crypto_write_retry(packet, sizeof(packet), header->version, &header->scid, &retry_scid,
                                   &header->dcid, token, (size_t)token_len));
}

static void refuse_token(const struct udp_batch *batch, const ngtcp2_pkt_hd *header)
{
  uint8_t packet[NGTCP2_MAX_UDP_PAYLOAD_SIZE];
  answer(batch, packet,
         ngtcp2_crypto_write_connection_close(packet, sizeof(packet), header->version, &header->scid,
                                              &header->dcid, NGTCP2_INVALID_TOKEN, NULL, 0));
}

/* RFC 9000 section 10.3: a packet of a connection that we have forgotten, as after a restart. The answer
 * is shorter than the question, so that two such servers cannot answer each other for ever. */
static void send_stateless_reset(struct server *server, const struct udp_batch *batch, size_t packet_len,
                                 const ngtcp2_version_cid *ids)
{
  const size_t longest = RESET_MIN_RANDOM + NGTCP2_STATELESS_RESET_TOKENLEN + 20;
  uint8_t packet[RESET_MIN_RANDOM + NGTCP2_STATELESS_RESET_TOKENLEN + 20];
  uint8_t random[RESET_MIN_RANDOM + 20];
  ngtcp2_stateless_reset_token token;
  ngtcp2_cid id;

  if (packet_len <= RESET_MIN_RANDOM + NGTCP2_STATELESS_RESET_TOKENLEN) {
    return;
  }
  ngtcp2_cid_init(&id, ids->dcid, ids->dcidlen);
  if (ngtcp2_crypto_generate_stateless_reset_token(token.data, server->reset_secret,
                                                   sizeof(server->reset_secret), &id) != 0) {
    return;
  }
  random_bytes(random, sizeof(random));
  size_t room = packet_len - 1 < longest ? packet_len - 1 : longest;
  answer(batch, packet,
         ngtcp2_pkt_write_stateless_reset2(packet, room, &token, random, room - NGTCP2_STATELESS_RESET_TOKENLEN));
}

enum token_verdict { TOKEN_GOOD, TOKEN_MISSING, TOKEN_REFUSED };

static enum token_verdict check_token(struct server *server, const ngtcp2_addr *remote,
                                      const ngtcp2_pkt_hd *header, ngtcp2_cid *original_dcid)
{
  if (header->tokenlen == 0 || header->token[0] != NGTCP2_CRYPTO_TOKEN_MAGIC_RETRY2) {
    return TOKEN_MISSING;
  }
  switch (ngtcp2_crypto_verify_retry_token2(original_dcid, header->token, header->tokenlen, server->token_secret,
                                            sizeof(server->token_secret), header->version, remote->addr,
                                            remote->addrlen, &header->dcid, RETRY_TOKEN_LIFETIME,
                                            timestamp())) {
  case 0:
    return TOKEN_GOOD;
  case NGTCP2_CRYPTO_ERR_VERIFY_TOKEN:
    return TOKEN_REFUSED; /* ours, but for another client, connection id or time */
  default:
    return TOKEN_MISSING; /* not ours, as from before a restart */
  }
}

struct server_connection *server_accept(struct server *server, const struct udp_batch *batch,
                                        const uint8_t *packet, size_t len, const ngtcp2_version_cid *ids)
{
  bool long_header = (packet[0] & 0x80) != 0;
  ngtcp2_pkt_hd header;
  ngtcp2_cid original_dcid;

  if (!long_header) {
    send_stateless_reset(server, batch, len, ids);
    return NULL;
  }
  if (server->stopping || ngtcp2_accept(&header, packet, len) != 0) {
    return NULL;
  }
  struct first_packet first = {.header = &header, .received = batch->received};
  switch (check_token(server, &batch->path.path.remote, &header, &original_dcid)) {
  case TOKEN_REFUSED:
    refuse_token(batch, &header);
    return NULL;
  case TOKEN_MISSING:
    if (server->options->retry) {
      server_send_retry(server, batch, &header);
      return NULL;
    }
    break;
  case TOKEN_GOOD:
    first.original_dcid = &original_dcid;
  }
  return server_connection_new(server, &first, &batch->path.path);
}
