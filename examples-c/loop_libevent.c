/* The loop on libevent 2.1. */
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>

#include "loop.h"

struct libevent_loop {
  struct loop loop;
  struct event_base *base;
  struct event *deadline, *interrupt, *terminate;
};

struct socket_events {
  struct event *readable, *writable;
};

static struct libevent_loop *of(struct loop *loop) { return (struct libevent_loop *)loop; }

static struct event *make_event(struct loop *loop, int what, short events, event_callback_fn handler, void *data)
{
  struct event *event = event_new(of(loop)->base, what, events, handler, data);
  if (event == NULL) {
    die("out of memory");
  }
  return event;
}

/* There is nothing to do but to wake: timers run after each round. */
static void on_deadline(evutil_socket_t fd, short events, void *user_data)
{
  (void)fd;
  (void)events;
  (void)user_data;
}

struct loop *loop_new(void)
{
  struct libevent_loop *l = allocate(sizeof(*l));
  struct event_config *config = event_config_new();
  if (config != NULL) {
    /* Without these, libevent's timers keep to milliseconds, and pacing is rough. */
    event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
    event_config_set_flag(config, EVENT_BASE_FLAG_NO_CACHE_TIME);
    l->base = event_base_new_with_config(config);
    event_config_free(config);
  }
  if (l->base == NULL) {
    die("cannot make an event loop");
  }
  l->deadline = make_event(&l->loop, -1, 0, on_deadline, NULL);
  return &l->loop;
}

static void free_event(struct event *event)
{
  if (event != NULL) {
    event_free(event);
  }
}

void loop_free(struct loop *loop)
{
  free_event(of(loop)->deadline);
  free_event(of(loop)->interrupt);
  free_event(of(loop)->terminate);
  event_base_free(of(loop)->base);
  timers_free(&loop->timers);
  free(loop);
}

void loop_wait(struct loop *loop, uint64_t longest)
{
  /* Rounded up: waking early would be waking twice. */
  uint64_t microseconds = (longest + NGTCP2_MICROSECONDS - 1) / NGTCP2_MICROSECONDS;
  struct timeval delay = {.tv_sec = (time_t)(microseconds / 1000000), .tv_usec = (suseconds_t)(microseconds % 1000000)};
  event_add(of(loop)->deadline, &delay);
  event_base_loop(of(loop)->base, EVLOOP_ONCE);
}

static void on_signal_event(evutil_socket_t signal_number, short events, void *user_data)
{
  struct loop *loop = user_data;
  (void)signal_number;
  (void)events;
  loop->on_signal(loop->user_data);
}

void loop_watch_signals(struct loop *loop)
{
  of(loop)->interrupt = make_event(loop, SIGINT, EV_SIGNAL | EV_PERSIST, on_signal_event, loop);
  of(loop)->terminate = make_event(loop, SIGTERM, EV_SIGNAL | EV_PERSIST, on_signal_event, loop);
  event_add(of(loop)->interrupt, NULL);
  event_add(of(loop)->terminate, NULL);
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
