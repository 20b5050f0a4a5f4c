#include "common.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static uint8_t *pattern;

void die(const char *format, ...)
{
  va_list args;
  va_start(args, format);
  fputs("bench: ", stderr);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
  va_end(args);
  exit(1);
}

void *map_memory(size_t len)
{
  void *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) {
    die("no memory");
  }
  return p;
}

uint64_t next_random(uint64_t *state)
{
  uint64_t x = *state;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  return *state = x;
}

void fill_random(uint64_t *state, uint8_t *dest, size_t len)
{
  while (len > 0) {
    uint64_t value = next_random(state);
    size_t n = len < sizeof(value) ? len : sizeof(value);
    memcpy(dest, &value, n);
    dest += n;
    len -= n;
  }
}

void pattern_make(void)
{
  uint64_t state = 1;
  pattern = map_memory(PATTERN_SIZE + PATTERN_LONGEST_READ);
  fill_random(&state, pattern, PATTERN_SIZE);
  memcpy(pattern + PATTERN_SIZE, pattern, PATTERN_LONGEST_READ);
}

uint8_t *pattern_at(uint64_t offset)
{
  return pattern + offset % PATTERN_SIZE;
}
