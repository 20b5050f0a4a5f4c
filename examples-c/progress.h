/* How far the downloads are: a bar on a terminal, a line now and then elsewhere. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "timers.h"

struct progress {
  struct timers *timers;
  struct timer tick;
  bool terminal;
  bool drawn; /* the bar stands on the current line */
  ngtcp2_tstamp started;
  /* Kept up to date by the owner. HTTP/0.9 does not announce sizes, so the bar counts files. */
  size_t files, files_total;
  uint64_t bytes;
};

void progress_start(struct progress *progress, struct timers *timers, size_t files_total);
void progress_stop(struct progress *progress);
/* To be called before anything else is printed. */
void progress_clear(struct progress *progress);

#endif
