/* datagram_ping: sends datagrams (RFC 9221) to an echo server, and says how long each took and which were lost. Datagrams are
 * encrypted and congestion controlled as all of QUIC, but neither repeated nor put in order.
 *
 * usage: datagram_ping HOST PORT CA_FILE COUNT [--stats] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "endpoint.h"

#define EVERY (20 * NGTCP2_MILLISECONDS)
#define PATIENCE NGTCP2_SECONDS

struct ping {
  uint64_t number;
  ngtcp2_tstamp sent_at;
};

static bool ready;
static uint64_t sent, returned, acked, lost, count;
static ngtcp2_tstamp next_at;

static int on_handshake(ngtcp2_conn *conn, void *user_data)
{
  (void)user_data;
  /* Only now is it known what the server allows: 0 would mean no datagrams. */
  ready = ngtcp2_conn_get_remote_transport_params2(conn)->max_datagram_frame_size > 0;
  return ready ? 0 : NGTCP2_ERR_CALLBACK_FAILURE;
}

static int on_datagram(ngtcp2_conn *conn, uint32_t flags, const uint8_t *data, size_t len, void *user_data)
{
  struct ping ping;
  (void)conn, (void)flags, (void)user_data;
  if (len == sizeof(ping)) {
    memcpy(&ping, data, len);
    returned++;
    printf("datagram %llu: %.3f ms\n", (unsigned long long)ping.number,
           (double)(endpoint_now() - ping.sent_at) / NGTCP2_MILLISECONDS);
  }
  return 0;
}

/* The library tells what became of the packet with a datagram. It does not send it again: that is the application's choice. */
static int on_acked(ngtcp2_conn *conn, uint64_t id, void *user_data)
{
  (void)conn, (void)id, (void)user_data;
  acked++;
  return 0;
}

static int on_lost(ngtcp2_conn *conn, uint64_t id, void *user_data)
{
  (void)conn, (void)user_data;
  lost++;
  printf("datagram %llu: lost on the way there\n", (unsigned long long)id);
  return 0;
}

static void set_callbacks(ngtcp2_callbacks *callbacks)
{
  callbacks->handshake_completed = on_handshake;
  callbacks->recv_datagram = on_datagram;
  callbacks->ack_datagram = on_acked;
  callbacks->lost_datagram = on_lost;
}

static void set_params(ngtcp2_transport_params *params) { params->max_datagram_frame_size = 65535; }
static void begin(struct peer *p) { (void)p; }
static void end(struct peer *p) { (void)p; }

static ngtcp2_ssize write_packet(struct peer *p, ngtcp2_path *path, uint8_t *packet, size_t len, ngtcp2_tstamp now)
{
  if (!ready || sent == count || now < next_at) {
    return ngtcp2_conn_write_pkt(p->conn, path, NULL, packet, len, now);
  }
  struct ping ping = {.number = sent, .sent_at = now};
  ngtcp2_vec data = {.base = (uint8_t *)&ping, .len = sizeof(ping)};
  int accepted = 0;
  /* The data is copied, unlike that of streams. */
  ngtcp2_ssize written = ngtcp2_conn_writev_datagram(p->conn, path, NULL, packet, len, &accepted, 0, sent, &data, 1, now);
  if (accepted) {
    sent++;
    next_at = now + EVERY;
  }
  return written;
}

int main(int argc, char **argv)
{
  static const struct application application = {"echo", set_callbacks, set_params, begin, end, write_packet};
  struct endpoint e;
  endpoint_take_stats(&argc, argv);
  if (argc != 5 || (count = strtoull(argv[4], NULL, 10)) == 0) {
    endpoint_die("usage", "datagram_ping HOST PORT CA_FILE COUNT [--stats]");
  }
  struct peer *server = endpoint_connect(&e, &application, argv[1], argv[2], argv[3]);
  ngtcp2_tstamp last = endpoint_now();
  while (!server->over && (returned < count || acked + lost < count) && endpoint_now() < last + PATIENCE) {
    uint64_t before = sent;
    endpoint_step(&e, -1, ready && sent < count ? next_at : last + PATIENCE);
    if (sent > before) {
      last = endpoint_now();
    }
  }
  printf("%llu sent, %llu returned, %llu acknowledged, %llu lost\n", (unsigned long long)sent,
         (unsigned long long)returned, (unsigned long long)acked, (unsigned long long)lost);
  if (!server->over) {
    peer_close(server, 0);
  }
  endpoint_end(&e);
  return returned == count ? EXIT_SUCCESS : EXIT_FAILURE;
}
