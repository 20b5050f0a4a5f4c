/* The loop on kqueue, for BSD and macOS. Never run there: the checks run it on libkqueue, or on as little of kqueue as it
 * needs, made of poll (tests/kqueue). */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/event.h>
#include <unistd.h>

#include "loop.h"

#define EVENTS_AT_ONCE 32

struct kqueue_loop {
  struct loop loop;
  int queue;
};

static struct kqueue_loop *of(struct loop *loop) { return (struct kqueue_loop *)loop; }

struct loop *loop_new(void)
{
  struct kqueue_loop *l = allocate(sizeof(*l));
  l->queue = kqueue();
  if (l->queue < 0) {
    die("cannot make an event loop: %s", strerror(errno));
  }
  return &l->loop;
}

void loop_free(struct loop *loop)
{
  timers_free(&loop->timers);
  close(of(loop)->queue);
  free(loop);
}

static void change(struct loop *loop, uintptr_t what, short filter, unsigned short flags, void *data)
{
  struct kevent event;
  EV_SET(&event, what, filter, flags, 0, 0, data);
  if (kevent(of(loop)->queue, &event, 1, NULL, 0, NULL) != 0 && (flags & EV_DELETE) == 0) {
    die("cannot watch a socket: %s", strerror(errno));
  }
}

void loop_watch_signals(struct loop *loop)
{
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

void loop_wait(struct loop *loop, uint64_t longest)
{
  struct kevent events[EVENTS_AT_ONCE];
  struct timespec timeout = timespec_of(longest);
  int count = kevent(of(loop)->queue, NULL, 0, events, EVENTS_AT_ONCE, &timeout);
  for (int i = 0; i < count && !loop->stopped; i++) {
    dispatch(loop, &events[i]);
  }
}
