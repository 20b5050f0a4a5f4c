/* DATAGRAM frames of 1000 bytes from the server to the client (RFC 9221). */
#include "modes.h"

static uint64_t settled(const struct pair *pair)
{
  return pair->server.traffic.datagrams_acked + pair->server.traffic.datagrams_lost;
}

static bool half_settled(struct pair *pair)
{
  return settled(pair) >= pair->options->count / 2;
}

static bool all_settled(struct pair *pair)
{
  return settled(pair) >= pair->options->count;
}

static void run(struct pair *pair)
{
  pair_connect(pair);
  network_apply(pair);
  measure_begin(pair);
  pair->server.traffic.datagrams_to_send = pair->options->count;
  pair->server.wake = true;
  run_until(pair, half_settled);
  measure_steady(pair);
  run_until(pair, all_settled);
  measure_end(pair);
}

static void set_defaults(struct options *options)
{
  options->count = 50000;
}

const struct mode mode_dgram = {
  .name = "dgram",
  .summary = "unreliable datagrams",
  .set_defaults = set_defaults,
  .run = run,
  .answer = bulk_answer,
};
