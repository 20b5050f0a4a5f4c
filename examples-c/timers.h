/* Any number of timers behind one deadline: event loops with a single timeout need no more than timers_next, and connections
 * set theirs after every packet, which has to be cheap. A binary heap. */
#ifndef TIMERS_H
#define TIMERS_H

#include "common.h"

#define TIMER_OFF UINT64_MAX

struct timer {
  ngtcp2_tstamp at; /* TIMER_OFF: not set */
  size_t place;     /* in the heap, if it is set */
  void (*on_timer)(void *user_data);
  void *user_data;
};

struct timers {
  struct timer **heap;
  size_t count, room;
};

void timer_init(struct timer *timer, void (*on_timer)(void *user_data), void *user_data);
/* Sets it, anew or for the first time; TIMER_OFF takes it out. */
void timers_set(struct timers *timers, struct timer *timer, ngtcp2_tstamp at);
/* When the next one is due; TIMER_OFF if none is set. */
ngtcp2_tstamp timers_next(const struct timers *timers);
/* Calls those that are due by now. They are off then, and may set or take out any. */
void timers_run(struct timers *timers);
void timers_free(struct timers *timers);

/* The nanoseconds from now until `at`, 0 if that is past. For TIMER_OFF: an hour, which no loop minds. */
uint64_t timers_wait(ngtcp2_tstamp at);

#endif
