/* The server: sockets, the connections on them, and what they share. */
#ifndef SERVER_H
#define SERVER_H

#include <stdio.h>

#include "cid_table.h"
#include "connection.h"
#include "loop.h"
#include "response.h"

#define SERVER_CID_LEN 16
#define SERVER_LISTENERS_MAX 8

struct server_options {
  const char *address; /* NULL: all of this machine's, IPv4 and IPv6 */
  const char *port;
  const char *folder;
  const char *certificate, *key;
  const char *alpn;
  const char *ciphers; /* NULL: the order of the TLS library */
  const char *keylog, *qlog;
  const char *ticket_keys;
  ngtcp2_cc_algo congestion_control;
  uint64_t idle_timeout;
  size_t sessions; /* remembered, for clients that come again */
  bool retry;
  bool early_data;
  bool gso;
  bool verbose;
  bool stats;
  size_t threads;
  /* Each connection costs memory before its client has proved anything; --retry is the remedy against forged addresses,
   * this bound is the one against the rest. For each thread. */
  size_t connections_max;
};

struct listener {
  struct server *server;
  struct udp_socket *socket;
  struct watch watch;
  struct server_connection *blocked; /* wait for it to be writable */
};

struct server {
  const struct server_options *options;
  size_t thread, threads; /* which of how many */
  unsigned stops_seen;
  struct timer look;
  struct loop *loop;
  struct listener listeners[SERVER_LISTENERS_MAX];
  size_t listener_count;
  ngtcp2_crypto_rustls_server *tls;
  int folder;
  struct cid_table connection_ids;
  struct server_connection *connections;
  size_t connection_count, connections_served;
  struct server_connection *touched; /* read from, to be written to when all reading is done */
  bool stopping;
  uint8_t token_secret[32]; /* seals Retry tokens */
  uint8_t reset_secret[32]; /* makes stateless reset tokens */
};

struct server_connection {
  struct connection connection; /* first: the library's user data is used as either */
  struct server *server;
  struct server_connection *next, *previous; /* in server->connections */
  struct server_connection *next_touched;
  bool touched;
  struct listener *blocked_on; /* waiting for this one to be writable */
  struct server_connection *next_blocked;
  struct cid_owner connection_ids;
  struct response *responses;
  FILE *qlog;
  char peer[ADDRESS_TEXT_MAX];
  uint64_t files;
  bool established;
};

/* qserver.c */

/* Opens what options say. What the threads of one program have in common is taken from the first of them. */
void server_start(struct server *server, struct server *first);
void server_stop(struct server *server);
/* The first time politely: every client is told, and has time to hear it. */
void server_ask_to_stop(struct server *server);

/* server_threads.c */

void server_run_threads(const struct server_options *options);
/* An id of this server's thread that nobody can predict. */
void server_connection_id(const struct server *server, ngtcp2_cid *id, size_t len);

/* server_connection.c */

/* A client's first packet, with the original connection id and token that Retry makes differ from it. */
struct first_packet {
  const ngtcp2_pkt_hd *header;
  const ngtcp2_cid *original_dcid; /* NULL: no Retry was made */
  ngtcp2_tstamp received;
};
/* NULL, with a message, if there are too many or the client's connection id is taken. */
struct server_connection *server_connection_new(struct server *server, const struct first_packet *first,
                                                const ngtcp2_path *path);
/* Reports how it went, and frees it. */
void server_connection_free(struct server_connection *connection);

/* server_accept.c: packets that belong to no connection */

/* The connection that such a packet begins; NULL if it has been answered or is worth no answer. */
struct server_connection *server_accept(struct server *server, const struct udp_batch *batch,
                                        const uint8_t *packet, size_t len, const ngtcp2_version_cid *ids);
/* Asks the sender of an Initial packet to prove its address. */
void server_send_retry(struct server *server, const struct udp_batch *batch, const ngtcp2_pkt_hd *header);
void server_send_version_negotiation(const struct udp_batch *batch, const ngtcp2_version_cid *ids);

#endif
