#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH 30

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

static void on_tick(evutil_socket_t fd, short events, void *user_data)
{
  struct progress *p = user_data;
  double seconds = (double)(timestamp() - p->started) / (double)NGTCP2_SECONDS;
  double megabytes = (double)p->bytes / 1e6;
  double megabits_per_second = seconds > 0 ? megabytes * 8 / seconds : 0;
  (void)fd;
  (void)events;

  if (p->terminal) {
    draw_bar(p, megabytes, megabits_per_second);
  } else {
    say("%zu/%zu files, %.1f MB, %.0f Mbit/s", p->files, p->files_total, megabytes, megabits_per_second);
  }
}

void progress_start(struct progress *p, struct event_base *base, size_t files_total)
{
  *p = (struct progress){.terminal = isatty(STDOUT_FILENO), .files_total = files_total, .started = timestamp()};
  const struct timeval often = {.tv_usec = 100000}, now_and_then = {.tv_sec = 1};
  p->tick = event_new(base, -1, EV_PERSIST, on_tick, p);
  if (p->tick == NULL || event_add(p->tick, p->terminal ? &often : &now_and_then) != 0) {
    die("out of memory");
  }
}

void progress_stop(struct progress *p)
{
  progress_clear(p);
  event_free(p->tick);
}

void progress_clear(struct progress *p)
{
  if (p->drawn) {
    fputs("\r\033[K", stdout);
    fflush(stdout);
    p->drawn = false;
  }
}
