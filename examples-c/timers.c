#include "timers.h"

#include <stdlib.h>

#define FIRST_ROOM 64

void timer_init(struct timer *t, void (*on_timer)(void *user_data), void *user_data)
{
  *t = (struct timer){.at = TIMER_OFF, .on_timer = on_timer, .user_data = user_data};
}

static void put(struct timers *timers, size_t place, struct timer *t)
{
  timers->heap[place] = t;
  t->place = place;
}

/* Moves the timer at `place` towards the top while it is earlier than what is above, then down while it is later. */
static void settle(struct timers *timers, size_t place)
{
  struct timer *t = timers->heap[place];
  while (place > 0 && t->at < timers->heap[(place - 1) / 2]->at) {
    put(timers, place, timers->heap[(place - 1) / 2]);
    place = (place - 1) / 2;
  }
  for (size_t child = 2 * place + 1; child < timers->count; child = 2 * place + 1) {
    if (child + 1 < timers->count && timers->heap[child + 1]->at < timers->heap[child]->at) {
      child++;
    }
    if (t->at <= timers->heap[child]->at) {
      break;
    }
    put(timers, place, timers->heap[child]);
    place = child;
  }
  put(timers, place, t);
}

static void resize(struct timers *timers, size_t room)
{
  struct timer **heap = realloc(timers->heap, room * sizeof(struct timer *));
  if (heap == NULL) {
    die("out of memory");
  }
  timers->heap = heap;
  timers->room = room;
}

static void take_out(struct timers *timers, struct timer *t)
{
  struct timer *last = timers->heap[--timers->count];
  t->at = TIMER_OFF;
  if (last != t) {
    put(timers, t->place, last);
    settle(timers, last->place);
  }
  if (timers->room > FIRST_ROOM && timers->count < timers->room / 4) {
    resize(timers, timers->room / 2); /* the rush is over */
  }
}

static void put_in(struct timers *timers, struct timer *t)
{
  if (timers->count == timers->room) {
    resize(timers, timers->room > 0 ? 2 * timers->room : FIRST_ROOM);
  }
  put(timers, timers->count++, t);
  settle(timers, t->place);
}

void timers_set(struct timers *timers, struct timer *t, ngtcp2_tstamp at)
{
  bool was_set = t->at != TIMER_OFF;
  if (at == t->at) {
    return;
  }
  if (at == TIMER_OFF) {
    take_out(timers, t);
    return;
  }
  t->at = at;
  if (was_set) {
    settle(timers, t->place);
  } else {
    put_in(timers, t);
  }
}

ngtcp2_tstamp timers_next(const struct timers *timers)
{
  return timers->count > 0 ? timers->heap[0]->at : TIMER_OFF;
}

void timers_run(struct timers *timers)
{
  /* The time is taken once: a timer that sets itself to now waits for the next round, and others have their turn. */
  ngtcp2_tstamp now = timestamp();
  while (timers_next(timers) <= now) {
    struct timer *t = timers->heap[0];
    take_out(timers, t);
    t->on_timer(t->user_data);
  }
}

void timers_free(struct timers *timers)
{
  free(timers->heap);
  *timers = (struct timers){0};
}

uint64_t timers_wait(ngtcp2_tstamp at)
{
  ngtcp2_tstamp now = timestamp();
  if (at == TIMER_OFF) {
    return 3600 * NGTCP2_SECONDS;
  }
  return at > now ? at - now : 0;
}
