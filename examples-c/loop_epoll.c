/* The loop on epoll: nothing between the program and the kernel. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "loop.h"

#define EVENTS_AT_ONCE 32

struct loop {
  struct timers timers;
  int epoll, signals; /* -1: signals are not caught */
  void (*on_signal)(void *user_data);
  void *user_data;
  bool stopped;
};

struct loop *loop_new(void)
{
  struct loop *loop = allocate(sizeof(*loop));
  loop->signals = -1;
  loop->epoll = epoll_create1(EPOLL_CLOEXEC);
  if (loop->epoll < 0) {
    die("cannot make an event loop: %s", strerror(errno));
  }
  return loop;
}

void loop_free(struct loop *loop)
{
  timers_free(&loop->timers);
  close(loop->epoll);
  if (loop->signals >= 0) {
    close(loop->signals);
  }
  free(loop);
}

void loop_stop(struct loop *loop) { loop->stopped = true; }
struct timers *loop_timers(struct loop *loop) { return &loop->timers; }

static void set_interest(struct loop *loop, int operation, int fd, uint32_t events, void *data)
{
  struct epoll_event event = {.events = events, .data = {.ptr = data}};
  if (epoll_ctl(loop->epoll, operation, fd, &event) != 0) {
    die("cannot watch a socket: %s", strerror(errno));
  }
}

void loop_catch_signals(struct loop *loop, void (*on_signal)(void *user_data), void *user_data)
{
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, NULL);
  loop->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  loop->on_signal = on_signal;
  loop->user_data = user_data;
  set_interest(loop, EPOLL_CTL_ADD, loop->signals, EPOLLIN, loop);
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
  struct signalfd_siginfo info;
  struct watch *watch = event->data.ptr;
  if (event->data.ptr == loop) {
    if (read(loop->signals, &info, sizeof(info)) == sizeof(info)) {
      loop->on_signal(loop->user_data);
    }
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

void loop_run(struct loop *loop)
{
  struct epoll_event events[EVENTS_AT_ONCE];
  loop->stopped = false;
  while (!loop->stopped) {
    uint64_t wait = timers_wait(timers_next(&loop->timers));
    /* To the nanosecond: epoll_wait itself rounds to milliseconds, far too coarse for pacing. */
    struct timespec timeout = {.tv_sec = (time_t)(wait / NGTCP2_SECONDS), .tv_nsec = (long)(wait % NGTCP2_SECONDS)};
    int count = epoll_pwait2(loop->epoll, events, EVENTS_AT_ONCE, &timeout, NULL);
    for (int i = 0; i < count && !loop->stopped; i++) {
      dispatch(loop, &events[i]);
    }
    if (!loop->stopped) {
      timers_run(&loop->timers);
    }
  }
}
