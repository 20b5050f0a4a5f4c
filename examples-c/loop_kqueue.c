/* The loop on kqueue, for BSD and macOS. Compiled against declarations of ours in the checks; not run there. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/event.h>
#include <time.h>
#include <unistd.h>

#include "loop.h"

#define EVENTS_AT_ONCE 32

struct loop {
  struct timers timers;
  int queue;
  void (*on_signal)(void *user_data);
  void *user_data;
  bool stopped;
};

struct loop *loop_new(void)
{
  struct loop *loop = allocate(sizeof(*loop));
  loop->queue = kqueue();
  if (loop->queue < 0) {
    die("cannot make an event loop: %s", strerror(errno));
  }
  return loop;
}

void loop_free(struct loop *loop)
{
  timers_free(&loop->timers);
  close(loop->queue);
  free(loop);
}

void loop_stop(struct loop *loop) { loop->stopped = true; }
struct timers *loop_timers(struct loop *loop) { return &loop->timers; }

static void change(struct loop *loop, uintptr_t what, short filter, unsigned short flags, void *data)
{
  struct kevent event;
  EV_SET(&event, what, filter, flags, 0, 0, data);
  if (kevent(loop->queue, &event, 1, NULL, 0, NULL) != 0 && (flags & EV_DELETE) == 0) {
    die("cannot watch a socket: %s", strerror(errno));
  }
}

void loop_catch_signals(struct loop *loop, void (*on_signal)(void *user_data), void *user_data)
{
  loop->on_signal = on_signal;
  loop->user_data = user_data;
  signal(SIGINT, SIG_IGN); /* kqueue sees ignored signals as well */
  signal(SIGTERM, SIG_IGN);
  change(loop, SIGINT, EVFILT_SIGNAL, EV_ADD, loop);
  change(loop, SIGTERM, EVFILT_SIGNAL, EV_ADD, loop);
}

void watch_begin(struct loop *loop, struct watch *watch)
{
  watch->loop = loop;
  change(loop, (uintptr_t)watch->socket->fd, EVFILT_READ, EV_ADD, watch);
}

void watch_writable(struct watch *watch)
{
  change(watch->loop, (uintptr_t)watch->socket->fd, EVFILT_WRITE, EV_ADD | EV_ONESHOT, watch);
}

void watch_end(struct watch *watch)
{
  change(watch->loop, (uintptr_t)watch->socket->fd, EVFILT_READ, EV_DELETE, watch);
  change(watch->loop, (uintptr_t)watch->socket->fd, EVFILT_WRITE, EV_DELETE, watch); /* may not be there */
}

static void dispatch(struct loop *loop, const struct kevent *event)
{
  struct watch *watch = event->udata;
  switch (event->filter) {
  case EVFILT_SIGNAL:
    loop->on_signal(loop->user_data);
    break;
  case EVFILT_WRITE:
    watch->on_writable(watch->owner);
    break;
  case EVFILT_READ:
    watch_read(watch);
    break;
  }
}

void loop_run(struct loop *loop)
{
  struct kevent events[EVENTS_AT_ONCE];
  loop->stopped = false;
  while (!loop->stopped) {
    uint64_t wait = timers_wait(timers_next(&loop->timers));
    struct timespec timeout = {.tv_sec = (time_t)(wait / NGTCP2_SECONDS), .tv_nsec = (long)(wait % NGTCP2_SECONDS)};
    int count = kevent(loop->queue, NULL, 0, events, EVENTS_AT_ONCE, &timeout);
    for (int i = 0; i < count && !loop->stopped; i++) {
      dispatch(loop, &events[i]);
    }
    if (!loop->stopped) {
      timers_run(&loop->timers);
    }
  }
}
