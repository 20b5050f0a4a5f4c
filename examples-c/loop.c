#include "loop.h"

struct timers *loop_timers(struct loop *loop) { return &loop->timers; }
void loop_stop(struct loop *loop) { loop->stopped = true; }

void loop_run(struct loop *loop)
{
  loop->stopped = false;
  while (!loop->stopped) {
    loop_wait(loop, timers_wait(timers_next(&loop->timers)));
    if (!loop->stopped) {
      timers_run(&loop->timers);
    }
  }
}

void loop_catch_signals(struct loop *loop, void (*on_signal)(void *user_data), void *user_data)
{
  loop->on_signal = on_signal;
  loop->user_data = user_data;
  loop_watch_signals(loop);
}

void watch_read(struct watch *watch)
{
  struct udp_batch batch;
  for (int i = 0; i < RECEIVES_AT_ONCE && udp_receive(watch->socket, &batch); i++) {
    watch->on_batch(watch->owner, &batch);
  }
  watch->on_read(watch->owner);
}

struct timespec timespec_of(uint64_t nanoseconds)
{
  return (struct timespec){
    .tv_sec = (time_t)(nanoseconds / NGTCP2_SECONDS), .tv_nsec = (long)(nanoseconds % NGTCP2_SECONDS)};
}
