#include "measure.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <valgrind/callgrind.h>

#include "common.h"
#include "pair.h"

static uint64_t cpu_ns(void)
{
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

static struct snapshot take_snapshot(const struct pair *pair)
{
  const struct wire *up = &pair->to_server, *down = &pair->to_client;
  return (struct snapshot){
    .cpu_ns = cpu_ns(),
    .now = pair->now,
    .packets = up->packets + down->packets,
    .packets_to_server = up->packets,
    .bytes = up->bytes + down->bytes,
    .lost = up->lost + down->lost,
    .dropped = up->dropped + down->dropped,
    .received = (pair->options->upload ? &pair->server : &pair->client)->traffic.received,
    .allocations = pair->client.heap.allocations + pair->server.heap.allocations,
    .heap_calls = heap_calls(),
  };
}

void measure_begin(struct pair *pair)
{
  memset(&pair->measurement, 0, sizeof(pair->measurement));
  pair->measurement.active = true;
  pair->client.heap.peak = pair->client.heap.bytes;
  pair->server.heap.peak = pair->server.heap.bytes;
  pair->measurement.begin = take_snapshot(pair);
  if (pair->options->phase == PHASE_ALL) {
    CALLGRIND_TOGGLE_COLLECT;
  }
}

void measure_steady(struct pair *pair)
{
  pair->measurement.steady = take_snapshot(pair);
}

void measure_end(struct pair *pair)
{
  const struct endpoint *sender = pair->client.sends_bulk ? &pair->client : &pair->server;
  if (pair->options->phase == PHASE_ALL) {
    CALLGRIND_TOGGLE_COLLECT;
  }
  pair->measurement.end = take_snapshot(pair);
  pair->measurement.active = false;
  pair->measurement.peak_client = pair->client.heap.peak;
  pair->measurement.peak_server = pair->server.heap.peak;
  if (sender->conn != NULL) {
    ngtcp2_conn_info info;
    endpoint_info(sender, &info);
    pair->measurement.packets_lost = info.pkt_lost;
  }
}

void measure_phase(const struct endpoint *endpoint, enum direction direction)
{
  static const enum phase phases[2][2] = {
    [true] = {[WRITING] = PHASE_SENDER_WRITES, [READING] = PHASE_SENDER_READS},
    [false] = {[WRITING] = PHASE_RECEIVER_WRITES, [READING] = PHASE_RECEIVER_READS},
  };
  if (endpoint->pair->measurement.active && endpoint->pair->options->phase == phases[endpoint->sends_bulk][direction]) {
    CALLGRIND_TOGGLE_COLLECT;
  }
}

void report_count(const char *name, uint64_t value)
{
  printf(",\"%s\":%ju", name, (uintmax_t)value);
}

void report_ratio(const char *name, double value)
{
  printf(",\"%s\":%.4f", name, value);
}
