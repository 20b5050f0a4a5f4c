/* The heap of a connection that is done with its handshake and has nothing to do. */
#include "modes.h"

struct held {
  uint64_t bytes, blocks;
};

static struct held client_held, server_held;

static struct held held_by(const struct endpoint *endpoint)
{
  return (struct held){endpoint->heap.bytes, endpoint->heap.blocks};
}

static void run(struct pair *pair)
{
  pair_connect(pair);
  client_held = held_by(&pair->client);
  server_held = held_by(&pair->server);
}

static void set_defaults(struct options *options)
{
  options->repetitions = 0;
  options->stream_kib = 256;
  options->connection_kib = 1024;
}

static void report(const struct pair *pair)
{
  (void)pair;
  report_count("client_bytes", client_held.bytes);
  report_count("client_blocks", client_held.blocks);
  report_count("server_bytes", server_held.bytes);
  report_count("server_blocks", server_held.blocks);
}

const struct mode mode_idle = {
  .name = "idle",
  .summary = "memory of a connection at rest",
  .set_defaults = set_defaults,
  .run = run,
  .answer = bulk_answer,
  .report = report,
};
