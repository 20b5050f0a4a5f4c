/* A peer that breaks off or garbles each handshake message in turn, in either direction: the end that notices gives up with
 * the alert that the RFCs name, tells people why, and lets nothing out. */
#include "pair.h"

/* TLS alerts */
enum { UNEXPECTED_MESSAGE = 10, DECODE_ERROR = 50, DECRYPT_ERROR = 51 };

/* Handshake messages (RFC 8446, section 4) */
enum { CLIENT_HELLO = 1, SERVER_HELLO = 2, NEW_SESSION_TICKET = 4, ENCRYPTED_EXTENSIONS = 8, CERTIFICATE = 11,
       CERTIFICATE_REQUEST = 13, CERTIFICATE_VERIFY = 15, FINISHED = 20, KEY_UPDATE = 24, UNKNOWN = 99 };

enum { HEADER_LEN = 4, LEVELS = 4, MAX_MESSAGE = 20000 };

typedef enum damage {
  CUT,      /* the last byte is missing, and the length says so */
  RENAMED,  /* it is said to be a message that there is not */
  FLIPPED,  /* one bit, where it matters for the signature or the code that the message ends with */
  REPLACED, /* by a KeyUpdate, which QUIC does not have (RFC 9001, section 6) */
} damage;

typedef struct attack {
  int at_server; /* who receives it */
  uint8_t message;
  int nth; /* the first of its kind, or the second */
  damage damage;
  int alert;
  const char *part; /* of the text */
} attack;

static struct {
  attack attack;
  int seen;
  uint8_t bytes[LEVELS][MAX_MESSAGE];
  size_t len[LEVELS];
} under;

static size_t message_len(const uint8_t *message) {
  return HEADER_LEN + ((size_t)message[1] << 16 | (size_t)message[2] << 8 | message[3]);
}

/* Damages a message in its place. Returns its new length. */
static size_t spoil(uint8_t *message, size_t len) {
  switch (under.attack.damage) {
  case CUT:
    len--;
    message[1] = (uint8_t)((len - HEADER_LEN) >> 16);
    message[2] = (uint8_t)((len - HEADER_LEN) >> 8);
    message[3] = (uint8_t)(len - HEADER_LEN);
    return len;
  case RENAMED:
    message[0] = UNKNOWN;
    return len;
  case FLIPPED:
    /* A Certificate ends with the signature of the last certificate and two bytes for no extensions. */
    message[len - (message[0] == CERTIFICATE ? 3 : 1)] ^= 1;
    return len;
  case REPLACED:
    memcpy(message, "\x18\x00\x00\x01\x00", 5);
    return 5;
  }
  return len;
}

/* Gives TLS whole messages, one of them damaged. */
static int recv_crypto_data(ngtcp2_conn *conn, ngtcp2_encryption_level level, uint64_t offset, const uint8_t *data,
                            size_t datalen, void *user_data) {
  endpoint *e = user_data;
  uint8_t *bytes = under.bytes[level], message[MAX_MESSAGE];
  int rv = 0;

  if (e->is_server != under.attack.at_server) {
    return ngtcp2_crypto_recv_crypto_data_cb(conn, level, offset, data, datalen, user_data);
  }
  CHECK((size_t)level < LEVELS && under.len[level] + datalen <= MAX_MESSAGE);
  memcpy(bytes + under.len[level], data, datalen);
  under.len[level] += datalen;
  while (rv == 0 && under.len[level] >= HEADER_LEN && under.len[level] >= message_len(bytes)) {
    size_t len = message_len(bytes), given = len;
    memcpy(message, bytes, len);
    under.len[level] -= len;
    memmove(bytes, bytes + len, under.len[level]);
    if (message[0] == under.attack.message && ++under.seen == under.attack.nth) {
      given = spoil(message, len);
    }
    rv = ngtcp2_crypto_recv_crypto_data_cb(conn, level, offset, message, given, user_data);
  }
  return rv;
}

static void check_refusal(pair *p) {
  endpoint *refuser = under.attack.at_server ? &p->server : &p->client;
  endpoint *other = under.attack.at_server ? &p->client : &p->server;
  const char *text = ngtcp2_crypto_rustls_session_error(refuser->session);
  uint8_t material[16];

  if (refuser->error != NGTCP2_ERR_CRYPTO || strstr(text, under.attack.part) == NULL || getenv("PAIR_TEXTS")) {
    fprintf(stderr, "message %d to the %s, damage %d: seen %d, error %d, alert %d, text: %s\n", under.attack.message,
            refuser->name, under.attack.damage, under.seen, refuser->error,
            ngtcp2_crypto_rustls_session_alert(refuser->session), text);
  }
  CHECK(under.seen >= under.attack.nth);
  CHECK_EQ(refuser->error, NGTCP2_ERR_CRYPTO);
  CHECK(*text != '\0' && strstr(text, under.attack.part) != NULL);
  CHECK_EQ(ngtcp2_crypto_rustls_session_alert(refuser->session), under.attack.alert);
  CHECK_EQ(ngtcp2_conn_get_tls_alert(refuser->conn), under.attack.alert);
  /* On the wire. The other end is no wiser than that. */
  CHECK(other->draining);
  CHECK_EQ(endpoint_peer_alert(other), under.attack.alert);
  CHECK_EQ(ngtcp2_conn_get_ccerr(other->conn)->reasonlen, 0);
  CHECK_STR(ngtcp2_crypto_rustls_session_error(other->session), "");
  CHECK_EQ(ngtcp2_crypto_rustls_session_alert(other->session), -1);
  /* Nothing comes out of a session that has failed. */
  CHECK_EQ(ngtcp2_crypto_rustls_session_export(refuser->session, material, sizeof(material), (const uint8_t *)"x", 1,
                                               NULL, 0), -1);
  CHECK_EQ(refuser->received_len, 0);
  if (under.attack.message != NEW_SESSION_TICKET) {
    CHECK(!refuser->handshake_completed);
    CHECK_EQ(ngtcp2_crypto_rustls_session_peer_cert(refuser->session, 0, NULL), 0);
  }
  for (int level = 0; level < LEVELS; level++) {
    if (level != NGTCP2_ENCRYPTION_LEVEL_0RTT) {
      CHECK_EQ(ngtcp2_crypto_read_write_crypto_data(refuser->conn, (ngtcp2_encryption_level)level, NULL, 0),
               NGTCP2_ERR_CRYPTO);
    }
  }
}

static void expect(int retry_hello, attack attack) {
  ngtcp2_crypto_rustls_client *client = new_client();
  ngtcp2_crypto_rustls_server *server = new_server();
  pair p;

  CHECK_EQ(ngtcp2_crypto_rustls_server_set_client_ca_file(server, cert_path("ca.pem"), 1), 0);
  CHECK_EQ(ngtcp2_crypto_rustls_client_set_cert_files(client, cert_path("client.pem"), cert_path("client.key")), 0);
  if (retry_hello) {
    CHECK_EQ(ngtcp2_crypto_rustls_server_set_groups(server, "P-384"), 0);
  }
  memset(&under, 0, sizeof(under));
  under.attack = attack;
  pair_init(&p, client, server);
  p.recv_crypto_data = recv_crypto_data;
  pair_run(&p, NGTCP2_SECONDS);
  check_refusal(&p);
  pair_free(&p);
  ngtcp2_crypto_rustls_client_del(client);
  ngtcp2_crypto_rustls_server_del(server);
}

static const struct {
  int at_server;
  uint8_t message;
} steps[] = {{1, CLIENT_HELLO},         {0, SERVER_HELLO}, {0, ENCRYPTED_EXTENSIONS}, {0, CERTIFICATE_REQUEST}, {0, CERTIFICATE},
             {0, CERTIFICATE_VERIFY},   {0, FINISHED},     {1, CERTIFICATE},          {1, CERTIFICATE_VERIFY},  {1, FINISHED},
             {0, NEW_SESSION_TICKET}};

static void cut_short(void) {
  for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
    /* A Finished is as long as a hash: one that is not is a wrong one. */
    int alert = steps[i].message == FINISHED ? DECRYPT_ERROR : DECODE_ERROR;
    const char *part = steps[i].message == FINISHED ? "does not fit" : steps[i].message == CLIENT_HELLO ? "not a valid" : "corrupt";
    expect(0, (attack){steps[i].at_server, steps[i].message, 1, CUT, alert, part});
  }
}

static void not_what_was_due(void) {
  for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
    expect(0, (attack){steps[i].at_server, steps[i].message, 1, RENAMED, UNEXPECTED_MESSAGE,
                       steps[i].message == CLIENT_HELLO ? "not a valid ClientHello" : "unexpected handshake message"});
    if (steps[i].message != CLIENT_HELLO) {
      expect(0, (attack){steps[i].at_server, steps[i].message, 1, REPLACED, UNEXPECTED_MESSAGE, "got KeyUpdate"});
    }
  }
}

static void signatures_and_codes(void) {
  for (int side = 0; side < 2; side++) {
    expect(0, (attack){side, CERTIFICATE, 1, FLIPPED, DECRYPT_ERROR, "BadSignature"});
    expect(0, (attack){side, CERTIFICATE_VERIFY, 1, FLIPPED, DECRYPT_ERROR, "BadSignature"});
    expect(0, (attack){side, FINISHED, 1, FLIPPED, DECRYPT_ERROR, "Finished message does not fit"});
  }
}

/* After a HelloRetryRequest. */
static void second_hellos(void) {
  expect(1, (attack){1, CLIENT_HELLO, 2, CUT, DECODE_ERROR, ""});
  expect(1, (attack){1, CLIENT_HELLO, 2, RENAMED, UNEXPECTED_MESSAGE, ""});
  expect(1, (attack){0, SERVER_HELLO, 1, CUT, DECODE_ERROR, ""});
  expect(1, (attack){0, SERVER_HELLO, 2, CUT, DECODE_ERROR, ""});
  expect(1, (attack){0, SERVER_HELLO, 2, RENAMED, UNEXPECTED_MESSAGE, ""});
}

int main(void) {
  RUN(cut_short);
  RUN(not_what_was_due);
  RUN(signatures_and_codes);
  RUN(second_hellos);
  puts("alerts: ok");
  return 0;
}
