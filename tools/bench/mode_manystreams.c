/* Many streams at a time, each of which writes 200 bytes in its turn: every packet holds frames of several streams. */
#include "common.h"
#include "modes.h"

/* Until the server's ACKs and window updates for the requests have passed. */
#define REQUESTS_SETTLE (500 * MILLISECOND)

static bool all_asked(struct pair *pair)
{
  return pair->server.traffic.streams_ended >= pair->options->count;
}

static bool half_received(struct pair *pair)
{
  return pair->client.traffic.received >= bytes_of(pair->options) / 2;
}

static bool all_closed(struct pair *pair)
{
  return pair->client.traffic.streams_closed >= pair->options->count;
}

/* The answer waits until all streams are open. */
static void answer(struct endpoint *server, struct stream *stream)
{
  stream->total = bytes_of(server->pair->options) / server->pair->options->count;
}

static void run(struct pair *pair)
{
  pair_connect(pair);
  network_apply(pair);
  for (uint64_t i = 0; i < pair->options->count; i++) {
    stream_open(&pair->client, SMALL_REQUEST_LEN);
  }
  run_until(pair, all_asked);
  run_for(pair, REQUESTS_SETTLE);
  for (size_t i = 0; i < pair->server.stream_count; i++) {
    stream_enqueue(&pair->server, &pair->server.streams[i]);
  }
  measure_begin(pair);
  run_until(pair, half_received);
  measure_steady(pair);
  run_until(pair, all_closed);
  measure_end(pair);
}

static void set_defaults(struct options *options)
{
  options->mib = 32;
  options->chunk = 200;
  options->more = 1;
  options->stream_kib = 4096;
  options->concurrency = 0;
}

const struct mode mode_manystreams = {
  .name = "manystreams",
  .summary = "many streams that take turns",
  .set_defaults = set_defaults,
  .run = run,
  .answer = answer,
};
