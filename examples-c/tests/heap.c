/* Counts what malloc has given out and not got back, to be loaded with LD_PRELOAD. HEAP names a file, to which are added
 *
 *   on SIGUSR1   a line `heap BLOCKS BYTES`; with HEAP_SIZES in the environment, also one for each size: `size BYTES BLOCKS`
 *   on SIGUSR2   the same, once what is free has gone back to the system. Only while the program sleeps: that takes locks
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SIZES 8192 /* in steps of 16 bytes; what is larger counts as the last */

/* glibc's own, by the names under which they cannot be replaced. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

static long blocks[SIZES], bytes;

static void count(void *block, long sign)
{
  if (block != NULL) {
    size_t size = malloc_usable_size(block), place = size / 16;
    __atomic_fetch_add(&blocks[place < SIZES ? place : SIZES - 1], sign, __ATOMIC_RELAXED);
    __atomic_fetch_add(&bytes, sign * (long)size, __ATOMIC_RELAXED);
  }
}

static void *counted(void *block)
{
  count(block, 1);
  return block;
}

void *malloc(size_t size) { return counted(__libc_malloc(size)); }
void *calloc(size_t number, size_t size) { return counted(__libc_calloc(number, size)); }
void *memalign(size_t alignment, size_t size) { return counted(__libc_memalign(alignment, size)); }
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **block, size_t alignment, size_t size)
{
  *block = memalign(alignment, size);
  return *block != NULL ? 0 : ENOMEM;
}

void free(void *block)
{
  count(block, -1);
  __libc_free(block);
}

void *realloc(void *block, size_t size)
{
  count(block, -1);
  void *moved = __libc_realloc(block, size);
  count(moved != NULL || size == 0 ? moved : block, 1);
  return moved;
}

static void report(int file)
{
  char line[64];
  long total = 0;
  for (size_t i = 0; i < SIZES; i++) {
    total += blocks[i];
    if (blocks[i] != 0 && getenv("HEAP_SIZES") != NULL) {
      (void)!write(file, line, (size_t)snprintf(line, sizeof(line), "size %zu %ld\n", i * 16, blocks[i]));
    }
  }
  (void)!write(file, line, (size_t)snprintf(line, sizeof(line), "heap %ld %ld\n", total, bytes));
}

static void on_signal(int number)
{
  int file = open(getenv("HEAP"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  int error = errno;
  if (number == SIGUSR2) {
    malloc_trim(0);
  }
  if (file >= 0) {
    report(file);
    close(file);
  }
  errno = error;
}

__attribute__((constructor)) static void prepare(void)
{
  if (getenv("HEAP") != NULL) {
    signal(SIGUSR1, on_signal);
    signal(SIGUSR2, on_signal);
  }
}
