#include "numbers.h"

/* The finalizer of splitmix64. */
static uint64_t mix(uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9u;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

uint64_t hash_bytes(uint64_t seed, const void *data, size_t len) {
  const uint8_t *bytes = data;
  for (size_t i = 0; i < len; i++) {
    seed = (seed ^ bytes[i]) * 0x100000001b3u;
  }
  return mix(seed ^ len);
}

uint64_t hash_pair(uint64_t a, uint64_t b) { return mix(a * 0x9e3779b97f4a7c15u + b + 1); }

uint64_t random_number(generator *g) {
  g->state += 0x9e3779b97f4a7c15u;
  return mix(g->state);
}

uint64_t random_below(generator *g, uint64_t bound) { return bound ? random_number(g) % bound : 0; }

void random_bytes(generator *g, uint8_t *dest, size_t len) {
  for (size_t i = 0; i < len; i++) {
    dest[i] = (uint8_t)random_number(g);
  }
}
