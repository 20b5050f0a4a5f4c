/* The loop on epoll: nothing between the program and the kernel. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "loop.h"

#define EVENTS_AT_ONCE 32

struct epoll_loop {
  struct loop loop;
  int epoll, signals; /* -1: signals are not caught */
};

static struct epoll_loop *of(struct loop *loop) { return (struct epoll_loop *)loop; }

struct loop *loop_new(void)
{
  struct epoll_loop *l = allocate(sizeof(*l));
  l->signals = -1;
  l->epoll = epoll_create1(EPOLL_CLOEXEC);
  if (l->epoll < 0) {
    die("cannot make an event loop: %s", strerror(errno));
  }
  return &l->loop;
}

void loop_free(struct loop *loop)
{
  timers_free(&loop->timers);
  close(of(loop)->epoll);
  if (of(loop)->signals >= 0) {
    close(of(loop)->signals);
  }
  free(loop);
}

static void set_interest(struct loop *loop, int operation, int fd, uint32_t events, void *data)
{
  struct epoll_event event = {.events = events, .data = {.ptr = data}};
  if (epoll_ctl(of(loop)->epoll, operation, fd, &event) != 0) {
    die("cannot watch a socket: %s", strerror(errno));
  }
}

void loop_watch_signals(struct loop *loop)
{
  of(loop)->signals = signalfd_open();
  set_interest(loop, EPOLL_CTL_ADD, of(loop)->signals, EPOLLIN, loop);
}

void watch_begin(struct loop *loop, struct watch *watch)
{
  watch->loop = loop;
  set_interest(loop, EPOLL_CTL_ADD, watch->socket->fd, EPOLLIN, watch);
}

void watch_writable(struct watch *watch)
{
  set_interest(watch->loop, EPOLL_CTL_MOD, watch->socket->fd, EPOLLIN | EPOLLOUT, watch);
}

void watch_end(struct watch *watch)
{
  set_interest(watch->loop, EPOLL_CTL_DEL, watch->socket->fd, 0, watch);
}

static void dispatch(struct loop *loop, const struct epoll_event *event)
{
  struct watch *watch = event->data.ptr;
  if (event->data.ptr == loop) {
    signalfd_read(of(loop)->signals, loop);
    return;
  }
  if ((event->events & EPOLLOUT) != 0) {
    set_interest(loop, EPOLL_CTL_MOD, watch->socket->fd, EPOLLIN, watch);
    watch->on_writable(watch->owner);
  }
  if ((event->events & ~(uint32_t)EPOLLOUT) != 0) { /* errors are found by reading */
    watch_read(watch);
  }
}

void loop_wait(struct loop *loop, uint64_t longest)
{
  struct epoll_event events[EVENTS_AT_ONCE];
  /* To the nanosecond: epoll_wait itself rounds to milliseconds, far too coarse for pacing. */
  struct timespec timeout = timespec_of(longest);
  int count = epoll_pwait2(of(loop)->epoll, events, EVENTS_AT_ONCE, &timeout, NULL);
  for (int i = 0; i < count && !loop->stopped; i++) {
    dispatch(loop, &events[i]);
  }
}
