/* Handshakes one after another, from making the connections to deleting them. */
#include "common.h"
#include "modes.h"

static uint64_t allocations;

static void handshake(struct pair *pair)
{
  wire_clear(&pair->to_server);
  wire_clear(&pair->to_client);
  endpoint_reset(&pair->client, pair, false);
  endpoint_reset(&pair->server, pair, true);
  client_connect(&pair->client);
  run_until(pair, both_confirmed);
  pair_close(pair);
  if (pair->client.heap.blocks > 0 || pair->server.heap.blocks > 0) {
    die("a deleted connection kept memory");
  }
  allocations += pair->client.heap.allocations + pair->server.heap.allocations;
}

static void run(struct pair *pair)
{
  pair_reset(pair);
  allocations = 0;
  measure_begin(pair);
  for (uint64_t i = 0; i < pair->options->count; i++) {
    handshake(pair);
  }
  measure_end(pair);
}

static void set_defaults(struct options *options)
{
  options->count = 1000;
}

static void report(const struct pair *pair)
{
  report_count("handshakes", pair->options->count);
  if (pair->counts_memory) {
    report_ratio("allocations_per_handshake", (double)allocations / (double)pair->options->count);
  }
}

const struct mode mode_hs = {
  .name = "hs",
  .summary = "handshakes",
  .set_defaults = set_defaults,
  .run = run,
  .answer = bulk_answer,
  .report = report,
};
