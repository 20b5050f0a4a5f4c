#include "wire.h"

#include <string.h>

#include "common.h"

/* Packets stand one after another in chunks, as an application with a large buffer would have them. A chunk is used
 * again when the last of its packets was read. */
#define CHUNK_SIZE (1u << 16)
#define CHUNK_HEADER_SIZE 4096

struct chunk {
  uint8_t *data;
  uint32_t used;
  uint32_t users; /* packets under way, and the writer */
  struct chunk *next;
};

static struct chunk *free_chunks;

static struct chunk *chunk_new(void)
{
  struct chunk *chunk = free_chunks;
  if (chunk != NULL) {
    free_chunks = chunk->next;
  } else {
    chunk = map_memory(CHUNK_HEADER_SIZE + CHUNK_SIZE);
    chunk->data = (uint8_t *)chunk + CHUNK_HEADER_SIZE;
  }
  chunk->used = 0;
  chunk->users = 1;
  return chunk;
}

static void chunk_release(struct chunk *chunk)
{
  if (--chunk->users == 0) {
    chunk->next = free_chunks;
    free_chunks = chunk;
  }
}

/* More packets than this are never under way: 100,000 are the most that a mode asks for. */
#define RING_SIZE (1u << 18)

static struct packet *slot(const struct wire *wire, size_t position)
{
  return &wire->ring[position % RING_SIZE];
}

void wire_clear(struct wire *wire)
{
  while (wire_first(wire) != NULL) {
    wire_remove_first(wire);
  }
}

void wire_reset(struct wire *wire, uint64_t random)
{
  struct packet *ring = wire->ring;
  wire_clear(wire);
  if (wire->chunk != NULL) {
    chunk_release(wire->chunk);
  }
  memset(wire, 0, sizeof(*wire));
  wire->ring = ring != NULL ? ring : map_memory(RING_SIZE * sizeof(*ring));
  wire->random = random;
}

uint8_t *wire_reserve(struct wire *wire, size_t len)
{
  if (wire->chunk != NULL && wire->chunk->used + len > CHUNK_SIZE) {
    chunk_release(wire->chunk);
    wire->chunk = NULL;
  }
  if (wire->chunk == NULL) {
    wire->chunk = chunk_new();
  }
  return wire->chunk->data + wire->chunk->used;
}

/* The time when a packet has passed the rate limit, or 0 if the queue is full. */
static ngtcp2_tstamp pass_rate_limit(struct wire *wire, size_t len, ngtcp2_tstamp now)
{
  ngtcp2_tstamp start = wire->busy_until > now ? wire->busy_until : now;
  if (wire->bits_per_second == 0) {
    return now;
  }
  if (wire->queue_bytes > 0 &&
      (double)(start - now) * (double)wire->bits_per_second / 8e9 > (double)wire->queue_bytes) {
    return 0;
  }
  wire->busy_until = start + (uint64_t)len * 8 * SECOND / wire->bits_per_second;
  return wire->busy_until;
}

static void insert(struct wire *wire, const struct packet *packet)
{
  size_t position = wire->tail;
  if (wire->tail - wire->head == RING_SIZE) {
    die("too many packets under way");
  }
  for (; position != wire->head && slot(wire, position - 1)->arrival > packet->arrival; position--) {
    *slot(wire, position) = *slot(wire, position - 1);
  }
  *slot(wire, position) = *packet;
  wire->tail++;
}

void wire_send(struct wire *wire, size_t len, uint8_t ecn, ngtcp2_tstamp now)
{
  struct packet packet = {
    .data = wire->chunk->data + wire->chunk->used,
    .chunk = wire->chunk,
    .len = (uint32_t)len,
    .ecn = ecn,
  };
  wire->packets++;
  wire->bytes += len;
  wire->chunk->used += (uint32_t)len;

  packet.arrival = pass_rate_limit(wire, len, now);
  if (packet.arrival == 0) {
    wire->dropped++;
    return;
  }
  if (wire->loss > 0 && (uint32_t)(next_random(&wire->random) >> 16) < wire->loss) {
    wire->lost++;
    return;
  }
  packet.arrival += wire->delay;
  if (wire->jitter > 0 && next_random(&wire->random) % 16 == 0) {
    packet.arrival += next_random(&wire->random) % wire->jitter;
  }
  wire->chunk->users++;
  insert(wire, &packet);
}

const struct packet *wire_first(const struct wire *wire)
{
  return wire->head == wire->tail ? NULL : slot(wire, wire->head);
}

void wire_remove_first(struct wire *wire)
{
  wire->packets_read++;
  wire->bytes_read += slot(wire, wire->head)->len;
  chunk_release(slot(wire, wire->head)->chunk);
  wire->head++;
}
