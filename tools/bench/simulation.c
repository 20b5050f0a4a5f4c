#include "common.h"
#include "measure.h"
#include "pair.h"

/* Packets read in one round, at most, before the endpoint may write. */
#define READ_BURST 64

/* A run that lasts longer has lost its way. */
#define LAST_TIMESTAMP (100000 * SECOND)

/* How long a new connection gets for what follows the handshake: NEW_CONNECTION_ID frames and their ACKs. */
#define SETTLING_TIME (200 * MILLISECOND)

/* -- The loop ------------------------------------------------------------------------------------------------------ */

static bool has_arrived(const struct endpoint *endpoint)
{
  const struct packet *packet = wire_first(endpoint->in);
  return packet != NULL && packet->arrival <= endpoint->pair->now;
}

static void endpoint_read(struct endpoint *endpoint)
{
  const struct pair *pair = endpoint->pair;
  for (int i = 0; i < READ_BURST && has_arrived(endpoint); i++) {
    const struct packet *packet = wire_first(endpoint->in);
    ngtcp2_pkt_info info = {.ecn = packet->ecn};
    int error;
    if (endpoint->conn == NULL) {
      server_accept(endpoint, packet->data, packet->len);
    }
    error = ngtcp2_conn_read_pkt(endpoint->conn, &endpoint->path.path, &info, packet->data, packet->len, pair->now);
    if (error != 0) {
      die("reading a packet: %s", ngtcp2_strerror(error));
    }
    wire_remove_first(endpoint->in);
  }
  endpoint->wake = true;
}

/* Does what is due at one endpoint. False if nothing was. */
static bool endpoint_turn(struct endpoint *endpoint)
{
  bool active = false;
  if (has_arrived(endpoint)) {
    measure_phase(endpoint, READING);
    endpoint_read(endpoint);
    measure_phase(endpoint, READING);
    active = true;
  }
  if (endpoint->conn == NULL) {
    return active;
  }
  if (endpoint->expiry <= endpoint->pair->now) {
    int error = ngtcp2_conn_handle_expiry(endpoint->conn, endpoint->pair->now);
    if (error != 0) {
      die("a timer: %s", ngtcp2_strerror(error));
    }
    endpoint->wake = true;
  }
  if (endpoint->wake) {
    measure_phase(endpoint, WRITING);
    endpoint_write(endpoint);
    measure_phase(endpoint, WRITING);
    active = true;
  }
  return active;
}

static ngtcp2_tstamp next_event(const struct endpoint *endpoint)
{
  const struct packet *packet = wire_first(endpoint->in);
  ngtcp2_tstamp arrival = packet != NULL ? packet->arrival : UINT64_MAX;
  return arrival < endpoint->expiry ? arrival : endpoint->expiry;
}

bool try_run_until(struct pair *pair, condition holds)
{
  while (!holds(pair)) {
    bool server_active = endpoint_turn(&pair->server);
    bool client_active = endpoint_turn(&pair->client);
    ngtcp2_tstamp server_next, client_next, next;
    if (server_active || client_active) {
      continue;
    }
    server_next = next_event(&pair->server);
    client_next = next_event(&pair->client);
    next = server_next < client_next ? server_next : client_next;
    if (next == UINT64_MAX) {
      return false;
    }
    pair->now = next > pair->now ? next : pair->now;
    if (pair->now > LAST_TIMESTAMP) {
      die("no end in sight");
    }
  }
  return true;
}

void run_until(struct pair *pair, condition holds)
{
  if (!try_run_until(pair, holds)) {
    die("nothing is left to do, and the work is not done");
  }
}

static bool pause_is_over(struct pair *pair)
{
  return pair->now >= pair->pause_end;
}

void run_for(struct pair *pair, ngtcp2_duration duration)
{
  pair->pause_end = pair->now + duration;
  if (!try_run_until(pair, pause_is_over)) {
    pair->now = pair->pause_end;
  }
}

/* -- The pair ------------------------------------------------------------------------------------------------------ */

void pair_reset(struct pair *pair)
{
  const struct options *options = pair->options;
  uint64_t network_random = options->seed * 0xd1342543de82ef95 + 7;
  pair->random = options->seed * 0x9e3779b97f4a7c15 + 1;
  pair->now = SECOND;
  wire_reset(&pair->to_server, network_random);
  wire_reset(&pair->to_client, network_random);
  pair->to_server.delay = pair->to_client.delay = options->delay_us * 1000;
  endpoint_reset(&pair->client, pair, false);
  endpoint_reset(&pair->server, pair, true);
}

bool both_confirmed(struct pair *pair)
{
  return pair->client.confirmed && pair->server.confirmed;
}

void pair_connect(struct pair *pair)
{
  pair_reset(pair);
  client_connect(&pair->client);
  run_until(pair, both_confirmed);
  run_for(pair, SETTLING_TIME);
}

void network_apply(struct pair *pair)
{
  const struct options *options = pair->options;
  struct wire *wire = options->upload ? &pair->to_server : &pair->to_client;
  wire->bits_per_second = options->rate_mbps * 1000000;
  wire->queue_bytes = options->queue_kib * 1024;
  wire->jitter = options->jitter_us * 1000;
  wire->loss = (uint32_t)(options->loss / 100 * UINT32_MAX);
}

void pair_close(struct pair *pair)
{
  endpoint_close(&pair->client);
  endpoint_close(&pair->server);
}
