/* Bugs on demand: what a library with the feature fault-injection exports besides, see src/fault.rs. */
#ifndef FAULTS_H
#define FAULTS_H

#include "endpoint.h"

/* The name of a point; NULL past the last. */
const char *ngtcp2_fault_name(size_t point);
/* From now on the passage-th time that the point is passed the library panics, once; 0: never, but passages are counted. */
void ngtcp2_fault_arm(size_t point, uint64_t passage);
/* How often it was passed since then. */
uint64_t ngtcp2_fault_passages(void);

static inline size_t point_named(const char *name) {
  for (size_t i = 0; ngtcp2_fault_name(i); i++) {
    if (strcmp(ngtcp2_fault_name(i), name) == 0) {
      return i;
    }
  }
  FAIL("no point is named %s", name);
}

#endif
