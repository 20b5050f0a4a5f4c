/* The allocator that a test gives to a connection: counts, fails on demand, answers 8 modulo 16 if
 * told to, and notices what is freed twice or is not its own. */
#ifndef ALLOCATOR_H
#define ALLOCATOR_H

#include <ngtcp2/ngtcp2.h>

typedef struct allocator {
  ngtcp2_mem mem;
  uint64_t calls;      /* allocations asked for, those that failed included */
  uint64_t live;       /* blocks out */
  uint64_t live_bytes;
  uint64_t peak_bytes;
  uint64_t failed;     /* allocations that were refused */
  uint64_t foreign;    /* frees of what is no block of this allocator */
  uint64_t fail_at;    /* the number of the call that fails; 0: none does */
  int fail_from_then_on;
  size_t skew;         /* 0 or 8: each answer modulo 16; set before the first call */
  /* called from within each call of the library, if set */
  void (*visit)(void *context);
  void *visit_context;
} allocator;

/* An allocator without faults. It must not move afterwards. */
void allocator_init(allocator *a);

/* Memory of the tests themselves. Kept apart from the library's, where the C heap is watched. */
void *test_alloc(size_t len);
void test_free(void *block);

/* Nonzero while the tests themselves call the C heap. Volatile: compilers know that malloc looks at
 * nothing, but the tests' own does. */
extern volatile int test_is_allocating;

#endif
