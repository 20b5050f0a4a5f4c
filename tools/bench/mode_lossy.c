/* bulk over 100 Mbit/s and 20 ms each way, with a short queue and loss. What matters here is the goodput. */
#include "modes.h"

static void set_defaults(struct options *options)
{
  options->mib = 32;
  options->rate_mbps = 100;
  options->delay_us = 20000;
  options->queue_kib = 512;
  options->loss = 1;
  options->inflight_kib = 16384;
}

static void report(const struct pair *pair)
{
  report_count("packets_lost", pair->measurement.packets_lost);
}

const struct mode mode_lossy = {
  .name = "lossy",
  .summary = "one file over a slow link that loses packets",
  .set_defaults = set_defaults,
  .run = bulk_run,
  .answer = bulk_answer,
  .report = report,
};
