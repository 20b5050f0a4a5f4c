/* The loop on libuv, as in Node.js. uv_poll_t, not uv_udp_t: the latter shows neither ECN marks nor local addresses, and knows
 * no GSO. */
#include <signal.h>
#include <stdlib.h>
#include <uv.h>

#include "loop.h"

struct loop {
  struct timers timers;
  uv_loop_t uv;
  uv_timer_t deadline;
  uv_prepare_t before_waiting;
  uv_signal_t interrupt, terminate;
  void (*on_signal)(void *user_data);
  void *user_data;
};

static void on_deadline(uv_timer_t *timer)
{
  timers_run(&((struct loop *)timer->data)->timers);
}

/* Called before libuv goes to sleep: its one timer follows the earliest of ours. libuv counts milliseconds, so that packets
 * which pacing holds back leave a little later, and then several together. Rounded up: waking early would be waking twice. */
static void set_deadline(uv_prepare_t *prepare)
{
  struct loop *loop = prepare->data;
  uint64_t wait = timers_wait(timers_next(&loop->timers));
  uv_update_time(&loop->uv);
  uv_timer_start(&loop->deadline, on_deadline, (wait + NGTCP2_MILLISECONDS - 1) / NGTCP2_MILLISECONDS, 0);
}

struct loop *loop_new(void)
{
  struct loop *loop = allocate(sizeof(*loop));
  if (uv_loop_init(&loop->uv) != 0) {
    die("cannot make an event loop");
  }
  uv_timer_init(&loop->uv, &loop->deadline);
  uv_prepare_init(&loop->uv, &loop->before_waiting);
  uv_signal_init(&loop->uv, &loop->interrupt);
  uv_signal_init(&loop->uv, &loop->terminate);
  loop->deadline.data = loop->before_waiting.data = loop->interrupt.data = loop->terminate.data = loop;
  uv_prepare_start(&loop->before_waiting, set_deadline);
  return loop;
}

void loop_free(struct loop *loop)
{
  uv_close((uv_handle_t *)&loop->deadline, NULL);
  uv_close((uv_handle_t *)&loop->before_waiting, NULL);
  uv_close((uv_handle_t *)&loop->interrupt, NULL);
  uv_close((uv_handle_t *)&loop->terminate, NULL);
  uv_run(&loop->uv, UV_RUN_DEFAULT); /* handles close in the loop */
  uv_loop_close(&loop->uv);
  timers_free(&loop->timers);
  free(loop);
}

struct timers *loop_timers(struct loop *loop) { return &loop->timers; }
void loop_run(struct loop *loop) { uv_run(&loop->uv, UV_RUN_DEFAULT); }
void loop_stop(struct loop *loop) { uv_stop(&loop->uv); }

static void on_uv_signal(uv_signal_t *handle, int number)
{
  struct loop *loop = handle->data;
  (void)number;
  loop->on_signal(loop->user_data);
}

void loop_catch_signals(struct loop *loop, void (*on_signal)(void *user_data), void *user_data)
{
  loop->on_signal = on_signal;
  loop->user_data = user_data;
  uv_signal_start(&loop->interrupt, on_uv_signal, SIGINT);
  uv_signal_start(&loop->terminate, on_uv_signal, SIGTERM);
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
  if (uv_poll_init(&loop->uv, poll, watch->socket->fd) != 0 || uv_poll_start(poll, UV_READABLE, on_event) != 0) {
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
