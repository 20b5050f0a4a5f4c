/* One large file: the client asks with 16 bytes and downloads, or uploads it (--upload 1). */
#include "modes.h"

static bool half_received(struct pair *pair)
{
  const struct endpoint *receiver = pair->options->upload ? &pair->server : &pair->client;
  return receiver->traffic.received >= bytes_of(pair->options) / 2;
}

static bool both_closed(struct pair *pair)
{
  return pair->client.traffic.streams_closed > 0 && pair->server.traffic.streams_closed > 0;
}

void bulk_run(struct pair *pair)
{
  pair_connect(pair);
  network_apply(pair);
  measure_begin(pair);
  stream_open(&pair->client, pair->options->upload ? bytes_of(pair->options) : SMALL_REQUEST_LEN);
  run_until(pair, half_received);
  measure_steady(pair);
  run_until(pair, both_closed);
  measure_end(pair);
}

void bulk_answer(struct endpoint *server, struct stream *stream)
{
  const struct options *options = server->pair->options;
  stream->total = options->upload ? 0 : bytes_of(options);
  stream_enqueue(server, stream);
}

static void set_defaults(struct options *options)
{
  options->mib = 64;
}

const struct mode mode_bulk = {
  .name = "bulk",
  .summary = "one large file",
  .set_defaults = set_defaults,
  .run = bulk_run,
  .answer = bulk_answer,
};
