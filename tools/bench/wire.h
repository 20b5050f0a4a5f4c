/* One direction of the path between client and server: packets in order of their arrival in virtual time. May have a
 * delay, a rate with a queue before it, loss and reordering. */
#ifndef BENCH_WIRE_H
#define BENCH_WIRE_H

#include <ngtcp2/ngtcp2.h>

struct chunk;

struct packet {
  const uint8_t *data;
  struct chunk *chunk; /* holds the data */
  ngtcp2_tstamp arrival;
  uint32_t len;
  uint8_t ecn;
};

struct wire {
  /* Set by the user after wire_reset. */
  ngtcp2_duration delay;
  ngtcp2_duration jitter;    /* one packet in 16 is late by up to this */
  uint64_t bits_per_second;  /* 0: no limit */
  uint64_t queue_bytes;      /* before the rate limit; 0: no limit */
  uint32_t loss;             /* probability times 2^32 */
  uint64_t random;           /* state; not 0 */

  uint64_t packets; /* sent */
  uint64_t bytes;
  uint64_t packets_read;
  uint64_t bytes_read;
  uint64_t lost;
  uint64_t dropped; /* for want of room in the queue */

  struct packet *ring;
  size_t head, tail;
  struct chunk *chunk; /* being filled */
  ngtcp2_tstamp busy_until;
};

/* Forgets settings, counters and packets. */
void wire_reset(struct wire *wire, uint64_t random);

/* Throws away what is under way. */
void wire_clear(struct wire *wire);

/* Room for `len` bytes of packets, to be sent in order of place by wire_send. */
uint8_t *wire_reserve(struct wire *wire, size_t len);
void wire_send(struct wire *wire, size_t len, uint8_t ecn, ngtcp2_tstamp now);

/* The packet that arrives next, or NULL. */
const struct packet *wire_first(const struct wire *wire);
void wire_remove_first(struct wire *wire);

#endif
