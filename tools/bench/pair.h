/* A client and a server in one process, a wire each way between them, one virtual clock. All that happens follows from
 * the options, so packets, allocations and instructions repeat exactly. */
#ifndef BENCH_PAIR_H
#define BENCH_PAIR_H

#include <ngtcp2/ngtcp2.h>
#include <stdbool.h>

#include "heap.h"
#include "measure.h"
#include "options.h"
#include "wire.h"

/* More streams than this are never open at a time. */
#define STREAMS_MAX (1u << 17)

struct stream {
  int64_t id;
  uint64_t total;    /* bytes to send */
  uint64_t sent;     /* bytes that the library took */
  uint64_t received; /* bytes that the library gave */
  struct stream *next;
  bool queued;
  bool fin_sent;
  bool opened_here;
};

/* What an endpoint has done, for the modes to tell when they are done. */
struct traffic {
  uint64_t unacked;  /* bytes of streams */
  uint64_t acked;    /* bytes of streams */
  uint64_t received; /* bytes of streams and datagrams */
  uint64_t streams_ended; /* FIN received */
  uint64_t streams_closed;
  uint64_t datagrams_to_send;
  uint64_t datagrams_sent;
  uint64_t datagrams_received;
  uint64_t datagrams_acked;
  uint64_t datagrams_lost;
};

/* Bytes of the fake handshake that have arrived on one encryption level. */
struct message {
  uint8_t data[4096];
  size_t len;
};

#define ENCRYPTION_LEVELS 4

struct endpoint {
  struct pair *pair;
  ngtcp2_conn *conn;
  struct wire *out, *in;
  bool is_server;
  bool sends_bulk;
  bool confirmed; /* the handshake; for a server: completed */
  bool wake;      /* there may be something to write */
  ngtcp2_tstamp expiry;
  ngtcp2_path_storage path;
  struct stream *queue_head, *queue_tail; /* streams with something to send */
  struct traffic traffic;
  struct counted_heap heap;
  struct message *messages; /* by encryption level */
  void *tls;                /* a session, where there is TLS */
  /* All streams that there were, and those of them that may be used again. */
  struct stream *streams;
  size_t stream_count;
  struct stream *free_streams;
};

struct pair {
  const struct mode *mode;
  const struct options *options;
  ngtcp2_tstamp now;
  ngtcp2_tstamp pause_end; /* of run_for */
  uint64_t random;         /* for what the library asks us */
  bool counts_memory;
  bool verifies; /* every byte received */
  struct wire to_server, to_client;
  struct endpoint client, server;
  struct measurement measurement;
};

/* -- application.c: streams and the library's callbacks about data ------------------------------------------------- */

struct stream *stream_new(struct endpoint *endpoint, int64_t id);
void stream_free(struct endpoint *endpoint, struct stream *stream);
void stream_enqueue(struct endpoint *endpoint, struct stream *stream);
void stream_dequeue(struct endpoint *endpoint);

/* Opens a stream and queues `total` bytes on it. NULL if the peer does not allow another one. */
struct stream *stream_try_open(struct endpoint *endpoint, uint64_t total);
struct stream *stream_open(struct endpoint *endpoint, uint64_t total);

void application_callbacks(ngtcp2_callbacks *callbacks);

/* -- connection.c -------------------------------------------------------------------------------------------------- */

void endpoint_reset(struct endpoint *endpoint, struct pair *pair, bool is_server);
void client_connect(struct endpoint *client);
void server_accept(struct endpoint *server, const uint8_t *packet, size_t len);
void endpoint_close(struct endpoint *endpoint);
void endpoint_info(const struct endpoint *endpoint, ngtcp2_conn_info *info);

/* -- writing.c ----------------------------------------------------------------------------------------------------- */

/* Writes one burst to the wire. */
void endpoint_write(struct endpoint *endpoint);

/* -- simulation.c -------------------------------------------------------------------------------------------------- */

typedef bool (*condition)(struct pair *pair);

/* Runs until the condition holds. False if before that nothing is left that could happen. */
bool try_run_until(struct pair *pair, condition holds);

/* The same; gives up if the condition is never met. */
void run_until(struct pair *pair, condition holds);

/* Lets time pass. */
void run_for(struct pair *pair, ngtcp2_duration duration);

/* A new pair at the beginning of time, with nothing sent. */
void pair_reset(struct pair *pair);

/* The same, connected and quiet, then with the network of the options. */
void pair_connect(struct pair *pair);
bool both_confirmed(struct pair *pair);

/* Puts the rate, loss and reordering of the options on the wire of the data. */
void network_apply(struct pair *pair);

void pair_close(struct pair *pair);

#endif
