/* The loop on libevent 2.1. */
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>

#include "loop.h"

struct loop {
  struct timers timers;
  struct event_base *base;
  struct event *deadline, *interrupt, *terminate;
  void (*on_signal)(void *user_data);
  void *user_data;
  bool stopped;
};

struct socket_events {
  struct event *readable, *writable;
};

static struct event *make_event(struct loop *loop, int what, short events, event_callback_fn handler, void *data)
{
  struct event *event = event_new(loop->base, what, events, handler, data);
  if (event == NULL) {
    die("out of memory");
  }
  return event;
}

/* Sets the one event to the earliest of our timers. */
static void set_deadline(struct loop *loop)
{
  /* Rounded up: waking early would be waking twice. */
  uint64_t microseconds = (timers_wait(timers_next(&loop->timers)) + NGTCP2_MICROSECONDS - 1) / NGTCP2_MICROSECONDS;
  struct timeval delay = {.tv_sec = (time_t)(microseconds / 1000000), .tv_usec = (suseconds_t)(microseconds % 1000000)};
  event_add(loop->deadline, &delay);
}

static void on_deadline(evutil_socket_t fd, short events, void *user_data)
{
  (void)fd;
  (void)events;
  timers_run(&((struct loop *)user_data)->timers);
}

struct loop *loop_new(void)
{
  struct loop *loop = allocate(sizeof(*loop));
  struct event_config *config = event_config_new();
  if (config != NULL) {
    /* Without these, libevent's timers keep to milliseconds, and pacing is rough. */
    event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
    event_config_set_flag(config, EVENT_BASE_FLAG_NO_CACHE_TIME);
    loop->base = event_base_new_with_config(config);
    event_config_free(config);
  }
  if (loop->base == NULL) {
    die("cannot make an event loop");
  }
  loop->deadline = make_event(loop, -1, 0, on_deadline, loop);
  return loop;
}

static void free_event(struct event *event)
{
  if (event != NULL) {
    event_free(event);
  }
}

void loop_free(struct loop *loop)
{
  free_event(loop->deadline);
  free_event(loop->interrupt);
  free_event(loop->terminate);
  event_base_free(loop->base);
  timers_free(&loop->timers);
  free(loop);
}

struct timers *loop_timers(struct loop *loop) { return &loop->timers; }

void loop_run(struct loop *loop)
{
  loop->stopped = false;
  while (!loop->stopped) {
    set_deadline(loop);
    event_base_loop(loop->base, EVLOOP_ONCE);
  }
}

void loop_stop(struct loop *loop)
{
  loop->stopped = true;
  event_base_loopbreak(loop->base);
}

static void on_signal_event(evutil_socket_t signal_number, short events, void *user_data)
{
  struct loop *loop = user_data;
  (void)signal_number;
  (void)events;
  loop->on_signal(loop->user_data);
}

void loop_catch_signals(struct loop *loop, void (*on_signal)(void *user_data), void *user_data)
{
  loop->on_signal = on_signal;
  loop->user_data = user_data;
  loop->interrupt = make_event(loop, SIGINT, EV_SIGNAL | EV_PERSIST, on_signal_event, loop);
  loop->terminate = make_event(loop, SIGTERM, EV_SIGNAL | EV_PERSIST, on_signal_event, loop);
  event_add(loop->interrupt, NULL);
  event_add(loop->terminate, NULL);
}

static void on_readable(evutil_socket_t fd, short events, void *user_data)
{
  (void)fd;
  (void)events;
  watch_read(user_data);
}

static void on_writable(evutil_socket_t fd, short events, void *user_data)
{
  struct watch *watch = user_data;
  (void)fd;
  (void)events;
  watch->on_writable(watch->owner);
}

void watch_begin(struct loop *loop, struct watch *watch)
{
  struct socket_events *events = allocate(sizeof(*events));
  watch->loop = loop;
  watch->native = events;
  events->readable = make_event(loop, watch->socket->fd, EV_READ | EV_PERSIST, on_readable, watch);
  events->writable = make_event(loop, watch->socket->fd, EV_WRITE, on_writable, watch);
  if (event_add(events->readable, NULL) != 0) {
    die("cannot watch a socket");
  }
}

void watch_writable(struct watch *watch)
{
  event_add(((struct socket_events *)watch->native)->writable, NULL);
}

void watch_end(struct watch *watch)
{
  struct socket_events *events = watch->native;
  event_free(events->readable);
  event_free(events->writable);
  free(events);
}
