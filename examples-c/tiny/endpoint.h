/* A whole QUIC endpoint, client or server, on poll(2): the least that works, to be read from top to bottom. docs/guide.md
 * explains it piece by piece. qserver and qclient, one folder up, are what it grows into. */
#ifndef ENDPOINT_H
#define ENDPOINT_H

#include <stdbool.h>

#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>
#include <ngtcp2/ngtcp2_crypto_rustls.h>

struct endpoint;

/* One connection. */
struct peer {
  ngtcp2_conn *conn;
  ngtcp2_crypto_rustls_session *tls;
  ngtcp2_crypto_conn_ref ref; /* leads TLS back to `conn` */
  struct endpoint *endpoint;
  struct peer *next;
  void *application; /* whatever the application keeps for a connection */
  bool over;
};

/* What an application adds to the endpoint. */
struct application {
  const char *alpn;
  void (*set_callbacks)(ngtcp2_callbacks *callbacks);
  void (*set_params)(ngtcp2_transport_params *params);
  void (*begin)(struct peer *peer); /* there is a new connection */
  void (*end)(struct peer *peer);   /* it is about to go */
  /* Writes one packet with whatever the application has to send: the answer of ngtcp2_conn_writev_stream and its kin. */
  ngtcp2_ssize (*write)(struct peer *peer, ngtcp2_path *path, uint8_t *packet, size_t len, ngtcp2_tstamp now);
};

struct endpoint {
  const struct application *application;
  int fd;
  ngtcp2_sockaddr_union local;
  ngtcp2_socklen local_len;
  ngtcp2_crypto_rustls_client *client; /* one of these two is NULL */
  ngtcp2_crypto_rustls_server *server;
  struct peer *peers;
};

/* These end the program with a message if they cannot do what they should. */
void endpoint_listen(struct endpoint *e, const struct application *a, const char *host, const char *port,
                     const char *certificate, const char *key);
struct peer *endpoint_connect(struct endpoint *e, const struct application *a, const char *host, const char *port,
                              const char *ca);

/* Waits for datagrams or a timer, and deals with them: one round of the event loop. Also returns when `input` (-1: none)
 * can be read, which it says by true, and at the time `until` (UINT64_MAX: never). */
bool endpoint_step(struct endpoint *e, int input, ngtcp2_tstamp until);

/* Writes what is to be written on this connection: after each step for all, and when the application has something new. */
void peer_write(struct peer *peer);
/* Says goodbye. */
void peer_close(struct peer *peer, uint64_t application_error);
/* Forgets all connections and closes the socket. */
void endpoint_end(struct endpoint *e);

/* `--stats`, if it is the last argument, is taken away from the others: a table of figures on standard error for each
 * connection at its end. */
void endpoint_take_stats(int *argc, char **argv);
ngtcp2_tstamp endpoint_now(void);
_Noreturn void endpoint_die(const char *what, const char *why);

#endif
