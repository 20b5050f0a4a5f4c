/* Two ways to count memory. `heap_calls` counts every malloc, calloc and realloc of the process, whoever calls, so that
 * a library which goes past its ngtcp2_mem is seen too. `struct counted_heap` is an ngtcp2_mem that counts bytes. */
#ifndef BENCH_HEAP_H
#define BENCH_HEAP_H

#include <ngtcp2/ngtcp2.h>

struct counted_heap {
  ngtcp2_mem mem;
  uint64_t allocations;
  uint64_t blocks;
  uint64_t bytes;
  uint64_t peak;
};

const ngtcp2_mem *counted_heap_mem(struct counted_heap *heap);

uint64_t heap_calls(void);

#endif
