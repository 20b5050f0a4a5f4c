/* Dice and percentiles. */
#include <stdio.h>
#include <stdlib.h>

#include "load.h"

/* SplitMix64: any seed will do, neighbouring ones too. */
uint64_t dice_throw(struct dice *dice)
{
  uint64_t z = dice->state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return z ^ z >> 31;
}

uint64_t dice_below(struct dice *dice, uint64_t limit)
{
  return dice_throw(dice) % limit;
}

void samples_add(struct samples *samples, ngtcp2_duration duration)
{
  uint64_t microseconds = duration / NGTCP2_MICROSECONDS;
  if (samples->count == samples->room) {
    samples->room = samples->room > 0 ? 2 * samples->room : 1024;
    samples->microseconds = realloc(samples->microseconds, samples->room * sizeof(*samples->microseconds));
    if (samples->microseconds == NULL) {
      die("out of memory");
    }
  }
  samples->microseconds[samples->count++] = microseconds < UINT32_MAX ? (uint32_t)microseconds : UINT32_MAX;
}

static int compare(const void *a, const void *b)
{
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

/* The smallest of the sorted samples that so many in a hundred do not exceed, in milliseconds. */
static double percentile(const struct samples *samples, size_t percent)
{
  return samples->microseconds[(samples->count * percent + 99) / 100 - 1] / 1e3;
}

void samples_print(const char *name, struct samples *samples)
{
  if (samples->count == 0) {
    say("%s: none", name);
    return;
  }
  qsort(samples->microseconds, samples->count, sizeof(*samples->microseconds), compare);
  say("%s: %zu, p50 %.2f ms, p90 %.2f ms, p99 %.2f ms, longest %.2f ms", name, samples->count, percentile(samples, 50),
      percentile(samples, 90), percentile(samples, 99), percentile(samples, 100));
}
