/* Requests and responses, each on a stream of its own, with a fixed number of streams open at a time. */
#include "modes.h"

/* Requests that the client has opened a stream for: those that are closed, and those that are open. */
static uint64_t started;

static void open_streams(struct endpoint *client)
{
  const struct options *options = client->pair->options;
  if (!client->pair->measurement.active) {
    return;
  }
  while (started < options->requests && started - client->traffic.streams_closed < options->concurrency) {
    if (stream_try_open(client, options->request_len) == NULL) {
      return;
    }
    started++;
  }
}

static void answer(struct endpoint *server, struct stream *stream)
{
  stream->total = server->pair->options->response_len;
  stream_enqueue(server, stream);
}

static bool half_answered(struct pair *pair)
{
  return pair->client.traffic.streams_closed >= pair->options->requests / 2;
}

static bool all_answered(struct pair *pair)
{
  return pair->client.traffic.streams_closed >= pair->options->requests;
}

static void run(struct pair *pair)
{
  pair_connect(pair);
  network_apply(pair);
  started = 0;
  measure_begin(pair);
  pair->client.wake = true;
  run_until(pair, half_answered);
  measure_steady(pair);
  run_until(pair, all_answered);
  measure_end(pair);
}

static void set_defaults(struct options *options)
{
  options->more = 1;
}

static void report(const struct pair *pair)
{
  report_count("requests", pair->options->requests);
}

const struct mode mode_rr = {
  .name = "rr",
  .summary = "many small requests and responses",
  .set_defaults = set_defaults,
  .run = run,
  .answer = answer,
  .before_write = open_streams,
  .report = report,
};
