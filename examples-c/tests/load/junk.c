/* Junk among the datagrams: so many in a hundred of all that leave mean nothing. A third each are random bytes, honest
 * datagrams cut short, and honest ones with some bytes changed, after the honest one has gone.
 *
 * The linker puts __wrap_udp_send in the place of udp_send (--wrap), so that connection.c need not know of this.
 */
#include <string.h>

#include "load.h"

#define DATAGRAM_MAX 1452
#define HEADER_LEN 26 /* where half of the changes go: flags, version, connection ids */
#define CHANGES_MAX 8

size_t __real_udp_send(struct udp_socket *socket, const struct udp_batch *batch);
size_t __wrap_udp_send(struct udp_socket *socket, const struct udp_batch *batch);

struct junk_counts junk_counts;
static struct dice dice;
static uint64_t percent;

void junk_init(uint64_t in_a_hundred, uint64_t seed)
{
  percent = in_a_hundred;
  dice.state = seed;
}

static size_t make_random(uint8_t *data)
{
  for (size_t i = 0; i + 8 <= DATAGRAM_MAX; i += 8) {
    uint64_t bytes = dice_throw(&dice);
    memcpy(data + i, &bytes, 8);
  }
  junk_counts.random++;
  return 1 + dice_below(&dice, DATAGRAM_MAX - 8);
}

static size_t truncate_copy(size_t len)
{
  junk_counts.truncated++;
  return 1 + dice_below(&dice, len - 1);
}

static size_t corrupt(uint8_t *data, size_t len)
{
  size_t changes = 1 + dice_below(&dice, CHANGES_MAX);
  for (size_t i = 0; i < changes; i++) {
    size_t part = len > HEADER_LEN && dice_below(&dice, 2) == 0 ? HEADER_LEN : len;
    data[dice_below(&dice, part)] ^= (uint8_t)(1 + dice_below(&dice, 255));
  }
  junk_counts.corrupted++;
  return len;
}

/* `batch` with one datagram of junk, made from an honest one. */
static void send_junk(struct udp_socket *socket, struct udp_batch batch, const uint8_t *honest, size_t len)
{
  uint8_t data[DATAGRAM_MAX];
  memcpy(data, honest, len);
  switch (dice_below(&dice, 3)) {
  case 0: len = make_random(data); break;
  case 1: len = truncate_copy(len); break;
  default: len = corrupt(data, len);
  }
  batch.data = data;
  batch.len = batch.segment = len;
  (void)__real_udp_send(socket, &batch);
  junk_counts.datagrams++;
}

size_t __wrap_udp_send(struct udp_socket *socket, const struct udp_batch *batch)
{
  size_t sent = __real_udp_send(socket, batch);
  for (size_t offset = 0; offset < sent; offset += batch->segment) {
    size_t left = sent - offset, len = left < batch->segment ? left : batch->segment;
    junk_counts.datagrams++;
    /* For each honest one so many that the share of all is right. */
    if (len > 1 && len <= DATAGRAM_MAX && dice_below(&dice, 100 - percent) < percent) {
      send_junk(socket, *batch, batch->data + offset, len);
    }
  }
  return sent;
}
