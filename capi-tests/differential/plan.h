/* What a seed stands for: a line, two applications, and what they do when. Drawn from the seed alone, so that it is the
 * same for every pair of libraries. */
#ifndef PLAN_H
#define PLAN_H

#include "network.h"

#define MAX_ACTIONS 128

typedef enum ending {
  CLOSE_WHEN_DONE,
  CLOSE_EARLY,
  FALL_SILENT,     /* until the idle timeout */
  LOSE_THE_STATE,  /* of the server: a stateless reset follows */
  CUT_THE_LINE,
} ending;

typedef enum action_kind {
  OPEN_BIDI,
  OPEN_UNI,
  RESET_STREAM,
  STOP_STREAM,
  SHUT_DOWN_STREAM,
  SEND_DATAGRAM,
  UPDATE_KEY,
  MIGRATE,
  MIGRATE_NOW,
  REBIND,
  SUBMIT_TOKEN,
  KEEP_ALIVE,
} action_kind;

typedef struct action {
  ngtcp2_duration at;
  action_kind kind;
  int by_server;
  uint64_t value; /* a length, or what tells the object of the action */
  uint64_t code;
} action;

/* What keeps a plan clear of what a side fails at, as it is ngtcp2's C library. */
typedef struct care {
  int client, server; /* which of the two is */
} care;

typedef struct plan {
  uint64_t seed;
  /* the connection */
  ngtcp2_cc_algo congestion_control;
  int finds_mtu, retries, offers_early_data, accepts_early_data, upgrades_version, has_stream_close2;
  uint64_t stream_window, connection_window, max_window;
  uint64_t streams;
  size_t acknowledges_every, hello_padding, certificate_len;
  /* the applications */
  int fills_packets;  /* WRITE_MORE */
  int splits_data;    /* several vectors */
  int credits_late;
  uint64_t longest_answer;
  /* the line; chances are of 1000 */
  ngtcp2_duration delay, jitter;
  uint64_t loss, duplication, reordering, congestion_marks;
  size_t mtu;
  int bleaches_ecn;
  /* the end */
  ending ending;
  ngtcp2_duration early_at, cut_at;
  action actions[MAX_ACTIONS];
  size_t action_count;
} plan;

void plan_draw(plan *p, uint64_t seed, care c);
const char *ending_name(ending e);
const char *action_name(action_kind kind);

/* The line of the plan that `network.travel` refers to. */
void plan_travel(network *n, int to_server, uint64_t number, size_t len, fate *f);

#endif
