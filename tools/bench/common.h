/* What every file of the benchmark needs: giving up, memory of our own, numbers that look random, known data. */
#ifndef BENCH_COMMON_H
#define BENCH_COMMON_H

#include <stddef.h>
#include <stdint.h>

#define MILLISECOND 1000000ull
#define SECOND 1000000000ull

/* One read through the pattern never passes its end: it is followed by a copy of its beginning. */
#define PATTERN_SIZE (1u << 20)
#define PATTERN_LONGEST_READ (1u << 16)

_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Zeroed memory from the system, so that the heap is the library's alone. Pages cost nothing before their first use. */
void *map_memory(size_t len);

/* The xorshift generator. The same state gives the same numbers on every machine; a state is never 0. */
uint64_t next_random(uint64_t *state);
void fill_random(uint64_t *state, uint8_t *dest, size_t len);

/* The bytes of every stream and datagram: at `offset`, at least PATTERN_LONGEST_READ of them. */
void pattern_make(void);
uint8_t *pattern_at(uint64_t offset);

#endif
