/* The run of one plan: two ends, each on its library, and the link between them. */
#ifndef PLAY_H
#define PLAY_H

#include "application.h"
#include "plan.h"

typedef struct player {
  const library *library;
  endpoint *end;
  application application;
  int is_closing, has_sent_close, is_drained, is_dead;
  ngtcp2_tstamp closing_until;
  uint8_t close_packet[MAX_PACKET];
  size_t close_len;
  int closes_sent;
  uint16_t moves;
} player;

typedef struct play {
  network net; /* first: play_of */
  plan plan;
  player client, server;
  size_t next_action;
  ngtcp2_tstamp ending_since; /* 0: it has not begun */
  /* the listener */
  int asks_for_retry, server_is_lost;
  ngtcp2_cid original_dcid;
} play;

play *play_of(network *n);

/* Runs a seed; what is not as it should be ends the process. */
void play_seed(uint64_t seed, const library *client, const library *server, care c);

/* Whose turn it is: calls go to that library. */
void turn_of(const player *p);
int can_act(const player *p);

/* actions.c */
void act(play *p, const action *what);
void close_connection(player *p);
void repeat_close(player *p);

/* listener.c */
void listener_receives(play *p, const datagram *d);
void listener_starts_again(play *p, const datagram *d);

/* play.c */
void set_up(play *p, player *who, const library *l, int is_server);
void read_by(play *p, player *who, const datagram *d);

#endif
