/* Hashes and reproducible random numbers. */
#ifndef NUMBERS_H
#define NUMBERS_H

#include <stddef.h>
#include <stdint.h>

uint64_t hash_bytes(uint64_t seed, const void *data, size_t len);
uint64_t hash_pair(uint64_t a, uint64_t b);

typedef struct generator {
  uint64_t state;
} generator;

uint64_t random_number(generator *g);
uint64_t random_below(generator *g, uint64_t bound);
void random_bytes(generator *g, uint8_t *dest, size_t len);

#endif
