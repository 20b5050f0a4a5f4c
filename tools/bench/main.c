/* bench MODE [--option value]..: runs one mode over the libngtcp2.so.16 that the loader finds, and writes a line of JSON.
 *
 * First one pass with a counting allocator, which also checks every byte received; then as many timed passes as asked
 * for, with the library's own allocator. Under valgrind there is only one pass, of the second kind. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <valgrind/valgrind.h>

#include "common.h"
#include "crypto.h"
#include "modes.h"

#define REPETITIONS_MAX 1000

static const struct mode *const modes[] = {&mode_bulk,        &mode_rr,        &mode_hs,    &mode_idle, &mode_dgram,
                                           &mode_manystreams, &mode_bigwindow, &mode_lossy, NULL};

static void usage(void)
{
  fputs("usage: bench MODE [--option value]..\n", stderr);
  for (int i = 0; modes[i] != NULL; i++) {
    fprintf(stderr, "  %-12s %s\n", modes[i]->name, modes[i]->summary);
  }
  options_print_names();
  exit(2);
}

static const struct mode *find_mode(const char *name)
{
  for (int i = 0; modes[i] != NULL; i++) {
    if (strcmp(modes[i]->name, name) == 0) {
      return modes[i];
    }
  }
  return NULL;
}

static uint64_t packets_of(const struct measurement *measurement)
{
  return measurement->end.packets - measurement->begin.packets;
}

/* -- The line of JSON ---------------------------------------------------------------------------------------------- */

static void report_memory(const struct measurement *m)
{
  report_count("allocations", m->end.allocations - m->begin.allocations);
  report_count("heap_calls", m->end.heap_calls - m->begin.heap_calls);
  report_count("peak_client", m->peak_client);
  report_count("peak_server", m->peak_server);
  if (m->steady.now > 0) {
    report_count("steady_packets", m->end.packets - m->steady.packets);
    report_count("steady_allocations", m->end.allocations - m->steady.allocations);
    report_count("steady_heap_calls", m->end.heap_calls - m->steady.heap_calls);
  }
}

static void report_pass(const struct pair *pair)
{
  const struct measurement *m = &pair->measurement;
  uint64_t received = m->end.received - m->begin.received;
  ngtcp2_duration duration = m->end.now - m->begin.now;
  uint64_t to_server = m->end.packets_to_server - m->begin.packets_to_server;

  printf("{\"mode\":\"%s\",\"library\":\"%s\"", pair->mode->name, ngtcp2_version(0)->version_str);
  report_count("packets", packets_of(m));
  report_count("packets_to_server", to_server);
  report_count("packets_to_client", packets_of(m) - to_server);
  report_count("wire_bytes", m->end.bytes - m->begin.bytes);
  report_count("received", received);
  report_count("lost", m->end.lost - m->begin.lost);
  report_count("dropped", m->end.dropped - m->begin.dropped);
  report_ratio("virtual_ms", (double)duration / MILLISECOND);
  report_ratio("goodput_mbps", duration > 0 ? (double)received * 8e3 / (double)duration : 0);
  if (pair->counts_memory) {
    report_memory(m);
  }
  if (pair->mode->report != NULL) {
    pair->mode->report(pair);
  }
}

/* -- Timed passes -------------------------------------------------------------------------------------------------- */

static int compare_numbers(const void *a, const void *b)
{
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* Passes like the one that was counted. */
static void run_timed(const struct pair *counted)
{
  static struct pair pair;
  static uint64_t cpu_ns[REPETITIONS_MAX];
  uint64_t count = counted->options->repetitions;

  pair.mode = counted->mode;
  pair.options = counted->options;
  for (uint64_t i = 0; i < count; i++) {
    pair.mode->run(&pair);
    pair_close(&pair);
    if (crypto_repeats && packets_of(&pair.measurement) != packets_of(&counted->measurement)) {
      die("two passes differ: %ju packets, and %ju", (uintmax_t)packets_of(&counted->measurement),
          (uintmax_t)packets_of(&pair.measurement));
    }
    cpu_ns[i] = pair.measurement.end.cpu_ns - pair.measurement.begin.cpu_ns;
  }
  if (count > 0) {
    qsort(cpu_ns, count, sizeof(cpu_ns[0]), compare_numbers);
    report_count("cpu_ns_median", cpu_ns[count / 2]);
    report_count("cpu_ns_best", cpu_ns[0]);
  }
}

int main(int argc, char **argv)
{
  static struct pair pair;
  struct options options = default_options;

  pair.mode = argc > 1 ? find_mode(argv[1]) : NULL;
  if (pair.mode == NULL) {
    usage();
  }
  pair.mode->set_defaults(&options);
  if (!options_read(&options, argv + 2)) {
    usage();
  }
  if (options.payload < 1200 || options.payload > 9000 || options.repetitions > REPETITIONS_MAX || options.seed == 0) {
    die("--payload is 1200 to 9000, --repetitions at most %d, --seed at least 1", REPETITIONS_MAX);
  }
  pair.options = &options;
  pattern_make();

  pair.counts_memory = pair.verifies = !RUNNING_ON_VALGRIND;
  pair.mode->run(&pair);
  report_pass(&pair);
  pair_close(&pair);
  if (!RUNNING_ON_VALGRIND) {
    run_timed(&pair);
  }
  puts("}");
  return 0;
}
