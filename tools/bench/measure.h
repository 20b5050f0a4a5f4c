/* What is counted: the state of things at the begin of the measured section, where its second half begins (the steady
 * state: every buffer has its size), and at its end. Callgrind counts between begin and end. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <ngtcp2/ngtcp2.h>
#include <stdbool.h>

struct endpoint;
struct pair;

struct snapshot {
  uint64_t cpu_ns;
  ngtcp2_tstamp now;
  uint64_t packets; /* of both directions */
  uint64_t packets_to_server;
  uint64_t bytes;
  uint64_t lost;
  uint64_t dropped;
  uint64_t received; /* application bytes, by the receiver of the bulk */
  uint64_t allocations;
  uint64_t heap_calls;
};

struct measurement {
  bool active;
  struct snapshot begin, steady, end;
  uint64_t peak_client, peak_server; /* bytes of the library's heap */
  uint64_t packets_lost;             /* as the sender's library sees it */
};

void measure_begin(struct pair *pair);
void measure_steady(struct pair *pair);
void measure_end(struct pair *pair);

enum direction { WRITING, READING };

/* Stands before and after what an endpoint does in one direction. */
void measure_phase(const struct endpoint *endpoint, enum direction direction);

/* Figures of the modes are written by name. */
void report_count(const char *name, uint64_t value);
void report_ratio(const char *name, double value);

#endif
