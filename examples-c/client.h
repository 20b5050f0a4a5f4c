/* The client: one connection, many downloads over it. */
#ifndef CLIENT_H
#define CLIENT_H

#include "connection.h"
#include "download.h"
#include "progress.h"

struct client_options {
  const char *host, *port;
  char **paths;
  size_t path_count;
  const char *folder; /* NULL: throw the bytes away */
  const char *ca;     /* NULL: the system's */
  const char *server_name;
  const char *alpn;
  const char *keylog, *qlog;
  ngtcp2_cc_algo congestion_control;
  uint64_t idle_timeout;
  bool insecure;
  bool gso;
  bool verbose;
};

struct client {
  struct connection connection; /* first: the library's user data is used as either */
  const struct client_options *options;
  struct event_base *base;
  struct event *interrupt, *terminate;
  struct udp_socket socket;
  struct event *readable, *writable;
  ngtcp2_crypto_rustls_client *tls;
  FILE *qlog;
  struct progress progress;

  struct download *downloads;
  size_t next_download; /* those before it have had their stream */
  size_t completed, failed;
  ngtcp2_tstamp started, ended;

  bool heard;       /* the server has sent something */
  bool interrupted; /* the user wants to stop */
};

enum client_outcome {
  CLIENT_COMPLETE,   /* every file is there */
  CLIENT_INCOMPLETE, /* some are not; said why */
  CLIENT_NOBODY,     /* nobody listens at this address; said nothing, another one may do */
};

/* client.c */
enum client_outcome client_run(const struct client_options *options, const struct addrinfo *address);

/* client_report.c */
void client_explain_failure(const struct client *client);
void client_summarize(const struct client *client);

#endif
