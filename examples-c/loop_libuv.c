/* The loop on libuv, as in Node.js. uv_poll_t, not uv_udp_t: the latter shows neither ECN marks nor local addresses, and knows
 * no GSO. */
#include <signal.h>
#include <stdlib.h>
#include <uv.h>

#include "loop.h"

struct libuv_loop {
  struct loop loop;
  uv_loop_t uv;
  uv_timer_t deadline;
  uv_signal_t interrupt, terminate;
};

static struct libuv_loop *of(struct loop *loop) { return (struct libuv_loop *)loop; }

struct loop *loop_new(void)
{
  struct libuv_loop *l = allocate(sizeof(*l));
  if (uv_loop_init(&l->uv) != 0) {
    die("cannot make an event loop");
  }
  uv_timer_init(&l->uv, &l->deadline);
  uv_signal_init(&l->uv, &l->interrupt);
  uv_signal_init(&l->uv, &l->terminate);
  l->interrupt.data = l->terminate.data = l;
  return &l->loop;
}

void loop_free(struct loop *loop)
{
  struct libuv_loop *l = of(loop);
  uv_close((uv_handle_t *)&l->deadline, NULL);
  uv_close((uv_handle_t *)&l->interrupt, NULL);
  uv_close((uv_handle_t *)&l->terminate, NULL);
  uv_run(&l->uv, UV_RUN_DEFAULT); /* handles close in the loop */
  uv_loop_close(&l->uv);
  timers_free(&loop->timers);
  free(loop);
}

/* There is nothing to do but to wake: timers run after each round. */
static void on_deadline(uv_timer_t *timer) { (void)timer; }

/* libuv counts milliseconds, so that packets which pacing holds back leave a little later, and then several together. Rounded
 * up: waking early would be waking twice. It repeats: before 1.45 libuv ran the timers that are due first and waited then,
 * for ever if there was no other. */
void loop_wait(struct loop *loop, uint64_t longest)
{
  uv_update_time(&of(loop)->uv);
  uv_timer_start(&of(loop)->deadline, on_deadline, (longest + NGTCP2_MILLISECONDS - 1) / NGTCP2_MILLISECONDS, 1);
  uv_run(&of(loop)->uv, UV_RUN_ONCE);
}

static void on_uv_signal(uv_signal_t *handle, int number)
{
  struct loop *loop = handle->data;
  (void)number;
  loop->on_signal(loop->user_data);
}

void loop_watch_signals(struct loop *loop)
{
  uv_signal_start(&of(loop)->interrupt, on_uv_signal, SIGINT);
  uv_signal_start(&of(loop)->terminate, on_uv_signal, SIGTERM);
}

static void on_event(uv_poll_t *poll, int status, int events)
{
  struct watch *watch = poll->data;
  if ((events & UV_WRITABLE) != 0) {
    uv_poll_start(poll, UV_READABLE, on_event);
    watch->on_writable(watch->owner);
  }
  if ((events & UV_READABLE) != 0 || status < 0) { /* errors are found by reading */
    watch_read(watch);
  }
}

void watch_begin(struct loop *loop, struct watch *watch)
{
  uv_poll_t *poll = allocate(sizeof(*poll));
  watch->loop = loop;
  watch->native = poll;
  poll->data = watch;
  if (uv_poll_init(&of(loop)->uv, poll, watch->socket->fd) != 0 || uv_poll_start(poll, UV_READABLE, on_event) != 0) {
    die("cannot watch a socket");
  }
}

void watch_writable(struct watch *watch)
{
  uv_poll_start(watch->native, UV_READABLE | UV_WRITABLE, on_event);
}

static void free_handle(uv_handle_t *handle) { free(handle); }

void watch_end(struct watch *watch)
{
  uv_close(watch->native, free_handle); /* freed when the loop runs for the last time, in loop_free */
}
