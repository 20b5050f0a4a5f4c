#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH 30
#define OFTEN (NGTCP2_SECONDS / 10)
#define NOW_AND_THEN NGTCP2_SECONDS

static void draw_bar(struct progress *p, double megabytes, double megabits_per_second)
{
  char bar[BAR_WIDTH + 1];
  size_t full = p->files_total > 0 ? p->files * BAR_WIDTH / p->files_total : 0;
  for (size_t i = 0; i < BAR_WIDTH; i++) {
    bar[i] = i < full ? '#' : '.';
  }
  bar[BAR_WIDTH] = '\0';
  printf("\r[%s] %zu/%zu files  %.1f MB  %.0f Mbit/s\033[K", bar, p->files, p->files_total, megabytes,
         megabits_per_second);
  fflush(stdout);
  p->drawn = true;
}

static void on_tick(void *user_data)
{
  struct progress *p = user_data;
  double seconds = (double)(timestamp() - p->started) / (double)NGTCP2_SECONDS;
  double megabytes = (double)p->bytes / 1e6;
  double megabits_per_second = seconds > 0 ? megabytes * 8 / seconds : 0;

  timers_set(p->timers, &p->tick, timestamp() + (p->terminal ? OFTEN : NOW_AND_THEN));
  if (p->terminal) {
    draw_bar(p, megabytes, megabits_per_second);
  } else {
    say("%zu/%zu files, %.1f MB, %.0f Mbit/s", p->files, p->files_total, megabytes, megabits_per_second);
  }
}

void progress_start(struct progress *p, struct timers *timers, size_t files_total)
{
  *p = (struct progress){
    .timers = timers, .terminal = isatty(STDOUT_FILENO), .files_total = files_total, .started = timestamp()};
  timer_init(&p->tick, on_tick, p);
  timers_set(timers, &p->tick, p->started + (p->terminal ? OFTEN : NOW_AND_THEN));
}

void progress_stop(struct progress *p)
{
  progress_clear(p);
  timers_set(p->timers, &p->tick, TIMER_OFF);
}

void progress_clear(struct progress *p)
{
  if (p->drawn) {
    fputs("\r\033[K", stdout);
    fflush(stdout);
    p->drawn = false;
  }
}
