/* A sender that keeps a large window full. The loss begins when the window is full, so that only the library's data
 * structures are tried, not the growth of the congestion window. */
#include "modes.h"

/* The server never runs out of data. */
#define ENDLESS (1ull << 50)

static struct {
  uint64_t acked_goal;
  double packet_overhead;   /* bytes of a packet that are not stream data */
  struct snapshot_of_wire { /* when the connection was made */
    uint64_t packets, bytes;
  } connected;
  uint64_t inflight_sum, inflight_samples;
  uint64_t held_peak; /* bytes that reached the receiver, and must wait for earlier ones */
} state;

static void answer(struct endpoint *server, struct stream *stream)
{
  stream->total = ENDLESS;
  stream_enqueue(server, stream);
}

static bool window_is_full(struct pair *pair)
{
  return pair->server.traffic.unacked + 2 * pair->options->payload > pair->options->inflight_kib * 1024;
}

/* The library does not tell what it holds. What arrived is known from the wire. */
static uint64_t held(const struct pair *pair)
{
  const struct wire *wire = &pair->to_client;
  double arrived = (double)(wire->bytes_read - state.connected.bytes) -
                   (double)(wire->packets_read - state.connected.packets) * state.packet_overhead;
  double delivered = (double)pair->client.traffic.received;
  return arrived > delivered ? (uint64_t)(arrived - delivered) : 0;
}

static void sample(struct pair *pair)
{
  uint64_t bytes = held(pair);
  state.inflight_sum += pair->server.traffic.unacked;
  state.inflight_samples++;
  if (bytes > state.held_peak) {
    state.held_peak = bytes;
  }
}

static bool half_acked(struct pair *pair)
{
  sample(pair);
  return pair->server.traffic.acked >= state.acked_goal - bytes_of(pair->options) / 2;
}

static bool all_acked(struct pair *pair)
{
  sample(pair);
  return pair->server.traffic.acked >= state.acked_goal;
}

static uint64_t handed_over(const struct pair *pair)
{
  return pair->server.traffic.acked + pair->server.traffic.unacked;
}

static void run(struct pair *pair)
{
  const struct wire *wire = &pair->to_client;
  pair_connect(pair);
  state.connected = (struct snapshot_of_wire){wire->packets, wire->bytes};
  stream_open(&pair->client, SMALL_REQUEST_LEN);
  run_until(pair, window_is_full);
  state.packet_overhead = (double)(wire->bytes - state.connected.bytes - handed_over(pair)) /
                          (double)(wire->packets - state.connected.packets);
  state.acked_goal = pair->server.traffic.acked + bytes_of(pair->options);
  state.inflight_sum = state.inflight_samples = state.held_peak = 0;

  network_apply(pair);
  measure_begin(pair);
  run_until(pair, half_acked);
  measure_steady(pair);
  run_until(pair, all_acked);
  measure_end(pair);
}

static void set_defaults(struct options *options)
{
  options->mib = 128;
  options->inflight_kib = 58594; /* 50,000 packets */
  options->stream_kib = 1 << 20;
  options->connection_kib = 1 << 20;
  options->delay_us = 50000;
  options->loss = 1;
}

static void report(const struct pair *pair)
{
  (void)pair;
  report_count("inflight_mean", state.inflight_sum / state.inflight_samples);
  report_count("held_peak", state.held_peak);
}

const struct mode mode_bigwindow = {
  .name = "bigwindow",
  .summary = "50,000 packets in flight, with loss",
  .set_defaults = set_defaults,
  .run = run,
  .answer = answer,
  .report = report,
};
