/* Scripted lives of a connection: together they call every callback. Each goes on with what is alive, so
 * that an observer may do what it likes to either end. */
#ifndef LIVES_H
#define LIVES_H

#include "transfer.h"

typedef struct life {
  const char *name;
  void (*run)(network *n, transfer *t);
  /* The callback that the other lives do not call; CALLOUT_COUNT: all the ordinary ones. */
  callout speciality;
} life;

extern const life lives[];
extern const size_t life_count;

/* The life in which the callback is called. */
const life *life_of(callout which);

#endif
