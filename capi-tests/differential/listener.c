/* The server's socket: the first packets of a client, Retry, and the stateless reset after the state was lost. */
#include "callbacks.h"
#include "null_crypto.h"
#include "play.h"

#define TOKEN_LEN 32
#define RETRY_CID_LEN 14
#define MAX_RESET_LEN 41
#define MIN_RESET_LEN 21

/* One client has one token, and one id that it stands for. */
static void retry_identity(const play *p, uint8_t token[TOKEN_LEN], ngtcp2_cid *cid) {
  generator g = {hash_pair(p->plan.seed, 0x7274)};
  random_bytes(&g, token, TOKEN_LEN);
  cid->datalen = RETRY_CID_LEN;
  random_bytes(&g, cid->data, cid->datalen);
}

static void answer(play *p, const datagram *d, const uint8_t *packet, ngtcp2_ssize len) {
  ngtcp2_path_storage path;
  CHECK(len > 0);
  path_between(&path, 1, SERVER_PORT, d->remote_port);
  /* As the client sees it: what the NAT adds to its port is taken away on the way back. */
  send_packet(p->server.end, &path.path, 0, packet, (size_t)len);
}

static void write_retry(play *p, const datagram *d, const ngtcp2_pkt_hd *header) {
  ngtcp2_crypto_aead aead = null_aead();
  key k = key_alone(retry_secret());
  ngtcp2_crypto_aead_ctx ctx = {&k};
  uint8_t packet[512], token[TOKEN_LEN];
  ngtcp2_cid cid;
  retry_identity(p, token, &cid);
  if (ngtcp2_cid_eq(&cid, &header->dcid)) {
    return; /* without its token */
  }
  p->original_dcid = header->dcid;
  tell(p->server.end, "asks for the address to be validated");
  answer(p, d, packet,
         ngtcp2_pkt_write_retry(packet, sizeof(packet), header->version, &header->scid, &cid, &header->dcid, token, TOKEN_LEN,
                                null_encrypt, &aead, &ctx));
}

static void reset_without_state(play *p, const datagram *d) {
  uint8_t packet[64], random[64] = {0}, token[NGTCP2_STATELESS_RESET_TOKENLEN];
  ngtcp2_cid cid = {.datalen = 10}; /* of the ids that servers have here */
  /* Shorter than what it answers, so that two that have lost their state do not go on for ever. */
  size_t len = d->len > MAX_RESET_LEN ? MAX_RESET_LEN : d->len - 1;
  if (len < MIN_RESET_LEN || d->data[0] & 0x80) {
    return;
  }
  memcpy(cid.data, d->data + 1, cid.datalen);
  token_for(&cid, token);
  answer(p, d, packet, ngtcp2_pkt_write_stateless_reset(packet, len, token, random, sizeof(random)));
}

static void welcome(play *p, const datagram *d) {
  endpoint *e = p->server.end;
  uint8_t token[TOKEN_LEN];
  ngtcp2_pkt_hd header;
  ngtcp2_cid cid;
  if (ngtcp2_accept(&header, d->data, d->len)) {
    return;
  }
  if ((p->plan.retries || p->asks_for_retry) && !header.tokenlen) {
    write_retry(p, d, &header);
    return;
  }
  if (header.tokenlen) {
    retry_identity(p, token, &cid);
    CHECK(header.tokenlen == TOKEN_LEN && memcmp(header.token, token, TOKEN_LEN) == 0);
    e->settings.token = header.token;
    e->settings.tokenlen = header.tokenlen;
    e->settings.token_type = NGTCP2_TOKEN_TYPE_RETRY;
  }
  tell(e, "begins");
  CHECK_EQ(server_new(e, &header, header.tokenlen ? &p->original_dcid : NULL, d->remote_port), 0);
  read_by(p, &p->server, d);
}

void listener_receives(play *p, const datagram *d) {
  turn_of(&p->server);
  if (p->server_is_lost) {
    reset_without_state(p, d);
  } else {
    welcome(p, d);
  }
}

/* The library wants to know the address before it keeps anything of this client. */
void listener_starts_again(play *p, const datagram *d) {
  player *who = &p->server;
  application before = who->application;
  CHECK(!p->asks_for_retry);
  endpoint_delete(who->end);
  set_up(p, who, who->library, 1);
  /* What the plan has asked for meanwhile is still to be done. */
  memcpy(who->application.waiting, before.waiting, sizeof(before.waiting));
  memcpy(who->application.waiting_count, before.waiting_count, sizeof(before.waiting_count));
  memcpy(who->application.datagrams, before.datagrams, sizeof(before.datagrams));
  who->application.datagram_count = before.datagram_count;
  p->asks_for_retry = 1;
  listener_receives(p, d);
}
