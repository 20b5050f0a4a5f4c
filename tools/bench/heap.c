#include "heap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* -- Every allocation of the process: our names stand before those of the C library -------------------------------- */

static uint64_t calls;

uint64_t heap_calls(void)
{
  return calls;
}

extern void *__libc_malloc(size_t len);
extern void *__libc_calloc(size_t count, size_t len);
extern void *__libc_realloc(void *block, size_t len);
extern void *__libc_memalign(size_t alignment, size_t len);

void *malloc(size_t len)
{
  calls++;
  return __libc_malloc(len);
}

void *calloc(size_t count, size_t len)
{
  calls++;
  return __libc_calloc(count, len);
}

void *realloc(void *block, size_t len)
{
  calls++;
  return __libc_realloc(block, len);
}

void *aligned_alloc(size_t alignment, size_t len)
{
  calls++;
  return __libc_memalign(alignment, len);
}

int posix_memalign(void **block, size_t alignment, size_t len)
{
  void *p = aligned_alloc(alignment, len);
  if (p == NULL) {
    return ENOMEM;
  }
  *block = p;
  return 0;
}

/* -- An ngtcp2_mem that knows what is held: the length stands before each block ------------------------------------ */

struct block_header {
  _Alignas(max_align_t) size_t len;
};

static void grew(struct counted_heap *heap, size_t len)
{
  heap->allocations++;
  heap->bytes += len;
  if (heap->bytes > heap->peak) {
    heap->peak = heap->bytes;
  }
}

static void *counted_malloc(size_t len, void *user_data)
{
  struct counted_heap *heap = user_data;
  struct block_header *block = malloc(sizeof(*block) + len);
  if (block == NULL) {
    return NULL;
  }
  block->len = len;
  heap->blocks++;
  grew(heap, len);
  return block + 1;
}

static void counted_free(void *p, void *user_data)
{
  struct counted_heap *heap = user_data;
  struct block_header *block = p;
  if (p == NULL) {
    return;
  }
  block--;
  heap->blocks--;
  heap->bytes -= block->len;
  free(block);
}

static void *counted_calloc(size_t count, size_t len, void *user_data)
{
  void *p;
  if (len > 0 && count > SIZE_MAX / len) {
    return NULL;
  }
  p = counted_malloc(count * len, user_data);
  return p == NULL ? NULL : memset(p, 0, count * len);
}

static void *counted_realloc(void *p, size_t len, void *user_data)
{
  struct counted_heap *heap = user_data;
  struct block_header *block = p;
  size_t old_len;
  if (p == NULL) {
    return counted_malloc(len, user_data);
  }
  block--;
  old_len = block->len;
  block = realloc(block, sizeof(*block) + len);
  if (block == NULL) {
    return NULL;
  }
  block->len = len;
  heap->bytes -= old_len;
  grew(heap, len);
  return block + 1;
}

const ngtcp2_mem *counted_heap_mem(struct counted_heap *heap)
{
  heap->mem = (ngtcp2_mem){heap, counted_malloc, counted_free, counted_calloc, counted_realloc};
  return &heap->mem;
}
