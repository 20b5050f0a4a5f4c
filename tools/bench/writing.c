#include <string.h>

#include "common.h"
#include "modes.h"
#include "pair.h"

#define DATAGRAM_LEN 1000

/* Not in every libngtcp2.so.16; NULL where it is missing. */
#pragma weak ngtcp2_conn_write_aggregate_pkt2_versioned

static uint64_t inflight_limit(const struct endpoint *endpoint)
{
  return endpoint->pair->options->inflight_kib * 1024;
}

/* -- One packet ---------------------------------------------------------------------------------------------------- */

static bool datagram_is_due(const struct endpoint *endpoint)
{
  const struct traffic *traffic = &endpoint->traffic;
  uint64_t open = traffic->datagrams_sent - traffic->datagrams_acked - traffic->datagrams_lost;
  return traffic->datagrams_to_send > 0 && (open + 1) * DATAGRAM_LEN <= inflight_limit(endpoint);
}

static ngtcp2_ssize write_datagram(struct endpoint *endpoint, ngtcp2_path *path, ngtcp2_pkt_info *info, uint8_t *dest,
                                   size_t len, ngtcp2_tstamp now)
{
  struct traffic *traffic = &endpoint->traffic;
  ngtcp2_vec data = {pattern_at(0), DATAGRAM_LEN};
  int accepted = 0;
  ngtcp2_ssize written = ngtcp2_conn_writev_datagram(endpoint->conn, path, info, dest, len, &accepted,
                                                     NGTCP2_WRITE_DATAGRAM_FLAG_NONE, traffic->datagrams_sent + 1,
                                                     &data, 1, now);
  if (written < 0) {
    die("writing a datagram: %s", ngtcp2_strerror((int)written));
  }
  if (accepted) {
    traffic->datagrams_sent++;
    traffic->datagrams_to_send--;
  }
  return written;
}

static struct stream *next_stream(const struct endpoint *endpoint)
{
  if (endpoint->queue_head == NULL ||
      endpoint->traffic.unacked + endpoint->pair->options->payload > inflight_limit(endpoint) ||
      ngtcp2_conn_get_max_data_left(endpoint->conn) == 0) {
    return NULL;
  }
  return endpoint->queue_head;
}

/* What a stream offers to a packet. */
struct offer {
  struct stream *stream;
  ngtcp2_vec data;
  uint32_t flags;
};

static struct offer make_offer(const struct endpoint *endpoint, struct stream *stream)
{
  const struct options *options = endpoint->pair->options;
  uint64_t left = stream->total - stream->sent;
  uint64_t limit = options->chunk > 0 ? options->chunk : PATTERN_LONGEST_READ;
  struct offer offer = {stream, {pattern_at(stream->sent), left < limit ? left : limit}, 0};
  if (offer.data.len == left) {
    offer.flags |= NGTCP2_WRITE_STREAM_FLAG_FIN;
  }
  if (options->more) {
    offer.flags |= NGTCP2_WRITE_STREAM_FLAG_MORE;
  }
  return offer;
}

/* The library took `len` bytes of an offer. */
static void offer_taken(struct endpoint *endpoint, const struct offer *offer, ngtcp2_ssize len)
{
  struct stream *stream = offer->stream;
  stream->sent += (uint64_t)len;
  endpoint->traffic.unacked += (uint64_t)len;
  if ((offer->flags & NGTCP2_WRITE_STREAM_FLAG_FIN) && (size_t)len == offer->data.len) {
    stream->fin_sent = true;
    stream_dequeue(endpoint);
  } else if (endpoint->pair->options->chunk > 0) {
    stream_dequeue(endpoint);
    stream_enqueue(endpoint, stream);
  }
}

/* An ngtcp2_write_pkt. */
static ngtcp2_ssize write_packet(ngtcp2_conn *conn, ngtcp2_path *path, ngtcp2_pkt_info *info, uint8_t *dest,
                                 size_t len, ngtcp2_tstamp now, void *user_data)
{
  struct endpoint *endpoint = user_data;
  if (datagram_is_due(endpoint)) {
    return write_datagram(endpoint, path, info, dest, len, now);
  }
  for (;;) {
    struct stream *stream = next_stream(endpoint);
    struct offer offer = {0};
    ngtcp2_ssize taken = -1;
    ngtcp2_ssize written;
    if (stream != NULL) {
      offer = make_offer(endpoint, stream);
    }
    written = ngtcp2_conn_writev_stream(conn, path, info, dest, len, &taken, offer.flags,
                                        stream != NULL ? stream->id : -1, stream != NULL ? &offer.data : NULL,
                                        stream != NULL ? 1 : 0, now);
    if (written == NGTCP2_ERR_STREAM_DATA_BLOCKED) {
      stream_dequeue(endpoint); /* until extend_max_stream_data */
      continue;
    }
    if (written < 0 && written != NGTCP2_ERR_WRITE_MORE) {
      die("writing to a stream: %s", ngtcp2_strerror((int)written));
    }
    if (stream != NULL && taken >= 0) {
      offer_taken(endpoint, &offer, taken);
    }
    if (written >= 0) {
      return written;
    }
  }
}

/* -- One burst ----------------------------------------------------------------------------------------------------- */

static size_t at_most(size_t value, size_t limit)
{
  return value < limit ? value : limit;
}

static uint64_t write_aggregate(struct endpoint *endpoint, size_t quantum)
{
  const struct pair *pair = endpoint->pair;
  size_t payload = pair->options->payload;
  size_t room = at_most(at_most(pair->options->burst * payload, PATTERN_LONGEST_READ), quantum);
  size_t segment = 0;
  uint64_t packets = 0;
  ngtcp2_path_storage path;
  ngtcp2_pkt_info info = {0};
  ngtcp2_ssize left;

  if (ngtcp2_conn_write_aggregate_pkt2_versioned == NULL) {
    die("this library has no aggregated writes");
  }
  ngtcp2_path_storage_zero(&path);
  room = room < payload ? payload : room;
  left = ngtcp2_conn_write_aggregate_pkt2_versioned(endpoint->conn, &path.path, NGTCP2_PKT_INFO_VERSION, &info,
                                                    wire_reserve(endpoint->out, room), room, &segment, write_packet,
                                                    pair->options->burst, pair->now);
  if (left < 0) {
    die("an aggregated write: %s", ngtcp2_strerror((int)left));
  }
  for (; left > 0; packets++) {
    size_t len = segment > 0 ? at_most((size_t)left, segment) : (size_t)left;
    wire_send(endpoint->out, len, info.ecn, pair->now);
    left -= (ngtcp2_ssize)len;
  }
  return packets;
}

static uint64_t write_singly(struct endpoint *endpoint, size_t quantum)
{
  const struct pair *pair = endpoint->pair;
  size_t payload = pair->options->payload;
  size_t sent = 0;
  uint64_t packets = 0;
  ngtcp2_path_storage path;
  ngtcp2_pkt_info info = {0};

  ngtcp2_path_storage_zero(&path);
  while (packets < pair->options->burst) {
    uint8_t *dest = wire_reserve(endpoint->out, payload);
    ngtcp2_ssize len = write_packet(endpoint->conn, &path.path, &info, dest, payload, pair->now, endpoint);
    if (len == 0) {
      break;
    }
    wire_send(endpoint->out, (size_t)len, info.ecn, pair->now);
    packets++;
    sent += (size_t)len;
    if (sent + payload > quantum) {
      break;
    }
  }
  return packets;
}

void endpoint_write(struct endpoint *endpoint)
{
  size_t quantum;
  uint64_t packets;

  if (!endpoint->is_server && endpoint->pair->mode->before_write != NULL) {
    endpoint->pair->mode->before_write(endpoint);
  }
  endpoint->wake = false;
  quantum = ngtcp2_conn_get_send_quantum(endpoint->conn);
  packets = endpoint->pair->options->aggregate ? write_aggregate(endpoint, quantum) : write_singly(endpoint, quantum);
  ngtcp2_conn_update_pkt_tx_time(endpoint->conn, endpoint->pair->now);
  endpoint->expiry = ngtcp2_conn_get_expiry(endpoint->conn);
  /* No pacing, and more to send: the next round is due at once. */
  if (packets > 0 && endpoint->expiry == UINT64_MAX &&
      (endpoint->queue_head != NULL || endpoint->traffic.datagrams_to_send > 0)) {
    endpoint->wake = true;
  }
}
