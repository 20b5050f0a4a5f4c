/* Two connections in one process, joined by a virtual network with a virtual clock, over real TLS.
 *
 * Only the public headers are used. Structs are announced in their first generation, so that the
 * programs also run with the oldest library that the helper supports. */
#ifndef PAIR_H
#define PAIR_H

#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>
#include <ngtcp2/ngtcp2_crypto_rustls.h>

#include "foreign/foreign.h"
#include "foreign/quic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                      \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

#define CHECK_EQ(actual, expected)                                                                 \
  do {                                                                                             \
    long long actual_ = (long long)(actual), expected_ = (long long)(expected);                    \
    if (actual_ != expected_) {                                                                    \
      fprintf(stderr, "%s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #actual, actual_,       \
              expected_);                                                                          \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

#define CHECK_STR(actual, expected)                                                                \
  do {                                                                                             \
    const char *actual_ = (actual), *expected_ = (expected);                                       \
    if (strcmp(actual_, expected_) != 0) {                                                         \
      fprintf(stderr, "%s:%d: %s is \"%s\", not \"%s\"\n", __FILE__, __LINE__, #actual, actual_,   \
              expected_);                                                                          \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

#define RUN(test)                                                                                  \
  do {                                                                                             \
    printf("  %s\n", #test);                                                                       \
    fflush(stdout);                                                                                \
    test();                                                                                        \
  } while (0)

#define MAX_FLIGHT 256
#define ECHO_LEN 100000

typedef struct datagram {
  ngtcp2_tstamp arrival;
  size_t len;
  uint8_t data[MAX_DATAGRAM];
} datagram;

typedef struct endpoint {
  const char *name;
  int is_server;
  ngtcp2_conn *conn;
  ngtcp2_crypto_conn_ref conn_ref;
  ngtcp2_crypto_rustls_session *session;
  struct pair *pair;

  /* another library in place of the helper; its own fields below stay as they are */
  const foreign_api *foreign;
  void *foreign_context, *foreign_conn;
  foreign_wish foreign_wish;

  /* what has been sent to this endpoint and has not arrived */
  datagram *inbox;
  size_t inbox_len;

  int handshake_completed;
  int handshake_confirmed;
  int error;           /* first error of this endpoint's own library */
  int draining;        /* the peer has closed */
  int early_rejected;  /* the callback tls_early_data_rejected was called */
  size_t received_early; /* bytes that came in 0-RTT packets */
  int failing_rx_key;  /* encryption level at which recv_rx_key fails, -1 for none */

  outgoing out;
  uint8_t *received;
  size_t received_len;
  int received_fin;
} endpoint;

typedef struct pair {
  ngtcp2_tstamp now;
  endpoint client, server;
  ngtcp2_crypto_rustls_client *client_config;
  ngtcp2_crypto_rustls_server *server_config;
  uint32_t version;           /* that the client starts with */
  uint32_t preferred_version; /* 0: none, or a version that the server upgrades to */
  int retry;                  /* the server asks for address validation first */
  int use_conn_ref;
  int early_data;             /* the client offers early data, and sends them if it may */
  int early_offered;          /* what ngtcp2_crypto_rustls_offer_early_data returned */
  const uint8_t *given_params; /* remembered transport parameters that the client is given before, or NULL */
  size_t given_paramslen;
  uint64_t server_max_data;   /* initial_max_data of the server */
  ngtcp2_recv_crypto_data recv_crypto_data; /* in the place of the helper's, if not NULL */
  size_t flip_datagram;       /* 1-based number of a client datagram that is damaged, 0 for none */
  size_t client_datagrams;
  const char *server_name;
  uint8_t *echo;
} pair;

/* Makes a pair that will connect when run. The configurations stay the caller's. */
void pair_init(pair *p, ngtcp2_crypto_rustls_client *client, ngtcp2_crypto_rustls_server *server);
void pair_free(pair *p);

/* Runs until both sides are idle or one has closed, but not beyond |limit| of virtual time. */
void pair_run(pair *p, ngtcp2_duration limit);

/* Sends ECHO_LEN bytes from the client, has the server echo them, and checks what comes back. */
void pair_echo(pair *p);
/* The two halves of it, for early data. */
void pair_start_echo(pair *p);
void pair_check_echo(pair *p);

/* The TLS alert with which this endpoint was closed by its peer, or -1. */
int endpoint_peer_alert(const endpoint *e);
/* The transport error with which this endpoint was closed by its peer, or 0. */
uint64_t endpoint_peer_error(const endpoint *e);

/* Configurations that fit together: CA and certificates of the directory named by CERTS, ALPN "echo". */
ngtcp2_crypto_rustls_client *new_client(void);
ngtcp2_crypto_rustls_server *new_server(void);
const char *cert_path(const char *file);

#endif
