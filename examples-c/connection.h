/* One QUIC connection in an event loop: the part that is the same for server and client.
 *
 * All of it follows one pattern:
 *
 *   something happened (datagrams, the timer, a writable socket, a wish of the application)
 *     -> tell the library
 *     -> write until the library has nothing to send
 *     -> set the one timer to what the library asks for
 *
 * Owners call connection_read for each packet that is there, then connection_write once. They free the
 * connection when its state is CONNECTION_OVER, never from within a library callback.
 */
#ifndef CONNECTION_H
#define CONNECTION_H

#include <ngtcp2/ngtcp2_crypto.h>
#include <ngtcp2/ngtcp2_crypto_rustls.h>

#include "common.h"
#include "outgoing.h"
#include "timers.h"
#include "udp.h"

struct connection;

enum connection_state {
  CONNECTION_OPEN,     /* handshake included */
  CONNECTION_CLOSING,  /* we closed it; our goodbye is repeated to a peer that has not heard it */
  CONNECTION_DRAINING, /* the peer closed it; we are silent until its last packets have passed by */
  CONNECTION_OVER,     /* nothing will come or go any more: free it */
};

/* What the owner must provide. */
struct connection_owner {
  /* The timer ran, packets may have gone out. Look at the state. */
  void (*on_timer)(struct connection *connection);
  /* The socket takes no more. Call connection_resume when it is writable. */
  void (*on_blocked)(struct connection *connection, struct udp_socket *socket);
};

struct connection {
  const struct connection_owner *owner;
  ngtcp2_conn *quic;
  ngtcp2_crypto_rustls_session *tls;
  ngtcp2_crypto_conn_ref conn_ref; /* how the TLS session finds `quic` */
  struct outgoing_queue outgoing;  /* streams with something to send */
  enum connection_state state;

  struct timers *timers;
  struct timer timer; /* the one that the library asks for */

  /* Why it ended: the library's code, 0 if the application closed it. After NGTCP2_ERR_DRAINING
   * `close_reason` is what the peer said, otherwise what we told it. */
  int failure;
  ngtcp2_ccerr close_reason;

  struct udp_batch unsent;       /* what a blocked socket did not take; len 0 if none */
  struct udp_batch goodbye;      /* the packet that closed the connection */
  uint64_t packets_while_closing;
};

/* The caller then makes `quic` and `tls`, and connects them with connection_start. */
void connection_init(struct connection *c, const struct connection_owner *owner, struct timers *timers);
void connection_start(struct connection *c);
/* Frees everything but the struct itself. Good for every state, a half-made connection included. */
void connection_destroy(struct connection *c);

/* The callbacks that are the same at both ends, those of the crypto helper among them. */
void connection_set_callbacks(ngtcp2_callbacks *callbacks);
void connection_set_options(ngtcp2_settings *settings, ngtcp2_cc_algo congestion_control, bool log);

/* Returns 0 or the library's error code, which has been dealt with by then: look at the state. */
int connection_read(struct connection *c, const struct udp_batch *batch, const uint8_t *packet, size_t len);
void connection_write(struct connection *c);
void connection_resume(struct connection *c);

/* Says goodbye with an application error code and starts the closing period. */
void connection_close(struct connection *c, uint64_t application_error);

#endif
