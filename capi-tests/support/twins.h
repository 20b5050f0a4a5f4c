/* Two networks of which the same is asked, and which have to do the same: only the ways inside the library differ. */
#ifndef TWINS_H
#define TWINS_H

#include "network.h"

#define MAX_SEEN 4096

typedef struct twin {
  network n;
  uint64_t seen[MAX_SEEN]; /* the callbacks, as numbers */
  size_t count;
} twin;

extern twin twins[2];

/* A network whose applications note each callback and answer as its numbers say. */
void twin_init(twin *t, uint64_t seed);

endpoint *twin_side(twin *t, int is_server);

/* Checks that both saw the same callbacks and wait for the same time. */
void compare_twins(void);

/* Checks that the datagrams on both links are the same, and takes them off. */
void compare_datagrams(int to_server);

#endif
