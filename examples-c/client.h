/* The client: many downloads over one connection, or the same over several connections at once. */
#ifndef CLIENT_H
#define CLIENT_H

#include "connection.h"
#include "download.h"
#include "loop.h"
#include "progress.h"

struct client_options {
  const char *host, *port;
  char **paths;
  size_t path_count;
  size_t parallel;    /* connections, each of which fetches everything */
  const char *folder; /* NULL: throw the bytes away */
  const char *ca;     /* NULL: the system's */
  const char *server_name;
  const char *alpn;
  const char *ciphers; /* NULL: the order of the TLS library */
  const char *keylog, *qlog;
  ngtcp2_cc_algo congestion_control;
  uint64_t idle_timeout;
  bool insecure;
  bool gso;
  bool verbose;
  bool stats;
};

/* What all connections share. */
struct fetch {
  const struct client_options *options;
  struct loop *loop;
  ngtcp2_crypto_rustls_client *tls;
  struct progress progress;
  struct client *clients; /* options->parallel of them */
  size_t running;
  ngtcp2_tstamp started, ended;
  bool interrupted; /* the user wants to stop */
};

struct client {
  struct connection connection; /* first: the library's user data is used as either */
  struct fetch *fetch;
  const struct client_options *options;
  struct udp_socket socket;
  struct watch watch;
  FILE *qlog;
  char *folder; /* NULL: none */

  struct download *downloads;
  size_t next_download; /* those before it have had their stream */
  size_t completed, failed;

  bool heard;   /* the server has sent something */
  bool stopped; /* nothing is left to do, or nothing can be done */
};

enum client_outcome {
  CLIENT_COMPLETE,   /* every file is there */
  CLIENT_INCOMPLETE, /* some are not; said why */
  CLIENT_NOBODY,     /* nobody listens at this address; said nothing, another one may do */
};

/* client.c */
enum client_outcome client_run(const struct client_options *options, const struct addrinfo *address);
/* Every file is there, or it is known why not. */
bool client_is_settled(const struct client *client);

/* client_report.c */
void client_explain_failure(const struct client *client);
void client_summarize(const struct fetch *fetch);

#endif
