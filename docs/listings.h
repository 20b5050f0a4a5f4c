/* What the listings of the chapters take for granted; tools/docs/listings.py compiles each of them after this. */
#ifndef LISTINGS_H
#define LISTINGS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>
#include <ngtcp2/ngtcp2_crypto_rustls.h>

/* A stream that has something to send. */
struct stream {
  int64_t id;
  struct stream *next;
  const uint8_t *data;
  size_t len;
  bool fin, blocked;
};

/* One connection of the application. */
struct app {
  ngtcp2_conn *conn;
  ngtcp2_crypto_rustls_session *tls;
  int fd;
  ngtcp2_sockaddr_union local;
  ngtcp2_socklen local_len;
  struct stream *streams;
  ngtcp2_ccerr reason;
  bool over;             /* closed by either side: only late packets come now */
};

ngtcp2_tstamp now(void);                              /* a clock that never goes backwards */
void set_timer(struct app *app, ngtcp2_tstamp at);    /* one timer for each connection */
void clear_timer(struct app *app);
void free_app(struct app *app);                       /* deletes all: see Close in docs/design.md */
void on_error(struct app *app, int error);
void write_packets(struct app *app);
void send_to_peer(struct app *app, const ngtcp2_path *path, const uint8_t *data, size_t len, size_t segment, uint8_t ecn);

#endif
