/* A load for qserver: many callers on one socket, each with a connection of its own, which ask, idle, say goodbye or vanish
 * as their dice say; and among what they send some junk. It measures in its own process, and from the moment at which a
 * thing was due: if this program is late, that counts as latency too.
 */
#ifndef LOAD_H
#define LOAD_H

#include "../../cid_table.h"
#include "../../connection.h"
#include "../../loop.h"

#define LOAD_FILES 2

/* Dice: the same for the same seed. */
struct dice {
  uint64_t state;
};
uint64_t dice_throw(struct dice *dice);
/* A number below `limit`. */
uint64_t dice_below(struct dice *dice, uint64_t limit);

/* Durations, of which percentiles are wanted. */
struct samples {
  uint32_t *microseconds;
  size_t count, room;
};
void samples_add(struct samples *samples, ngtcp2_duration duration);
/* One line: how many, and how long they took. */
void samples_print(const char *name, struct samples *samples);

struct load_options {
  const char *host, *port, *ca, *folder;
  size_t callers;
  uint64_t pause;        /* the longest between two actions of a caller */
  uint64_t duration;     /* once all are there */
  uint64_t idle_timeout; /* the server's */
  uint64_t junk;         /* in a hundred datagrams */
  uint64_t seed;
};

struct load_counts {
  uint64_t closed, vanished_connecting, vanished_asking, vanished_idle;
  uint64_t failed; /* what must not be: a connection that ends otherwise, a wrong answer */
};

/* A file that is asked for, and what the answer has to be. */
struct load_file {
  const char *name;
  const uint8_t *bytes;
  size_t size;
};

struct caller;

struct load {
  const struct load_options *options;
  struct loop *loop;
  struct udp_socket socket;
  struct watch watch;
  ngtcp2_sockaddr_union server;
  ngtcp2_socklen server_len;
  ngtcp2_crypto_rustls_client *tls[2]; /* one resumes sessions, the other does not */
  struct load_file files[LOAD_FILES];
  struct cid_table ids;
  struct caller *callers;
  struct caller *first_waiting, *last_waiting; /* for their turn to connect */
  struct caller *touched;                      /* read from, to be written to */
  size_t connecting, open;
  size_t open_least, open_most; /* since all were there */
  ngtcp2_tstamp started;
  struct timer end;
  bool complete; /* all callers have been there at once */
  struct load_counts counts;
  struct samples handshakes, requests[LOAD_FILES];
};

enum caller_stage {
  CALLER_AWAY,
  CALLER_CONNECTING,
  CALLER_IDLE,
  CALLER_ASKING,
};

struct caller {
  struct connection connection; /* first: the library's user data is used as either */
  struct load *load;
  struct dice dice;
  enum caller_stage stage;
  struct timer plan;   /* what it does next */
  ngtcp2_tstamp due;   /* when it should have begun what it does now */
  bool vanishes;       /* at `plan`, whatever it does */
  bool blocked;
  struct cid_owner ids;
  struct caller *next; /* of those that wait, or are touched */
  bool touched;

  struct outgoing request; /* one at a time */
  char line[64];
  size_t line_len, line_sent;
  const struct load_file *file;
  size_t received;
};

/* caller.c: the life of one */

void caller_init(struct caller *caller, struct load *load, uint64_t number);
void caller_connect(struct caller *caller);
/* After packets were read, and after timers: writes, and sees how the connection fares. */
void caller_continue(struct caller *caller);
void caller_end(struct caller *caller, bool politely);

/* load.c */

/* The caller has ended, or not begun: it is to connect when its turn comes. */
void load_wait(struct load *load, struct caller *caller);
/* What follows every event: those whose turn has come connect. */
void load_look_around(struct load *load);

/* junk.c */

struct junk_counts {
  uint64_t datagrams, random, truncated, corrupted;
};
extern struct junk_counts junk_counts;
void junk_init(uint64_t percent, uint64_t seed);

#endif
